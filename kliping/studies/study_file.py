"""The file of a study: a question, and what is counted to answer it."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic.dataclasses import dataclass

from kliping.reading.periods import Period
from kliping.sql_files import toml
from parsers.search_query import terms
from parsers.source import suggestion
from warehouse.plain_file import read_plain

MOST_BYTES = 100_000
TABLE_NAME = re.compile(r"\A(?!study_)[a-z][a-z0-9_]*\Z")
TABLE_FILE = re.compile(r"\A[a-z0-9][a-z0-9_-]*\.csv\Z")
STANDARD = toml("studies/standard")["count"]  # what a study without counts counts
SAMPLED = "query"  # the name of no count: that of the articles in the sheets of coders
KEYS = ConfigDict(extra="forbid")


class StudyError(ValueError):
    """The file cannot be used; the message names it and says what to write."""

    exit_code = 2


class Unit(StrEnum):
    """What a row of a count is, and so which rows are the same thing twice."""

    ARTICLE = "article"
    QUOTE = "quote"
    FIGURE = "figure"
    EVENT = "event"
    PAIR = "pair"  # of articles

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of its SELECT that name one."""
        return {
            Unit.QUOTE: ("article_id", "char_start", "char_end"),
            Unit.FIGURE: ("article_id", "char_start", "char_end"),
            Unit.EVENT: ("event_id",),
            Unit.PAIR: ("article_id", "other_article_id"),
        }.get(self, ("article_id",))


def _query(text: str) -> str:
    """Raises ValueError, of which QueryError is one."""
    if text:
        terms(text)
    return text


def _counts(counts: tuple[Count, ...]) -> tuple[Count, ...]:
    names = [SAMPLED, *(count.name for count in counts)]
    if len({*names}) < len(names):
        raise ValueError(f"two counts have the same name, or one is called {SAMPLED}")
    return counts


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Texts = Annotated[tuple[Text, ...], AfterValidator(lambda texts: tuple(dict.fromkeys(texts)))]
Day = Annotated[date, Strict()]
TableName = Annotated[str, StringConstraints(pattern=TABLE_NAME)]
TableFile = Annotated[str, StringConstraints(pattern=TABLE_FILE)]
# what a value is, where it is something else
HINTS = {
    "by": f'{", ".join(Period)}; of a count a list of texts, such as by = ["period"]',
    "count": "written [[count]]",
    "of_all": "true or false",
    "outlets": 'a list of texts that are not empty, such as outlets = ["kompas"]',
    "people": 'a list of texts that are not empty, such as people = ["Budi Santoso"]',
    "since": "a day without quotation marks, such as since = 2026-11-24",
    "tables": 'for each table of your own a CSV file beside the study, such as parties = "parties.csv"',
    "unit": ", ".join(Unit),
    "until": "a day without quotation marks, such as until = 2026-11-24",
}


@dataclass(frozen=True, slots=True, kw_only=True, config=KEYS)
class Count:
    name: Text
    unit: Unit
    sql: Text  # one SELECT: a row for each thing that is counted
    of: str = ""  # another one: all that the things are a part of
    # of all articles of the days and outlets, not only those of the query
    of_all: Annotated[bool, Strict()] = False
    by: Texts = ()  # period, source_name, or columns of the SELECT


@dataclass(frozen=True, slots=True, kw_only=True, config=KEYS)
class Study:
    """Days are western Indonesian time, both included; without outlets all are meant, without a query all articles."""

    question: Text
    since: Day
    until: Day
    # as `kliping search` takes it: what the study is about
    query: Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_query)] = ""
    by: Period = Period.MONTH
    outlets: Texts = ()  # TOML names
    people: Texts = ()  # the rows of the table study_people
    # name in the SQL -> CSV file beside the study
    tables: dict[TableName, TableFile] = Field(default_factory=dict)
    count: Annotated[tuple[Count, ...], AfterValidator(_counts)] = ()

    @property
    def counts(self) -> tuple[Count, ...]:
        if self.count:
            return self.count
        return TypeAdapter(tuple[Count, ...]).validate_python(STANDARD)


def read_study(path: Path) -> Study:
    """Raises StudyError, PlainFileError, and OSError where the file cannot be read."""
    content = read_plain(path, MOST_BYTES)
    try:
        values = tomllib.loads(content.decode())
        if empty := [name for name in HINTS if values.get(name) == []]:
            raise ValueError(f"{empty[0]} is {HINTS[empty[0]]}")
        study = TypeAdapter(Study).validate_python(values)
    except ValidationError as error:
        raise StudyError(f"{path}: {_mistake(error)}") from error
    except (ValueError, RecursionError) as error:  # the errors of TOML are such
        raise StudyError(f"{path}: {error}") from error
    if study.since > study.until:
        raise StudyError(f"{path}: since {study.since} is after until {study.until}; exchange them")
    if not (study.query or study.count):
        raise StudyError(f"{path}: query is missing; without it a study needs a [[count]]")
    return study


def _mistake(error: ValidationError) -> str:
    """The first one; a key that is misspelled comes before one that is missing for that reason."""
    no_key = "unexpected_keyword_argument"
    first: Any = min(error.errors(), key=lambda each: each["type"] != no_key)
    keys = [*Study.__dataclass_fields__, *Count.__dataclass_fields__]
    name = first["loc"][-1]
    if first["type"] == no_key:
        return f"no key {name!r}{suggestion(name, keys) or ''}"
    if first["type"] == "missing":
        return f"{name} is missing"
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    name = [part for part in first["loc"] if part in keys][-1]
    text = f'a text, such as {name} = "…"'
    return f"{name} is {HINTS.get(name, text)}"
