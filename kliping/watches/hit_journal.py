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
from pathlib import Path
from uuid import uuid5

from kliping.sql_files import sql
from kliping.watches.destinations import Destination
from kliping.watches.watch import HITS, Watch, WatchHit
from kliping.watches.watch_file import WatchFile
from warehouse.disk import make_folder

BEFORE_ADDED = timedelta(days=1)  # a new watch finds what came since
OVERLAP = timedelta(days=7)  # a page may be loaded long after it was fetched
PAUSES = (  # after each try to send a message, at least; after the last one it is given up
    *(timedelta(minutes=n) for n in (1, 5, 30)),
    *(timedelta(hours=n) for n in (2, 6, 12, 24, 24)),
)
FARTHEST = max(PAUSES) + timedelta(hours=1)  # digests are due within a day, which can have 25
LONGEST_MESSAGE = 100  # hits
TABLES, ADD_DELIVERY = sql("watch/journal"), sql("watch/add_delivery")
OPEN_DIGEST, NEXT_DELIVERY = sql("watch/open_digest"), sql("watch/next_delivery")
HITS_OF, NOTE_TRY = sql("watch/hits_of"), sql("watch/note_try")


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    UNSENT = "unsent"  # given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    message_id: str
    destination: str
    hits: tuple[WatchHit, ...]
    n_tries: int  # with the one that begins now
    next_at: datetime
    is_in_doubt: bool  # an earlier try may have arrived


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
            "SELECT found_at, watch, hit FROM hits WHERE watch = ? AND hit IS NOT NULL ORDER BY no DESC LIMIT ?",
            (watch, n),
        )
        return [(found_at, _hit(*rest)) for found_at, *rest in rows]

    def pack(self, file: WatchFile, now: datetime) -> None:
        """Put hits that are in no message into one for each destination; a digest takes more until it is due."""
        new = self._con.execute(
            "UPDATE hits SET state = iif(value, 'packed', 'feed_only') FROM json_each(?)"
            " WHERE state = 'new' AND hit IS NOT NULL AND watch = key RETURNING no, watch, hit_id",
            (json.dumps({watch: bool(names) for watch, names in file.send_to.items()}),),
        ).fetchall()
        for name, destination in file.destinations.items():
            if ids := [hit_id for _, watch, hit_id in sorted(new) if name in file.send_to[watch]]:
                self._pack(name, destination, ids, now)

    def _pack(self, name: str, destination: Destination, ids: Sequence[str], now: datetime) -> None:
        values = {"destination": name, "now": _iso(now), "due": _iso(destination.next_moment(now))}
        if destination.digest_at and (opened := self._con.execute(OPEN_DIGEST, values).fetchone()):
            ids = [*json.loads(opened[0]), *ids]
        for start in range(0, len(ids), LONGEST_MESSAGE):
            part = ids[start : start + LONGEST_MESSAGE]
            key = str(uuid5(HITS, " ".join(part)))
            self._con.execute(ADD_DELIVERY, values | {"key": key, "ids": json.dumps(part)})

    def begin_try(self, destinations: Iterable[str], now: datetime) -> Message | None:
        """The message that is due first, one try further. A moment too far ahead was noted before the clock was set back."""
        values = {
            "destinations": json.dumps([*destinations]),
            "soon": _iso(now + timedelta(seconds=1)),
            "farthest": _iso(now + FARTHEST),
        }
        row = self._con.execute(NEXT_DELIVERY, values).fetchone()
        if not row:
            return None
        key, destination, hit_ids, n_tries, is_in_doubt = row
        message = Message(
            message_id=key,
            destination=destination,
            hits=tuple(_hit(*found) for found in self._con.execute(HITS_OF, {"ids": hit_ids})),
            n_tries=n_tries + 1,
            next_at=now + PAUSES[min(n_tries, len(PAUSES) - 1)],
            is_in_doubt=bool(is_in_doubt),
        )
        self._note(message, DeliveryState.WAITING, is_in_doubt=True)
        return message

    def end_try(self, message: Message, state: DeliveryState, *, may_have_arrived: bool) -> None:
        """What became of it; it is sent again only while it waits."""
        self._note(message, state, is_in_doubt=message.is_in_doubt or may_have_arrived)

    def _note(self, message: Message, state: DeliveryState, *, is_in_doubt: bool) -> None:
        values = asdict(message) | {"state": state, "is_in_doubt": is_in_doubt}
        values |= {"hits": None, "next_at": _iso(message.next_at)}
        self._con.execute(NOTE_TRY, values)


def _hit(watch: str, text: str) -> WatchHit:
    """Earlier versions noted fewer fields."""
    values = json.loads(text)
    return WatchHit(**values | {"watch": watch, "diff": tuple(map(tuple, values["diff"]))})


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
