"""Values that are only a date, such as an element of a feed or an attribute of a page.

The parts are removed one after the other, whatever their order. If something is left, the value
is searched like printed text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from parsers.dates.printed import find
from parsers.dates.stamp import MONTHS, WEEKDAYS, Stamp, full_year, make_stamp, read_clock, read_day
from parsers.dates.zones import ZONES
from parsers.language.words import lower, short_weekdays

LONGEST = 100  # characters of a value
EPOCH = re.compile(r"(1\d{9})(\d{3})?")
COMPACT = re.compile(
    r"((?:19|20)\d\d)([01]\d)([0-3]\d)(?:[T ]?([0-2]\d)([0-5]\d)([0-5]\d)?)?(?=\D|$)"
)
DASHED_CLOCK = re.compile(r"(?<=T\d\d)-([0-5]\d)(?:-([0-5]\d))?(?![\d:])", re.IGNORECASE)
YEAR_FIRST = re.compile(
    r"(?<![\d.:/-])(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)", re.ASCII
)
YEAR_LAST = re.compile(
    r"(?<![\d.:/-])(?P<d>\d{1,2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})(?!\d)", re.ASCII
)
# Between full stops are also hours, minutes and seconds.
SHORT_YEAR = re.compile(
    r"(?<![\d.:/-])(?P<a>\d{1,2})(?P<s>[-/]|\.(?=(?:0?\d|1[0-2])\.))(?P<b>\d{1,2})(?P=s)(?P<c>\d\d)(?!\d)",
    re.ASCII,
)
NAMES = "|".join(sorted(ZONES, key=len, reverse=True))
CLOCK = re.compile(
    r"(?:(?<=\s)T)?(?<![\d.:+-])(?P<hour>[0-2]?\d)(?!\d)"
    r"(?:\s?:\s?(?P<minute>\d{1,2})(?:\s?:\s?(?P<second>\d{1,2})(?:[.,:]\d{1,9})?)?:?"
    r"|[.h](?P<dotted>[0-5]\d)(?:[.:](?P<dotted_second>[0-5]\d))?"
    r"|(?=\s?[ap]\.?m\b)|(?=\s[+-]\d\d:?\d\d(?!\d)))(?!\d)"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?)?"
    rf"\s*(?P<label>(?:(?:{NAMES})\s?)?(?:--|[+-])\d{{1,2}}(?::?\d\d)?(?::\d\d)?(?![\d:])"
    r"|(?<=\s)(?:0\d|1[0-4]):?(?:00|30|45)(?![\d:])|(?<=\s)00(?![\d:]))?",
    re.IGNORECASE | re.ASCII,
)
EMPTY_CLOCK = re.compile(r"00:00(?::00(?:\.0+)?)?\s*")  # of a database's date, before the real one
OFFSET_ALONE = re.compile(r"(?<=\s)[+-]\d\d:?\d\d(?!\d)")
COMMENT = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
ABBREVIATION = re.compile(r"[A-Z]{1,5}")  # of an unknown zone
FILLERS = lower("pukul jam at um à a las alle ore kl klo om godz uhr of the de del tanggal tgl")
WEEKDAY_WORDS = WEEKDAYS | short_weekdays()


def read(text: str | None, *, month_first: bool = False) -> Stamp | None:
    """A date in any layout, perhaps with words around it.

    Numeric dates are day first, unless `month_first` or impossible; the year may have two digits.
    """
    value = " ".join((text or "").split())
    return read_strictly(value, month_first=month_first) or next(
        find(value, month_first=month_first), None
    )


def read_strictly(text: str | None, *, month_first: bool = False) -> Stamp | None:
    """A date from a value that has nothing else."""
    value = " ".join((text or "").split())
    if len(value) > LONGEST or not re.search(r"\d", value):
        return None
    if m := EPOCH.fullmatch(value):
        moment = datetime.fromtimestamp(int(m[1]), UTC)
        return Stamp(moment.date(), moment.time(), UTC)
    try:
        return _parts(_normalise(value), month_first)
    except (ValueError, OverflowError):
        return None


def _normalise(value: str) -> str:
    """Replaces ISO 8601's basic form by the extended one, and unusual separators."""
    if m := COMPACT.match(value):
        clock = f" {m[4]}:{m[5]}:{m[6] or '00'}" if m[4] else ""
        value = f"{m[1]}-{m[2]}-{m[3]}{clock}{value[m.end() :]}"
    value = DASHED_CLOCK.sub(lambda m: f":{m[1]}:{m[2] or '00'}", value)
    return ORDINAL.sub("", value.replace("|", " "))


def _parts(value: str, month_first: bool) -> Stamp | None:
    """Raises ValueError if something is left that is not part of a date."""
    is_named = any(word.lower() in MONTHS for word in WORD.findall(value))
    day, rest = (None, value) if is_named else _take_numeric(value, month_first)
    clock = _take_clock(rest)
    rest = f"{clock.before} {clock.after}"
    words, label = _words_and_label(clock)
    if is_named:
        day = _day_beside_month(words, re.findall(r"\d+", rest))
    elif re.search(r"\d", rest):
        raise ValueError(value)
    if day is None:
        return None
    weekday = next((WEEKDAY_WORDS[w] for w in words if w in WEEKDAY_WORDS), None)
    stamp = make_stamp(day + timedelta(days=clock.is_end_of_day), clock.time, label)
    return stamp if weekday is None else replace(stamp, weekday_ok=weekday == day.weekday())


def _take_numeric(value: str, month_first: bool) -> tuple[date | None, str]:
    """The day, and the value without it."""
    if m := YEAR_FIRST.search(value) or YEAR_LAST.search(value):
        is_american = month_first and m.start("y") > m.start("d")
        day = read_day(m["y"], m["m"], m["d"], month_first=is_american)
    elif m := SHORT_YEAR.search(value):
        a, b, c = m["a"], m["b"], m["c"]
        day = read_day(c, b, a, month_first=month_first) or (
            read_day(a, b, c, month_first=False) if len(a) == 2 else None
        )
    else:
        return None, value
    return day, f"{value[: m.start()]} {value[m.end() :]}"


class _Clock(NamedTuple):
    before: str
    after: str
    time: time | None = None
    offset: str = ""  # as it is written
    is_end_of_day: bool = False  # 24:00


def _take_clock(rest: str) -> _Clock:
    """The clock and the text around it. Raises ValueError for two clocks or an invalid one."""
    matches = list(CLOCK.finditer(rest))
    if len(matches) == 2 and EMPTY_CLOCK.fullmatch(matches[0][0]):
        return _take_clock(EMPTY_CLOCK.sub(" ", rest, count=1))
    if not matches:
        offset = OFFSET_ALONE.search(rest)
        return _Clock(OFFSET_ALONE.sub(" ", rest), "", offset=offset[0] if offset else "")
    if len(matches) > 1:
        raise ValueError(rest)
    (m,) = matches
    minute, second = m["minute"] or m["dotted"], m["second"] or m["dotted_second"]
    is_end = m["hour"] == "24" and not int(minute or 0) and not int(second or 0)
    moment = read_clock("0" if is_end else m["hour"], minute, second, m["half"])
    if moment is None:
        raise ValueError(rest)
    after = rest[m.end() :]
    if m["label"]:
        after = COMMENT.sub(" ", after)  # `+0700 (Western Indonesia Time)`
    return _Clock(rest[: m.start()], after, moment, m["label"] or "", is_end)


def _words_and_label(clock: _Clock) -> tuple[list[str], str]:
    """The words in lower case, and the zone, where an offset comes before an abbreviation.

    Raises ValueError for words that are not part of a date.
    """
    words, labels = [], [clock.offset] if clock.offset else []
    for part, follows_clock in ((clock.before, False), (clock.after, True)):
        for word in WORD.findall(part):
            name = word.lower()
            if name in MONTHS or name in WEEKDAY_WORDS or name in FILLERS:
                words.append(name)
            elif name in ZONES or (follows_clock and ABBREVIATION.fullmatch(word)):
                labels.append(name)
            else:
                raise ValueError(word)
    return words, labels[0] if labels else ""


def _day_beside_month(words: list[str], numbers: list[str]) -> date | None:
    """From the name of a month and two numbers, in either order if the year has four digits."""
    months = {MONTHS[word] for word in words if word in MONTHS}
    if len(months) != 1 or len(numbers) != 2:
        return None
    day, year = numbers if len(numbers[0]) < 4 else reversed(numbers)
    return date(full_year(year), months.pop(), int(day)) if len(year) in {2, 4} else None
