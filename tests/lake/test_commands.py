"""Commands that ask a lake, as a user types them."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import httpx
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from support.command_line import kliping
from support.runs import BUNDLED
from support.serving import started

from flows import stores
from flows.jobs import jobs
from flows.settings import Settings
from kliping.newsroom import Newsroom
from lake.conftest import LakeOf, Servers
from lake.homes import crawling, rebuild, write_synthetic
from lake.servers import KEY, SECRET
from parsers.source import load
from warehouse.archive.archive import Archive

N_ARTICLES = 6
DAYS = date(2026, 11, 20), date(2026, 11, 20)
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def lake(lake_of: LakeOf, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = lake_of(tmp_path_factory.mktemp("commands") / "home")
    write_synthetic(Archive(settings.home / "archive"), N_ARTICLES)
    rebuild(settings)
    return settings


@pytest.fixture
def environment(lake: Settings, servers: Servers) -> dict[str, str]:
    return {
        "KLIPING_SOURCES": str(BUNDLED),
        "KLIPING_WAREHOUSE": lake.warehouse or "",
        "KLIPING_STORAGE": lake.storage or "",
        "KLIPING_READERS": "1",
        "AWS_ENDPOINT_URL": servers.seaweed.endpoint,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }


@pytest.fixture
def ask(lake: Settings, environment: dict[str, str]) -> Command:
    return lambda *arguments: kliping(lake.home, *arguments, **environment)


def rows(ran: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert ran.returncode == 0, ran.stderr
    found: list[dict[str, object]] = json.loads(ran.stdout)
    return found


def test_readers_get_what_is_published(ask: Command, tmp_path: Path) -> None:
    assert rows(ask("sql", "SELECT count(*) AS n FROM mart.articles", "--format", "json")) == [
        {"n": N_ARTICLES}
    ]
    assert len(rows(ask("search", "jembatan", "--format", "json"))) == N_ARTICLES
    assert rows(ask("report", "coverage", "--format", "json"))
    assert ask("report", "--output", tmp_path / "report.html").returncode == 0
    assert "Budi Santoso" in (tmp_path / "report.html").read_text()

    assert rows(ask("export", tmp_path / "export", "--format", "json"))

    exported = tmp_path / "export" / "articles.parquet"
    assert duckdb.sql(f"SELECT count(*) FROM '{exported}'").fetchall() == [(N_ARTICLES,)]


def test_status_reads_the_lake_as_it_is_now(ask: Command) -> None:
    [run] = [row for row in rows(ask("status", "--format", "json")) if row["kind"] == "run"]

    assert run["state"] == "ok"
    assert run["note"].startswith("rebuild: 0 new, 0 changed, 0 failed; ")
    assert ask("status", "--checks", "--all").returncode == 0


def test_dry_runs_store_nothing(ask: Command, lake: Settings, environment: dict[str, str]) -> None:
    snapshots = "SELECT count(*) AS n FROM ops.runs"
    before = rows(ask("sql", snapshots, "--format", "json"))

    assert "nothing would change" in ask("reparse", "--dry-run").stdout

    async def estimate() -> dict[str, object]:
        async with Newsroom() as site:
            summary = await jobs.backfill_source(
                crawling(lake, site), load((BUNDLED,)), "portalnusa", DAYS, dry_run=True
            )
            assert summary.estimate
            return summary.estimate

    assert asyncio.run(estimate())["loaded"] == N_ARTICLES
    assert rows(ask("sql", snapshots, "--format", "json")) == before


def test_web_shows_a_copy_of_what_is_published(
    lake: Settings, servers: Servers, environment: dict[str, str]
) -> None:
    with (
        started(lake.home, "web", servers.environment() | environment) as line,
        httpx.Client(timeout=60) as client,
    ):
        page = client.get(line.split()[0])
        with stores.reader(lake) as reader:
            [row] = reader.rows("SELECT article_id FROM mart.articles ORDER BY url LIMIT 1")
        article = f"{line.split()[0].rstrip('/')}/article/{row['article_id']}"

        [record] = re.findall(r'href="(/article/[^"]+/record/[^"?]+)', client.get(article).text)
        archived = client.get(f"{line.split()[0].rstrip('/')}{record}")
        counted = client.get(
            f"{line.split()[0].rstrip('/')}/sql.json",
            params={"q": "SELECT count(*) AS n FROM mart.articles"},
        )

    assert page.status_code == 200  # without a copy it is another
    assert counted.json()["rows"] == [{"n": N_ARTICLES}]
    assert archived.content.startswith(b"WARC/1.1\r\n")  # it is in the bucket only


async def test_agents_ask_a_copy_of_what_is_published(
    lake: Settings, servers: Servers, environment: dict[str, str]
) -> None:
    command = [sys.executable, "-m", "kliping.cli", "--home", str(lake.home), "mcp"]
    started = StdioServerParameters(
        command=command[0], args=command[1:], env=servers.environment() | environment
    )

    async with Client(stdio_client(started)) as client:
        counted = await client.call_tool("sql", {"query": "SELECT count(*) AS n FROM mart.articles"})  # fmt: skip
        found = await client.call_tool("search", {"query": "jembatan"})

    assert json.loads(counted.content[0].text)["untrusted"]["rows"] == [{"n": N_ARTICLES}]
    assert len(json.loads(found.content[0].text)["untrusted"]["rows"]) == N_ARTICLES


def test_watches_find_what_is_published(ask: Command, lake: Settings) -> None:
    (lake.home / "watches.toml").write_text('watch.jembatan.search = "jembatan"')

    hits = rows(ask("watch", "check", "--since", "9999d", "--limit", "9", "--format", "json"))

    assert len(hits) == N_ARTICLES
    assert ask("watch", "run").returncode == 0
    assert (lake.home / "watch" / "jembatan.atom").exists()
