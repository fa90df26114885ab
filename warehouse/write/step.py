"""A step after a load: what it is, and what it works with. `warehouse.write.steps` has the list and goes through it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb


class StepPostponed(Exception):  # noqa: N818 - a state of a file of the user's, which must not stop a run
    """A step cannot be done now; the message says why. A later run does it, for all articles that are marked as changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """What a step works with."""

    con: duckdb.DuckDBPyConnection  # in a transaction of the step's own, which ends with it
    folder: Path  # for staging
    home: Path  # with the user's own files
    topics: Path | None = None  # KLIPING_TOPICS
    gender: bool | None = None  # whether the home wants genders; None: as they are
    notes: list[str] = field(default_factory=list)  # messages for the user


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Work that follows from what a load changed, in one transaction.

    It reads what is in the database and knows no other step. A run that was killed does it again, so done twice it changes nothing.
    """

    name: str  # a verb and what it makes, as in `find copies`
    reads: tuple[str, ...]  # tables and views, for the log and the documentation
    makes: tuple[str, ...]  # tables
    run: Callable[[StepContext], int]  # the number of rows made. Raises StepPostponed


def date_groups(counts: Iterable[tuple[date, int]], at_once: int) -> Iterator[list[date]]:
    """Days or weeks that are worked on together; each comes with the number of its rows."""
    group, n = list[date](), 0
    for day, n_rows in counts:
        if group and n + n_rows > at_once:
            yield group
            group, n = [], 0
        group.append(day)
        n += n_rows
    if group:
        yield group
