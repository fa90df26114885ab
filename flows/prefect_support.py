"""What the flows share: how a run starts and ends in Prefect. What happened is in `ops`; Prefect shows it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from prefect import get_run_logger
from prefect.artifacts import acreate_link_artifact, acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas import State, StateType
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.events import emit_event
from prefect.exceptions import MissingContextError
from prefect.states import Cancelled, Completed, Crashed, Failed
from rich.console import Console

from flows.logging import formatter
from flows.output import printable
from flows.runs.errors import Busy, Stopped
from flows.runs.summary import Summary
from flows.settings import Settings, from_environment
from parsers import source
from parsers.source import Source
from warehouse.queries import Row
from warehouse.read.health import source_health, troubles
from warehouse.read.html_report import write_report
from warehouse.read.published import Reader
from warehouse.write import runs
from warehouse.write.database import Database

# Retries are the fetcher's and the loader's own, and what a stage returns is not worth keeping.
STAGE: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
OUR_FLOWS = FlowFilter(
    name=FlowFilterName(any_=["ingest", "revisit", "backfill", "reparse", "maintain"])
)
UNENDED = FlowRunFilter(
    state=FlowRunFilterState(
        type=FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING])
    )
)
LATE = timedelta(minutes=10)  # a worker that has started no process by then will start none


def _print_no_more(console: Console) -> None:
    """Whoever read the output is gone, as when a worker is killed: its run goes on without."""
    console.quiet = True


# Prefect logs through rich, whose own answer to a closed pipe is to end the program.
Console.on_broken_pipe = _print_no_more  # type: ignore[assignment, method-assign]


class _RunLogHandler(logging.Handler):
    """Writes our log lines to the log of the Prefect run."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            get_run_logger().log(record.levelno, self.format(record))
        except MissingContextError:  # outside of a run, such as a thread that outlives it
            logging.getLogger("prefect").log(record.levelno, self.format(record))


class ServerUnreachableError(Exception):
    """PREFECT_API_URL names a server that does not answer; the message says what to do."""

    exit_code = 2


def configuration(names: Sequence[str] | None) -> tuple[Settings, dict[str, Source]]:
    """The settings and sources of a run. Raises ValueError for an unknown source."""
    _forward_log()
    settings = from_environment()
    os.umask(settings.umask)  # a run of a worker's is a process of its own
    sources = source.load(settings.source_folders)
    if unknown := [name for name in names or () if name not in sources]:
        raise ValueError(
            f"unknown source {', '.join(unknown)}; `kliping sources list` names them all"
        )
    return settings, sources


def _forward_log() -> None:
    """Once a process."""
    log = logging.getLogger("flows")
    if not any(isinstance(handler, _RunLogHandler) for handler in log.handlers):
        handler = _RunLogHandler()
        handler.setFormatter(formatter(structlog.processors.KeyValueRenderer(key_order=["event"])))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False


async def finish(
    name: str, settings: Settings, run: Coroutine[Any, Any, Summary]
) -> State[dict[str, Any]]:
    """Wait for a run; its Summary as a state, with tables and the report as artifacts."""
    try:
        summary = await run
    except (Busy, Stopped) as error:  # nothing broke: a state that says why, not a traceback
        return Cancelled(message=str(error), data=error)
    rows = [summary.estimate] if summary.estimate else summary.days or summary.rows
    await acreate_table_artifact(
        key=f"{name}-summary",
        table=list(map(_with_text_dates, rows)),
        description="\n\n".join(_lines(summary)),
    )
    await acreate_table_artifact(
        key=f"{name}-quality",
        table=list(map(_with_text_dates, summary.quality)),
        description="What each check found",
    )
    await _link_report(settings)
    for line in (*_failure_lines(summary), *summary.notes):
        get_run_logger().warning(line)
    await mark_crashed_flow_runs(settings)
    emit_alarms(settings)
    return _state(summary)


async def _link_report(settings: Settings) -> None:
    try:
        report = await asyncio.to_thread(write_report, settings.home, settings.report_language)
    except Exception as error:  # noqa: BLE001 - a report that cannot be made ends no run
        get_run_logger().warning("no report: %s", error)
        return
    await acreate_link_artifact(
        key="report",
        link=report.as_uri(),
        link_text="The report",
        description=f"{report} on the worker's machine: the published data on one page",
    )


def emit_alarms(settings: Settings) -> None:
    """An event, for Prefect's automations, for each outlet that is not well."""
    try:
        with Reader(settings.home) as reader:
            rows = source_health(reader)
    except Exception as error:  # noqa: BLE001 - what cannot be reported ends no run
        get_run_logger().warning("no alarms: %s", error)
        return
    for source_id, state, text in troubles(rows):
        get_run_logger().warning(text)
        resource = {
            "prefect.resource.id": f"kliping.source.{source_id}",
            "prefect.resource.name": source_id,
        }
        emit_event(f"kliping.source.{state}", resource, payload={"text": text})


async def mark_crashed_flow_runs(settings: Settings) -> int:
    """Runs that Prefect believes alive, and whose process is dead by its own locks; how many."""
    dead, now, n = set(runs.crashed_flow_runs(Database(settings.home))), datetime.now(UTC), 0
    async with get_client() as client:
        for run in await client.read_flow_runs(flow_filter=OUR_FLOWS, flow_run_filter=UNENDED):
            state = run.state
            is_late = state and state.type is StateType.PENDING and now - state.timestamp > LATE
            if str(run.id) in dead or is_late:
                message = "its process died; the next run loaded what it had archived"
                crashed: State[None] = Crashed(message=message)
                await client.set_flow_run_state(run.id, crashed, force=True)
                n += 1
    return n


async def as_flow_run(flow: Callable[..., Coroutine[Any, Any, Any]], **parameters: Any) -> Summary:
    """A flow called like the plain function it wraps: its Summary, or what it raised. Raises ServerUnreachableError too."""
    try:
        state = await flow(**parameters, return_state=True)
    except RuntimeError as error:
        if "Failed to reach API" not in str(error):  # Prefect has no class of its own for it
            raise
        url = from_environment().prefect_api_url
        raise ServerUnreachableError(
            f"no Prefect server answers at {url}; start it, or unset PREFECT_API_URL to run without it"
        ) from error
    result: Any = await state.aresult(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return Summary(**result)


def _with_text_dates(row: Row) -> Row:
    return {key: str(value) if isinstance(value, date) else value for key, value in row.items()}


def _state(summary: Summary) -> State[dict[str, Any]]:
    """Failed where a channel failed, for then articles may be missing unseen; failed pages are in `ops`."""
    message, data = "; ".join(_lines(summary)), asdict(summary)
    if any(row["kind"] != "page" for row in summary.failures):
        return Failed(message=message, data=data)
    name = "Partial" if summary.failures or summary.busy else "Completed"
    return Completed(name=name, message=message, data=data)


def _lines(summary: Summary) -> Iterator[str]:
    counts = ", ".join(
        f"{summary.total(f'n_{what}')} {what}" for what in ("new", "changed", "unchanged")
    )
    yield f"run {summary.run_id} {summary.state}: {counts}"
    yield from _failure_lines(summary)
    yield from summary.busy


def _failure_lines(summary: Summary) -> Iterator[str]:
    for row in summary.failures:
        yield f"{row['source_id']}: {row['n']} {row['kind']} {row['reason']}, e.g. {printable(row['example'])}"
