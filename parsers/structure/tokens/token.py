"""What a single word tells, wherever it stands: title, rank, institution, name, cue. Read once a spelling, kept on every token of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from parsers.language.words import (
    Cue,
    cased,
    common_names,
    cues,
    listed,
    lower,
    months,
    passives,
    people,
    rows,
    table,
    weekdays,
)

MINISTRY = 6  # letters of the shortest short form of a ministry: Kemenlu, Kemenkominfo
LEAST_OPENER = 5  # letters fewer than: Timnya, Semuanya, but not Sonya
LEAST_MONTH = 3  # letters more than an abbreviated month has
ROMAN = frozenset("IVXL")
COLONS = frozenset({"menurut", "menurutnya", ":"})
PART = re.compile(r"[^\W\d_]+")
ADVERBS = lower(table("grammar")["adverbs"])
SHORT_NAMES = frozenset(
    {"Dg", "Moh", "Moch", "Much", "Muh", "Muhd", "Ach", "Abd", "Md"}
)  # names written short before a full stop
# Nouns derived from verbs and loan words name offices and tasks, hardly ever persons: Pengupahan, Pencarian, Distribusi.
DERIVED = re.compile(r"(?:Pe|Ke|Per)\w{5,}an|\w{4,}(?:asi|isi|[bklt]usi|itas|ologi)")


class Token(NamedTuple):
    """A word or mark with its place in the body, and what its spelling tells; a named tuple, because a text has thousands."""

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
    listed: tuple[
        tuple[int, str], ...
    ]  # the words of `listed` that it is or has as a part, and where they begin in it
    is_suffix: bool  # ends the name of a body: Sekuritas
    clitic: int  # how many of its last letters are the clitic: katanya, and the slips ujarya, terangnnya
    is_telling: bool  # one of capital, may_begin, may_attribute, listed
    region: int = (
        0  # how many tokens from here are the name of a region, 0 for none; the longest wins
    )

    @property
    def verb(self) -> Cue | None:
        """A cue before a statement: mengatakan."""
        return self.cue if self.cue and self.cue.position == "pre" else None

    @property
    def is_post(self) -> bool:
        """A cue after a statement, without a clitic."""
        return self.post is not None and not self.clitic


@lru_cache(maxsize=1 << 15)
def features(text: str) -> tuple[Any, ...]:
    """What follows the place in a token."""
    word, first, capital = text.lower(), text[0], text[0].isupper()
    common, head, acronym = (
        capital and word in common_names(),
        text in cased("institutions"),
        capital and _is_acronym(text),
    )
    ministry = (
        text.startswith("Kemen") and len(text) > MINISTRY and not text.endswith("an")
    )  # not Kemenangan
    always = not capital or acronym or head or (len(text) > 1 and set(text) <= ROMAN)
    opener = (
        word in people("openers")
        or word in passives()
        or (word.endswith("nya") and len(word) > LEAST_OPENER)
    )
    site = text in sites("street") or text in sites("facility") or text in sites("nature")
    found, clitic = post(word)
    role, rank, honorific = (
        word in people("roles"),
        text in cased("ranks"),
        text in cased("honorifics"),
    )
    begins, attributes, parts = (
        capital or role or rank or honorific,
        word in COLONS or word in cues() or found is not None,
        _listed(text),
    )
    return (
        word,
        capital,
        first.isalnum(),
        text.islower(),
        (len(text) == 1 and capital) or text in SHORT_NAMES,
        opener,
        role,
        rank,
        honorific,
        common,
        acronym,
        ministry,
        head,
        word in weekdays() or (word in months() and len(text) > LEAST_MONTH),
        site,
        role or rank or honorific,
        always or (not common and (ministry or _names_office(text, word))),
        table("places")["markers"].get(word),
        cues().get(word),
        found,
        region_words().get(word, ()) if capital else (),
        begins,
        attributes,
        parts,
        text in cased("suffixes"),
        clitic,
        begins or attributes or bool(parts),
        0,
    )


def _listed(text: str) -> tuple[tuple[int, str], ...]:
    if text.isalpha():
        return ((0, text.lower()),) if text.lower() in listed() else ()
    parts = [(0, text.lower()), *((m.start(), m.group().lower()) for m in PART.finditer(text))]
    return tuple(sorted({part for part in parts if part[1] in listed()}))


def token(text: str, start: int) -> Token:
    return Token(text, start, start + len(text), *features(text))


def post(word: str) -> tuple[Cue | None, int]:
    for clitic in ("", "nya", "nnya", "ya"):
        if (
            word.endswith(clitic)
            and (cue := cues().get(word.removesuffix(clitic)))
            and cue.position == "post"
        ):
            return cue, len(clitic)
    return None, 0


def _is_acronym(text: str) -> bool:
    """All capitals, or the like of KemenP2MI. Two letters may be initials of a person (Mahfud MD)."""
    if set(text) <= ROMAN:
        return False
    if len(text) == 2 and text.isupper():
        return text in cased("not_initials")
    return (
        sum(c.isupper() or c.isdigit() for c in text) > 1
        and len(text) > 2
        and not any(c in text for c in ".’'")
    )


def _names_office(text: str, word: str) -> bool:
    listed = (
        word in people("vocabulary")
        or word in people("role_words")
        or word in people("roles")
        or text in table("units")["currencies"]
    )
    return listed or DERIVED.fullmatch(text) is not None or any(c.isdigit() for c in word)


def verb_at(tokens: tuple[Token, ...], at: int) -> Cue | None:
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
def person_nouns() -> frozenset[str]:
    """penumpang, warga, pelatih: somebody without a name."""
    return lower(table("grammar")["persons"]) | people("roles")


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
    return _by_first({*names, *bare, *provinces} - {"Bima"})  # a city, and a common name


@cache
def district_words() -> dict[str, tuple[tuple[str, ...], ...]]:
    return _by_first({row["name"] for row in rows("districts")})


def _by_first(names: set[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        words = tuple(name.lower().split())
        found.setdefault(words[0], set()).add(words)
    return {head: tuple(sorted(tails, key=len, reverse=True)) for head, tails in found.items()}


def with_region(tokens: list[Token], at: int) -> Token:
    return tuple.__new__(Token, (*tokens[at][:-1], _longest(tokens, at, tokens[at].regions)))


def region_length(tokens: Sequence[Token], at: int) -> int:
    """How many tokens from `at` are the name of a region, 0 for none; the longest wins."""
    return tokens[at].region


def district_length(tokens: tuple[Token, ...], at: int) -> int:
    """The same for a district; thousands of them are ordinary words or names, so this alone proves nothing."""
    return (
        _longest(tokens, at, district_words().get(tokens[at].lower, ()))
        if tokens[at].is_capital
        else 0
    )


def _longest(tokens: Sequence[Token], at: int, names: tuple[tuple[str, ...], ...]) -> int:
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    for name in names:
        if len(name) == 1 or (
            name[1] == following and name == tuple([t.lower for t in tokens[at : at + len(name)]])
        ):
            return len(name)
    return 0


EDGE = token("\n", 0)  # stands before the first token and after the last
