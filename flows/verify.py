"""The flow `verify`: whether channels and rules of the sources still hold on the live sites."""

from __future__ import annotations

from typing import Any

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas import State
from prefect.states import Completed, Failed

from flows.home_file import enabled_outlets
from flows.jobs import verification as job
from flows.prefect_support import configuration


@flow(name="verify", persist_result=False)
async def verify(sources: list[str] | None = None) -> State[list[dict[str, Any]]]:
    """The named sources, or the enabled ones. Failed if something is broken; the data are the rows of the table.

    Raises ValueError for an unknown source, OfflineError if no outlet answers.
    """
    settings, all_sources = configuration(sources)
    names = sources or enabled_outlets(settings.home, all_sources)
    rows = [result.row for result in await job.verify(settings, all_sources, names)]
    await acreate_table_artifact(key="verify", table=rows, description="Channels and rules")
    broken = [row for row in rows if row["state"] == "broken"]
    for row in broken:
        get_run_logger().warning("%s: %s", row["source"], row["note"])
    message = f"{len(broken)} of {len(rows)} sources are broken"
    return (Failed if broken else Completed)(message=message, data=rows)
