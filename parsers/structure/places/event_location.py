"""Where the event took place: `di` in the lead, at a site, with a date beside it, or where somebody speaks."""

from __future__ import annotations

import re
from bisect import bisect_right

from parsers.facts import DateMentioned
from parsers.structure.names.phrase_bounds import CLAUSE_WORDS
from parsers.structure.places.place_span import BESIDE, LONGEST_SITE, PlaceSpan
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import Tokens, sites

BETWEEN = re.compile(r"[\s,]*(?:pada\s|hari\s)*")
BIRTH = frozenset({"lahir", "kelahiran", "dilahirkan"})
NO_EVENT = CLAUSE_WORDS | {"dan", "hingga", "sampai"}
Run = tuple[int, int]  # the first and the last of neighbouring places


def event_locations(
    body: BodyText,
    paragraph: Paragraph,
    places: list[PlaceSpan],
    dates: tuple[DateMentioned, ...],
    speaker_ends: frozenset[int],
) -> frozenset[int]:
    """Indices of `places`."""
    tokens, located = paragraph.tokens, set[int]()
    for low, high in _runs(tokens, places):
        first, last = places[low], places[high]
        if (
            _is_event_site(paragraph, first, last)
            or _has_date_beside(body, tokens, first, last, dates)
            or _is_where_said(tokens, first, speaker_ends)
        ):
            located.update(range(low, high + 1))
    return frozenset(located)


def _runs(tokens: Tokens, places: list[PlaceSpan]) -> list[Run]:
    """Neighbours with nothing but a comma or `dan` between them."""
    runs: list[Run] = []
    for index, place in enumerate(places):
        is_joined = (
            index > 0
            and places[index - 1].end == place.start - 1
            and tokens[place.start - 1].text in {",", "dan"}
        )
        if is_joined:
            runs[-1] = runs[-1][0], index
        else:
            runs.append((index, index))
    return runs


def _is_event_site(paragraph: Paragraph, first: PlaceSpan, last: PlaceSpan) -> bool:
    tokens, is_lead = paragraph.tokens, paragraph.number == 1
    if _is_birthplace(tokens, first):
        return False
    is_site = _is_site(tokens, first)
    if is_lead and is_site and first.start == 0:
        return True
    if is_lead and not is_site and last.rule_id == "place.nature" and _acts(tokens, last.end):
        return True
    if not _stands(tokens, first.start):
        return False
    opens = tokens[first.start - 1].text == "Di" and first.kind in {"village", "district"}
    return is_site or opens or (is_lead and first.kind != "country")


def _is_birthplace(tokens: Tokens, place: PlaceSpan) -> bool:
    """Lahir di Jakarta"""
    return (
        place.start > 1 and tokens[place.start - 2].lower in BIRTH and _stands(tokens, place.start)
    )


def _is_site(tokens: Tokens, place: PlaceSpan) -> bool:
    is_building = tokens[place.start].text in sites("buildings")
    return place.kind == "street" or (place.kind == "facility" and not is_building)


def _has_date_beside(
    body: BodyText,
    tokens: Tokens,
    first: PlaceSpan,
    last: PlaceSpan,
    dates: tuple[DateMentioned, ...],
) -> bool:
    """Di Jakarta, Selasa — Selasa, di Jakarta"""
    stands = _stands(tokens, first.start)
    if _is_birthplace(tokens, first) or not (stands or _is_site(tokens, first)):
        return False
    end = tokens[last.end - 1].end
    index = bisect_right(dates, end - 1, key=lambda d: d.char_start)
    for date in dates[index : index + 1]:
        if date.resolution == "day" and BETWEEN.fullmatch(body.text, end, date.char_start):
            return True
    if first.start == 0:
        return False
    lead = tokens[first.start - 1].start
    return any(
        date.resolution == "day" and BETWEEN.fullmatch(body.text, date.char_end, lead)
        for date in dates[max(index - 1, 0) : index]
    )


def _stands(tokens: Tokens, at: int) -> bool:
    """Di Jakarta — and di kantor X, Jakarta: what is in a building's apposition."""
    index = at - 1
    if at == 0:
        return False
    if tokens[index].text != ",":
        return tokens[index].lower in BESIDE
    while (
        index > max(at - LONGEST_SITE, 0)
        and tokens[index - 1].is_word
        and tokens[index].lower != "di"
    ):
        index -= 1
    after = tokens[index + 1]
    return tokens[index].lower == "di" and (after.is_small or after.is_head)


def _acts(tokens: Tokens, at: int) -> bool:
    """Sungai Miu meluap, Gunung Semeru kembali meletus."""
    return at < len(tokens) and tokens[at].is_small and tokens[at].lower not in NO_EVENT


def _is_where_said(tokens: Tokens, place: PlaceSpan, speaker_ends: frozenset[int]) -> bool:
    """Kata Gunawan di rumah duka, Dusun Cimuja: where somebody speaks, with what says more of it after a comma."""
    at = place.start - 1
    while (
        at > 0
        and place.start - at < LONGEST_SITE
        and (tokens[at].text == "," or (tokens[at].is_word and tokens[at].lower not in BESIDE))
    ):
        at -= 1
    return at > 0 and tokens[at].lower == "di" and tokens[at - 1].end in speaker_ends
