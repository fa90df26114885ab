"""A topic as a user writes it: a table of a TOML file, whose name is the id of the topic."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from parsers.source import suggestion

TOPIC_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
MOST_ENTRIES = 100_000  # of all topics
TOKEN = re.compile(r"[^\W_]+|\n")  # no phrase goes on in the next paragraph


class TopicError(ValueError):
    """Files of topics cannot be understood; the message has a line for each mistake."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDefinition:
    topic_id: str
    label_id: str  # in Indonesian
    label_en: str | None
    terms: tuple[str, ...]  # each word counts in all its Indonesian forms
    phrases: tuple[str, ...]  # as they are written, but in any case
    exclude: tuple[str, ...]  # phrases in which no term and no phrase counts
    since: date | None  # first day of the articles that can be about it


def _with_word(text: str) -> str:
    if not TOKEN.findall(text) or "\n" in text:
        raise ValueError(f"{text!r} has no word in it, or more than one line")
    if star := text.find("*") + 1:
        raise ValueError(
            f"{text!r} has a * as character {star}: it means nothing here, write each word out"
        )
    return text


Entries = tuple[Annotated[str, AfterValidator(_with_word)], ...]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    label_id: str | None = Field(None, min_length=1)
    label_en: str | None = Field(None, min_length=1)
    terms: Entries = ()
    phrases: Entries = ()
    exclude: Entries = ()
    since: date | None = None

    @model_validator(mode="after")
    def _finds_something(self) -> _Table:
        if not self.terms and not self.phrases:
            raise ValueError("a topic has at least one of `terms` and `phrases`")
        excluded = set(map(str.casefold, self.exclude))
        for entry in (*self.terms, *self.phrases):
            if entry.casefold() in excluded:
                raise ValueError(f"{entry!r} is excluded, too, so it finds nothing; keep one")
        return self


def topic_definitions(files: Mapping[str, str]) -> tuple[TopicDefinition, ...]:
    """The topics of all files (name -> text), by their ids. Raises TopicError, which lists all mistakes."""
    found: dict[str, tuple[str, TopicDefinition]] = {}
    mistakes: list[str] = []
    for file, text in files.items():
        try:
            for topic in _of_file(file, text):
                other, _ = found.setdefault(topic.topic_id, (file, topic))
                if other != file:
                    mistakes.append(
                        f"{file}: [{topic.topic_id}] is a topic of {other} too; rename one of them"
                    )
        except TopicError as error:
            mistakes.append(str(error))
    n_entries = sum(len(each.terms + each.phrases + each.exclude) for _, each in found.values())
    if n_entries > MOST_ENTRIES:
        mistakes.append(
            f"the topics have {n_entries:,} entries, and at most {MOST_ENTRIES:,} are read; leave some out"
        )
    if mistakes:
        raise TopicError("\n".join(mistakes))
    return tuple(topic for _, (_, topic) in sorted(found.items()))


def _of_file(file: str, text: str) -> Iterable[TopicDefinition]:
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TopicError(f"{file}: {error}") from None
    if not tables:
        raise TopicError(f"{file}: no topic; one is a table, such as [mbg], with `terms`")
    mistakes: list[str] = []
    topics: list[TopicDefinition] = []
    for name, table in tables.items():
        try:
            topics.append(_topic(name, table))
        except ValidationError as error:
            mistakes += [f"{file}: [{name}] {_message(each)}" for each in error.errors()]
        except ValueError as error:
            mistakes.append(f"{file}: {error}")
    if mistakes:
        raise TopicError("\n".join(mistakes))
    return topics


def _topic(name: str, table: Any) -> TopicDefinition:
    if not isinstance(table, dict):
        raise TopicError(
            f"{name} stands in no topic; put the line [mbg], or another name, above it"
        )
    if not TOPIC_ID.fullmatch(name):
        raise ValueError(f"[{name}]: the name of a topic has a-z, 0-9 and hyphens only")
    values = _Table.model_validate(table)
    return TopicDefinition(
        **{**values.model_dump(), "topic_id": name, "label_id": values.label_id or name}
    )


def _message(error: Any) -> str:
    keys = [str(key) for key in error["loc"]]
    if error["type"] == "extra_forbidden":
        known_keys = list(_Table.model_fields)
        hint = suggestion(keys[-1], known_keys) or f"; there are {', '.join(known_keys)}"
        return f"unknown key {keys[-1]!r}{hint}"
    where = f"{keys[0]}: " if keys else ""
    if error["type"] == "tuple_type":
        return f'{where}a list of texts, such as ["MBG"]'
    if where == "since: ":
        return f"{where}a day without quotation marks, such as 2026-11-24"
    return f"{where}{error['msg'].removeprefix('Value error, ')}"
