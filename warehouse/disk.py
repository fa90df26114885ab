"""Failures of the disk: no space, or a file in place of a folder. Without DuckDB, which worker processes do not need."""

from __future__ import annotations

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
