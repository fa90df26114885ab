"""The periods that attention is counted by."""

from __future__ import annotations

from enum import StrEnum


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"
