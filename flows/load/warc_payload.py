"""The payload of a WARC record that somebody else wrote: an HTTP answer taken apart, its body decoded within bounds."""

from __future__ import annotations

import base64
import hashlib
import io
import re

from fastwarc.stream_io import BrotliReader, ZstdReader

from flows.http.content_encoding import Decoder
from flows.http.errors import Fault
from flows.http.limits import MIB, Budgets

Headers = tuple[tuple[str, str], ...]

BLANK_LINE = re.compile(rb"\r?\n\r?\n")
LINE = re.compile(rb"\r?\n(?![ \t])")  # a line that begins with a space goes on with the one before
STATUS = re.compile(rb"HTTP/\d(?:\.\d)? ([1-5]\d\d)(?: |$)")
CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*<")
READERS = {"br": BrotliReader, "zstd": ZstdReader}
DIGESTS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}


class BadRecord(Exception):  # noqa: N818 - a verdict on a record, not an error of the program
    """The record cannot be imported; the message says why."""


def http_answer(block: bytes, header_bytes: int) -> tuple[int, Headers, bytes]:
    """Status, headers and body as they were sent. Raises BadRecord."""
    found = BLANK_LINE.search(block, 0, header_bytes)
    if not found:
        raise BadRecord(f"has no HTTP head of at most {header_bytes} bytes")
    first, *lines = LINE.split(block[: found.start()])
    status = STATUS.match(first)
    if not status:
        raise BadRecord("has no HTTP status")
    named = (line.partition(b":") for line in lines)
    headers = tuple((_text(name), _text(value)) for name, colon, value in named if colon)
    return int(status[1]), headers, block[found.end() :]


def decoded(headers: Headers, body: bytes, budgets: Budgets) -> bytes:
    """The body as it was meant. Many tools store it decoded under headers that still speak of a coding.

    Raises BadRecord.
    """
    values = {name.lower(): value.lower() for name, value in headers}
    if "chunked" in values.get("transfer-encoding", "") and CHUNK.match(body):
        body = _unchunked(body)
    coding = values.get("content-encoding", "")
    if MARKUP.match(body):
        coding = ""
    undo = _read if coding in READERS else _inflated
    body = undo(coding, body, budgets)
    if len(body) > budgets.page.decoded_bytes:
        raise BadRecord(f"larger than {budgets.page.decoded_bytes // MIB} MiB")
    return body


def agrees_with_digest(labelled: str | None, block: bytes) -> bool:
    """False where there is none that we can make. Raises BadRecord where it disagrees."""
    label, _, value = (labelled or "").strip().lower().partition(":")
    make = DIGESTS.get(label)
    if not make:
        return False
    digest = make(block, usedforsecurity=False)
    if value not in {digest.hexdigest(), base64.b32encode(digest.digest()).decode().lower()}:
        raise BadRecord("does not agree with its digest")
    return True


def _unchunked(body: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while found := CHUNK.match(body, at):
        size = int(found[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[found.end() : found.end() + size])
        at = found.end() + size
        at += len(body[at : at + 2]) - len(body[at : at + 2].lstrip(b"\r\n"))
    raise BadRecord("its chunks end in the middle")


def _read(coding: str, body: bytes, budgets: Budgets) -> bytes:
    reader, left = READERS[coding](io.BytesIO(body)), budgets.page.decoded_bytes + 1
    parts: list[bytes] = []
    try:
        while left and (part := reader.read(left)):
            parts.append(part)
            left -= len(part)
    except OSError as error:
        raise BadRecord(f"the {coding} body is broken: {error}") from error
    return b"".join(parts)


def _inflated(coding: str, body: bytes, budgets: Budgets) -> bytes:
    try:
        decoder = Decoder(coding, budgets.page.decoded_bytes, budgets.ratio, budgets.ratio_after)
        decoder.feed(body)
        return decoder.finish()
    except Fault as fault:
        raise BadRecord(fault.detail) from fault


def _text(value: bytes) -> str:
    """On one line; UTF-8, or else the Latin-1 that HTTP once meant."""
    value = re.sub(rb"[\r\n\0]+[ \t]*", b" ", value).strip()
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
