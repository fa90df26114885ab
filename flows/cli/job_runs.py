"""What commands that run a job share: the run as a Prefect flow, and its summary."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flows.cli.app import BUSY, FAILED, OK
from flows.output import Format, printable, show, to_json
from flows.runs.errors import Stopped

if TYPE_CHECKING:
    from flows.runs.summary import Summary
    from flows.settings import Settings


def run_as_flow(settings: Settings, form: Format, name: str, **parameters: Any) -> int:
    """The same work as a Prefect flow run, which the Prefect UI shows."""
    import asyncio

    from flows.settings import export

    export(settings)
    from flows.prefect_support import as_flow_run

    return print_summary(asyncio.run(as_flow_run(load_flow(name), **parameters)), form)


def load_flow(name: str) -> Any:
    """Prefect reads its environment when the module of a flow is imported."""
    return getattr(import_module(f"flows.{name}"), name)


def print_summary(summary: Summary, form: Format) -> int:
    """What a run did, and one line for each kind of failure; the exit code."""
    from flows.runs.summary import failure_line, would_do

    if form is Format.JSON:
        print(to_json(_as_data(summary)))
    else:
        rows = [summary.estimate] if summary.estimate else summary.days or summary.rows
        show(
            [{name.removeprefix("n_"): value for name, value in row.items()} for row in rows],
            form,
            title=f"run {summary.run_id}: {summary.state}" if form is Format.TABLE else "",
            empty="nothing new",
        )
    lines = [
        *([would_do(summary.estimate)] if summary.estimate else []),
        *(f"note: {note}" for note in summary.notes),
        *map(failure_line, summary.failures),
        *summary.busy,
    ]
    for line in lines:
        print(printable(line), file=sys.stderr)
    return BUSY if summary.busy else FAILED if summary.failures else OK


@contextmanager
def print_summary_if_stopped(form: Format) -> Iterator[None]:
    """A run that a signal stops has a summary too: what it did until then."""
    try:
        yield
    except Stopped as stopped:
        if stopped.summary:
            print_summary(stopped.summary, form)
        raise


def _as_data(summary: Summary) -> dict[str, Any]:
    return {
        "run_id": summary.run_id,
        "state": summary.state,
        "sources": summary.rows,
        **({"days": summary.days} if summary.days else {}),
        **({"estimate": summary.estimate} if summary.estimate else {}),
        **({"match": summary.match} if summary.match else {}),
        "failures": summary.failures,
        "notes": summary.notes,
        "busy": summary.busy,
    }
