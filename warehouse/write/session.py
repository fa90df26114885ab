"""A session of PostgreSQL, whose advisory locks end with it as file locks end with their process."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from warehouse.lake import LakeLocation, postgres_errors
from warehouse.locks import Wait
from warehouse.machine import machine_name
from warehouse.silence import LakeUnavailable
from warehouse.write.ledger import make_ledger

if TYPE_CHECKING:
    import psycopg

BROKE = "the session with PostgreSQL broke"
CHECK_SECONDS = 10.0  # between two signs of life of a session
# Without one for so long the server ends the session and its locks: its machine stands still, or is gone.
HOLD = "SET idle_session_timeout = '60s'"
RUN = re.compile(r"kliping (\S+) PID")
HOLDER = """
SELECT a.application_name FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32) | l.objid::bigint = %s
"""
SESSIONS = """
SELECT DISTINCT a.application_name FROM pg_stat_activity AS a JOIN pg_locks AS l USING (pid)
WHERE a.datname = current_database() AND l.locktype = 'advisory' AND l.granted
"""


class Session:
    """Connects on first use. A session that broke is not replaced: its locks are gone, and the run must end."""

    def __init__(self, location: LakeLocation, home: Path, run_id: str | None = None) -> None:
        self._location, self._home, self._run_id = location, home, run_id
        self._con: psycopg.Connection[Any] | None = None
        self._is_over = Event()  # ends the signs of life of the connection

    def execute(self, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of the answer, if there are any. Raises LakeUnavailable."""
        with postgres_errors(BROKE):
            return self._answer(query, parameters)

    def check(self) -> None:
        """Raises LakeUnavailable where the session is gone, and its locks with it."""
        self.execute("SELECT 1")

    def try_lock(self, name: str) -> bool:
        ((is_ours,),) = self.execute("SELECT pg_try_advisory_lock(%s)", (_key(name),))
        return bool(is_ours)

    def unlock(self, name: str) -> None:
        with suppress(LakeUnavailable):  # then the lock is gone, too
            self.execute("SELECT pg_advisory_unlock(%s)", (_key(name),))

    @contextmanager
    def lock_if_free(self, name: str) -> Iterator[bool]:
        """Take the lock for the block if no other session holds it; yields whether it was taken."""
        is_ours = self.try_lock(name)
        try:
            yield is_ours
        finally:
            if is_ours:
                self.unlock(name)

    def holder(self, name: str) -> str:
        """Who holds the lock, for messages."""
        found = self.execute(HOLDER, (_key(name),))
        return str(found[0][0]) if found else "another session"

    @contextmanager
    def lock(self, name: str, what: str) -> Iterator[bool]:
        """Hold the lock, and wait for it. Raises WaitStopped, LakeUnavailable."""
        wait = Wait(what)
        while not self.is_done("SELECT pg_advisory_lock(%s)", (_key(name),)):
            wait.pause(self.holder(name))
        try:
            yield True
        finally:
            self.unlock(name)

    def is_done(self, query: str, parameters: tuple[Any, ...]) -> bool:
        """Wait in the server's queue for what others hold; False after its `lock_timeout`."""
        import psycopg  # noqa: PLC0415 - only a lake needs it

        with postgres_errors(BROKE):
            try:
                self._answer(query, parameters)
            except psycopg.errors.LockNotAvailable:
                return False
            return True

    def running_runs(self) -> set[str]:
        """The runs that have a living session with locks, on any machine."""
        names = (str(name) for (name,) in self.execute(SESSIONS))
        return {found[1] for name in names if (found := RUN.match(name)) and found[1] != "-"}

    def close(self) -> None:
        self._is_over.set()
        if self._con:
            self._con.close()
            self._con = None

    def _answer(self, query: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        cursor = self._connected().execute(query, parameters or None)
        return cursor.fetchall() if cursor.description else []

    def _connected(self) -> psycopg.Connection[Any]:
        if self._con and self._con.closed:
            raise LakeUnavailable(f"{BROKE}, and its locks are gone; nothing is lost")
        if not self._con:
            # PostgreSQL keeps 63 characters of the name
            who = f"{self._run_id or '-'} PID {os.getpid()} on {machine_name(self._home)}"
            con = self._location.connect(application_name=f"kliping {who}")
            make_ledger(con)
            con.execute(HOLD)
            self._con, self._is_over = con, Event()
            Thread(target=_show_life, args=(con, self._is_over), daemon=True).start()
        return self._con


def _show_life(con: psycopg.Connection[Any], is_over: Event) -> None:
    import psycopg  # noqa: PLC0415 - only a lake needs it

    with suppress(psycopg.Error):  # whoever needs the session next learns why it broke
        while not is_over.wait(CHECK_SECONDS):
            con.execute("SELECT 1")


def _key(name: str) -> int:
    """A number of 64 bits for a lock."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
