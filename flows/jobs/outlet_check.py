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
from flows.http.limits import Budgets
from flows.jobs.site_reader import robots_of
from flows.settings import Settings
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
            checks = (_check(fetcher, options.locks, source) for source in sources)
            return await asyncio.gather(*checks)


async def _check(fetcher: Fetcher[LinkResponse], locks: Path, source: Source) -> OutletCheck:
    is_reached = True
    try:
        rules, *_ = await robots_of(fetcher, locks, source, source.fetch.delay_seconds)
    except FetchFailed as failed:
        is_reached, text = failed.reason not in NO_NETWORK, f"{failed.reason}: {failed.detail}"
    else:
        forbidden = [url for url in _channels(source) if not rules.verdict(urlsplit(url).path)[0]]
        answer = f"forbids {', '.join(forbidden)}" if forbidden else "allows us"
        text = f"robots.txt {answer}" if rules.found else "has no robots.txt"
    return OutletCheck(source_id=source.name, is_reached=is_reached, text=text)


def _channels(source: Source) -> list[str]:
    """Those on the host of the home page, whose robots.txt was asked."""
    urls = [*source.discover.feeds, *source.discover.sitemaps, *source.discover.index]
    return [url for url in urls if urlsplit(url).netloc == urlsplit(source.home).netloc]
