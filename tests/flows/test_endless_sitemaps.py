"""However much an outlet announces, its first pages come soon, and a run files no more addresses than it could use."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support import hostile_runs
from support.hostile_runs import SHORT
from support.hostile_site import HostileSite
from support.responses import Answer, Outlet, http, new_article
from support.runs import ask

from flows.crawl import discovery
from flows.crawl import ingest as crawling
from flows.jobs import jobs
from flows.runs.summary import Summary

pytestmark = pytest.mark.slow

HOME = "http://limpah.test"
N_SITEMAPS, N_ADDRESSES = 7, 2100  # each of more than a document may announce


def path(day: int, n: int) -> str:
    return f"/berita/{day:02}{n:05}/kabar-ke-{n}-hari-{day}"


def sitemap(day: int, n_addresses: int) -> bytes:
    """Of one day of October, its newest address last."""
    entries = "".join(
        f"<url><loc>{HOME}{path(day, n)}</loc>"
        f"<lastmod>2026-10-{day:02}T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z</lastmod></url>"
        for n in range(n_addresses)
    )
    return f"<urlset>{entries}</urlset>".encode()


def endless(n_addresses: int = N_ADDRESSES, **fields) -> Outlet:
    """A sitemap a day, the oldest named first; and a page for every address."""
    children = "".join(
        f"<sitemap><loc>{HOME}/peta-{day}.xml</loc><lastmod>2026-10-{day:02}</lastmod></sitemap>"
        for day in range(1, N_SITEMAPS + 1)
    )
    maps: dict[str, Answer] = {
        f"/peta-{day}.xml": http(sitemap(day, n_addresses)) for day in range(1, N_SITEMAPS + 1)
    }
    index = {"/induk.xml": http(f"<sitemapindex>{children}</sitemapindex>".encode())}
    pages = {"*": http(new_article("limpah", "/berita/1"))}
    discover = {"sitemaps": ["/induk.xml"]}
    others = maps | index | pages
    return Outlet(
        name="limpah", others=others, discover=discover, n_good=0, delay_seconds=0.0, **fields
    )


async def ingest(home, site: HostileSite, limit: int | None = None) -> Summary:
    settings, sources = hostile_runs.settings_for(home, site), site.sources()
    return await jobs.ingest_sources(settings, sources, tuple(sources), limit=limit, budgets=SHORT)


def targets(site: HostileSite) -> list[str]:
    return [r.target for r in site.requests if r.target != "/robots.txt"]


async def test_a_limit_of_pages_is_met_from_the_freshest_sitemap_alone(tmp_path):
    async with HostileSite(chosen=[endless()]) as site:
        await ingest(tmp_path, site, limit=5)

    newest = [path(N_SITEMAPS, N_ADDRESSES - 1 - n) for n in range(5)]
    assert targets(site) == ["/induk.xml", f"/peta-{N_SITEMAPS}.xml", *newest]
    assert ask(tmp_path, "SELECT count(*) FROM ops.frontier") == [(2000,)]


async def test_pages_are_fetched_between_sitemaps_and_the_next_run_goes_on_there(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(crawling, "BATCH", 2)
    monkeypatch.setattr(crawling, "MAX_PAGES", 4)
    async with HostileSite(chosen=[endless(30)]) as site:
        summary = await ingest(tmp_path, site)
        first = targets(site)
        await ingest(tmp_path, site)

    newest = [path(N_SITEMAPS, 29 - n) for n in range(4)]
    assert first == [
        "/induk.xml",
        f"/peta-{N_SITEMAPS}.xml",
        *newest[:2],
        f"/peta-{N_SITEMAPS - 1}.xml",
        *newest[2:],
    ]
    assert "limpah: pages beyond the first 4 are left for the next run" in summary.notes
    again = [target for target in targets(site)[len(first) :] if target.endswith(".xml")]
    assert again == ["/induk.xml", f"/peta-{N_SITEMAPS - 2}.xml"]


async def test_a_run_files_so_many_new_addresses_of_a_source_the_freshest(tmp_path, monkeypatch):
    """Of addresses that are no articles too, of which no page is ever asked for."""
    monkeypatch.setattr(discovery, "MAX_NEW", 5000)
    async with HostileSite(chosen=[endless(url="/tidak-ada/")]) as site:
        summary = await ingest(tmp_path, site)
        await ingest(tmp_path, site)

    assert targets(site)[:3] == [
        "/induk.xml",
        f"/peta-{N_SITEMAPS}.xml",
        f"/peta-{N_SITEMAPS - 1}.xml",
    ]
    assert (
        "limpah: 5 sitemaps were not fetched: a run adds at most 5000 new addresses of a source"
        in summary.notes
    )
    found = "SELECT count(*), min(modified_at)::DATE::VARCHAR FROM ops.frontier"
    assert ask(tmp_path, found) == [(8000, f"2026-10-{N_SITEMAPS - 3:02}")]


@pytest.mark.parametrize(
    ("discover", "kind", "n_asked"),
    [
        ({"feeds": [f"/peta-{n}.xml" for n in range(1, 7)]}, "feeds", 2),
        ({"index": ["/daftar?p={page}"]}, "index pages", 2),
    ],
)
async def test_the_bound_holds_for_every_kind_of_channel(
    discover, kind, n_asked, tmp_path, monkeypatch
):
    monkeypatch.setattr(discovery, "MAX_NEW", 5000)
    outlet = endless()
    links = {
        f"/daftar?p={day}": http(
            "".join(f"<a href='{path(day, n)}'>Kabar</a>" for n in range(N_ADDRESSES)).encode()
        )
        for day in range(1, 6)
    }

    async def nothing(*_arguments, **_options):
        return []

    monkeypatch.setattr(crawling, "due", nothing)
    chosen = replace(outlet, discover=discover, others={**outlet.others, **links})
    async with HostileSite(chosen=[chosen]) as site:
        summary = await ingest(tmp_path, site)

    channels = [target for target in targets(site) if "/berita/" not in target]
    assert len(channels) == n_asked
    assert any(f"{kind} were not fetched" in note for note in summary.notes)
