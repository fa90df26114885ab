"""What Prefect runs: a thin skin over plain functions, one task a stage and batch."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import acreate_link_artifact, acreate_table_artifact
from prefect.assets import add_asset_metadata, materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.events import emit_event
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed
from rich.console import Console

from flows.crawl.ingest import Stage
from flows.crawl.listings import window
from flows.janitor import bury
from flows.jobs import jobs, maintenance
from flows.output import printable
from flows.runs.locks import Busy
from flows.runs.run import Summary
from flows.settings import Settings, from_environment
from parsers import source
from parsers.source import Source
from warehouse.read.health import troubles
from warehouse.read.html_report import keep
from warehouse.read.published import Reader
from warehouse.write.outcome_rows import Row
from warehouse.write.store import SQL


def _print_no_more(console: Console) -> None:
    """Whoever read the output is gone, as when a worker is killed: its run goes on without."""
    console.quiet = True


# Prefect logs through rich, whose own answer to a closed pipe is to end the program.
Console.on_broken_pipe = _print_no_more  # type: ignore[assignment, method-assign]


class ServerUnreachableError(Exception):
    """PREFECT_API_URL names a server that does not answer; the message says what to do."""

    exit_code = 2


async def as_task(name: str, stage: Stage, /, *args: Any) -> Any:
    """Retries are the fetcher's and the loader's own; a task is only seen in the window. What is no discovery loads."""
    kind, source_id, *_ = name.split()
    seen: dict[str, Any] = {
        "name": kind,
        "task_run_name": name,
        "cache_policy": NO_CACHE,
        "persist_result": False,
    }
    if kind == "discover":
        return await task(stage, **seen)(*args)
    loading = materialize(
        asset(from_environment(), "warehouse"), asset_deps=[f"outlet://{source_id}"], **seen
    )
    return await loading(stage)(*args)


def asset(settings: Settings, name: str) -> str:
    """The key of a database in Prefect's lineage, which may not hold every sign that a path may."""
    home = re.sub(r"[^\w./-]", "_", str(settings.home))
    return f"duckdb://{home[-400:]}/{name}.duckdb"


@flow(name="ingest", persist_result=False)
async def ingest(
    sources: list[str] | None = None, limit: int | None = None, trigger: str = "schedule"
) -> State[Any]:
    """What is new of the named sources, or of all. The state says how it went; its data are the fields of a Summary.

    Raises ValueError for an unknown source.
    """
    settings, known = _known(sources)
    names = sources or source.unasked(known)
    seen = {"trigger": trigger, "prefect_flow_run_id": flow_run.id}
    return await _seen(
        "ingest",
        settings,
        jobs.ingest_sources(settings, known, names, limit=limit, call=as_task, **seen),
    )


@flow(name="revisit", persist_result=False)
async def revisit(
    sources: list[str] | None = None, limit: int | None = None, trigger: str = "schedule"
) -> State[Any]:
    """What has changed of the loaded stories of the named sources, or of all. Raises ValueError for an unknown source."""
    settings, known = _known(sources)
    names = sources or source.unasked(known)
    seen = {"trigger": trigger, "prefect_flow_run_id": flow_run.id}
    return await _seen(
        "revisit",
        settings,
        jobs.revisit_sources(settings, known, names, limit=limit, call=as_task, **seen),
    )


@flow(name="backfill", persist_result=False)
async def backfill(
    source_id: str,
    since: date | None = None,
    until: date | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    trigger: str = "backfill",
) -> State[Any]:
    """The past of a source by publication day, up to the day it was scheduled for; without `since` a week.

    However late it starts, so that each of two late runs has its own week. Raises ValueError for an unknown source or where no day is left.
    """
    settings, known = _known([source_id])
    days = window(known[source_id], since, until, flow_run.scheduled_start_time)
    seen = {"trigger": trigger, "prefect_flow_run_id": flow_run.id}
    asked = jobs.backfill_source(
        settings, known, source_id, days, limit=limit, dry_run=dry_run, call=as_task, **seen
    )
    return await _seen("backfill", settings, asked)


@flow(name="reparse", persist_result=False)
async def reparse(sources: list[str] | None = None) -> State[Any]:
    """The archive of the named sources, or of all, into the warehouse again; no network. Raises ValueError for an unknown source."""
    settings, known = _known(sources)
    again = asyncio.to_thread(
        jobs.reparse_sources,
        settings,
        known,
        sources,
        lambda _done, _due: None,
        prefect_flow_run_id=flow_run.id,
    )
    return await _seen("reparse", settings, again)


@flow(name="maintain", persist_result=False)
async def maintain(sources: list[str] | None = None, keep_days: int | None = None) -> State[Any]:
    """The database is written anew; with `keep_days` archive records that are older are let go. Raises ValueError for an unknown source."""
    settings, known = _known(sources)
    done = asyncio.to_thread(
        maintenance.maintain,
        settings,
        known,
        sources,
        keep_days,
        trigger="schedule",
        prefect_flow_run_id=flow_run.id,
    )
    return await _seen("maintain", settings, done)


async def as_flow_run(run: Callable[..., Coroutine[Any, Any, Any]], **parameters: Any) -> Summary:
    """A flow called like the plain function it wraps: its Summary, or what it raised. Raises ServerUnreachableError too."""
    try:
        state = await run(**parameters, return_state=True)
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


def _known(names: Sequence[str] | None) -> tuple[Settings, dict[str, Source]]:
    settings = from_environment()
    os.umask(settings.umask)  # a run of the worker's is a process of its own
    known = source.load(settings.source_folders)
    if unknown := [name for name in names or () if name not in known]:
        raise ValueError(
            f"unknown source {', '.join(unknown)}; `kliping sources list` names them all"
        )
    return settings, known


async def _seen(name: str, settings: Settings, run: Coroutine[Any, Any, Summary]) -> State[Any]:
    """The run's end as a state, its tables and the report as artifacts. What an earlier run left as if it lived is set right."""
    try:
        summary = await run
    except (Busy, jobs.Stopped) as error:  # nothing broke: a state that says why, not a traceback
        return Cancelled(message=str(error), data=error)
    rows = [summary.estimate] if summary.estimate else summary.days or summary.rows
    await acreate_table_artifact(
        key=f"{name}-summary",
        table=list(map(_shown, rows)),
        description="\n\n".join(_story(summary)),
    )
    await acreate_table_artifact(
        key=f"{name}-quality",
        table=list(map(_shown, summary.quality)),
        description="What breaks which rule",
    )
    _published(settings, summary)
    with suppress(Exception):  # what cannot be drawn breaks no run
        report = await asyncio.to_thread(keep, settings.home)
        told = f"{report} on the worker's machine: what is published, as one page"
        await acreate_link_artifact(
            key="report", link=report.as_uri(), link_text="The report", description=told
        )
    await bury(settings)
    alarm(settings)
    return _state(summary)


def _published(settings: Settings, summary: Summary) -> None:
    """The readers' copy in the lineage; it was made, or kept as it was, at the run's end."""
    copy, forbidden = (
        asset(settings, "kliping"),
        [row["detail"] for row in summary.failures if row["kind"] == "check"],
    )

    def publish() -> State[Any]:
        add_asset_metadata(
            copy,
            {
                "run_id": summary.run_id,
                "n_new": summary.total("n_new"),
                "n_changed": summary.total("n_changed"),
            },
        )
        return Failed(message="; ".join(forbidden)) if forbidden else Completed()

    made = materialize(
        copy, asset_deps=[asset(settings, "warehouse")], cache_policy=NO_CACHE, persist_result=False
    )
    made(publish)(return_state=True)


def alarm(settings: Settings) -> None:
    """An event, for automations, of every outlet that is not well."""
    with suppress(Exception), Reader(settings.home) as reader:  # what cannot be told breaks no run
        for source_id, state, told in troubles(
            reader.rows((SQL / "status.sql").read_text(), {"source": None})
        ):
            get_run_logger().warning(told)
            resource = {
                "prefect.resource.id": f"kliping.source.{source_id}",
                "prefect.resource.name": source_id,
            }
            emit_event(f"kliping.source.{state}", resource, payload={"text": told})


def _shown(row: Row) -> Row:
    return {key: str(value) if isinstance(value, date) else value for key, value in row.items()}


def _state(summary: Summary) -> State[Any]:
    """Failed where a channel failed, for then articles may be missing unseen; pages put aside or put off are in the ledger."""
    message, data = "; ".join(_story(summary)), asdict(summary)
    if any(row["kind"] != "page" for row in summary.failures):
        return Failed(message=message, data=data)
    return Completed(
        name="Partial" if summary.failures or summary.busy else "Completed",
        message=message,
        data=data,
    )


def _story(summary: Summary) -> Iterator[str]:
    n_new, n_changed, n_unchanged = (
        summary.total(name) for name in ("n_new", "n_changed", "n_unchanged")
    )
    yield f"run {summary.run_id} {summary.state}: {n_new} new, {n_changed} changed, {n_unchanged} unchanged"
    for row in summary.failures:
        yield f"{row['source_id']}: {row['n']} {row['kind']} {row['reason']}, e.g. {printable(row['example'])}"
    yield from summary.busy
