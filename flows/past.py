"""The past of a source as its listings tell it: those of one day, or pages that go back. What was answered is not asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median_low

from flows.desk import Desk
from flows.discovery import POSTS
from flows.pipeline import fetch_and_load
from flows.run import BATCH, Run
from parsers.article import Link
from parsers.links import expand_index
from parsers.source import Source
from warehouse import days as past
from warehouse.rows import Row
from warehouse.store import Days

MAX_PAGES = 100  # of a listing of one day
MAX_WALK = 1000  # pages of a listing that goes back and names no days
ONE_DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Backfill:
    """The days asked for of a source."""

    desk: Desk
    source: Source
    days: Days  # the first and the last
    limit: int | None = None
    dry_run: bool = False
    n_pages: int = 0  # asked for so far
    is_discovered: bool = False  # what is not listed by day was all read
    answered: dict[str, datetime] = field(default_factory=dict)  # when each listing last said all it had to say
    gains: dict[date, int] = field(default_factory=dict)  # stories that listing told of a day beyond those known before

    @property
    def run(self) -> Run:
        return self.desk.run

    def listings(self, day: date) -> list[tuple[str, list[str]]]:
        """The listings that know the day: kind, and the addresses of their pages."""
        pages, discover = range(1, MAX_PAGES + 1), self.source.discover
        found = [("index", [expand_index(template, page, day) for page in pages]) for template in discover.index if "{date:" in template]
        if discover.wordpress:  # both ends are left out, and are the site's own time
            that_day = f"&after={day - ONE_DAY}T23:59:59&before={day + ONE_DAY}T00:00:00"
            found.append(("wordpress", [POSTS.format(url=discover.wordpress, page=page) + that_day for page in pages]))
        return found

    @property
    def room(self) -> int:
        """Pages that may be fetched in one go."""
        return BATCH if self.limit is None else min(BATCH, self.limit - self.n_pages)

    def begins(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.source.zone)

    def ends(self, day: date) -> datetime:
        return self.begins(day + ONE_DAY)

    async def listed(self, url: str) -> list[past.Listed]:
        return await asyncio.to_thread(past.listed, self.run.store, self.source, url, self.run.clock())

    async def close(self, day: date, *, is_listed: bool) -> Row:
        may_be_done = is_listed and self.is_discovered and self.ends(day) <= self.run.clock()
        return await asyncio.to_thread(past.close, self.run.store, self.source, day, self.run.clock(), may_be_done=may_be_done)

    async def coverage(self) -> list[Row]:
        return await asyncio.to_thread(past.coverage, self.run.store, self.source, *self.days, self.run.clock())

    async def recall(self, urls: Iterable[str]) -> None:
        """What is known of these listings, looked up at once."""
        self.answered |= await asyncio.to_thread(past.answered, self.run.store, urls)
        await self.desk.remember(Link(url=url, source_id=self.source.name) for url in self.answered)


async def list_day(work: Backfill, day: date) -> bool:
    """Every page of every listing of the day, each up to the first that tells nothing more; whether all could be read."""
    return all([await _read_pages(work, kind, day, urls) for kind, urls in work.listings(day)])


async def _read_pages(work: Backfill, kind: str, day: date, urls: list[str]) -> bool:
    told: set[str] = set()
    before = ""
    for url in dict.fromkeys(urls):
        link = Link(url=url, source_id=work.source.name, kind=kind, discovered_by=before, published_at=work.begins(day))
        if work.run.stopping or (now := await _read_once(work, link, work.ends(day))) is None:
            return False
        if now <= told:
            return True
        told |= now
        before = url
    if before != urls[0]:
        work.run.note_cut(work.source.name, f"{kind}: pages of {day} beyond the first {MAX_PAGES} were not asked")
    return True


async def walk_back(work: Backfill, template: str) -> bool:
    """Page by page until stories are older than the first day; whether all could be read."""
    told: set[str] = set()
    before, oldest = "", work.days[1]
    urls = list(dict.fromkeys(expand_index(template, page) for page in range(1, MAX_WALK + 1)))
    await work.recall(urls)
    for url in urls:
        link = Link(url=url, source_id=work.source.name, kind="index", discovered_by=before)
        if work.run.stopping or await _read_once(work, link, work.ends(work.days[1])) is None:
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


async def _dated(work: Backfill, url: str) -> list[past.Listed]:
    """What a page of a listing named. Where it tells no day, one of its stories is fetched: its neighbours are of about its day."""
    now = await work.listed(url)
    if not any(listed.day for listed in now) and (unread := [listed.url for listed in now if listed.state == "pending"]):
        await fetch_and_load(work.desk, work.source, [Link(url=unread[-1], source_id=work.source.name, discovered_by=url)], lambda _: None)
        work.n_pages += 1
        now = await work.listed(url)
    if days := [listed.day for listed in now if listed.day]:
        undated = [listed.url for listed in now if not listed.day]
        await asyncio.to_thread(past.date_undated, work.run.store, undated, median_low(days))
    return now


async def _read_once(work: Backfill, link: Link, final_from: datetime) -> set[str] | None:
    """The addresses that a listing names, asked for unless it was answered after it could still change; None where it cannot be read."""
    answered_at = work.answered.get(link.url)
    if not answered_at or answered_at < final_from:
        outcome = (await work.desk.load([await work.desk.get(link, work.source)]))[0]
        if outcome.reason or not outcome.last:
            return None
        if not outcome.last.same_as:
            return {each.link.url for each in outcome.announced if not each.skip}
    return {listed.url for listed in await work.listed(link.url)}
