"""File locks of runs: one of each kind for a source, held for a run, one for each run, and one while a run starts."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from flows.runs.errors import Busy, HeldElsewhere
from warehouse.disk import make_folder
from warehouse.locks import holder, take, wait_for, write_holder
from warehouse.write.session import Session

DRAFT_SECONDS = 60.0
STARTS = "the start of runs"


class LockKind(StrEnum):
    """A source has a lock for each kind of crawl, so that all may run at once."""

    INGEST = "source"
    BACKFILL = "backfill"
    REVISIT = "revisit"
    FETCH = "fetch"


@contextmanager
def source_lock(
    folder: Path,
    source_id: str,
    run_id: str,
    started_at: datetime,
    kind: LockKind = LockKind.INGEST,
    session: Session | None = None,
) -> Iterator[None]:
    """Hold a lock of the source for a run, on all machines of a lake. Raises Busy if another run holds it."""
    make_folder(folder)
    name = f"{kind}-{source_id}"
    with (folder / f"{name}.lock").open("a+") as file:
        if not take(file):
            raise Busy(f"{source_id} is held by {holder(file)}; wait for it, or stop that process")
        if session and not session.try_lock(name):
            raise HeldElsewhere(
                f"{source_id} is held by {session.holder(name)}; wait for it, or stop it there"
            )
        write_holder(file, run_id, started_at)
        try:
            yield
        finally:
            if session:
                session.unlock(name)
        file.truncate(0)


@contextmanager
def run_lock(folder: Path, run_id: str, session: Session | None = None) -> Iterator[None]:
    """Show that the run is running: the lock ends with the process, even if it is killed."""
    make_folder(folder)
    path = folder / f"run-{run_id}.lock"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if session:
            session.try_lock(path.stem)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
            if session:
                session.unlock(path.stem)


def running_runs(folder: Path, session: Session | None = None) -> set[str]:
    """The ids of the runs with a live process; files of other runs are removed. Call it only while no run can start."""
    run_ids = session.running_runs() if session else set[str]()
    for path in folder.glob("run-*.lock"):
        with path.open("a") as file:
            if take(file):
                path.unlink(missing_ok=True)
            else:
                run_ids.add(path.stem.removeprefix("run-"))
    return run_ids


@contextmanager
def start_lock(folder: Path, run_id: str | None = None) -> Iterator[None]:
    """Let runs of a home start one after the other, so that none fetches what another is about to recover. Raises WaitStopped."""
    make_folder(folder)
    with (folder / "start.lock").open("a+") as file:
        wait_for(file, STARTS, run_id)
        yield


def remove_drafts(folder: Path) -> None:
    """Remove old drafts of small files. A draft exists for a millisecond, unless its process is killed then."""
    for path in folder.glob("*.tmp"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > DRAFT_SECONDS:
                path.unlink()
