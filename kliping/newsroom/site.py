"""The newsroom on a loopback port: a minimal HTTP/1.1 server with validators, keep-alive and HEAD."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import NamedTuple, Self

from kliping.newsroom.edition import HOSTS, WIB, Answer
from kliping.newsroom.pages import answer

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=WIB)  # fixed, so that pages are the same on any day
LOOPBACK = "127.0.0.1"


class Request(NamedTuple):
    """One line of the log; times are of the monotonic clock."""

    at: float
    host: str
    method: str
    target: str
    status: int
    headers: dict[str, str]
    ended_at: float
    response_headers: dict[str, str]
    body: bytes = b""  # of the response, if it is a robots.txt
    n_in_flight: int = 0  # other requests to the same host without a response at its start


class Newsroom:
    """`async with Newsroom() as site:` – three outlets on one port, selected by the Host header."""

    hosts = HOSTS

    def __init__(self, port: int = 0, now: datetime = NOW, visit: int = 1) -> None:
        if now.tzinfo is None:
            raise ValueError("now must carry a zone, such as 2026-11-22T12:00+07:00")
        self.port, self.now, self.visit = port, now, visit
        self.requests: list[Request] = []
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._in_flight: Counter[str] = Counter()

    @property
    def connect_to(self) -> dict[str, tuple[str, int]]:
        """Where each host is, instead of DNS."""
        return dict.fromkeys(self.hosts, (LOOPBACK, self.port))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def serve_forever(self) -> None:
        assert self._server, "enter the newsroom first"
        await self._server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
                while await self._serve_one(reader, writer):
                    pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; returns whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = head.rstrip().split("\r\n")
        method, target, _ = line.split(" ", 2)
        headers = {
            name.lower(): value.strip() for name, _, value in (h.partition(":") for h in rest)
        }
        await reader.readexactly(int(headers.get("content-length", "0")))
        host = headers.get("host", "").partition(":")[0].lower()
        at, n_in_flight = time.monotonic(), self._in_flight[host]
        self._in_flight[host] += 1
        response = self.respond(host, method, target, headers)
        close = headers.get("connection", "").lower() == "close"
        data = _encode(response, self.now, with_body=method != "HEAD", close=close)
        writer.write(data)
        await writer.drain()
        self._in_flight[host] -= 1
        body = response.body if target == "/robots.txt" else b""
        log = (at, host, method, target, response.status, headers, time.monotonic())
        self.requests.append(Request(*log, parse_head(data)[1], body, n_in_flight))
        return not close

    def respond(self, host: str, method: str, target: str, headers: dict[str, str]) -> Answer:
        """The response; a 304 if the request's validators match."""
        if method not in {"GET", "HEAD"}:
            return Answer(status=405, headers=(("Allow", "GET, HEAD"),))
        response = answer(host, target, now=self.now, visit=self.visit)
        if response.status == HTTPStatus.OK and _unchanged(response, headers):
            return Answer(
                status=304,
                content_type=response.content_type,
                modified=response.modified,
                headers=(("ETag", etag(response)),),
            )
        return response


def etag(response: Answer) -> str:
    return f'"{hashlib.sha256(response.body).hexdigest()[:20]}"'


def _unchanged(response: Answer, headers: dict[str, str]) -> bool:
    """Whether the validators match. If-None-Match, if sent, decides alone (RFC 9110 §13.1.3)."""
    if tags := headers.get("if-none-match"):
        return tags.strip() == "*" or etag(response) in {
            tag.strip().removeprefix("W/") for tag in tags.split(",")
        }
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return response.modified is not None and response.modified <= since


def _encode(response: Answer, now: datetime, *, with_body: bool, close: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}",
        f"Date: {_gmt(now)}",
        "Server: newsroom",
    ]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if response.status == HTTPStatus.OK:
        lines += [f"ETag: {etag(response)}", "Cache-Control: max-age=0, must-revalidate"]
    if response.modified and response.status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        lines.append(f"Last-Modified: {_gmt(response.modified)}")
    if response.status != HTTPStatus.NOT_MODIFIED:
        lines += [f"Content-Type: {response.content_type}", f"Content-Length: {len(response.body)}"]
    lines += ["Connection: close"] if close else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (
        response.body if with_body else b""
    )


def parse_head(data: bytes) -> tuple[int, dict[str, str]]:
    """The status and the headers of a response; 0 and none if it is not HTTP."""
    head = data.partition(b"\r\n\r\n")[0].decode("latin-1")
    status = re.match(r"HTTP/1\.\d (\d{3})\b", head)
    lines = (line.partition(":") for line in head.split("\r\n")[1:])
    return (int(status[1]) if status else 0), {
        name.lower(): value.strip() for name, _, value in lines
    }


def _gmt(when: datetime) -> str:
    return format_datetime(when.astimezone(UTC), usegmt=True)
