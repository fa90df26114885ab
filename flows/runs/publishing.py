"""The one way to publish: views of the user's, then what readers get, then the watches over it, whose hits are sent at last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from flows.settings import Settings
from flows.stores import reader
from flows.watches.sending import send_messages
from flows.watches.watch_file import WatchFileError
from flows.watches.watch_pass import pass_watches
from warehouse.sandbox.user_queries import apply_views
from warehouse.write import fetches
from warehouse.write.database import Database


def publish(settings: Settings, store: Database, now: datetime) -> tuple[Path | str, list[str]]:
    """What is published, and what a person should know of its views and watches."""
    notes = apply_views(store)
    published = _replace(store)
    return published, [*notes, *_pass_watches(settings, now)]


def _replace(store: Database) -> Path | str:
    """After a tombstone without any file that still has what was forgotten; if that fails, the next publish does it."""
    if not fetches.must_drop_history(store):
        return store.publish()
    published = store.publish_without_history()
    fetches.mark_history_dropped(store)
    return published


def _pass_watches(settings: Settings, now: datetime) -> Iterator[str]:
    """Their errors end no run."""
    try:
        notes = pass_watches(settings.home, partial(reader, settings), now)
        yield from (note.text for note in notes)
    except Exception as error:  # noqa: BLE001 - a full disk, a damaged journal, a lake that went away
        yield f"no watches: {' '.join(str(error).split())}"


def send_hits(settings: Settings, now: datetime) -> Iterator[str]:
    """What the webhook did not take. After the run, or the publish, has given back its locks: a receiver may be slow."""
    try:
        for note in send_messages(settings.home, now):
            yield note.text
    except WatchFileError:  # the pass has said so
        return
    except Exception as error:  # noqa: BLE001 - as above
        yield f"hits are not sent: {' '.join(str(error).split())}"
