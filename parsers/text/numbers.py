"""Printed numerals: 1.000 and 1,5 in Indonesian, 1,000 and 1.5 in English and Malay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from parsers.language.words import table

GROUPED = {
    "id": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"),
    "en": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
}
DECIMAL = {"id": re.compile(r"\d+,\d+"), "en": re.compile(r"\d+\.\d+")}
THREE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


@dataclass(frozen=True, slots=True)
class Numeral:
    value: Decimal
    ambiguous: bool = False  # the separators of the other convention, or readable both ways


def style(language: str) -> str:
    return "id" if language == "id" else "en"


def parse_numeral(text: str, *, language: str = "id", scaled: bool = False) -> Numeral | None:
    """`scaled`: beside a scale word, a percent sign or a currency.

    Then 1,792 has decimals, as in `1,792 juta`; else it has thousands, as in `1,792 kg`.
    """
    here, there = (style(language), "en" if style(language) == "id" else "id")
    if text.isdecimal():
        return Numeral(Decimal(text))
    if GROUPED[here].fullmatch(text):
        return Numeral(_plain(text, here))
    if DECIMAL[here].fullmatch(text):
        if THREE.fullmatch(text) and not scaled:
            return Numeral(_plain(text, there), ambiguous=True)
        return Numeral(_plain(text, here), ambiguous=bool(THREE.fullmatch(text)))
    if GROUPED[there].fullmatch(text) or DECIMAL[there].fullmatch(text):
        return Numeral(_plain(text, there), ambiguous=True)
    return None


def _plain(text: str, convention: str) -> Decimal:
    return Decimal(
        text.replace(".", "").replace(",", ".") if convention == "id" else text.replace(",", "")
    )


@cache
def scales() -> dict[str, Decimal]:
    return {word: Decimal(value) for word, value in table("units")["scales"].items()}


def parse_words(words: tuple[str, ...]) -> tuple[Decimal, int] | None:
    """The number that the first words spell (dua puluh lima ribu), and how many words it has."""
    total, group, used = Decimal(0), Decimal(0), 0
    unit = Decimal(0)
    for word in words:
        if word in table("units")["words"]:
            value = table("units")["words"][word]
            if unit and value < 10:
                break  # dua tiga orang
            group, unit = (group + value, Decimal(0)) if value >= 10 else (group, unit + value)
        elif word in {"puluh", "ratus", "belas"} and unit:
            group, unit = (
                group + (unit + 10 if word == "belas" else unit * (10 if word == "puluh" else 100)),
                Decimal(0),
            )
        elif word in scales() and group + unit:
            total, group, unit = total + (group + unit) * scales()[word], Decimal(0), Decimal(0)
        else:
            break
        used += 1
    return (total + group + unit, used) if used else None
