"""What is published in a lake, as a file for `kliping web` and `kliping mcp`: the process of a stranger's query reaches no network."""

from __future__ import annotations

import threading
import time

from flows.logging import get_logger
from flows.settings import Settings
from flows.stores import database, lake_location
from warehouse.lake import LakeUnavailable

SECONDS = 60.0  # between two looks
log = get_logger(__name__)


def copy_lake(settings: Settings, copied: tuple[str, int] | None = None) -> tuple[str, int] | None:
    """Make `kliping.duckdb` in the home, unless it was `copied` from what is published now; of what it is.

    Raises LakeError where nothing is published, and LakeUnavailable.
    """
    location = lake_location(settings)
    assert location
    published = location.published()
    if published is None or published != copied:
        store = database(settings)
        store.publish_file(store.published)
    return published


def follow_lake(settings: Settings) -> None:
    """`copy_lake`, now and again as long as this process lives."""
    copied = copy_lake(settings)
    threading.Thread(target=_follow, args=(settings, copied), daemon=True).start()


def _follow(settings: Settings, copied: tuple[str, int] | None) -> None:
    while True:
        time.sleep(SECONDS)
        try:
            copied = copy_lake(settings, copied)
        except (LakeUnavailable, OSError) as error:  # the old one will do meanwhile
            log.warning("the copy was not made again", error=str(error))
