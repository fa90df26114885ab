"""Answers queries of people we do not know, on the published copy, within limits.

`with Sandbox(home) as sandbox: answer = sandbox.ask("FROM mart.articles")`. It may be used from several threads at once; each
query has a process to itself. Every publish is followed by itself, and whatever a query does, the next one is answered.
"""

from __future__ import annotations

import json
import os
import queue
import selectors
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kliping.sandbox.errors import KINDS, LimitError, UnavailableError
from kliping.sandbox.query_result import Answer, Column
from warehouse.read.published import published

START_SECONDS = 60.0  # imports, on a busy machine
HEAD_BYTES = 1 << 20  # of the names and types of an answer's columns
ENVIRONMENT = {  # nothing of ours, which may have secrets in it
    "PYTHONPATH": str(Path(__file__).parents[2]),
    "MALLOC_ARENA_MAX": "2",  # what threads reserve for themselves is not left to the query
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    seconds: float = 20.0
    memory_mb: int = 1024  # of the process of a query; half of it is DuckDB's buffers
    threads: int = 2
    rows: int = 1000
    answer_mb: int = 4
    processes: int = 2  # so many queries at once
    wait_seconds: float = 5.0  # for one of them


class Sandbox:
    """Raises NothingPublished where there is no copy to begin with."""

    def __init__(self, home: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        setup = {
            "path": str(published(home).absolute()),
            "memory_mb": self.limits.memory_mb,
            "threads": self.limits.threads,
        }
        self._workers = [_Worker(setup) for _ in range(self.limits.processes)]
        self._free: queue.LifoQueue[_Worker] = queue.LifoQueue()  # one after the other starts one
        for worker in self._workers:
            self._free.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """From any thread; queries that run end with UnavailableError."""
        for worker in self._workers:
            worker.close()

    def ask(self, sql: str, *, exact: bool = False) -> Answer:
        """The rows as JSON values; exactly, as texts that DuckDB can cast back to the columns' types. Raises QueryError."""
        request = {
            "sql": sql,
            "exact": exact,
            "rows": self.limits.rows,
            "bytes": self.limits.answer_mb << 20,
        }
        try:
            worker = self._free.get(timeout=self.limits.wait_seconds)
        except queue.Empty:
            raise UnavailableError(
                f"{self.limits.processes} queries are running already; ask again in a moment"
            ) from None
        try:
            head, text = worker.ask(request, self.limits)
        finally:
            self._free.put(worker)
        if "error" in head:
            raise KINDS[head["error"]](head["message"])
        columns = tuple(Column(name=name, type=kind) for name, kind in head["columns"])
        return Answer(columns=columns, text=text, truncated=head["truncated"])


class _Worker:
    """One process, started when there is a query for it and replaced when it had to be killed."""

    def __init__(self, setup: dict[str, Any]) -> None:
        self._setup = setup
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()  # who stops the process must be the only one to read from it

    def ask(self, request: dict[str, Any], limits: Limits) -> tuple[dict[str, Any], str]:
        """Raises LimitError, UnavailableError."""
        with self._lock:
            return self._ask(request, limits)

    def close(self) -> None:
        """From another thread: whoever waits for an answer gets none."""
        self._closed = True
        if process := self._process:
            process.kill()
        with self._lock:
            self._stop()

    def _ask(self, request: dict[str, Any], limits: Limits) -> tuple[dict[str, Any], str]:
        try:
            process = self._ready()
            _send(process, request)
            most_bytes = HEAD_BYTES + 4 * request["bytes"]  # as UTF-8 a character has four at most
            head_line, rows_line = _receive(process, 2, limits.seconds, most_bytes)
        except TimeoutError as error:
            self._stop()
            raise LimitError(f"the query takes longer than {limits.seconds:g} s") from error
        except (OSError, EOFError) as error:
            self._stop()
            if self._closed:
                raise UnavailableError("the server is being stopped") from error
            raise LimitError(
                "the query broke its process, most likely for want of memory"
            ) from error
        head: dict[str, Any] = json.loads(head_line)
        if head.get("last"):
            self._stop()
        return head, rows_line.decode()

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise EOFError
        if not self._process or self._process.poll() is not None:
            self._stop()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "kliping.sandbox.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=ENVIRONMENT,
                process_group=0,  # Ctrl-C is for the parent
            )
            if self._closed:  # while it started
                raise EOFError
            try:
                _send(self._process, self._setup)
                _receive(self._process, 2, START_SECONDS, HEAD_BYTES)
            except (OSError, EOFError, TimeoutError) as error:
                self._stop()
                raise UnavailableError("a process for the query does not start") from error
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with suppress(OSError):  # what it did not read any more
                        pipe.close()


def _send(process: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
    assert process.stdin
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()


def _receive(
    process: subprocess.Popen[bytes], n_lines: int, seconds: float, most_bytes: int
) -> list[bytes]:
    """Raises TimeoutError, and EOFError where the process is gone or says more than it may."""
    assert process.stdout
    deadline = time.monotonic() + seconds
    parts: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while n_lines > 0:
            if not selector.select(deadline - time.monotonic()):
                raise TimeoutError
            part = os.read(process.stdout.fileno(), 1 << 20)
            most_bytes -= len(part)
            if not part or most_bytes < 0:
                raise EOFError
            parts.append(part)
            n_lines -= part.count(b"\n")
    return b"".join(parts).split(b"\n")[:-1]
