"""A process that has imported the parsers once, and forks worker processes: a fork takes a fiftieth of a start.

It is a program of its own with one thread, so nothing of the parent (event loops, locks, Prefect) is in the workers, and what they
have in common is in memory once. Whoever asks for a worker sends the ends of three pipes: its input, its output, and one for its exit code.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Lock
from typing import NoReturn

from warehouse.child_process import NotStartedError

NUMBER = struct.Struct("!i")  # a process id, or an exit code
START_SECONDS = 360.0  # for the imports, on a busy machine


class ForkServer:
    """`arguments` are those of a Python program that calls `serve`."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._lock = Lock()
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(START_SECONDS)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - a program of our own
                [sys.executable, *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=environment,
                process_group=0,  # Ctrl-C goes to the parent only: it must not fail a request
            )
        self.pid = self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def fork(self, task: bytes) -> ForkedProcess:
        """A worker for a kind of task, of one byte. Raises NotStartedError, and OSError if the system starts no more processes."""
        pipes = [os.pipe() for _ in range(3)]
        (its_input, ours), (answers, its_output), (status, its_status) = pipes
        try:
            with self._lock:
                socket.send_fds(self._socket, [task], [its_input, its_output, its_status])
                answer = self._socket.recv(NUMBER.size)
            (pid,) = NUMBER.unpack(answer)
        except (OSError, struct.error) as error:
            for end in (ours, answers, status):
                os.close(end)
            raise NotStartedError("a child process does not start") from error
        finally:
            for end in (its_input, its_output, its_status):
                os.close(end)
        return ForkedProcess(pid, ours, answers, status)

    def stop(self) -> None:
        """Workers that are still there end with the next message that they wait for."""
        self._socket.close()
        with self._process:
            self._process.kill()


class ForkedProcess:
    """A worker process, as `subprocess.Popen` would have it."""

    def __init__(self, pid: int, stdin: int, stdout: int, status: int) -> None:
        self.pid, self._status, self._lock = pid, os.fdopen(status, "rb", 0), Lock()
        self.stdin, self.stdout = os.fdopen(stdin, "wb", 0), os.fdopen(stdout, "rb", 0)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._exit_code(timeout_ms=0)

    def wait(self) -> int | None:
        return self._exit_code(timeout_ms=None)

    def kill(self) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _exit_code(self, timeout_ms: int | None) -> int | None:
        """That of a worker whose fork server is gone is not known; it counts as killed."""
        with self._lock:
            if self.returncode is None:
                poll = select.poll()
                poll.register(self._status, select.POLLIN)
                if poll.poll(timeout_ms):
                    answer = self._status.read(NUMBER.size)
                    is_whole = len(answer or b"") == NUMBER.size
                    self.returncode = NUMBER.unpack(answer)[0] if is_whole else -signal.SIGKILL
                    self._status.close()
            return self.returncode


def serve(work: Callable[[], None], warm_up: Callable[[bytes], None]) -> None:
    """In the fork server: fork a worker that does `work` for each request, until the parent is gone.

    `warm_up` is called before the first worker for each kind of task: what it imports, all workers have.
    """
    connection, exits, warm = socket.socket(fileno=os.dup(0)), dict[int, int](), set[bytes]()
    signal.signal(signal.SIGCHLD, lambda *_: _report_exits(exits))
    while True:
        task, ends, *_ = socket.recv_fds(connection, 1, 3)
        if not task:
            return
        if task not in warm:
            warm_up(task)
            warm.add(task)
            gc.freeze()  # a collection would write to the memory that workers share
        # no worker may end before its end can be reported
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if not pid:
            _be_worker(work, *ends[:2])
        exits[pid] = ends[2]
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.close(ends[0])
        os.close(ends[1])
        connection.sendall(NUMBER.pack(pid))


def _report_exits(exits: dict[int, int]) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            pid, status = ended
            with suppress(BrokenPipeError), os.fdopen(exits.pop(pid), "wb", 0) as pipe:
                pipe.write(NUMBER.pack(os.waitstatus_to_exitcode(status)))


def _be_worker(work: Callable[[], None], its_input: int, its_output: int) -> NoReturn:
    """In the worker: with the pipes as standard input and output, and nothing else of the fork server's open."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.dup2(its_input, 0)
        os.dup2(its_output, 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        work()
        code = 0
    finally:
        os._exit(code)
