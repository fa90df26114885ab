"""The file of a study: a question, and what is counted to answer it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kliping.reading.periods import Period
from parsers.search_query import terms
from parsers.source import suggestion
from warehouse.plain_file import read_plain

MOST_BYTES = 100_000


class StudyError(ValueError):
    """The file cannot be used; the message names it and says what to write."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Days are western Indonesian time, both included; without outlets all are meant."""

    question: str
    query: str  # as `kliping search` takes it: the articles that the study is about
    since: date
    until: date
    by: Period = Period.MONTH
    outlets: tuple[str, ...] = ()  # TOML names
    people: tuple[str, ...] = ()  # who is looked for in the articles, by any of their names


def read_study(path: Path) -> Study:
    """Raises StudyError, PlainFileError, and OSError where the file cannot be read."""
    try:
        values = tomllib.loads(read_plain(path, MOST_BYTES).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StudyError(f"{path}: {error}") from error
    for name in values:
        if name not in READERS:
            raise StudyError(f"{path}: no key {name!r}{suggestion(name, list(READERS)) or ''}")
    for name in ("question", "query", "since", "until"):
        if name not in values:
            raise StudyError(f"{path}: {name} is missing")
    try:
        study = Study(**{name: READERS[name](name, value) for name, value in values.items()})
    except ValueError as error:
        raise StudyError(f"{path}: {error}") from error
    if study.since > study.until:
        raise StudyError(f"{path}: since {study.since} is after until {study.until}; exchange them")
    return study


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'{name} is a text, such as {name} = "…"')
    return value.strip()


def _query(name: str, value: Any) -> str:
    """Raises ValueError, of which QueryError is one."""
    query = _text(name, value)
    terms(query)
    return query


def _day(name: str, value: Any) -> date:
    if type(value) is not date:
        raise ValueError(f"{name} is a day without quotation marks, such as {name} = 2026-11-24")
    return value


def _period(name: str, value: Any) -> Period:
    if value not in set(Period):
        raise ValueError(f"{name} is {', '.join(Period)}")
    return Period(value)


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f'{name} is a list of texts, such as {name} = ["…"]')
    texts = [each.strip() for each in value if isinstance(each, str)]
    if len(texts) < len(value) or not all(texts):
        raise ValueError(f"{name} has a value that is no text, or an empty one")
    return tuple(dict.fromkeys(texts))


READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "question": _text,
    "query": _query,
    "since": _day,
    "until": _day,
    "by": _period,
    "outlets": _texts,
    "people": _texts,
}
