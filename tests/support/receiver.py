"""A server that gets the messages of watches."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Receiver:
    """A web server on loopback: what was posted, and what to answer; `look` is called before the answer."""

    def __init__(self):
        self.posts, self.keys, self.headers, self.bodies, self.status = [], [], [], [], 204
        self.look = lambda: None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.bodies.append(body)
                receiver.posts.append(json.loads(body))
                receiver.headers.append(dict(self.headers))
                receiver.keys.append(self.headers["idempotency-key"])
                receiver.look()
                if callable(receiver.status):
                    receiver.status(self.connection)
                elif receiver.status is not None:  # else the connection ends without an answer
                    self.send_response(receiver.status)
                    self.send_header("location", "/elsewhere")
                    self.end_headers()

            def log_message(self, *_):
                """Nothing on the terminal."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                """The client may go away."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.address = f"http://{self.host}/hook"
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def hit_ids(self):
        return [hit["hit_id"] for post in self.posts for hit in post["hits"]]
