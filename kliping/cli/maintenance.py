"""Commands that look after what is stored."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from kliping.cli.app import (
    CARE,
    FAILED,
    OK,
    UsageError,
    app,
    chosen_sources,
    load_sources,
    published_copy,
)
from kliping.cli.job_runs import run_as_flow, run_job
from kliping.cli.options import Form, Names, output_option
from kliping.cli.store import open_store, publish_unless_forbidden
from kliping.output import Format, printable, say, show

if TYPE_CHECKING:
    from flows.runs.summary import Summary


@app.command(rich_help_panel=CARE)
def doctor(ctx: typer.Context, form: Form = Format.TABLE) -> int:
    """Whether the machine is well: disk, locks, archive, versions.

    Each line says what to do. Exit code 1 if something has to be done.
    """
    from kliping.cli.doctor import examine

    findings = examine(ctx.obj)
    show(findings, form)
    return FAILED if any(row["state"] == "bad" for row in findings) else OK


@app.command(rich_help_panel=CARE)
def maintain(
    ctx: typer.Context,
    sources: Names = None,
    keep_days: Annotated[
        int | None, Option(min=1, max=36500, help="Delete archive records that are older.")
    ] = None,
    form: Form = Format.TABLE,
) -> int:
    """Load what dead runs left, compact the database, publish.

    With --keep-days old archive records are deleted too; they cannot be parsed again.
    """
    from flows.jobs.maintenance import maintain as run_maintenance

    all_sources, names = chosen_sources(ctx.obj, sources)
    return run_job(form, lambda **_: run_maintenance(ctx.obj, all_sources, names, keep_days))


@app.command(rich_help_panel=CARE)
def forget(
    ctx: typer.Context,
    url: Annotated[str | None, Argument(help="Address of the article.", show_default=False)] = None,
    run_id: Annotated[
        str | None, Option("--run", metavar="RUN", help="Take back the import of this run instead.")
    ] = None,
    yes: Annotated[bool, Option("--yes", help="Ask nothing.")] = False,
) -> int:
    """Delete an article for ever, or take an import back.

    Says what would be deleted, and asks. A forgotten article leaves the warehouse, the published copy and the archive, and
    nothing loads it again. With --run, what that import alone brought is deleted; its rows may be imported again.
    """
    from flows.jobs.maintenance import article_to_forget, import_to_forget

    if (url is None) == (run_id is None):
        raise UsageError("name the address of an article, or an import with --run")
    deletion = (
        article_to_forget(ctx.obj, url)
        if url is not None
        else import_to_forget(ctx.obj, str(run_id))
    )
    if not yes and not sys.stdin.isatty():
        raise UsageError(f"this would delete {deletion.what}; without a terminal, add --yes")
    if not yes and not typer.confirm(f"This deletes {printable(deletion.what)}.\nDelete?"):
        print("nothing was deleted")
        return FAILED
    print(printable(deletion.run(load_sources(ctx.obj))))
    return OK


@app.command(rich_help_panel=CARE)
def rebuild(ctx: typer.Context, form: Form = Format.TABLE) -> int:
    """Make the warehouse again from the archive alone.

    The old file is renamed, never deleted.
    """
    from flows.jobs.maintenance import rebuild as from_archive

    def job(progress: Callable[[int, int], None]) -> Summary:
        summary, old_files = from_archive(ctx.obj, load_sources(ctx.obj), progress)
        for path in old_files:
            say(f"the old warehouse is {path}; delete it if you do not need it")
        return summary

    return run_job(form, job, "rebuild")


@app.command(rich_help_panel=CARE)
def reparse(
    ctx: typer.Context,
    sources: Names = None,
    dry_run: Annotated[
        bool, Option("--dry-run", help="Only show what would change, field by field.")
    ] = False,
    form: Form = Format.TABLE,
) -> int:
    """Parse the archive again with the present parser; no network."""
    from flows.jobs.jobs import preview_reparse, reparse_sources
    from kliping.cli.progress import one_progress

    all_sources, names = chosen_sources(ctx.obj, sources)
    if dry_run:
        with one_progress("reparse") as progress:
            rows = preview_reparse(ctx.obj, all_sources, names, progress)
        if form is not Format.JSON:
            rows = [
                {key: value for key, value in row.items() if key != "samples"} | row["samples"][0]
                for row in rows
            ]
        show(rows, form, empty="nothing would change")
        return OK
    if ctx.obj.prefect_api_url:
        return run_as_flow(ctx.obj, form, "reparse", sources=names)
    return run_job(form, partial(reparse_sources, ctx.obj, all_sources, names), "reparse")


@app.command(rich_help_panel=CARE)
def publish(
    ctx: typer.Context,
    output: Annotated[
        Path | None, output_option("Copy what is published to this file instead.")
    ] = None,
) -> int:
    """Replace the published copy, unless a check finds an error."""
    from flows.runs.stop import StopSignals
    from kliping.cli.umask import user_files

    with StopSignals("the published copy is as it was, or whole and new"):
        if not output:
            return publish_unless_forbidden(ctx.obj, open_store(ctx.obj))
        with published_copy(ctx.obj), user_files():
            print(open_store(ctx.obj).publish_file(output))
        return OK
