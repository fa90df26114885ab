"""File locks between processes. They end with their process; the file names the holder, and a wait says who it is."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import IO, Any

QUIET_SECONDS = 2.0  # then a wait says for whom it waits
POLL_SECONDS = 0.02  # a wait in the kernel could not be interrupted in a thread
STOPPING = Event()  # set by a signal that ends the process: waits then end after QUIET_SECONDS
log = logging.getLogger(__name__)


class WaitStopped(Exception):  # noqa: N818 - the operator asked for it
    """A signal came, and somebody else still holds the lock."""

    exit_code = 75


class Wait:
    """One wait for something that somebody else holds."""

    def __init__(self, what: str) -> None:
        self._what, self._since, self._told = what, time.monotonic(), False

    def pause(self, by: str) -> None:
        """Wait a moment longer, and say once by whom it is held. Raises WaitStopped."""
        waited = time.monotonic() - self._since
        # Another thread of ours ends soon; a holder that has just taken the lock has no name yet.
        is_other = "PID " in by and f"PID {os.getpid()} " not in by
        if waited > QUIET_SECONDS and STOPPING.is_set() and is_other:
            raise WaitStopped(f"{self._what} is held by {by}")
        if waited > QUIET_SECONDS and not self._told:
            log.warning("waiting for %s, held by %s", self._what, by)
            self._told = True
        time.sleep(POLL_SECONDS)


def take(file: IO[Any]) -> bool:
    """Lock the file, if no other process holds the lock; whether that worked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def in_queue(queue: Path) -> Iterator[None]:
    """Show in the block that this process waits for a lock; `queue` is a file beside the lock's."""
    with queue.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def has_waiter(queue: Path) -> bool:
    """Whether somebody waits for the lock."""
    with queue.open("a") as file:
        return not take(file)


def wait_for(file: IO[str], what: str, run_id: str | None = None) -> None:
    """Lock the file, which is open for `a+`, and write into it who holds it now. Raises WaitStopped."""
    wait = Wait(what)
    while not take(file):
        wait.pause(holder(file))
    write_holder(file, run_id, datetime.now(UTC))


def write_holder(file: IO[str], run_id: str | None, since: datetime) -> None:
    """Name this process as the holder of the lock, and the run that it executes, if any."""
    file.truncate(0)
    json.dump(
        {
            "pid": os.getpid(),
            "host": os.uname().nodename,
            "run_id": run_id,
            "started_at": since.isoformat(timespec="seconds"),
        },
        file,
    )
    file.flush()


def holder(file: IO[str]) -> str:
    """The run or process that holds the lock, as its file says."""
    file.seek(0)
    try:
        held = json.loads(file.read())
    except ValueError:
        return "another run"
    process = f"PID {held['pid']} on {held['host']}, since {held['started_at']}"
    return f"run {held['run_id']} ({process})" if held["run_id"] else process
