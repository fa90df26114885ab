"""What a home's watches found and sent, in SQLite: what it has noted stays noted, over a kill or a power cut.

A pass that dies while it sends leaves hits in the state `sending`. They are never sent again, since the receiver may have them.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from warehouse.disk import make_folder
from warehouse.read.watch_hits import WatchHit

BEFORE_ADDED = timedelta(days=1)  # a new watch finds what came since
OVERLAP = timedelta(days=7)  # a page may be loaded long after it was fetched
TABLES = """
CREATE TABLE IF NOT EXISTS watches (
  name TEXT PRIMARY KEY,
  added_at TEXT NOT NULL, -- ISO 8601, as all moments here
  passed_at TEXT NOT NULL -- the last time
);
CREATE TABLE IF NOT EXISTS hits (
  no INTEGER PRIMARY KEY, -- in the order in which they were found
  hit_id TEXT NOT NULL UNIQUE,
  watch TEXT NOT NULL,
  article_id TEXT NOT NULL,
  state TEXT NOT NULL, -- HitState
  found_at TEXT NOT NULL,
  hit TEXT -- JSON; NULL where its article was forgotten
);
CREATE INDEX IF NOT EXISTS hits_of_watch ON hits (watch, state, no);
"""


class HitState(StrEnum):
    NEW = "new"
    SENDING = "sending"  # noted before the request
    SENT = "sent"
    DOUBTFUL = "doubtful"  # sent, and no answer seen
    FEED_ONLY = "feed_only"  # there was no webhook


class HitJournal:
    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con

    def since(self, watch: str, now: datetime) -> datetime:
        """From when on the watch looks. A new one counts as added now."""
        row = self._con.execute(
            "SELECT added_at, passed_at FROM watches WHERE name = ?", (watch,)
        ).fetchone()
        if not row:
            return now - BEFORE_ADDED
        added, passed = map(datetime.fromisoformat, row)
        return max(added - BEFORE_ADDED, passed - OVERLAP)

    def add(self, watch: str, hits: Iterable[WatchHit], now: datetime) -> int:
        """Note those that are not noted yet, and that the watch was passed; how many."""
        at = now.isoformat(timespec="seconds")
        rows = [(hit.hit_id, watch, hit.article_id, at, json.dumps(asdict(hit))) for hit in hits]
        with self._con:
            before = self._con.total_changes
            self._con.executemany(
                "INSERT OR IGNORE INTO hits (hit_id, watch, article_id, state, found_at, hit) VALUES (?, ?, ?, 'new', ?, ?)",
                rows,
            )
            n_new = self._con.total_changes - before
            self._con.execute(
                "INSERT INTO watches VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET passed_at = excluded.passed_at",
                (watch, at, at),
            )
        return n_new

    def erase(self, article_ids: Sequence[str]) -> list[str]:
        """Remove the words of these articles, not that they were found; the watches whose feeds have some of them."""
        chosen = "hit IS NOT NULL AND article_id IN (SELECT value FROM json_each(?))"
        ids = (json.dumps(article_ids),)
        with self._con:
            rows = self._con.execute(
                f"SELECT DISTINCT watch FROM hits WHERE {chosen}",  # noqa: S608 - no input
                ids,
            ).fetchall()
            self._con.execute(f"UPDATE hits SET hit = NULL WHERE {chosen}", ids)  # noqa: S608 - as above
        return [watch for (watch,) in rows]

    def latest(self, watch: str, n: int) -> list[tuple[str, WatchHit]]:
        """The newest first, each with the moment it was found."""
        rows = self._con.execute(
            "SELECT found_at, hit FROM hits WHERE watch = ? AND hit IS NOT NULL ORDER BY no DESC LIMIT ?",
            (watch, n),
        )
        return [(found_at, _hit(text)) for found_at, text in rows]

    def in_state(self, watch: str, state: HitState) -> list[WatchHit]:
        """The oldest first."""
        rows = self._con.execute(
            "SELECT hit FROM hits WHERE watch = ? AND state = ? AND hit IS NOT NULL ORDER BY no",
            (watch, state),
        )
        return [_hit(text) for (text,) in rows]

    def set_state(self, hits: Sequence[WatchHit], state: HitState) -> None:
        """On disk when it returns."""
        with self._con:
            self._con.executemany(
                "UPDATE hits SET state = ? WHERE hit_id = ?", [(state, hit.hit_id) for hit in hits]
            )


def _hit(text: str) -> WatchHit:
    values = json.loads(text)
    return WatchHit(**values | {"diff": tuple(map(tuple, values["diff"]))})


@contextmanager
def open_journal(folder: Path) -> Iterator[HitJournal]:
    """Waits until no other process has it. Raises sqlite3.Error."""
    make_folder(folder)
    with (
        (folder / "journal.lock").open("a") as lock,
        closing(sqlite3.connect(folder / "journal.sqlite")) as con,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        con.execute("PRAGMA synchronous = FULL")
        con.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves the file
        con.executescript(TABLES)
        yield HitJournal(con)
