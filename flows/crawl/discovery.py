"""Who announces what is new: feeds, then sitemaps; pages that list articles only where those fail or leave a gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from flows.crawl.session import Desk
from flows.http.errors import FetchFailed
from parsers.article import Link
from parsers.discovery.announcement import MAX_LINKS, expand_index, newest_first
from parsers.source import Source
from warehouse.write.outcome_rows import Outcome

# New addresses of a source that a run files: what it can fetch in five runs. What is older waits until those are fetched;
# an outlet that announces without end fills neither the frontier nor the run.
MAX_NEW = 10_000
MAX_SITEMAPS = 50  # files of one source in one run
MAX_DEPTH = 3  # of sitemaps that name sitemaps
MAX_PAGES = 20  # of one listing in one run
POSTS = "{url}?per_page=100&page={page}&orderby=date&order=desc"


async def discover(desk: Desk, source: Source) -> AsyncIterator[list[Outcome]]:
    """Channels of a source, asked and loaded a few at a time: feeds, sitemaps, and listings where those fail or leave a gap.

    Between two of them pages can be fetched; whoever has enough of those asks for no more channels.
    """
    outcomes: list[Outcome] = []
    async for batch in _feeds(desk, source):
        outcomes += batch
        yield batch
    async for batch in sitemaps(desk, source, MAX_SITEMAPS):
        outcomes += batch
        yield batch
    if (
        not outcomes
        or any(outcome.reason for outcome in outcomes)
        or await asyncio.to_thread(desk.run.store.has_gap, source.name, desk.run.run_id)
    ):
        async for batch in _listings(desk, source):
            yield batch


async def _room(desk: Desk, source: Source) -> int:
    """How many documents may still be asked, should each announce as much as it may, and all of it new.

    The warehouse, which knows what is new, is asked only where that matters.
    """
    n_new = desk.n_announced[source.name]
    if n_new + MAX_LINKS > MAX_NEW:
        n_new = await asyncio.to_thread(desk.run.store.n_announced, source.name, desk.run.run_id)
    return 0 if desk.run.is_over(source.name) else max(0, MAX_NEW - n_new) // MAX_LINKS


def _note_full(desk: Desk, source: Source, n: int, kind: str) -> None:
    if not desk.run.is_over(source.name):
        desk.run.note_cut(
            source.name,
            f"{n} {kind} were not asked: a run files {MAX_NEW} new addresses of a source",
        )


async def _feeds(desk: Desk, source: Source) -> AsyncIterator[list[Outcome]]:
    waiting = await _due(desk, source, _links(desk, source, "feed", source.discover.feeds))
    while waiting:
        if not (room := await _room(desk, source)):
            _note_full(desk, source, len(waiting), "feeds")
            return
        got = [await desk.get(link, source) for link in waiting[:room]]
        waiting = waiting[room:]
        yield await desk.load(got)


def _links(desk: Desk, source: Source, kind: str, urls: Iterable[str], by: str = "") -> list[Link]:
    public = map(desk.fetcher.secrets.public, urls)
    return [Link(url=url, source_id=source.name, kind=kind, discovered_by=by) for url in public]


async def _due(desk: Desk, source: Source, links: list[Link]) -> list[Link]:
    await desk.remember(links)
    return [] if desk.run.is_over(source.name) else links


async def sitemaps(
    desk: Desk, source: Source, most: int, wanted: Callable[[Link], bool] = lambda _: True
) -> AsyncIterator[list[Outcome]]:
    """The sitemaps and the wanted children that changed, one after the other, of each depth the latest changed first.

    Where the source names none, those of its robots.txt.
    """
    waiting = await _due(desk, source, await _roots(desk, source))
    asked: set[str] = set()
    n_cut = depth = 0
    while waiting and depth < MAX_DEPTH and not desk.run.is_over(source.name):
        depth += 1
        room = most - len(asked)
        n_cut += max(0, len(waiting) - room)
        children: list[tuple[Link, ...]] = []
        for n, link in enumerate(waiting[:room]):
            if not await _room(desk, source):
                _note_full(desk, source, len(waiting) - n, "sitemaps")
                return
            asked.add(link.url)
            got = await desk.get(link, source)
            [index] = await desk.restored([got], "sitemap")
            children.append(await desk.channels_of(index, source))
            yield await desk.load([got])
        named = {child.url: child for child in newest_first(*children)}
        due = _askable(desk, source, [each for url, each in named.items() if url not in asked])
        await desk.remember(due)
        waiting = [child for child in due if wanted(child) and not desk.has_seen(child)]
    if waiting and not desk.run.is_over(source.name):
        desk.run.note_cut(
            source.name, f"{len(waiting)} sitemaps more than {MAX_DEPTH} deep were not asked"
        )
    if n_cut:
        desk.run.note_cut(source.name, f"{n_cut} sitemaps beyond the first {most} were not asked")


async def _roots(desk: Desk, source: Source) -> list[Link]:
    if named := _links(desk, source, "sitemap", source.discover.sitemaps):
        return named
    has_to_ask = source.discover.feeds or not source.discover.names_any
    return await _listed_by_robots(desk, source) if has_to_ask else []


async def _listed_by_robots(desk: Desk, source: Source) -> list[Link]:
    try:
        named = await desk.fetcher.sitemaps(
            Link(url=source.home, source_id=source.name, kind="robots"),
            delay_seconds=source.fetch.delay_seconds,
        )
    except FetchFailed:
        return []
    links = _links(desk, source, "sitemap", named, urljoin(source.home, "/robots.txt"))
    return _askable(desk, source, links)


def _askable(desk: Desk, source: Source, sitemaps: list[Link]) -> list[Link]:
    """Without those that lie on another source's site: what they cost is not this source's to spend."""
    links = [link for link in sitemaps if desk.run.may_ask(link)]
    if n_others := len(sitemaps) - len(links):
        desk.run.note_cut(
            source.name, f"{n_others} sitemaps on other sources' sites were not asked"
        )
    return links


async def _listings(desk: Desk, source: Source) -> AsyncIterator[list[Outcome]]:
    """Index pages and posts, page by page until one brings nothing new; the front page where the source names no channel."""
    today = desk.run.clock().astimezone(ZoneInfo(source.timezone)).date()
    numbers = range(1, MAX_PAGES + 1)
    for template in source.discover.index if source.discover.names_any else [source.home]:
        urls = [expand_index(template, number, today) for number in numbers]
        async for batch in _pages(desk, source, "index", urls):
            yield batch
    if source.discover.wordpress:
        urls = [POSTS.format(url=source.discover.wordpress, page=number) for number in numbers]
        async for batch in _pages(desk, source, "wordpress", urls):
            yield batch


async def _pages(
    desk: Desk, source: Source, kind: str, urls: list[str]
) -> AsyncIterator[list[Outcome]]:
    """Stops on a failure, on a page that says what an earlier one said, and on one whose articles are all known."""
    seen: set[frozenset[str]] = set()
    links = _links(desk, source, kind, dict.fromkeys(urls))
    for n, link in enumerate(links):
        if not await _room(desk, source):
            _note_full(desk, source, len(links) - n, f"{kind} pages")
            return
        await desk.remember([link])
        n_known = await asyncio.to_thread(desk.run.store.n_known, source.name)
        by = links[n - 1].url if n else ""
        [outcome] = await desk.load([await desk.get(replace(link, discovered_by=by), source)])
        has_grown = await asyncio.to_thread(desk.run.store.n_known, source.name) != n_known
        yield [outcome]
        announced = frozenset(each.article_id for each in outcome.announced)
        if outcome.reason or not announced or announced in seen or not has_grown:
            return
        seen.add(announced)
    desk.run.note_cut(source.name, f"{kind}: pages beyond the first {MAX_PAGES} were not asked")
