"""Commands that hand the published copy to others: as files, or over the network."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from kliping.cli.app import SHARE, UsageError, app, chosen_range, published_copy
from kliping.cli.options import Form, Outlet, Since, Until, path
from kliping.cli.umask import user_files
from kliping.output import Format, say, show
from parsers.kinds import Purpose

if TYPE_CHECKING:
    from flows.settings import Settings
    from warehouse.queries import Row

Folder = Annotated[
    Path | None,
    Argument(
        metavar="DIR",
        parser=path,
        help="New, empty, or an earlier export, which is replaced.",
        show_default=False,
    ),
]
SqliteFile = Annotated[
    Path | None,
    Option("--sqlite", metavar="FILE", parser=path, help="One SQLite database instead."),
]
IncludeReserved = Annotated[
    bool,
    Option("--include-reserved", help="Also texts that publishers reserve; you answer for it."),
]
ForPurpose = Annotated[
    Purpose | None,
    Option("--for", help="Withhold only the texts that are reserved for this purpose."),
]


@app.command(rich_help_panel=SHARE)
def export(
    ctx: typer.Context,
    folder: Folder = None,
    since: Since = None,
    until: Until = None,
    source: Outlet = None,
    sqlite: SqliteFile = None,
    csv: Annotated[bool, Option("--csv", help="CSV instead of Parquet.")] = False,
    with_text: Annotated[bool, Option("--with-text", help="Full texts too.")] = False,
    include_reserved: IncludeReserved = False,
    purpose: ForPurpose = None,
    form: Form = Format.TABLE,
) -> None:
    """The public views as files: Parquet, CSV or SQLite.

    Beside them is a manifest, and the meaning of every column.
    """
    from flows.settings import VERSION
    from kliping.reading.export import export as write
    from kliping.reading.sqlite_export import export_sqlite

    if (folder is None) == (sqlite is None) or (sqlite and csv):
        raise UsageError("name a folder for Parquet or CSV, or a file with --sqlite")
    if include_reserved and purpose:
        raise UsageError("--for withholds texts, --include-reserved does not: give one of them")
    if include_reserved and not with_text:
        raise UsageError("--include-reserved is about texts; add --with-text")
    about: dict[str, Any] = {"made_by": f"kliping {VERSION}", "now": datetime.now(UTC)}
    with published_copy(ctx.obj) as reader, user_files():
        chosen = chosen_range(reader, since, until, source) | {
            "with_text": with_text,
            "include_reserved": include_reserved,
            "purpose": purpose,
        }
        if folder is not None:
            manifest = write(reader, folder, csv=csv, **about, **chosen)
            show(manifest["files"], form, columns=("name", "rows", "bytes"))
        elif sqlite is not None:
            manifest, tables = export_sqlite(reader, sqlite, **about, **chosen)
            show(tables, form)
    _print_totals(manifest, purpose, form)


def _print_totals(manifest: Row, purpose: Purpose | None, form: Format) -> None:
    from kliping.reading.completeness import MissedEstimate

    if withheld := manifest["n_texts_withheld"]:
        for_purpose = f" for {purpose}" if purpose else ""
        say(
            f"{withheld} of {manifest['n_articles']} texts are withheld: their publishers reserve them{for_purpose}"
        )
    if form is Format.TABLE:
        say(
            f"{manifest['n_articles']} articles; {MissedEstimate(**manifest['unseen']).line}",
            sys.stdout,
        )


@app.command(rich_help_panel=SHARE)
def mcp(
    ctx: typer.Context,
    port: Annotated[
        int | None,
        Option(min=1, max=65535, help="Answer over HTTP on this port; agents need the token."),
    ] = None,
    host: Annotated[str, Option(help="Address to listen on, with --port.")] = "127.0.0.1",
    names: Annotated[
        list[str] | None,
        Option("--name", help="A host name by which agents ask, beyond localhost."),
    ] = None,
    explorer: Annotated[
        str, Option(help="Where `kliping web` is, for the addresses in citations.")
    ] = "http://127.0.0.1:8484",
) -> None:
    """Read-only tools for agents, by the Model Context Protocol.

    An agent's program starts it and talks to it by standard input and output; docs/how-to/share.md says how. With --port it
    answers over HTTP, with the token in KLIPING_SERVE_TOKEN.
    """
    try:
        from kliping.mcp_server.tool_server import run
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("mcp"):
            raise
        raise UsageError(
            "the package mcp is not installed: .venv/bin/uv pip install -c constraints.txt -e '.[mcp]'"
        ) from error
    if port:
        _answer_over_http(ctx.obj, explorer, host, port, names or [])
        return
    _require_published(ctx.obj, is_followed=False)
    say("waiting for the messages of a client on standard input (Ctrl-C ends it)")
    run(ctx.obj.home, explorer)


def _answer_over_http(
    settings: Settings, explorer: str, host: str, port: int, names: list[str]
) -> None:
    from kliping.mcp_server.http_app import make_http_app
    from kliping.mcp_server.tool_server import make_server as make_tool_server
    from kliping.mcp_server.tools import Tools
    from kliping.web.server import LOCAL, listen, make_server, strong_token

    token = strong_token(settings.serve_token)
    _require_published(settings)
    sock = listen(host, port)
    with closing(Tools(settings.home, explorer=explorer)) as tools:
        app = make_http_app(make_tool_server(tools), token, [*LOCAL, *names, _shown(host)])
        print(f"http://{_shown(host)}:{port}/mcp  (Ctrl-C ends it)", flush=True)
        make_server(app).run(sockets=[sock])


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@app.command(rich_help_panel=SHARE)
def web(
    ctx: typer.Context,
    port: Annotated[int, Option(min=1, max=65535, help="Port to listen on.")] = 8484,
    host: Annotated[
        str, Option(help="Address to listen on; beyond localhost readers need a token.")
    ] = "127.0.0.1",
    names: Annotated[
        list[str] | None,
        Option("--name", help="A host name by which readers ask, beyond localhost."),
    ] = None,
) -> None:
    """Pages to look around in, for a browser, until interrupted.

    Read-only. Other machines need the token in KLIPING_SERVE_TOKEN.
    """
    from flows.stores import archive
    from kliping.reading.labels import Language
    from kliping.web.application import make_app
    from kliping.web.server import listen, make_server, require_token

    token = require_token(host, ctx.obj.serve_token)
    _require_published(ctx.obj)
    sock = listen(host, port)
    shown = _shown(host)
    print(f"http://{shown}:{port}/{'?token=…' if token else ''}  (Ctrl-C ends it)", flush=True)
    site = make_app(
        ctx.obj.home,
        archive(ctx.obj),
        language=Language(ctx.obj.report_language),
        hosts=[*(names or ()), shown],
        token=token,
    )
    make_server(site).run(sockets=[sock])


def _require_published(settings: Settings, *, is_followed: bool = True) -> None:
    """Something is published, and can be read: of a lake the copy in the home, made again when that changes if it is followed."""
    with published_copy(settings):
        pass
    if settings.warehouse:
        from kliping.cli.lake_copy import copy_lake, follow_lake

        follow_lake(settings) if is_followed else copy_lake(settings)
