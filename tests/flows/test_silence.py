"""A server of a lake that takes everything and answers nothing ends the process that uses it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from support.object_server import ObjectServer

pytest.importorskip("obstore")
pytest.importorskip("psycopg")
WAITS = """
import sys, time
from pathlib import Path
from flows.runs import silence
from flows.settings import Settings
from warehouse import lake, storage

silence.LOOK_SECONDS, silence.TRIES, lake.PATIENCE["connect_timeout"] = 0.1, 2, 2
storage.REQUEST_SECONDS, storage.RETRY_SECONDS = 0.5, 0.5
settings = Settings(
    home=Path("home"), warehouse=f"ducklake:postgres:host=127.0.0.1 port={sys.argv[1]} user=kliping",
    storage="s3://kliping", aws_endpoint_url=sys.argv[2], aws_access_key_id="key", aws_secret_access_key="secret",
)
with silence.limited_silence(settings):
    if sys.argv[3] == "waits":
        time.sleep(30)
time.sleep(4)  # longer than a look
"""


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield silent.getsockname()[1]


@pytest.fixture
def bucket() -> Iterator[str]:
    server = ObjectServer()
    yield str(server.storage().endpoint)
    server.stop()


def ended(port: int, endpoint: str, what: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WAITS, str(port), endpoint, what]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_who_waits_for_a_silent_bucket_ends(silent_port):
    process = ended(1, f"http://127.0.0.1:{silent_port}", "waits")

    assert process.returncode == 75
    assert "s3://kliping cannot be used" in process.stderr
    assert process.stderr.endswith("the next run goes on where it stopped\n")


def test_who_waits_for_a_silent_postgresql_ends(silent_port, bucket):
    process = ended(silent_port, bucket, "waits")

    assert process.returncode == 75
    assert "PostgreSQL does not answer: " in process.stderr


def test_who_needs_the_lake_no_more_goes_on(silent_port):
    process = ended(1, f"http://127.0.0.1:{silent_port}", "is done")

    assert (process.returncode, process.stderr) == (0, "")
