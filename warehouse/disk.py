"""Folders and files that survive a power cut, and failures of the disk. Without DuckDB, which worker processes do not need."""

from __future__ import annotations

import os
from pathlib import Path

FULL = "No space left on device"  # DuckDB passes on the words of the operating system


def make_folder(folder: Path) -> None:
    """With those above it. Raises NotADirectoryError, which names the file that is in the way."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        there = [path for path in (folder, *folder.parents) if path.is_symlink() or path.exists()]
        raise NotADirectoryError(
            f"{there[0]} is no folder, and a folder of that name is needed: move it away"
        ) from error


def put_in_place(new: Path, target: Path) -> None:
    """Whoever looks sees the old file or the new one, after a power cut too."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(target)
    sync_folder(target.parent)


def replace_file(target: Path, content: bytes) -> None:
    """`put_in_place` for a file of this content."""
    new = target.with_name(f"{target.name}.new")
    new.write_bytes(content)
    put_in_place(new, target)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, as syncing a file does its bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
