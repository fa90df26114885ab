"""`watches.toml` in a home: queries with names. People edit it; a watch with a mistake in it is left out."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from kliping.output import one_line
from kliping.watches.watch_search import Watch
from parsers.search_query import terms
from warehouse.plain_file import PlainFileError, read_plain

WATCHES = "watches.toml"
FOLDER = "watch"  # of a home: the journal and the feeds
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # it becomes the name of a file
ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class WatchFileError(ValueError):
    """The file as a whole cannot be understood; the message names it."""

    exit_code = 2


def _valid_query(query: str) -> str:
    """Raises QueryError, a ValueError."""
    terms(query)
    return query


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Watch(_Keys):
    search: Annotated[Words, AfterValidator(_valid_query)] | None = None
    person: Words | None = None
    changed: Literal["figure", "quote"] | None = None

    @model_validator(mode="after")
    def _needs_a_condition(self) -> Self:
        if not (self.search or self.person or self.changed):
            raise ValueError("it looks for nothing: give search, person or changed")
        return self


class _File(_Keys):
    webhook: Annotated[str, StringConstraints(pattern=ADDRESS)] | None = None
    watch: dict[str, dict[str, Any]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    is_problem: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFile:
    path: Path
    watches: tuple[Watch, ...] = ()
    webhook: str | None = None
    problems: tuple[str, ...] = ()  # a line for each watch that is left out


def read_watches(home: Path) -> WatchFile:
    """A home without the file has no watches. Raises WatchFileError if the file as a whole is broken."""
    path = home / WATCHES
    try:
        file = _File.model_validate(tomllib.loads(read_plain(path).decode()))
    except (FileNotFoundError, NotADirectoryError):
        return WatchFile(path=path)
    except ValidationError as error:
        raise WatchFileError(_line(path, error)) from None
    except PlainFileError as error:
        raise WatchFileError(str(error)) from None
    except (OSError, ValueError, RecursionError) as error:  # not TOML, or not UTF-8
        raise WatchFileError(f"{path}: {error}") from None
    watches, problems = [], []
    for name, keys in file.watch.items():
        try:
            watches.append(_watch(name, keys))
        except ValidationError as error:
            problems.append(f"{_line(path, error, 'watch', name)}; the watch is left out")
        except ValueError as error:
            problems.append(f"{path}: {error}; the watch is left out")
    return WatchFile(
        path=path, watches=tuple(watches), webhook=file.webhook, problems=tuple(problems)
    )


def _watch(name: str, keys: dict[str, Any]) -> Watch:
    if not NAME.fullmatch(name):
        raise ValueError(f"watch.{name}: a name has small letters a-z, digits, - and _, at most 64")
    return Watch(name=name, **_Watch.model_validate(keys).model_dump())


def _line(path: Path, error: ValidationError, *table: str) -> str:
    """The first mistake."""
    first = error.errors()[0]
    key = ".".join([*table, *map(str, first["loc"])])
    message = one_line(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = (
            f"no such key; there are {'search, person, changed' if table else 'webhook, watch'}"
        )
    return f"{path}: {key}: {message}"
