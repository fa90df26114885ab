"""What a run did, for whoever started it."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.write.outcome_rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A row for each source, and why anything failed."""

    run_id: str
    state: str  # completed, partial, failed
    rows: tuple[Row, ...]
    failures: tuple[Row, ...]
    busy: tuple[str, ...] = ()  # sources that other runs hold
    notes: tuple[str, ...] = ()  # no failures: limits, gaps, silent feeds, warnings of checks
    quality: tuple[Row, ...] = ()  # a row for each check, with what it found
    days: tuple[Row, ...] = ()  # of a backfill: the state of each day
    estimate: Row | None = None  # of a dry run of a backfill: what it would take

    def total(self, name: str) -> int:
        return sum(row[name] for row in self.rows)
