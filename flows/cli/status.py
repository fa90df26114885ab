"""The command that tells whether all is well: for people, for cron, for Prometheus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.app import FAILED, OK, Form, app, reader_of
from flows.cli.queries import Only
from flows.cli.umask import users_files
from flows.output import Format, show

STANDING = ("source_id", "kind", "state", "last_success_at", "last_new_at")
SHOWN = (
    *STANDING,
    "failures_in_a_row",
    "new_3_days",
    "usual_3_days",
    "lag_minutes",
    "channel",
    "note",
)


@app.command()
def status(
    ctx: typer.Context,
    source: Only = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Channels that are well too, not only the outlets.")
    ] = False,
    prometheus: Annotated[
        Path | None,
        typer.Option(
            "--prometheus",
            metavar="FILE",
            help="Write all of it for the textfile collector, atomically.",
        ),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """Every outlet, and every channel that is not well. Exit code 1 where anything is not; mart.source_health has all of it."""
    from warehouse.read.health import prometheus as metrics
    from warehouse.read.questions import outlet
    from warehouse.write.store import SQL

    with reader_of(ctx.obj) as reader:
        health = reader.rows((SQL / "status.sql").read_text(), {"source": outlet(reader, source)})
    if prometheus:
        new = prometheus.with_name(f"{prometheus.name}.new")  # the collector reads *.prom alone
        with users_files():
            new.write_text(metrics(health), encoding="utf-8")
        new.replace(prometheus)
    rows = [row for row in health if everything or row["kind"] == "page" or row["state"] != "ok"]
    if form is Format.TABLE:
        rows = [{name: row[name] for name in SHOWN} for row in rows]
    show(rows, form, empty="no outlet was asked yet")
    raise typer.Exit(FAILED if any(row["state"] != "ok" for row in health) else OK)
