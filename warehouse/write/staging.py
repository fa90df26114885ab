"""Staging tables: rows from Python as temporary tables `new_<name>` of a connection."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import orjson

from warehouse.queries import Row
from warehouse.write.outcome_rows import EXTRA_COLUMNS, Tables


def stage(
    con: duckdb.DuckDBPyConnection, folder: Path, staged: Mapping[str, str], lines: list[bytes]
) -> None:
    """Each name in `staged` becomes a table `new_<name>` with the column types of the table it maps to. `lines` are of `encode`."""
    columns = {
        name: f"STRUCT({', '.join(_columns(con, name, table))})[]" for name, table in staged.items()
    }
    file = folder / "rows.ndjson"
    file.write_bytes(b"\n".join(lines))
    longest = max(map(len, lines), default=0) + 1  # DuckDB allocates that much before it reads
    read = "read_json($file, format = 'newline_delimited', records = true, columns = $columns, maximum_object_size = $longest)"
    con.execute(
        f"CREATE TEMP TABLE staged_rows AS FROM {read}",
        {"file": str(file), "columns": columns, "longest": longest},
    )
    for name in staged:
        con.execute(
            f"CREATE TEMP TABLE new_{name} AS SELECT unnest({name}, max_depth := 2) FROM staged_rows"  # noqa: S608 - our own names
        )
    con.execute("DROP TABLE staged_rows")


def stage_rows(
    con: duckdb.DuckDBPyConnection, folder: Path, name: str, table: str, rows: list[Row]
) -> None:
    """`stage` for the rows of one table."""
    stage(con, folder, {name: table}, [encode({name: rows})])


def encode(tables: Tables) -> bytes:
    """A line for `stage`: rows take several times the memory of their JSON."""
    filled = {name: rows for name, rows in tables.items() if rows}
    try:
        return orjson.dumps(filled, default=str)  # a Decimal
    except TypeError:  # a lone surrogate, which neither UTF-8 nor DuckDB can hold
        valid = {
            name: [{k: _valid(v) for k, v in row.items()} for row in rows]
            for name, rows in filled.items()
        }
        return orjson.dumps(valid, default=str)


def _columns(con: duckdb.DuckDBPyConnection, name: str, table: str) -> list[str]:
    types = {column: kind for column, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
    return [f"{column} {kind}" for column, kind in (types | EXTRA_COLUMNS.get(name, {})).items()]


def _valid(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
