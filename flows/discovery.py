"""Who announces what is new: feeds, then sitemaps; pages that list articles only where those fail or leave a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from flows.desk import Desk
from flows.fetch.failure import FetchFailed
from flows.reading import Fetched
from parsers.article import Link
from parsers.links import expand_index
from parsers.source import Source
from warehouse.rows import Outcome

MAX_SITEMAPS = 50  # files of one source in one run
MAX_DEPTH = 3  # of sitemaps that name sitemaps
MAX_PAGES = 20  # of one listing in one run
POSTS = "{url}?per_page=100&page={page}&orderby=date&order=desc"


async def discover(desk: Desk, source: Source) -> int:
    """Ask the channels of a source and load what they announce; the channels that answered."""
    outcomes = await desk.load(
        [
            await desk.get(link, source)
            for link in await _due(
                desk, source, _links(desk, source, "feed", source.discover.feeds)
            )
        ]
    )
    outcomes += await sitemaps(desk, source, MAX_SITEMAPS)
    if (
        not outcomes
        or any(o.reason for o in outcomes)
        or await asyncio.to_thread(desk.run.store.has_gap, source.name, desk.run.run_id)
    ):
        outcomes += await _listings(desk, source)
    return sum(o.reason is None for o in outcomes)


def _links(desk: Desk, source: Source, kind: str, urls: Iterable[str], by: str = "") -> list[Link]:
    public = map(desk.fetcher.secrets.public, urls)
    return [Link(url=url, source_id=source.name, kind=kind, discovered_by=by) for url in public]


async def _due(desk: Desk, source: Source, links: list[Link]) -> list[Link]:
    await desk.remember(links)
    return [] if desk.run.is_over(source.name) else links


async def sitemaps(
    desk: Desk, source: Source, most: int, wanted: Callable[[Link], bool] = lambda _: True
) -> list[Outcome]:
    """The sitemaps and the wanted children that changed, the latest first. Where the source names none, those of its robots.txt."""
    has_to_ask = source.discover.feeds or not source.discover.names_any
    roots = _links(desk, source, "sitemap", source.discover.sitemaps)
    waiting = await _due(
        desk, source, roots or (await _listed_by_robots(desk, source) if has_to_ask else [])
    )
    asked: dict[str, Fetched] = {}
    n_cut = depth = 0
    while waiting and depth < MAX_DEPTH and not desk.run.is_over(source.name):
        depth += 1
        room = most - len(asked)
        n_cut += max(0, len(waiting) - room)
        for link in waiting[:room]:
            asked[link.url] = await desk.get(link, source)
        indexes = await desk.restored([asked[link.url] for link in waiting[:room]], "sitemap")
        named = {
            child.url: child for index in indexes for child in await desk.channels_of(index, source)
        }
        children = [child for child in named.values() if child.url not in asked]
        children = _askable(desk, source, children)
        await desk.remember(children)
        waiting = [child for child in children if wanted(child) and not desk.has_seen(child)]
    if waiting and not desk.run.is_over(source.name):
        desk.run.note_cut(
            source.name, f"{len(waiting)} sitemaps more than {MAX_DEPTH} deep were not asked"
        )
    if n_cut:
        desk.run.note_cut(source.name, f"{n_cut} sitemaps beyond the first {most} were not asked")
    return await desk.load(asked.values())


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


async def _listings(desk: Desk, source: Source) -> list[Outcome]:
    """Index pages and posts, page by page until one brings nothing new; the front page where the source names no channel."""
    today = desk.run.clock().astimezone(ZoneInfo(source.timezone)).date()
    outcomes: list[Outcome] = []
    for template in source.discover.index if source.discover.names_any else [source.home]:
        outcomes += await _pages(
            desk,
            source,
            "index",
            [expand_index(template, page, today) for page in range(1, MAX_PAGES + 1)],
        )
    if source.discover.wordpress:
        posts = [
            POSTS.format(url=source.discover.wordpress, page=page)
            for page in range(1, MAX_PAGES + 1)
        ]
        outcomes += await _pages(desk, source, "wordpress", posts)
    return outcomes


async def _pages(desk: Desk, source: Source, kind: str, urls: list[str]) -> list[Outcome]:
    """Stops on a failure, on a page that says what an earlier one said, and on one whose articles are all known."""
    outcomes: list[Outcome] = []
    said: set[frozenset[str]] = set()
    before = ""
    for url in dict.fromkeys(map(desk.fetcher.secrets.public, urls)):
        link = Link(url=url, source_id=source.name, kind=kind, discovered_by=before)
        await desk.remember([link])
        known = await asyncio.to_thread(desk.run.store.n_known, source.name)
        outcome = (await desk.load([await desk.get(link, source)]))[0]
        outcomes.append(outcome)
        announced = frozenset(a.article_id for a in outcome.announced)
        if (
            outcome.reason
            or not announced
            or announced in said
            or await asyncio.to_thread(desk.run.store.n_known, source.name) == known
        ):
            return outcomes
        said.add(announced)
        before = url
    desk.run.note_cut(source.name, f"{kind}: pages beyond the first {MAX_PAGES} were not asked")
    return outcomes
