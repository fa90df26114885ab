"""Dates in the cells of a column: printed ones with labels, and the order of day and month over the whole column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from parsers.dates.printed import find
from parsers.dates.stamp import Stamp
from parsers.dates.value import EPOCH, LONGEST, SHORT_YEAR, YEAR_FIRST, YEAR_LAST, read_strictly

MOST_WORDS = 6  # beside a date; more of them are a sentence
MOST_EXAMPLES = 2
ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")  # how spreadsheets write a control character
NUMBER = re.compile(r"(?<!\w)\d")  # the 6 of `Liputan6.com` is part of a name
WORD = re.compile(r"[^\W\d_]+")
INDONESIAN_ZONE = re.compile(r"\b(?:WIB|WITA|WIT)\b")
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
ORDERS = (DAY_FIRST, MONTH_FIRST)
EITHER, UNIX = "either", "unix"


def read_cell(text: str | None, order: str | None = None) -> Stamp | None:
    """The date of a cell: alone, or beside a few words such as `Diperbarui`, its clock once or twice.

    None where the cell has another number, which may be another date or a part of one.
    """
    value, month_first = _plain(text), order == MONTH_FIRST
    if stamp := read_strictly(value, month_first=month_first):
        return stamp
    stamps = list(find(value, month_first=month_first)) if len(value) <= LONGEST else []
    if len({(stamp.day, stamp.clock) for stamp in stamps}) != 1:
        return None
    rest = value
    for stamp in reversed(stamps):
        rest = f"{rest[: stamp.start]} {rest[stamp.end :]}"
    if clock := stamps[0].clock:
        rest = re.sub(rf"\b0?{clock.hour}[:.]{clock:%M}(?:[:.]{clock:%S})?\b", " ", rest)
    is_other = NUMBER.search(rest) or len(WORD.findall(rest)) > MOST_WORDS
    return None if is_other else stamps[0]


@dataclass(slots=True)
class DateColumn:
    """In which order the cells of a column have day and month. `counts` is by what a cell shows: an order, EITHER, UNIX, or nothing."""

    stated: str | None = None  # the order, for a column that does not show one
    counts: Counter[str | None] = field(default_factory=Counter)
    examples: dict[str | None, list[str]] = field(default_factory=dict)

    def add(self, text: str) -> None:
        kind = _kind(_plain(text))
        self.counts[kind] += 1
        if len(shown := self.examples.setdefault(kind, [])) < MOST_EXAMPLES:
            shown.append(text)

    @property
    def order(self) -> str | None:
        """The order that cells show; DAY_FIRST where none has two readings, None where it must be stated."""
        shown = [order for order in ORDERS if self.counts[order]]
        if len(shown) == 1:
            return shown[0]
        if self.stated and (shown or self.counts[EITHER]):
            return self.stated
        return None if self.counts[EITHER] else DAY_FIRST

    @property
    def is_contradictory(self) -> bool:
        return all(self.counts[order] for order in ORDERS)


def _plain(text: str | None) -> str:
    return " ".join(ESCAPE.sub(" ", text or "").split())


def _kind(value: str) -> str | None:
    """The order that this cell alone shows: by a number above twelve, by its weekday, or by an Indonesian zone beside it."""
    if EPOCH.fullmatch(value):
        return UNIX
    found = YEAR_LAST.search(value) or SHORT_YEAR.search(value)
    if not found or YEAR_FIRST.search(value):
        return None
    first, second = (int(number) for number in re.split(r"\D", found[0])[:2])
    if first == second or min(first, second) > 12:
        return None
    if max(first, second) > 12:
        return DAY_FIRST if first > 12 else MONTH_FIRST
    stamps = {order: read_cell(value, order) for order in ORDERS}
    fitting = [order for order, stamp in stamps.items() if stamp and stamp.weekday_ok]
    if len(fitting) == 1:
        return fitting[0]
    return DAY_FIRST if INDONESIAN_ZONE.search(value) else EITHER
