"""Dates as machines write them and as pages print them; what is not said stays unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# One row a month: Indonesian with its abbreviations and old spellings, then English and the languages next met.
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january januar janvier enero gennaio janeiro stycznia jan ene gen janv januára styczeń ocak jänner января يناير",
            "februari pebruari february februar février fevrier febrero febbraio fevereiro lutego feb peb febr févr fev luty şubat feber февраля فبراير شباط",
            "maret march märz maerz mars marzo março marca mar mrt mär maart marzec mart марта مارس آذار",
            "april avril abril aprile kwietnia apr avr abr nisan kwiecień апреля أبريل ابريل نيسان",
            "mei may mai mayo maggio maio maja maj mayıs мая مايو أيار",
            "juni june juin junio giugno junho czerwca jun giu haziran czerwiec июня يونيو حزيران",
            "juli july juillet julio luglio julho lipca jul juil lug temmuz lipiec июля يوليو تموز",
            "agustus august août aout agosto sierpnia aug agu agt ags agust ago augustus ağustos sierpień augusti августа أغسطس اغسطس آب",
            "september septembre septiembre settembre setembro września sep sept set eylül wrzesień сентября سبتمبر أيلول",
            "oktober october octobre octubre ottobre outubro października okt oct ott out ekim październik октября أكتوبر اكتوبر",
            "november nopember novembre noviembre novembro listopada nov nop kasım listopad ноября نوفمبر",
            "desember december dezember décembre decembre diciembre dicembre dezembro grudnia des dec dez déc dic aralık grudzień декабря ديسمبر",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "senin monday montag lundi",
            "selasa tuesday dienstag mardi",
            "rabu wednesday mittwoch mercredi",
            "kamis thursday donnerstag jeudi",
            "jumat jum'at jum’at friday freitag vendredi",
            "sabtu saturday samstag samedi",
            "minggu ahad sunday sonntag dimanche",
        )
    )
    for name in names.split()
}
ZONES: dict[str, tzinfo] = {
    "wib": timezone(timedelta(hours=7)),
    "wita": timezone(timedelta(hours=8)),
    "wit": timezone(timedelta(hours=9)),
    "utc": UTC,
    "gmt": UTC,
    "z": UTC,
    "cet": timezone(timedelta(hours=1)),
    "cest": timezone(timedelta(hours=2)),
    "bst": timezone(timedelta(hours=1)),
    "est": timezone(timedelta(hours=-5)),
    "edt": timezone(timedelta(hours=-4)),
    "pst": timezone(timedelta(hours=-8)),
    "pdt": timezone(timedelta(hours=-7)),
    "et": ZoneInfo("America/New_York"),
}
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
        + r"[,.\s/-]*(?:de[l]?\s+|\w+ )?"  # Levantine papers give a month two names
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
CLOCK = (
    r"(?:\)?(?:[\s,|•·–—-]|\b(?:pukul|jam|at|um|à|a las|alle|ore|kl|klo|om|godz)\b[.:]?|(?:WIB|WITA|WIT)(?=\s?\d)|T)*"
    r"(?<![\d:])(?P<hour>[0-2]?\d)(?:[:.h]"
    r"|(?<=T\d\d)-)(?P<minute>[0-5]\d)(?:[:.-](?P<second>[0-5]\d)(?:[.,]\d+)?)?(?![\d.]\d)\s*(?:Uhr\b)?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?\s*(?P<zone>(?:UTC|GMT)?\s?[+-][01]\d:?[0-5]\d\b|(?:UTC|GMT)[+-]\d{1,2}\b|\(?(?:WIB|WITA|WIT|UTC"
    r"|GMT|Z|CES?T|BST|E[SD]?T|P[SD]T)\b)?)?"
)
STAMP = re.compile(WEEKDAY + r"(?<![\d/.-])(?:" + FORMS + ")" + CLOCK, re.IGNORECASE)
OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d\d)?$")
TODAY_FIRST = re.compile(
    r"\b([0-2]?\d)[:.]([0-5]\d)\s*(?:Uhr|WIB|WITA|WIT|[ap]\.?m\.?)?\s*[,|–-]?\s*$", re.IGNORECASE
)
A_YEAR = re.compile(r"(?:19|20)\d\d")
AROUND = 100  # characters within which a weekday stands before a year, and a clock after it
EARLIEST = 1990


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date with whatever of clock and offset was said beside it."""

    day: date
    clock: time | None = None
    zone: tzinfo | None = None
    weekday_ok: bool | None = None  # None: no weekday was said
    start: int = 0
    end: int = 0

    def at(self, zone: tzinfo) -> datetime:
        """The instant, in the zone that was said, else in the given one; midnight where no clock was said."""
        return datetime.combine(self.day, self.clock or time(), self.zone or zone)


def find(text: str, *, month_first: bool = False) -> Iterator[Stamp]:
    """Every full date in a text, in order. Numeric dates are day first unless said otherwise or impossible."""
    for m in _stamps(text):
        groups = m.groupdict()
        number = next(n for n in "1234" if groups[f"y{n}"])
        day = _day(
            groups[f"y{number}"],
            groups[f"m{number}"],
            groups[f"d{number}"],
            month_first=month_first and number == "2",
        )
        if day:
            clock = _clock(groups) or (
                _clock_before(text[max(0, m.start() - 20) : m.start()])
                if groups["hour"] is None
                else None
            )
            said = groups["weekday"]
            weekday_ok = WEEKDAYS[said.lower()] == day.weekday() if said else None
            yield Stamp(
                day, clock, _label(m[0]) or zone_of(groups["zone"]), weekday_ok, m.start(), m.end()
            )


def _stamps(text: str) -> Iterator[re.Match[str]]:
    """Looked for around years only: every form has one, and to find it is a hundred times cheaper."""
    begin = end = (
        0  # of the stretch to search; years close to one another share theirs, else each would be searched for all
    )
    for year in A_YEAR.finditer(text):
        if year.start() - AROUND > end:
            yield from STAMP.finditer(text, begin, end)
            begin = year.start() - AROUND
        end = year.end() + AROUND
    yield from STAMP.finditer(text, begin, end)


def _day(year: str, month: str, day: str, *, month_first: bool) -> date | None:
    number = MONTHS.get(month.lower().rstrip("."), 0) or int(month)
    first, second = (int(day), number) if month_first else (number, int(day))
    for m, d in ((first, second), (second, first)) if month.isdigit() else ((number, int(day)),):
        try:
            return date(int(year), m, d)
        except ValueError:
            continue
    return None


def _clock(groups: dict[str, str | None]) -> time | None:
    if groups["hour"] is None:
        return None
    hour, half = int(groups["hour"]), (groups["half"] or "").lower().replace(".", "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(groups["minute"] or 0), int(groups["second"] or 0))
    except ValueError:
        return None


def _clock_before(text: str) -> time | None:
    """`14:05, 3 March 2024`: some pages print the clock first."""
    m = TODAY_FIRST.search(text)
    return time(int(m[1]), int(m[2])) if m and int(m[1]) < 24 else None


def zone_of(text: str | None) -> tzinfo | None:
    """The zone a label or an offset names."""
    label = (text or "").strip(" (").lower()
    if label in ZONES:
        return ZONES[label]
    if m := OFFSET.search(label):
        minutes = int(m[2]) * 60 + int(m[3] or 0)
        return (
            timezone(timedelta(minutes=minutes if m[1] == "+" else -minutes))
            if minutes < 24 * 60
            else None
        )
    return None


def _label(text: str) -> tzinfo | None:
    """A zone written between date and clock, as in `2026-05-13WIB18:45`."""
    m = re.search(r"(?<![A-Za-z])(WIB|WITA|WIT)\s?\d", text, re.IGNORECASE)
    return ZONES[m[1].lower()] if m else None


MACHINE = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2})[:-](\d{1,2})(?:[:-](\d{1,2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT"
    r"|[+-]\d\d:?\d\d|[+-]\d\d)?)?\s*$",
    re.IGNORECASE,
)
EPOCH = re.compile(r"\s*(1\d{9})(\d{3})?\s*$")
COMPACT = re.compile(
    r"\s*((?:19|20)\d\d)([01]\d)([0-3]\d)(?:T?([0-2]\d)([0-5]\d)([0-5]\d)?)?(Z|[+-]\d\d:?\d\d)?\s*$"
)


def machine(text: str | None, *, month_first: bool = False) -> Stamp | None:
    """A date from an attribute or a script: ISO 8601 in any state of repair, seconds since 1970, or a printed form."""
    value = (text or "").strip()
    if m := EPOCH.match(value):
        moment = datetime.fromtimestamp(int(m[1]), UTC)
        return Stamp(moment.date(), moment.time(), UTC)
    if m := MACHINE.match(value) or COMPACT.match(value):
        try:
            day = date(int(m[1]), int(m[2]), int(m[3]))
            clock = time(int(m[4]), int(m[5]), int(m[6] or 0)) if m[4] else None
        except ValueError:
            return None
        return Stamp(day, clock, zone_of(m[7]) if m[7] else None)
    return next(find(value, month_first=month_first), None)


REFERENCE = re.compile(
    WEEKDAY + r"\(?\s*(?P<d>[0-3]?\d)\s*/\s*(?P<m>[01]?\d)\s*/\s*(?P<y>(?:19|20)\d\d)\s*\)",
    re.IGNORECASE,
)


def reference(text: str) -> date | None:
    """The first day the text says it speaks of: in brackets, or after its weekday; a weekday that disagrees disqualifies it."""
    for line in text.split("\n"):
        found = [(s.start, s.day) for s in find(line) if s.weekday_ok]
        for m in REFERENCE.finditer(line) if "/" in line else ():
            day = _day(m["y"], m["m"], m["d"], month_first=False)
            if day and (not m["weekday"] or WEEKDAYS[m["weekday"].lower()] == day.weekday()):
                found.append((m.start(), day))
        if found:
            return min(found)[1]
    return None


LOCAL = tuple(ZONES[z] for z in ("wib", "wita", "wit"))
