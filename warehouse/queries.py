"""SQL files and rows: the text of a file in `sql/`, and the answer to a query as dicts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb

CONDITION = re.compile(
    r"^( +)AND \((?:\$(\w+) IS NULL OR (.*)|\n +\$(\w+) IS NULL\n +OR ((?:.*\n)+?)\1)\)$",
    re.MULTILINE,
)
PARAMETER = re.compile(r"\$(\w+)")
Row = dict[str, Any]
SQL = Path(__file__).parent / "sql"
QUESTIONS = Path(__file__).parent / "questions"
ANSWERS = "core.{}_answers"  # the table of a question that is answered at publish


def sql(name: str) -> str:
    """The text of `sql/<name>.sql`. Modules read theirs when they are imported, so that a missing file is found at start."""
    return (SQL / f"{name}.sql").read_text("utf-8")


def first_comment(text: str) -> str:
    """The first paragraph of the comment at the top of a file: what a question asks, what a check demands."""
    lines = takewhile(lambda line: line.startswith("-- "), text.splitlines())
    return " ".join(line.removeprefix("-- ") for line in lines)


def records(con: duckdb.DuckDBPyConnection, most: int | None = None) -> list[Row]:
    """The rows of the last statement by column name, or the next ones; timestamps, which the database has in UTC, become aware."""
    names = [column[0] for column in con.description or ()]
    rows = con.fetchmany(most) if most else con.fetchall()
    return [dict(zip(names, map(_aware, row), strict=True)) for row in rows]


def narrowed(query: str, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The query and those of the parameters that it names; without the lines `AND ($name IS NULL OR …)` of parameters that are None.

    DuckDB would join what such a line reads, though it changes nothing.
    """

    def condition(match: re.Match[str]) -> str:
        _, one, short, other, long = match.groups()
        return "" if parameters.get(one or other) is None else f"  AND ({short or long})"

    query = CONDITION.sub(condition, query)
    return query, {name: parameters.get(name) for name in PARAMETER.findall(query)}


def execute(con: duckdb.DuckDBPyConnection, script: str, parameters: Mapping[str, Any]) -> None:
    """Every statement of the script, each with those of the parameters that it names."""
    for statement in con.extract_statements(script):
        con.execute(statement, {name: parameters[name] for name in statement.named_parameters})


@lru_cache(maxsize=256)  # the time of a page is in many of its rows
def utc(moment: datetime | None) -> str | None:
    """A moment as DuckDB writes a TIMESTAMP in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ") if moment else None


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
