"""The demo: two visits of the bundled newsroom, on this machine only, and some of what they found."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import sys
import textwrap
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from flows.jobs.jobs import ingest_sources
from flows.runs.summary import Summary
from flows.settings import Settings, export, from_environment
from kliping.cli.app import program
from kliping.cli.job_runs import load_flow, print_summary
from kliping.cli.store import has_demo
from kliping.newsroom import Newsroom
from kliping.output import Format, printable
from parsers.source import load
from warehouse.read.published import Reader
from warehouse.write.topics import write_sample

SOURCES = Path(__file__).parents[1] / "newsroom" / "sources"
NAMES = sorted(path.stem for path in SOURCES.glob("*.toml"))
PATIENCE_SECONDS = 30
WIDTH = 92  # columns at most
QUOTE = """
    SELECT text, speaker, speaker_role, speaker_affiliation, headline, source_name, day FROM mart.quotes
    WHERE quote_type = 'direct' AND speaker_affiliation IS NOT NULL AND word_count BETWEEN 12 AND 24
    ORDER BY word_count DESC, day DESC, article_id, quote_no LIMIT 1"""
FIGURE = """
    SELECT text, value, speaker, speaker_role, headline, source_name, day FROM mart.figures
    WHERE currency = 'IDR' AND speaker_role IS NOT NULL
    ORDER BY value DESC, article_id, figure_no LIMIT 1"""
EDIT = "SELECT * FROM mart.edits ORDER BY detected_at DESC, article_id LIMIT 1"
TO_TRY = (
    ("report speakers", "who is quoted most; `report` lists more questions"),
    ("search 'harga beras'", "articles with these words"),
    ("explain {url}", "where an article came from, and its versions"),
    (
        "sql \"SELECT text, noun_phrase, speaker FROM mart.figures WHERE unit = 'persen' LIMIT 9\"",
        "anything, in SQL",
    ),
    ("report --output report.html", "a brief of the last week, to mail or print"),
)


def run_demo(
    settings: Settings, *, with_prefect: bool, patience_seconds: int = PATIENCE_SECONDS
) -> int:
    """Visit the newsroom twice; print what was found and what can be asked. Returns the exit code.

    The second visit finds an edited article and one that is gone. `with_prefect` makes each visit a flow run on Prefect's
    temporary server, or an ordinary run if that does not start in `patience_seconds`.
    """
    settings = settings.model_copy(
        update={"warehouse": None, "storage": None, "dask": None, "topics": None}
    )
    visits = (2,) if has_demo(settings.home) else (1, 2)
    with suppress(FileExistsError):
        write_sample(settings.home)
    print(
        "A bundled newsroom: three invented outlets on a port of this machine. No site is asked.\n"
    )
    summary = asyncio.run(_run_visits(settings, visits, patience_seconds if with_prefect else 0))
    if summary.failures or summary.busy:
        return print_summary(summary, Format.TABLE)
    with Reader(settings.home) as reader:
        _print_findings(reader)
    _print_commands(settings.home)
    return 0


async def _run_visits(
    settings: Settings, visits: tuple[int, ...], patience_seconds: int
) -> Summary:
    """The summary of the last one, or of the first with a failure."""
    for visit in visits:
        print(f"Visit {visit}: ", end="", flush=True)
        started = time.monotonic()
        flow = patience_seconds and await _visit_as_flow(settings, visit, patience_seconds)
        patience_seconds = patience_seconds if flow else 0  # wait for a missing server once only
        summary = flow or await _visit(settings, visit)
        seconds = time.monotonic() - started
        counts = {"new": "n_new", "edited": "n_changed", "gone": "n_gone", "failed": "n_failed"}
        found = ", ".join(f"{summary.total(name)} {what}" for what, name in counts.items())
        print(f"{found} ({seconds:.0f} s)", flush=True)
        if summary.failures or summary.busy:
            break
    return summary


async def _visit(settings: Settings, visit: int) -> Summary:
    # Our own pages need no worker processes, whose imports would take half of the time.
    async with Newsroom(visit=visit) as site:
        here = _settings_for(settings, site).model_copy(update={"readers": 0})
        return await ingest_sources(here, load([SOURCES]), NAMES, trigger="demo")


def _settings_for(settings: Settings, site: Newsroom) -> Settings:
    return settings.model_copy(
        update={
            "source_folders": (SOURCES,),
            "allow_private": frozenset({("127.0.0.1", site.port)}),
            "contact": settings.contact or "https://example.test/kliping",
            "connect_to": tuple((host, *address) for host, address in site.connect_to.items()),
        }
    )


async def _visit_as_flow(settings: Settings, visit: int, patience_seconds: int) -> Summary | None:
    """On Prefect's temporary server with a home of its own, so that nobody's Prefect is touched; None if it does not start."""
    print(f"on Prefect's temporary server (at most {patience_seconds} s to start) … ", end="")
    sys.stdout.flush()
    home = settings.home / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    os.environ.pop("PREFECT_API_URL", None)
    server = {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILE": "ephemeral",
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(patience_seconds),
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
    }
    async with Newsroom(visit=visit) as site:
        export(_settings_for(settings, site), **server)
        from flows.prefect_support import as_flow_run

        try:
            return await as_flow_run(load_flow("ingest"), sources=NAMES, trigger="demo")
        except RuntimeError as error:
            if "ephemeral" not in str(error):
                raise
            print(f"it did not start ({error}); continuing without it: ", end="", flush=True)
            return None


def _print_findings(reader: Reader) -> None:
    """A quote with its speaker, a figure and an edit, as the marts have them."""
    for row in reader.rows(QUOTE):
        who = f"{row['speaker']}, {row['speaker_role']}, {row['speaker_affiliation']}"
        _print_block("A quote and its speaker", f"“{row['text']}”", f"— {who}", _where(row))
    for row in reader.rows(FIGURE):
        value = f"{row['text']} = {row['value']:,.0f} rupiah"
        said_by = f"according to {row['speaker']}, {row['speaker_role']}"
        _print_block("A figure", value, said_by, _where(row))
    for row in reader.rows(EDIT):
        before, after = ([row[f"headline_{x}"], *row[f"text_{x}"]] for x in ("before", "after"))
        changes = [
            line
            for old, new in zip(before, after, strict=False)
            if old != new
            for line in (f"- {old}", f"+ {new}")
        ]
        _print_block("An edit, found on the second visit", *changes, row["url"])


def _where(row: Mapping[str, Any]) -> str:
    return f"{row['source_name']}, {row['day']}: {row['headline']}"


def _print_block(title: str, *lines: str) -> None:
    print(f"\n{title}")
    width = min(shutil.get_terminal_size().columns, WIDTH)
    for line in lines:
        print(textwrap.fill(printable(line), width, initial_indent="  ", subsequent_indent="    "))


def _print_commands(home: Path) -> None:
    """Five commands, written so that the shell that ran the demo can run them."""
    with Reader(home) as reader:
        url = reader.rows(EDIT)[0]["url"]
    here = "" if from_environment().home == home else f"--home {shlex.quote(str(home))} "
    print("\nFive commands to try next")
    for arguments, meaning in TO_TRY:
        print(f"  # {meaning}\n  {program()} {here}{arguments.format(url=url)}")
    print(f"\nTo look around in a browser: {program()} {here}web")
    print(f"The data is in {home / 'kliping.duckdb'}. To read real outlets: {program()} init")
