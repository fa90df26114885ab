"""WARC files that others wrote: the pages in them, and what of them could not be read.

Plain, gzip (a member for each record, or one for all) and Zstandard (with a dictionary or without). A record that cannot be
read costs only itself where the file says where the next one begins; memory is bounded by the budgets of a page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from fastwarc.stream_io import ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord

from flows.http.limits import MIB, Budgets
from flows.load.warc_payload import BadRecord, Headers, agrees_with_digest, decoded, http_answer
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
CUT = "incomplete frame"  # what the library says of a stream that only ends too early
FIRST_DAY = datetime(1990, 1, 1, tzinfo=UTC)  # no page is older than the web
CLOCKS_DIFFER = timedelta(days=1)
HTML = {"text/html", "application/xhtml+xml"}
BESIDE = {"warcinfo", "request", "metadata"}  # beside the pages of every file; nobody misses them
FINE = 4096  # bytes that are lost at most before damage in a member of many records
BY_DIGEST = "of what is there only pages count that a digest proves"
NO_RECORD = "there is no WARC record"
OTHER_KINDS = {
    "revisit": "revisit records, which only say that a page was as before",
    "conversion": "conversion records, which are not what the publisher sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """What is not imported: a record, or a part of a file."""

    reason: str
    where: str  # its address, or where in the file it is
    is_fault: bool = True  # something is wrong with it; else it is only no page for us


Refuse = Callable[[str], str | None]  # why a page of this address is not wanted; None where it is
Skip = Callable[[Skipped], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignReader:
    """`for response in reader.responses(path)`: answers with status 200 and HTML resources, their bodies decoded."""

    budgets: Budgets
    now: datetime
    refuse: Refuse
    skip: Skip
    needs_digest: bool = False  # of each page, where something around it is damaged

    def responses(self, path: Path) -> Iterator[Response]:
        """Raises OSError where the file cannot be opened or read."""
        with path.open("rb") as file:
            start = file.read(8)
            file.seek(0)
            if PLAIN.match(start):
                yield from self.read(file)
            elif ZSTD.match(start):
                yield from self._of_zstd(file, is_sound=_is_sound(path))
            else:
                yield from self._of_members(file)

    def _of_zstd(self, file: IO[bytes], *, is_sound: bool) -> Iterator[Response]:
        if not is_sound:
            self._fault(f"damaged; {BY_DIGEST}", "the file")
        yield from self._as_found(is_sound=is_sound).read(file)

    def _of_members(self, file: IO[bytes]) -> Iterator[Response]:
        """Each gzip member by itself, so that one that is damaged or holds something odd costs no other."""
        offset, size = 0, os.fstat(file.fileno()).st_size
        if not size:
            self._fault(NO_RECORD, "byte 0")
        while offset < size:
            damage: DamagedError | None = None
            try:
                end = offset + measure(file, offset)
            except DamagedError as error:
                damage, end = error, self._behind(file, offset, error)
            reader = self._as_found(is_sound=not damage or isinstance(damage, TornError))
            yield from reader.read(_UpToDamage(MemberStream(file, offset, most=FINE)), offset)
            offset = end

    def _as_found(self, *, is_sound: bool) -> ForeignReader:
        """For a part that is damaged, which is reported once: only a page whose digest agrees counts."""
        return self if is_sound else replace(self, skip=_ignore, needs_digest=True)

    def _behind(self, file: IO[bytes], offset: int, error: DamagedError) -> int:
        """Where to go on behind damage: at the last chain, which holds no member that a page has in it."""
        where = f"byte {offset}"
        if chain := last_chain(file, offset + 1):
            self._fault(f"damaged up to byte {chain[0][0]}; {BY_DIGEST}", where)
            return chain[0][0]
        if not offset and next(starts(file, 0), None) is None:
            self._fault(NO_RECORD, where)
        elif isinstance(error, TornError):
            self._fault("the file ends in the middle of a record", where)
        else:
            self._fault(f"damaged from there on; {BY_DIGEST}", where)
        return os.fstat(file.fileno()).st_size

    def read(self, stream: Any, offset: int | None = None) -> Iterator[Response]:
        """The pages of a gzip member, or without `offset` of a whole file, which may be a stream of Zstandard.

        A page is given once what is behind it is read: else its length was wrong.
        """
        records = ArchiveIterator(
            stream,
            parse_http=False,
            max_header_len=self.budgets.header_bytes,
            stream_detect=offset is None,
        )
        found: Response | BadRecord | None = None
        where = ""
        try:
            for record in records:
                if isinstance(found, Response):
                    yield found
                where = _target(record) or f"byte {offset or 0}"
                found = self._page(record)
                if isinstance(found, BadRecord) and not _is_over(stream):
                    self._fault(str(found), where)
        except OSError as error:
            self._unreadable(error, where, offset, is_reported=isinstance(found, BadRecord))
            if not (self.needs_digest or CUT in str(error)):  # its length may have been wrong
                return
        if isinstance(found, Response):
            yield found
        elif not where:
            self._fault(NO_RECORD, f"byte {offset or 0}")

    def _unreadable(
        self, error: OSError, where: str, offset: int | None, *, is_reported: bool
    ) -> None:
        if error.errno:  # the disk's, not the file's
            raise error
        if offset is None:
            self._fault(f"unreadable: {error}; what is behind is not read", where or "byte 0")
        elif not is_reported:
            self._fault(f"unreadable: {error}", where or f"byte {offset}")

    def _page(self, record: WarcRecord) -> Response | BadRecord | None:
        """None where it is no page that is wanted."""
        kind, url = str(record.headers.get("WARC-Type") or "").lower(), _target(record)
        is_wanted = kind not in BESIDE and self._is_wanted(kind, url, record)
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
        """Read to its end, so that a cut is not missed; kept is what is wanted and not too large. Raises BadRecord."""
        if not str(record.headers.get("Content-Length")).isdecimal():
            raise BadRecord("its length is no number")
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
            raise BadRecord("ends before the length it names")
        if is_wanted and n_bytes > limit:
            raise BadRecord(f"larger than {self.budgets.page.decoded_bytes // MIB} MiB")
        return b"".join(parts)

    def _response(self, kind: str, url: str, record: WarcRecord, block: bytes) -> Response | None:
        """None where the answer has no page. Raises BadRecord."""
        fields = record.headers
        if fields.get("WARC-Segment-Number"):
            raise BadRecord("in several segments")
        is_proved = agrees_with_digest(fields.get("WARC-Block-Digest"), block)
        if self.needs_digest and not is_proved:
            raise BadRecord("no digest proves it")
        fetched_at = self._moment(str(fields.get("WARC-Date")))
        status: int | None = None
        headers: Headers = (("content-type", str(fields.get("Content-Type"))),)
        if kind == "response":
            status, headers, block = http_answer(block, self.budgets.header_bytes)
            if status != 200:
                self.skip(Skipped(reason="no answer with status 200", where=url, is_fault=False))
                return None
            block = decoded(headers, block, self.budgets)
        return Response(
            fetch_id=_fetch_id(str(fields.get("WARC-Record-ID")), url, fetched_at),
            requested_url=url,
            url=url,
            fetched_at=fetched_at,
            body=block,
            status=status,
            headers=headers,
        )

    def _moment(self, text: str) -> datetime:
        """Raises BadRecord."""
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise BadRecord("has no WARC-Date") from error
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if not FIRST_DAY <= moment <= self.now + CLOCKS_DIFFER:
            raise BadRecord("an absurd date")
        return moment.astimezone(UTC)

    def _fault(self, reason: str, where: str) -> None:
        self.skip(Skipped(reason=reason, where=where))


class _UpToDamage:
    """A stream that ends where it cannot be read on: what the library has read ahead would else be lost."""

    def __init__(self, stream: MemberStream) -> None:
        self._stream = stream
        self.tell = stream.tell
        self.is_over = False

    def read(self, size: int = PIECE) -> bytes:
        try:
            return self._stream.read(size)
        except DamagedError:
            self.is_over = True
            return b""


def _is_over(stream: object) -> bool:
    """The stream met damage, which is reported for the part as a whole."""
    return isinstance(stream, _UpToDamage) and stream.is_over


def _is_sound(path: Path) -> bool:
    """A stream of Zstandard has no damage; it may be cut. What is in a frame is given before its checksum is read."""
    try:
        with path.open("rb") as file:
            reader = ZstdReader(file)
            while reader.read(PIECE):
                pass
    except OSError as error:
        if error.errno:
            raise
        return CUT in str(error)
    return True


def _ignore(_skipped: Skipped) -> None:
    """The damage is reported for the part as a whole."""


def _target(record: WarcRecord) -> str:
    """Without the angle brackets in which wget puts it."""
    return str(record.headers.get("WARC-Target-URI") or "").strip().strip("<>")


def _fetch_id(record_id: str, url: str, fetched_at: datetime) -> str:
    """The record's own name where it is a UUID, as nearly everybody's is."""
    try:
        return str(UUID(record_id.strip().strip("<>").removeprefix("urn:uuid:")))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, f"{record_id} {url} {fetched_at.isoformat()}"))
