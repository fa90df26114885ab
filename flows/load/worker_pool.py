"""Worker processes: pages, feeds and sitemaps are parsed in child processes with a memory limit and a deadline.

The parent keeps the deadline. If a worker process overruns it or dies, only its page fails, and a new process takes its
place. Worker processes are started as separate programs, so that nothing of the parent (event loops, locks, Prefect) is
in them (docs/decisions/0009-worker-processes.md).
"""

from __future__ import annotations

import atexit
import math
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
from typing import IO, Any, Self

from flows.http.errors import describe_error
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
from parsers.source import Source, Sources
from warehouse.write.outcome import Outcome

log = get_logger(__name__)

PROGRAM = ("-m", "flows.load.worker")
SECRETS = ("AWS_", "PG", "KLIPING_SERVE_TOKEN")  # how their variables begin
START_SECONDS = 60.0  # for the imports, on a busy machine
TASKS_PER_CHECK = 500  # of a process's memory, since parsers leak some
# A process that has more is replaced. It begins with 155 MiB, and its start takes as long as 270 rows of a table.
MOST_RESIDENT_BYTES = 170 * MIB
MANY_TASKS = 100  # of one run: then the process is not kept for the next run
MAX_LOG_LINES = 20  # of a worker process about one page
FEW = 16  # pages that one process parses before a second one could have started
ANSWER_BYTES = 128 * MIB  # a quarter of a worker's memory; valid answers are much smaller
PATIENCE = 6  # on a busy machine a task may take so many times its seconds by the clock


class ParseFailedError(Exception):
    """A page or channel could not be parsed."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class WorkerKilledError(ParseFailedError):
    """The worker process was killed for it, or died of it."""


class Workers:
    """`with Workers(sources, budgets) as workers: outcomes = workers.interpret(fetched)`; processes start on first use.

    With `n_workers=0` everything is parsed in this process. After the pages of a source have killed `max_kills` processes,
    its pages are not parsed any more.
    """

    def __init__(
        self,
        sources: Mapping[str, Source],
        budgets: Budgets,
        n_workers: int = 2,
        max_kills: int | None = None,
    ) -> None:
        self._sources, self._budgets = sources, budgets
        self._max_kills, self._kills = max_kills, Counter[str]()
        self._repeated: Mapping[str, frozenset[str]] = {}
        # Last in, first out: pages that come one at a time need only one process.
        self._free: LifoQueue[_WorkerSlot] = LifoQueue()
        self._threads = ThreadPoolExecutor(n_workers or 1)
        program, setup = (*PROGRAM, str(budgets.parse_bytes)), self._setup()
        self._slots = [_WorkerSlot(program, setup) for _ in range(n_workers)]
        for slot in self._slots:
            self._free.put(slot)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for slot in self._slots:
            slot.close()
        self._threads.shutdown(cancel_futures=True)

    def _setup(self) -> bytes:
        """The message with the sources and their boilerplate lines, pickled once for all processes."""
        return pickle.dumps((SET_UP, (Sources(self._sources), self._repeated), 0))

    def set_repeated_lines(self, repeated: Mapping[str, frozenset[str]]) -> None:
        """Set the boilerplate lines of each source. Call it only while nothing is being parsed."""
        if repeated != self._repeated:
            self._repeated = repeated
            setup = self._setup()
            for slot in self._slots:
                slot.setup = setup

    def interpret(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """The outcome of each, in order."""
        due = list(fetched)
        if len(due) <= FEW:
            return self._threads.submit(lambda: [self._interpret(each) for each in due]).result()
        return list(self._threads.map(self._interpret, due))

    def is_given_up(self, source_id: str) -> bool:
        """Whether the source's pages have killed too many worker processes."""
        return self._max_kills is not None and self._kills[source_id] >= self._max_kills

    @property
    def given_up_sources(self) -> list[str]:
        """The sources whose pages are not parsed any more."""
        return sorted(filter(self.is_given_up, self._kills))

    def next_page(self, response: Response, source: Source) -> str | None:
        """The address of an article's next page; None if the page cannot be parsed."""
        if not may_have_next_page(response) or not self._slots:
            return next_page(response, source)
        try:
            url: str | None = self._run_task(
                source.name, "next_page", (response, source), self._budgets.parse_page_seconds
            )
        except ParseFailedError:
            return None
        return url

    def channels_of(self, fetched: Fetched, source: Source) -> tuple[Link, ...]:
        """The sitemaps that a sitemap index names; none if it cannot be parsed."""
        if not may_be_index(fetched) or not self._slots:
            return channels_of(fetched, source)
        try:
            sitemaps: tuple[Link, ...] = self._run_task(
                source.name, "channels_of", (fetched, source), self._budgets.parse_channel_seconds
            )
        except ParseFailedError:
            return ()
        return sitemaps

    def _interpret(self, fetched: Fetched) -> Outcome:
        if fetched.failure or not fetched.records or not self._slots:
            return self._interpret_here(fetched)
        source_id = fetched.link.source_id
        if self.is_given_up(source_id):
            return worker_failed(
                fetched,
                Reason.PARSE_ERROR,
                f"not parsed: pages of {source_id} killed {self._max_kills} worker processes in this run",
            )
        is_channel = fetched.link.kind in CHANNELS
        seconds = (
            self._budgets.parse_channel_seconds if is_channel else self._budgets.parse_page_seconds
        )
        try:
            outcome: Outcome = self._run_task(source_id, "interpret", (fetched,), seconds)
        except ParseFailedError as error:
            return worker_failed(fetched, error.reason, error.detail)
        # A worker process must not change to which page the outcome belongs.
        return replace(
            outcome,
            link=fetched.link,
            run_id=fetched.run_id,
            records=fetched.records,
            unanswered=None,
        )

    def _interpret_here(self, fetched: Fetched) -> Outcome:
        """In this process: if there is nothing to parse, or there are no worker processes."""
        try:
            return interpret(fetched, self._sources, self._repeated)
        except Exception as error:  # noqa: BLE001 - as in a worker process
            return worker_failed(
                fetched, Reason.PARSE_ERROR, f"the parser failed: {describe_error(error)}"
            )

    def _run_task(
        self, source_id: str, task: str, arguments: tuple[Any, ...], seconds: float
    ) -> Any:
        slot = self._free.get()
        try:
            return slot.run(task, arguments, seconds)
        except WorkerKilledError:
            self._kills[source_id] += 1
            raise
        finally:
            self._free.put(slot)


class _WorkerProcess:
    """One running worker process."""

    def __init__(self, program: Sequence[str]) -> None:
        self.program = program
        self.n_tasks = 0
        self._setup = b""  # the last one sent to it
        # One thread only: each thread of a numerical library would reserve memory.
        environment = _environment_without_secrets() | {
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(  # noqa: S603 - a program of our own
            [sys.executable, *program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            process_group=0,  # Ctrl-C goes to the parent only: it must not fail a page
        )

    def set_up(self, setup: bytes) -> None:
        """Send the sources, unless it has them. Raises RuntimeError if the process does not start."""
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
                with suppress(OSError):  # it did not read everything
                    pipe.close()


def _environment_without_secrets() -> dict[str, str]:
    """Of a process that reads pages of strangers, and neither object storage nor PostgreSQL."""
    return {name: value for name, value in os.environ.items() if not name.startswith(SECRETS)}


class _IdleProcesses:
    """Idle processes of closed `Workers`, for the next `Workers` in this process: a start takes a second or more."""

    MAX = 2

    def __init__(self) -> None:
        self._idle: list[_WorkerProcess] = []
        self._lock = threading.Lock()
        atexit.register(self.stop)

    def take(self, program: Sequence[str]) -> _WorkerProcess:
        with self._lock:
            for n, process in enumerate(self._idle):
                if process.program == program and process.process.poll() is None:
                    return self._idle.pop(n)
        return _WorkerProcess(program)

    def give(self, process: _WorkerProcess) -> None:
        with self._lock:
            if len(self._idle) < self.MAX and process.process.poll() is None:
                self._idle.append(process)
                return
        process.stop()

    def stop(self) -> None:
        while self._idle:
            self._idle.pop().stop()


IDLE_PROCESSES = _IdleProcesses()


class _WorkerSlot:
    """One place for a worker process, which is replaced when it has grown or was killed."""

    def __init__(self, program: Sequence[str], setup: bytes) -> None:
        self._program, self.setup = program, setup
        self.running: _WorkerProcess | None = None
        self._n_tasks = 0
        self._closed = False
        self._busy = threading.Lock()  # held while a task runs

    def run(self, task: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        """Raises ParseFailedError; RuntimeError once it is closed, so that no page fails because the run ends."""
        with self._busy:
            return self._run(task, arguments, seconds)

    def _run(self, task: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        running = self._ready_process()
        try:
            work = pickle.dumps((task, arguments, round(seconds * PATIENCE) + 1))
            send(_input(running.process), work)
            answer = decode(task, _receive_answer(running.process, seconds))
        except WorkerError as error:  # the process can take the next page
            raise ParseFailedError(Reason.PARSE_ERROR, f"the parser failed: {error}") from error
        except (OSError, EOFError, TimeoutError, MemoryError, AnswerError) as error:
            self._stop()
            if self._closed:
                raise RuntimeError("the worker processes are closed") from error
            raise _killed(error, running.process, seconds) from error
        finally:
            running.n_tasks += 1
            self._n_tasks += 1
        if running.n_tasks >= TASKS_PER_CHECK:
            running.n_tasks = 0
            if _resident_bytes(running.process.pid) > MOST_RESIDENT_BYTES:
                self._stop()
        return answer

    def _ready_process(self) -> _WorkerProcess:
        if self._closed:
            raise RuntimeError("the worker processes are closed")
        if self.running is None:
            self.running = IDLE_PROCESSES.take(self._program)
        try:
            self.running.set_up(self.setup)
        except RuntimeError:
            self._stop()
            raise
        return self.running

    def close(self) -> None:
        """Called from another thread. A running task is ended; an idle process is kept for the next run, unless it did much."""
        self._closed = True
        if self._busy.acquire(blocking=False):
            if self._n_tasks < MANY_TASKS and self.running:
                IDLE_PROCESSES.give(self.running)
                self.running = None
            self._stop()
            self._busy.release()
        elif running := self.running:
            running.process.kill()

    def _stop(self) -> None:
        if running := self.running:
            running.stop()
            self.running = None


def _killed(
    error: Exception, process: subprocess.Popen[bytes], seconds: float
) -> WorkerKilledError:
    """Why the process was killed or died. The process's own alarm may have come a little before our deadline."""
    if isinstance(error, TimeoutError) or process.returncode == -signal.SIGALRM:
        return WorkerKilledError(Reason.PARSE_TIMEOUT, f"not parsed within {seconds:g} s")
    if isinstance(error, MemoryError):
        return WorkerKilledError(Reason.PARSE_ERROR, "more memory than a page may take")
    if isinstance(error, AnswerError):
        return WorkerKilledError(
            Reason.PARSE_ERROR, f"the worker process sent {error}, and was ended"
        )
    return WorkerKilledError(
        Reason.PARSE_ERROR, "the worker process died, most likely out of memory"
    )


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin
    return process.stdin


def _receive_answer(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """The answer to a task; log lines before it are logged here. Raises as `_receive`, and AnswerError for too many lines."""
    for _ in range(MAX_LOG_LINES + 1):
        message = _receive(process, seconds)
        if message[:1] != LOGGED:
            return message
        line = log_line(message)
        log.log(line.level, "log line of a worker", logger_name=line.logger, text=line.event)
    raise AnswerError("too many log lines")


def _receive(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """One message. Raises TimeoutError at the deadline, EOFError if the process has ended, and AnswerError."""
    deadline = _Deadline(process.pid, seconds)
    (size,) = HEADER.unpack(_read_exactly(process, HEADER.size, deadline))
    if size > ANSWER_BYTES:
        raise AnswerError(f"an answer of {size} bytes")
    return _read_exactly(process, size, deadline)


def _read_exactly(process: subprocess.Popen[bytes], size: int, deadline: _Deadline) -> bytes:
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
    """Seconds of processor time of a process, at most PATIENCE times that by the clock: other programs may slow it down."""

    def __init__(self, pid: int, seconds: float) -> None:
        self._pid, self._seconds = pid, seconds
        self._start, self._cpu_start = time.monotonic(), _cpu_seconds(pid)

    def wait(self) -> float:
        """How long to wait before calling this again. Raises TimeoutError at the end."""
        passed = time.monotonic() - self._start
        if passed < self._seconds:
            return self._seconds - passed
        left = self._seconds - (_cpu_seconds(self._pid) - self._cpu_start)
        if left <= 0 or passed > self._seconds * PATIENCE:
            raise TimeoutError
        return min(left, self._seconds)


def _resident_bytes(pid: int) -> float:
    """The memory of a process; without end where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return math.inf
    return pages * os.sysconf("SC_PAGE_SIZE")


def _cpu_seconds(pid: int) -> float:
    """The processor time of a process; the clock's time where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
