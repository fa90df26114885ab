"""A faster copy of what is published, for pages that many read: the same database with stored views and indexes.

A view keeps its name and its rows: whoever reads it cannot tell, but by the time. A server of pages makes the copy in a process of its own,
`python -m warehouse.read.stored_views HOME`, once for each publish of a large home, and reads the views until it is there. So no run
pays for it. Until the next publish has one too, the server reads the one before. What was forgotten goes with it.
"""

from __future__ import annotations

import os
import sys
import tomllib
from contextlib import suppress
from functools import partial
from pathlib import Path

import duckdb

from warehouse.disk import make_folder, put_in_place
from warehouse.locks import take
from warehouse.read.published import is_prepared, published
from warehouse.write.copied_blocks import prepared_copy, unfinished_copy, write_changed_blocks
from warehouse.write.memory import with_limited_memory

# `mart.row_ranges` counts rows: no row of another table may move
CONFIG: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "max_vacuum_tasks": 0}
LARGE = 20_000  # articles; below, views answer as fast
FILE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
STORED, INDEXED = FILE["stored"], FILE["indexed"]


def is_large(con: duckdb.DuckDBPyConnection) -> bool:
    ((n_articles,),) = con.execute("SELECT count(*) FROM kliping.core.articles").fetchall()
    return bool(n_articles >= LARGE)


def prepare(home: Path) -> None:
    """Make the prepared copy of what is published, unless another process is at it. Raises NothingPublished."""
    copy = published(home)
    new = unfinished_copy(prepared_copy(copy))
    make_folder(home / "locks")
    with (home / "locks" / "prepare.lock").open("a") as lock:
        if not take(lock) or is_prepared(copy):
            return
        for left in (new, new.with_name(f"{new.name}.wal")):
            left.unlink(missing_ok=True)
        published_at = copy.stat().st_mtime_ns
        write_changed_blocks(copy, new)
        store_views(new)
        with suppress(FileNotFoundError):  # what it has was forgotten meanwhile
            os.utime(new, ns=(published_at, published_at))
            put_in_place(new, prepared_copy(copy))


def store_views(path: Path) -> None:
    """Store views and indexes in this database, which nobody else has open."""
    with duckdb.connect(path, config=CONFIG) as con:
        for view, order in STORED.items():
            with_limited_memory(con, partial(_store, con, view, order))
        for table, columns in INDEXED.items():
            for column in columns:
                name = f"{table.partition('.')[2]}_{column}"
                query = f"CREATE INDEX {name} ON {table} ({column})"
                with_limited_memory(con, partial(con.execute, query))


def _store(con: duckdb.DuckDBPyConnection, view: str, order: str) -> None:
    schema, _, name = view.partition(".")
    con.execute(f"CREATE TABLE {schema}.stored AS FROM {view} ORDER BY {order}")
    con.execute(f"DROP VIEW {view}")
    con.execute(f"ALTER TABLE {schema}.stored RENAME TO {name}")


if __name__ == "__main__":
    os.nice(10)
    prepare(Path(sys.argv[1]))
