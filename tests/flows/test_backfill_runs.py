"""Runs of backfills: dry, long, interrupted, refused."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from support.backfill_runs import (
    NINETY,
    OCTOBER,
    WEEK,
    articles_by_day,
    backfill,
    backfill_outlet,
    outlet,
)
from support.builders import rows
from support.hostile_site import HostileSite
from support.responses import Outlet, front, http, page
from support.runs import (
    ask,
    needless_requests,
)

from kliping.newsroom import Newsroom
from warehouse.write import frontier, runs
from warehouse.write.database import Database

pytestmark = pytest.mark.slow


def contents(home: Path) -> dict[str, bytes]:
    """The files of a home, except the hosts' turns: requests of a dry run are as polite as all others."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.parent.name != "locks"
    }


async def test_a_dry_run_stores_nothing_and_knows_what_is_loaded(tmp_path):
    old = ["/berita/1/banjir-surut-di-tiga-desa", "/berita/2/pasar-lama-dibuka-lagi"]
    more = ["/berita/3/jembatan-gantung-selesai"]
    listings = {"/indeks/2026-10-02": old, "/indeks/2026-10-01": more}
    async with HostileSite(chosen=[outlet(listings, [*old, *more])]) as site:
        unknown = await backfill_outlet(tmp_path / "new", site, dry_run=True)
        await backfill_outlet(tmp_path, site, (OCTOBER[0] + timedelta(days=1), OCTOBER[1]))
        before = contents(tmp_path)
        assert "kliping.duckdb" in before
        dry = await backfill_outlet(tmp_path, site, dry_run=True)

        assert contents(tmp_path) == before
        assert not (tmp_path / "new").exists()
        names = ("found", "loaded", "to_fetch", "days", "days_to_list")
        assert [unknown.estimate[name] for name in names] == [3, 0, 3, 3, 0]
        assert [dry.estimate[name] for name in names] == [3, 2, 1, 3, 0]
        assert [(row["n_found"], row["n_loaded"]) for row in dry.days] == [(0, 0), (0, 0), (3, 2)]


async def test_a_long_backfill_publishes_what_it_has_so_far(tmp_path, monkeypatch):
    """The published copy would otherwise be a week old at the end of a week's backfill."""
    monkeypatch.setattr("flows.runs.run.REFRESH", timedelta(0))
    published_pages = []
    publish = Database.publish

    def count(database: Database) -> Path:
        path = publish(database)
        [(n,)] = ask(tmp_path, "SELECT count(*) FROM mart.articles")
        published_pages.append(n)
        return path

    monkeypatch.setattr(Database, "publish", count)
    pages = ["/berita/1/banjir-surut-di-tiga-desa", "/berita/2/pasar-lama-dibuka-lagi"]
    listings = {"/indeks/2026-10-02": pages[:1], "/indeks/2026-10-01": pages[1:]}
    async with HostileSite(chosen=[outlet(listings, pages)]) as site:
        await backfill_outlet(tmp_path, site)

    assert published_pages == [1, 2, 2]


async def test_a_listing_that_cannot_be_read_leaves_its_day_to_the_next_run(tmp_path):
    new, old = "/berita/1/banjir-surut-di-tiga-desa", "/berita/2/pasar-lama-dibuka-lagi"
    refused = [http(page("Dilarang"), status="403 Forbidden"), http(front([new]))]
    one = outlet({"/indeks/2026-10-01": [old]}, [new, old])
    one = Outlet(
        **{name: getattr(one, name) for name in Outlet.__slots__}
        | {"others": one.others | {"/indeks/2026-10-02": refused}}
    )
    async with HostileSite(chosen=[one]) as site:
        first = await backfill_outlet(tmp_path, site)
        second = await backfill_outlet(tmp_path, site)

        assert [row["state"] for row in first.days] == ["done", "found", "done"]
        assert [(row["kind"], row["reason"]) for row in first.failures] == [("index", "blocked")]
        assert [row["state"] for row in second.days] == ["done", "done", "done"]
        assert second.failures == ()
        assert Counter(r.target for r in site.requests)["/indeks/2026-10-01"] == 1


async def test_a_source_that_refuses_everything_is_left_alone_after_three_days(tmp_path):
    closed = {
        f"/indeks/2026-10-0{day}": http(page("Dilarang"), status="403 Forbidden")
        for day in range(1, 10)
    }
    async with HostileSite(chosen=[outlet(closed, [])]) as site:
        summary = await backfill_outlet(tmp_path, site, (date(2026, 10, 1), date(2026, 10, 9)))

        assert sum("/indeks/" in r.target for r in site.requests) == 3
        assert "no article of 2026-10-09 back" in " ".join(summary.notes)


async def test_pages_that_name_no_days_are_followed_back_until_they_are_older(tmp_path):
    dated = [
        f"/2026/{day}/kabar-dari-desa-sukamaju" for day in ("10/05", "10/03", "09/20", "09/19")
    ]
    bare = [
        "/berita/1/banjir-surut-di-tiga-desa",
        "/berita/2/pasar-lama-dibuka-lagi",
    ]  # of the first of October, as their pages say
    pages = {
        "/halaman/1": dated[:2],
        "/halaman/2": bare,
        "/halaman/3": dated[2:],
        "/halaman/4": ["/2026/09/01/kabar-dari-desa-sukamaju"],
    }
    one = outlet(pages, [*dated, *bare], discover={"index": ["/halaman/{page}"]})
    async with HostileSite(chosen=[one]) as site:
        summary = await backfill_outlet(tmp_path, site)

        targets = [r.target for r in site.requests if r.target != "/robots.txt"]
        assert [target for target in targets if "halaman" in target] == [
            "/halaman/1",
            "/halaman/2",
            "/halaman/3",
        ]
        assert Counter(target for target in targets if "halaman" not in target) == Counter(
            [dated[1], *bare]
        )
        assert [row["n_loaded"] for row in summary.days] == [0, 0, 3]


async def test_posts_of_a_day_are_asked_for_by_their_days_and_end_without_a_failure(tmp_path):
    async with Newsroom() as site:
        summary = await backfill(tmp_path, site, "suararantau", WEEK)

        assert summary.state == "completed"
        assert {
            row["day"]: row["n_loaded"] for row in summary.days if row["n_loaded"]
        } == articles_by_day(WEEK, "suararantau")
        assert any(
            "after=2026-11-15T23:59:59&before=2026-11-17T00:00:00" in r.target
            for r in site.requests
        )


async def test_a_limit_ends_a_run_and_the_next_goes_on(tmp_path):
    async with Newsroom() as site:
        first = await backfill(tmp_path, site, "suararantau", NINETY, limit=2)
        open_days = [row["day"] for row in first.days if row["state"] != "done"]
        second = await backfill(tmp_path, site, "suararantau", WEEK)

        assert sum(row["n_loaded"] for row in first.days) == 2
        assert max(open_days) < max(row["day"] for row in first.days), "the newest day comes first"
        assert all(row["state"] == "done" for row in second.days)
        assert needless_requests(site, tmp_path, ("page", "index", "wordpress")) == []


def test_what_a_living_run_has_taken_is_no_other_runs(tmp_path):
    store, now = Database(tmp_path), datetime(2026, 11, 1, tzinfo=UTC)
    for run_id in ("one", "other"):
        runs.begin(
            store,
            {
                "run_id": run_id,
                "flow_name": "ingest",
                "trigger": "cli",
                "started_at": "2026-11-01",
                "state": "running",
                "code_version": "1",
            },
        )
    with store.write_connection() as con:
        for url in ("http://kabar.test/1", "http://kabar.test/?p=1"):
            con.execute(
                "INSERT INTO ops.frontier BY NAME SELECT $url AS url, 'kabar' AS source_id, 'pending' AS state, 'a1' AS article_id, 0 AS attempts, '' AS discovered_by, TIMESTAMP '2026-11-01' AS discovered_at",
                {"url": url},
            )

    taken = frontier.pending(store, "kabar", "one", now, 10, take=True)
    beside = frontier.pending(store, "kabar", "other", now, 10, take=True)
    runs.mark_crashed(store, ["one"])
    after = frontier.pending(store, "kabar", "other", now, 10, take=True)

    assert [link.url for link in taken] == ["http://kabar.test/1"] == [link.url for link in after]
    assert beside == []
    assert rows(store, "SELECT DISTINCT last_run_id FROM ops.frontier") == [("other",)]
