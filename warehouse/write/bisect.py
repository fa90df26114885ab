"""A batch that the database refuses is loaded in halves, down to the one outcome that is to blame; that one is put aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import duckdb

from parsers.kinds import Reason
from warehouse.write.outcome_rows import Announced, Outcome

T = TypeVar("T")
Work = Callable[[list[Outcome]], T]

# What the rows themselves are to blame for. Disk, memory, locks and our own SQL fail otherwise.
POISON = (
    duckdb.DataError,
    duckdb.IntegrityError,
    duckdb.InvalidInputException,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)


def each_apart(batch: list[Outcome], work: Work[T], attempt: Work[T]) -> list[T]:
    """`work` on the whole batch, or on as large parts of it as it takes; `attempt` leaves nothing behind."""
    try:
        return [work(batch)]
    except POISON as error:
        if len(batch) == 1:
            return [work([_refused(batch[0], error, attempt)])]
    half = len(batch) // 2
    return [*each_apart(batch[:half], work, attempt), *each_apart(batch[half:], work, attempt)]


def _refused(outcome: Outcome, error: Exception, attempt: Work[T]) -> Outcome:
    """A page is put aside; a channel does without the links that cannot be loaded."""
    said = f"{type(error).__name__}: {error}"
    if outcome.is_page:
        return replace(
            outcome,
            state="quarantined",
            stage="load",
            reason=Reason.LOAD_ERROR,
            detail=said,
            article=None,
        )
    sound = _sound(outcome, outcome.announced, attempt)
    warning = f"{len(outcome.announced) - len(sound)} of its links cannot be loaded: {said}"
    return replace(outcome, announced=sound, warnings=(*outcome.warnings, warning))


def _sound(channel: Outcome, links: Sequence[Announced], attempt: Work[T]) -> tuple[Announced, ...]:
    try:
        attempt([replace(channel, announced=tuple(links))])
    except POISON:
        half = len(links) // 2
        return (
            (*_sound(channel, links[:half], attempt), *_sound(channel, links[half:], attempt))
            if half
            else ()
        )
    return tuple(links)
