"""What the flows share: how a run starts and ends in Prefect. What happened is in `ops`; Prefect shows it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from prefect import get_run_logger
from prefect.artifacts import acreate_table_artifact
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
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Crashed, Failed
from rich.console import Console

from flows.logging import formatter
from flows.output import to_json
from flows.runs.alerts import Alert, alert_of_error, alert_once
from flows.runs.errors import Busy, Stopped
from flows.runs.summary import Summary, failure_line
from flows.settings import Settings, from_environment
from flows.source_cache import load_sources
from flows.stores import database, reader
from parsers.source import Sources
from warehouse.queries import Row
from warehouse.read.health import source_health
from warehouse.read.html_report import ROWS, SECTIONS, write_report
from warehouse.read.questions import ask, questions
from warehouse.write import runs

# Retries are the fetcher's and the loader's own, and what a stage returns is not worth keeping.
STAGE: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
OUR_FLOWS = FlowFilter(
    name=FlowFilterName(any_=["ingest", "revisit", "backfill", "reparse", "maintain", "verify"])
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


def configuration(names: Sequence[str] | None) -> tuple[Settings, Sources]:
    """The settings and sources of a run. Raises ValueError for an unknown source."""
    _forward_log()
    settings = from_environment()
    os.umask(settings.umask)  # a run of a worker's is a process of its own
    sources = load_sources(settings)
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
    """Wait for a run; its Summary as a state, with its tables and the report's as artifacts, and one event at most."""
    try:
        summary = await run
    except (Busy, Stopped) as error:  # nothing broke: a state that says why, not a traceback
        return Cancelled(message=str(error), data=error)
    except Exception as error:  # noqa: BLE001 - the caller gets it from the state
        is_ours = hasattr(error, "exit_code")
        get_run_logger().error("%s failed: %s", name, error, exc_info=None if is_ours else error)
        emit(partial(alert_of_error, settings.home, name, error))
        return Failed(message=f"{name} failed: {error}", data=error)
    lines = [*summary.lines(), *summary.busy]
    rows = [summary.estimate] if summary.estimate else summary.days or summary.rows
    await _store_table(f"{name}-summary", rows, "\n\n".join(lines))
    await _store_table(f"{name}-failures", summary.failures, "What failed, and until when")
    await _store_table(f"{name}-quality", summary.quality, "What each check found")
    if not summary.estimate:  # a dry run writes nothing
        await _store_report(settings)
    for line in (*map(failure_line, summary.failures), *summary.notes):
        get_run_logger().warning(line)
    await mark_crashed_flow_runs(settings)
    emit(partial(alert_of, settings, name, summary))
    return _state(summary, settings.max_failed_percent)


async def _store_table(key: str, rows: Iterable[Row], description: str) -> None:
    table = json.loads(
        to_json([{name: _cell(value) for name, value in row.items()} for row in rows])
    )
    await acreate_table_artifact(key=key, table=table, description=description)


def _cell(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


async def _store_report(settings: Settings) -> None:
    """The figures of the report as tables, and the page itself in the home."""
    try:
        tables = await asyncio.to_thread(_write_report, settings)
    except Exception as error:  # noqa: BLE001 - a report that cannot be made ends no run
        get_run_logger().warning("no report: %s", error)
        return
    for name, rows in tables.items():
        await _store_table(f"report-{name}", rows, questions()[name])


def _write_report(settings: Settings) -> dict[str, list[Row]]:
    with reader(settings) as published:
        write_report(settings.home, settings.report_language, published)
    with reader(settings) as published:
        return {name: ask(published, name)[:ROWS] for name in SECTIONS}


def alert_of(settings: Settings, name: str, summary: Summary, now: datetime) -> Alert | None:
    """The message of a run of the flow, by the health of its outlets."""
    with reader(settings) as published:
        health = source_health(published)
    return alert_once(settings.home, name, summary, health, settings.max_failed_percent, now)


def emit(make_alert: Callable[[datetime], Alert | None]) -> None:
    """An event, for Prefect's automations, if the operator must know something new. It names the page of the run."""
    try:
        alert = make_alert(datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 - what cannot be reported ends no run
        get_run_logger().warning("no alert: %s", error)
        return
    if alert:
        get_run_logger().warning(alert.text)
        resource = {"prefect.resource.id": "kliping", "prefect.resource.name": "kliping"}
        text = "\n".join(filter(None, [alert.text, flow_run.ui_url]))
        emit_event(f"kliping.{alert.event}", resource, payload={"text": text})


async def mark_crashed_flow_runs(settings: Settings) -> int:
    """Runs that Prefect believes alive, and whose process is dead by its own locks; how many."""
    dead, now, n = set(runs.crashed_flow_runs(database(settings))), datetime.now(UTC), 0
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


def _state(summary: Summary, most_percent: int) -> State[dict[str, Any]]:
    """Failed if nothing came in or most sources failed, else Completed; what failed is in the message."""
    lines = [summary.common_cause, *summary.lines(), *summary.busy]
    lines += [row["detail"] for row in summary.unpublished]
    make = Failed if summary.is_failed(most_percent) else Completed
    return make(message="; ".join(filter(None, lines)), data=asdict(summary))
