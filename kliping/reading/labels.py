"""The words of reports in English, in which the code has them, or in Indonesian (`labels.toml`, `error_labels.toml`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache

from kliping.sql_files import toml

WAY_OUT = "`kliping backfill` of more days reads the listings: a third channel, and more articles to compare."
ZONES = {420: "WIB", 480: "WITA", 540: "WIT"}  # minutes from UTC
HOURS_OF_DAY = 24
WESTERN = 420  # minutes; days are of this time, too
ONE = re.compile(
    r"(?<![\d.,\N{NARROW NO-BREAK SPACE}])1 ((?:other )?(?:article|outlet|quote|row|word|wording))s\b"
)
PLAIN = {  # values of the data that are no English
    "lead may contradict": "may contradict",
    "lead may update": "may be a later count",
    "near duplicate": "nearly the same",
    "police military": "police and military",
}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Language(StrEnum):
    ENGLISH = "en"
    INDONESIAN = "id"


@cache
def indonesian() -> dict[str, str]:
    """English -> Indonesian; saved questions and fields of an article have theirs where they are described."""
    from kliping.reading.question_files import question_files  # noqa: PLC0415 - --help needs only the languages
    from parsers.article import FIELDS  # noqa: PLC0415 - as above

    questions = {
        key: label for file in question_files().values() for key, label in file.indonesian.items()
    }
    fields = {field.name.replace("_", " "): field.label for field in FIELDS}
    return toml("reading/labels") | questions | fields


@cache
def indonesian_errors() -> list[tuple[re.Pattern[str], str]]:
    """Errors as patterns, which find their values by name, and the Indonesian text for these."""
    return [
        (re.compile(_pattern(english), re.DOTALL), label)
        for english, label in toml("reading/error_labels").items()
    ]


def _pattern(english: str) -> str:
    """Every other piece is the name of a value."""
    pieces = PLACEHOLDER.split(english)
    return "".join(
        f"(?P<{piece}>.*?)" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces)
    )


@dataclass(frozen=True)
class Labels:
    language: Language

    def text(self, english: str, **values: object) -> str:
        """The label with these values in its `{…}`; what has no label stays English."""
        if self.language is Language.INDONESIAN:
            label = indonesian().get(english, english)
            return label.format(**values) if values else label
        label = PLAIN.get(english, english)
        return ONE.sub(r"1 \1", label.format(**values)) if values else label

    def error(self, english: str) -> str | None:
        """The message in this language, with the values that it has; None if there is no label for it."""
        if self.language is Language.ENGLISH:
            return english
        fitting = ((pattern.fullmatch(english), label) for pattern, label in indonesian_errors())
        translated = (label.format_map(match.groupdict()) for match, label in fitting if match)
        return next(translated, None) or indonesian().get(english)

    def heading(self, column: str) -> str:
        """Of a column of a saved question; English has the column's name."""
        if self.language is Language.ENGLISH:
            return column
        return self.text(column.replace("_", " "))

    def estimate(self, text: str) -> str:
        """An estimate of what was missed, as its cell has it."""
        bound = re.sub(r"\d+", lambda n: self.number(int(n[0])), text).removeprefix("at least ")
        return (
            self.text("at least {n}", n=bound) if text.startswith("at least ") else self.text(bound)
        )

    def cannot_tell(self, reason: str) -> str:
        """That nothing can be told of most weeks, and why; `reason` is that of a MissedEstimate."""
        return f"{self.text('cannot tell')} ({self.error(reason) or reason})"

    def way_out(self, reason: str) -> str:
        """`cannot_tell`, and what helps: for the operator, whose commands a reader has not."""
        return f"{self.cannot_tell(reason)}. {self.text(WAY_OUT)}"

    def cell(self, text: str) -> str:
        """An estimate in a table, below which `cannot_tell` stands once."""
        return "–" if text == "cannot tell" else self.estimate(text)

    def number(self, value: float | None) -> str:
        """With narrow spaces between thousands: a point and a comma mean different things in Jakarta and in London."""
        if value is None:
            return ""
        text = f"{value:,}".removesuffix(".0").replace(",", "\N{NARROW NO-BREAK SPACE}")
        return text if self.language is Language.ENGLISH else text.replace(".", ",")

    def day(self, value: date | None) -> str:
        return "" if value is None else f"{self.day_of_year(value)} {value:%Y}"

    def moment(self, value: datetime | None, offset_minutes: int | None = None) -> str:
        """Day and time in the zone that a page states, else in western Indonesian time.

        UTC is what machines write, and no outlet's zone.
        """
        if value is None:
            return ""
        offset = offset_minutes or WESTERN
        local = value.astimezone(timezone(timedelta(minutes=offset)))
        separator = ":" if self.language is Language.ENGLISH else "."
        zone = ZONES.get(offset) or f"{local:%Z}"
        return f"{self.day(local)}, {local:%H}{separator}{local:%M} {zone}"

    def duration(self, minutes: int) -> str:
        hours, rest = divmod(minutes, 60)
        if hours >= HOURS_OF_DAY:
            return self.text("{d} d {h} h", d=hours // HOURS_OF_DAY, h=hours % HOURS_OF_DAY)
        return self.text("{h} h {m} min", h=hours, m=rest)

    def day_of_year(self, value: date) -> str:
        return f"{value.day} {self.text(f'{value:%b}')}"
