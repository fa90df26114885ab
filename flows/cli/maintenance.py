"""Commands that look after what is stored."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.app import FAILED, Form, Names, UsageError, app, chosen, known_sources, query_rows
from flows.output import Format, printable, show
from flows.settings import Settings

if TYPE_CHECKING:
    from warehouse.write.store import Store

quarantine_app = typer.Typer(no_args_is_help=True, help="Pages that could not become articles.")
app.add_typer(quarantine_app, name="quarantine")

Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="As `quarantine list` names them.", show_default=False),
]
Of = Annotated[str | None, typer.Option("--source", help="All quarantined pages of this source.")]


@quarantine_app.command("list")
def quarantine_list(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """Pages in quarantine, the newest first."""
    query_rows(ctx, "quarantine_list", {}, form, empty="nothing is in quarantine")


@quarantine_app.command("show")
def quarantine_show(ctx: typer.Context, quarantine_id: str, form: Form = Format.TABLE) -> None:
    """One page in quarantine, with the location of its archive record."""
    if not query_rows(
        ctx,
        "quarantine_show",
        {"id": quarantine_id},
        form,
        empty=f"no {quarantine_id} in quarantine",
    ):
        raise typer.Exit(FAILED)


@quarantine_app.command("retry")
def quarantine_retry(
    ctx: typer.Context,
    ids: Ids = None,
    source: Of = None,
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask the web again, whatever the archive has.")
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """Read them again from the archive, under the rules of today; where it has nothing to read, the next ingest asks again."""
    from flows.cli.crawl import report
    from flows.jobs.jobs import retry_pages

    wanted = _aside(_store(ctx.obj), ids, source)
    raise typer.Exit(report(retry_pages(ctx.obj, known_sources(ctx.obj), wanted, ask=ask), form))


@quarantine_app.command("ignore")
def quarantine_ignore(ctx: typer.Context, ids: Ids = None, source: Of = None) -> None:
    """Close them: they no longer count as failures, stay in the archive, and stay closed after a reparse."""
    store = _store(ctx.obj)
    wanted = _aside(store, ids, source)
    store.ignore(wanted, datetime.now(UTC))
    _publish(store)
    print(f"closed: {len(wanted)}", file=sys.stderr)


@app.command()
def check(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """Every quality check on the whole warehouse; exit code 1 where one finds what must not be published."""
    from warehouse.write.quality import errors

    found = _store(ctx.obj).check(_asked("check"), everything=True)
    show([{"check": row["check_id"], "name": row["name"], "severity": row["severity"], "found": row["n_found"],
           "rule": row["rule"], "sample": row["sample"]} for row in found], form)  # fmt: skip
    if errors(found):
        raise typer.Exit(FAILED)


@app.command()
def publish(ctx: typer.Context) -> None:
    """Replace the readers' copy by the warehouse as it is, unless a check forbids it."""
    _publish(_store(ctx.obj))


def _publish(store: Store) -> None:
    from warehouse.write.quality import errors, line

    if forbidden := errors(store.check(_asked("publish"))):
        for row in forbidden:
            print(f"warehouse: {printable(line(row))}", file=sys.stderr)
        print(f"{store.published} is not replaced until this is mended", file=sys.stderr)
        raise typer.Exit(FAILED)
    print(store.publish())


def _asked(what: str) -> str:
    """Stands for a run where there is none."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{what}"


def _store(settings: Settings) -> Store:
    from warehouse.write.store import Store

    if not (settings.home / "warehouse.duckdb").exists():
        raise UsageError(
            f"there is no warehouse in {settings.home} yet: `kliping ingest` or `kliping import` makes it"
        )
    return Store(settings.home)


def _aside(store: Store, ids: Sequence[str] | None, source: str | None) -> list[str]:
    """The ids of what is put aside and meant. Raises UsageError."""
    if bool(ids) == bool(source):
        raise UsageError("name the pages by their ids, or their source with --source")
    found: list[dict[str, Any]] = store.aside(
        ids=ids or None, source_ids=[source] if source else None
    )
    known = [row["quarantine_id"] for row in found]
    if unknown := [name for name in ids or () if name not in known]:
        raise UsageError(
            f"not put aside now: {', '.join(unknown)}; `kliping quarantine list` tells what is"
        )
    return known


@app.command()
def rebuild(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """The warehouse again from the archive alone; the old file is moved aside, never deleted."""
    from flows.cli.crawl import report
    from flows.cli.progress import one_progress
    from flows.jobs.maintenance import rebuild as from_archive

    with one_progress("rebuild") as progress:
        summary, aside = from_archive(ctx.obj, known_sources(ctx.obj), progress)
    for path in aside:
        print(f"moved aside: {path}; delete it when you no longer want it", file=sys.stderr)
    raise typer.Exit(report(summary, form))


@app.command()
def forget(
    ctx: typer.Context, url: Annotated[str, typer.Argument(help="Of the article to take down.")]
) -> None:
    """Take an article's text out of the warehouse, the published copy and the archive, for ever: nothing loads it again."""
    from flows.jobs.maintenance import forget as take_down

    try:
        said = take_down(ctx.obj, known_sources(ctx.obj), url)
    except ValueError as error:
        raise UsageError(f"{printable(url)} is no address of an article: {error}") from error
    print(f"forgotten: {printable(url)}" + (f"; {said}" if said else ""))


@app.command()
def maintain(
    ctx: typer.Context,
    sources: Names = None,
    keep_days: Annotated[
        int | None,
        typer.Option("--keep-days", min=1, help="Let go of archive records that are older."),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """Write the database anew; with --keep-days let go of old archive records too, which cannot be read again then."""
    from flows.cli.crawl import report
    from flows.jobs.maintenance import maintain as look_after

    known = known_sources(ctx.obj)
    raise typer.Exit(
        report(
            look_after(ctx.obj, known, chosen(sources, known) if sources else None, keep_days), form
        )
    )


@app.command()
def doctor(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """Look at archive, database, locks, disk and clock; each line says what to do. Exit code 1 where something has to be done."""
    from flows.cli.doctor import examine

    findings = examine(ctx.obj)
    show(findings, form)
    if any(row["state"] == "bad" for row in findings):
        raise typer.Exit(FAILED)
