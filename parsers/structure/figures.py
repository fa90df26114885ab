"""Quantities: value, comparator, unit or currency, and what is counted. Dates, times, ages, law numbers and addresses are none."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise, takewhile

from parsers.language.words import lower, table
from parsers.numbers import Numeral, number_words, parse_numeral, parse_words, scales

from .nouns import noun_phrase
from .rows import DateMentioned, Figure, Quote
from .text import Body, Paragraph

NUMBER = re.compile(
    r"(?<![\w.,/:–-])(?<![A-Za-z][-–])(?:\d{1,3}(?:[.,]\d{3})++(?:[.,]\d{1,4})?+|\d++(?:[.,]\d{1,4})?+)(?![\d:]|/\d)(?![.,]\d)"
)
GLUED = re.compile(r"(?<=[A-Za-z$€£¥])(?:\d{1,3}(?:[.,]\d{3})++(?:[.,]\d{1,4})?+|\d++(?:[.,]\d{1,4})?+)(?![\d:]|/\d)(?![.,]\d)")
SPACE = "[ \u00a0]"
RANGE = re.compile(rf"{SPACE}?(?:[-–—]|hingga|sampai|s/d|to){SPACE}?(?:(?:Rp\.?|US\$|USD|RM|S\$|NT\$|HK\$){SPACE}?)?(\d[\d.,]*\d|\d)")
PER = re.compile(rf"(?:{SPACE}per{SPACE}|/)([^\W\d_]+)\b")
UNIT = re.compile(rf"{SPACE}?(%|[^\W\d_]+(?:-[^\W\d_]+)?)")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
AGED = re.compile(
    r"(?:usia|umur|menginjak|genap|berusia|berumur|aged|bocah|anak|pria|wanita|perempuan|gadis|remaja|kakek|nenek)\s?"
    r"(?:sekitar\s|di bawah\s|di atas\s|antara\s|\d+\s(?:hingga\s|sampai\s)?)*$|\(\s?$"
)
PERIOD = re.compile(
    r"\b(?:sepanjang|selama|periode|pada|per|hingga|sejak|dalam kurun|kurun waktu|during|in|since)\s"
    r"(?:tahun\s|bulan\s|tanggal\s|awal\s|akhir\s|waktu\s|periode\s)?$",
    re.IGNORECASE,
)
RATIO = re.compile(r"\b(?:1|[Ss]atu) dari $")
MODEL = re.compile(r"[^\s.?!“”\"(]\s[A-Z][\w-]+\s$")  # a capital word inside a sentence
NEGATIVE = re.compile(r"\b(?:minus|negatif) $")
GREATEST = Decimal(10) ** 19  # what the column holds
NEAR = 6  # dates looked at on either side of a figure
AGE = re.compile(r"\(\s*$")
TIME = re.compile(rf"{SPACE}?(?:WIB|WITA|WIT|Wita|wib|waktu|GMT|a\.m|p\.m|am\b|pm\b)")
TENSE = re.compile(r"(?:yang )?(?:lalu|silam|ago)\b")
WINDOW = 30
DURATIONS = lower(table("grammar")["durations"])
HUGE = 7  # digits in a row without separators: a phone or an identity number
QUANTUM = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    start: int
    end: int
    value: Decimal
    rule: str
    high: Decimal | None = None
    comparator: str = "="
    currency: str | None = None
    unit: str | None = None
    unit_start: int = 0


@cache
def currency_before() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, table("units")["currencies"]), key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z])(?:Rp\.?{SPACE}?)?({names})\.?{SPACE}{{0,2}}$")


@cache
def currency_after() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, table("units")["currency_words"]), key=len, reverse=True))
    codes = "|".join(sorted((re.escape(c) for c in table("units")["currencies"] if c.isalpha() and len(c) == 3), key=len))  # noqa: PLR2004
    return re.compile(rf"{SPACE}((?i:{names})|{codes})\b")


@cache
def scale_after() -> re.Pattern[str]:
    return re.compile(rf"{SPACE}?({'|'.join(sorted(scales(), key=len, reverse=True))})\b", re.IGNORECASE)


@cache
def money_scale() -> re.Pattern[str]:
    return re.compile(rf"{SPACE}?({'|'.join(table('units')['money_scales'])})\b")


@cache
def comparator_before() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, table("units")["comparators"]), key=len, reverse=True))
    return re.compile(rf"\b({names}){SPACE}$", re.IGNORECASE)


@cache
def label_before() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, table("units")["context"]["label"].split()), key=len, reverse=True))
    return re.compile(rf"\b(?:{names})\.?{SPACE}?(?:\d{{1,3}}[A-Za-z]?(?:, | dan ))?$", re.IGNORECASE)


@cache
def known_units() -> frozenset[str]:
    units = table("units")["units"]
    return lower(units["percent"]) | lower(units["measure"]) | lower(units["count"])


@cache
def never() -> frozenset[str]:
    return lower(table("units")["context"]["never"]) | lower(table("cues")["speech"]["post"]) | frozenset(number_words())


def figures(body: Body, quotes: tuple[Quote, ...], dates: tuple[DateMentioned, ...], *, language: str) -> tuple[Figure, ...]:
    found: list[Figure] = []
    for paragraph in body.paragraphs:
        reads = _reads(paragraph.text, _busy(paragraph, dates), language)
        found += [_row(body, paragraph, read, quotes, dates) for read in reads]
    rows = [replace(row, figure_no=number) for number, row in enumerate(found, 1)]
    return _contradictions(rows)


def _busy(paragraph: Paragraph, dates: tuple[DateMentioned, ...]) -> bytearray:
    """The characters of a paragraph that belong to dates."""
    busy = bytearray(len(paragraph.text))
    low = bisect_left(dates, paragraph.start, key=lambda d: d.char_start)
    for when in takewhile(lambda d: d.char_start < paragraph.end, dates[low:]):
        busy[when.char_start - paragraph.start : when.char_end - paragraph.start] = b"\1" * (when.char_end - when.char_start)
    return busy


def _reads(text: str, busy: bytearray, language: str) -> list[_Read]:
    digits = (r for pattern in (NUMBER, GLUED) for m in pattern.finditer(text) if (r := _digits(text, m, language)))
    words = _words(text) if language == "id" else iter(())
    found: list[_Read] = []
    for read in sorted([*digits, *words], key=lambda r: (r.start, -r.end)):
        free = read.currency or not any(busy[read.start : read.end])
        if free and not (found and read.start < found[-1].end):
            found.append(read)
    return found


def _digits(text: str, match: re.Match[str], language: str) -> _Read | None:
    before, raw = text[max(0, match.start() - WINDOW) : match.start()], match.group()
    money = currency_before().search(before)
    glued = match.start() > 0 and text[match.start() - 1].isalpha()
    if (glued and not money) or TIME.match(text, match.end()) or (_is_labelled(text, match, before) and not money):
        return None
    end, high, scale = _tail(text, match, money=money is not None)
    numeral = parse_numeral(
        raw, language=language, scaled=bool(scale != 1 or money or text[end : end + 1] == "%" or text[end : end + 7] == " persen")
    )
    if numeral is None:
        return None
    upper = parse_numeral(high, language=language, scaled=scale != 1) if high else None
    return _finish(text, match, numeral, upper, scale, end, money, before)


def _is_labelled(text: str, match: re.Match[str], before: str) -> bool:
    """A name, an address or an ordinal; `ke` only moves somewhere when a known unit follows: ke 16 kecamatan."""
    label, unit = label_before().search(before), UNIT.match(text, match.end())
    return label is not None and not (label.group().strip().lower() == "ke" and unit and unit.group(1).lower() in known_units())


def _tail(text: str, match: re.Match[str], *, money: bool) -> tuple[int, str | None, Decimal]:
    """Where the number ends, with the upper end of a range and a scale word: 20-25 juta."""
    end, high = match.end(), None
    if (more := RANGE.match(text, end)) and not text[more.end() : more.end() + 1].isalpha():
        end, high = more.end(), more.group(1)
    if scale := scale_after().match(text, end):
        second = RANGE.match(text, scale.end()) if high is None else None
        again = scale_after().match(text, second.end()) if second else None
        if second and again and again.group(1).lower() == scale.group(1).lower():
            return again.end(), second.group(1), scales()[scale.group(1).lower()]
        return scale.end(), high, scales()[scale.group(1).lower()]
    if money and (short := money_scale().match(text, end)):
        return short.end(), high, Decimal(table("units")["money_scales"][short.group(1)])
    return end, high, Decimal(1)


def _finish(
    text: str, match: re.Match[str], low: Numeral, upper: Numeral | None, scale: Decimal, end: int, money: re.Match[str] | None, before: str
) -> _Read | None:
    start = match.start() - (len(before) - money.start()) if money else match.start()
    head = before[: money.start()] if money else before
    currency = table("units")["currencies"][money.group(1)] if money else None
    if not money and (word := currency_after().match(text, end)):
        named = word.group(1)
        currency, end = table("units")["currency_words"].get(named.lower()) or table("units")["currencies"][named], word.end()
    ambiguous = low.ambiguous or (upper is not None and upper.ambiguous)
    own = upper is not None and low.value > upper.value  # Rp 500.000-Rp 1 juta: the scale is the second's alone
    read = _Read(
        start=start,
        end=end,
        value=low.value * (1 if own else scale),
        high=upper.value * scale if upper else None,
        rule="figure.ambiguous" if ambiguous else "figure.money" if currency else "figure.count",
        currency=currency,
        comparator="range" if upper else "=",
    )
    if read.high is not None and read.high <= read.value:
        return None
    read = _compared(text, _united(text, read), head)
    return read if _is_quantity(text, read, match, scale) else None


def _united(text: str, read: _Read) -> _Read:
    """With the unit that follows, and a `lebih` between: 1.581 lebih korban."""
    if read.currency:
        per = PER.match(text, read.end)
        return replace(read, end=per.end(), unit=per.group(1), unit_start=per.start(1)) if per else read
    at, comparator = read.end, read.comparator
    if more := re.compile(rf"{SPACE}(lebih|plus)(?={SPACE})").match(text, at):
        at, comparator = more.end(), ">"
    unit = UNIT.match(text, at)
    if unit is None:
        return read
    end = _unit_end(unit)
    if end is None:
        return read
    rule = (
        "figure.percent" if text[unit.start(1) : end].lower() in {"%", "persen", "percent"} and read.rule == "figure.count" else read.rule
    )
    return replace(
        read,
        end=end,
        comparator=comparator,
        unit="persen" if rule == "figure.percent" else text[unit.start(1) : end],
        unit_start=unit.start(1),
        rule=rule,
    )


def _unit_end(unit: re.Match[str]) -> int | None:
    word = unit.group(1)
    if word == "%":
        return unit.end(1)
    if unit.start(1) == unit.start() and word.lower() not in known_units():
        return None
    return unit.end(1) if _counts(word) else None


def _counts(word: str) -> bool:
    """A unit of the list, a short form in capitals (KK, TPS), or a plain noun."""
    small = word.lower()
    if small in known_units():
        return True
    if small in never() or len(word) < 2:  # noqa: PLR2004
        return False
    if word.isupper():
        return len(word) <= 5  # noqa: PLR2004
    return word.islower() and len(word) > 2 and not small.startswith(("meng", "mem", "men", "meny", "ter", "ber", "di"))  # noqa: PLR2004


def _compared(text: str, read: _Read, head: str) -> _Read:
    if sign := NEGATIVE.search(head):
        return replace(read, start=read.start - len(sign.group()), value=-read.value, high=None)
    after = re.compile(rf"{SPACE}lebih(?=[,.;]|$)").match(text, read.end)
    if after and read.comparator == "=":
        return replace(read, end=after.end(), comparator=">")
    found = comparator_before().search(head)
    if found is None or read.comparator == "range":
        return read
    comparator = table("units")["comparators"][found.group(1).lower()]
    return replace(read, start=read.start - (len(head) - found.start()), comparator=comparator)


def _is_quantity(text: str, read: _Read, match: re.Match[str], scale: Decimal) -> bool:
    raw = match.group()
    if RATIO.search(text, max(0, read.start - 10), read.start) or text.startswith(" lipat", read.end):
        return False
    if read.value > GREATEST or (read.high or 0) > GREATEST:
        return False
    if read.currency:
        return True
    if AGE.search(text, max(0, match.start() - 2), match.start()) and text[match.end() : match.end() + 1] == ")":
        return False
    if raw.isdigit() and len(raw) >= HUGE and scale == 1:
        return False
    return _counts_something(text, read, raw, scale)


def _counts_something(text: str, read: _Read, raw: str, scale: Decimal) -> bool:
    """A year, a bare small number, an age or a stretch of time that is over counts nothing."""
    if raw.isdigit() and len(raw) == 4 and raw[:2] in {"19", "20"} and scale == 1:  # noqa: PLR2004
        return read.unit is not None and read.unit.lower() in known_units() and read.comparator != "range"
    if MODEL.search(text[max(0, read.start - 20) : read.start]) and (read.unit or "").lower() not in known_units() and scale == 1:
        return False  # Boeing 737, Densus 88
    if read.unit is None:
        return scale != 1 or bool(re.fullmatch(r"\d{1,3}(?:\.\d{3})+", raw))
    if read.unit.lower() in {"tahun", "years", "year"} and (_is_age(text, read) or re.match(r"\d{1,2}[.]\d{2}$", raw)):
        return False
    return not (
        TENSE.match(text, read.end + 1)
        and read.unit.lower() in {"tahun", "bulan", "pekan", "minggu", "hari", "jam", "menit", "years", "days"}
    )


def _is_age(text: str, read: _Read) -> bool:
    """As in: berusia 63 tahun, umur 20 tahun, Nama (63 tahun), bocah 12 tahun."""
    before = text[max(0, read.start - 24) : read.start].lower()
    return bool(AGED.search(before)) or text[read.end : read.end + 5] in {" old", " ke at", " ke ba"}


def _words(text: str) -> Iterator[_Read]:
    """Number words before a unit of the list: dua orang; and the vague ones: ratusan warga."""
    vague, at = table("units")["vague"], 0
    tokens = [(m, m.group().lower()) for m in WORD.finditer(text)]
    while at < len(tokens):
        small = tokens[at][1]
        if small not in vague and small not in number_words():
            at += 1
            continue
        small_words = [w for _, w in tokens[at : at + 12]]
        value, used, comparator = _word_value(small_words, vague)
        high = parse_words(tuple(small_words[used + 1 :])) if small_words[used : used + 1] in (["sampai"], ["hingga"]) else None
        used += high[1] + 1 if high else 0
        if used and (read := _spelled(text, [m for m, _ in tokens[max(at - 1, 0) : at + used]], at > 0, value, comparator)):
            ranged = replace(read, high=high[0], comparator="range") if high else read
            if not high or high[0] > value:
                yield ranged
        at += used or 1


def _word_value(words: list[str], vague: dict[str, int]) -> tuple[Decimal, int, str]:
    if words[0] not in vague:
        spelled = parse_words(tuple(words))
        return (spelled[0], spelled[1], "=") if spelled else (Decimal(0), 0, "=")
    scaled = len(words) > 1 and words[1] in scales()
    return Decimal(vague[words[0]]) * (scales()[words[1]] if scaled else 1), 1 + scaled, ">="


def _spelled(text: str, words: list[re.Match[str]], has_before: bool, value: Decimal, comparator: str) -> _Read | None:
    run = words[1:] if has_before else words
    last, first = run[-1], run[0]
    before = words[0].group().lower() if has_before else ""
    if before in {"salah", "per", "ke", "masing-masing", "nomor"} or text[max(first.start() - 1, 0) : first.start()] in {"-", "."}:
        return None
    if any(text[a.end() : b.start()].strip() for a, b in pairwise(run)):
        return None
    head = text[max(0, first.start() - WINDOW) : first.start()]
    read = _Read(
        start=first.start(),
        end=last.end(),
        value=value,
        comparator=comparator,
        rule="figure.vague" if comparator == ">=" else "figure.words",
    )
    if word := currency_after().match(text, last.end()):
        return _compared(text, replace(read, end=word.end(), currency=table("units")["currency_words"].get(word.group(1).lower())), head)
    united = _united(text, read)
    if united.unit is None or united.unit.lower() in lower(table("units")["context"]["after_words"]) or _is_age(text, united):
        return None
    if text.startswith(" lipat", united.end) or TENSE.match(text, united.end + 1):
        return None
    found = _compared(text, united, head)
    return replace(found, comparator=comparator) if comparator == ">=" else found


def _row(body: Body, paragraph: Paragraph, read: _Read, quotes: tuple[Quote, ...], dates: tuple[DateMentioned, ...]) -> Figure:
    start, end = paragraph.start + read.start, paragraph.start + read.end
    limit = paragraph.sentence(start)[1]
    at = bisect_right(quotes, start, key=lambda q: q.char_start)
    inside = next((q for q in reversed(quotes[max(at - 2, 0) : at]) if start < q.char_end), None)
    noun = (
        noun_phrase(body.text, paragraph.start + read.unit_start, end, min(limit, inside.char_end) if inside else limit)
        if read.unit
        else None
    )
    return Figure(
        figure_no=0,
        paragraph_no=paragraph.number,
        text=body.text[start:end],
        value=read.value.quantize(QUANTUM),
        comparator=read.comparator,
        char_start=start,
        char_end=end,
        rule_id=read.rule,
        value_high=read.high.quantize(QUANTUM) if read.high else None,
        unit=read.unit,
        currency=read.currency,
        noun_phrase=noun,
        quote_no=inside.quote_no if inside else None,
        date_no=_period(body, paragraph, start, limit, dates) if (read.unit or "").lower() not in DURATIONS else None,
    )


def _period(body: Body, paragraph: Paragraph, start: int, limit: int, dates: tuple[DateMentioned, ...]) -> int | None:
    """The nearest date of the sentence that says over which time the figure counts: sepanjang 2020-2022."""
    low = paragraph.sentence(start)[0]
    at = bisect_right(dates, start, key=lambda d: d.char_start)
    said = [
        d
        for d in dates[max(at - NEAR, 0) : at + NEAR]
        if low <= d.char_start < limit and d.resolution != "day" and PERIOD.search(body.text, max(low, d.char_start - 24), d.char_start)
    ]
    return min(said, key=lambda d: abs(d.char_start - start)).date_no if said else None


def _contradictions(rows: list[Figure]) -> tuple[Figure, ...]:
    """The same thing counted otherwise: equal noun phrases of two words or more, exact values that differ, the same period."""
    groups: dict[tuple[str, int | None], list[Figure]] = {}
    for row in rows:
        if row.comparator == "=" and row.noun_phrase and " " in row.noun_phrase and row.unit != "persen":
            groups.setdefault((row.noun_phrase.lower(), row.date_no), []).append(row)
    against = {f.figure_no: tuple(o.figure_no for o in group if o.value != f.value) for group in groups.values() for f in group}
    return tuple(replace(row, contradicts=against.get(row.figure_no, ())) for row in rows)
