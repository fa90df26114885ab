"""The published copy for many readers at once: each answer is of one copy, and every publish is followed."""

from __future__ import annotations

import atexit
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from warehouse.queries import Row, quote
from warehouse.read.published import (
    MISSING,
    UNOPENABLE,
    NothingPublished,
    Reader,
    copy_identity,
    is_prepared,
    open_published,
    published,
)
from warehouse.read.stored_views import is_large
from warehouse.write.copied_blocks import prepared_copy
from warehouse.write.schema import is_current

AT_ONCE = 4  # pages; more would only make each other late
MOST_WAITING = 16  # so that they never fill the threads of a server
KEPT = 200  # answers of one copy
BEHIND_SECONDS = 1800.0  # after a publish, in which the copy prepared before may be read
PREPARE_SECONDS = 600.0  # between two that are prepared: a minute of CPU for 100,000 articles
TOO_SLOW = "this takes too long: ask for fewer days, or for one outlet"
BUSY = "too many pages are being made already; ask again in a moment"
UNREADABLE = "the published copy cannot be read; `kliping doctor` says what to do"
PREPARE = "warehouse.read.stored_views"
T = TypeVar("T")
CONFIG = {"threads": "2", "memory_limit": "1GB", "autoinstall_known_extensions": "false"}


class CopyUnavailableError(Exception):
    """The published copy is missing or damaged; the message says what to do."""


class TooSlowError(Exception):
    """The answer took longer than its time, or had no turn in time; the message says what to ask instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    seconds: float = 20.0  # of a page or an answer, from its turn on; then it is broken off
    wait_seconds: float = 5.0  # for a turn


class Copies:
    """`with copies.reader() as reader: …`, from any thread."""

    def __init__(self, home: Path, patience: Patience | None = None) -> None:
        self._home = home
        self._patience = patience or Patience()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._places = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)
        self._open: _Copy | None = None
        self._preparing: subprocess.Popen[bytes] | None = None
        self._prepared: tuple[int, ...] = ()  # the publish that a faster copy was last made of

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A connection of its own, once fewer than AT_ONCE others read. Raises CopyUnavailableError, TooSlowError, duckdb.Error."""
        with self._turn(), self._copy() as copy, self._cursor(copy) as reader:
            yield reader

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Raises TooSlowError."""
        with _held(self._places, 0), _held(self._turns, self._patience.wait_seconds):
            yield

    def answer(self, key: Hashable, make: Callable[[Reader], T]) -> T:
        """What `make` gives, and nothing but the copy decides: made once, kept until there is a new copy or KEPT newer answers.

        Raises what `reader` raises.
        """
        with self._copy() as copy:
            kept: dict[Hashable, T] = copy.answers
            if (found := kept.get(key)) is not None:
                return found
            with self._turn():
                if (found := kept.get(key)) is None:  # nobody made it meanwhile
                    with self._cursor(copy) as reader:
                        found = make(reader)
                    with self._lock:
                        kept[key] = found
                        if len(kept) > KEPT:
                            del kept[next(iter(kept))]
                return found

    @contextmanager
    def _copy(self) -> Iterator[_Copy]:
        copy = self._taken()
        try:
            yield copy
        finally:
            self._give_back(copy)

    @contextmanager
    def _cursor(self, copy: _Copy) -> Iterator[Reader]:
        """What takes longer than its time is broken off. Raises TooSlowError."""
        cursor = copy.con.cursor()
        cursor.execute("USE kliping")
        timer = threading.Timer(self._patience.seconds, cursor.interrupt)
        timer.start()
        try:
            yield Reader.over(cursor, copy.once)
        except duckdb.InterruptException as error:
            raise TooSlowError(TOO_SLOW) from error
        finally:
            timer.cancel()
            cursor.close()

    def close(self) -> None:
        with self._lock:
            self._retire()
            if self._preparing:
                self._preparing.terminate()
                self._preparing.wait()

    def _taken(self) -> _Copy:
        with self._lock:
            try:
                path = published(self._home)
                if not (self._open and self._open.may_be_read(path)):
                    opened = _earlier(path) or open_published(self._home, _Copy)
                    self._retire()
                    self._open = opened
                self._prepare(self._open, path)
            except NothingPublished as error:
                self._retire()
                raise CopyUnavailableError(MISSING) from error
            except (OSError, duckdb.Error) as error:
                self._retire()
                raise CopyUnavailableError(UNOPENABLE) from error
            self._open.n_readers += 1
            return self._open

    def _prepare(self, copy: _Copy, path: Path) -> None:
        """Have a faster copy made of what is published at the path, once, if the home is large."""
        is_busy = self._preparing and self._preparing.poll() is None
        if not copy.is_large or is_busy or is_prepared(path) or copy.is_fresh(path):
            return
        if (identity := copy_identity(path)) != self._prepared:
            self._prepared = identity
            command = [sys.executable, "-m", PREPARE, str(self._home.absolute())]
            self._preparing = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - ours

    def _give_back(self, copy: _Copy) -> None:
        with self._lock:
            copy.n_readers -= 1
            if copy is not self._open and not copy.n_readers:
                copy.con.close()

    def _retire(self) -> None:
        """Its last reader closes it."""
        if self._open and not self._open.n_readers:
            self._open.con.close()
        self._open = None


class _Copy:
    def __init__(self, path: Path) -> None:
        self._path, self._identity, self.n_readers = path, copy_identity(path), 0
        self.answers: dict[Hashable, Any] = {}
        self.once: dict[tuple[str, str], list[Row]] = {}
        self.con = attached(path, CONFIG)
        self.is_large = is_large(self.con)

    def is_fresh(self, published_copy: Path) -> bool:
        """It was prepared, of a publish not long ago."""
        *_, published_at = self._identity  # in nanoseconds
        return self._path != published_copy and time.time() - published_at / 1e9 < PREPARE_SECONDS

    def may_be_read(self, published_copy: Path) -> bool:
        """It is what is published; or the prepared copy, until a later publish has one, unless it was removed for what was forgotten."""
        with suppress(FileNotFoundError):
            if copy_identity(self._path) != self._identity:
                return False
            if self._path == published_copy:
                return not is_prepared(published_copy)
            return is_prepared(published_copy) or _is_recent(published_copy)
        return False


def _earlier(published_copy: Path) -> _Copy | None:
    """The copy prepared of an earlier publish while that of a recent one is not ready: a home that publishes often has no other."""
    if is_prepared(published_copy) or not _is_recent(published_copy):
        return None
    with suppress(OSError, duckdb.Error):
        copy = _Copy(prepared_copy(published_copy))
        if is_current(copy.con.cursor().execute("USE kliping")):
            return copy
        copy.con.close()
    return None


def _is_recent(published_copy: Path) -> bool:
    return time.time() - published_copy.stat().st_mtime < BEHIND_SECONDS


def attached(path: Path, config: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """A connection to the copy, as `kliping`. Raises duckdb.Error.

    It is attached to an empty database: DuckDB would take a second connection to one path for the first file, though
    another is there now. Such a database puts what exceeds its memory into `.tmp` of the current folder, and removes that
    folder with what others have in it: so each gets one of its own.
    """
    spilled = f"{_folder_of_process()}/{secrets.token_hex(4)}"
    con = duckdb.connect(config={"temp_directory": spilled, **config})
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"ATTACH {quote(str(path))} AS kliping (READ_ONLY)")
    except duckdb.Error:
        con.close()
        raise
    return con


@cache
def _folder_of_process() -> str:
    """In TMPDIR, the owner's alone, until the process ends."""
    folder = tempfile.mkdtemp(prefix="kliping-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def _held(places: threading.BoundedSemaphore, seconds: float) -> Iterator[None]:
    if not places.acquire(timeout=seconds):
        raise TooSlowError(BUSY)
    try:
        yield
    finally:
        places.release()
