"""The newsroom on a loopback port: the smallest HTTP/1.1 server that validators, keep-alive and HEAD need."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import NamedTuple, Self

from flows.newsroom.edition import HOSTS, WIB, Answer, rfc822
from flows.newsroom.pages import answer

NOW = datetime(
    2026, 11, 22, 12, 0, tzinfo=WIB
)  # the newsroom's noon: equal visits must see equal bytes, on any day
LOOPBACK = "127.0.0.1"


class Request(NamedTuple):
    """One line of the log; times are the monotonic clock's."""

    at: float
    host: str
    method: str
    target: str
    status: int
    headers: dict[str, str]
    ended_at: float
    answered: dict[str, str]  # the headers of the answer
    body: bytes = b""  # of the answer, where it is a robots.txt
    beside: int = 0  # requests of the same host that had no answer yet when it came


class Newsroom:
    """`async with Newsroom() as site:` – three outlets on one port, told apart by the Host header."""

    hosts = HOSTS

    def __init__(self, port: int = 0, now: datetime = NOW, visit: int = 1) -> None:
        if now.tzinfo is None:
            raise ValueError("now must carry a zone, such as 2026-11-22T12:00+07:00")
        self.port, self.now, self.visit = port, now, visit
        self.requests: list[Request] = []
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._under_way: Counter[str] = Counter()

    @property
    def connect_to(self) -> dict[str, tuple[str, int]]:
        """Where each host is: what stands in for the name service."""
        return dict.fromkeys(self.hosts, (LOOPBACK, self.port))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def serve_forever(self) -> None:
        assert self._server, "enter the newsroom first"
        await self._server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            with contextlib.suppress(
                ConnectionError,
                asyncio.IncompleteReadError,
                asyncio.LimitOverrunError,
                asyncio.CancelledError,
            ):
                while await self._one(reader, writer):
                    pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = head.rstrip().split("\r\n")
        method, target, _ = line.split(" ", 2)
        headers = {
            name.lower(): value.strip() for name, _, value in (h.partition(":") for h in rest)
        }
        await reader.readexactly(int(headers.get("content-length", "0")))
        host = headers.get("host", "").partition(":")[0].lower()
        at, beside = time.monotonic(), self._under_way[host]
        self._under_way[host] += 1
        said = self.respond(host, method, target, headers)
        close = headers.get("connection", "").lower() == "close"
        answer = _wire(said, self.now, with_body=method != "HEAD", close=close)
        writer.write(answer)
        await writer.drain()
        self._under_way[host] -= 1
        body = said.body if target == "/robots.txt" else b""
        self.requests.append(
            Request(
                at,
                host,
                method,
                target,
                said.status,
                headers,
                time.monotonic(),
                understood(answer)[1],
                body,
                beside,
            )
        )
        return not close

    def respond(self, host: str, method: str, target: str, headers: dict[str, str]) -> Answer:
        """The answer, made conditional by the request's validators."""
        if method not in {"GET", "HEAD"}:
            return Answer(status=405, headers=(("Allow", "GET, HEAD"),))
        said = answer(host, target, now=self.now, visit=self.visit)
        if said.status == HTTPStatus.OK and _unchanged(said, headers):
            return Answer(
                status=304,
                content_type=said.content_type,
                modified=said.modified,
                headers=(("ETag", etag(said)),),
            )
        return said


def etag(said: Answer) -> str:
    return f'"{hashlib.sha256(said.body).hexdigest()[:20]}"'


def _unchanged(said: Answer, headers: dict[str, str]) -> bool:
    """If-None-Match decides alone where it is sent (RFC 9110 §13.1.3)."""
    if given := headers.get("if-none-match"):
        return given.strip() == "*" or etag(said) in {
            tag.strip().removeprefix("W/") for tag in given.split(",")
        }
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return said.modified is not None and said.modified <= since


def _wire(said: Answer, now: datetime, *, with_body: bool, close: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {said.status} {HTTPStatus(said.status).phrase}",
        f"Date: {_gmt(now)}",
        "Server: newsroom",
    ]
    lines += [f"{name}: {value}" for name, value in said.headers]
    if said.status == HTTPStatus.OK:
        lines += [f"ETag: {etag(said)}", "Cache-Control: max-age=0, must-revalidate"]
    if said.modified and said.status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        lines.append(f"Last-Modified: {_gmt(said.modified)}")
    if said.status != HTTPStatus.NOT_MODIFIED:
        lines += [f"Content-Type: {said.content_type}", f"Content-Length: {len(said.body)}"]
    lines += ["Connection: close"] if close else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (said.body if with_body else b"")


def understood(answer: bytes) -> tuple[int, dict[str, str]]:
    """The status and the headers of an answer; 0 and none where it is not HTTP."""
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    status = re.match(r"HTTP/1\.\d (\d{3})\b", head)
    lines = (line.partition(":") for line in head.split("\r\n")[1:])
    return (int(status[1]) if status else 0), {
        name.lower(): value.strip() for name, _, value in lines
    }


def _gmt(when: datetime) -> str:
    return rfc822(when.astimezone(UTC)).replace("+0000", "GMT")
