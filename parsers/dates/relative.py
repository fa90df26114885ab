"""Times relative to the fetch of a page: `3 jam yang lalu`, `kemarin`.

They give only a day, because pages round them and may come from a cache. Weeks, months and years
are not read, because they give no day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

from parsers.language.words import table

LONGEST = 60  # characters of a value
MOST_DAYS = 31  # listing pages count longer times in months
NUMBERS = table("units")["words"]
UNITS = table("months")["ago"]
# Nothing is published tomorrow.
DAYS = {name: days for name, days in table("months")["relative"].items() if days <= 0}
ONE = {f"se{unit}": UNITS[unit] for unit in ("detik", "saat", "menit", "minit", "jam", "hari")}
NOW = "baru saja|barusan|just now|sekarang|now|beberapa saat (?:yang )?lalu"


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


RELATIVE = re.compile(
    r"\W*(?:"
    rf"(?P<now>{NOW})"
    rf"|(?P<day>{_any(DAYS)})(?:\W+(?:pukul|jam|at)?\W*[0-2]?\d[:.][0-5]\d(?:\s?[ap]\.?m\.?)?(?:\s?(?:WIB|WITA|WIT))?)?"
    rf"|(?:(?P<n>\d{{1,3}}|{_any(NUMBERS)}|an?)\s?(?P<unit>{_any(UNITS)})|(?P<one>{_any(ONE)}))(?:\W+(?:dan|and)?\W*\d{{1,2}} (?:{_any(UNITS)}))?"
    r"\s(?:(?:yang |yg )?lalu|ago|(?:yang |yg )?lepas)"
    r")\W*",
    re.IGNORECASE,
)


def is_relative(text: str | None) -> bool:
    """Whether the value is a time relative to the moment it was shown."""
    return bool(text and len(text) <= LONGEST and RELATIVE.fullmatch(" ".join(text.split())))


def relative_day(text: str | None, fetched_at: datetime, zone: tzinfo) -> date | None:
    """The day in the outlet's zone; None for other values and for more than a month."""
    m = RELATIVE.fullmatch(" ".join(text.split())) if text and len(text) <= LONGEST else None
    if m is None:
        return None
    now = fetched_at.astimezone(zone)
    if m["day"]:
        return now.date() + timedelta(days=DAYS[m["day"].lower()])
    back = timedelta(seconds=_seconds(m))
    return (now - back).date() if back <= timedelta(days=MOST_DAYS) else None


def _seconds(m: re.Match[str]) -> int:
    if m["now"]:
        return 0
    if m["one"]:
        return int(ONE[m["one"].lower()])
    count = m["n"].lower()
    number = int(count) if count.isdigit() else 1 if count in {"a", "an"} else NUMBERS[count]
    return int(number * UNITS[m["unit"].lower()])
