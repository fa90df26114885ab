"""One pass over all watches of a home: find, note, write the feeds, send. It runs after each publish, and by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from flows.watches.feeds import LONGEST_FEED, write_feeds
from flows.watches.hit_journal import HitJournal, HitState, open_journal
from flows.watches.watch_file import WATCHES, WatchFile, read_watches
from flows.watches.webhook import DoubtfulError, NotTakenError, send
from warehouse.read.published import Reader
from warehouse.read.questions import UnknownNameError
from warehouse.read.watch_hits import UnknownPersonError, Watch, WatchHit, find_hits

FOLDER = "watch"
FORGOTTEN = "SELECT DISTINCT article_id FROM ops.tombstones WHERE article_id IS NOT NULL"
LONGEST_MESSAGE = 100  # hits; the others go with the next pass


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    is_problem: bool = True


def pass_watches(
    home: Path, open_published: Callable[[], AbstractContextManager[Reader]], now: datetime
) -> Iterator[Note]:
    """What each watch found, which ones cannot be used, and what could not be sent.

    Raises WatchFileError, NothingPublished, OSError, sqlite3.Error.
    """
    folder = home / FOLDER
    if not (folder.exists() or (home / WATCHES).exists()):
        return
    with open_journal(folder) as journal, open_published() as published:
        forgotten = [row["article_id"] for row in published.rows(FORGOTTEN)]
        for name in journal.erase(forgotten):
            write_feeds(folder, name, journal.latest(name, LONGEST_FEED))
        file = read_watches(home)
        yield from map(Note, file.problems)
        for watch in file.watches:
            yield from _pass_one(folder, journal, published, file, watch, now)


def _pass_one(
    folder: Path,
    journal: HitJournal,
    published: Reader,
    file: WatchFile,
    watch: Watch,
    now: datetime,
) -> Iterator[Note]:
    try:
        hits = hits_since(published, watch, journal.since(watch.name, now), file)
    except UnusableWatchError as error:
        yield Note(str(error))
        return
    if n_new := journal.add(watch.name, hits, now):
        text = f"watch {watch.name}: {n_new} new, in {folder / watch.name}.atom and .json"
        yield Note(text, is_problem=False)
    write_feeds(folder, watch.name, journal.latest(watch.name, LONGEST_FEED))
    yield from _send_new(journal, watch.name, file.webhook)


class UnusableWatchError(ValueError):
    """The watch cannot be asked; the message names its file and key."""


def hits_since(reader: Reader, watch: Watch, since: datetime, file: WatchFile) -> list[WatchHit]:
    """Raises UnusableWatchError, and duckdb.Error where the copy was made by another version."""
    place = f"{file.path}: watch.{watch.name}"
    try:
        return find_hits(reader, watch, since)
    except UnknownPersonError as error:
        raise UnusableWatchError(f"{place}.person: {error}") from None
    except UnknownNameError as error:
        raise UnusableWatchError(f"{place}.search: {error}") from None
    except (duckdb.CatalogException, duckdb.BinderException):
        raise
    except duckdb.Error as error:
        raise UnusableWatchError(f"{place}: {' '.join(str(error).split())}") from error


def _send_new(journal: HitJournal, watch: str, webhook: str | None) -> Iterator[Note]:
    """The intent is noted first: a hit whose sending nobody saw the end of is not sent again."""
    if lost := journal.in_state(watch, HitState.SENDING):
        journal.set_state(lost, HitState.DOUBTFUL)
        yield Note(_doubt(watch, lost, "an earlier pass died while it sent them"))
    if not webhook:
        journal.set_state(journal.in_state(watch, HitState.NEW), HitState.FEED_ONLY)
        return
    if not (hits := journal.in_state(watch, HitState.NEW)[:LONGEST_MESSAGE]):
        return
    journal.set_state(hits, HitState.SENDING)
    try:
        send(webhook, watch, hits)
    except NotTakenError as error:
        journal.set_state(hits, HitState.NEW)
        again = "the next pass sends them again"
        yield Note(f"watch {watch}: the webhook did not take {len(hits)} hits: {error}; {again}")
    except DoubtfulError as error:
        journal.set_state(hits, HitState.DOUBTFUL)
        yield Note(_doubt(watch, hits, str(error)))
    else:
        journal.set_state(hits, HitState.SENT)


def _doubt(watch: str, hits: list[WatchHit], reason: str) -> str:
    return (
        f"watch {watch}: the webhook may have {len(hits)} hits or not: {reason};"
        " they are in the feeds, and not sent again"
    )
