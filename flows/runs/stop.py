"""Signals that end a command. It stops its work and closes its run, and lasts no longer than ten seconds."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from flows.runs.errors import GOES_ON, Stopped
from warehouse.locks import STOPPING

if TYPE_CHECKING:
    from flows.runs.summary import Summary

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DEADLINE_SECONDS = 8.0  # from the first signal to the end of the process
AGAIN_SECONDS = (
    1.0  # a second signal so much later ends the process at once; a wrapper may send one twice
)


class Interrupted(KeyboardInterrupt):
    """A signal came while nothing but the work itself was going on; raised in the main thread."""


def interrupt(_number: int) -> None:
    raise Interrupted


def ignore(_number: int) -> None:
    """The end of the command is near: nothing more is to be done."""


class StopSignals:
    """In the block, the first signal calls `action`, by default `interrupt`; at its end Stopped is raised if one came.

    `summary` is what the run did, once it is closed. If nohup made us ignore SIGHUP, it stays ignored. Only the main thread
    gets signals; in other threads the caller's handlers stay.
    """

    done: Callable[[], str] | None = (
        None  # of the run under way: what it has done, for the last line
    )

    def __init__(self, note: str = GOES_ON) -> None:
        self.numbers: list[int] = []
        self.action: Callable[[int], None] = interrupt
        self.summary: Summary | None = None
        self._note = note
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._receive)
        return self

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self.numbers.append(number)
        STOPPING.set()
        action, self.action = self.action, ignore
        action(number)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(
                number, handler or signal.SIG_DFL
            )  # Prefect's own, under a Prefect worker
        STOPPING.clear()
        StopSignals.done = None
        if self.numbers:
            raise Stopped(self.numbers[0], self.summary, self._note) from error


def limit_time_to_stop() -> None:
    """From now on, DEADLINE_SECONDS after a signal or with a second one, the process ends where it stands.

    Whatever the main thread does then: the operating system writes each signal into a pipe, which a thread reads.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(reader,), name="deadline", daemon=True).start()


def _watch(reader: int) -> None:
    while (number := os.read(reader, 1)[0]) not in SIGNALS:
        pass
    first = time.monotonic()
    while (left := first + DEADLINE_SECONDS - time.monotonic()) > 0:
        if select.select([reader], [], [], left)[0]:
            again = os.read(reader, 1)[0] in SIGNALS
            if again and time.monotonic() - first > AGAIN_SECONDS:
                break
    end_process(f"stopped by {signal.Signals(number).name}", 128 + number)


def end_process(why: str, exit_code: int) -> None:
    """As a kill would, which loses nothing: archived responses are loaded by the next run, and locks end with us."""
    done = ""
    with suppress(Exception):
        done = f"{StopSignals.done()}; " if StopSignals.done else ""
    cursor = "\x1b[?25h" if os.isatty(2) else ""  # a progress bar hides it
    line = f"{cursor}\nkliping: {why}; {done}{GOES_ON}\n"
    with suppress(OSError):
        os.write(2, line.encode())
    os._exit(exit_code)
