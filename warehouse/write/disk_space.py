"""Disk space: checked before a batch, and reported when it runs out."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.disk import FULL

MEGABYTE = 1_000_000


class DiskFull(OSError):  # noqa: N818 - a state of things that passes
    """There is no room for what comes next; what was acknowledged is kept."""

    exit_code = 75


def need_room(home: Path, n_bytes: int) -> None:
    """Raises DiskFull where fewer bytes are free."""
    if shutil.disk_usage(home).free < n_bytes:
        raise _full(home, n_bytes)


@contextmanager
def disk_full_as_error(home: Path, n_bytes: int) -> Iterator[None]:
    """Turn any failure for want of disk space into one that says what has to be free. Raises DiskFull."""
    try:
        yield
    except DiskFull:
        raise
    except (OSError, duckdb.Error) as error:
        if FULL not in str(error) and getattr(error, "errno", None) != errno.EDQUOT:
            raise
        raise _full(home, n_bytes) from error


def _full(home: Path, n_bytes: int) -> DiskFull:
    """The need of a run may be set so low that what it writes does not fit into the room that there is."""
    free = shutil.disk_usage(home).free
    need, remedy = "not enough for what had to be written", "Free more"
    if free < n_bytes:
        need = f"a run needs {n_bytes // MEGABYTE} MB"
        remedy = f"Free at least {max(1, (n_bytes - free) // MEGABYTE)} MB"
    return DiskFull(
        f"the disk of {home} is full: {free // MEGABYTE} MB are free, {need}. {remedy} there and start again; "
        "nothing that was answered is lost"
    )
