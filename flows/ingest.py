"""The ingest as a Prefect flow: a thin skin over plain functions, one task a stage and batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from prefect import flow, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from flows.pipeline import Stage
from flows.run import Summary
from flows.settings import from_environment
from flows.work import ingest_sources
from parsers import source


async def as_task(name: str, stage: Stage, /, *args: Any) -> Any:
    """Retries are the fetcher's and the loader's own; a task is only seen in the window."""
    as_task_ = task(name=name.split(maxsplit=1)[0], task_run_name=name, cache_policy=NO_CACHE, persist_result=False)(stage)
    return await as_task_(*args)


@flow(name="ingest", persist_result=False)
async def ingest(sources: list[str] | None = None, limit: int | None = None, trigger: str = "schedule") -> dict[str, Any]:
    """What is new of the named sources, or of all; the fields of a Summary.

    Raises ValueError for an unknown source, Busy where other runs hold them all.
    """
    settings = from_environment()
    known = source.load(settings.source_folders)
    names = sources or list(known)
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"unknown source {', '.join(unknown)}; `kliping sources list` names them all")
    summary = await ingest_sources(settings, known, names, limit=limit, trigger=trigger, call=as_task, prefect_flow_run_id=flow_run.id)
    await acreate_table_artifact(key="ingest-summary", table=[dict(row) for row in summary.rows], description="\n\n".join(_story(summary)))
    return asdict(summary)


def _story(summary: Summary) -> Iterator[str]:
    yield f"Run {summary.run_id}: {summary.state}"
    yield from (f"- {row['source_id']}: {row['n']} {row['kind']} {row['reason']}, e.g. {row['example']}" for row in summary.failures)
    yield from summary.busy
