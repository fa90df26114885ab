"""A synthetic site on loopback, in a process of its own: 100 kB pages, hostile bodies, and a log of when each host was asked."""

from __future__ import annotations

import asyncio
import functools
import gzip
import json
import random
import sys
import time
from collections import defaultdict
from typing import ClassVar

PAGE_BYTES = 100_000
WORDS = (
    "warga",
    "kota",
    "harga",
    "pemerintah",
    "sungai",
    "tahun",
    "sekolah",
    "laporan",
    "menteri",
    "pasar",
    "banjir",
    "petani",
)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
FILLER = bytes(500_000)


def page() -> bytes:
    """About a news page's mix: words over markup, which gzip makes five times smaller."""
    chance = random.Random(1)  # the same page every time
    text = ""
    while len(text) < PAGE_BYTES:
        words = " ".join(f"{chance.choice(WORDS)}{chance.randrange(1000)}" for _ in range(40))
        text += f'<div class="row r{chance.randrange(10**9)}"><p>{words}</p><a href="/read/{chance.randrange(10**9)}">baca</a></div>\n'
    return f"<!doctype html><html><body>{text}</body></html>".encode()[:PAGE_BYTES]


def whole(body: bytes, *headers: str) -> bytes:
    return (
        OK
        + "".join(f"{h}\r\n" for h in (*headers, f"Content-Length: {len(body)}")).encode()
        + b"\r\n"
        + body
    )


@functools.cache
def fixed() -> dict[str, bytes]:
    packed = "Content-Encoding: gzip"
    just_under = gzip.compress(random.Random(2).randbytes(400_000) + bytes(70_000_000), 9)
    return {
        "/robots.txt": whole(b"User-agent: *\nDisallow: /private/\n"),
        "/bomb": whole(gzip.compress(bytes(2**26), 9) * 16, packed),
        "/under-the-ratio": whole(just_under, packed),
        "/many-headers": OK + b"X-Y: aaaaaaaa\r\n" * 6000 + b"\r\n",
    }


# What is sent first, and what is sent for ever after.
ENDLESS = {
    "/endless": (OK + b"\r\n", FILLER),
    "/announced": (OK + b"Content-Length: 60000000\r\n\r\n", FILLER),
    "/two-framings": (OK + b"Transfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n", FILLER),
    "/endless-chunks": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n",
        b"7a120\r\n" + FILLER + b"\r\n",
    ),
    "/endless-chunk-size": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1" * 500_000),
    "/endless-headers": (OK, b"X-Y: " + b"a" * 60_000 + b"\r\n"),
    "/one-endless-header": (OK + b"X-Y: ", b"a" * 500_000),
}
HOSTILE = ("/bomb", "/under-the-ratio", "/many-headers", *ENDLESS)


class Site(asyncio.Protocol):
    request_times: ClassVar[defaultdict[str, list[float]]] = defaultdict(list)
    page = whole(gzip.compress(page(), 6), "Content-Encoding: gzip")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.held, self.more, self.open = transport, b"", b"", True

    def data_received(self, data: bytes) -> None:
        self.held += data
        if not self.held.endswith(b"\r\n\r\n"):
            return
        line, *headers = self.held.decode("latin-1").split("\r\n")
        path, self.held = line.split(" ")[1], b""
        host = next(h[5:].strip() for h in headers if h.lower().startswith("host:"))
        if path == "/log":
            self.transport.write(whole(json.dumps(self.request_times).encode()))
            self.request_times.clear()
            return
        if path != "/robots.txt":
            self.request_times[host].append(time.monotonic())
        if path in ENDLESS:
            start, self.more = ENDLESS[path]
            self.transport.write(start)
            self.resume_writing()
        else:
            self.transport.write(self.answer(host, path))

    def answer(self, _host: str, path: str) -> bytes:
        return self.page if path.startswith("/page") else fixed()[path]

    def pause_writing(self) -> None:
        self.open = False

    def resume_writing(self) -> None:
        self.open = True
        asyncio.get_running_loop().call_soon(
            self.pour
        )  # a write that fails inside this call would end the connection twice

    def pour(self) -> None:
        while self.more and self.open and not self.transport.is_closing():
            self.transport.write(self.more)


async def serve(site: type[Site]) -> None:
    """On a port that is printed, until whoever started this process is gone."""
    server = await asyncio.get_running_loop().create_server(site, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    fixed()
    asyncio.run(serve(Site))
