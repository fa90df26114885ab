"""The published copy for readers on other machines, by DuckDB's own protocol, quack: duckdb.org/docs/current/quack.

Its token gives every right over the instance that serves. So the copy is attached read-only to an empty instance, which can open nothing
else, and what is no plain SELECT is refused before it runs.
"""

from __future__ import annotations

import importlib.util
import os
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import httpx

from warehouse.read import published
from warehouse.schema import quote

EXTENSIONS = ("httpfs", "quack")  # quack takes the randomness of its sessions from the other
SELECT_ALONE = """
CREATE TABLE refused AS
SELECT DISTINCT function_name FROM duckdb_functions()
WHERE function_type IN ('table', 'pragma') AND NOT starts_with(function_name, 'duckdb_')
  AND function_name NOT IN ('unnest', 'range', 'generate_series');
CREATE MACRO calls(tree) AS list_transform(regexp_extract_all(tree::VARCHAR, '"function_name":"([^"]*)"', 1), lambda name: lower(name));
CREATE MACRO select_alone(session, query) AS (
  json_serialize_sql(query::VARCHAR)->>'$.error' = 'false'  -- whatever is no SELECT is an error there
  AND NOT EXISTS (FROM refused WHERE list_contains(calls(json_serialize_sql(query::VARCHAR)), function_name))
);
"""


class CannotServeError(Exception):
    """An extension is not installed, or the port is taken; the message says what to do."""

    exit_code = 2


class Server:
    """Serves from its making until it is left; `token` is what a reader must name. Raises NothingPublished, CannotServeError."""

    def __init__(self, home: Path, *, port: int = 9494, token: str | None = None) -> None:
        self.path = published(home)
        _free(port)
        self.con = duckdb.connect()
        for name in EXTENSIONS:
            self.con.load_extension(str(_extension(name)))
        self.con.execute(SELECT_ALONE)
        self.con.execute("SET GLOBAL quack_authorization_function = 'select_alone'")
        self.con.execute(
            f"SET allowed_paths = [{quote(str(self.path))}, {quote(f'{self.path}.wal')}]"
        )  # it looks whether there is one
        self.con.execute("SET enable_external_access = false; SET lock_configuration = true")
        self.shown: os.stat_result | None = None
        self.renew()
        with_token = f", token = {quote(token)}" if token else ""
        try:
            [(self.uri, _, self.token)] = self.con.execute(
                f"CALL quack_serve('quack:localhost:{port}'{with_token})"
            ).fetchall()
        except duckdb.Error as error:
            raise CannotServeError(str(error).partition("\n")[0]) from error
        httpx.get(
            f"http://localhost:{port}/", trust_env=False
        )  # only what listens can be ended: it would be waited for without end

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.con.close()

    def renew(self) -> None:
        """Show the copy that is published now; a query that runs ends on the one it began with."""
        found = self.path.stat()
        if self.shown is None or not os.path.samestat(found, self.shown):
            self.con.execute(
                f"DETACH DATABASE IF EXISTS kliping; ATTACH {quote(str(self.path))} AS kliping (READ_ONLY)"
            )
            self.shown = found


def _free(port: int) -> None:
    """Quack shares a port with whoever has it, without a word."""
    with socket.socket() as tried:
        tried.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # connections of a server that just ended are no hindrance
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotServeError(
                f"port {port} of localhost: {error.strerror}; take another with --port"
            ) from error


def _extension(name: str) -> Path:
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    files = (
        [*Path(found.origin).parent.rglob(f"{name}.duckdb_extension")]
        if found and found.origin
        else []
    )
    if not files:
        raise CannotServeError(
            f"DuckDB's extension {name} is not installed: .venv/bin/uv pip install -c constraints.txt -e '.[serve]'"
        )
    return files[0]
