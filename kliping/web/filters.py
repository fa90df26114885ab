"""What an address says after its question mark, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from kliping.reading.labels import Language
from kliping.reading.periods import Period

LONGEST_VALUE = 500
PER_PAGE = 50
# of the page, not of what it is about
PRIVATE = frozenset({"page", "lang", "token", "table", "excel"})


class FilterError(ValueError):
    """A value that cannot be understood; the message says how to write it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """`values` has what limits the rows: days as dates, the rest as text."""

    values: Mapping[str, Any]
    language: Language
    page: int = 1
    table: str | None = None  # of a .csv; the first where none is named
    is_for_excel: bool = False  # a .csv

    @property
    def since(self) -> date | None:
        return self.values.get("since")

    @property
    def until(self) -> date | None:
        return self.values.get("until")

    @property
    def source(self) -> str | None:
        return self.values.get("source")

    @property
    def offset(self) -> int:
        return (self.page - 1) * PER_PAGE


def read_filters(query: Mapping[str, str], default: Language) -> Filters:
    """Raises FilterError."""
    values = {
        name: value.strip()
        for name, value in query.items()
        if name not in PRIVATE and value.strip()
    }
    for name, value in values.items():
        if len(value) > LONGEST_VALUE or "\0" in value:
            raise FilterError(f"{name} has more than {LONGEST_VALUE} characters, or a NUL")
    days = {name: _day(name, values[name]) for name in ("since", "until") if name in values}
    if len(days) == 2 and days["since"] > days["until"]:
        raise FilterError(
            f"since {days['since']} is after until {days['until']}: exchange the two days"
        )
    if (by := values.get("by")) and by not in set(Period):
        raise FilterError(f"by is {', '.join(Period)}, not {by[:20]!r}")
    for name in ("originals", "unconfirmed", "excel"):
        if (text := query.get(name, "1").strip() or "1") != "1":
            raise FilterError(f"{name} is 1, or left out, not {text[:20]!r}")
    return Filters(
        values=values | days,
        language=_language(query, default),
        page=_page(query),
        table=query.get("table"),
        is_for_excel="excel" in query,
    )


def _language(query: Mapping[str, str], default: Language) -> Language:
    text = query.get("lang", default.value)
    try:
        return Language(text)
    except ValueError:
        raise FilterError(f"lang is en or id, not {text[:20]!r}") from None


def _page(query: Mapping[str, str]) -> int:
    text = query.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:7]) <= 100_000 and len(text) < 7):
        raise FilterError(f"page is a number from 1 to 100000, not {text[:20]!r}")
    return int(text)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FilterError(f"{name} is a day such as 2026-11-24, not {text[:20]!r}") from None


def address(path: str, values: Mapping[str, Any]) -> str:
    """A path and the values that are given, always in one order, so that one page has one address."""
    path, mark, place = path.partition("#")
    given = sorted((name, str(value)) for name, value in values.items() if value not in (None, ""))
    return (f"{path}?{urlencode(given)}" if given else path) + mark + place
