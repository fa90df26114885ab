"""A session of PostgreSQL, whose advisory locks end with it as file locks end with their process."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.lake import LEDGER, LakeLocation, LakeUnavailable
from warehouse.locks import Wait
from warehouse.storage import first_line

if TYPE_CHECKING:
    import psycopg

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
CLAIM_HOST = """
INSERT INTO kliping.hosts AS h (host, machine) VALUES (%s, %s)
ON CONFLICT (host) DO UPDATE SET machine = excluded.machine
WHERE h.machine = excluded.machine OR NOT EXISTS (
  SELECT FROM pg_stat_activity AS a JOIN pg_locks AS l USING (pid)
  WHERE a.datname = current_database() AND l.locktype = 'advisory' AND l.granted
    AND a.application_name LIKE '%% on ' || h.machine
)
RETURNING machine
"""
OWNER = "SELECT machine FROM kliping.hosts WHERE host = %s"


class Session:
    """Connects on first use. A session that broke while it held a run's locks is not replaced: the run must end."""

    def __init__(self, location: LakeLocation, home: Path, run_id: str | None = None) -> None:
        self._location = location
        digest = hashlib.sha256(str(home).encode()).hexdigest()
        self._machine = f"{os.uname().nodename[:10]}/{digest[:6]}"  # with locks of its own
        # PostgreSQL keeps 63 characters of it
        self._name = f"kliping {run_id or '-'} PID {os.getpid()} on {self._machine}"
        self._con: psycopg.Connection[Any] | None = None
        self._held: set[str] = set()

    def execute(self, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of the answer, if there are any. Raises LakeUnavailable."""
        import psycopg  # noqa: PLC0415 - only a lake needs it

        con = self._connected()
        try:
            cursor = con.execute(query, parameters or None)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            message = f"the session with PostgreSQL broke: {first_line(error)}"
            raise LakeUnavailable(f"{message}; the next run goes on") from None

    def check(self) -> None:
        """Raises LakeUnavailable where the session is gone, and its locks with it."""
        self.execute("SELECT 1")

    def try_lock(self, name: str) -> bool:
        ((is_ours,),) = self.execute("SELECT pg_try_advisory_lock(%s)", (_key(name),))
        if is_ours:
            self._held.add(name)
        return bool(is_ours)

    def unlock(self, name: str) -> None:
        self._held.discard(name)
        with suppress(LakeUnavailable):  # then the lock is gone, too
            self.execute("SELECT pg_advisory_unlock(%s)", (_key(name),))

    def holder(self, name: str) -> str:
        """Who holds the lock, for messages."""
        found = self.execute(HOLDER, (_key(name),))
        return str(found[0][0]) if found else "another session"

    def other_owner(self, host: str) -> str | None:
        """Claim the host for this machine; the machine with running runs that has it already, if there is one."""
        if self.execute(CLAIM_HOST, (host, self._machine)):
            return None
        return str(self.execute(OWNER, (host,))[0][0])

    @contextmanager
    def lock(self, name: str, what: str) -> Iterator[None]:
        """Hold the lock, and wait for it. Raises WaitStopped, LakeUnavailable."""
        wait = Wait(what)
        while not self.try_lock(name):
            wait.pause(self.holder(name))
        try:
            yield
        finally:
            self.unlock(name)

    def running_runs(self) -> set[str]:
        """The runs that have a living session with locks, on any machine."""
        names = (str(name) for (name,) in self.execute(SESSIONS))
        return {found[1] for name in names if (found := RUN.match(name)) and found[1] != "-"}

    def close(self) -> None:
        if self._con:
            self._con.close()

    def _connected(self) -> psycopg.Connection[Any]:
        if self._con and self._con.closed and self._held:
            message = "the session with PostgreSQL broke, and its locks are gone"
            raise LakeUnavailable(f"{message}; nothing is lost, the next run goes on")
        if not self._con or self._con.closed:
            self._con = self._location.connect(
                application_name=self._name, keepalives_idle=30, keepalives_interval=10
            )
            self._con.execute("SELECT pg_advisory_lock(hashtext('kliping.lakes'))")
            self._con.execute(LEDGER)
            self._con.execute("SELECT pg_advisory_unlock(hashtext('kliping.lakes'))")
        return self._con


def _key(name: str) -> int:
    """A number of 64 bits for a lock."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
