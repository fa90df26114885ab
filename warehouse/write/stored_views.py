"""What the published copy of a large home has so that pages need not read all rows for each reader: stored views, indexes and answers.

A view keeps its name and its rows: whoever reads it cannot tell, but by the time. The questions of the overview are answered for all
days, of all articles, of each outlet and of each topic. All of it is made anew from the rows of each publish, so nothing that was
forgotten stays in it. A small home has the views alone, and so has a lake.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb

from warehouse.queries import ANSWERS, QUESTIONS, narrowed
from warehouse.write.memory import with_limited_memory

# `mart.row_ranges` counts rows: no row of another table may move
CONFIG: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "max_vacuum_tasks": 0}
LARGE = 20_000  # articles; below, views answer as fast
STORED = {  # view -> order of its rows, each view after those it reads
    "mart.article_metadata": "day, source_id, article_id",
    "mart.article_days": "day, source_id, article_id",
    "mart.topic_articles": "topic_id, day, article_id",
    "mart.day_counts": "topic_id, day, source_id",
    "mart.outlet_days": "day, source_id",
    "mart.row_ranges": "version_id",
    "mart.statements": "day, version_id, quote_no",
    "core.paragraph_diffs": "article_id, to_version_id, change, paragraph_no",
    "mart.reservations": "article_id, said_by, reservation",
    "core.channel_health": "source_id, kind, channel",
    "mart.edits": "detected_at, to_version_id",
    "mart.copies": "day, article_id",
    "mart.event_members": "event_id, article_id",
    "mart.events": "day, event_id",
    "mart.event_links": "event_id, linked_event_id",
    "mart.figure_comparisons": "event_id, day",
    "mart.people": "n_articles DESC, entity_id",
    "mart.organizations": "n_articles DESC, entity_id",
}
INDEXED = {  # what the page of one article is asked by; else each of its queries reads a column of all rows
    "core.acronyms": ("version_id",),
    "core.article_authors": ("article_id",),
    "core.article_links": ("version_id",),
    "mart.article_metadata": ("article_id", "version_id", "cluster_id"),
    "core.article_versions": ("article_id", "version_id"),
    "core.articles": ("article_id",),
    "mart.event_members": ("article_id", "event_id"),
    "core.removed_spans": ("version_id",),
    "mart.row_ranges": ("version_id",),
    "mart.events": ("event_id",),
    "ops.frontier": ("article_id", "url"),
    "raw.feed_entries": ("url",),
    "raw.fetches": ("requested_url",),
}
ANSWERED = ("coverage", "figures", "speakers", "topics", "copies", "edits")
MOST_ANSWERED = 50  # outlets, and topics; each takes about half a second
CHOICES = """
SELECT NULL AS source, NULL AS topic
UNION ALL
(SELECT source_name, NULL FROM mart.day_counts WHERE topic_id IS NULL GROUP BY ALL ORDER BY sum(n_articles) DESC, source_name LIMIT $most)
UNION ALL
(SELECT NULL, topic_id FROM mart.day_counts WHERE topic_id IS NOT NULL GROUP BY ALL ORDER BY sum(n_articles) DESC, topic_id LIMIT $most)
"""


def store_views(path: Path) -> None:
    """Store views, indexes and answers in this database, which nobody else has open, if it is large."""
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
            for question in ANSWERED:
                _answer(con, question)


def _store(con: duckdb.DuckDBPyConnection, view: str, order: str) -> None:
    schema, _, name = view.partition(".")
    con.execute(f"CREATE TABLE {schema}.stored AS FROM {view} ORDER BY {order}")
    con.execute(f"DROP VIEW {view}")
    con.execute(f"ALTER TABLE {schema}.stored RENAME TO {name}")


def _answer(con: duckdb.DuckDBPyConnection, question: str) -> None:
    """A row for each choice of an outlet or topic, with the rows of its answer."""
    query = (QUESTIONS / f"{question}.sql").read_text().rstrip().rstrip(";")
    table = ANSWERS.format(question)
    choices = con.execute(CHOICES, {"most": MOST_ANSWERED}).fetchall()
    for n, (source, topic) in enumerate(choices):
        chosen = {"since": None, "until": None, "before": None, "source": source, "topic": topic}
        answer, parameters = narrowed(query, chosen)
        row = f"SELECT $chosen_source::VARCHAR AS source_name, $chosen_topic::VARCHAR AS topic_id, list(q) AS answer FROM ({answer}) AS q"  # noqa: S608
        values = {**parameters, "chosen_source": source, "chosen_topic": topic}
        con.execute(f"INSERT INTO {table} {row}" if n else f"CREATE TABLE {table} AS {row}", values)
