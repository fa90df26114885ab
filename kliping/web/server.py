"""Runs the explorer until it is interrupted."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

LOCAL = ("localhost", "127.0.0.1", "[::1]")
SHORTEST_TOKEN = 32  # characters
SECONDS_TO_STOP = 3
SECONDS_TO_ASK = 10.0


class CannotListenError(Exception):
    """The port is taken, the address is none of this machine, or there is no token; the message says what to do."""

    exit_code = 2


def require_token(host: str, token: str | None) -> str | None:
    """The token, where one is needed. Raises CannotListenError."""
    if host.strip("[]") in {name.strip("[]") for name in LOCAL}:
        return None
    return strong_token(token)


def strong_token(token: str | None) -> str:
    """Raises CannotListenError where there is none, or one that is easy to guess."""
    strong = f"{SHORTEST_TOKEN} characters or more; `openssl rand -hex 32` makes one"
    if not token:
        raise CannotListenError(
            f"readers need a token, except those of the explorer on this machine: set KLIPING_SERVE_TOKEN to {strong}"
        )
    if len(token) < SHORTEST_TOKEN or len(set(token)) < 8:
        raise CannotListenError(f"KLIPING_SERVE_TOKEN is too easy to guess: it needs {strong}")
    return token


def listen(host: str, port: int) -> socket.socket:
    """A socket of our own: the port is then ours, or known to be taken. Raises CannotListenError."""
    try:
        [family, _, _, _, address] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen()  # who opens the printed address at once waits, and is not refused
    except OSError as error:
        raise CannotListenError(
            f"port {port} of {host}: {(error.strerror or str(error)).lower()}; take another with --port"
        ) from error
    return sock


class PunctualProtocol(H11Protocol):
    """HTTP, where a connection that asks for nothing, or not to the end, is closed: uvicorn would wait for ever."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._set_deadline()

    def _set_deadline(self) -> None:
        if self._is_waiting() and self._deadline is None:
            self._deadline = self.loop.call_later(SECONDS_TO_ASK, self._close_if_waiting)

    def _close_if_waiting(self) -> None:
        self._deadline = None
        if self._is_waiting():
            self.transport.close()

    def _is_waiting(self) -> bool:
        return self.cycle is None or self.cycle.response_complete


def make_server(app: Starlette) -> uvicorn.Server:
    """`run(sockets=[…])` serves until SIGINT or SIGTERM; requests that run then have three seconds."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=PunctualProtocol,
        timeout_graceful_shutdown=SECONDS_TO_STOP,
    )
    return uvicorn.Server(config)
