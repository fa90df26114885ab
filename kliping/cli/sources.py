"""kliping sources: the outlets that it knows, and what live sites say about their files and about what is missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kliping.cli.app import (
    CRAWL,
    FAILED,
    OK,
    UsageError,
    chosen_sources,
    command_group,
    load_sources,
)
from kliping.cli.options import Form, Since, Until, output_option
from kliping.cli.umask import user_files
from kliping.output import Format, printable, say, show, to_json

if TYPE_CHECKING:
    from flows.jobs.day_audit import Audit
    from flows.jobs.verification import Verification

sources_app = command_group("sources", CRAWL, "The outlets that Kliping knows.")


@sources_app.command("list")
def sources_list(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """All sources. `verified` counts the channels and rules that were seen to work on the live site."""
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
        for s in load_sources(ctx.obj).values()
    ]
    show(rows, form)


@sources_app.command("show")
def sources_show(ctx: typer.Context, name: str) -> None:
    """One source with its defaults, as JSON."""
    all_sources, _ = chosen_sources(ctx.obj, [name])
    print(to_json(all_sources[name].model_dump()))


@sources_app.command("check")
def sources_check(ctx: typer.Context) -> None:
    """Validate every source file. Each error comes with file, line and key."""
    all_sources = load_sources(ctx.obj)
    silent = [s.name for s in all_sources.values() if not s.discover.names_any]
    if silent:
        say(
            f"no channel is named, so robots.txt's sitemaps or the front page are read: {', '.join(silent)}"
        )
    print(f"{len(all_sources)} sources are valid")


@sources_app.command("probe")
def sources_probe(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Its home page, or one of its articles.")],
    output: Annotated[
        Path | None, output_option("Also write the file to this folder.", "DIR")
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """Draft a source file from one address of an outlet.

    At most 20 polite requests; nothing is stored. JSON has everything, CSV the sample articles.
    """
    import asyncio

    from flows.jobs.probe import probe
    from kliping.cli.progress import one_progress

    with one_progress("probe") as progress:
        found = asyncio.run(probe(ctx.obj, url, progress=progress))
    text = "\n".join([*found.lines(), found.toml])
    if form is Format.JSON:
        print(to_json(found.data))
    elif form is Format.CSV:
        show(found.samples, form)
    else:
        print(text, end="")
    if output:
        with user_files():
            _write_new(output / f"{found.source.name}.toml", text)


@sources_app.command("verify")
def sources_verify(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE…]")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every source whose file has no `terms`.")
    ] = False,
    form: Form = Format.TABLE,
) -> int:
    """Check channels and rules on the live sites: of the named sources, or of the enabled ones.

    At most 15 polite requests an outlet; nothing is loaded. An interrupted call goes on where it
    ended. Exit code 1 if something is broken, 75 if no outlet answers. JSON has every check, and
    the keys of the file that were seen to work.
    """
    import asyncio

    from flows.home_file import enabled_outlets
    from flows.jobs.verification import verify
    from kliping.cli.progress import one_progress

    all_sources, names = chosen_sources(ctx.obj, names)
    if everything:
        chosen = [name for name, source in all_sources.items() if source.terms is None]
    else:
        chosen = names or enabled_outlets(ctx.obj.home, all_sources)
    with one_progress("verify") as progress:
        results = asyncio.run(verify(ctx.obj, all_sources, chosen, progress=progress))
    if form is Format.JSON:
        print(to_json([result.data for result in results]))
    elif form is Format.CSV:
        show([result.row for result in results], form)
    else:
        _show_verifications(results)
    return FAILED if any(result.is_broken for result in results) else OK


@sources_app.command("audit")
def sources_audit(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="Name of a source.", show_default=False)],
    n_days: Annotated[int, typer.Option("--days", min=3, max=36500, help="Days to draw.")] = 7,
    seed: Annotated[int, typer.Option("--seed", help="The same seed draws the same days.")] = 7,
    since: Since = None,
    until: Until = None,
    form: Form = Format.TABLE,
) -> int:
    """The share that is missed, by the listings of random days.

    Of the days that were crawled, among the last thirty or from --since to --until. Fetches listings only, and loads nothing.
    """
    import asyncio

    from flows.jobs.day_audit import audit_source, audited_days, crawled_days
    from flows.stores import database
    from kliping.cli.progress import sources_progress

    sources, _ = chosen_sources(ctx.obj, [source])
    crawled = crawled_days(database(ctx.obj), sources[source])
    now = datetime.now(UTC)
    days = audited_days(sources[source], since, until, n_days, seed, now, crawled=crawled)
    with sources_progress() as progress:
        result = asyncio.run(audit_source(ctx.obj, sources, source, days, seed, progress=progress))
    print_audit(result, len(days), form)
    return FAILED if len(result.days) < len(days) else OK


def _show_verifications(results: Sequence[Verification]) -> None:
    """A row for each outlet, and below them a line for each problem, which no column would hold."""
    rows = [result.row for result in results]
    show(rows, Format.TABLE, columns=[name for name in rows[0] if name != "note"])
    for result in results:
        for problem in result.problems:
            print(f"{result.source_id}: {printable(problem)}")


def print_audit(result: Audit, n_days: int, form: Format) -> None:
    share, low, high = result.share or (None, None, None)
    if form is Format.JSON:
        totals = {"listed": result.n_listed, "missed": result.n_missed, "reasons": result.reasons}
        print(to_json(asdict(result) | totals | {"share": share, "low": low, "high": high}))
        return
    rows = [row | {"reasons": _listed(row["reasons"])} for row in result.days]
    show(rows, form, empty="no listing could be read")
    if form is not Format.TABLE:
        return
    for failure in result.failures:
        print(f"{failure['reason']}: {failure['example']}")
    if n_unread := n_days - len(result.days):
        print(f"the listings of {n_unread} of {n_days} days could not be read")
    if share is not None:
        missed = f"missed {result.n_missed} of {result.n_listed} listed articles"
        print(f"{missed}: {share:.1%} [{low:.1%}–{high:.1%}]", _listed(result.reasons), sep="; ")


def _listed(reasons: dict[str, int]) -> str:
    return ", ".join(f"{n} {reason}" for reason, n in reasons.items())


def _write_new(path: Path, text: str) -> None:
    """Somebody may have edited a file that exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} exists already; move it away, or name another folder") from error
    say(f"wrote {path}; `kliping --sources {path.parent} sources check` validates it")
