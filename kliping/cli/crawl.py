"""Commands that put something into the warehouse."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from kliping.cli.app import (
    CRAWL,
    START,
    UsageError,
    app,
    chosen_sources,
    load_sources,
    require_address,
    valid_names,
)
from kliping.cli.job_runs import print_preview, run_as_flow, run_job
from kliping.cli.options import (
    AsFetched,
    ColumnMap,
    CrawledNames,
    DryRun,
    Encoding,
    Form,
    ImportDryRun,
    Limit,
    Query,
    Seed,
    Since,
    StatedDateOrder,
    Until,
    path,
    path_or_address,
)
from kliping.output import Format

if TYPE_CHECKING:
    from flows.settings import Settings


@app.command(rich_help_panel=START)
def demo(
    ctx: typer.Context,
    with_prefect: Annotated[
        bool, Option("--prefect", help="As flow runs on a temporary Prefect server.")
    ] = False,
) -> int:
    """All of Kliping on a bundled newsroom, offline."""
    from kliping.cli.demo import run_demo

    return run_demo(ctx.obj, with_prefect=with_prefect)


@app.command(rich_help_panel=START)
def init(
    ctx: typer.Context,
    contact: Annotated[
        str | None, Option(help="A page or an e-mail address, sent with every request.")
    ] = None,
    outlets: Annotated[
        str | None, Option(help="Names with commas between them, `starter` or `all`.")
    ] = None,
    yes: Annotated[bool, Option("--yes", help="Ask nothing.")] = False,
) -> int:
    """Set up a home: its folder, its contact, the outlets it reads.

    Shows what would be requested and how often, then asks each outlet for its robots.txt. Without a terminal, --contact,
    --outlets and --yes are needed. Nothing that is there is overwritten.
    """
    from kliping.cli.init import set_up

    is_home_given = bool(ctx.parent and ctx.parent.params["home"])
    return set_up(ctx.obj, contact, outlets, yes=yes, is_home_given=is_home_given)


@app.command(rich_help_panel=CRAWL)
def ingest(
    ctx: typer.Context, sources: CrawledNames = None, limit: Limit = None, form: Form = Format.TABLE
) -> int:
    """New articles: discover, fetch, archive, load, publish.

    Without names it takes the outlets that the home enables; `kliping init` makes the list.
    """
    from flows.jobs.jobs import ingest_sources

    return _crawl(ctx.obj, "ingest", ingest_sources, sources, limit, form)


@app.command(rich_help_panel=CRAWL)
def backfill(
    ctx: typer.Context,
    source: Annotated[str, Argument(help="Name of a source.", show_default=False)],
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    query: Query = None,
    seed: Seed = 1,
    dry_run: DryRun = False,
    form: Form = Format.TABLE,
) -> int:
    """The past of a source by publication day, the newest first.

    Default: the last seven days. Continues where it stopped; a day that is done is not fetched again. With --match the other
    articles are listed, not fetched, but for one in a hundred; a run without it fetches them too.
    """
    from flows.crawl.listings import window
    from flows.crawl.matching import Match
    from flows.jobs.jobs import backfill_source

    all_sources, _ = chosen_sources(ctx.obj, [source])
    try:
        days = window(all_sources[source], since, until, datetime.now(UTC))
    except ValueError as error:
        raise UsageError(f"--{error}") from error
    match = Match(query=query, seed=seed) if query is not None else None
    if ctx.obj.prefect_api_url:
        what: dict[str, Any] = {"source_id": source, "since": days[0], "until": days[1]}
        how = {"match": query, "seed": seed, "limit": limit, "dry_run": dry_run}
        return run_as_flow(ctx.obj, form, "backfill", **what, **how)
    job = partial(
        backfill_source,
        ctx.obj,
        all_sources,
        source,
        days,
        limit=limit,
        dry_run=dry_run,
        match=match,
    )
    return run_job(form, job)


@app.command(rich_help_panel=CRAWL)
def revisit(
    ctx: typer.Context, sources: CrawledNames = None, limit: Limit = None, form: Form = Format.TABLE
) -> int:
    """Edits: fetch loaded articles again, for four weeks.

    Often while a text is new, then less often. At most 100 pages of each source, unless --limit says otherwise.
    """
    from flows.jobs.jobs import revisit_sources

    return _crawl(ctx.obj, "revisit", revisit_sources, sources, limit, form)


@app.command(rich_help_panel=CRAWL)
def fetch(
    ctx: typer.Context,
    urls: Annotated[list[str] | None, Argument(metavar="URL", show_default=False)] = None,
    file: Annotated[
        str | None,
        Option(
            "--from",
            metavar="FILE",
            help="One address a line, or a table with a column of them; - for standard input.",
        ),
    ] = None,
    column_map: ColumnMap = None,
    again: Annotated[bool, Option("--again", help="Ask for what is loaded already, too.")] = False,
    form: Form = Format.TABLE,
) -> int:
    """Addresses that you name: fetch, archive, load, publish.

    A host without a source file becomes a source with the default rules. What is loaded already is not asked for again.
    """
    from flows.jobs.fetch_addresses import address_lines, fetch_addresses, read_addresses
    from flows.jobs.import_tables import parse_map

    if bool(urls) == (file is not None):
        raise UsageError("give addresses, or --from and a file that has them")
    texts, refused = urls or [], list[Any]()
    if file == "-":
        texts = address_lines(sys.stdin.read())
    elif file is not None:
        texts, refused = read_addresses(path(file), parse_map(column_map or ()))
    sources = load_sources(ctx.obj)
    job = partial(fetch_addresses, ctx.obj, sources, texts, refused, again=again)
    return run_job(form, job, "fetch")


@app.command("import", rich_help_panel=CRAWL)
def import_(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        Argument(
            metavar="PATH",
            help="HTML, text or WARC files, or folders of them; tables: CSV, JSON lines, Parquet; s3:// of WARC files.",
        ),
    ],
    source: Annotated[str | None, Option(help="Source of files that do not name theirs.")] = None,
    url: Annotated[str | None, Option(help="Address of a single page.")] = None,
    column_map: ColumnMap = None,
    as_fetched: AsFetched = False,
    date_order: StatedDateOrder = None,
    encoding: Encoding = None,
    dry_run: ImportDryRun = False,
    form: Form = Format.TABLE,
) -> int:
    """Load files: saved pages, plain text, WARC, tables of articles.

    A saved page or a row never replaces a page that was fetched; with `--as-fetched` a saved page does.
    `kliping forget --run` takes an import back.
    """
    from flows.jobs.import_files import ImportOptions
    from flows.jobs.import_tables import parse_map
    from flows.jobs.jobs import import_paths, preview_import

    require_address(url)
    files = [path_or_address(text) for text in paths]
    all_sources = load_sources(ctx.obj)
    valid_names([source] if source else None, all_sources)
    if source and url and not all_sources[source].owns(url):
        raise UsageError(f"{url} is not an address of {source}; leave out --source or --url")
    options = ImportOptions(
        source_id=source,
        url=url,
        as_fetched=as_fetched,
        columns=parse_map(column_map or ()),
        date_order=date_order,
        encoding=encoding,
    )
    if dry_run:
        return print_preview(preview_import(ctx.obj, all_sources, files, options), form)
    return run_job(form, partial(import_paths, ctx.obj, all_sources, files, options), "import")


def _crawl(
    settings: Settings,
    name: str,
    job: Callable[..., Any],
    sources: list[str] | None,
    limit: int | None,
    form: Format,
) -> int:
    """An ingest or a revisit of the named sources, or of the enabled ones."""
    from flows.home_file import enabled_outlets

    all_sources, names = chosen_sources(settings, sources)
    names = names or enabled_outlets(settings.home, all_sources)
    if settings.prefect_api_url:
        return run_as_flow(settings, form, name, sources=names, limit=limit, trigger="cli")
    return run_job(form, partial(job, settings, all_sources, names, limit=limit))
