"""A bucket that takes everything and answers nothing ends the process that uses it."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

pytest.importorskip("obstore")
WAITS = """
import sys, time
from pathlib import Path
from flows.runs import silent_bucket
from flows.settings import Settings
from warehouse import storage

silent_bucket.LOOK_SECONDS, storage.REQUEST_SECONDS, storage.RETRY_SECONDS = 0.1, 0.5, 0.5
settings = Settings(
    home=Path("home"), warehouse="ducklake:postgres:host=db", storage="s3://kliping",
    aws_endpoint_url=sys.argv[1], aws_access_key_id="key", aws_secret_access_key="secret",
)
with silent_bucket.limited_silence(settings):
    if sys.argv[2] == "waits":
        time.sleep(30)
time.sleep(1.5)
"""


def exit_code_beside_silence(what: str) -> subprocess.CompletedProcess[str]:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-c", WAITS, endpoint, what]
        return subprocess.run(command, check=False, capture_output=True, text=True)


def test_who_waits_for_a_silent_bucket_ends():
    ended = exit_code_beside_silence("waits")

    assert ended.returncode == 75
    assert "s3://kliping cannot be used" in ended.stderr
    assert ended.stderr.endswith("the next run goes on where it stopped\n")


def test_who_needs_the_bucket_no_more_goes_on():
    ended = exit_code_beside_silence("is done")

    assert (ended.returncode, ended.stderr) == (0, "")
