"""The flow `ingest`: what is new of the sources. Its tasks are the stages of a crawl, one for each batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from prefect import flow, task
from prefect.client.schemas import State
from prefect.runtime import flow_run

from flows.crawl import stages
from flows.crawl.session import CrawlSession
from flows.crawl.stages import Channels, Stages
from flows.flow_parameters import Limit, SourceNames, Trigger, name_of_run
from flows.home_file import enabled_outlets
from flows.jobs import jobs
from flows.load.outcome import Fetched
from flows.prefect_support import STAGE, configuration, finish
from parsers.article import Link
from parsers.source import Source


@task(task_run_name="discover {source_id}", **STAGE)
async def discover(source_id: str, channels: Channels) -> int | None:
    return await stages.next_channels(source_id, channels)


@task(task_run_name="fetch {source.name}", **STAGE)
async def fetch(
    session: CrawlSession, source: Source, links: Sequence[Link], progress: Callable[[int], None]
) -> list[Fetched]:
    return await stages.fetch(session, source, links, progress)


@task(task_run_name="load {source_id}", **STAGE)
async def load(session: CrawlSession, source_id: str, fetched: Sequence[Fetched]) -> None:
    await stages.load(session, source_id, fetched)


TASKS = Stages(discover=discover, fetch=fetch, load=load)


@flow(name="ingest", flow_run_name=name_of_run, persist_result=False)
async def ingest(
    sources: SourceNames | None = None, limit: Limit | None = None, trigger: Trigger = "schedule"
) -> State[dict[str, Any]]:
    """What is new of the named sources, or of the enabled ones. The state says how it went; its data are the fields of a Summary.

    Raises ValueError for an unknown source.
    """
    settings, all_sources = configuration(sources)
    run = jobs.ingest_sources(
        settings,
        all_sources,
        sources or enabled_outlets(settings.home, all_sources),
        limit=limit,
        stages=TASKS,
        trigger=trigger,
        prefect_flow_run_id=flow_run.id,
    )
    return await finish("ingest", settings, run)
