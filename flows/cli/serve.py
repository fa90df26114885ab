"""The published copy for other machines, by DuckDB's own protocol, quack: duckdb.org/docs/current/quack.

Quack runs queries on the instance that serves, without limits. So that instance is empty and can open nothing, and no query that
somebody sends runs on it: quack calls our authorization function with each query, and runs the text that it returns instead.
The function lets the sandbox answer the query, and returns a query for that answer.
"""

from __future__ import annotations

import hmac
import importlib.util
import os
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import duckdb
import httpx

from flows.settings import SHORTEST_TOKEN, is_easy_to_guess
from warehouse.sandbox.errors import NotSelectError, QueryError
from warehouse.sandbox.pool import Limits, Sandbox
from warehouse.sandbox.worker import limit_memory
from warehouse.write.schema import quote

EXTENSIONS = ("httpfs", "quack")  # quack takes the randomness of its sessions from the other
LIMITS = Limits(rows=1_000_000, answer_mb=32)  # ten times as much is in memory for a moment
ANSWER_SECONDS = 60.0
FAILURE_SECONDS = 600.0
LONGEST_DELAY_SECONDS = 10.0
CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "disable_database_invalidation": True,  # there is nothing here to lose
    "memory_limit": "1GB",
    "temp_directory": "",
}
LOCK_DOWN = """
SET GLOBAL quack_authentication_function = 'kliping_admit';
SET GLOBAL quack_authorization_function = 'kliping_answer';
SET GLOBAL quack_fetch_batch_chunks = 1000000;  -- an answer is sent as a whole, so that nothing is stored for clients that are gone
SET GLOBAL TimeZone = 'UTC';
SET enable_external_access = false;
SET disabled_filesystems = 'LocalFileSystem';
SET lock_configuration = true;
"""


class CannotServeError(Exception):
    """An extension is not installed, the port is taken, or the token is weak; the message says what to do."""

    exit_code = 2


class Server:
    """Serves inside its `with` block; a client must send `token`. Raises NothingPublished, CannotServeError."""

    def __init__(
        self, home: Path, *, port: int = 9494, token: str | None = None, limits: Limits = LIMITS
    ) -> None:
        self.token = _require_strong(token) if token else secrets.token_hex(SHORTEST_TOKEN // 2)
        self._answers: dict[str, tuple[float, str]] = {}
        self._sandbox = Sandbox(home, limits)
        _require_free(port)
        self._con = duckdb.connect(config=CONFIG | {"threads": limits.threads})
        for name in EXTENSIONS:
            self._con.load_extension(str(_extension(name)))
        self._register()
        self._con.execute(LOCK_DOWN)
        try:
            [(self.uri, _, _)] = self._con.execute(
                f"CALL quack_serve('quack:localhost:{port}', token = {quote(self.token)})"
            ).fetchall()
        except duckdb.Error as error:
            raise CannotServeError(str(error).partition("\n")[0]) from error
        httpx.get(
            f"http://localhost:{port}/", trust_env=False
        )  # quack_stop would wait without end for a server that does not listen yet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sandbox.close()  # first, so that nothing waits for an answer
        self._con.execute(f"CALL quack_stop({quote(self.uri)})")
        self._con.close()

    def _register(self) -> None:
        """Functions for all connections; quack calls them from its own threads."""
        functions: tuple[tuple[str, Callable[..., Any], list[Any], Any], ...] = (
            ("kliping_admit", Doorkeeper(self.token).admit, ["VARCHAR"] * 3, "BOOLEAN"),
            ("kliping_answer", self._answer, ["VARCHAR"] * 2, "VARCHAR"),
            ("kliping_rows", self._rows, ["VARCHAR"], "VARCHAR"),
        )
        for name, function, parameters, kind in functions:
            self._con.create_function(name, function, parameters, kind, side_effects=True)

    def _answer(self, _session: str, query: str) -> str | None:
        """What quack runs instead of a client's query; None refuses it, as for everything but a SELECT."""
        try:
            answer = self._sandbox.ask(query, exact=True)
        except NotSelectError:
            return None
        except QueryError as error:
            return f"SELECT error({quote(str(error))})"
        if answer.truncated:
            limits = self._sandbox.limits
            most = f"{limits.answer_mb} MB or {limits.rows:,} rows"
            return f"SELECT error('the answer has more than {most}: ask for less at once')"
        return answer.select(f"kliping_rows('{self._keep(answer.text)}')")

    def _keep(self, rows: str) -> str:
        """Until quack asks for them; it does not if their types cannot be cast."""
        now = time.monotonic()
        for key, (since, _) in list(self._answers.items()):
            if since < now - ANSWER_SECONDS:
                self._answers.pop(key, None)
        key = secrets.token_hex(16)
        self._answers[key] = (now, rows)
        return key

    def _rows(self, key: str) -> str:
        _, rows = self._answers.pop(key)
        return rows


class Doorkeeper:
    """Admits who sends the token, at once. A wrong token waits, longer after each one of the last ten minutes."""

    def __init__(
        self,
        token: str,
        *,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._token, self._wait, self._clock = token.encode(), wait, clock
        self._failures: deque[float] = deque(maxlen=100)
        self._lock = threading.Lock()

    def admit(self, _session: str, sent: str, _token: str) -> bool:
        if hmac.compare_digest(sent.encode(), self._token):
            return True
        self._wait(delay_seconds(self._n_failures()))
        return False

    def _n_failures(self) -> int:
        """In the last ten minutes, with this one."""
        now = self._clock()
        with self._lock:
            self._failures.append(now)
            while self._failures[0] < now - FAILURE_SECONDS:
                self._failures.popleft()
            return len(self._failures)


def delay_seconds(n_failures: int) -> float:
    return min(0.1 * 2.0 ** min(n_failures - 1, 10), LONGEST_DELAY_SECONDS)


def limit_growth(megabytes: int = 1024) -> None:
    """For a process that only serves: quack reads every request to its end before it looks for a token."""
    statistics = Path("/proc/self/statm")
    if statistics.exists():
        size = int(statistics.read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
        limit_memory((size >> 20) + megabytes)


def _require_strong(token: str) -> str:
    if is_easy_to_guess(token):
        raise CannotServeError(
            f"KLIPING_SERVE_TOKEN is too easy to guess: it needs {SHORTEST_TOKEN} characters or more. "
            "`openssl rand -hex 32` makes one; without it every start makes one of its own"
        )
    return token


def _require_free(port: int) -> None:
    """Quack would silently share a port that another program has."""
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # connections of a server that just ended are no hindrance
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotServeError(
                f"port {port} of localhost: {error.strerror}; take another with --port"
            ) from error


def _extension(name: str) -> Path:
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    files = (
        [*Path(spec.origin).parent.rglob(f"{name}.duckdb_extension")]
        if spec and spec.origin
        else []
    )
    if not files:
        raise CannotServeError(
            f"DuckDB's extension {name} is not installed: .venv/bin/uv pip install -c constraints.txt -e '.[serve]'"
        )
    return files[0]
