"""Days of a backfill: what is known of each day of a source, and which days are done (`ops.backfill_days`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from parsers.source import Source
from warehouse.queries import Row, execute, records, sql, utc
from warehouse.write.database import Database
from warehouse.write.staging import stage_rows

COVERAGE = sql("backfill_days/coverage")
LISTING_LINKS = sql("backfill_days/listing_links")
LAST_ANSWERS = sql("backfill_days/last_answers")
DATE_UNDATED = sql("backfill_days/date_undated")
COPY_KNOWN = sql("backfill_days/copy_known")
REPLACE = sql("backfill_days/replace")
STORED_ARTICLES = sql("audit/stored_articles")
LISTED_ARTICLES = sql("audit/listed_articles")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingLink:
    """An address that a listing has."""

    url: str
    state: str
    day: date | None


def copy_known(db: Database, home: Database, source: Source) -> None:
    """Copy the source's addresses and days, as a home has published them, into an empty database; nothing if it has not."""
    with db.write_connection() as con:
        if home.attach_published(con, "published"):
            with suppress(duckdb.CatalogException):  # an early version had no backfills
                execute(con, COPY_KNOWN, {"source_id": source.name})


def coverage(db: Database, source: Source, since: date, until: date, now: datetime) -> list[Row]:
    """One row per day, the newest first: day, n_found, n_loaded, n_missing, n_open, n_due, state, why."""
    return db.rows(COVERAGE, _parameters(source, since, until, now))


def listing_links(db: Database, source: Source, url: str, now: datetime) -> list[ListingLink]:
    """The addresses that the listing at `url` had when it was last read in full."""
    parameters = {
        "url": url,
        "source_id": source.name,
        "offset_minutes": _offset_minutes(source, now),
    }
    return [ListingLink(**row) for row in db.rows(LISTING_LINKS, parameters)]


def stored_articles(db: Database, source: Source) -> dict[str, str | None]:
    """The articles of a source that the database knows; why one is not loaded, None if it is."""
    rows = db.rows(STORED_ARTICLES, {"source_id": source.name})
    return {row["article"]: row["lost_reason"] for row in rows}


def listed_articles(
    db: Database, source: Source, day: date, urls: Iterable[str], now: datetime
) -> dict[str, str]:
    """The articles of the day that the listing at these pages announced, each with an address."""
    parameters = {
        "urls": list(urls),
        "source_id": source.name,
        "day": day,
        "offset_minutes": _offset_minutes(source, now),
    }
    return {row["article"]: row["url"] for row in db.rows(LISTED_ARTICLES, parameters)}


def last_answers(db: Database, source: Source, urls: Iterable[str]) -> dict[str, datetime]:
    """When each channel of the source last answered in full."""
    rows = db.rows(LAST_ANSWERS, {"urls": list(urls), "source_id": source.name})
    return {row["url"]: row["answered_at"] for row in rows}


def date_undated(db: Database, urls: Iterable[str], day: date) -> None:
    """Give articles without a date the day of their neighbours in a listing."""
    db.write(DATE_UNDATED, {"day": day, "urls": list(urls)})


def close(db: Database, source: Source, days: Mapping[date, str], now: datetime) -> list[Row]:
    """Write down the state of the days; their rows of `coverage`. A day is done only when none of its addresses is open."""
    with db.transaction() as con, db.staging_folder() as folder:
        cursor = con.execute(COVERAGE, _parameters(source, min(days), max(days), now))
        rows = [
            row | {"state": _state(days[row["day"]], row["n_open"])}
            for row in records(cursor)
            if row["day"] in days
        ]
        stored = {"source_id": source.name, "updated_at": utc(now)}
        columns = ("day", "state", "n_found", "n_loaded")
        staged: list[Row] = [stored | {name: row[name] for name in columns} for row in rows]
        stage_rows(con, folder, "days", "ops.backfill_days", staged)
        con.execute(REPLACE)
    return rows


def _state(at_best: str, n_open: int) -> str:
    return "found" if at_best == "done" and n_open else at_best


def _parameters(source: Source, since: date, until: date, now: datetime) -> Row:
    return {
        "source_id": source.name,
        "since": since,
        "until": until,
        "now": utc(now),
        "offset_minutes": _offset_minutes(source, now),
    }


def _offset_minutes(source: Source, now: datetime) -> int:
    """Minutes from UTC where the outlet is; pages often give their times in UTC."""
    offset = now.astimezone(source.zone).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0
