"""Prefect's books set right: a run whose process was killed stands in them as running until somebody says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.states import Crashed

from flows.settings import Settings
from warehouse.write.store import Store

OURS = FlowFilter(
    name=FlowFilterName(any_=["ingest", "revisit", "backfill", "reparse", "maintain"])
)
BEGUN = FlowRunFilter(
    state=FlowRunFilterState(
        type=FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING])
    )
)
LATE = timedelta(
    minutes=10
)  # a worker that took up a run and has no process for it by then, will have none


async def bury(settings: Settings) -> int:
    """Crash the runs that Prefect takes for living and our ledger, by their processes' own locks, knows dead; how many."""
    dead, now = set(Store(settings.home).dead_flow_runs()), datetime.now(UTC)
    n_buried = 0
    async with get_client() as client:
        for run in await client.read_flow_runs(flow_filter=OURS, flow_run_filter=BEGUN):
            state = run.state
            is_late = state and state.type is StateType.PENDING and now - state.timestamp > LATE
            if str(run.id) in dead or is_late:
                ended: State[None] = Crashed(
                    message="its process died; the next run loaded what it had archived"
                )
                await client.set_flow_run_state(run.id, ended, force=True)
                n_buried += 1
    return n_buried
