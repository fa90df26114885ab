"""The words of reports in English, in which the code has them, or in Indonesian (`labels.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path


class Language(StrEnum):
    ENGLISH = "en"
    INDONESIAN = "id"


@cache
def indonesian() -> dict[str, str]:
    """English -> Indonesian."""
    path = Path(__file__).with_name("labels.toml")
    return dict(tomllib.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Labels:
    language: Language

    def text(self, english: str, **values: object) -> str:
        """The label with these values in its `{…}`; what has no label stays English."""
        is_english = self.language is Language.ENGLISH
        label = english if is_english else indonesian().get(english, english)
        return label.format(**values) if values else label

    def heading(self, column: str) -> str:
        """Of a column of a saved question; English has the column's name."""
        if self.language is Language.ENGLISH:
            return column
        return self.text(column.replace("_", " "))

    def estimate(self, text: str) -> str:
        """An estimate of what was missed, as its cell has it."""
        bound = text.removeprefix("at least ")
        return self.text(text) if bound == text else self.text("at least {n}", n=bound)

    def number(self, value: float | None) -> str:
        """With narrow spaces between thousands: a point and a comma mean different things in Jakarta and in London."""
        if value is None:
            return ""
        text = f"{value:,}".removesuffix(".0").replace(",", "\N{NARROW NO-BREAK SPACE}")
        return text if self.language is Language.ENGLISH else text.replace(".", ",")

    def day(self, value: date | None) -> str:
        return "" if value is None else f"{self.day_of_year(value)} {value:%Y}"

    def day_of_year(self, value: date) -> str:
        return f"{value.day} {self.text(f'{value:%b}')}"
