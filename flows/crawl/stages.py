"""The stages of a crawl as plain functions: discover, fetch, load. Under Prefect, tasks replace them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from flows.crawl.session import CrawlSession
from flows.load.outcome import Fetched
from flows.load.recovery import body_bytes
from flows.runs.run import Run
from parsers.article import Link
from parsers.discovery.ordering import newest_first
from parsers.source import Source
from warehouse.write import frontier
from warehouse.write.frontier import Days
from warehouse.write.outcome import Outcome

Channels = AsyncIterator[list[Outcome]]
Progress = Callable[[str, int, int], None]  # source, pages done, pages known so far


def no_progress(_source: str, _done: int, _due: int) -> None:
    """For callers that show no progress."""


async def next_channels(_source_id: str, channels: Channels) -> int | None:
    """Fetch and load the next channels; returns how many links they announced, None if no channel is left."""
    outcomes = await anext(channels, None)
    return None if outcomes is None else sum(len(each.announced) for each in outcomes)


async def fetch(
    session: CrawlSession, source: Source, links: Sequence[Link], progress: Callable[[int], None]
) -> list[Fetched]:
    """Fetch and archive one batch, or a part of it where the pages are large: all hosts at once, one request at a time each."""
    await session.look_up(links)
    unfinished = await session.unfinished(links)
    fetched: list[Fetched] = []

    async def fetch_from_host(queue: list[Link]) -> None:
        for link in queue:
            if session.run.is_over(source.name):
                return
            fetched.append(await session.get_article(link, source, unfinished.get(link.url)))
            session.waiting_bytes[source.name] += body_bytes(fetched[-1])
            progress(len(fetched))
            if session.must_load():
                return

    try:
        async with asyncio.TaskGroup() as group:
            for queue in _by_host(links):
                group.create_task(fetch_from_host(queue))
    except BaseExceptionGroup as errors:  # the other tasks were cancelled
        raise errors.exceptions[0] from errors
    return fetched


async def load(session: CrawlSession, _source_id: str, fetched: Sequence[Fetched]) -> None:
    """Load what was fetched."""
    await session.load(fetched)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The steps of an ingest and a revisit."""

    discover: Callable[[str, Channels], Awaitable[int | None]] = next_channels
    fetch: Callable[
        [CrawlSession, Source, Sequence[Link], Callable[[int], None]], Awaitable[list[Fetched]]
    ] = fetch
    load: Callable[[CrawlSession, str, Sequence[Fetched]], Awaitable[None]] = load

    async def fetch_and_load(
        self,
        session: CrawlSession,
        source: Source,
        links: Sequence[Link],
        progress: Callable[[int], None] = lambda _n: None,
    ) -> int:
        """Fetch and load one batch, in parts where the pages are large; returns how many links were fetched."""
        done, waiting = 0, list(links)
        while waiting:
            addresses = await self._fetch_and_load(session, source, waiting, _from(done, progress))
            waiting = [link for link in waiting if link.url not in addresses]
            done += len(addresses)
            if not addresses or session.run.is_over(source.name):
                break
        return done

    async def _fetch_and_load(
        self,
        session: CrawlSession,
        source: Source,
        links: Sequence[Link],
        progress: Callable[[int], None],
    ) -> set[str]:
        """The addresses of what was fetched; its bodies go from memory."""
        session.run.need_room()
        try:
            fetched = await self.fetch(session, source, links, progress)
            await self.load(session, source.name, fetched)
        finally:
            del session.waiting_bytes[source.name]
        return {each.link.url for each in fetched}


PLAIN = Stages()


async def due(
    run: Run, source: Source, most: int, days: Days | None = None, *, take: bool = True
) -> list[Link]:
    """The next links to fetch. With `take`, no other run gets them while this one is running."""
    if most <= 0:
        return []
    links = await asyncio.to_thread(
        frontier.pending, run.store, source.name, run.run_id, run.clock(), most, days, take=take
    )
    new = [] if days else await asyncio.to_thread(run.announced.new, run.store, source.name)
    return newest_first(links, new)[:most] if new else links


def _from(n_before: int, progress: Callable[[int], None]) -> Callable[[int], None]:
    """The same progress, after so many pages."""
    return lambda n: progress(n_before + n)


def _by_host(links: Sequence[Link]) -> list[list[Link]]:
    """The links of each host, in order."""

    def host(link: Link) -> str:
        return urlsplit(link.url).netloc

    return [list(group) for _, group in groupby(sorted(links, key=host), key=host)]
