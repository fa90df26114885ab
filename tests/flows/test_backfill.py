"""The past by day: all of it, once, politely, and out of the way of what is new."""

from __future__ import annotations

import contextlib
import json
import re
import signal
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import hostile_runs
from support.backfill_runs import (
    NINETY,
    UNTIL,
    WEEK,
    articles_by_day,
    backfill,
    backfill_outlet,
    outlet,
)
from support.hostile_site import HostileSite
from support.politeness_verdict import complaints
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
from kliping.newsroom import NOW, Newsroom
from kliping.newsroom.manuscripts import manuscripts
from parsers.source import from_data, load

pytestmark = pytest.mark.slow


MONTH = (UNTIL - timedelta(days=29), UNTIL)


LONG_SECONDS = 200  # on a busy machine


def command(source: str, days: tuple[date, date]) -> list[str]:
    return [source, "--since", str(days[0]), "--until", str(days[1]), "--format", "json"]


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
        code, output = await wait_for_exit(
            await start(
                settings_for(tmp_path, site),
                ["harianlama", "--dry-run", "--format", "json"],
                "backfill",
            )
        )

    assert code == 0, output
    result, _ = json.JSONDecoder().raw_decode(output)  # a line about the estimate follows
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
        code, output = await wait_for_exit(
            await start(settings, command("harianlama", NINETY), "backfill"), LONG_SECONDS
        )
        log += site.requests[began:]
        began = len(site.requests)
        again, _ = await wait_for_exit(
            await start(settings, command("harianlama", NINETY), "backfill")
        )

        assert (code, again) == (0, 0), output
        found = {row["day"]: row["n_found"] for row in json.loads(output)["days"]}
        assert len(found) == 90
        assert {day: n for day, n in found.items() if n} == {
            str(day): n for day, n in articles_by_day(NINETY, "harianlama").items()
        }
        assert all(
            row["n_missing"] == 0 and row["state"] == "done" for row in json.loads(output)["days"]
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
        second, output = await wait_for_exit(rival)
        code, _ = await wait_for_exit(process, LONG_SECONDS)

        assert not summary.failures
        assert (code, second) == (0, 73)
        assert "harianlama is held by run" in output
        assert needless_requests(site, tmp_path) == []
        of_ours = [m for m in manuscripts() if m.outlet == "harianlama"]
        assert ask(tmp_path, "SELECT count(*) FROM core.articles") == [(len(of_ours),)]


@pytest.mark.long
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
        # drafts that only listings show, and what was read when
        of_channels = {
            "core.announced_articles",
            "core.channels",
            "core.completeness",
            "core.crawled_days",
            "ops.frontier",
        }
        assert differences(alone, after).keys() <= of_channels
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
