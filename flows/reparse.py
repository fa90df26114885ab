"""The flow `reparse`: load the archive again with the present parser; no network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from prefect import flow, task
from prefect.client.schemas import State
from prefect.runtime import flow_run

from flows.flow_parameters import SourceNames, name_of_run
from flows.jobs import jobs
from flows.load.recovery import no_progress
from flows.prefect_support import STAGE, configuration, finish
from flows.runs.summary import Summary


@task(**STAGE)
async def reparse_archive(work: Callable[[], Summary]) -> Summary:
    return await asyncio.to_thread(work)


@flow(name="reparse", flow_run_name=name_of_run, persist_result=False)
async def reparse(sources: SourceNames | None = None) -> State[dict[str, Any]]:
    """The archive of the named sources, or of all. Raises ValueError for an unknown source."""
    settings, all_sources = configuration(sources)
    work = partial(
        jobs.reparse_sources,
        settings,
        all_sources,
        sources,
        no_progress,
        prefect_flow_run_id=flow_run.id,
    )
    return await finish("reparse", settings, reparse_archive(work))
