"""Spans of dates in a text, and the day that a text without a reference speaks of."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

DAYS_A_YEAR = 364


class DateSpan(NamedTuple):
    """`start` and `end` count in the body."""

    start: int
    end: int
    first: date | None
    last: date | None
    resolution: str
    rule_id: str
    weekday: int | None = None
    month_day: str | None = None  # of a date without a year
    is_mended: bool = False  # in another year or month than the printed one


def day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def own_day(spans: list[DateSpan]) -> date | None:
    """The day a text without a reference speaks of.

    Its one full day, if no weekday speaks against that; else the day that a weekday and one year of the text, or the next, agree on.
    """
    named = {d.year for s in spans for d in (s.first, s.last) if d}
    years = named | {max(named) + 1} if named else named
    weekdays = [(s, s.weekday) for s in spans if s.month_day and s.weekday is not None]
    fitting = [
        {d for y in years if (d := _of_year(s, y)) and d.weekday() == weekday}
        for s, weekday in weekdays
    ]
    full = {s.first for s in spans if s.first and s.resolution == "day"}
    if len(full) == 1:
        (day,) = full
        return (
            day if all(any(abs((d - day).days) < DAYS_A_YEAR for d in f) for f in fitting) else None
        )
    shared = set[int].intersection(*({d.year for d in f} for f in fitting)) if fitting else set()
    return min(d for d in fitting[0] if d.year in shared) if len(shared) == 1 else None


def _of_year(span: DateSpan, year: int) -> date | None:
    month, _, day = (span.month_day or "").partition("-")
    return day_of(year, int(month), int(day)) if day else None
