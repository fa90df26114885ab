"""An error that nobody foresaw costs the page or the outlet it came from; all others are loaded and published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support import hostile_runs
from support.hostile_pages import NESTED
from support.hostile_runs import SHORT, ingest
from support.hostile_site import HostileSite
from support.responses import FIRST_STORY, Outlet, http, new_article, rss, sitemapindex, to, urlset
from support.runs import ask

from flows.crawl import backfill
from flows.crawl import ingest as crawling
from flows.crawl.session import CrawlSession
from flows.crawl.stages import Stages
from flows.jobs import jobs
from flows.load import recovery
from flows.runs import run as module
from flows.runs.summary import Summary
from kliping.cli.job_runs import print_summary
from kliping.output import Format

pytestmark = pytest.mark.slow

GOOD = Outlet(name="baik", n_good=3, delay_seconds=0.0)
BAD = Outlet(name="rusak", n_good=2, delay_seconds=0.0)
NO_NAMES = (
    "http://xn--a.test/",
    "http://xn--a.rusak.test/",
    "http://a..rusak.test/",
    "http://[::1",
)


class BrokenError(Exception):
    """Nobody foresaw it."""


def breaking(real: Callable, name: str = "rusak") -> Callable:
    """The function, but for the source of this name, or the page of this address."""

    def names(argument: object) -> set[object]:
        link = getattr(argument, "link", argument)
        return {getattr(argument, "name", None), getattr(link, "url", None)}

    def broken(*arguments, **options):
        if any(name in names(argument) for argument in arguments):
            raise BrokenError("a fault of our own")
        return real(*arguments, **options)

    return broken


def line_of(summary: Summary, source_id: str = "rusak") -> str:
    """The one failure of the outlet."""
    [row] = [row for row in summary.failures if row["source_id"] == source_id]
    return f"{row['kind']} {row['reason']}: {row['detail']}"


def articles(home: Path) -> dict[str, int]:
    return dict(
        ask(home, "SELECT source_id, count(*) FROM core.articles GROUP BY ALL ORDER BY ALL")
    )


@pytest.mark.parametrize(
    ("place", "name"),
    [(crawling, "discover"), (Stages, "fetch_and_load"), (crawling, "due")],
)
async def test_an_unexpected_error_in_an_outlets_work_ends_that_work_only(
    place, name, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(place, name, breaking(getattr(place, name)))
    async with HostileSite(chosen=[BAD, GOOD]) as site:
        summary = await ingest(tmp_path, site)

    assert summary.state == "partial"
    assert "BrokenError: a fault of our own (test_unexpected_errors.py:" in line_of(summary)
    assert articles(tmp_path) == {"baik": 3}
    assert print_summary(summary, Format.TABLE) == 1
    assert "rusak: 1 unexpected error BrokenError" in capsys.readouterr().err


async def test_a_revisit_and_a_backfill_of_a_broken_outlet_are_published_too(tmp_path, monkeypatch):
    fresh = FIRST_STORY + timedelta(days=1)
    async with HostileSite(chosen=[BAD, GOOD]) as site:
        settings, sources = hostile_runs.settings_for(tmp_path, site), site.sources()
        given = (settings, sources, tuple(sources))
        await jobs.ingest_sources(*given, budgets=SHORT, clock=lambda: fresh)
        monkeypatch.setattr(Stages, "fetch_and_load", breaking(Stages.fetch_and_load))
        monkeypatch.setattr(backfill, "sitemaps", breaking(backfill.sitemaps))
        later = fresh + timedelta(days=3)
        again = await jobs.revisit_sources(*given, budgets=SHORT, clock=lambda: later)
        days = (FIRST_STORY.date(), FIRST_STORY.date())
        past = await jobs.backfill_source(settings, sources, "rusak", days, budgets=SHORT)

    assert (again.state, past.state) == ("partial", "partial")
    assert "BrokenError" in line_of(again)
    assert "BrokenError" in line_of(past)
    assert {row["source_id"]: row["n_fetched"] for row in again.rows} == {"baik": 3, "rusak": 0}
    assert ask(tmp_path, "SELECT state, count(*) FROM ops.runs GROUP BY ALL ORDER BY ALL") == [
        ("completed", 1),
        ("partial", 2),
    ]


async def test_an_unexpected_error_at_a_page_is_that_pages_failure(tmp_path, monkeypatch):
    one = f"http://baik.test{GOOD.usual[0]}"
    monkeypatch.setattr(CrawlSession, "_get_complete", breaking(CrawlSession._get_complete, one))
    async with HostileSite(chosen=[GOOD]) as site:
        summary = await ingest(tmp_path, site)

    assert articles(tmp_path) == {"baik": 2}
    assert "page protocol: BrokenError: a fault of our own" in line_of(summary, "baik")
    assert ask(tmp_path, "SELECT url, state FROM ops.frontier WHERE state <> 'loaded'") == [
        (one, "quarantined")
    ]


async def test_what_an_unexpected_error_kept_from_loading_is_loaded_once_it_is_gone(
    tmp_path, monkeypatch
):
    """Two runs stumble over one archived page, the first at its end, the second at its start."""
    one, real = f"http://rusak.test{BAD.usual[0]}", CrawlSession.load

    async def load_no_pages(self, fetched):
        given = list(fetched)
        if any(each.link.source_id == "rusak" and each.link.kind == "page" for each in given):
            raise BrokenError("a fault of our own")
        return await real(self, given)

    async with HostileSite(chosen=[BAD, GOOD]) as site:
        with monkeypatch.context() as patch:
            patch.setattr(CrawlSession, "load", load_no_pages)
            patch.setattr(recovery, "mark_unfinished", breaking(recovery.mark_unfinished, one))
            first = await ingest(tmp_path, site)
            second = await ingest(tmp_path, site, ("baik",))
            assert articles(tmp_path) == {"baik": 3, "rusak": 1}
        third = await ingest(tmp_path, site, ("baik",))

    assert [run.state for run in (first, second, third)] == ["partial", "partial", "completed"]
    assert one in {row["example"] for row in second.failures}
    assert articles(tmp_path) == {"baik": 3, "rusak": 2}


async def test_an_outlet_whose_pages_kill_readers_is_skipped_for_the_rest_of_the_run(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "MAX_KILLS", 2)
    monkeypatch.setattr(crawling, "BATCH", 2)
    pages = {f"/berita/{n}/dalam-sekali": http(NESTED) for n in range(4)}
    heavy = Outlet(name="berat", pages=pages, delay_seconds=0.0)
    async with HostileSite(chosen=[heavy, GOOD]) as site:
        settings, sources = hostile_runs.settings_for(tmp_path, site), site.sources()
        short = replace(SHORT, parse_page_seconds=0.7)
        summary = await jobs.ingest_sources(settings, sources, tuple(sources), budgets=short)
        targets = [r.target for r in site.requests if r.host == "berat.test" and "-" in r.target]

    assert targets == list(pages)[:2]
    assert (
        "berat: skipped until the next run, since its pages had killed 2 worker processes"
        in summary.notes
    )
    assert articles(tmp_path) == {"baik": 3}
    fates = "SELECT state, count(*) FROM ops.frontier WHERE source_id = 'berat' GROUP BY ALL"
    assert dict(ask(tmp_path, fates)) == {"quarantined": 2, "pending": 4}


def odd_names() -> Outlet:
    """Such a host wherever an outlet can name one."""
    pages = {f"/berita/{n}/ke-nama-aneh": to(name) for n, name in enumerate(NO_NAMES)}
    sitemaps = "\n".join(f"Sitemap: {name}" for name in NO_NAMES)
    robots = f"User-agent: *\nDisallow:\n{sitemaps}\nSitemap: /induk.xml\n".encode()
    others = {
        "/robots.txt": http(robots, kind="text/plain"),
        "/feed": http(rss("http://rusak.test", [*NO_NAMES, *pages, *BAD.usual])),
        "/induk.xml": http(sitemapindex([*NO_NAMES, "http://rusak.test/peta.xml"])),
        "/peta.xml": http(
            urlset("", [*NO_NAMES, "http://rusak.test/berita/7/dari-peta-yang-baik"])
        ),
        "/berita/7/dari-peta-yang-baik": http(
            new_article("rusak", "/berita/7/dari-peta-yang-baik")
        ),
    }
    return Outlet(name="rusak", n_good=2, pages=pages, others=others, delay_seconds=0.0)


def odd_robots() -> Outlet:
    return Outlet(name="aneh", others={"/robots.txt": to(NO_NAMES[0])}, delay_seconds=0.0)


async def test_hosts_that_are_no_names_cost_their_own_addresses_only(tmp_path):
    async with HostileSite(chosen=[odd_names(), odd_robots(), GOOD]) as site:
        summary = await ingest(tmp_path / "all", site)
        await ingest(tmp_path / "alone", site, ("baik",))

    # The odd host answers 404, also where a robots.txt leads to it: then there is none, and the outlet may be read.
    assert articles(tmp_path / "all") == {"aneh": 2, "baik": 3, "rusak": 3}
    assert {row["kind"] for row in summary.failures} <= {"page", "feed", "sitemap"}
    alone = ask(tmp_path / "alone", "FROM core.articles SELECT article_id, url ORDER BY ALL")
    assert (
        ask(
            tmp_path / "all",
            "FROM core.articles SELECT article_id, url WHERE source_id = 'baik' ORDER BY ALL",
        )
        == alone
    )
