"""robots.txt by RFC 9309: the rules as text, and what happens when they cannot be had."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.raw_server import RawServer, cut, failure, link, ok, settings, silence, to

from flows.http.client import Fetcher
from parsers import robots
from parsers.article import Response
from parsers.kinds import Reason

PAGE = b"<html>berita</html>"


def is_allowed(text: str, path: str) -> bool:
    return robots.parse(text).verdict(path)[0]


VERDICTS = [
    ("", "/a", True, "no rule"),
    ("User-agent: *\nDisallow:", "/a", True, "no rule"),
    ("User-agent: *\nDisallow: /", "/a", False, "disallow: /"),
    ("User-agent: *\nDisallow: /", "/robots.txt", True, "allow: /robots.txt"),
    ("User-agent: *\nDisallow: /a", "/ab", False, "disallow: /a"),
    ("User-agent: *\nDisallow: /a", "/A", True, "no rule"),
    ("User-agent: *\nDisallow: a", "/a", True, "no rule"),
    ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True, "allow: /a/b"),
    ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True, "allow: /a"),
    ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True, "allow: /a"),
    ("User-agent: *\nDisallow: /*.php$", "/x.php", False, "disallow: /*.php$"),
    ("User-agent: *\nDisallow: /*.php$", "/x.php?a", True, "no rule"),
    ("User-agent: *\nDisallow: /*?p=", "/x?p=1", False, "disallow: /*?p="),
    ("User-agent: *\nDisallow: /a*b*c$", "/abxc", False, "disallow: /a*b*c$"),
    ("User-agent: *\nDisallow: /ab*b$", "/ab", True, "no rule"),
    ("User-agent: *\nDisallow: /a$", "/ab", True, "no rule"),
    ("User-agent: *\nDisallow: *", "/x", False, "disallow: *"),
    ("User-agent: *\nDisallow: $", "/x", True, "no rule"),
    ("User-agent: *\nDisallow: /a$b", "/a$b", False, "disallow: /a$b"),
    ("User-agent: *\nDisallow: /a%2Ab", "/a*b", False, "disallow: /a%2Ab"),
    ("User-agent: *\nDisallow: /a%2Ab", "/axb", True, "no rule"),
    ("User-agent: *\nDisallow: /%7Ejoe", "/~joe", False, "disallow: /%7Ejoe"),
    ("User-agent: *\nDisallow: /~joe", "/%7ejoe", False, "disallow: /~joe"),
    ("User-agent: *\nDisallow: /a%2fb", "/a%2Fb", False, "disallow: /a%2fb"),
    ("User-agent: *\nDisallow: /a%2fb", "/a/b", True, "no rule"),
    ("User-agent: *\nDisallow: /ツ", "/%E3%83%84", False, "disallow: /ツ"),
    ("User-agent: *\nDisallow: /a # why", "/a", False, "disallow: /a"),
    ("user-AGENT : *\n  DISALLOW :/a  ", "/a", False, "disallow: /a"),
    ("User-agent: *\rDisallow: /a\r\nDisallow: /b\n", "/b", False, "disallow: /b"),
    ("\ufeffUser-agent: *\nDisallow: /a", "/a", True, "no rule"),  # decode() takes the mark off
    ("Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", True, "no rule"),
    ("User-agent: kliping\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True, "no rule"),
    ("User-agent: KLIPING/2.0 (x)\nDisallow: /a", "/a", False, "disallow: /a"),
    ("User-agent: Klipingbot\nDisallow: /", "/a", True, "no rule"),
    ("User-agent: *\nDisallow: /\n\nUser-agent: kliping\nDisallow:", "/a", True, "no rule"),
    ("User-agent: x\nUser-agent: kliping\nDisallow: /a", "/a", False, "disallow: /a"),
    ("User-agent: kliping\nDisallow: /a\nUser-agent: x\nDisallow: /b", "/b", True, "no rule"),
    (
        "User-agent: kliping\nDisallow: /a\n\nUser-agent: kliping\nDisallow: /b",
        "/b",
        False,
        "disallow: /b",
    ),
    ("User-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b", "/a", False, "disallow: /a"),
    (
        "User-agent: kliping\nSitemap: http://x\n\nUser-agent: x\nDisallow: /a",
        "/a",
        False,
        "disallow: /a",
    ),
    (
        "User-agent: kliping\nCrawl-delay: 2\nUser-agent: x\nDisallow: /a",
        "/a",
        False,
        "disallow: /a",
    ),
    ("<html>User-agent: *\nDisallow: /</html>", "/a", True, "no rule"),
    (":::\n\x00\n# nothing\nfoo bar\nDisallow", "/a", True, "no rule"),
    # wildcards are none in a name: this is neither everybody nor us
    ("User-agent: *Bot*\nDisallow: /", "/a", True, "no rule"),
    ("User-agent: *bot\nDisallow: /", "/a", True, "no rule"),
    ("User-agent: **\nDisallow: /", "/a", True, "no rule"),
    ("User-agent: *Kliping*\nDisallow: /", "/a", False, "disallow: /"),
    ("User-agent: *\t(everybody)\nDisallow: /", "/a", False, "disallow: /"),
    # misspellings that Google obeys
    ("User agent: *\nDisallow: /a", "/a", False, "disallow: /a"),
    ("Useragent: *\nDisallow: /a", "/a", False, "disallow: /a"),
    ("User-agent: *\nDissallow: /a", "/a", False, "disallow: /a"),
    ("User-agent: *\nDissalow: /a", "/a", False, "disallow: /a"),
    ("User-agent: *\nDisalow: /a", "/a", False, "disallow: /a"),
    ("User-agent: *\nDiasllow: /a", "/a", False, "disallow: /a"),
    ("User-agent: *\nDisallaw: /a", "/a", False, "disallow: /a"),
    # the colon forgotten
    ("User-agent *\nDisallow /a", "/a", False, "disallow: /a"),
    ("User agent *\nDisallow\t/a\nAllow /a/b", "/a/b", True, "allow: /a/b"),
    ("User-agent *\nDisallow /a:b", "/a:b", False, "disallow: /a:b"),
    ("User-agent: *\nAllow all of it\nDisallow: /a", "/a", False, "disallow: /a"),
    # an HTML comment is a line that means nothing; a page is no robots.txt
    ("<!-- ours -->\nUser-agent: *\nDisallow: /a", "/a", False, "disallow: /a"),
    ("<!-- of two\nlines -->\n\nUser-agent: *\nDisallow: /a", "/a", False, "disallow: /a"),
    ("<!-- x --> <!doctype html>\nUser-agent: *\nDisallow: /", "/a", True, "no rule"),
    ("<?xml version='1.0'?><html>\nUser-agent: *\nDisallow: /", "/a", True, "no rule"),
    ("<head>\nUser-agent: *\nDisallow: /", "/a", True, "no rule"),
]


@pytest.mark.parametrize(("text", "path", "may", "rule"), VERDICTS)
def test_a_verdict(text, path, may, rule):
    assert robots.parse(text).verdict(path) == (may, rule)


WHOLE = """User-agent: *
Disallow: https://www.kabar.test/rahasia/
Disallow: http://KABAR.test/arsip/*.pdf$
Disallow: https://lain.test/umum/
Disallow: https://kabar.test/
Allow: https://kabar.test/rahasia/terbuka
"""


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/rahasia/1", False),
        ("/arsip/lama.pdf", False),
        ("/umum/1", True),  # of another host
        ("/", True),  # no page was meant
        ("/rahasia/terbuka", True),
        ("/berita/1", True),
    ],
)
def test_a_rule_that_is_a_whole_address_counts_on_its_own_host(path, may):
    rules = robots.parse(WHOLE, origin="https://www.kabar.test")

    assert rules.verdict(path)[0] is may
    assert robots.parse(WHOLE).verdict(path)[0]


def test_a_byte_order_mark_hides_no_group():
    assert not is_allowed(robots.decode(b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), "/a")


def test_the_file_is_read_to_its_limit_and_to_the_end_of_a_line():
    line = b"Disallow: /aaaaaaaaaaaaaaaaaaaaaaaaa\n"
    start = b"User-agent: *\nDisallow: /first\n"
    body = start + line * 20000
    text = robots.decode(body)

    assert len(text) <= robots.MAX_BYTES
    assert text.endswith("\n")
    assert not is_allowed(text, "/first")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        ("0.5", 0.5),
        ("-1", None),
        ("nan", None),
        ("1e9", None),
        ("٣", None),
        ("x", None),
    ],
)
def test_a_crawl_delay_is_a_plain_number(value, seconds):
    assert robots.parse(f"User-agent: *\nCrawl-delay: {value}").crawl_delay_seconds == seconds


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 10\n\nUser-agent: *\nCrawl-delay: 2", 10),
        ("User-agent: *\nCrawl-delay: 2\nCrawl-delay: 10", 10),
        ("User-agent: *\nCrawl-delay: 10\nCrawl-delay: 0\nCrawl-delay: x", 10),
        ("User-agent: *\nCrawl delay: 10", 10),
        ("User-agent: *\nCrawl-delay 10", 10),
    ],
)
def test_the_longest_crawl_delay_holds(lines, seconds):
    assert robots.parse(lines).crawl_delay_seconds == seconds


def test_sitemaps_are_named_in_any_spelling():
    text = "Sitemap https://x.test/1.xml\nSite-map: https://x.test/2.xml\nSitemaps: https://x.test/3.xml"

    assert [s[-5] for s in robots.parse(text).sitemaps] == ["1", "2", "3"]


def test_sitemaps_belong_to_no_group():
    assert robots.parse("Sitemap: http://x/1\nUser-agent: y\nSitemap: http://x/2").sitemaps == (
        "http://x/1",
        "http://x/2",
    )


@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_bytes_have_a_verdict(body, path):
    rules = robots.parse(robots.decode(body))

    assert rules.verdict("/" + path)[1]


@given(
    st.lists(
        st.sampled_from(
            [
                "User-agent: *",
                "Disallow: /",
                "Allow: *a*$",
                "Crawl-delay: 1",
                "Allow: %",
                "Disallow: $*",
            ]
        )
    )
)
def test_any_order_of_lines_has_a_verdict(lines):
    assert robots.parse("\n".join(lines)).verdict("/a%")[1]


@given(st.text("ab*", max_size=8), st.booleans(), st.text("ab", max_size=10))
def test_a_pattern_matches_what_its_regular_expression_matches(pattern, anchored, path):
    expression = "/" + pattern.replace("*", ".*") + ("$" if anchored else "")
    rule = robots.Rule(allow=False, pattern="/" + pattern + "$" * anchored)

    assert rule.matches("/" + path) == bool(re.match(expression, "/" + path))


@pytest.mark.timeout(60)  # a matcher that goes back would take years
def test_a_hostile_file_is_judged():
    worst = "User-agent: *\n" + ("Disallow: /" + "a*" * 500 + "b$\n") * 500
    rules = robots.parse(worst)

    assert rules.verdict("/" + "a" * 2000)[0]


async def test_robots_txt_comes_first_and_once_for_each_scheme_host_and_port(tmp_path):
    routes = {"/robots.txt": ok(b"User-agent: *\nDisallow: /no"), "/a": ok(PAGE), "/b": ok(PAGE)}
    async with RawServer(routes) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        links = [link(f"http://{host}.test{path}") for host in ("x", "y") for path in ("/a", "/b")]
        await asyncio.gather(*(fetcher.get(each, delay_seconds=0) for each in links))
        failed = await failure(fetcher.get(link("http://x.test/no"), delay_seconds=0))
        await fetcher.get(link(f"http://127.0.0.1:{wire.port}/a"), delay_seconds=0)

    for host in ("x.test", "y.test", f"127.0.0.1:{wire.port}"):
        assert (
            next(request.path for request in wire.requests if request.host == host) == "/robots.txt"
        )
        assert (
            sum(request.path == "/robots.txt" for request in wire.requests if request.host == host)
            == 1
        )
    assert failed.reason is Reason.ROBOTS
    assert failed.robots_rule == "disallow: /no"
    assert failed.attempts == 0
    assert "/no" not in wire.paths()


async def test_robots_txt_is_not_asked_again_after_a_restart(tmp_path):
    async with RawServer(
        {"/robots.txt": ok(b"User-agent: *\nDisallow: /no"), "/a": ok(PAGE)}
    ) as wire:
        for _ in range(2):
            async with Fetcher(settings(wire, tmp_path)) as fetcher:
                response = (
                    await fetcher.get(link("http://outlet.test/a"), delay_seconds=0)
                ).response

    assert response.robots_rule == "no rule"
    assert [request.path for request in wire.requests] == ["/robots.txt", "/a", "/a"]


@pytest.mark.parametrize("kind", ["feed", "sitemap", "index", "wordpress"])
async def test_every_kind_of_link_obeys(kind, tmp_path):
    async with (
        RawServer({"/robots.txt": ok(b"User-agent: *\nDisallow: /")}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        failed = await failure(fetcher.get(link("http://outlet.test/feed", kind), delay_seconds=0))

    assert failed.reason is Reason.ROBOTS


async def test_a_redirect_obeys_the_rules_of_where_it_leads(tmp_path):
    rules = b"User-agent: *\nDisallow: /no"
    async with (
        RawServer(
            {"/robots.txt": ok(rules), "/a": to("http://other.test/no"), "/no": ok(PAGE)}
        ) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        failed = await failure(fetcher.get(link("http://outlet.test/a"), delay_seconds=0))

    assert failed.reason is Reason.ROBOTS
    assert [request.host for request in wire.requests] == [
        "outlet.test",
        "outlet.test",
        "other.test",
    ]
    assert wire.paths() == ["/a"]


NONE_THERE = {
    "404": ok(status="404 Not Found"),
    "410": ok(status="410 Gone"),
    "401": ok(status="401 Unauthorized"),
    "403": ok(status="403 Forbidden"),
    "redirects without end": to("/robots.txt?again"),
    "204": cut(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "html": ok(b"<!doctype html><p>Disallow: /"),
}


@pytest.mark.parametrize("name", NONE_THERE)
async def test_where_there_are_no_rules_everything_is_allowed(name, tmp_path):
    routes = {
        "/robots.txt": NONE_THERE[name],
        "/robots.txt?again": to("/robots.txt"),
        "/a": ok(PAGE),
    }
    async with RawServer(routes) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        response = (await fetcher.get(link("http://outlet.test/a"), delay_seconds=0)).response

    assert response.robots_rule == ("no rule" if name in {"204", "html"} else "no robots.txt")


async def test_an_operator_can_take_a_closed_robots_txt_for_a_closed_site(tmp_path):
    async with (
        RawServer({"/robots.txt": ok(status="403 Forbidden"), "/a": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path, robots_forbidden_allows=False)) as fetcher,
    ):
        failed = await failure(fetcher.get(link("http://outlet.test/a"), delay_seconds=0))

    assert failed.reason is Reason.ROBOTS_UNREACHABLE


UNREACHABLE = {
    "500": ok(status="500 Oops"),
    "503": ok(status="503 Busy"),
    "429": ok(status="429 Slow"),
    "no answer": silence,
    "reset": cut(b"", reset=True),
    "cut": cut(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *"),
    "bomb": ok(gzip.compress(bytes(20_000_000)), "Content-Encoding: gzip"),
    "broken coding": ok(b"User-agent: *", "Content-Encoding: gzip"),
    "garbage": cut(b"\x00\x01\x02\r\n\r\n"),
}


@pytest.mark.parametrize("name", UNREACHABLE)
async def test_where_the_rules_cannot_be_had_nothing_is_asked_for_five_minutes(name, tmp_path):
    async with (
        RawServer({"/robots.txt": UNREACHABLE[name], "/a": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        first = await failure(fetcher.get(link("http://outlet.test/a"), delay_seconds=0))
        n_requests = len(wire.requests)
        second = await failure(fetcher.get(link("http://outlet.test/a"), delay_seconds=0))

    assert first.reason is second.reason is Reason.ROBOTS_UNREACHABLE
    assert first.retry_at == second.retry_at
    assert 290 < (first.retry_at - dt.datetime.now(dt.UTC)).total_seconds() <= 300
    assert len(wire.requests) == n_requests <= 4
    assert wire.paths() == []


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime.now(dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


async def test_the_last_good_rules_hold_for_a_month_while_new_ones_cannot_be_had(tmp_path):
    clock = Clock()
    routes = {
        "/robots.txt": [ok(b"User-agent: *\nDisallow: /no"), ok(status="500 Oops")],
        "/a": ok(PAGE),
    }
    async with RawServer(routes) as wire, Fetcher(settings(wire, tmp_path), clock) as fetcher:
        await fetcher.get(link("http://outlet.test/a"), delay_seconds=0)
        clock.now += dt.timedelta(days=2)
        response = (await fetcher.get(link("http://outlet.test/a"), delay_seconds=0)).response
        forbidden = await failure(fetcher.get(link("http://outlet.test/no"), delay_seconds=0))
        clock.now += dt.timedelta(days=30)
        late = await failure(fetcher.get(link("http://outlet.test/a"), delay_seconds=0))

    assert response.body == PAGE
    assert forbidden.reason is Reason.ROBOTS
    assert late.reason is Reason.ROBOTS_UNREACHABLE


async def test_that_there_are_no_rules_holds_for_a_day_only(tmp_path):
    clock = Clock()
    routes = {
        "/robots.txt": [ok(status="404 Not Found"), ok(status="500 Oops")],
        "/a": ok(PAGE),
    }
    async with RawServer(routes) as wire, Fetcher(settings(wire, tmp_path), clock) as fetcher:
        response = (await fetcher.get(link("http://outlet.test/a"), delay_seconds=0)).response
        clock.now += dt.timedelta(days=2)
        late = await failure(fetcher.get(link("http://outlet.test/a"), delay_seconds=0))

    assert response.robots_rule == "no robots.txt"
    assert late.reason is Reason.ROBOTS_UNREACHABLE


async def test_after_a_day_the_rules_are_asked_for_again_and_a_change_holds(tmp_path):
    clock = Clock()
    old, new = ok(b"User-agent: *\nDisallow: /no", 'ETag: "1"'), ok(b"User-agent: *\nDisallow: /a")
    same = cut(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    async with (
        RawServer({"/robots.txt": [old, same, new], "/a": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path), clock) as fetcher,
    ):
        for _ in range(2):
            await fetcher.get(link("http://outlet.test/a"), delay_seconds=0)
            clock.now += dt.timedelta(hours=25)
        failed = await failure(fetcher.get(link("http://outlet.test/a"), delay_seconds=0))

    assert failed.robots_rule == "disallow: /a"
    assert [
        request.headers.get("if-none-match")
        for request in wire.requests
        if request.path == "/robots.txt"
    ] == [
        None,
        '"1"',
        '"1"',
    ]


async def test_a_crawl_delay_is_obeyed_up_to_a_limit(tmp_path, caplog):
    routes = {"/robots.txt": ok(b"User-agent: *\nCrawl-delay: 0.3"), "/a": ok(PAGE)}
    async with RawServer(routes) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        for _ in range(2):
            await fetcher.get(link("http://outlet.test/a"), delay_seconds=0.1)
        wire.routes["/robots.txt"] = ok(b"User-agent: *\nCrawl-delay: 3600")
        rules = await fetcher._robots.rules(
            fetcher._guard.vet("http://slow.test/"), lambda *_: answer(wire)
        )

    assert min(wire.gaps()[:2]) >= 0.3
    assert rules.crawl_delay_seconds == 60
    assert "'asked_seconds': 3600.0" in caplog.text


async def answer(wire):
    body = wire.routes["/robots.txt"].partition(b"\r\n\r\n")[2]
    return Response(
        fetch_id="", requested_url="", url="", fetched_at=dt.datetime.now(dt.UTC), body=body
    )


def test_a_rule_counts_once_for_however_many_names():
    text = "User-agent: *\nUser-agent: lain\n" * 500 + "Disallow: /x\n" * 500

    assert len(robots.parse(text).rules) == 500


async def test_sitemaps_are_listed(tmp_path):
    async with (
        RawServer(
            {"/robots.txt": ok(b"Sitemap: http://outlet.test/s.xml\nSitemap: /t.xml")}
        ) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        found, _ = await fetcher.sitemaps(link("http://outlet.test/"), delay_seconds=0)

    assert found == ("http://outlet.test/s.xml", "http://outlet.test/t.xml")
    assert wire.paths() == []


async def test_a_large_robots_txt_is_read_to_its_limit(tmp_path):
    body = b"User-agent: *\nDisallow: /no\n" + b"# nothing\n" * 300_000
    async with (
        RawServer({"/robots.txt": ok(body), "/a": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        failed = await failure(fetcher.get(link("http://outlet.test/no"), delay_seconds=0))

    assert failed.reason is Reason.ROBOTS
