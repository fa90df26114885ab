"""Rows of dataclasses whose fields have the names of columns, such as quotes, mentions and figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from parsers.structure import Quote, Structure
from parsers.structure.speaker_class import speaker_class
from warehouse.queries import Row

# staging table -> (the table it goes to, the field of Structure it comes from)
FACTS = {
    "quotes": ("core.quotes", "quotes"),
    "mentions": ("core.entity_mentions", "mentions"),
    "figures": ("core.figures", "figures"),
    "dates": ("core.dates_mentioned", "dates"),
    "places": ("core.article_places", "places"),
    "acronyms": ("core.acronyms", "acronyms"),
}
Columns = dict[str, Sequence[Any]]
RENAMED = {"start": "source_start", "end": "source_end"}


def facts(structure: Structure) -> dict[str, Columns]:
    """The columns of every staging table."""
    columns = {name: columns_of(getattr(structure, field)) for name, (_, field) in FACTS.items()}
    if structure.quotes:
        classes = [_speaker_class(quote) for quote in structure.quotes]
        for name in ("speaker_class", "speaker_class_evidence"):
            columns["quotes"][name] = [each[name] for each in classes]
    return columns


def _speaker_class(quote: Quote) -> Row:
    body = quote.speaker_name if quote.resolution == "organization" else None
    surface = quote.speaker_surface if quote.resolution == "unresolved" else None
    found = speaker_class(quote.speaker_role, quote.speaker_affiliation or body, surface)
    return {"speaker_class": found.name, "speaker_class_evidence": found.evidence}


def rows_of(values: Sequence[Any]) -> list[Row]:
    """Dataclasses of one type as rows."""
    names, fields_of = _fields(values[0].__class__) if values else ([], tuple)
    return [dict(zip(names, fields_of(value), strict=True)) for value in values]


def columns_of(values: Sequence[Any]) -> Columns:
    """The same as columns: where there are many rows they are made, sent and read faster."""
    if not values:
        return {}
    names, fields_of = _fields(values[0].__class__)
    return dict(zip(names, zip(*map(fields_of, values), strict=True), strict=True))


@cache
def _fields(kind: type) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    names = [f.name for f in fields(kind)]
    return [RENAMED.get(name, name) for name in names], attrgetter(*names)
