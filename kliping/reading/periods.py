"""Days: those that numbers are of, and the periods that attention is counted by."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TypedDict


def shifted(day: date, days: int) -> date:
    """The day so many days later, or earlier; beyond the calendar its last or first day."""
    number = day.toordinal() + days
    return date.fromordinal(min(max(number, date.min.toordinal()), date.max.toordinal()))


class Scope(TypedDict, total=False):
    """The days that numbers are of, both included, in western Indonesian time, and the outlet, by its title; no limit is None."""

    since: date | None
    until: date | None
    source: str | None


EVERYTHING: Scope = {"since": None, "until": None, "source": None}


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"

    def last_day(self, first: date) -> date:
        """The last day of the period that begins with this one."""
        match self:
            case Period.DAY:
                return first
            case Period.WEEK:
                return first + timedelta(days=6)
            case Period.MONTH:
                return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
