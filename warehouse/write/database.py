"""The file `warehouse.duckdb`: how it is created, upgraded, opened, copied and published, and what stops it from being opened."""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Self

import duckdb

from warehouse.disk import make_folder, put_in_place, sync_folder
from warehouse.locks import (
    POLL_SECONDS,
    Wait,
    has_waiter,
    holder,
    in_queue,
    take,
    wait_for,
    write_holder,
)
from warehouse.queries import Row, execute, quote, records
from warehouse.write.claims import HostClaims
from warehouse.write.copied_blocks import (
    forget_older,
    remove_prepared,
    remove_unused_prepared,
    replace_copy,
    write_changed_blocks,
)
from warehouse.write.schema import migrate, schema_versions
from warehouse.write.session import Session
from warehouse.write.waiting import WaitingRows

KEPT_SECONDS = 0.2  # between two tasks of a run
OPEN_SECONDS = 5.0  # then it is closed, and what it has read leaves the memory
SHORT_LOG_BYTES = 1_000_000  # some 50 articles
READER_PATIENCE_SECONDS = 60.0  # for another program that has the database open
WRITER_PATIENCE_SECONDS = 0.5  # of `doctor` and `status`: most writes are shorter
WRITING: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.5.0",
    "default_block_size": "65536",  # a small run changes a block in each of some 45 tables; DuckDB's own 256 kB are four times as much
    "threads": 1,  # more threads save less time than they cost in total
    "max_vacuum_tasks": 0,  # small row groups are merged once, when a run is published
}
MERGED_ROW_GROUPS = 100  # at most, of each table
SPARE_BLOCKS = 64  # about as many as a small run writes, and frees
FREE_AND_USED = "SELECT free_blocks, used_blocks FROM pragma_database_size()"
# in order of entity_id, so that a look for some of them skips blocks; what later runs add stands behind, as it comes
BY_NAME = {"core.article_names", "core.name_evidence", "core.person_traits", "ops.name_keys"}
TABLES = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = ? AND NOT temporary"
MERGE_MEMORY = "300MB"  # the rest goes to disk; 100,000 texts take more than 1 GB
WINDOW = "the warehouse"
QUEUE = "write.queue"  # who waits for write.lock shares the lock of this file
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
        self.session: Session | None = None  # of PostgreSQL, for a lake
        self.claims: HostClaims | None = None  # as above
        self.waiting: WaitingRows | None = None  # as above
        self.is_patient = True  # waits for other machines of a lake that write
        self._migrated = False
        self._turn = Lock()  # of the threads of this process; the file lock is polled
        self._lock: IO[str] | None = (
            None  # while the database is open, and a task of this process has it
        )
        self._open: duckdb.DuckDBPyConnection | None = None
        self._opened_at = self._used_at = 0.0
        self._is_kept = False
        self._timer: Timer | None = None  # closes the database if no task follows

    @contextmanager
    def kept_open(self) -> Iterator[Self]:
        """The database itself, which in the block stays open between two tasks, unless another process waits for it.

        To open and close it takes 25 ms of processor time.
        """
        self._is_kept = True
        try:
            yield self
        finally:
            self._is_kept = False
            with self._turn:
                timer = self._cancel_timer()
                self._release()
            if timer:
                timer.join()

    @contextmanager
    def write_connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The database, for one task: other runs wait for the lock meanwhile.

        What the task sets or makes temporarily ends with it.
        Raises DatabaseBusy, DatabaseDamaged, SchemaError, and WaitStopped after a signal.
        """
        with self._exclusive():
            self._open = self._open or self._opened()
            with self._open.cursor() as con:
                yield con

    def turn(self) -> AbstractContextManager[bool]:
        """Whether this process may write in the block, and no other machine of a lake; False if one does, and this one is not patient."""
        return nullcontext(True)

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The database for queries only; a lake as its last write left it, without waiting for who writes."""
        with self.write_connection() as con:
            yield con

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """`write_connection` for a task whose writes are kept as a whole: committed at the end of the block, unless it raises."""
        with self.write_connection() as con:
            con.begin()
            yield con
            con.commit()

    @contextmanager
    def read_connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The database without an upgrade, for reading. Waits for no writer: raises DatabaseBeingWritten, DatabaseBusy, DatabaseDamaged."""
        with self._exclusive(patience=WRITER_PATIENCE_SECONDS):
            self._close()
            with self._connect(read_only=True) as con:
                yield con

    @property
    def exists(self) -> bool:
        return self.path.exists()

    @property
    def may_be_read(self) -> bool:
        """Opening a database may write to it, even for reading."""
        return os.access(self.path, os.W_OK)

    def move_aside(self, now: datetime) -> list[str]:
        """Move the database and its log out of the way, together and under new names; they are never deleted."""
        with self._exclusive():
            self._close()
            # the log first: without its database it would be taken for that of the next one
            there = [path for path in (self.log, self.path) if path.exists()]
            moved = [
                str(path.rename(path.with_name(f"{path.name}.aside-{now:%Y%m%dT%H%M%S.%fZ}")))
                for path in there
            ]
            sync_folder(self.home)
        self._migrated = False
        return moved

    def compact(self) -> None:
        """Rewrite the database, so that nothing deleted remains in the file."""
        with self.write_connection() as con:
            self._compact(con)

    def _compact(self, con: duckdb.DuckDBPyConnection) -> None:
        """And close it."""
        new = self.path.with_name(f"{self.path.name}.new")
        ((name,),) = con.execute("SELECT current_database()").fetchall()
        con.execute(f"SET memory_limit = '{MERGE_MEMORY}'")
        con.execute(f"ATTACH {quote(str(new))} AS compacted (STORAGE_VERSION 'v1.5.0')")
        con.execute(f'BEGIN; COPY FROM DATABASE "{name}" TO compacted (SCHEMA)')
        for (table,) in con.execute(TABLES, [name]).fetchall():
            order = "ORDER BY entity_id" if table in BY_NAME else ""
            con.execute(f"INSERT INTO compacted.{table} FROM {table} {order}")
        con.execute("COMMIT; DETACH compacted; CHECKPOINT")
        con.close()
        self._close()
        put_in_place(new, self.path)

    def publish(self) -> Path | str:
        """Replace the readers' copy atomically: whoever has the old one open keeps it, whoever opens it next gets the new one.

        A database that is mostly free blocks, as a large load leaves it, is compacted before: to write those took longer.
        """
        with self.write_connection() as con:
            con.execute(f"SET max_vacuum_tasks = {MERGED_ROW_GROUPS}")
            con.execute(f"SET memory_limit = '{MERGE_MEMORY}'")
            # without a write since the last one, a checkpoint does nothing
            con.execute("BEGIN; CREATE SCHEMA checkpoint; DROP SCHEMA checkpoint; COMMIT")
            con.execute("CHECKPOINT")
            ((n_free, n_used),) = con.execute(FREE_AND_USED).fetchall()
            if n_free > n_used + SPARE_BLOCKS:
                self._compact(con)
            con.close()
            self._close()
            replace_copy(self.path, self.published)
            remove_unused_prepared(self.published)
        return self.published

    def publish_without_history(self) -> Path | str:
        """Publish, and leave nothing in any file that is not in the present rows."""
        self.compact()
        forget_older(self.published)
        published = self.publish()
        forget_older(self.published)
        remove_prepared(self.published)
        return published

    def publish_file(self, target: Path) -> Path:
        """What is published, as one file. Raises FileNotFoundError, NotADirectoryError for its folder."""
        if not target.parent.is_dir():
            code = errno.ENOTDIR if target.parent.exists() else errno.ENOENT
            raise OSError(code, f"no such folder as {target.parent}", str(target))
        new = target.with_name(f"{target.name}.new")
        try:
            new.unlink(missing_ok=True)
            write_changed_blocks(self.published, new)
            put_in_place(new, target)
        finally:
            new.unlink(missing_ok=True)  # half a copy on a full disk
        return target

    def attach_published(self, con: duckdb.DuckDBPyConnection, name: str) -> bool:
        """Attach what readers get; False before the first is published."""
        if self.published.exists():
            con.execute(f"ATTACH {quote(str(self.published))} AS {name} (READ_ONLY)")
        return self.published.exists()

    def share(self) -> None:
        """Bring what is published to where all who serve it get it; here they read it where it is."""

    def save_beside_archive(self, file: Path) -> None:
        """Keep a file of the archive's folder that is no WARC file; here the folder is where it is kept."""

    def fetch_from_archive(self, file: Path) -> None:
        """Get a file that `save_beside_archive` kept."""

    def rows(self, query: str, parameters: Row | None = None) -> list[Row]:
        with self.snapshot() as con:
            return records(con.execute(query, parameters))

    def number(self, query: str, parameters: Row) -> int:
        """The one number that the query gives."""
        with self.snapshot() as con:
            [(number,)] = con.execute(query, parameters).fetchall()
            return int(number)

    def write(self, script: str, parameters: Row) -> None:
        """Every statement of the script, in one transaction."""
        with self.transaction() as con:
            execute(con, script, parameters)

    @contextmanager
    def _exclusive(self, patience: float | None = None) -> Iterator[None]:
        locks = self.home / "locks"
        with self._turn:
            self._cancel_timer()
            self._lock = self._lock or self._locked(locks, patience)
            try:
                yield
            except BaseException:
                self._release()
                raise
            is_wanted = has_waiter(locks / QUEUE)
            self._used_at = time.monotonic()
            if self._is_kept and not is_wanted and self._used_at - self._opened_at < OPEN_SECONDS:
                self._timer = Timer(KEPT_SECONDS, self._release_if_unused)
                self._timer.daemon = True
                self._timer.start()
                return
            self._release()
            if is_wanted:
                time.sleep(2 * POLL_SECONDS)  # else we would be the first to take it again

    def _locked(self, locks: Path, patience: float | None) -> IO[str]:
        """The lock file of the database, locked."""
        make_folder(locks)
        with ExitStack() as stack:
            lock = stack.enter_context((locks / "write.lock").open("a+"))
            if take(lock):
                write_holder(lock, self.run_id, datetime.now(UTC))
            else:
                with in_queue(locks / QUEUE):
                    if patience is None:
                        wait_for(lock, WINDOW, self.run_id)
                    else:
                        self._take_within(lock, patience)
            stack.pop_all()
            return lock

    def _take_within(self, lock: IO[str], patience: float) -> None:
        wait, deadline = Wait(WINDOW), time.monotonic() + patience
        while not take(lock):
            if time.monotonic() > deadline:
                raise DatabaseBeingWritten(f"{self.path.name} is being written by {holder(lock)}")
            wait.pause(holder(lock))
        write_holder(lock, self.run_id, datetime.now(UTC))

    def _cancel_timer(self) -> Timer | None:
        """The timer, which does nothing any more."""
        timer, self._timer = self._timer, None
        if timer:
            timer.cancel()
        return timer

    def _release_if_unused(self) -> None:
        with self._turn:
            if time.monotonic() - self._used_at >= KEPT_SECONDS:
                self._release()

    def _release(self) -> None:
        """Close the database, and let others have it."""
        lock, self._lock = self._lock, None
        try:
            self._close()
        finally:
            if lock:
                lock.close()

    def _close(self) -> None:
        opened, self._open = self._open, None
        if opened:
            if self._is_kept and self._has_short_log():
                with suppress(duckdb.Error):  # a database that failed is closed all the same
                    opened.execute("PRAGMA disable_checkpoint_on_shutdown")
            opened.close()

    def _has_short_log(self) -> bool:
        """Whether the next task reads the log faster than a checkpoint writes the blocks, which later tasks change again."""
        return self.log.exists() and self.log.stat().st_size < SHORT_LOG_BYTES

    def _opened(self) -> duckdb.DuckDBPyConnection:
        """The database, made or upgraded where that is due."""
        self._create_if_missing()
        con = self._connect()
        # what a killed process had put on disk; this connection has put nothing there yet
        shutil.rmtree(self.path.with_name(f"{self.path.name}.tmp"), ignore_errors=True)
        self._opened_at = time.monotonic()
        try:
            return con if self._migrated else self._upgraded(con)
        except BaseException:
            con.close()
            raise

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
        shutil.rmtree(folder, ignore_errors=True)
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
