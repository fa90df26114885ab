"""kliping sources: the outlets it knows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.app import Form, UsageError, app, chosen, known_sources
from flows.cli.umask import users_files
from flows.output import Format, show, to_json

sources_app = typer.Typer(no_args_is_help=True, help="The outlets this kliping knows.")
app.add_typer(sources_app, name="sources")


@sources_app.command("list")
def sources_list(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """All of them. `verified` counts the channels and rules that are known to work on the live site."""
    rows = [
        {
            "name": s.name,
            "title": s.title,
            "feeds": len(s.discover.feeds),
            "sitemaps": len(s.discover.sitemaps),
            "listings": len(s.discover.index) + bool(s.discover.wordpress),
            "rule": "yes" if any(rule.body for rule in s.article) else "no",
            "delay_seconds": s.fetch.delay_seconds,
            "verified": f"{len(s.configured_keys) - len(s.unverified_keys)} of {len(s.configured_keys)}",
        }
        for s in known_sources(ctx.obj).values()
    ]
    show(rows, form)


@sources_app.command("show")
def sources_show(ctx: typer.Context, name: str) -> None:
    """One of them, with its defaults, as JSON."""
    known = known_sources(ctx.obj)
    print(to_json(known[chosen([name], known)[0]].model_dump()))


@sources_app.command("check")
def sources_check(ctx: typer.Context) -> None:
    """Read every source file, try its patterns on its examples and on listings; every error with file, line and key."""
    known = known_sources(ctx.obj)
    silent = [s.name for s in known.values() if not s.discover.names_any]
    if silent:
        print(
            f"no channel is named, so the sitemaps of robots.txt or the front page are asked: {', '.join(silent)}",
            file=sys.stderr,
        )
    print(f"{len(known)} sources are well-formed")


@sources_app.command("probe")
def sources_probe(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Of its home page, or of one of its articles.")],
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="DIR", help="Put the file into this folder too."),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """A source file for an outlet, from one address: at most 20 polite requests, nothing stored. JSON tells all, CSV the samples."""
    import asyncio

    from flows.cli.progress import one_progress
    from flows.jobs.probe import probe

    with one_progress("probe") as progress:
        found = asyncio.run(probe(ctx.obj, url, tell=progress))
    text = "\n".join([*found.lines(), found.toml])
    if form is Format.JSON:
        print(to_json(found.data))
    elif form is Format.CSV:
        show(found.samples, form)
    else:
        print(text, end="")
    if write:
        with users_files():
            _write_new(write / f"{found.source.name}.toml", text)


def _write_new(path: Path, text: str) -> None:
    """A file that is there was mended by somebody, and stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already; move it away, or name another folder"
        ) from error
    print(
        f"written to {path}; `kliping --sources {path.parent} sources check` reads it",
        file=sys.stderr,
    )
