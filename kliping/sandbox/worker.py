"""The process that runs readers' queries, one after the other: `python -m kliping.sandbox.worker`, started by `pool`.

It reads JSON (first its setup, then requests) and answers each request with a line of JSON, followed by the rows.
DuckDB alone keeps no limit: some functions cannot be interrupted, and memory of long strings and lists is not counted. So the
operating system limits this process, and the parent kills it at the deadline (docs/decisions/0011-sql-sandbox.md).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb

from kliping.output import one_line
from kliping.sandbox.errors import FailedError, LimitError, QueryError, UnavailableError
from kliping.sandbox.query_result import Column
from kliping.sandbox.readers_copy import attach_for_readers
from kliping.sandbox.rules import Rules
from parsers.search_query import QueryError as SearchError
from warehouse.child_process import Parent, end_with_parent, limit_memory
from warehouse.read.published import MISSING, UNOPENABLE, copy_identity
from warehouse.read.search_sql import with_searches

ROWS_AT_ONCE = 500


def main() -> None:
    # DuckDB imports it for the parameters of a query; with what it imports in turn it takes up 280 MB of the limit.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    parent = Parent()
    end_with_parent()
    messages = parent.messages()
    setup = json.loads(next(messages))
    limit_memory(setup["memory_mb"] << 20)
    worker = Worker(Path(setup["path"]), setup["memory_mb"], setup["threads"])
    parent.send(b"")
    for message in messages:
        head, rows = worker.reply(json.loads(message))
        parent.send(json.dumps(head).encode() + b"\n" + rows.encode())


class Worker:
    def __init__(self, path: Path, memory_mb: int, threads: int) -> None:
        self._memory_mb = memory_mb
        self._rules = Rules(duckdb.connect())
        self._copy = Copy(path, memory_mb // 2, threads)

    def reply(self, request: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """The head of an answer and its rows; an error's `last` says that this process should not go on."""
        try:
            script, _ = with_searches(request["sql"])
            self._rules.check(script)
            return _answer(self._copy.cursor(), request | {"sql": script})
        except SearchError as error:
            return _head(FailedError(one_line(error)))
        except QueryError as error:
            return _head(error)
        except (MemoryError, duckdb.OutOfMemoryException):
            message = f"the query needs more than {self._memory_mb} MB of memory"
            return _head(LimitError(message), last=True)
        except (duckdb.InternalException, duckdb.FatalException, duckdb.IOException) as error:
            first_line = str(error).partition("\n")[0]  # a stack trace may follow
            return _head(FailedError(self._copy.without_paths(first_line)), last=True)
        except duckdb.Error as error:
            return _head(FailedError(self._copy.without_paths(str(error))))


class Copy:
    """The published copy as it is now."""

    def __init__(self, path: Path, memory_mb: int, threads: int) -> None:
        self._path, self._memory_mb, self._threads = path, memory_mb, threads
        self._con: duckdb.DuckDBPyConnection | None = None
        self._identity: tuple[int, ...] = ()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for each query: nothing of the one before is seen.

        Raises UnavailableError while the file is missing or damaged: what it had before may not be true any more. Raises
        OutOfMemoryException if memory is short: then nothing is wrong with the file.
        """
        try:
            cursor = self._follow().cursor()
        except duckdb.OutOfMemoryException:
            raise
        except (OSError, duckdb.Error) as error:
            self._close()
            is_missing = isinstance(error, FileNotFoundError)
            raise UnavailableError(MISSING if is_missing else UNOPENABLE) from error
        cursor.execute("USE kliping")
        return cursor

    def without_paths(self, message: str) -> str:
        """DuckDB's messages may name the file; a reader has no business with our folders."""
        folders = {
            str(self._path.parent),
            str(self._path.resolve().parent),
            sys.prefix,
            sys.base_prefix,
        }
        for folder in sorted(folders, key=len, reverse=True):
            message = message.replace(f"{folder}{os.sep}", "").replace(folder, "")
        return message

    def _follow(self) -> duckdb.DuckDBPyConnection:
        identity = copy_identity(self._path)
        if self._con is None or identity != self._identity:
            opened = _open(self._path, self._memory_mb, self._threads)
            self._close()
            self._con, self._identity = opened, identity
        return self._con

    def _close(self) -> None:
        if self._con:
            self._con.close()
        self._con = None


def _open(path: Path, memory_mb: int, threads: int) -> duckdb.DuckDBPyConnection:
    """The copy, read-only beside an empty database that can open nothing else. Raises duckdb.Error."""
    con = duckdb.connect(
        config={
            "allow_community_extensions": False,
            "allow_persistent_secrets": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "max_temp_directory_size": "0KB",
            "memory_limit": f"{memory_mb}MB",
            "python_enable_replacements": False,
            "temp_directory": "",
            "threads": threads,
        }
    )
    con.execute("SET TimeZone = 'UTC'")
    attach_for_readers(con, path)
    con.execute("SET enable_external_access = false")
    con.execute("SET disabled_filesystems = 'LocalFileSystem'")  # the copy itself is open already
    con.execute("SET lock_configuration = true")
    return con


def _answer(
    cursor: duckdb.DuckDBPyConnection, request: dict[str, Any]
) -> tuple[dict[str, Any], str]:
    relation = cursor.sql(request["sql"])
    columns = [
        Column(name=name, type=str(kind))
        for name, kind in zip(relation.columns, relation.types, strict=True)
    ]
    rows = relation.project(_row(columns, exact=request["exact"])).limit(request["rows"] + 1)
    texts, truncated = _fetch(rows, request["rows"], request["bytes"])
    head = {"columns": [(column.name, column.type) for column in columns], "truncated": truncated}
    return head, f"[{','.join(texts)}]"


def _row(columns: list[Column], *, exact: bool) -> str:
    """A row as a JSON array: of JSON values, or exactly, of texts that can be cast back to the columns' types."""
    places = [f"#{place}" for place in range(1, len(columns) + 1)]
    if not exact:
        return f"json_array({', '.join(places)})"
    for column in columns:
        if not column.is_exact:
            raise FailedError(f'"{column.name}": {column.type} cannot be sent; cast it to VARCHAR')
    values = [
        f"CAST({f'to_json({place})' if column.is_nested else place} AS VARCHAR)"
        for place, column in zip(places, columns, strict=True)
    ]
    return f"CAST(to_json([{', '.join(values)}]) AS VARCHAR)"


def _fetch(
    relation: duckdb.DuckDBPyRelation, most_rows: int, most_bytes: int
) -> tuple[list[str], bool]:
    texts: list[str] = []
    left = most_bytes
    while rows := relation.fetchmany(ROWS_AT_ONCE):
        for (text,) in rows:
            left -= len(text) + 1
            if left < 0 or len(texts) == most_rows:
                return texts, True
            texts.append(text)
    return texts, False


def _head(error: QueryError, *, last: bool = False) -> tuple[dict[str, Any], str]:
    return {"error": type(error).__name__, "message": str(error), "last": last}, ""


if __name__ == "__main__":
    main()
