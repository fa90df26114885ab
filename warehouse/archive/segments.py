"""An archive file as segments, from its first byte to its last: which of them are records that count.

Compression leaves bytes that it cannot shorten as they are. So a page can hold a whole gzip member with a record of another
outlet, or a tombstone, and a search for members behind damage finds it. Records behind damage therefore count only if they
name the file's secret. Files of the first version have none: nothing behind damage counts there.
"""

from __future__ import annotations

import os
from bisect import bisect
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import IO

from parsers.kinds import LinkKind
from warehouse.archive.members import (
    DamagedError,
    Member,
    TornError,
    last_chain,
    measure,
    read_member,
    starts,
)
from warehouse.archive.warc import (
    REMOVED,
    ArchiveError,
    FileInfo,
    FilePart,
    RawRecord,
    Record,
    RecordLocation,
    decode,
    info_of,
    parse,
)

LONGEST_INFO = 4096  # bytes of a warcinfo record
FORGET = "forget"  # the only kind of run that writes tombstones


class SegmentKind(StrEnum):
    INFO = "info"  # the file's warcinfo record, that of a part, or what stands for a record that was removed
    RECORD = "record"  # one that counts
    DAMAGED = "damaged"  # no whole member, or one whose length or digest disagrees; whole ones may be in it that do not count
    UNPROVED = "unproved"  # a whole record that is not of this file's writer, run or kind of run
    TORN = "torn"  # the end of a file whose run was killed while it wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a file; the segments of a file are all of it."""

    kind: SegmentKind
    location: RecordLocation
    record: Record | None = None


class Segments:
    """`for segment in Segments(file, name)`"""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name
        self._size = file.seek(0, os.SEEK_END)
        self._info = file_info(file)
        self._parts = list(parts_of(file, self._info).values())
        self._is_intact = True  # so far
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[Segment]:
        offset = 0
        while offset < self._size:
            try:
                segment = self._classified(read_member(self._file, offset))
            except DamagedError as error:
                self._is_intact = False
                segment = self._damaged(offset, is_torn=isinstance(error, TornError))
            if segment.record:
                self._seen.add(segment.record.response.fetch_id)
            yield segment
            offset += segment.location.length

    def _damaged(self, offset: int, *, is_torn: bool) -> Segment:
        """Up to the next record that counts. A file that ends with a whole member is not torn, and neither is a whole long file."""
        end = self._next_record(offset + 1)
        is_torn = is_torn and end == self._size and (offset > 0 or end <= LONGEST_INFO)
        is_torn = is_torn and not last_chain(self._file, offset + 1)
        location = self._location(offset, end - offset)
        return Segment(kind=SegmentKind.TORN if is_torn else SegmentKind.DAMAGED, location=location)

    def _next_record(self, offset: int) -> int:
        """The end of the file where there is none."""
        if self._info.warcinfo_id is None:
            return self._size
        writers: list[FileInfo | FilePart] = [self._info, *self._info.parts]
        secrets = [each.warcinfo_id.encode() for each in writers if each.warcinfo_id]
        for start in starts(self._file, offset):
            with suppress(DamagedError):
                member = read_member(
                    self._file, start, lambda head: any(secret in head for secret in secrets)
                )
                if self._classified(member).record:
                    return start
        return self._size

    def _classified(self, member: Member) -> Segment:
        location = self._location(member.offset, member.length)
        try:
            raw = parse(member.block)
            if self._is_info(raw, member.offset):
                return Segment(kind=SegmentKind.INFO, location=location)
            record = decode(raw, location)
        except ArchiveError:
            return Segment(kind=SegmentKind.DAMAGED, location=location)
        if self._counts(raw, record):
            return Segment(kind=SegmentKind.RECORD, location=location, record=record)
        return Segment(kind=SegmentKind.UNPROVED, location=location)

    def _is_info(self, raw: RawRecord, offset: int) -> bool:
        own = {self._info.warcinfo_id, self._writer_at(offset).warcinfo_id}
        if raw.kind == "warcinfo":
            return offset == 0 or raw.record_id in own
        return raw.kind == REMOVED and raw.warcinfo_id in own

    def _writer_at(self, offset: int) -> FileInfo | FilePart:
        """Who wrote what is there. The secret of a part counts in no other part: pages that were fetched later may know it."""
        after = bisect(self._parts, offset)
        return self._info.parts[after - 1] if after else self._info

    def _counts(self, raw: RawRecord, record: Record) -> bool:
        info = self._writer_at(record.location.offset)
        if record.run_id != info.run_id:
            return False
        if record.link.kind == LinkKind.TOMBSTONE and info.flow not in {None, FORGET}:
            return False
        if raw.warcinfo_id is None:  # as the first version wrote them
            return info.flow is None and self._is_intact
        if raw.warcinfo_id != info.warcinfo_id:
            return False
        return (
            self._is_intact or raw.record_id not in self._seen
        )  # a site may serve us our own file

    def _location(self, offset: int, length: int) -> RecordLocation:
        return RecordLocation(file=self._name, offset=offset, length=length)


def parts_of(file: IO[bytes], info: FileInfo) -> dict[str, int]:
    """The names of the parts of a file, and where each begins."""
    if not info.parts:
        return {}
    begins = accumulate((part.size for part in info.parts[:-1]), initial=measure(file, 0))
    return {part.file: at for part, at in zip(info.parts, begins, strict=True)}


def file_info(file: IO[bytes]) -> FileInfo:
    """From the first record; if that is damaged, from the last one, if it ends the file."""
    with suppress(DamagedError, ArchiveError):
        raw = parse(read_member(file, 0).block)
        if raw.kind == "warcinfo":
            return info_of(raw)
    with suppress(DamagedError, ArchiveError, IndexError):
        offset, length = last_chain(file, 1)[-1]
        raw = parse(read_member(file, offset).block)
        record = decode(raw, RecordLocation(file="", offset=offset, length=length))
        return FileInfo(warcinfo_id=raw.warcinfo_id, run_id=record.run_id, flow=None)
    return FileInfo(warcinfo_id=None, run_id="", flow=None)
