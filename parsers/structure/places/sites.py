"""Streets, facilities and parts of nature: Jalan Tanah Abang I, Terminal 3, Gunung Semeru."""

from __future__ import annotations

import re

from parsers.structure.places.place_span import LEADS, LONGEST_SITE, PlaceSpan, capitals_end
from parsers.structure.tokens.token import EDGE, Tokens, sites, text_of

ROMAN = re.compile(r"[IVX]+|\d{1,3}[A-Z]?")
RULE_IDS = {"street": "place.street", "facility": "place.facility", "other": "place.nature"}


def site_at(tokens: Tokens, at: int, kind: str) -> PlaceSpan | None:
    """Jalan Tanah Abang I; Kantor Wali Kota Jakarta Pusat: the capitals after the head."""
    low = at + 1
    if low < len(tokens) and tokens[low].text == "." and kind == "street":
        low += 1
    end = low
    while end < min(len(tokens), low + LONGEST_SITE) and _goes_on(tokens, end):
        end += 1
    if end == low or not tokens[end - 1].is_word:
        return None
    first = tokens[low]
    is_numbered = kind == "facility" and ROMAN.fullmatch(first.text)  # Terminal 3
    if not (first.is_capital or first.is_honorific or is_numbered):
        return None
    name = text_of([t for t in tokens[at:end] if t.is_word])
    return PlaceSpan(start=at, end=end, kind=kind, name=name, rule_id=RULE_IDS[kind])


def _goes_on(tokens: Tokens, at: int) -> bool:
    """RSUD dr. M. Haulussy: capitals, numbers, a title and the full stop after it or after an initial."""
    token, before = tokens[at], tokens[at - 1]
    if token.text != ".":
        is_part = token.is_capital or token.is_honorific or ROMAN.fullmatch(token.text) is not None
        return is_part and not token.is_day
    after = tokens[at + 1] if at + 1 < len(tokens) else EDGE
    is_short = (before.is_initial or before.is_honorific) and before.end == token.start
    return is_short and after.is_capital and not after.is_opener


def named_building_at(tokens: Tokens, at: int) -> PlaceSpan | None:
    """Di Taipei Arena, di SCTV Tower: capitals that a word for a building closes."""
    if not at or tokens[at - 1].lower not in LEADS:
        return None
    end = capitals_end(tokens, at)
    if end - at < 2 or tokens[end - 1].text not in sites("closing"):
        return None
    name = text_of(tokens[at:end])
    return PlaceSpan(start=at, end=end, kind="facility", name=name, rule_id="place.facility")
