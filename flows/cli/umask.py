"""Who may read what this process writes: a home holds full texts, and is its owner's alone unless KLIPING_UMASK says otherwise.

DuckDB makes its files by the process's umask alone, so that is set once, before anything is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_outside: list[int] = []  # the umask that we were started with


@contextmanager
def private_files(mask: int) -> Iterator[None]:
    """What is created meanwhile is closed to whom the mask shuts out."""
    _outside.append(os.umask(mask))
    try:
        yield
    finally:
        os.umask(_outside.pop())


@contextmanager
def user_files() -> Iterator[None]:
    """For files outside the home that the user asked for by name: they are as everything else of the user's."""
    before = os.umask(_outside[0]) if _outside else None
    try:
        yield
    finally:
        if before is not None:
            os.umask(before)
