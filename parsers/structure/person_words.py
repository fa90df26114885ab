"""What the words beside a person's name say of them: what kind of speaker they are, and their gender; and what the name says of that."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from parsers.language.words import cues, lower, table
from parsers.structure.speaker_class import BEFORE_OFFICE, speaker_class

STARTS_WITH_RELATIVE = re.compile(r"(?:^|[.!?“”\"]\s*)(?:Ibu|Bapak|Kakek|Nenek|Bibi|Paman) $")
GENDERS = ("female", "male")
CONTEXT = 200  # characters before and behind
MOST_WORDS = 22  # of an office and its body before a name
STOP = re.compile(r"\.com,?\s|[.!?;:“”\"]\s|[.!?;:“”\"]$|\s[-–—]\s")
TITLE = re.compile(
    r"(?:^|(?<=[\s(]))(?:Prof|Dr|dr|drg|Drs|Dra|Ir|H|Hj|KH|Tgk|St|Mr|Mrs|Ms|Pol|Purn|Inf|Ny|Bpk|Sdr|Jend|Plt|Plh|Pj|No)\.\s*"
)
PROFESSOR = re.compile(r"\bProf(?:esor)?\.? (?:(?:Dr|dr|Ir|H|Hj|KH)\.? )*$")
LINK_WORDS = 4
GLUED = re.compile(r"(?<=[a-z]{3})(?=[A-Z][a-z]{2})")  # or without a space: JakartaKetua
CALLED = re.compile(r"(?:,? (?:yang )?(?:bernama|berinisial)|,? yakni|,? yaitu| yang lain),? $")
SPECIALIST = re.compile(r"^,? ?(?:M\.?[A-Z]\w*,? )?Sp\.? ?[A-Z]")  # a doctor's degree
WORD = re.compile(r"[^\W_]+(?:[-’'/][^\W_]+)*|[,()]")
BREAKS = lower(table("grammar")["breaks"])
OBJECTS = lower("kepada dengan bersama antara terhadap selain")
SAID = lower(
    "sampaikan ungkapkan ungkap katakan jelaskan tegaskan benarkan akui tuturkan utarakan lontarkan"
)
VERB = re.compile(r"(?:me[mnlrwy]|di[^anr]|ter[^n]|ber)[a-z]{3,}$")
# After the name: selaku Direktur PT X; , warga Desa Y; merupakan buruh harian.
APPOSITION = re.compile(
    r"^\s*(?:\(\d{1,2}(?: tahun)?\)|\([^)]{1,30}\))?\s*(?:(?P<sure>,?\s*selaku )|,\s*(?:(?:yang )?(?:juga |merupakan |adalah )*|sebagai )(?:salah satu |salah seorang |seorang )?"
    r"|(?:yang )?(?:merupakan |adalah )(?:seorang )?|yang juga (?:merupakan )?)(?P<phrase>[^,.;:!?()“”\"\n]{3,70})"
)
LAWYER = re.compile(
    r"\b(?:[Kk]uasa [Hh]ukum|[Pp]engacara|[Pp]enasihat [Hh]ukum) [^.,\n“”\"]{3,60}, $"
)
RELATIVES = lower(
    "ibu ayah bapak istri isteri suami anak kakak adik putra putri orang keluarga kerabat sahabat teman rekan pacar kekasih ibunda ayahanda nenek kakek"
    " paman bibi tante menantu mertua cucu sepupu keponakan saudara mama papa orangtua"
)
OF_VICTIMS = lower("korban pelaku almarhum almarhumah tersangka")
# Without a comma the name is whom they serve or follow: *kuasa hukum Sari Wulandari*.
OF_SOMEBODY = lower(
    "pendukung penggemar fans suporter pengikut kuasa pengacara penasihat lawyer staf ajudan asisten juru jubir pewaris"
)
PLURAL = lower("para sejumlah beberapa banyak")
# Ranks right before a name.
RANKS = lower(
    "irjen brigjen komjen kombes akbp kompol akp iptu ipda aiptu aipda bripka brigpol briptu bripda letkol kolonel mayjen letjen laksamana marsekal"
    " serka serma sertu serda kopka koptu praka pratu letda lettu"
)


class PersonWords(NamedTuple):
    """What one place says."""

    speaker_class: str | None = None
    gender: str | None = None


def person_words(before: str, after: str, client: str = "") -> PersonWords:
    """By the text before and behind a name, from the person named before it to the one named after it.

    `client`: the text before it with that person, where only a comma is between the two: *kuasa hukum Sari Wulandari, Budi Santoso*.
    """
    before = GLUED.sub(" ", _sentence(before))
    kind = "court" if LAWYER.search(client) else _class_before(before) or _class_after(after)
    return PersonWords(kind, _gender_before(before) or _gender_after(after))


def _sentence(before: str) -> str:
    """The last line, with those above it that go on: a link of the page may have stood on a line of its own."""
    *lines, text = before.split("\n")
    while (
        lines
        and not lines[-1].endswith((".", "!", "?", ":", "”", '"'))
        and not _is_heading(lines[-1])
    ):
        text = f"{lines.pop()} {text}"
    return text


def _is_heading(line: str) -> bool:
    """Whether all long words of a long line begin large."""
    words = line.split()
    return len(words) > LINK_WORDS and all(
        word[:1].isupper() for word in words if len(word) > LINK_WORDS
    )


def name_gender(name: str) -> str | None:
    """By a first name that leaves no doubt; None for most names."""
    words = [word.strip(".,").casefold() for word in name.split()]
    while words and words[0] in _list("names", "before"):
        del words[0]
    for n in (3, 2, 1):
        if len(words) > n and (found := _prefixes().get(" ".join(words[:n]))):
            return found
    first, inner = words[:1], words[1:-1]
    found = _one(first)
    return found if (found and not _one(inner)) or _one(inner) == found else None


def _one(words: list[str]) -> str | None:
    found = {gender for gender in GENDERS if not _list("names", gender).isdisjoint(words)}
    return found.pop() if len(found) == 1 else None


# -- the kind of speaker


def _class_before(before: str) -> str | None:
    """By the office that ends at the name: *pelatih Timnas Indonesia*; or that the sentence begins with: *Warga setempat,*."""
    if PROFESSOR.search(before):
        return "academic"
    segment = STOP.split(TITLE.sub(" ", CALLED.sub(" ", before)))[-1]
    words = WORD.findall(segment)
    while words and words[-1].lower() in RANKS:
        return "police_military"
    after_comma = words[-1:] == [","]
    words = words[:-1] if after_comma else words
    start = max((i + 1 for i in range(len(words)) if _is_break(words, i)), default=0)
    if after_comma and start and _is_object(words[start - 1]):
        return None
    span = words[start:][-MOST_WORDS:]
    for i, word in enumerate(span):
        if _as_head(word) in _heads():
            is_theirs = after_comma or word.lower() not in OF_SOMEBODY
            return _class(span[i:]) if is_theirs else None
        if after_comma and i > 0 and word.islower():
            return None
    return None


def _class_after(after: str) -> str | None:
    """By an apposition: *, warga Desa Lenek,*; none where another person's name ends it, since the office may be theirs."""
    if SPECIALIST.match(after):
        return "academic"
    match = APPOSITION.match(after)
    if not match or (match.end() == len(after) < CONTEXT and not match["sure"]):
        return None
    words = WORD.findall(match["phrase"])
    end = next((i for i in range(len(words)) if _is_break(words, i)), len(words))
    if not end or _as_head(words[0]) not in _heads():
        return None
    is_clause = end < len(words) and _is_verb(words[end]) and words[end] not in cues()
    return None if is_clause else _class(words[:end])


def _class(words: list[str]) -> str | None:
    """None for relatives, who may be of any kind, but not for those of a victim or a suspect."""
    small = [_as_head(words[0]), *(word.lower() for word in words[1:])]
    if small[0] in PLURAL:
        return None
    if small[0] in RELATIVES and OF_VICTIMS.isdisjoint(small):
        return None
    return speaker_class(" ".join(small), None).name


def _as_head(word: str) -> str:
    """Small, and without the clitic: pengacaranya."""
    return word.lower().removesuffix("nya")


def _is_break(words: list[str], at: int) -> bool:
    """A comma within an office stands before a region or a rank: *warga Desa Lenek, Kecamatan Aikmel*; *dan* not before another office."""
    word, following = words[at], words[at + 1 : at + 2]
    if word == ",":
        return bool(following) and following[0].islower() and following[0] != "dan"
    if word in {"dan", "serta"}:
        return bool(following) and _as_head(following[0]) in _heads() - RELATIVES
    return word.lower() in BREAKS or word in cues() or _is_verb(word)


def _is_object(word: str) -> bool:
    """Whether what follows the word is another person: *saat diperiksa polisi,*; not after a verb of saying: *disampaikan Kapolres,*."""
    if word.startswith("di") and word.removeprefix("di") in SAID:
        return False
    return word in OBJECTS or (_is_verb(word) and word not in cues())


def _is_verb(word: str) -> bool:
    return word[:1].islower() and VERB.match(word) is not None


@cache
def _heads() -> frozenset[str]:
    """Words that an office or an occupation can begin with."""
    firsts = {
        entry.split()[0].lower()
        for lists in table("speaker_classes").values()
        for entry in lists.get("offices", "").split(";")
    }
    return lower(table("people")["roles"]) | firsts | BEFORE_OFFICE


# -- gender


def _gender_before(before: str) -> str | None:
    tail = STARTS_WITH_RELATIVE.sub("", before[-70:])
    for gender in GENDERS:
        if any(pattern.search(tail) for pattern in _before(gender)):
            return gender
    return None


def _gender_after(after: str) -> str | None:
    return next((gender for gender in GENDERS if _after(gender).match(after)), None)


@cache
def _before(gender: str) -> tuple[re.Pattern[str], ...]:
    titles, nouns, relatives = (
        "|".join(sorted(_list(kind, gender))) for kind in ("titles", "nouns", "relatives")
    )
    spouse = "suami" if gender == "female" else "ist[re]+i"
    return (
        # Ibu Sari, but not *ibu Sari*, her mother, nor what a sentence begins with: *Ibu Sari* may be either there
        re.compile(rf"(?:^|[\s(“\"])(?!(?:{relatives})\b)(?i:{titles})\.? $"),
        # pria bernama X, wanita asal Medan, Y; but not *suami istri*, nor whose wife somebody is
        re.compile(
            rf"\b(?!(?i:{relatives})\b)(?i:{nouns})(?: (?:muda|tua|paruh baya|lansia|cantik|tersebut|itu|ini|lainnya|senior|asal [A-Z]\w+(?: [A-Z]\w+)?"
            r"|berusia \d+ tahun|\(\d+\)|berinisial|bernama|bernama lengkap))*,? $"
        ),
        re.compile(rf"(?:\b(?:{relatives})nya|\b[Ss]ang (?:{relatives})),? (?:yang bernama |bernama |yakni |yaitu )?$"),
        re.compile(rf"(?<!suami )(?<!pasangan )\b(?i:{spouse}) (?:dari |mendiang |almarhum |almarhumah )?$"),
    )  # fmt: skip


@cache
def _after(gender: str) -> re.Pattern[str]:
    nouns = "|".join(sorted(_list("nouns", gender)))
    return re.compile(
        r"^\s*(?:\(\d{1,2}(?: tahun)?\)|\([^)]{1,30}\))?\s*(?:,\s*|merupakan |adalah |yang merupakan |, yang merupakan )(?:seorang |sang |salah seorang |salah satu )?"
        rf"(?:{nouns})(?= (?!dan\b|serta\b|atau\b)[\w(])"
        rf"|^[^.!?“”\"]*\.[”\"]? (?i:{nouns}) (?:kelahiran|berusia|berumur|asal|berdarah|\d+ tahun|yang (?:akrab|kerap|juga))\b[^.,“\"]{{0,60}}\b(?:itu|ini|tersebut)\b"
    )


@cache
def _list(section: str, key: str) -> frozenset[str]:
    return lower(table("genders")[section][key])


@cache
def _prefixes() -> dict[str, str]:
    lists = table("genders")["prefixes"]
    return {" ".join(prefix.split()): g for g in GENDERS for prefix in lists[g].split(";")}
