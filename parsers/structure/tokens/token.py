"""What a single word says wherever it stands: title, rank, institution, name, cue. Computed once a spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from parsers.language.words import (
    Cue,
    common_names,
    cues,
    foreign_names,
    index_words,
    listed_bodies,
    lower,
    months,
    passives,
    people,
    people_exact,
    roles,
    rows,
    table,
    weekdays,
)

SHORTEST_MINISTRY = 6  # letters fewer than the short form of a ministry has: Kemenlu
LEAST_OPENER = 5  # letters fewer than: Timnya, Semuanya, but not Sonya
LEAST_MONTH = 3  # letters more than an abbreviated month has
ROMAN = frozenset("IVXL")
COLONS = frozenset({"menurut", "menurutnya", ":"})
PLACE_FIELDS = 3  # text, start and end come before what the spelling says
MONEY = re.compile(r"(?:Rp|USD|US|SGD|IDR)\d")
NUMBER = re.compile(r"\d+")
DIGITS = "0"  # stands for any number
PART = re.compile(r"[^\W\d_]+")
CLITICS = ("", "nya", "nnya", "ya")
VERB = re.compile(r"(?:me[mnlrwy]|di|ber|ter)\w{3,}")  # with a prefix
CAMEL_NAME = re.compile(
    r"(?:Mc|Mac|Di|La|Le)?[A-Z][a-z]+(?:-[A-Z][a-z]*)*"
)  # McDonnell, Alexander-Arnold
FIRST_PARTICLES = frozenset({"von", "van", "de"})
SECOND_PARTICLES = frozenset({"der", "den", "dem", "la", "los"})
ADVERBS = lower(table("grammar")["adverbs"])
DEMONSTRATIVES = lower(table("grammar")["demonstratives"])
# Names written short before a full stop.
SHORT_NAMES = frozenset({"Dg", "Moh", "Moch", "Much", "Muh", "Muhd", "Ach", "Abd", "Md"})
LONGEST_BRACKET = 12  # tokens
LONGEST_NAME = 4  # words
LONGEST_SUFFIXED = 4  # words of a company name with a suffix
NICKNAME_MARKS = frozenset("“”\"'‘’")  # around a nickname inside a name
# Nouns derived from verbs and loan words name offices and tasks, hardly ever persons: Pengupahan, Pencarian, Distribusi.
DERIVED = re.compile(r"(?:Pe|Ke|Per)\w{5,}an|\w{4,}(?:asi|isi|[bklt]usi|itas|ologi)")


class Token(NamedTuple):
    """A word or mark with its place in the body and what its spelling says. A named tuple, for a text has thousands."""

    text: str
    start: int
    end: int
    lower: str
    is_capital: bool
    is_word: bool
    is_small: bool  # all lower case
    is_initial: bool  # R in R. Andika, M in M Fadil; Moh in Moh. Fadil
    is_opener: bool  # a capital of it may only begin a sentence
    is_role: bool
    is_rank: bool
    is_honorific: bool
    is_common_name: bool
    is_acronym: bool
    is_ministry: bool
    is_head: bool  # the head noun of an institution
    is_day: bool  # a weekday or month
    is_site: bool  # the head noun of a street, a facility or a part of nature
    is_titled: bool  # a role, rank or honorific
    is_title: bool  # a word of offices and institutions rather than of persons
    marker: str | None  # the level a place after it has: Kabupaten, Desa
    cue: Cue | None  # the word as it is attributes
    post: Cue | None  # the word attributes after a statement
    regions: tuple[tuple[str, ...], ...]  # the words of every region that begins with this one
    may_begin: bool  # a name, an office or an institution
    may_attribute: bool
    # the words of `index_words` that it is or has as a part, DIGITS too, and where they begin in it
    index_words: tuple[tuple[int, str], ...]
    is_suffix: bool  # ends the name of a body: Sekuritas
    clitic: int  # how many of its last letters are the clitic: katanya, and the slips ujarya, terangnnya
    verb: Cue | None  # a cue before a statement: mengatakan
    is_post: bool  # a cue after a statement, without a clitic
    begins_body: bool  # the first word of a listed body of several
    is_indexed: bool  # one of capital, may_begin, may_attribute, index_words
    region: int = 0  # how many tokens from here are the name of a region; the longest wins


Tokens = tuple[Token, ...]
Span = tuple[int, int]  # half-open


@lru_cache(maxsize=1 << 15)
def features(text: str) -> tuple[Any, ...]:
    """The fields of a token that follow its place. Most words are small and in no list, which takes no time to see."""
    is_plain = text.isalpha() and text.islower() and text not in _listed_small()
    return (text, *_plain()) if is_plain and not text.endswith("ya") else _features(text)


@cache
def _plain() -> tuple[Any, ...]:
    return _features("a" * LONGEST_NAME)[1:]


@cache
def _listed_small() -> frozenset[str]:
    """Small words of which `_features` says more than that they are."""
    exact = ("ranks", "honorifics", "institutions", "suffixes")
    words = {*cues(), *COLONS, *table("places")["markers"], *weekdays(), *months()}
    lists = (roles(), people("openers"), passives(), index_words(), all_sites())
    return frozenset(words.union(*lists, *map(people_exact, exact)))


def _features(text: str) -> tuple[Any, ...]:
    word, capital = text.lower(), text[0].isupper()
    common = capital and word in common_names()
    head = text in people_exact("institutions")
    is_listed = text in people_exact("brands") or (text in listed_bodies(1) and not head)
    acronym = capital and (_is_acronym(text) or is_listed)
    ministry = _is_ministry(text)
    role = word in roles() and not (capital and word in people("small_roles"))
    rank = not people_exact("ranks").isdisjoint({text, text.title() if text.isupper() else text})
    honorific = text in people_exact("honorifics")
    never_a_name = not capital or acronym or head or (len(text) > 1 and set(text) <= ROMAN)
    cue, (post, clitic) = cues().get(word), trailing_cue(word)
    begins = capital or role or rank or honorific
    attributes = word in COLONS or cue is not None or post is not None
    places = _index_words(text)
    return Token(
        text=text,
        start=0,
        end=0,
        lower=word,
        is_capital=capital,
        is_word=text[0].isalnum(),
        is_small=text.islower(),
        is_initial=(len(text) == 1 and capital) or text in SHORT_NAMES,
        is_opener=_is_opener(word),
        is_role=role,
        is_rank=rank,
        is_honorific=honorific,
        is_common_name=common,
        is_acronym=acronym,
        is_ministry=ministry,
        is_head=head,
        is_day=word in weekdays() or (word in months() and len(text) > LEAST_MONTH),
        is_site=text in all_sites(),
        is_titled=role or rank or honorific,
        is_title=never_a_name or (not common and (ministry or _names_office(text, word))),
        marker=table("places")["markers"].get(word),
        cue=cue,
        post=post,
        regions=region_words().get(word, ()) if capital else (),
        may_begin=begins,
        may_attribute=attributes,
        index_words=places,
        is_suffix=text in people_exact("suffixes"),
        clitic=clitic,
        verb=cue if cue and cue.position == "pre" else None,
        is_post=post is not None and not clitic,
        begins_body=capital and word in body_words(),
        is_indexed=begins or attributes or bool(places),
    )[PLACE_FIELDS:]


def spelled(text: str) -> Token:
    """A token that stands nowhere."""
    return tuple.__new__(Token, (text, 0, 0) + features(text))  # noqa: RUF005 - twice as quick


def _is_ministry(text: str) -> bool:
    """Kemenlu; not Kemenangan."""
    return text.startswith("Kemen") and len(text) > SHORTEST_MINISTRY and not text.endswith("an")


def _is_opener(word: str) -> bool:
    possessive = word.endswith("nya") and len(word) > LEAST_OPENER
    return word in people("openers") or word in passives() or possessive


def _index_words(text: str) -> tuple[tuple[int, str], ...]:
    if text.isalpha():
        return ((0, text.lower()),) if text.lower() in index_words() else ()
    parts = [(0, text.lower()), *((m.start(), m.group().lower()) for m in PART.finditer(text))]
    numbers = [(m.start(), DIGITS) for m in NUMBER.finditer(text)]
    return tuple(sorted({*numbers, *(part for part in parts if part[1] in index_words())}))


def trailing_cue(word: str) -> tuple[Cue | None, int]:
    for clitic in CLITICS if word.endswith("ya") else ("",):
        if (
            word.endswith(clitic)
            and (cue := cues().get(word.removesuffix(clitic)))
            and cue.position == "post"
        ):
            return cue, len(clitic)
    return None, 0


def _is_acronym(text: str) -> bool:
    """All capitals, or the like of KemenP2MI. Two letters may be initials of a person (Mahfud MD)."""
    if set(text) <= ROMAN or _is_compound_name(text) or MONEY.match(text):
        return False
    if len(text) == 2 and text.isupper():
        return text in people_exact("not_initials")
    return (
        sum(c.isupper() or c.isdigit() for c in text) > 1
        and len(text) > 2
        and not any(c in text for c in ".’'")
    )


def _is_compound_name(text: str) -> bool:
    """McDonnell, Alexander-Arnold; not Polandia-Ukraina, two places."""
    places = text.lower().split("-")
    return CAMEL_NAME.fullmatch(text) is not None and not any(
        (p,) in region_words().get(p, ()) for p in places
    )


def _names_office(text: str, word: str) -> bool:
    is_listed = (
        word in people("vocabulary")
        or word in people("role_words")
        or word in roles()
        or text in table("units")["currencies"]
    )
    return is_listed or DERIVED.fullmatch(text) is not None or any(c.isdigit() for c in word)


def bracket_end(tokens: Tokens, at: int) -> int:
    """The index after the bracket that opens at `at`, or `at` where it does not close soon."""
    for index in range(at + 1, min(at + LONGEST_BRACKET, len(tokens))):
        if tokens[index].text == ")":
            return index + 1
    return at


def is_age(tokens: Tokens, at: int) -> bool:
    """(37) after a name."""
    run = tokens[at : at + 3]
    return len(run) == 3 and run[0].text == "(" and run[1].text.isdigit() and run[2].text == ")"


def is_nickname(tokens: Tokens, at: int) -> bool:
    """Reza “Kaito” Mahardika: a word in marks between two capitals."""
    is_mark = at < len(tokens) and tokens[at].text in NICKNAME_MARKS
    run = tokens[at - 1 : at + 4] if is_mark else ()
    return (
        len(run) == 5
        and run[3].text in NICKNAME_MARKS
        and all(t.is_capital and not t.is_acronym for t in run[::2])
    )


def is_particle(tokens: Tokens, at: int) -> bool:
    """A small word inside a name: da, van; di only after a foreign first name and before no place."""
    word = tokens[at].lower
    if word != "di" or at == 0 or at + 1 == len(tokens):
        return word in people("particles")
    before, after = tokens[at - 1], tokens[at + 1]
    is_free = after.is_capital and not (after.is_title or after.is_site or after.region)
    return is_free and before.is_capital and before.lower in foreign_names()


def are_particles(tokens: Tokens, at: int) -> bool:
    """Two small words inside a name: van der Vaart, de la Fuente."""
    first, second = (token.lower for token in (*tokens[at : at + 2], EDGE, EDGE)[:2])
    return first in FIRST_PARTICLES and second in SECOND_PARTICLES


def without_degrees(tokens: Tokens, start: int, end: int) -> int:
    """Where the words before the degrees end: Susi Endrini SSi MSc, Arman S.T."""
    while end > start + 1 and is_degree(tokens[end - 1]):
        end -= 1
    return end


def is_degree(token: Token) -> bool:
    """MSc, S.Farm, Sp.PD, Sp.OT"""
    parts = token.text.split(".")
    is_short = not token.text.isupper() and len(parts) > 1 and all(map(str.istitle, parts))
    is_short |= len(parts) > 1 and parts[0] == "Sp"
    return is_short or "".join(parts) in _degrees()


@cache
def _degrees() -> frozenset[str]:
    return frozenset(degree.replace(".", "") for degree in people_exact("degrees"))


def suffix_length(tokens: Tokens, at: int, end: int, ordinary: frozenset[str]) -> int:
    """Surya Cakra Sekuritas: how many tokens from an unknown word to the suffix of a company, else 0."""
    if not tokens[at].is_capital:
        return 0
    for index in range(at + 1, min(at + LONGEST_SUFFIXED, end)):
        if not tokens[index].is_capital:
            return 0
        if tokens[index].is_suffix:
            return 0 if is_title(tokens[at], ordinary) else index + 1 - at
    return 0


def are_judges(tokens: Tokens, at: int, end: int) -> bool:
    return tokens[at].text == "Majelis" and at + 1 < end and tokens[at + 1].text == "Hakim"


def span_of(tokens: Tokens, span: Span) -> Span:
    """Token indices as code points of the body."""
    return tokens[span[0]].start, tokens[span[1] - 1].end


def text_of(tokens: Sequence[Token]) -> str:
    return " ".join(t.text for t in tokens)


def verb_at(tokens: Tokens, at: int) -> Cue | None:
    """The verb of saying there, or after the adverbs there: juga meminta."""
    while at < len(tokens) and tokens[at].lower in ADVERBS:
        at += 1
    return tokens[at].verb if at < len(tokens) else None


def is_title(token: Token, ordinary: frozenset[str]) -> bool:
    """A word of offices rather than of persons, also because the text writes it small elsewhere."""
    return token.is_title or (token.lower in ordinary and not token.is_common_name)


@cache
def sites(kind: str) -> frozenset[str]:
    """The words that open a street or a facility."""
    return frozenset(table("places")[kind].split())


@cache
def all_sites() -> frozenset[str]:
    return sites("street") | sites("facility") | sites("nature")


@cache
def person_nouns() -> frozenset[str]:
    """penumpang, warga, pelatih: somebody without a name."""
    return lower(table("grammar")["persons"]) | roles()


@cache
def region_words() -> dict[str, tuple[tuple[str, ...], ...]]:
    """First word in lower case to the region names, and fixed institution tails, that begin with it, the longest first."""
    names = [r["name"] for r in rows("regions")] + [r["name"] for r in rows("countries")]
    names += (
        [n for n in table("aliases_places") if n != "ignore"]
        + list(table("people")["tails"])
        + table("places")["abroad"]
        + table("places")["areas"]
        + table("places")["towns"]
    )
    bare = [
        n.removeprefix("Kabupaten ").removeprefix("Kota ").removeprefix("Administrasi ")
        for n in names
    ]
    provinces = [n.removeprefix("DKI ").removeprefix("Daerah Istimewa ") for n in names]
    # without a city that is a common name, too
    return _by_first(frozenset({*names, *bare, *provinces} - {"Bima", "Kota Bima"}))


@cache
def district_words() -> dict[str, tuple[tuple[str, ...], ...]]:
    return _by_first(frozenset(row["name"] for row in rows("districts")))


@cache
def body_words() -> dict[str, dict[str, list[tuple[str, ...]]]]:
    """The first word and the second to the listed bodies that begin with both, the longest first."""
    by_two: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    for first, names in _by_first(listed_bodies(2)).items():
        for name in names:
            by_two.setdefault(first, {}).setdefault(name[1], []).append(name)
    return by_two


def _by_first(names: frozenset[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    by_first: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        words = tuple(
            name.lower().replace(".", " .").replace(",", " ,").split()
        )  # Kep. Siau: three tokens
        by_first.setdefault(words[0], set()).add(words)
    return {head: tuple(sorted(group, key=len, reverse=True)) for head, group in by_first.items()}


def with_region(tokens: list[Token], at: int) -> Token:
    """Of Kota Padang and Padang Lawas in `Wali Kota Padang Lawas` the longer name wins."""
    length = _longest(tokens, at, tokens[at].regions)
    if length > 1 and tokens[at].marker:
        length = max(length, 1 + _longest(tokens, at + 1, tokens[at + 1].regions))
    return tuple.__new__(Token, (*tokens[at][:-1], length)) if length else tokens[at]


def district_length(tokens: Tokens, at: int) -> int:
    """How many tokens from `at` are the name of a district; thousands of them are ordinary words or names, so this alone proves nothing."""
    return (
        _longest(tokens, at, district_words().get(tokens[at].lower, ()))
        if tokens[at].is_capital
        else 0
    )


def body_length(tokens: Tokens, at: int) -> int:
    """How many tokens from `at` are a listed body, 0 for none: nothing in it names a person."""
    if not tokens[at].begins_body or at + 1 == len(tokens):
        return 0
    names = body_words()[tokens[at].lower].get(tokens[at + 1].lower)
    length = _longest(tokens, at, names) if names else 0
    return length if tokens[at + length - 1].is_capital else 0


def _longest(tokens: Sequence[Token], at: int, names: Sequence[tuple[str, ...]]) -> int:
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    for name in names:
        if len(name) == 1 or (
            name[1] == following and name == tuple([t.lower for t in tokens[at : at + len(name)]])
        ):
            return len(name)
    return 0


EDGE = Token("\n", 0, 1, *features("\n"))  # stands before the first token and after the last
