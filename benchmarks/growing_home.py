"""Homes of invented articles that grow: a first week that is loaded as every run loads, and later weeks that SQL makes of it.

The later weeks are in other words and under other ids, so that a million articles take minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from measurement import Spent
from synthetic_articles import MONDAY, SOURCES, WEEK, outcomes

from warehouse.write.article_rows import with_rows
from warehouse.write.copies import FIND_COPIES
from warehouse.write.database import Database
from warehouse.write.events import FIND_EVENTS
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome, Versions
from warehouse.write.steps import run_steps
from warehouse.write.word_index import INDEX_WORDS

VERSIONS = Versions(parser="1", cleaner="1", extractor="1")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# How a week becomes a later one: ids and texts by their columns' names, moments by their type.
IDS = {
    "article_id", "version_id", "current_version_id", "cluster_id", "event_id", "earlier_id", "content_sha256", "body_sha256", "record_sha256",
}  # fmt: skip
FETCHES = {"fetch_id", "last_fetch_id"}
URLS = {"url", "canonical_url", "normalized_url", "requested_url", "final_url"}
KEYS = {"url_key": "url", "article_key": "article_id", "content_key": "content_sha256"}
TEXTS = {"text", "body_text", "source_text"}
GROWN = (
    "raw.fetches", "ops.frontier", "core.articles", "core.article_versions", "core.version_fetches", "core.removed_spans", "core.article_authors", "core.article_tags",
    "core.article_links", "core.article_images", "core.quotes", "core.entity_mentions", "core.figures", "core.dates_mentioned", "core.article_places", "core.acronyms",
    "core.article_topics", "core.article_shingles", "core.article_pairs", "core.article_clusters",
    "core.event_pairs", "core.article_events",
)  # fmt: skip


def batches(
    first: int, n: int, size: int, week: int, at: int = 0, told_by: int = 1
) -> list[list[Outcome]]:
    """New articles from the week with that number on."""
    return as_batches(outcomes(first, n, week, MONDAY + WEEK * at, told_by), size)


def as_batches(articles: Iterable[Outcome], size: int) -> list[list[Outcome]]:
    """With their rows, as worker processes make them: what that costs is no part of a load."""
    made = [with_rows(outcome, VERSIONS) for outcome in articles]
    return [made[at : at + size] for at in range(0, len(made), size)]


def load(store: Database, articles: Sequence[Sequence[Outcome]]) -> Spent:
    with Spent() as spent:
        for batch in articles:
            load_outcomes(store, batch, SOURCES, VERSIONS)
    return spent


def run_sql(
    con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] = {}
) -> duckdb.DuckDBPyConnection:
    """The statements of a file of benchmarks/sql; the rows of the last can be fetched."""
    text = (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    for statement in con.extract_statements(text):
        con.execute(statement, {key: values[key] for key in statement.named_parameters})
    return con


class Grower:
    """Makes the first week of a store, again and again, into later ones."""

    def __init__(
        self,
        store: Database,
        week: int,
        *,
        more_tables: Sequence[str] = (),
        columns_of: Mapping[str, Mapping[str, str]] = {},
    ) -> None:
        """`columns_of` a table are columns that become later ones by SQL of their own; `week_no` is the number of the week."""
        self.store, self.week, self.n_weeks = store, week, 1
        self.folder = TemporaryDirectory()  # is removed with this object
        self.inserts: list[str] = []
        with store.write_connection() as con:
            for table in (*GROWN, *more_tables):
                file = Path(self.folder.name) / f"{table}.parquet"
                con.execute(f"COPY {table} TO '{file}'")
                own = columns_of.get(table, {})
                columns = ", ".join(
                    f"{own.get(name) or later(name, kind)} AS {name}"
                    for name, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()
                )
                weeks = "(SELECT unnest(range($first, $last)) AS week_no)"
                self.inserts.append(
                    f"INSERT INTO {table} BY NAME SELECT {columns} FROM '{file}', {weeks}"
                )

    def grow_to(self, n_articles: int, at_once: int = 1) -> None:
        """To so many articles or, if a week does not divide them, to a few more; so many weeks by one statement."""
        n_weeks = -(-n_articles // self.week)
        while self.n_weeks < n_weeks:
            last = min(self.n_weeks + at_once, n_weeks)
            with self.store.write_connection() as con:
                con.begin()
                for insert in self.inserts:
                    con.execute(insert, {"first": self.n_weeks, "last": last})
                con.commit()
            self.n_weeks = last


def later(name: str, kind: str) -> str:
    if name in KEYS:
        return f"md5_number_lower({later(KEYS[name], 'VARCHAR')})"
    if name in IDS:
        return f"md5({name} || week_no)[:length({name})]"
    if name in FETCHES:
        return f"md5({name} || week_no)::UUID::VARCHAR"
    if name in URLS:
        return f"{name} || '-' || week_no"
    if name in TEXTS:
        return f"translate({name}, '{LETTERS}', right('{LETTERS * 2}', 26 + week_no % 26)[:26])"
    if name == "shingle":
        return "(hash(shingle, week_no) >> 1)::BIGINT"
    return f"({name} + week_no * INTERVAL 7 DAY)::{kind}" if kind in {"TIMESTAMP", "DATE"} else name


def find_copies(store: Database) -> None:
    """With the words and the events; no article is marked as changed any more."""
    run_steps(store, steps=[FIND_COPIES, INDEX_WORDS, FIND_EVENTS])
    with store.write_connection() as con:
        con.execute("DELETE FROM ops.uncompared")
