"""Commands that read pages and keep nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.app import FAILED, OK, UsageError, app, chosen, known_sources
from flows.output import Format, to_json


@app.command()
def parse(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(help="An HTML or text file, or - for standard input.")],
    url: Annotated[str | None, typer.Option("--url", help="Its address.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="The outlet it is of.")] = None,
    form: Annotated[
        Format | None,
        typer.Option("--format", help="Default: a readable sheet on a terminal, JSON in a pipe."),
    ] = None,
) -> None:
    """One page as an article with its facts, no database."""
    from flows.cli.article_view import show_article
    from flows.jobs.import_files import Given, parse_bytes

    if form is Format.CSV:
        raise UsageError("an article is no table; --format is json or table here")

    known = known_sources(ctx.obj)
    if source:
        chosen([source], known)
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    article = parse_bytes(body, Path(file), Given(source_id=source, url=url), known)
    if form is Format.TABLE or (form is None and sys.stdout.isatty()):
        show_article(article)
    else:
        print(to_json(article))


@app.command()
def extract(
    ctx: typer.Context,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="The one form there is.")] = False,
) -> None:
    """Pages on standard input, {id, url, html_b64} a line, into {id, title, body, authors, published, lang} a line, each at once.

    A line that cannot be read is answered {id, error}, and the exit code is 1 at the end.
    """
    from orjson import OPT_APPEND_NEWLINE, dumps

    from flows.cli.extract_jsonl import answers

    if not jsonl:
        raise UsageError("say --jsonl: there is no other form yet")
    failed = False
    for answer in answers(sys.stdin.buffer, known_sources(ctx.obj)):
        failed = failed or "error" in answer
        sys.stdout.buffer.write(dumps(answer, option=OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
    raise typer.Exit(FAILED if failed else OK)
