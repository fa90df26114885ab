"""Politeness: whose turn it is with a host, for every process at once, remembered across restarts.

The gap is measured from the end of one request to the start of the next. A slow server is a server under load: measured
from start to start, the slowest would get no rest at all. (With two in flight there is no such end; starts are spaced.)
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar
from weakref import WeakValueDictionary

import httpx

from flows.fetch.budget import FetchSettings
from flows.fetch.failure import Blame, Fault
from flows.fetch.guard import WEB_PORTS
from parsers.article import Reason

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Saved = TypeVar("Saved")
POLL_SECONDS = 0.05
log = logging.getLogger(__name__)


def key(url: httpx.URL) -> str:
    """The server that feels the load: www and the bare name are one, so are http and https; another port is another."""
    host = url.host.lower().rstrip(".").removeprefix("www.")
    return host if url.port in {None, *WEB_PORTS.values()} else f"{host}:{url.port}"


def stem(name: str) -> str:
    """A file name for anything; hosts come from the web, and make no file names of their own."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


@dataclass(slots=True, kw_only=True)
class HostState:
    """Seconds of the epoch, as the wall clock has them: no other clock outlives a process."""

    host: str = ""
    noted_at: float = 0.0
    last_at: float = 0.0
    delay_seconds: float = 0.0
    held_until: float = 0.0
    failures: int = 0
    breaker_until: float = 0.0

    def rebase(self, now: float) -> None:
        """When the clock was set back, what was noted moves with it: else the host is left alone that long."""
        jump = max(0.0, self.noted_at - now)
        self.noted_at -= jump
        self.last_at -= jump
        self.held_until -= jump
        self.breaker_until -= jump

    def wait(self, now: float, delay_seconds: float) -> float:
        """The longer of the delays of this request and of the last one counts: two sources may share a host."""
        return max(self.held_until, self.last_at + max(delay_seconds, self.delay_seconds)) - now


class Hosts:
    def __init__(self, settings: FetchSettings, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock, self._budgets = settings.locks, clock, settings.budgets
        self._in_flight = settings.per_host_in_flight
        self._queues: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._folder.mkdir(parents=True, exist_ok=True)

    @asynccontextmanager
    async def turn(self, host: str, delay_seconds: float) -> AsyncIterator[None]:
        """Waits for the host to be free, rested and not on hold.

        Raises Fault(breaker) or Fault(rate_limited), with the time, where that is too far off to wait for.
        """
        queue = self._queues.setdefault(host, asyncio.Semaphore(self._in_flight))
        async with queue:
            slot = await self._slot(host, delay_seconds)
            with slot:
                try:
                    yield
                finally:
                    self._end(host)

    async def _slot(self, host: str, delay_seconds: float) -> IO[str]:
        """The rest is waited for before the slot is taken: other processes then have the same chance at it."""
        while True:
            await asyncio.sleep(max(0.0, self._wait(host, delay_seconds)))
            slot = self._try_slots(host)
            if slot is None:
                await asyncio.sleep(POLL_SECONDS)
            elif self._start(host, delay_seconds):
                return slot
            else:
                slot.close()

    def _try_slots(self, host: str) -> IO[str] | None:
        files = (self._folder / f"host-{stem(host)}.{n}.lock" for n in range(self._in_flight))
        return next((slot for path in files if (slot := try_lock(path)) is not None), None)

    def _wait(self, host: str, delay_seconds: float) -> float:
        state, now = self._read(host), self._now()
        if state.noted_at > now:
            with self._changing(host) as state:
                pass
        if state.breaker_until > now:
            failed = f"{host} failed {state.failures} times in a row"
            raise Fault(reason=Reason.BREAKER, detail=failed, retry_at=_time(state.breaker_until))
        if state.held_until - now > self._budgets.sleep_seconds:
            asked = f"{host} asked to be left alone"
            raise Fault(reason=Reason.RATE_LIMITED, detail=asked, retry_at=_time(state.held_until))
        return state.wait(now, delay_seconds)

    def _start(self, host: str, delay_seconds: float) -> bool:
        """Notes the start before the request goes out: a process killed in the middle leaves the host its rest."""
        with self._changing(host) as state:
            now = self._now()
            if state.wait(now, delay_seconds) > 0 or state.breaker_until > now:
                return False
            state.last_at, state.delay_seconds = now, delay_seconds
            return True

    def _end(self, host: str) -> None:
        if self._in_flight == 1:
            with self._changing(host) as state:
                state.last_at = self._now()

    def hold(self, host: str, seconds: float) -> None:
        with self._changing(host) as state:
            state.held_until = max(state.held_until, self._now() + seconds)

    def answered(self, host: str) -> None:
        with self._changing(host) as state:
            state.failures = 0

    def failed(self, host: str, blame: Blame, *, first: bool) -> datetime | None:
        """Counts the host's own faults; the time until which it is left alone, once they are too many."""
        if blame is Blame.PAGE or (blame is Blame.HOST_ONCE and not first):
            return None
        with self._changing(host) as state:
            state.failures += 1
            if state.failures < self._budgets.breaker_failures:
                return None
            state.breaker_until = self._now() + self._budgets.breaker_seconds
        until = _time(state.breaker_until)
        log.warning("%s failed %d times in a row; left alone until %s", host, state.failures, until)
        return until

    @contextmanager
    def _changing(self, host: str) -> Iterator[HostState]:
        """Read, change, write. Blocking: whoever holds this lock does so for one small write, and waits for nothing."""
        with (self._folder / f"host-{stem(host)}.lock").open("w") as mutex:
            fcntl.flock(mutex, fcntl.LOCK_EX)
            state = self._read(host)
            before = asdict(state)
            state.rebase(self._now())
            yield state
            if asdict(state) != before:
                state.host, state.noted_at = host, self._now()
                save(self._state_path(host), state)

    def _read(self, host: str) -> HostState:
        return load(self._state_path(host), HostState)

    def _state_path(self, host: str) -> Path:
        return self._folder / f"host-{stem(host)}.json"

    def _now(self) -> float:
        return self._clock().timestamp()


def try_lock(path: Path) -> IO[str] | None:
    """An open file that holds the lock until it is closed, or until its process dies; None while another has it."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Among all processes; the loop goes on while this waits."""
    while (file := try_lock(path)) is None:  # noqa: ASYNC110 - no event crosses from process to process
        await asyncio.sleep(POLL_SECONDS)
    with file:
        yield


def load(path: Path, kind: type[Saved]) -> Saved:
    """What `save` left; a new one where there is nothing, or nothing that can be read."""
    try:
        return kind(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return kind()


def save(path: Path, value: DataclassInstance) -> None:
    """All or nothing: a reader, or a crash, never meets half a file."""
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(asdict(value)), encoding="utf-8")
    draft.replace(path)


def _time(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
