"""Dates a text mentions, resolved against the day it speaks of.

A day or month whose year nothing tells keeps its row without one; other words that need that day give none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from parsers.facts import DateMentioned
from parsers.language.words import (
    all_weekdays,
    lower,
    month_words,
    months,
    relative_words,
    table,
    weekday_words,
)
from parsers.structure.date_spans import DAYS_A_YEAR, DateSpan, day_of, own_day
from parsers.structure.tokens.text import BodyText, Paragraph

YEAR = r"(?P<y>(?:19|20)\d\d)"
DAY, LAST_DAY, MONTH_NUMBER = r"(?P<d>\d{1,2})", r"(?P<e>\d{1,2})", r"(?P<n>\d{1,2})"
TO = r"\s?(?:[-–—]|sampai|hingga|s/d)\s?"
DAYS_A_WEEK = 7
UNTIL = re.compile(
    r"\b(?:sampai|hingga|paling lambat|paling cepat|mulai|dimulai)(?: (?:bulan|awal|akhir|pertengahan))? $"
)  # a month still to come
LAW = re.compile(r"\b(?:nomor|no\.?)\s?\S{1,12}\s(?:tahun\s)?$", re.IGNORECASE)
COUNTED = re.compile(r"(?:\d|beberapa|dua|tiga|empat|lima|enam|sejumlah)\s$", re.IGNORECASE)
ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
ORDINALS = {"pertama": 1, "kedua": 2, "ketiga": 3, "keempat": 4}
AHEAD = re.compile(
    r"\b(?:akan|bakal|dijadwalkan|rencananya|direncanakan|ditargetkan|mendatang|will|akan datang)\b",
    re.IGNORECASE,
)
BEHIND = re.compile(r"\b(?:telah|sudah|kemarin|silam|lalu|sebelumnya|sejak)\b", re.IGNORECASE)
FARTHEST_DAY = 60  # from the day the text speaks of, within which a weekday may mend a year
FARTHEST_TENSE = 60  # characters before a weekday
STEPS = {"ini": 0, "lalu": -1, "depan": 1}
COUNTS = ("dua", "tiga", "empat", "lima", "enam", "tujuh", "sepuluh")
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


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def patterns() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """Method, whether it begins with digits, form; earlier forms win where two overlap.

    Weekdays and brackets before a day are looked for afterwards.
    """
    month, units = f"(?i:{_any(months())})", table("units")["units"]
    counted = f"(?!\\s(?i:{_any(lower(units['measure']) | lower(units['count']))})\\b)"
    of, free = rf"\s(?P<m>{month})\b", r"(?<![\d.,/-])"
    forms = (
        (
            "date.explicit_day_range",
            rf"(?<![\d.,/]){DAY}{TO}{LAST_DAY}/{MONTH_NUMBER}(?:/{YEAR})?(?![\d/])",
        ),
        (
            "date.explicit_day_range",
            rf"{free}{DAY}\s(?P<m1>{month})(?:\s(?:19|20)\d\d)?{TO}{LAST_DAY}{of}(?:\s{YEAR}\b)?",
        ),
        (
            "date.explicit_dmy",
            rf"(?<!\d){DAY}[/-]{MONTH_NUMBER}[/-](?P<y>(?:19|20)\d\d|\d\d)(?!\d)",
        ),
        ("date.explicit_day_range", rf"(?<![\d.,]){DAY}{TO}{LAST_DAY}{of}(?:\s{YEAR}\b)?"),
        ("date.explicit_dmy", rf"{free}{DAY}{of}\.?,?\s{YEAR}\b"),
        ("date.explicit_dmy", rf"\b(?P<m>{month})\.?\s{DAY},\s{YEAR}\b"),
        ("date.explicit_dm", rf"(?<=\(){DAY}[/-]{MONTH_NUMBER}(?=\))"),
        ("date.explicit_dm", rf"{free}{DAY}{of}"),
        (
            "date.explicit_month_range",
            rf"\b(?P<n1>{month})(?:\s(?P<y1>(?:19|20)\d\d))?{TO}(?P<m>{month})\b(?:\s{YEAR}\b)?",
        ),
        (
            "date.explicit_month_range",
            rf"\b(?i:(?P<q>kuartal|triwulan|semester))\s(?P<o>[1-4]|I{{1,3}}|IV|{_any(ORDINALS)})[\s/-](?:tahun\s)?{YEAR}\b",
        ),
        ("date.explicit_month", rf"\b(?P<m>{month})\s(?:tahun\s)?{YEAR}\b"),
        (
            "date.explicit_year_range",
            rf"(?<![\d/.,-]){YEAR}(?:{TO}|/)(?P<z>(?:19|20)\d\d)(?![\d/-])",
        ),
        (
            "date.explicit_year",
            r"(?:(?<=[^\W\d_]\s)|(?<=[)(]\s)|(?<=\d\d\d\d,\s)|(?<=\()|^)(?P<y>19\d\d|20[0-4]\d)(?P<an>-an)?\b(?![.,/–-]?\d)(?!%|\s(?:persen|ribu|juta|WIB)\b)"
            + counted,
        ),
        (
            "date.month_anchor",
            rf"\b(?P<m>{_any(m.capitalize() for m in months() if len(m) > 2)})\b(?!\s\d)(?:\stahun\s(?P<k>{_any(STEPS)}))?",
        ),
    )
    return tuple((rule_id, not form.startswith("\\b"), re.compile(form)) for rule_id, form in forms)


@cache
def weekday_before() -> re.Pattern[str]:
    """Also two of them, and a time of day: Kamis malam (12/11), Sabtu-Minggu (14-15/11)."""
    days = f"(?i:{_any(all_weekdays())})"
    return re.compile(
        rf"\b(?:{days}\s?[-–/]\s?)?(?P<w>{days})(?:\s(?:pagi|siang|sore|petang|malam|dini hari))?,?\s?\(?$"
    )


# Before a number that looks like a year these make something else of it.
NO_YEAR = re.compile(
    r"(?:\b(?:nomor|no\.?|pasal|sebanyak|sekitar|total|jumlah|kapasitas|senilai|sebesar|rp\.?|us\$|km|jalan|seri|iso|unit|kode|rm"
    r"|lebih dari|kurang dari|hampir|mencapai|menjadi|dan|atau|pukul|jam|over|about|nearly|around|than|least)\s|[$(]\s?)$",
    re.IGNORECASE,
)
NAME_BEFORE = re.compile(
    r"[^\s.!?“”\":(]\s[A-Z][\w.’'/-]*\s$"
)  # a capital word inside a sentence: a month after it is a name
TITLED = re.compile(r"\b(?:Ibu|Bu|Mbak|Kak|Nyonya|Ny|Bapak|Pak|Mas|Si|Nama) $")
YEARS_BEFORE = re.compile(
    r"\b(?:19|20)\d\d(?:, (?:dan )?| dan )$"
)  # one more year: 2023, 2024, dan 2025
NAME_AFTER = re.compile(r"\s[A-Z][a-z]")


@cache
def relatives() -> re.Pattern[str]:
    days, units = table("months")["relative"], table("months")["units"]
    return re.compile(
        rf"\b(?:(?P<days>{_any(days)})|(?P<n>\d{{1,2}}|{_any(COUNTS)}) hari (?:yang )?lalu|(?P<u>{_any(units)}) (?P<k>{_any(STEPS)}))\b",
        re.IGNORECASE,
    )


@cache
def bare_weekday() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?<!Black )(?<!Good )(?<!Cyber )(?P<w>{_any(w.capitalize() for w in all_weekdays())})\b(?!\s?\(?\d)(?!\s(?:ini|Kliwon|Legi|Pahing|Pon|Wage|Paing|Manis|Abu|Agung))"
        rf"(?:\s(?P<k>depan|mendatang|lalu)|\spekan\s(?P<p>{_any(STEPS)}))?"
    )


def _number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return months()[groups["m"].lower()] if groups.get("m") else int(groups["n"])


def _day(match: re.Match[str], anchor: date | None, weekday: int | None) -> Meaning | None:
    day, month, year = int(match["d"]), _number(match), match.groupdict().get("y")
    full = int(year) + (2000 if len(year) == 2 else 0) if year else None
    resolved = day_of(full, month, day) if full else _nearest(day, month, anchor, weekday)
    if (
        full
        and resolved
        and anchor
        and weekday not in {None, resolved.weekday()}
        and abs((resolved - anchor).days) > FARTHEST_DAY
    ):
        # Senin (6/01/2024) in January 2025: the year was not turned
        other = _nearest(day, month, anchor)
        if other and other.weekday() == weekday and abs((other - anchor).days) <= FARTHEST_DAY:
            resolved = other
    return (resolved, resolved, "day") if resolved else None


def _nearest(day: int, month: int, anchor: date | None, weekday: int | None = None) -> date | None:
    """Without a year: the one whose weekday agrees, else the nearest to the day the text speaks of."""
    if anchor is None:
        return None
    candidates = [d for y in (0, -1, 1) if (d := day_of(anchor.year + y, month, day))]
    agreeing = [d for d in candidates if weekday is not None and d.weekday() == weekday]
    return min(agreeing or candidates, key=lambda d: abs((d - anchor).days), default=None)


def _day_range(match: re.Match[str], anchor: date | None, _: int | None) -> Meaning | None:
    month, year, other = _number(match), match["y"], match.groupdict().get("m1")
    last = (
        day_of(int(year), month, int(match["e"]))
        if year
        else _nearest(int(match["e"]), month, anchor)
    )
    begins = months()[other.lower()] if other else month
    first = day_of(last.year - (begins > month), begins, int(match["d"])) if last else None
    return (first, last, "day_range") if first and last and first < last else None


def _month(match: re.Match[str], anchor: date | None, _: int | None) -> Meaning | None:
    """Without a year the last one up to the day the text speaks of: news looks back more than ahead."""
    year, month = match.groupdict().get("y"), _number(match)
    if year:
        return _whole_month(int(year), month)
    if anchor is None:
        return None
    if step := match.groupdict().get("k"):
        return _whole_month(anchor.year + STEPS[step], month)
    head = match.string[max(0, match.start() - FARTHEST_TENSE) : match.start()].rpartition(". ")[2]
    ahead = UNTIL.search(head) or AHEAD.search(
        head + match.string[match.end() : match.end() + len(" mendatang")]
    )
    latest = anchor + timedelta(days=DAYS_A_YEAR if ahead and not BEHIND.search(head) else 45)
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
    for rule_id, numeric, pattern in patterns():
        for match in _matches(pattern, text, digits if numeric else month_places):
            start, end, weekday = _bounds(text, match, rule_id)
            if is_taken[start] or is_taken[end - 1] or _is_other(text, match, rule_id):
                continue
            meaning = RESOLVE[rule_id](match, anchor, weekday)
            month_day = _month_day(match, rule_id) if meaning is None and anchor is None else None
            if meaning is None and month_day is None:
                continue
            first, last, resolution = meaning or (None, None, YEARLESS[rule_id])
            is_taken[start:end] = b"\1" * (end - start)
            spans.append(
                DateSpan(
                    base + start,
                    base + end,
                    first,
                    last,
                    resolution,
                    rule_id,
                    weekday,
                    month_day,
                    RESOLVE[rule_id] is _day and _is_of_another_year(match, first),
                )
            )
    return spans


def _is_of_another_year(match: re.Match[str], day: date | None) -> bool:
    year = match.groupdict().get("y")
    return bool(year and day and day.year % 100 != int(year) % 100)


def _month_day(match: re.Match[str], rule_id: str) -> str | None:
    """MM-DD or MM of a date without a year; None where it has one, or there is no such day."""
    groups = match.groupdict()
    if rule_id not in YEARLESS or groups.get("y") or groups.get("k"):
        return None
    begins = groups.get("m1") or groups.get("n1")
    month = months()[begins.lower()] if begins else _number(match)
    if "d" not in groups:
        return f"{month:02}"
    return f"{month:02}-{int(match['d']):02}" if day_of(LEAP, month, int(match["d"])) else None


def _bounds(text: str, match: re.Match[str], rule_id: str) -> tuple[int, int, int | None]:
    """The date with the weekday before it and the bracket around it: Selasa (28/05/2024)."""
    start, end = match.span()
    if RESOLVE[rule_id] not in {_day, _day_range}:
        return start, end, None
    low = max(0, start - 30)
    if (before := weekday_before().search(text[low:start])) is None:
        return start, end, None
    bracket = before.group().endswith("(")
    if bracket and text[end : end + 1] != ")":
        return start, end, None
    return (
        low + before.start(),
        end + bracket,
        all_weekdays()[before["w"].lower()] if RESOLVE[rule_id] is _day else None,
    )


def _is_other(text: str, match: re.Match[str], rule_id: str) -> bool:
    """Nomor 18 Tahun 2017 names a law; a month without a lead may be a name."""
    head = text[max(0, match.start() - 30) : match.start()]
    if rule_id == "date.month_anchor":
        return any(
            (
                NAME_AFTER.match(text, match.end()),
                NAME_BEFORE.search(head[-24:]),
                TITLED.search(head),
            )
        )
    return (
        rule_id == "date.explicit_year"
        and not YEARS_BEFORE.search(head)
        and (LAW.search(head) or NO_YEAR.search(head)) is not None
    )


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
        if match["p"]:
            monday = _around(anchor, "pekan", STEPS[match["p"]])[0] if anchor else None
            day = monday + timedelta(days=weekday) if monday else None
        else:
            toward = 1 if match["k"] in {"depan", "mendatang"} else -1 if match["k"] else 0
            day = _weekday_meant(weekday, anchor, days, toward, _tense(paragraph, match.start()))
        if day:
            start, end = base + match.start(), base + match.end()
            yield DateSpan(start, end, day, day, "day", "date.weekday_anchor", weekday)


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
    anchor = reference or published
    spans = [s for p in body.paragraphs for s in _explicit(p, anchor)]
    if anchor is None and (anchor := own_day(spans)):
        spans = [s for p in body.paragraphs for s in _explicit(p, anchor)]
    days = {s.first for s in spans if s.first and s.resolution == "day"}
    covered = {at for s in spans for at in range(s.start, s.end)}
    for paragraph in body.paragraphs:
        relative = _relative(paragraph, anchor) if anchor else ()
        later = (*relative, *_weekdays(paragraph, anchor, days))
        spans += [s for s in later if covered.isdisjoint({s.start, s.end - 1})]
    ordered = sorted(spans, key=lambda s: s.start)
    return tuple(_row(body, number, span) for number, span in enumerate(ordered, 1))


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
        weekday_matches=span.first.weekday() == span.weekday and not span.is_mended
        if span.first and span.weekday is not None
        else None,
        month_day=span.month_day,
    )
