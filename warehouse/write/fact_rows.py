"""The rows of what an article says: quotes, mentions, figures, dates, places, acronyms, topics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from parsers.structure import Structure, Topic

Row = dict[str, Any]

# staging table -> (the table it goes to, the field of Structure it comes from)
FACTS = {
    "quotes": ("core.quotes", "quotes"),
    "mentions": ("core.entity_mentions", "mentions"),
    "figures": ("core.figures", "figures"),
    "dates": ("core.dates_mentioned", "dates"),
    "places": ("core.article_places", "places"),
    "acronyms": ("core.acronyms", "acronyms"),
    "topics": ("core.article_topics", "topics"),
}
LEFT_OUT = frozenset({"kemendagri_code", "bps_code"})  # these are the region's


def facts(structure: Structure, keys: Row) -> dict[str, list[Row]]:
    """The rows of every staging table, each with the version's keys."""
    return {
        name: [keys | _row(value) for value in getattr(structure, field)]
        for name, (_, field) in FACTS.items()
    }


def _row(value: Any) -> Row:
    names, values = _fields(value.__class__)
    row = dict(zip(names, values(value), strict=True))
    return row | {"matched_terms": dict(value.matched_terms)} if isinstance(value, Topic) else row


@cache
def _fields(kind: type) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    names = [f.name for f in fields(kind) if f.name not in LEFT_OUT]
    return names, attrgetter(*names)
