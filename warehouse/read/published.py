"""The readers' side: the published copy, opened read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import duckdb

from warehouse.queries import Row, records
from warehouse.read.search_sql import with_searches
from warehouse.write.copied_blocks import prepared_copy

OTHER_VERSION = (
    "the published copy was made by another version of Kliping: `kliping publish` makes it again"
)
# for readers of a server, who have no business with its folders
MISSING = "the published copy is not there: `kliping publish` makes it, or `kliping ingest` where nothing was read yet"
UNOPENABLE = "the published copy cannot be opened; `kliping doctor` says what to do"
# rows; DuckDB holds a block of 256 kB for each
MOST_BY_INDEX = 2_000
BATCH = 1_000  # rows
MOST_ONCE = 1_000  # answers of one copy
T = TypeVar("T")


class NothingPublished(Exception):  # noqa: N818 - a state of things, not a fault
    """There is no kliping.duckdb yet."""

    exit_code = 2


class OtherVersionError(Exception):
    """The published copy has not all tables and views of this code."""

    exit_code = 1


class UnansweredError(Exception):
    """DuckDB refused or could not finish a query of ours."""

    exit_code = 1


def published(home: Path) -> Path:
    """The readers' copy. Raises NothingPublished."""
    path = home / "kliping.duckdb"
    if not path.exists():
        raise NothingPublished(f"{path} is not there yet: {_next_step(home)}")
    return path


def open_published(home: Path, open_copy: Callable[[Path], T]) -> T:
    """What `open_copy` makes of the prepared copy if there is one, else of the published one. Raises NothingPublished, duckdb.Error."""
    path = published(home)
    if is_prepared(path):
        with suppress(OSError, duckdb.Error):  # a publish has just removed it
            return open_copy(prepared_copy(path))
    return open_copy(path)


def is_prepared(copy: Path) -> bool:
    """Whether there is a faster copy of just this one, which has its time."""
    try:
        return prepared_copy(copy).stat().st_mtime_ns == copy.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def copy_identity(path: Path) -> tuple[int, ...]:
    """Another one for each publish."""
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _next_step(home: Path) -> str:
    if (home / "warehouse.duckdb").exists():
        return "`kliping publish` makes it"
    if (home / "archive").exists():
        return "`kliping rebuild` makes it from the archive"
    return "`kliping ingest` or `kliping import` makes it"


class Reader:
    """`kliping.duckdb`. Never blocks a load, never waits for one. Raises NothingPublished."""

    def __init__(self, home: Path) -> None:
        self.con = open_published(home, partial(duckdb.connect, read_only=True))
        self.once: dict[tuple[str, str], list[Row]] = {}

    @classmethod
    def over(
        cls, con: duckdb.DuckDBPyConnection, once: dict[tuple[str, str], list[Row]] | None = None
    ) -> Self:
        """Over another database with the same tables, which its opener closes; readers of one copy may share `once`."""
        reader = cls.__new__(cls)
        reader.con, reader.once = con, {} if once is None else once
        return reader

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """The searches in it are written out. Raises duckdb.Error, QueryError."""
        return records(self._execute(sql, parameters))

    def rows_once(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """`rows`, read once for all pages of one copy: few, and not to be changed. Raises duckdb.Error, QueryError."""
        key = sql, repr(sorted((parameters or {}).items()))
        if (found := self.once.get(key)) is None:
            if len(self.once) >= MOST_ONCE:
                self.once.clear()
            found = self.once[key] = self.rows(sql, parameters)
        return found

    def each(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Row]:
        """`rows`, some of them in memory at a time; nothing else may be asked before the last. Raises duckdb.Error."""
        found = self._execute(sql, parameters)
        while batch := records(found, BATCH):
            yield from batch

    def rows_by_index(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """`rows`, where few texts are looked for among many: by an index, if there is one and the memory suffices. Raises duckdb.Error."""
        try:
            self.con.execute(f"SET dynamic_or_filter_threshold = {MOST_BY_INDEX}")
            return self.rows(sql, parameters)
        except duckdb.OutOfMemoryException:
            self.con.execute("RESET dynamic_or_filter_threshold")
            return self.rows(sql, parameters)
        finally:
            self.con.execute("RESET dynamic_or_filter_threshold")

    def _execute(self, sql: str, parameters: Mapping[str, Any] | None) -> duckdb.DuckDBPyConnection:
        script, left = with_searches(sql, parameters)
        return self.con.execute(script, left or None)
