"""The summary of a run."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.queries import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did: a row for each source, and its failures."""

    run_id: str
    state: str  # completed, partial, failed
    rows: tuple[Row, ...]
    failures: tuple[Row, ...]
    busy: tuple[str, ...] = ()  # sources that other runs hold
    notes: tuple[str, ...] = ()  # no failures: limits, gaps, silent feeds, warnings of checks
    quality: tuple[Row, ...] = ()  # a row for each check
    days: tuple[Row, ...] = ()  # for a backfill: the state of each day
    estimate: Row | None = None  # for a dry run of a backfill: the requests and time it would take

    def total(self, name: str) -> int:
        return sum(row[name] for row in self.rows)
