"""Reads tables row by row, so that memory stays flat: CSV, JSON lines, a JSON array, Parquet. A bad row costs only itself."""

from __future__ import annotations

import csv
import glob
import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, Any

import duckdb

from flows.http.limits import MIB

STREAMED = (".csv", ".tsv", ".jsonl", ".ndjson")
TABLES = (*STREAMED, *(f"{kind}.gz" for kind in STREAMED), ".json", ".parquet")
DELIMITERS = ",;\t|"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"
CELLS_BEYOND = 4  # a CSV cell of so many times the limit is read to its end, and refused
ROWS = 500  # from DuckDB at once
MOST_COLUMNS = 1000
MOST_GROUPED_BYTES = 256 * MIB  # of a file with an object for each publisher, which is read at once
DUCKDB: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "512MB", "threads": 1}
GROUPED = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\[')
NOT_UTF8 = "not UTF-8: name its encoding, as with --encoding windows-1252"
QUERIES = {
    ".parquet": "SELECT to_json(t) FROM read_parquet($path) AS t",
    ".json": "SELECT json FROM read_json_objects($path, maximum_object_size = $limit)",
}
LONGEST_ROW = "SELECT max(total_uncompressed_size // greatest(row_group_num_rows, 1)) FROM parquet_metadata($path)"


class TableError(ValueError):
    """The file is no table that can be read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A row: its cells, or why it cannot be read."""

    where: str  # `line 17`; `row 17` in files that have no lines
    cells: Mapping[str, Any]
    fault: str | None = None
    n_bytes: int  # of the file that were read so far, about


def is_table(path: Path) -> bool:
    return path.name.lower().endswith(TABLES)


def is_csv(path: Path) -> bool:
    return _kind(path) in {".csv", ".tsv"}


def _kind(path: Path) -> str:
    return (path.with_suffix("") if _is_packed(path) else path).suffix.lower()


def _is_packed(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def read_table(path: Path, limit: int, encoding: str | None = None) -> Iterator[TableLine]:
    """The rows in order; one of more than `limit` bytes is a fault. The encoding is of CSV. Raises TableError, OSError."""
    kind = _kind(path)
    if kind == ".json" and (groups := _groups(path)):
        yield from _read_objects(map(json.dumps, chain.from_iterable(groups)), limit)
        return
    if kind in QUERIES:
        yield from _read_objects(_read_by_duckdb(path, kind, limit), limit)
        return
    try:
        with path.open("rb") as raw:
            file: Any = gzip.open(raw) if _is_packed(path) else raw  # noqa: SIM115 - it ends with `raw`
            if file.read(2) in UTF16 and not encoding:
                raise TableError("it is UTF-16; save CSV as UTF-8, or add --encoding utf-16")
            file.seek(0)
            if kind in {".csv", ".tsv"}:
                delimiter = "\t" if kind == ".tsv" else None
                yield from _read_csv(file, raw.tell, limit, delimiter, encoding)
            else:
                yield from _read_json_lines(file, raw.tell, limit)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise TableError(f"its gzip is damaged: {error}") from error


def _read_csv(
    raw: IO[bytes],
    n_read: Callable[[], int],
    limit: int,
    delimiter: str | None,
    encoding: str | None,
) -> Iterator[TableLine]:
    """Bytes that are not of the encoding become lone surrogates, so that only their row is refused."""
    csv.field_size_limit(CELLS_BEYOND * limit)
    broken = f"not {encoding}" if encoding else NOT_UTF8
    encoding = encoding or "utf-8-sig"
    with TextIOWrapper(raw, encoding, errors="surrogateescape", newline="") as file:
        delimiter = delimiter or _delimiter(file.readline(MIB))
        file.seek(0)
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        names = _header(rows, broken)
        while True:
            where, fault, cells = f"line {rows.line_num + 1}", None, list[str]()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                fault = f"not CSV: {error}"
            if not cells and not fault:
                continue  # an empty line
            fault = fault or _fault(cells, len(names), limit, broken)
            yield TableLine(
                where=where,
                cells={} if fault else dict(zip(names, cells, strict=True)),
                fault=fault,
                n_bytes=n_read(),
            )


def _delimiter(first_line: str) -> str:
    """The one that divides the header into most columns."""
    return max(DELIMITERS, key=lambda each: len(next(csv.reader([first_line], delimiter=each), [])))


def _header(rows: Any, broken: str) -> list[str]:
    """The names of the columns. Raises TableError."""
    try:
        names = [name.strip() or f"column {n}" for n, name in enumerate(next(rows, []), 1)]
    except csv.Error as error:
        raise TableError(f"its first line is no header: {error}") from error
    if len(names) > MOST_COLUMNS:
        raise TableError(f"it has {len(names)} columns; a table has at most {MOST_COLUMNS}")
    if _is_broken("".join(names)):
        raise TableError(f"it is {broken}")
    if twice := next((name for name, n in Counter(names).items() if n > 1), None):
        raise TableError(f"two of its columns are named {twice!r}")
    return names


def _fault(cells: list[str], n_columns: int, limit: int, broken: str) -> str | None:
    if len(cells) != n_columns:
        return f"not as many cells as the header, which has {n_columns}"
    if sum(map(len, cells)) > limit:
        return f"larger than {limit // MIB} MiB"
    return broken if any(map(_is_broken, cells)) else None


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def _read_json_lines(file: IO[bytes], n_read: Callable[[], int], limit: int) -> Iterator[TableLine]:
    if file.read(len(BOM)) != BOM:
        file.seek(0)
    n = 0
    while line := file.readline(limit + 1):
        n += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(MIB)):
            pass
        if len(line) > limit or line.strip():
            cells, fault = _object(line.removesuffix(b"\n"), limit)
            yield TableLine(where=f"line {n}", cells=cells, fault=fault, n_bytes=n_read())


def _object(text: str | bytes, limit: int) -> tuple[Mapping[str, Any], str | None]:
    """The cells of a JSON object, and why there are none."""
    if len(text) > limit:
        return {}, f"larger than {limit // MIB} MiB"
    try:
        cells = json.loads(text)
    except UnicodeDecodeError:
        return {}, "not UTF-8, which JSON is"
    except (ValueError, RecursionError) as error:
        return {}, f"not JSON: {str(error).split(':')[0]}"
    if not isinstance(cells, dict):
        return {}, "not a JSON object"
    return ({}, f"more than {MOST_COLUMNS} columns") if len(cells) > MOST_COLUMNS else (cells, None)


def _groups(path: Path) -> list[list[Any]] | None:
    """The articles of each publisher in one object, as Fundus saves what it crawled; None for a file of another form."""
    with path.open("rb") as file:
        if not GROUPED.match(file.read(MIB)) or path.stat().st_size > MOST_GROUPED_BYTES:
            return None
        file.seek(0)
        try:
            data = json.load(file)
        except (ValueError, RecursionError):
            return None
    return list(data.values()) if all(isinstance(each, list) for each in data.values()) else None


def _read_objects(texts: Iterable[str], limit: int) -> Iterator[TableLine]:
    """Of files that have no lines."""
    n_bytes = 0
    for n, text in enumerate(texts, 1):
        n_bytes += len(text)
        cells, fault = _object(text, limit)
        yield TableLine(where=f"row {n}", cells=cells, fault=fault, n_bytes=n_bytes)


def _read_by_duckdb(path: Path, kind: str, limit: int) -> Iterator[str]:
    """The rows as JSON. DuckDB's readers stream; what they read ahead is lost with a damaged part. Raises TableError."""
    parameters: dict[str, Any] = {"path": glob.escape(str(path))}
    if kind == ".json":
        parameters["limit"] = limit
    try:
        with duckdb.connect(config=DUCKDB) as con:
            # before anything is unpacked: a file of 50 kB may hold a cell of 1.5 GB
            [(size,)] = (
                con.execute(LONGEST_ROW, parameters).fetchall() if kind == ".parquet" else [(0,)]
            )
            if size and size > limit:
                raise TableError(
                    f"a row of it has {size // MIB} MiB; at most {limit // MIB} MiB are read"
                )
            result = con.execute(QUERIES[kind], parameters)
            while rows := result.fetchmany(ROWS):
                yield from (text for (text,) in rows)
    except duckdb.Error as error:
        raise TableError(f"it cannot be read: {str(error).splitlines()[0]}") from error
