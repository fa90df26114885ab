"""The stages of an ingest, as plain functions: discover, fetch, load, one batch after the other.

`call` runs a stage: directly here, as a Prefect task in `flows.ingest`. Stages take and return plain values.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from flows.fetch import Fetcher, FetchFailed, FetchSettings
from flows.reading import Failure, Fetched
from flows.run import BATCH, Run
from flows.settings import VERSION
from parsers.article import Link, Response
from parsers.source import Source
from warehouse.archive import Record
from warehouse.rows import Outcome
from warehouse.store import Known

MAX_SITEMAPS = 50      # files of one sitemap index
MAX_PAGES = 100_000    # of one source in one run


class Call(Protocol):
    """Run a stage under a name."""

    async def __call__(self, name: str, stage: Callable[..., Awaitable[Any]], *args: Any) -> Any: ...


async def directly(_name: str, stage: Callable[..., Awaitable[Any]], *args: Any) -> Any:
    return await stage(*args)


Tell = Callable[[str, int, int], None]    # progress: source, pages done, pages known to be due


def silent(_source: str, _done: int, _due: int) -> None:
    """No progress wanted."""


@dataclass(kw_only=True)
class Desk:
    """The fetcher of a run, with the archive in front of it: an answer is archived before anything is made of it."""

    run: Run
    fetcher: Fetcher
    known: dict[str, Known]
    records: dict[tuple[str, str], list[Record]]

    def keep(self, link: Link, response: Response) -> None:
        """Archive an answer; one that repeats what is already kept becomes a revisit record."""
        before = self.known.get(link.url)
        if before and link.kind != "robots" and _repeats(response, before):
            response = replace(response, same_as=before.fetch_id, body=b"")
        record = self.run.writer.append(link, response, before.fetched_at if before else None)
        self.records.setdefault((link.kind, link.url), []).append(record)

    async def get(self, link: Link, source: Source) -> Fetched:
        """One link, asked for only if it changed; a failure is a value."""
        before = self.known.get(link.url)
        validators = {"etag": before.etag, "last_modified": before.last_modified} if before else {}
        failure = None
        try:
            await self.fetcher.get(link, delay_seconds=source.fetch.delay_seconds, **validators)
        except FetchFailed as error:
            failure = _failure(error)
        records = tuple(self.records.pop((link.kind, link.url), ()))
        return Fetched(link=link, run_id=self.run.run_id, records=records, failure=failure)

    def aside(self) -> list[Fetched]:
        """What was archived on the way: robots.txt files."""
        taken = [Fetched(link=group[0].link, run_id=self.run.run_id, records=tuple(group)) for group in self.records.values()]
        self.records.clear()
        return taken


async def ingest(run: Run, sources: Sequence[Source], *, limit: int | None = None, call: Call = directly, tell: Tell = silent) -> None:
    """Everything new of every source, all sources at once; hosts are asked one request at a time."""
    settings = FetchSettings(
        contact=run.settings.contact, allow_private=run.settings.allow_private, version=VERSION,
        connect_to={host: (ip, port) for host, ip, port in run.settings.connect_to}, locks=run.settings.home / "locks",
    )
    async with Fetcher(settings, clock=run.clock) as fetcher:
        async with asyncio.TaskGroup() as group:
            for source in sources:
                group.create_task(_ingest_source(run, fetcher, source, limit or MAX_PAGES, call, tell))
        run.hosts = fetcher.host_rows()


async def _ingest_source(run: Run, fetcher: Fetcher, source: Source, limit: int, call: Call, tell: Tell) -> None:
    stage = partial(call)
    await stage(f"discover {source.name}", partial(discover, run, fetcher), source)
    done = 0
    while not run.stopping and done < limit:
        links = run.store.pending(source.name, run.run_id, run.clock(), min(BATCH, limit - done))
        if not links:
            break
        tell(source.name, done, done + len(links))
        progress = partial(_advance, tell, source.name, done, done + len(links))
        done += await stage(f"fetch {source.name}", partial(fetch_and_load, run, fetcher, progress), source, links)
    tell(source.name, done, done)


def _advance(tell: Tell, source: str, before: int, due: int, n: int) -> None:
    tell(source, before + n, due)


async def discover(run: Run, fetcher: Fetcher, source: Source) -> int:
    """Ask every channel of the source, sitemaps of an index too; the links announced."""
    known = run.store.known([*source.discover.feeds, *source.discover.sitemaps])
    desk = Desk(run=run, fetcher=fetcher, known=known, records={})
    fetcher.on_response = desk.keep
    waiting = [Link(url=u, source_id=source.name, kind="feed") for u in source.discover.feeds]
    waiting += [Link(url=u, source_id=source.name, kind="sitemap") for u in source.discover.sitemaps]
    raise NotImplementedError


async def fetch_and_load(run: Run, fetcher: Fetcher, progress: Callable[[int], None], source: Source, links: Sequence[Link]) -> int:
    raise NotImplementedError
