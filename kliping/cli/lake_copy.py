"""What is published in a lake, as a file for `kliping web` and `kliping mcp`: the process of a stranger's query reaches no network."""

from __future__ import annotations

import threading

from flows.logging import get_logger
from flows.settings import Settings
from flows.stores import database, lake_location
from warehouse.disk import make_folder, put_in_place
from warehouse.write.copied_blocks import remove_prepared

SECONDS = 60.0  # between two looks
log = get_logger(__name__)


def copy_lake(settings: Settings) -> None:
    """Bring `kliping.duckdb` in the home up to date: the file that `maintain` made for all, or before the first one a copy of our own.

    Raises LakeError where nothing is published, and LakeUnavailable.
    """
    location, store = lake_location(settings), database(settings)
    assert location
    shared, published = location.shared(), location.published()
    newest = shared[-1] if shared else str(published)
    noted = settings.home / "locks" / "copied-lake"
    if store.published.exists() and noted.exists() and noted.read_text() == newest:
        return
    make_folder(noted.parent)
    if shared:
        new = store.published.with_name(f"{store.published.name}.new")
        location.storage.get_file(newest, new)
        put_in_place(new, store.published)
    else:
        store.publish_file(store.published)
    remove_prepared(store.published)
    noted.write_text(newest)


def follow_lake(settings: Settings) -> None:
    """`copy_lake`, now and again as long as this process lives."""
    copy_lake(settings)
    threading.Thread(target=_follow, args=(settings, threading.Event()), daemon=True).start()


def _follow(settings: Settings, stop: threading.Event) -> None:
    """Whatever goes wrong, the old copy will do meanwhile, and the next look may find the cause gone."""
    while not stop.wait(SECONDS):
        try:
            copy_lake(settings)
        except Exception as error:
            log.exception(
                "the copy of the lake is old: it could not be made again", error=str(error)
            )
