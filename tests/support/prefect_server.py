"""A real Prefect server and worker as processes, what they are asked, and an address for their messages."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import httpx

CHECKOUT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
UNTRACKED = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


@contextlib.contextmanager
def background_process(
    command: list[str | Path], env: dict[str, str], log: Path, folder: Path = CHECKOUT
) -> Iterator[subprocess.Popen[bytes]]:
    """A process group, in the checkout unless another folder is named, ended whatever happens."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            for number in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    os.killpg(process.pid, number)
                    process.wait(15)
            process.wait(5)


@contextlib.contextmanager
def worker(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with background_process(
        [BIN / "prefect", "worker", "start", "--pool", "kliping"],
        env,
        Path(env["HOME"]) / "worker.log",
    ) as process:
        yield process


def kill_what_still_runs(mark: str) -> None:
    """By a variable that only what we started has: a worker's runs and a temporary server are no part of its process group."""
    for proc in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (proc / "environ").read_bytes().split(b"\0"):
                os.kill(int(proc.name), signal.SIGKILL)


def log_of_worker(env: dict[str, str]) -> str:
    return (Path(env["HOME"]) / "worker.log").read_text()


def run(
    command: list[str | Path],
    env: dict[str, str],
    *,
    check: bool = False,
    folder: Path = CHECKOUT,
    seconds: float = 180,
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def api(
    env: dict[str, str], path: str, payload: dict[str, Any] | None = None, method: str = "POST"
) -> Any:
    """Asks as Prefect's own client does: a server whose database is busy answers 503 and says when to come again."""
    http_method, patience = "GET" if payload is None else method, time.monotonic() + 240
    while True:
        answer = httpx.request(
            http_method,
            f"{env['PREFECT_API_URL']}/{path}",
            json=payload,
            timeout=60,
            trust_env=False,
        )
        if answer.status_code != 503 or time.monotonic() > patience:
            break
        time.sleep(float(answer.headers.get("retry-after", 1)))
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


@contextlib.contextmanager
def webhook() -> Iterator[tuple[str, list[bytes]]]:
    """An address that keeps what is posted to it."""
    posts: list[bytes] = []

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posts.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal."""

    with HTTPServer(("127.0.0.1", 0), Keeper) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", posts
        server.shutdown()


def answers(env: dict[str, str]) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return api(env, "health") is True
    return False


def state_of(env: dict[str, str], flow_run_id: str) -> str:
    return api(env, f"flow_runs/{flow_run_id}")["state"]["type"]


def wait_for_end(env: dict[str, str], flow_run_id: str, seconds: float) -> dict[str, Any]:
    final = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
    until(lambda: state_of(env, flow_run_id) in final, seconds)
    return api(env, f"flow_runs/{flow_run_id}")


def query_published(env: dict[str, str], sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(Path(env["KLIPING_HOME"]) / "kliping.duckdb", read_only=True) as con:
        return con.sql(sql).fetchall()


def until(
    is_so: Callable[[], bool], seconds: float, process: subprocess.Popen[bytes] | None = None
) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds} s"
        assert process is None or process.poll() is None, (
            f"{process.args} has ended" if process else ""
        )
        time.sleep(0.2)
