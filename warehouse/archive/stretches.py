"""What stands in an archive file, from its first byte to its last, and which of it counts.

Compression leaves bytes as they are where it can make nothing of them. So a page can hold a whole gzip member with a record
of another outlet, or a tombstone, and a search for members behind damage finds it. Records behind damage therefore count only
where they name the file's secret. Files of the first version have none: there nothing behind damage counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from warehouse.archive.members import (
    DamagedError,
    Member,
    TornError,
    last_chain,
    read_member,
    starts,
)
from warehouse.archive.warc import (
    ArchiveError,
    FileInfo,
    Place,
    RawRecord,
    Record,
    decode,
    info_of,
    parse,
)

LONGEST_INFO = 4096  # bytes of a warcinfo record
FORGET = "forget"  # the only kind of run that writes tombstones


class Kind(StrEnum):
    INFO = "info"  # the file's warcinfo record
    RECORD = "record"  # one that counts
    DAMAGED = "damaged"  # no whole member, or one whose length or digest disagrees; whole ones may be in it that do not count
    UNPROVED = "unproved"  # a whole record that is not of this file's writer, run or kind of run
    TORN = "torn"  # the end of a file whose run was killed while it wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a file; the stretches of a file are all of it."""

    kind: Kind
    place: Place
    record: Record | None = None


class Stretches:
    """`for stretch in Stretches(file, name)`"""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name
        self._size = os.fstat(file.fileno()).st_size
        self._info = _file_info(file)
        self._is_intact = True  # so far
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[Stretch]:
        offset = 0
        while offset < self._size:
            try:
                stretch = self._judged(read_member(self._file, offset))
            except DamagedError as error:
                self._is_intact = False
                stretch = self._damaged(offset, is_torn=isinstance(error, TornError))
            if stretch.record:
                self._seen.add(stretch.record.response.fetch_id)
            yield stretch
            offset += stretch.place.length

    def _damaged(self, offset: int, *, is_torn: bool) -> Stretch:
        """Up to the next record that counts. A file that ends with a whole member is not torn, nor all of a long one."""
        end = self._next_record(offset + 1)
        is_torn = is_torn and end == self._size and (offset > 0 or end <= LONGEST_INFO)
        is_torn = is_torn and not last_chain(self._file, offset + 1)
        place = self._place(offset, end - offset)
        return Stretch(kind=Kind.TORN if is_torn else Kind.DAMAGED, place=place)

    def _next_record(self, offset: int) -> int:
        """The end of the file where there is none."""
        if self._info.warcinfo_id is None:
            return self._size
        secret = self._info.warcinfo_id.encode()
        for start in starts(self._file, offset):
            with suppress(DamagedError):
                member = read_member(self._file, start, lambda head: secret in head)
                if self._judged(member).record:
                    return start
        return self._size

    def _judged(self, member: Member) -> Stretch:
        place = self._place(member.offset, member.length)
        try:
            raw = parse(member.block)
            if raw.kind == "warcinfo" and member.offset == 0:
                return Stretch(kind=Kind.INFO, place=place)
            record = decode(raw, place)
        except ArchiveError:
            return Stretch(kind=Kind.DAMAGED, place=place)
        if self._counts(raw, record):
            return Stretch(kind=Kind.RECORD, place=place, record=record)
        return Stretch(kind=Kind.UNPROVED, place=place)

    def _counts(self, raw: RawRecord, record: Record) -> bool:
        if record.run_id != self._info.run_id:
            return False
        if record.link.kind == "tombstone" and self._info.flow not in {None, FORGET}:
            return False
        if raw.warcinfo_id is None:  # as the first version wrote them
            return self._info.flow is None and self._is_intact
        if raw.warcinfo_id != self._info.warcinfo_id:
            return False
        return (
            self._is_intact or raw.record_id not in self._seen
        )  # a site may serve us our own file

    def _place(self, offset: int, length: int) -> Place:
        return Place(file=self._name, offset=offset, length=length)


def _file_info(file: IO[bytes]) -> FileInfo:
    """As the first record says; where that is damaged, as the last one does, if it stands at the very end of the file."""
    with suppress(DamagedError, ArchiveError):
        raw = parse(read_member(file, 0).block)
        if raw.kind == "warcinfo":
            return info_of(raw)
    with suppress(DamagedError, ArchiveError, IndexError):
        offset, length = last_chain(file, 1)[-1]
        raw = parse(read_member(file, offset).block)
        record = decode(raw, Place(file="", offset=offset, length=length))
        return FileInfo(warcinfo_id=raw.warcinfo_id, run_id=record.run_id, flow=None)
    return FileInfo(warcinfo_id=None, run_id="", flow=None)
