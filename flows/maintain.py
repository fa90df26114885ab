"""The flow `maintain`: load what dead runs left, compact the warehouse, publish."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from prefect import flow, task
from prefect.client.schemas import State
from prefect.runtime import flow_run

from flows.flow_parameters import KeepDays, SourceNames, name_of_run
from flows.jobs import maintenance
from flows.prefect_support import STAGE, configuration, finish
from flows.runs.summary import Summary


@task(**STAGE)
async def compact(work: Callable[[], Summary]) -> Summary:
    return await asyncio.to_thread(work)


@flow(name="maintain", flow_run_name=name_of_run, persist_result=False)
async def maintain(
    sources: SourceNames | None = None, keep_days: KeepDays | None = None
) -> State[dict[str, Any]]:
    """With `keep_days`, older archive records are dropped. Raises ValueError for an unknown source."""
    settings, all_sources = configuration(sources)
    work = partial(
        maintenance.maintain,
        settings,
        all_sources,
        sources,
        keep_days,
        trigger="schedule",
        prefect_flow_run_id=flow_run.id,
    )
    return await finish("maintain", settings, compact(work))
