"""The one way to publish: what listeners add to the warehouse, then what readers get, then what listeners make of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flows.runs.listeners import after_publish, listeners
from flows.settings import Settings
from warehouse.write import fetches
from warehouse.write.database import Database


def publish(settings: Settings, store: Database, now: datetime) -> tuple[Path | str, list[str]]:
    """What is published, and what a person should know of it."""
    notes = [note for each in listeners().values() for note in each.before_publish(store)]
    published = _replace(store)
    return published, [*notes, *after_publish(settings, now)]


def _replace(store: Database) -> Path | str:
    """After a tombstone without any file that still has what was forgotten; if that fails, the next publish does it."""
    if not fetches.must_drop_history(store):
        return store.publish()
    published = store.publish_without_history()
    fetches.mark_history_dropped(store)
    return published
