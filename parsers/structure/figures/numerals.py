"""Numbers in digits and in words, each read with its scale, currency and unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, pairwise

from parsers.language.words import lower, number_words, table
from parsers.structure.figures.quantity import (
    RUPIAH,
    TENSE,
    Quantity,
    counts_age,
    is_quantity,
)
from parsers.structure.figures.units import (
    SPACE,
    UNIT,
    currency,
    currency_after,
    currency_before,
    currency_ends,
    known_units,
    label_before,
    label_words,
    money_scale,
    scale_after,
)
from parsers.structure.tokens.text import Paragraph
from parsers.text.numbers import parse_numeral, parse_words, scales

DIGITS = r"(?:\d{1,3}(?:[.,]\d{3})++(?:[.,]\d{1,4})?+|\d++(?:[.,]\d{1,4})?+)(?![\d:]|/\d)(?![.,]\d)"
NUMBER = re.compile(rf"(?<![\w.,/:–-])(?<![A-Za-z][-–]){DIGITS}")
AFTER_CURRENCY = re.compile(rf"(?<=[A-Za-z$€£¥]){DIGITS}")
TO = r"[-–—]|hingga|sampai(?: dengan)?|s/d|s\.d\.?|to"
JOINT = re.compile(rf"{SPACE}?(?:{TO}){SPACE}?")
AND = re.compile(rf"{SPACE}(?:dan|and){SPACE}")
AND_NUMBER = re.compile(rf"{AND.pattern}(\d[\d.,]*\d|\d)")
ABOUT = re.compile(r"-?an\b")  # 40-an, 5 jutaan
BETWEEN = re.compile(rf"\b(?:antara|between){SPACE}$", re.IGNORECASE)
RANGE = re.compile(
    rf"(?:%|{SPACE}persen)?{SPACE}?(?:{TO}){SPACE}?"
    rf"(?:(?:Rp\.?|US\$|USD|RM|S\$|NT\$|HK\$|[$€£]){SPACE}?)?(\d[\d.,]*\d|\d)"
)
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
TIME = re.compile(rf"{SPACE}?(?:WIB|WITA|WIT|Wita|wib|waktu|GMT|a\.m|p\.m|am\b|pm\b)")
LOST_DIGITS = re.compile(rf"Rp\.?{SPACE}?\d+[.,]{SPACE}$")  # Rp 221, 69 miliar
WINDOW = 30  # characters before a number
LONGEST_NUMBER = 12  # words
TO_WORDS = frozenset({("sampai",), ("hingga",), ("sampai", "dengan")})
AFTER_WORDS = lower(table("units")["context"]["after_words"])
LABEL_BEFORE_WORDS = re.compile(
    r"\b(?:salah|per|ke|masing-masing|nomor|roda|kelas|divisi|liga|seri|grup|ayat|huruf|juara|peringkat|posisi|babak|tahap|jilid"
    r"|lantai|bab|pasal)[^\w]*$",
    re.IGNORECASE,
)


def quantities(paragraph: Paragraph, dates: bytearray, language: str) -> list[Quantity]:
    """In reading order, without overlaps. `dates` marks the characters that belong to dates."""
    text = paragraph.text
    matches = (NUMBER.match(text, at) or AFTER_CURRENCY.match(text, at) for at in paragraph.numbers)
    candidates = [q for m in matches if m and (q := _in_digits(text, m, language))]
    if language == "id":
        candidates += _in_words(paragraph)
    free: list[Quantity] = []
    for quantity in sorted(candidates, key=lambda q: (q.start, -q.end)):
        is_date = not quantity.currency and any(dates[quantity.start : quantity.end])
        if is_date or (free and quantity.start < free[-1].end):
            continue
        if not (free and _is_joined(text, free[-1], quantity) and free[-1].join(quantity)):
            free.append(quantity)
    return free


def _is_joined(text: str, first: Quantity, second: Quantity) -> bool:
    """`first hingga second`, `antara first dan second`."""
    is_between = BETWEEN.search(text, max(0, first.start - WINDOW), first.start)
    joint = JOINT.match(text, first.end) or (is_between and AND.match(text, first.end))
    return joint is not None and joint.end() == second.number_start


def _in_digits(text: str, match: re.Match[str], language: str) -> Quantity | None:
    start = match.start()
    before = text[max(0, start - WINDOW) : start]
    may_be_money = before.rstrip(" \u00a0.")[-1:] in currency_ends()
    money = currency_before().search(before) if may_be_money else None
    if TIME.match(text, match.end()):
        return None
    if not money and (
        before[-1:].isalpha() or LOST_DIGITS.search(before) or _is_labelled(text, match, before)
    ):
        return None
    end, high, scale, high_scale = _tail(text, match, before, language, is_money=money is not None)
    code = table("units")["currencies"][money[1]] if money else None
    # rupiah have no third decimal: Rp 5,000
    is_scaled = scale != 1 or code not in {None, RUPIAH} or text.startswith(("%", " persen"), end)
    numeral = parse_numeral(match.group(), language=language, scaled=is_scaled)
    upper = parse_numeral(high, language=language, scaled=high_scale != 1) if high else None
    if numeral is None:
        return None
    about = ABOUT.match(text, end)
    end = about.end() if about else end
    if money:
        start, before = start - len(before) + money.start(), before[: money.start()]
    elif word := currency_after().match(text, end):
        code, end = currency(word[1]), word.end()
    is_ambiguous = numeral.ambiguous or (upper is not None and upper.ambiguous)
    rule_id = "figure.ambiguous" if is_ambiguous else "figure.money" if code else "figure.count"
    # Rp 500.000-Rp 1 juta: the scale is the second's alone
    is_own = upper is not None and scale == high_scale and numeral.value > upper.value
    value = numeral.value * (1 if is_own else scale)
    comparator = "~" if about else "="
    quantity = Quantity(start, end, value, rule_id, comparator=comparator, currency=code)
    if upper:
        quantity.set_range(upper.value * high_scale)
        if upper.value * high_scale <= quantity.value:
            return None
    quantity.add_unit(text, language)
    quantity.add_comparator(text, before)
    return quantity if is_quantity(text, quantity, match, scale) else None


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
    word = unit[1].lower() if unit else ""
    if word in {"%", "persen"}:
        return False  # di level 0,42 persen
    return label.group().strip().lower() != "ke" or word not in known_units()


def _tail(
    text: str, match: re.Match[str], before: str, language: str, *, is_money: bool
) -> tuple[int, str | None, Decimal, Decimal]:
    """Where the number ends, the upper end of a range, and the scales of both: 20-25 juta, 6 juta-7 juta."""
    end, high = match.end(), None
    upper = RANGE.match(text, end) or (BETWEEN.search(before) and AND_NUMBER.match(text, end))
    if upper and not text[upper.end() : upper.end() + 1].isalpha():
        end, high = upper.end(), upper[1]
    if scale := scale_after().match(text, end):
        low = scales()[scale[1].lower()]
        second = RANGE.match(text, scale.end()) if high is None else None
        if second and (again := scale_after().match(text, second.end())):
            return again.end(), second[1], low, scales()[again[1].lower()]
        return scale.end(), high, low, low
    kind = "money_scales" if language == "id" else "english_money_scales"
    if is_money and (short := money_scale(kind).match(text, end)):
        factor = Decimal(table("units")[kind][short[1]])
        return short.end(), high, factor, factor
    return end, high, Decimal(1), Decimal(1)


def _in_words(paragraph: Paragraph) -> Iterator[Quantity]:
    """Number words before a unit of the list: dua orang. Those without a number, ratusan warga, count nothing."""
    text, free = paragraph.text, 0
    for at in paragraph.where(number_words()):
        run = list(islice(WORD.finditer(text, at), LONGEST_NUMBER)) if at >= free else []
        words = tuple(match.group().lower() for match in run)
        if not words or words[0] not in number_words():
            continue
        used, value, high = _value(words)
        free = run[max(used, 1) - 1].end()
        if not used or (high is not None and high <= value):
            continue
        if quantity := _spelled(text, run[:used], value):
            if high is not None:
                quantity.set_range(high)
            yield quantity


def _value(words: tuple[str, ...]) -> tuple[int, Decimal, Decimal | None]:
    """How many words are the number, its value, and the upper end of a range: dua sampai tiga, dua tiga."""
    value, used = parse_words(words) or (Decimal(0), 0)
    joint = next((n for n in (2, 1) if words[used : used + n] in TO_WORDS), 0)
    if used and (high := parse_words(words[used + joint :])) and (joint or used == 1):
        return used + joint + high[1], value, high[0]
    return used, value, None


def _spelled(text: str, run: list[re.Match[str]], value: Decimal) -> Quantity | None:
    start, end = run[0].start(), run[-1].end()
    before = text[max(0, start - WINDOW) : start]
    unit = UNIT.match(text, end)
    moves = before.endswith("ke ") and unit and unit[1].lower() in known_units()
    if (LABEL_BEFORE_WORDS.search(before) and not moves) or before[-1:] in {"-", "."}:
        return None
    if any(text[a.end() : b.start()].strip() for a, b in pairwise(run)):
        return None
    quantity = Quantity(start, end, value, "figure.words")
    if word := currency_after().match(text, end):
        quantity.end = word.end()
        quantity.currency = table("units")["currency_words"].get(word[1].lower())
    else:
        quantity.add_unit(text, "id")
        if (
            quantity.unit is None
            or quantity.unit.lower() in AFTER_WORDS
            or counts_age(text, quantity)
        ):
            return None
        if text.startswith(" lipat", quantity.end) or TENSE.match(text, quantity.end + 1):
            return None
    quantity.add_comparator(text, before)
    return quantity
