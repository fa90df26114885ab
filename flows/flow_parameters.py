"""What the flows' forms in the Prefect UI offer and accept, and the names of flow runs."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal

from prefect.runtime import flow_run
from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from flows.crawl.listings import window
from flows.runs.summary import name_list
from flows.settings import from_environment
from flows.source_cache import load_sources


class _OneOfTheSources:
    """The form offers the names that there are when a flow is deployed; the run itself reads the files again."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core_schema)
        with suppress(ValueError):  # the run says what is wrong with a file or a setting
            schema["enum"] = _source_names()
        return schema


@cache
def _source_names() -> list[str]:
    return sorted(load_sources(from_environment()))


SourceName = Annotated[str, _OneOfTheSources()]
SourceNames = Annotated[list[SourceName], Field(min_length=1)]
Limit = Annotated[int, Field(ge=1, description="Most pages of each source.")]
Query = Annotated[
    str, Field(description="Fetch only articles whose announced title or address matches.")
]
Day = Annotated[date, Field(description="In the outlet's time zone.")]
KeepDays = Annotated[int, Field(ge=1, description="Older archive records are deleted.")]
Trigger = Literal["schedule", "cli", "demo", "backfill"]


def name_of_run() -> str:
    """`ingest kompas, tempo, 2026-10-01 08:30 UTC`, the time for which it was scheduled."""
    flow, names = flow_run.flow_name, flow_run.parameters.get("sources")
    every = "enabled outlets" if flow in {"ingest", "revisit"} else "all"
    at: datetime = flow_run.scheduled_start_time
    return f"{flow} {name_list(names) if names else every}, {at:%Y-%m-%d %H:%M} UTC"


def name_of_backfill() -> str:
    """`backfill kompas 2026-10-01…31`."""
    values = flow_run.parameters
    name, what = values["source_id"], "dry run of backfill" if values.get("dry_run") else "backfill"
    try:
        the_source = load_sources(from_environment())[name]
        since, until = (_day(values.get(end)) for end in ("since", "until"))
        days = window(the_source, since, until, flow_run.scheduled_start_time)
    except (KeyError, ValueError):  # the run itself says what is wrong
        return f"{what} {name}"
    return f"{what} {name} {span(*days)}"


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


def span(first: date, last: date) -> str:
    """Two days in short: what they share is written once."""
    if first == last:
        return str(first)
    shared = 8 if (first.year, first.month) == (last.year, last.month) else 5
    return f"{first}…{str(last)[shared if first.year == last.year else 0 :]}"
