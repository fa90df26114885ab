"""The desk of a run: the fetcher with the archive behind it. An answer is archived before anything is made of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from uuid import NAMESPACE_URL, uuid5

from flows.http.client import Fetcher
from flows.http.errors import FetchFailed, unexpected
from flows.http.limits import FetchSettings
from flows.load.isolation import ends_the_run
from flows.load.outcome import CHANNELS, Failure, Fetched, by_link, next_part
from flows.load.recovery import completed
from flows.runs.run import Run
from flows.settings import VERSION
from parsers.article import Link, Reason, Response
from parsers.html.truncation import is_truncated
from parsers.source import Source
from warehouse.archive.archive import Record
from warehouse.write.outcome_rows import Outcome
from warehouse.write.store import Known

NOT_MODIFIED = HTTPStatus.NOT_MODIFIED
LEAST_STEP = timedelta(microseconds=1)  # between two answers of one address
QUIET = timedelta(days=1)  # after which an unchanged feed is worth a second look


class Desk:
    def __init__(self, run: Run) -> None:
        self.run = run
        settings = FetchSettings(
            contact=run.settings.contact,
            allow_private=run.settings.allow_private,
            version=VERSION,
            locks=run.settings.home / "locks",
            budgets=run.budgets,
            connect_to={host: (ip, port) for host, ip, port in run.settings.connect_to},
        )
        self.fetcher = Fetcher(
            settings, clock=run.clock, on_response=self._keep, source_of=run.owner_of
        )
        self._known: dict[tuple[str, str], Known] = {}  # by source and address
        self._records: dict[tuple[str, str, str], list[Record]] = {}  # by source, kind, address
        self._begun: dict[str, Fetched] = {}
        self.n_announced = Counter[str]()  # links that channels of each source named, known or new

    async def remember(self, links: Iterable[Link]) -> None:
        """Look up what was last answered, so that only changes are asked for."""
        urls: dict[str, list[str]] = {}
        for link in links:
            urls.setdefault(link.source_id, []).append(link.url)
        is_past = self.run.flow == "backfill"
        for source_id, asked in urls.items():
            answers = await asyncio.to_thread(
                self.run.store.known, asked, source_id, is_past=is_past
            )
            self._known |= {(source_id, url): answer for url, answer in answers.items()}

    def has_seen(self, link: Link) -> bool:
        """The link was fetched since its announced change, by the announcer's own word: no clock is compared."""
        before = self._known.get((link.source_id, link.url))
        return bool(before and link.modified_at and before.link_modified_at == link.modified_at)

    async def get(self, link: Link, source: Source) -> Fetched:
        """One link, asked for only if it changed; a failure is a value."""
        before, failure = self._known.get((link.source_id, link.url)), None
        try:
            await self._ask(link, source.fetch.delay_seconds, before)
        except FetchFailed as error:
            failure = _failure(error)
        records = tuple(self._records.pop((link.source_id, link.kind, link.url), ()))
        return Fetched(link=link, run_id=self.run.run_id, records=records, failure=failure)

    async def _ask(self, link: Link, delay_seconds: float, before: Known | None) -> None:
        """Raises FetchFailed. A 304 that is contradicted again is put to the test, once a month and host: some validators never change."""
        if (
            not before
            or not (before.etag or before.last_modified)
            or not self.fetcher.trusts_validators(link.url)
        ):
            await self.fetcher.get(link, delay_seconds=delay_seconds)
            return
        said = await self.fetcher.get(
            link, delay_seconds=delay_seconds, etag=before.etag, last_modified=before.last_modified
        )
        if (
            said.status == NOT_MODIFIED
            and self._is_doubtful(link, before)
            and self.fetcher.may_test_validators(link.url)
        ):
            again = await self.fetcher.get(link, delay_seconds=delay_seconds)
            self.fetcher.note_validators(link.url, lied=again.body_sha256 != before.body_sha256)
        elif (
            said.body
            and said.body_sha256 != before.body_sha256
            and _is_strong(before.etag)
            and said.header("etag") == before.etag
        ):
            self.fetcher.note_validators(link.url, lied=True)

    def _is_doubtful(self, link: Link, before: Known) -> bool:
        """Announced as changed, and not for the first time; for a channel, which nobody announces, unchanged for a day."""
        if link.kind in CHANNELS:
            return self.run.clock() - before.fetched_at > QUIET
        changed = (
            link.modified_at
            and before.link_modified_at
            and link.modified_at > before.link_modified_at
        )
        return bool(changed and before.n_contradicted)

    async def take_up(self, links: Iterable[Link]) -> None:
        """What an earlier run has of articles it left between two pages."""
        begun = await asyncio.to_thread(self.run.store.begun, [link.url for link in links])
        found = by_link(
            [record for places in begun.values() for record in self.run.archive.readable(places)]
        )
        self._begun |= {each.link.url: replace(each, run_id=self.run.run_id) for each in found}

    async def get_article(self, link: Link, source: Source) -> Fetched:
        """An article with all its pages; where one cannot be had, those before it. An unexpected error is a failure of the page."""
        try:
            return await self._get_pages(link, source)
        except Exception as error:
            if ends_the_run(error):
                raise
            failed = FetchFailed(
                link=link,
                reason=Reason.PROTOCOL,
                detail=unexpected(error),
                attempts=0,
                fetched_at=self.run.clock(),
            )
            return Fetched(link=link, run_id=self.run.run_id, failure=_failure(failed))

    async def _get_pages(self, link: Link, source: Source) -> Fetched:
        article = self._begun.pop(link.url, None) or await self._get_whole(link, source)
        while not article.failure and (part := await self._next_part(article, source)):
            if self.run.is_over(source.name):
                return replace(article, unfinished=True)
            await self.remember([part])
            got = await self._get_whole(part, source)
            article = (
                await self.restored(
                    [replace(article, records=(*article.records, *got.records))], "part"
                )
            )[0]
            if got.failure:
                break
        return article

    async def _get_whole(self, link: Link, source: Source) -> Fetched:
        """A page that stops inside its markup is asked for once more: some servers fail while they write."""
        first = await self.get(link, source)
        if first.failure or not is_truncated(first.records[-1].response.body):
            return first
        again = await self.get(link, source)
        return first if again.failure else replace(again, records=(*first.records, *again.records))

    async def restored(self, fetched: Sequence[Fetched], kind: str) -> Sequence[Fetched]:
        """Unchanged answers of a kind with the bodies they had: what stands in them may not have been followed to its end."""
        return await asyncio.to_thread(completed, self.run.store, self.run.archive, fetched, kind)

    async def _next_part(self, article: Fetched, source: Source) -> Link | None:
        """None too where it is on another source's site."""
        url = await asyncio.to_thread(
            next_part, article.records, source, self.run.workers.next_page
        )
        part = replace(article.link, url=url or "", kind="part", discovered_by=article.link.url)
        return part if url and self.run.may_ask(part) else None

    async def channels_of(self, fetched: Fetched, source: Source) -> tuple[Link, ...]:
        """The sitemaps that a sitemap index names, the latest changed first."""
        return await asyncio.to_thread(self.run.workers.channels_of, fetched, source)

    async def load(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """What became of each. Sync first: what is loaded stands in the archive whatever happens.

        robots.txt files met on the way go along; they are not the caller's.
        """
        given = list(fetched)
        self.run.writer.sync()
        aside = [
            Fetched(link=group[0].link, run_id=self.run.run_id, records=tuple(group))
            for key in list(self._records)
            if key[1] == "robots" and (group := self._records.pop(key))
        ]
        outcomes = (await asyncio.to_thread(self.run.load, [*given, *aside]))[: len(given)]
        for outcome in outcomes:
            self.n_announced[outcome.link.source_id] += len(outcome.announced)
        return outcomes

    def _keep(self, link: Link, response: Response) -> None:
        """Archive an answer; one that repeats what is kept already becomes a revisit record."""
        before = self._known.get((link.source_id, link.url))
        if before and response.fetched_at <= before.fetched_at:
            # The clock was set back. Versions are ordered by time, and this one is the later.
            response = replace(response, fetched_at=before.fetched_at + LEAST_STEP)
        if before and (
            response.status == NOT_MODIFIED
            or (response.status == 200 and response.body_sha256 == before.body_sha256)
        ):
            response = replace(response, same_as=before.fetch_id, body=b"")
        record = self.run.writer.append(link, response, before.fetched_at if before else None)
        self._records.setdefault((link.source_id, link.kind, link.url), []).append(record)


def _is_strong(etag: str | None) -> bool:
    """A weak one may stand for pages that differ in their bytes."""
    return bool(etag) and not str(etag).startswith("W/")


def _failure(error: FetchFailed) -> Failure:
    """What the run keeps of a failed fetch; an attempt without an answer gets a row of its own."""
    unanswered = None
    if error.response is None:
        name = str(
            uuid5(
                NAMESPACE_URL, f"{error.link.url} {error.fetched_at.isoformat()} {error.attempts}"
            )
        )
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
    return Failure(
        reason=error.reason, detail=error.detail, retry_at=error.retry_at, unanswered=unanswered
    )
