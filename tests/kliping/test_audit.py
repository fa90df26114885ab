"""Planted outlets: the estimate after real runs, and the audit of random days."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from support import hostile_runs
from support.backfill_runs import backfill_outlet
from support.command_line import kliping
from support.hostile_site import HostileSite
from support.planted_outlets import WEEK, PlantedOutlet, draw
from support.runs import ask

from flows.jobs.day_audit import Audit, AuditError, audit_source, audited_days, crawled_days
from kliping.cli.sources import print_audit
from kliping.output import Format
from kliping.reading.completeness import missed_estimate
from parsers.source import from_data
from warehouse.read.published import Reader

NOW = datetime(2026, 11, 2, 5, tzinfo=UTC)
SOURCE = from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})
INDEPENDENT = PlantedOutlet(
    name="mandiri",
    channels={"feed": draw(1, 0.6), "sitemap": draw(2, 0.65), "listing": draw(3, 0.5)},
)
NESTED = PlantedOutlet(
    name="bersarang",
    channels={"feed": draw(1, 0.6) & draw(2, 0.65), "sitemap": draw(2, 0.65)},
)
COMPLETENESS = "SELECT n_announced, n_loaded, state, unseen_low, reason FROM mart.completeness"


def contents(home: Path) -> dict[str, bytes]:
    """The files of a home, except the hosts' turns."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.parent.name != "locks"
    }


async def audit(home: Path, site: HostileSite, days: list[date]):
    [name] = site.outlets
    settings = hostile_runs.settings_for(home, site)
    return await audit_source(settings, site.sources(), name, days, 7, budgets=hostile_runs.SHORT)


@pytest.mark.slow
@pytest.mark.long
async def test_the_bound_after_real_runs_holds_and_the_audit_finds_what_is_missed(
    tmp_path,
):
    feed, sitemap, listing = INDEPENDENT.channels.values()
    days = audited_days(SOURCE, *WEEK, 4, 7, NOW)
    async with HostileSite(chosen=[INDEPENDENT.outlet()]) as site:
        await hostile_runs.ingest(tmp_path, site)
        two = ask(tmp_path, f"{COMPLETENESS} WHERE week = '{WEEK[0]}'")
        before = contents(tmp_path)
        result = await audit(tmp_path, site, days)
        after = contents(tmp_path)
        await backfill_outlet(tmp_path, site, WEEK)
        three = ask(tmp_path, COMPLETENESS)
        again = await audit(tmp_path, site, days)

    on_days = {n for n in listing if WEEK[0] + timedelta(days=n // 12) in days}
    assert after == before
    assert [row["day"] for row in result.days] == days
    assert sum(row["listed"] for row in result.days) == len(on_days)
    assert result.reasons == {"not_announced": len(on_days - feed - sitemap)}
    assert result.share[1] < result.share[0] < result.share[2]
    assert (again.reasons, again.share[0], again.failures) == ({}, 0.0, ())
    n_seen = len(feed | sitemap)
    assert two[0][:3] == (n_seen, n_seen, "bound")
    assert two[0][3] <= 84 - n_seen
    n_seen, [(*counts, low, reason)] = len(feed | sitemap | listing), three
    assert counts == [n_seen, n_seen, "bound"]
    assert low <= 84 - n_seen
    assert reason.startswith(f"{n_seen} articles do not show")


@pytest.mark.slow
async def test_nested_channels_are_named_after_a_real_run(tmp_path):
    async with HostileSite(chosen=[NESTED.outlet()]) as site:
        await hostile_runs.ingest(tmp_path, site)
        with pytest.raises(AuditError, match="bersarang has no listing by day"):
            await audit(tmp_path, site, [*WEEK])

    assert ask(tmp_path, "SELECT state, reason FROM mart.completeness") == [
        ("cannot_tell", "the feed lies within the sitemap")
    ]
    with Reader(tmp_path) as reader:
        assert missed_estimate(reader).line == "estimated unseen: cannot tell"


@pytest.mark.slow
async def test_an_audit_needs_something_to_compare_with(tmp_path):
    async with HostileSite(chosen=[INDEPENDENT.outlet()]) as site:
        with pytest.raises(AuditError, match="nothing of mandiri is published"):
            await audit(tmp_path, site, [*WEEK])

        assert not site.requests


def test_the_same_seed_draws_the_same_days_and_another_one_others():
    draws = [audited_days(SOURCE, None, None, 5, seed, NOW) for seed in (1, 1, 2)]

    assert draws[0] == draws[1] != draws[2]
    assert draws[0] == sorted(set(draws[0]))
    assert date(2026, 10, 3) <= draws[0][0] <= draws[0][-1] <= date(2026, 11, 1)


def test_only_days_that_were_crawled_are_drawn():
    crawled = {date(2026, 10, n) for n in (5, 9, 12, 30)} | {date(2026, 9, 1)}

    drawn = audited_days(SOURCE, None, None, 4, 7, NOW, crawled=crawled)

    assert drawn == [date(2026, 10, n) for n in (5, 9, 12, 30)]
    with pytest.raises(AuditError, match="--days 5 of the 4 crawled from 2026-10-03"):
        audited_days(SOURCE, None, None, 5, 7, NOW, crawled=crawled)


def test_the_days_that_a_home_was_crawled_for_are_those_that_it_has_published(store):
    assert crawled_days(store, SOURCE) is None
    with store.write_connection() as con:
        con.execute(
            "INSERT INTO ops.backfill_days BY NAME SELECT 'kabar' AS source_id, DATE '2026-10-08' AS day,"
            " 'done' AS state, 0 AS n_found, 0 AS n_loaded, now() AS updated_at"
        )
    store.publish()

    assert crawled_days(store, SOURCE) == {date(2026, 10, 8)}


@pytest.mark.parametrize(
    ("since", "until", "n_days", "message"),
    [
        (
            date(2026, 10, 1),
            date(2026, 10, 3),
            4,
            "--days 4 of the 3 from 2026-10-01 to 2026-10-03",
        ),
        (
            None,
            date(2026, 11, 2),
            3,
            "--until 2026-11-02 is not over; the last day to audit is 2026-11-01",
        ),
        (date(2026, 11, 2), None, 3, "--since 2026-11-02 is after the last day, 2026-11-01"),
        (
            date(2026, 10, 9),
            date(2026, 10, 8),
            3,
            "--since 2026-10-09 is after the last day, 2026-10-08",
        ),
        (date(1900, 1, 1), None, 3, "--since 1900-01-01 is before"),
    ],
)
def test_days_that_cannot_be_drawn_are_refused(since, until, n_days, message):
    with pytest.raises(AuditError, match=message):
        audited_days(SOURCE, since, until, n_days, 7, NOW)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody"], "unknown source 'nobody'"),
        (["kompas", "--days", "2"], "--days"),
        (["kompas", "--since", "2031-01-01"], "is after the last day"),
    ],
)
def test_the_command_refuses_in_one_line(tmp_path, arguments, message):
    done = kliping(tmp_path, "sources", "audit", *arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert not done.stdout
    assert not (tmp_path / "locks").exists()


def test_the_command_prints_what_it_found(capsys):
    days = tuple(
        {
            "day": date(2026, 10, n),
            "listed": 50,
            "missed": 2,
            "reasons": {"not_announced": 2},
            "example": "http://kabar.test/1",
        }
        for n in (1, 2, 3)
    )
    result = Audit(source_id="kabar", seed=7, days=days, failures=())
    print_audit(result, 4, Format.TABLE)
    table = capsys.readouterr().out
    print_audit(result, 4, Format.JSON)
    data = json.loads(capsys.readouterr().out)

    assert "the listings of 1 of 4 days could not be read" in table
    assert table.endswith("missed 6 of 150 listed articles: 4.0% [1.8%–8.5%]; 6 not_announced\n")
    assert (data["missed"], data["listed"], data["reasons"]) == (6, 150, {"not_announced": 6})
    assert round(data["share"], 2) == 0.04
