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
REGION_FIELDS = frozenset({"kemendagri_code", "bps_code"})  # these are columns of ref.regions
RENAMED = {"start": "source_start", "end": "source_end"}


def facts(structure: Structure, keys: Row) -> dict[str, list[Row]]:
    """The rows of every staging table, each with the version's keys."""
    rows = {name: rows_of(getattr(structure, field), keys) for name, (_, field) in FACTS.items()}
    for row, quote in zip(rows["quotes"], structure.quotes, strict=True):
        row["speaker_class"] = _speaker_class(quote)
    return rows


def _speaker_class(quote: Quote) -> str | None:
    body = quote.speaker_name if quote.resolution == "organization" else None
    return speaker_class(quote.speaker_role, quote.speaker_affiliation or body)


def rows_of(values: Sequence[Any], keys: Row) -> list[Row]:
    """The keys, and the fields of dataclasses of one type as columns."""
    if not values:
        return []
    names, fields_of = _fields(values[0].__class__)
    columns, before = (*keys, *names), tuple(keys.values())
    return [dict(zip(columns, before + fields_of(v))) for v in values]  # noqa: B905 - `strict` takes a quarter of the time


@cache
def _fields(kind: type) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    names = [f.name for f in fields(kind) if f.name not in REGION_FIELDS]
    return [RENAMED.get(name, name) for name in names], attrgetter(*names)
