"""One test a fault of the network: outcome, reason, and attempts as the server counted them."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import os
import pickle
import ssl
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support.builders import response
from support.raw_server import (
    SMALL,
    RawServer,
    cut,
    failure,
    link,
    ok,
    settings,
    silence,
    to,
    trickle,
)

from flows.http.client import Fetcher
from flows.http.errors import Blame, FetchFailed, fault_of, printable
from flows.http.limits import Budgets
from parsers.kinds import Reason

PAGE = b"<html>" + b"berita " * 2000 + b"</html>"
BOMB = gzip.compress(bytes(30_000_000), 9)
RAW = zlib.compressobj(wbits=-15)
DEFLATED = RAW.compress(PAGE) + RAW.flush()
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def coded(body: bytes, coding: str) -> bytes:
    return ok(body, f"Content-Encoding: {coding}")


FAULTS = {
    "N1 no answer": (silence, Reason.TIMEOUT, 4),
    "N1 headers byte by byte": (trickle(b"HTTP/1.1 200 OK\r\nX-Y: "), Reason.TIMEOUT, 4),
    "N1 body byte by byte": (
        trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"),
        Reason.TIMEOUT,
        4,
    ),
    "N2 closed without a byte": (cut(b""), Reason.CONNECT, 4),
    "N2 closed in the headers": (cut(b"HTTP/1.1 200 OK\r\nContent-Le"), Reason.CONNECT, 4),
    "N2 reset before an answer": (cut(b"", reset=True), Reason.CONNECT, 4),
    "N2 reset in the body": (
        cut(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nxx", reset=True),
        Reason.CONNECT,
        4,
    ),
    "N2 fewer bytes than announced": (
        cut(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nxx"),
        Reason.TRUNCATED,
        4,
    ),
    "N2 bad chunk": (cut(CHUNKED + b"5\r\nhello\r\nzz\r\nhello\r\n0\r\n\r\n"), Reason.PROTOCOL, 4),
    "N2 unterminated chunks": (cut(CHUNKED + b"5\r\nhello\r\n"), Reason.TRUNCATED, 4),
    "N4 not HTTP": (cut(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), Reason.PROTOCOL, 1),
    "N4 garbage status": (cut(b"HTTP/1.1 abc OK\r\n\r\n"), Reason.PROTOCOL, 1),
    "N4 status of no class": (ok(status="999 Odd"), Reason.PROTOCOL, 1),
    "N4 huge headers": (
        cut(b"HTTP/1.1 200 OK\r\nX-Y: " + b"a" * 2_000_000 + b"\r\n\r\n"),
        Reason.PROTOCOL,
        1,
    ),
    "N4 many headers": (ok(PAGE, *(f"X-{n}: {'a' * 900}" for n in range(80))), Reason.PROTOCOL, 1),
    "N4 two framings": (ok(PAGE, "Transfer-Encoding: chunked"), Reason.PROTOCOL, 1),
    "N4 two lengths": (ok(PAGE, "Content-Length: 3"), Reason.PROTOCOL, 1),
    "N4 switched protocols": (cut(b"HTTP/1.1 101 Switching\r\n\r\n"), Reason.PROTOCOL, 1),
    "N5 gzip cut": (coded(gzip.compress(PAGE)[:-20], "gzip"), Reason.DECODE, 1),
    "N5 gzip with a wrong sum": (
        coded(gzip.compress(PAGE)[:-8] + bytes(8), "gzip"),
        Reason.DECODE,
        1,
    ),
    "N5 not gzip": (coded(PAGE, "gzip"), Reason.DECODE, 1),
    "N5 brotli nobody asked for": (coded(b"\x0b\x02\x80hello\x03", "br"), Reason.DECODE, 1),
    "N5 zstd nobody asked for": (coded(b"\x28\xb5\x2f\xfd", "zstd"), Reason.DECODE, 1),
    "N6 gzip bomb": (coded(BOMB, "gzip"), Reason.TOO_LARGE, 1),
    "N6 two codings": (coded(gzip.compress(gzip.compress(PAGE)), "gzip, gzip"), Reason.DECODE, 1),
    "N7 announced too large": (
        cut(b"HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\nxx"),
        Reason.TOO_LARGE,
        1,
    ),
    "N7 endless": (trickle(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 60_000, 0.001), Reason.TOO_LARGE, 1),
    "N8 to itself": (to("/page"), Reason.REDIRECT, 1),
    "N8 no target": (ok(b"", status="302 Found"), Reason.REDIRECT, 1),
    "N8 no single target": (ok(status="300 Multiple Choices"), Reason.REDIRECT, 1),
    "N8 to a broken address": (to("http://[::bad/"), Reason.REDIRECT, 1),
    "N10 304 to no validators": (cut(b"HTTP/1.1 304 Not Modified\r\n\r\n"), Reason.PROTOCOL, 1),
    "N10 412 to no validators": (ok(status="412 Precondition Failed"), Reason.HTTP_ERROR, 1),
    "N11 429": (ok(status="429 Too Many Requests"), Reason.RATE_LIMITED, 4),
    "N12 500": (ok(status="500 Oops"), Reason.SERVER_ERROR, 4),
    "N12 503": (ok(status="503 Busy"), Reason.SERVER_ERROR, 4),
    "N13 204": (cut(b"HTTP/1.1 204 No Content\r\n\r\n"), Reason.EMPTY, 1),
    "N13 206": (ok(status="206 Partial Content"), Reason.TRUNCATED, 1),
    "N13 400": (ok(status="400 Bad Request"), Reason.HTTP_ERROR, 1),
    "N13 401": (ok(status="401 Unauthorized"), Reason.BLOCKED, 1),
    "N13 402": (ok(status="402 Payment Required"), Reason.PAYMENT_REQUIRED, 1),
    "N13 403": (ok(status="403 Forbidden"), Reason.BLOCKED, 1),
    "N13 404": (ok(status="404 Not Found"), Reason.NOT_FOUND, 1),
    "N13 410": (ok(status="410 Gone"), Reason.NOT_FOUND, 1),
    "N13 451": (ok(status="451 Barred"), Reason.BLOCKED, 1),
    "N13 challenge by header": (
        ok(b"x", "cf-mitigated: challenge", status="403 Forbidden"),
        Reason.BLOCKED,
        1,
    ),
    "N13 challenge with 503": (
        ok(b"<title>Just a moment...</title>", status="503 Busy"),
        Reason.BLOCKED,
        1,
    ),
    "N13 404 with a broken body": (
        ok(b"junk", "Content-Encoding: gzip", status="404 Not Found"),
        Reason.NOT_FOUND,
        1,
    ),
    "N13 404 that never ends": (trickle(b"HTTP/1.1 404 No\r\n\r\n"), Reason.NOT_FOUND, 1),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_has_its_reason_and_its_number_of_attempts(name, tmp_path):
    answer, reason, attempts = FAULTS[name]
    async with (
        RawServer({"/page": answer, "/good": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        failed = await failure(fetcher.get(link("http://outlet.test/page"), delay_seconds=0))
        good = (await fetcher.get(link("http://outlet.test/good"), delay_seconds=0)).response

    assert failed.reason is reason
    assert failed.attempts == attempts
    assert wire.paths() == ["/page"] * attempts + ["/good"]
    assert good.body == PAGE


CURED = {
    "reset once": [cut(b"", reset=True), ok(PAGE)],
    "cut once": [cut(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nxx"), ok(PAGE)],
    "flapping": [ok(status="500 Oops"), ok(status="502 Bad Gateway"), ok(PAGE)],
    "silent once": [silence, ok(PAGE)],
    "told to wait": [ok(b"", "Retry-After: 0", status="429 Slow"), ok(PAGE)],
}


@pytest.mark.parametrize("name", CURED)
async def test_what_waiting_cures_is_cured(name, tmp_path):
    async with (
        RawServer({"/page": list(CURED[name])}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        response = (await fetcher.get(link("http://outlet.test/page"), delay_seconds=0)).response

    assert response.body == PAGE
    assert response.attempt == len(CURED[name]) == len(wire.paths())


CODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "Deflate": DEFLATED,
    "gzip, identity": gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:]),
    "utf-8": PAGE,
}


@pytest.mark.parametrize("coding", CODED)
async def test_a_coding_is_undone(coding, tmp_path):
    async with (
        RawServer({"/page": coded(CODED[coding], coding)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        response = (await fetcher.get(link("http://outlet.test/page"), delay_seconds=0)).response

    assert response.body == PAGE
    assert response.header("content-encoding") == coding
    assert wire.requests[-1].headers["accept-encoding"] == "gzip, deflate"


async def test_header_values_of_any_bytes_are_kept_and_never_printed_raw(tmp_path):
    answer = ok(PAGE, "X-Evil: \x1b[31m\xff\xfe red", status="418 I'm \x1b[2J")
    async with RawServer({"/page": answer}) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        failed = await failure(fetcher.get(link("http://outlet.test/page"), delay_seconds=0))

    assert str(failed).isascii()
    assert str(failed).isprintable()
    assert printable("\x1b[31m\nred\u202e") == "\\x1b[31m\\nred\\u202e"


NO_IDNA = "http://xn--a.test/"  # a name that can be asked for and cannot be decoded


async def test_a_host_that_is_no_idna_name_is_asked_like_any_other(tmp_path):
    async with (
        RawServer({"/": ok(PAGE), "/page": to(NO_IDNA)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        for url in (NO_IDNA, "http://outlet.test/page"):
            answer = (await fetcher.get(link(url), delay_seconds=0)).response

            assert (answer.url, answer.body) == (NO_IDNA, PAGE)
        assert fetcher.delay_seconds(NO_IDNA) == 0
        assert fetcher.trusts_validators(NO_IDNA)


async def nowhere(host, port):
    raise OSError("no such name")


@pytest.mark.parametrize(
    "target",
    ["http://xn--a.test/", "http://a..test/", f"http://{'a' * 64}.test/", "http://[::1", "//["],
)
async def test_an_odd_name_in_a_redirect_or_a_robots_txt_is_a_failure_of_that_fetch(
    target, tmp_path
):
    robots = {"/robots.txt": ok(f"Sitemap: {target}\nSitemap: /peta.xml".encode())}
    async with (
        RawServer({"/page": to(target), "/ok": ok(PAGE), **robots}) as wire,
        Fetcher(
            settings(wire, tmp_path, connect_to={"outlet.test": ("127.0.0.1", wire.port)}),
            resolve=nowhere,
        ) as fetcher,
    ):
        await failure(fetcher.get(link("http://outlet.test/page"), delay_seconds=0))
        await failure(fetcher.get(link(target), delay_seconds=0))
        listed, _ = await fetcher.sitemaps(link("http://outlet.test/"), delay_seconds=0)

        assert "http://outlet.test/peta.xml" in listed
        assert (
            await fetcher.get(link("http://outlet.test/ok"), delay_seconds=0)
        ).response.body == PAGE


async def test_an_unexpected_error_is_a_failure_of_that_fetch_and_names_its_type(tmp_path):
    def stumble(requested_link, response):
        if requested_link.kind == "page":
            raise LookupError("not in the table")

    async with (
        RawServer({"/page": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path), record=stumble) as fetcher,
    ):
        failed = await failure(fetcher.get(link("http://outlet.test/page"), delay_seconds=0))

    assert failed.reason is Reason.PROTOCOL
    assert failed.detail.startswith("LookupError: not in the table (")


async def test_thirty_hops_end_at_the_sixth(tmp_path):
    hops = {f"/{n}": to(f"/{n + 1}") for n in range(30)}
    async with RawServer(hops) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        failed = await failure(fetcher.get(link("http://outlet.test/0"), delay_seconds=0))

    assert failed.reason is Reason.REDIRECT
    assert wire.paths() == ["/0", "/1", "/2", "/3", "/4", "/5"]
    assert failed.redirects == tuple(f"http://outlet.test/{n}" for n in range(6))


LED_ON = {
    "no gzip": ok(b"pindah", "Location: /page", "Content-Encoding: gzip", status="301 Moved"),
    "cut": cut(b"HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 90\r\n\r\nxx"),
    "too large": ok(b"", "Location: /page", status="307 There").replace(
        b"Length: 0", b"Length: 9000000"
    ),
    "endless": trickle(b"HTTP/1.1 308 There\r\nLocation: /page\r\n\r\n"),
}


@pytest.mark.parametrize("body", LED_ON)
async def test_a_redirect_is_followed_whatever_its_body_is(body, tmp_path):
    async with (
        RawServer({"/old": LED_ON[body], "/page": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        response = (await fetcher.get(link("http://outlet.test/old"), delay_seconds=0)).response

    assert (response.body, response.redirects) == (PAGE, ("http://outlet.test/old",))
    assert wire.paths() == ["/old", "/page"]


TOO_MUCH = {
    "another answer": (ok(PAGE) + ok(b"<html>dari siapa?</html>"), PAGE),
    "more than it announced": (ok(PAGE).replace(b"Length: %d" % len(PAGE), b"Length: 9"), PAGE[:9]),
    "a body with 304": (ok(PAGE, status="304 Not Modified"), b""),
    "chunks and more": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n%b\r\n0\r\n\r\nlagi" % PAGE[:9],
        PAGE[:9],
    ),
}


@pytest.mark.parametrize("case", TOO_MUCH)
async def test_what_a_server_says_beyond_an_answer_is_no_answer_to_the_next_request(case, tmp_path):
    answer, body = TOO_MUCH[case]
    async with (
        RawServer({"/much": answer, "/page": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        first = (
            await fetcher.get(link("http://outlet.test/much"), delay_seconds=0, etag='"a"')
        ).response
        second = (await fetcher.get(link("http://outlet.test/page"), delay_seconds=0)).response

    assert first.body == body
    assert (second.status, second.body) == (200, PAGE)


async def test_a_circle_of_redirects_is_gone_round_once(tmp_path):
    circle = {"/a": to("/b"), "/b": to("HTTP://OUTLET.test/a#x")}
    async with RawServer(circle) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        failed = await failure(fetcher.get(link("http://outlet.test/a"), delay_seconds=0))

    assert failed.reason is Reason.REDIRECT
    assert wire.paths() == ["/a", "/b"]


def certificate(name: str, *, days: int = 1):
    """A key, and a certificate that names itself its authority, both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    built = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - dt.timedelta(days=9)).not_valid_after(
        now + dt.timedelta(days=days)
    )
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    signed = built.sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + signed.public_bytes(serialization.Encoding.PEM)


def tls(tmp_path, name: str, *, days: int = 1):
    """The server's side, and a client that trusts exactly this certificate."""
    pem = tmp_path / "server.pem"
    pem.write_bytes(certificate(name, days=days))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))


TLS = {
    "trusted": ("outlet.test", 1, True, None),
    "self-signed": ("outlet.test", 1, False, Reason.TLS),
    "expired": ("outlet.test", -1, True, Reason.TLS),
    "wrong name": ("other.test", 1, True, Reason.TLS),
}


@pytest.mark.parametrize("name", TLS)
async def test_n14_a_certificate_is_checked_against_the_name(name, tmp_path):
    subject, days, trusted, reason = TLS[name]
    server, client = tls(tmp_path, subject, days=days)
    async with RawServer({"/page": ok(PAGE)}, tls=server) as wire:
        given = settings(wire, tmp_path, ssl_context=client if trusted else None)
        async with Fetcher(given) as fetcher:
            getting = fetcher.get(link("https://outlet.test/page"), delay_seconds=0)
            found = (await failure(getting)).reason if reason else await getting

    assert (found is reason) if reason else (found.response.body == PAGE)
    assert {each.path for each in wire.requests} == (set() if reason else {"/robots.txt", "/page"})


async def test_n14_https_to_an_http_port_is_tls_and_http_is_not_tried(tmp_path):
    async with RawServer(hears=False) as wire, Fetcher(settings(wire, tmp_path)) as fetcher:
        failed = await failure(fetcher.get(link("https://outlet.test/page"), delay_seconds=0))

    assert failed.reason is Reason.TLS
    assert wire.connections == 1


async def test_n12_a_host_that_is_down_is_a_connect_failure(tmp_path):
    async with RawServer() as wire:
        given = settings(wire, tmp_path)
    async with Fetcher(given) as fetcher:
        failed = await failure(fetcher.get(link("http://outlet.test/page"), delay_seconds=0))

    assert failed.reason is Reason.CONNECT
    assert failed.attempts == 4


def memory_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


HOSTILE = {
    "1 GiB of nothing, gzipped": coded(gzip.compress(bytes(2**26), 9) * 16, "gzip"),
    "just under the ratio": coded(
        gzip.compress(os.urandom(400_000) + bytes(70_000_000), 9), "gzip"
    ),
    "endless": trickle(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 500_000, 0),
    "honest 60 MB": trickle(
        b"HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n", b"x" * 500_000, 0
    ),
    "two framings, endless": trickle(
        CHUNKED[:-2] + b"Content-Length: 9\r\n\r\n", b"x" * 500_000, 0
    ),
    "headers without end": trickle(b"HTTP/1.1 200 OK\r\n", b"X-Y: " + b"a" * 60_000 + b"\r\n", 0),
}


@pytest.mark.parametrize("kind", ["page", "feed"])
async def test_hostile_bodies_cost_less_than_64_mb(kind, tmp_path):
    budgets = Budgets(backoff_seconds=0.01, backoff_max_seconds=0.01, breaker_failures=1000)
    routes = {f"/{n}": answer for n, answer in enumerate(HOSTILE.values())}
    async with (
        RawServer(routes) as wire,
        Fetcher(settings(wire, tmp_path, budgets=budgets)) as fetcher,
    ):
        await failure(fetcher.get(link("http://outlet.test/none"), delay_seconds=0))
        before = memory_mb("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
        kept = [
            await failure(fetcher.get(link(f"http://outlet.test{path}", kind), delay_seconds=0))
            for path in routes
        ]

    assert memory_mb("VmHWM") - before < 64
    assert {failed.reason for failed in kept} == {Reason.TOO_LARGE, Reason.PROTOCOL}


async def test_a_failure_survives_pickling(tmp_path):
    async with (
        RawServer({"/page": ok(status="404 Not Found")}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        failed = await failure(fetcher.get(link("http://outlet.test/page"), delay_seconds=0))

    copy = pickle.loads(pickle.dumps(failed))

    assert isinstance(copy, FetchFailed)
    assert vars(copy) == vars(failed)


async def test_a_cancelled_fetch_leaves_the_host_to_others(tmp_path):
    async with (
        RawServer({"/slow": silence, "/page": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        task = asyncio.create_task(fetcher.get(link("http://outlet.test/slow"), delay_seconds=0))
        await asyncio.sleep(0.15)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        response = (await fetcher.get(link("http://outlet.test/page"), delay_seconds=0)).response

    assert response.body == PAGE
    assert SMALL.attempts == 4


@pytest.mark.parametrize(
    ("headers", "reason", "blame"),
    [
        ((), Reason.SERVER_ERROR, Blame.HOST),
        ((("Retry-After", "5"),), Reason.RATE_LIMITED, Blame.PAGE),
    ],
)
def test_a_server_error_that_says_when_to_come_back_is_a_wait(headers, reason, blame):
    fault = fault_of(response("x", status=503, headers=headers), conditional=False)

    assert (fault.reason, fault.blame) == (reason, blame)


async def test_a_402_names_its_price_and_holds_the_host_like_a_block(tmp_path):
    answer = ok(b"", "crawler-price: USD 0.01", status="402 Payment Required")
    budgets = replace(SMALL, breaker_failures=2)
    async with (
        RawServer({"/page": answer}) as wire,
        Fetcher(settings(wire, tmp_path, budgets=budgets)) as fetcher,
    ):
        url = "http://outlet.test/page"
        failed = [await failure(fetcher.get(link(url), delay_seconds=0)) for _ in range(3)]
        with fetcher._hosts.file("outlet.test") as host_file:
            state = host_file.read()

    assert [each.reason for each in failed] == [Reason.PAYMENT_REQUIRED] * 2 + [Reason.BREAKER]
    assert failed[0].detail == "402, payment required; crawler-price: USD 0.01"
    assert state.blocked_since > 0
    assert len(wire.paths()) == 2
