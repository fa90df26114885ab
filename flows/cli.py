"""The command line. Heavy parts are imported by the command that needs them, so that --help answers at once."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from flows.settings import VERSION, Settings, from_environment
from flows.show import Format, printable, show, to_json

if TYPE_CHECKING:
    from flows.run import Summary
    from parsers.source import Source

OK, FAILED, USAGE, BUSY, LATER = 0, 1, 2, 73, 75

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="News articles into a DuckDB file anyone can query. Settings: KLIPING_HOME, KLIPING_SOURCES, KLIPING_CONTACT.",
)
sources_app = typer.Typer(no_args_is_help=True, help="The outlets this kliping knows.")
quarantine_app = typer.Typer(no_args_is_help=True, help="Pages that could not become articles.")
app.add_typer(sources_app, name="sources")
app.add_typer(quarantine_app, name="quarantine")

Form = Annotated[Format, typer.Option("--format", help="How to print.")]
Names = Annotated[
    list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Names of sources; all where none is given.", show_default=False)
]


class UsageError(ValueError):
    """What was asked cannot be done as asked; the message says what to do instead."""


@app.callback()
def common(
    ctx: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", help="Where archive and database are, instead of KLIPING_HOME (else ./data).")
    ] = None,
    sources: Annotated[list[Path] | None, typer.Option("--sources", help="A further folder of source files.")] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        print(VERSION)
        raise typer.Exit
    settings = from_environment()
    ctx.obj = replace(
        settings, home=home.expanduser().absolute() if home else settings.home, source_folders=(*settings.source_folders, *(sources or ()))
    )


@app.command()
def demo(ctx: typer.Context, plain: Annotated[bool, typer.Option("--plain", help="Without Prefect's temporary server.")] = False) -> None:
    """The whole pipe on the bundled newsroom, offline."""
    from flows.demo import run_demo

    raise typer.Exit(run_demo(ctx.obj, plain=plain))


@app.command()
def ingest(
    ctx: typer.Context,
    sources: Names = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many pages of each source.")] = None,
    form: Form = Format.TABLE,
) -> None:
    """What is new: discover, fetch, archive, load, publish."""
    import asyncio

    from flows.progress import sources_progress
    from flows.work import ingest_sources

    settings, known = ctx.obj, _known(ctx.obj)
    names = _chosen(sources, known) if sources else _unasked(known)
    if settings.prefect_api_url:
        raise typer.Exit(_as_flow(settings, names, limit, form))
    with sources_progress() as tell:
        summary = asyncio.run(ingest_sources(settings, known, names, limit=limit, tell=tell))
    raise typer.Exit(report(summary, form))


@app.command("import")
def import_(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="HTML, text or WARC files, or folders of them.")],
    source: Annotated[str | None, typer.Option("--source", help="The outlet they are of, where they do not say.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="The address of a single page.")] = None,
    form: Form = Format.TABLE,
) -> None:
    """Files into the warehouse: saved pages, plain text, WARC (CC-NEWS)."""
    from flows.importing import Given, files_of
    from flows.progress import one_progress
    from flows.work import import_paths

    known = _known(ctx.obj)
    if source:
        _chosen([source], known)
    if url and len(files_of(paths)) > 1:
        raise UsageError("--url is the address of one page; give one file with it")
    with one_progress("import") as progress:
        n_files = len(files_of(paths))
        summary = import_paths(ctx.obj, known, paths, Given(source_id=source, url=url), lambda n: progress(n, n_files))
    raise typer.Exit(report(summary, form))


@app.command()
def reparse(ctx: typer.Context, sources: Names = None, form: Form = Format.TABLE) -> None:
    """The archive into the warehouse again under this parser; no network."""
    from flows.progress import one_progress
    from flows.work import reparse_sources

    known = _known(ctx.obj)
    names = _chosen(sources, known) if sources else None
    with one_progress("reparse") as progress:
        summary = reparse_sources(ctx.obj, known, names, progress)
    raise typer.Exit(report(summary, form))


@app.command()
def parse(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(help="An HTML or text file, or - for standard input.")],
    url: Annotated[str | None, typer.Option("--url", help="Its address.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="The outlet it is of.")] = None,
    form: Annotated[Format | None, typer.Option("--format", help="Where not said: a sheet to read on a terminal, JSON in a pipe.")] = None,
) -> None:
    """One page as an article with its facts, no database."""
    from flows.importing import Given, parse_bytes
    from flows.sheet import show_article

    if form is Format.CSV:
        raise UsageError("an article is no table; --format is json or table here")

    known = _known(ctx.obj)
    if source:
        _chosen([source], known)
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    article = parse_bytes(body, Path(file), Given(source_id=source, url=url), known)
    if form is Format.TABLE or (form is None and sys.stdout.isatty()):
        show_article(article)
    else:
        print(to_json(article))


@app.command()
def extract(ctx: typer.Context, jsonl: Annotated[bool, typer.Option("--jsonl", help="The one form there is.")] = False) -> None:
    """Pages on standard input, {id, url, html_b64} a line, into {id, title, body, authors, published, lang} a line, each at once.

    A line that cannot be read is answered {id, error}, and the exit code is 1 at the end.
    """
    from orjson import OPT_APPEND_NEWLINE, dumps

    from flows.extract import answers

    if not jsonl:
        raise UsageError("say --jsonl: there is no other form yet")
    failed = False
    for answer in answers(sys.stdin.buffer, _known(ctx.obj)):
        failed = failed or "error" in answer
        sys.stdout.buffer.write(dumps(answer, option=OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
    raise typer.Exit(FAILED if failed else OK)


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
            "verified": f"{len(s.said) - len(s.doubtful)} of {len(s.said)}",
        }
        for s in _known(ctx.obj).values()
    ]
    show(rows, form)


@sources_app.command("show")
def sources_show(ctx: typer.Context, name: str) -> None:
    """One of them, with its defaults, as JSON."""
    known = _known(ctx.obj)
    print(to_json(known[_chosen([name], known)[0]].model_dump()))


@sources_app.command("check")
def sources_check(ctx: typer.Context) -> None:
    """Read every source file, try its patterns on its examples and on listings; every error with file, line and key."""
    known = _known(ctx.obj)
    silent = [s.name for s in known.values() if not s.discover.names_any]
    if silent:
        print(f"no channel is named, so the sitemaps of robots.txt or the front page are asked: {', '.join(silent)}", file=sys.stderr)
    print(f"{len(known)} sources are well-formed")


@sources_app.command("probe")
def sources_probe(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Of its home page, or of one of its articles.")],
    write: Annotated[Path | None, typer.Option("--write", metavar="DIR", help="Put the file into this folder too.")] = None,
    form: Form = Format.TABLE,
) -> None:
    """A source file for an outlet, from one address: at most 20 polite requests, nothing stored. JSON tells all, CSV the samples."""
    import asyncio

    from flows.probe import probe
    from flows.progress import one_progress

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
        _write_new(write / f"{found.source.name}.toml", text)


def _write_new(path: Path, text: str) -> None:
    """A file that is there was mended by somebody, and stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already; move it away, or name another folder") from error
    print(f"written to {path}; `kliping --sources {path.parent} sources check` reads it", file=sys.stderr)


@quarantine_app.command("list")
def quarantine_list(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """What is put aside now, the newest first."""
    _query(ctx, "quarantine_list", {}, form, empty="nothing is in quarantine")


@quarantine_app.command("show")
def quarantine_show(ctx: typer.Context, quarantine_id: str, form: Form = Format.TABLE) -> None:
    """One page put aside, with where its record stands."""
    if not _query(ctx, "quarantine_show", {"id": quarantine_id}, form, empty=f"no {quarantine_id} in quarantine"):
        raise typer.Exit(FAILED)


@app.command()
def sql(ctx: typer.Context, query: str, form: Form = Format.TABLE) -> None:
    """Ask the published database, e.g. kliping sql 'FROM mart.articles'."""
    import duckdb

    with _reader(ctx.obj) as reader:
        try:
            rows = reader.rows(query)
        except duckdb.Error as error:
            raise UsageError(f"{error}\nmart.data_dictionary says what every column means") from error
    show(rows, form)


@app.command()
def explain(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL|ARTICLE_ID")],
    text: Annotated[bool, typer.Option("--text", help="Its stored text, with every quote, figure, date, place and name marked.")] = False,
    form: Form = Format.TABLE,
) -> None:
    """The whole story of one address or article."""
    from flows.sheet import show_text
    from warehouse.explain import explain as tell
    from warehouse.explain import text as stored

    with _reader(ctx.obj) as reader:
        chapters = tell(reader, url)
        found = stored(reader, url) if text else None
    if found:
        print(to_json({"text": found[0], "spans": found[1]})) if form is Format.JSON else show_text(*found)
        return
    if text and chapters:
        print(f"no text of {printable(url)} is stored")
        raise typer.Exit(FAILED)
    if not chapters:
        print(f"nothing is known of {printable(url)}: no channel announced it, and nobody imported it")
        raise typer.Exit(FAILED)
    if form is Format.JSON:
        print(to_json(chapters))
        return
    for name, rows in chapters.items():
        _chapter(name, rows, form)


@app.command()
def publish(ctx: typer.Context) -> None:
    """Replace the readers' copy by the warehouse as it is."""
    from warehouse.store import Store

    ctx.obj.home.mkdir(parents=True, exist_ok=True)
    print(Store(ctx.obj.home).publish())


Since = Annotated[
    datetime | None, typer.Option("--since", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="From this day on, western Indonesian time.")
]
Until = Annotated[
    datetime | None, typer.Option("--until", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="Up to this day, itself included.")
]
Only = Annotated[str | None, typer.Option("--source", help="Of this outlet alone.")]


@app.command("report")
def report_question(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A question; without one they are listed.", show_default=False)] = None,
    since: Since = None,
    until: Until = None,
    source: Only = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="The whole picture as one page to look at, send or print.")
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """The saved questions about coverage, voices, topics, figures, copies, edits and health."""
    from warehouse.page import page
    from warehouse.report import ask, outlet, questions, spark

    if html:
        with _reader(ctx.obj) as reader:
            text = page(reader, **_range(since, until), source=outlet(reader, source))
        html.write_text(text, encoding="utf-8")
        print(f"{html}: {len(text.encode()) // 1000} kB; open it in a browser, send it, or print it", file=sys.stderr)
        return
    if name is None:
        show([{"name": name, "what it tells": said} for name, said in questions().items()], form)
        return
    with _reader(ctx.obj) as reader:
        rows = ask(reader, name, **_range(since, until), source=outlet(reader, source))
    if form is Format.TABLE:
        rows = [{key: spark(value) if key.startswith("per_") else value for key, value in row.items()} for row in rows]
    show(rows, form, empty="nothing of that kind yet" + (" in this range" if since or until or source else ""))


def _range(since: datetime | None, until: datetime | None) -> dict[str, date | None]:
    if since and until and since > until:
        raise UsageError(f"--since {since:%Y-%m-%d} is after --until {until:%Y-%m-%d}")
    return {"since": since and since.date(), "until": until and until.date()}


def report(summary: Summary, form: Format) -> int:
    """Print what a run did, and one line for each way it failed; the exit code."""
    if form is Format.JSON:
        print(
            to_json(
                {
                    "run_id": summary.run_id,
                    "state": summary.state,
                    "sources": summary.rows,
                    "failures": summary.failures,
                    "notes": summary.notes,
                    "busy": summary.busy,
                }
            )
        )
    else:
        shown = [{name.removeprefix("n_"): value for name, value in row.items()} for row in summary.rows]
        show(shown, form, title=f"run {summary.run_id}: {summary.state}" if form is Format.TABLE else "", empty="nothing new")
    for line in summary.notes:
        print(f"note: {printable(line)}", file=sys.stderr)
    for row in summary.failures:
        detail = f" ({printable(row['detail'])})" if row["detail"] else ""
        print(f"{row['source_id']}: {row['n']} {row['kind']} {row['reason']}{detail}, e.g. {printable(row['example'])}", file=sys.stderr)
    for line in summary.busy:
        print(line, file=sys.stderr)
    return BUSY if summary.busy else FAILED if summary.failures else OK


def _as_flow(settings: Settings, names: Sequence[str], limit: int | None, form: Format) -> int:
    """The same work as a Prefect flow run, seen in its window."""
    import asyncio

    from flows.settings import export

    export(settings)
    from flows.ingest import ingest_as_flow_run

    return report(asyncio.run(ingest_as_flow_run(names, limit=limit, trigger="cli")), form)


def _chapter(name: str, rows: Sequence[Mapping[str, Any]], form: Format) -> None:
    """A single row reads better from top to bottom."""
    if len(rows) == 1 and form is Format.TABLE:
        rows = [{"what": key, "value": value} for key, value in rows[0].items() if value is not None]
    show(rows, form, title=name)
    print()


def _query(ctx: typer.Context, name: str, parameters: Mapping[str, Any], form: Format, *, empty: str) -> int:
    from warehouse.store import SQL

    with _reader(ctx.obj) as reader:
        rows = reader.rows((SQL / f"{name}.sql").read_text(), parameters)
    show(rows, form, empty=empty)
    return len(rows)


@contextmanager
def _reader(settings: Settings) -> Iterator[Any]:
    from warehouse.read import Reader

    with Reader(settings.home) as reader:
        yield reader


def _known(settings: Settings) -> dict[str, Source]:
    from parsers.source import load

    return load(settings.source_folders)


def _chosen(names: Sequence[str] | None, known: Mapping[str, Source]) -> list[str]:
    import difflib

    for name in names or ():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise UsageError(
                f"unknown source {name!r}" + (f"; did you mean {near[0]!r}?" if near else "; `kliping sources list` names them all")
            )
    return list(dict.fromkeys(names or known))


def _unasked(known: Mapping[str, Source]) -> list[str]:
    """All but those whose outlets want to be asked first, which are told."""
    from parsers.source import unasked

    names = unasked(known)
    for name in known.keys() - set(names):
        print(f"{name}: left out, since {known[name].terms}; name it if you may", file=sys.stderr)
    return names


def main() -> None:
    """Every known failure is one clear line and its exit code."""
    sys.exit(_run(_options_first(sys.argv[1:])))


def _options_first(arguments: list[str]) -> list[str]:
    """--home and --sources may stand after the command too."""
    front: list[str] = []
    rest: list[str] = []
    values = iter(arguments)
    for value in values:
        if value in {"--home", "--sources"}:
            front += [value, *[v for v in [next(values, None)] if v is not None]]
        elif value.startswith(("--home=", "--sources=")):
            front.append(value)
        else:
            rest.append(value)
    return front + rest


def _run(arguments: list[str]) -> int:
    try:
        return app(arguments, standalone_mode=False) or OK
    except TyperException as error:
        error.show()  # type: ignore[attr-defined]  # every one has it; its type does not say so
        return int(getattr(error, "exit_code", USAGE))
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as error:
        code = _code(error)
        if code is None:
            raise
        print(f"kliping: {error}", file=sys.stderr)
        return code


def _code(error: Exception) -> int | None:
    """The exit code of a failure we know; by name, so that nothing is imported for it."""
    name = type(error).__name__
    if code := getattr(error, "exit_code", None):
        return int(code)
    if name in {
        "UsageError",
        "SourceError",
        "SettingsError",
        "ImportFailedError",
        "NothingPublished",
        "SchemaError",
        "FileNotFoundError",
        "IsADirectoryError",
        "PermissionError",
        "NotADirectoryError",
    }:
        return USAGE
    if name == "Busy":
        return BUSY
    if name == "StoreBusy" or (isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}):
        return LATER
    return FAILED if name == "Rejected" else None


if __name__ == "__main__":
    main()
