"""The ingest as a Prefect flow: a thin skin over plain functions, one task a stage and batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from prefect import flow, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed

from flows.locks import Busy
from flows.pipeline import Stage
from flows.run import Summary
from flows.settings import from_environment
from flows.show import printable
from flows.work import Stopped, ingest_sources
from parsers import source


class ServerUnreachableError(Exception):
    """PREFECT_API_URL names a server that does not answer; the message says what to do."""

    exit_code = 2


async def as_task(name: str, stage: Stage, /, *args: Any) -> Any:
    """Retries are the fetcher's and the loader's own; a task is only seen in the window."""
    as_task_ = task(name=name.split(maxsplit=1)[0], task_run_name=name, cache_policy=NO_CACHE, persist_result=False)(stage)
    return await as_task_(*args)


@flow(name="ingest", persist_result=False)
async def ingest(sources: list[str] | None = None, limit: int | None = None, trigger: str = "schedule") -> State[Any]:
    """What is new of the named sources, or of all. The state says how it went; its data are the fields of a Summary.

    Raises ValueError for an unknown source.
    """
    settings = from_environment()
    known = source.load(settings.source_folders)
    names = sources or source.unasked(known)
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"unknown source {', '.join(unknown)}; `kliping sources list` names them all")
    try:
        summary = await ingest_sources(settings, known, names, limit=limit, trigger=trigger, call=as_task, prefect_flow_run_id=flow_run.id)
    except (Busy, Stopped) as error:  # nothing broke: a state that says why, not a traceback
        return Cancelled(message=str(error), data=error)
    await acreate_table_artifact(key="ingest-summary", table=[dict(row) for row in summary.rows], description="\n\n".join(_story(summary)))
    await acreate_table_artifact(key="ingest-quality", table=[dict(row) for row in summary.quality], description="What breaks which rule")
    return _state(summary)


async def ingest_as_flow_run(sources: Sequence[str], *, limit: int | None = None, trigger: str) -> Summary:
    """The flow called like the plain function it wraps: its Summary, or what it raised. Raises ServerUnreachableError too."""
    try:
        state = await ingest(sources=list(sources), limit=limit, trigger=trigger, return_state=True)
    except RuntimeError as error:
        if "Failed to reach API" not in str(error):  # Prefect has no class of its own for it
            raise
        url = from_environment().prefect_api_url
        raise ServerUnreachableError(f"no Prefect server answers at {url}; start it, or unset PREFECT_API_URL to run without it") from error
    result: Any = await state.aresult(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return Summary(**result)


def _state(summary: Summary) -> State[Any]:
    """Failed where a channel failed, for then articles may be missing unseen; pages put aside or put off are in the ledger."""
    message, data = "; ".join(_story(summary)), asdict(summary)
    if any(row["kind"] != "page" for row in summary.failures):
        return Failed(message=message, data=data)
    return Completed(name="Partial" if summary.failures or summary.busy else "Completed", message=message, data=data)


def _story(summary: Summary) -> Iterator[str]:
    n_new, n_changed, n_unchanged = (summary.total(name) for name in ("n_new", "n_changed", "n_unchanged"))
    yield f"run {summary.run_id} {summary.state}: {n_new} new, {n_changed} changed, {n_unchanged} unchanged"
    for row in summary.failures:
        yield f"{row['source_id']}: {row['n']} {row['kind']} {row['reason']}, e.g. {printable(row['example'])}"
    yield from summary.busy
