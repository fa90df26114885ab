"""Isolation of unexpected errors: they end the work on a page or an outlet, and only a few end the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flows.http.errors import describe_error, is_machine_failure
from flows.logging import get_logger
from warehouse.locks import STOPPING, WaitStopped
from warehouse.queries import Row
from warehouse.silence import LakeUnavailable
from warehouse.storage import StorageUnavailable
from warehouse.write.database import DatabaseBusy, DatabaseDamaged
from warehouse.write.disk_space import DiskFull
from warehouse.write.schema import SchemaError

log = get_logger(__name__)
ENDS_RUN = (
    DatabaseBusy,
    DatabaseDamaged,
    DiskFull,
    LakeUnavailable,
    SchemaError,
    StorageUnavailable,
    WaitStopped,
)


def ends_the_run(error: Exception) -> bool:
    """An error of this machine or its database, for which no page and no outlet is to blame; after a signal any error."""
    return STOPPING.is_set() or is_machine_failure(error) or isinstance(error, ENDS_RUN)


@contextmanager
def isolate_errors(failures: list[Row], source_id: str, example: str) -> Iterator[None]:
    """An unexpected error ends the block and becomes a row of `failures`. Errors that end the run are raised."""
    try:
        yield
    except Exception as error:
        if ends_the_run(error):
            raise
        failures.append(failure_row(source_id, example, error))


def failure_row(source_id: str, example: str, error: Exception) -> Row:
    """An unexpected error as a row like those of `runs.failures`; its traceback is logged at debug level."""
    log.error("unexpected error", source=source_id, url=example, error=describe_error(error))
    log.debug("unexpected error", exc_info=error)
    return {
        "source_id": source_id,
        "kind": "unexpected error",
        "reason": type(error).__name__,
        "n": 1,
        "example": example,
        "detail": describe_error(error),
    }
