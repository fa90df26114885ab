"""Whether outlets can be reached: one request for the robots.txt of each, by the fetcher that crawls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from flows.crawl.session import fetch_settings
from flows.http.client import Fetcher, LinkResponse
from flows.http.errors import FetchFailed
from flows.http.limits import Budgets, FetchSettings
from flows.http.robots_cache import CachedRobots
from flows.settings import Settings
from parsers import robots
from parsers.article import Link
from parsers.kinds import Reason
from parsers.source import Source

NO_NETWORK = {Reason.DNS, Reason.CONNECT, Reason.TIMEOUT}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletCheck:
    """What the robots.txt of an outlet says to us, or why it cannot be fetched."""

    source_id: str
    is_reached: bool
    text: str


async def check_outlets(settings: Settings, sources: Iterable[Source]) -> list[OutletCheck]:
    """Ask all at once, each for one file and once only. Nothing is stored: a first run must not wait because this failed."""
    with TemporaryDirectory() as locks:
        options = fetch_settings(settings, Path(locks), Budgets(attempts=1))
        fetcher: Fetcher[LinkResponse] = Fetcher(options)
        async with fetcher:
            return await asyncio.gather(*(_check(fetcher, options, source) for source in sources))


async def _check(
    fetcher: Fetcher[LinkResponse], options: FetchSettings, source: Source
) -> OutletCheck:
    link = Link(url=source.home, source_id=source.name)
    try:
        await fetcher.sitemaps(link, delay_seconds=source.fetch.delay_seconds)
    except FetchFailed as failed:
        text = f"{failed.reason}: {failed.detail}"
        is_reached = failed.reason not in NO_NETWORK
        return OutletCheck(source_id=source.name, is_reached=is_reached, text=text)
    copy = CachedRobots.load(options.locks, source.home.rstrip("/"))
    if not copy.found:
        return OutletCheck(source_id=source.name, is_reached=True, text="has no robots.txt")
    rules = robots.parse(copy.text, origin=copy.origin)
    forbidden = [url for url in _channels(source) if not rules.verdict(urlsplit(url).path)[0]]
    text = f"robots.txt forbids {', '.join(forbidden)}" if forbidden else "robots.txt allows us"
    return OutletCheck(source_id=source.name, is_reached=True, text=text)


def _channels(source: Source) -> list[str]:
    """Those on the host of the home page, whose robots.txt was asked."""
    urls = [*source.discover.feeds, *source.discover.sitemaps, *source.discover.index]
    return [url for url in urls if urlsplit(url).netloc == urlsplit(source.home).netloc]
