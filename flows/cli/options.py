"""Options and arguments that several commands share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from flows.cli.app import UsageError
from flows.output import Format

DAY = "%Y-%m-%d"

Form = Annotated[Format, typer.Option("--format", help="How to print.")]
Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="SOURCE", help="Names of sources; default all.", show_default=False),
]
CrawledNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SOURCE",
        help="Names of sources; default those that the home enables.",
        show_default=False,
    ),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Most pages of each source.")]
Since = Annotated[
    datetime | None,
    typer.Option("--since", metavar="YYYY-MM-DD", formats=[DAY], help="First day."),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", metavar="YYYY-MM-DD", formats=[DAY], help="Last day, included."),
]
Outlet = Annotated[str | None, typer.Option("--source", help="Only this outlet: name or title.")]


def days(since: datetime | None, until: datetime | None) -> dict[str, date | None]:
    """Both ends as days. Raises UsageError."""
    if since and until and since > until:
        raise UsageError(f"--since {since:%Y-%m-%d} is after --until {until:%Y-%m-%d}")
    return {"since": since and since.date(), "until": until and until.date()}
