"""Backfills with a query: only what is announced by it is fetched, the rest is counted, and a later run goes on from there."""

from __future__ import annotations

import asyncio
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.backfill_runs import LISTED, backfill_outlet, outlet
from support.builders import rows
from support.hostile_runs import SHORT, settings_for
from support.hostile_site import HostileSite
from support.responses import http, page, rss
from support.runs import needless_requests

from flows.crawl import matching
from flows.crawl.matching import Match, recall_line, slug
from flows.jobs import jobs
from flows.jobs.maintenance import rebuild
from parsers.search_query import QueryError
from warehouse.write.database import Database
from warehouse.write.query_selection import AnnouncedArticle

DAY = "/indeks/2026-10-02"
MATCHING = [f"/berita/{n}/warga-kebanjiran-di-desa-{n}" for n in range(3)]
OTHERS = [f"/berita/{n}/pasar-lama-di-desa-{n}-dibuka-lagi" for n in range(10, 30)]
HIDDEN = "/berita/99/laporan-dari-lereng-bukit"  # only its text matches
EVERY = [*MATCHING, *OTHERS, HIDDEN]


@pytest.mark.parametrize(
    ("query", "text", "fits"),
    [
        ("banjir", "warga-kebanjiran-lagi", True),
        ("banjir", "Warga Kebanjiran", True),
        ("banjir", "banjirnews", False),
        ('"makan bergizi gratis"', "program-makan-bergizi-gratis-mulai", True),
        ('"makan bergizi gratis"', "Program makan gratis bergizi", False),
        ("banjir desa", "warga-kebanjiran-di-kota", False),
        ("banjir -desa", "warga-kebanjiran-di-desa", False),
        ("banjir -desa", "warga-kebanjiran-di-kota", True),
        ("headline:banjir", "warga-kebanjiran", True),
        ("gempa OR banjir", "warga-kebanjiran", True),
        ("gempa OR rob", "warga-kebanjiran", False),
        ("-banjir", "warga-kebanjiran", False),
        ("warg* -(gempa OR desa)", "warga-kebanjiran", True),
        ('"kebanjiran warga"~1', "Warga desa kebanjiran", True),
        ('"kebanjiran warga"~1', "Warga di desa kebanjiran", False),
        ("kafe", "Kafé di lereng bukit", True),
    ],
)
def test_an_announcement_matches_as_a_text_does_in_a_search(query, text, fits):
    assert Match(query=query).fits(text) is fits


@pytest.mark.parametrize(
    "query",
    ['"banjir', 'banjir "desa" "', "", "banjir OR", "speaker:menteri", "banjir OR -topic:rob"],
)
def test_a_query_that_cannot_be_asked_of_an_announcement_is_refused(query):
    with pytest.raises(QueryError):
        Match(query=query)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://a.test/read/2025/01/15/103/warga-banjir", "warga-banjir"),
        ("https://a.test/berita/d-1/warga_banjir/all?page=2", "warga banjir"),
        ("https://a.test/warga%20banjir.html", "warga banjir.html"),
        ("https://a.test/", ""),
    ],
)
def test_the_slug_is_the_longest_part_of_an_address(url, words):
    assert slug(url) == words


def test_the_sample_depends_on_the_seed_and_holds_one_in_a_hundred():
    articles = [AnnouncedArticle(article=str(n), urls=(), titles=()) for n in range(20_000)]
    samples = [
        {each.article for each in articles if Match(query="a", seed=seed).is_sampled(each)}
        for seed in (1, 1, 2)
    ]

    assert samples[0] == samples[1]
    assert len(samples[0] & samples[2]) < 10
    assert all(150 < len(sample) < 250 for sample in samples)


@given(st.data())
def test_the_estimate_lies_in_its_interval(data):
    n_found, n_sampled = data.draw(st.integers(1, 50)), data.draw(st.integers(1, 50))
    n_right = data.draw(st.integers(1, n_found))
    n_missed = data.draw(st.integers(0, n_sampled))
    others = data.draw(st.integers(n_sampled, 5000))

    row = matching._recall(n_found, n_found, n_right, others, n_sampled, n_missed)

    assert 0 <= row["recall_low"] <= row["recall"] <= row["recall_high"] <= 1


def test_the_recall_is_that_of_the_sample():
    assert matching._recall(120, 100, 80, 1000, 50, 1) == {
        "recall": 0.828,  # 96 of 96 + 1000 / 50
        "recall_low": 0.478,
        "recall_high": 0.964,
    }
    assert matching._recall(10, 10, 10, 0, 0, 0)["recall"] == 1
    assert matching._recall(10, 10, 10, 30, 0, 0) == {
        "recall": None,
        "recall_low": 0.25,
        "recall_high": 1.0,
    }
    assert matching._recall(0, 0, 0, 30, 5, 0)["recall"] is None


def site_of(**options) -> HostileSite:
    text = "".join(
        f"<p>Warga desa itu kebanjiran pada hari ke-{n} dan pindah ke balai di atas bukit.</p>"
        for n in range(9)
    )
    hidden = http(page(f"<article><h1>Laporan dari lereng bukit</h1>{text}</article>", "Laporan"))
    feed = http(rss("http://arsip.test", OTHERS[1:2]), kind="application/rss+xml")
    listings = {DAY: EVERY, HIDDEN: hidden, "/feed": feed}
    return HostileSite(chosen=[outlet(listings, [*MATCHING, *OTHERS], **options)])


def fetched(site: HostileSite) -> Counter[str]:
    return Counter(r.target for r in site.requests if re.match(r"/berita/\d+/[wpl]", r.target))


def states(home) -> dict[tuple[str, str | None], int]:
    found = rows(
        Database(home),
        "SELECT state, reason, count(*) FROM ops.frontier WHERE source_id = 'arsip' AND url SIMILAR TO '.*/berita/[0-9]+/[wpl].*' GROUP BY ALL",
    )
    return {(state, reason): n for state, reason, n in found}


def sampled(match: Match, home) -> set[str]:
    """The paths of the articles that are in the sample."""
    found = rows(Database(home), "SELECT article_id, url FROM ops.frontier")
    each = (AnnouncedArticle(article=a, urls=(u,), titles=()) for a, u in found)
    return {f"/{x.urls[0].split('/', 3)[3]}" for x in each if match.is_sampled(x)}


@pytest.mark.slow
async def test_only_what_is_announced_by_the_query_and_a_sample_is_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr(matching, "ONE_IN", 5)
    match = Match(query="banjir", seed=3)
    async with site_of() as site:
        first = await backfill_outlet(tmp_path, site, match=match)
        others = sampled(match, tmp_path) & {*OTHERS, HIDDEN}
        urls = {*MATCHING, *others}

        assert 0 < len(others) < 12
        assert fetched(site) == dict.fromkeys(urls, 1)
        assert states(tmp_path) == {
            ("loaded", None): len(urls),
            ("not_asked", "no_query_match"): len(EVERY) - len(urls),
        }
        by_day = {str(row["day"]): row for row in first.days}["2026-10-02"]
        assert (by_day["state"], by_day["n_open"]) == ("done", 0)
        assert by_day["why"] == f"{len(EVERY) - len(urls)} no_query_match"
        assert first.match["announced"] == len(EVERY)
        assert (first.match["matching"], first.match["matching_right"]) == (3, 3)
        assert first.match["sampled"] == len(others)
        assert first.match["sampled_right"] == (HIDDEN in others)
        assert recall_line(first.match) in first.notes
        [[lost]] = rows(
            Database(tmp_path), "SELECT lost FROM mart.completeness WHERE map_contains(lost, 'no_query_match')"
        )  # fmt: skip
        assert lost["no_query_match"] == len(EVERY) - len(urls)

        again = await backfill_outlet(tmp_path, site, match=match)
        assert (again.match, fetched(site)) == (first.match, dict.fromkeys(urls, 1))
        other = await backfill_outlet(tmp_path, site, match=Match(query='"pasar lama"', seed=3))
        assert {*OTHERS} <= {*fetched(site)}
        assert other.match["matching"] == len(OTHERS)
        last = await backfill_outlet(tmp_path, site)
        assert (fetched(site), last.match) == (dict.fromkeys(EVERY, 1), None)
        assert states(tmp_path) == {("loaded", None): len(EVERY)}
        assert needless_requests(site, tmp_path) == []


@pytest.mark.slow
async def test_a_title_that_only_the_listing_has_counts_in_the_same_run(tmp_path, monkeypatch):
    monkeypatch.setattr(matching, "ONE_IN", 10**9)
    titled, other = "/berita/50/laporan-dari-desa", "/berita/51/pasar-lama-di-desa"
    listing = page(f'<main><a href="{titled}">Warga Kebanjiran Mengungsi</a> <a href="{other}">Pasar Lama Dibuka</a></main>')  # fmt: skip
    urls = "".join(f"<url><loc>http://arsip.test{path}</loc><lastmod>2026-10-02</lastmod></url>" for path in (titled, other))  # fmt: skip
    sitemap = http(f"<urlset>{urls}</urlset>".encode(), kind="application/xml")
    discover = {"sitemaps": ["/sitemap.xml"], "index": [LISTED]}
    made = outlet({DAY: http(listing), "/sitemap.xml": sitemap}, [titled, other], discover=discover)
    async with HostileSite(chosen=[made]) as site:
        first = await backfill_outlet(tmp_path, site, match=Match(query="kebanjiran"))

    assert (first.match["matching"], first.match["matching_loaded"]) == (1, 1)
    assert fetched(site) == {titled: 1}


@pytest.mark.slow
@pytest.mark.long
async def test_a_rebuild_asks_for_nothing_that_a_query_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(matching, "ONE_IN", 10**9)
    async with site_of() as site:
        settings, sources = settings_for(tmp_path, site), site.sources()
        await backfill_outlet(tmp_path, site, match=Match(query="banjir"))
        before = states(tmp_path)
        await asyncio.to_thread(rebuild, settings, sources, lambda *_: None)
        assert states(tmp_path) == before

        n_asked = fetched(site)
        await jobs.ingest_sources(settings, sources, ["arsip"], budgets=SHORT)
        assert fetched(site) - n_asked == {OTHERS[1]: 1}  # of its feed
        await backfill_outlet(tmp_path, site)
        after = states(tmp_path)
        await asyncio.to_thread(rebuild, settings, sources, lambda *_: None)
        assert states(tmp_path) == after == {("loaded", None): len(EVERY)}


@pytest.mark.slow
async def test_a_dry_run_with_a_query_counts_what_it_would_fetch(tmp_path, monkeypatch):
    monkeypatch.setattr(matching, "ONE_IN", 10**9)
    async with site_of() as site:
        new = await backfill_outlet(
            tmp_path / "new", site, dry_run=True, match=Match(query="banjir")
        )
        await backfill_outlet(tmp_path, site, match=Match(query="banjir"))
        other_query = await backfill_outlet(
            tmp_path, site, dry_run=True, match=Match(query="pasar")
        )
        rest = await backfill_outlet(tmp_path, site, dry_run=True)

    assert [x.estimate["to_fetch"] for x in (new, other_query, rest)] == [
        3,
        len(OTHERS),
        len(EVERY) - 3,
    ]
    assert [x.estimate["found"] for x in (new, other_query, rest)] == [len(EVERY)] * 3


@pytest.mark.slow
async def test_an_ingest_asks_for_what_a_query_left_out_and_keeps_what_it_waits_for(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(matching, "ONE_IN", 10**9)
    async with site_of() as site:
        settings, sources = settings_for(tmp_path, site), site.sources()
        await backfill_outlet(tmp_path, site, match=Match(query="banjir"))
        before = fetched(site)
        Database(tmp_path).write(
            "UPDATE ops.frontier SET is_past = FALSE, state = 'pending', reason = NULL WHERE url LIKE '%/berita/10/%'",
            {},
        )
        await backfill_outlet(tmp_path, site, match=Match(query="banjir"))
        assert fetched(site) == before
        await jobs.ingest_sources(settings, sources, ["arsip"], budgets=SHORT)

    assert fetched(site) - before == {OTHERS[0]: 1, OTHERS[1]: 1}  # its own, and that of its feed
