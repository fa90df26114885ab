"""Worker processes: pages, feeds and sitemaps are parsed in child processes with a memory limit and a deadline.

The parent keeps the deadline. A child that overruns it, or dies, costs its page a reason and nothing else; another takes its
place. Children are programs of their own, so that nothing of the parent (loops, locks, Prefect) is in them
(docs/decisions/0009-worker-processes.md).
"""

from __future__ import annotations

import atexit
import os
import pickle
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import IO, Any, Self

from flows.http.errors import unexpected
from flows.http.limits import MIB, Budgets
from flows.load.outcome import Fetched, channels_of, interpret, may_be_index, worker_failed
from flows.load.worker_messages import (
    HEADER,
    LOGGED,
    SET_UP,
    AnswerError,
    WorkerError,
    decode,
    log_line,
    send,
)
from flows.logging import get_logger
from parsers.article import Link, Response
from parsers.kinds import CHANNELS, Reason
from parsers.paging import may_have_next_page, next_page
from parsers.source import Source
from warehouse.write.outcome_rows import Outcome

log = get_logger(__name__)

PROGRAM = ("-m", "flows.load.worker")
START_SECONDS = 60.0  # imports, on a busy machine
PAGES_PER_CHILD = 500  # then a fresh one: parsers leak
MAX_LOG_LINES = 20  # of a worker process about one page
FEW = 16  # pages that one child reads before a second one could have started
ANSWER_BYTES = 128 * MIB  # a quarter of a worker's memory: no honest answer comes near
PATIENCE = 6  # times its seconds a child may take by the clock, while others have the processor


class UnreadError(Exception):
    """Nothing could be made of a page or channel."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class KilledError(UnreadError):
    """The child that had the work had to be killed, or died of it."""


class Workers:
    """`with Workers(sources, budgets) as workers: outcomes = workers.interpret(fetched)`; children start when there is work for them.

    With no children all is read in this process. A source whose pages have killed `most_kills` children is read no more.
    """

    def __init__(
        self,
        sources: Mapping[str, Source],
        budgets: Budgets,
        n_children: int = 2,
        most_kills: int | None = None,
    ) -> None:
        self._sources, self._budgets = sources, budgets
        self._most_kills, self._kills = most_kills, Counter[str]()
        self._repeated: Mapping[str, frozenset[str]] = {}
        self._free: LifoQueue[_Child] = (
            LifoQueue()
        )  # one page after the other starts one child, not all
        self._threads = ThreadPoolExecutor(n_children or 1)
        program, setup = (*PROGRAM, str(budgets.parse_bytes)), self._setup()
        self._all: list[_Child] = [_Child(program, setup) for _ in range(n_children)]
        for child in self._all:
            self._free.put(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self._all:
            child.close()
        self._threads.shutdown(cancel_futures=True)

    def _setup(self) -> bytes:
        """The message that tells a child the sources and their repeated lines, pickled once for all children."""
        return pickle.dumps((SET_UP, (dict(self._sources), self._repeated), 0))

    def set_repeated_lines(self, repeated: Mapping[str, frozenset[str]]) -> None:
        """From now on these lines of each source are boilerplate. While nothing is being parsed."""
        if repeated != self._repeated:
            self._repeated = repeated
            setup = self._setup()
            for child in self._all:
                child.setup = setup

    def interpret(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """What became of each, in order."""
        due = list(fetched)
        if len(due) <= FEW:
            return self._threads.submit(lambda: [self._interpret(each) for each in due]).result()
        return list(self._threads.map(self._interpret, due))

    def is_given_up(self, source_id: str) -> bool:
        """The source's pages have killed as many children as they may."""
        return self._most_kills is not None and self._kills[source_id] >= self._most_kills

    @property
    def given_up_sources(self) -> list[str]:
        """The sources whose pages are parsed no more."""
        return sorted(filter(self.is_given_up, self._kills))

    def next_page(self, response: Response, source: Source) -> str | None:
        """Where an article goes on; nowhere if nobody can read it."""
        if not may_have_next_page(response) or not self._all:
            return next_page(response, source)
        try:
            found: str | None = self._ask(
                source.name, "next_page", (response, source), self._budgets.parse_page_seconds
            )
        except UnreadError:
            return None
        return found

    def channels_of(self, fetched: Fetched, source: Source) -> tuple[Link, ...]:
        """The sitemaps that a sitemap index names; none if nobody can read it."""
        if not may_be_index(fetched) or not self._all:
            return channels_of(fetched, source)
        try:
            found: tuple[Link, ...] = self._ask(
                source.name,
                "channels_of",
                (fetched, source),
                self._budgets.parse_channel_seconds,
            )
        except UnreadError:
            return ()
        return found

    def _interpret(self, fetched: Fetched) -> Outcome:
        if fetched.failure or not fetched.records or not self._all:
            return self._interpret_here(fetched)
        source_id = fetched.link.source_id
        if self.is_given_up(source_id):
            return worker_failed(
                fetched,
                Reason.PARSE_ERROR,
                f"not read: pages of {source_id} killed {self._most_kills} worker processes in this run",
            )
        is_channel = fetched.link.kind in CHANNELS
        seconds = (
            self._budgets.parse_channel_seconds if is_channel else self._budgets.parse_page_seconds
        )
        try:
            outcome: Outcome = self._ask(source_id, "interpret", (fetched,), seconds)
        except UnreadError as error:
            return worker_failed(fetched, error.reason, error.detail)
        # A worker process does not decide whose outcome it is.
        return replace(
            outcome,
            link=fetched.link,
            run_id=fetched.run_id,
            records=fetched.records,
            unanswered=None,
        )

    def _interpret_here(self, fetched: Fetched) -> Outcome:
        """In this process: what has no page to read, or all of it where there are no children."""
        try:
            return interpret(fetched, self._sources, self._repeated)
        except Exception as error:  # noqa: BLE001 - as a child does
            return worker_failed(
                fetched, Reason.PARSE_ERROR, f"the parser failed: {unexpected(error)}"
            )

    def _ask(self, source_id: str, task: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        child = self._free.get()
        try:
            return child.ask(task, arguments, seconds)
        except KilledError:
            self._kills[source_id] += 1
            raise
        finally:
            self._free.put(child)


class _Process:
    """One running worker process."""

    def __init__(self, program: Sequence[str]) -> None:
        self.program = program
        self.n_read = 0
        self._setup = b""  # what it was told last
        # Each thread of a numerical library would reserve memory.
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(  # noqa: S603 - a program of our own
            [sys.executable, *program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            process_group=0,  # Ctrl-C is for the parent: a page is not to blame for it
        )

    def set_up(self, setup: bytes) -> None:
        """Raises RuntimeError where the process does not start."""
        if setup == self._setup:
            return
        try:
            send(_input(self.process), setup)
            _receive(self.process, START_SECONDS)
        except (OSError, EOFError, TimeoutError) as error:
            raise RuntimeError("a worker process does not start") from error
        self._setup = setup

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with suppress(OSError):  # what it did not read any more
                    pipe.close()


class _Spares:
    """Idle processes of ended `Workers`, for the next `Workers` in this process: a start takes a second or more."""

    MOST = 2

    def __init__(self) -> None:
        self._idle: list[_Process] = []
        self._lock = threading.Lock()
        atexit.register(self.stop)

    def take(self, program: Sequence[str]) -> _Process:
        with self._lock:
            for n, process in enumerate(self._idle):
                if process.program == program and process.process.poll() is None:
                    return self._idle.pop(n)
        return _Process(program)

    def give(self, process: _Process) -> None:
        with self._lock:
            if len(self._idle) < self.MOST and process.process.poll() is None:
                self._idle.append(process)
                return
        process.stop()

    def stop(self) -> None:
        while self._idle:
            self._idle.pop().stop()


SPARES = _Spares()


class _Child:
    """One process, replaced when it is worn out or had to be killed."""

    def __init__(self, program: Sequence[str], setup: bytes) -> None:
        self._program, self.setup = program, setup
        self.running: _Process | None = None
        self._closed = False
        self._busy = threading.Lock()  # while a page is being read

    def ask(self, task: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        """Raises UnreadError; RuntimeError once it is closed, lest a page be blamed for the end of a run."""
        with self._busy:
            return self._ask(task, arguments, seconds)

    def _ask(self, task: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        running = self._ready()
        try:
            work = pickle.dumps((task, arguments, round(seconds * PATIENCE) + 1))
            send(_input(running.process), work)
            answer = decode(task, _receive_answer(running.process, seconds))
        except WorkerError as error:  # it goes on with the next page
            raise UnreadError(Reason.PARSE_ERROR, f"the parser failed: {error}") from error
        except (OSError, EOFError, TimeoutError, MemoryError, AnswerError) as error:
            self._stop()
            if self._closed:
                raise RuntimeError("the worker processes are closed") from error
            raise _killed(error, running.process, seconds) from error
        finally:
            running.n_read += 1
        if running.n_read >= PAGES_PER_CHILD:
            self._stop()
        return answer

    def _ready(self) -> _Process:
        if self._closed:
            raise RuntimeError("the worker processes are closed")
        if self.running is None:
            self.running = SPARES.take(self._program)
        try:
            self.running.set_up(self.setup)
        except RuntimeError:
            self._stop()
            raise
        return self.running

    def close(self) -> None:
        """From another thread: whoever waits for an answer gets none. An idle process is kept for the next run."""
        self._closed = True
        if self._busy.acquire(blocking=False):
            if running := self.running:
                SPARES.give(running)
            self.running = None
            self._busy.release()
        elif running := self.running:
            running.process.kill()

    def _stop(self) -> None:
        if running := self.running:
            running.stop()
            self.running = None


def _killed(error: Exception, process: subprocess.Popen[bytes], seconds: float) -> KilledError:
    """Why the child had to go; the system's alarm may have been a little faster than we."""
    if isinstance(error, TimeoutError) or process.returncode == -signal.SIGALRM:
        return KilledError(Reason.PARSE_TIMEOUT, f"not read within {seconds:g} s")
    if isinstance(error, MemoryError):
        return KilledError(Reason.PARSE_ERROR, "more memory than a page may take")
    if isinstance(error, AnswerError):
        return KilledError(Reason.PARSE_ERROR, f"the worker process sent {error}, and was ended")
    return KilledError(
        Reason.PARSE_ERROR, "the worker process died, most likely for want of memory"
    )


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin
    return process.stdin


def _receive_answer(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """The answer itself; log lines before it are logged here. Raises as `_receive`, and AnswerError for too many lines."""
    for _ in range(MAX_LOG_LINES + 1):
        message = _receive(process, seconds)
        if message[:1] != LOGGED:
            return message
        line = log_line(message)
        log.log(line.level, "a worker process says", logger_name=line.logger, text=line.event)
    raise AnswerError("too many log lines")


def _receive(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """Raises TimeoutError once so many seconds are used up without the whole answer, EOFError where the child is gone, AnswerError."""
    deadline = _Deadline(process.pid, seconds)
    (size,) = HEADER.unpack(_take(process, HEADER.size, deadline))
    if size > ANSWER_BYTES:
        raise AnswerError(f"an answer of {size} bytes")
    return _take(process, size, deadline)


def _take(process: subprocess.Popen[bytes], size: int, deadline: _Deadline) -> bytes:
    assert process.stdout
    parts: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while size:
            if not selector.select(deadline.wait()):
                continue
            part = os.read(process.stdout.fileno(), min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
    return b"".join(parts)


class _Deadline:
    """Seconds by the clock; on a busy machine, where the child had little of them, seconds of its own, within reason."""

    def __init__(self, pid: int, seconds: float) -> None:
        self._pid, self._seconds = pid, seconds
        self._began, self._used = time.monotonic(), _cpu_seconds(pid)

    def wait(self) -> float:
        """How long to wait before asking again. Raises TimeoutError at the end."""
        passed = time.monotonic() - self._began
        if passed < self._seconds:
            return self._seconds - passed
        left = self._seconds - (_cpu_seconds(self._pid) - self._used)
        if left <= 0 or passed > self._seconds * PATIENCE:
            raise TimeoutError
        return min(left, self._seconds)


def _cpu_seconds(pid: int) -> float:
    """What a process has used of the processor; unknown, and so all there is, where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
