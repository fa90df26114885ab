"""Views whose rows the published copy of a large home has in tables, and its indexes, so that pages need not read all rows for each reader.

Each keeps its name and its rows: whoever reads it cannot tell, but by the time. They are made anew from the rows of each publish,
so nothing that was forgotten stays in them. A small home has the views alone, and so has a lake.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb

from warehouse.write.memory import with_limited_memory

# `core.row_ranges` counts rows: no row of another table may move
CONFIG: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "max_vacuum_tasks": 0}
LARGE = 20_000  # articles; below, views answer as fast
STORED = {  # view -> order of its rows, each view after those it reads
    "core.article_days": "day, source_id, article_id",
    "core.day_counts": "topic_id, day, source_id",
    "core.row_ranges": "version_id",
    "core.statements": "day, version_id, quote_no",
    "core.paragraph_diffs": "article_id, to_version_id, change, paragraph_no",
    "mart.reservations": "article_id, said_by, reservation",
    "core.channel_health": "source_id, kind, channel",
    "mart.edits": "detected_at, to_version_id",
    "mart.copies": "day, article_id",
    "mart.events": "day, event_id",
    "mart.figure_comparisons": "event_id, day",
    "mart.people": "n_articles DESC, entity_id",
    "mart.organizations": "n_articles DESC, entity_id",
}
INDEXED = {  # what the page of one article is asked by; else each of its queries reads a column of all rows
    "core.acronyms": ("version_id",),
    "core.article_clusters": ("article_id", "cluster_id"),
    "core.article_events": ("article_id",),
    "core.article_links": ("version_id",),
    "core.article_versions": ("article_id", "version_id"),
    "core.articles": ("article_id", "current_version_id"),
    "core.removed_spans": ("version_id",),
    "core.row_ranges": ("version_id",),
    "mart.events": ("event_id",),
    "ops.frontier": ("article_id", "url"),
    "raw.feed_entries": ("url",),
    "raw.fetches": ("requested_url",),
}


def store_views(path: Path) -> None:
    """Store them in this database, which nobody else has open, and index what articles are found by, if it is large."""
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)  # of a publish that was killed
    with duckdb.connect(path, config=CONFIG) as con:
        ((n_articles,),) = con.execute("SELECT count(*) FROM core.articles").fetchall()
        if n_articles >= LARGE:
            for view, order in STORED.items():
                with_limited_memory(con, partial(_store, con, view, order))
            for table, columns in INDEXED.items():
                for column in columns:
                    con.execute(
                        f"CREATE INDEX {table.partition('.')[2]}_{column} ON {table} ({column})"
                    )


def _store(con: duckdb.DuckDBPyConnection, view: str, order: str) -> None:
    schema, _, name = view.partition(".")
    con.execute(f"CREATE TABLE {schema}.stored AS FROM {view} ORDER BY {order}")
    con.execute(f"DROP VIEW {view}")
    con.execute(f"ALTER TABLE {schema}.stored RENAME TO {name}")
