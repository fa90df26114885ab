"""Commands that read the published copy."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.app import FAILED, Form, UsageError, app, reader_of
from flows.cli.umask import users_files
from flows.output import Format, printable, show, to_json


@app.command()
def sql(ctx: typer.Context, query: str, form: Form = Format.TABLE) -> None:
    """Ask the published database, e.g. kliping sql 'FROM mart.articles'."""
    import duckdb

    with reader_of(ctx.obj) as reader:
        try:
            rows = reader.rows(query)
        except duckdb.Error as error:
            raise UsageError(
                f"{error}\nmart.data_dictionary says what every column means"
            ) from error
    show(rows, form)


@app.command()
def explain(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL|ARTICLE_ID")],
    text: Annotated[
        bool,
        typer.Option(
            "--text", help="Its stored text, with every quote, figure, date, place and name marked."
        ),
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """The whole story of one address or article."""
    from flows.cli.article_view import show_text
    from warehouse.read.explain import explain as tell
    from warehouse.read.explain import text as stored

    with reader_of(ctx.obj) as reader:
        chapters = tell(reader, url)
        found = stored(reader, url) if text else None
    if found:
        print(to_json({"text": found[0], "spans": found[1]})) if form is Format.JSON else show_text(
            *found
        )
        return
    if text and chapters:
        print(f"no text of {printable(url)} is stored")
        raise typer.Exit(FAILED)
    if not chapters:
        print(
            f"nothing is known of {printable(url)}: no channel announced it, and nobody imported it"
        )
        raise typer.Exit(FAILED)
    if form is Format.JSON:
        print(to_json(chapters))
        return
    for name, rows in chapters.items():
        _chapter(name, rows, form)


def _chapter(name: str, rows: Sequence[Mapping[str, Any]], form: Format) -> None:
    """A single row reads better from top to bottom."""
    if len(rows) == 1 and form is Format.TABLE:
        rows = [
            {"what": key, "value": value} for key, value in rows[0].items() if value is not None
        ]
    show(rows, form, title=name)
    print()


Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        metavar="YYYY-MM-DD",
        formats=["%Y-%m-%d"],
        help="From this day on, western Indonesian time.",
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--until",
        metavar="YYYY-MM-DD",
        formats=["%Y-%m-%d"],
        help="Up to this day, itself included.",
    ),
]
Only = Annotated[str | None, typer.Option("--source", help="Of this outlet alone.")]


@app.command("report")
def report_question(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(help="A question; without one they are listed.", show_default=False),
    ] = None,
    since: Since = None,
    until: Until = None,
    source: Only = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help="The whole picture as one page to look at, send or print.",
        ),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """The saved questions about coverage, voices, topics, figures, copies, edits and health."""
    from warehouse.read.html_report import page
    from warehouse.read.questions import ask, outlet, questions, spark

    if html:
        with reader_of(ctx.obj) as reader:
            text = page(reader, **_range(since, until), source=outlet(reader, source))
        with users_files():
            html.write_text(text, encoding="utf-8")
        print(
            f"{html}: {len(text.encode()) // 1000} kB; open it in a browser, send it, or print it",
            file=sys.stderr,
        )
        return
    if name is None:
        show([{"name": name, "what it tells": said} for name, said in questions().items()], form)
        return
    with reader_of(ctx.obj) as reader:
        rows = ask(reader, name, **_range(since, until), source=outlet(reader, source))
    if form is Format.TABLE:
        rows = [
            {key: spark(value) if key.startswith("per_") else value for key, value in row.items()}
            for row in rows
        ]
    show(
        rows,
        form,
        empty="nothing of that kind yet" + (" in this range" if since or until or source else ""),
    )


def _range(since: datetime | None, until: datetime | None) -> dict[str, date | None]:
    if since and until and since > until:
        raise UsageError(f"--since {since:%Y-%m-%d} is after --until {until:%Y-%m-%d}")
    return {"since": since and since.date(), "until": until and until.date()}


@app.command()
def export(
    ctx: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="A new or empty folder, or one that holds an export, which is replaced.",
        ),
    ],
    since: Since = None,
    until: Until = None,
    source: Only = None,
    csv: Annotated[bool, typer.Option("--csv", help="CSV instead of Parquet.")] = False,
    with_text: Annotated[bool, typer.Option("--with-text", help="The full texts too.")] = False,
    include_reserved: Annotated[
        bool,
        typer.Option(
            "--include-reserved",
            help="Even the texts that their publishers reserve: you answer for it.",
        ),
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """The marts as Parquet or CSV, with a manifest and what every column means."""
    from flows.settings import VERSION
    from warehouse.read.export import export as write
    from warehouse.read.questions import outlet

    if include_reserved and not with_text:
        raise UsageError("--include-reserved is about texts; add --with-text")
    with reader_of(ctx.obj) as reader, users_files():
        manifest = write(
            reader,
            folder,
            made_by=f"kliping {VERSION}",
            now=datetime.now(UTC),
            **_range(since, until),
            source=outlet(reader, source),
            with_text=with_text,
            csv=csv,
            include_reserved=include_reserved,
        )
    show(
        [{name: file[name] for name in ("name", "rows", "bytes")} for file in manifest["files"]],
        form,
    )
    if withheld := manifest["n_texts_withheld"]:
        print(
            f"{withheld} of {manifest['n_articles']} texts are withheld: their publishers reserve them",
            file=sys.stderr,
        )


@app.command()
def search(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(help='All must stand there: words, "a phrase", speaker:menteri, -unwanted.'),
    ],
    since: Since = None,
    until: Until = None,
    source: Only = None,
    most: Annotated[int, typer.Option("--limit", min=1, help="At most so many stories.")] = 20,
    form: Form = Format.TABLE,
) -> None:
    """Stories by their words, the most fitting first, in all their Indonesian forms. Fields: docs/analyst.md."""
    from warehouse.read.questions import outlet
    from warehouse.read.search import search as find

    with reader_of(ctx.obj) as reader:
        rows = find(
            reader,
            " ".join(words),
            **_range(since, until),
            source=outlet(reader, source),
            most=most,
        )
    if form is Format.TABLE:
        rows = [
            {
                name: row[name]
                for name in ("score", "story_date", "source_name", "headline", "excerpt")
            }
            for row in rows
        ]
    show(rows, form, empty="no story has all of these")


@app.command()
def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="On localhost.")] = 9494,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1, help="A query may take so long.")
    ] = 20,
    memory_mb: Annotated[
        int, typer.Option("--memory-mb", min=512, help="A query may use so much memory.")
    ] = 1024,
) -> None:
    """The published copy for readers elsewhere, by DuckDB's quack protocol, until it is interrupted."""
    from dataclasses import replace
    from time import sleep

    from flows.cli.serve import LIMITS, Server, limit_growth

    limits = replace(LIMITS, seconds=seconds, memory_mb=memory_mb)
    with Server(ctx.obj.home, port=port, token=ctx.obj.serve_token, limits=limits) as server:
        limit_growth()
        print(
            f"FROM quack_query('{server.uri}', 'FROM kliping.mart.articles', token = '{server.token}')",
            flush=True,
        )
        while True:
            sleep(3600)
