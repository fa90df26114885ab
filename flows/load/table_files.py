"""Reads tables row by row, so that memory stays flat: CSV, JSON lines, a JSON array, Parquet. A bad row costs only itself."""

from __future__ import annotations

import csv
import glob
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, Any

import duckdb

from flows.http.limits import MIB

TABLES = (".csv", ".jsonl", ".ndjson", ".json", ".parquet")
DELIMITERS = ",;\t|"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"
CELLS_BEYOND = 4  # a CSV cell of so many times the limit is read to its end, and refused
ROWS = 500  # from DuckDB at once
GROUPED = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\[')
NOT_UTF8 = "not UTF-8: convert the file, as with `iconv -f WINDOWS-1252 -t UTF-8`"
QUERIES = {
    ".parquet": "SELECT to_json(t) FROM read_parquet($path) AS t",
    ".json": "SELECT json FROM read_json_objects($path, maximum_object_size = $limit)",
}


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
    return path.suffix.lower() in TABLES


def read_table(path: Path, limit: int) -> Iterator[TableLine]:
    """The rows in order; one of more than `limit` bytes is a fault. Raises TableError, OSError."""
    kind = path.suffix.lower()
    if kind == ".json" and (groups := _groups(path)):
        yield from _read_groups(groups, limit)
        return
    if kind in QUERIES:
        yield from _read_by_duckdb(path, kind, limit)
        return
    with path.open("rb") as file:
        if file.read(2) in UTF16:
            raise TableError("it is UTF-16; save it as UTF-8")
    yield from _read_csv(path, limit) if kind == ".csv" else _read_json_lines(path, limit)


def _read_csv(path: Path, limit: int) -> Iterator[TableLine]:
    """Bytes that are no UTF-8 become lone surrogates, so that only their row is refused."""
    csv.field_size_limit(CELLS_BEYOND * limit)
    with (
        path.open("rb") as raw,
        TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline="") as file,
    ):
        delimiter = _delimiter(file.readline(MIB))
        file.seek(0)
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        names = _header(rows)
        while True:
            where, fault, cells = f"line {rows.line_num + 1}", None, list[str]()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                fault = f"not CSV: {error}"
            if cells and len(cells) != len(names):
                fault = f"not as many cells as the header, which has {len(names)}"
            if not cells and not fault:
                continue  # an empty line
            fault = fault or _fault(cells, limit)
            yield TableLine(
                where=where,
                cells={} if fault else dict(zip(names, cells, strict=True)),
                fault=fault,
                n_bytes=raw.tell(),
            )


def _delimiter(first_line: str) -> str:
    """The one that divides the header into most columns."""
    return max(DELIMITERS, key=lambda each: len(next(csv.reader([first_line], delimiter=each), [])))


def _header(rows: Any) -> list[str]:
    """The names of the columns. Raises TableError."""
    try:
        names = [name.strip() or f"column {n}" for n, name in enumerate(next(rows, []), 1)]
    except csv.Error as error:
        raise TableError(f"its first line is no header: {error}") from error
    if _is_broken("".join(names)):
        raise TableError(f"it is {NOT_UTF8}")
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise TableError(f"two of its columns are named {twice!r}")
    return names


def _fault(cells: list[str], limit: int) -> str | None:
    if sum(map(len, cells)) > limit:
        return f"larger than {limit // MIB} MiB"
    return NOT_UTF8 if any(map(_is_broken, cells)) else None


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def _read_json_lines(path: Path, limit: int) -> Iterator[TableLine]:
    with path.open("rb") as file:
        n = 0
        while line := file.readline(limit + 1):
            n += 1
            where = f"line {n}"
            if len(line) > limit and not line.endswith(b"\n"):
                _skip_line(file)
                fault: str | None = f"larger than {limit // MIB} MiB"
                cells: Mapping[str, Any] = {}
            elif line.strip():
                cells, fault = _object(line.removeprefix(BOM) if n == 1 else line)
            else:
                continue
            yield TableLine(where=where, cells=cells, fault=fault, n_bytes=file.tell())


def _skip_line(file: IO[bytes]) -> None:
    while (piece := file.readline(MIB)) and not piece.endswith(b"\n"):
        pass


def _object(text: str | bytes) -> tuple[Mapping[str, Any], str | None]:
    """The cells of a JSON object, and why there are none."""
    try:
        cells = json.loads(text)
    except UnicodeDecodeError:
        return {}, NOT_UTF8
    except (ValueError, RecursionError) as error:
        return {}, f"not JSON: {str(error).split(':')[0]}"
    return (cells, None) if isinstance(cells, dict) else ({}, "not a JSON object")


def _groups(path: Path) -> list[list[Any]] | None:
    """The articles of each publisher in one object, as Fundus saves what it crawled; None for a file of another form."""
    with path.open("rb") as file:
        if not GROUPED.match(file.read(MIB)):
            return None
        file.seek(0)
        try:
            data = json.load(file)
        except (ValueError, RecursionError):
            return None
    return list(data.values()) if all(isinstance(each, list) for each in data.values()) else None


def _read_groups(groups: list[list[Any]], limit: int) -> Iterator[TableLine]:
    n_bytes = 0
    for n, row in enumerate(chain.from_iterable(groups), 1):
        text = json.dumps(row)
        n_bytes += len(text)
        cells, fault = (row, None) if isinstance(row, dict) else ({}, "not a JSON object")
        if len(text) > limit:
            cells, fault = {}, f"larger than {limit // MIB} MiB"
        yield TableLine(where=f"row {n}", cells=cells, fault=fault, n_bytes=n_bytes)


def _read_by_duckdb(path: Path, kind: str, limit: int) -> Iterator[TableLine]:
    """DuckDB's readers stream; what they read ahead is lost with a damaged part. Raises TableError."""
    parameters: dict[str, Any] = {"path": glob.escape(str(path))}
    if kind == ".json":
        parameters["limit"] = limit
    n = n_bytes = 0
    try:
        with duckdb.connect() as con:
            result = con.execute(QUERIES[kind], parameters)
            while rows := result.fetchmany(ROWS):
                for (text,) in rows:
                    n, n_bytes = n + 1, n_bytes + len(text)
                    cells, fault = _object(text)
                    if len(text) > limit:
                        cells, fault = {}, f"larger than {limit // MIB} MiB"
                    yield TableLine(where=f"row {n}", cells=cells, fault=fault, n_bytes=n_bytes)
    except duckdb.Error as error:
        raise TableError(f"it cannot be read: {str(error).splitlines()[0]}") from error
