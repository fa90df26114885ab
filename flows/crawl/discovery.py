"""Discovery: feeds, then sitemaps, and listing pages where those fail or leave a gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from flows.crawl.session import CrawlSession
from parsers.article import Link
from parsers.discovery.announcement import MAX_LINKS
from parsers.discovery.ordering import expand_index, newest_first
from parsers.source import Source
from warehouse.write.outcome_rows import Outcome

# New addresses of a source that a run adds to the frontier: what it can fetch in five runs. Others wait until those are
# fetched; an outlet that announces without end fills neither the frontier nor the run.
MAX_NEW = 10_000
MAX_SITEMAPS = 50  # files of one source in one run
MAX_DEPTH = 3  # of sitemaps that name sitemaps
MAX_PAGES = 20  # of one listing in one run
POSTS = "{url}?per_page=100&page={page}&orderby=date&order=desc"


async def discover(session: CrawlSession, source: Source) -> AsyncIterator[list[Outcome]]:
    """Fetch and load the channels of a source, a few at a time.

    Between two of them pages can be fetched; a caller that has enough asks for no more channels.
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
        or await asyncio.to_thread(session.run.store.has_gap, source.name, session.run.run_id)
    ):
        async for batch in _listings(session, source):
            yield batch


async def _room(session: CrawlSession, source: Source) -> int:
    """How many documents may still be asked, should each announce as much as it may, and all of it new.

    The warehouse, which knows what is new, is asked only where that matters.
    """
    n_new = session.n_announced[source.name]
    if n_new + MAX_LINKS > MAX_NEW:
        n_new = await asyncio.to_thread(
            session.run.store.n_announced, source.name, session.run.run_id
        )
    return 0 if session.run.is_over(source.name) else max(0, MAX_NEW - n_new) // MAX_LINKS


def _note_full(session: CrawlSession, source: Source, n: int, kind: str) -> None:
    if not session.run.is_over(source.name):
        session.run.note_cut(
            source.name,
            f"{n} {kind} were not asked: a run files {MAX_NEW} new addresses of a source",
        )


async def _feeds(session: CrawlSession, source: Source) -> AsyncIterator[list[Outcome]]:
    waiting = await _due(session, source, _links(session, source, "feed", source.discover.feeds))
    while waiting:
        if not (room := await _room(session, source)):
            _note_full(session, source, len(waiting), "feeds")
            return
        got = [await session.get(link, source) for link in waiting[:room]]
        waiting = waiting[room:]
        yield await session.load(got)


def _links(
    session: CrawlSession, source: Source, kind: str, urls: Iterable[str], by: str = ""
) -> list[Link]:
    public = map(session.fetcher.secrets.public, urls)
    return [Link(url=url, source_id=source.name, kind=kind, discovered_by=by) for url in public]


async def _due(session: CrawlSession, source: Source, links: list[Link]) -> list[Link]:
    await session.look_up(links)
    return [] if session.run.is_over(source.name) else links


async def sitemaps(
    session: CrawlSession,
    source: Source,
    most: int,
    wanted: Callable[[Link], bool] = lambda _: True,
) -> AsyncIterator[list[Outcome]]:
    """The sitemaps and the wanted children that changed, one after the other, of each depth the latest changed first.

    Where the source names none, those of its robots.txt.
    """
    waiting = await _due(session, source, await _roots(session, source))
    asked: set[str] = set()
    n_cut = depth = 0
    while waiting and depth < MAX_DEPTH and not session.run.is_over(source.name):
        depth += 1
        room = most - len(asked)
        n_cut += max(0, len(waiting) - room)
        children: list[tuple[Link, ...]] = []
        for n, link in enumerate(waiting[:room]):
            if not await _room(session, source):
                _note_full(session, source, len(waiting) - n, "sitemaps")
                return
            asked.add(link.url)
            got = await session.get(link, source)
            [index] = await session.restored([got], "sitemap")
            children.append(await session.channels_of(index, source))
            yield await session.load([got])
        named = {child.url: child for child in newest_first(*children)}
        due = _askable(session, source, [each for url, each in named.items() if url not in asked])
        await session.look_up(due)
        waiting = [child for child in due if wanted(child) and not session.is_unchanged(child)]
    if waiting and not session.run.is_over(source.name):
        session.run.note_cut(
            source.name, f"{len(waiting)} sitemaps more than {MAX_DEPTH} deep were not asked"
        )
    if n_cut:
        session.run.note_cut(
            source.name, f"{n_cut} sitemaps beyond the first {most} were not asked"
        )


async def _roots(session: CrawlSession, source: Source) -> list[Link]:
    if named := _links(session, source, "sitemap", source.discover.sitemaps):
        return named
    has_to_ask = source.discover.feeds or not source.discover.names_any
    return await _listed_by_robots(session, source) if has_to_ask else []


async def _listed_by_robots(session: CrawlSession, source: Source) -> list[Link]:
    named = await session.sitemaps_of_robots(source)
    links = _links(session, source, "sitemap", named, urljoin(source.home, "/robots.txt"))
    return _askable(session, source, links)


def _askable(session: CrawlSession, source: Source, sitemaps: list[Link]) -> list[Link]:
    """Without those that lie on another source's site: what they cost is not this source's to spend."""
    links = [link for link in sitemaps if session.run.may_ask(link)]
    if n_others := len(sitemaps) - len(links):
        session.run.note_cut(
            source.name, f"{n_others} sitemaps on other sources' sites were not asked"
        )
    return links


async def _listings(session: CrawlSession, source: Source) -> AsyncIterator[list[Outcome]]:
    """Index pages and posts, page by page until one brings nothing new; the front page where the source names no channel."""
    today = session.run.clock().astimezone(ZoneInfo(source.timezone)).date()
    numbers = range(1, MAX_PAGES + 1)
    for template in source.discover.index if source.discover.names_any else [source.home]:
        urls = [expand_index(template, number, today) for number in numbers]
        async for batch in _pages(session, source, "index", urls):
            yield batch
    if source.discover.wordpress:
        urls = [POSTS.format(url=source.discover.wordpress, page=number) for number in numbers]
        async for batch in _pages(session, source, "wordpress", urls):
            yield batch


async def _pages(
    session: CrawlSession, source: Source, kind: str, urls: list[str]
) -> AsyncIterator[list[Outcome]]:
    """Stops on a failure, on a page that says what an earlier one said, and on one whose articles are all known."""
    seen: set[frozenset[str]] = set()
    links = _links(session, source, kind, dict.fromkeys(urls))
    for n, link in enumerate(links):
        if not await _room(session, source):
            _note_full(session, source, len(links) - n, f"{kind} pages")
            return
        await session.look_up([link])
        n_known = await asyncio.to_thread(session.run.store.n_known, source.name)
        by = links[n - 1].url if n else ""
        [outcome] = await session.load([await session.get(replace(link, discovered_by=by), source)])
        has_grown = await asyncio.to_thread(session.run.store.n_known, source.name) != n_known
        yield [outcome]
        announced = frozenset(each.article_id for each in outcome.announced)
        if outcome.reason or not announced or announced in seen or not has_grown:
            return
        seen.add(announced)
    session.run.note_cut(source.name, f"{kind}: pages beyond the first {MAX_PAGES} were not asked")
