"""What an agent may give a tool, and what it reads of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from kliping.mcp_server.tool_answer import MOST_ROWS
from kliping.reading import browse
from kliping.sql_files import toml

LONGEST_VALUE = 500
DRAFT_CHARACTERS = 20_000

Query = Annotated[
    str,
    Field(
        description='Words, "a phrase", korup*, "a b"~5, headline:banjir, speaker:menteri; AND, OR, NOT or -word, (groups); * is all.',
        max_length=LONGEST_VALUE,
    ),
]
Day = Annotated[date | None, Field(description="Such as 2026-11-24; both ends count.")]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS, description="Most rows.")]
Cursor = Annotated[
    str | None,
    Field(
        description="`next_cursor` of the answer before, beside the same other arguments.",
        pattern=r"^\d{1,7}$",
    ),
]
SQLText = Annotated[str, Field(description="One SELECT in DuckDB's SQL.", max_length=100_000)]
Draft = Annotated[
    str, Field(description="The text, as Markdown or plain.", max_length=DRAFT_CHARACTERS)
]


def _value(description: str) -> Any:
    return Annotated[str | None, Field(description=description, max_length=LONGEST_VALUE)]


Outlet = _value("Name or title of an outlet.")
Topic = _value("Id or label of a topic.")
PAGING: dict[str, Any] = {"limit": Limit, "cursor": Cursor}
DESCRIBED: dict[str, Any] = PAGING | {
    **{name: _value(text) for name, text in toml("mcp_server/arguments").items()},
    "since": Day,
    "until": Day,
    "source": Outlet,
    "topic": Topic,
    "role": Literal["dateline", "event_location", "mention"] | None,
    "verdict": Literal["agree", "one_origin", "lead_may_update", "lead_may_contradict"] | None,
    "figures.kind": browse.FigureKind | None,
}


def described(tool: str, name: str) -> Any:
    """The type of an argument of a tool, with what the agent reads of it."""
    return DESCRIBED.get(f"{tool}.{name}") or DESCRIBED[name]
