"""Fetches that are loaded, and where the archive has their records (`raw.fetches`, `ops.archive_files`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime

import duckdb

from warehouse.archive.archive import RecordLocation
from warehouse.queries import Row, execute, records, sql, utc
from warehouse.write.database import Database, DatabaseBusy, DatabaseDamaged
from warehouse.write.staging import stage_rows

CACHED_RESPONSES = sql("fetches/cached_responses")
LOADED_FETCH_IDS = sql("fetches/loaded_fetch_ids")
N_LOADED = sql("fetches/n_loaded")
FULLY_LOADED_FILES = sql("fetches/fully_loaded_files")
MARK_FILE_LOADED = sql("fetches/mark_file_loaded")
RECORD_LOCATIONS = sql("fetches/record_locations")
ALL_RECORD_LOCATIONS = sql("fetches/all_record_locations")
UPDATE_RECORD_LOCATIONS = sql("fetches/update_record_locations")
MOVE_LOCATIONS = sql("fetches/move_locations")
ARTICLE_PAGES = sql("fetches/article_pages")
UNFINISHED_ARTICLES = sql("fetches/unfinished_articles")
FORGOTTEN_RECORDS = sql("fetches/forgotten_records")
ROBOTS_DUE = sql("fetches/robots_due")
RECORDS_BEFORE = sql("fetches/records_before")
LATEST = sql("fetches/latest")
OF_RUN = sql("forget/fetches_of_run")
REMOVE_ROWS_OF_RUN = sql("forget/remove_rows_of_run")
PAGE_RECORDS = sql("fetches/page_records")


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedResponse:
    """The last full answer of an address: what a conditional request needs."""

    fetch_id: str
    fetched_at: datetime
    body_sha256: str | None
    etag: str | None
    last_modified: str | None
    link_modified_at: datetime | None
    n_contradicted: int  # 304s since, though a later change was announced


def cached_responses(
    db: Database, urls: Iterable[str], source_id: str, *, is_past: bool = False
) -> dict[str, CachedResponse]:
    """The last full answer of each address that has one; answers of channels to a backfill count with `is_past` only."""
    parameters = {"urls": list(urls), "source_id": source_id, "is_past": is_past}
    rows = db.rows(CACHED_RESPONSES, parameters)
    return {row.pop("requested_url"): CachedResponse(**row) for row in rows}


def loaded_fetch_ids(db: Database, fetch_ids: Iterable[str]) -> set[str]:
    """Those of the fetches that are loaded."""
    return {row["fetch_id"] for row in db.rows(LOADED_FETCH_IDS, {"ids": list(fetch_ids)})}


def page_records(db: Database) -> list[Row]:
    """`fetch_id`, `source_id` and `url` of every archived page, by the database, or by the published copy where there is none to read."""
    with suppress(DatabaseBusy, DatabaseDamaged, duckdb.Error), ExitStack() as stack:
        if db.exists:
            return records(stack.enter_context(db.read_connection()).execute(PAGE_RECORDS))
    with suppress(duckdb.Error), duckdb.connect() as con:
        if db.attach_published(con, "published"):
            return records(con.execute(f"USE published; {PAGE_RECORDS}"))
    return []


def n_loaded(db: Database, file: str) -> int:
    """The loaded records of an archive file."""
    return db.number(N_LOADED, {"file": file})


def fully_loaded_files(db: Database) -> dict[str, int]:
    """The archive files of which every record is loaded, and the length of each at that time."""
    return {row["warc_file"]: row["n_bytes"] for row in db.rows(FULLY_LOADED_FILES)}


def mark_files_loaded(db: Database, n_bytes: Mapping[str, int]) -> None:
    """Every record of the files, each of this length, is loaded; no later run needs to read them for that."""
    if n_bytes:
        with db.transaction() as con:
            for file, length in n_bytes.items():
                execute(con, MARK_FILE_LOADED, {"file": file, "n_bytes": length})


def record_locations(db: Database, fetch_ids: Iterable[str]) -> dict[str, RecordLocation]:
    """Where the archive has the records of the fetches."""
    rows = db.rows(RECORD_LOCATIONS, {"ids": list(fetch_ids)})
    return {row.pop("fetch_id"): RecordLocation(**row) for row in rows}


def update_record_locations(
    db: Database, locations: Mapping[str, RecordLocation], file: str
) -> None:
    """The records of a file are at these locations, by fetch; fetches whose record is no longer in the file get NULL."""
    rows = [
        {"fetch_id": fetch_id, "warc_offset": location.offset, "warc_length": location.length}
        for fetch_id, location in locations.items()
    ]
    with db.transaction() as con, db.staging_folder() as folder:
        stage_rows(con, folder, "record_locations", "raw.fetches", rows)
        execute(con, UPDATE_RECORD_LOCATIONS, {"file": file})


def move_locations(db: Database, file: str, begins: Mapping[str, int]) -> None:
    """The records of other files are in this one now, each file from a byte of it on."""
    db.write(MOVE_LOCATIONS, {"file": file, "parts": list(begins), "begins": list(begins.values())})


def article_pages(
    db: Database,
    source_ids: Iterable[str] | None,
    quarantine_ids: Iterable[str] | None = None,
    article_ids: Iterable[str] | None = None,
) -> list[list[RecordLocation]]:
    """The records of the pages of each article, unchanged answers left out: of the sources, or of all.

    With `quarantine_ids`, only articles with a page of these ids; with `article_ids`, only these.
    """
    parameters = {
        "source_ids": _as_list(source_ids),
        "quarantine_ids": _as_list(quarantine_ids),
        "article_ids": _as_list(article_ids),
    }
    return list(_grouped(db.rows(ARTICLE_PAGES, parameters), "article").values())


def unfinished_articles(db: Database, urls: Iterable[str]) -> dict[str, list[RecordLocation]]:
    """The records of the pages of articles whose run ended before their last page, by address."""
    return _grouped(db.rows(UNFINISHED_ARTICLES, {"urls": list(urls)}), "url")


def forgotten_records(db: Database) -> dict[str, set[str]]:
    """The fetches whose records must leave the archive, by file."""
    return _by_file(db.rows(FORGOTTEN_RECORDS))


def of_run(db: Database, run_id: str) -> list[Row]:
    """The fetches of a run that were not taken back, by article."""
    return db.rows(OF_RUN, {"run_id": run_id})


def remove_rows_of_run(db: Database, run_id: str) -> None:
    """Those of fetches that were taken back and have left the archive, and what is known of their outlets alone."""
    db.write(REMOVE_ROWS_OF_RUN, {"run_id": run_id})


def must_drop_history(db: Database) -> bool:
    """Whether files may still have what was forgotten."""
    return bool(db.rows("FROM ops.steps_due WHERE step = 'drop_history'"))


def mark_history_dropped(db: Database) -> None:
    """No file has what was forgotten any more."""
    with db.write_connection() as con:
        con.execute("DELETE FROM ops.steps_due WHERE step = 'drop_history'")


def robots_due(db: Database) -> list[RecordLocation]:
    """The records of the robots.txt files in force, if an upgrade left them to be read again."""
    return [RecordLocation(**row) for row in db.rows(ROBOTS_DUE)]


def mark_robots_read(db: Database) -> None:
    """The robots.txt files that were due have been read again."""
    with db.write_connection() as con:
        con.execute("DELETE FROM ops.steps_due WHERE step = 'read_robots'")


def records_before(
    db: Database, before: datetime, source_ids: Iterable[str] | None
) -> dict[str, set[str]]:
    """The archived fetches of the sources, or of all, before that moment, by file."""
    parameters = {"before": utc(before), "source_ids": _as_list(source_ids)}
    return _by_file(db.rows(RECORDS_BEFORE, parameters))


def _as_list(values: Iterable[str] | None) -> list[str] | None:
    return None if values is None else list(values)


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[RecordLocation]]:
    groups: dict[str, list[RecordLocation]] = {}
    for row in rows:
        groups.setdefault(row.pop(key), []).append(RecordLocation(**row))
    return groups


def _by_file(rows: Iterable[Row]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for row in rows:
        groups.setdefault(row["warc_file"], set()).add(row["fetch_id"])
    return groups
