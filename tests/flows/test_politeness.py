"""Politeness, as the server sees it: gaps, requests in flight, waits it asked for, and restarts in the middle."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import sys
from dataclasses import replace
from email.utils import format_datetime

import httpx
import pytest
from support.raw_server import SMALL, RawServer, cut, failure, link, ok, settings, silence, to

from flows.http import host_rows
from flows.http.client import Fetcher
from flows.http.limits import FetchSettings
from flows.http.politeness import HostState, HostTurns, host_key
from parsers.kinds import Reason

PAGE = b"<html>berita</html>"
BREAKING = replace(SMALL, breaker_failures=5)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def url(n: int = 0) -> str:
    return f"http://outlet.test/{n}"


def pages(**others):
    return {f"/{n}": ok(PAGE) for n in range(20)} | others


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://www.Outlet.test/a", "outlet.test"),
        ("https://outlet.test.:443/", "outlet.test"),
        ("http://outlet.test:8080/", "outlet.test:8080"),
        ("http://m.outlet.test/", "m.outlet.test"),
        ("http://xn--a/", "xn--a"),
        ("http://www.xn--a.test:8080/", "xn--a.test:8080"),
    ],
)
def test_the_server_that_feels_the_load(address, host):
    assert host_key(httpx.URL(address)) == host


async def test_a_host_rests_from_the_end_of_one_request_to_the_start_of_the_next(tmp_path):
    async def slow(writer):
        await asyncio.sleep(0.1)
        writer.write(ok(PAGE))

    async with (
        RawServer(pages(**{"/1": slow})) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        await asyncio.gather(*(fetcher.get(link(url(n)), delay_seconds=0.2) for n in range(4)))

    assert len(wire.requests) == 5
    assert min(wire.gaps()) >= 0.2
    at = next(n for n, request in enumerate(wire.requests) if request.path == "/1")
    assert at == 4 or wire.gaps()[at] >= 0.3


async def test_every_hop_and_every_attempt_waits_its_turn(tmp_path):
    routes = {"/0": to("/1"), "/1": [ok(status="500 Oops"), ok(PAGE)]}
    async with RawServer(routes) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        await fetcher.get(link(url()), delay_seconds=0.2)

    assert wire.paths() == ["/0", "/1", "/1"]
    assert min(wire.gaps()) >= 0.2


@pytest.mark.slow
async def test_fifty_hosts_are_asked_at_once_and_each_is_let_rest(tmp_path):
    async with RawServer(pages()) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        links = [link(f"http://h{host}.test/{n}") for n in range(2) for host in range(50)]
        await asyncio.gather(*(fetcher.get(each, delay_seconds=1.0) for each in links))

    times_by_host = [
        [each.began_at for each in wire.requests if each.host == f"h{host}.test"]
        for host in range(50)
    ]
    assert {len(times) for times in times_by_host} == {3}
    assert min(b - a for times in times_by_host for a, b in itertools.pairwise(times)) >= 0.95
    assert max(times[0] for times in times_by_host) < min(
        times[-1] for times in times_by_host
    )  # none waits for another to be done


@pytest.mark.parametrize("in_flight", [1, 2])
async def test_only_so_many_are_in_flight_for_a_host(in_flight, tmp_path):
    now_open, most = 0, 0

    async def slow(writer):
        nonlocal now_open, most
        now_open, most = now_open + 1, max(most, now_open + 1)
        await asyncio.sleep(0.1)
        now_open -= 1
        writer.write(ok(PAGE))

    async with (
        RawServer({f"/{n}": slow for n in range(6)}) as wire,
        Fetcher(settings(wire, tmp_path, per_host_in_flight=in_flight)) as fetcher,
    ):
        await asyncio.gather(*(fetcher.get(link(url(n)), delay_seconds=0) for n in range(6)))

    assert most == in_flight


def test_three_in_flight_are_too_many(tmp_path):
    with pytest.raises(ValueError, match="1 or 2"):
        FetchSettings(locks=tmp_path, per_host_in_flight=3)


CHILD = """
import asyncio, sys, pathlib
sys.path[:0] = ["tests", "."]
from flows.http.limits import Budgets, FetchSettings
from flows.http.client import Fetcher
from parsers.article import Link
port, folder, start = int(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
given = FetchSettings(locks=folder, contact="x", allow_private=frozenset({("127.0.0.1", port)}),
                      connect_to={"*.test": ("127.0.0.1", port)})
async def main():
    async with Fetcher(given) as fetcher:
        await asyncio.gather(*(fetcher.get(Link(url=f"http://outlet.test/{n}", source_id="s"), delay_seconds=0.2)
                               for n in range(start, start + 4)))
asyncio.run(main())
"""


@pytest.mark.slow
async def test_two_processes_share_a_host(tmp_path):
    async with RawServer(pages()) as wire:
        children = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", CHILD, str(wire.port), str(tmp_path), str(start)
            )
            for start in (0, 10)
        ]
        codes = [await child.wait() for child in children]

    assert codes == [0, 0]
    assert sorted(wire.paths()) == sorted(f"/{n}" for n in [*range(4), *range(10, 14)])
    assert [request.path for request in wire.requests].count("/robots.txt") == 1
    assert min(wire.gaps()) >= 0.2
    second = [len(path) > 2 for path in wire.paths()]
    assert second not in (sorted(second), sorted(second, reverse=True))


@pytest.mark.slow
async def test_a_process_killed_in_the_middle_frees_the_host_and_leaves_it_its_rest(tmp_path):
    async with (
        RawServer({"/0": silence, "/5": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CHILD, str(wire.port), str(tmp_path), "0"
        )
        while "/0" not in wire.paths():
            await asyncio.sleep(0.02)
        child.kill()
        await child.wait()
        response = (await fetcher.get(link(url(5)), delay_seconds=0)).response

    assert response.body == PAGE
    assert wire.gaps()[-1] >= 0.2 * 0.95


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_the_whole_host_waits_for_as_long_as_it_asked(form, tmp_path):
    value = (
        "1" if form == "seconds" else format_datetime(now() + dt.timedelta(seconds=2), usegmt=True)
    )
    busy = ok(b"", f"Retry-After: {value}", status="503 Busy")
    async with (
        RawServer(pages(**{"/0": [busy, ok(PAGE)]})) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        first = asyncio.create_task(fetcher.get(link(url(0)), delay_seconds=0))
        while "/0" not in wire.paths():
            await asyncio.sleep(0.01)
        await asyncio.gather(first, fetcher.get(link(url(1)), delay_seconds=0))

    at = [request.path for request in wire.requests].index("/0")
    assert wire.gaps()[at] >= 0.95
    assert first.result().response.attempt == 2


@pytest.mark.parametrize("value", ["soon", "Sun, 01 Mar 2020 12:00:00 GMT", "-1", ""])
async def test_what_makes_no_sense_is_our_own_back_off(value, tmp_path):
    budgets = replace(SMALL, backoff_seconds=0.2, backoff_max_seconds=0.3)
    busy = ok(b"", f"Retry-After: {value}", status="429 Slow")
    async with (
        RawServer(pages(**{"/0": [busy, ok(PAGE)]})) as wire,
        Fetcher(settings(wire, tmp_path, budgets=budgets)) as fetcher,
    ):
        await fetcher.get(link(url(0)), delay_seconds=0)

    assert 0.2 <= wire.gaps()[-1] < 1


async def test_a_long_wait_is_deferred_never_slept_on_and_survives_a_restart(tmp_path):
    busy = ok(b"", "Retry-After: 1", "Retry-After: 86400", status="429 Slow")
    async with RawServer(pages(**{"/0": busy})) as wire:
        async with Fetcher(settings(wire, tmp_path)) as fetcher:
            first = await failure(fetcher.get(link(url(0)), delay_seconds=0))
            second = await failure(fetcher.get(link(url(1)), delay_seconds=0))
        async with Fetcher(settings(wire, tmp_path)) as fetcher:
            third = await failure(fetcher.get(link(url(2)), delay_seconds=0))
            other = (await fetcher.get(link("http://other.test/3"), delay_seconds=0)).response

    for failed in (first, second, third):
        assert failed.reason is Reason.RATE_LIMITED
        assert abs((failed.retry_at - now()).total_seconds() - 86400) < 10
    assert (first.attempts, second.attempts, third.attempts) == (1, 0, 0)
    assert (first.status, second.status, third.status) == (429, None, None)
    assert wire.paths() == ["/0", "/3"]
    assert other.body == PAGE


async def test_a_restart_in_the_middle_of_a_short_wait_goes_on_waiting(tmp_path):
    busy = ok(b"", "Retry-After: 1", status="429 Slow")
    async with RawServer(pages(**{"/0": busy})) as wire:
        async with Fetcher(settings(wire, tmp_path)) as fetcher:
            task = asyncio.create_task(fetcher.get(link(url(0)), delay_seconds=0))
            while "/0" not in wire.paths():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            task.cancel()
        async with Fetcher(settings(wire, tmp_path)) as fetcher:
            await fetcher.get(link(url(1)), delay_seconds=0)

    assert wire.paths() == ["/0", "/1"]
    assert wire.gaps()[-1] >= 0.95


async def test_five_failures_open_the_breaker_and_a_restart_does_not_close_it(tmp_path):
    async with RawServer({f"/{n}": ok(status="500 Oops") for n in range(9)}) as wire:
        async with Fetcher(settings(wire, tmp_path, budgets=BREAKING)) as fetcher:
            failures = [await failure(fetcher.get(link(url(n)), delay_seconds=0)) for n in range(3)]
        async with Fetcher(settings(wire, tmp_path, budgets=BREAKING)) as fetcher:
            failures.append(await failure(fetcher.get(link(url(3)), delay_seconds=0)))

    assert [failed.reason for failed in failures] == [Reason.SERVER_ERROR] * 2 + [
        Reason.BREAKER
    ] * 2
    assert wire.paths() == ["/0"] * 4 + ["/1"]
    assert failures[0].retry_at is None
    assert all(590 < (failed.retry_at - now()).total_seconds() <= 600 for failed in failures[1:])


async def test_after_the_breaker_one_request_tries_the_host(tmp_path):
    budgets = replace(BREAKING, breaker_seconds=0.3)
    async with (
        RawServer({"/0": ok(status="500 Oops"), "/1": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path, budgets=budgets)) as fetcher,
    ):
        for _ in range(2):
            await failure(fetcher.get(link(url(0)), delay_seconds=0))
        await asyncio.sleep(0.35)
        still = await failure(fetcher.get(link(url(0)), delay_seconds=0))
        await asyncio.sleep(0.35)
        good = (await fetcher.get(link(url(1)), delay_seconds=0)).response
        again = await failure(fetcher.get(link(url(0)), delay_seconds=0))

    assert (still.attempts, still.reason) == (1, Reason.SERVER_ERROR)
    assert good.body == PAGE
    assert again.attempts == 4


async def test_five_addresses_without_an_answer_are_the_host_and_one_is_not(tmp_path):
    budgets = replace(BREAKING, read_seconds=0.05)
    async with (
        RawServer({f"/{n}": silence for n in range(9)}) as wire,
        Fetcher(settings(wire, tmp_path, budgets=budgets)) as fetcher,
    ):
        failures = [await failure(fetcher.get(link(url(n)), delay_seconds=0)) for n in range(6)]

    assert [failed.reason for failed in failures] == [Reason.TIMEOUT] * 5 + [Reason.BREAKER]
    assert [failed.attempts for failed in failures] == [4, 4, 4, 4, 1, 0]


PAGES_OWN = {
    "404": ok(status="404 Not Found"),
    "cut": cut(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx"),
    "broken coding": ok(b"x", "Content-Encoding: gzip"),
    "too large": ok(b"", "Content-Length: 99999999"),
    "429": ok(status="429 Slow"),
}


@pytest.mark.parametrize("name", PAGES_OWN)
async def test_a_pages_own_fault_does_not_open_the_breaker(name, tmp_path):
    async with (
        RawServer(pages(**{"/bad": PAGES_OWN[name]})) as wire,
        Fetcher(settings(wire, tmp_path, budgets=BREAKING)) as fetcher,
    ):
        for _ in range(6):
            failed = await failure(fetcher.get(link("http://outlet.test/bad"), delay_seconds=0))
            assert failed.reason is not Reason.BREAKER
        response = (await fetcher.get(link(url(1)), delay_seconds=0)).response

    assert response.body == PAGE


async def test_a_clock_set_back_freezes_no_host(tmp_path):
    clock = [now()]
    async with (
        RawServer(pages()) as wire,
        Fetcher(settings(wire, tmp_path), lambda: clock[0]) as fetcher,
    ):
        await fetcher.get(link(url(0)), delay_seconds=0)
        clock[0] -= dt.timedelta(days=400)
        async with asyncio.timeout(2):
            response = (await fetcher.get(link(url(1)), delay_seconds=0)).response

    assert response.body == PAGE


def test_what_was_noted_moves_with_a_clock_that_is_set_back():
    state = HostState(noted_at=1000.0, last_at=990.0, held_until=1060.0, breaker_until=1600.0)

    state.rebase(400.0)

    assert state == HostState(noted_at=400.0, last_at=390.0, held_until=460.0, breaker_until=1000.0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1024,
        b"[]",
        b"7",
        b"[" * 1024,
        b'{"host": 1, "new": 2}',
        b"{",
        b'{"host": "outlet.test", "last_at": "x"}',
        b'{"host": "outlet.test", "held_until": Infinity}',
        b'{"host": "outlet.test", "breaker_until": NaN}',
        b'{"host": "outlet.test", "held_until": 1e300}',
        b'{"origin": "http://[::1", "fetched_at": "x"}',
        b'{"origin": "http://outlet.test", "fetched_at": 1e300}',
        b'{"origin": "http://outlet.test", "text": 7, "fetched_at": 1.0}',
    ],
    ids=lambda data: repr(data)[:60],
)
async def test_a_state_that_cannot_be_read_is_a_new_host(data, tmp_path):
    async with RawServer(pages()) as wire:
        async with Fetcher(settings(wire, tmp_path)) as fetcher:
            await fetcher.get(link(url(0)), delay_seconds=0)
        for path in tmp_path.glob("host-*.json"):
            path.write_bytes(data)
        for path in tmp_path.glob("robots-*.json"):
            path.write_bytes(data)
        assert [row["host"] for row in host_rows.rows(tmp_path)] in ([], ["outlet.test"])
        async with Fetcher(settings(wire, tmp_path)) as fetcher:
            response = (await fetcher.get(link(url(1)), delay_seconds=0)).response

    assert response.body == PAGE
    state = next(tmp_path.glob("host-*.json")).read_bytes()
    assert json.loads(state)["host"] == "outlet.test"
    assert len(state) == 1024


def test_a_shorter_wait_never_ends_a_longer_one(tmp_path):
    moment = now()
    hosts = HostTurns(FetchSettings(locks=tmp_path), lambda: moment)
    with hosts.file("outlet.test") as turn:
        turn.hold(50)
        turn.hold(5)

        assert turn.seconds_to_wait(0) == pytest.approx(50, abs=0.1)


@pytest.mark.parametrize(("status", "has_digest"), [("200 OK", True), ("404 Not Found", False)])
async def test_a_robots_txt_that_a_site_does_not_have_has_no_digest(status, has_digest, tmp_path):
    routes = pages(**{"/robots.txt": ok(b"User-agent: *\nDisallow: /no", status=status)})
    async with RawServer(routes) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        await fetcher.get(link(url(0)), delay_seconds=0)

    [row] = host_rows.rows(tmp_path)
    assert row["robots_fetched_at"] is not None
    assert (row["robots_sha256"] is not None) == has_digest
