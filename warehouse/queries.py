"""SQL files and rows: the text of a file in `sql/`, and the answer to a query as dicts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from parsers.article import FIELDS, Use

EACH_FIELD = re.compile(r"^.*\beach_([a-z]+)_field\b.*\n", re.MULTILINE)
CONDITION = re.compile(r"^ +AND \(\$(\w+) IS NULL OR (.*)\)$", re.MULTILINE)
PARAMETER = re.compile(r"\$(\w+)")
Row = dict[str, Any]
SQL = Path(__file__).parent / "sql"
QUESTIONS = Path(__file__).parent / "questions"
ANSWERS = "core.{}_answers"  # the table of a question that is answered at publish


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
        return "" if parameters.get(match[1]) is None else f"  AND ({match[2]})"

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
