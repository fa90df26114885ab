"""The bytes of WARC files as other tools write them, whole and damaged."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import zlib
from uuid import NAMESPACE_URL, uuid5

from fastwarc.stream_io import ZstdWriter, zstd_train_dictionary_from_samples

HTML = """<!doctype html><html lang="id"><head><title>Warga Gotong Royong {n}</title></head><body><article>
<h1>Warga Gotong Royong Bersihkan Sungai {n}</h1>
<p>Warga tiga desa membersihkan sungai sejak pagi, {n} hari setelah banjir surut dari permukiman.</p>
<p>Kepala desa mengatakan kerja bakti diikuti 214 keluarga dan selesai sebelum azan zuhur berkumandang.</p>
<p>Sampah yang terkumpul diangkut dengan empat truk ke tempat pembuangan di pinggir kota sore itu.</p>
</article><!-- {noise} --></body></html>
"""
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def url(n: int) -> str:
    return f"http://kabar.test/baca/{n}"


def page(n: int, *, n_noise: int = 3000) -> bytes:
    """A page that hardly compresses, so that a cut of the file cuts a record."""
    return HTML.format(n=n, noise=random.Random(n).randbytes(n_noise).hex()).encode()


def record(
    body: bytes,
    *,
    n: int = 0,
    kind: str = "response",
    head: bytes = OK,
    length: int | None = None,
    target: str | None = None,
    date: str = "2026-11-01T03:00:00Z",
    media_type: str = "application/http; msgtype=response",
    more: str = "",
) -> bytes:
    block = head + b"\r\n" + body if head else body
    name = uuid5(NAMESPACE_URL, f"{target or url(n)} {kind} {body[:9]!r}")
    lines = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{name}>\r\nWARC-Date: {date}\r\n"
        f"WARC-Target-URI: {target or url(n)}\r\nContent-Type: {media_type}\r\n{more}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return lines.encode() + block + b"\r\n\r\n"


def info() -> bytes:
    return record(
        b"software: perayap/1.0\r\n",
        kind="warcinfo",
        head=b"",
        media_type="application/warc-fields",
    )


def with_digest(each: bytes) -> bytes:
    head, _, block = each.partition(b"\r\n\r\n")
    digest = base64.b32encode(hashlib.sha1(block[:-4]).digest())
    return head + b"\r\nWARC-Block-Digest: sha1:" + digest + b"\r\n\r\n" + block


def request(n: int) -> bytes:
    head = b"GET / HTTP/1.1\r\nHost: kabar.test\r\n"
    return record(
        b"", n=n, kind="request", head=head, media_type="application/http; msgtype=request"
    )


PAGES = [record(page(n), n=n) for n in range(1, 7)]
ALL = [info(), *PAGES]


def gz(block: bytes) -> bytes:
    deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
    return deflate.compress(block) + deflate.flush()


def members(*records: bytes) -> bytes:
    return b"".join(map(gz, records))


def zst(block: bytes, **options) -> bytes:
    content = io.BytesIO()
    writer = ZstdWriter(content, **options)
    for at in range(0, len(block), 1 << 20):  # of more it takes a part
        writer.write(block[at : at + (1 << 20)])
    writer.close()
    return content.getvalue()


def with_dictionary(block: bytes) -> bytes:
    samples = [page(n, n_noise=30) for n in range(400)]
    dictionary = zstd_train_dictionary_from_samples(samples, max_size=4096)
    return zst(block, dictionary=dictionary, compress_dictionary_frame=True)


def chunk(body: bytes, size: int = 700) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return (
        b"".join(b"%x;ext=1\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\nX-Trailer: a\r\n\r\n"
    )


def encoded_head(coding: str) -> bytes:
    return OK + f"Content-Encoding: {coding}\r\n".encode()


def flip_byte(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def bomb(n_megabytes: int) -> bytes:
    """A gzip member with a page of so many megabytes of zeros."""
    zeros, deflate = bytes(1_000_000), zlib.compressobj(9, zlib.DEFLATED, -15)
    head = record(b"", n=2, length=len(zeros) * n_megabytes + len(OK) + 2)[: -len(b"\r\n\r\n")]
    first = deflate.compress(head) + deflate.flush(zlib.Z_FULL_FLUSH)
    again = deflate.compress(zeros) + deflate.flush(zlib.Z_FULL_FLUSH)  # the same each time
    last = deflate.compress(b"\r\n\r\n") + deflate.flush()
    checksum = zlib.crc32(head)
    for _ in range(n_megabytes):
        checksum = zlib.crc32(zeros, checksum)
    checksum = zlib.crc32(b"\r\n\r\n", checksum)
    length = len(head) + len(zeros) * n_megabytes + 4
    trailer = checksum.to_bytes(4, "little") + length.to_bytes(4, "little")
    return b"\x1f\x8b\x08" + bytes(7) + first + again * n_megabytes + last + trailer
