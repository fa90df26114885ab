"""Staging tables: rows from Python as temporary tables `new_<name>` of a connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import duckdb
import orjson

from warehouse.queries import Row
from warehouse.write.outcome_rows import EXTRA_COLUMNS, OF_VERSION, VERSION_IDS, Tables

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
            lines.append(_encode(filled | _version_ids(filled)))
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
    types = {name: _types(con, name, table) for name, table in staged.items()}
    if empty := [name for name in staged if name not in rows.tables]:
        con.execute(
            "; ".join(f"CREATE TEMP TABLE new_{name} ({_columns(types[name])})" for name in empty)
        )
    if not rows.tables:
        return
    file = folder / "rows.ndjson"
    file.write_bytes(b"\n".join(rows.lines))
    read = "read_json($file, format = 'newline_delimited', records = true, columns = $columns, maximum_object_size = $longest)"
    con.execute(
        f"CREATE TEMP TABLE staged_rows AS FROM {read}",
        {
            "file": str(file),
            "columns": {
                name: f"STRUCT({_columns(types[name], set(_ids(name, types[name])))})[]"
                for name in rows.tables
            }
            | (dict.fromkeys(VERSION_IDS, "VARCHAR") if "versions" in rows.tables else {}),
            # DuckDB allocates that much before it reads
            "longest": max(map(len, rows.lines)) + 1,
        },
    )
    for name in rows.tables:
        ids = "".join(f", {column}" for column in _ids(name, types[name]))
        kind = "VIEW" if name in OF_VERSION else "TABLE"  # such rows are read once
        con.execute(
            f"CREATE TEMP {kind} new_{name} AS SELECT unnest({name}, max_depth := 2){ids} FROM staged_rows"  # noqa: S608 - our own names
        )
    if OF_VERSION.isdisjoint(rows.tables):
        con.execute("DROP TABLE staged_rows")


def stage_rows(
    con: duckdb.DuckDBPyConnection, folder: Path, name: str, table: str, rows: list[Row]
) -> None:
    """`stage` for the rows of one table."""
    stage(con, folder, {name: table}, StagedRows.of([{name: rows}]))


def _version_ids(filled: Tables) -> Row:
    """The ids that rows of the page's version share, once."""
    versions = filled.get("versions")
    return {column: versions[0][column] for column in VERSION_IDS} if versions else {}


def _encode(filled: Row) -> bytes:
    try:
        return orjson.dumps(filled, default=_number)
    except TypeError:  # a lone surrogate, which neither UTF-8 nor DuckDB can hold
        valid = {name: _valid(rows) for name, rows in filled.items()}
        return orjson.dumps(valid, default=_number)


def _number(value: Decimal) -> int | str:
    """DuckDB casts a text to a DECIMAL eight times slower than a number."""
    whole = int(value)
    return whole if whole == value and abs(whole) < MAX_INTEGER else str(value)


_TYPES: dict[tuple[str, str], dict[str, str]] = {}  # the schema is that of this code


def _types(con: duckdb.DuckDBPyConnection, name: str, table: str) -> dict[str, str]:
    """The type of each column of a staging table."""
    if (name, table) not in _TYPES:
        types = {column: kind for column, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
        _TYPES[name, table] = types | EXTRA_COLUMNS.get(name, {})
    return _TYPES[name, table]


def _columns(types: dict[str, str], without: Iterable[str] = ()) -> str:
    return ", ".join(f"{column} {kind}" for column, kind in types.items() if column not in without)


def _ids(name: str, types: dict[str, str]) -> list[str]:
    """The columns that rows of a version have from it."""
    return [column for column in VERSION_IDS if column in types] if name in OF_VERSION else []


def _valid(value: Any) -> Any:
    """The value without lone surrogates, with dicts in place of dataclasses."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple):
        return [_valid(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {name: _valid(each) for name, each in value.items()}
    return value
