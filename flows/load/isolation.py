"""Whose failure an unexpected error is: that of the page or the outlet it came from, or the whole run's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flows.http.errors import is_of_machine, unexpected
from flows.logging import get_logger
from warehouse.write.database import StoreBusy, StoreDamaged
from warehouse.write.disk_space import DiskFull
from warehouse.write.outcome_rows import Row
from warehouse.write.schema import SchemaError

log = get_logger(__name__)


def ends_the_run(error: Exception) -> bool:
    """What no page and no outlet is to blame for: this machine, or its database."""
    return is_of_machine(error) or isinstance(
        error, StoreBusy | StoreDamaged | SchemaError | DiskFull
    )


@contextmanager
def isolated(failures: list[Row], source_id: str, example: str) -> Iterator[None]:
    """An unexpected error within ends the block and becomes a row of `failures`; raises what ends the run."""
    try:
        yield
    except Exception as error:
        if ends_the_run(error):
            raise
        failures.append(failure_row(source_id, example, error))


def failure_row(source_id: str, example: str, error: Exception) -> Row:
    """An unexpected error as a row like those of `Store.failures`; its traceback is logged for whoever debugs it."""
    log.error("unexpected error", source=source_id, url=example, error=unexpected(error))
    log.debug("unexpected error", exc_info=error)
    return {
        "source_id": source_id,
        "kind": "unexpected error",
        "reason": type(error).__name__,
        "n": 1,
        "example": example,
        "detail": unexpected(error),
    }
