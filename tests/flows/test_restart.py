"""A crawler that is killed forgets no host's wish; and what it may take of a source has an end."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from support import runs
from support.hostile_outlets import retry_after
from support.hostile_pages import NESTED
from support.hostile_runs import READING_SECONDS, SHORT, ingest, kill_when, settings_for
from support.hostile_site import HostileSite
from support.politeness_verdict import complaints
from support.responses import Outlet, http, new_article, sitemapindex
from support.runs import BUNDLED, NAMES, ask

from flows.crawl import ingest as crawling
from flows.crawl.session import CrawlSession
from flows.jobs import jobs
from flows.runs.run import open_run
from kliping.newsroom import Newsroom, Request
from parsers.article import Link
from parsers.source import load

pytestmark = pytest.mark.slow


async def test_two_ordinary_visits_draw_no_complaint(tmp_path):
    log: list[Request] = []
    sources = load([BUNDLED])
    for visit in (1, 2):
        async with Newsroom(visit=visit) as site:
            await jobs.ingest_sources(runs.settings_for(tmp_path, site), sources, NAMES)
            log += site.requests

    assert complaints(log, sources) == []
    assert len(log) > 80


async def test_a_source_of_index_pages_alone_is_asked_though_others_bring_robots_files_along(
    tmp_path,
):
    one = Outlet(name="satu", n_good=1, delay_seconds=0.0)
    listed = Outlet(name="dua", discover={"index": ["/"]}, n_good=1, delay_seconds=0.0)
    async with HostileSite(chosen=[one, listed]) as site:
        with open_run(
            settings_for(tmp_path, site),
            site.sources(),
            flow="ingest",
            params={},
            budgets=SHORT,
        ) as run:
            session = CrawlSession(run)
            async with session.fetcher:
                got = await session.get(
                    Link(url="http://satu.test/feed", source_id="satu", kind="feed"),
                    site.sources()["satu"],
                )

                assert await session.load([]) == []
                assert [outcome.link.kind for outcome in await session.load([got])] == ["feed"]


async def test_a_source_that_names_no_channel_is_read_from_its_front_page(tmp_path):
    silent = Outlet(name="sunyi", n_good=2, discover={}, delay_seconds=0.0)
    async with HostileSite(chosen=[silent]) as site:
        await ingest(tmp_path, site)

        assert ask(tmp_path, "SELECT state, count(*) FROM ops.frontier GROUP BY ALL") == [
            ("loaded", 2)
        ]


async def test_sitemaps_are_followed_three_deep(tmp_path):
    indexes = {
        f"/{n}.xml": http(sitemapindex([f"http://dalam.test/{n + 1}.xml"])) for n in range(1, 9)
    }
    deep = Outlet(
        name="dalam",
        n_good=1,
        others=indexes,
        discover={"feeds": ["/feed"], "sitemaps": ["/1.xml"]},
        delay_seconds=0.0,
    )
    async with HostileSite(chosen=[deep]) as site:
        await ingest(tmp_path, site)

        assert [r.target for r in site.requests if r.target.endswith(".xml")] == [
            "/1.xml",
            "/2.xml",
            "/3.xml",
        ]
        assert ask(tmp_path, "SELECT cuts FROM ops.runs") == [
            (["dalam: 1 sitemaps more than 3 deep were not fetched"],)
        ]


async def test_a_run_takes_so_many_pages_of_a_source_and_leaves_the_rest_to_the_next(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(crawling, "MAX_PAGES", 3)
    many = Outlet(name="banyak", n_good=5, delay_seconds=0.0)
    async with HostileSite(chosen=[many]) as site:
        await ingest(tmp_path, site)

        assert ask(
            tmp_path, "SELECT state, count(*) FROM ops.frontier GROUP BY ALL ORDER BY ALL"
        ) == [("loaded", 3), ("pending", 2)]
        assert ask(tmp_path, "SELECT cuts FROM ops.runs") == [
            (["banyak: pages beyond the first 3 are left for the next run"],)
        ]
        await ingest(tmp_path, site)

        assert ask(tmp_path, "SELECT state, count(*) FROM ops.frontier GROUP BY ALL") == [
            ("loaded", 5)
        ]


@pytest.mark.long
async def test_a_run_killed_in_the_middle_of_a_retry_after_leaves_the_host_to_its_rest(tmp_path):
    path = "/berita/1/tunggu-sebentar"
    busy = Outlet(name="sibuk", pages={path: [retry_after("8"), http(new_article("sibuk", path))]})
    async with HostileSite(chosen=[busy]) as site:
        await kill_when(
            tmp_path,
            site,
            lambda: any(
                r.status == 429 and r.ended_at + READING_SECONDS < time.monotonic()
                for r in site.requests
            ),
        )
        n_before = len(site.requests)
        await ingest(tmp_path / "home", site)

        assert complaints(site.requests, site.sources()) == []
        assert len(site.requests) > n_before
        assert (
            len(ask(tmp_path / "home", "SELECT url FROM core.articles")) == 2
        )  # the good ones; the busy one has its own time
        assert ask(
            tmp_path / "home", f"SELECT state, reason FROM ops.frontier WHERE url LIKE '%{path}'"
        ) == [("deferred", "rate_limited")]


async def test_a_killed_run_leaves_to_the_next_what_hosts_asked_for_and_what_no_reader_survived(
    tmp_path,
):
    failing = http(status="500 Oops")
    closed = Outlet(name="tutup", pages={"/berita/1/besok-lagi": retry_after("86400")})
    broken = Outlet(name="roboh", pages={f"/berita/{n}/rusak": failing for n in range(1, 4)})
    heavy = Outlet(name="berat", pages={"/berita/1/dalam-sekali": http(NESTED)}, n_good=1)
    wanted = Counter({("tutup", 429): 1, ("roboh", 500): 5, ("berat", 200): 4})
    async with HostileSite(chosen=[closed, broken, heavy]) as site:

        def is_done() -> bool:
            got = Counter(
                (r.host.removesuffix(".test"), r.status)
                for r in site.requests
                if r.ended_at + READING_SECONDS < time.monotonic()
            )
            return all(got[what] == n for what, n in wanted.items())

        await kill_when(tmp_path, site, is_done)
        n_before = len(site.requests)
        summary = await ingest(tmp_path / "home", site)
        await ingest(tmp_path / "home", site)
        later = site.requests[n_before:]

        assert Counter((r.host, r.target) for r in later) == {("berat.test", "/feed"): 2}
        assert complaints(site.requests, site.sources()) == []
        assert {
            (row["source_id"], row["reason"]) for row in summary.failures if row["kind"] == "feed"
        } == {
            ("tutup", "rate_limited"),
            ("roboh", "breaker"),
        }
        fates = ask(
            tmp_path / "home",
            "SELECT state, reason FROM ops.frontier WHERE source_id = 'berat' ORDER BY ALL",
        )
        assert fates == [("loaded", None), ("quarantined", "parse_timeout")]


async def test_the_hostile_site_can_be_served_from_a_shell(tmp_path):
    folder = tmp_path / "sources"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "support",
        "--write-sources",
        str(folder),
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    lines = [(await process.stdout.readline()).decode() for _ in range(3)]
    process.terminate()
    await process.wait()

    assert [line.partition("=")[0] for line in lines] == [
        "export KLIPING_ALLOW_PRIVATE",
        "export KLIPING_CONNECT_TO",
        "export KLIPING_SOURCES",
    ]
    assert len(list(folder.glob("*.toml"))) > 30
