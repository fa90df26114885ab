"""The payload of a WARC record of another tool: the parts of an HTTP response, its body decoded within limits."""

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
LINE = re.compile(rb"\r?\n(?![ \t])")  # a line that begins with a space continues the one before
STATUS = re.compile(rb"HTTP/\d(?:\.\d)? ([1-5]\d\d)(?: |$)")
CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*<")
READERS = {"br": BrotliReader, "zstd": ZstdReader}
DIGESTS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}


class BadRecord(Exception):  # noqa: N818 - a verdict on a record, not an error of the program
    """The record cannot be imported; the message says why."""


def split_response(block: bytes, header_bytes: int) -> tuple[int, Headers, bytes]:
    """Status, headers and body as they were sent. Raises BadRecord."""
    head_end = BLANK_LINE.search(block, 0, header_bytes)
    if not head_end:
        raise BadRecord(f"has no HTTP head of at most {header_bytes} bytes")
    first, *lines = LINE.split(block[: head_end.start()])
    status = STATUS.match(first)
    if not status:
        raise BadRecord("has no HTTP status")
    fields = (line.partition(b":") for line in lines)
    headers = tuple((_text(name), _text(value)) for name, colon, value in fields if colon)
    return int(status[1]), headers, block[head_end.end() :]


def decode_body(headers: Headers, body: bytes, budgets: Budgets) -> bytes:
    """The decoded body. Many tools store it decoded although the headers still name an encoding. Raises BadRecord."""
    values = {name.lower(): value.lower() for name, value in headers}
    if "chunked" in values.get("transfer-encoding", "") and CHUNK.match(body):
        body = _join_chunks(body)
    encoding = values.get("content-encoding", "")
    if MARKUP.match(body):
        encoding = ""
    decompress = _decompress if encoding in READERS else _inflate
    body = decompress(encoding, body, budgets)
    if len(body) > budgets.page.decoded_bytes:
        raise BadRecord(f"larger than {budgets.page.decoded_bytes // MIB} MiB")
    return body


def agrees_with_digest(header: str | None, block: bytes) -> bool:
    """False if there is no digest of a known kind. Raises BadRecord if the digest differs."""
    algorithm, _, value = (header or "").strip().lower().partition(":")
    make_digest = DIGESTS.get(algorithm)
    if not make_digest:
        return False
    digest = make_digest(block, usedforsecurity=False)
    if value not in {digest.hexdigest(), base64.b32encode(digest.digest()).decode().lower()}:
        raise BadRecord("does not agree with its digest")
    return True


def _join_chunks(body: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while chunk := CHUNK.match(body, at):
        size = int(chunk[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[chunk.end() : chunk.end() + size])
        at = chunk.end() + size
        at += len(body[at : at + 2]) - len(body[at : at + 2].lstrip(b"\r\n"))
    raise BadRecord("its chunks end in the middle")


def _decompress(encoding: str, body: bytes, budgets: Budgets) -> bytes:
    reader, left = READERS[encoding](io.BytesIO(body)), budgets.page.decoded_bytes + 1
    parts: list[bytes] = []
    try:
        while left and (part := reader.read(left)):
            parts.append(part)
            left -= len(part)
    except OSError as error:
        raise BadRecord(f"the {encoding} body is broken: {error}") from error
    return b"".join(parts)


def _inflate(encoding: str, body: bytes, budgets: Budgets) -> bytes:
    try:
        decoder = Decoder(encoding, budgets.page.decoded_bytes, budgets.ratio, budgets.ratio_after)
        decoder.feed(body)
        return decoder.finish()
    except Fault as fault:
        raise BadRecord(fault.detail) from fault


def _text(value: bytes) -> str:
    """On one line; as UTF-8, or else as Latin-1, the former standard of HTTP."""
    value = re.sub(rb"[\r\n\0]+[ \t]*", b" ", value).strip()
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
