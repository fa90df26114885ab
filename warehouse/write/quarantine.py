"""Quarantine: pages that could not become articles (`ops.quarantine`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from warehouse.queries import Row, sql, utc
from warehouse.write.database import Database

LIST = sql("quarantine/list")
PAGES = sql("quarantine/pages")
IGNORE = sql("quarantine/ignore")
REFETCH = sql("quarantine/refetch")
MARK_RETRY_FAILED = sql("quarantine/mark_retry_failed")


def pages(
    db: Database,
    *,
    ids: Iterable[str] | None = None,
    source_ids: Iterable[str] | None = None,
    parser: str | None = None,
) -> list[Row]:
    """The pages in quarantine, the newest first: of these ids or sources; with `parser`, at most 200 that another parser quarantined."""
    parameters = {
        "ids": None if ids is None else list(ids),
        "source_ids": None if source_ids is None else list(source_ids),
        "parser": parser,
    }
    return db.rows(PAGES, parameters)


def ignore(db: Database, ids: Iterable[str], now: datetime) -> None:
    """Close them: they no longer count as failures, and a reparse does not open them again."""
    db.write(IGNORE, {"ids": list(ids), "now": utc(now)})


def refetch(db: Database, ids: Iterable[str], now: datetime) -> None:
    """Let the next run fetch their pages as if they had never been answered."""
    db.write(REFETCH, {"ids": list(ids), "now": utc(now)})


def mark_retry_failed(db: Database, ids: Iterable[str], parser: str) -> None:
    """Note that this parser has tried them: without the mark, those without a record would be tried for ever."""
    db.write(MARK_RETRY_FAILED, {"ids": list(ids), "parser": parser})
