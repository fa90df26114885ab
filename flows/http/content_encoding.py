"""Decoding of a content encoding in bounded steps, so that a decompression bomb costs no more than the limit.

Why httpx does not do it: docs/decisions/0013-content-decoding.md.
"""

from __future__ import annotations

import io
import zlib

from flows.http.errors import Fault
from parsers.kinds import Reason

STEP = 256 * 1024
LARGE_BYTES = 1024 * 1024
MAX_MEMBERS = 1000  # of one gzip body; more only cost time
PLAIN = {"", "identity", "none", "utf-8"}  # the last two are invalid, but some servers send them
GZIP = {"gzip", "x-gzip"}
MAGIC = b"\x1f\x8b"  # of a gzip member


class Decoder:
    """Takes the chunks of a body as sent, and returns the decoded body; the same for every chunking.

    Raises Fault: `decode` if the encoding is broken, unknown or more than one; `too_large` beyond `limit` bytes, or beyond
    `ratio` times the bytes on the wire, which is checked after `ratio_after` bytes.
    """

    def __init__(self, encoding: str, limit: int, ratio: int, ratio_after: int) -> None:
        self._encoding = _single_encoding(encoding)
        self._limit, self._ratio, self._ratio_after = limit, ratio, ratio_after
        self._inflater: zlib._Decompress | None = None
        self._pending = b""  # the start of a member, too short to tell its kind
        self._is_after_end = False  # bytes after the last gzip member are ignored
        self._members = 0
        self._wire = self._size = 0
        self._body = io.BytesIO()  # returns its buffer without a copy, unlike a joined list

    def feed(self, data: bytes) -> None:
        self._wire += len(data)
        if self._encoding in PLAIN:
            self._write(data)
            return
        while data and not self._is_after_end:
            data = self._inflate(data) if self._inflater else self._start_member(data)

    def finish(self, *, cut: bool = False) -> bytes:
        """The whole body. With `cut` we stopped reading early, so an incomplete body is no error."""
        if self._inflater:
            self._inflate(b"")  # raw deflate has no trailer: its last bits may still be inside
        is_too_short = self._pending and not self._members
        if not cut and (self._inflater or is_too_short):
            raise Fault(
                reason=Reason.DECODE, detail=f"the {self._encoding} body ends in the middle"
            )
        self._body.truncate()
        return self._body.getvalue()

    def close(self) -> None:
        """Free the body: the traceback of an exception may keep this object alive."""
        self._body.close()

    def _start_member(self, data: bytes) -> bytes:
        """Start a gzip member or the one deflate stream; the first two bytes tell which."""
        data = self._pending + data
        if len(data) < len(MAGIC):
            self._pending = data
            return b""
        self._pending = b""
        self._is_after_end = self._members > 0 and (
            self._encoding not in GZIP or not data.startswith(MAGIC)
        )
        if not self._is_after_end:
            self._members += 1
            if self._members > MAX_MEMBERS:
                raise Fault(reason=Reason.DECODE, detail=f"more than {MAX_MEMBERS} gzip members")
            self._inflater = zlib.decompressobj(self._window(data))
        return data

    def _window(self, data: bytes) -> int:
        if self._encoding in GZIP:
            return 16 + zlib.MAX_WBITS
        zlib_header = data[0] & 0x0F == zlib.DEFLATED and not int.from_bytes(data[:2], "big") % 31
        return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS  # some servers send raw deflate

    def _inflate(self, data: bytes) -> bytes:
        inflater = self._inflater
        assert inflater is not None
        try:
            self._write(inflater.decompress(data, STEP))
        except zlib.error as error:
            raise Fault(
                reason=Reason.DECODE, detail=f"the {self._encoding} body is broken: {error}"
            ) from error
        if inflater.eof:
            self._inflater = None
            return inflater.unused_data
        return inflater.unconsumed_tail

    def _write(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise Fault(reason=Reason.TOO_LARGE, detail=f"more than {self._limit} bytes decoded")
        if self._size > self._ratio_after and self._size > self._ratio * self._wire:
            raise Fault(
                reason=Reason.TOO_LARGE, detail=f"grows more than {self._ratio} times when decoded"
            )
        if self._size > LARGE_BYTES >= self._size - len(data):
            # Reserve the limit at once; the system gives memory only for written bytes. A growing buffer is copied, and
            # is then in memory twice.
            self._body, small = io.BytesIO(bytes(self._limit)), self._body.getvalue()
            self._body.write(small)
        self._body.write(data)


def _single_encoding(value: str) -> str:
    """The encoding of the body. We ask for gzip and deflate, and decode nothing else."""
    names = [name.strip().lower() for name in value.split(",")]
    encodings = [name for name in names if name not in PLAIN]
    if len(encodings) > 1:
        raise Fault(reason=Reason.DECODE, detail=f"more than one content encoding: {value}")
    if encodings and encodings[0] not in GZIP | {"deflate"}:
        raise Fault(reason=Reason.DECODE, detail=f"unsupported content encoding: {value}")
    return encodings[0] if encodings else ""
