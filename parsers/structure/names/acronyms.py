"""Short forms the text defines: Forum Kewaspadaan Dini Masyarakat (FKDM), Asisten Pemerintahan (Aspem), PKH (Program Keluarga Harapan)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate, repeat
from typing import NamedTuple

from parsers.facts import Acronym
from parsers.language.common_words import is_common_word
from parsers.language.words import lower, people_exact, table
from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import Span, region_words, spelled

BROKEN = re.compile(r"\n(?:(?= ?\(|\))|(?<=\(\n))")
BRACKET = re.compile(r"\(([^()\n]{2,80})\)")
SHORT = re.compile(r"[^\W_][\w.&-]{1,19}")
SHORT_PAIR = re.compile(
    r"(?P<first>[A-Z][\w.]{1,14}) (?P<second>[A-Z][\w.&-]{1,14}(?: [A-Z]\w+){0,2})"
)
# Kereta Api Indonesia (Persero) atau KAI
OR_SHORT = re.compile(
    r",?\s(?:atau|alias|disingkat)(?:\s(?:disingkat|disebut|dikenal))?(?:\s(?:dengan|sebagai))?"
    r"\s?(?P<short>[A-Z][A-Z0-9]{1,8}|[A-Z][a-z]{4,12})(?![A-Z0-9-])"
)
SHORT_BEFORE = re.compile(r"(?<![\w-])([^\W_][\w-]{1,19})\s?$")
LONG_AND_SHORT = re.compile(r"(?P<long>[^/]{3,}[^/\s])\s?/\s?(?P<short>[^\W_][\w-]{1,19})")
# The blank before a capital may be lost: dalamInternational Chess Federation (ICF).
WORD = re.compile(r"(?:di|ke|PT(?=[A-Z][a-z])|[a-z]{3,})(?=[A-Z])|[^\W_][\w’'-]*")
# After the name, of which it is no part.
COMPANY_FORM = re.compile(r"(?:\s?\(Persero\))?(?P<listed>\s?Tbk\.?)?\s*$")
TICKER_FORM = re.compile(r"[A-Z]{4}")
OR_WORDS = ("atau", "alias", "disingkat")  # one is in every OR_SHORT
# The blank or the dash may be lost after any word: JakartaBadan Pusat Statistik, Jakarta-Badan Pusat Statistik.
GLUED_WORD = re.compile(r"[^\W_][a-z’']{2,}(?=-?[A-Z][a-z]{2})|[^\W_][\w’'-]*")
LOST_BLANK = re.compile(r"[a-z’']-?[A-Z]")
COUNTRY = frozenset({("ri",), ("republik", "indonesia")})
OF_COUNTRY = frozenset({"AS", "RI", "UE", "PBB"})  # after the name of a body
CLAUSE_END = re.compile(r"[;:!?()“”\"]|\.(?=\s)")
FOREIGN = re.compile(r"[A-Z]{3,6}s?")  # letters that another language spells out
BEFORE_NO_HEAD = ("Pemerintah", "Direktorat Jenderal", "Direktur Jenderal")  # Pusat, Pajak
JOINTS = frozenset({"dan", "untuk", "of", "the", "for", "and"})
BACK = 110  # characters before the bracket that may hold an expansion
MOST_WORDS = 10
NOT_SHORT = frozenset(table("acronyms")["not_short"].split())
SKIP = lower(table("acronyms")["skip"])
SHORTEST_SYLLABIC = 3  # letters; two are initials
LEAST_SMALL = 4  # letters of a short form written small: ojol
LONGEST_REGION = 3  # words
LONGEST_PIECE = 8  # letters of one word: narkoba of Satresnarkoba
LEAST_END = 3  # letters that the end of a first word may give: Pokja, Kelompok Kerja
VOWELS = frozenset("aiueo")
TRANSLATED_HEADS = frozenset(table("acronyms")["translated_heads"].split())
INITIALS, SYLLABIC, LEXICON = "acronym.initials", "acronym.syllabic", "acronym.lexicon"
LEAST_AFTER_OR = {INITIALS: 3, LEXICON: 2, SYLLABIC: 5}  # letters
TRANSLATED, TICKER = "acronym.translated", "acronym.ticker"


class _Expansion(NamedTuple):
    first: int  # word the expansion begins with
    rule_id: str
    last: int = -1  # word it ends with


class _Line(NamedTuple):
    body: BodyText
    start: int
    text: str


def acronyms(body: BodyText) -> tuple[Acronym, ...]:
    """A line may break before a bracket and inside it, where a page has a link."""
    lines = BROKEN.sub(" ", body.text).split("\n") if "(" in body.text else [""]
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    rows = [
        row
        for line in map(_Line, repeat(body), starts, lines)
        for m in BRACKET.finditer(line.text)
        if (row := _definition(line, m))
    ]
    rows += [
        row
        for p in body.paragraphs
        if any(word in p.text for word in OR_WORDS)
        for m in OR_SHORT.finditer(p.text)
        if (row := _after_or(_Line(body, p.start, p.text), m))
    ]
    rows.sort(key=lambda row: row.char_start)
    return tuple(replace(row, acronym_no=number) for number, row in enumerate(rows, 1))


def _after_or(line: _Line, match: re.Match[str]) -> Acronym | None:
    """Without a bracket only the letters of the words tell that both are one."""
    row = _in_bracket(line, match, match["short"])
    if row is None or row.rule_id not in LEAST_AFTER_OR or _is_person(row.expansion.split(), 0):
        return None
    return row if len(match["short"]) >= LEAST_AFTER_OR[row.rule_id] else None


def _definition(line: _Line, match: re.Match[str]) -> Acronym | None:
    inside = match[1].strip()
    if SHORT.fullmatch(inside):
        return _in_bracket(line, match, inside)
    if SHORT_PAIR.fullmatch(inside) and (row := _in_bracket(line, match, inside)):
        return row
    if inside[:1].isdigit():
        return None  # a date
    return _before_bracket(line, match, inside)


def _in_bracket(line: _Line, match: re.Match[str], short: str) -> Acronym | None:
    if not _may_be_short(short):
        return None
    text, low = line.text, max(0, match.start() - BACK)
    before = text[low : match.start()].rstrip("\"”’' ")
    company = COMPANY_FORM.search(before)
    before = before[: company.start()] if company else before
    clause = CLAUSE_END.split(before)[-1]
    lists = _word_lists(clause)
    is_listed = company and company["listed"] and TICKER_FORM.fullmatch(short)
    for find in (_listed,) if is_listed else (_best_ending, _translated):
        for words in lists:
            spelled_words = [w.group() + "," * (clause[w.end() :][:1] == ",") for w in words]
            best = find(spelled_words, short)
            if best and (len(short) > 2 or not _is_person(spelled_words, best.first)):
                offset = low + len(before) - len(clause)
                expansion = offset + words[best.first].start(), offset + words[best.last].end()
                return _row(line, short, expansion, (expansion[0], match.end()), best.rule_id)
    return None


def _word_lists(clause: str) -> list[list[re.Match[str]]]:
    """The last words, also parted where a blank was lost."""
    patterns = (WORD, GLUED_WORD) if LOST_BLANK.search(clause) else (WORD,)
    lists = [list(pattern.finditer(clause))[-MOST_WORDS:] for pattern in patterns]
    return [words for words in lists if words and not clause[words[-1].end() :].strip()]


def _best_ending(parts: list[str], short: str) -> _Expansion | None:
    """Kementerian Keuangan Republik Indonesia (Kemenkeu), Pantai Utara Jawa (Pantura): a country or region gives no letter."""
    words = [part.removesuffix(",") for part in parts]
    if best := _best_of(words, short):
        return best
    small = tuple(w.lower() for w in words)
    for size in range(1, min(LONGEST_REGION, len(words) - 1) + 1):
        last = len(words) - size
        tail = small[last:]
        is_region = tail in COUNTRY or tail in region_words().get(tail[0], ())
        best = _best_of(words[:last], short) if is_region else None
        if best and not (short.isupper() and best.rule_id == SYLLABIC):
            return best._replace(last=last - 1)
    return None


def _before_bracket(line: _Line, match: re.Match[str], inside: str) -> Acronym | None:
    """PKH (Program Keluarga Harapan), balas budi (quid pro quo/QPQ): the whole bracket must be the expansion."""
    before = SHORT_BEFORE.search(line.text[max(0, match.start() - 22) : match.start()])
    inner = match.start() + 1 + match[1].index(inside)
    if pair := LONG_AND_SHORT.fullmatch(inside):
        start, inside, short = inner, pair["long"], pair["short"]
    elif before and not before[1].islower() and before[1].lower() not in inside.lower():
        start, short = match.start() - len(before.group()), before[1]
    else:
        return None  # Strategy (sebelumnya MicroStrategy)
    words = [w.group() for w in WORD.finditer(inside)]
    is_long = (len(words) > 1 or "-" in inside) and len(words) <= MOST_WORDS
    best = _best_ending(words, short) if is_long and _may_be_short(short) else None
    if best is None or best.first != 0:
        return None
    return _row(line, short, (inner, inner + len(inside)), (start, match.end()), best.rule_id)


def _row(line: _Line, short: str, expansion: Span, span: Span, rule_id: str) -> Acronym:
    text, base = line.text, line.start
    return Acronym(
        acronym_no=0,
        paragraph_no=line.body.paragraph(base + span[0]).number,
        short_form=short,
        expansion=text[slice(*expansion)],
        rule=rule_id.removeprefix("acronym."),
        text=line.body.text[base + span[0] : base + span[1]],
        char_start=base + span[0],
        char_end=base + span[1],
        rule_id=rule_id,
    )


def _may_be_short(short: str) -> bool:
    if short in NOT_SHORT or not any(c.isalpha() for c in short):
        return False
    return (
        short.lower() in table("acronyms")["lexicon"]
        or any(c.isupper() for c in short)
        or len(short) >= LEAST_SMALL
        or _is_letters(short)
    )


def _is_letters(short: str) -> bool:
    """To be read letter by letter: BPS, 3T, mdpl."""
    small = short.lower()
    has_no_vowel = len(short) >= SHORTEST_SYLLABIC and VOWELS.isdisjoint(small)
    return sum(c.isupper() for c in short) > 1 or short[0].isdigit() or has_no_vowel


def _best_of(words: list[str], short: str) -> _Expansion | None:
    pair = SHORT_PAIR.fullmatch(short)
    return _best_pair(words, pair["first"], pair["second"]) if pair else _best(words, short)


def _best_pair(words: list[str], first: str, second: str) -> _Expansion | None:
    """Two short forms, one after the other: Direktur Jenderal Administrasi Hukum Umum (Dirjen AHU), PT Gag Nikel (PT GN)."""
    size = len(second.split())
    last = " ".join(words[-size:]).lower()
    is_same = last.startswith(second.lower()) and len(second) >= SHORTEST_SYLLABIC
    tail = _Expansion(len(words) - size, INITIALS) if is_same else _best(words, second)
    before = words[: tail.first] if tail else []
    # Menteri Koordinator Bidang Pangan (Menko Pangan), but Kepala Bidang Humas (Kabid Humas)
    for head in (before, before[:-1] if before[-1:] == ["Bidang"] else []):
        if tail and head and head[-1].lower().startswith(first.lower()):
            return _Expansion(len(head) - 1, tail.rule_id)
        if tail and (best := _best(head, first)):
            return _Expansion(best.first, tail.rule_id)
    return None


def _listed(words: list[str], _: str) -> _Expansion | None:
    """The code of a listed company: PT Bank Muara Tbk (MUAR)."""
    first = len(words)
    while first and words[first - 1][0].isupper() and not words[first - 1].endswith("PT"):
        first -= 1
    return _Expansion(first, TICKER) if first < len(words) else None


def _translated(words: list[str], short: str) -> _Expansion | None:
    """Letters of another language after the name of a body: Organisasi Kesehatan Dunia (WHO).

    `words` keep the comma behind them: after one stands another body, or a person, where no dan follows.
    """
    if not FOREIGN.fullmatch(short):
        return None
    first = len(words)
    while first and (words[first - 1][0].isupper() or words[first - 1] in JOINTS):
        first -= 1
    heads = [
        i
        for i in range(first, len(words) - 1)
        if words[i] in TRANSLATED_HEADS
        and not " ".join(words[max(i - 2, 0) : i]).endswith(BEFORE_NO_HEAD)
    ]
    if not heads:
        return None
    is_list = any(w.endswith(",") for w in words[heads[0] : heads[-1]])
    name = words[heads[-is_list] :]
    is_name = name[-1][0].isupper() and not any(w.isupper() and w not in OF_COUNTRY for w in name)
    return _Expansion(heads[-is_list], TRANSLATED) if is_name else None


def _best(words: list[str], short: str) -> _Expansion | None:
    """The shortest run of last words that spells the short form, by initials before syllables."""
    if length := _known_length(words, short):
        return _Expansion(len(words) - length, LEXICON)
    letters = _repeat_counted(re.sub(r"[^\w]", "", short).lower())
    is_letters = _is_letters(short)
    small = [w.lower() for w in words]
    runs = [(first, small[first:]) for first in range(len(words) - 1, -1, -1)]
    runs = [(first, run) for first, run in runs if run[0] not in SKIP or words[first][0].isupper()]
    for first, run in runs if is_letters else ():
        if (len(run) > 1 or "-" in run[0]) and _initials(run, letters):
            return _Expansion(first, INITIALS)
    for first, run in runs if short.lower() not in small else ():  # air rebusan kedelai (kedelai)
        if len(run) > 1 and _syllables(run, letters):
            return _Expansion(first, SYLLABIC)
    for first, run in runs if is_letters else ():
        is_name = all(w[0].isupper() or w in SKIP for w in words[first:])
        if is_name and len(run) > 1 and _most_initials(run, letters):
            return _Expansion(first, INITIALS)
    return None


def _is_person(words: list[str], first: int) -> bool:
    """Sari Wulandari (SW); not Hari Jadi Kota, PT Sinar Wulandari."""
    if first and words[first - 1] in people_exact("company_forms"):
        return False
    tokens = [spelled(word) for word in words[first:]]
    return tokens[0].is_common_name and all(
        t.is_capital and not (t.is_title or is_common_word(t.lower)) for t in tokens
    )


def _repeat_counted(letters: str) -> str:
    """A digit repeats the letter before it, a first one the letter after it: KP2MI has the letters of KPPMI, 3T of TTT."""
    letters = re.sub(r"^([2-4])([a-z])", lambda m: m.group(2) * int(m.group(1)), letters)
    return re.sub(r"([a-z])([2-4])", lambda m: m.group(1) * int(m.group(2)), letters)


def _known_length(words: list[str], short: str) -> int:
    """How many of the last words are the expansion of a short form that older words explain: Basarnas."""
    for expansion in table("acronyms")["lexicon"].get(short.lower(), ()):
        count = len(expansion.split())
        if " ".join(words[-count:]).lower() == expansion.lower():
            return count
    return 0


def _most_initials(words: list[str], letters: str) -> bool:
    """One word inside may give no letter, as the second half of a compound: Persatuan Bulu Tangkis Nasional (PBN)."""
    inner = range(1, len(words) - 1) if len(letters) > 2 else ()
    return any(_initials(words[:i] + words[i + 1 :], letters) for i in inner)


def _initials(words: list[str], letters: str) -> bool:
    """Every letter begins a word, in order; only small words may stand aside."""
    parted = [p for w in words for p in w.split("-") if p]
    return _begin(parted, letters) or _begin(words, letters)  # Federasi E-Sports (FE, FES)


def _begin(words: list[str], letters: str) -> bool:
    at = 0
    for word in words:
        if at < len(letters) and word[0] == letters[at]:
            at += 1
        elif word not in SKIP:
            return False
    return at == len(letters)


def _syllables(words: list[str], letters: str) -> bool:
    """The short form is made of pieces of the words, in order, of one letter or more: Aceh Barat Daya (Abdya)."""
    if len(letters) < SHORTEST_SYLLABIC or words[0] in SKIP:
        return False
    reached = {0}  # letters spelled so far
    for index, word in enumerate(words):
        sizes = ((at, _pieces(word, letters, at, first=index == 0)) for at in reached)
        spelled_on = {at + size for at, pieces in sizes for size in pieces}
        reached = spelled_on | (reached if word in SKIP else set())
    return len(letters) in reached


def _pieces(word: str, letters: str, at: int, *, first: bool) -> set[int]:
    """How many letters the word can give from there: its beginning, with a leap over some letters or none, or a syllable further in.

    A first word with the prefix ke- or pe- may also give what follows it: Polda from Kepolisian Daerah.
    """
    sizes = set[int]()
    for size in range(1, min(len(word), len(letters) - at, LONGEST_PIECE) + 1):
        piece = letters[at : at + size]
        inner = size > 1 and (word[2:].startswith(piece) if first else piece in word[1:])
        leaps = size < 4 and any(
            word.startswith(piece[:cut]) and piece[cut:] in word[cut:] for cut in range(1, size)
        )
        if (
            word.startswith(piece)
            or (inner and (not first or word.startswith(("ke", "pe"))))
            or (first and size >= LEAST_END and word.endswith(piece))
            or leaps
        ):
            sizes.add(size)
    return sizes
