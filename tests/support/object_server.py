"""The part of S3's interface that a lake uses, on loopback, with a bucket `kliping`."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

from warehouse.storage import Storage

RANGE = re.compile(r"bytes=(\d+)-(\d+)")
LISTED = "<Contents><Key>{}</Key><Size>{}</Size><ETag>{}</ETag><LastModified>2026-11-01T00:00:00Z</LastModified></Contents>"


def e_tag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ObjectServer

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        body = self.server.objects.get(self.name)
        if self.server.refusal:
            status, text = self.server.refusal
            self.answer(status, text.encode())
        elif address.query:
            self.answer(200, self.server.listing(parse_qs(address.query)["prefix"][0]).encode())
        elif body is None:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        elif self.headers.get("if-match", e_tag(body)) != e_tag(body):
            self.answer(412)
        elif found := RANGE.fullmatch(self.headers.get("range", "")):
            start, end = int(found[1]), min(int(found[2]) + 1, len(body))
            self.server.ranges.append((start, end - start))
            place = f"bytes {start}-{end - 1}/{len(body)}"
            self.answer(206, body[start:end], etag=e_tag(body), content_range=place)
        else:
            self.answer(200, body, etag=e_tag(body))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        before = self.server.objects.get(self.name)
        tag = self.headers.get("if-match")
        is_in_the_way = self.headers.get("if-none-match") == "*" and before is not None
        if is_in_the_way or (tag and (before is None or tag != e_tag(before))):
            self.answer(412)
            return
        self.server.objects[self.name] = body
        self.answer(200, etag=e_tag(body))

    def do_POST(self) -> None:
        """To delete several."""
        keys = re.findall(
            "<Key>(.+?)</Key>", self.rfile.read(int(self.headers["content-length"])).decode()
        )
        for key in keys:
            self.server.objects.pop(unescape(key), None)
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self.answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

    @property
    def name(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/kliping/")

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("last-modified", "Sun, 01 Nov 2026 00:00:00 GMT")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


class ObjectServer(ThreadingHTTPServer):
    """`ranges` has what was read of objects; where there is a `refusal`, a status and a text, it answers all that is read."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.ranges: list[tuple[int, int]] = []
        self.refusal: tuple[int, str] | None = None
        Thread(target=self.serve_forever, daemon=True).start()

    def listing(self, prefix: str) -> str:
        found = [
            LISTED.format(name, len(body), e_tag(body))
            for name, body in self.objects.items()
            if name.startswith(prefix)
        ]
        return (
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(found)}</ListBucketResult>"
        )

    def storage(self) -> Storage:
        return Storage(
            url="s3://kliping/home",
            endpoint=f"http://127.0.0.1:{self.server_port}",
            path_style=True,
            key_id="key",
            secret="secret",
        )

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
