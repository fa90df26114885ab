"""Staging tables: rows from Python as temporary tables `new_<name>` of a connection."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb
import orjson

from warehouse.queries import Row
from warehouse.write.article_rows import OF_ARTICLE, OF_VERSION, encode
from warehouse.write.outcome import ArticleRows
from warehouse.write.outcome_rows import EXTRA_COLUMNS, VERSION_IDS

BUFFER_BYTES = 1 << 20  # of a file of rows, which as a whole has some 30 MB


@dataclass(frozen=True, slots=True)
class StagedRows:
    """Rows as JSON, of which they take several times the memory."""

    lines: list[bytes]
    articles: list[bytes]  # of each line the rows that its article decides
    tables: frozenset[str]  # that may have rows

    @classmethod
    def of(cls, parts: Iterable[tuple[Row, ArticleRows | None]]) -> Self:
        lines, articles, names = [], [], set[str]()
        for rows, article in parts:
            names |= rows.keys() | (OF_ARTICLE if article else set())
            lines.append(encode(rows))
            articles.append(article.json if article else b"{}")
        return cls(lines, articles, frozenset(names.difference(VERSION_IDS)))

    @classmethod
    def join(cls, parts: Iterable[StagedRows]) -> Self:
        """Those of several processes."""
        parts = list(parts)
        return cls(
            [line for part in parts for line in part.lines],
            [line for part in parts for line in part.articles],
            frozenset().union(*(part.tables for part in parts)),
        )

    def encode(self) -> bytes:
        """As the content of a file: the tables, then the rows, each a line of JSON."""
        head = orjson.dumps(sorted(self.tables))
        return gzip.compress(b"\n".join([head, *self.lines, *self.articles]), 6, mtime=0)

    @classmethod
    def decode(cls, content: bytes) -> Self:
        head, *lines = gzip.decompress(content).split(b"\n")
        half = len(lines) // 2
        return cls(lines[:half], lines[half:], frozenset(orjson.loads(head)))


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
    _read_lines(con, folder, types, rows)
    for name in rows.tables:
        ids = _ids(name, types[name])
        columns = [f"unnest({name}.{c}) AS {c}" for c in types[name] if c not in ids]
        read = columns if name in OF_VERSION else [f"unnest({name}, max_depth := 2)"]
        kind = "VIEW" if name in OF_VERSION else "TABLE"  # such rows are read once
        con.execute(
            f"CREATE TEMP {kind} new_{name} AS SELECT {', '.join([*read, *ids])} FROM staged_rows"  # noqa: S608 - our own names
        )
    if OF_VERSION.isdisjoint(rows.tables):
        con.execute("DROP TABLE staged_rows")


def _read_lines(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    types: Mapping[str, dict[str, str]],
    rows: StagedRows,
) -> None:
    """As the table `staged_rows`.

    Rows of articles come from worker processes, which a page may have taken over. In a file of their own each line can be the rows
    of its page and nothing else: DuckDB refuses a line that is not exactly one object.
    """
    columns = {name: _type(name, types[name]) for name in rows.tables}
    of_article = {name: kind for name, kind in columns.items() if name in OF_ARTICLE}
    files = [(rows.lines, {name: columns[name] for name in columns.keys() - of_article.keys()})]
    if of_article:
        files[0][1].update(dict.fromkeys(VERSION_IDS, "VARCHAR"))
        files.append((rows.articles, of_article))
    reads, parameters = [], Row()
    for n, (lines, kinds) in enumerate(files):
        file = folder / f"rows-{n}.ndjson"
        with file.open("wb", buffering=BUFFER_BYTES) as out:
            out.writelines(part for line in lines for part in (line, b"\n"))
        reads.append(
            f"read_json($file_{n}, format = 'newline_delimited', records = true, columns = $columns_{n},"
            f" maximum_object_size = $longest_{n})"
        )
        # DuckDB allocates that much before it reads
        longest = max(map(len, lines)) + 1
        parameters |= {f"file_{n}": str(file), f"columns_{n}": kinds, f"longest_{n}": longest}
    con.execute(
        f"CREATE TEMP TABLE staged_rows AS FROM {' POSITIONAL JOIN '.join(reads)}", parameters
    )


def stage_rows(
    con: duckdb.DuckDBPyConnection, folder: Path, name: str, table: str, rows: list[Row]
) -> None:
    """`stage` for the rows of one table."""
    stage(con, folder, {name: table}, StagedRows.of([({name: rows} if rows else {}, None)]))


_TYPES: dict[tuple[str, str], dict[str, str]] = {}  # the schema is that of this code


def _types(con: duckdb.DuckDBPyConnection, name: str, table: str) -> dict[str, str]:
    """The type of each column of a staging table."""
    if (name, table) not in _TYPES:
        types = {column: kind for column, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
        _TYPES[name, table] = types | EXTRA_COLUMNS.get(name, {})
    return _TYPES[name, table]


def _type(name: str, types: dict[str, str]) -> str:
    """Of the rows of a staging table in a line: those of a version as columns."""
    ids = set(_ids(name, types))
    if name in OF_VERSION:
        return f"STRUCT({_columns({column: f'{kind}[]' for column, kind in types.items()}, ids)})"
    return f"STRUCT({_columns(types, ids)})[]"


def _columns(types: dict[str, str], without: Iterable[str] = ()) -> str:
    return ", ".join(f"{column} {kind}" for column, kind in types.items() if column not in without)


def _ids(name: str, types: dict[str, str]) -> list[str]:
    """The columns that rows of a version have from it."""
    return [column for column in VERSION_IDS if column in types] if name in OF_ARTICLE else []
