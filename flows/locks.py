"""Locks between processes: one a source, held for a run. They die with their process."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO


class Busy(Exception):  # noqa: N818 - a state of things, not a fault
    """Another run holds the source; the message names it."""


@contextmanager
def source_lock(folder: Path, source_id: str, run_id: str, started_at: datetime) -> Iterator[None]:
    """Hold the source for a run. Raises Busy at once where another run has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"source-{source_id}.lock").open("a+") as file:
        if not _take(file):
            file.seek(0)
            raise Busy(f"{source_id} is held by {_holder(file.read())}; wait for it, or stop that process")
        file.truncate(0)
        json.dump(
            {"pid": os.getpid(), "host": socket.gethostname(), "run_id": run_id, "started_at": started_at.isoformat(timespec="seconds")},
            file,
        )
        file.flush()
        yield
        file.truncate(0)


@contextmanager
def run_lock(folder: Path, run_id: str) -> Iterator[None]:
    """A sign of life that a killed run cannot leave behind."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"run-{run_id}.lock"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_alive(folder: Path, run_id: str) -> bool:
    """Some process still runs it."""
    path = folder / f"run-{run_id}.lock"
    if not path.exists():
        return False
    with path.open("a") as file:
        if _take(file):
            path.unlink(missing_ok=True)
            return False
    return True


def _take(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(text: str) -> str:
    try:
        said = json.loads(text)
    except ValueError:
        return "another run"
    return f"run {said['run_id']} (PID {said['pid']} on {said['host']}, since {said['started_at']})"
