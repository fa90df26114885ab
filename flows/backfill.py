"""A backfill, as plain functions: the past of one source, day by day, the newest day first.

What was answered is not asked again, by this run or a later one: a listing that was read after its day had ended is final, and a day is
done once it is listed and each of its addresses has its fate. So a run may be stopped anywhere, and the next goes on there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import fmean, median_low

from flows.desk import Desk
from flows.discovery import MAX_PAGES, POSTS, sitemaps
from flows.fetch import ledger
from flows.pipeline import Call, Tell, directly, due, fetch_and_load, silent
from flows.run import BATCH, Run
from parsers.article import Link, Reason
from parsers.links import expand_index, may_hold
from parsers.source import Source
from warehouse import days as past
from warehouse.rows import Row
from warehouse.store import Days

MAX_WALK = 1000  # pages of a listing that goes back and names no days
MAX_BARREN = 3  # days in a row of which nothing could be had: whatever is wrong, more requests do not mend it
FINAL = frozenset({200, 304, 400, 404, 410})  # answers of a listing: a page, or that there is none
SAMPLE = 3  # days that are listed for an estimate
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
    listed_days: set[date] = field(default_factory=set)

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

    async def coverage(self, days: Days | None = None) -> list[Row]:
        return await asyncio.to_thread(past.coverage, self.run.store, self.source, *(days or self.days), self.run.clock())


async def backfill(
    run: Run, source: Source, days: Days, *, limit: int | None = None, dry_run: bool = False, call: Call = directly, tell: Tell = silent
) -> tuple[list[Row], Row | None]:
    """List and fetch the days that are not done; what is known of each day then.

    A dry run lists a few days, fetches no page, and estimates what all would take.
    """
    desk = Desk(run)
    work = Backfill(desk=desk, source=source, days=days, limit=limit, dry_run=dry_run)
    async with desk.fetcher:
        await _work_through(work, call, tell)
    run.hosts = ledger.rows(run.settings.home / "locks")
    rows = await work.coverage()
    return rows, _estimate(work, rows) if dry_run else None


async def _work_through(work: Backfill, call: Call, tell: Tell) -> None:
    name, n_barren = work.source.name, 0
    wanted = [row["day"] for row in await work.coverage() if row["state"] != "done" or row["n_due"]]
    if not wanted:
        return

    async def discover(_source: str) -> bool:
        return await _discover(work)

    async def do_day(day: date) -> bool:
        return await _do_day(work, day)

    work.is_discovered = await call(f"discover {name}", discover, name)
    for n, day in enumerate(_sample(wanted) if work.dry_run else wanted):
        if work.run.stopping or work.room <= 0:
            return
        if n_barren == MAX_BARREN:
            work.run.note_cut(name, f"nothing could be had of {MAX_BARREN} days in a row; {day} and what is before it were not asked for")
            return
        tell(name, n, len(wanted))
        n_barren = 0 if await call(f"backfill {name} {day}", do_day, day) else n_barren + 1
    if not work.dry_run:  # what the listing of an older day told of a newer one
        await _fetch(work, work.days)
    tell(name, len(wanted), len(wanted))


def _sample(days: list[date]) -> list[date]:
    """A few of them, from end to end."""
    return sorted({days[n * (len(days) - 1) // (SAMPLE - 1)] for n in range(SAMPLE)}, reverse=True)


async def _discover(work: Backfill) -> bool:
    """Sitemaps, and pages of listings that name no days where nothing else reaches back; whether all could be read."""
    since, until = work.days
    outcomes = await sitemaps(work.desk, work.source, lambda sitemap: may_hold(sitemap, since, until))
    whole = all(outcome.reason in {None, Reason.NOT_FOUND} for outcome in outcomes)
    if work.dry_run or work.listings(since) or (await work.coverage((since, since)))[0]["n_found"]:
        return whole
    index = work.source.discover.index if work.source.discover.names_any else [work.source.home]
    return all([whole, *[await _walk_back(work, template) for template in index]])


async def _do_day(work: Backfill, day: date) -> bool:
    """List a day and fetch what is due of it; False where nothing could be had of it."""
    before = (await work.coverage((day, day)))[0]
    if is_listed := before["state"] == "done" or await _list(work, day):
        work.listed_days.add(day)
    n_asked = 0 if work.dry_run else await _fetch(work, (day, day))
    now = (await work.coverage((day, day)))[0]
    is_done = is_listed and work.is_discovered and work.ends(day) <= work.run.clock() and not now["n_open"]
    await asyncio.to_thread(past.keep, work.run.store, work.source, now, "done" if is_done else "open", work.run.clock())
    return is_listed and (not n_asked or not now["n_open"] or now["n_loaded"] > before["n_loaded"])


async def _list(work: Backfill, day: date) -> bool:
    """Every page of every listing of the day, each up to the first that tells nothing more; whether all could be read."""
    return all([await _read_pages(work, kind, day, urls) for kind, urls in work.listings(day)])


async def _read_pages(work: Backfill, kind: str, day: date, urls: list[str]) -> bool:
    told: set[str] = set()
    before = ""
    for url in dict.fromkeys(urls):
        link = Link(url=url, source_id=work.source.name, kind=kind, discovered_by=before, published_at=work.begins(day))
        if work.run.stopping or not await _read_once(work, link, work.ends(day)):
            return False
        now = {listed.url for listed in await work.listed(url)}
        if now <= told:
            return True
        told |= now
        before = url
    if before != urls[0]:
        work.run.note_cut(work.source.name, f"{kind}: pages of {day} beyond the first {MAX_PAGES} were not asked")
    return True


async def _walk_back(work: Backfill, template: str) -> bool:
    """Page by page until stories are older than the first day; whether all could be read."""
    told: set[str] = set()
    before, oldest = "", work.days[1]
    for url in dict.fromkeys(expand_index(template, page) for page in range(1, MAX_WALK + 1)):
        if work.run.stopping or not await _read_once(
            work, Link(url=url, source_id=work.source.name, kind="index", discovered_by=before), work.ends(work.days[1])
        ):
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


async def _read_once(work: Backfill, link: Link, final_from: datetime) -> bool:
    """Ask a listing, unless it was answered after it could still change; whether it is read."""
    run = work.run
    answered = (await asyncio.to_thread(past.answered, run.store, [link.url])).get(link.url)
    if answered and answered >= final_from:
        return True
    await work.desk.remember([link])
    outcome = (await work.desk.load([await work.desk.get(link, work.source)]))[0]
    status = outcome.last.status if outcome.last else None
    if outcome.reason is None and status not in FINAL:
        run.note_cut(work.source.name, f"{link.url} answered {status}")
    return outcome.reason is None and status in FINAL


async def _fetch(work: Backfill, days: Days) -> int:
    """What is due of the days; how many pages were asked for."""
    before = work.n_pages
    while work.room > 0 and not work.run.stopping and (links := await due(work.run, work.source, work.room, days)):
        work.n_pages += await fetch_and_load(work.desk, work.source, links, lambda _: None)
    return work.n_pages - before


def _estimate(work: Backfill, rows: list[Row]) -> Row:
    """What the days would take: what is known to be due, and of days not listed yet as many stories as the others have."""
    listings = [min(2, len({*urls})) for _, urls in work.listings(work.days[0])]  # where there is a second page, its end is asked for too
    listed = [row for row in rows if row["state"] == "done" or row["day"] in work.listed_days or not listings]
    unlisted = [row for row in rows if row not in listed]
    n_guessed = round(fmean(row["n_found"] for row in listed or rows) * len(unlisted)) - sum(row["n_found"] for row in unlisted)
    n_pages = sum(row["n_due"] for row in rows) + max(0, n_guessed)
    n_requests = n_pages + sum(listings) * len(unlisted)
    delay_seconds = max(work.source.fetch.delay_seconds, work.desk.fetcher.delay_seconds(work.source.home))
    return {
        "source_id": work.source.name,
        "days": len(rows),
        "days_listed": len(listed),
        "found": sum(row["n_found"] for row in rows),
        "loaded": sum(row["n_loaded"] for row in rows),
        "to_fetch": n_pages,
        "requests": n_requests,
        "delay_seconds": delay_seconds,
        "hours": round(n_requests * delay_seconds / 3600, 2),
    }
