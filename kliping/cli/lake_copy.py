"""What is published in a lake, as a file for `kliping web` and `kliping mcp`: the process of a stranger's query reaches no network."""

from __future__ import annotations

import threading
import time
from typing import ClassVar

from flows.logging import get_logger
from flows.settings import Settings
from flows.stores import database, lake_location
from warehouse.lake import LakeUnavailable

log = get_logger(__name__)


class LakeCopy:
    """`kliping.duckdb` in the home, made again when another snapshot is published."""

    SECONDS: ClassVar[float] = 60.0  # between two looks

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._copied: tuple[str, int] | None = None

    def keep_fresh(self) -> None:
        """Make it, and again as long as this process lives. Raises LakeError where nothing is published, and LakeUnavailable."""
        self.refresh()
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            time.sleep(self.SECONDS)
            try:
                self.refresh()
            except (LakeUnavailable, OSError) as error:  # the old one will do meanwhile
                log.warning("the copy was not made again", error=str(error))

    def refresh(self) -> None:
        """Raises LakeError where nothing is published, and LakeUnavailable."""
        location = lake_location(self._settings)
        assert location
        published = location.published()
        if published is None or published != self._copied:
            store = database(self._settings)
            store.publish_file(store.published)
            self._copied = published
