"""Rows that wait for the loader: a machine of a lake puts them beside its archive files while another one writes.

The bucket has the rows, `kliping.waiting` in PostgreSQL says in which order they are loaded. Whoever may write loads them.
Records without such a note are loaded from the archive, as after a crash; so nothing is lost where a machine dies between the two.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from parsers.identity import digest
from warehouse.lake import WAITING
from warehouse.machine import machine_name
from warehouse.queries import Row
from warehouse.storage import Storage
from warehouse.write.outcome import Versions
from warehouse.write.schema import newest_schema
from warehouse.write.session import Session
from warehouse.write.staging import StagedRows

PREFIX = "rows/"  # of the objects
MOST = 2000  # pages whose rows are loaded at once
NEXT = "SELECT number, object, urls, about FROM kliping.waiting ORDER BY number LIMIT 100"
ADD = "INSERT INTO kliping.waiting (object, n_articles, urls, about) VALUES (%s, %s, %s, %s::jsonb)"
REMOVE = "DELETE FROM kliping.waiting WHERE number = ANY(%s)"
URLS = "SELECT unnest(urls) FROM kliping.waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNote:
    """What waits: rows, or the end of a run."""

    run: Row  # its row in ops.runs
    files: Sequence[str] = ()  # of the archive, with the records of the rows
    urls: Sequence[str] = ()  # of the pages
    object: str | None = None
    number: int = 0  # none yet


class WaitingRows:
    """What waits in one lake."""

    def __init__(self, session: Session, storage: Storage, home: Path) -> None:
        self._session, self._storage, self._home = session, storage, home
        self._numbers = itertools.count(1)  # of the objects of this process

    def add(
        self,
        note: WaitingNote,
        n_articles: int = 0,
        rows: StagedRows | None = None,
        versions: Versions | None = None,
    ) -> None:
        """Put the rows into the bucket, and then note them."""
        name = None
        if rows and versions:
            machine, n = machine_name(self._home).replace("/", "-"), next(self._numbers)
            name = f"{PREFIX}{note.run['run_id']}-{machine}-{n:05}-{_suffix(versions)}"
            self._storage.put_new(name, rows.encode())
        about = orjson.dumps({"run": note.run, "files": note.files}).decode()
        self._session.execute(ADD, (name, n_articles, list(note.urls), about))

    def next(self) -> list[WaitingNote]:
        """The first notes, to be loaded at once: their rows fit into the memory, and no record is in them twice."""
        notes, seen = list[WaitingNote](), set[str]()
        for number, name, urls, about in self._session.execute(NEXT):
            if notes and (len(seen) + len(urls) > MOST or not seen.isdisjoint(urls)):
                break
            seen.update(urls)
            notes.append(WaitingNote(number=number, object=name, urls=urls, **about))
        return notes

    def read(self, note: WaitingNote, versions: Versions) -> StagedRows | None:
        """The rows of a note; None if it has none, if other code made them, or if they are gone."""
        if not note.object or not note.object.endswith(_suffix(versions)):
            return None
        try:
            return StagedRows.decode(self._storage.get(note.object)[0])
        except FileNotFoundError:
            return None

    def remove(self, notes: Sequence[WaitingNote]) -> None:
        """What is loaded. The notes go first, so that none names an object that is gone."""
        self._session.execute(REMOVE, ([note.number for note in notes],))
        self._storage.delete(*(note.object for note in notes if note.object))

    def urls(self) -> list[str]:
        """The addresses that were asked, and whose rows wait."""
        return [url for (url,) in self._session.execute(URLS)]

    def n_articles(self) -> int:
        return int(self._session.execute(WAITING)[0][0])


def _suffix(versions: Versions) -> str:
    """Says what the rows depend on besides the pages."""
    parts = (versions.parser, versions.cleaner, versions.extractor, str(newest_schema()))
    return f"{digest(*parts)}.ndjson.gz"
