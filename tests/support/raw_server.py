"""A loopback server that sends any bytes, and logs every request."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from flows.http.errors import FetchFailed
from flows.http.limits import Budget, Budgets, FetchSettings
from parsers.article import Link


@dataclass(frozen=True)
class ReceivedRequest:
    path: str
    host: str
    headers: Mapping[str, str]
    began_at: float  # monotonic
    connection: int


Play = Callable[[asyncio.StreamWriter], Awaitable[None]]
Answer = bytes | Play | list[Any]


def ok(body: bytes = b"<html>berita</html>", *headers: str, status: str = "200 OK") -> bytes:
    lines = "".join(f"{header}\r\n" for header in headers)
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode("latin-1") + body
    )


def to(target: str, status: str = "302 Found") -> bytes:
    return ok(b"", f"Location: {target}", status=status)


@dataclass
class RawServer:
    """Answers by path; of a list one for each request, the last for all further ones. Without a route, robots.txt is a 404."""

    routes: dict[str, Answer] = field(default_factory=dict)
    hears: bool = True  # otherwise it takes TLS for bad HTTP, as plain servers do
    tls: ssl.SSLContext | None = None
    requests: list[ReceivedRequest] = field(default_factory=list)
    ended_at: list[float] = field(default_factory=list)
    connections: int = 0

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def paths(self) -> list[str]:
        """The requested paths, without robots.txt."""
        return [request.path for request in self.requests if request.path != "/robots.txt"]

    def gaps(self) -> list[float]:
        return [
            b.began_at - a.began_at for a, b in zip(self.requests, self.requests[1:], strict=False)
        ]

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.ensure_future(self._talk(reader, writer, self.connections))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while head := await reader.readuntil(b"\r\n\r\n" if self.hears else b"\x16"):
                if not self.hears:
                    writer.write(ok(status="400 Bad Request"))
                    break
                began_at = time.monotonic()
                first, *lines = head.decode("latin-1").strip().split("\r\n")
                headers = {
                    k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)
                }
                path = first.split()[1]
                self.requests.append(
                    ReceivedRequest(path, headers.get("host", ""), headers, began_at, number)
                )
                answer = self.routes.get(path, ok(b"", status="404 Not Found"))
                if isinstance(answer, list):
                    answer = answer.pop(0) if len(answer) > 1 else answer[0]
                if not isinstance(answer, bytes):
                    await answer(writer)
                    break
                writer.write(answer)
                await writer.drain()
                self.ended_at.append(time.monotonic())
        writer.close()


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


def trickle(start: bytes, drop: bytes = b"x", seconds: float = 0.05) -> Play:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(seconds)

    return answer


def cut(start: bytes, *, reset: bool = False) -> Play:
    """Sends the start, then closes or resets the connection."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await writer.drain()
        await asyncio.sleep(0.02)
        if reset:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

    return answer


SMALL = Budgets(
    page=Budget(total_seconds=1.2, wire_bytes=200_000, decoded_bytes=400_000),
    robots=Budget(total_seconds=1.2, wire_bytes=512 * 1024, decoded_bytes=1024 * 1024, cut=True),
    read_seconds=0.3,
    connect_seconds=1.0,
    dns_seconds=0.2,
    ratio_after=100_000,
    backoff_seconds=0.01,
    backoff_max_seconds=0.02,
    breaker_failures=1000,
)


def settings(wire: RawServer, locks: Path, **values: Any) -> FetchSettings:
    """All hosts under .test lead to the server, which the operator allows."""
    given = {
        "allow_private": frozenset({("127.0.0.1", wire.port)}),
        "connect_to": {"*.test": ("127.0.0.1", wire.port)},
        "budgets": SMALL,
        "contact": "redaksi@example.org",
        "seed": 1,
    }
    return FetchSettings(locks=locks, **given | values)


def link(url: str, kind: str = "page") -> Link:
    return Link(url=url, source_id="outlet", kind=kind)


async def failure(getting: Awaitable[object]) -> FetchFailed:
    """The FetchFailed that the awaitable ends in."""
    try:
        answer = await getting
    except FetchFailed as failed:
        return failed
    raise AssertionError(f"should have failed, but answered {answer!r:.200}")
