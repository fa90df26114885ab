"""What commands that run a job share: the run as a Prefect flow, its summary, and what an import would do."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from flows.runs.errors import Stopped
from kliping.cli.app import BUSY, FAILED, OK
from kliping.cli.log_handler import is_verbose
from kliping.output import Format, say, show, to_json

if TYPE_CHECKING:
    from flows.runs.summary import Summary
    from flows.settings import Settings
    from warehouse.queries import Row

PREVIEWED_ROWS = 20  # in a table for people
LAST = ("nothing new", "new")  # fates that are listed last


def run_as_flow(settings: Settings, form: Format, name: str, **parameters: Any) -> int:
    """The same work as a Prefect flow run, which the Prefect UI shows."""
    import asyncio

    from flows.settings import export

    export(settings)
    from flows.prefect_support import as_flow_run

    return print_summary(asyncio.run(as_flow_run(load_flow(name), **parameters)), form)


def run_job(form: Format, job: Callable[..., Any], bar: str | None = None) -> int:
    """Run a job, which gets its `progress`, and print its summary: of a run that a signal stops what it did until then.

    The progress has one bar of this name, or without a name one for each source.
    """
    import asyncio
    from inspect import iscoroutine

    from kliping.cli.progress import one_progress, sources_progress

    try:
        with one_progress(bar) if bar else sources_progress() as progress:
            summary = job(progress=progress)
            if iscoroutine(summary):
                summary = asyncio.run(summary)
    except Stopped as stopped:
        if stopped.summary:
            print_summary(stopped.summary, form)
        raise
    return print_summary(summary, form)


def load_flow(name: str) -> Any:
    """Prefect reads its environment when the module of a flow is imported."""
    return getattr(import_module(f"flows.{name}"), name)


def print_summary(summary: Summary, form: Format) -> int:
    """What a run did, and one line for each kind of failure; the exit code."""
    from flows.runs.summary import failure_line, would_do

    cause = summary.common_cause
    is_brief = bool(cause) and not is_verbose()
    if form is Format.JSON:
        print(to_json(_as_data(summary)))
    elif not is_brief or form is Format.CSV or summary.total("n_fetched"):
        _show_rows(summary, form)
    lines = [
        *([cause] if cause else []),
        *([would_do(summary.estimate)] if summary.estimate and not is_brief else []),
        *(f"note: {note}" for note in summary.notes),
        *map(failure_line, summary.other_failures if is_brief else summary.failures),
        *summary.busy,
    ]
    for line in lines:
        say(line)
    return BUSY if summary.busy else FAILED if summary.failures else OK


def _show_rows(summary: Summary, form: Format) -> None:
    """What the run did; of a table of counts only what is not 0."""
    if summary.addresses:
        _show_addresses(summary, form)
        return
    rows: Sequence[Row] = summary.days or summary.rows
    if summary.estimate:
        rows = [summary.estimate]
    elif form is Format.TABLE and not summary.days:
        rows = [row for row in summary.rows if any(isinstance(n, int) and n for n in row.values())]
        names = [name for name in (rows[0] if rows else ()) if any(row[name] for row in rows)]
        rows = [{name: row[name] for name in names} for row in rows]
    show(
        [{name.removeprefix("n_"): value for name, value in row.items()} for row in rows],
        form,
        title=f"run {summary.run_id}: {summary.state}" if form is Format.TABLE else "",
        empty="nothing new",
    )


def _show_addresses(summary: Summary, form: Format) -> None:
    """What became of each address; for people of those that were not loaded, beside the counts."""
    if form is Format.CSV:
        show(summary.addresses, form)
        return
    states = Counter(row["state"] for row in summary.addresses)
    counts = ", ".join(f"{n} {state}" for state, n in states.items())
    print(f"run {summary.run_id}: {summary.state}; {counts}")
    if others := [row for row in summary.addresses if row["state"] != "loaded"]:
        show(others, form, columns=("state", "source_id", "url", "reason"))


def _as_data(summary: Summary) -> dict[str, Any]:
    return {
        "run_id": summary.run_id,
        "state": summary.state,
        "sources": summary.rows,
        **({"days": summary.days} if summary.days else {}),
        **({"estimate": summary.estimate} if summary.estimate else {}),
        **({"match": summary.match} if summary.match else {}),
        **({"addresses": summary.addresses} if summary.addresses else {}),
        **({"cause": summary.common_cause} if summary.common_cause else {}),
        "failures": summary.failures,
        "notes": summary.notes,
        "busy": summary.busy,
    }


def print_preview(preview: dict[str, list[dict[str, Any]]], form: Format) -> int:
    """All rows as JSON or CSV; for people the columns, the counts, and some rows. The exit code that the import would have."""
    summary, rows = preview["summary"], preview["rows"]
    if form is Format.JSON:
        print(to_json(preview))
    elif form is Format.CSV:
        show(rows, form)
    else:
        for path, columns in groupby(preview["columns"], itemgetter("file")):
            shown = (
                {
                    "column": row["column"],
                    "read_as": row["read_as"],
                    "examples": " · ".join(row["examples"]),
                }
                for row in columns
            )
            show(shown, form, title=f"the columns of {path}")
        show(summary, form, title="\ndry run, nothing was imported", empty="no rows")
        first = sorted(rows, key=lambda row: LAST.index(row["fate"]) if row["fate"] in LAST else -1)
        print()
        show(first[:PREVIEWED_ROWS], form)
        if len(rows) > PREVIEWED_ROWS:
            print(
                f"{len(rows) - PREVIEWED_ROWS} more rows: --format csv lists them", file=sys.stderr
            )
    return FAILED if any(row["fate"] == "refused" for row in summary) else OK
