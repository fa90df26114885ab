"""The past of a source, day by day: what is known of it, what is missing, and which days are done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from parsers.source import Source
from warehouse.write.outcome_rows import Row, utc
from warehouse.write.store import SQL, Store, records


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An address that a listing named."""

    url: str
    state: str
    day: date | None


def coverage(store: Store, source: Source, since: date, until: date, now: datetime) -> list[Row]:
    """A row a day, the newest first: day, n_found, n_loaded, n_missing, n_open, n_due, state, why."""
    return _rows(store, "coverage", _asked(source, since, until, now))


def listed(store: Store, source: Source, url: str, now: datetime) -> list[Listed]:
    """What the listing at `url` named when it was last read in full."""
    return [
        Listed(**row)
        for row in _rows(
            store,
            "listed",
            {"url": url, "source_id": source.name, "offset_minutes": _offset(source, now)},
        )
    ]


def answered(store: Store, source: Source, urls: Iterable[str]) -> dict[str, datetime]:
    """When each channel of the source last said all it had to say."""
    wanted = {"urls": list(urls), "source_id": source.name}
    return {row["url"]: row["answered_at"] for row in _rows(store, "answered", wanted)}


def date_undated(store: Store, urls: Iterable[str], day: date) -> None:
    """Of stories whose day nobody tells: that of their neighbours in a listing."""
    with store.window() as con:
        con.execute(
            "UPDATE ops.frontier SET story_day = $day WHERE story_day IS NULL AND url IN (SELECT unnest($urls))",
            {"day": day, "urls": list(urls)},
        )


def close(store: Store, source: Source, days: Mapping[date, str], now: datetime) -> list[Row]:
    """Write down how far the days have come; their rows of `coverage`. None is done before each of its addresses has its fate."""
    with store.window() as con:
        con.begin()
        found = records(
            con.execute(
                (SQL / "coverage.sql").read_text(), _asked(source, min(days), max(days), now)
            )
        )
        rows = [
            row | {"state": _state(days[row["day"]], row["n_open"])}
            for row in found
            if row["day"] in days
        ]
        con.execute(
            "DELETE FROM ops.backfill_days WHERE source_id = $1 AND day IN (SELECT unnest($2))",
            [source.name, list(days)],
        )
        told = [
            (source.name, row["day"], row["state"], row["n_found"], row["n_loaded"], utc(now))
            for row in rows
        ]
        con.executemany("INSERT INTO ops.backfill_days VALUES (?, ?, ?, ?, ?, ?)", told)
        con.commit()
    return rows


def _state(at_best: str, n_open: int) -> str:
    return "found" if at_best == "done" and n_open else at_best


def _asked(source: Source, since: date, until: date, now: datetime) -> Row:
    return {
        "source_id": source.name,
        "since": since,
        "until": until,
        "now": utc(now),
        "offset_minutes": _offset(source, now),
    }


def _offset(source: Source, now: datetime) -> int:
    """Minutes from UTC where the outlet is; pages often give their times in UTC."""
    offset = now.astimezone(source.zone).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def _rows(store: Store, query: str, given: Row) -> list[Row]:
    with store.window() as con:
        return records(con.execute((SQL / f"{query}.sql").read_text(), given))
