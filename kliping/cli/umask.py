"""Who may read the files of a home: only its owner, unless KLIPING_UMASK says otherwise, since they have full texts.

DuckDB creates files with the umask of the process, so it is set once, before anything is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

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
