"""Dates a text mentions, resolved against the day it speaks of. What cannot be resolved gives no row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from parsers.language.words import english_weekdays, lower, months, table, weekdays

from .rows import DateMentioned
from .text import Body

YEAR = r"(?P<y>(?:19|20)\d\d)"
DAYS_A_WEEK = 7
DIGIT = re.compile(r"\d")
LAW = re.compile(r"\b(?:nomor|no\.?)\s?\S{1,12}\s(?:tahun\s)?$", re.IGNORECASE)
COUNTED = re.compile(r"(?:\d|beberapa|dua|tiga|empat|lima|enam|sejumlah)\s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    first: date
    last: date
    resolution: str
    method: str
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """The day the text speaks of, if anything tells."""

    day: date | None


Resolve = Callable[[re.Match[str], Anchor, int | None], tuple[date, date, str] | None]


def day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str], Resolve], ...]:
    """Method, form and meaning; earlier forms win where two overlap. Weekdays and brackets before a day are looked for afterwards."""
    month = "(?i:" + "|".join(sorted(map(re.escape, months()), key=len, reverse=True)) + ")"
    units = table("units")["units"]
    counted = "(?!\\s(?i:" + "|".join(map(re.escape, sorted(lower(units["measure"]) | lower(units["count"])))) + ")\\b)"
    to = r"\s?(?:[-–—]|sampai|hingga|s/d)\s?"
    forms: list[tuple[str, str, Resolve]] = [
        ("explicit_day_range", rf"(?<![\d.,/])(?P<d>\d{{1,2}}){to}(?P<e>\d{{1,2}})/(?P<n>\d{{1,2}})(?:/{YEAR})?(?![\d/])", _day_range),
        (
            "explicit_day_range",
            rf"(?<![\d.,/-])(?P<d>\d{{1,2}})\s(?P<m1>{month})(?:\s(?:19|20)\d\d)?{to}(?P<e>\d{{1,2}})\s(?P<m>{month})\b(?:\s{YEAR}\b)?",
            _day_range,
        ),
        ("explicit_dmy", r"(?<!\d)(?P<d>\d{1,2})[/-](?P<n>\d{1,2})[/-](?P<y>(?:19|20)\d\d|\d\d)(?!\d)", _day),
        (
            "explicit_day_range",
            rf"(?<![\d.,])(?P<d>\d{{1,2}}){to}(?P<e>\d{{1,2}})\s(?P<m>{month})\b(?:\s{YEAR}\b)?",
            _day_range,
        ),
        ("explicit_dmy", rf"(?<![\d.,/-])(?P<d>\d{{1,2}})\s(?P<m>{month})\b\.?,?\s{YEAR}\b", _day),
        ("explicit_dmy", rf"\b(?P<m>{month})\.?\s(?P<d>\d{{1,2}}),\s{YEAR}\b", _day),
        ("explicit_dm", r"(?<=\()(?P<d>\d{1,2})[/-](?P<n>\d{1,2})(?=\))", _day),
        ("explicit_dm", rf"(?<![\d.,/-])(?P<d>\d{{1,2}})\s(?P<m>{month})\b", _day),
        ("explicit_month_range", rf"\b(?P<n1>{month}){to}(?P<m>{month})\b(?:\s{YEAR}\b)?", _month_range),
        ("explicit_month", rf"\b(?P<m>{month})\s(?:tahun\s)?{YEAR}\b", _month),
        ("explicit_year_range", rf"(?<![\d/.,-]){YEAR}(?:{to}|/)(?P<z>(?:19|20)\d\d)(?![\d/-])", _year_range),
        (
            "explicit_year",
            rf"(?:(?<=[^\W\d_]\s)|(?<=[)(]\s)|(?<=\()|^)(?P<y>19\d\d|20[0-4]\d)\b(?![.,/–-]?\d)(?!%|\s(?:persen|ribu|juta|WIB)\b){counted}",
            _year,
        ),
    ]
    return tuple((method, re.compile(form), resolve) for method, form, resolve in forms)


@cache
def month_alone() -> tuple[str, re.Pattern[str], Resolve]:
    month = "|".join(sorted((m.capitalize() for m in months() if len(m) > 2), key=len, reverse=True))  # noqa: PLR2004
    return "month_anchor", re.compile(rf"\b(?P<m>{month})\b(?!\s\d)"), _near_month


@cache
def weekday_before() -> re.Pattern[str]:
    named = "|".join(sorted((re.escape(w) for w in [*weekdays(), *english_weekdays()]), key=len, reverse=True))
    return re.compile(rf"\b(?P<w>(?i:{named})),?\s?\(?$")


# Before a number that looks like a year these make something else of it.
NO_YEAR = re.compile(
    r"(?:\b(?:nomor|no\.?|pasal|sebanyak|sekitar|total|jumlah|kapasitas|senilai|sebesar|rp\.?|us\$|km|jalan|seri|iso|unit|kode|rm"
    r"|lebih dari|kurang dari|hampir|mencapai|menjadi|dan|atau|pukul|jam)\s|[$(]\s?)$",
    re.IGNORECASE,
)
NAMED_BEFORE = re.compile(r"[^\s.!?“”\":(]\s[A-Z][\w.’'-]*\s$")  # a capital word inside a sentence: a month after it is a name
TITLED = re.compile(r"\b(?:Ibu|Bu|Mbak|Kak|Nyonya|Ny|Bapak|Pak|Mas|Si|Nama) $")
NAMED_AFTER = re.compile(r"\s[A-Z][a-z]")


@cache
def relatives() -> re.Pattern[str]:
    days = "|".join(sorted(map(re.escape, table("months")["relative"]), key=len, reverse=True))
    unit = "pekan|minggu|bulan|tahun"
    return re.compile(
        rf"\b(?:(?P<days>{days})|(?P<n>\d{{1,2}}|dua|tiga|empat|lima|enam|tujuh|sepuluh) hari (?:yang )?lalu"
        rf"|(?P<u>{unit}) (?P<k>ini|lalu|depan))\b",
        re.IGNORECASE,
    )


@cache
def bare_weekday() -> re.Pattern[str]:
    named = "|".join(sorted((re.escape(w.capitalize()) for w in [*weekdays(), *english_weekdays()]), key=len, reverse=True))
    return re.compile(
        rf"\b(?P<w>{named})\b(?!\s?\(?\d)(?!\s(?:ini|Kliwon|Legi|Pahing|Pon|Wage|Paing|Manis|Abu|Agung))"
        r"(?:\s(?P<k>depan|mendatang)|\spekan\s(?P<p>ini|lalu|depan))?"
    )


def _number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return months()[groups["m"].lower()] if groups.get("m") else int(groups["n"])


def _weekday(match: re.Match[str]) -> int | None:
    word = (match.groupdict().get("w") or "").lower()
    return {**weekdays(), **english_weekdays()}.get(word)


def _day(match: re.Match[str], anchor: Anchor, weekday: int | None) -> tuple[date, date, str] | None:
    day, month, year = int(match["d"]), _number(match), match.groupdict().get("y")
    full = int(year) + (2000 if len(year) == 2 else 0) if year else None  # noqa: PLR2004
    found = day_of(full, month, day) if full else _near(day, month, anchor, weekday)
    return (found, found, "day") if found else None


def _near(day: int, month: int, anchor: Anchor, weekday: int | None) -> date | None:
    """Without a year: the one whose weekday agrees, else the nearest to the day the text speaks of."""
    if anchor.day is None:
        return None
    near = [d for y in (0, -1, 1) if (d := day_of(anchor.day.year + y, month, day))]
    agree = [d for d in near if weekday is not None and d.weekday() == weekday]
    return min(agree or near, key=lambda d: abs((d - anchor.day).days), default=None)  # type: ignore[operator]


def _day_range(match: re.Match[str], anchor: Anchor, weekday: int | None) -> tuple[date, date, str] | None:
    del weekday
    month, year = _number(match), match["y"]
    last = day_of(int(year), month, int(match["e"])) if year else _near(int(match["e"]), month, anchor, None)
    other = match.groupdict().get("m1")
    begins = months()[other.lower()] if other else month
    first = day_of(last.year - (begins > month), begins, int(match["d"])) if last else None
    return (first, last, "day_range") if first and last and first < last else None


def _month(match: re.Match[str], anchor: Anchor, weekday: int | None) -> tuple[date, date, str]:
    del anchor, weekday
    return _whole_month(int(match["y"]), _number(match))


def _month_range(match: re.Match[str], anchor: Anchor, weekday: int | None) -> tuple[date, date, str] | None:
    end = _whole_month(int(match["y"]), _number(match)) if match["y"] else _near_month(match, anchor, weekday)
    if end is None:
        return None
    first = date(end[0].year, months()[match["n1"].lower()], 1)
    return (first, end[1], "month_range") if first < end[1] else None


def _near_month(match: re.Match[str], anchor: Anchor, weekday: int | None) -> tuple[date, date, str] | None:
    del weekday
    if anchor.day is None:
        return None
    month, latest = _number(match), anchor.day + timedelta(days=45)  # news looks back more than ahead
    year = anchor.day.year + 1
    while date(year, month, 1) > latest:
        year -= 1
    return _whole_month(year, month)


def _whole_month(year: int, month: int) -> tuple[date, date, str]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1), "month"


def _year(match: re.Match[str], anchor: Anchor, weekday: int | None) -> tuple[date, date, str]:
    del anchor, weekday
    return date(int(match["y"]), 1, 1), date(int(match["y"]), 12, 31), "year"


def _year_range(match: re.Match[str], anchor: Anchor, weekday: int | None) -> tuple[date, date, str] | None:
    del anchor, weekday
    first, last = int(match["y"]), int(match["z"])
    return (date(first, 1, 1), date(last, 12, 31), "year_range") if first < last else None


def _explicit(text: str, base: int, anchor: Anchor) -> list[_Hit]:
    hits: list[_Hit] = []
    taken = bytearray(len(text))
    dated = DIGIT.search(text) is not None
    for method, pattern, resolve in (*(patterns() if dated else ()), month_alone()):
        for match in pattern.finditer(text):
            start, end, weekday = _bounds(text, match, method)
            if taken[start] or taken[end - 1] or _is_other(text, match, method) or not (meant := resolve(match, anchor, weekday)):
                continue
            taken[start:end] = b"\1" * (end - start)
            hits.append(_Hit(base + start, base + end, *meant, method, weekday))
    return hits


def _bounds(text: str, match: re.Match[str], method: str) -> tuple[int, int, int | None]:
    """The date with the weekday before it and the bracket around it: Selasa (28/05/2024)."""
    start, end = match.span("y") if method == "explicit_year" else match.span()
    if match.groupdict().get("d") is None or method == "explicit_day_range":
        return start, end, None
    low = max(0, start - 14)
    if (before := weekday_before().search(text[low:start])) is None:
        return start, end, None
    bracket = before.group().endswith("(")
    if bracket and text[end : end + 1] != ")":
        return start, end, None
    return low + before.start(), end + bracket, {**weekdays(), **english_weekdays()}[before["w"].lower()]


def _is_other(text: str, match: re.Match[str], method: str) -> bool:
    """Nomor 18 Tahun 2017 names a law; a month without a lead may be a name."""
    if method == "month_anchor":
        head = text[max(0, match.start() - 24) : match.start()]
        return any((NAMED_AFTER.match(text, match.end()), NAMED_BEFORE.search(head), TITLED.search(head)))
    before = text[max(0, match.start("y") - 30) : match.start("y")] if method == "explicit_year" else ""
    return LAW.search(before) is not None or NO_YEAR.search(before) is not None


def _relative(text: str, base: int, anchor: Anchor) -> Iterator[_Hit]:
    day = anchor.day
    for match in relatives().finditer(text) if day else ():
        assert day is not None
        if match["u"] and COUNTED.search(text, max(0, match.start() - 10), match.start()):
            continue
        if match["u"]:
            first, last, resolution = _around(day, match["u"].lower(), {"ini": 0, "lalu": -1, "depan": 1}[match["k"].lower()])
        else:
            first = last = day + timedelta(days=_offset(match))
            resolution = "day"
        yield _Hit(
            base + match.start(),
            base + match.end(),
            first,
            last,
            resolution,
            "relative_" + ("day" if resolution == "day" else match["u"].lower()),
        )


def _offset(match: re.Match[str]) -> int:
    if match["days"]:
        return int(table("months")["relative"][match["days"].lower()])
    word = match["n"].lower()
    return -int(table("units")["words"].get(word, 0) or word)


def _around(day: date, unit: str, step: int) -> tuple[date, date, str]:
    if unit == "tahun":
        return date(day.year + step, 1, 1), date(day.year + step, 12, 31), "year"
    if unit == "bulan":
        month = day.year * 12 + day.month - 1 + step
        return _whole_month(month // 12, month % 12 + 1)
    monday = day + timedelta(days=DAYS_A_WEEK * step - day.weekday())
    return monday, monday + timedelta(days=6), "day_range"


def _weekdays(text: str, base: int, anchor: Anchor, explicit: tuple[date, ...]) -> Iterator[_Hit]:
    for match in bare_weekday().finditer(text):
        weekday = _weekday(match)
        assert weekday is not None
        if match["p"]:
            monday = _around(anchor.day, "pekan", {"ini": 0, "lalu": -1, "depan": 1}[match["p"]])[0] if anchor.day else None
            found = monday + timedelta(days=weekday) if monday else None
        else:
            found = _meant(weekday, anchor, explicit, ahead=match["k"] is not None)
        if found:
            yield _Hit(base + match.start(), base + match.end("w"), found, found, "day", "weekday_anchor", weekday)


def _meant(weekday: int, anchor: Anchor, explicit: tuple[date, ...], *, ahead: bool) -> date | None:
    """The one explicit day of that weekday; else the nearest to the day the text speaks of."""
    agreeing = {d for d in explicit if d.weekday() == weekday}
    if len(agreeing) == 1 and not ahead:
        return agreeing.pop()
    if anchor.day is None:
        return None
    if ahead:
        return anchor.day + timedelta(days=(weekday - anchor.day.weekday() - 1) % DAYS_A_WEEK + 1)
    behind = (anchor.day.weekday() - weekday) % DAYS_A_WEEK
    return anchor.day - timedelta(days=behind if behind <= DAYS_A_WEEK // 2 else behind - DAYS_A_WEEK)


def dates(body: Body, *, published: date | None, reference: date | None) -> tuple[DateMentioned, ...]:
    anchor = Anchor(reference or published)
    found = [(p.number, h) for p in body.paragraphs for h in _explicit(p.text, p.start, anchor)]
    explicit = tuple(h.first for _, h in found if h.resolution == "day")
    if anchor.day is None and len(set(explicit)) == 1:
        anchor = Anchor(explicit[0])
    later = [
        (p.number, h) for p in body.paragraphs for h in (*_relative(p.text, p.start, anchor), *_weekdays(p.text, p.start, anchor, explicit))
    ]
    hits = sorted([*found, *_free(later, found)], key=lambda pair: pair[1].start)
    return tuple(_row(body, number, paragraph, hit) for number, (paragraph, hit) in enumerate(hits, 1))


def _free(later: list[tuple[int, _Hit]], found: list[tuple[int, _Hit]]) -> list[tuple[int, _Hit]]:
    """Those that no explicit date overlaps."""
    covered = {at for _, h in found for at in range(h.start, h.end)}
    return [(number, hit) for number, hit in later if hit.start not in covered and hit.end - 1 not in covered]


def _row(body: Body, number: int, paragraph: int, hit: _Hit) -> DateMentioned:
    matches = hit.first.weekday() == hit.weekday if hit.weekday is not None and hit.resolution == "day" else None
    return DateMentioned(
        date_no=number,
        paragraph_no=paragraph,
        text=body.text[hit.start : hit.end],
        date_start=hit.first,
        date_end=hit.last,
        resolution=hit.resolution,
        method=hit.method,
        char_start=hit.start,
        char_end=hit.end,
        rule_id=f"date.{hit.method}",
        weekday_matches=matches,
    )
