"""A content coding undone in bounded steps, so that a bomb costs no more than its limit.

Why httpx does not do it: docs/decisions/0013-content-decoding.md.
"""

from __future__ import annotations

import io
import zlib

from flows.http.errors import Fault
from parsers.kinds import Reason

STEP = 256 * 1024
ROOMY = 1024 * 1024
MEMBERS = 1000  # of one gzip body; more are a way to burn time with nothing
PLAIN = {
    "",
    "identity",
    "none",
    "utf-8",
}  # the last two are no codings, and are sent for plain bodies all the same
GZIP = {"gzip", "x-gzip"}
MAGIC = b"\x1f\x8b"  # of a gzip member


class Decoder:
    """Bytes as they come in, the body as it was meant out; the same for every chunking.

    Raises Fault: decode where the coding is broken, unknown or more than one; too_large beyond `limit` bytes, or beyond
    `ratio` times the wire once `ratio_after` bytes are out.
    """

    def __init__(self, coding: str, limit: int, ratio: int, ratio_after: int) -> None:
        self._coding = _only(coding)
        self._limit, self._ratio, self._ratio_after = limit, ratio, ratio_after
        self._inflater: zlib._Decompress | None = None
        self._held = b""  # too few bytes yet to tell what begins here
        self._junk = False  # what follows the last gzip member is nobody's
        self._members = 0
        self._wire = self._size = 0
        self._body = (
            io.BytesIO()
        )  # hands its buffer over without a copy, which a joined list does not

    def feed(self, data: bytes) -> None:
        self._wire += len(data)
        if self._coding in PLAIN:
            self._keep(data)
            return
        while data and not self._junk:
            data = self._inflate(data) if self._inflater else self._begin(data)

    def finish(self, *, cut: bool = False) -> bytes:
        """The whole body. `cut` says that we stopped reading: what came is all there will be."""
        if self._inflater:
            self._inflate(b"")  # raw deflate has no trailer: its last bits can still be inside
        begun = self._held and not self._members
        if not cut and (self._inflater or begun):
            raise Fault(reason=Reason.DECODE, detail=f"the {self._coding} body ends in the middle")
        self._body.truncate()
        return self._body.getvalue()

    def close(self) -> None:
        """Lets the body go: an exception's traceback may keep this object for as long as the exception is kept."""
        self._body.close()

    def _begin(self, data: bytes) -> bytes:
        """A gzip member, or the one deflate stream, whose kind the first two bytes tell."""
        data = self._held + data
        if len(data) < len(MAGIC):
            self._held = data
            return b""
        self._held = b""
        self._junk = self._members > 0 and (self._coding not in GZIP or not data.startswith(MAGIC))
        if not self._junk:
            self._members += 1
            if self._members > MEMBERS:
                raise Fault(reason=Reason.DECODE, detail=f"more than {MEMBERS} gzip members")
            self._inflater = zlib.decompressobj(self._window(data))
        return data

    def _window(self, data: bytes) -> int:
        if self._coding in GZIP:
            return 16 + zlib.MAX_WBITS
        zlib_header = data[0] & 0x0F == zlib.DEFLATED and not int.from_bytes(data[:2], "big") % 31
        return (
            zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS
        )  # raw deflate is what some servers mean by the name

    def _inflate(self, data: bytes) -> bytes:
        inflater = self._inflater
        assert inflater is not None
        try:
            self._keep(inflater.decompress(data, STEP))
        except zlib.error as error:
            raise Fault(
                reason=Reason.DECODE, detail=f"the {self._coding} body is broken: {error}"
            ) from error
        if inflater.eof:
            self._inflater = None
            return inflater.unused_data
        return inflater.unconsumed_tail

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise Fault(reason=Reason.TOO_LARGE, detail=f"more than {self._limit} bytes decoded")
        if self._size > self._ratio_after and self._size > self._ratio * self._wire:
            raise Fault(
                reason=Reason.TOO_LARGE, detail=f"grows more than {self._ratio} times when decoded"
            )
        if self._size > ROOMY >= self._size - len(data):
            # The whole of the room at once, of which only what is written is real: a buffer that grows is copied, and
            # is in memory twice while it is.
            self._body, small = io.BytesIO(bytes(self._limit)), self._body.getvalue()
            self._body.write(small)
        self._body.write(data)


def _only(value: str) -> str:
    """The one coding that was applied; we ask for gzip and deflate, and nothing else is undone."""
    names = [name.strip().lower() for name in value.split(",")]
    applied = [name for name in names if name not in PLAIN]
    if len(applied) > 1:
        raise Fault(reason=Reason.DECODE, detail=f"more than one content coding: {value}")
    if applied and applied[0] not in GZIP | {"deflate"}:
        raise Fault(reason=Reason.DECODE, detail=f"a content coding nobody asked for: {value}")
    return applied[0] if applied else ""
