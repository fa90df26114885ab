"""Child processes for work on what strangers wrote. They can be killed at any moment, at the cost of one request.

Parent and child send each other messages through two pipes. The parent keeps the deadline: a child that overruns it, dies
or answers what it may not is ended, and the next request has another one. Children are separate programs, so that nothing
of the parent (event loops, locks, Prefect) is in them (docs/decisions/0009-worker-processes.md).
"""

from __future__ import annotations

import ctypes
import os
import resource
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import IO, Protocol

HEADER = struct.Struct("!Q")  # before each message: its length
READ_BYTES = 1 << 20
IDLE_MS = 300  # without a request, after which a child gives back memory
START_SECONDS = 60.0  # for the imports
PATIENCE = 6  # on a busy machine a request may take so many times its seconds by the clock


class AnswerError(ValueError):
    """A child sent an invalid answer."""


class ChildLost(Exception):  # noqa: N818 - what happened to a child, for which the caller has a message
    """A child died or was ended in the middle of a request.

    `cause` is TimeoutError, AnswerError, MemoryError, or OSError or EOFError if it was gone.
    """

    def __init__(self, cause: Exception, exit_code: int | None) -> None:
        super().__init__(str(cause))
        self.cause, self.exit_code = cause, exit_code


class NotStartedError(RuntimeError):
    """A child does not start."""


class NoneFreeError(RuntimeError):
    """Every child is busy."""


class PoolClosedError(RuntimeError):
    """The children are ended, and take no request any more."""


class Deadline:
    """Seconds of processor time of a process, at most `patience` times that by the clock: other programs may slow it down."""

    def __init__(self, pid: int, seconds: float, patience: float) -> None:
        self._pid, self._seconds, self._most = pid, seconds, seconds * patience
        self._start, self._cpu_start = time.monotonic(), cpu_seconds(pid)

    def wait(self) -> float:
        """How long to wait before calling this again. Raises TimeoutError at the end."""
        passed = time.monotonic() - self._start
        if passed < self._seconds:
            return self._seconds - passed
        left = self._seconds - (cpu_seconds(self._pid) - self._cpu_start)
        if left <= 0 or passed >= self._most:
            raise TimeoutError
        return min(left, self._seconds)


class Process(Protocol):
    """What a child is to the system: a `subprocess.Popen`, or the fork of one."""

    @property
    def pid(self) -> int: ...
    @property
    def stdin(self) -> IO[bytes] | None: ...
    @property
    def stdout(self) -> IO[bytes] | None: ...
    def poll(self) -> int | None: ...
    def wait(self) -> int | None: ...
    def kill(self) -> None: ...


def start_program(arguments: Sequence[str], environment: Mapping[str, str]) -> Process:
    """A Python program with these arguments."""
    return subprocess.Popen(  # noqa: S603 - a program of our own
        [sys.executable, *arguments],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        process_group=0,  # Ctrl-C goes to the parent only: it must not fail a request
    )


class ChildProcess:
    """A Python program that answers messages, seen from its parent."""

    def __init__(self, process: Process) -> None:
        self.n_requests = 0
        self._setup: bytes | None = None  # the last one sent to it
        self._process = process
        assert process.stdin
        assert process.stdout
        self._input, self._output = process.stdin, process.stdout
        os.set_blocking(self._input.fileno(), False)
        self.pid = process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def set_up(self, message: bytes) -> None:
        """Send the setup, unless it has it. Raises NotStartedError."""
        if message == self._setup:
            return
        deadline = Deadline(self.pid, START_SECONDS, PATIENCE)
        try:
            self.send(message, deadline)
            self.receive(deadline, READ_BYTES)
        except (OSError, EOFError, AnswerError) as error:
            raise NotStartedError("a child process does not start") from error
        self._setup = message

    def send(self, message: bytes, deadline: Deadline) -> None:
        """Raises TimeoutError, and OSError if the child is gone."""
        left = memoryview(HEADER.pack(len(message)) + message)
        while left:
            n_written = os.write(_wait_for(self._input, select.POLLOUT, deadline), left)
            left = left[n_written:]

    def receive(self, deadline: Deadline, most_bytes: int) -> bytes:
        """One message. Raises TimeoutError, EOFError if the child is gone, and AnswerError for too long a message."""
        (size,) = HEADER.unpack(self._read(HEADER.size, deadline))
        if size > most_bytes:
            raise AnswerError(f"an answer of {size} bytes")
        return self._read(size, deadline)

    def _read(self, size: int, deadline: Deadline) -> bytes:
        parts: list[bytes] = []
        while size:
            output = _wait_for(self._output, select.POLLIN, deadline)
            part = os.read(output, min(size, READ_BYTES))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def kill(self) -> None:
        """From any thread; whoever waits for an answer has EOFError."""
        self._process.kill()

    def stop(self) -> None:
        """End it and free what it has. Only for the thread that uses it."""
        self._process.kill()
        self._process.wait()
        self._input.close()
        self._output.close()


def _wait_for(pipe: IO[bytes], event: int, deadline: Deadline) -> int:
    """The pipe's file descriptor, once the event is there. Raises TimeoutError."""
    poll = select.poll()
    poll.register(pipe, event)
    while not poll.poll(1000 * deadline.wait()):
        pass
    return pipe.fileno()


class ChildPool:
    """Children that start when there is a request for them. Several threads may ask at once.

    `setup` is the first message to each child; it may be changed while there is no request.
    """

    def __init__(
        self,
        n_children: int,
        start: Callable[[], ChildProcess],
        setup: bytes,
    ) -> None:
        self.setup = setup
        self._start = start
        self._children: dict[int, ChildProcess] = {}
        self._closed = False
        # Last in, first out: requests that come one at a time need only one child.
        self._free: LifoQueue[int] = LifoQueue()
        self._places = range(n_children)
        for place in self._places:
            self._free.put(place)

    @property
    def running(self) -> list[ChildProcess]:
        return [child for child in self._children.values() if child.exit_code is None]

    @contextmanager
    def child(self, wait_seconds: float | None = None) -> Iterator[ChildProcess]:
        """A child for one request.

        Raises NoneFreeError, PoolClosedError, NotStartedError, OSError if the system starts no more processes, and ChildLost
        for an error of the request after which the child cannot be used.
        """
        try:
            place = self._free.get(timeout=wait_seconds)
        except Empty:
            raise NoneFreeError("every child process is busy") from None
        try:
            child = self._ready_child(place)
            try:
                yield child
            except (OSError, EOFError, MemoryError, AnswerError) as error:
                child.stop()
                self._refuse_if_closed()
                raise ChildLost(error, child.exit_code) from error
        finally:
            self._free.put(place)

    def _ready_child(self, place: int) -> ChildProcess:
        self._refuse_if_closed()
        child = self._children.get(place)
        if child and child.exit_code is not None:
            child.stop()
            child = None
        if not child:
            child = self._children[place] = self._start()
            self._refuse_if_closed()  # meanwhile
        try:
            child.set_up(self.setup)
        except NotStartedError:
            child.stop()
            self._refuse_if_closed()
            raise
        child.n_requests += 1
        return child

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise PoolClosedError("the child processes are closed")

    def close(self) -> None:
        """From any thread: end the running requests with PoolClosedError, and every child."""
        self._closed = True
        free: list[int] = []
        with suppress(Empty):
            while True:
                free.append(self._free.get_nowait())
        for place in set(self._places).difference(free):
            if busy := self._children.get(place):
                busy.kill()
        free += [self._free.get() for _ in self._places[len(free) :]]
        while self._children:
            self._children.popitem()[1].stop()
        for place in free:  # who waits for a place gets it, and is refused
            self._free.put(place)


class Parent:
    """The parent, seen from a child."""

    def __init__(self) -> None:
        self._answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        # What a library prints must not get between the answers.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def messages(self) -> Iterator[bytes]:
        """Until the parent is gone. While there is none, what the last ones took goes back to the system."""
        poll = select.poll()
        poll.register(sys.stdin, select.POLLIN)
        while True:
            if not poll.poll(IDLE_MS):
                free_memory()
            header = sys.stdin.buffer.read(HEADER.size)
            if len(header) < HEADER.size:
                return
            yield sys.stdin.buffer.read(HEADER.unpack(header)[0])

    def send(self, message: bytes) -> None:
        self._answers.write(HEADER.pack(len(message)) + message)
        self._answers.flush()


def limit_memory(n_bytes: int) -> None:
    """Of this process, where the system can: an allocation beyond it fails."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (n_bytes, n_bytes))


def free_memory() -> None:
    """Give the system what was allocated and is not used any more, where the C library keeps it."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def end_with_parent() -> None:
    """End this process as soon as its parent is gone, in the middle of a request, too."""

    def wait() -> None:
        poll = select.poll()
        poll.register(sys.stdin, 0)  # it reports when the other end is closed
        poll.poll()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def cpu_seconds(pid: int) -> float:
    """The processor time of a process; the clock's time where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
