"""Hosts that two machines of a lake want to ask, as the server sees it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.raw_server import SMALL, RawServer, failure, link, ok, settings

from flows.clock import now_utc
from flows.http.client import Fetcher
from flows.http.limits import FetchSettings
from flows.http.politeness import HostTurns
from lake.conftest import Servers
from parsers.kinds import Reason
from warehouse.lake import LakeLocation
from warehouse.machine import machine_name
from warehouse.silence import LakeUnavailable
from warehouse.storage import Storage
from warehouse.write.claims import HostClaims

NUMBERS = itertools.count(1)
IMPATIENT = replace(SMALL, sleep_seconds=0.0)


@pytest.fixture
def location(servers: Servers) -> LakeLocation:
    name = f"claims{next(NUMBERS)}"
    servers.postgres.create_database(name)
    storage = Storage(url="s3://kliping")
    return LakeLocation(conninfo=servers.postgres.conninfo(name), storage=storage)


def fetcher(wire: RawServer, location: LakeLocation, home: Path, **values: object) -> Fetcher:
    claims = HostClaims(location, home)
    return Fetcher(settings(wire, home / "locks", **values), claims=claims)


async def test_no_host_is_asked_by_two_machines(location, tmp_path):
    """Neither with www, nor a host of images or feeds that belongs to no outlet."""
    here, there = tmp_path / "here", tmp_path / "there"
    async with (
        RawServer({f"/{n}": ok() for n in range(9)}) as wire,
        fetcher(wire, location, here) as first,
        fetcher(wire, location, there, budgets=IMPATIENT) as second,
    ):
        await first.get(link("http://www.outlet.test/1"), delay_seconds=0)
        await first.get(link("http://feeds.test/1", kind="feed"), delay_seconds=0)
        n_asked = len(wire.requests)

        for url in ("http://outlet.test/2", "http://feeds.test/2", "http://feeds.test/3"):
            failed = await failure(second.get(link(url), delay_seconds=0))
            assert failed.reason is Reason.RATE_LIMITED
            assert f"{machine_name(here)} asks " in failed.detail
            assert failed.retry_at is not None
        assert len(wire.requests) == n_asked

        await second.get(link("http://elsewhere.test/4"), delay_seconds=0)
        with location.connect() as other:
            other.execute("UPDATE kliping.hosts SET expires_at = now()")
        await second.get(link("http://outlet.test/5"), delay_seconds=0)

    assert wire.paths()[-1] == "/5"


async def test_a_machine_waits_for_the_end_of_the_claim_of_another(location, tmp_path):
    other = HostClaims(location, tmp_path / "there")
    other.claim("outlet.test", 60)
    with location.connect() as session:
        session.execute("UPDATE kliping.hosts SET expires_at = now() + INTERVAL '2 seconds'")

    async with (
        RawServer({"/1": ok()}) as wire,
        fetcher(wire, location, tmp_path / "here") as waiting,
    ):
        await waiting.get(link("http://outlet.test/1"), delay_seconds=0)

    assert wire.paths() == ["/1"]
    assert other.claim("outlet.test", 3600) == machine_name(tmp_path / "here")


async def test_a_pause_that_a_host_asked_for_holds_for_all_machines(location, tmp_path):
    """Though the machine that was told of it asks no more, or is gone."""
    turns = HostTurns(
        FetchSettings(locks=tmp_path / "here" / "locks"),
        now_utc,
        HostClaims(location, tmp_path / "here"),
    )
    async with turns.turn("outlet.test", 0) as host_file:
        host_file.hold(3600)

    with location.connect() as session:
        [(left,)] = session.execute("SELECT expires_at - now() FROM kliping.hosts").fetchall()
    assert left > timedelta(seconds=3500)


async def test_without_postgresql_nothing_is_asked(location, tmp_path):
    gone = replace(location, conninfo="host=127.0.0.1 port=1 user=nobody dbname=nothing")
    async with RawServer({"/1": ok()}) as wire, fetcher(wire, gone, tmp_path) as lonely:
        with pytest.raises(LakeUnavailable, match="PostgreSQL does not answer"):
            await lonely.get(link("http://outlet.test/1"), delay_seconds=0)

    assert not wire.requests
