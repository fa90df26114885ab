"""An object storage that answers about half of all requests with 503, as one that is overloaded."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@contextmanager
def failing_half(port: int, seed: int) -> Iterator[tuple[str, Counter[int]]]:
    """Its address, and how often it gave each status."""
    dice, answers = random.Random(seed), Counter[int]()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            request = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if dice.random() < 0.5:
                self.pass_on(503, {"Content-Length": "0"}, b"")
                return
            server = HTTPConnection("127.0.0.1", port)
            server.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                server.putheader(name, value)  # with the host, which is signed
            server.endheaders(request)
            response = server.getresponse()
            body = response.read()
            headers = {name: value for name, value in response.getheaders() if name.lower() not in {"transfer-encoding", "connection", "date", "server"}}  # fmt: skip
            if self.command != "HEAD":
                headers |= {"Content-Length": str(len(body))}
            server.close()
            self.pass_on(response.status, headers, body)

        def pass_on(self, status: int, headers: dict[str, str], body: bytes) -> None:
            answers[status] += 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - as the class wants it

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", answers
    finally:
        server.shutdown()
