"""The past by day: all of it, once, politely, and out of the way of what is new."""

from __future__ import annotations

import contextlib
import json
import re
import signal
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import hostile_runs
from support.builders import rows
from support.hostile_runs import SHORT
from support.hostile_site import HostileSite
from support.politeness_verdict import complaints
from support.responses import Outlet, front, http, page, story
from support.runs import (
    BUNDLED,
    ask,
    count_requests,
    differences,
    ingest,
    needless_requests,
    records,
    settings_for,
    start,
    wait_for_exit,
    wait_until,
)

from flows.crawl.listings import window
from flows.jobs import jobs
from flows.newsroom import NOW, Newsroom
from flows.newsroom.manuscripts import manuscripts
from flows.runs.summary import Summary
from parsers.source import from_data, load
from warehouse.write import frontier, runs
from warehouse.write.database import Database

pytestmark = pytest.mark.slow

UNTIL = NOW.date()
NINETY = (UNTIL - timedelta(days=89), UNTIL)
MONTH = (UNTIL - timedelta(days=29), UNTIL)
WEEK = (UNTIL - timedelta(days=6), UNTIL)
LISTED = "/indeks/{date:%Y-%m-%d}"
LONG_SECONDS = 200  # on a busy machine
OCTOBER = (date(2026, 10, 1), date(2026, 10, 3))


def command(source: str, days: tuple[date, date]) -> list[str]:
    return [source, "--since", str(days[0]), "--until", str(days[1]), "--format", "json"]


async def backfill(
    home: Path, site: Newsroom, source: str, days: tuple[date, date], **said: Any
) -> Summary:
    settings = settings_for(home, site)
    return await jobs.backfill_source(settings, load(settings.source_folders), source, days, **said)


async def backfill_outlet(
    home: Path, site: HostileSite, days: tuple[date, date] = OCTOBER, **said: Any
) -> Summary:
    [name] = site.outlets
    return await jobs.backfill_source(
        hostile_runs.settings_for(home, site), site.sources(), name, days, budgets=SHORT, **said
    )


def outlet(listings: Mapping[str, Any], pages: list[str], **said: Any) -> Outlet:
    """A feed with one story of today, and listings of an archive."""
    others = {
        path: answer if isinstance(answer, bytes) else http(front(answer))
        for path, answer in listings.items()
    }
    discover = said.pop("discover", {"feeds": ["/feed"], "index": [LISTED]})
    stories = {path: http(story("arsip", path)) for path in pages}
    return Outlet(
        name="arsip",
        n_good=1,
        others=others | stories,
        discover=discover,
        url=r"/berita/|/\d{4}/\d\d/\d\d/",
        delay_seconds=0.0,
        **said,
    )


def published(days: tuple[date, date], source: str) -> dict[date, int]:
    """The truth: stories of each day."""
    found = (m.published.date() for m in manuscripts() if m.outlet == source)
    return dict(Counter(day for day in found if days[0] <= day <= days[1]))


@pytest.mark.parametrize(
    ("zone", "at", "since", "until", "days"),
    [
        ("Asia/Jakarta", "2026-10-04T16:59Z", None, None, ("2026-09-28", "2026-10-04")),
        ("Asia/Jakarta", "2026-10-04T17:00Z", None, None, ("2026-09-29", "2026-10-05")),
        ("Asia/Jayapura", "2026-10-04T16:59Z", None, None, ("2026-09-29", "2026-10-05")),
        ("America/New_York", "2026-10-05T03:59Z", None, None, ("2026-09-28", "2026-10-04")),
        (
            "America/New_York",
            "2026-11-02T04:59Z",
            None,
            None,
            ("2026-10-26", "2026-11-01"),
        ),  # the day before had 25 hours
        ("Asia/Jakarta", "2026-10-05T00:00+07:00", None, None, ("2026-09-29", "2026-10-05")),
        ("Asia/Jakarta", "2026-10-04T16:59Z", None, "2026-09-10", ("2026-09-04", "2026-09-10")),
        ("Asia/Jakarta", "2026-10-04T16:59Z", None, "2026-10-05", ("2026-09-28", "2026-10-04")),
        ("Asia/Jakarta", "2026-10-04T16:59Z", "2026-08-01", None, ("2026-08-01", "2026-10-04")),
        (
            "Asia/Jakarta",
            "2026-10-04T16:59Z",
            "2026-10-04",
            "2026-12-31",
            ("2026-10-04", "2026-10-04"),
        ),
    ],
)
def test_a_window_ends_on_the_day_that_it_is_where_the_outlet_is_and_is_a_week_where_nothing_is_said(
    zone, at, since, until, days
):
    source = from_data(
        {"name": "kabar", "title": "Kabar", "home": "http://kabar.test/", "timezone": zone}
    )

    found = window(
        source,
        since and date.fromisoformat(since),
        until and date.fromisoformat(until),
        datetime.fromisoformat(at),
    )

    assert tuple(map(str, found)) == days


@pytest.mark.parametrize(
    ("since", "until", "end"),
    [
        ("2026-10-06", None, "2026-10-05"),
        ("2026-10-06", "2026-10-07", "2026-10-05"),
        ("2026-10-03", "2026-10-02", "2026-10-02"),
    ],
)
def test_a_window_that_begins_after_its_end_is_an_error_that_names_both(sources, since, until, end):
    with pytest.raises(ValueError, match=f"^since {since} is after the end, {end}$"):
        window(
            sources["kabar"],
            date.fromisoformat(since),
            until and date.fromisoformat(until),
            datetime(2026, 10, 4, 17, tzinfo=UTC),
        )


@pytest.mark.parametrize(
    ("since", "until", "question"),
    [
        ("0001-01-01", None, "; did you mean 2001?"),
        ("0026-10-01", None, "; did you mean 2026?"),
        ("0027-10-01", None, ""),
        ("1089-01-01", None, ""),
        ("0098-05-17", None, "; did you mean 1998?"),
        ("1989-12-31", None, ""),
        (None, "0020-03-01", ""),
    ],
)
def test_a_window_begins_no_earlier_than_news_on_the_web(sources, since, until, question):
    first = since or "0020-02-24"
    with pytest.raises(
        ValueError, match=f"^since {first} is before 1990-01-01{re.escape(question)}$"
    ):
        window(
            sources["kabar"],
            since and date.fromisoformat(since),
            until and date.fromisoformat(until),
            datetime(2026, 10, 4, 17, tzinfo=UTC),
        )


@given(
    hour=st.integers(-100_000, 100_000),
    zone=st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Europe/Berlin", "America/New_York"]),
)
def test_windows_of_runs_a_week_apart_share_no_day_and_leave_none_out(hour, zone):
    source = from_data(
        {"name": "kabar", "title": "Kabar", "home": "http://kabar.test/", "timezone": zone}
    )
    at = (NOW + timedelta(hours=hour)).astimezone(
        source.zone
    )  # a schedule goes by the clock on the wall

    before, after = (
        window(source, None, None, when.astimezone(UTC)) for when in (at, at + timedelta(days=7))
    )

    assert after == (before[1] + timedelta(days=1), before[1] + timedelta(days=7))
    assert before[1] - before[0] == timedelta(days=6)


async def test_the_command_without_dates_has_the_window_of_a_week_up_to_today_where_the_outlet_is(
    tmp_path,
):
    def today() -> date:
        return datetime.now(sources["harianlama"].zone).date()

    sources = load([BUNDLED])
    async with Newsroom() as site:
        before = today()
        code, said = await wait_for_exit(
            await start(
                settings_for(tmp_path, site),
                ["harianlama", "--dry-run", "--format", "json"],
                "backfill",
            )
        )

    assert code == 0, said
    result, _ = json.JSONDecoder().raw_decode(said)  # a line about the estimate follows
    days = [date.fromisoformat(row["day"]) for row in result["days"]]
    assert before <= days[0] <= today()
    assert days == [days[0] - timedelta(days=n) for n in range(7)]


@pytest.mark.long
async def test_ninety_days_interrupted_again_and_again_are_complete_and_nothing_is_asked_for_twice(
    tmp_path,
):
    log = []
    async with Newsroom() as site:
        settings, sources = settings_for(tmp_path, site), load([BUNDLED])
        for n in range(5):
            began = len(site.requests)
            process = await start(settings, command("harianlama", NINETY), "backfill")
            assert await wait_until(lambda: len(site.requests) >= began + 12 + n, process)  # noqa: B023 - it is over before they change
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()
            assert process.returncode == -signal.SIGKILL
            kept = {record.response.requested_url for record in records(tmp_path)}
            log += [
                r for r in site.requests[began:] if f"http://{r.host}{r.target}" in kept
            ]  # the others were killed on their way
        began = len(site.requests)
        code, said = await wait_for_exit(
            await start(settings, command("harianlama", NINETY), "backfill"), LONG_SECONDS
        )
        log += site.requests[began:]
        began = len(site.requests)
        again, _ = await wait_for_exit(
            await start(settings, command("harianlama", NINETY), "backfill")
        )

        assert (code, again) == (0, 0), said
        found = {row["day"]: row["n_found"] for row in json.loads(said)["days"]}
        assert len(found) == 90
        assert {day: n for day, n in found.items() if n} == {
            str(day): n for day, n in published(NINETY, "harianlama").items()
        }
        assert all(
            row["n_missing"] == 0 and row["state"] == "done" for row in json.loads(said)["days"]
        )
        assert needless_requests(site, tmp_path, ("page", "part", "index")) == []
        assert complaints(log, sources) == []
        assert [
            complaint
            for complaint in complaints(site.requests, sources)
            if "as if it were new" not in complaint
        ] == []
        assert len(site.requests) == began, "a finished window was asked for again"


async def test_a_backfill_goes_on_beside_an_ingest_and_no_page_is_fetched_by_both(tmp_path):
    async with Newsroom() as site:
        settings = settings_for(tmp_path, site)
        process = await start(settings, command("harianlama", MONTH), "backfill")
        assert await wait_until(lambda: any("/arsip/" in r.target for r in site.requests), process)
        rival = await start(settings, command("harianlama", WEEK), "backfill")
        summary = await ingest(settings, ["harianlama"])
        second, said = await wait_for_exit(rival)
        code, _ = await wait_for_exit(process, LONG_SECONDS)

        assert not summary.failures
        assert (code, second) == (0, 73)
        assert "harianlama is held by run" in said
        assert needless_requests(site, tmp_path) == []
        of_ours = [m for m in manuscripts() if m.outlet == "harianlama"]
        assert ask(tmp_path, "SELECT count(*) FROM core.articles") == [(len(of_ours),)]


async def test_an_ingest_after_a_backfill_finds_what_it_would_have_found_without(tmp_path):
    alone, after = tmp_path / "alone", tmp_path / "after"
    async with Newsroom() as site:
        await ingest(settings_for(alone, site), ["portalnusa"])
        undisturbed = count_requests(site)
        summary = await backfill(after, site, "portalnusa", WEEK)
        began = len(site.requests)
        await ingest(settings_for(after, site), ["portalnusa"])
        later = site.requests[began:]

        assert summary.failures == ()
        assert differences(alone, after).keys() <= {
            "ops.frontier"
        }  # of drafts that only listings show
        assert [r.status for r in later if "sitemap" in r.target or r.target == "/rss"] == [
            200
        ] * sum("sitemap" in url or "/rss" in url for url in undisturbed)
        by_run = "SELECT DISTINCT flow_name FROM ops.feed_checks JOIN ops.runs USING (run_id)"
        assert ask(after, by_run) == [("ingest",)]


async def test_what_only_a_backfill_found_is_left_to_it(tmp_path):
    old = ["/berita/1/banjir-surut-di-tiga-desa", "/berita/2/pasar-lama-dibuka-lagi"]
    async with HostileSite(chosen=[outlet({"/indeks/2026-10-02": old}, old)]) as site:
        await backfill_outlet(tmp_path, site, limit=0)
        n_listed = len(site.requests)
        await hostile_runs.ingest(tmp_path, site)
        n_ingested = len(site.requests)
        summary = await backfill_outlet(tmp_path, site)

        assert not [r.target for r in site.requests[:n_ingested] if r.target in old]
        assert n_ingested > n_listed
        assert [r.target for r in site.requests[n_ingested:] if r.target in old] == old
        assert [
            (row["day"].day, row["n_found"], row["n_loaded"], row["state"]) for row in summary.days
        ] == [(3, 0, 0, "done"), (2, 0, 0, "done"), (1, 3, 3, "done")]


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

        said = [r.target for r in site.requests if r.target != "/robots.txt"]
        assert [target for target in said if "halaman" in target] == [
            "/halaman/1",
            "/halaman/2",
            "/halaman/3",
        ]
        assert Counter(target for target in said if "halaman" not in target) == Counter(
            [dated[1], *bare]
        )
        assert [row["n_loaded"] for row in summary.days] == [0, 0, 3]


async def test_posts_of_a_day_are_asked_for_by_their_days_and_end_without_a_failure(tmp_path):
    async with Newsroom() as site:
        summary = await backfill(tmp_path, site, "suararantau", WEEK)

        assert summary.state == "completed"
        assert {
            row["day"]: row["n_loaded"] for row in summary.days if row["n_loaded"]
        } == published(WEEK, "suararantau")
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
