"""Commands that put something into the warehouse."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from flows.cli.app import BUSY, FAILED, OK, Form, Names, UsageError, app, chosen, known_sources
from flows.output import Format, printable, show, to_json
from flows.settings import Settings

if TYPE_CHECKING:
    from flows.runs.summary import Summary
    from parsers.source import Source


@app.command()
def demo(
    ctx: typer.Context,
    plain: Annotated[
        bool, typer.Option("--plain", help="Without Prefect's temporary server.")
    ] = False,
) -> None:
    """The whole pipe on the bundled newsroom, offline."""
    from flows.cli.demo import run_demo

    raise typer.Exit(run_demo(ctx.obj, plain=plain))


@app.command()
def ingest(
    ctx: typer.Context,
    sources: Names = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="At most so many pages of each source.")
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """What is new: discover, fetch, archive, load, publish."""
    from flows.jobs.jobs import ingest_sources

    _crawl(ctx.obj, sources, limit, form, ingest_sources)


@app.command()
def revisit(
    ctx: typer.Context,
    sources: Names = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="At most so many pages of each source; else 100."),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """What has changed: loaded stories are asked for again, often while their text is new, until it has stood for four weeks."""
    from flows.jobs.jobs import revisit_sources

    _crawl(ctx.obj, sources, limit, form, revisit_sources)


@app.command()
def backfill(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="Name of a source.", show_default=False)],
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since",
            metavar="YYYY-MM-DD",
            formats=["%Y-%m-%d"],
            help="From this day on; else the week up to the last.",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            metavar="YYYY-MM-DD",
            formats=["%Y-%m-%d"],
            help="Up to this day, itself included; else today.",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="At most so many pages; the next run goes on."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="List a few days and say what all would take; no page is fetched."
        ),
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """The past by publication day, the newest day first. Stopped anywhere, it goes on there; a day that is done is not asked for again."""
    import asyncio

    from flows.cli.progress import sources_progress
    from flows.crawl.listings import window
    from flows.jobs.jobs import backfill_source

    settings, known = ctx.obj, known_sources(ctx.obj)
    [name] = chosen([source], known)
    try:
        days = window(
            known[name], since and since.date(), until and until.date(), datetime.now(UTC)
        )
    except ValueError as error:
        raise UsageError(f"--{error}") from error
    if settings.prefect_api_url:
        asked = {
            "source_id": name,
            "since": days[0],
            "until": days[1],
            "limit": limit,
            "dry_run": dry_run,
        }
        raise typer.Exit(_as_flow(settings, form, "backfill", **asked))
    with sources_progress() as progress:
        summary = asyncio.run(
            backfill_source(
                settings, known, name, days, limit=limit, dry_run=dry_run, progress=progress
            )
        )
    raise typer.Exit(report(summary, form))


@app.command("import")
def import_(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="HTML, text or WARC files, or folders of them.")
    ],
    source: Annotated[
        str | None, typer.Option("--source", help="The outlet they are of, where they do not say.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="The address of a single page.")] = None,
    as_fetched: Annotated[
        bool,
        typer.Option(
            "--as-fetched",
            help="Treat saved pages as fetched now, so that they may replace what was fetched before.",
        ),
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """Load files into the warehouse: saved pages, plain text, WARC (CC-NEWS).

    A saved page never replaces a page that was fetched, unless `--as-fetched` is given.
    """
    from flows.cli.progress import one_progress
    from flows.jobs.import_files import Given
    from flows.jobs.jobs import import_paths

    known = known_sources(ctx.obj)
    if source:
        chosen([source], known)
    if source and url and not known[source].owns(url):
        raise UsageError(f"{url} is not an address of {source}; leave out --source or --url")
    given = Given(source_id=source, url=url, as_fetched=as_fetched)
    with one_progress("import") as progress:
        summary = import_paths(ctx.obj, known, paths, given, progress)
    raise typer.Exit(report(summary, form))


@app.command()
def reparse(
    ctx: typer.Context,
    sources: Names = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Only show what would change, field by field, with samples."
        ),
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """The archive into the warehouse again under this parser; no network."""
    from flows.cli.progress import one_progress
    from flows.jobs.jobs import preview_reparse, reparse_sources

    known = known_sources(ctx.obj)
    names = chosen(sources, known) if sources else None
    if dry_run:
        with one_progress("reparse") as progress:
            rows = preview_reparse(ctx.obj, known, names, progress)
        if form is not Format.JSON:
            rows = [
                {key: value for key, value in row.items() if key != "samples"} | row["samples"][0]
                for row in rows
            ]
        show(rows, form, empty="nothing would change")
        return
    if ctx.obj.prefect_api_url:
        raise typer.Exit(_as_flow(ctx.obj, form, "reparse", sources=names))
    with one_progress("reparse") as progress:
        summary = reparse_sources(ctx.obj, known, names, progress)
    raise typer.Exit(report(summary, form))


def report(summary: Summary, form: Format) -> int:
    """Print what a run did, and one line for each way it failed; the exit code."""
    if form is Format.JSON:
        print(
            to_json(
                {
                    "run_id": summary.run_id,
                    "state": summary.state,
                    "sources": summary.rows,
                    **({"days": summary.days} if summary.days else {}),
                    **({"estimate": summary.estimate} if summary.estimate else {}),
                    "failures": summary.failures,
                    "notes": summary.notes,
                    "busy": summary.busy,
                }
            )
        )
    else:
        rows = [summary.estimate] if summary.estimate else summary.days or summary.rows
        shown = [{name.removeprefix("n_"): value for name, value in row.items()} for row in rows]
        show(
            shown,
            form,
            title=f"run {summary.run_id}: {summary.state}" if form is Format.TABLE else "",
            empty="nothing new",
        )
    for line in summary.notes:
        print(f"note: {printable(line)}", file=sys.stderr)
    for row in summary.failures:
        detail = f" ({printable(row['detail'])})" if row["detail"] else ""
        line = f"{row['source_id']}: {row['n']} {row['kind']} {row['reason']}{detail}"
        print(f"{printable(line)}, e.g. {printable(row['example'])}", file=sys.stderr)
    for line in summary.busy:
        print(line, file=sys.stderr)
    return BUSY if summary.busy else FAILED if summary.failures else OK


def _crawl(
    settings: Settings,
    sources: list[str] | None,
    limit: int | None,
    form: Format,
    work: Callable[..., Any],
) -> NoReturn:
    """An ingest or a revisit of the named sources, or of all."""
    import asyncio

    from flows.cli.progress import sources_progress

    known = known_sources(settings)
    names = chosen(sources, known) if sources else unasked_names(known)
    if settings.prefect_api_url:
        raise typer.Exit(
            _as_flow(
                settings,
                form,
                work.__name__.removesuffix("_sources"),
                sources=names,
                limit=limit,
                trigger="cli",
            )
        )
    with sources_progress() as progress:
        summary = asyncio.run(work(settings, known, names, limit=limit, progress=progress))
    raise typer.Exit(report(summary, form))


def _as_flow(settings: Settings, form: Format, name: str, **parameters: Any) -> int:
    """The same work as a Prefect flow run."""
    import asyncio

    from flows.settings import export

    export(settings)  # Prefect reads its environment when it is imported
    from flows.prefect_support import as_flow_run

    flow = getattr(import_module(f"flows.{name}"), name)
    return report(asyncio.run(as_flow_run(flow, **parameters)), form)


def unasked_names(known: Mapping[str, Source]) -> list[str]:
    """All but those whose outlets want to be asked first, which are told."""
    from parsers.source import crawled_by_default

    names = crawled_by_default(known)
    for name in known.keys() - set(names):
        print(f"{name}: left out, since {known[name].terms}; name it if you may", file=sys.stderr)
    return names
