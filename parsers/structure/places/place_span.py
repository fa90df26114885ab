"""A place in a paragraph, and what several rules ask about the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from parsers.language.words import lower
from parsers.structure.tokens.gazetteer import Region, regions
from parsers.structure.tokens.token import Token, Tokens

LONGEST_SITE = 8  # words
LEAST_NAME = 4  # letters of a bare district; shorter ones are ordinary words too often
MOVES = frozenset({"di", "ke", "dari", "asal", "lewat", "menuju"})
BESIDE = lower(
    "di dekat depan halaman sekitar wilayah kawasan perairan bantaran tepi pinggir lereng kaki pesisir"
)
LEADS = MOVES | BESIDE
AGE_CLASS = re.compile(r"U-?\d\d")  # timnas U-20 Indonesia


class PlaceSpan(NamedTuple):
    """`start` and `end` are tokens of the paragraph."""

    start: int
    end: int
    kind: str
    name: str
    rule_id: str
    region: Region | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPlaces:
    """What the whole text says about its places."""

    parents: frozenset[str]  # codes of every region, to tell districts of one name apart
    persons: frozenset[int]  # where the phrases begin that name a person
    short_forms: dict[str, PlaceSpan] = field(default_factory=dict)  # those defined so far


def region_at(tokens: Tokens, at: int) -> Region | None:
    """The region with the longest name that begins there."""
    length = tokens[at].region if at < len(tokens) else 0
    return regions().get(lower_text(tokens[at : at + length])) if length else None


def lower_text(tokens: Tokens) -> str:
    return " ".join(t.lower for t in tokens)


def capitals_end(tokens: Tokens, at: int) -> int:
    last = min(at + LONGEST_SITE, len(tokens))
    while at < last and tokens[at].is_capital and not tokens[at].is_day:
        at += 1
    return at


def may_be_town(token: Token) -> bool:
    word = token.text
    is_plain = len(word) >= LEAST_NAME and word.isalpha() and word[1:].islower()
    is_office = token.is_title or token.is_head or token.is_ministry
    is_other = is_office or token.is_opener or token.is_common_name
    return is_plain and not is_other


def continues_name(tokens: Tokens, at: int, end: int, persons: frozenset[int]) -> bool:
    """Capitals right before or after, in one run: Bali United, Persija Jakarta; not ganda Indonesia Ayu Kinanti."""
    if end < len(tokens):
        after = tokens[end]
        is_joined = after.start - tokens[end - 1].end == 1 and after.start not in persons
        if is_joined and after.is_capital and not after.is_day:
            return True
    if at < 2:
        return False
    before = tokens[at - 1]
    opens_sentence = tokens[at - 2].text in '.!?“”":'
    return before.is_capital and not opens_sentence and not AGE_CLASS.fullmatch(before.text)


def joint_before(tokens: Tokens, at: int) -> int:
    """Where the joint before `at` begins: a comma, `dan`, or both."""
    both = at > 1 and tokens[at - 1].lower == "dan" and tokens[at - 2].text == ","
    return at - 1 - both
