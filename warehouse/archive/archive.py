"""The archive: WARC 1.1 files that only grow, one gzip member a record.

It is the journal too: a response is acknowledged when its record is synced, and a record counts only if it is whole and
proves that this file's writer wrote it. Each file is held with a lock by the run that writes it, so that nobody takes a
record in the making for a torn one.
"""

from __future__ import annotations

import fcntl
import io
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from parsers.article import Link, Response
from warehouse.archive.members import CHUNK, DamagedError, compress, last_chain, read_member, starts
from warehouse.archive.stretches import Kind, Stretch, Stretches
from warehouse.archive.warc import (
    ArchiveError,
    FileInfo,
    Place,
    Record,
    decode,
    encode,
    encode_info,
    new_info,
    parse,
)

RECORD_ID = re.compile(rb"\r\nWARC-Record-ID: <urn:uuid:([\x21-\x3d\x3f-\x7e]{1,100})>\r\n")

__all__ = [
    "Archive",
    "ArchiveError",
    "Condition",
    "Place",
    "Record",
    "Writer",
    "hold",
    "sync_folder",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What stands in a file: its records by fetch, and the bytes that count for nothing."""

    places: dict[str, Place]
    n_damaged: int  # bytes
    n_unproved: int  # bytes of whole records that are not of this file's writer, run or kind of run
    n_torn: int  # bytes
    damaged_from: int | None  # where the first of the damaged bytes is
    n_behind: int  # whole records in the damaged bytes at the end, which cannot be proved


class Archive:
    """The folder of WARC files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def writer(self, run_id: str, now: datetime, code_version: str, flow: str = "") -> Writer:
        """A new file of the run; the lowest free number names it. Tombstones count in files of the flow `forget` only."""
        month = self.folder / f"{now:%Y/%m}"
        month.mkdir(parents=True, exist_ok=True)
        for folder in (self.folder.parent, self.folder, month.parent):
            sync_folder(folder)
        taken = {p.name for p in month.glob(f"{run_id}-*.warc.gz")}
        name = next(n for i in range(10**6) if (n := f"{run_id}-{i}.warc.gz") not in taken)
        return Writer(self.folder, month / name, new_info(run_id, flow), code_version)

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*/*/*.warc.gz"))

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def stretches(self, path: Path) -> Iterator[Stretch]:
        """All of a file, part by part: the records that count, and whatever else is in it."""
        with path.open("rb") as file:
            yield from Stretches(file, self.name(path))

    def records(self, path: Path) -> Iterator[Record]:
        """The records that count."""
        return (stretch.record for stretch in self.stretches(path) if stretch.record)

    def read(self, place: Place) -> Record:
        """The record at a place that `append` or `records` gave. Raises ArchiveError where it does not stand as written."""
        path = self.folder / place.file
        try:
            with path.open("rb") as file:
                member = read_member(file, place.offset)
            if member.length != place.length:
                raise ArchiveError(f"another record is at byte {place.offset}")
            return decode(parse(member.block), place)
        except (OSError, DamagedError, ArchiveError) as error:
            message = f"{path}: no whole record at byte {place.offset}: {error}"
            raise ArchiveError(message) from error

    def readable(self, places: Iterable[Place]) -> Iterator[Record]:
        """Those of the records that still stand; old files may have been put away."""
        for place in places:
            with suppress(ArchiveError):
                yield self.read(place)

    def size(self, path: Path) -> int:
        """0 where a run that had nothing to keep has just taken its file away."""
        return path.stat().st_size if path.exists() else 0

    def mend(self, path: Path) -> int:
        """Cut a torn tail off; the bytes cut. Damaged bytes stay where they are. Only for files no run holds."""
        for stretch in self.stretches(path):
            if stretch.kind is Kind.TORN:
                os.truncate(path, stretch.place.offset)
                return stretch.place.length
        return 0

    def check(self, path: Path) -> Condition:
        """Read all of a file."""
        places: dict[str, Place] = {}
        damaged: list[Place] = []
        n_bytes = dict.fromkeys(Kind, 0)
        for stretch in self.stretches(path):
            n_bytes[stretch.kind] += stretch.place.length
            if stretch.record:
                places[stretch.record.response.fetch_id] = stretch.place
            elif stretch.kind is Kind.DAMAGED:
                damaged.append(stretch.place)
        return Condition(
            places=places,
            n_damaged=n_bytes[Kind.DAMAGED],
            n_unproved=n_bytes[Kind.UNPROVED],
            n_torn=n_bytes[Kind.TORN],
            damaged_from=damaged[0].offset if damaged else None,
            n_behind=self._n_whole(damaged[-1]) if damaged else 0,
        )

    def _n_whole(self, damaged: Place) -> int:
        """The whole members that end the file, in a damaged stretch that ends it."""
        with (self.folder / damaged.file).open("rb") as file:
            return sum(
                offset >= damaged.offset for offset, _ in last_chain(file, damaged.offset + 1)
            )

    def drop(self, path: Path, fetch_ids: Collection[str], places: Iterable[Place] = ()) -> None:
        """Write the file anew without these records; what else is in it stays, byte for byte, damaged bytes too.

        A record that is itself damaged is only known by its place in `places`. Whoever is killed at it leaves the old or the
        new file. Only for files held.
        """
        new = path.with_name(f"{path.name}.new")
        try:
            with path.open("rb") as file, new.open("wb", buffering=0) as rest:
                kept_from = 0
                for cut in self._cuts(path, fetch_ids, list(places)):
                    _copy(file, rest, kept_from, cut.offset)
                    kept_from = max(kept_from, cut.offset + cut.length)
                _copy(file, rest, kept_from, os.fstat(file.fileno()).st_size)
                os.fsync(rest)
            new.replace(path)
            sync_folder(path.parent)
        finally:
            new.unlink(missing_ok=True)

    def _cuts(
        self, path: Path, fetch_ids: Collection[str], places: Collection[Place]
    ) -> Iterator[Place]:
        """In the order of the file. In bytes that do not count a record is known by its id or by its place."""
        for stretch in self.stretches(path):
            if stretch.record:
                if stretch.record.response.fetch_id in fetch_ids:
                    yield stretch.place
            elif stretch.kind is not Kind.INFO:
                inside = [place for place in places if _is_in(place, stretch.place)]
                inside += self._named(stretch.place, fetch_ids)
                yield from sorted(inside, key=lambda place: place.offset)

    def _named(self, stretch: Place, fetch_ids: Collection[str]) -> Iterator[Place]:
        """Whole members in a stretch that say they are one of these records."""

        def is_named(head: bytes) -> bool:
            found = RECORD_ID.search(head)
            return found is not None and found[1].decode() in fetch_ids

        with (self.folder / stretch.file).open("rb") as file:
            for start in starts(file, stretch.offset):
                if start >= stretch.offset + stretch.length:
                    return
                with suppress(DamagedError):
                    length = read_member(file, start, is_named).length
                    yield Place(file=stretch.file, offset=start, length=length)


class Writer:
    """Appends to one file, which it holds locked while it lives."""

    def __init__(self, folder: Path, path: Path, info: FileInfo, code_version: str) -> None:
        self.folder, self.path, self.run_id = folder, path, info.run_id
        self.n_records = 0
        self._info, self._software = info, f"kliping/{code_version}"
        self._file = path.open("ab", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        sync_folder(path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, link: Link, response: Response, refers_to: datetime | None = None) -> Record:
        """Write one record through to the operating system; `sync` makes it survive a power cut.

        `refers_to` is when the fetch named by `response.same_as` was made.
        """
        if self._file.tell() == 0:
            self._put(encode_info(self._info, self.path.name, self._software, datetime.now(UTC)))
        place = self._put(encode(link, response, self._info, refers_to))
        self.n_records += 1
        return Record(link=link, response=response, run_id=self.run_id, place=place)

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Sync and let go; a file nothing was written to is removed."""
        empty = self._file.tell() == 0
        if not empty:
            self.sync()
        self._file.close()
        if empty:
            self.path.unlink(missing_ok=True)

    def _put(self, block: bytes) -> Place:
        offset, member = self._file.seek(0, os.SEEK_END), compress(block)
        try:
            _write(self._file, member)
        except OSError:  # a full disk: what comes after half a record would be passed over with it
            self._file.truncate(offset)
            raise
        return Place(
            file=self.path.relative_to(self.folder).as_posix(), offset=offset, length=len(member)
        )


def _write(file: io.FileIO, block: bytes) -> None:
    """All of it: a disk that fills takes a part before it refuses."""
    rest = memoryview(block)
    while rest:
        rest = rest[file.write(rest) :]


def _copy(file: IO[bytes], target: io.FileIO, start: int, end: int) -> None:
    file.seek(start)
    while start < end:
        chunk = file.read(min(CHUNK, end - start))
        _write(target, chunk)
        start += len(chunk)


def _is_in(place: Place, stretch: Place) -> bool:
    end = stretch.offset + stretch.length
    return (
        place.file == stretch.file
        and stretch.offset <= place.offset
        and place.offset + place.length <= end
    )


@contextmanager
def hold(path: Path) -> Iterator[bool]:
    """Hold the file's lock; False at once, without it, where a living run has it or has just taken the file away."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb+"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, FileNotFoundError):
            yield False
            return
        yield True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, as syncing a file does its bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
