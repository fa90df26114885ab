"""What a home's watches found and sent, in SQLite: what it has noted stays noted, over a kill or a power cut.

Each try to send a message is noted before it begins. Whoever dies meanwhile leaves the message to the next try, which has the same key.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from uuid import uuid5

from kliping.sql_files import sql
from kliping.watches.watch_hits import HITS, WatchHit
from kliping.watches.watch_search import Watch
from warehouse.disk import make_folder

BEFORE_ADDED = timedelta(days=1)  # a new watch finds what came since
OVERLAP = timedelta(days=7)  # a page may be loaded long after it was fetched
LONGEST_MESSAGE = 100  # hits
PAUSES = (  # after each try to send a message, at least; after the last one it is given up
    *(timedelta(minutes=n) for n in (1, 5, 30)),
    *(timedelta(hours=n) for n in (2, 6, 12, 24, 24)),
)
TABLES = sql("watch/journal")


class HitState(StrEnum):
    """Earlier versions also had `doubtful`: sent once, and no answer seen."""

    NEW = "new"
    SENDING = "sending"  # in a message
    SENT = "sent"
    UNSENT = "unsent"  # its message was given up
    FEED_ONLY = "feed_only"  # there was no webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    message_id: str
    watch: str
    hits: tuple[WatchHit, ...]
    n_tries: int  # with the one that begins now
    next_at: datetime


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

    def last_pass(self) -> set[str]:
        """The recent versions, and the definitions of the watches, that the last pass saw."""
        return {key for (key,) in self._con.execute("SELECT key FROM last_pass")}

    def set_last_pass(self, keys: Iterable[str]) -> None:
        self._con.execute("DELETE FROM last_pass")
        self._con.executemany("INSERT INTO last_pass VALUES (?)", ((key,) for key in keys))

    def add(self, watch: str, hits: Iterable[WatchHit], now: datetime) -> int:
        """Note those that are not noted yet, and that the watch was passed; how many."""
        at = _iso(now)
        before = self._con.total_changes
        self._con.executemany(
            "INSERT OR IGNORE INTO hits (hit_id, watch, article_id, state, found_at, hit) VALUES (?, ?, ?, 'new', ?, ?)",
            ((hit.hit_id, watch, hit.article_id, at, json.dumps(asdict(hit))) for hit in hits),
        )
        n_new = self._con.total_changes - before
        self._con.execute(
            "INSERT INTO watches (name, added_at, passed_at) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET passed_at = excluded.passed_at",
            (watch, at, at),
        )
        return n_new

    def erase(self, article_ids: Sequence[str]) -> list[str]:
        """Remove the words of these articles, not that they were found; the watches whose feeds have some of them."""
        rows = self._con.execute(
            "UPDATE hits SET hit = NULL"
            " WHERE hit IS NOT NULL AND article_id IN (SELECT value FROM json_each(?)) RETURNING watch",
            (json.dumps(article_ids),),
        )
        return sorted({watch for (watch,) in rows})

    def latest(self, watch: str, n: int) -> list[tuple[str, WatchHit]]:
        """The newest first, each with the moment it was found."""
        rows = self._con.execute(
            "SELECT found_at, hit FROM hits WHERE watch = ? AND hit IS NOT NULL ORDER BY no DESC LIMIT ?",
            (watch, n),
        )
        return [(found_at, _hit(text)) for found_at, text in rows]

    def pack(self, now: datetime) -> None:
        """Put hits that are in no message into some; what an earlier version was sending gets the key that it had."""
        rows = self._con.execute(
            "SELECT watch, state, hit_id FROM hits WHERE state IN ('new', 'sending') AND hit IS NOT NULL"
            " AND hit_id NOT IN (SELECT value FROM messages, json_each(hit_ids)) ORDER BY watch, state DESC, no"
        ).fetchall()
        for (watch, _), group in groupby(rows, key=lambda row: row[:2]):
            ids = [hit_id for *_, hit_id in group]
            for start in range(0, len(ids), LONGEST_MESSAGE):
                part = ids[start : start + LONGEST_MESSAGE]
                key = str(uuid5(HITS, " ".join(part)))
                values = key, watch, json.dumps(part), _iso(now)
                self._con.execute("INSERT INTO messages VALUES (?, ?, ?, 0, ?)", values)
        self._con.execute("UPDATE hits SET state = 'sending' WHERE state = 'new'")

    def leave_to_feeds(self) -> None:
        """There is no webhook: nothing that is not sent will be."""
        self._con.execute("DELETE FROM messages")
        self._con.execute("UPDATE hits SET state = 'feed_only' WHERE state IN ('new', 'sending')")

    def begin_try(self, watches: Iterable[str], now: datetime) -> Message | None:
        """The message that is due first, one try further. A moment too far ahead was noted before the clock was set back."""
        row = self._con.execute(
            "SELECT message_id, watch, hit_ids, n_tries + 1 FROM messages WHERE watch IN (SELECT value FROM json_each(?))"
            " AND NOT next_at BETWEEN ? AND ? ORDER BY next_at, rowid LIMIT 1",
            (json.dumps([*watches]), _iso(now + timedelta(seconds=1)), _iso(now + max(PAUSES))),
        ).fetchone()
        if not row:
            return None
        key, watch, hit_ids, n_tries = row
        next_at = now + PAUSES[min(n_tries, len(PAUSES)) - 1]
        self._con.execute(
            "UPDATE messages SET n_tries = ?, next_at = ? WHERE message_id = ?",
            (n_tries, _iso(next_at), key),
        )
        texts = self._con.execute(
            "SELECT hit FROM hits WHERE hit IS NOT NULL AND hit_id IN (SELECT value FROM json_each(?)) ORDER BY no",
            (hit_ids,),
        )
        hits = tuple(_hit(text) for (text,) in texts)
        return Message(message_id=key, watch=watch, hits=hits, n_tries=n_tries, next_at=next_at)

    def end(self, message: Message, state: HitState) -> None:
        """It is not sent again."""
        self._con.execute(
            "UPDATE hits SET state = ? WHERE hit_id IN (SELECT value FROM messages, json_each(hit_ids) WHERE message_id = ?)",
            (state, message.message_id),
        )
        self._con.execute("DELETE FROM messages WHERE message_id = ?", (message.message_id,))


def _hit(text: str) -> WatchHit:
    values = json.loads(text)
    return WatchHit(**values | {"diff": tuple(map(tuple, values["diff"]))})


def definition(watch: Watch) -> str:
    """Another text for a watch that looks for something else."""
    return str(uuid5(HITS, json.dumps(asdict(watch))))


def _iso(moment: datetime) -> str:
    """Moments in UTC can be compared as texts."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


@contextmanager
def open_journal(folder: Path) -> Iterator[HitJournal]:
    """All that is done with it is one transaction. Waits until no other process has it. Raises sqlite3.Error."""
    make_folder(folder)
    with (
        (folder / "journal.lock").open("a") as lock,
        closing(sqlite3.connect(folder / "journal.sqlite")) as con,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        con.execute("PRAGMA synchronous = FULL")
        con.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves the file
        con.executescript(TABLES)
        with con:
            yield HitJournal(con)
