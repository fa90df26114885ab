"""Worker processes: pages, feeds and sitemaps are parsed in child processes with a memory limit and a deadline.

If a worker process overruns its deadline or dies, only its page fails, and a new process takes its place.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self

from flows.http.errors import describe_error
from flows.http.limits import MIB, Budgets
from flows.load.fork_server import ForkServer
from flows.load.outcome import Fetched, channels_of, interpret, may_be_index, worker_failed
from flows.load.worker_messages import LOGGED, PAGES, ROWS, SET_UP, WorkerError, decode, log_line
from flows.logging import get_logger
from parsers.article import Link, Response
from parsers.kinds import CHANNELS, Reason
from parsers.paging import may_have_next_page, next_page
from parsers.source import Source, Sources
from parsers.table_row import MEDIA_TYPE
from warehouse.child_process import (
    PATIENCE,
    AnswerError,
    ChildLost,
    ChildPool,
    ChildProcess,
    Deadline,
)
from warehouse.write.outcome import Outcome

log = get_logger(__name__)

PROGRAM = ("-m", "flows.load.worker")
SECRETS = ("AWS_", "PG", "KLIPING_SERVE_TOKEN")  # how their variables begin
TASKS_PER_CHECK = 50  # of a process's memory, since parsers leak some
MOST_GROWTH_BYTES = 32 * MIB  # of a process; one that has grown more is replaced
LARGE = str(2 * MIB)  # of what a worker allocates
MAX_LOG_LINES = 20  # of a worker process about one page
FEW = (
    32  # pages are parsed by one process: a second one and its setup take as long as a few of them
)
MANY = 500  # tasks, beside which a new start of the fork server takes little
ANSWER_BYTES = 128 * MIB  # a quarter of a worker's memory; valid answers are much smaller


class ParseFailedError(Exception):
    """A page or channel could not be parsed."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


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
        self._n_workers = n_workers
        self._threads = ThreadPoolExecutor(n_workers or 1)
        self._reads_pages = False  # until then, rows of tables
        self._n_tasks = 0
        self.processes = ChildPool(n_workers, self._start, self._setup())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """After many tasks the fork server ends too: what follows a large load needs its memory."""
        self.processes.close()
        self._threads.shutdown(cancel_futures=True)
        if self._n_tasks > MANY:
            with FORK_SERVERS.lock:
                FORK_SERVERS.stop()

    def _start(self) -> ChildProcess:
        program = (*PROGRAM, str(self._budgets.parse_bytes))
        return FORK_SERVERS.fork(program, PAGES if self._reads_pages else ROWS)

    def _setup(self) -> bytes:
        """The message with the sources and their boilerplate lines, pickled once for all processes."""
        return pickle.dumps((SET_UP, (Sources(self._sources), self._repeated), 0))

    def set_repeated_lines(self, repeated: Mapping[str, frozenset[str]]) -> None:
        """Set the boilerplate lines of each source. Call it only while nothing is being parsed."""
        if repeated != self._repeated:
            self._repeated = repeated
            self.processes.setup = self._setup()

    def interpret(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """The outcome of each, in order."""
        return self._map(self._interpret, fetched)

    def stage(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """The outcome of each, in order, with rows to load in place of its article."""
        return self._map(partial(self._interpret, task="stage"), fetched)

    def _map(
        self, interpret: Callable[[Fetched], Outcome], fetched: Iterable[Fetched]
    ) -> list[Outcome]:
        due = list(fetched)
        self._reads_pages = self._reads_pages or any(map(_has_page, due))
        self._n_tasks += len(due)
        if len(due) <= FEW:
            return self._threads.submit(lambda: [interpret(each) for each in due]).result()
        return list(self._threads.map(interpret, due))

    def is_given_up(self, source_id: str) -> bool:
        """Whether the source's pages have killed too many worker processes."""
        return self._max_kills is not None and self._kills[source_id] >= self._max_kills

    @property
    def given_up_sources(self) -> list[str]:
        """The sources whose pages are not parsed any more."""
        return sorted(filter(self.is_given_up, self._kills))

    def next_page(self, response: Response, source: Source) -> str | None:
        """The address of an article's next page; None if the page cannot be parsed."""
        if not may_have_next_page(response) or not self._n_workers:
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
        if not may_be_index(fetched) or not self._n_workers:
            return channels_of(fetched, source)
        try:
            sitemaps: tuple[Link, ...] = self._run_task(
                source.name, "channels_of", (fetched, source), self._budgets.parse_channel_seconds
            )
        except ParseFailedError:
            return ()
        return sitemaps

    def _interpret(self, fetched: Fetched, task: str = "interpret") -> Outcome:
        if fetched.failure or not fetched.records or not self._n_workers:
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
            outcome: Outcome = self._run_task(source_id, task, (fetched,), seconds)
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
        """Raises ParseFailedError; RuntimeError once it is closed, so that no page fails because the run ends."""
        work = pickle.dumps((task, arguments, round(seconds * PATIENCE) + 1))
        try:
            with self.processes.child() as child:
                deadline = Deadline(child.pid, seconds, PATIENCE)
                child.send(work, deadline)
                answer = _receive_answer(child, deadline)
                if child.n_requests % TASKS_PER_CHECK == 0 and FORK_SERVERS.has_grown(child):
                    child.stop()
                return decode(task, answer)
        except WorkerError as error:  # the process can take the next page
            raise ParseFailedError(Reason.PARSE_ERROR, f"the parser failed: {error}") from error
        except ChildLost as lost:
            self._kills[source_id] += 1
            raise _failure_of(lost, seconds) from lost


class _ForkServers:
    """The fork server of this process; it stays for the next `Workers`, since its start takes a second or more."""

    def __init__(self) -> None:
        self._servers: dict[tuple[str, ...], ForkServer] = {}  # by the arguments of their program
        self.lock = threading.Lock()
        atexit.register(self.stop)

    def fork(self, arguments: tuple[str, ...], task: bytes) -> ChildProcess:
        with self.lock:
            server = self._servers.get(arguments)
            if not server or not server.is_running:
                self.stop()
                server = self._servers[arguments] = ForkServer(arguments, _environment())
        return ChildProcess(server.fork(task))

    def has_grown(self, process: ChildProcess) -> bool:
        """Whether it has more memory than a worker needs beside that of its fork server; also where the system does not tell."""
        pids = (process.pid, *(server.pid for server in self._servers.values()))
        try:
            own, *shared = map(_resident_bytes, pids)
        except OSError:
            return True
        return own > sum(shared) + MOST_GROWTH_BYTES

    def stop(self) -> None:
        while self._servers:
            self._servers.popitem()[1].stop()


FORK_SERVERS = _ForkServers()


def _environment() -> dict[str, str]:
    """Without secrets: a worker reads pages of strangers, and neither object storage nor PostgreSQL."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(SECRETS)}
    # One thread only: each thread of a numerical library would reserve memory. What large pages take goes back to the system
    # with them: glibc would raise the limit with each, and keep as much.
    limits = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": LARGE}
    return mine | limits


def _has_page(fetched: Fetched) -> bool:
    kinds = (record.response.header("content-type") for record in fetched.records)
    return any(kind != MEDIA_TYPE for kind in kinds)


def _receive_answer(process: ChildProcess, deadline: Deadline) -> bytes:
    """The answer to a task; log lines before it are logged here. Raises as `receive` does, and AnswerError for too many lines."""
    for _ in range(MAX_LOG_LINES + 1):
        message = process.receive(deadline, ANSWER_BYTES)
        if message[:1] != LOGGED:
            return message
        line = log_line(message)
        log.log(line.level, "log line of a worker", logger_name=line.logger, text=line.event)
    raise AnswerError("too many log lines")


def _failure_of(lost: ChildLost, seconds: float) -> ParseFailedError:
    """Why there is no answer. The process's own alarm may have come a little before our deadline."""
    if isinstance(lost.cause, TimeoutError) or lost.exit_code == -signal.SIGALRM:
        return ParseFailedError(Reason.PARSE_TIMEOUT, f"not parsed within {seconds:g} s")
    if isinstance(lost.cause, MemoryError):
        detail = "more memory than a page may take"
    elif isinstance(lost.cause, AnswerError):
        detail = f"the worker process sent {lost.cause}, and was ended"
    else:
        detail = "the worker process died, most likely out of memory"
    return ParseFailedError(Reason.PARSE_ERROR, detail)


def _resident_bytes(pid: int) -> int:
    fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
