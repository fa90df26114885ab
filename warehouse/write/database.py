"""The file `warehouse.duckdb`: how it is created, upgraded, opened, copied and published, and what stops it from being opened."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import IO

import duckdb

from warehouse.archive.archive import sync_folder
from warehouse.disk import make_folder
from warehouse.locks import Wait, holder, take, wait_for, write_holder
from warehouse.queries import Row, execute, records
from warehouse.write.schema import migrate, quote, schema_versions

READER_PATIENCE_SECONDS = 60.0  # for another program that has the database open
WRITER_PATIENCE_SECONDS = 0.5  # of `doctor` and `status`: most writes are shorter
# Since 1.5 a checkpoint does not move rows. One thread: more threads save less time than they cost in total.
WRITING: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.5.0",
    "threads": 1,
}
WINDOW = "the warehouse"
MEND = "`kliping rebuild` moves it aside and makes a new one from the archive"


class DatabaseBusy(Exception):  # noqa: N818 - a state of things that passes
    """Somebody else has warehouse.duckdb open; nothing is lost, the archive holds what was to be loaded."""

    exit_code = 75


class DatabaseBeingWritten(DatabaseBusy):
    """A run is writing; who only reads does not wait for it."""


class DatabaseDamaged(Exception):  # noqa: N818 - a state of things that a command mends
    """warehouse.duckdb or its log is not what DuckDB wrote; the archive can make it again."""

    exit_code = 1


class Database:
    """`warehouse.duckdb` and its published copy in a home folder; `run_id` is shown to those who wait for it."""

    def __init__(self, home: Path, run_id: str | None = None) -> None:
        self.home, self.run_id = home, run_id
        self.path = home / "warehouse.duckdb"
        self.log = home / "warehouse.duckdb.wal"
        self.published = home / "kliping.duckdb"
        self._migrated = False
        self._turn = Lock()  # of the threads of this process; the file lock is polled

    @contextmanager
    def write_connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The database, opened for one task: other runs wait for the lock meanwhile.

        Raises DatabaseBusy, DatabaseDamaged, SchemaError, and WaitStopped after a signal.
        """
        with self._exclusive():
            self._create_if_missing()
            con = self._connect()
            try:
                if not self._migrated:
                    con = self._upgraded(con)
                yield con
            finally:
                con.close()

    @contextmanager
    def read_connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The database without an upgrade, for reading. Waits for no writer: raises DatabaseBeingWritten, DatabaseBusy, DatabaseDamaged."""
        with (
            self._exclusive(patience=WRITER_PATIENCE_SECONDS),
            self._connect(read_only=True) as con,
        ):
            yield con

    def move_aside(self, now: datetime) -> list[Path]:
        """Move the database and its log out of the way, together and under new names; they are never deleted."""
        with self._exclusive():
            # the log first: without its database it would be taken for that of the next one
            there = [path for path in (self.log, self.path) if path.exists()]
            moved = [
                path.rename(path.with_name(f"{path.name}.aside-{now:%Y%m%dT%H%M%S.%fZ}"))
                for path in there
            ]
            sync_folder(self.home)
        self._migrated = False
        return moved

    def compact(self) -> None:
        """Rewrite the database, so that nothing deleted remains in the file."""
        new = self.path.with_name(f"{self.path.name}.new")
        with self.write_connection() as con:
            name = con.sql("SELECT current_database()").fetchall()[0][0]
            con.execute(f"ATTACH {quote(str(new))} AS compacted (STORAGE_VERSION 'v1.5.0')")
            con.execute(f'COPY FROM DATABASE "{name}" TO compacted; DETACH compacted; CHECKPOINT')
            con.close()
            put_in_place(new, self.path)

    def publish(self) -> Path:
        """Replace the readers' copy atomically: whoever has the old one open keeps it, whoever opens it next gets the new one."""
        with self.write_connection() as con:
            con.execute("CHECKPOINT")
            con.close()
            _copy(self.path, self.published)
        return self.published

    def rows(self, query: str, parameters: Row | None = None) -> list[Row]:
        with self.write_connection() as con:
            return records(con.execute(query, parameters))

    def number(self, query: str, parameters: Row) -> int:
        """The one number that the query gives."""
        with self.write_connection() as con:
            [(number,)] = con.execute(query, parameters).fetchall()
            return int(number)

    def write(self, script: str, parameters: Row) -> None:
        """Every statement of the script, in one transaction."""
        with self.write_connection() as con:
            con.begin()
            execute(con, script, parameters)
            con.commit()

    @contextmanager
    def _exclusive(self, patience: float | None = None) -> Iterator[None]:
        locks = self.home / "locks"
        make_folder(locks)
        with self._turn, (locks / "write.lock").open("a+") as lock:
            if patience is None:
                wait_for(lock, WINDOW, self.run_id)
            else:
                self._take_within(lock, patience)
            yield

    def _take_within(self, lock: IO[str], patience: float) -> None:
        wait, deadline = Wait(WINDOW), time.monotonic() + patience
        while not take(lock):
            if time.monotonic() > deadline:
                raise DatabaseBeingWritten(f"{self.path.name} is being written by {holder(lock)}")
            wait.pause(holder(lock))
        write_holder(lock, self.run_id, datetime.now(UTC))

    def _create_if_missing(self) -> None:
        """Under a temporary name first: a half-made database could never be opened again."""
        new = self.path.with_name(f"{self.path.name}.new")
        new.unlink(missing_ok=True)
        if not self.path.exists():
            duckdb.connect(new, config=WRITING).close()
            new.replace(self.path)
            sync_folder(self.home)

    def _upgraded(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """With this code's schema; a database with an older schema is copied first."""
        version, newest = schema_versions(con)
        if 0 < version < newest:
            con.execute("CHECKPOINT")
            con.close()
            _copy(self.path, self.path.with_name(f"{self.path.name}.schema-{version}"))
            con = self._connect()
        migrate(con)
        self._migrated = True
        return con

    @contextmanager
    def staging_folder(self) -> Iterator[Path]:
        """A folder for one batch, within a write connection; removes what a killed load left."""
        folder = self.home / "staging"
        for left in (folder, self.path.with_name(f"{self.path.name}.tmp")):
            shutil.rmtree(left, ignore_errors=True)
        make_folder(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _connect(self, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
        with self.path.open("rb") as file:
            if file.read(12)[8:] != b"DUCK":  # DuckDB would look for an extension that reads it
                raise DatabaseDamaged(f"{self.path} is no DuckDB database; {MEND}")
        wait = Wait(self.path.name)
        deadline = time.monotonic() + (0 if read_only else READER_PATIENCE_SECONDS)
        while True:
            try:
                return self._checked(duckdb.connect(self.path, read_only=read_only, config=WRITING))
            except duckdb.Error as error:
                if "No space left" in str(error):
                    raise
                if "Conflicting lock" not in str(error):
                    raise DatabaseDamaged(
                        f"{self._damaged_file(str(error))} cannot be read ({str(error).splitlines()[0]}); {MEND}"
                    ) from error
                found = re.search(r"held in (\S+ \(PID \d+\))", str(error))
                program = found[1] if found else "another program"
                if time.monotonic() > deadline:
                    raise DatabaseBusy(
                        f"{self.path} is open in {program}; "
                        f"close it there and read {self.published.name} instead"
                    ) from error
                wait.pause(program)

    def _checked(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """DuckDB opens a truncated file, and fails only where it first misses a row."""
        ((n_bytes,),) = con.execute(
            "SELECT used_blocks * block_size FROM pragma_database_size()"
        ).fetchall()
        if self.path.stat().st_size < n_bytes:
            con.close()
            raise DatabaseDamaged(f"{self.path} is cut: {n_bytes} bytes of it are in use; {MEND}")
        return con

    def _damaged_file(self, message: str) -> Path:
        return self.log if "WAL" in message else self.path


def _copy(path: Path, target: Path) -> None:
    new = target.with_name(f"{target.name}.new")
    try:
        shutil.copyfile(path, new)
        put_in_place(new, target)
    finally:
        new.unlink(missing_ok=True)  # half a copy on a full disk


def put_in_place(new: Path, target: Path) -> None:
    """Whoever looks sees the old file or the new one, after a power cut too."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(target)
    sync_folder(target.parent)
