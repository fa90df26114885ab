"""Users' own queries: each file `sql/NAME.sql` of a home is one SELECT. It becomes the view `my.NAME` and a question of `kliping report`.

A query that names `$since`, `$until` or `$source` is a question only. What a file may do is what the sandbox allows: it reads the
tables, and neither files nor settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kliping.output import one_line
from kliping.reading.questions import questions
from kliping.sandbox.errors import FailedError, QueryError
from kliping.sandbox.rules import Rules
from parsers.search_query import QueryError as SearchError
from warehouse.plain_file import PlainFileError, read_plain
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.read.search_sql import with_searches

FOLDER = "sql"
MOST_BYTES = 1_000_000  # of a file
NAME = re.compile(r"[a-z][a-z0-9_]*")
PARAMETERS = ("since", "until", "source")


class UserQueryError(ValueError):
    """A file cannot be used; the message has its name, the line where it is known, and the reason."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class UserQuery:
    path: Path
    text: str = ""
    problem: str = ""  # why the file was not read

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def question(self) -> str:
        """Its first line, if that is a comment."""
        first = self.text.partition("\n")[0]
        return first.removeprefix("--").strip() if first.startswith("--") else "your own query"

    def error(self, reason: str, line: int | None = None) -> UserQueryError:
        where = f"{self.path}:{line}" if line else str(self.path)
        return UserQueryError(f"{where}: {' '.join(reason.split())}")


def user_queries(home: Path) -> dict[str, UserQuery]:
    """The queries of a home by their names, correct or not, but for those that have the name of a bundled question."""
    return {query.name: query for query in files_of(home) if query.name not in questions()}


def files_of(home: Path) -> list[UserQuery]:
    return list(map(_file, sorted((home / FOLDER).glob("*.sql"))))


def _file(path: Path) -> UserQuery:
    """Its searches are written out."""
    try:
        text = read_plain(path, MOST_BYTES).decode(errors="replace")
        return UserQuery(path=path, text=with_searches(text)[0])
    except (PlainFileError, SearchError) as error:
        return UserQuery(path=path, problem=one_line(error).removeprefix(f"{path}: "))


def check(con: duckdb.DuckDBPyConnection, query: UserQuery, rules: Rules) -> frozenset[str]:
    """The parameters of a query that the connection can answer. Raises UserQueryError."""
    if not NAME.fullmatch(query.name):
        raise query.error("the name of the file has a-z, 0-9 and _ only, and begins with a letter")
    if query.name in questions():
        raise query.error("a bundled question has this name; rename the file")
    if query.problem:
        raise query.error(query.problem)
    if not query.text.strip():
        raise query.error("the file is empty; it has one SELECT")
    try:
        rules.check(query.text)
    except FailedError as error:
        raise query.error(str(error), _line_of_mistake(query.text)) from None
    except QueryError as error:
        raise query.error(str(error)) from None
    return _bound(con, query)


def _line_of_mistake(text: str) -> int | None:
    with duckdb.connect() as con:
        [(tree,)] = con.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchall()
    position = json.loads(tree).get("position")
    return text.encode()[: int(position)].count(b"\n") + 1 if position else None


def _bound(con: duckdb.DuckDBPyConnection, query: UserQuery) -> frozenset[str]:
    """The parameters, once DuckDB has found every table and column that the query names."""
    try:
        (statement,) = con.extract_statements(f"EXPLAIN {query.text}")
        parameters = frozenset(statement.named_parameters)
        if others := sorted(parameters.difference(PARAMETERS)):
            raise query.error(f"unknown parameter ${others[0]}; there are $since, $until, $source")
        con.execute(statement, dict.fromkeys(parameters))
    except duckdb.Error as error:
        reason, _, excerpt = str(error).partition("\nLINE ")
        line = excerpt.partition(":")[0]
        raise query.error(reason, int(line) if line.isdigit() else None) from None
    return parameters


def ask_user_query(reader: Reader, query: UserQuery, values: Mapping[str, Any]) -> list[Row]:
    """The answer, with those of the values that the query names. Raises UserQueryError."""
    reader.con.execute("SET python_enable_replacements = false")
    parameters = check(reader.con, query, Rules(duckdb.connect()))
    try:
        return reader.rows(query.text, {name: values[name] for name in parameters})
    except duckdb.Error as error:
        raise query.error(str(error)) from None
