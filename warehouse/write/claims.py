"""Claims of hosts: on all machines of a lake, one asks a host at a time, since its lock files keep the pace of the host.

A claim ends a short time after the last request. Nobody has to give it back, so that a machine may die or stand still.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from warehouse.lake import LakeLocation, postgres_errors
from warehouse.machine import machine_name
from warehouse.write.ledger import make_ledger

if TYPE_CHECKING:
    import psycopg

SPARE_SECONDS = 30.0  # after the request that a claim is for
# Only the clock of the server counts, so that clocks of machines may differ.
CLAIM = """
INSERT INTO kliping.hosts AS h (host, machine, expires_at)
VALUES (%(host)s, %(machine)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (host) DO UPDATE SET machine = excluded.machine, expires_at = CASE
  WHEN h.machine = excluded.machine THEN greatest(h.expires_at, excluded.expires_at)
  ELSE excluded.expires_at
END
WHERE h.machine = excluded.machine OR h.expires_at <= now()
RETURNING machine
"""
OWNER = "SELECT machine FROM kliping.hosts WHERE host = %(host)s"


class HostClaims:
    """On a connection of its own, since that of the locks may be waiting for one. Threads may share it."""

    def __init__(self, location: LakeLocation, home: Path) -> None:
        self._location, self._home = location, home
        self._machine = ""
        self._con: psycopg.Connection[Any] | None = None
        self._lock = Lock()

    def claim(self, host: str, seconds: float) -> str | None:
        """Nobody else may ask the host for so long; the machine that may ask it already, if there is one.

        Raises LakeUnavailable.
        """
        with postgres_errors(), self._lock:
            con = self._connected()
            seconds += SPARE_SECONDS
            values = {"host": host, "machine": self._machine, "seconds": seconds}
            if con.execute(CLAIM, values).fetchone():
                return None
            row = con.execute(OWNER, values).fetchone()
        return str(row[0]) if row else "another machine"

    def close(self) -> None:
        with self._lock:
            if self._con:
                self._con.close()

    def _connected(self) -> psycopg.Connection[Any]:
        if not self._con or self._con.closed:
            self._machine = machine_name(self._home)
            self._con = self._location.connect(application_name=f"kliping claims {self._machine}")
            make_ledger(self._con)
        return self._con
