"""A date with the clock and the zone that are given with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from parsers.dates.zones import zone_of
from parsers.language.words import all_months, printed_weekdays

MONTHS = all_months()
WEEKDAYS = printed_weekdays()
EARLIEST = 1990  # no page on the web is older


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day, to the second where `clock` is given."""

    day: date
    clock: time | None = None
    zone: tzinfo | None = None
    weekday_ok: bool | None = None  # None: no weekday is given
    start: int = 0
    end: int = 0

    def at(self, zone: tzinfo) -> datetime:
        """The instant, in its own zone, else in the given one; midnight where no clock is given."""
        return datetime.combine(self.day, self.clock or time(), self.zone or zone)


def make_stamp(day: date, clock: time | None, label: str | None) -> Stamp:
    """Without the clock if its zone is unknown, because it could be any hour."""
    name = (label or "").strip(" ()")
    zone = zone_of(name) if name else None
    return Stamp(day, None if name and zone is None else clock, zone)


def read_day(year: str, month: str, day: str, *, month_first: bool) -> date | None:
    """A day from its parts. Numeric months and days are swapped if only that gives a date."""
    number = MONTHS.get(month.lower().rstrip("."), 0) or int(month)
    first, second = (int(day), number) if month_first else (number, int(day))
    for m, d in ((first, second), (second, first)) if month.isdigit() else ((number, int(day)),):
        try:
            return date(full_year(year), m, d)
        except ValueError:
            continue
    return None


def full_year(year: str) -> int:
    """Two digits are read as in RFC 5322."""
    return int(year) + (2000 if int(year) < 50 else 1900) if len(year) == 2 else int(year)


def read_clock(hour: str, minute: str | None, second: str | None, half: str | None) -> time | None:
    """A leap second becomes second 59."""
    hours, part = int(hour), (half or "").lower().replace(".", "").replace(" ", "")
    if part and hours <= 12:
        hours = hours % 12 + (12 if part == "pm" else 0)
    try:
        return time(hours, int(minute or 0), min(int(second or 0), 59))
    except ValueError:
        return None
