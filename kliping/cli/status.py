"""Is everything well? One answer for people, for cron and for Prometheus."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from kliping.cli.app import CARE, FAILED, OK, app, published_copy
from kliping.cli.log_handler import is_verbose
from kliping.cli.options import Form, Outlet, output_option
from kliping.cli.store import check_id_now, open_store
from kliping.cli.umask import user_files
from kliping.output import Format, say, show
from kliping.sql_files import toml

if TYPE_CHECKING:
    from flows.runs.summary import Outage
    from flows.settings import Settings
    from warehouse.queries import Row
    from warehouse.read.published import Reader

TABLE_COLUMNS = toml("cli/columns")["status"]
ALWAYS_LISTED = {"page", "run"}  # kinds; of others only what is not ok
OF_RUNS = {"run", "step", "check"}  # kinds that are about no outlet
NO_ALARM = {"ok", "partial", "warn"}  # the next run tries again; a warning is worth a look


@app.command(rich_help_panel=CARE)
def status(
    ctx: typer.Context,
    source: Outlet = None,
    everything: Annotated[
        bool, Option("--all", help="List channels and checks that are ok too.")
    ] = False,
    checks: Annotated[
        bool, Option("--checks", help="Run every check now, on the whole warehouse.")
    ] = False,
    output: Annotated[
        Path | None, output_option("Write metrics of outlets and channels, for Prometheus.")
    ] = None,
    form: Form = Format.TABLE,
) -> int:
    """Whether all is well: outlets, the last run, quality checks.

    Lists every outlet, the last run with what it cost, and each channel, check and step that is not ok. With --source only that outlet.
    If the last run reached no network, it says only that.
    Exit code 1 if something is wrong; `partial` runs and `warn` checks are listed and do not count.
    """
    from flows.stores import lake_location
    from warehouse.write.quality import run_checks

    if checks:
        run_checks(open_store(ctx.obj), check_id_now("check"), everything=True)
    rows, down = state_rows(ctx.obj, source)
    if output:
        _write_metrics(output, [row for row in rows if row["kind"] not in OF_RUNS])
    listed = [
        row for row in rows if everything or row["kind"] in ALWAYS_LISTED or row["state"] != "ok"
    ]
    if form is Format.TABLE and down and not (everything or is_verbose()):
        say(f"{down.text}; `kliping status --all` lists the outlets", sys.stdout)
        listed = [row for row in listed if row["kind"] == "check"]
    if listed or not down:
        columns = TABLE_COLUMNS if form is Format.TABLE else ()
        show(listed, form, columns=columns, empty="no outlet has been crawled yet")
    if (location := lake_location(ctx.obj)) and (waiting := location.waiting_line()):
        say(f"{waiting}: the next run of any machine loads them")
    is_well = not down and all(row["state"] in NO_ALARM for row in rows)
    return OK if is_well else FAILED


def state_rows(settings: Settings, source: str | None) -> tuple[list[Row], Outage | None]:
    """Outlets and channels, of all outlets also the last run, its steps and the last checks; and whether that run reached no network."""
    from flows.runs.summary import outage
    from kliping.reading.health import last_requests, source_health
    from kliping.reading.questions import outlet

    with _latest_state(settings) as reader:
        health = source_health(reader, outlet(reader, source))
        rows = health if source else _same_columns([*health, *_rows_of_runs(reader)])
        return rows, outage(last_requests(reader))


def _rows_of_runs(reader: Reader) -> Iterator[Row]:
    """The last run with what it cost, its steps, and the last checks."""
    from kliping.reading.health import LAST_CHECKS, LAST_RUN, cost_line, step_rows
    from warehouse.write.runs import step_costs

    steps = step_rows(step_costs(reader.con))
    yield from (row | {"note": row["note"] + cost_line(steps)} for row in reader.rows(LAST_RUN))
    yield from steps
    yield from map(_check_row, reader.rows(LAST_CHECKS))


@contextmanager
def _latest_state(settings: Settings) -> Iterator[Reader]:
    """The warehouse has the last run even if it was not published. Who may not write there, or would wait for a writer,
    reads the published copy.
    """
    from flows.stores import database
    from warehouse.read.published import Reader
    from warehouse.write.database import DatabaseBeingWritten, DatabaseBusy

    store = database(settings)
    with ExitStack() as stack:
        if store.may_be_read:
            try:
                con = stack.enter_context(store.read_connection())
            except (DatabaseBeingWritten, DatabaseBusy) as error:
                say(f"{error}; this is the published copy")
            else:
                yield Reader.over(con)
                return
        yield stack.enter_context(published_copy(settings))


def _check_row(result: Row) -> Row:
    from warehouse.write.quality import checks, line

    state = "ok" if not result["n_found"] else "warn" if result["severity"] == "warn" else "error"
    rules = {check.check_id: check.rule for check in checks()}
    result = {**result, "rule": rules.get(result["check_id"], "is no longer checked")}
    return {
        "kind": "check",
        "channel": f"{result['check_id']} {result['name']}",
        "state": state,
        "last_success_at": None if result["n_found"] else result["checked_at"],
        "last_look_at": result["checked_at"],
        "note": line(result).partition(": ")[2] if result["n_found"] else None,
        "examples": json.loads(result["sample"] or "[]"),
    }


def _same_columns(rows: Sequence[Row]) -> list[Row]:
    columns = dict.fromkeys([*TABLE_COLUMNS, *(name for row in rows for name in row)])
    return [columns | row for row in rows]


def _write_metrics(path: Path, health: Sequence[Row]) -> None:
    """For Prometheus's textfile collector, which reads *.prom only: atomically."""
    from kliping.reading.health import prometheus

    new = path.with_name(f"{path.name}.new")
    with user_files():
        new.write_text(prometheus(health), encoding="utf-8")
    new.replace(path)
