"""The file `warehouse.duckdb`: its birth, its upgrades, the windows in which it is open, and what to do when it cannot be opened."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.archive.archive import sync_folder
from warehouse.disk import make_folder
from warehouse.write.schema import migrate, quote, standing

READER_PATIENCE_SECONDS = 60.0
# Since 1.5 a checkpoint leaves rows where they stand. One thread: what more of them gain by the clock costs more in all.
WRITING: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.5.0",
    "threads": 1,
}
MEND = "`kliping rebuild` moves it aside and makes a new one from the archive"


class StoreBusy(Exception):  # noqa: N818 - a state of things that passes
    """Somebody else has warehouse.duckdb open; nothing is lost, the archive holds what was to be loaded."""

    exit_code = 75


class StoreDamaged(Exception):  # noqa: N818 - a state of things that a command mends
    """warehouse.duckdb or its log is not what DuckDB wrote; the archive can make it again."""

    exit_code = 1


class Database:
    """`warehouse.duckdb` and its published copy in a home folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "warehouse.duckdb"
        self.log = home / "warehouse.duckdb.wal"
        self.published = home / "kliping.duckdb"
        self._migrated = False

    @contextmanager
    def window(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The database, for as short as can be: other runs wait at the lock. Raises StoreBusy, StoreDamaged, SchemaError."""
        with self._alone():
            self._bear()
            con = self._connect()
            try:
                if not self._migrated:
                    con = self._upgraded(con)
                yield con
            finally:
                con.close()

    @contextmanager
    def look(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The database as it is, for reading. Raises StoreBusy at once, StoreDamaged."""
        with self._alone(), self._connect(read_only=True) as con:
            yield con

    def set_aside(self, now: datetime) -> list[Path]:
        """Move the database and its log out of the way, together and under new names; they are never deleted."""
        with (
            self._alone()
        ):  # the log first: without its database it would be taken for that of the next one
            there = [path for path in (self.log, self.path) if path.exists()]
            moved = [
                path.rename(path.with_name(f"{path.name}.aside-{now:%Y%m%dT%H%M%S.%fZ}"))
                for path in there
            ]
            sync_folder(self.home)
        self._migrated = False
        return moved

    def compact(self) -> None:
        """Write the database anew, so that nothing stands in it that was deleted."""
        new = self.path.with_name(f"{self.path.name}.new")
        with self.window() as con:
            name = con.sql("SELECT current_database()").fetchall()[0][0]
            con.execute(f"ATTACH {quote(str(new))} AS anew (STORAGE_VERSION 'v1.5.0')")
            con.execute(f'COPY FROM DATABASE "{name}" TO anew; DETACH anew; CHECKPOINT')
            con.close()
            put_in_place(new, self.path)

    def publish(self) -> Path:
        """Replace the readers' copy atomically: who has the old one open keeps it, who opens next sees the new one."""
        with self.window() as con:
            con.execute("CHECKPOINT")
            con.close()
            _copy(self.path, self.published)
        return self.published

    @contextmanager
    def _alone(self) -> Iterator[None]:
        locks = self.home / "locks"
        make_folder(locks)
        with (locks / "write.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _bear(self) -> None:
        """A database gets its name once it is whole: one killed in the making would be refused ever after."""
        new = self.path.with_name(f"{self.path.name}.new")
        new.unlink(missing_ok=True)
        if not self.path.exists():
            duckdb.connect(new, config=WRITING).close()
            new.replace(self.path)
            sync_folder(self.home)

    def _upgraded(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """With this code's schema; a database of an older one is copied first."""
        version, newest = standing(con)
        if 0 < version < newest:
            con.execute("CHECKPOINT")
            con.close()
            _copy(self.path, self.path.with_name(f"{self.path.name}.schema-{version}"))
            con = self._connect()
        migrate(con)
        self._migrated = True
        return con

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder for one batch. Only within a window, which makes it ours: what a killed load left goes first."""
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
                raise StoreDamaged(f"{self.path} is no DuckDB database; {MEND}")
        deadline = time.monotonic() + (0 if read_only else READER_PATIENCE_SECONDS)
        while True:
            try:
                return self._whole(duckdb.connect(self.path, read_only=read_only, config=WRITING))
            except duckdb.Error as error:
                if "No space left" in str(error):
                    raise
                if "Conflicting lock" not in str(error):
                    raise StoreDamaged(
                        f"{self._damaged(str(error))} cannot be read ({str(error).splitlines()[0]}); {MEND}"
                    ) from error
                if time.monotonic() > deadline:
                    holder = re.search(r"held in (\S+ \(PID \d+\))", str(error))
                    raise StoreBusy(
                        f"{self.path} is open in {holder[1] if holder else 'another program'}; "
                        f"close it there and read {self.published.name} instead"
                    ) from error
                time.sleep(0.1)

    def _whole(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """DuckDB opens a file that was cut, and fails where it first misses a row."""
        ((n_bytes,),) = con.execute(
            "SELECT used_blocks * block_size FROM pragma_database_size()"
        ).fetchall()
        if self.path.stat().st_size < n_bytes:
            con.close()
            raise StoreDamaged(f"{self.path} is cut: {n_bytes} bytes of it are in use; {MEND}")
        return con

    def _damaged(self, said: str) -> Path:
        return self.log if "WAL" in said else self.path


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
