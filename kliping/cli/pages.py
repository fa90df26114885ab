"""Commands that parse pages and store nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from kliping.cli.app import FAILED, OK, READ, UsageError, app, chosen_sources, load_sources
from kliping.output import Format, to_json


class NoArticleError(ValueError):
    """A page was read, and is no article; the message has the reason."""

    exit_code = FAILED


@app.command(rich_help_panel=READ)
def parse(
    ctx: typer.Context,
    file: Annotated[str, Argument(help="An HTML or text file, or - for standard input.")],
    url: Annotated[str | None, Option(help="Address of the page.")] = None,
    source: Annotated[str | None, Option(help="Its source.")] = None,
    form: Annotated[
        Format | None,
        Option("--format", help="Default: table on a terminal, else JSON."),
    ] = None,
) -> None:
    """One page as an article with its facts, without database."""
    from flows.jobs.import_files import ImportOptions, is_address, parse_bytes
    from kliping.cli.article_view import show_article
    from parsers.article import Rejected

    if form is Format.CSV:
        raise UsageError("an article has no CSV; use --format json or table")
    if url is not None and not is_address(url):
        raise UsageError(f"--url {url!r} is no web address: it begins with http:// or https://")
    all_sources, _ = chosen_sources(ctx.obj, [source] if source else None)
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    options = ImportOptions(source_id=source, url=url)
    try:
        article = parse_bytes(body, Path(file), options, all_sources)
    except Rejected as error:
        raise NoArticleError(f"{file} is no article ({error}); give an article's page") from error
    if form is Format.TABLE or (form is None and sys.stdout.isatty()):
        show_article(article)
    else:
        print(to_json(article))


@app.command(rich_help_panel=READ, hidden=True)
def extract(
    ctx: typer.Context,
    jsonl: Annotated[bool, Option("--jsonl", help="JSON lines: the only format.")] = False,
) -> int:
    """Pages in lines of {id, url, html_b64}, to lines of {id, title, body, authors, published, lang}.

    A line that cannot be read gives {id, error}, and at the end exit code 1.
    """
    from orjson import OPT_APPEND_NEWLINE, dumps

    from kliping.cli.extract_jsonl import answers

    if not jsonl:
        raise UsageError("add --jsonl: there is no other format")
    code = OK
    for answer in answers(sys.stdin.buffer, load_sources(ctx.obj)):
        code = FAILED if "error" in answer else code
        sys.stdout.buffer.write(dumps(answer, option=OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
    return code
