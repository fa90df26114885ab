"""The user's own files that a study depends on: names that are one person's, and topics.

No archived page gives them, so a study's folder has them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from warehouse.known_names import FILE
from warehouse.plain_file import read_plain, read_plain_files


def own_files(home: Path, topics: Path | None = None) -> dict[str, bytes]:
    """The content of each such file by its name in a home, and in the folder of a study.

    `topics` is KLIPING_TOPICS. Raises PlainFileError, OSError.
    """
    names = home / FILE
    files = {FILE: read_plain(names)} if os.path.lexists(names) else {}
    for path, content in read_plain_files(topics or home / "topics", "*.toml").items():
        files[f"topics/{path.name}"] = content
    return files


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
