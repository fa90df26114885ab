"""Quality checks: `checks/<name>.sql`, each a query for rows that break a rule; its first line gives its id, severity and rule.

They read `new_…`, the rows to check: those of a batch, those that loads changed since the last check, or all; and `recent_articles`, the
articles of the last sixty days. Severities: row (a row that breaks it is quarantined at load; in the warehouse it is an error),
error (nothing is published while there is one), warn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import duckdb

from warehouse.queries import Row, first_comment, sql, with_fields
from warehouse.write.database import Database
from warehouse.write.fact_rows import FACTS
from warehouse.write.memory import with_limited_memory
from warehouse.write.outcome_rows import STAGED
from warehouse.write.spans import FaultyRowError

CHECKS = Path(__file__).parents[1] / "checks"
RECENT_ARTICLES = sql("quality/recent_articles")
SAMPLE = "SELECT to_json(list(v)) FROM (FROM violations ORDER BY ALL LIMIT 3) AS v"
MANY = 50_000  # articles; where more were changed, to check all is as cheap
CHECKED_TABLES = {"articles": "core.articles"} | {
    name: STAGED[name] for name in ("versions", "removed_spans", *FACTS)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    check_id: str
    severity: str
    rule: str
    name: str
    sql: str


@cache
def checks() -> tuple[Check, ...]:
    """All of them, by their ids."""
    return tuple(sorted(map(_check, CHECKS.glob("*.sql")), key=lambda check: check.check_id))


def _check(path: Path) -> Check:
    text = with_fields(path.read_text())
    head = re.match(
        r"(?P<check_id>C\d\d) (?P<severity>row|error|warn): (?P<rule>.+)", first_comment(text)
    )
    if not head:
        raise ValueError(f"{path}: a check begins with `-- C01 row|error|warn: its rule.`")
    return Check(name=path.stem, sql=text, **head.groupdict())


def prove(con: duckdb.DuckDBPyConnection) -> None:
    """Check the staged rows of a batch before they are loaded. Raises FaultyRowError."""
    for check in checks():
        if check.severity == "row" and (result := _result(con, check))["n_found"]:
            raise FaultyRowError(line(result))


def run_checks(db: Database, run_id: str, *, everything: bool = False) -> list[Row]:
    """The result of every check, on what was loaded since the last time or on the whole warehouse."""
    with db.write_connection() as con:
        # the texts of a large warehouse are more than a run may take
        return with_limited_memory(con, partial(_checked, con, run_id, everything=everything))


def _checked(con: duckdb.DuckDBPyConnection, run_id: str, *, everything: bool) -> list[Row]:
    con.begin()
    results = check(con, run_id, everything=everything)
    con.commit()
    return results


def check(con: duckdb.DuckDBPyConnection, run_id: str, *, everything: bool) -> list[Row]:
    """`run_checks` in the caller's transaction; the results are kept in `ops.quality_results`.

    Rows that were checked are not checked again, unless there is an error. They are found by row id, so the cost is that of the
    changed rows: of the tables as a whole only ids are read.
    """
    # up to so many row ids are looked up, and the rest of a table is not read
    con.execute(f"SET dynamic_or_filter_threshold = {MANY}")
    ((n_unchecked,),) = con.execute("SELECT count(*) FROM ops.unchecked").fetchall()
    everything = everything or n_unchecked > MANY
    for name in CHECKED_TABLES:
        con.execute(_all_rows(name) if everything else _unchecked_rows(name))
    con.execute(RECENT_ARTICLES)
    results = [_result(con, check) for check in checks()]
    columns = ("check_id", "name", "severity", "n_found", "sample")
    con.executemany(
        "INSERT INTO ops.quality_results VALUES (?, ?, ?, ?, now()::TIMESTAMP, ?, ?)",
        [[run_id, *(row[column] for column in columns)] for row in results],
    )
    if not errors(results):
        con.execute("DELETE FROM ops.unchecked")
    return results


def errors(results: Iterable[Row]) -> list[Row]:
    """The results that forbid publishing."""
    return [row for row in results if row["n_found"] and row["severity"] != "warn"]


def line(row: Row) -> str:
    """A result for people."""
    example = json.loads(row["sample"])[0]
    shown = ", ".join(f"{key} {value}" for key, value in example.items() if value is not None)
    return f"{row['check_id']} {row['name']}: {row['n_found']} against the rule that {row['rule'].removesuffix('.')}; e.g. {shown}"


def _result(con: duckdb.DuckDBPyConnection, check: Check) -> Row:
    con.execute(f"CREATE OR REPLACE TEMP TABLE violations AS {check.sql}")
    ((n_found,),) = con.execute("SELECT count(*) FROM violations").fetchall()
    ((sample,),) = con.execute(SAMPLE).fetchall() if n_found else ((None,),)
    return {
        "check_id": check.check_id,
        "name": check.name,
        "severity": check.severity,
        "rule": check.rule,
        "n_found": n_found,
        "sample": sample,
    }


def _all_rows(name: str) -> str:
    return f"CREATE TEMP VIEW new_{name} AS FROM {CHECKED_TABLES[name]}"


def _unchecked_rows(name: str) -> str:
    table = CHECKED_TABLES[name]
    condition = (
        "version_id IN (SELECT version_id FROM new_versions)"
        if name == "removed_spans"
        else "article_id IN (SELECT article_id FROM ops.unchecked)"
    )
    return f"CREATE TEMP TABLE new_{name} AS FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE {condition})"  # noqa: S608 - our own table names
