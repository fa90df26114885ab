"""A small file system of its own, which a test can fill."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE = 48_000_000


@contextmanager
def small_disk(folder: Path, size: int = SIZE) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"only root can mount a small disk: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(disk: Path, but: int) -> Path:
    """All of it but so many bytes; the file to remove afterwards."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(
            file.fileno(), 0, max(1, os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - but)
        )
    return ballast
