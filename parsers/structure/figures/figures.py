"""Quantities: value, comparator, unit or currency, and what is counted. Dates, times, ages, law numbers and addresses are none."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import islice, pairwise, takewhile

from parsers.facts import DateMentioned, Figure, Quote
from parsers.language.words import lower, number_words, table
from parsers.structure.figures.noun_phrase import noun_phrase
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import ADVERBS, person_nouns
from parsers.text.numbers import parse_numeral, parse_words, scales

NUMBER = re.compile(
    r"(?<![\w.,/:–-])(?<![A-Za-z][-–])(?:\d{1,3}(?:[.,]\d{3})++(?:[.,]\d{1,4})?+|\d++(?:[.,]\d{1,4})?+)(?![\d:]|/\d)(?![.,]\d)"
)
GLUED = re.compile(
    r"(?<=[A-Za-z$€£¥])(?:\d{1,3}(?:[.,]\d{3})++(?:[.,]\d{1,4})?+|\d++(?:[.,]\d{1,4})?+)(?![\d:]|/\d)(?![.,]\d)"
)
SPACE = "[ \u00a0]"
RANGE = re.compile(
    rf"(?:%|{SPACE}persen)?{SPACE}?(?:[-–—]|hingga|sampai|s/d|to){SPACE}?(?:(?:Rp\.?|US\$|USD|RM|S\$|NT\$|HK\$|[$€£]){SPACE}?)?(\d[\d.,]*\d|\d)"
)
PER = re.compile(rf"(?:{SPACE}per{SPACE}|/)((?![A-Z][a-z])[^\W\d_]+)\b")
UNIT = re.compile(rf"{SPACE}?(%|[^\W\d_]+(?:-[^\W\d_]+)?)")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
AGED = re.compile(
    r"(?:usia|umur|menginjak|genap|berusia|berumur|aged|bocah|anak|pria|wanita|perempuan|gadis|remaja|kakek|nenek)\s?"
    r"(?:nya\s)?(?:sudah\s|baru\s|kini\s|telah\s|sekitar\s|di bawah\s|di atas\s|antara\s|\d+\s(?:hingga\s|sampai\s)?)*$|\(\s?$"
)
PERIOD = re.compile(
    r"\b(?:sepanjang|selama|periode|pada|per|hingga|sejak|dalam kurun|kurun waktu|during|in|since)\s"
    r"(?:tahun\s|bulan\s|tanggal\s|awal\s|akhir\s|waktu\s|periode\s)?$",
    re.IGNORECASE,
)
RATIO = re.compile(r"\b(?:(?:1|[Ss]atu) dari|\d (?:in|out of)) $")
MODEL = re.compile(r"[^\s.?!“”\"(]\s[A-Z][\w-]+\s$")  # a capital word inside a sentence
NEGATIVE = re.compile(r"\b(?:minus|negatif) $")
GREATEST = Decimal(10) ** 19  # what the column holds
NEAR = 6  # dates looked at on either side of a figure
AGE = re.compile(r"\(\s*$")
TIME = re.compile(rf"{SPACE}?(?:WIB|WITA|WIT|Wita|wib|waktu|GMT|a\.m|p\.m|am\b|pm\b)")
OF_SOMEONE = re.compile(r",| (?:itu|tersebut|asal|bernama|berinisial)\b")  # pemain 17 tahun, Nama
TENSE = re.compile(r"(?:yang )?(?:lalu|silam|ago)\b")
WINDOW = 30
AFTER_WORDS = lower(table("units")["context"]["after_words"])
DURATIONS = lower(table("grammar")["durations"])
HUGE = 7  # digits in a row without separators: a phone or an identity number
QUANTUM = Decimal("0.0001")
LONGEST_NUMBER = 12  # words
MOST = 20  # figures of one thing that are compared
SPANS = frozenset({"tahun", "bulan", "pekan", "minggu", "hari", "jam", "menit", "years", "days"})
LAST_WORD = re.compile(
    r"\b(?:salah|per|ke|masing-masing|nomor|roda|kelas|juara|peringkat|posisi|babak|tahap|jilid|lantai|bab|pasal)[^\w]*$",
    re.IGNORECASE,
)
MORE = re.compile(rf"{SPACE}(?:lebih|plus)(?={SPACE})")
AT_LEAST = re.compile(rf"{SPACE}lebih(?=[,.;]|$)")
THOUSAND = 1000  # from here on separators show that a number without a unit counts something
CLOCK = re.compile(r"\d{1,2}[.]\d{2}$")


@dataclass(slots=True)
class _Read:
    """A number as it is being read; offsets count in the paragraph."""

    start: int
    end: int
    value: Decimal
    rule: str
    high: Decimal | None = None
    comparator: str = "="
    currency: str | None = None
    unit: str | None = None
    unit_start: int = 0

    @property
    def is_known(self) -> bool:
        return (self.unit or "").lower() in known_units()


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def currency_before() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![A-Za-z])(?:Rp\.?{SPACE}?)?({_any(table('units')['currencies'])})\.?{SPACE}{{0,2}}$"
    )


@cache
def currency_ends() -> frozenset[str]:
    return frozenset(name[-1] for name in table("units")["currencies"])


@cache
def currency_after() -> re.Pattern[str]:
    codes = (c for c in table("units")["currencies"] if c.isalpha() and len(c) == 3)
    return re.compile(rf"{SPACE}((?i:{_any(table('units')['currency_words'])})|{_any(codes)})\b")


@cache
def scale_after() -> re.Pattern[str]:
    return re.compile(rf"{SPACE}?({_any(scales())})\b", re.IGNORECASE)


@cache
def money_scale(kind: str) -> re.Pattern[str]:
    return re.compile(rf"{SPACE}?({_any(table('units')[kind])})\b")


@cache
def comparator_before() -> re.Pattern[str]:
    return re.compile(rf"\b({_any(table('units')['comparators'])}){SPACE}$", re.IGNORECASE)


@cache
def label_words() -> frozenset[str]:
    """What may stand right before a number that is none: the labels, and `dan` between two numbers."""
    return lower(table("units")["context"]["label"]) | {"dan"}


@cache
def label_before() -> re.Pattern[str]:
    labels = _any(table("units")["context"]["label"].split())
    return re.compile(
        rf"\b(?:{labels})\.?{SPACE}?(?:\d{{1,3}}[A-Za-z]?(?:, | dan ))?$", re.IGNORECASE
    )


@cache
def known_units() -> frozenset[str]:
    return frozenset(word for words in table("units")["units"].values() for word in lower(words))


@cache
def prefixed() -> frozenset[str]:
    return lower(table("units")["context"]["prefixed"])


@cache
def never() -> frozenset[str]:
    return (
        lower(table("units")["context"]["never"])
        | lower(table("cues")["speech"]["post"])
        | number_words()
        | ADVERBS
    )


def figures(
    body: BodyText, quotes: tuple[Quote, ...], dates: tuple[DateMentioned, ...], *, language: str
) -> tuple[Figure, ...]:
    found: list[Figure] = []
    for paragraph in body.paragraphs:
        for read in _reads(paragraph, _busy(paragraph, dates), language):
            found.append(_row(body, paragraph, read, quotes, dates, len(found) + 1))
    return _contradictions(found)


def _busy(paragraph: Paragraph, dates: tuple[DateMentioned, ...]) -> bytearray:
    """The characters of a paragraph that belong to dates."""
    busy = bytearray(len(paragraph.text))
    low = bisect_left(dates, paragraph.start, key=lambda d: d.char_start)
    for when in takewhile(lambda d: d.char_start < paragraph.end, dates[low:]):
        busy[when.char_start - paragraph.start : when.char_end - paragraph.start] = b"\1" * (
            when.char_end - when.char_start
        )
    return busy


def _reads(paragraph: Paragraph, busy: bytearray, language: str) -> list[_Read]:
    text = paragraph.text
    digits = (
        r
        for at in paragraph.numbers
        if (m := NUMBER.match(text, at) or GLUED.match(text, at))
        and (r := _digits(text, m, language))
    )
    found: list[_Read] = []
    for read in sorted(
        [*digits, *(_words(paragraph) if language == "id" else ())], key=lambda r: (r.start, -r.end)
    ):
        free = read.currency or not any(busy[read.start : read.end])
        if free and not (found and read.start < found[-1].end):
            found.append(read)
    return found


def _digits(text: str, match: re.Match[str], language: str) -> _Read | None:
    before = text[max(0, match.start() - WINDOW) : match.start()]
    money = (
        currency_before().search(before)
        if before.rstrip(" \u00a0.")[-1:] in currency_ends()
        else None
    )
    glued = match.start() > 0 and text[match.start() - 1].isalpha()
    if (
        (glued and not money)
        or TIME.match(text, match.end())
        or (not money and _is_labelled(text, match, before))
    ):
        return None
    end, high, scale = _tail(text, match, language, money=money is not None)
    scaled = bool(
        scale != 1 or money or text[end : end + 1] == "%" or text[end : end + 7] == " persen"
    )
    numeral = parse_numeral(match.group(), language=language, scaled=scaled)
    upper = parse_numeral(high, language=language, scaled=scale != 1) if high else None
    if numeral is None:
        return None
    start, currency = match.start(), None
    if money:
        start, before, currency = (
            start - len(before) + money.start(),
            before[: money.start()],
            table("units")["currencies"][money.group(1)],
        )
    elif word := currency_after().match(text, end):
        currency, end = _currency(word.group(1)), word.end()
    ambiguous = numeral.ambiguous or (upper is not None and upper.ambiguous)
    rule = "figure.ambiguous" if ambiguous else "figure.money" if currency else "figure.count"
    own = (
        upper is not None and numeral.value > upper.value
    )  # Rp 500.000-Rp 1 juta: the scale is the second's alone
    read = _Read(start, end, numeral.value * (1 if own else scale), rule, currency=currency)
    if upper:
        read.high, read.comparator = upper.value * scale, "range"
        if read.high <= read.value:
            return None
    _unite(text, read, language)
    _compare(text, read, before)
    return read if _is_quantity(text, read, match, scale) else None


def _currency(name: str) -> str:
    return table("units")["currency_words"].get(name.lower()) or table("units")["currencies"][name]  # type: ignore[no-any-return]


def _is_labelled(text: str, match: re.Match[str], before: str) -> bool:
    """A name, an address or an ordinal; `ke` only moves somewhere when a known unit follows: ke 16 kecamatan."""
    last = before.rsplit(None, 1)[-1:]
    if last and last[0].islower() and last[0].isalpha() and last[0] not in label_words():
        return False
    if scale_after().match(text, match.end()):
        return False  # dengan volume 23,6 miliar saham
    if (label := label_before().search(before)) is None:
        return False
    unit = UNIT.match(text, match.end())
    if unit and unit.group(1).lower() in {"%", "persen"}:
        return False  # di level 0,42 persen
    return not (
        label.group().strip().lower() == "ke" and unit and unit.group(1).lower() in known_units()
    )


def _tail(
    text: str, match: re.Match[str], language: str, *, money: bool
) -> tuple[int, str | None, Decimal]:
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
    kind = "money_scales" if language == "id" else "english_money_scales"
    if money and (short := money_scale(kind).match(text, end)):
        return short.end(), high, Decimal(table("units")[kind][short.group(1)])
    return end, high, Decimal(1)


def _unite(text: str, read: _Read, language: str = "id") -> None:
    """Take in the unit that follows, and a `lebih` between: 1.581 lebih korban."""
    if read.currency:
        if per := PER.match(text, read.end):
            read.end, read.unit, read.unit_start = per.end(), per.group(1), per.start(1)
        return
    more = MORE.match(text, read.end)
    unit = UNIT.match(text, more.end() if more else read.end)
    if (
        unit is None
        or not _is_unit(unit)
        or (language == "en" and not _is_english_unit(unit.group(1)))
    ):
        return
    read.end, read.unit, read.unit_start = unit.end(1), unit.group(1), unit.start(1)
    if more:
        read.comparator = ">"
    if read.rule == "figure.count" and read.unit.lower() in {"%", "persen", "percent"}:
        read.rule, read.unit = "figure.percent", "persen"


def _is_unit(unit: re.Match[str]) -> bool:
    """A unit of the list, a short form in capitals (KK, TPS), or a plain noun with a blank before it."""
    word, small = unit.group(1), unit.group(1).lower()
    if small in known_units():
        return True
    if unit.start(1) == unit.start() or small in never() or len(word) < 2:
        return False
    if word.isupper():
        return len(word) <= 5
    derived = (
        small.startswith(("meng", "mem", "men", "meny", "ter", "ber", "di"))
        and small not in person_nouns() | prefixed()
    )  # terdakwa, menara
    return word.islower() and len(word) > 2 and not derived


def _is_english_unit(word: str) -> bool:
    """A plural: 900,000 workers, but not 900,000 cleaning workers, where the noun comes later."""
    return word.lower() in known_units() or (word.endswith("s") and not word.endswith("ss"))


def _compare(text: str, read: _Read, head: str) -> None:
    """Take in what stands before or after: lebih dari, sekitar, minus, … lebih."""
    if sign := NEGATIVE.search(head):
        read.start, read.value, read.high = read.start - len(sign.group()), -read.value, None
    elif read.comparator == "=" and (after := AT_LEAST.match(text, read.end)):
        read.end, read.comparator = after.end(), ">"
    elif read.comparator != "range" and (found := comparator_before().search(head)):
        read.start -= len(head) - found.start()
        read.comparator = table("units")["comparators"][found.group(1).lower()]


def _is_quantity(text: str, read: _Read, match: re.Match[str], scale: Decimal) -> bool:
    """A year, a bare small number, an age or a stretch of time that is over counts nothing."""
    raw = match.group()
    if RATIO.search(text, max(0, read.start - 10), read.start) or text.startswith(
        " lipat", read.end
    ):
        return False
    if read.value > GREATEST or (read.high or 0) > GREATEST:
        return False
    if read.currency:
        return True
    if (
        AGE.search(text, max(0, match.start() - 2), match.start())
        and text[match.end() : match.end() + 1] == ")"
    ):
        return False
    return _counts_something(text, read, raw, scale)


def _counts_something(text: str, read: _Read, raw: str, scale: Decimal) -> bool:
    if raw.isdigit() and scale == 1:
        if len(raw) >= HUGE:
            return False
        if len(raw) == 4 and raw[:2] in {"19", "20"}:
            return read.is_known and read.comparator != "range"
    if (
        scale == 1
        and not read.is_known
        and MODEL.search(text[max(0, read.start - 20) : read.start])
    ):
        return False  # Boeing 737, Densus 88
    if read.unit is None:
        return scale != 1 or (
            abs(read.value) >= THOUSAND and read.rule != "figure.ambiguous" and not raw.isdigit()
        )
    unit = read.unit.lower()
    if unit in {"tahun", "years", "year"} and (_is_age(text, read) or CLOCK.match(raw)):
        return False
    return not (unit in SPANS and TENSE.match(text, read.end + 1))


def _is_age(text: str, read: _Read) -> bool:
    """As in: berusia 63 tahun, umur 20 tahun, Nama (63 tahun), bocah 12 tahun."""
    before = text[max(0, read.start - 24) : read.start].lower()
    someone = (
        read.unit == "tahun"
        and OF_SOMEONE.match(text, read.end)
        and before.rstrip().rpartition(" ")[2] in person_nouns()
    )
    return bool(AGED.search(before) or someone) or text[read.end : read.end + 5] in {
        " old",
        " ke at",
        " ke ba",
    }


def _words(paragraph: Paragraph) -> Iterator[_Read]:
    """Number words before a unit of the list: dua orang. Those without a number, ratusan warga, count nothing."""
    text, free = paragraph.text, 0
    for at in paragraph.where(number_words()):
        words = list(islice(WORD.finditer(text, at), LONGEST_NUMBER)) if at >= free else []
        small = [word.group().lower() for word in words]
        if not small or small[0].split("-")[0] not in number_words():
            continue
        value, used = parse_words(tuple(small)) or (Decimal(0), 0)
        if (
            len(pair := small[0].split("-")) == 2
            and (low := parse_words((pair[0],)))
            and (top := parse_words((pair[1],)))
        ):
            if top[0] > low[0] and (read := _spelled(text, words[:1], low[0])):
                read.high, read.comparator = top[0], "range"
                yield read
            continue
        high = (
            parse_words(tuple(small[used + 1 :]))
            if used and small[used : used + 1] in (["sampai"], ["hingga"])
            else None
        )
        used += high[1] + 1 if high else 0
        free = words[max(used, 1) - 1].end()
        if used and (not high or high[0] > value) and (read := _spelled(text, words[:used], value)):
            if high:
                read.high, read.comparator = high[0], "range"
            yield read


def _spelled(text: str, run: list[re.Match[str]], value: Decimal) -> _Read | None:
    start, head = run[0].start(), text[max(0, run[0].start() - WINDOW) : run[0].start()]
    moves = (
        head.endswith("ke ")
        and (noun := UNIT.match(text, run[-1].end()))
        and noun.group(1).lower() in known_units()
    )
    if (
        (LAST_WORD.search(head) and not moves)
        or head[-1:] in {"-", "."}
        or any(text[a.end() : b.start()].strip() for a, b in pairwise(run))
    ):
        return None
    read = _Read(start, run[-1].end(), value, "figure.words")
    if word := currency_after().match(text, read.end):
        read.end, read.currency = (
            word.end(),
            table("units")["currency_words"].get(word.group(1).lower()),
        )
    else:
        _unite(text, read)
        if read.unit is None or read.unit.lower() in AFTER_WORDS or _is_age(text, read):
            return None
        if text.startswith(" lipat", read.end) or TENSE.match(text, read.end + 1):
            return None
    _compare(text, read, head)
    return read


def _row(
    body: BodyText,
    paragraph: Paragraph,
    read: _Read,
    quotes: tuple[Quote, ...],
    dates: tuple[DateMentioned, ...],
    number: int,
) -> Figure:
    start, end = paragraph.start + read.start, paragraph.start + read.end
    low, limit = paragraph.sentence(start)
    at = bisect_right(quotes, start, key=lambda q: q.char_start)
    inside = next((q for q in reversed(quotes[max(at - 2, 0) : at]) if start < q.char_end), None)
    until = min(limit, inside.char_end) if inside else limit
    return Figure(
        figure_no=number,
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
        noun_phrase=noun_phrase(body.text, paragraph.start + read.unit_start, end, until)
        if read.unit
        else None,
        quote_no=inside.quote_no if inside else None,
        date_no=_period(body, start, low, limit, dates)
        if (read.unit or "").lower() not in DURATIONS
        else None,
    )


def _period(
    body: BodyText, start: int, low: int, limit: int, dates: tuple[DateMentioned, ...]
) -> int | None:
    """The nearest date of the sentence that says over which time the figure counts: sepanjang 2020-2022."""
    at = bisect_right(dates, start, key=lambda d: d.char_start)
    said = [
        d
        for d in dates[max(at - NEAR, 0) : at + NEAR]
        if low <= d.char_start < limit
        and d.resolution != "day"
        and PERIOD.search(body.text, max(low, d.char_start - 24), d.char_start)
    ]
    return min(said, key=lambda d: abs(d.char_start - start)).date_no if said else None


def _contradictions(rows: list[Figure]) -> tuple[Figure, ...]:
    """The same thing counted otherwise: equal noun phrases of two words or more, exact values that differ, the same period."""
    groups: dict[tuple[str, int | None], list[Figure]] = {}
    for row in rows:
        if (
            row.comparator == "="
            and row.noun_phrase
            and " " in row.noun_phrase
            and row.unit != "persen"
        ):
            groups.setdefault((row.noun_phrase.lower(), row.date_no), []).append(row)
    against = {
        f.figure_no: tuple(o.figure_no for o in group[:MOST] if o.value != f.value)
        for group in groups.values()
        for f in group
    }
    return tuple(
        replace(row, contradicts=found) if (found := against.get(row.figure_no)) else row
        for row in rows
    )
