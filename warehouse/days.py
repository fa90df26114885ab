"""The past of a source, day by day: what is known of it, what is missing, and which days are done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from parsers.source import Source
from warehouse.rows import Row, utc
from warehouse.store import SQL, Store, records


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An address that a listing named."""

    url: str
    state: str
    day: date | None


def coverage(store: Store, source: Source, since: date, until: date, now: datetime) -> list[Row]:
    """A row a day, the newest first: day, n_found, n_loaded, n_missing, n_open, n_due, state, why."""
    given = {"source_id": source.name, "since": since, "until": until, "now": utc(now), "offset_minutes": _offset(source, now)}
    return _rows(store, "coverage", given)


def listed(store: Store, source: Source, url: str, now: datetime) -> list[Listed]:
    """What the listing at `url` named when it was last read in full."""
    return [Listed(**row) for row in _rows(store, "listed", {"url": url, "offset_minutes": _offset(source, now)})]


def answered(store: Store, urls: Iterable[str]) -> dict[str, datetime]:
    """When each channel last said all it had to say."""
    return {row["url"]: row["answered_at"] for row in _rows(store, "answered", {"urls": list(urls)})}


def date_undated(store: Store, urls: Iterable[str], day: date) -> None:
    """Of stories whose day nobody tells: that of their neighbours in a listing."""
    with store.window() as con:
        con.execute(
            "UPDATE ops.frontier SET story_day = $day WHERE story_day IS NULL AND url IN (SELECT unnest($urls))",
            {"day": day, "urls": list(urls)},
        )


def keep(store: Store, source: Source, row: Row, state: str, now: datetime) -> None:
    """Write down how far a day of `coverage` has come."""
    key = {"source_id": source.name, "day": row["day"]}
    with store.window() as con:
        con.begin()
        con.execute("DELETE FROM ops.backfill_days WHERE source_id = $source_id AND day = $day", key)
        con.execute(
            "INSERT INTO ops.backfill_days VALUES ($source_id, $day, $state, $n_found, $n_loaded, $now)",
            key | {"state": state, "n_found": row["n_found"], "n_loaded": row["n_loaded"], "now": utc(now)},
        )
        con.commit()


def _offset(source: Source, now: datetime) -> int:
    """Minutes from UTC, for pages that name no zone."""
    offset = now.astimezone(source.zone).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def _rows(store: Store, query: str, given: Row) -> list[Row]:
    with store.window() as con:
        return records(con.execute((SQL / f"{query}.sql").read_text(), given))
