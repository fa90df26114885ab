"""Reads the channels and articles of one outlet within a limit of requests; nothing is stored."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import httpx

from flows.crawl.session import fetch_settings
from flows.http.client import Fetcher, LinkResponse
from flows.http.errors import Fault, FetchFailed
from flows.http.limits import Budget, Budgets, FetchSettings
from flows.http.robots_cache import CachedRobots
from flows.http.ssrf import Guard
from flows.http.transport import PooledTransport, RawResponse
from flows.load.outcome import Fetched
from flows.load.worker_pool import Workers
from flows.settings import Settings
from parsers import robots
from parsers.article import Link, Response
from parsers.kinds import LinkKind, Reason
from parsers.source import AddressFit, Source
from warehouse.write.outcome import Outcome

RUN = "probe"  # in the place of a run's id
POSTS = "?per_page=20&orderby=date&order=desc"  # of a WordPress site: the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel that was fetched."""

    kind: LinkKind
    url: str
    is_child: bool = False  # a sitemap that is named by another one
    n_links: int = 0  # to articles; in a sitemap index, to sitemaps
    newest_at: datetime | None = None
    fault: str = ""  # why it cannot be used
    reason: Reason | None = None  # of the fault
    links: tuple[Link, ...] = field(default=(), repr=False)  # that a run would fetch
    unmatched: tuple[Link, ...] = field(default=(), repr=False)  # like articles; no rule finds them


class SiteRobots(NamedTuple):
    rules: robots.Robots
    text: str
    sitemaps: tuple[str, ...]


class LimitedTransport(PooledTransport):
    """A transport with a limit of requests, redirects included."""

    def __init__(self, settings: FetchSettings, most: int) -> None:
        super().__init__(settings, Guard(settings))
        self.most = most
        self.n_requests = self.n_answers = 0

    @property
    def n_left(self) -> int:
        return self.most - self.n_requests

    async def exchange(
        self, url: httpx.URL, headers: Sequence[tuple[str, str]], budget: Budget
    ) -> RawResponse:
        if not self.n_left:
            detail = f"the limit of {self.most} requests is reached"
            raise Fault(reason=Reason.RATE_LIMITED, detail=detail)
        self.n_requests += 1
        response = await super().exchange(url, headers, budget)
        self.n_answers += 1
        return response


@contextmanager
def probe_settings(settings: Settings) -> Iterator[FetchSettings]:
    """With the host files of the runs, so that no host is loaded twice at once; else in a temporary folder."""
    with tempfile.TemporaryDirectory() as temporary:
        locks = settings.home / "locks"
        locks = locks if locks.is_dir() else Path(temporary)
        yield fetch_settings(settings, locks, Budgets(attempts=1))


class SiteReader:
    """Fetches and parses as a crawl does, one request at a time. Its fetcher is to be opened by who uses it."""

    workers: Workers  # to be set before anything is parsed

    def __init__(
        self,
        settings: FetchSettings,
        source: Source,
        most_requests: int,
        delay_seconds: float | None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Without `delay_seconds`, the delay of the source."""
        self.transport = LimitedTransport(settings, most_requests)
        self.fetcher: Fetcher[LinkResponse] = Fetcher(settings, transport=self.transport)
        self.source, self._locks, self._progress = source, settings.locks, progress
        self.delay_seconds = source.fetch.delay_seconds if delay_seconds is None else delay_seconds
        self.channels: list[Channel] = []

    async def read_robots(self) -> SiteRobots:
        """The robots.txt of the home page. Raises FetchFailed."""
        return await robots_of(self.fetcher, self._locks, self.source, self.delay_seconds)

    async def get(self, url: str, kind: LinkKind) -> Response | FetchFailed:
        try:
            link = Link(url=url, source_id=self.source.name, kind=kind)
            result = await self.fetcher.get(link, delay_seconds=self.delay_seconds)
        except FetchFailed as failed:
            return failed
        finally:
            if self._progress:
                self._progress(self.transport.n_requests, self.transport.most)
        return result.response

    async def read(self, link: Link, response: Response) -> Outcome:
        fetched = Fetched.unarchived(link, response, RUN)
        return (await asyncio.to_thread(self.workers.interpret, [fetched]))[0]

    async def channel(
        self, url: str, kind: LinkKind, *, is_child: bool = False
    ) -> tuple[Link, ...]:
        """Fetch one channel and keep what it announces; returns the sitemaps that it names."""
        response = await self.get(url, kind)
        if isinstance(response, FetchFailed):
            fault, reason = fault_text(response), response.reason
            self.channels.append(
                Channel(kind=kind, url=url, is_child=is_child, fault=fault, reason=reason)
            )
            return ()
        link = Link(url=response.url, source_id=self.source.name, kind=kind)
        outcome = await self.read(link, response)
        links = tuple(a.link for a in outcome.announced if not a.skip)
        unmatched = tuple(
            a.link for a in outcome.announced if a.fit in {AddressFit.GENERIC, AddressFit.REFUSED}
        )
        children = await asyncio.to_thread(
            self.workers.channels_of, Fetched.unarchived(link, response, RUN), self.source
        )
        fault = f"{outcome.reason}: {outcome.detail}" if outcome.reason else ""
        if not (fault or links or unmatched or children):
            fault = "announces nothing on this site"
        dated = (x.published_at or x.modified_at for x in (*links, *unmatched, *children))
        self.channels.append(
            Channel(
                kind=kind,
                url=link.url,
                is_child=is_child,
                n_links=len(links) or len(children),
                newest_at=max(filter(None, dated), default=None),
                fault=fault,
                reason=outcome.reason or (Reason.NO_CONTENT if fault else None),
                links=links,
                unmatched=unmatched,
            )
        )
        return children


async def robots_of(
    fetcher: Fetcher[LinkResponse], locks: Path, source: Source, delay_seconds: float
) -> SiteRobots:
    """The robots.txt of a source's home page. Raises FetchFailed if it cannot be fetched."""
    link = Link(url=source.home, source_id=source.name)
    sitemaps, _ = await fetcher.sitemaps(link, delay_seconds=delay_seconds)
    copy = CachedRobots.load(locks, urljoin(source.home, "/").rstrip("/"))
    rules = robots.parse(copy.text, origin=copy.origin) if copy.found else robots.MISSING
    return SiteRobots(rules, copy.text, sitemaps)


def fault_text(failed: FetchFailed) -> str:
    if failed.reason is Reason.ROBOTS:
        return f"robots.txt forbids it ({failed.detail})"
    return f"{failed.reason}: {failed.detail}"
