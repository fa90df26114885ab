"""The word index: which current text has which words, kept by every run for what it has loaded.

`mart.search` reads it. Reading every text of a million articles takes 10 s of CPU and more (`python benchmarks/bench_reading.py`).
"""

from __future__ import annotations

import duckdb

from warehouse.queries import execute, sql
from warehouse.write.step import Step

DUE = sql("word_index/due")
REMOVE = sql("word_index/remove")
ADD = sql("word_index/add")
BATCH = 5_000  # texts whose words are in memory at once


def index_words(con: duckdb.DuckDBPyConnection, batch: int = BATCH) -> int:
    """Bring the index to the articles of `ops.uncompared`; returns the number of texts added."""
    con.execute(DUE)
    if con.execute("SELECT 1 FROM removed_texts LIMIT 1").fetchall():
        con.execute(REMOVE)
    ((first, last),) = con.execute("SELECT min(text_no), max(text_no) FROM due_texts").fetchall()
    if first is None:
        return 0
    for start in range(first, last + 1, batch):
        execute(con, ADD, {"first": start, "last": start + batch - 1})
    return int(last - first + 1)


INDEX_WORDS = Step(
    name="index words",
    reads=("ops.uncompared", "core.articles", "core.article_versions"),
    makes=("ops.words", "ops.word_postings", "ops.word_texts"),
    run=lambda context: index_words(context.con),
)
