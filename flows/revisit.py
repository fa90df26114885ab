"""The flow `revisit`: what has changed of loaded articles. Its tasks are those of `ingest`."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas import State
from prefect.runtime import flow_run

from flows.flow_parameters import Limit, SourceNames, Trigger, name_of_run
from flows.home_file import enabled_outlets
from flows.ingest import TASKS
from flows.jobs import jobs
from flows.prefect_support import configuration, finish


@flow(name="revisit", flow_run_name=name_of_run, persist_result=False)
async def revisit(
    sources: SourceNames | None = None, limit: Limit | None = None, trigger: Trigger = "schedule"
) -> State[dict[str, Any]]:
    """What has changed of the loaded articles of the named sources, or of the enabled ones. Raises ValueError for an unknown source."""
    settings, all_sources = configuration(sources)
    run = jobs.revisit_sources(
        settings,
        all_sources,
        sources or enabled_outlets(settings.home, all_sources),
        limit=limit,
        stages=TASKS,
        trigger=trigger,
        prefect_flow_run_id=flow_run.id,
    )
    return await finish("revisit", settings, run)
