"""The robots.txt cache: fresh for a day (RFC 9309 2.4); a stale copy counts for 30 days while the file cannot be had."""

from __future__ import annotations

import asyncio
import json
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
from flows.http.errors import Fault, FetchFailed
from flows.http.limits import FetchSettings
from flows.http.politeness import END_OF_TIME, locked, stem
from flows.logging import get_logger
from parsers.article import Response
from parsers.http_status import CLIENT_ERRORS
from parsers.kinds import Reason

FRESH_SECONDS = 86400.0  # RFC 9309 2.4
LAST_GOOD_SECONDS = 30 * 86400.0  # 2.3.1.4
RETRIES = 3
RETRY_SECONDS = 300.0  # after each of them; hourly then
SLOW_RETRY_SECONDS = 3600.0
REMEMBERED = 1000

Fetch = Callable[[str, str | None, str | None], Awaitable[Response]]
log = get_logger(__name__)


def path_of(folder: Path, origin: str) -> Path:
    return folder / f"robots-{stem(origin)}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedRobots:
    """What the cache has of one robots.txt."""

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
    def load(cls, folder: Path, origin: str) -> Self:
        """The copy of an origin's robots.txt; an empty one where there is none, or the file makes no sense."""
        return cls._read(path_of(folder, origin)) or cls(origin=origin)

    @classmethod
    def load_all(cls, folder: Path) -> list[Self]:
        return [copy for path in sorted(folder.glob("robots-*.json")) if (copy := cls._read(path))]

    @classmethod
    def _read(cls, path: Path) -> Self | None:
        try:
            copy = cls(**json.loads(path.read_bytes()))
            times = (copy.fetched_at, copy.retry_at)
            is_sound = all(abs(time) < END_OF_TIME for time in times) and isinstance(copy.text, str)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return copy if is_sound else None

    def save(self, folder: Path) -> None:
        """All or nothing: a crash never leaves half a file."""
        path = path_of(folder, self.origin)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(path)

    def good_until(self, now: float) -> float:
        """A day, or a month while the file cannot be had. A time in the future comes from a clock that was set back."""
        age = now - self.fetched_at
        if 0 <= age < FRESH_SECONDS:
            return self.fetched_at + FRESH_SECONDS
        is_usable = self.found and 0 <= age < LAST_GOOD_SECONDS
        return self.retry_at if is_usable and self.waiting(now) else 0.0

    def waiting(self, now: float) -> bool:
        return 0 < self.retry_at - now <= SLOW_RETRY_SECONDS


class RobotsCache:
    """The rules of every origin, shared with other processes through files beside the host files."""

    def __init__(self, settings: FetchSettings, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock = settings.locks, clock
        self._longest_delay = settings.budgets.crawl_delay_seconds
        self._closed = {
            HTTPStatus.TOO_MANY_REQUESTS
        }  # the client errors that do not mean "there is none"
        if not settings.robots_forbidden_allows:
            self._closed |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
        self._remembered: OrderedDict[str, tuple[CachedRobots, robots.Robots]] = OrderedDict()
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def rules(self, url: httpx.URL, fetch: Fetch) -> robots.Robots:
        """The rules for the url's scheme, host and port. Raises Fault where they are unknown."""
        origin = f"{url.scheme}://{url.netloc.decode('ascii').lower()}"
        queue = self._queues.setdefault(origin, asyncio.Lock())
        async with queue:
            copy, rules = self._remembered.get(origin, (CachedRobots(), robots.MISSING))
            if copy.good_until(self._now()) > self._now():
                return rules
            return self._remember(await self._current(origin, fetch))

    async def _current(self, origin: str, fetch: Fetch) -> CachedRobots:
        async with locked(path_of(self._folder, origin).with_suffix(".lock")):
            copy = CachedRobots.load(self._folder, origin)
            if not copy.good_until(self._now()) and not copy.waiting(self._now()):
                copy = await self._renew(copy, fetch)
                copy.save(self._folder)
            return copy

    async def _renew(self, copy: CachedRobots, fetch: Fetch) -> CachedRobots:
        try:
            response = await fetch(f"{copy.origin}/robots.txt", copy.etag, copy.last_modified)
        except FetchFailed as failed:
            return self._without(copy, failed)
        if response.status == HTTPStatus.NOT_MODIFIED:
            return replace(copy, fetched_at=self._now(), failures=0, retry_at=0.0, problem="")
        return CachedRobots(
            origin=copy.origin,
            fetched_at=self._now(),
            text=robots.decode(response.body),
            etag=response.header("etag"),
            last_modified=response.header("last-modified"),
        )

    def _without(self, copy: CachedRobots, failed: FetchFailed) -> CachedRobots:
        """The site has none, or it cannot be had: then the last one counts for a month; without one, nothing is allowed."""
        status = failed.status or 0
        if failed.reason is Reason.REDIRECT or (
            status in CLIENT_ERRORS and status not in self._closed
        ):
            return CachedRobots(origin=copy.origin, fetched_at=self._now(), found=False)
        if failed.reason is Reason.EMPTY:
            return CachedRobots(origin=copy.origin, fetched_at=self._now())
        pause = RETRY_SECONDS if copy.failures < RETRIES else SLOW_RETRY_SECONDS
        waiting = replace(
            copy,
            failures=copy.failures + 1,
            retry_at=self._now() + pause,
            problem=f"{failed.reason}: {failed.detail}",
        )
        if not waiting.good_until(self._now()) and (failed.unreached or not failed.attempts):
            raise _same_failure(failed) from failed
        return waiting

    def _remember(self, copy: CachedRobots) -> robots.Robots:
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
            "robots.txt asks for a longer delay than we grant",
            host=origin,
            asked_seconds=wanted,
            granted_seconds=self._longest_delay,
        )
        return replace(rules, crawl_delay_seconds=self._longest_delay)

    def _now(self) -> float:
        return self._clock().timestamp()


def _same_failure(failed: FetchFailed) -> Fault:
    """The page could not be had either, for the same reason."""
    detail = f"robots.txt: {failed.detail}"
    return Fault(
        reason=failed.reason, detail=detail, retry_at=failed.retry_at, attempts=failed.attempts
    )
