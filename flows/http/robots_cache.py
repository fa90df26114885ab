"""Whether a site lets us in: its robots.txt is asked first, kept a day on disk, and missed with care."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Self
from weakref import WeakValueDictionary

import httpx

from flows.http import robots
from flows.http.errors import CLIENT_ERRORS, Fault, FetchFailed
from flows.http.limits import FetchSettings
from flows.http.politeness import END_OF_TIME, locked, stem
from parsers.article import Reason, Response

FRESH_SECONDS = 86400.0  # RFC 9309 2.4
LAST_GOOD_SECONDS = 30 * 86400.0  # 2.3.1.4
RETRIES = 3
RETRY_SECONDS = 300.0  # after each of them; hourly then
SLOW_RETRY_SECONDS = 3600.0
REMEMBERED = 1000

Fetch = Callable[[str, str | None, str | None], Awaitable[Response]]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What we know of one robots.txt."""

    origin: str = ""
    fetched_at: float = 0.0  # when it was last known to be so; 0 for never
    text: str = ""
    found: bool = True  # False where the site has none
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0  # since then
    problem: str = ""  # the last of them
    retry_at: float = 0.0

    @classmethod
    def load(cls, path: Path, origin: str) -> Self:
        """What `save` left; one that knows nothing where there is nothing, or nothing that makes sense."""
        try:
            copy = cls(**json.loads(path.read_bytes()) | {"origin": origin})
            times = (copy.fetched_at, copy.retry_at)
            is_sound = all(abs(time) < END_OF_TIME for time in times) and isinstance(copy.text, str)
        except (OSError, ValueError, TypeError, RecursionError):
            return cls(origin=origin)
        return copy if is_sound else cls(origin=origin)

    def save(self, path: Path) -> None:
        """All or nothing: a crash never leaves half a file."""
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(path)

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
    def __init__(self, settings: FetchSettings, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock = settings.locks, clock
        self._longest_delay = settings.budgets.crawl_delay_seconds
        self._closed = {
            HTTPStatus.TOO_MANY_REQUESTS
        }  # the client errors that do not mean "there is none"
        if not settings.robots_forbidden_allows:
            self._closed |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
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
            copy = Copy.load(path, origin)
            if not copy.good_until(self._now()) and not copy.waiting(self._now()):
                copy = await self._renew(copy, fetch)
                copy.save(path)
            return copy

    async def _renew(self, copy: Copy, fetch: Fetch) -> Copy:
        try:
            response = await fetch(f"{copy.origin}/robots.txt", copy.etag, copy.last_modified)
        except FetchFailed as failed:
            return self._without(copy, failed)
        if response.status == HTTPStatus.NOT_MODIFIED:
            return replace(copy, fetched_at=self._now(), failures=0, retry_at=0.0, problem="")
        return Copy(
            origin=copy.origin,
            fetched_at=self._now(),
            text=robots.decode(response.body),
            etag=response.header("etag"),
            last_modified=response.header("last-modified"),
        )

    def _without(self, copy: Copy, failed: FetchFailed) -> Copy:
        """There is none, or it cannot be had: then the last one holds for a month; without one, nothing is allowed."""
        status = failed.status or 0
        if failed.reason is Reason.REDIRECT or (
            status in CLIENT_ERRORS and status not in self._closed
        ):
            return Copy(origin=copy.origin, fetched_at=self._now(), found=False)
        if failed.reason is Reason.EMPTY:
            return Copy(origin=copy.origin, fetched_at=self._now())
        pause = RETRY_SECONDS if copy.failures < RETRIES else SLOW_RETRY_SECONDS
        waiting = replace(
            copy,
            failures=copy.failures + 1,
            retry_at=self._now() + pause,
            problem=f"{failed.reason}: {failed.detail}",
        )
        if not waiting.good_until(self._now()) and (failed.unreached or not failed.attempts):
            raise _same_fate(failed) from failed
        return waiting

    def _remember(self, copy: Copy) -> robots.Robots:
        now = self._now()
        if not copy.good_until(now):
            raise Fault(
                reason=Reason.ROBOTS_UNREACHABLE,
                detail=f"{copy.origin}/robots.txt cannot be had ({copy.problem})",
                retry_at=datetime.fromtimestamp(copy.retry_at, UTC),
            )
        rules = (
            self._limited(copy.origin, robots.parse(copy.text)) if copy.found else robots.MISSING
        )
        self._remembered[copy.origin] = (copy, rules)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return rules

    def _limited(self, origin: str, rules: robots.Robots) -> robots.Robots:
        wanted = rules.crawl_delay_seconds or 0.0
        if wanted <= self._longest_delay:
            return rules
        log.warning(
            "%s wants %g s between requests; it gets %g", origin, wanted, self._longest_delay
        )
        return replace(rules, crawl_delay_seconds=self._longest_delay)

    def _now(self) -> float:
        return self._clock().timestamp()


def _same_fate(failed: FetchFailed) -> Fault:
    """The page could not be had either, and is told why."""
    detail = f"robots.txt: {failed.detail}"
    return Fault(
        reason=failed.reason, detail=detail, retry_at=failed.retry_at, attempts=failed.attempts
    )
