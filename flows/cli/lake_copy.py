"""What is published in a lake, as a file that `kliping serve` asks: the process of a stranger's query reaches no network."""

from __future__ import annotations

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

    def refresh_if_possible(self) -> None:
        """Keep the old copy where the lake does not answer."""
        try:
            self.refresh()
        except (LakeUnavailable, OSError) as error:
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
