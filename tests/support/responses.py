"""An outlet of the hostile site, and what its responses are made of: bytes, plays, invented articles."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import random
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

from kliping.newsroom.edition import WIB

REMEMBERED = 64 * 1024  # of an answer, for its status and headers
FIRST_STORY = datetime(2026, 10, 1, 7, tzinfo=WIB)
ROBOTS = b"User-agent: *\nDisallow: /rahasia/\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
LONG = HEAD + b"Content-Length: 50000\r\n\r\n<html><body><article><h1>Terputus</h1>"
TAG_TIME = int.from_bytes(
    b"<a\0\0", "little"
)  # in a gzip header it looks like a tag without an end
BOMB = gzip.compress(bytes(40 * 2**20), 9, mtime=TAG_TIME)


@dataclass
class Line:
    """A connection, and the first bytes that were sent on it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    response: bytearray = field(default_factory=bytearray)
    last_at: float = field(default_factory=time.monotonic)  # when either side last did anything

    async def send(self, data: bytes) -> None:
        self.response += data[: REMEMBERED - len(self.response)]
        self.writer.write(data)
        await self.writer.drain()
        self.last_at = time.monotonic()

    async def hang(self) -> None:
        """Send nothing more until the client closes."""
        with contextlib.suppress(OSError):
            while await self.reader.read(4096):
                pass
        self.last_at = time.monotonic()

    def reset(self) -> None:
        self.writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.writer.transport.abort()


Play = Callable[[Line], Awaitable[None]]  # the connection ends with it


@dataclass(frozen=True, slots=True)
class Dynamic:
    """An answer computed from the headers of the request and the number of the visit."""

    answer: Callable[[Mapping[str, str], int], bytes]


Answer = bytes | Play | Dynamic | list[Any]  # a list: one after the other, the last for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A host with one fault. Its feed announces `pages`, then the good ones, in the order in which they are requested."""

    name: str
    pages: Mapping[str, Answer] = field(default_factory=dict)
    others: Mapping[str, Answer] = field(
        default_factory=dict
    )  # what the feed does not announce: robots.txt, further channels
    n_good: int = 2
    more_good: tuple[
        str, ...
    ] = ()  # further paths of articles without a fault, which other channels announce
    good_first: bool = False  # where the trouble ends all further asking
    discover: Mapping[str, Any] = field(
        default_factory=dict
    )  # paths or addresses; the feed where it says nothing
    url: str | None = None  # the source's pattern for articles
    delay_seconds: float = 0.2
    scheme: str = "http"

    @property
    def home(self) -> str:
        return f"{self.scheme}://{self.name}.test"

    @property
    def usual(self) -> list[str]:
        return [f"/berita/{900 + n}/kabar-baik-dari-{self.name}-{n}" for n in range(self.n_good)]

    @property
    def good(self) -> list[str]:
        return [*self.usual, *self.more_good]

    @property
    def announced(self) -> list[str]:
        return [*self.usual, *self.pages] if self.good_first else [*self.pages, *self.usual]

    def data(self) -> dict[str, Any]:
        """The content of its source file."""
        discover = {
            key: _whole(self.home, value)
            for key, value in (self.discover or {"feeds": ["/feed"]}).items()
        }
        data = {
            "name": self.name,
            "title": f"Kabar {self.name.capitalize()}",
            "home": f"{self.home}/",
            "discover": discover,
        }
        return (
            data
            | {"fetch": {"delay_seconds": self.delay_seconds}}
            | ({"article": [{"url": self.url}]} if self.url else {})
        )

    def routes(self) -> dict[str, Answer]:
        usual: dict[str, Answer] = {
            "/robots.txt": http(ROBOTS, kind="text/plain"),
            "/feed": http(rss(self.home, self.announced), kind="application/rss+xml"),
            "/": http(front(self.announced)),
        }
        return (
            usual
            | {path: http(new_article(self.name, path)) for path in self.good}
            | dict(self.pages)
            | dict(self.others)
        )


def _whole(home: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_whole(home, item) for item in value]
    return f"{home}{value}" if value.startswith("/") else value


def http(
    body: bytes = b"", *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> bytes:
    lines = "".join(f"{header}\r\n" for header in headers)
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode(
            "latin-1"
        )
        + body
    )


def to(target: str, status: str = "302 Found") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nLocation: {target}\r\n\r\n".encode()


def encoded(body: bytes, coding: str) -> bytes:
    return http(body, f"Content-Encoding: {coding}")


async def silence(line: Line) -> None:
    await line.hang()


def trickle(start: bytes, drop: bytes = b"x", seconds: float = 0.1) -> Play:
    """Sends a little again and again, without end."""

    async def play(line: Line) -> None:
        await line.send(start)
        gone = asyncio.ensure_future(line.hang())
        while not gone.done():
            await line.send(drop)
            await asyncio.wait([gone], timeout=seconds)

    return play


def cut(start: bytes, *, reset: bool = False) -> Play:
    """Sends the start, then closes or resets the connection."""

    async def play(line: Line) -> None:
        await line.send(start)
        await asyncio.sleep(0.02)
        if reset:
            line.reset()

    return play


SUBJECTS = (
    "Kepala Desa",
    "Camat",
    "Ketua koperasi nelayan",
    "Petugas posko",
    "Ketua kelompok tani",
    "Juru bicara puskesmas",
    "Pengurus pasar",
)
PLACES = (
    "Muara Batin",
    "Tanjung Lesung Lama",
    "Pasir Kuda",
    "Lubuk Gading",
    "Sungai Kapas",
    "Bukit Randu",
    "Teluk Manis",
    "Kampung Sirih",
)
DEEDS = (
    "membagikan {n} karung beras kepada warga yang rumahnya terendam sejak akhir pekan",
    "mencatat {n} perahu kembali melaut setelah gelombang tinggi mereda pada pagi hari",
    "memperbaiki {n} meter saluran air agar sawah di hilir kembali mendapat giliran",
    "menyatakan {n} murid sudah kembali belajar di ruang kelas yang baru dicat",
    "menghitung kerugian pedagang mencapai {n} juta rupiah akibat pasokan yang terlambat",
    "menyiapkan {n} relawan untuk menjaga penyeberangan selama arus pulang kampung",
    "meminta {n} keluarga menunggu hasil pemeriksaan sumur sebelum meminum airnya lagi",
)


def mark(outlet: str, path: str) -> str:
    """A phrase that no other article has."""
    return f"berkas {outlet} {path.strip('/').replace('/', ' ')}"


def new_article(
    outlet: str, path: str, head: str = "", *, n_sentences: int = 9, tail: str = ""
) -> bytes:
    """An invented article in Indonesian, the same for the same address."""
    dice = random.Random(f"{outlet}{path}")
    sentences = [
        f"{dice.choice(SUBJECTS)} {dice.choice(PLACES)} {dice.choice(DEEDS).format(n=dice.randrange(20, 900))}."
        for _ in range(n_sentences)
    ]
    sentences.append(f"Keterangan itu tercatat dalam {mark(outlet, path)}.")
    headline = f"Warga {dice.choice(PLACES)} menata hari setelah air surut, {path.strip('/').rpartition('/')[2].replace('-', ' ')}"
    body = "\n".join(
        f"<p>{' '.join(sentences[n : n + 3])}</p>" for n in range(0, len(sentences), 3)
    )
    title = escape(headline)
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title}</title>{head}</head>\n'
        f'<body><article><h1>{title}</h1><time datetime="{when(outlet):%Y-%m-%dT%H:%M:%S+07:00}"></time>\n'
        f"{body}\n{tail}</article></body></html>"
    ).encode()


def when(outlet: str) -> datetime:
    return FIRST_STORY + timedelta(hours=len(outlet))


def page(text: str, title: str = "Kabar") -> bytes:
    """An HTML page with these words."""
    return f'<!doctype html><html lang="id"><head><title>{title}</title></head><body>{text}</body></html>'.encode()


def front(paths: Iterable[str]) -> bytes:
    """A front page: many teasers, no article."""
    dice = random.Random(4)
    teasers = (
        f'<div><h3><a href="{path}">{dice.choice(SUBJECTS)} {dice.choice(PLACES)} {dice.choice(DEEDS).format(n=n)}</a></h3>'
        f"<p>{dice.choice(SUBJECTS)} {dice.choice(DEEDS).format(n=n + 7)}.</p></div>"
        for n, path in enumerate([*paths, *(f"/kanal/{n}/arsip" for n in range(12))], 20)
    )
    return page("\n".join(teasers), "Terkini")


def rss(
    home: str, paths: Iterable[str], head: str = '<?xml version="1.0" encoding="UTF-8"?>'
) -> bytes:
    """A feed whose first entry is the newest. An entry may be a path, or an address of any kind."""
    items = "\n".join(
        item(path if ":" in path.split("/")[0] else home + path, n) for n, path in enumerate(paths)
    )
    return f"{head}<rss version='2.0'><channel><title>Kabar</title><link>{home}/</link>\n{items}\n</channel></rss>".encode()


def item(url: str, n: int, more: str = "") -> str:
    dated = format_datetime(FIRST_STORY - timedelta(minutes=n))
    return f"<item><title>Kabar ke-{n}</title><link>{escape(url)}</link><pubDate>{dated}</pubDate>{more}</item>"


def urlset(home: str, paths: Iterable[str], n_days: int = 30) -> bytes:
    body = "".join(
        f"<url><loc>{home}{path}</loc><lastmod>2026-10-{1 + n % n_days:02}</lastmod></url>"
        for n, path in enumerate(paths)
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</urlset>'.encode()


def sitemapindex(addresses: Iterable[str]) -> bytes:
    body = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</sitemapindex>'.encode()
