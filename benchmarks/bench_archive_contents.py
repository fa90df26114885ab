"""What an archive of wire bytes and request records would cost beside one of decoded bodies: bytes and CPU for each page.

`python benchmarks/bench_archive_contents.py PAGES.jsonl.gz…`, each line with `html_b64`. Gzip bodies are as nginx sends them (level 1,
its default) and as most sites set it (level 6).
"""

from __future__ import annotations

import base64
import gzip
import json
import statistics
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from flows.http.content_encoding import Decoder
from parsers.article import Link, Response
from warehouse.archive.archive import RecordLocation
from warehouse.archive.members import compress
from warehouse.archive.warc import decode, encode, new_info, parse

ROUNDS = 5
LINK = Link(url="https://kabar.example/read/2026/11/24/41290/judul-berita/", source_id="kabar")
HEADERS = (
    ("Date", "Tue, 24 Nov 2026 03:00:00 GMT"),
    ("Content-Type", "text/html; charset=UTF-8"),
    ("Server", "nginx"),
    ("Cache-Control", "max-age=60"),
    ("Vary", "Accept-Encoding"),
)
REQUEST = (
    b"GET /read/2026/11/24/41290/judul-berita/ HTTP/1.1\r\nHost: kabar.example\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n"
    b"User-Agent: Kliping/0.1.0 (+https://example.org/about-our-crawler)\r\nConnection: keep-alive\r\n\r\n"
)
INFO = new_info("20261124T030000Z-beef", "ingest")


def pages(paths: list[str]) -> Iterator[bytes]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from (base64.b64decode(json.loads(line)["html_b64"]) for line in lines)


def response(body: bytes, coding: str = "") -> Response:
    headers = (*HEADERS, ("X-Content-Encoding", coding)) if coding else HEADERS
    return Response(
        fetch_id=str(uuid4()), requested_url=LINK.url, url=LINK.url, fetched_at=datetime.now(UTC), body=body, headers=headers
    )  # fmt: skip


def decoded_record(body: bytes) -> list[bytes]:
    return [compress(encode(LINK, response(body), INFO))]


def wire_records(body: bytes) -> list[bytes]:
    """The answer with its coded body, and the request as a record of its own."""
    request = replace(response(REQUEST), status=None)
    return [
        compress(encode(LINK, response(body, "gzip"), INFO)),
        compress(encode(LINK, request, INFO)),
    ]


def read(member: bytes, *, is_coded: bool) -> bytes:
    body = decode(
        parse(gzip.decompress(member)), RecordLocation(file="", offset=0, length=0)
    ).response.body
    if not is_coded:
        return body
    decoder = Decoder("gzip", 1 << 30, 10**6, 1 << 30)
    decoder.feed(body)
    return decoder.finish()


def milliseconds(work: Callable[[bytes], object], items: list[bytes]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for item in items:
            work(item)
        times.append((time.process_time() - started) / len(items) * 1000)
    return statistics.median(times)


def main() -> None:
    bodies = list(pages(sys.argv[1:]))
    print(f"{len(bodies)} pages of {sum(map(len, bodies)) / len(bodies) / 1000:.0f} kB")
    print(f"{'':34}{'bytes':>9}{'write ms':>10}{'read ms':>9}")
    plain_bodies = [decoded_record(body)[0] for body in bodies]
    line(
        "decoded bodies, no requests",
        plain_bodies,
        milliseconds(decoded_record, bodies),
        milliseconds(lambda m: read(m, is_coded=False), plain_bodies),
    )
    for level in (1, 6):
        wire = [coded(body, level) for body in bodies]
        records = [wire_records(body) for body in wire]
        line(
            f"wire bytes (gzip {level}) and requests",
            [b"".join(each) for each in records],
            milliseconds(wire_records, wire),
            milliseconds(lambda m: read(m, is_coded=True), [each[0] for each in records]),
        )
        line("  of these the request records", [each[1] for each in records], 0, 0)


def coded(body: bytes, level: int) -> bytes:
    deflate = zlib.compressobj(level, zlib.DEFLATED, 31)
    return deflate.compress(body) + deflate.flush()


def line(name: str, members: list[bytes], write: float, reading: float) -> None:
    print(f"{name:34}{sum(map(len, members)) / len(members):9.0f}{write:10.2f}{reading:9.2f}")


if __name__ == "__main__":
    main()
