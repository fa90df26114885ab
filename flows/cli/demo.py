"""The demo: all of Kliping on the bundled newsroom, as Prefect would run it, on this machine only."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from flows.cli.job_runs import load_flow
from flows.jobs.jobs import ingest_sources
from flows.newsroom import Newsroom
from flows.output import Format, show
from flows.runs.summary import Summary
from flows.settings import Settings, export
from parsers.source import Source, load
from warehouse.read.published import NothingPublished, Reader

SOURCES = Path(__file__).parents[1] / "newsroom" / "sources"
PATIENCE_SECONDS = 30
QUESTIONS = {
    "the latest articles": (
        "SELECT day, source_name, headline, authors, word_count AS words FROM mart.articles ORDER BY date_published DESC LIMIT 5"
    ),
    "articles of each outlet and section": (
        "SELECT source_name, article_section, count(*) AS articles, sum(word_count) AS words "
        "FROM mart.articles GROUP BY ALL ORDER BY articles DESC, 1, 2 LIMIT 8"
    ),
    "edited after publication": "SELECT headline, n_versions, last_changed_at FROM mart.articles WHERE n_versions > 1",
}


class DemoRefusedError(ValueError):
    """The home has real articles."""

    exit_code = 2


def run_demo(settings: Settings, *, plain: bool, patience_seconds: int = PATIENCE_SECONDS) -> int:
    """Run once, and print what happened and what can be asked; the exit code.

    The second visit finds an edited article and one that is gone. If Prefect's temporary server does not start in time, it runs without.
    """
    visit = _visit(settings.home)
    all_sources = load([SOURCES])
    names = [path.stem for path in sorted(SOURCES.glob("*.toml"))]
    print(f"The bundled newsroom, visit {visit}: three invented outlets on a loopback port.")
    summary = asyncio.run(
        _with_newsroom(settings, all_sources, names, visit, 0 if plain else patience_seconds)
    )
    _print_outcome(summary, settings.home)
    return 1 if summary.failures or summary.busy else 0


def _visit(home: Path) -> int:
    """1, or 2 if a demo ran here before. Raises DemoRefusedError if the home has anything else."""
    try:
        with Reader(home) as reader:
            runs = reader.rows(
                "SELECT trigger, count(*) AS n FROM ops.runs WHERE state IN ('completed', 'partial') GROUP BY ALL"
            )
    except NothingPublished:
        return 1
    if any(row["trigger"] not in {"demo", "reparse"} for row in runs):
        raise DemoRefusedError(
            f"{home} has real articles; give the demo a home of its own: kliping --home demo demo"
        )
    return 2 if runs else 1


async def _with_newsroom(
    settings: Settings,
    all_sources: Mapping[str, Source],
    names: list[str],
    visit: int,
    patience_seconds: int,
) -> Summary:
    async with Newsroom(visit=visit) as site:
        here = settings.model_copy(
            update={
                "source_folders": (SOURCES,),
                "allow_private": frozenset({("127.0.0.1", site.port)}),
                "contact": settings.contact or "https://example.test/kliping",
                "connect_to": tuple((host, *address) for host, address in site.connect_to.items()),
            }
        )
        if patience_seconds:
            return await _as_flow(here, all_sources, names, patience_seconds)
        return await ingest_sources(here, all_sources, names, trigger="demo")


async def _as_flow(
    settings: Settings, all_sources: Mapping[str, Source], names: list[str], patience_seconds: int
) -> Summary:
    """On Prefect's temporary server with a home of its own, so that nobody's Prefect is touched."""
    print(f"Starting Prefect's temporary server (at most {patience_seconds} s) …", flush=True)
    home = settings.home / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    os.environ.pop("PREFECT_API_URL", None)
    export(
        settings,
        PREFECT_HOME=str(home),
        PREFECT_PROFILE="ephemeral",
        PREFECT_LOGGING_LEVEL="ERROR",
        PREFECT_SERVER_LOGGING_LEVEL="ERROR",
        PREFECT_SERVER_ALLOW_EPHEMERAL_MODE="true",
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=str(patience_seconds),
        PREFECT_LOGGING_TO_API_ENABLED="false",
    )
    from flows.prefect_support import as_flow_run

    try:
        return await as_flow_run(load_flow("ingest"), sources=names, trigger="demo")
    except RuntimeError as error:
        if "ephemeral" not in str(error):
            raise
        print(f"Prefect's temporary server did not start ({error}); continuing without it.")
        return await ingest_sources(settings, all_sources, names, trigger="demo")


def _print_outcome(summary: Summary, home: Path) -> None:
    columns = {
        "source_id": "outlet",
        "n_discovered": "discovered",
        "n_fetched": "fetched",
        "n_new": "loaded",
        "n_changed": "new versions",
        "n_unchanged": "unchanged",
        "n_gone": "missing",
        "n_skipped": "skipped",
        "n_quarantined": "quarantined",
        "n_failed": "failed",
    }
    show(
        [{title: row[name] for name, title in columns.items()} for row in summary.rows],
        Format.TABLE,
        title="What this run did",
        empty="nothing was due",
    )
    print(f"\nThe published copy: {home / 'kliping.duckdb'}\n")
    with Reader(home) as reader:
        for question, query in QUESTIONS.items():
            print(f'$ kliping sql "{query}"')
            show(
                reader.rows(query),
                Format.TABLE,
                title=question,
                empty="none yet; run the demo once more",
            )
            print()
