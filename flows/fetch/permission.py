"""Whether a site's robots.txt lets us in: asked before the first page, kept a day on disk, and what holds when it cannot be had."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from weakref import WeakValueDictionary

import httpx

from flows.fetch import robots
from flows.fetch.failure import FetchFailed, Fault
from flows.fetch.hosts import locked, read, stem, write
from parsers.article import Reason, Response

FRESH_SECONDS = 86400.0            # RFC 9309 2.4
LAST_GOOD_SECONDS = 30 * 86400.0   # 2.3.1.4
RETRY_SECONDS = 300.0              # three times, then hourly
SLOW_RETRY_SECONDS = 3600.0
REMEMBERED = 1000

Fetch = Callable[[str, str | None, str | None], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What we know of one robots.txt."""

    origin: str = ""
    fetched_at: float = 0.0      # when it was last known to be so; 0 for never
    text: str = ""
    found: bool = True           # False where the site has none
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0            # since then
    retry_at: float = 0.0

    def good_until(self, now: float) -> float:
        """A day, or a month while the file cannot be had; a time in the future was noted by a clock since set back."""
        age = now - self.fetched_at
        if 0 <= age < FRESH_SECONDS:
            return self.fetched_at + FRESH_SECONDS
        known = self.found and 0 <= age < LAST_GOOD_SECONDS
        return self.retry_at if known and self.waiting(now) else 0.0

    def waiting(self, now: float) -> bool:
        return 0 < self.retry_at - now <= SLOW_RETRY_SECONDS


class Permissions:
    def __init__(self, folder: Path, clock: Callable[[], datetime], *, forbidden_allows: bool) -> None:
        self._folder, self._clock, self._forbidden_allows = folder, clock, forbidden_allows
        self._remembered: OrderedDict[str, tuple[Copy, robots.Robots]] = OrderedDict()
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def rules(self, url: httpx.URL, fetch: Fetch) -> robots.Robots:
        """The rules for the url's scheme, host and port. Raises Fault where nobody can tell what they are."""
        origin = f"{url.scheme}://{url.netloc.decode('ascii').lower()}"
        queue = self._queues.setdefault(origin, asyncio.Lock())
        async with queue:
            copy, rules = self._remembered.get(origin, (Copy(), robots.MISSING))
            if copy.good_until(self._now()) > self._now():
                return rules
            return self._remember(await self._current(origin, fetch))

    async def _current(self, origin: str, fetch: Fetch) -> Copy:
        path = self._folder / f"robots-{stem(origin)}.json"
        async with locked(path.with_suffix(".lock")):
            copy = _load(path, origin)
            if not copy.good_until(self._now()) and not copy.waiting(self._now()):
                copy = await self._renew(copy, fetch)
                write(path, json.dumps(asdict(copy)))
            return copy

    async def _renew(self, copy: Copy, fetch: Fetch) -> Copy:
        try:
            response = await fetch(f"{copy.origin}/robots.txt", copy.etag, copy.last_modified)
        except FetchFailed as failed:
            return self._without(copy, failed)
        if response.status == 304:
            return replace(copy, fetched_at=self._now(), failures=0, retry_at=0.0)
        return Copy(
            origin=copy.origin,
            fetched_at=self._now(),
            text=robots.decode(response.body),
            etag=response.header("etag"),
            last_modified=response.header("last-modified"),
        )

    def _without(self, copy: Copy, failed: FetchFailed) -> Copy:
        """There is none, or it cannot be had: then the last one that could holds for a month, and without one nothing is allowed."""
        status = failed.status or 0
        refused = status in {401, 403} and not self._forbidden_allows
        if failed.reason is Reason.REDIRECT or (400 <= status <= 499 and status != 429 and not refused):
            return Copy(origin=copy.origin, fetched_at=self._now(), found=False)
        if failed.reason is Reason.EMPTY:
            return Copy(origin=copy.origin, fetched_at=self._now())
        pause = RETRY_SECONDS if copy.failures < 3 else SLOW_RETRY_SECONDS
        waiting = replace(copy, failures=copy.failures + 1, retry_at=self._now() + pause)
        if not waiting.good_until(self._now()) and (not failed.attempts or (failed.unreached and not failed.redirects)):
            # The page would meet the same fate; it is told its own reason.
            raise Fault(
                reason=failed.reason, detail=f"robots.txt: {failed.detail}", retry_at=failed.retry_at, attempts=failed.attempts,
            ) from failed
        return waiting

    def _remember(self, copy: Copy) -> robots.Robots:
        now = self._now()
        if not copy.good_until(now):
            raise Fault(
                reason=Reason.ROBOTS_UNREACHABLE,
                detail=f"{copy.origin}/robots.txt cannot be had",
                retry_at=datetime.fromtimestamp(copy.retry_at, UTC),
            )
        rules = robots.parse(copy.text) if copy.found else robots.MISSING
        self._remembered[copy.origin] = (copy, rules)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return rules

    def _now(self) -> float:
        return self._clock().timestamp()


def _load(path: Path, origin: str) -> Copy:
    data = read(path)
    known = {f.name: data[f.name] for f in fields(Copy) if f.name in data}
    return replace(Copy(**known), origin=origin)  # type: ignore[arg-type]  # our own file
