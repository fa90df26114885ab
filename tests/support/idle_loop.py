"""An event loop whose time passes only while it waits, so that no load of the machine ends a request."""

from __future__ import annotations

import asyncio
import selectors
import time
from typing import Any

SLICE_SECONDS = 0.05  # of time in one wait: what is there is read before another slice passes


class IdleSelector(selectors.DefaultSelector):
    """Counts the seconds of its waits. A wait is short, and counts no longer than it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.waited_seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        most = SLICE_SECONDS if timeout is None else min(timeout, SLICE_SECONDS)
        began_at = time.monotonic()
        ready = super().select(most)
        self.waited_seconds += max(0.0, min(time.monotonic() - began_at, most))
        return ready


class IdleLoop(asyncio.SelectorEventLoop):
    """For a client and its servers in one process: who has answered is never late, who never answers is.

    A pause takes at least as long as it says.
    """

    def __init__(self) -> None:
        self._idle = IdleSelector()
        super().__init__(self._idle)

    def time(self) -> float:
        return self._idle.waited_seconds


def run(main: Any) -> Any:
    """As asyncio.run, in such a loop."""
    with asyncio.Runner(loop_factory=IdleLoop) as runner:
        return runner.run(main)
