"""An ingest and a revisit, as plain functions: discover, then fetch and load one batch after the other; or ask again for what is loaded.

`call` runs a stage: directly here, as a Prefect task in `flows.deployed`. Stages take and return plain values.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Protocol
from urllib.parse import urlsplit

from flows.crawl.discovery import discover
from flows.crawl.session import Desk
from flows.http import host_rows
from flows.load.outcome import Fetched
from flows.runs.run import BATCH, Run
from parsers.article import Link
from parsers.source import Source
from warehouse.write.store import Days

MAX_PAGES = 2000  # of one source in one run
MAX_REVISITS = 100  # of one source in one run: at five seconds each, eight minutes of every hour
FEW = 10  # revisits between two looks at whether something new waits

Stage = Callable[..., Coroutine[Any, Any, Any]]
Tell = Callable[[str, int, int], None]  # progress: source, pages done, pages known to be due


class Call(Protocol):
    """Run a stage under a name."""

    async def __call__(self, name: str, stage: Stage, /, *args: Any) -> Any: ...


async def directly(_name: str, stage: Stage, /, *args: Any) -> Any:
    return await stage(*args)


def silent(_source: str, _done: int, _due: int) -> None:
    """No progress wanted."""


async def ingest(
    run: Run,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    call: Call = directly,
    tell: Tell = silent,
) -> None:
    """Everything new of every source, all sources at once; a source that breaks does not end the others."""
    await _side_by_side(
        run, sources, lambda desk, source: _ingest_source(desk, source, limit, call, tell)
    )


async def revisit(
    run: Run,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    call: Call = directly,
    tell: Tell = silent,
) -> None:
    """Stories that are loaded and may have changed since, of all sources at once."""
    pages = MAX_REVISITS if limit is None else limit
    await _side_by_side(
        run, sources, lambda desk, source: _revisit_source(desk, source, pages, call, tell)
    )


async def _side_by_side(
    run: Run, sources: Sequence[Source], work: Callable[[Desk, Source], Coroutine[Any, Any, None]]
) -> None:
    """An unexpected error is its source's failure; what ends the run is raised after the others are done."""
    desk = Desk(run)

    async def apart(source: Source) -> None:
        with run.isolated(source):
            await work(desk, source)

    async with desk.fetcher:
        ends = await asyncio.gather(*map(apart, sources), return_exceptions=True)
    run.hosts = host_rows.rows(run.settings.home / "locks")
    for end in ends:
        if isinstance(end, BaseException):
            raise end


async def _ingest_source(
    desk: Desk, source: Source, limit: int | None, call: Call, tell: Tell
) -> None:
    """Channels and pages by turns: what the first channels announced does not wait for the last."""
    run, done, pages = desk.run, 0, MAX_PAGES if limit is None else limit
    channels = discover(desk, source)
    has_more = is_due = True  # channels to ask and pages to fetch, as far as is known

    async def discover_more(_name: str) -> int | None:
        """How many links the next channels announced; None where no channel is left."""
        outcomes = await anext(channels, None)
        return None if outcomes is None else sum(len(each.announced) for each in outcomes)

    async def fetch_batch(links: list[Link]) -> int:
        return await fetch_and_load(
            desk, source, links, partial(_advance, tell, source.name, done, done + len(links))
        )

    while (has_more or is_due) and done < pages and not run.is_over(source.name):
        if has_more:
            n_announced = await call(f"discover {source.name}", discover_more, source.name)
            has_more, is_due = n_announced is not None, is_due or n_announced != 0
        if is_due:
            most = min(BATCH, pages - done)
            if links := await due(run, source, most):
                run.need_room()
                await call(f"fetch {source.name}", fetch_batch, links)
                done += len(links)
            is_due = len(links) == most
    is_cut = limit is None and done >= pages and not run.is_over(source.name)
    if is_cut and (has_more or await due(run, source, 1, take=False)):
        run.note_cut(source.name, f"pages beyond the first {pages} are left for the next run")
    tell(source.name, done, done)


async def _revisit_source(desk: Desk, source: Source, pages: int, call: Call, tell: Tell) -> None:
    """A few pages at a time, for what is new goes first."""
    run, store, done = desk.run, desk.run.store, 0

    async def fetch_batch(links: list[Link]) -> int:
        return await fetch_and_load(
            desk, source, links, partial(_advance, tell, source.name, done, done + len(links))
        )

    while not run.is_over(source.name) and done < pages:
        if n_waiting := await asyncio.to_thread(store.n_waiting, source.name):
            run.notes.append(
                f"{source.name}: {n_waiting} new addresses wait for an ingest, which goes first"
            )
            break
        if not (
            links := await asyncio.to_thread(
                store.revisits, source.name, run.run_id, run.clock(), min(FEW, pages - done)
            )
        ):
            break
        run.need_room()
        await call(f"revisit {source.name}", fetch_batch, links)
        done += len(links)
    tell(source.name, done, done)


async def due(
    run: Run, source: Source, most: int, days: Days | None = None, *, take: bool = True
) -> list[Link]:
    """The next addresses; taken, they are no other run's while this one lives."""
    return (
        await asyncio.to_thread(
            run.store.pending, source.name, run.run_id, run.clock(), most, days, take=take
        )
        if most > 0
        else []
    )


def _advance(tell: Tell, source: str, before: int, due: int, n: int) -> None:
    tell(source, before + n, due)


async def fetch_and_load(
    desk: Desk, source: Source, links: Sequence[Link], progress: Callable[[int], None]
) -> int:
    """Fetch, archive and load one batch; hosts side by side, one request at a time each. The links that were asked."""
    await desk.remember(links)
    await desk.take_up(links)
    got: list[Fetched] = []

    async def one_host(queue: list[Link]) -> None:
        for link in queue:
            if desk.run.is_over(source.name):
                return
            got.append(await desk.get_article(link, source))
            progress(len(got))

    try:
        async with asyncio.TaskGroup() as group:
            for queue in _by_host(links):
                group.create_task(one_host(queue))
    except BaseExceptionGroup as errors:  # the others were cancelled
        raise errors.exceptions[0] from errors
    await desk.load(got)
    return len(got)


def _by_host(links: Sequence[Link]) -> list[list[Link]]:
    """The links of each host, in the order they came."""

    def host(link: Link) -> str:
        return urlsplit(link.url).netloc

    return [list(group) for _, group in groupby(sorted(links, key=host), key=host)]
