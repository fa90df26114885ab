"""Quality checks: `checks/<name>.sql`, each a query for what breaks it; its first line says its id, its severity and its rule.

They read `new_…`, the rows to look at: those a batch brings, those that loads touched since the last check, or all; and `recent`, the
stories of the latest sixty days, each with its place `k` among its outlet's. Severities: row (who breaks it is put aside at load; in the
warehouse it is an error), error (nothing is published while it is there), warn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from warehouse.write.fact_rows import FACTS
from warehouse.write.outcome_rows import STAGED, Row

HERE = Path(__file__).parents[1]
FOUND = "SELECT count(*), (SELECT to_json(list(f)) FROM (FROM found ORDER BY ALL LIMIT 3) AS f) FROM found"
MANY = 50_000  # articles; where more were touched, to look at all is as cheap
JUDGED = ("articles", "versions", "removed_spans", *FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    check_id: str
    severity: str
    rule: str
    name: str
    sql: str


class FaultyRowError(ValueError):
    """A row of a batch breaks a check."""


@cache
def checks() -> tuple[Check, ...]:
    """All of them, by their ids."""
    return tuple(
        sorted(map(_check, (HERE / "checks").glob("*.sql")), key=lambda check: check.check_id)
    )


def _check(path: Path) -> Check:
    sql = path.read_text()
    head = re.match(r"-- (?P<check_id>C\d\d) (?P<severity>row|error|warn): (?P<rule>.+)\n", sql)
    if not head:
        raise ValueError(f"{path}: the first line of a check is `-- C01 row|error|warn: its rule.`")
    return Check(name=path.stem, sql=sql, **head.groupdict())


def prove(con: duckdb.DuckDBPyConnection) -> None:
    """The staged rows of a batch, before they are loaded. Raises FaultyRowError."""
    for check in checks():
        if check.severity == "row" and (found := _found(con, check))["n_found"]:
            raise FaultyRowError(line(found))


def check(con: duckdb.DuckDBPyConnection, run_id: str, *, everything: bool) -> list[Row]:
    """What breaks each check, also kept in `ops.quality_results`. In the caller's transaction.

    Rows that were looked at are not looked at again, unless there is an error. They are found by their place in the table, so that
    the cost is of what was touched: of the tables as a whole only ids are read.
    """
    con.execute(
        "SET memory_limit = '400MB'"
    )  # the texts of a large warehouse are more than a run may take; what is more goes to disk
    con.execute(
        f"SET dynamic_or_filter_threshold = {MANY}"
    )  # up to so many places are looked up; the rest of a table is not read
    ((n_touched,),) = con.execute("SELECT count(*) FROM ops.unchecked").fetchall()
    everything = everything or n_touched > MANY
    for name in JUDGED:
        con.execute(_everything(name) if everything else _touched(name))
    con.execute((HERE / "sql" / "recent.sql").read_text())
    results = [_found(con, check) for check in checks()]
    for row in results:
        kept = [
            run_id,
            *(row[key] for key in ("check_id", "name", "severity", "n_found", "sample")),
        ]
        con.execute(
            "INSERT INTO ops.quality_results VALUES (?, ?, ?, ?, now()::TIMESTAMP, ?, ?)", kept
        )
    if not errors(results):
        con.execute("DELETE FROM ops.unchecked")
    return results


def errors(results: Iterable[Row]) -> list[Row]:
    """What must not be published."""
    return [row for row in results if row["n_found"] and row["severity"] != "warn"]


def line(row: Row) -> str:
    """What was found, for people."""
    example = json.loads(row["sample"])[0]
    told = ", ".join(f"{key} {value}" for key, value in example.items() if value is not None)
    return f"{row['check_id']} {row['name']}: {row['n_found']} against the rule that {row['rule'].removesuffix('.')}; e.g. {told}"


def _found(con: duckdb.DuckDBPyConnection, check: Check) -> Row:
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS {check.sql}")
    ((n_found, sample),) = con.execute(FOUND).fetchall()
    said = {
        "check_id": check.check_id,
        "name": check.name,
        "severity": check.severity,
        "rule": check.rule,
    }
    return said | {"n_found": n_found, "sample": sample}


def _everything(name: str) -> str:
    return f"CREATE TEMP VIEW new_{name} AS FROM {STAGED[name]}"


def _touched(name: str) -> str:
    table = STAGED[name]
    wanted = (
        "version_id IN (SELECT version_id FROM new_versions)"
        if name == "removed_spans"
        else "article_id IN (SELECT article_id FROM ops.unchecked)"
    )
    return f"CREATE TEMP TABLE new_{name} AS FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE {wanted})"  # noqa: S608 - our own table names
