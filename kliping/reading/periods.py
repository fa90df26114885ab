"""The periods that attention is counted by."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


def shifted(day: date, days: int) -> date:
    """The day so many days later, or earlier; beyond the calendar its last or first day."""
    number = day.toordinal() + days
    return date.fromordinal(min(max(number, date.min.toordinal()), date.max.toordinal()))


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
