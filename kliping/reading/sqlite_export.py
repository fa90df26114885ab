"""The marts as one SQLite database, for the many programs that read it, such as Datasette."""

from __future__ import annotations

import errno
import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from kliping.reading.export import (
    OVER_ALL,
    PER_ARTICLE,
    ForeignFolderError,
    column_types,
    selected_tables,
)
from warehouse.disk import put_in_place
from warehouse.queries import Row
from warehouse.read.published import Reader

BATCH = 1_000  # rows
ABOUT = "about_this_export"
KEYS = {**PER_ARTICLE, **OVER_ALL, "data_dictionary": "table_name, column_name"}
INTEGERS = {"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "BOOLEAN"}
REALS = ("DOUBLE", "FLOAT", "DECIMAL", "HUGEINT")


def export_sqlite(
    reader: Reader, path: Path, *, made_by: str, now: datetime, **chosen: Any
) -> tuple[Row, list[Row]]:
    """Replace the file by the tables of `selected_tables`; what it says of itself, and the number of rows of each table.

    Days and times are texts, as SQLite's functions read them; lists are JSON. Raises ForeignFolderError, and OSError where the disk is
    full; then the file is as it was.
    """
    _require_own(path)
    queries, about = selected_tables(reader, **chosen)
    manifest = {"made_by": made_by, "exported_at": now.isoformat(), **about}
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch()
    try:
        with closing(sqlite3.connect(new)) as db:
            db.execute("PRAGMA journal_mode = OFF")
            tables = [_write(db, reader, name, query) for name, query in queries]
            db.execute(f"CREATE TABLE {ABOUT} (name TEXT PRIMARY KEY, value)")
            db.executemany(f"INSERT INTO {ABOUT} VALUES (?, ?)", _cells(manifest))  # noqa: S608 - our own name
            db.commit()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise
        what = f"no space left for {path.name}; the earlier export is unchanged"
        raise OSError(errno.ENOSPC, what, str(path.parent)) from error
    put_in_place(new, path)
    return manifest, tables


def _require_own(path: Path) -> None:
    """Raises ForeignFolderError for a file that is no export in SQLite."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            db.execute(f"SELECT 1 FROM {ABOUT}")  # noqa: S608 - our own name
    except sqlite3.Error as error:
        raise ForeignFolderError(
            f"{path} is there and is no export of kliping in SQLite; name a new file"
        ) from error


def _write(db: sqlite3.Connection, reader: Reader, name: str, query: str) -> Row:
    """One table, with an index by its key."""
    types = column_types(reader, f"({query})")
    columns = ", ".join(f'"{column}" {_column(name, column, kind)}' for column, kind in types.items())  # fmt: skip
    db.execute(f'CREATE TABLE "{name}" ({columns})')
    cells = ", ".join(_cell(column, kind) for column, kind in types.items())
    found = reader.con.execute(f"SELECT {cells} FROM ({query})")  # noqa: S608 - names of our own
    insert = f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(types))})'  # noqa: S608 - as above
    n = 0
    while rows := found.fetchmany(BATCH):
        n += len(rows)
        db.executemany(insert, rows)
    if name != "articles":  # whose key has an index
        db.execute(f'CREATE INDEX "{name}_key" ON "{name}" ({KEYS[name]})')
    return {"name": name, "rows": n}


def _column(table: str, column: str, kind: str) -> str:
    """Type and key of a column in SQLite. Rows name their article, so that programs can link to it."""
    if column == "article_id":
        return "TEXT PRIMARY KEY" if table == "articles" else "TEXT REFERENCES articles"
    return "INTEGER" if kind in INTEGERS else "REAL" if kind.startswith(REALS) else "TEXT"


def _cell(column: str, kind: str) -> str:
    """The column of DuckDB as a value that SQLite has."""
    if kind in INTEGERS:
        return f"{column}::BIGINT"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return f"to_json({column})::VARCHAR"
    return f"{column}::DOUBLE" if kind.startswith(REALS) else f"{column}::VARCHAR"


def _cells(manifest: Row) -> list[tuple[str, Any]]:
    return [
        (name, json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else value)
        for name, value in manifest.items()
    ]  # fmt: skip
