"""Killable readers: pages, feeds and sitemaps are parsed in child processes with a limit on memory and a deadline.

The parent keeps the deadline. A child that overruns it, or dies, costs its page a reason and nothing else; another takes its place.
Children are started as programs of their own, so that nothing of the parent (loops, locks, the Prefect engine) is in them.
"""

from __future__ import annotations

import os
import pickle
import selectors
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import IO, Any, Self

from flows.answers import AnswerError, ReaderError, decode
from flows.fetch.budget import MIB, Budgets
from flows.fetch.failure import unexpected
from flows.reader import HEADER, send
from flows.reading import CHANNELS, Fetched, channels_of, killed, may_be_index, read
from parsers.article import Link, Reason, Response
from parsers.paging import may_go_on, next_page
from parsers.source import Source
from warehouse.rows import Outcome

READER = ("-m", "flows.reader")
START_SECONDS = 60.0  # imports, on a busy machine
PAGES_PER_CHILD = 500  # then a fresh one: parsers leak
ANSWER_BYTES = 128 * MIB  # a quarter of a reader's memory: no honest answer comes near
PATIENCE = 6  # times its seconds a child may take by the clock, while others have the processor


class UnreadError(Exception):
    """Nothing could be made of a page or channel."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class KilledError(UnreadError):
    """The child that had the work had to be killed, or died of it."""


class Workers:
    """`with Workers(sources, budgets) as workers: outcomes = workers.read(fetched)`; children start when there is work for them.

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
        self._all: list[_Child] = [_Child(self._setup()) for _ in range(n_children)]
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
        for child in self._all:
            child.stop()

    def _setup(self) -> bytes:
        return pickle.dumps((dict(self._sources), self._repeated, self._budgets.parse_bytes))

    def leave_out(self, repeated: Mapping[str, frozenset[str]]) -> None:
        """From now on these lines of each source are no article's. While nothing is being read."""
        if repeated != self._repeated:
            self._repeated = repeated
            for child in self._all:
                child.restart(self._setup())

    def read(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """What became of each, in order."""
        return list(self._threads.map(self._read, fetched))

    def gives_up(self, source_id: str) -> bool:
        """The source's pages have killed as many children as they may."""
        return self._most_kills is not None and self._kills[source_id] >= self._most_kills

    @property
    def given_up(self) -> list[str]:
        """The sources that are read no more."""
        return sorted(filter(self.gives_up, self._kills))

    def next_page(self, response: Response, source: Source) -> str | None:
        """Where an article goes on; nowhere if nobody can read it."""
        if not may_go_on(response) or not self._all:
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

    def _read(self, fetched: Fetched) -> Outcome:
        if fetched.failure or not fetched.records or not self._all:
            return self._read_here(fetched)
        source_id = fetched.link.source_id
        if self.gives_up(source_id):
            return killed(
                fetched,
                Reason.PARSE_ERROR,
                f"not read: pages of {source_id} killed {self._most_kills} readers in this run",
            )
        is_channel = fetched.link.kind in CHANNELS
        seconds = (
            self._budgets.parse_channel_seconds if is_channel else self._budgets.parse_page_seconds
        )
        try:
            outcome: Outcome = self._ask(source_id, "read", (fetched,), seconds)
        except UnreadError as error:
            return killed(fetched, error.reason, error.detail)
        # A reader has no say in what the outcome is of.
        return replace(
            outcome,
            link=fetched.link,
            run_id=fetched.run_id,
            records=fetched.records,
            unanswered=None,
        )

    def _read_here(self, fetched: Fetched) -> Outcome:
        """In this process: what has no page to read, or all of it where there are no children."""
        try:
            return read(fetched, self._sources, self._repeated)
        except Exception as error:  # noqa: BLE001 - as a child does
            return killed(fetched, Reason.PARSE_ERROR, f"the reader failed: {unexpected(error)}")

    def _ask(self, source_id: str, task: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        child = self._free.get()
        try:
            return child.ask(task, arguments, seconds)
        except KilledError:
            self._kills[source_id] += 1
            raise
        finally:
            self._free.put(child)


class _Child:
    """One process, replaced when it is worn out or had to be killed."""

    def __init__(self, setup: bytes) -> None:
        self._setup = setup
        self._process: subprocess.Popen[bytes] | None = None
        self._n_read = 0
        self._closed = False

    def ask(self, task: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        """Raises UnreadError; RuntimeError once it is closed, lest a page be blamed for the end of a run."""
        process = self._ready()
        try:
            work = pickle.dumps((task, arguments, round(seconds * PATIENCE) + 1))
            send(_input(process), work)
            answer = decode(task, _receive(process, seconds))
        except ReaderError as error:  # it goes on with the next page
            raise UnreadError(Reason.PARSE_ERROR, f"the reader failed: {error}") from error
        except (OSError, EOFError, TimeoutError, MemoryError, AnswerError) as error:
            self.stop()
            if self._closed:
                raise RuntimeError("the readers are closed") from error
            raise _killed(error, process, seconds) from error
        finally:
            self._n_read += 1
        if self._n_read >= PAGES_PER_CHILD:
            self.stop()
        return answer

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise RuntimeError("the readers are closed")
        if self._process is None:
            environment = os.environ | {
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
            }  # each thread would reserve memory
            self._process = subprocess.Popen(  # noqa: S603 - a program of our own
                [sys.executable, *READER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                process_group=0,  # Ctrl-C is for the parent: a page is not to blame for it
            )
            self._n_read = 0
            try:
                send(_input(self._process), self._setup)
                _receive(self._process, START_SECONDS)
            except (OSError, EOFError, TimeoutError) as error:
                self.stop()
                raise RuntimeError("a reader process does not start") from error
        return self._process

    def restart(self, setup: bytes) -> None:
        self._setup = setup
        self.stop()

    def close(self) -> None:
        """From another thread: whoever waits for an answer gets none."""
        self._closed = True
        if process := self._process:
            process.kill()

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    with suppress(OSError):  # what it did not read any more
                        pipe.close()
            self._process = None


def _killed(error: Exception, process: subprocess.Popen[bytes], seconds: float) -> KilledError:
    """Why the child had to go; the system's alarm may have been a little faster than we."""
    if isinstance(error, TimeoutError) or process.returncode == -signal.SIGALRM:
        return KilledError(Reason.PARSE_TIMEOUT, f"not read within {seconds:g} s")
    if isinstance(error, MemoryError):
        return KilledError(Reason.PARSE_ERROR, "more memory than a page may take")
    if isinstance(error, AnswerError):
        return KilledError(Reason.PARSE_ERROR, f"the reader gave {error}, and was ended")
    return KilledError(Reason.PARSE_ERROR, "the reader died, most likely for want of memory")


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin
    return process.stdin


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
