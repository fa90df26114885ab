"""Politeness: one process at a time may send a host a request, with a delay in between that survives restarts.

The delay runs from the end of one request to the start of the next. A slow server is a server under load: measured from
start to start, the slowest servers would get no pause at all. (With two requests in flight, starts are spaced instead.)
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self
from weakref import WeakValueDictionary

import httpx

from flows.http.errors import Blame, Fault
from flows.http.limits import FetchSettings
from flows.http.ssrf import WEB_PORTS
from flows.logging import get_logger
from parsers.kinds import Reason
from warehouse.disk import make_folder
from warehouse.locks import take

if TYPE_CHECKING:
    from warehouse.write.claims import HostClaims

POLL_SECONDS = 0.05
YIELD_SECONDS = 0.01  # the process that was served last waits longer, so that processes alternate
CLAIM_SECONDS = 1.0  # between two tries to get a host from another machine
RECORD_BYTES = 1024
END_OF_TIME = datetime.max.replace(tzinfo=UTC).timestamp()
log = get_logger(__name__)


def host_key(url: httpx.URL) -> str:
    """The server that carries the load: the same with and without www, by http and https; not on another port.

    It uses the raw host name: httpx decodes `url.host`, and raises for names that only look like IDNA.
    """
    host = url.raw_host.decode("ascii").lower().rstrip(".").removeprefix("www.")
    return host if url.port in {None, *WEB_PORTS.values()} else f"{host}:{url.port}"


def file_stem(name: str) -> str:
    """A safe file name for any text: host names come from the web, and are not used as file names."""
    return sha256(name.encode()).hexdigest()[:16]


@dataclass
class HostState:
    """What is stored about a host. Times are seconds of the epoch by the wall clock: other clocks end with their process."""

    host: str = ""
    noted_at: float = 0.0  # when this was written
    last_at: float = 0.0  # the end of the last request, or its start while it is in flight
    process: int = 0  # the process that sent it
    delay_seconds: float = 0.0  # the delay after it
    held_until: float = 0.0  # by Retry-After
    failures: int = 0  # in a row
    breaker_until: float = 0.0  # when the circuit breaker closes again
    blocked_since: float = 0.0  # the first block page since the last success; 0 for none
    tested_at: float = 0.0  # when its validators were last tested, or proved wrong
    lied_at: float = (
        0.0  # when they called a changed page unchanged; 0 if they passed the last test
    )

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Missing or invalid data means a new host."""
        try:
            state = cls(**json.loads(data))
            numbers = [value for name, value in vars(state).items() if name != "host"]
            return state if all(abs(number) < END_OF_TIME for number in numbers) else cls()
        except (ValueError, TypeError, RecursionError):
            return cls()

    def rebase(self, now: float) -> None:
        """If the clock was set back, move the stored times with it: else the host would have to wait that long."""
        jump = max(0.0, self.noted_at - now)
        self.noted_at -= jump
        self.last_at -= jump
        self.held_until -= jump
        self.breaker_until -= jump

    def wait(self, now: float, delay_seconds: float) -> float:
        """Seconds to the next request. The longer delay of this request and the last counts: two sources may share a host."""
        return max(self.held_until, self.last_at + max(delay_seconds, self.delay_seconds)) - now


class HostFile:
    """The file with the state of one host. All processes read and change it, under a lock."""

    def __init__(
        self, host: str, file: IO[bytes], settings: FetchSettings, clock: Callable[[], datetime]
    ) -> None:
        self._host, self._file, self._clock = host, file, clock
        self._budgets, self._in_flight = settings.budgets, settings.per_host_in_flight
        self._has_succeeded = False

    def seconds_to_wait(self, delay_seconds: float) -> float:
        """Seconds until the host may be sent a request. Raises Fault(breaker) or Fault(rate_limited) if they are too many."""
        with self.locked_state() as state:
            now = self._now()
        if state.breaker_until > now:
            detail = f"{self._host} failed {state.failures} times in a row"
            raise Fault(reason=Reason.BREAKER, detail=detail, retry_at=_time(state.breaker_until))
        if state.held_until - now > self._budgets.sleep_seconds:
            detail = f"{self._host} asked for a long pause"
            retry_at = _time(state.held_until)
            raise Fault(reason=Reason.RATE_LIMITED, detail=detail, retry_at=retry_at)
        seconds = max(0.0, state.wait(now, delay_seconds))
        return seconds + YIELD_SECONDS if seconds and state.process == os.getpid() else seconds

    def try_start(self, delay_seconds: float) -> bool:
        """Store the start of a request, if one may start. Stored before it is sent: if the process is killed, the delay still holds."""
        with self.locked_state() as state:
            now = self._now()
            if state.wait(now, delay_seconds) > 0 or state.breaker_until > now:
                return False
            state.last_at, state.delay_seconds, state.process = now, delay_seconds, os.getpid()
            return True

    def note_success(self) -> None:
        """The host responded, whatever the page is. It is stored by `end`."""
        self._has_succeeded = True

    def end(self) -> None:
        """Store the end of a request."""
        with self.locked_state() as state:
            if self._in_flight == 1:
                state.last_at = self._now()
            if self._has_succeeded:
                state.failures, state.blocked_since = 0, 0.0

    def hold(self, seconds: float) -> None:
        """No request for so long."""
        with self.locked_state() as state:
            state.held_until = max(state.held_until, self._now() + seconds)

    def note_block_page(self) -> None:
        with self.locked_state() as state:
            state.blocked_since = state.blocked_since or self._now()

    def note_validator_test(self, *, lied: bool) -> None:
        with self.locked_state() as state:
            state.tested_at = self._now()
            state.lied_at = state.tested_at if lied else 0.0

    def read(self) -> HostState:
        with self.locked_state() as state:
            return state

    def note_failure(self, blame: Blame, *, first: bool) -> datetime | None:
        """Count a failure of the host. After too many the circuit breaker opens: the time until which it stays open."""
        if blame is Blame.PAGE or (blame is Blame.HOST_ONCE and not first):
            return None
        with self.locked_state() as state:
            state.failures += 1
            if state.failures < self._budgets.breaker_failures:
                return None
            state.breaker_until = self._now() + self._budgets.breaker_seconds
        until = _time(state.breaker_until)
        log.info(  # the run says it in the end, unless no host could be reached
            "circuit breaker: too many failures in a row, no more requests for now",
            host=self._host,
            failures=state.failures,
            until=str(until),
        )
        return until

    @contextmanager
    def locked_state(self) -> Iterator[HostState]:
        """Read the state, let the block change it, and write it back. The lock is held for microseconds only.

        One short write in place cannot be cut off by the death of a process. Replacing the file would cost a wait for
        the disk at every request.
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


class HostTurns:
    """Lets one request at a time to each host, over all processes that share the folder of locks."""

    def __init__(
        self,
        settings: FetchSettings,
        clock: Callable[[], datetime],
        claims: HostClaims | None = None,
    ) -> None:
        self._settings, self._clock, self._claims = settings, clock, claims
        self._give_up_at: dict[str, float] = {}  # of hosts that another machine asks
        self._queues: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        make_folder(settings.locks)

    @asynccontextmanager
    async def turn(self, host: str, delay_seconds: float) -> AsyncIterator[HostFile]:
        """Wait until the host may be sent a request, and hold its slot meanwhile. Raises Fault if that takes too long."""
        queue = self._queues.setdefault(host, asyncio.Semaphore(self._settings.per_host_in_flight))
        async with queue:
            with (
                self.file(host) as host_file,
                await self._slot(self._path(host), host_file, delay_seconds),
            ):
                await self._claim(host, delay_seconds)
                try:
                    yield host_file
                finally:
                    host_file.end()
                await self._claim_pause(host, host_file)

    @contextmanager
    def file(self, host: str) -> Iterator[HostFile]:
        """The stored state of a host, without waiting for a turn."""
        with open_file(self._path(host).with_suffix(".json")) as file:
            yield HostFile(host, file, self._settings, self._clock)

    @contextmanager
    def file_of_source(self, host: str, source_id: str) -> Iterator[HostFile]:
        """The failures of one source at a host that is not its own. They count for that source only.

        If they counted for the host, a redirect to it could stop the requests of all other sources.
        """
        with self.file(_host_behind(host, source_id)) as host_file:
            try:
                yield host_file
            finally:
                host_file.end()

    def forget_failures(self, requests: Iterable[tuple[str, str]]) -> None:
        """Of sources and addresses that were asked while the network was down: their hosts did not fail."""
        hosts = {(host_key(httpx.URL(url)), source_id) for source_id, url in requests}
        for host, source_id in hosts:
            for name in (host, _host_behind(host, source_id)):
                if self._path(name).with_suffix(".json").exists():
                    with self.file(name) as host_file, host_file.locked_state() as state:
                        state.failures, state.breaker_until = 0, 0.0

    async def _claim(self, host: str, delay_seconds: float) -> None:
        """Wait until no other machine asks the host. Raises Fault if that takes too long, and LakeUnavailable."""
        if not self._claims:
            return
        # A claim must not end before the request and the delay after it.
        seconds = self._settings.budgets.feed.total_seconds + delay_seconds
        patience = self._settings.budgets.sleep_seconds
        give_up_at = self._give_up_at.setdefault(host, time.monotonic() + patience)
        while owner := await asyncio.to_thread(self._claims.claim, host, seconds):
            if time.monotonic() >= give_up_at:
                retry_at = self._clock() + timedelta(seconds=patience)
                detail = f"{owner} asks {host}, and keeps its pace"
                raise Fault(reason=Reason.RATE_LIMITED, detail=detail, retry_at=retry_at)
            await asyncio.sleep(CLAIM_SECONDS)
        self._give_up_at.pop(host, None)

    async def _claim_pause(self, host: str, host_file: HostFile) -> None:
        """Where the host asked for a pause, no other machine may ask it before the end either."""
        seconds = host_file.read().held_until - self._clock().timestamp()
        if self._claims and seconds > 0:
            await asyncio.to_thread(self._claims.claim, host, seconds)

    def _path(self, host: str) -> Path:
        return self._settings.locks / f"host-{file_stem(host)}"

    async def _slot(self, path: Path, host_file: HostFile, delay_seconds: float) -> IO[bytes]:
        """A locked slot of the host. The delay is waited for without it, so that every process has the same chance."""
        while True:
            slot = self._try_slots(path)
            if slot and host_file.try_start(delay_seconds):
                return slot
            if slot:
                slot.close()
            await asyncio.sleep(host_file.seconds_to_wait(delay_seconds) or POLL_SECONDS)

    def _try_slots(self, path: Path) -> IO[bytes] | None:
        paths = (path.with_suffix(f".{n}.lock") for n in range(self._settings.per_host_in_flight))
        return next((slot for path in paths if (slot := try_lock(path))), None)


def _host_behind(host: str, source_id: str) -> str:
    """The name of the state of a host that is not the source's own."""
    return f"{host} behind {source_id}"


def open_file(path: Path) -> IO[bytes]:
    """Open a file for reading and writing in place; create it if it is missing."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)


def try_lock(path: Path) -> IO[bytes] | None:
    """An open file that holds the lock until it is closed or its process dies; None if another process has the lock."""
    file = open_file(path)
    if take(file):
        return file
    file.close()
    return None


@asynccontextmanager
async def file_lock(path: Path) -> AsyncIterator[None]:
    """Hold a lock among all processes. Waiting for it does not block the event loop."""
    while (file := try_lock(path)) is None:  # noqa: ASYNC110 - no event crosses from process to process
        await asyncio.sleep(POLL_SECONDS)
    with file:
        yield


def _time(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
