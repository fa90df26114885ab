"""Places of a text: the dateline's, regions, streets and facilities, and which of them the event took place at."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from parsers.facts import DateMentioned, Place, Quote, entity_id
from parsers.language.words import people_exact
from parsers.structure.names.entities import EntityIndex
from parsers.structure.places.event_location import NamedPlace, event_places
from parsers.structure.places.place_span import PlaceSpan, TextPlaces, region_at
from parsers.structure.places.regions import (
    after_marker,
    bare_district,
    by_short_form,
    gazetteer_region,
    short_form_after,
    unlisted_place,
)
from parsers.structure.places.sites import named_building_at, site_at
from parsers.structure.tokens.gazetteer import Region, district, regions
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import Span, Tokens, sites, span_of


def places(
    body: BodyText,
    entities: EntityIndex,
    quotes: tuple[Quote, ...],
    dates: tuple[DateMentioned, ...],
    *,
    dateline: str | None,
    dateline_start: int | None,
) -> tuple[Place, ...]:
    """All rows of a place have one role: what the whole text says of it."""
    rows = dateline_places(dateline, dateline_start)
    names = named_places(body, entities, quotes)
    code = rows[0].kemendagri_code if rows else None
    events = event_places(names, dates, code)
    for place in names:
        start, end = span_of(place.paragraph.tokens, (place.span.start, place.span.end))
        rows.append(
            Place(
                place_no=len(rows) + 1,
                paragraph_no=place.paragraph.number,
                text=body.text[start:end],
                kind=place.span.kind,
                role="event_location" if place.span.name in events else "mention",
                place_name=place.span.name,
                rule_id=place.span.rule_id,
                char_start=start,
                char_end=end,
                **_region_columns(place.span.kind, place.span.name, place.span.region),
            )
        )
    return tuple(rows)


def named_places(
    body: BodyText, entities: EntityIndex, quotes: tuple[Quote, ...]
) -> list[NamedPlace]:
    """In reading order."""
    entity_spans, text = _entity_spans(entities), _text_places(body, entities)
    quoted = sorted((q.char_start, q.char_end) for q in quotes if q.quote_type == "direct")
    return [
        NamedPlace(paragraph, span, _is_inside(paragraph.tokens[span.start].start, quoted))
        for paragraph in body.paragraphs
        for span in _place_spans(paragraph, entity_spans, text)
    ]


def _region_columns(kind: str, name: str, region: Region | None) -> dict[str, Any]:
    """A region is known by its Kemendagri code; anything else by its kind and name."""
    return {
        "region_id": (region.region_id if region else None) or entity_id(f"place:{kind}", name),
        "kemendagri_code": region.code if region else None,
        "bps_code": region.bps_code if region else None,
    }


def _text_places(body: BodyText, entities: EntityIndex) -> TextPlaces:
    parents = {
        region.code
        for p in body.paragraphs
        for at in p.regional
        if (region := region_at(p.tokens, at)) and region.code
    }
    return TextPlaces(
        parents=frozenset(parents),
        persons=frozenset(p.start for p in entities.phrases if p.name),
    )


def _entity_spans(entities: EntityIndex) -> list[Span]:
    """Stretches whose names are no places of their own: institutions, offices, persons."""
    spans: list[Span] = []
    for phrase in entities.phrases:
        tokens, parts = phrase.paragraph.tokens, phrase.parts
        role = _without_village(tokens, parts.role) if parts.role else None
        spans += [span_of(tokens, s) for s in (role, parts.affiliation, parts.surface) if s]
    return sorted(spans)


def _without_village(tokens: Tokens, role: Span) -> Span:
    """Nelayan Desa X tells where somebody lives; Kepala Desa X is an office."""
    if tokens[role[0]].lower in people_exact("heads_of_places"):
        return role
    low = (i for i in range(role[0] + 1, role[1]) if tokens[i].marker in {"village", "district"})
    return role[0], next(low, role[1])


def _is_inside(offset: int, spans: Sequence[Span]) -> bool:
    index = bisect_right(spans, (offset, 1 << 60)) - 1
    return any(spans[i][0] <= offset < spans[i][1] for i in range(max(index - 2, 0), index + 1))


def _place_spans(
    paragraph: Paragraph, entity_spans: list[Span], text: TextPlaces
) -> list[PlaceSpan]:
    tokens, places = paragraph.tokens, list[PlaceSpan]()
    for at in paragraph.capitals:
        if places and at < places[-1].end:
            continue
        place = _place_at(tokens, at, places, text)
        if place and not _is_inside(tokens[at].start, entity_spans):
            places.append(place)
            text.short_forms.update(short_form_after(tokens, place))
    return places


def _place_at(
    tokens: Tokens, at: int, before: list[PlaceSpan], text: TextPlaces
) -> PlaceSpan | None:
    """The first rule that fits."""
    token, word = tokens[at], tokens[at].text
    if word in sites("street"):
        return site_at(tokens, at, "street")
    if place := after_marker(tokens, at, text.parents):
        return place
    is_nature = word in sites("nature")
    may_be_region = is_nature and tokens[at].region > 1
    if may_be_region and (place := gazetteer_region(tokens, at, text)):
        return place  # Kepulauan Riau
    is_site = token.is_site and not (is_nature and at and tokens[at - 1].is_capital)
    return (
        (site_at(tokens, at, "other" if is_nature else "facility") if is_site else None)
        or named_building_at(tokens, at)
        or gazetteer_region(tokens, at, text)
        or bare_district(tokens, at, before, text.parents)
        or unlisted_place(tokens, at, before)
        or by_short_form(tokens, at, text)
    )


def dateline_places(dateline: str | None, start: int | None) -> list[Place]:
    """VOICEIndonesia.co, Jakarta: the last part that is a region, also in capitals."""
    for part in reversed([*re.finditer(r"[^,:–—()|]+", dateline or "")]):
        text = part.group().strip()
        if region := _dateline_region(text):
            first = None if start is None else start + part.start() + part.group().index(text)
            return [
                Place(
                    place_no=1,
                    paragraph_no=None,
                    text=text,
                    kind=region.kind,
                    role="dateline",
                    place_name=region.name,
                    rule_id="place.dateline",
                    source_start=first,
                    source_end=None if first is None else first + len(text),
                    **_region_columns(region.kind, region.name, region),
                )
            ]
    return []


def _dateline_region(name: str) -> Region | None:
    """A region, or the district that a smaller town is known by."""
    region = regions(ordinary=True).get(name.lower())
    return region if region and region.kind != "other" else district(name, frozenset()) or region
