"""What a single token tells: title, rank, institution, region, name."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from parsers.language.words import cased, common_names, lower, people, rows, table

from .text import Token

LONGEST_REGION = 4
MINISTRY = 6  # letters of the shortest short form of a ministry: Kemenlu, Kemenkominfo
ROMAN = frozenset("IVXL")
# Nouns derived from verbs and loan words name offices and tasks, hardly ever persons: Pengupahan, Pencarian, Distribusi.
DERIVED = re.compile(r"(?:Pe|Ke|Per)\w{5,}an|\w{4,}(?:asi|isi|[bklt]usi|itas|ologi)")


@cache
def region_words() -> dict[str, frozenset[tuple[str, ...]]]:
    """First word in lower case to the region names, and fixed institution tails, that begin with it."""
    names = [r["name"] for r in rows("regions")] + [r["name"] for r in rows("countries")]
    names += [n for n in table("aliases_places") if n != "ignore"] + list(table("people")["tails"]) + table("places")["abroad"]
    bare = [n.removeprefix("Kabupaten ").removeprefix("Kota ").removeprefix("Administrasi ") for n in names]
    found: dict[str, set[tuple[str, ...]]] = {}
    for name in {*names, *bare, *lower_provinces(names)} - {"Bima"}:  # a city, and a common name
        words = tuple(name.lower().split())
        found.setdefault(words[0], set()).add(words)
    return {head: frozenset(tails) for head, tails in found.items()}


@cache
def district_words() -> dict[str, frozenset[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for row in rows("districts"):
        words = tuple(row["name"].lower().split())
        found.setdefault(words[0], set()).add(words)
    return {head: frozenset(tails) for head, tails in found.items()}


def lower_provinces(names: list[str]) -> list[str]:
    return [n.removeprefix("DKI ").removeprefix("Daerah Istimewa ") for n in names]


def region_length(tokens: tuple[Token, ...], at: int) -> int:
    """How many tokens from `at` are the name of a region, 0 for none; the longest wins."""
    return _longest(region_words(), tokens, at)


def district_length(tokens: tuple[Token, ...], at: int) -> int:
    """The same for a district; thousands of them are ordinary words or names, so this alone proves nothing."""
    return _longest(district_words(), tokens, at)


def _longest(index: dict[str, frozenset[tuple[str, ...]]], tokens: tuple[Token, ...], at: int) -> int:
    tails = index.get(tokens[at].lower)
    if not tails or not tokens[at].is_capital:
        return 0
    words = tuple(t.lower for t in tokens[at : at + LONGEST_REGION])
    return max((len(tail) for tail in tails if words[: len(tail)] == tail), default=0)


@cache
def heads() -> frozenset[str]:
    return cased("institutions")


@cache
def stands_alone() -> frozenset[str]:
    return cased("standalone")


@cache
def office_words() -> frozenset[str]:
    return people("vocabulary") | people("role_words") | people("roles")


def is_role(token: Token) -> bool:
    return token.lower in people("roles")


@cache
def person_nouns() -> frozenset[str]:
    return lower(table("grammar")["persons"]) | people("roles")


def is_person_noun(token: Token) -> bool:
    """penumpang, warga, pelatih: somebody without a name."""
    return token.lower in person_nouns()


def is_rank(token: Token) -> bool:
    return token.text in cased("ranks")


def is_honorific(token: Token) -> bool:
    return token.text in cased("honorifics")


def is_common_name(token: Token) -> bool:
    return token.lower in common_names() and token.is_capital


def is_acronym(token: Token) -> bool:
    """All capitals, or the like of KemenP2MI. Two letters may be initials of a person (Mahfud MD)."""
    return token.is_capital and _is_acronym(token.text)


@lru_cache(maxsize=8192)
def _is_acronym(text: str) -> bool:
    if set(text) <= ROMAN:
        return False
    if len(text) == 2 and text.isupper():  # noqa: PLR2004
        return text in cased("not_initials")
    return sum(c.isupper() or c.isdigit() for c in text) > 1 and len(text) > 2 and not any(c in text for c in ".’'")  # noqa: PLR2004


def is_ministry(token: Token) -> bool:
    """Kemenlu, Kemenkominfo; not Kemenangan."""
    return token.text.startswith("Kemen") and len(token.text) > MINISTRY and not token.text.endswith("an")


def is_title(token: Token, ordinary: frozenset[str]) -> bool:
    """A word of offices and institutions rather than of persons."""
    if not token.is_capital or is_acronym(token) or token.text in heads() or (len(token.text) > 1 and set(token.text) <= ROMAN):
        return True
    if is_common_name(token):
        return False
    if is_ministry(token):
        return True
    word = token.lower
    listed = word in office_words() or word in ordinary or token.text in table("units")["currencies"]
    return listed or DERIVED.fullmatch(token.text) is not None or any(c.isdigit() for c in word)


__all__ = [
    "district_length",
    "heads",
    "is_acronym",
    "is_common_name",
    "is_honorific",
    "is_ministry",
    "is_rank",
    "is_role",
    "is_title",
    "lower",
    "region_length",
    "stands_alone",
]
