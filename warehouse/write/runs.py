"""Runs: begin and end of each, and what it did (`ops.runs`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb

from warehouse.queries import Row, records, sql, utc
from warehouse.write.database import Database
from warehouse.write.schema import is_current
from warehouse.write.staging import stage_rows

RUNNING = sql("runs/running")
MARK_CRASHED = sql("runs/mark_crashed")
CRASHED_FLOW_RUNS = sql("runs/crashed_flow_runs")
REPLACE_HOSTS = sql("runs/replace_hosts")
COUNTS = sql("runs/counts")
NOTES = sql("runs/notes")
FAILURES = sql("runs/failures")
REQUESTS = sql("runs/requests")
ADD_STEP = sql("runs/add_step")
STEP_COSTS = sql("runs/step_costs")
SUMS = (
    "n_discovered",
    "n_fetched",
    "n_new",
    "n_changed",
    "n_metadata_changed",
    "n_unchanged",
    "n_quarantined",
    "n_failed",
)


def begin(db: Database, run: Row) -> None:
    """Insert the run, a row of `ops.runs`, unless it is there."""
    with db.write_connection() as con:
        values = ", ".join(f"${column}" for column in run)
        con.execute(
            f"INSERT INTO ops.runs ({', '.join(run)}) SELECT {values}"
            " WHERE NOT EXISTS (FROM ops.runs WHERE run_id = $run_id)",
            run,
        )


def running(db: Database) -> list[str]:
    """The runs that have not ended, or have ended without writing it down."""
    return [row["run_id"] for row in db.rows(RUNNING)]


def mark_crashed(db: Database, run_ids: Iterable[str]) -> None:
    """These runs ended without writing it down."""
    db.write(MARK_CRASHED, {"ids": list(run_ids)})


def crashed_flow_runs(db: Database) -> list[str]:
    """Prefect's ids of the crashed runs."""
    return [row["id"] for row in db.rows(CRASHED_FLOW_RUNS)]


def finish(
    db: Database,
    run_id: str,
    finished_at: datetime,
    state: str,
    columns: Mapping[str, Any],
    hosts: Iterable[Row] = (),
) -> None:
    """Close the run with its counts, and keep the politeness state of the hosts."""
    with db.transaction() as con, db.staging_folder() as folder:
        sets = "".join(f", {name} = ${name}" for name in columns)
        con.execute(
            f"UPDATE ops.runs SET finished_at = $at, state = $state, n_articles = (SELECT count(*) FROM core.articles){sets}"  # noqa: S608 - our own column names
            " WHERE run_id = $run_id",
            {"at": utc(finished_at), "state": state, "run_id": run_id, **columns},
        )
        stage_rows(con, folder, "hosts", "ops.hosts", list(hosts))
        con.execute(REPLACE_HOSTS)


def add_step(db: Database, run_id: str, step: str, cpu_seconds: float) -> None:
    """What a step took that came after the end of the run was stored."""
    db.write(ADD_STEP, {"run_id": run_id, "step": step, "cpu_seconds": cpu_seconds})


def step_costs(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """What each step takes, the last run's most expensive first; nothing of a home that waits for its upgrade."""
    return records(con.execute(STEP_COSTS)) if is_current(con) else []


def counts(db: Database, run_id: str) -> list[Row]:
    """What a run did, one row per source."""
    return db.rows(COUNTS, {"run_id": run_id})


def sums(rows: Iterable[Row]) -> Row:
    """Of such rows, the columns of `ops.runs`."""
    rows = list(rows)
    return {name: sum(row[name] for row in rows) for name in SUMS}


def notes(db: Database, run_id: str) -> list[Row]:
    """Oddities of the channels that answered in a run, one row per channel."""
    return db.rows(NOTES, {"run_id": run_id})


def failures(db: Database, run_id: str) -> list[Row]:
    """Why a run failed anywhere, one row per reason."""
    return db.rows(FAILURES, {"run_id": run_id})


def requests(db: Database, run_id: str) -> list[Row]:
    """What a run asked the outlets for, one row per source, host and reason of failure; None for an answer."""
    return db.rows(REQUESTS, {"run_id": run_id})
