"""What the flows share: how a run starts and ends in Prefect. What happened is in `ops`; Prefect shows it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
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
from flows.runs.errors import Busy, Stopped
from flows.runs.listeners import listeners
from flows.runs.silence import limited_silence
from flows.runs.summary import Summary, failure_line
from flows.settings import Settings, from_environment
from flows.source_cache import load_sources
from flows.stores import database
from parsers.source import Sources
from warehouse.queries import Row
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
    for name in ("flows", "kliping"):
        _forward(logging.getLogger(name))


def _forward(log: logging.Logger) -> None:
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
        with limited_silence(settings):
            summary = await run
    except (Busy, Stopped) as error:  # nothing broke: a state that says why, not a traceback
        return Cancelled(message=str(error), data=error)
    except Exception as error:  # noqa: BLE001 - the caller gets it from the state
        is_ours = hasattr(error, "exit_code")
        get_run_logger().error("%s failed: %s", name, error, exc_info=None if is_ours else error)
        emit(settings, name, error)
        return Failed(message=f"{name} failed: {error}", data=error)
    lines = [*summary.lines(), *summary.busy]
    rows = [summary.estimate] if summary.estimate else summary.days or summary.rows
    await _store_table(f"{name}-summary", rows, "\n\n".join(lines))
    await _store_table(f"{name}-failures", summary.failures, "What failed, and until when")
    await _store_table(f"{name}-quality", summary.quality, "What each check found")
    for line in (*map(failure_line, summary.failures), *summary.notes):
        get_run_logger().warning(line)
    await mark_crashed_flow_runs(settings)
    emit(settings, name, summary)
    return _state(summary, settings.max_failed_percent)


async def _store_table(key: str, rows: Iterable[Row], description: str) -> None:
    table = [{name: _cell(value) for name, value in row.items()} for row in rows]
    await acreate_table_artifact(key=key, table=table, description=description)


def _cell(value: Any) -> Any:
    """As JSON can have it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | None) else str(value)


def emit(settings: Settings, name: str, result: Summary | Exception) -> None:
    """An event for Prefect's automations for each message of a listener. It names the page of the run."""
    now = datetime.now(UTC)
    for listener in listeners().values():
        try:
            alert = listener.alert(settings, name, result, now)
        except Exception as error:  # noqa: BLE001 - what cannot be reported ends no run
            get_run_logger().warning("no alert: %s", error)
            continue
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
