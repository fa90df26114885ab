"""Killable readers: pages, feeds and sitemaps are parsed in child processes with a limit on memory and a deadline.

The parent keeps the deadline. A child that overruns it, or dies, costs its page a reason and nothing else; another takes its place.
Children are started as programs of their own, so that nothing of the parent (loops, locks, the Prefect engine) is in them.
"""

from __future__ import annotations

import os
import pickle
import resource
import selectors
import struct
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any, Self

from flows.reading import CHANNELS, Fetched, killed, read
from parsers.article import Reason
from parsers.source import Source
from warehouse.rows import Outcome

MEMORY_BYTES = 512 * 1024 * 1024
PAGE_SECONDS = 10.0
CHANNEL_SECONDS = 20.0
START_SECONDS = 60.0  # imports, on a busy machine
PAGES_PER_CHILD = 500  # then a fresh one: parsers leak
HEADER = struct.Struct("!Q")


class Workers:
    """`with Workers(sources) as workers: outcomes = workers.read(fetched)`; children start when there is work for them."""

    def __init__(
        self, sources: Mapping[str, Source], n_children: int = 2, *, page_seconds: float = PAGE_SECONDS, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        self._setup = pickle.dumps((dict(sources), memory_bytes))
        self._page_seconds = page_seconds
        self._children: SimpleQueue[_Child] = SimpleQueue()
        self._threads = ThreadPoolExecutor(n_children)
        self._all: list[_Child] = [_Child(self._setup) for _ in range(n_children)]
        for child in self._all:
            self._children.put(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._threads.shutdown(cancel_futures=True)
        for child in self._all:
            child.stop()

    def read(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """What became of each, in order."""
        return list(self._threads.map(self._read, fetched))

    def _read(self, fetched: Fetched) -> Outcome:
        if not fetched.records:
            return read(fetched, {})
        child = self._children.get()
        try:
            seconds = CHANNEL_SECONDS if fetched.link.kind in CHANNELS else self._page_seconds
            return child.ask(fetched, seconds)
        finally:
            self._children.put(child)


class _Child:
    """One process, replaced when it is worn out or had to be killed."""

    def __init__(self, setup: bytes) -> None:
        self._setup = setup
        self._process: subprocess.Popen[bytes] | None = None
        self._n_read = 0

    def ask(self, fetched: Fetched, seconds: float) -> Outcome:
        process = self._ready()
        try:
            _send(process.stdin, pickle.dumps(fetched))
            answer = _receive(process, seconds)
        except (OSError, EOFError):
            self.stop()
            return killed(fetched, Reason.PARSE_ERROR, "the reader died, most likely for want of memory")
        except TimeoutError:
            self.stop()
            return killed(fetched, Reason.PARSE_TIMEOUT, f"not read within {seconds:g} s")
        self._n_read += 1
        if self._n_read >= PAGES_PER_CHILD:
            self.stop()
        outcome: Outcome = pickle.loads(answer)  # noqa: S301 - from our own child
        return outcome

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each thread would reserve memory
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flows.workers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
            )
            self._n_read = 0
            _send(self._process.stdin, self._setup)
            _receive(self._process, START_SECONDS)
        return self._process

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
            self._process = None


def _send(pipe: IO[bytes] | None, message: bytes) -> None:
    assert pipe
    pipe.write(HEADER.pack(len(message)) + message)
    pipe.flush()


def _receive(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """Raises TimeoutError after so many seconds without the whole answer, EOFError where the child is gone."""
    deadline = time.monotonic() + seconds
    (size,) = HEADER.unpack(_take(process, HEADER.size, deadline))
    return _take(process, size, deadline)


def _take(process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert process.stdout
    parts: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while size:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            part = os.read(process.stdout.fileno(), min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
    return b"".join(parts)


def main() -> None:
    """The child: reads until its parent is gone."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not garble the answers
    sources, memory_bytes = pickle.loads(_next())  # noqa: S301 - from our own parent
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    _send(answers, b"")
    while message := _next():
        _send(answers, pickle.dumps(_guarded(pickle.loads(message), sources)))  # noqa: S301 - from our own parent


def _guarded(fetched: Fetched, sources: Mapping[str, Source]) -> Outcome:
    try:
        return read(fetched, sources)
    except MemoryError:
        return killed(fetched, Reason.PARSE_ERROR, "more memory than a page may take")


def _next() -> bytes:
    header: Any = sys.stdin.buffer.read(HEADER.size)
    return sys.stdin.buffer.read(HEADER.unpack(header)[0]) if len(header) == HEADER.size else b""


if __name__ == "__main__":
    main()
