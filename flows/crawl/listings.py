"""Listing pages of the past: those of one day, or pages that go back in time. What was fetched is not fetched again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median_low

from flows.crawl.discovery import POSTS
from flows.crawl.matching import Match, leave_out
from flows.crawl.session import CrawlSession
from flows.crawl.stages import PLAIN
from flows.load.outcome import Fetched, is_end_of_listing
from flows.runs.run import BATCH, Run
from parsers.article import Link
from parsers.discovery.ordering import expand_index
from parsers.kinds import LinkKind, State
from parsers.source import FIRST_DAY, Source
from warehouse.queries import Row
from warehouse.write import backfill_days, query_selection
from warehouse.write.frontier import Days
from warehouse.write.outcome import Outcome

MAX_PAGES = 100  # of a listing of one day
MAX_FAILURES = 3  # requests in a row without a result
MAX_WALK = 1000  # pages of a listing without days
ONE_DAY = timedelta(days=1)
WEEK = 7 * ONE_DAY


def window(source: Source, since: date | None, until: date | None, at: datetime) -> Days:
    """The days from `since` to `until`, but not after the day of `at` in the source's zone; without `since` the last week.

    Raises ValueError if `since` is after the end, or before there was news on the web.
    """
    last = min(until or date.max, at.astimezone(source.zone).date())
    first = since or last - WEEK + ONE_DAY
    if first > last:
        raise ValueError(f"since {first} is after the end, {last}")
    if first < FIRST_DAY:
        raise ValueError(f"since {first} is before {FIRST_DAY}{_other_century(first, last)}")
    return first, last


def _other_century(day: date, last: date) -> str:
    """A question whether another century was meant: `0001` for 2001, `0098` for 1998."""
    years = (century + day.year % 100 for century in (2000, 1900))
    meant = next((year for year in years if FIRST_DAY.year <= year <= last.year), None)
    return f"; did you mean {meant}?" if meant else ""


@dataclass(kw_only=True)
class Backfill:
    """A backfill of some days of a source, and its state."""

    session: CrawlSession
    source: Source
    days: Days  # the first and the last
    limit: int | None = None
    dry_run: bool = False
    match: Match | None = None  # ask only for articles whose announcement matches
    wanted: set[str] = field(default_factory=set)  # their addresses, and those of the sample
    n_pages: int = 0  # fetched so far
    is_discovered: bool = False  # sitemaps and listings without days were all read
    fetch_times: dict[str, datetime] = field(default_factory=dict)  # of listing pages, if read
    gains: dict[date, int] = field(default_factory=dict)  # new articles that listings of a day gave

    @property
    def run(self) -> Run:
        return self.session.run

    def listings(self, day: date) -> list[tuple[LinkKind, list[str]]]:
        """The listings for a day: kind, and the addresses of their pages."""
        pages, discover = range(1, MAX_PAGES + 1), self.source.discover
        listings = [
            (LinkKind.INDEX, [expand_index(template, page, day) for page in pages])
            for template in discover.index
            if "{date:" in template
        ]
        if discover.wordpress:  # `after` and `before` are exclusive, and in the site's own time
            that_day = f"&after={day - ONE_DAY}T23:59:59&before={day + ONE_DAY}T00:00:00"
            posts = [POSTS.format(url=discover.wordpress, page=page) + that_day for page in pages]
            listings.append((LinkKind.WORDPRESS, posts))
        return listings

    @property
    def is_over(self) -> bool:
        return self.run.is_over(self.source.name)

    @property
    def room(self) -> int:
        """How many pages the next batch may have."""
        return BATCH if self.limit is None else min(BATCH, self.limit - self.n_pages)

    def start_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.source.zone)

    def end_of(self, day: date) -> datetime:
        return self.start_of(day + ONE_DAY)

    async def articles_of(self, url: str) -> list[backfill_days.ListingLink]:
        """The articles that a listing page announced, from the warehouse."""
        return await asyncio.to_thread(
            backfill_days.listing_links, self.run.store, self.source, url, self.run.clock()
        )

    async def close(self, days: list[date], read_days: set[date]) -> list[Row]:
        """Store the state of the days, of which the listings of `read_days` were read completely."""
        now = self.run.clock()
        complete = {day for day in days if self.is_discovered and self.end_of(day) <= now}
        states = {
            day: "open" if day not in complete else "done" if day in read_days else "found"
            for day in days
        }
        return await asyncio.to_thread(
            backfill_days.close, self.run.store, self.source, states, now
        )

    async def coverage(self) -> list[Row]:
        return await asyncio.to_thread(
            backfill_days.coverage, self.run.store, self.source, *self.days, self.run.clock()
        )

    async def leave_out(self, judge_again: Sequence[date] = ()) -> None:
        """Leave out what the query does not ask for, of the articles that are known by now.

        `judge_again` are days whose listings were read since: they may have titles that a sitemap does not have.
        """
        if self.match:
            if judge_again:
                span = min(judge_again), max(judge_again)
                await asyncio.to_thread(
                    query_selection.reopen, self.run.store, self.source.name, span
                )
            self.wanted |= await asyncio.to_thread(
                leave_out,
                self.run.store,
                self.source,
                self.days,
                self.match,
                dry_run=self.dry_run,
            )

    def asks_for(self, link: Link) -> bool:
        """An article that an ingest waits for stays its own, unless its announcement matches the query."""
        if self.match is None or link.url in self.wanted:
            return True
        return self.match.fits_any([link.title] if link.title else [], [link.url])

    async def recall(self, urls: Iterable[str]) -> None:
        """Look up the earlier fetches of these listing pages, all at once."""
        self.fetch_times |= await asyncio.to_thread(
            backfill_days.last_answers, self.run.store, self.source, urls
        )
        await self.session.look_up(
            Link(url=url, source_id=self.source.name) for url in self.fetch_times
        )


@dataclass(kw_only=True)
class DayListing:
    """A listing of one day, of which one page after the other is read."""

    day: date
    kind: LinkKind
    urls: list[str]  # of its pages; empty once it is read
    articles: set[str] = field(default_factory=set)  # addresses so far


async def list_days(work: Backfill, days: list[date]) -> set[date]:
    """Read every listing of the days, page by page until one has nothing new; returns the days that were read completely."""
    unfinished = [
        DayListing(day=day, kind=kind, urls=list(dict.fromkeys(urls)))
        for day in days
        for kind, urls in work.listings(day)
    ]
    unread: set[date] = set()
    for n in range(MAX_PAGES):
        if not (unfinished := [each for each in unfinished if n < len(each.urls)]):
            break
        links = {_link(work, listing, n): work.end_of(listing.day) for listing in unfinished}
        for listing, articles in zip(unfinished, await _read(work, links), strict=True):
            if articles is None:
                unread.add(listing.day)
            if not articles or articles <= listing.articles:
                listing.urls = []
            else:
                listing.articles |= articles
    for listing in unfinished:
        if len(listing.urls) == MAX_PAGES:
            work.run.note_cut(
                work.source.name,
                f"{listing.kind}: pages of {listing.day} beyond the first {MAX_PAGES} were not fetched",
            )
    return {*days} - unread


def _link(work: Backfill, listing: DayListing, n: int) -> Link:
    return Link(
        url=listing.urls[n],
        source_id=work.source.name,
        kind=listing.kind,
        discovered_by=listing.urls[n - 1] if n else "",
        published_at=work.start_of(listing.day),
    )


async def walk_back(work: Backfill, template: str) -> bool:
    """Read page by page until the articles are older than the first day; whether all pages could be read."""
    seen: set[str] = set()
    before, oldest = "", work.days[1]
    urls = list(dict.fromkeys(expand_index(template, page) for page in range(1, MAX_WALK + 1)))
    await work.recall(urls)
    for url in urls:
        link = Link(url=url, source_id=work.source.name, kind=LinkKind.INDEX, discovered_by=before)
        if await _read(work, {link: work.end_of(work.days[1])}) == [None]:
            return False
        articles = await _dated_articles(work, url)
        if seen.issuperset(each.url for each in articles):
            break
        seen.update(each.url for each in articles)
        before, oldest = url, median_low([each.day for each in articles if each.day] or [oldest])
        if oldest < work.days[0]:
            return True
    work.run.note_cut(work.source.name, f"{template} goes back to {oldest} only")
    return True


async def _dated_articles(work: Backfill, page_url: str) -> list[backfill_days.ListingLink]:
    """The articles of a listing page. If it has no dates, one article is fetched: the others are of about the same day."""
    articles = await work.articles_of(page_url)
    pending = [each.url for each in articles if each.state == State.PENDING]
    if pending and not any(each.day for each in articles):
        url = next(
            (url for url in pending[::-1] if work.match and work.match.fits_any([], [url])),
            pending[-1],
        )
        link = Link(url=url, source_id=work.source.name, discovered_by=page_url)
        await PLAIN.fetch_and_load(work.session, work.source, [link])
        work.n_pages += 1
        articles = await work.articles_of(page_url)
    if days := [each.day for each in articles if each.day]:
        undated = [each.url for each in articles if not each.day]
        await asyncio.to_thread(
            backfill_days.date_undated, work.run.store, undated, median_low(days)
        )
    return articles


async def _read(work: Backfill, links: Mapping[Link, datetime]) -> list[set[str] | None]:
    """The article addresses on each listing page; None for a page that could not be read.

    A page is fetched unless it was fetched after it became final. After some failures in a row no more are fetched: more
    requests would not help.
    """
    fetched_pages: dict[str, Fetched] = {}
    n_failed = 0
    for link, final_from in links.items():
        if work.is_over or n_failed == MAX_FAILURES:
            break
        if (fetched_at := work.fetch_times.get(link.url)) is None or fetched_at < final_from:
            fetched_pages[link.url] = fetched = await work.session.get(link, work.source)
            has_failed = fetched.failure and not is_end_of_listing(fetched, fetched.failure.reason)
            n_failed = n_failed + 1 if has_failed else 0
    outcomes = dict(
        zip(fetched_pages, await work.session.load(fetched_pages.values()), strict=True)
    )
    return [
        await _article_urls(work, link, outcomes.get(link.url), final_from)
        for link, final_from in links.items()
    ]


async def _article_urls(
    work: Backfill, link: Link, outcome: Outcome | None, final_from: datetime
) -> set[str] | None:
    """The article addresses on a listing page: of the new response, or those stored from an earlier one."""
    if outcome and outcome.last and not outcome.reason and not outcome.last.same_as:
        return {each.link.url for each in outcome.announced if not each.skip}
    fetched_at = work.fetch_times.get(link.url)
    is_read = not outcome.reason if outcome else fetched_at is not None and fetched_at >= final_from
    return {each.url for each in await work.articles_of(link.url)} if is_read else None
