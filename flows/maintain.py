"""The flow `maintain`: load what dead runs left, compact the warehouse, publish."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import flow, task
from prefect.client.schemas import State
from prefect.runtime import flow_run

from flows.flow_parameters import KeepDays, SourceNames, name_of_run
from flows.jobs import maintenance
from flows.prefect_support import STAGE, configuration, finish
from flows.runs.summary import Summary
from flows.settings import Settings
from parsers.source import Source


@task(**STAGE)
async def compact(
    settings: Settings,
    all_sources: dict[str, Source],
    sources: list[str] | None,
    keep_days: int | None,
    flow_run_id: str | None,
) -> Summary:
    return await asyncio.to_thread(
        maintenance.maintain,
        settings,
        all_sources,
        sources,
        keep_days,
        trigger="schedule",
        prefect_flow_run_id=flow_run_id,
    )


@flow(name="maintain", flow_run_name=name_of_run, persist_result=False)
async def maintain(
    sources: SourceNames | None = None, keep_days: KeepDays | None = None
) -> State[dict[str, Any]]:
    """With `keep_days`, older archive records are dropped. Raises ValueError for an unknown source."""
    settings, all_sources = configuration(sources)
    return await finish(
        "maintain", settings, compact(settings, all_sources, sources, keep_days, flow_run.id)
    )
