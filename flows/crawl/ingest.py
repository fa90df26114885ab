"""Ingest, revisit and the fetch of named addresses: discover, then fetch and load batch by batch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from flows.crawl.discovery import discover
from flows.crawl.session import CrawlSession
from flows.crawl.stages import PLAIN, Progress, Stages, due, no_progress
from flows.logging import bound, get_logger
from flows.runs.run import BATCH, Run
from parsers.article import Link
from parsers.source import Source
from warehouse.write import frontier

log = get_logger(__name__)

MAX_PAGES = 2000  # of one source in one run
MAX_REVISITS = 100  # of one source in one run: at five seconds each, eight minutes an hour
REVISIT_BATCH = 10  # between batches new addresses may go first


async def ingest(
    run: Run,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    stages: Stages = PLAIN,
    progress: Progress = no_progress,
) -> None:
    """Fetch everything new of every source, all sources at once. The failure of one does not end the others."""
    await _for_each_source(
        run, sources, lambda session, source: _ingest(session, source, limit, stages, progress)
    )


async def revisit(
    run: Run,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    stages: Stages = PLAIN,
    progress: Progress = no_progress,
) -> None:
    """Fetch loaded articles that may have changed, of all sources at once."""
    n = MAX_REVISITS if limit is None else limit
    await _for_each_source(
        run, sources, lambda session, source: _revisit(session, source, n, stages, progress)
    )


async def fetch(
    run: Run,
    sources: Sequence[Source],
    urls: Mapping[str, Sequence[str]],
    progress: Progress = no_progress,
) -> None:
    """Fetch the named addresses of each source, given by its name, of all sources at once."""
    await _for_each_source(
        run, sources, lambda session, source: _fetch(session, source, urls[source.name], progress)
    )


async def _for_each_source(
    run: Run,
    sources: Sequence[Source],
    work: Callable[[CrawlSession, Source], Coroutine[Any, Any, None]],
) -> None:
    """Do the work for all sources at once. An error that ends the run is raised after the other sources are done."""
    session = CrawlSession(run)

    async def work_on(source: Source) -> None:
        at_work = session.load_queue.at_work()
        with bound(source=source.name), run.isolate_errors(source), at_work:
            await work(session, source)

    async with session.fetcher:
        results = await asyncio.gather(*map(work_on, sources), return_exceptions=True)
    await asyncio.to_thread(session.note_hosts)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _ingest(
    session: CrawlSession, source: Source, limit: int | None, stages: Stages, progress: Progress
) -> None:
    """Alternate between channels and pages, so that the pages of the first channels need not wait for the last channel."""
    run, done, pages = session.run, 0, MAX_PAGES if limit is None else limit
    channels = discover(session, source)
    has_more = is_due = True  # whether there may be more channels and pages to fetch
    while (has_more or is_due) and done < pages and not run.is_over(source.name):
        if has_more:
            n_announced = await stages.discover(source.name, channels)
            has_more, is_due = n_announced is not None, is_due or n_announced != 0
        if is_due:
            n = min(BATCH, pages - done)
            if links := await due(run, source, n):
                done += await stages.fetch_and_load(
                    session, source, links, _counter(progress, source, done, links)
                )
            is_due = len(links) == n
    is_cut = limit is None and done >= pages and not run.is_over(source.name)
    if is_cut and (has_more or await due(run, source, 1, take=False)):
        run.note_cut(source.name, f"pages beyond the first {pages} are left for the next run")
    log.info("discovered", n_links=session.n_announced[source.name])
    log.info("fetched and loaded", n_pages=done)
    if not run.is_over(source.name):  # else the bar stays where the work stopped
        progress(source.name, done, done)


async def _revisit(
    session: CrawlSession, source: Source, pages: int, stages: Stages, progress: Progress
) -> None:
    """A few pages at a time, since new pages go first."""
    run, store, done = session.run, session.run.store, 0
    while not run.is_over(source.name) and done < pages:
        if n_waiting := await asyncio.to_thread(frontier.n_waiting, store, source.name):
            run.note(
                f"{source.name}: {n_waiting} new addresses wait for an ingest, which goes first"
            )
            break
        n = min(REVISIT_BATCH, pages - done)
        links = await asyncio.to_thread(
            frontier.revisits, store, source.name, run.run_id, run.clock(), n
        )
        if not links:
            break
        counter = _counter(progress, source, done, links)
        done += await stages.fetch_and_load(session, source, links, counter)
    log.info("revisited", n_pages=done)
    if not run.is_over(source.name):
        progress(source.name, done, done)


async def _fetch(
    session: CrawlSession, source: Source, urls: Sequence[str], progress: Progress
) -> None:
    run = session.run
    for done in range(0, len(urls), BATCH):
        if run.is_over(source.name):
            break
        links = await asyncio.to_thread(
            frontier.links_to, run.store, source.name, run.run_id, urls[done : done + BATCH]
        )
        counter = _counter(progress, source, done, links)
        await PLAIN.fetch_and_load(session, source, links, counter)


def _counter(
    progress: Progress, source: Source, before: int, links: Sequence[Link]
) -> Callable[[int], None]:
    return lambda n: progress(source.name, before + n, before + len(links))
