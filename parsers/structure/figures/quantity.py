"""A number with its unit and comparator, and whether it counts anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from parsers.structure.figures.units import (
    PER,
    SPACE,
    UNIT,
    comparator,
    comparator_before,
    comparator_words,
    is_unit,
    known_units,
)
from parsers.structure.tokens.token import person_nouns

GREATEST = Decimal(10) ** 19  # what the column holds
HUGE = 7  # digits in a row without separators: a phone or an identity number
THOUSAND = 1000  # from here on separators show that a number without a unit counts something
RUPIAH = "IDR"
SMALLEST_COIN = 50  # of rupiah
YEARS = ("19", "20")  # how the digits of a year begin
PERCENT = frozenset({"%", "persen", "percent"})
SPANS = frozenset({"tahun", "bulan", "pekan", "minggu", "hari", "jam", "menit", "years", "days"})
MORE = re.compile(rf"{SPACE}(?:lebih|plus)(?={SPACE})")
AT_LEAST = re.compile(rf"{SPACE}lebih(?=[,.;]|$)")
NEGATIVE = re.compile(r"\b(?:minus|negatif) $")
RATIO = re.compile(r"\b(?:(?:1|[Ss]atu) dari|\d (?:in|out of)) $")
MODEL = re.compile(r"[^\s.?!“”\"(]\s[A-Z][\w-]+\s$")  # a capital word inside a sentence
MORE_DIGITS = re.compile(rf"[.,]{SPACE}\d")
CLOCK = re.compile(r"\d{1,2}[.]\d{2}$")
TENSE = re.compile(r"(?:yang )?(?:lalu|silam|ago)\b")
BRACKET = re.compile(r"\(\s*$")
LAW = re.compile(r"\s(?:[Tt]ahun (?:19|20)\d\d\b|KUH|UU\b)")  # PMK 131 Tahun 2024, 338 KUHP
DIMENSION_BEFORE = re.compile(r"(?<![^\W\d_])(?:[xX×]|\d kali)\s?$")
DIMENSION_AFTER = re.compile(r"(?:\s?[^\W\d_]{1,5})?\s?[xX×]\s?\d|\skali\s\d")
AGED = re.compile(
    r"(?:usia|umur|menginjak|genap|berusia|berumur|aged|bocah|anak|pria|wanita|perempuan|gadis"
    r"|remaja|kakek|nenek)\s?(?:nya\s)?"
    r"(?:sudah\s|baru\s|kini\s|telah\s|sekitar\s|di bawah\s|di atas\s|antara\s"
    r"|\d+\s(?:hingga\s|sampai\s)?)*$|\(\s?$"
)
AFTER_AGE = frozenset({" old", " ke at", " ke ba"})
OF_SOMEONE = re.compile(r",| (?:itu|tersebut|asal|bernama|berinisial)\b")  # pemain 17 tahun, Nama


@dataclass(slots=True)
class Quantity:
    """Offsets count in the paragraph."""

    start: int
    end: int
    value: Decimal
    rule_id: str
    high: Decimal | None = None
    comparator: str = "="
    currency: str | None = None
    unit: str | None = None
    unit_start: int = 0
    number_start: int = 0  # of the number or its currency, after what compares

    def __post_init__(self) -> None:
        self.number_start = self.start

    def set_range(self, high: Decimal) -> None:
        self.high, self.comparator = high, "range"

    def join(self, other: Quantity) -> bool:
        """Makes one range of two: Rp 500 juta hingga Rp 1 miliar, 3 meter sampai 5 meter."""
        is_single = self.high is other.high is None and self.value < other.value
        same_money = self.currency in {None, other.currency} or not (other.currency or other.unit)
        same_unit = self.unit is None or (self.unit.lower() == (other.unit or "").lower())
        if not (is_single and same_money and same_unit):
            return False
        self.set_range(other.value)
        self.end, self.currency = other.end, other.currency or self.currency
        self.unit, self.unit_start = other.unit, other.unit_start
        if other.currency:
            self.rule_id = "figure.money"
        return True

    def add_unit(self, text: str, language: str) -> None:
        """The unit that follows, and a `lebih` between: 1.581 lebih korban."""
        if self.currency:
            if per := PER.match(text, self.end):
                self.end, self.unit, self.unit_start = per.end(), per[1], per.start(1)
            return
        more = MORE.match(text, self.end)
        unit = UNIT.match(text, more.end() if more else self.end)
        if unit is None or not is_unit(unit, language):
            return
        self.end, self.unit, self.unit_start = unit.end(1), unit[1], unit.start(1)
        if more:
            self.comparator = ">"
        if self.rule_id == "figure.count" and self.unit.lower() in PERCENT:
            self.rule_id, self.unit = "figure.percent", "persen"

    def add_comparator(self, text: str, before: str) -> None:
        """What stands before or after: lebih dari, sekitar, minus, … lebih."""
        if sign := NEGATIVE.search(before):
            self.start -= len(sign.group())
            self.value, self.high = -self.value, None
        elif self.comparator == "=" and (after := AT_LEAST.match(text, self.end)):
            self.end, self.comparator = after.end(), ">"
        elif (
            self.comparator != "range"
            and before[:-1].lower().endswith(comparator_words())
            and (match := comparator_before().search(before))
        ):
            self.start -= len(before) - match.start()
            self.comparator = comparator(match)


def is_quantity(text: str, quantity: Quantity, digits: re.Match[str], scale: Decimal) -> bool:
    """A year, a bare small number, an age or a stretch of time that is over counts nothing."""
    start = quantity.start
    if _is_ratio_law_or_size(text, quantity, digits):
        return False
    if quantity.value > GREATEST or (quantity.high or 0) > GREATEST:
        return False
    if quantity.currency:
        return quantity.currency != RUPIAH or not _is_part_of_rupiah(text, quantity)
    after = text[digits.end() : digits.end() + 1]
    if after == ")" and BRACKET.search(text, max(0, digits.start() - 2), digits.start()):
        return False
    raw, is_scaled = digits.group(), scale != 1
    is_known = (quantity.unit or "").lower() in known_units()
    if raw.isdigit() and not is_scaled:
        if len(raw) >= HUGE:
            return False
        if len(raw) == 4 and raw.startswith(YEARS):
            return is_known and quantity.comparator != "range"
    if not is_scaled and not is_known and MODEL.search(text[max(0, start - 20) : start]):
        return False  # Boeing 737, Densus 88
    if quantity.unit is None:
        is_exact = quantity.rule_id != "figure.ambiguous" and not raw.isdigit()
        return is_scaled or (abs(quantity.value) >= THOUSAND and is_exact)
    return not _is_time(text, quantity, raw)


def _is_part_of_rupiah(text: str, quantity: Quantity) -> bool:
    """Less than a thousand, as a scale or digits are lost: Rp 7,5 trilun; Rp 950 - Rp 1 juta; Rp 221, 69 miliar; Rp 5 tahun."""
    value, high, end = quantity.value, quantity.high or 0, quantity.end
    if value >= THOUSAND or 0 < THOUSAND * value < high:
        return value < THOUSAND
    if quantity.unit:
        return False  # Rp 23,73 per saham
    if value % 1 or high % 1 or MORE_DIGITS.match(text, end):
        return True
    if value < SMALLEST_COIN and text.endswith(" perak", 0, end):
        return True  # of medals
    unit = UNIT.match(text, end)
    return unit is not None and unit[1].lower() in known_units()


def _is_ratio_law_or_size(text: str, quantity: Quantity, digits: re.Match[str]) -> bool:
    """1 dari 10, 3 kali lipat; PMK 131 Tahun 2024; 17 x 10 meter."""
    start, low = quantity.start, max(0, quantity.start - 10)
    before = RATIO.search(text, low, start) or DIMENSION_BEFORE.search(text, low, start)
    after = LAW.match(text, digits.end()) or DIMENSION_AFTER.match(text, digits.end())
    return bool(before or after) or text.startswith(" lipat", quantity.end)


def _is_time(text: str, quantity: Quantity, raw: str) -> bool:
    """An age, a time of day, or a stretch of time that is over."""
    unit = (quantity.unit or "").lower()
    if unit in {"tahun", "years", "year"} and (counts_age(text, quantity) or CLOCK.match(raw)):
        return True
    return unit in SPANS and TENSE.match(text, quantity.end + 1) is not None


def counts_age(text: str, quantity: Quantity) -> bool:
    """As in: berusia 63 tahun, umur 20 tahun, Nama (63 tahun), bocah 12 tahun."""
    before = text[max(0, quantity.start - 24) : quantity.start].lower()
    if AGED.search(before) or text[quantity.end : quantity.end + 5] in AFTER_AGE:
        return True
    is_someone = before.rstrip().rpartition(" ")[2] in person_nouns()
    return (
        quantity.unit == "tahun" and is_someone and OF_SOMEONE.match(text, quantity.end) is not None
    )
