"""Runs the explorer until it is interrupted."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import uvicorn

from flows.settings import SHORTEST_TOKEN, Settings, is_easy_to_guess
from flows.web.application import LOCAL, make_app

SECONDS_TO_STOP = 3


class CannotListenError(Exception):
    """The port is taken, the address is none of this machine, or there is no token; the message says what to do."""

    exit_code = 2


def require_token(host: str, token: str | None) -> str | None:
    """The token, where one is needed. Raises CannotListenError."""
    if host.strip("[]") in {name.strip("[]") for name in LOCAL}:
        return None
    if not token:
        raise CannotListenError(
            f"beyond localhost readers need a token: set KLIPING_SERVE_TOKEN to {SHORTEST_TOKEN} characters or more; "
            "`openssl rand -hex 32` makes one"
        )
    if is_easy_to_guess(token):
        raise CannotListenError(
            f"KLIPING_SERVE_TOKEN is too easy to guess: it needs {SHORTEST_TOKEN} characters or more"
        )
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


def serve(settings: Settings, sock: socket.socket, hosts: Sequence[str], token: str | None) -> None:
    """Until SIGINT or SIGTERM; requests that run then have three seconds."""
    config = uvicorn.Config(
        make_app(settings, hosts, token),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_STOP,
    )
    uvicorn.Server(config).run(sockets=[sock])
