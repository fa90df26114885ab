"""What is asked of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kliping.reading.questions import outlet, topic_id
from kliping.web.filters import Filters
from warehouse.read.published import Reader


class NotFoundError(Exception):
    """There is no such page; the message says what to try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """What a page is made of."""

    reader: Reader
    home: Path
    filters: Filters
    path: Mapping[str, str]
    token: str | None = None  # of the server

    @property
    def chosen(self) -> dict[str, Any]:
        """The values, with the outlet under its title and the topic under its id. Raises UnknownNameError."""
        return {
            **self.filters.values,
            "language": self.filters.language.value,
            "source": outlet(self.reader, self.filters.source),
            "topic": topic_id(self.reader, self.filters.values.get("topic")),
        }

    @property
    def range(self) -> dict[str, Any]:
        """For a saved question."""
        chosen = self.chosen
        return {name: chosen.get(name) for name in ("since", "until", "source")}
