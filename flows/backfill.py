"""The flow `backfill`: what a source published before, by day. Its tasks list days; pages are fetched as in `ingest`."""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import flow, task
from prefect.client.schemas import State
from prefect.runtime import flow_run

from flows import ingest
from flows.crawl import backfill as crawl
from flows.crawl import listings
from flows.crawl.backfill import BackfillStages
from flows.crawl.listings import Backfill
from flows.crawl.matching import Match
from flows.flow_parameters import Day, Limit, Query, SourceName, Trigger, name_of_backfill
from flows.jobs import jobs
from flows.prefect_support import STAGE, configuration, finish


@task(task_run_name="discover {work.source.name}", **STAGE)
async def discover(work: Backfill) -> bool:
    return await crawl.discover_past(work)


@task(task_run_name="list days of {work.source.name}", **STAGE)
async def list_days(work: Backfill, days: list[date]) -> set[date]:
    return await listings.list_days(work, days)


TASKS = BackfillStages(discover=discover, list_days=list_days, pages=ingest.TASKS)


@flow(name="backfill", flow_run_name=name_of_backfill, persist_result=False)
async def backfill(
    source_id: SourceName,
    since: Day | None = None,
    until: Day | None = None,
    limit: Limit | None = None,
    match: Query | None = None,
    seed: int = 1,
    dry_run: bool = False,
    trigger: Trigger = "backfill",
) -> State[dict[str, Any]]:
    """The days of a source up to the day it was scheduled for; without `since` a week.

    However late it starts, so that each of two late runs has its own week. Raises ValueError for an unknown source, for a query
    that is not valid, or where no day is left.
    """
    settings, all_sources = configuration([source_id])
    run = jobs.backfill_source(
        settings,
        all_sources,
        source_id,
        listings.window(all_sources[source_id], since, until, flow_run.scheduled_start_time),
        limit=limit,
        match=Match(query=match, seed=seed) if match is not None else None,
        dry_run=dry_run,
        stages=TASKS,
        trigger=trigger,
        prefect_flow_run_id=flow_run.id,
    )
    return await finish("backfill", settings, run)
