"""Politeness: whose turn it is with a host, for every process at once, remembered across restarts.

The gap is measured from the end of one request to the start of the next. A slow server is a server under load: measured
from start to start, the slowest would get no rest at all. (With two in flight there is no such end; starts are spaced.)
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Self
from weakref import WeakValueDictionary

import httpx

from flows.http.errors import Blame, Fault
from flows.http.limits import FetchSettings
from flows.http.ssrf import WEB_PORTS
from flows.logging import get_logger
from parsers.kinds import Reason
from warehouse.disk import make_folder

POLL_SECONDS = 0.05
COURTESY_SECONDS = (
    0.01  # for which the process that came last lets others go first: they take turns
)
RECORD_BYTES = 1024
END_OF_TIME = datetime.max.replace(tzinfo=UTC).timestamp()
log = get_logger(__name__)


def key(url: httpx.URL) -> str:
    """The server that feels the load: www and the bare name are one, so are http and https; another port is another.

    The raw name, as everywhere: httpx decodes `url.host`, and raises for what only looks like an IDNA name.
    """
    host = url.raw_host.decode("ascii").lower().rstrip(".").removeprefix("www.")
    return host if url.port in {None, *WEB_PORTS.values()} else f"{host}:{url.port}"


def stem(name: str) -> str:
    """A file name for anything; hosts come from the web, and make no file names of their own."""
    return sha256(name.encode()).hexdigest()[:16]


@dataclass
class HostState:
    """Seconds of the epoch, as the wall clock has them: no other clock outlives a process."""

    host: str = ""
    noted_at: float = 0.0
    last_at: float = 0.0
    process: int = 0  # whose request that was
    delay_seconds: float = 0.0
    held_until: float = 0.0
    failures: int = 0
    breaker_until: float = 0.0
    blocked_since: float = 0.0  # it asks whether we are a machine; 0 since it last let us in
    tested_at: float = 0.0  # when its validators were last put to the test, or told on themselves
    lied_at: float = 0.0  # when they called a changed page unchanged

    @classmethod
    def read(cls, data: bytes) -> Self:
        """A host of which nothing is known, or nothing that makes sense, is a new one."""
        try:
            state = cls(**json.loads(data))
            numbers = [value for name, value in vars(state).items() if name != "host"]
            return state if all(abs(number) < END_OF_TIME for number in numbers) else cls()
        except (ValueError, TypeError, RecursionError):
            return cls()

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


class Turn:
    """One request's hold on a host, and what comes of it."""

    def __init__(
        self, host: str, file: IO[bytes], settings: FetchSettings, clock: Callable[[], datetime]
    ) -> None:
        self._host, self._file, self._clock = host, file, clock
        self._budgets, self._in_flight = settings.budgets, settings.per_host_in_flight
        self._well = False

    def wait(self, delay_seconds: float) -> float:
        """Seconds to the host's next turn. Raises Fault(breaker) or Fault(rate_limited) where they are too many."""
        with self._changing() as state:
            now = self._now()
        if state.breaker_until > now:
            failed = f"{self._host} failed {state.failures} times in a row"
            raise Fault(reason=Reason.BREAKER, detail=failed, retry_at=_time(state.breaker_until))
        if state.held_until - now > self._budgets.sleep_seconds:
            asked = f"{self._host} asked to be left alone"
            raise Fault(reason=Reason.RATE_LIMITED, detail=asked, retry_at=_time(state.held_until))
        due = max(0.0, state.wait(now, delay_seconds))
        return due + COURTESY_SECONDS if due and state.process == os.getpid() else due

    def start(self, delay_seconds: float) -> bool:
        """Noted before the request goes out: a process killed in the middle leaves the host its rest."""
        with self._changing() as state:
            now = self._now()
            if state.wait(now, delay_seconds) > 0 or state.breaker_until > now:
                return False
            state.last_at, state.delay_seconds, state.process = now, delay_seconds, os.getpid()
            return True

    def answered(self) -> None:
        """The host is well, whatever the page is; written when the turn ends."""
        self._well = True

    def end(self) -> None:
        with self._changing() as state:
            if self._in_flight == 1:
                state.last_at = self._now()
            if self._well:
                state.failures, state.blocked_since = 0, 0.0

    def hold(self, seconds: float) -> None:
        with self._changing() as state:
            state.held_until = max(state.held_until, self._now() + seconds)

    def blocked(self) -> None:
        with self._changing() as state:
            state.blocked_since = state.blocked_since or self._now()

    def tested(self, *, lied: bool) -> None:
        with self._changing() as state:
            state.tested_at = self._now()
            state.lied_at = state.tested_at if lied else 0.0

    def state(self) -> HostState:
        with self._changing() as state:
            return state

    def failed(self, blame: Blame, *, first: bool) -> datetime | None:
        """Counts the host's own faults; the time until which it is left alone, once they are too many."""
        if blame is Blame.PAGE or (blame is Blame.HOST_ONCE and not first):
            return None
        with self._changing() as state:
            state.failures += 1
            if state.failures < self._budgets.breaker_failures:
                return None
            state.breaker_until = self._now() + self._budgets.breaker_seconds
        until = _time(state.breaker_until)
        log.warning(
            "the host fails and is left alone",
            host=self._host,
            failures=state.failures,
            until=str(until),
        )
        return until

    @contextmanager
    def _changing(self) -> Iterator[HostState]:
        """Read, change, write, under a lock that is held for these microseconds only, and so may be waited for.

        One short write in place cannot be cut by the death of a process; to replace the file would cost a wait for the
        disk at every request.
        """
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            state = HostState.read(os.pread(self._file.fileno(), RECORD_BYTES, 0))
            before = dict(vars(state))
            state.rebase(self._now())
            yield state
            if vars(state) != before:
                state.host, state.noted_at = self._host, self._now()
                os.pwrite(
                    self._file.fileno(), json.dumps(vars(state)).encode().ljust(RECORD_BYTES), 0
                )
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _now(self) -> float:
        return self._clock().timestamp()


class Hosts:
    def __init__(self, settings: FetchSettings, clock: Callable[[], datetime]) -> None:
        self._settings, self._clock = settings, clock
        self._queues: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        make_folder(settings.locks)

    @asynccontextmanager
    async def turn(self, host: str, delay_seconds: float) -> AsyncIterator[Turn]:
        """Waits for the host to be free, rested and not on hold; raises Fault where that is too far off."""
        queue = self._queues.setdefault(host, asyncio.Semaphore(self._settings.per_host_in_flight))
        async with queue:
            with self.memory(host) as turn, await self._slot(self._path(host), turn, delay_seconds):
                try:
                    yield turn
                finally:
                    turn.end()

    @contextmanager
    def memory(self, host: str) -> Iterator[Turn]:
        """What is remembered of a host, without its turn."""
        with opened(self._path(host).with_suffix(".json")) as file:
            yield Turn(host, file, self._settings, self._clock)

    @contextmanager
    def account(self, host: str, source_id: str) -> Iterator[Turn]:
        """The failures of a source at a host that is not its own. They count for that source only.

        If they counted for the host, a redirect to it could keep all other sources from asking it.
        """
        with self.memory(f"{host} behind {source_id}") as turn:
            try:
                yield turn
            finally:
                turn.end()

    def _path(self, host: str) -> Path:
        return self._settings.locks / f"host-{stem(host)}"

    async def _slot(self, path: Path, turn: Turn, delay_seconds: float) -> IO[bytes]:
        """The rest is waited for before the slot is taken: other processes then have the same chance at it."""
        while True:
            slot = self._try_slots(path)
            if slot and turn.start(delay_seconds):
                return slot
            if slot:
                slot.close()
            await asyncio.sleep(turn.wait(delay_seconds) or POLL_SECONDS)

    def _try_slots(self, path: Path) -> IO[bytes] | None:
        paths = (path.with_suffix(f".{n}.lock") for n in range(self._settings.per_host_in_flight))
        return next((slot for path in paths if (slot := try_lock(path))), None)


def opened(path: Path) -> IO[bytes]:
    """For reading and writing in place, made where it is missing."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)


def try_lock(path: Path) -> IO[bytes] | None:
    """An open file that holds the lock until it is closed, or its process dies; None while another has it."""
    file = opened(path)
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


def _time(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
