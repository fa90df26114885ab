"""Runs over the bundled newsroom, in this process or another, and the differences between two homes."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from flows.jobs import jobs
from flows.runs.summary import Summary
from flows.settings import Settings
from kliping import newsroom
from kliping.newsroom import Newsroom
from parsers.source import load
from warehouse.archive.archive import Archive, Record

BUNDLED = Path(newsroom.__file__).parent / "sources"
NAMES = ("harianlama", "portalnusa", "suararantau")
PATIENCE_SECONDS = 240  # for a busy machine; nothing waits so long where all is well

# What names a moment, a fetch, or whoever came first; everything else must be equal.
MOMENTS = {
    "fetch_id", "run_id", "version_created", "first_seen_at", "last_seen_at", "last_changed_at", "fetched_at", "discovered_at",
    "last_fetch_id", "last_run_id", "discovered_by", "next_attempt_at",
    "n_unread_days",  # by the days on which channels were read
}  # fmt: skip

ROW_NUMBERS = {"quote_row", "article_row", "version_row"}  # places of rows in their tables
OF_RUNS = {"source_health", "channel_health", "channel_days", "read_days", "row_ranges"}
OF_ALL_OUTLETS = {
    "article_events",
    "chart_range",
    "event_members",
    "event_pairs",
    "identities",
    "name_forms",
    "name_witnesses",
    "names",
    "person_traits",
    "small_words",
}  # an event is what several outlets report, a name what all of them say of it, and a chart shows the days of all


def settings_for(home: Path, site: Newsroom, folder: Path = BUNDLED) -> Settings:
    return Settings(
        home=home,
        source_folders=(folder,),
        contact="https://example.test/kliping",
        allow_private=frozenset({("127.0.0.1", site.port)}),
        connect_to=tuple((host, ip, port) for host, (ip, port) in site.connect_to.items()),
    )


async def ingest(settings: Settings, names: Sequence[str] = NAMES) -> Summary:
    """A whole run in this process."""
    return await jobs.ingest_sources(settings, load(settings.source_folders), names)


async def start(
    settings: Settings,
    names: Sequence[str] = NAMES,
    command: str = "ingest",
    *,
    program: Sequence[str] = ("-m", "kliping.cli"),
    **more: str,
) -> asyncio.subprocess.Process:
    """`kliping ingest`, or another command with its arguments, as a process of its own, with more variables; it can be killed."""
    environment = os.environ | {
        "KLIPING_HOME": str(settings.home),
        "KLIPING_SOURCES": os.pathsep.join(map(str, settings.source_folders)),
        "KLIPING_CONTACT": settings.contact or "",
        "KLIPING_ALLOW_PRIVATE": ",".join(f"{ip}:{port}" for ip, port in settings.allow_private),
        "KLIPING_CONNECT_TO": ",".join(
            f"{host}={ip}:{port}" for host, ip, port in settings.connect_to
        ),
        "KLIPING_MIN_FREE_MB": str(settings.min_free_mb),
        **more,
    }
    environment.pop("PREFECT_API_URL", None)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        command,
        *names,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def wait_for_exit(
    process: asyncio.subprocess.Process, seconds: int = PATIENCE_SECONDS
) -> tuple[int, str]:
    """The exit code and the output of a process."""
    output, _ = await asyncio.wait_for(process.communicate(), seconds)
    assert process.returncode is not None
    return process.returncode, output.decode()


async def wait_until(
    true: Callable[[], object], process: asyncio.subprocess.Process | None = None
) -> bool:
    """Wait for a condition; whether it came true before the process ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        began = time.monotonic()
        if true():
            return True
        assert began < deadline, "it never came"
        if process and process.returncode is not None:
            return False
        await asyncio.sleep(
            0.002 + 3 * (time.monotonic() - began)
        )  # a question that takes long leaves the machine to the process


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def records(home: Path) -> list[Record]:
    archive = Archive(home / "archive")
    return [record for path in archive.files() for record in archive.records(path)]


def ask(home: Path, sql: str) -> list[tuple]:
    """The answer of the published copy."""
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        return con.sql(sql).fetchall()


def differences(
    one: Path,
    other: Path,
    *,
    but: set[str] = MOMENTS,
    tables: Sequence[str] = ("core.", "ref.", "mart.articles", "ops.frontier"),
    source: str | None = None,
) -> dict[str, list[tuple]]:
    """Rows that only one of two homes has, by published table; of one source if it is named."""
    with duckdb.connect() as con:
        con.execute(
            f"ATTACH '{one / 'kliping.duckdb'}' AS one (READ_ONLY); ATTACH '{other / 'kliping.duckdb'}' AS other (READ_ONLY)"
        )
        compared: dict[str, list[str]] = {}
        for schema, table, column in con.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE database_name = 'one' ORDER BY ALL"
        ).fetchall():
            if (
                f"{schema}.{table}".startswith(tuple(tables))
                and column not in {*but, *ROW_NUMBERS}
                and table not in OF_RUNS
                and not (source and table in OF_ALL_OUTLETS)
            ):
                compared.setdefault(f"{schema}.{table}", []).append(column)
        chosen_rows = {table: _of_source(con, table, source) for table in compared}
        found = {}
        for table, columns in compared.items():
            chosen = ", ".join(columns)
            sides = " UNION ALL ".join(
                f"SELECT {n} AS surplus, {chosen} FROM {home}.{table} {chosen_rows[table].format(home)}"
                for home, n in (("one", 1), ("other", -1))
            )
            rows = con.execute(  # each side is read once: some views take long
                "SELECT if(sum(surplus) > 0, 'one', 'other') AS only_in, * EXCLUDE (surplus) "
                f"FROM ({sides}) GROUP BY ALL HAVING sum(surplus) <> 0"
            ).fetchall()
            if rows:
                found[table] = rows
        return found


def _of_source(con: duckdb.DuckDBPyConnection, table: str, source: str | None) -> str:
    """The condition on a table's rows that leaves those of one source; `{0}` is the home's name.

    What only another outlet announced of it is not the source's.
    """
    if source is None or table in {"ref.topics", "ref.topic_terms", "ref.rules"}:
        return ""
    is_ours = f"WHERE source_id = '{source}'"
    of_article = f"WHERE article_id IN (SELECT article_id FROM {{0}}.core.articles {is_ours})"
    joined = {
        "source_id": is_ours,
        "article_id": of_article,
        "version_id": f"WHERE version_id IN (SELECT version_id FROM {{0}}.core.article_versions {of_article})",
        "tag_id": f"WHERE tag_id IN (SELECT tag_id FROM {{0}}.core.article_tags {of_article})",
        "entity_id": f"WHERE entity_id IN (SELECT entity_id FROM {{0}}.core.entity_mentions {of_article})",
        "feed_id": f"WHERE feed_id IN (SELECT feed_id FROM {{0}}.ops.feed_checks {is_ours})",
    }
    columns = {name for name, *_ in con.execute(f"DESCRIBE one.{table}").fetchall()}
    key = next((name for name in joined if name in columns), None)
    announced = " AND reason IS DISTINCT FROM 'other_outlet'" if table == "ops.frontier" else ""
    return joined[key] + announced if key else ""


def count_requests(site: Newsroom, since: int = 0) -> Counter[str]:
    """How often each address was requested."""
    return Counter(f"http://{r.host}{r.target}" for r in site.requests[since:])


def needless_requests(
    site: Newsroom, home: Path, kinds: Sequence[str] = ("page", "part")
) -> list[str]:
    """Addresses that were requested again although their response was archived."""
    first: dict[str, float] = {}
    for record in records(home):
        if record.link.kind in kinds:
            when = record.response.fetched_at.timestamp()
            first[record.link.url] = min(when, first.get(record.link.url, when))
    epoch = time.time() - time.monotonic()
    later = Counter(
        url
        for r in site.requests
        if (url := f"http://{r.host}{r.target}") in first and r.at + epoch >= first[url]
    )
    return [f"{url}: {n} requests" for url, n in later.items() if n > 1]
