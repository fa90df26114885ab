"""`watches.toml` in a home: queries with names. People edit it; a watch with a mistake in it is left out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from kliping.output import one_line
from kliping.watches.destinations import JSON_ADDRESS, WEBHOOK, Destination, Keys
from kliping.watches.watch import Watch
from parsers.search_query import terms
from warehouse.plain_file import PlainFileError, read_plain

WATCHES = "watches.toml"
FOLDER = "watch"  # of a home: the journal and the feeds
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # it becomes the name of a file

T = TypeVar("T", bound=Keys)
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class WatchFileError(ValueError):
    """The file as a whole cannot be understood; the message names it."""

    exit_code = 2


def _valid_query(query: str) -> str:
    """Raises QueryError, a ValueError."""
    terms(query)
    return query


def _existing(names: list[str], info: ValidationInfo) -> list[str]:
    """Raises ValueError."""
    for name in names:
        if name not in (info.context or ()):
            raise ValueError(f"there is no destination {name!r}")
    return names


class _Watch(Keys):
    search: Annotated[Words, AfterValidator(_valid_query)] | None = None
    person: Words | None = None
    changed: Literal["figure", "quote"] | None = None
    kind: Literal["contested", "copied", "event", "first_quote", "gone", "silent"] | None = None
    outlet: Words | None = None
    n_outlets: Annotated[int, Field(ge=2)] = 5
    send_to: Annotated[list[str], AfterValidator(_existing)] | None = None

    @model_validator(mode="after")
    def _needs_a_condition(self) -> Self:
        if not (self.search or self.person or self.changed or self.kind):
            raise ValueError("it looks for nothing: give search, person, changed or kind")
        if self.changed and self.kind:
            raise ValueError("it looks for changed or for kind, not for both")
        if self.kind == "copied" and not self.outlet:
            raise ValueError("outlet is missing: whose text is copied")
        if self.kind == "silent" and (self.search or self.person):
            raise ValueError(
                "an outlet is silent, whatever is searched for: leave search and person out"
            )
        return self


class _File(Keys):
    explorer: Annotated[str, StringConstraints(pattern=JSON_ADDRESS)] | None = None
    webhook: Annotated[str, StringConstraints(pattern=JSON_ADDRESS)] | None = None
    destination: dict[str, dict[str, Any]] = Field(default_factory=dict)
    watch: dict[str, dict[str, Any]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    is_problem: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFile:
    path: Path
    watches: tuple[Watch, ...] = ()
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    send_to: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of each watch
    explorer: str | None = None  # its address, for links
    problems: Sequence[str] = ()  # a line for each table that is left out


def read_watches(home: Path) -> WatchFile:
    """A home without the file has no watches. Raises WatchFileError if the file as a whole is broken."""
    path = home / WATCHES
    try:
        file = _File.model_validate(tomllib.loads(read_plain(path).decode()))
    except (FileNotFoundError, NotADirectoryError):
        return WatchFile(path=path)
    except ValidationError as error:
        raise WatchFileError(f"{path}: {_mistake(error, _File)[1:]}") from None
    except PlainFileError as error:
        raise WatchFileError(str(error)) from None
    except (OSError, ValueError, RecursionError) as error:  # not TOML, or not UTF-8
        raise WatchFileError(f"{path}: {error}") from None
    problems: list[str] = []
    destinations = dict(_valid(path, "destination", file.destination, Destination, problems))
    if file.webhook:
        destinations[WEBHOOK] = Destination(address=file.webhook)
    watches = dict(_valid(path, "watch", file.watch, _Watch, problems, destinations))
    default = [WEBHOOK] if WEBHOOK in destinations else []
    return WatchFile(
        path=path,
        watches=tuple(
            Watch(name=name, **each.model_dump(exclude={"send_to"}))
            for name, each in watches.items()
        ),
        destinations=destinations,
        send_to={
            name: default if each.send_to is None else each.send_to
            for name, each in watches.items()
        },
        explorer=file.explorer.rstrip("/") if file.explorer else None,
        problems=problems,
    )


def _valid(
    path: Path,
    kind: str,
    tables: Mapping[str, dict[str, Any]],
    model: type[T],
    problems: list[str],
    destinations: Collection[str] = (),
) -> Iterator[tuple[str, T]]:
    for name, keys in tables.items():
        table = f"{kind}.{name}"
        try:
            if not NAME.fullmatch(name):
                raise ValueError(": a name has small letters a-z, digits, - and _, at most 64")
            yield name, model.model_validate(keys, context=destinations)
        except ValueError as error:
            mistake = _mistake(error, model) if isinstance(error, ValidationError) else error
            problems.append(f"{path}: {table}{mistake}; the {kind} is left out")


def _mistake(error: ValidationError, model: type[BaseModel]) -> str:
    """The first one."""
    first = error.errors()[0]
    key = "".join(f".{part}" for part in first["loc"])
    message = one_line(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = f"no such key; there are {', '.join(model.model_fields)}"
    return f"{key}: {message}"
