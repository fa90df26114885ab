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
RENAMED = {"start": "source_start", "end": "source_end"}


def facts(structure: Structure) -> dict[str, Sequence[Any]]:
    """The rows of every staging table. Values whose fields are the columns are rows themselves: to make dicts takes longer."""
    rows: dict[str, Sequence[Any]] = {
        name: getattr(structure, field) for name, (_, field) in FACTS.items()
    }
    quotes = zip(rows_of(structure.quotes), structure.quotes, strict=True)
    rows["quotes"] = [row | _speaker_class(quote) for row, quote in quotes]
    return rows


def _speaker_class(quote: Quote) -> Row:
    body = quote.speaker_name if quote.resolution == "organization" else None
    surface = quote.speaker_surface if quote.resolution == "unresolved" else None
    found = speaker_class(quote.speaker_role, quote.speaker_affiliation or body, surface)
    return {"speaker_class": found.name, "speaker_class_evidence": found.evidence}


def rows_of(values: Sequence[Any]) -> list[Row]:
    """The fields of dataclasses of one type as columns."""
    if not values:
        return []
    names, fields_of = _fields(values[0].__class__)
    return [dict(zip(names, fields_of(v))) for v in values]  # noqa: B905 - `strict` takes a quarter of the time


@cache
def _fields(kind: type) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    names = [f.name for f in fields(kind)]
    return [RENAMED.get(name, name) for name in names], attrgetter(*names)
