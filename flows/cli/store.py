"""The warehouse, for commands that write to it without a run."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.cli.app import FAILED, OK, UsageError
from flows.output import printable

if TYPE_CHECKING:
    from flows.settings import Settings
    from warehouse.write.database import Database


def open_store(settings: Settings) -> Database:
    """Raises UsageError if there is no warehouse yet."""
    from warehouse.write.database import Database

    if not (settings.home / "warehouse.duckdb").exists():
        raise UsageError(
            f"there is no warehouse in {settings.home} yet: `kliping ingest` or `kliping import` makes it"
        )
    return Database(settings.home)


def check_id_now(command: str) -> str:
    """Stands for the id of a run in the results of checks."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{command}"


def publish_unless_forbidden(store: Database) -> int:
    """Publish, unless a check finds an error."""
    from warehouse.write.quality import errors, line, run_checks

    if forbidden := errors(run_checks(store, check_id_now("publish"))):
        for row in forbidden:
            print(f"warehouse: {printable(line(row))}", file=sys.stderr)
        print(f"{store.published} is not replaced until this is repaired", file=sys.stderr)
        return FAILED
    print(store.publish())
    return OK
