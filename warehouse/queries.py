"""SQL files and rows: the text of a file in `sql/`, and the answer to a query as dicts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from parsers.article import FIELDS, Use

if TYPE_CHECKING:  # worker processes make rows without it
    import duckdb

EACH_FIELD = re.compile(r"^.*\beach_([a-z]+)_field\b.*\n", re.MULTILINE)
PARAMETER = re.compile(r"\$(\w+)")
FILTER = re.compile(r"\bAND filter_by\(\s*\$(\w+),")
BRACKET = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"|[()]")  # or what may hold one
Row = dict[str, Any]
SQL = Path(__file__).parent / "sql"
QUESTIONS = Path(__file__).parent / "questions"


def sql(name: str) -> str:
    """The text of `sql/<name>.sql`. Modules read theirs when they are imported, so that a missing file is found at start."""
    return with_fields((SQL / f"{name}.sql").read_text("utf-8"))


def with_fields(script: str) -> str:
    """SQL with a line that names `each_shown_field`, or that of another use, written out for every such field of an article."""

    def lines(match: re.Match[str]) -> str:
        line, use = match[0], Use[match[1].upper()]
        names = (field.name for field in FIELDS if use not in field.but_for)
        return "".join(line.replace(f"each_{match[1]}_field", name) for name in names)

    return EACH_FIELD.sub(lines, script)


def first_comment(text: str) -> str:
    """The first paragraph of the comment at the top of a file: what a question asks, what a check demands."""
    lines = takewhile(lambda line: line.startswith("-- "), text.splitlines())
    return " ".join(line.removeprefix("-- ") for line in lines)


def records(con: duckdb.DuckDBPyConnection, most: int | None = None) -> list[Row]:
    """The rows of the last statement by column name, or the next ones; timestamps, which the database has in UTC, become aware."""
    names = [column[0] for column in con.description or ()]
    rows = con.fetchmany(most) if most else con.fetchall()
    return [dict(zip(names, map(_aware, row), strict=True)) for row in rows]


class Filter(NamedTuple):
    """A condition that limits the rows of a query only where its parameter has a value: `AND filter_by($topic, …)`.

    Without it DuckDB would join what the condition reads, though that changes nothing.
    """

    parameter: str
    condition: str


@lru_cache
def parts(query: str) -> tuple[str | Filter, ...]:
    """The query in pieces: its filters, and the text around them."""
    found: list[str | Filter] = []
    start = 0
    while head := FILTER.search(query, start):
        end = _closing_bracket(query, head.end())
        condition = query[head.end() : end].strip()
        found += [query[start : head.start()], Filter(head[1], condition)]
        start = end + 1
    return (*found, query[start:])


def _closing_bracket(query: str, start: int) -> int:
    """Where the bracket that is open at `start` closes."""
    n_open = 1
    for token in BRACKET.finditer(query, start):
        n_open += {"(": 1, ")": -1}.get(token[0], 0)
        if n_open == 0:
            return token.start()
    raise ValueError(f"a filter has no closing bracket: {query[start:]}")


def narrowed(query: str, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The query with the filters whose parameter has a value, and those of the parameters that it then names.

    Raises ValueError where the query names a parameter that is not there.
    """
    if missing := set(PARAMETER.findall(query)) - set(parameters):
        raise ValueError(f"the query names ${min(missing)}, which has no value; {query}")
    text = "".join(
        part if isinstance(part, str) else _limit(part, parameters) for part in parts(query)
    )
    return text, {name: parameters[name] for name in PARAMETER.findall(text)}


def _limit(filter_: Filter, parameters: Mapping[str, Any]) -> str:
    return "" if parameters[filter_.parameter] is None else f"AND ({filter_.condition})"


def execute(con: duckdb.DuckDBPyConnection, script: str, parameters: Mapping[str, Any]) -> None:
    """Every statement of the script, each with those of the parameters that it names."""
    for statement in con.extract_statements(script):
        con.execute(statement, {name: parameters[name] for name in statement.named_parameters})


def repeat(con: duckdb.DuckDBPyConnection, insert: str, parameters: Row | None = None) -> None:
    """The statement, until it adds no row."""
    while con.execute(insert, parameters).fetchall() != [(0,)]:
        pass


@lru_cache(maxsize=256)  # the time of a page is in many of its rows
def utc(moment: datetime | None) -> str | None:
    """A moment as DuckDB writes a TIMESTAMP in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ") if moment else None


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def quote(text: str) -> str:
    """A literal of SQL, where no parameter is allowed."""
    return "'" + text.replace("'", "''") + "'"
