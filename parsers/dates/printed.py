"""Dates anywhere in a text, with the year in four digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from functools import lru_cache

from parsers.dates.stamp import MONTHS, WEEKDAYS, Stamp, make_stamp, read_clock, read_day
from parsers.dates.zones import ZONES

_MONTH = r"(?P<{0}>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<{0}>[0-3]?\d)"
_YEAR = r"(?P<{0}>(?:19|20)\d\d)\b"
FORMS = "|".join(
    (
        _YEAR.format("y1").removesuffix(r"\b")
        + r"(?P<sep>[-/.]|\.\s|年\s?)(?P<m1>[01]?\d)(?:(?P=sep)|月\s?)"
        + _DAY.format("d1")
        + r"(?!\d)日?",
        _DAY.format("d2") + r"(?P<sep2>[/.-])(?P<m2>[01]?\d)(?P=sep2)" + _YEAR.format("y2"),
        _DAY.format("d3")
        + r"(?:st|nd|rd|th|er|º|\.)?(?:\s*[-/]\s*|\s+(?:de\s+|of\s+)?|\s?)"
        + _MONTH.format("m3")
        + r"[,.\s/-]*(?:de[l]?\s+|\w+ )?"  # Levantine outlets give a month two names
        + _YEAR.format("y3"),
        _MONTH.format("m4")
        + r"\s+"
        + _DAY.format("d4")
        + r"(?:st|nd|rd|th)?\s*,?\s+"
        + _YEAR.format("y4"),
    )
)
WEEKDAY = (
    r"(?:\b(?P<weekday>"
    + "|".join(sorted(WEEKDAYS, key=len, reverse=True))
    + r")\b[\s,.(]*(?:,?\s*the\s+)?)?"
)
# In prose, two capitals may be another abbreviation.
ABBREVIATIONS = "|".join(name.upper() for name in ZONES if len(name) > 2)
CLOCK = (
    r"(?:\)?(?:[\s,|•·–—-]|\b(?:pukul|jam|at|um|à|a las|alle|ore|kl|klo|om|godz)\b[.:]?|(?:WIB|WITA|WIT)(?=\s?\d)|T)*"
    r"(?<![\d:])(?P<hour>[0-2]?\d)(?:[:.h]"
    r"|(?<=T\d\d)-)(?P<minute>[0-5]\d)(?:[:.-](?P<second>[0-5]\d)(?:[.,]\d+)?)?(?![\d.]\d)\s*(?:Uhr\b)?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?\s*(?P<zone>(?:UTC|GMT)?\s?[+-][01]\d:?[0-5]\d\b|(?:UTC|GMT)[+-]\d{1,2}\b|\(?(?:WIB|WITA|WIT|UTC"
    r"|GMT|Z|CES?T|BST|E[SD]?T|P[SD]T|(?-i:" + ABBREVIATIONS + r"))\b)?)?"
)
STAMP = re.compile(WEEKDAY + r"(?<![\d/.-])(?:" + FORMS + ")" + CLOCK, re.IGNORECASE)
TODAY_FIRST = re.compile(
    r"\b([0-2]?\d)[:.]([0-5]\d)\s*(?:Uhr|WIB|WITA|WIT|[ap]\.?m\.?)?\s*[,|–-]?\s*$", re.IGNORECASE
)
A_YEAR = re.compile(r"(?:19|20)\d\d")
DIGIT = re.compile(r"\d")
LONGEST_LINE = 200  # letters of a line that is remembered
BEFORE_YEAR = 40  # characters of a day and a month
AROUND = 100  # characters before a year with its weekday, and after it with its clock
AFTER_YEAR = 12  # characters of a month and a day


def find(text: str, *, month_first: bool = False) -> Iterator[Stamp]:
    """Every full date, in order. Numeric ones are day first, unless `month_first` or impossible."""
    search = _in_line if len(text) <= LONGEST_LINE else _search
    return iter(search(text, month_first=month_first))


@lru_cache(maxsize=1000)  # several stages read the same short lines
def _in_line(text: str, *, month_first: bool) -> tuple[Stamp, ...]:
    return tuple(_search(text, month_first=month_first))


def _search(text: str, *, month_first: bool) -> Iterator[Stamp]:
    for m in _stamps(text):
        groups = m.groupdict()
        number = next(n for n in "1234" if groups[f"y{n}"])
        day = read_day(
            groups[f"y{number}"],
            groups[f"m{number}"],
            groups[f"d{number}"],
            month_first=month_first and number == "2",
        )
        if day:
            stamp = make_stamp(day, _clock(m), _label(m[0]) or groups["zone"])
            name = groups["weekday"]
            weekday_ok = WEEKDAYS[name.lower()] == day.weekday() if name else None
            yield replace(stamp, weekday_ok=weekday_ok, start=m.start(), end=m.end())


def _clock(m: re.Match[str]) -> time | None:
    if m["hour"]:
        return read_clock(m["hour"], m["minute"], m["second"], m["half"])
    return _clock_before(m.string[max(0, m.start() - 20) : m.start()])


def _stamps(text: str) -> Iterator[re.Match[str]]:
    """Searches only around years with a digit beside them, as every form has. A hundred times faster.

    Years close to one another share one range, so that nothing is searched twice.
    """
    begin = end = 0
    for year in A_YEAR.finditer(text):
        start, stop = max(0, year.start() - BEFORE_YEAR), year.end()
        has_day = DIGIT.search(text, start, year.start()) or DIGIT.search(text, stop, stop + 3)
        if not has_day:
            continue
        if year.start() - AROUND > end:
            yield from _stamps_between(text, begin, end)
            begin = year.start() - AROUND
        end = year.end() + AROUND
    yield from _stamps_between(text, begin, end)


def _stamps_between(text: str, begin: int, end: int) -> Iterator[re.Match[str]]:
    """No date begins after the last year, where a search would be in vain; its clock may stand there."""
    while found := STAMP.search(text, begin, end - AROUND + AFTER_YEAR):
        whole = STAMP.match(text, found.start(), end) or found
        yield whole
        begin = whole.end()


def _clock_before(text: str) -> time | None:
    """The clock before a date, as in `14:05, 3 March 2024`."""
    m = TODAY_FIRST.search(text)
    return time(int(m[1]), int(m[2])) if m and int(m[1]) < 24 else None


def _label(text: str) -> str:
    """A zone between date and clock, as in `2026-05-13WIB18:45`."""
    m = re.search(r"(?<![A-Za-z])(WIB|WITA|WIT)\s?\d", text, re.IGNORECASE)
    return m[1] if m else ""


REFERENCE = re.compile(
    WEEKDAY + r"\(?\s*(?P<d>[0-3]?\d)\s*/\s*(?P<m>[01]?\d)\s*/\s*(?P<y>(?:19|20)\d\d)\s*\)",
    re.IGNORECASE,
)


def reference(text: str) -> date | None:
    """The first day in the text that is in brackets or after its weekday, which must be right."""
    for line in text.split("\n"):
        days = [(s.start, s.day) for s in find(line) if s.weekday_ok]
        for m in REFERENCE.finditer(line) if "/" in line else ():
            day = read_day(m["y"], m["m"], m["d"], month_first=False)
            if day and (not m["weekday"] or WEEKDAYS[m["weekday"].lower()] == day.weekday()):
                days.append((m.start(), day))
        if days:
            return min(days)[1]
    return None
