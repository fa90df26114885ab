"""The periods that attention is counted by."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


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
