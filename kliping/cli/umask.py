"""Who may read what we write: of a home only its owner, unless KLIPING_UMASK says otherwise, since it has full texts.

DuckDB creates files with the umask of the process, so it is set once, before anything is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from kliping.output import say, write_csv

STANDARD_OUTPUT = Path("-")

_before: list[int] = []  # the umask that we were started with


@contextmanager
def private_files(mask: int) -> Iterator[None]:
    """Files created inside have this umask."""
    _before.append(os.umask(mask))
    try:
        yield
    finally:
        os.umask(_before.pop())


@contextmanager
def user_files() -> Iterator[None]:
    """Files that the user named, outside the home, get the user's own umask."""
    before = os.umask(_before[0]) if _before else None
    try:
        yield
    finally:
        if before is not None:
            os.umask(before)


def write_output(path: Path, text: str, note: str, encoding: str = "utf-8") -> None:
    """Write to the file that the user named, and say so; or print the text."""
    if path == STANDARD_OUTPUT:
        print(text, end="")
        return
    with user_files():
        path.write_text(text, encoding=encoding, newline="")
    say(f"{path}: {note}")


def write_sheet(path: Path, rows: Iterable[Mapping[str, Any]], note: str) -> None:
    """`write_output` of rows for somebody's spreadsheet, as CSV."""
    lines = StringIO()
    write_csv(rows, lines)
    write_output(path, lines.getvalue(), note, "utf-8-sig")
