"""The robots.txt cache: fresh for a day (RFC 9309 2.4); a stale copy counts for 30 days while fetching the file fails."""

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

from flows.http.errors import Fault, FetchFailed
from flows.http.limits import FetchSettings
from flows.http.politeness import END_OF_TIME, file_lock, file_stem
from flows.logging import get_logger
from parsers import robots
from parsers.article import Response
from parsers.http_status import CLIENT_ERRORS
from parsers.kinds import Reason

FRESH_SECONDS = 86400.0  # RFC 9309 2.4
STALE_SECONDS = 30 * 86400.0  # 2.3.1.4
FAST_RETRIES = 3
FAST_RETRY_SECONDS = 300.0
SLOW_RETRY_SECONDS = 3600.0
MAX_IN_MEMORY = 1000  # origins

Fetch = Callable[[str, str | None, str | None], Awaitable[Response]]
log = get_logger(__name__)


def cache_path(folder: Path, origin: str) -> Path:
    return folder / f"robots-{file_stem(origin)}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedRobots:
    """The cached copy of one robots.txt, as its JSON file has it."""

    origin: str = ""
    fetched_at: float = 0.0  # when it was last fetched or confirmed by a 304; 0 for never
    text: str = ""
    found: bool = True  # False if the site has none
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0  # since then
    problem: str = ""  # the last failure
    retry_at: float = 0.0

    @classmethod
    def load(cls, folder: Path, origin: str) -> Self:
        """The copy of an origin's robots.txt; an empty one if there is none, or if the file is damaged."""
        return cls._read(cache_path(folder, origin)) or cls(origin=origin)

    @classmethod
    def load_all(cls, folder: Path) -> list[Self]:
        return [copy for path in sorted(folder.glob("robots-*.json")) if (copy := cls._read(path))]

    @classmethod
    def _read(cls, path: Path) -> Self | None:
        try:
            copy = cls(**json.loads(path.read_bytes()))
            times = (copy.fetched_at, copy.retry_at)
            is_valid = all(abs(time) < END_OF_TIME for time in times) and isinstance(copy.text, str)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return copy if is_valid else None

    def save(self, folder: Path) -> None:
        """Write a draft and rename it: a crash never leaves half a file."""
        path = cache_path(folder, self.origin)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(path)

    def valid_until(self, now: float) -> float:
        """When the copy must be fetched again; 0 for now. It counts for a day, or a month while fetching it fails.

        A `fetched_at` in the future comes from a clock that was set back.
        """
        age = now - self.fetched_at
        if 0 <= age < FRESH_SECONDS:
            return self.fetched_at + FRESH_SECONDS
        is_usable = self.found and 0 <= age < STALE_SECONDS
        return self.retry_at if is_usable and self.is_waiting(now) else 0.0

    def is_waiting(self, now: float) -> bool:
        """It is too early for a retry."""
        return 0 < self.retry_at - now <= SLOW_RETRY_SECONDS


class RobotsCache:
    """The rules of every origin, shared with other processes through files beside the host files."""

    def __init__(self, settings: FetchSettings, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock = settings.locks, clock
        self._longest_delay = settings.budgets.crawl_delay_seconds
        # The client errors that do not mean "there is no robots.txt".
        self._forbidding = {HTTPStatus.TOO_MANY_REQUESTS}
        if not settings.robots_forbidden_allows:
            self._forbidding |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
        self._in_memory: OrderedDict[str, tuple[CachedRobots, robots.Robots]] = OrderedDict()
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def rules(self, url: httpx.URL, fetch: Fetch) -> robots.Robots:
        """The rules for the url's scheme, host and port. Raises Fault if they are unknown."""
        origin = f"{url.scheme}://{url.netloc.decode('ascii').lower()}"
        queue = self._queues.setdefault(origin, asyncio.Lock())
        async with queue:
            copy, rules = self._in_memory.get(origin, (CachedRobots(), robots.MISSING))
            if copy.valid_until(self._now()) > self._now():
                return rules
            return self._remember(await self._load_or_fetch(origin, fetch))

    async def _load_or_fetch(self, origin: str, fetch: Fetch) -> CachedRobots:
        async with file_lock(cache_path(self._folder, origin).with_suffix(".lock")):
            copy = CachedRobots.load(self._folder, origin)
            if not copy.valid_until(self._now()) and not copy.is_waiting(self._now()):
                copy = await self._fetch(copy, fetch)
                copy.save(self._folder)
            return copy

    async def _fetch(self, copy: CachedRobots, fetch: Fetch) -> CachedRobots:
        try:
            response = await fetch(f"{copy.origin}/robots.txt", copy.etag, copy.last_modified)
        except FetchFailed as failed:
            return self._after_failure(copy, failed)
        if response.status == HTTPStatus.NOT_MODIFIED:
            return replace(copy, fetched_at=self._now(), failures=0, retry_at=0.0, problem="")
        return CachedRobots(
            origin=copy.origin,
            fetched_at=self._now(),
            text=robots.decode(response.body),
            etag=response.header("etag"),
            last_modified=response.header("last-modified"),
        )

    def _after_failure(self, copy: CachedRobots, failed: FetchFailed) -> CachedRobots:
        """The copy after a failed fetch: empty if the site has no robots.txt, else the stale copy.

        Without a stale copy nothing is allowed. Raises Fault if the site was not reached at all.
        """
        status = failed.status or 0
        if failed.reason is Reason.REDIRECT or (
            status in CLIENT_ERRORS and status not in self._forbidding
        ):
            return CachedRobots(origin=copy.origin, fetched_at=self._now(), found=False)
        if failed.reason is Reason.EMPTY:
            return CachedRobots(origin=copy.origin, fetched_at=self._now())
        pause = FAST_RETRY_SECONDS if copy.failures < FAST_RETRIES else SLOW_RETRY_SECONDS
        stale = replace(
            copy,
            failures=copy.failures + 1,
            retry_at=self._now() + pause,
            problem=f"{failed.reason}: {failed.detail}",
        )
        if not stale.valid_until(self._now()) and (failed.is_unreachable or not failed.attempts):
            raise _same_failure(failed) from failed
        return stale

    def _remember(self, copy: CachedRobots) -> robots.Robots:
        now = self._now()
        if not copy.valid_until(now):
            raise Fault(
                reason=Reason.ROBOTS_UNREACHABLE,
                detail=f"{copy.origin}/robots.txt cannot be fetched ({copy.problem})",
                retry_at=datetime.fromtimestamp(copy.retry_at, UTC),
            )
        rules = (
            self._limited(copy.origin, robots.parse(copy.text, origin=copy.origin))
            if copy.found
            else robots.MISSING
        )
        self._in_memory[copy.origin] = (copy, rules)
        if len(self._in_memory) > MAX_IN_MEMORY:
            self._in_memory.popitem(last=False)
        return rules

    def _limited(self, origin: str, rules: robots.Robots) -> robots.Robots:
        delay = rules.crawl_delay_seconds or 0.0
        if delay <= self._longest_delay:
            return rules
        log.warning(
            "robots.txt asks for a longer delay than the limit",
            host=origin,
            asked_seconds=delay,
            limit_seconds=self._longest_delay,
        )
        return replace(rules, crawl_delay_seconds=self._longest_delay)

    def _now(self) -> float:
        return self._clock().timestamp()


def _same_failure(failed: FetchFailed) -> Fault:
    """The fault of the page, which fails for the same reason as its robots.txt."""
    detail = f"robots.txt: {failed.detail}"
    return Fault(
        reason=failed.reason, detail=detail, retry_at=failed.retry_at, attempts=failed.attempts
    )
