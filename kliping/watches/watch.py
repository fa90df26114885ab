"""A watch, and a hit of one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

HITS = UUID("6f2f6f0e-5d0c-4f0b-9d0e-3b1f6a3c9a51")  # namespace of the ids

Diff = tuple[tuple[str, str], ...]  # `equal`, `del` or `ins`, and a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What to look for. `search` and `person` choose articles; `changed` and `kind` ask for something of them, or of all articles."""

    name: str
    search: str | None = None
    person: str | None = None
    changed: str | None = None  # figure, quote
    kind: str | None = None  # a file of `sql/watch/kinds`
    outlet: str | None = None  # that is silent, or is copied
    n_outlets: int = 5  # report an event

    @property
    def is_of_state(self) -> bool:
        """No new article tells it."""
        return self.kind in {"gone", "silent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchHit:
    hit_id: str  # a UUID
    kind: str  # article, figure, quote, or one of KINDS
    article_id: str  # empty where it is about an outlet
    source_name: str
    headline: str
    url: str | None
    seen_at: str  # of the article, or of the edit: ISO 8601, UTC
    sentence: str
    watch: str = ""
    what: str = ""  # happened, where that is more than that an article came
    page: str = ""  # of the explorer
    diff: Diff = ()

    @property
    def title(self) -> str:
        return ": ".join(filter(None, (self.what, self.headline)))
