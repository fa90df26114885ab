"""Dates a text mentions, resolved against the day it speaks of.

A day or month whose year nothing tells keeps its row without one; other words that need that day give none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from parsers.facts import DateMentioned
from parsers.language.words import (
    all_weekdays,
    month_words,
    months,
    relative_words,
    table,
    weekday_words,
)
from parsers.structure.date_forms import (
    AHEAD,
    BEHIND,
    COUNTED,
    EVERY,
    HOLIDAYS,
    LAW,
    NAME_AFTER,
    NAME_BEFORE,
    NAMED_YEAR,
    NO_YEAR,
    ORDINALS,
    STEPS,
    TITLED,
    UNTIL,
    YEAR_LEADS,
    YEARS_BEFORE,
    bare_weekday,
    patterns,
    relatives,
    weekday_before,
)
from parsers.structure.tokens.text import BodyText, Paragraph

DAYS_A_WEEK = 7
ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
FARTHEST_DAY = 60  # from the day the text speaks of, within which a weekday may mend a year
FARTHEST_MONTH = 20  # days within which it may mend a month
OLDEST_NEWS = 14  # days from the day that a text names to its publication
LOOKS_AHEAD = 45  # days within which a date may lie ahead though no word says so
FARTHEST_TENSE = 60  # characters before a weekday or a date
RELATIVE_RULES = {
    "pekan": "date.relative_pekan",
    "minggu": "date.relative_minggu",
    "bulan": "date.relative_bulan",
    "tahun": "date.relative_tahun",
}
YEARLESS = {  # rule: resolution of a date without a year
    "date.explicit_dm": "day",
    "date.explicit_day_range": "day_range",
    "date.month_anchor": "month",
    "date.explicit_month_range": "month_range",
}
LEAP = 2024
Meaning = tuple[date, date, str]  # first and last day, resolution


class DateSpan(NamedTuple):
    """`start` and `end` count in the body."""

    start: int
    end: int
    first: date | None
    last: date | None
    resolution: str
    rule_id: str
    weekday_matches: bool | None = None
    month_day: str | None = None  # of a date without a year


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return months()[groups["m"].lower()] if groups.get("m") else int(groups["n"])


def _day(match: re.Match[str], anchor: date | None, weekday: int | None) -> Meaning | None:
    day, month, year = int(match["d"]), _number(match), _year_of(match)
    resolved = _day_of(year, month, day) if year else _nearest(match, day, month, anchor, weekday)
    is_wrong = year and resolved and weekday not in {None, resolved.weekday()}
    if is_wrong and anchor and resolved and abs((resolved - anchor).days) > FARTHEST_MONTH:
        resolved = _with_weekday(day, month, anchor, weekday) or resolved
    return (resolved, resolved, "day") if resolved else None


def _with_weekday(day: int, month: int, anchor: date, weekday: int | None) -> date | None:
    """The day that was meant where the year was not turned, Senin (6/01/2024), or else the month, Selasa (10/5/2025)."""
    years = (anchor.year, anchor.year - 1, anchor.year + 1)
    others = [(d, FARTHEST_DAY) for y in years if (d := _day_of(y, month, day))]
    others += [(d, FARTHEST_MONTH) for d in (_in_month(anchor, day, n) for n in (0, -1, 1)) if d]
    return next(
        (d for d, far in others if d.weekday() == weekday and abs((d - anchor).days) <= far), None
    )


def _in_month(anchor: date, day: int, step: int) -> date | None:
    month = anchor.year * 12 + anchor.month - 1 + step
    return _day_of(month // 12, month % 12 + 1, day)


def _year_of(match: re.Match[str]) -> int | None:
    year = match.groupdict().get("y")
    return int(year) + (2000 if len(year) == 2 else 0) if year else None


def _nearest(
    match: re.Match[str], day: int, month: int, anchor: date | None, weekday: int | None = None
) -> date | None:
    """Without a year: the nearest to the day the text speaks of; far from it one that fits the weekday, or the tense."""
    if anchor is None:
        return None
    found = [d for y in (0, -1, 1) if (d := _day_of(anchor.year + y, month, day))]
    nearest = min(found, key=lambda d: abs((d - anchor).days), default=None)
    if nearest is None or abs((nearest - anchor).days) <= (
        LOOKS_AHEAD if weekday is None else FARTHEST_MONTH
    ):
        return nearest
    agreeing = [d for d in found if d.weekday() == weekday]
    if weekday is None and "m" in match.groupdict():
        agreeing = [d for d in found if (d > anchor) == _is_ahead(match)]
    return min(agreeing or found, key=lambda d: abs((d - anchor).days))


def _is_ahead(match: re.Match[str]) -> bool:
    """Whether the words around say that it is still to come: news looks back more than ahead."""
    head = match.string[max(0, match.start() - FARTHEST_TENSE) : match.start()].rpartition(". ")[2]
    after = match.string[match.end() : match.end() + len(" mendatang")]
    ahead = UNTIL.search(head) or AHEAD.search(head + after)
    return ahead is not None and not BEHIND.search(head)


def _day_range(match: re.Match[str], anchor: date | None, _: int | None) -> Meaning | None:
    month, year, other = _number(match), match["y"], match.groupdict().get("m1")
    last = (
        _day_of(int(year), month, int(match["e"]))
        if year
        else _nearest(match, int(match["e"]), month, anchor)
    )
    begins = months()[other.lower()] if other else month
    first = _day_of(last.year - (begins > month), begins, int(match["d"])) if last else None
    return (first, last, "day_range") if first and last and first < last else None


def _month(match: re.Match[str], anchor: date | None, _: int | None) -> Meaning | None:
    """Without a year the last one up to the day the text speaks of, or the next where the words say so."""
    year, month = _year_of(match), _number(match)
    if year:
        return _whole_month(year, month)
    if anchor is None:
        return None
    if step := match.groupdict().get("k"):
        return _whole_month(anchor.year + STEPS[step], month)
    if _is_ahead(match):
        return _whole_month(anchor.year + (month < anchor.month), month)
    latest = anchor + timedelta(days=LOOKS_AHEAD)
    return _whole_month(
        next(y for y in range(anchor.year + 1, 0, -1) if date(y, month, 1) <= latest), month
    )


def _month_range(match: re.Match[str], anchor: date | None, _: int | None) -> Meaning | None:
    groups = match.groupdict()
    if groups.get("q"):  # a quarter, or a half
        size, part = (
            (6 if groups["q"].lower() == "semester" else 3),
            ORDINALS.get(groups["o"]) or ROMAN.get(groups["o"]) or int(groups["o"]),
        )
        last = _whole_month(int(groups["y"]), size * part)[1] if size * part <= 12 else None
        return (date(last.year, last.month - size + 1, 1), last, "month_range") if last else None
    end = _month(match, anchor, None)
    begins = months()[groups["n1"].lower()]
    year = (
        int(groups["y1"]) if groups["y1"] else end[0].year - (begins > end[0].month) if end else 0
    )
    first = date(year, begins, 1) if end else None
    return (first, end[1], "month_range") if first and end and first < end[0] else None


def _whole_month(year: int, month: int) -> Meaning:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1), "month"


def _year(match: re.Match[str], _: date | None, __: int | None) -> Meaning | None:
    groups, first = match.groupdict(), int(match["y"])
    last = int(groups.get("z") or first + (9 if groups.get("an") else 0))
    return (
        (date(first, 1, 1), date(last, 12, 31), "year_range" if last > first else "year")
        if first <= last
        else None
    )


RESOLVE: dict[str, Callable[[re.Match[str], date | None, int | None], Meaning | None]] = {
    "date.explicit_day_range": _day_range,
    "date.explicit_dmy": _day,
    "date.explicit_dm": _day,
    "date.explicit_month_range": _month_range,
    "date.explicit_month": _month,
    "date.month_anchor": _month,
    "date.explicit_year_range": _year,
    "date.explicit_year": _year,
}


def _matches(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """As finditer, tried only where it can begin."""
    free = 0
    for start in starts:
        if start >= free and (match := pattern.match(text, start)):
            free = match.end()
            yield match


def _explicit(paragraph: Paragraph, anchor: date | None) -> list[DateSpan]:
    spans: list[DateSpan] = []
    text, base, is_taken = paragraph.text, paragraph.start, bytearray(len(paragraph.text))
    digits, month_places = paragraph.numbers, paragraph.where(month_words())
    for rule_id, numeric, pattern in patterns() if digits or month_places else ():
        for match in _matches(pattern, text, digits if numeric else month_places):
            start, end, weekday = _bounds(text, match, rule_id)
            if is_taken[start] or is_taken[end - 1] or _is_other(text, match, rule_id, weekday):
                continue
            meaning = RESOLVE[rule_id](match, anchor, weekday)
            month_day = _month_day(match, rule_id) if meaning is None and anchor is None else None
            if meaning is None and month_day is None:
                continue
            first, last, resolution = meaning or (None, None, YEARLESS[rule_id])
            is_taken[start:end] = b"\1" * (end - start)
            bounds, matches = (base + start, base + end), _weekday_matches(match, first, weekday)
            spans.append(DateSpan(*bounds, first, last, resolution, rule_id, matches, month_day))
    return spans


def _weekday_matches(match: re.Match[str], day: date | None, weekday: int | None) -> bool | None:
    """Of the day as printed, whose year or month may have been mended."""
    if day is None or weekday is None:
        return None
    year = _year_of(match)
    is_printed = not year or (day.year == year and day.month == _number(match))
    return day.weekday() == weekday and is_printed


def _month_day(match: re.Match[str], rule_id: str) -> str | None:
    """MM-DD or MM of a date without a year; None where it has one, or there is no such day."""
    groups = match.groupdict()
    if rule_id not in YEARLESS or groups.get("y") or groups.get("k"):
        return None
    begins = groups.get("m1") or groups.get("n1")
    month = months()[begins.lower()] if begins else _number(match)
    if "d" not in groups:
        return f"{month:02}"
    return f"{month:02}-{int(match['d']):02}" if _day_of(LEAP, month, int(match["d"])) else None


def _bounds(text: str, match: re.Match[str], rule_id: str) -> tuple[int, int, int | None]:
    """The date with the weekday before it and the bracket around it: Selasa (28/05/2024)."""
    start, end = match.span()
    if RESOLVE[rule_id] not in {_day, _day_range}:
        return start, end, None
    low = max(0, start - 30)
    before = weekday_before().search(text[low:start])
    if before is None:
        return start, end, None
    weekday = all_weekdays()[before["w"].lower()] if RESOLVE[rule_id] is _day else None
    is_closed = before.group().endswith("(") and text.startswith(")", end)
    return low + before.start(), end + is_closed, weekday


def _is_other(text: str, match: re.Match[str], rule_id: str, weekday: int | None) -> bool:
    """Nomor 18 Tahun 2017 names a law, (3-1) is a score; a year or a month may be of a name."""
    head = text[max(0, match.start() - 30) : match.start()]
    if rule_id == "date.month_anchor":
        return any(
            (
                NAME_AFTER.match(text, match.end()),
                NAME_BEFORE.search(head[-24:]),
                TITLED.search(head),
            )
        )
    if rule_id == "date.explicit_dm":
        return weekday is None and "-" in match.group()
    if rule_id != "date.explicit_year" or YEARS_BEFORE.search(head):
        return False
    is_named = NAMED_YEAR.search(head) and not YEAR_LEADS.search(head)
    return bool(is_named or LAW.search(head) or NO_YEAR.search(head))


def _relative(paragraph: Paragraph, anchor: date) -> Iterator[DateSpan]:
    text = paragraph.text
    for match in _matches(
        relatives(), text, sorted([*paragraph.numbers, *paragraph.where(relative_words())])
    ):
        start, end = paragraph.start + match.start(), paragraph.start + match.end()
        if unit := (match["u"] or "").lower():
            if not COUNTED.search(text, max(0, match.start() - 10), match.start()):
                yield DateSpan(
                    start,
                    end,
                    *_around(anchor, unit, STEPS[match["k"].lower()]),
                    RELATIVE_RULES[unit],
                )
            continue
        count = (match["n"] or "").lower()
        ahead = (
            -int(table("units")["words"].get(count) or count)
            if count
            else table("months")["relative"][match["days"].lower()]
        )
        day = anchor + timedelta(days=ahead)
        yield DateSpan(start, end, day, day, "day", "date.relative_day")


def _around(day: date, unit: str, step: int) -> Meaning:
    if unit == "tahun":
        return date(day.year + step, 1, 1), date(day.year + step, 12, 31), "year"
    if unit == "bulan":
        month = day.year * 12 + day.month - 1 + step
        return _whole_month(month // 12, month % 12 + 1)
    monday = day + timedelta(days=DAYS_A_WEEK * step - day.weekday())
    return monday, monday + timedelta(days=6), "day_range"


def _weekdays(paragraph: Paragraph, anchor: date | None, days: set[date]) -> Iterator[DateSpan]:
    base = paragraph.start
    for match in _matches(bare_weekday(), paragraph.text, paragraph.where(weekday_words())):
        weekday = all_weekdays()[match["w"].lower()]
        head = paragraph.text[max(0, match.start() - FARTHEST_TENSE) : match.start()]
        if EVERY.search(head) or HOLIDAYS.match(paragraph.text, match.end()):
            continue
        toward = 1 if match["k"] in {"depan", "mendatang"} else -1 if match["k"] else 0
        day = _weekday_meant(weekday, anchor, days, toward, _tense(paragraph, match.start()))
        if day:
            start, end = base + match.start(), base + match.end()
            yield DateSpan(start, end, day, day, "day", "date.weekday_anchor", True)


def _tense(paragraph: Paragraph, at: int) -> int:
    """1 where the sentence speaks of what is to come, -1 of what is over.

    After a comma (di Jakarta, Selasa) stands the day of saying, whatever the tense of what is said.
    """
    low = paragraph.sentence(paragraph.start + at)[0] - paragraph.start
    head = paragraph.text[max(low, at - FARTHEST_TENSE) : at]
    if head.endswith(", "):
        return 0
    return bool(AHEAD.search(head)) - bool(BEHIND.search(head))


def _weekday_meant(
    weekday: int, anchor: date | None, days: set[date], toward: int, tense: int
) -> date | None:
    """The one explicit day of that weekday within some weeks.

    Otherwise the day that `depan` or `lalu` says, or the tense, or else the nearest.
    """
    agreeing = {
        d
        for d in days
        if d.weekday() == weekday and (anchor is None or abs((d - anchor).days) <= 2 * DAYS_A_WEEK)
    }
    if len(agreeing) == 1 and not toward:
        return agreeing.pop()
    if anchor is None:
        return None
    behind = (anchor.weekday() - weekday) % DAYS_A_WEEK
    if toward:
        return anchor + timedelta(
            days=DAYS_A_WEEK - behind if toward > 0 else -(behind or DAYS_A_WEEK)
        )
    back = behind == 0 or (tense <= 0 and (tense < 0 or behind <= DAYS_A_WEEK // 2))
    return anchor - timedelta(days=behind if back else behind - DAYS_A_WEEK)


def dates(
    body: BodyText, *, published: date | None, reference: date | None
) -> tuple[DateMentioned, ...]:
    anchor = _day_of_text(reference, published)
    spans = [s for p in body.paragraphs for s in _explicit(p, anchor)]
    days = {s.first for s in spans if s.first and s.resolution == "day"}
    covered = {at for s in spans for at in range(s.start, s.end)}
    for paragraph in body.paragraphs:
        relative = _relative(paragraph, anchor) if anchor else ()
        later = (*relative, *_weekdays(paragraph, anchor, days))
        spans += [s for s in later if covered.isdisjoint({s.start, s.end - 1})]
    ordered = sorted(spans, key=lambda s: s.start)
    return tuple(_row(body, number, span) for number, span in enumerate(ordered, 1))


def _day_of_text(reference: date | None, published: date | None) -> date | None:
    """The day that the text names first, where it is news of that day and no history of it or plan for it."""
    if reference and published and not 0 <= (published - reference).days <= OLDEST_NEWS:
        return published
    return reference or published


def _row(body: BodyText, number: int, span: DateSpan) -> DateMentioned:
    return DateMentioned(
        date_no=number,
        paragraph_no=body.paragraph(span.start).number,
        text=body.text[span.start : span.end],
        date_start=span.first,
        date_end=span.last,
        resolution=span.resolution,
        method=span.rule_id.removeprefix("date."),
        char_start=span.start,
        char_end=span.end,
        rule_id=span.rule_id,
        weekday_matches=span.weekday_matches,
        month_day=span.month_day,
    )
