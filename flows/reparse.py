"""The flow `reparse`: load the archive again with the present parser; no network."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import flow, task
from prefect.client.schemas import State
from prefect.runtime import flow_run

from flows.flow_parameters import SourceNames, name_of_run
from flows.jobs import jobs
from flows.load.recovery import no_progress
from flows.prefect_support import STAGE, configuration, finish
from flows.runs.summary import Summary
from flows.settings import Settings
from parsers.source import Source


@task(**STAGE)
async def reparse_archive(
    settings: Settings,
    all_sources: dict[str, Source],
    sources: list[str] | None,
    flow_run_id: str | None,
) -> Summary:
    return await asyncio.to_thread(
        jobs.reparse_sources,
        settings,
        all_sources,
        sources,
        no_progress,
        prefect_flow_run_id=flow_run_id,
    )


@flow(name="reparse", flow_run_name=name_of_run, persist_result=False)
async def reparse(sources: SourceNames | None = None) -> State[dict[str, Any]]:
    """The archive of the named sources, or of all. Raises ValueError for an unknown source."""
    settings, all_sources = configuration(sources)
    return await finish(
        "reparse", settings, reparse_archive(settings, all_sources, sources, flow_run.id)
    )
