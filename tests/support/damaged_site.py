"""A site that is damaged at random: one good outlet, and four whose responses are damaged.

A response depends on the seed, its address and the number of earlier requests for it, so a seed gives the same site again.
"""

from __future__ import annotations

import asyncio
import gzip
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from support.damage import (
    DATA,
    ODD,
    TRAPS,
    bomb,
    cut,
    flip,
    insert,
    mix,
    nest,
    retag,
    shuffle,
    untag,
)
from support.hostile_site import HostileSite
from support.responses import (
    BOMB,
    Line,
    Outlet,
    Play,
    front,
    http,
    new_article,
    rss,
    sitemapindex,
    urlset,
)

GOOD = "baik"
KINDS = {  # what each of the others announces its pages by
    "umpan": {"feeds": ["/feed/0", "/feed/1", "/feed/2"]},
    "peta": {"sitemaps": ["/induk.xml"]},
    "indeks": {"index": ["/daftar?p={page}", "/indeks/{date:%Y-%m-%d}"]},
    "robot": {"feeds": ["/feed/0"], "wordpress": "/wp-json/wp/v2/posts"},
}
N_HOSTS = 10  # of an outlet: a host that wants to be left alone takes only its own pages along

ODD_ADDRESSES = (
    "http://xn--a.test/", "http://xn--a.{host}/x", "http://a..{host}/", "http://[::1", "http://[::1]/", "http://[v1.x]/", "//[", "http://",
    "http://{long}.test/", "http://{host}:99999/", "http://{host}:-1/", "http://{host}:0/", "http://{host}:٣/", "http://{host}:8080/",
    "http://orang:rahasia@{host}/", "http://{host}\\@baik.test/", "http://{host}%00.baik.test/", "http://127.0.0.1/", "http://2130706433/",
    "http://0x7f.1/", "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/", "file:///etc/passwd", "javascript:alert(1)",
    "data:text/html,x", "ftp://{host}/", "gopher://{host}/", "urn:sha256:00", "mailto:a@{host}", "http:{host}", "http:///x", "///", "?", "#", "",
    "http://baik.test/", "http://baik.test/berita/900/kabar-baik-dari-baik-0", "http://www.baik.test./", "https://baik.test:443/x", "http://baik.test/robots.txt", "http://dalam.baik.test/x",
    "http://umpan.test/x", "http://peta.test/robots.txt", "http://luar.test/", "http://{host}/{long}", "http://{host}/" + "a/" * 60,
    "http://{host}/\ud800", "http://{host}/%zz%", "http://{host}/\x00\x1b[2J", "http://{host}/\u202e", "http://ｂａｉｋ.test/", "http://{host}。/",
    "http://b\u00fccher.test/", "http://\u2024.test/", "http://{host}/../../x?y=%", "http://{host}/?" + "&".join(f"a{n}=1" for n in range(500)),
)  # fmt: skip
STATUSES = (
    "100 Go", "101 Switch", "103 Hints", "199 x", "200", "201 Made", "203 Changed", "204 None", "206 Part", "226 x", "300 Many", "301 There",
    "302 There", "303 There", "304 Same", "305 x", "307 There", "308 There", "399 x", "400 Bad", "401 Who", "402 Pay", "403 No", "404 Gone", "408 Slow",
    "410 Gone", "412 x", "418 Tea", "425 x", "429 Many", "451 Law", "500 Oops", "502 x", "503 Busy", "504 x", "520 x", "599 x", "600 x", "999 x",
    "abc x", "-1 x", "0 x", "2000 x", "٢٠٠ x", "",
)  # fmt: skip
HEADERS = {
    "Retry-After": ("0", "1", "-1", "99999999999999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 99 Okt 9999", "nan", "inf", "1e9", "\x1b"),
    "Content-Type": ("text/html; charset=utf-16", "text/html; charset=x", "application/pdf", "image/png", "text/plain", "application/json", ";", "\xff", "text/html; charset=" + "a" * 5000),
    "Content-Encoding": ("gzip", "deflate", "br", "zstd", "gzip, gzip", "identity", "utf-8", "x-gzip", ",", "\xff"),
    "Content-Length": ("0", "1", "-1", "+5", "1e3", "99999999", "9" * 5000, "5, 5", "abc", "٣", ""),
    "Transfer-Encoding": ("chunked", "gzip, chunked", "identity", "chunked, chunked", "\x0b"),
    "ETag": ('"a"', 'W/"a"', "\x1b]0;x\x07", "a" * 9000, '"', "\u00e9"),
    "Last-Modified": ("Thu, 01 Oct 2026 00:00:00 GMT", "0", "-", "Thu, 01 Oct 99999", "\xff"),
    "Link": ("<{odd}>; rel=canonical", "<{odd}>; rel=next", "<"),
    "Refresh": ("0; url={odd}", "x"),
    "Content-Location": ("{odd}",),
    "Set-Cookie": ("a=b; Domain=baik.test", "\x00"),
    "Server": ("cloudflare", "ddos-guard", "\xff" * 300),
    "cf-mitigated": ("challenge",),
    "tdm-reservation": ("1", "x", "\xff"),
    "X-Robots-Tag": ("noai", "none", "\xff"),
    "": ("x", ""),
    "X\x00Y": ("x",),
    " folded": ("x",),
}  # fmt: skip
TOKENS = (
    b"<loc>", b"</urlset>", b"<sitemapindex>", b"<urlset>", b"<item>", b"</item>", b"<link>", b"<entry>", b"<guid>", b"<![CDATA[", b"]]>", b"<!DOCTYPE rss [<!ENTITY a 'b'>]>",
    b"&a;", b"&#0;", b"<?xml version='1.0' encoding='utf-16'?>", b"User-agent: *\n", b"Disallow: /\n", b"Allow: /*$*$*\n", b"Crawl-delay: 9e9\n", b"Crawl-delay: 50\n", b"Sitemap: ",
    b"\xef\xbb\xbf", b"\xff\xfe", b"{", b"[", b'"', b'{"items": [', b"null", b"</html>", b"<html/>", b"<base href='http://[::1/'>", b"<link rel=next href='?page=2'>",
    b"<link rel=canonical href='http://baik.test/'>", b"<meta http-equiv=refresh content='0; url=http://baik.test/'>", b"2026-10-01", b"9999-99-99T99:99:99Z", b"0000-00-00", b"\x1f\x8b",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """A response that can still be changed."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def sent(self) -> bytes:
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        head = f"HTTP/1.1 {self.status}\r\n{lines}\r\n"
        return head.encode("latin-1", "replace") + self.body


Change = Callable[[Reply, random.Random, str], Reply]


def odd_address(rng: random.Random, host: str) -> str:
    return rng.choice(ODD_ADDRESSES).replace("{host}", host).replace("{long}", "a" * 300)


def status(reply: Reply, rng: random.Random, host: str) -> Reply:
    return replace(reply, status=rng.choice(STATUSES))


def redirect(reply: Reply, rng: random.Random, host: str) -> Reply:
    """A redirect to an odd address, or in a circle."""
    target = rng.choice((odd_address(rng, host), "/lagi", f"/lingkar/{rng.randrange(3)}"))
    code = rng.choice((301, 302, 303, 307, 308))
    return replace(reply, status=f"{code} x", headers=(*reply.headers, ("Location", target)))


def header(reply: Reply, rng: random.Random, host: str) -> Reply:
    name = rng.choice(list(HEADERS))
    value = rng.choice(HEADERS[name]).replace("{odd}", odd_address(rng, host))
    rest = [pair for pair in reply.headers if pair[0] != name or rng.random() < 0.3]
    return replace(reply, headers=(*rest, (name, value)))


def of_body(change: Callable[[bytes, random.Random], bytes]) -> Change:
    def changed(reply: Reply, rng: random.Random, host: str) -> Reply:
        return replace(reply, body=change(reply.body or b"<", rng) or b"<")

    return changed


def addresses(reply: Reply, rng: random.Random, host: str) -> Reply:
    """Replace some of the addresses in a document."""
    parts = reply.body.split(b"http://")
    share = rng.choice((0.05, 0.3, 1.0))
    body = parts[0] + b"".join(
        odd_address(rng, host).encode("utf-8", "replace") + part
        if rng.random() < share
        else b"http://" + part
        for part in parts[1:]
    )
    return replace(reply, body=body)


def compress(reply: Reply, rng: random.Random, host: str) -> Reply:
    """Compress once, twice, in part, or send a bomb."""
    squeezed = gzip.compress(reply.body)
    body = rng.choice(
        (squeezed, squeezed[: len(squeezed) // 2], gzip.compress(squeezed), squeezed * 3, BOMB)
    )
    pair = ("Content-Encoding", rng.choice(("gzip", "gzip", "deflate", "x-gzip")))
    return replace(reply, body=body, headers=(*reply.headers, pair))


def repeat(body: bytes, rng: random.Random) -> bytes:
    start, stop = sorted(rng.randrange(len(body) + 1) for _ in range(2))
    return body[:start] + body[start:stop] * rng.choice((2, 10, 200)) + body[stop:]


def other_kind(reply: Reply, rng: random.Random, host: str) -> Reply:
    """The body of a response of another kind."""
    return replace(reply, body=rng.choice(list(bodies(host, rng).values())))


BODY = (
    flip, cut, untag, retag, shuffle, nest, bomb, mix, repeat, insert(ODD), insert(TRAPS), insert(DATA), insert(list(TOKENS)), insert(list(TOKENS)),
)  # fmt: skip
CHANGES: tuple[Change, ...] = (
    status,
    redirect,
    header,
    header,
    addresses,
    compress,
    other_kind,
    *(of_body(each) for each in BODY),
)


def paths(host: str, n: int) -> list[str]:
    return [
        f"http://s{k % N_HOSTS}.{host}/berita/{n}{k:03}/kabar-ke-{k}-dari-{n}" for k in range(60)
    ]


def bodies(host: str, rng: random.Random) -> dict[str, bytes]:
    """The bodies of an undamaged outlet, by kind."""
    n = rng.randrange(9)
    named = paths(host, n)
    feed = rss("", named).replace(b"<link></link>", b"")
    return {
        "feed": feed,
        "sitemap": urlset("", named),
        "sitemapindex": sitemapindex([f"http://{host}/peta-{k}.xml" for k in range(5)]),
        "index": front(named),
        "page": new_article(
            host, f"/{n}", tail=rng.choice(("", "<a rel=next href='?page=2'>2</a>"))
        ),
        "robots": f"User-agent: *\nDisallow: /rahasia\nSitemap: http://{host}/peta-1.xml\n".encode(),
    }


def reply_for(host: str, target: str, rng: random.Random) -> Reply:
    """The response before it is damaged."""
    domain = ".".join(host.split(".")[-2:])
    digit = sum(map(ord, target)) % 9
    if target == "/robots.txt":
        body = bodies(domain, rng)["robots"]
    elif target.startswith("/feed"):
        body = rss("", paths(domain, digit))
    elif target.endswith("induk.xml"):
        body = bodies(domain, rng)["sitemapindex"]
    elif target.endswith(".xml"):
        body = urlset("", paths(domain, digit))
    elif target.startswith(("/daftar", "/indeks", "/?")) or target == "/":
        body = front(paths(domain, digit))
    else:
        tail = "<a rel='next' href='?page=2'>Selanjutnya</a>" if digit == 0 else ""
        body = new_article(host, target, tail=tail)
    length = ("Content-Length", str(len(body)))
    return Reply("200 OK", (("Content-Type", "text/html; charset=utf-8"), length), body)


class DamagedSite(HostileSite):
    """The good outlet unchanged; of the others nearly every page is damaged, and half of the other responses."""

    def __init__(self, seed: int) -> None:
        good = Outlet(
            name=GOOD,
            n_good=6,
            discover={"feeds": ["/feed"], "sitemaps": ["/peta.xml"]},
            more_good=("/berita/77/dari-peta-saja",),
            others={
                "/peta.xml": http(urlset(f"http://{GOOD}.test", ["/berita/77/dari-peta-saja"]))
            },
            delay_seconds=0.0,
        )
        others = [
            Outlet(name=name, discover=discover, n_good=0, delay_seconds=0.0)
            for name, discover in KINDS.items()
        ]
        super().__init__(chosen=[good, *others])
        self.seed, self.n_mutated = seed, 0
        self.times: Counter[tuple[str, str]] = Counter()

    def _answer(self, host: str, target: str, headers: Mapping[str, str]) -> bytes | Play:
        if host == f"{GOOD}.test":
            return super()._answer(host, target, headers)
        self.times[host, target] += 1
        rng = random.Random(f"{self.seed} {host} {target} {self.times[host, target]}")
        reply = reply_for(host, target, rng)
        is_page = "/berita/" in target
        if rng.random() > (0.95 if is_page else 0.1 if target == "/robots.txt" else 0.5):
            return reply.sent()
        self.n_mutated += 1
        for change in rng.choices(CHANGES, k=rng.choice((1, 1, 2, 3))):
            reply = change(reply, rng, host)
        return _as_play(_with_length(reply, rng), rng)


def _with_length(reply: Reply, rng: random.Random) -> bytes:
    """Mostly with the true length: a wrong one makes the client wait."""
    lengths = [pair for pair in reply.headers if pair[0].lower() != "content-length"]
    if rng.random() < 0.9:
        reply = replace(reply, headers=(*lengths, ("Content-Length", str(len(reply.body)))))
    sent = reply.sent()
    return flip(sent[:400], rng) + sent[400:] if rng.random() < 0.03 else sent


def _as_play(sent: bytes, rng: random.Random) -> Play:
    """Send and close; rarely with a pause, a reset, or only half."""
    way = rng.random()

    async def play(line: Line) -> None:
        if way < 0.01:
            await line.hang()
        await line.send(sent[: len(sent) // 2] if way < 0.03 else sent)
        if way < 0.04:
            await asyncio.sleep(0.02)
            line.reset()

    return play
