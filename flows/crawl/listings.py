"""Listings that reach back: those of one day, or pages that go back in time. What was answered is not asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median_low

from flows.crawl.discovery import POSTS
from flows.crawl.session import CrawlSession
from flows.crawl.stages import PLAIN
from flows.load.outcome import Fetched, is_end
from flows.runs.run import BATCH, Run
from parsers.article import Link
from parsers.discovery.ordering import expand_index
from parsers.source import Source
from warehouse.write import backfill_days
from warehouse.write.outcome_rows import Outcome, Row
from warehouse.write.store import Days

MAX_PAGES = 100  # of a listing of one day
MAX_BARREN = 3  # requests in a row that came to nothing
MAX_WALK = 1000  # pages of a listing that goes back and names no days
ONE_DAY = timedelta(days=1)
WEEK = 7 * ONE_DAY


def window(source: Source, since: date | None, until: date | None, at: datetime) -> Days:
    """The days from `since` to `until`, none after that of `at` in the source's zone; without `since` the week that ends there.

    Raises ValueError where `since` is after the end.
    """
    last = min(until or date.max, at.astimezone(source.zone).date())
    first = since or last - WEEK + ONE_DAY
    if first > last:
        raise ValueError(f"since {first} is after {last}, where it would end")
    return first, last


@dataclass(kw_only=True)
class Backfill:
    """The days asked for of a source."""

    session: CrawlSession
    source: Source
    days: Days  # the first and the last
    limit: int | None = None
    dry_run: bool = False
    n_pages: int = 0  # asked for so far
    is_discovered: bool = False  # what is not listed by day was all read
    answered: dict[str, datetime] = field(
        default_factory=dict
    )  # when each listing last said all it had to say
    gains: dict[date, int] = field(
        default_factory=dict
    )  # stories that listing told of a day beyond those known before

    @property
    def run(self) -> Run:
        return self.session.run

    def listings(self, day: date) -> list[tuple[str, list[str]]]:
        """The listings that know the day: kind, and the addresses of their pages."""
        pages, discover = range(1, MAX_PAGES + 1), self.source.discover
        found = [
            ("index", [expand_index(template, page, day) for page in pages])
            for template in discover.index
            if "{date:" in template
        ]
        if discover.wordpress:  # both ends are left out, and are the site's own time
            that_day = f"&after={day - ONE_DAY}T23:59:59&before={day + ONE_DAY}T00:00:00"
            found.append(
                (
                    "wordpress",
                    [POSTS.format(url=discover.wordpress, page=page) + that_day for page in pages],
                )
            )
        return found

    @property
    def is_over(self) -> bool:
        return self.run.is_over(self.source.name)

    @property
    def room(self) -> int:
        """Pages that may be fetched in one go."""
        return BATCH if self.limit is None else min(BATCH, self.limit - self.n_pages)

    def begins(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.source.zone)

    def ends(self, day: date) -> datetime:
        return self.begins(day + ONE_DAY)

    async def listed(self, url: str) -> list[backfill_days.Listed]:
        return await asyncio.to_thread(
            backfill_days.listed, self.run.store, self.source, url, self.run.clock()
        )

    async def close(self, days: list[date], listed: set[date]) -> list[Row]:
        """Write down how far the days have come."""
        over = {day for day in days if self.is_discovered and self.ends(day) <= self.run.clock()}
        states = {
            day: "open" if day not in over else "done" if day in listed else "found" for day in days
        }
        return await asyncio.to_thread(
            backfill_days.close, self.run.store, self.source, states, self.run.clock()
        )

    async def coverage(self) -> list[Row]:
        return await asyncio.to_thread(
            backfill_days.coverage, self.run.store, self.source, *self.days, self.run.clock()
        )

    async def recall(self, urls: Iterable[str]) -> None:
        """What is known of these listings, looked up at once."""
        self.answered |= await asyncio.to_thread(
            backfill_days.answered, self.run.store, self.source, urls
        )
        await self.session.look_up(
            Link(url=url, source_id=self.source.name) for url in self.answered
        )


@dataclass(kw_only=True)
class Trail:
    """A listing of one day on its way through its pages."""

    day: date
    kind: str
    urls: list[str]
    told: set[str] = field(default_factory=set)


async def list_days(work: Backfill, days: list[date]) -> set[date]:
    """The pages of every listing of the days, of each up to the first that tells nothing more; the days of which all could be read."""
    trails = [
        Trail(day=day, kind=kind, urls=list(dict.fromkeys(urls)))
        for day in days
        for kind, urls in work.listings(day)
    ]
    unread: set[date] = set()
    for n in range(MAX_PAGES):
        if not (trails := [trail for trail in trails if n < len(trail.urls)]):
            break
        for trail, told in zip(
            trails,
            await _read(work, {_link(work, trail, n): work.ends(trail.day) for trail in trails}),
            strict=True,
        ):
            if told is None:
                unread.add(trail.day)
            if not told or told <= trail.told:
                trail.urls = []
            else:
                trail.told |= told
    for trail in trails:
        if len(trail.urls) == MAX_PAGES:
            work.run.note_cut(
                work.source.name,
                f"{trail.kind}: pages of {trail.day} beyond the first {MAX_PAGES} were not asked",
            )
    return {*days} - unread


def _link(work: Backfill, trail: Trail, n: int) -> Link:
    before = trail.urls[n - 1] if n else ""
    begins = work.begins(trail.day)
    return Link(
        url=trail.urls[n],
        source_id=work.source.name,
        kind=trail.kind,
        discovered_by=before,
        published_at=begins,
    )


async def walk_back(work: Backfill, template: str) -> bool:
    """Page by page until stories are older than the first day; whether all could be read."""
    told: set[str] = set()
    before, oldest = "", work.days[1]
    urls = list(dict.fromkeys(expand_index(template, page) for page in range(1, MAX_WALK + 1)))
    await work.recall(urls)
    for url in urls:
        link = Link(url=url, source_id=work.source.name, kind="index", discovered_by=before)
        if await _read(work, {link: work.ends(work.days[1])}) == [None]:
            return False
        now = await _dated(work, url)
        if not {listed.url for listed in now} - told:
            break
        told |= {listed.url for listed in now}
        before, oldest = url, median_low([listed.day for listed in now if listed.day] or [oldest])
        if oldest < work.days[0]:
            return True
    work.run.note_cut(work.source.name, f"{template} goes back to {oldest} only")
    return True


async def _dated(work: Backfill, url: str) -> list[backfill_days.Listed]:
    """What a page of a listing named. Where it tells no day, one of its stories is fetched: its neighbours are of about its day."""
    now = await work.listed(url)
    if not any(listed.day for listed in now) and (
        unread := [listed.url for listed in now if listed.state == "pending"]
    ):
        await PLAIN.fetch_and_load(
            work.session,
            work.source,
            [Link(url=unread[-1], source_id=work.source.name, discovered_by=url)],
        )
        work.n_pages += 1
        now = await work.listed(url)
    if days := [listed.day for listed in now if listed.day]:
        undated = [listed.url for listed in now if not listed.day]
        await asyncio.to_thread(
            backfill_days.date_undated, work.run.store, undated, median_low(days)
        )
    return now


async def _read(work: Backfill, links: Mapping[Link, datetime]) -> list[set[str] | None]:
    """The addresses that each listing names, asked for unless it was answered after it could still change; None where it was not read.

    Not all are asked where some fail in a row: whatever is wrong, more requests do not mend it.
    """
    got: dict[str, Fetched] = {}
    n_failed = 0
    for link, final_from in links.items():
        if work.is_over or n_failed == MAX_BARREN:
            break
        if (answered_at := work.answered.get(link.url)) is None or answered_at < final_from:
            got[link.url] = fetched = await work.session.get(link, work.source)
            n_failed = (
                n_failed + 1
                if fetched.failure and not is_end(fetched, fetched.failure.reason)
                else 0
            )
    outcomes = dict(zip(got, await work.session.load(got.values()), strict=True))
    return [
        await _told(work, link, outcomes.get(link.url), final_from)
        for link, final_from in links.items()
    ]


async def _told(
    work: Backfill, link: Link, outcome: Outcome | None, final_from: datetime
) -> set[str] | None:
    if outcome and outcome.last and not outcome.reason and not outcome.last.same_as:
        return {each.link.url for each in outcome.announced if not each.skip}
    answered_at = work.answered.get(link.url)
    is_read = (
        not outcome.reason if outcome else answered_at is not None and answered_at >= final_from
    )
    return {listed.url for listed in await work.listed(link.url)} if is_read else None
