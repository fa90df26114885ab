"""The homes of the bundled newsroom, made once for a state of the code and not once a test session."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[2]
# what decides what a home holds: what a run imports, and who listens to it
CODE = ("flows", "kliping/alerts.py", "kliping/newsroom", "kliping/sandbox", "kliping/watches", "parsers", "warehouse",
        "pyproject.toml", "constraints.txt",
        "tests/conftest.py", "tests/support/runs.py", "tests/support/kept_homes.py")  # fmt: skip
NOT_IN_HOMES = {"__pycache__", "questions"}
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kliping-tests"
MOST_HOURS = 8  # pages and `kliping status` say how long ago a run was
HOUR_SECONDS = 3600
INCOMPLETE = ".incomplete"
MOST_KEPT = 4  # of 180 MB each, and those that are in use


def digest_of(folder: Path, names: Iterable[str] = CODE) -> str:
    """Of the Python that runs, and of every file under these names."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(path for name in names for path in _files(folder / name)):
        digest.update(f"\0{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for each in path.rglob("*"):
        if each.is_file() and NOT_IN_HOMES.isdisjoint(each.parts):
            yield each


def kept_homes(cache: Path, digest: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` filled for this digest, now or in the last hours. Old ones are removed."""
    cache.mkdir(parents=True, exist_ok=True)
    homes = cache / digest
    with locked(
        homes.with_suffix(".lock")
    ):  # one for each digest: another session may make another home
        if homes.exists() and time.time() - homes.stat().st_mtime > MOST_HOURS * HOUR_SECONDS:
            shutil.rmtree(homes)
        make_once(homes, make)
        used_file(homes).touch()
    _remove_old_homes(cache)
    return homes


def _remove_old_homes(cache: Path) -> None:
    """But for the newest, and those that are in use."""
    folders = (path for path in cache.iterdir() if path.is_dir() and path.suffix != INCOMPLETE)
    newest_first = sorted(folders, key=lambda path: -path.stat().st_mtime)
    for folder in newest_first[MOST_KEPT:]:
        if not _is_in_use(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_in_use(folder: Path) -> bool:
    """A session of tests that began in the last hour may still copy from it."""
    file = used_file(folder)
    return file.exists() and time.time() - file.stat().st_mtime < HOUR_SECONDS


def used_file(folder: Path) -> Path:
    """Its time is that of the last session."""
    return folder.with_suffix(".used")


def make_once(homes: Path, make: Callable[[Path], None]) -> None:
    """What was interrupted in the middle is made anew."""
    if homes.exists():
        return
    incomplete = homes.with_suffix(INCOMPLETE)
    shutil.rmtree(incomplete, ignore_errors=True)
    incomplete.mkdir()
    make(incomplete)
    incomplete.rename(homes)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
