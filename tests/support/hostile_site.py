"""The hostile site: a server of invented outlets on loopback ports, each with one fault and good pages besides.

It sends any bytes and logs every request. `hostile_outlets` has the outlets.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kliping.newsroom.site import LOOPBACK, Request, parse_head
from parsers.source import Source, from_data
from support import hostile_outlets
from support.responses import Answer, Dynamic, Line, Outlet, Play, http, mark

CANARY = "canary"  # the host under which the log has whoever reached the port that nobody may reach
CERTIFICATE = Path(__file__).with_name("selfsigned.pem")


class HostileSite:
    """`async with HostileSite() as site:` – the outlets on one port, TLS on another; a third must never be reached."""

    def __init__(self, port: int = 0, chosen: Iterable[Outlet] | None = None) -> None:
        self.port, self.visit, self._chosen = port, 1, chosen
        self.requests: list[Request] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: Counter[str] = Counter()
        self._servers: list[asyncio.Server] = []

    async def __aenter__(self) -> Self:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        self._servers = [
            await asyncio.start_server(self._accept, LOOPBACK, self.port),
            await asyncio.start_server(self._accept, LOOPBACK, 0, ssl=context),
            await asyncio.start_server(self._trespass, LOOPBACK, 0),
        ]
        self.port, self.tls_port, self.canary = (
            server.sockets[0].getsockname()[1] for server in self._servers
        )
        self._dead = socket.socket()
        self._dead.bind((LOOPBACK, 0))  # and never listens
        chosen = self._chosen or hostile_outlets.outlets(self.canary)
        self.outlets = {outlet.name: outlet for outlet in chosen}
        self._routes: dict[str, dict[str, Answer]] = {
            f"{name}.test": outlet.routes() for name, outlet in self.outlets.items()
        }
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._dead.close()
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def serve_forever(self) -> None:
        await self._servers[0].serve_forever()

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(self._routes)

    @property
    def connect_to(self) -> dict[str, tuple[str, int]]:
        """The address of each host; one leads into the private network."""
        ports = {
            "*.test": self.port,
            "sertifikat.test": self.tls_port,
            "mati.test": self._dead.getsockname()[1],
            "dalam.selundup.test": self.canary,
        }
        return {host: (LOOPBACK, port) for host, port in ports.items()}

    @property
    def allow_private(self) -> frozenset[tuple[str, int]]:
        return frozenset(
            (LOOPBACK, port) for _, port in self.connect_to.values() if port != self.canary
        )

    def sources(self) -> dict[str, Source]:
        return {name: from_data(outlet.data()) for name, outlet in self.outlets.items()}

    def good(self) -> dict[str, str]:
        """The address of every page without a fault, and a phrase that only its text has."""
        return {
            f"{o.home}{path}": mark(o.name, path) for o in self.outlets.values() for path in o.good
        }

    def write_sources(self, folder: Path) -> None:
        """The sources as TOML files."""
        folder.mkdir(parents=True, exist_ok=True)
        for outlet in self.outlets.values():
            (folder / f"{outlet.name}.toml").write_text(_toml(outlet.data()), encoding="utf-8")

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._spawn(self._talk(reader, writer))

    def _trespass(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        now = time.monotonic()
        self.requests.append(Request(now, CANARY, "", "", 0, {}, now, {}))
        writer.close()

    def _spawn(self, talk: Any) -> None:
        task = asyncio.ensure_future(talk)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(
            OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError
        ):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection stays open."""
        start = await reader.readexactly(1)
        at = time.monotonic()
        if start == b"\x16":  # TLS, which a plain server takes for bad HTTP
            writer.write(http(status="400 Bad Request"))
            return False
        head = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)
        }
        host = headers.get("host", "").partition(":")[0].lower()
        name = host.removeprefix("www.")
        line, answer, beside = (
            Line(reader, writer),
            self._answer(name, target, headers),
            self._under_way[name],
        )
        self._under_way[name] += 1
        try:
            if isinstance(answer, bytes):
                await line.send(answer)
                return True
            await answer(line)
            return False
        finally:
            self._under_way[name] -= 1
            status, response_headers = parse_head(bytes(line.response))
            body = (
                bytes(line.response).partition(b"\r\n\r\n")[2] if target == "/robots.txt" else b""
            )
            self.requests.append(
                Request(
                    at,
                    host,
                    method,
                    target,
                    status,
                    headers,
                    line.last_at,
                    response_headers,
                    body,
                    beside,
                )
            )

    def _answer(self, host: str, target: str, headers: Mapping[str, str]) -> bytes | Play:
        routes = self._routes.get(host, {})
        answer = routes.get(target) or routes.get("*") or http(b"tidak ada", status="404 Not Found")
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Dynamic):
            return answer.answer({**headers, ":path": target}, self.visit)
        return answer


def _toml(data: Mapping[str, Any]) -> str:
    """JSON's strings, numbers and lists are TOML's."""
    plain = [
        f"{key} = {json.dumps(value)}" for key, value in data.items() if isinstance(value, str)
    ]
    tables = [
        line
        for name in ("discover", "fetch")
        for line in (
            f"\n[{name}]",
            *(f"{key} = {json.dumps(value)}" for key, value in data[name].items()),
        )
    ]
    rules = [f"\n[[article]]\nurl = {json.dumps(rule['url'])}" for rule in data.get("article", ())]
    return "\n".join([*plain, *tables, *rules]) + "\n"
