"""Which places a text says that something happened at: a linear model of how it names each of them, and as what.

The weights are whole numbers in parsers/language/event_places.csv, made by benchmarks/train_places.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from parsers.facts import DateMentioned
from parsers.language.words import lower, rows, table
from parsers.structure.places.place_span import PlaceSpan, joint_before
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import Span, Tokens

BIAS = "any place"
GROUPS = {"country": "country", "facility": "site", "street": "site", "other": "area"}
NEAR = 4  # words before a place, one of which tells of an origin


class NamedPlace(NamedTuple):
    """Where a text names a place."""

    paragraph: Paragraph
    span: PlaceSpan
    is_quoted: bool


def event_places(
    names: Sequence[NamedPlace], dates: Sequence[DateMentioned], dateline: str | None
) -> frozenset[str]:
    """Their names. `dateline` is the Kemendagri code of its region."""
    return frozenset(
        name
        for name, features in place_features(names, dates, dateline).items()
        if weights()[BIAS] + sum(weights().get(feature, 0) for feature in features) > 0
    )


@cache
def weights() -> dict[str, int]:
    return {row["feature"]: int(row["weight"]) for row in rows("event_places")}


@cache
def _words(kind: str) -> frozenset[str]:
    return lower(table("places")[kind])


def place_features(
    names: Sequence[NamedPlace], dates: Sequence[DateMentioned], dateline: str | None
) -> dict[str, set[str]]:
    """By name of the place, what holds anywhere in the text that names it."""
    found = defaultdict[str, set[str]](set)
    codes = {p.span.region.code for p in names if p.span.region and p.span.region.code}
    lead, of_sentences = "", dict[Span, set[str]]()
    for number, place in enumerate(names):
        if number == 0 or not _is_joined(names[number - 1], place):
            lead = _lead(place.paragraph.tokens, place.span.start)
        features = found[place.span.name]
        if features and not place.is_quoted:
            features.add("again")
        features |= {_group(place.span), "quoted" if place.is_quoted else lead}
        sentence = place.paragraph.sentence(place.paragraph.tokens[place.span.start].start)
        if sentence not in of_sentences:
            of_sentences[sentence] = {*_sentence_features(place.paragraph, sentence, dates)}
        around = of_sentences[sentence] | {*_region_features(place.span, codes, dateline)}
        features |= {f"quoted {name}" for name in around} if place.is_quoted else around
    return found


def _group(span: PlaceSpan) -> str:
    is_continent = span.name in table("places")["continents"]
    return "continent" if is_continent else GROUPS.get(span.kind, "town")


def _is_joined(before: NamedPlace, place: NamedPlace) -> bool:
    """With nothing but a comma, a bracket or `dan` between them."""
    tokens, at = place.paragraph.tokens, place.span.start
    is_near = before.paragraph is place.paragraph and before.span.end == joint_before(tokens, at)
    return is_near and tokens[at - 1].text in {",", "dan", "("}


def _lead(tokens: Tokens, at: int) -> str:
    """What stands before a place, or before the first of several."""
    index = at - 1
    while index > 0 and tokens[index].lower in _words("inside"):
        index -= 1
    if index < 0 or tokens[at - 1].text in ".!?":
        return "nothing"
    is_di = tokens[index].lower == "di"
    is_background = is_di and tokens[index - 1].lower in _words("backgrounds")
    if is_background or any(t.lower in _words("origins") for t in tokens[max(0, at - NEAR) : at]):
        return "background"
    return "di" if is_di else "comma" if tokens[at - 1].text in {",", "("} else "word"


def _sentence_features(
    paragraph: Paragraph, sentence: Span, dates: Sequence[DateMentioned]
) -> Iterator[str]:
    low, high = sentence
    if paragraph.number == 1 and low == paragraph.start:
        yield "first sentence"
    if any(d.resolution == "day" and low <= d.char_start < high for d in dates):
        yield "day"
    tokens = paragraph.tokens[paragraph.token_at(low) : paragraph.token_at(high)]
    if any(token.lower in _words("happens") for token in tokens):
        yield "happens"


def _region_features(span: PlaceSpan, codes: set[str], dateline: str | None) -> Iterator[str]:
    """Whether it is around or within another region of the text, or away from the dateline's."""
    code = span.region.code if span.region else None
    if not code:
        return
    others = codes - {code}
    if any(other.startswith(code) for other in others):
        yield "around"
    if any(code.startswith(other) for other in others):
        yield "within"
    if dateline and not (code.startswith(dateline) or dateline.startswith(code)):
        yield "away"
