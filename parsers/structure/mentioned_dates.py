"""Dates a text mentions, resolved against the day it speaks of. What cannot be resolved gives no row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

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
from parsers.structure.tokens.text import BodyText, Paragraph

YEAR = r"(?P<y>(?:19|20)\d\d)"
DAYS_A_WEEK = 7
DAYS_A_YEAR = 364
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
Meant = tuple[date, date, str]  # first and last day, resolution


class _Hit(NamedTuple):
    """`start` and `end` count in the body."""

    start: int
    end: int
    first: date
    last: date
    resolution: str
    method: str
    weekday: int | None = None


def day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def patterns() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """Method, whether it begins with digits, form; earlier forms win where two overlap.

    Weekdays and brackets before a day are looked for afterwards.
    """
    month, units = f"(?i:{_any(months())})", table("units")["units"]
    counted = f"(?!\\s(?i:{_any(lower(units['measure']) | lower(units['count']))})\\b)"
    to = r"\s?(?:[-–—]|sampai|hingga|s/d)\s?"
    day, last, of, slashed, free = (
        r"(?P<d>\d{1,2})",
        r"(?P<e>\d{1,2})",
        rf"\s(?P<m>{month})\b",
        r"(?P<n>\d{1,2})",
        r"(?<![\d.,/-])",
    )
    forms = (
        ("explicit_day_range", rf"(?<![\d.,/]){day}{to}{last}/{slashed}(?:/{YEAR})?(?![\d/])"),
        (
            "explicit_day_range",
            rf"{free}{day}\s(?P<m1>{month})(?:\s(?:19|20)\d\d)?{to}{last}{of}(?:\s{YEAR}\b)?",
        ),
        ("explicit_dmy", rf"(?<!\d){day}[/-]{slashed}[/-](?P<y>(?:19|20)\d\d|\d\d)(?!\d)"),
        ("explicit_day_range", rf"(?<![\d.,]){day}{to}{last}{of}(?:\s{YEAR}\b)?"),
        ("explicit_dmy", rf"{free}{day}{of}\.?,?\s{YEAR}\b"),
        ("explicit_dmy", rf"\b(?P<m>{month})\.?\s{day},\s{YEAR}\b"),
        ("explicit_dm", rf"(?<=\(){day}[/-]{slashed}(?=\))"),
        ("explicit_dm", rf"{free}{day}{of}"),
        (
            "explicit_month_range",
            rf"\b(?P<n1>{month})(?:\s(?P<y1>(?:19|20)\d\d))?{to}(?P<m>{month})\b(?:\s{YEAR}\b)?",
        ),
        (
            "explicit_month_range",
            rf"\b(?i:(?P<q>kuartal|triwulan|semester))\s(?P<o>[1-4]|I{{1,3}}|IV|{_any(ORDINALS)})[\s/-](?:tahun\s)?{YEAR}\b",
        ),
        ("explicit_month", rf"\b(?P<m>{month})\s(?:tahun\s)?{YEAR}\b"),
        ("explicit_year_range", rf"(?<![\d/.,-]){YEAR}(?:{to}|/)(?P<z>(?:19|20)\d\d)(?![\d/-])"),
        (
            "explicit_year",
            r"(?:(?<=[^\W\d_]\s)|(?<=[)(]\s)|(?<=\d\d\d\d,\s)|(?<=\()|^)(?P<y>19\d\d|20[0-4]\d)(?P<an>-an)?\b(?![.,/–-]?\d)(?!%|\s(?:persen|ribu|juta|WIB)\b)"
            + counted,
        ),
        (
            "month_anchor",
            rf"\b(?P<m>{_any(m.capitalize() for m in months() if len(m) > 2)})\b(?!\s\d)(?:\stahun\s(?P<k>{_any(STEPS)}))?",
        ),
    )
    return tuple((method, not form.startswith("\\b"), re.compile(form)) for method, form in forms)


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
NAMED_BEFORE = re.compile(
    r"[^\s.!?“”\":(]\s[A-Z][\w.’'/-]*\s$"
)  # a capital word inside a sentence: a month after it is a name
TITLED = re.compile(r"\b(?:Ibu|Bu|Mbak|Kak|Nyonya|Ny|Bapak|Pak|Mas|Si|Nama) $")
LISTED = re.compile(r"\b(?:19|20)\d\d(?:, (?:dan )?| dan )$")  # one more year: 2023, 2024, dan 2025
NAMED_AFTER = re.compile(r"\s[A-Z][a-z]")


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


def _day(match: re.Match[str], anchor: date | None, weekday: int | None) -> Meant | None:
    day, month, year = int(match["d"]), _number(match), match.groupdict().get("y")
    full = int(year) + (2000 if len(year) == 2 else 0) if year else None
    found = day_of(full, month, day) if full else _near(day, month, anchor, weekday)
    if (
        full
        and found
        and anchor
        and weekday not in {None, found.weekday()}
        and abs((found - anchor).days) > FARTHEST_DAY
    ):
        other = _near(
            day, month, anchor
        )  # Senin (6/01/2024) in January 2025: the year was not turned
        found = (
            other
            if other and other.weekday() == weekday and abs((other - anchor).days) <= FARTHEST_DAY
            else found
        )
    return (found, found, "day") if found else None


def _near(day: int, month: int, anchor: date | None, weekday: int | None = None) -> date | None:
    """Without a year: the one whose weekday agrees, else the nearest to the day the text speaks of."""
    if anchor is None:
        return None
    near = [d for y in (0, -1, 1) if (d := day_of(anchor.year + y, month, day))]
    agree = [d for d in near if weekday is not None and d.weekday() == weekday]
    return min(agree or near, key=lambda d: abs((d - anchor).days), default=None)


def _day_range(match: re.Match[str], anchor: date | None, _: int | None) -> Meant | None:
    month, year, other = _number(match), match["y"], match.groupdict().get("m1")
    last = (
        day_of(int(year), month, int(match["e"])) if year else _near(int(match["e"]), month, anchor)
    )
    begins = months()[other.lower()] if other else month
    first = day_of(last.year - (begins > month), begins, int(match["d"])) if last else None
    return (first, last, "day_range") if first and last and first < last else None


def _month(match: re.Match[str], anchor: date | None, _: int | None) -> Meant | None:
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


def _month_range(match: re.Match[str], anchor: date | None, _: int | None) -> Meant | None:
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


def _whole_month(year: int, month: int) -> Meant:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1), "month"


def _year(match: re.Match[str], _: date | None, __: int | None) -> Meant | None:
    groups, first = match.groupdict(), int(match["y"])
    last = int(groups.get("z") or first + (9 if groups.get("an") else 0))
    return (
        (date(first, 1, 1), date(last, 12, 31), "year_range" if last > first else "year")
        if first <= last
        else None
    )


RESOLVE: dict[str, Callable[[re.Match[str], date | None, int | None], Meant | None]] = {
    "explicit_day_range": _day_range,
    "explicit_dmy": _day,
    "explicit_dm": _day,
    "explicit_month_range": _month_range,
    "explicit_month": _month,
    "month_anchor": _month,
    "explicit_year_range": _year,
    "explicit_year": _year,
}


def _matches(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """As finditer, tried only where it can begin."""
    free = 0
    for start in starts:
        if start >= free and (match := pattern.match(text, start)):
            free = match.end()
            yield match


def _explicit(paragraph: Paragraph, anchor: date | None) -> list[_Hit]:
    hits: list[_Hit] = []
    text, base, taken = paragraph.text, paragraph.start, bytearray(len(paragraph.text))
    digits, named = paragraph.numbers, paragraph.where(month_words())
    for method, numeric, pattern in patterns():
        for match in _matches(pattern, text, digits if numeric else named):
            start, end, weekday = _bounds(text, match, method)
            if (
                taken[start]
                or taken[end - 1]
                or _is_other(text, match, method)
                or not (meant := RESOLVE[method](match, anchor, weekday))
            ):
                continue
            taken[start:end] = b"\1" * (end - start)
            hits.append(_Hit(base + start, base + end, *meant, method, weekday))
    return hits


def _bounds(text: str, match: re.Match[str], method: str) -> tuple[int, int, int | None]:
    """The date with the weekday before it and the bracket around it: Selasa (28/05/2024)."""
    start, end = match.span()
    if RESOLVE[method] not in {_day, _day_range}:
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
        all_weekdays()[before["w"].lower()] if RESOLVE[method] is _day else None,
    )


def _is_other(text: str, match: re.Match[str], method: str) -> bool:
    """Nomor 18 Tahun 2017 names a law; a month without a lead may be a name."""
    head = text[max(0, match.start() - 30) : match.start()]
    if method == "month_anchor":
        return any(
            (
                NAMED_AFTER.match(text, match.end()),
                NAMED_BEFORE.search(head[-24:]),
                TITLED.search(head),
            )
        )
    return (
        method == "explicit_year"
        and not LISTED.search(head)
        and (LAW.search(head) or NO_YEAR.search(head)) is not None
    )


def _relative(paragraph: Paragraph, anchor: date) -> Iterator[_Hit]:
    text = paragraph.text
    for match in _matches(
        relatives(), text, sorted([*paragraph.numbers, *paragraph.where(relative_words())])
    ):
        start, end = paragraph.start + match.start(), paragraph.start + match.end()
        if unit := (match["u"] or "").lower():
            if not COUNTED.search(text, max(0, match.start() - 10), match.start()):
                yield _Hit(
                    start,
                    end,
                    *_around(anchor, unit, STEPS[match["k"].lower()]),
                    f"relative_{unit}",
                )
            continue
        count = (match["n"] or "").lower()
        ahead = (
            -int(table("units")["words"].get(count) or count)
            if count
            else table("months")["relative"][match["days"].lower()]
        )
        day = anchor + timedelta(days=ahead)
        yield _Hit(start, end, day, day, "day", "relative_day")


def _around(day: date, unit: str, step: int) -> Meant:
    if unit == "tahun":
        return date(day.year + step, 1, 1), date(day.year + step, 12, 31), "year"
    if unit == "bulan":
        month = day.year * 12 + day.month - 1 + step
        return _whole_month(month // 12, month % 12 + 1)
    monday = day + timedelta(days=DAYS_A_WEEK * step - day.weekday())
    return monday, monday + timedelta(days=6), "day_range"


def _weekdays(paragraph: Paragraph, anchor: date | None, explicit: set[date]) -> Iterator[_Hit]:
    for match in _matches(bare_weekday(), paragraph.text, paragraph.where(weekday_words())):
        weekday = all_weekdays()[match["w"].lower()]
        if match["p"]:
            found = (
                _around(anchor, "pekan", STEPS[match["p"]])[0] + timedelta(days=weekday)
                if anchor
                else None
            )
        else:
            low = paragraph.sentence(paragraph.start + match.start())[0] - paragraph.start
            head = paragraph.text[max(low, match.start() - FARTHEST_TENSE) : match.start()]
            told = not head.endswith(
                ", "
            )  # di Jakarta, Selasa is the day of saying, whatever the tense of what is said
            toward = 1 if match["k"] in {"depan", "mendatang"} else -1 if match["k"] else 0
            found = _meant(
                weekday,
                anchor,
                explicit,
                toward,
                told * (bool(AHEAD.search(head)) - bool(BEHIND.search(head))),
            )
        if found:
            yield _Hit(
                paragraph.start + match.start(),
                paragraph.start + match.end(),
                found,
                found,
                "day",
                "weekday_anchor",
                weekday,
            )


def _meant(
    weekday: int, anchor: date | None, explicit: set[date], toward: int, tense: int
) -> date | None:
    """The one explicit day of that weekday within some weeks; else where `depan` or `lalu` says, else where the tense does, else the nearest."""
    agreeing = {
        d
        for d in explicit
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
    found = [h for p in body.paragraphs for h in _explicit(p, anchor)]
    explicit = {h.first for h in found if h.resolution == "day"}
    if anchor is None and len(explicit) == 1:
        (anchor,) = explicit
    covered = {at for h in found for at in range(h.start, h.end)}
    later = (
        h
        for p in body.paragraphs
        for h in (*(_relative(p, anchor) if anchor else ()), *_weekdays(p, anchor, explicit))
    )
    hits = sorted(
        [*found, *(h for h in later if h.start not in covered and h.end - 1 not in covered)]
    )
    return tuple(_row(body, number, hit) for number, hit in enumerate(hits, 1))


def _row(body: BodyText, number: int, hit: _Hit) -> DateMentioned:
    return DateMentioned(
        date_no=number,
        paragraph_no=body.paragraph(hit.start).number,
        text=body.text[hit.start : hit.end],
        date_start=hit.first,
        date_end=hit.last,
        resolution=hit.resolution,
        method=hit.method,
        char_start=hit.start,
        char_end=hit.end,
        rule_id=f"date.{hit.method}",
        weekday_matches=hit.first.weekday() == hit.weekday if hit.weekday is not None else None,
    )
