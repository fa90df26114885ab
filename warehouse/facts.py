"""The rows of what an article says: quotes, mentions, figures, dates, places, acronyms, topics."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
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
    return {name: [keys | _row(value) for value in getattr(structure, field)] for name, (_, field) in FACTS.items()}


def _row(value: Any) -> Row:
    row = {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in LEFT_OUT}
    return row | {"matched_terms": dict(value.matched_terms)} if isinstance(value, Topic) else row


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | date):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
