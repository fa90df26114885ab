"""A crawl session: fetches links, and archives every response before it is parsed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flows.http import host_rows
from flows.http.client import Fetcher
from flows.http.errors import FetchFailed, describe_error
from flows.http.limits import Budgets, FetchSettings
from flows.http.politeness import HostTurns
from flows.load.isolation import ends_the_run
from flows.load.load_queue import LoadQueue
from flows.load.outcome import Failure, Fetched, group_by_link, next_part
from flows.runs.run import Run
from flows.runs.summary import UNREACHED, outage
from flows.settings import VERSION, Settings
from parsers.article import Link, Rejected, Response
from parsers.block_pages import check_bytes
from parsers.html.truncation import is_truncated
from parsers.kinds import CHANNELS, LinkKind, Reason
from parsers.source import Source
from warehouse.archive.archive import Record
from warehouse.write import fetches, runs
from warehouse.write.fetches import CachedResponse
from warehouse.write.outcome import Outcome

NOT_MODIFIED = HTTPStatus.NOT_MODIFIED
MIN_STEP = timedelta(microseconds=1)  # between two responses of one address
SUSPICIOUS_AFTER = timedelta(days=1)  # a 304 for a channel is then tested
MAX_WAITING_BYTES = 32_000_000  # of bodies in memory until they are loaded, of all sources


def fetch_settings(settings: Settings, locks: Path, budgets: Budgets) -> FetchSettings:
    """How to fetch, as Kliping's settings say; `locks` is the folder of the hosts' turns."""
    return FetchSettings(
        contact=settings.contact,
        allow_private=settings.allow_private,
        version=VERSION,
        locks=locks,
        budgets=budgets,
        connect_to={host: (ip, port) for host, ip, port in settings.connect_to},
    )


def stops_early(response: Response) -> bool:
    """Whether a page stops in the middle. Of another kind of file its bytes do not tell: a PDF may end with `<a`."""
    try:
        check_bytes(response)
    except Rejected:
        return False
    return is_truncated(response.body)


class CrawlSession:
    """What the sources of a run share: one fetcher, one archive file, and the earlier responses."""

    def __init__(self, run: Run) -> None:
        self.run = run
        settings = fetch_settings(run.settings, run.settings.home / "locks", run.budgets)
        self.fetcher = Fetcher(
            settings,
            clock=run.clock,
            record=self._archive,
            source_of=run.source_id_of,
            claims=run.store.claims,
        )
        self._cached: dict[tuple[str, str], CachedResponse] = {}  # by source and address
        self.load_queue = LoadQueue(run.store_outcomes)
        self.n_announced = Counter[str]()  # links in the channels of each source, new or not
        self.waiting_bytes = Counter[
            str
        ]()  # of the fetched pages of each source, until they are loaded

    async def look_up(self, links: Iterable[Link]) -> None:
        """Read the last responses from the warehouse, for conditional requests."""
        urls: dict[str, list[str]] = {}
        for link in links:
            urls.setdefault(link.source_id, []).append(link.url)
        is_past = self.run.flow == "backfill"
        for source_id, of_source in urls.items():
            answers = await asyncio.to_thread(
                fetches.cached_responses, self.run.store, of_source, source_id, is_past=is_past
            )
            self._cached |= {(source_id, url): answer for url, answer in answers.items()}

    def note_hosts(self) -> None:
        """Keep the state of each host, at the end. If no host was reached, none has failed: the next run asks them again."""
        run, locks = self.run, self.run.settings.home / "locks"
        found = outage(runs.requests(run.store, run.run_id))
        if found and found.way == UNREACHED:
            turns = HostTurns(FetchSettings(locks=locks), run.clock)
            turns.forget_failures((row["source_id"], row["example"]) for row in found.requests)
        run.hosts = host_rows.rows(locks)

    def must_load(self) -> bool:
        """Whether what is fetched must be loaded before more is fetched."""
        return self.waiting_bytes.total() > MAX_WAITING_BYTES

    def is_unchanged(self, link: Link) -> bool:
        """Whether the link is announced with the same change time as at its last fetch. No clocks are compared."""
        before = self._cached.get((link.source_id, link.url))
        return bool(before and link.modified_at and before.link_modified_at == link.modified_at)

    async def get(self, link: Link, source: Source) -> Fetched:
        """Fetch one link, conditionally if possible. A failure is returned, not raised."""
        records: list[Record] = []
        failure = None
        try:
            await self._fetch(link, source.fetch.delay_seconds, records)
        except FetchFailed as error:
            failure = _failure(error)
        return Fetched(
            link=link,
            run_id=self.run.run_id,
            records=tuple(record for record in records if record.link.kind == link.kind),
            robots=tuple(record for record in records if record.link.kind != link.kind),
            failure=failure,
        )

    async def _fetch(self, link: Link, delay_seconds: float, records: list[Record]) -> None:
        """Append the records of all responses to `records`. Raises FetchFailed.

        Some hosts have validators that never change. So a doubtful 304 is tested with a second request without them, at
        most once a month for each host.
        """
        before = self._cached.get((link.source_id, link.url))
        if (
            not before
            or not (before.etag or before.last_modified)
            or not self.fetcher.trusts_validators(link.url)
        ):
            await self._exchange(link, records, delay_seconds=delay_seconds)
            return
        response = await self._exchange(
            link,
            records,
            delay_seconds=delay_seconds,
            etag=before.etag,
            last_modified=before.last_modified,
        )
        is_new = response.body_sha256 != before.body_sha256
        if (
            response.status == NOT_MODIFIED
            and self._is_doubtful(link, before)
            and self.fetcher.may_test_validators(link.url)
        ):
            again = await self._exchange(link, records, delay_seconds=delay_seconds)
            self.fetcher.note_validators(link.url, lied=again.body_sha256 != before.body_sha256)
        elif response.body and is_new and _is_same_strong(before.etag, response.header("etag")):
            self.fetcher.note_validators(link.url, lied=True)

    async def _exchange(self, link: Link, records: list[Record], **options: Any) -> Response:
        try:
            result = await self.fetcher.get(link, **options)
        except FetchFailed as error:
            records += error.records
            raise
        records += result.records
        return result.response

    def _is_doubtful(self, link: Link, before: CachedResponse) -> bool:
        """Whether a 304 may be wrong: a change was announced, not for the first time; or a channel is unchanged for a day."""
        if link.kind in CHANNELS:
            return self.run.clock() - before.fetched_at > SUSPICIOUS_AFTER
        changed = (
            link.modified_at
            and before.link_modified_at
            and link.modified_at > before.link_modified_at
        )
        return bool(changed and before.n_contradicted)

    async def sitemaps_of_robots(self, source: Source) -> tuple[str, ...]:
        """The sitemaps in the source's robots.txt; none if it cannot be fetched."""
        link = Link(url=source.home, source_id=source.name, kind=LinkKind.ROBOTS)
        records: tuple[Record, ...]
        try:
            urls, records = await self.fetcher.sitemaps(
                link, delay_seconds=source.fetch.delay_seconds
            )
        except FetchFailed as error:
            urls, records = (), error.records
        if records:
            await self._load(group_by_link(records))
        return urls

    async def unfinished(self, links: Iterable[Link]) -> Mapping[str, Fetched]:
        """The articles, by address, of which an earlier run fetched only some pages."""
        places = await asyncio.to_thread(
            fetches.unfinished_articles, self.run.store, [link.url for link in links]
        )
        records = [r for of_one in places.values() for r in self.run.archive.readable(of_one)]
        return {
            each.link.url: replace(each, run_id=self.run.run_id) for each in group_by_link(records)
        }

    async def get_article(
        self, link: Link, source: Source, before: Fetched | None = None
    ) -> Fetched:
        """Fetch an article with all its pages, up to the first that fails; `before` has pages that were fetched earlier.

        An unexpected error is a failure of the page.
        """
        try:
            return await self._get_pages(before or await self._get_complete(link, source), source)
        except Exception as error:
            if ends_the_run(error):
                raise
            failed = FetchFailed(
                link=link,
                reason=Reason.PROTOCOL,
                detail=describe_error(error),
                attempts=0,
                fetched_at=self.run.clock(),
            )
            return Fetched(link=link, run_id=self.run.run_id, failure=_failure(failed))

    async def _get_pages(self, article: Fetched, source: Source) -> Fetched:
        while not article.failure and (part := await self._next_part(article, source)):
            if self.run.is_over(source.name):
                return replace(article, unfinished=True)
            await self.look_up([part])
            fetched = await self._get_complete(part, source)
            [article] = await self.with_bodies([article.joined_with(fetched)], LinkKind.PART)
            if fetched.failure:
                break
        return article

    async def _get_complete(self, link: Link, source: Source) -> Fetched:
        """Fetch a page, and once more if it stops inside its markup: some servers fail while they send."""
        first = await self.get(link, source)
        if first.failure or not stops_early(first.records[-1].response):
            return first
        again = await self.get(link, source)
        return first if again.failure else first.joined_with(again)

    async def with_bodies(self, fetched: Sequence[Fetched], kind: str) -> Sequence[Fetched]:
        """Give unchanged responses of a kind their archived bodies: some of their links may not have been fetched yet."""
        return await asyncio.to_thread(self.run.with_bodies, fetched, kind)

    async def _next_part(self, article: Fetched, source: Source) -> Link | None:
        """The next page of an article; None if it is on another source's site."""
        url = await asyncio.to_thread(
            next_part, article.records, source, self.run.workers.next_page
        )
        part = replace(
            article.link, url=url or "", kind=LinkKind.PART, discovered_by=article.link.url
        )
        return part if url and self.run.may_fetch(part) else None

    async def channels_of(self, fetched: Fetched, source: Source) -> tuple[Link, ...]:
        """The sitemaps that a sitemap index names, the latest changed first."""
        return await asyncio.to_thread(self.run.workers.channels_of, fetched, source)

    async def load(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """Load fetched links; the outcome of each. The robots.txt files that were fetched for them are loaded too."""
        pages = list(fetched)
        robots = group_by_link([record for each in pages for record in each.robots])
        outcomes = await self._load([*(replace(each, robots=()) for each in pages), *robots])
        for outcome in outcomes[: len(pages)]:
            self.n_announced[outcome.link.source_id] += len(outcome.announced)
        return outcomes[: len(pages)]

    async def _load(self, fetched: list[Fetched]) -> list[Outcome]:
        with self.load_queue.parsing():
            outcomes = await asyncio.to_thread(self.run.interpret, fetched)
        self.run.writer.sync()  # a record must be on disk before its row
        if outcomes:
            await self.load_queue.load(outcomes)
        return outcomes

    def _archive(self, link: Link, response: Response) -> Record:
        """Append the response to the archive, as a revisit record if its body is archived already."""
        before = self._cached.get((link.source_id, link.url))
        if before and response.fetched_at <= before.fetched_at:
            # The clock was set back. Versions are ordered by time, and this one is later.
            response = replace(response, fetched_at=before.fetched_at + MIN_STEP)
        if before and (
            response.status == NOT_MODIFIED
            or (response.status == 200 and response.body_sha256 == before.body_sha256)
        ):
            response = replace(response, same_as=before.fetch_id, body=b"")
        return self.run.writer.append(link, response, before.fetched_at if before else None)


def _is_same_strong(before: str | None, now: str | None) -> bool:
    """Whether both are the same strong ETag: pages with the same weak ETag may differ."""
    return bool(before) and before == now and not str(before).startswith("W/")


def _failure(error: FetchFailed) -> Failure:
    """The failure of a link; an attempt without a response gets a row of its own."""
    unanswered = None
    if error.response is None:
        name = f"{error.link.url} {error.fetched_at.isoformat()} {error.attempts}"
        unanswered = Response(
            fetch_id=str(uuid5(NAMESPACE_URL, name)),
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
    return Failure(
        reason=error.reason, detail=error.detail, retry_at=error.retry_at, unanswered=unanswered
    )
