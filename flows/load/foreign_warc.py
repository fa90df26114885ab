"""Reads WARC files of other tools: their pages, and why some records cannot be read.

The files may be plain, gzip (one member for each record, or one for all) or Zstandard (with a dictionary or without).
A damaged record does not affect the others if the file says where the next one begins. Memory is bounded by the budgets
of a page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import IO, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from fastwarc.stream_io import ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord

from flows.http.limits import MIB, Budgets
from flows.load.warc_payload import (
    BadRecord,
    Headers,
    agrees_with_digest,
    decode_body,
    split_response,
)
from parsers.article import Response
from parsers.text.urls import canonicalise
from warehouse.archive.members import (
    PIECE,
    DamagedError,
    MemberStream,
    TornError,
    last_chain,
    measure,
    starts,
)

PLAIN = re.compile(rb"WARC/")
ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # a frame, or a dictionary
CUT = "incomplete frame"  # the library's message for a stream that ends too early
FIRST_DAY = datetime(1990, 1, 1, tzinfo=UTC)  # no page is older than the web
CLOCK_TOLERANCE = timedelta(days=1)
HTML = {"text/html", "application/xhtml+xml"}
IGNORED = {"warcinfo", "request", "metadata"}  # records that are never pages; not reported
SMALL_READ = 4096  # at most so many bytes are lost before damage in a member of many records
BY_DIGEST = "only pages with a matching digest are imported from there"
NO_RECORD = "there is no WARC record"
OTHER_KINDS = {
    "revisit": "revisit records, which only say that a page is unchanged",
    "conversion": "conversion records, which are not what the publisher sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A record or a part of a file that is not imported."""

    reason: str
    where: str  # its address, or its position in the file
    is_fault: bool = True  # it is damaged or invalid; else it is only no page for us
    value: str | None = None  # of the cell that is refused


Refuse = Callable[[str], str | None]  # why a page of this address is not imported; None if it is
Skip = Callable[[Skipped], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignReader:
    """`for response in reader.responses(file)`: responses with status 200 and HTML resources, with decoded bodies."""

    budgets: Budgets
    now: datetime
    refuse: Refuse
    skip: Skip
    needs_digest: bool = False  # import only pages with a matching digest, in a damaged part

    def responses(self, file: IO[bytes]) -> Iterator[Response]:
        """Raises OSError if the file cannot be read."""
        start = file.read(8)
        file.seek(0)
        if PLAIN.match(start):
            yield from self.read(file)
        elif ZSTD.match(start):
            is_intact = _is_intact(file)
            file.seek(0)
            yield from self._read_zstd(file, is_intact=is_intact)
        else:
            yield from self._read_members(file)

    def _read_zstd(self, file: IO[bytes], *, is_intact: bool) -> Iterator[Response]:
        if not is_intact:
            self._report(f"damaged; {BY_DIGEST}", "the file")
        yield from self._reader_for(is_intact=is_intact).read(file)

    def _read_members(self, file: IO[bytes]) -> Iterator[Response]:
        """Read each gzip member by itself, so that a damaged or invalid one does not affect the others."""
        offset, size = 0, file.seek(0, os.SEEK_END)
        if not size:
            self._report(NO_RECORD, "byte 0")
        while offset < size:
            damage: DamagedError | None = None
            try:
                end = offset + measure(file, offset)
            except DamagedError as error:
                damage, end = error, self._next_offset(file, offset, error)
            reader = self._reader_for(is_intact=not damage or isinstance(damage, TornError))
            stream = _StreamUpToDamage(MemberStream(file, offset, most=SMALL_READ))
            yield from reader.read(stream, offset)
            offset = end

    def _reader_for(self, *, is_intact: bool) -> ForeignReader:
        """For a damaged part, which is reported once, a reader that imports only pages with a matching digest."""
        return self if is_intact else replace(self, skip=_ignore, needs_digest=True)

    def _next_offset(self, file: IO[bytes], offset: int, error: DamagedError) -> int:
        """Where to continue after damage: at the last chain of members that reaches the end of the file.

        An earlier one could be a gzip file inside a page.
        """
        where = f"byte {offset}"
        if chain := last_chain(file, offset + 1):
            self._report(f"damaged up to byte {chain[0][0]}; {BY_DIGEST}", where)
            return chain[0][0]
        if not offset and next(starts(file, 0), None) is None:
            self._report(NO_RECORD, where)
        elif isinstance(error, TornError):
            self._report("the file ends in the middle of a record", where)
        else:
            self._report(f"damaged from there on; {BY_DIGEST}", where)
        return file.seek(0, os.SEEK_END)

    def read(self, stream: Any, offset: int | None = None) -> Iterator[Response]:
        """The pages of a gzip member, or without `offset` of a whole file, which may be Zstandard.

        A page is returned after the next record was read: if that fails, the page's length was wrong.
        """
        records = ArchiveIterator(
            stream,
            parse_http=False,
            max_header_len=self.budgets.header_bytes,
            stream_detect=offset is None,
        )
        page: Response | BadRecord | None = None
        where = ""
        try:
            for record in records:
                if isinstance(page, Response):
                    yield page
                where = _target(record) or f"byte {offset or 0}"
                page = self._page(record)
                if isinstance(page, BadRecord) and not _has_met_damage(stream):
                    self._report(str(page), where)
        except OSError as error:
            self._report_unreadable(error, where, offset, is_reported=isinstance(page, BadRecord))
            if not (self.needs_digest or CUT in str(error)):  # its length may have been wrong
                return
        if isinstance(page, Response):
            yield page
        elif not where:
            self._report(NO_RECORD, f"byte {offset or 0}")

    def _report_unreadable(
        self, error: OSError, where: str, offset: int | None, *, is_reported: bool
    ) -> None:
        if error.errno:  # an error of the disk, not of the file
            raise error
        if offset is None:
            self._report(
                f"unreadable: {error}; the rest of the file is not read", where or "byte 0"
            )
        elif not is_reported:
            self._report(f"unreadable: {error}", where or f"byte {offset}")

    def _page(self, record: WarcRecord) -> Response | BadRecord | None:
        """None if it is not a page to import."""
        kind, url = str(record.headers.get("WARC-Type") or "").lower(), _target(record)
        is_wanted = kind not in IGNORED and self._is_wanted(kind, url, record)
        try:
            block = self._block(record, is_wanted=is_wanted)
            return self._response(kind, canonicalise(url), record, block) if is_wanted else None
        except BadRecord as bad:
            return bad

    def _is_wanted(self, kind: str, url: str, record: WarcRecord) -> bool:
        try:
            reason = self.refuse(canonicalise(url))
        except ValueError:
            reason = "no web address"
        if not reason and kind == "resource":
            media_type = str(record.headers.get("Content-Type") or "").partition(";")[0]
            is_html = media_type.strip().lower() in HTML
            reason = None if is_html else "resource records that are no HTML"
        elif not reason and kind != "response":
            reason = OTHER_KINDS.get(kind, "records of another kind")
        if reason:
            self.skip(Skipped(reason=reason, where=url, is_fault=False))
        return not reason

    def _block(self, record: WarcRecord, *, is_wanted: bool) -> bytes:
        """The content, if wanted. It is read to its end in any case, so that a cut is noticed. Raises BadRecord."""
        if not str(record.headers.get("Content-Length")).isdecimal():
            raise BadRecord("its length is not a number")
        limit = self.budgets.page.decoded_bytes + self.budgets.header_bytes
        parts: list[bytes] = []
        n_bytes = 0
        try:
            while piece := record.reader.read(PIECE):
                n_bytes += len(piece)
                if is_wanted and n_bytes <= limit:
                    parts.append(piece)
        except OSError as error:
            if error.errno:
                raise
            raise BadRecord(f"unreadable: {error}") from error
        if n_bytes != record.content_length:
            raise BadRecord("is shorter than its stated length")
        if is_wanted and n_bytes > limit:
            raise BadRecord(f"larger than {self.budgets.page.decoded_bytes // MIB} MiB")
        return b"".join(parts)

    def _response(self, kind: str, url: str, record: WarcRecord, block: bytes) -> Response | None:
        """None if the response has no page. Raises BadRecord."""
        fields = record.headers
        if fields.get("WARC-Segment-Number"):
            raise BadRecord("in several segments")
        has_valid_digest = agrees_with_digest(fields.get("WARC-Block-Digest"), block)
        if self.needs_digest and not has_valid_digest:
            raise BadRecord("has no digest to verify it")
        fetched_at = self._fetched_at(str(fields.get("WARC-Date")))
        status: int | None = None
        headers: Headers = (("content-type", str(fields.get("Content-Type"))),)
        if kind == "response":
            status, headers, block = split_response(block, self.budgets.header_bytes)
            if status != 200:
                self.skip(Skipped(reason="no answer with status 200", where=url, is_fault=False))
                return None
            block = decode_body(headers, block, self.budgets)
        return Response(
            fetch_id=_fetch_id(str(fields.get("WARC-Record-ID")), url, fetched_at),
            requested_url=url,
            url=url,
            fetched_at=fetched_at,
            body=block,
            status=status,
            headers=headers,
        )

    def _fetched_at(self, text: str) -> datetime:
        """Raises BadRecord."""
        try:
            when = datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise BadRecord("has no WARC-Date") from error
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        if not FIRST_DAY <= when <= self.now + CLOCK_TOLERANCE:
            raise BadRecord("has an impossible date")
        return when.astimezone(UTC)

    def _report(self, reason: str, where: str) -> None:
        self.skip(Skipped(reason=reason, where=where))


class _StreamUpToDamage:
    """A stream that ends where the damage begins. On an error, the library would lose what it has read ahead."""

    def __init__(self, stream: MemberStream) -> None:
        self._stream = stream
        self.tell = stream.tell
        self.has_met_damage = False

    def read(self, size: int = PIECE) -> bytes:
        try:
            return self._stream.read(size)
        except DamagedError:
            self.has_met_damage = True
            return b""


def _has_met_damage(stream: object) -> bool:
    """The damage is reported once for the whole part."""
    return isinstance(stream, _StreamUpToDamage) and stream.has_met_damage


def _is_intact(file: IO[bytes]) -> bool:
    """Whether a Zstandard file is undamaged; it may be cut. Read first, since a frame's checksum comes after its content."""
    try:
        reader = ZstdReader(file)
        while reader.read(PIECE):
            pass
    except OSError as error:
        if error.errno:
            raise
        return CUT in str(error)
    return True


def _ignore(_skipped: Skipped) -> None:
    """Report nothing: the damage is reported once for the whole part."""


def _target(record: WarcRecord) -> str:
    """The record's address, without the angle brackets that wget adds."""
    return str(record.headers.get("WARC-Target-URI") or "").strip().strip("<>")


def _fetch_id(record_id: str, url: str, fetched_at: datetime) -> str:
    """The record's id if it is a UUID, as for most tools; else one computed from it."""
    try:
        return str(UUID(record_id.strip().strip("<>").removeprefix("urn:uuid:")))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, f"{record_id} {url} {fetched_at.isoformat()}"))
