"""The stages of an ingest, as plain functions: discover, then fetch and load one batch after the other.

`call` runs a stage: directly here, as a Prefect task in `flows.ingest`. Stages take and return plain values.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from flows.fetch import Fetcher, FetchFailed, FetchSettings, ledger
from flows.reading import Failure, Fetched, by_link, channels_of, next_part
from flows.run import BATCH, Run, completed
from flows.settings import VERSION
from parsers.article import Link, Response
from parsers.source import Source
from warehouse.archive import Record
from warehouse.store import Known

MAX_CHANNELS = 50  # feeds and sitemaps asked of one source in one run

Stage = Callable[..., Coroutine[Any, Any, Any]]
Tell = Callable[[str, int, int], None]  # progress: source, pages done, pages known to be due


class Call(Protocol):
    """Run a stage under a name."""

    async def __call__(self, name: str, stage: Stage, /, *args: Any) -> Any: ...


async def directly(_name: str, stage: Stage, /, *args: Any) -> Any:
    return await stage(*args)


def silent(_source: str, _done: int, _due: int) -> None:
    """No progress wanted."""


async def ingest(run: Run, sources: Sequence[Source], *, limit: int | None = None, call: Call = directly, tell: Tell = silent) -> None:
    """Everything new of every source, all sources at once; a source that breaks does not end the others.

    Raises what broke, after the others are done.
    """
    desk = Desk(run)
    async with desk.fetcher:
        jobs = (_ingest_source(desk, source, limit, call, tell) for source in sources)
        ends = await asyncio.gather(*jobs, return_exceptions=True)
    run.hosts = ledger.rows(run.settings.home / "locks")
    for end in ends:
        if isinstance(end, BaseException):
            raise end


async def _ingest_source(desk: Desk, source: Source, limit: int | None, call: Call, tell: Tell) -> None:
    run, done = desk.run, 0
    await call(f"discover {source.name}", desk.discover, source)
    while not run.stopping and (limit is None or done < limit):
        most = BATCH if limit is None else min(BATCH, limit - done)
        links = await asyncio.to_thread(run.store.pending, source.name, run.run_id, run.clock(), most)
        if not links:
            break
        await call(f"fetch {source.name}", desk.fetch, source, links, partial(_advance, tell, source.name, done, done + len(links)))
        done += len(links)
    tell(source.name, done, done)


def _advance(tell: Tell, source: str, before: int, due: int, n: int) -> None:
    tell(source, before + n, due)


class Desk:
    """The fetcher of a run with the archive behind it: an answer is archived before anything is made of it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        settings = FetchSettings(
            contact=run.settings.contact,
            allow_private=run.settings.allow_private,
            version=VERSION,
            locks=run.settings.home / "locks",
            connect_to={host: (ip, port) for host, ip, port in run.settings.connect_to},
        )
        self.fetcher = Fetcher(settings, clock=run.clock, on_response=self._keep)
        self._known: dict[str, Known] = {}
        self._records: dict[tuple[str, str], list[Record]] = {}
        self._begun: dict[str, Fetched] = {}

    async def discover(self, source: Source) -> int:
        """Ask every channel of the source, the children of a sitemap index too; the channels that answered."""
        waiting = [Link(url=url, source_id=source.name, kind="feed") for url in source.discover.feeds]
        waiting += [Link(url=url, source_id=source.name, kind="sitemap") for url in source.discover.sitemaps]
        asked: dict[str, Fetched] = {}
        while waiting and not self.run.stopping:
            await self._remember(waiting)
            for link in waiting[: MAX_CHANNELS - len(asked)]:
                asked[link.url] = await self._get(link, source)
            indexes = await self._restored([asked[link.url] for link in waiting if link.url in asked])
            children = {child.url: child for index in indexes for child in channels_of(index, source) if child.url not in asked}
            await self._remember(children.values())
            waiting = [child for child in children.values() if not self._seen(child)] if len(asked) < MAX_CHANNELS else []
        await self._load(asked.values())
        return sum(not fetched.failure for fetched in asked.values())

    async def fetch(self, source: Source, links: Sequence[Link], progress: Callable[[int], None]) -> int:
        """Fetch, archive and load one batch; hosts side by side, one request at a time each. The links that were asked."""
        await self._remember(links)
        await self._take_up(links)
        got: list[Fetched] = []

        async def one_host(queue: list[Link]) -> None:
            for link in queue:
                if self.run.stopping:
                    return
                got.append(await self._get_article(link, source))
                progress(len(got))

        await asyncio.gather(*map(one_host, _by_host(links)))
        await self._load(got)
        return len(got)

    async def _get_article(self, link: Link, source: Source) -> Fetched:
        """An article with all its pages. A page that cannot be had leaves the article shorter, not lost."""
        article = self._begun.pop(link.url, None) or await self._get(link, source)
        while not article.failure and (url := next_part(article.records, source)):
            if self.run.stopping:
                return replace(article, unfinished=True)
            part = await self._get(replace(link, url=url, kind="part", discovered_by=link.url), source)
            article = replace(article, records=(*article.records, *part.records))
            if part.failure:
                break
        return article

    async def _get(self, link: Link, source: Source) -> Fetched:
        """One link, asked for only if it changed; a failure is a value."""
        before, failure = self._known.get(link.url), None
        etag, last_modified = (before.etag, before.last_modified) if before else (None, None)
        try:
            await self.fetcher.get(link, delay_seconds=source.fetch.delay_seconds, etag=etag, last_modified=last_modified)
        except FetchFailed as error:
            failure = _failure(error)
        records = tuple(self._records.pop((link.kind, link.url), ()))
        return Fetched(link=link, run_id=self.run.run_id, records=records, failure=failure)

    def _keep(self, link: Link, response: Response) -> None:
        """Archive an answer; one that repeats what is kept already becomes a revisit record."""
        before = self._known.get(link.url)
        if before and (response.status == 304 or (response.status == 200 and response.body_sha256 == before.body_sha256)):  # noqa: PLR2004 - HTTP's own numbers
            response = replace(response, same_as=before.fetch_id, body=b"")
        record = self.run.writer.append(link, response, before.fetched_at if before else None)
        self._records.setdefault((link.kind, link.url), []).append(record)

    async def _take_up(self, links: Iterable[Link]) -> None:
        """What an earlier run has of articles it left between two pages."""
        begun = await asyncio.to_thread(self.run.store.begun, [link.url for link in links])
        found = by_link([record for places in begun.values() for record in self.run.archive.readable(places)])
        self._begun |= {each.link.url: replace(each, run_id=self.run.run_id) for each in found}

    async def _restored(self, fetched: Sequence[Fetched]) -> Sequence[Fetched]:
        """An unchanged sitemap index with its body: an earlier run may have ended before it asked for what stands there."""
        return await asyncio.to_thread(completed, self.run.store, self.run.archive, fetched, "sitemap")

    async def _remember(self, links: Iterable[Link]) -> None:
        self._known |= await asyncio.to_thread(self.run.store.known, [link.url for link in links])

    def _seen(self, child: Link) -> bool:
        """The child was fetched since its announced change, by the index's own word: no clock is compared."""
        before = self._known.get(child.url)
        return bool(before and child.modified_at and before.link_modified_at == child.modified_at)

    async def _load(self, fetched: Iterable[Fetched]) -> None:
        """Sync first: what is loaded stands in the archive whatever happens. robots.txt files met on the way go along."""
        self.run.writer.sync()
        aside = [
            Fetched(link=group[0].link, run_id=self.run.run_id, records=tuple(group))
            for key in list(self._records)
            if key[0] == "robots" and (group := self._records.pop(key))
        ]
        await asyncio.to_thread(self.run.load, [*fetched, *aside])


def _by_host(links: Sequence[Link]) -> list[list[Link]]:
    """The links of each host, in the order they came."""

    def host(link: Link) -> str:
        return urlsplit(link.url).netloc

    return [list(group) for _, group in groupby(sorted(links, key=host), key=host)]


def _failure(error: FetchFailed) -> Failure:
    """What the run keeps of a failed fetch; an attempt without an answer gets a row of its own."""
    unanswered = None
    if error.response is None:
        name = str(uuid5(NAMESPACE_URL, f"{error.link.url} {error.fetched_at.isoformat()} {error.attempts}"))
        unanswered = Response(
            fetch_id=name,
            requested_url=error.link.url,
            url=error.link.url,
            fetched_at=error.fetched_at,
            body=b"",
            status=error.status,
            redirects=error.redirects,
            elapsed_ms=error.elapsed_ms,
            attempt=max(error.attempts, 1),
            robots_rule=error.robots_rule,
        )
    return Failure(reason=error.reason, detail=error.detail, retry_at=error.retry_at, unanswered=unanswered)
