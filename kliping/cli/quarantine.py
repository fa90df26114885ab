"""kliping quarantine: pages that could not become articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from kliping.cli.app import CARE, UsageError, command_group, load_sources, published_copy
from kliping.cli.job_runs import run_job
from kliping.cli.options import Form
from kliping.cli.store import open_store, publish_unless_forbidden
from kliping.output import Format, say, show

if TYPE_CHECKING:
    from warehouse.write.database import Database

quarantine_app = command_group("quarantine", CARE, "Pages that could not become articles.")

Ids = Annotated[
    list[str] | None, Argument(metavar="ID", help="See `quarantine list`.", show_default=False)
]
AllOf = Annotated[str | None, Option("--source", help="All pages of this source.")]


@quarantine_app.command("list")
def quarantine_list(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """Pages in quarantine, the newest first. `kliping explain ID` has all about one."""
    from warehouse.write.quarantine import LIST

    with published_copy(ctx.obj) as reader:
        rows = reader.rows(LIST)
    show(rows, form, empty="nothing is in quarantine")


@quarantine_app.command("retry")
def quarantine_retry(
    ctx: typer.Context,
    ids: Ids = None,
    source: AllOf = None,
    refetch: Annotated[
        bool, Option("--refetch", help="Fetch them again, whatever the archive has.")
    ] = False,
    form: Form = Format.TABLE,
) -> int:
    """Parse pages again, from the archive.

    The next ingest fetches those that the archive does not have.
    """
    from flows.jobs.jobs import retry_pages

    chosen = _chosen_ids(open_store(ctx.obj), ids, source)
    sources = load_sources(ctx.obj)
    return run_job(form, lambda **_: retry_pages(ctx.obj, sources, chosen, refetch=refetch))


@quarantine_app.command("ignore")
def quarantine_ignore(ctx: typer.Context, ids: Ids = None, source: AllOf = None) -> int:
    """Close pages: they no longer count as failures.

    They stay in the archive, and stay closed after a reparse.
    """
    from warehouse.write import quarantine

    store = open_store(ctx.obj)
    chosen = _chosen_ids(store, ids, source)
    quarantine.ignore(store, chosen, datetime.now(UTC))
    say(f"closed: {len(chosen)}")
    return publish_unless_forbidden(ctx.obj, store)


def _chosen_ids(store: Database, ids: Sequence[str] | None, source: str | None) -> list[str]:
    """Of pages that are in quarantine now. Raises UsageError."""
    from warehouse.write import quarantine

    if bool(ids) == bool(source):
        raise UsageError("name either ids of pages, or a source with --source")
    rows = quarantine.pages(store, ids=ids or None, source_ids=[source] if source else None)
    there = [row["quarantine_id"] for row in rows]
    if missing := [name for name in ids or () if name not in there]:
        names = ", ".join(missing)
        raise UsageError(f"not in quarantine: {names}; see `kliping quarantine list`")
    return there
