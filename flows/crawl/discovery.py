"""Discovery: feeds, then sitemaps, and listing pages if those fail or leave a gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from flows.crawl.session import CrawlSession
from flows.runs.run import Run
from parsers.article import Link
from parsers.discovery.announcement import MAX_LINKS
from parsers.discovery.ordering import expand_index, newest_first
from parsers.kinds import LinkKind
from parsers.source import Source
from warehouse.write import frontier
from warehouse.write.outcome import Outcome

# New addresses of a source that a run adds to the frontier: as many as five runs can fetch. Then no more channels are
# fetched, so that endless channels can fill neither the frontier nor the run.
MAX_NEW = 10_000
MAX_SITEMAPS = 50  # files of one source in one run
MAX_DEPTH = 3  # of sitemap indexes
MAX_PAGES = 20  # of one listing in one run
POSTS = "{url}?per_page=100&page={page}&orderby=date&order=desc"


async def discover(session: CrawlSession, source: Source) -> AsyncIterator[list[Outcome]]:
    """Fetch and load the channels of a source, a few at a time.

    The caller can fetch pages between two of them, and can stop early.
    """
    outcomes: list[Outcome] = []
    async for batch in _feeds(session, source):
        outcomes += batch
        yield batch
    async for batch in sitemaps(session, source, MAX_SITEMAPS):
        outcomes += batch
        yield batch
    if (
        not outcomes
        or any(outcome.reason for outcome in outcomes)
        or await asyncio.to_thread(
            frontier.has_gap, session.run.store, source.name, session.run.run_id
        )
    ):
        async for batch in _listings(session, source):
            yield batch


async def _room(session: CrawlSession, source: Source) -> int:
    """How many more channels may be fetched if each announces MAX_LINKS new links.

    Only the warehouse knows how many links were new; it is queried only when the limit is near.
    """
    n_new = session.n_announced[source.name]
    if n_new + MAX_LINKS > MAX_NEW:
        n_new = await asyncio.to_thread(
            frontier.n_announced, session.run.store, source.name, session.run.run_id
        )
    return 0 if session.run.is_over(source.name) else max(0, MAX_NEW - n_new) // MAX_LINKS


def _note_full(session: CrawlSession, source: Source, n: int, kind: str) -> None:
    if not session.run.is_over(source.name):
        session.run.note_cut(
            source.name,
            f"{n} {kind} were not fetched: a run adds at most {MAX_NEW} new addresses of a source",
        )


async def _feeds(session: CrawlSession, source: Source) -> AsyncIterator[list[Outcome]]:
    waiting = await _due(
        session, source, _links(session, source, LinkKind.FEED, source.discover.feeds)
    )
    while waiting:
        if not (room := await _room(session, source)):
            _note_full(session, source, len(waiting), "feeds")
            return
        fetched = [await session.get(link, source) for link in waiting[:room]]
        waiting = waiting[room:]
        yield await session.load(fetched)


def _links(
    session: CrawlSession, source: Source, kind: LinkKind, urls: Iterable[str], by: str = ""
) -> list[Link]:
    redacted = map(session.fetcher.secrets.redact_url, urls)
    return [Link(url=url, source_id=source.name, kind=kind, discovered_by=by) for url in redacted]


async def _due(session: CrawlSession, source: Source, links: list[Link]) -> list[Link]:
    await session.look_up(links)
    return [] if session.run.is_over(source.name) else links


async def sitemaps(
    session: CrawlSession,
    source: Source,
    most: int,
    wanted: Callable[[Link], bool] = lambda _: True,
) -> AsyncIterator[list[Outcome]]:
    """Fetch the sitemaps, then those of their children that changed and are `wanted`; on each level the latest change first.

    If the source file names none, those of robots.txt.
    """
    waiting = await _due(session, source, await _roots(session, source))
    fetched_urls: set[str] = set()
    n_cut = depth = 0
    while waiting and depth < MAX_DEPTH and not session.run.is_over(source.name):
        depth += 1
        room = most - len(fetched_urls)
        n_cut += max(0, len(waiting) - room)
        children: list[tuple[Link, ...]] = []
        for n, link in enumerate(waiting[:room]):
            if not await _room(session, source):
                _note_full(session, source, len(waiting) - n, "sitemaps")
                return
            fetched_urls.add(link.url)
            fetched = await session.get(link, source)
            [index] = await session.with_bodies([fetched], LinkKind.SITEMAP)
            children.append(await session.channels_of(index, source))
            yield await session.load([fetched])
        by_url = {child.url: child for child in newest_first(*children)}
        new = [child for url, child in by_url.items() if url not in fetched_urls]
        due = _only_allowed(session, source, new)
        await session.look_up(due)
        waiting = [child for child in due if wanted(child) and not session.is_unchanged(child)]
    if waiting and not session.run.is_over(source.name):
        session.run.note_cut(
            source.name, f"{len(waiting)} sitemaps more than {MAX_DEPTH} deep were not fetched"
        )
    if n_cut:
        session.run.note_cut(
            source.name, f"{n_cut} sitemaps beyond the first {most} were not fetched"
        )


async def _roots(session: CrawlSession, source: Source) -> list[Link]:
    if links := _links(session, source, LinkKind.SITEMAP, source.discover.sitemaps):
        return links
    if source.discover.names_any and not source.discover.feeds:
        return []
    urls = await session.sitemaps_of_robots(source)
    links = _links(session, source, LinkKind.SITEMAP, urls, urljoin(source.home, "/robots.txt"))
    return _only_allowed(session, source, links)


def _only_allowed(session: CrawlSession, source: Source, sitemaps: list[Link]) -> list[Link]:
    """Without sitemaps on another source's site: one source may not cause requests to another."""
    links = [link for link in sitemaps if session.run.may_fetch(link)]
    if n_others := len(sitemaps) - len(links):
        session.run.note_cut(
            source.name, f"{n_others} sitemaps on other sources' sites were not fetched"
        )
    return links


async def _listings(session: CrawlSession, source: Source) -> AsyncIterator[list[Outcome]]:
    """Fetch listing pages and WordPress posts; the front page if the source file names no channel."""
    today = session.run.clock().astimezone(ZoneInfo(source.timezone)).date()
    numbers = range(1, MAX_PAGES + 1)
    for template in source.discover.index if source.discover.names_any else [source.home]:
        urls = [expand_index(template, number, today) for number in numbers]
        async for batch in _pages(session, source, LinkKind.INDEX, urls):
            yield batch
    if source.discover.wordpress:
        urls = [POSTS.format(url=source.discover.wordpress, page=number) for number in numbers]
        async for batch in _pages(session, source, LinkKind.WORDPRESS, urls):
            yield batch


async def _pages(
    session: CrawlSession, source: Source, kind: LinkKind, urls: list[str]
) -> AsyncIterator[list[Outcome]]:
    """Fetch the pages of a listing until one fails, repeats an earlier one, or adds no new article."""
    seen: set[frozenset[str]] = set()
    links = _links(session, source, kind, dict.fromkeys(urls))
    for n, link in enumerate(links):
        if not await _room(session, source):
            _note_full(session, source, len(links) - n, f"{kind} pages")
            return
        await session.look_up([link])
        n_known = await asyncio.to_thread(_n_known, session.run, source.name)
        by = links[n - 1].url if n else ""
        [outcome] = await session.load([await session.get(replace(link, discovered_by=by), source)])
        has_grown = await asyncio.to_thread(_n_known, session.run, source.name) != n_known
        yield [outcome]
        announced = frozenset(each.article_id for each in outcome.announced)
        if outcome.reason or not announced or announced in seen or not has_grown:
            return
        seen.add(announced)
    session.run.note_cut(
        source.name, f"{kind}: pages beyond the first {MAX_PAGES} were not fetched"
    )


def _n_known(run: Run, source_id: str) -> int:
    return frontier.n_known(run.store, source_id) + len(run.announced.new(run.store, source_id))
