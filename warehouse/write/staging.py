"""Staging tables: rows from Python as temporary tables `new_<name>` of a connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import duckdb
import orjson

from warehouse.queries import Row
from warehouse.write.outcome_rows import EXTRA_COLUMNS, Tables

MAX_INTEGER = 2**63  # of JSON, as orjson writes it


@dataclass(frozen=True, slots=True)
class StagedRows:
    """Rows as JSON, of which they take several times the memory."""

    lines: list[bytes]
    tables: frozenset[str]  # that have rows

    @classmethod
    def of(cls, parts: Iterable[Tables]) -> Self:
        lines, names = [], set[str]()
        for part in parts:
            filled = {name: rows for name, rows in part.items() if rows}
            names |= filled.keys()
            lines.append(_encode(filled))
        return cls(lines, frozenset(names))

    @classmethod
    def join(cls, parts: Iterable[StagedRows]) -> Self:
        """Those of several processes."""
        parts = list(parts)
        lines = [line for part in parts for line in part.lines]
        return cls(lines, frozenset().union(*(part.tables for part in parts)))


def stage(
    con: duckdb.DuckDBPyConnection, folder: Path, staged: Mapping[str, str], rows: StagedRows
) -> None:
    """Each name in `staged` becomes a table `new_<name>` with the column types of the table it maps to."""
    columns = {name: _columns(con, name, table) for name, table in staged.items()}
    if empty := [name for name in staged if name not in rows.tables]:
        con.execute("; ".join(f"CREATE TEMP TABLE new_{name} ({columns[name]})" for name in empty))
    if not rows.tables:
        return
    file = folder / "rows.ndjson"
    file.write_bytes(b"\n".join(rows.lines))
    read = "read_json($file, format = 'newline_delimited', records = true, columns = $columns, maximum_object_size = $longest)"
    con.execute(
        f"CREATE TEMP TABLE staged_rows AS FROM {read}",
        {
            "file": str(file),
            "columns": {name: f"STRUCT({columns[name]})[]" for name in rows.tables},
            # DuckDB allocates that much before it reads
            "longest": max(map(len, rows.lines)) + 1,
        },
    )
    for name in rows.tables:
        con.execute(
            f"CREATE TEMP TABLE new_{name} AS SELECT unnest({name}, max_depth := 2) FROM staged_rows"  # noqa: S608 - our own names
        )
    con.execute("DROP TABLE staged_rows")


def stage_rows(
    con: duckdb.DuckDBPyConnection, folder: Path, name: str, table: str, rows: list[Row]
) -> None:
    """`stage` for the rows of one table."""
    stage(con, folder, {name: table}, StagedRows.of([{name: rows}]))


def _encode(filled: Tables) -> bytes:
    try:
        return orjson.dumps(filled, default=_number)
    except TypeError:  # a lone surrogate, which neither UTF-8 nor DuckDB can hold
        valid = {
            name: [{k: _valid(v) for k, v in row.items()} for row in rows]
            for name, rows in filled.items()
        }
        return orjson.dumps(valid, default=_number)


def _number(value: Decimal) -> int | str:
    """DuckDB casts a text to a DECIMAL eight times slower than a number."""
    whole = int(value)
    return whole if whole == value and abs(whole) < MAX_INTEGER else str(value)


_COLUMNS: dict[tuple[str, str], str] = {}  # the schema is that of this code, in every database


def _columns(con: duckdb.DuckDBPyConnection, name: str, table: str) -> str:
    if (name, table) not in _COLUMNS:
        types = {column: kind for column, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
        types |= EXTRA_COLUMNS.get(name, {})
        _COLUMNS[name, table] = ", ".join(f"{column} {kind}" for column, kind in types.items())
    return _COLUMNS[name, table]


def _valid(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
