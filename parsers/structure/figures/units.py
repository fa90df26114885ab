"""Units, currencies, scales and comparators around a number, as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from parsers.language.words import lower, number_words, table
from parsers.structure.tokens.token import ADVERBS, person_nouns
from parsers.text.numbers import scales

SPACE = "[ \u00a0]"
PER = re.compile(rf"(?:{SPACE}per{SPACE}|/)((?![A-Z][a-z])[^\W\d_]+)\b")
UNIT = re.compile(rf"{SPACE}?(%|[^\W\d_]+(?:-[^\W\d_]+)?)")
LONGEST_SHORT_FORM = 5  # letters of KK, TPS
NEGATION = "tidak|tak|bukan|enggak|not|no"
NEGATED = {"<": ">=", ">": "<="}
VERB_PREFIXES = ("meng", "mem", "men", "meny", "ter", "ber", "di")


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def currency_before() -> re.Pattern[str]:
    names = _any(table("units")["currencies"])
    return re.compile(rf"(?<![A-Za-z])(?:Rp\.?{SPACE}?)?({names})\.?{SPACE}{{0,2}}$")


@cache
def currency_ends() -> frozenset[str]:
    return frozenset(name[-1] for name in table("units")["currencies"])


@cache
def currency_after() -> re.Pattern[str]:
    codes = (c for c in table("units")["currencies"] if c.isalpha() and len(c) == 3)
    words = _any(table("units")["currency_words"])
    return re.compile(rf"{SPACE}((?i:{words})|{_any(codes)})\b")


def currency(name: str) -> str:
    words, codes = table("units")["currency_words"], table("units")["currencies"]
    return words.get(name.lower()) or codes[name]  # type: ignore[no-any-return]


@cache
def scale_after() -> re.Pattern[str]:
    """It ends at a digit or a capital too, where the next line is glued to it: Rp 2 miliar3 bidang, Rp 515,9 jutaHonda."""
    end = r"\b|an\b|\d|(?-i:(?<=[a-z])[A-Z])"
    return re.compile(rf"{SPACE}?({_any(scales())})(?={end})", re.IGNORECASE)


@cache
def money_scale(kind: str) -> re.Pattern[str]:
    return re.compile(rf"{SPACE}?({_any(table('units')[kind])})\b")


@cache
def comparator_words() -> tuple[str, ...]:
    return tuple(table("units")["comparators"])


@cache
def comparator_before() -> re.Pattern[str]:
    words = _any(table("units")["comparators"])
    return re.compile(rf"\b(?P<no>(?:{NEGATION}){SPACE})?(?P<word>{words}){SPACE}$", re.IGNORECASE)


def comparator(match: re.Match[str]) -> str:
    """`tidak kurang dari` says `>=`."""
    sign: str = table("units")["comparators"][match["word"].lower()]
    return NEGATED.get(sign, sign) if match["no"] else sign


@cache
def label_words() -> frozenset[str]:
    """What may stand right before a number that is none: the labels, and `dan` between two numbers."""
    return lower(table("units")["context"]["label"]) | {"dan"}


@cache
def label_before() -> re.Pattern[str]:
    labels = _any(table("units")["context"]["label"].split())
    return re.compile(
        rf"(?:\b(?:{labels})|(?<=[a-z])(?-i:Pasal))\.?{SPACE}?(?:\d{{1,3}}[A-Za-z]?(?:, | dan ))?$",
        re.IGNORECASE,
    )


@cache
def known_units() -> frozenset[str]:
    return frozenset(word for words in table("units")["units"].values() for word in lower(words))


@cache
def nouns_like_verbs() -> frozenset[str]:
    """terdakwa, menara"""
    return lower(table("units")["context"]["prefixed"]) | person_nouns()


@cache
def never_units() -> frozenset[str]:
    return (
        lower(table("units")["context"]["never"])
        | lower(table("cues")["speech"]["post"])
        | number_words()
        | ADVERBS
    )


def is_unit(match: re.Match[str], language: str) -> bool:
    """A unit of the list, a short form in capitals (KK, TPS), or a plain noun with a blank before it."""
    word, small = match[1], match[1].lower()
    if small in known_units():
        return True
    if match.start(1) == match.start() or small in never_units() or len(word) < 2:
        return False
    if language == "en" and not _is_plural(word):
        return False
    if word.isupper():
        return len(word) <= LONGEST_SHORT_FORM
    is_verb = small.startswith(VERB_PREFIXES) and small not in nouns_like_verbs()
    return word.islower() and len(word) > 2 and not is_verb


def _is_plural(word: str) -> bool:
    """900,000 workers, but not 900,000 cleaning workers, where the noun comes later."""
    return word.endswith("s") and not word.endswith("ss")
