"""The facts of an article as values. Their fields are the columns of the tables in `core`.

Spans are half-open ranges of code points in `body_text`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache


@lru_cache(maxsize=4096)
def entity_id(entity_type: str, name: str) -> str:
    """The same in all articles: a hash of the type and of the name in lower case."""
    return hashlib.sha256(
        f"{entity_type}\0{' '.join(name.casefold().split())}".encode()
    ).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    quote_no: int
    paragraph_no: int
    quote_type: str  # direct, indirect, mixed
    text: str
    char_start: int
    char_end: int
    word_count: int
    # full_name, short_name, pronoun, clitic, continuation, organization, role, unresolved
    resolution: str
    rule_id: str
    cue: str | None = None
    cue_class: str | None = None
    cue_start: int | None = None
    cue_end: int | None = None
    # Q statement, S speaker, V verb, C clause: QVS, SVC, VSQ, QV, SVQ, Q, …
    structure: str | None = None
    speaker_surface: str | None = None
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_entity_id: str | None = None
    speaker_name: str | None = None
    speaker_role: str | None = None
    speaker_affiliation: str | None = None
    affiliation_entity_id: str | None = None
    office_rule_id: str | None = None  # what found role and affiliation
    confidence: float | None = None  # 0 to 1, that the speaker is the right one
    speaker_candidate: str | None = (
        None  # the likeliest speaker, too unsure to be named; or two: A; B
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    mention_no: int
    paragraph_no: int
    entity_id: str
    entity_type: str  # person, organization, place, product, unknown
    entity_name: str
    mention_type: str  # name, short_name, acronym, pronoun, clitic
    text: str
    char_start: int
    char_end: int
    rule_id: str
    is_tagged: bool = False  # the tagger sees a name of that kind there


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    figure_no: int
    paragraph_no: int
    text: str
    value: Decimal
    comparator: str  # = > >= < <= ~ range
    char_start: int
    char_end: int
    rule_id: str
    value_high: Decimal | None = None
    unit: str | None = None
    currency: str | None = None
    noun_phrase: str | None = None
    quote_no: int | None = None
    date_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMentioned:
    date_no: int
    paragraph_no: int
    text: str
    date_start: date | None  # None with date_end where nothing tells the year
    date_end: date | None
    resolution: str  # day, month, year, day_range, month_range, year_range
    method: str
    char_start: int
    char_end: int
    rule_id: str
    weekday_matches: bool | None = None
    month_day: str | None = None  # MM-DD of the first day, or MM of the month, without a year


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place. That of the dateline is not in body_text, but at `source_start` in source_text."""

    place_no: int
    paragraph_no: int | None
    text: str
    kind: str  # country, province, city, district, village, street, facility, other
    role: str  # dateline, event_location, mention
    place_name: str
    rule_id: str
    region_id: str | None = None
    kemendagri_code: str | None = None
    bps_code: str | None = None
    char_start: int | None = None
    char_end: int | None = None
    source_start: int | None = None
    source_end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acronym:
    acronym_no: int
    paragraph_no: int
    short_form: str
    expansion: str
    rule: str  # initials, syllabic, lexicon, translated, ticker
    text: str
    char_start: int
    char_end: int
    rule_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    topic_id: str
    n_hits: int
    in_headline: bool
    rule_id: str
    first_char: int | None = None
    matched_terms: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    quotes: tuple[Quote, ...] = field(default=())
    mentions: tuple[Mention, ...] = field(default=())
    figures: tuple[Figure, ...] = field(default=())
    dates: tuple[DateMentioned, ...] = field(default=())
    places: tuple[Place, ...] = field(default=())
    acronyms: tuple[Acronym, ...] = field(default=())
