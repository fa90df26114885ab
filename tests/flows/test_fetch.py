"""What a fetch is, when all goes well, and what a publisher sees of us."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import logging
import uuid
import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.raw_server import RawServer, cut, failure, link, ok, settings, to

from flows.http.client import Fetcher
from flows.http.content_encoding import Decoder
from flows.http.errors import Fault
from flows.http.limits import FetchSettings
from flows.http.redaction import Secrets
from flows.http.retry import MONTH_SECONDS, backoff, retry_after
from parsers.kinds import Reason

PAGE = b"<html>berita</html>"
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


async def test_an_answer_says_how_it_was_had(tmp_path):
    rules = ok(b"User-agent: *\nAllow: /new/")
    routes = {
        "/old?p=1": to("/new/"),
        "/new/": ok(PAGE, 'ETag: "a"', "X-Case: Kept"),
        "/robots.txt": rules,
    }
    before = dt.datetime.now(dt.UTC)
    async with RawServer(routes) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        response = (
            await fetcher.get(link("http://outlet.test/old?p=1#top"), delay_seconds=0)
        ).response

    assert response.url == "http://outlet.test/new/"
    assert response.requested_url == "http://outlet.test/old?p=1#top"
    assert response.redirects == ("http://outlet.test/old?p=1",)
    assert (response.status, response.body, response.attempt) == (200, PAGE, 1)
    assert ("X-Case", "Kept") in response.headers
    assert response.robots_rule == "allow: /new/"
    assert before <= response.fetched_at <= dt.datetime.now(dt.UTC)
    name = f"{response.requested_url} {response.fetched_at.isoformat()} 1"
    assert response.fetch_id == str(uuid.uuid5(uuid.NAMESPACE_URL, name))


async def test_we_say_who_we_are(tmp_path, caplog):
    async with (
        RawServer({"/page": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path, contact="redaksi@example.org", version="1.2")) as fetcher,
    ):
        await fetcher.get(link("http://outlet.test/page"), delay_seconds=0)

    assert {request.headers["user-agent"] for request in wire.requests} == {
        "Kliping/1.2 (+redaksi@example.org)"
    }
    assert {request.headers["host"] for request in wire.requests} == {"outlet.test"}
    assert not caplog.records


def test_one_warning_while_there_is_no_contact(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        Fetcher(FetchSettings(locks=tmp_path))

    assert [record.message for record in caplog.records if "KLIPING_CONTACT" in record.message]
    assert FetchSettings(locks=tmp_path, contact="a\r\nX: b").user_agent == "Kliping/0.1.0 (+aX: b)"


async def test_every_answer_is_reported_once(tmp_path):
    def record(requested_link, response):
        return requested_link.kind, response.url.removeprefix("http://outlet.test"), response.status

    routes = {
        "/robots.txt": ok(b""),
        "/flap": [ok(status="503 Busy"), ok(PAGE)],
        "/moved": to("/gone"),
        "/loop": to("/loop"),
        "/wall": ok(b"", "Location: /flap", "cf-mitigated: challenge", status="302 Found"),
    }
    async with (
        RawServer(routes) as wire,
        Fetcher(settings(wire, tmp_path), record=record) as fetcher,
    ):
        flap = await fetcher.get(link("http://outlet.test/flap"), delay_seconds=0)
        gone = await failure(fetcher.get(link("http://outlet.test/moved"), delay_seconds=0))
        loop = await failure(fetcher.get(link("http://outlet.test/loop"), delay_seconds=0))
        wall = await failure(fetcher.get(link("http://outlet.test/wall"), delay_seconds=0))

    assert gone.response is not None
    assert gone.response.status == gone.status == 404
    assert flap.records == (
        ("robots", "/robots.txt", 200),
        ("page", "/flap", 503),
        ("page", "/flap", 200),
    )
    assert gone.records == (("page", "/gone", 404),)
    assert loop.records == (("page", "/loop", 302),)
    assert wall.records == (("page", "/wall", 302),)


async def test_what_the_archive_raises_is_not_swallowed(tmp_path):
    def full(requested_link, response):
        raise OSError("No space left on device")

    async with (
        RawServer({"/page": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path), record=full) as fetcher,
    ):
        with pytest.raises(OSError, match="No space left"):
            await fetcher.get(link("http://outlet.test/page"), delay_seconds=0)


async def test_an_unchanged_page_is_a_304_without_a_body(tmp_path):
    async with (
        RawServer({"/page": cut(b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n')}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        getting = fetcher.get(
            link("http://outlet.test/page"), delay_seconds=0, etag='"a"', last_modified="Mon"
        )
        response = (await getting).response

    assert (response.status, response.body) == (304, b"")
    headers = wire.requests[-1].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"a"', "Mon")


async def test_validators_go_along_a_redirect_and_stay_with_the_page(tmp_path):
    routes = {
        "/page": to("/final"),
        "/final": cut(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        "/robots.txt": ok(b""),
    }
    async with RawServer(routes) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        response = (
            await fetcher.get(link("http://outlet.test/page"), delay_seconds=0, etag='"a"')
        ).response

    assert (response.status, response.url) == (304, "http://outlet.test/final")
    assert "if-none-match" not in wire.requests[0].headers


async def test_a_412_is_asked_once_more_without_validators(tmp_path):
    async with (
        RawServer({"/page": [ok(status="412 No"), ok(PAGE)]}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        response = (
            await fetcher.get(link("http://outlet.test/page"), delay_seconds=0, etag='"a"')
        ).response

    assert response.body == PAGE
    assert "if-none-match" not in wire.requests[-1].headers
    assert wire.paths() == ["/page", "/page"]


@pytest.mark.parametrize("etag", ['"a"\r\nX-Evil: 1', '"é"', " a", "\x00"])
async def test_a_validator_that_would_break_the_request_is_not_sent(etag, tmp_path):
    async with RawServer({"/page": ok(PAGE)}) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        await fetcher.get(link("http://outlet.test/page"), delay_seconds=0, etag=etag)

    assert not {"if-none-match", "x-evil"} & set(wire.requests[-1].headers)


async def test_a_redirect_to_the_front_page_is_the_parsers_to_judge(tmp_path):
    async with (
        RawServer({"/news/1": to("/"), "/": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        response = (await fetcher.get(link("http://outlet.test/news/1"), delay_seconds=0)).response

    assert response.url == "http://outlet.test/"
    assert response.redirects == ("http://outlet.test/news/1",)


async def test_a_target_in_bare_utf_8_is_understood(tmp_path):
    raw = "HTTP/1.1 302 Found\r\nLocation: /é b\r\nContent-Length: 0\r\n\r\n".encode()
    async with (
        RawServer({"/page": raw, "/%C3%A9%20b": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        response = (await fetcher.get(link("http://outlet.test/page"), delay_seconds=0)).response

    assert response.body == PAGE


async def test_no_cookie_is_kept_and_no_proxy_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with (
        RawServer({"/page": ok(PAGE, "Set-Cookie: id=1")}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        for _ in range(2):
            await fetcher.get(link("http://outlet.test/page"), delay_seconds=0)

    assert all("cookie" not in request.headers for request in wire.requests)


async def test_connections_are_kept_and_only_so_many(tmp_path):
    async with (
        RawServer({"/page": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path, idle_hosts=3)) as fetcher,
    ):
        for n in (1, 1, 1, 2, 3, 4, 5, 6):
            await fetcher.get(link(f"http://h{n}.test/page"), delay_seconds=0)
        kept = len(fetcher._transport._clients)

    assert wire.connections == 6
    assert kept == 3


class Idle:
    """A client that takes a moment to close."""

    def __init__(self):
        self.is_used, self.closed = False, 0

    async def aclose(self):
        assert not self.is_used
        self.closed += 1
        await asyncio.sleep(0)


async def test_hosts_whose_requests_end_at_once_close_each_client_once_and_none_in_use(
    tmp_path, monkeypatch
):
    clients = []

    async def use(transport, host):
        async with transport._client(host) as client:
            client.is_used = True
            await asyncio.sleep(0)
            client.is_used = False

    async with (
        RawServer({}) as wire,
        Fetcher(settings(wire, tmp_path, idle_hosts=3)) as fetcher,
    ):
        transport = fetcher._transport
        monkeypatch.setattr(transport, "_new_client", lambda: clients.append(Idle()) or clients[-1])
        for hosts in (range(3), range(3, 20)):
            await asyncio.gather(*(use(transport, f"h{n}.test") for n in hosts))
        kept = len(transport._clients)

    assert kept == 3
    assert {client.closed for client in clients} == {1}


async def test_fifty_hosts_at_once_and_no_more(tmp_path):
    now, most = 0, 0

    async def slow(writer):
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        await asyncio.sleep(0.05)
        now -= 1
        writer.write(ok(PAGE))

    async with (
        RawServer({"/page": slow}) as wire,
        Fetcher(settings(wire, tmp_path, total_in_flight=5)) as fetcher,
    ):
        links = [link(f"http://h{n}.test/page") for n in range(20)]
        results = await asyncio.gather(*(fetcher.get(each, delay_seconds=0) for each in links))
        responses = [result.response for result in results]

    assert {response.body for response in responses} == {PAGE}
    assert most == 5


RETRY_AFTER = {
    "5": 5.0,
    " 120 ": 120.0,
    "99999999999999999999": MONTH_SECONDS,
    "Sun, 01 Mar 2026 12:01:00 GMT": 60.0,
    "Sunday, 01-Mar-26 12:01:00 GMT": 60.0,
    "Sun Mar  1 12:01:00 2026": 60.0,
    "Sun, 01 Mar 2036 12:01:00 GMT": MONTH_SECONDS,
    "Sun, 01 Mar 2026 11:59:00 GMT": None,
    "0": None,
    "-5": None,
    "1.5": None,
    "soon": None,
    "": None,
    "٣": None,
    "Sun, 99 Foo 2026 25:61:00 GMT": None,
    None: None,
}


@pytest.mark.parametrize("value", RETRY_AFTER)
def test_retry_after_is_seconds_or_a_date_and_anything_else_is_nothing(value):
    assert retry_after(value, NOW) == RETRY_AFTER[value]


@given(st.text())
def test_retry_after_never_raises(value):
    assert retry_after(value, NOW) is None or 0 < retry_after(value, NOW) <= MONTH_SECONDS


def test_the_back_off_doubles_is_jittered_and_can_be_repeated():
    def series(seed):
        random = Random(seed)
        return [backoff(attempt, first=1.0, most=60.0, random=random) for attempt in range(1, 20)]

    assert series(1) == series(1) != series(2)
    assert all(1.0 <= wait <= 1.0 + min(60.0, 2.0**n) for n, wait in enumerate(series(1), 1))


def decoded(chunks, coding, limit):
    decoder = Decoder(coding, limit, 200, 1024 * 1024)
    for chunk in chunks:
        decoder.feed(chunk)
    return decoder.finish()


CODINGS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": lambda body: (z := zlib.compressobj(wbits=-15)).compress(body) + z.flush(),
    "": bytes,
    "gzip twice": lambda body: gzip.compress(body[:7]) + gzip.compress(body[7:]),
    "gzip and junk": lambda body: gzip.compress(body) + b"\x1fjunk",
}


@given(
    st.sampled_from(sorted(CODINGS)),
    st.binary(max_size=300),
    st.integers(0, 4000),
    st.lists(st.integers(0, 50)),
)
def test_a_body_is_the_same_for_every_chunking(name, seed, times, sizes):
    body = seed * times if len(seed) < 100 else seed
    rest, chunks = CODINGS[name](body), []
    for size in sizes:
        chunks.append(rest[:size])
        rest = rest[size:]

    assert (
        decoded([*chunks, rest], name.split()[-1] if "raw" in name else name.split(" ")[0], 10**7)
        == body
    )


@given(
    st.binary(max_size=2000),
    st.sampled_from(["gzip", "deflate", ""]),
    st.integers(0, 3000),
    st.integers(1, 400),
)
def test_no_bytes_give_more_than_the_limit_or_raise_anything_else(data, coding, limit, size):
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    body, reason = b"", None
    try:
        body = decoded(chunks, coding, limit)
    except Fault as fault:
        reason = fault.reason

    assert reason in {None, Reason.DECODE, Reason.TOO_LARGE}
    assert len(body) <= limit


@given(st.integers(0, 200_000), st.integers(0, 200_000), st.sampled_from([1, 1000, 65536]))
def test_the_limit_holds_to_the_byte(length, limit, size):
    data = gzip.compress(bytes(length))
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    try:
        body = decoded(chunks, "gzip", limit)
    except Fault:
        assert length > limit
    else:
        assert len(body) == length <= limit


@given(st.binary(min_size=1, max_size=500), st.data())
def test_a_cut_body_is_never_taken_for_a_whole_one(body, data):
    name = data.draw(st.sampled_from(["gzip", "deflate"]))
    whole = CODINGS[name](body)
    end = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(Fault) as caught:
        decoded([whole[:end]], name, 10**6)

    assert caught.value.reason is Reason.DECODE


async def test_the_secrets_of_an_address_are_asked_with_and_never_told(tmp_path, caplog):
    caplog.set_level(logging.DEBUG, "httpx")
    seen: list[str] = []
    routes = {
        "/feed?token=S3sam%2Fbuka&page=2": to("/moved?token=S3sam%2Fbuka"),
        "/moved?token=S3sam%2Fbuka": ok(b"<rss>/feed?token=S3sam/buka</rss>", "X-Echo: S3sam/buka"),
        "/private?page=2": [to("/private/?page=2"), ok(PAGE)],
        "/private/?page=2": to("http://other.test/private"),
        "/forbidden?apikey=S3sam-juga": ok(status="403 No"),
        "/loop?sig=S3samkah": to("/loop?sig=S3samkah"),
    }
    async with (
        RawServer(routes) as wire,
        Fetcher(
            settings(wire, tmp_path), record=lambda _, response: seen.append(repr(response))
        ) as fetcher,
    ):
        public = fetcher.secrets.redact_url
        first = public("http://outlet.test/feed?token=S3sam%2Fbuka&page=2")
        second = public("http://petani:padi-menguning@outlet.test/private?page=2")
        refused = public("http://outlet.test/forbidden?apikey=S3sam-juga")
        circle = public("http://outlet.test/loop?sig=S3samkah")
        answer = (await fetcher.get(link(first, "feed"), delay_seconds=0)).response
        failures = [
            await failure(fetcher.get(link(url, "feed"), delay_seconds=0))
            for url in (second, refused, circle)
        ]

    output = "\n".join(
        [
            *seen,
            *map(repr, failures),
            *map(str, failures),
            caplog.text,
            *(f.read_text("latin-1") for f in tmp_path.iterdir()),
        ]
    )
    signed = [
        request.headers.get("authorization")
        for request in wire.requests
        if "private" in request.path
    ]
    assert first == "http://outlet.test/feed?token=***&page=2"
    assert second == "http://outlet.test/private?page=2"
    assert answer.url == "http://outlet.test/moved?token=***"
    assert answer.body == b"<rss>/feed?token=***</rss>"
    assert [request.path for request in wire.requests][1:3] == [
        "/feed?token=S3sam%2Fbuka&page=2",
        "/moved?token=S3sam%2Fbuka",
    ]
    assert signed == ["Basic cGV0YW5pOnBhZGktbWVuZ3VuaW5n"] * 2 + [None]
    assert [f.reason for f in failures] == [Reason.NOT_FOUND, Reason.BLOCKED, Reason.REDIRECT]
    assert not [
        word for word in ("S3sam", "padi-menguning", "petani", "cGV0YW5p") if word in output
    ]


def test_addresses_that_differ_in_their_secrets_only_are_not_one():
    secrets = Secrets()
    given = [f"https://kabar.example/feed?key={word}&topic=key" for word in ("satu", "dua", "satu")]

    shown = [secrets.redact_url(url) for url in given]

    assert shown == [
        "https://kabar.example/feed?key=***&topic=key",
        "https://kabar.example/feed?key=****&topic=key",
        shown[0],
    ]
    assert [secrets.restore(url)[0] for url in shown] == given
    assert (
        secrets.redact_url("https://kabar.example/cari?keyword=panen&sort=1")
        == "https://kabar.example/cari?keyword=panen&sort=1"
    )


def test_a_secret_of_fewer_than_four_characters_hides_nothing_of_an_answer():
    secrets = Secrets()
    for word in ("abc", "abcd"):
        secrets.redact_url(f"https://kabar.example/feed?key={word}")

    assert secrets.redact("abc abcd") == "abc ***"


def test_a_body_of_more_than_a_thousand_gzip_members_is_refused():
    member = gzip.compress(b"x")
    assert decoded([member * 1000], "gzip", 10**7) == b"x" * 1000

    with pytest.raises(Fault) as caught:
        decoded([member * 1001], "gzip", 10**7)

    assert caught.value.reason is Reason.DECODE


def test_raw_deflate_whose_first_byte_could_begin_a_zlib_header_is_read():
    stored = b"\x08\x05\x00\xfa\xff"  # five bytes as they are; the bit of padding may be set

    assert decoded([stored + b"beras\x01\x00\x00\xff\xff"], "deflate", 1000) == b"beras"
