"""The end of waits for a PostgreSQL that is silent: neither psycopg nor DuckDB ends a wait for an answer by itself.

The network notices dead machines; it does not notice a server or a proxy that takes everything and answers nothing.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

SILENT_SECONDS = 30.0  # longer than any statement may take


class LakeUnavailable(Exception):  # noqa: N818 - a state of things that passes
    """PostgreSQL or the object storage does not answer; nothing that was acknowledged is lost."""

    exit_code = 75


@contextmanager
def answer_in_time(con: psycopg.Connection[Any]) -> Iterator[None]:
    """If the block takes longer, all connections of this process with the server end, and their waits with errors.

    So the connection on which DuckDB waits ends as well: the server is asked often, by the session that holds the locks.
    """
    timer = Timer(SILENT_SECONDS, hang_up, (con.fileno(),))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def hang_up(number: int) -> None:
    """End all connections with the server with which the file of that number is connected."""
    with suppress(OSError), socket.socket(fileno=os.dup(number)) as connection:
        server = connection.getpeername()
        for path in Path("/dev/fd").iterdir():
            with suppress(OSError):
                _hang_up(int(path.name), server)


def _hang_up(number: int, server: object) -> None:
    if stat.S_ISSOCK(os.fstat(number).st_mode):
        with socket.socket(fileno=os.dup(number)) as connection:
            if connection.getpeername() == server:
                connection.shutdown(socket.SHUT_RDWR)
