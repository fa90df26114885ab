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
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Self

from parsers.article import Link, Response
from warehouse.archive.members import (
    CHUNK,
    DamagedError,
    Member,
    compress,
    compress_to,
    last_chain,
    read_member,
    starts,
)
from warehouse.archive.segments import Segment, SegmentKind, Segments, file_info
from warehouse.archive.warc import (
    ArchiveError,
    FileInfo,
    Record,
    RecordLocation,
    decode,
    encode,
    encode_info,
    encode_removal,
    new_info,
    parse,
)
from warehouse.disk import make_folder, replace_file, sync_folder
from warehouse.locks import take

NOTES = "seals"  # the folder
RECORD_ID = re.compile(rb"\r\nWARC-Record-ID: <urn:uuid:([\x21-\x3d\x3f-\x7e]{1,100})>\r\n")

__all__ = [
    "Archive",
    "ArchiveError",
    "Condition",
    "Record",
    "RecordLocation",
    "Writer",
    "hold",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What is in a file: the locations of its records by fetch, and the bytes that do not count."""

    locations: dict[str, RecordLocation]
    n_damaged: int  # bytes
    n_unproved: int  # bytes of whole records that are not of this file's writer, run or kind of run
    n_torn: int  # bytes
    damaged_from: int | None  # where the first of the damaged bytes is
    n_behind: int  # whole records in the last damaged bytes, which cannot be proved


class Archive:
    """The folder of WARC files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def writer(self, run_id: str, now: datetime, code_version: str, flow: str = "") -> Writer:
        """A new file of the run; the lowest free number names it. Tombstones count in files of the flow `forget` only."""
        month = self._month_folder(now)
        taken = {p.name for p in month.glob(f"{run_id}-*.warc.gz")}
        name = next(n for i in range(10**6) if (n := f"{run_id}-{i}.warc.gz") not in taken)
        return Writer(self.folder, month / name, new_info(run_id, flow), code_version)

    def _month_folder(self, now: datetime) -> Path:
        """The folder for files that begin now; it is on disk, as are the folders above it."""
        month = self.folder / f"{now:%Y/%m}"
        month.mkdir(parents=True, exist_ok=True)
        for folder in (self.folder.parent, self.folder, month.parent):
            sync_folder(folder)
        return month

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*/*/*.warc.gz"))

    def unloaded(self) -> list[Path]:
        """Those that have to be looked at, to find what is not loaded; those that `mark_loaded` named need not be among them."""
        return self.files()

    def mark_loaded(self, names: Iterable[str]) -> None:
        """Every record of these files is loaded."""

    def parts(self, path: Path) -> dict[str, int]:  # noqa: ARG002 - see archive.stored
        """The files that were put one behind the other to make this one, and where each begins in it."""
        return {}

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def open(self, path: Path) -> IO[bytes]:
        return path.open("rb")

    def hold(self, path: Path) -> AbstractContextManager[bool]:
        """As the function `hold`."""
        return hold(path)

    def keep(self, path: Path) -> None:
        """Bring a file that no run writes to where the archive keeps its files; here it is there."""

    def notes(self) -> Iterator[tuple[str, bytes]]:
        """What was written down of the archive as a whole, beside its files; by name."""
        paths = sorted(self.folder.glob(f"{NOTES}/*.json"))
        return ((path.name, path.read_bytes()) for path in paths)

    def add_note(self, name: str, content: bytes) -> None:
        """A note is whole or not there, and never changes."""
        folder = self.folder / NOTES
        make_folder(folder)
        sync_folder(self.folder)
        replace_file(folder / name, content)

    def segments(self, path: Path) -> Iterator[Segment]:
        """All of a file, part by part: the records that count, and everything else."""
        with self.open(path) as file:
            yield from Segments(file, self.name(path))

    def records(self, path: Path) -> Iterator[Record]:
        """The records that count."""
        return (segment.record for segment in self.segments(path) if segment.record)

    def read(self, location: RecordLocation) -> Record:
        """The record at a location that `append` or `records` gave. Raises ArchiveError if it is not there as written."""
        with explain_damage(location, self.folder):
            member = self._member(location)
            if member.length != location.length:
                raise ArchiveError(f"another record is at byte {location.offset}")
            return decode(parse(member.block), location)

    def block(self, location: RecordLocation) -> bytes:
        """A record as it stands in the archive, inflated. Raises ArchiveError."""
        with explain_damage(location):
            return self._member(location).block

    def _member(self, location: RecordLocation) -> Member:
        with self.open(self.folder / location.file) as file:
            return read_member(file, location.offset)

    def readable(self, locations: Iterable[RecordLocation]) -> Iterator[Record]:
        """Those of the records that are still there; old files may have been moved away."""
        for location in locations:
            with suppress(ArchiveError):
                yield self.read(location)

    def size(self, path: Path) -> int:
        """0 if a run that had nothing to keep has just removed its file."""
        return path.stat().st_size if path.exists() else 0

    def cut_torn_tail(self, path: Path) -> int:
        """Cut off the tail that a killed run left; the bytes cut. Damaged bytes stay. Only for files that no run holds."""
        for segment in self.segments(path):
            if segment.kind is SegmentKind.TORN:
                os.truncate(path, segment.location.offset)
                return segment.location.length
        return 0

    def check(self, path: Path) -> Condition:
        """Read all of a file."""
        locations: dict[str, RecordLocation] = {}
        damaged: list[RecordLocation] = []
        n_bytes = dict.fromkeys(SegmentKind, 0)
        for segment in self.segments(path):
            n_bytes[segment.kind] += segment.location.length
            if segment.record:
                locations[segment.record.response.fetch_id] = segment.location
            elif segment.kind is SegmentKind.DAMAGED:
                damaged.append(segment.location)
        return Condition(
            locations=locations,
            n_damaged=n_bytes[SegmentKind.DAMAGED],
            n_unproved=n_bytes[SegmentKind.UNPROVED],
            n_torn=n_bytes[SegmentKind.TORN],
            damaged_from=damaged[0].offset if damaged else None,
            n_behind=self._n_whole(damaged[-1]) if damaged else 0,
        )

    def _n_whole(self, damaged: RecordLocation) -> int:
        """The whole members in a damaged segment that ends the file; behind another one, records count."""
        end = damaged.offset + damaged.length
        with self.open(self.folder / damaged.file) as file:
            return sum(
                damaged.offset <= offset < end for offset, _ in last_chain(file, damaged.offset + 1)
            )

    def drop(
        self,
        path: Path,
        fetch_ids: Collection[str],
        locations: Iterable[RecordLocation] = (),
        *,
        in_place: bool = False,
    ) -> None:
        """Rewrite the file without these records; everything else stays, byte for byte, damaged bytes too.

        With `in_place` all other records also stay where they are: a run that reads them notices nothing. A record that is itself
        damaged is only known by its location in `locations`. A kill leaves the old or the new file. Only for files that the
        caller holds.
        """
        new = path.with_name(f"{path.name}.new")
        try:
            with path.open("rb") as file, new.open("wb", buffering=0) as rest:
                kept_from, writer = 0, file_info(file).warcinfo_id
                for cut in self._cuts(path, fetch_ids, list(locations)):
                    _copy(file, rest, kept_from, cut.offset)
                    if in_place and writer and cut.offset >= kept_from:
                        block = encode_removal(writer, datetime.now(UTC))
                        _write(rest, compress_to(cut.length, block))
                    kept_from = max(kept_from, cut.offset + cut.length)
                _copy(file, rest, kept_from, os.fstat(file.fileno()).st_size)
                os.fsync(rest)
            new.replace(path)
            sync_folder(path.parent)
        finally:
            new.unlink(missing_ok=True)

    def _cuts(
        self, path: Path, fetch_ids: Collection[str], locations: Collection[RecordLocation]
    ) -> Iterator[RecordLocation]:
        """In the order of the file. In bytes that do not count, a record is known by its id or by its location."""
        for segment in self.segments(path):
            if segment.record:
                if segment.record.response.fetch_id in fetch_ids:
                    yield segment.location
            elif segment.kind is not SegmentKind.INFO:
                inside = [location for location in locations if _is_in(location, segment.location)]
                inside += self._named(segment.location, fetch_ids)
                yield from sorted(inside, key=lambda location: location.offset)

    def _named(
        self, segment: RecordLocation, fetch_ids: Collection[str]
    ) -> Iterator[RecordLocation]:
        """Whole members in a segment that say they are one of these records."""

        def is_named(head: bytes) -> bool:
            found = RECORD_ID.search(head)
            return found is not None and found[1].decode() in fetch_ids

        with self.open(self.folder / segment.file) as file:
            for start in starts(file, segment.offset):
                if start >= segment.offset + segment.length:
                    return
                with suppress(DamagedError):
                    length = read_member(file, start, is_named).length
                    yield RecordLocation(file=segment.file, offset=start, length=length)


class Writer:
    """Appends to one file, which it holds locked while it lives."""

    def __init__(self, folder: Path, path: Path, info: FileInfo, code_version: str) -> None:
        self.folder, self.run_id, self.n_records = folder, info.run_id, 0
        self._software = f"kliping/{code_version}"
        self._begin(path, info)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, path: Path, info: FileInfo) -> None:
        self.path, self._info = path, info
        self._file = path.open("ab", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        sync_folder(path.parent)

    def append(self, link: Link, response: Response, refers_to: datetime | None = None) -> Record:
        """Write one record through to the operating system; `sync` makes it survive a power cut.

        `refers_to` is when the fetch named by `response.same_as` was made.
        """
        if self._file.tell() == 0:
            self._put(encode_info(self._info, self.path.name, self._software, datetime.now(UTC)))
        location = self._put(encode(link, response, self._info, refers_to))
        self.n_records += 1
        return Record(link=link, response=response, run_id=self.run_id, location=location)

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def flush(self) -> None:
        """Bring what was appended to where the archive keeps it; here it is there."""

    def finished(self) -> list[tuple[Path, int]]:
        """The files that were written, all of them kept now, and the number of records of each."""
        if not self.n_records:
            return []
        self.sync()
        return [(self.path, self.n_records)]

    def close(self) -> None:
        """Sync and let go; a file nothing was written to is removed."""
        empty = self._file.tell() == 0
        if not empty:
            self.sync()
        self._file.close()
        if empty:
            self.path.unlink(missing_ok=True)

    def _put(self, block: bytes) -> RecordLocation:
        offset, member = self._file.seek(0, os.SEEK_END), compress(block)
        try:
            _write(self._file, member)
        except OSError:  # a full disk: whatever follows half a record would be skipped with it
            self._file.truncate(offset)
            raise
        return RecordLocation(
            file=self.path.relative_to(self.folder).as_posix(), offset=offset, length=len(member)
        )


def _write(file: io.FileIO, block: bytes) -> None:
    """All of it: a disk that fills up takes a part first."""
    rest = memoryview(block)
    while rest:
        rest = rest[file.write(rest) :]


def _copy(file: IO[bytes], target: io.FileIO, start: int, end: int) -> None:
    file.seek(start)
    while start < end:
        chunk = file.read(min(CHUNK, end - start))
        _write(target, chunk)
        start += len(chunk)


def _is_in(location: RecordLocation, segment: RecordLocation) -> bool:
    end = segment.offset + segment.length
    return (
        location.file == segment.file
        and segment.offset <= location.offset
        and location.offset + location.length <= end
    )


@contextmanager
def explain_damage(location: RecordLocation, folder: Path = Path()) -> Iterator[None]:
    """An error of the block is an ArchiveError that says where the record should be."""
    try:
        yield
    except (OSError, DamagedError, ArchiveError) as error:
        where = f"{folder / location.file}: no whole record at byte {location.offset}"
        raise ArchiveError(f"{where}: {error}") from error


@contextmanager
def hold(path: Path) -> Iterator[bool]:
    """Hold the file's lock; False at once, without it, if a running run holds it or has just removed the file."""
    try:
        file = path.open("rb+")
    except FileNotFoundError:
        yield False
        return
    with file:
        yield take(file)
