"""Commands that look after what is stored."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.cli.app import FAILED, Form, Names, UsageError, app, chosen, known_sources, query_rows
from flows.show import Format, printable, show

quarantine_app = typer.Typer(no_args_is_help=True, help="Pages that could not become articles.")
app.add_typer(quarantine_app, name="quarantine")


@quarantine_app.command("list")
def quarantine_list(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """What is put aside now, the newest first."""
    query_rows(ctx, "quarantine_list", {}, form, empty="nothing is in quarantine")


@quarantine_app.command("show")
def quarantine_show(ctx: typer.Context, quarantine_id: str, form: Form = Format.TABLE) -> None:
    """One page put aside, with where its record stands."""
    if not query_rows(ctx, "quarantine_show", {"id": quarantine_id}, form, empty=f"no {quarantine_id} in quarantine"):
        raise typer.Exit(FAILED)


@app.command()
def publish(ctx: typer.Context) -> None:
    """Replace the readers' copy by the warehouse as it is."""
    from warehouse.store import Store

    ctx.obj.home.mkdir(parents=True, exist_ok=True)
    print(Store(ctx.obj.home).publish())


@app.command()
def rebuild(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """The warehouse again from the archive alone; the old file is moved aside, never deleted."""
    from flows.cli.crawl import report
    from flows.progress import one_progress
    from flows.upkeep import rebuild as from_archive

    with one_progress("rebuild") as progress:
        summary, aside = from_archive(ctx.obj, known_sources(ctx.obj), progress)
    for path in aside:
        print(f"moved aside: {path}; delete it when you no longer want it", file=sys.stderr)
    raise typer.Exit(report(summary, form))


@app.command()
def forget(ctx: typer.Context, url: Annotated[str, typer.Argument(help="Of the article to take down.")]) -> None:
    """Take an article's text out of the warehouse, the published copy and the archive, for ever: nothing loads it again."""
    from flows.upkeep import forget as take_down

    try:
        said = take_down(ctx.obj, known_sources(ctx.obj), url)
    except ValueError as error:
        raise UsageError(f"{printable(url)} is no address of an article: {error}") from error
    print(f"forgotten: {printable(url)}" + (f"; {said}" if said else ""))


@app.command()
def maintain(
    ctx: typer.Context,
    sources: Names = None,
    keep_days: Annotated[int | None, typer.Option("--keep-days", min=1, help="Let go of archive records that are older.")] = None,
) -> None:
    """Write the database anew; with --keep-days let go of old archive records too, which cannot be read again then."""
    from flows.upkeep import retain

    known = known_sources(ctx.obj)
    n = retain(ctx.obj, known, chosen(sources, known) if sources else None, keep_days)
    print(f"{n} archive records let go")


@app.command()
def doctor(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """Look at archive, database, locks, disk and clock; each line says what to do. Exit code 1 where something has to be done."""
    from flows.doctor import examine

    findings = examine(ctx.obj)
    show(findings, form)
    if any(row["state"] == "bad" for row in findings):
        raise typer.Exit(FAILED)
