"""The command that compares listings of the live site with what was loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kliping.cli.app import CRAWL, FAILED, OK, app, chosen_sources
from kliping.cli.options import Form, Since, Until
from kliping.output import Format, show, to_json

if TYPE_CHECKING:
    from flows.jobs.day_audit import Audit


@app.command(rich_help_panel=CRAWL)
def audit(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="Name of a source.", show_default=False)],
    n_days: Annotated[int, typer.Option("--days", min=3, max=36500, help="Days to draw.")] = 7,
    seed: Annotated[int, typer.Option("--seed", help="The same seed draws the same days.")] = 7,
    since: Since = None,
    until: Until = None,
    form: Form = Format.TABLE,
) -> int:
    """The share that is missed, by the listings of random days.

    Of the last thirty days, or from --since to --until. Fetches listings only, and loads nothing.
    """
    import asyncio

    from flows.jobs.day_audit import audit_source, audited_days
    from kliping.cli.progress import sources_progress

    sources, _ = chosen_sources(ctx.obj, [source])
    days = audited_days(sources[source], since, until, n_days, seed, datetime.now(UTC))
    with sources_progress() as progress:
        result = asyncio.run(audit_source(ctx.obj, sources, source, days, seed, progress=progress))
    print_audit(result, len(days), form)
    return FAILED if len(result.days) < len(days) else OK


def print_audit(result: Audit, n_days: int, form: Format) -> None:
    n_listed = sum(row["listed"] for row in result.days)
    n_missed = sum(row["missed"] for row in result.days)
    share, low, high = result.share or (None, None, None)
    if form is Format.JSON:
        totals = {"listed": n_listed, "missed": n_missed, "reasons": result.reasons}
        interval = {"share": share, "low": low, "high": high}
        about = {"source_id": result.source_id, "seed": result.seed}
        print(
            to_json(about | totals | interval | {"days": result.days, "failures": result.failures})
        )
        return
    rows = [row | {"reasons": _listed(row["reasons"])} for row in result.days]
    show(rows, form, empty="no listing could be read")
    if form is not Format.TABLE:
        return
    for failure in result.failures:
        print(f"{failure['reason']}: {failure['example']}")
    if n_unread := n_days - len(result.days):
        print(f"the listings of {n_unread} of {n_days} days could not be read")
    if share is not None:
        missed = f"missed {n_missed} of {n_listed} listed articles"
        print(f"{missed}: {share:.1%} [{low:.1%}–{high:.1%}]", _listed(result.reasons), sep="; ")


def _listed(reasons: dict[str, int]) -> str:
    return ", ".join(f"{n} {reason}" for reason, n in reasons.items())
