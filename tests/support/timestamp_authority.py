"""An RFC 3161 authority on this machine: `openssl ts` behind a small server."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(not OPENSSL, reason="no openssl")
CONFIG = """
[ca]
basicConstraints = critical,CA:TRUE
[of_authority]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/tsa.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(*arguments: object) -> None:
    subprocess.run([OPENSSL, *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """What it does with a query is `behaviour`: answer, refuse, hang, garble, or answer another query."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.behaviour, self.n_queries = folder, "answer", 0
        folder.mkdir()
        config = folder / "openssl.cnf"
        config.write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01")
        for name in ("ca", "tsa"):
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", folder / f"{name}.key")  # fmt: skip
        self.certificate = folder / "ca.pem"
        of_ca = ("-key", folder / "ca.key", "-subj", "/CN=CA uji", "-config", config)
        openssl("req", "-x509", "-new", *of_ca, "-extensions", "ca", "-out", self.certificate)
        of_tsa = ("-key", folder / "tsa.key", "-subj", "/CN=TSA uji", "-config", config)
        signed_by = ("-CA", self.certificate, "-CAkey", folder / "ca.key", "-extensions")
        openssl("req", "-x509", "-new", *of_tsa, *signed_by, "of_authority", "-out", folder / "tsa.pem")  # fmt: skip

    def answer(self, query: bytes) -> bytes:
        files = [self.folder / name for name in ("query.tsq", "answer.tsr")]
        files[0].write_bytes(query)
        openssl("ts", "-reply", "-config", self.folder / "openssl.cnf", "-queryfile", files[0], "-out", files[1])  # fmt: skip
        return files[1].read_bytes()


@contextmanager
def serving(authority: Authority) -> Iterator[str]:
    """Its address."""
    first: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.n_queries += 1
            query = self.rfile.read(int(self.headers["content-length"]))
            first.append(query)
            status, body = 200, b"<html>Selamat datang</html>"
            match authority.behaviour:
                case "answer":
                    body = authority.answer(query)
                case "replay":
                    body = authority.answer(first[0])
                case "refuse":
                    status = 503
                case "hang":
                    time.sleep(1)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        server.server_close()
