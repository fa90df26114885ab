"""The archive: WARC 1.1 files that only grow, one gzip member a record.

It is the journal too: a response is acknowledged when its record is synced, and a record counts only when its gzip
member ends and its length and digest agree. Each file is held with a lock by the run that writes it, so that nobody
takes a record in the making for a torn one.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import iso_date_to_datetime
from warcio.warcwriter import WARCWriter

from parsers.article import Link, Response

CHUNK = 1 << 16
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record stands; `file` is relative to the archive's folder."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A response as the archive keeps it, with the announcement and the run it belongs to."""

    link: Link
    response: Response
    run_id: str
    place: Place


class ArchiveError(Exception):
    """A record is not what was written: cut, or its length or digest disagrees."""


class Archive:
    """The folder of WARC files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def writer(self, run_id: str, now: datetime, code_version: str) -> Writer:
        """A new file of the run; the lowest free number names it."""
        month = self.folder / f"{now:%Y/%m}"
        month.mkdir(parents=True, exist_ok=True)
        for folder in (self.folder.parent, self.folder, month.parent):
            sync_folder(folder)
        taken = {p.name for p in month.glob(f"{run_id}-*.warc.gz")}
        name = next(n for i in range(10**6) if (n := f"{run_id}-{i}.warc.gz") not in taken)
        return Writer(self.folder, month / name, run_id, code_version)

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*/*/*.warc.gz"))

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def records(self, path: Path, start: int = 0) -> Iterator[Record]:
        """Whole, proved records from `start` on. Ends silently before a torn tail; `torn` tells where it begins."""
        for place, block in self._members(path, start):
            try:
                yield _decode(block, place)
            except (_NotOurs, ArchiveError):
                continue

    def read(self, place: Place) -> Record:
        """One record. Raises ArchiveError where it does not stand as written."""
        path = self.folder / place.file
        try:
            found = next(self.records(path, place.offset), None)
        except OSError as error:
            raise ArchiveError(f"{path}: {error}") from error
        if found is None or found.place.offset != place.offset:
            raise ArchiveError(f"{path}: no whole record at byte {place.offset}")
        return found

    def readable(self, places: Iterable[Place]) -> Iterator[Record]:
        """Those of the records that still stand; old files may have been put away."""
        for place in places:
            with suppress(ArchiveError):
                yield self.read(place)

    def size(self, path: Path) -> int:
        """0 where a run that had nothing to keep has just taken its file away."""
        return path.stat().st_size if path.exists() else 0

    def mend(self, path: Path) -> int:
        """Cut a torn tail off; the bytes cut. Only for files no run holds."""
        end = 0
        for place, _ in self._members(path, 0):
            end = place.offset + place.length
        torn = path.stat().st_size - end
        if torn > 0:
            os.truncate(path, end)
        return max(torn, 0)

    def check(self, path: Path) -> tuple[dict[str, Place], int, int]:
        """Where the whole records stand by fetch, the damaged bytes between them, and those of a torn tail."""
        whole, n_damaged, end = {}, 0, 0
        for place, block in self._members(path, 0):
            n_damaged += place.offset - end
            end = place.offset + place.length
            try:
                whole[_decode(block, place).response.fetch_id] = place
            except _NotOurs:
                continue
            except ArchiveError:
                n_damaged += place.length
        return whole, n_damaged, self.size(path) - end

    def drop(self, path: Path, fetch_ids: set[str]) -> None:
        """Write the file anew without these records; whoever is killed at it leaves the old or the new one. Only for files held."""
        new = path.with_name(f"{path.name}.new")
        try:
            with path.open("rb") as file, new.open("wb", buffering=0) as rest:
                for place, block in self._members(path, 0):
                    if not _is_of(block, fetch_ids):
                        file.seek(place.offset)
                        _write(rest, file.read(place.length))
                os.fsync(rest)
            new.replace(path)
            sync_folder(path.parent)
        finally:
            new.unlink(missing_ok=True)

    def _members(self, path: Path, start: int) -> Iterator[tuple[Place, bytes]]:
        """Whole gzip members. A damaged one is passed over: only what no whole member follows is a torn tail."""
        with path.open("rb") as file:
            offset = start
            while offset >= 0:
                if member := _member(file, offset):
                    block, length = member
                    yield Place(file=self.name(path), offset=offset, length=length), block
                    offset += length
                else:
                    offset = _next_member(file, offset + 1)


class Writer:
    """Appends to one file, which it holds locked while it lives."""

    def __init__(self, folder: Path, path: Path, run_id: str, code_version: str) -> None:
        self.folder, self.path, self.run_id = folder, path, run_id
        self.n_records = 0
        self._file = path.open("ab", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        sync_folder(path.parent)
        self._info = {
            "software": f"kliping/{code_version}",
            "format": "WARC File Format 1.1",
            "isPartOf": run_id,
        }

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
            self._put(lambda writer: writer.create_warcinfo_record(self.path.name, self._info))
        place = self._put(lambda writer: _encode(writer, link, response, self.run_id, refers_to))
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

    def _put(self, make: Any) -> Place:
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="WARC/1.1")
        writer.write_record(make(writer))
        offset, block = self._file.seek(0, os.SEEK_END), buffer.getvalue()
        try:
            _write(self._file, block)
        except OSError:  # a full disk: what comes after half a record would be passed over with it
            self._file.truncate(offset)
            raise
        return Place(
            file=self.path.relative_to(self.folder).as_posix(), offset=offset, length=len(block)
        )


def _write(file: io.FileIO, block: bytes) -> None:
    """All of it: a disk that fills takes a part before it refuses."""
    rest = memoryview(block)
    while rest:
        rest = rest[file.write(rest) :]


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


def foreign_records(path: Path) -> Iterator[tuple[str, Response | None]]:
    """The (target address, response) of every HTTP response in anybody's WARC file, gzipped or not (CC-NEWS).

    None where the record ends too early or its head says nothing that can be read.
    """
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type != "response" or record.http_headers is None:
                continue
            body = record.content_stream().read()
            record.raw_stream.read()  # what a decoder leaves
            response = None
            with suppress(ValueError):
                response = None if record.raw_stream.limit else _response(record, {}, body=body)
            yield record.rec_headers.get_header("WARC-Target-URI") or "", response


class _NotOurs(Exception):  # noqa: N818 - a record kind to pass over
    """A warcinfo or another record that is not a response."""


def _member(file: IO[bytes], offset: int) -> tuple[bytes, int] | None:
    """The gzip member at `offset`, inflated, and its length; None where it is not whole."""
    file.seek(offset)
    inflate, block, read = zlib.decompressobj(wbits=31), [], 0
    while not inflate.eof:
        chunk = file.read(CHUNK)
        if not chunk:
            return None
        read += len(chunk)
        try:
            block.append(inflate.decompress(chunk))
        except zlib.error:
            return None
    return b"".join(block), read - len(inflate.unused_data)


def _next_member(file: IO[bytes], offset: int) -> int:
    """Where the next gzip member seems to begin; -1 where there is none."""
    file.seek(offset)
    before = b""
    while chunk := file.read(CHUNK):
        found = (before + chunk).find(b"\x1f\x8b\x08")
        if found >= 0:
            return offset - len(before) + found
        before = chunk[-2:]
        offset += len(chunk)
    return -1


def _encode(
    writer: WARCWriter, link: Link, response: Response, run_id: str, refers_to: datetime | None
) -> ArcWarcRecord:
    """The context stands in the record itself, so that one record is all a later parse needs."""
    headers = {
        "WARC-Record-ID": f"<urn:uuid:{response.fetch_id}>",
        "WARC-Date": response.fetched_at.astimezone(UTC)
        .isoformat(timespec="microseconds")
        .replace("+00:00", "Z"),
        "WARC-JSON-Metadata": json.dumps(_context(link, response, run_id)),
    }
    if response.status is None:
        return writer.create_warc_record(
            response.url,
            "resource",
            payload=io.BytesIO(response.body),
            warc_headers_dict=headers,
            warc_content_type=response.header("content-type") or "application/octet-stream",
        )
    http = StatusAndHeaders(
        f"{response.status} ",
        [(k, v) for k, v in response.headers if _kept(k)],
        protocol="HTTP/1.1",
    )
    if response.same_as is None:
        return writer.create_warc_record(
            response.url,
            "response",
            payload=io.BytesIO(response.body),
            http_headers=http,
            warc_headers_dict=headers,
        )
    headers |= {
        "WARC-Profile": NOT_MODIFIED if response.status == 304 else SAME_PAYLOAD,
        "WARC-Refers-To": f"<urn:uuid:{response.same_as}>",
        "WARC-Refers-To-Target-URI": response.url,
    }
    if refers_to:
        headers["WARC-Refers-To-Date"] = (
            refers_to.astimezone(UTC).isoformat().replace("+00:00", "Z")
        )
    return writer.create_warc_record(
        response.url,
        "revisit",
        payload=io.BytesIO(b""),
        http_headers=http,
        warc_headers_dict=headers,
    )


def _kept(header: str) -> bool:
    """The body stands decoded, so the headers that spoke of its coding would lie to every other reader."""
    return header.lower() not in {"content-encoding", "transfer-encoding", "content-length"}


def _context(link: Link, response: Response, run_id: str) -> dict[str, Any]:
    said = {
        k: v.isoformat() if isinstance(v, datetime) else v
        for k, v in asdict(link).items()
        if v not in (None, "")
    }
    dropped = {k: v for k, v in response.headers if not _kept(k)}
    return {
        "run_id": run_id,
        "link": said,
        "requested_url": response.requested_url,
        "redirects": list(response.redirects),
        "elapsed_ms": response.elapsed_ms,
        "attempt": response.attempt,
        "robots_rule": response.robots_rule,
        "headers": dropped,
    }


def _decode(block: bytes, place: Place) -> Record:
    record = next(iter(ArchiveIterator(io.BytesIO(block), check_digests=True)), None)
    if record is None or record.rec_type not in {"response", "resource", "revisit"}:
        raise _NotOurs
    context = json.loads(record.rec_headers.get_header("WARC-JSON-Metadata") or "{}")
    response = _response(record, context, body=record.raw_stream.read())
    if record.digest_checker.passed is False:
        raise ArchiveError(
            f"{place.file}: the record at byte {place.offset} does not agree with its digest"
        )
    return Record(
        link=_link(context.get("link") or {}),
        response=response,
        run_id=context.get("run_id", ""),
        place=place,
    )


def _is_of(block: bytes, fetch_ids: set[str]) -> bool:
    record = next(iter(ArchiveIterator(io.BytesIO(block))), None)
    return (
        record is not None
        and _uuid(record.rec_headers.get_header("WARC-Record-ID") or "") in fetch_ids
    )


def _link(said: dict[str, Any]) -> Link:
    times = {
        k: datetime.fromisoformat(said[k]) for k in ("published_at", "modified_at") if said.get(k)
    }
    return replace(Link(url="", source_id=""), **(said | times))


def _response(record: ArcWarcRecord, context: dict[str, Any], *, body: bytes) -> Response:
    warc, http = record.rec_headers, record.http_headers
    url = warc.get_header("WARC-Target-URI") or ""
    headers = (
        tuple(http.headers) if http else (("content-type", warc.get_header("Content-Type") or ""),)
    )
    refers_to = warc.get_header("WARC-Refers-To")
    return Response(
        fetch_id=_uuid(warc.get_header("WARC-Record-ID")),
        requested_url=context.get("requested_url") or url,
        url=url,
        fetched_at=iso_date_to_datetime(warc.get_header("WARC-Date"), tz_aware=True),
        body=body,
        status=int(http.get_statuscode()) if http else None,
        headers=headers + tuple((context.get("headers") or {}).items()),
        redirects=tuple(context.get("redirects") or ()),
        elapsed_ms=context.get("elapsed_ms", 0),
        attempt=context.get("attempt", 1),
        robots_rule=context.get("robots_rule"),
        same_as=_uuid(refers_to) if refers_to else None,
    )


def _uuid(urn: str) -> str:
    return urn.strip("<>").removeprefix("urn:uuid:")
