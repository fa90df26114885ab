"""Backfill: fetch the past of one source, day by day, the newest day first.

What was fetched is not fetched again, by this run or a later one. A listing that was read after its day ended is final. A
day is done once its listings are read and each of its addresses has its final state. So a run may be stopped at any time,
and the next one continues there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from flows.crawl.discovery import sitemaps
from flows.crawl.listings import MAX_FAILURES, Backfill, list_days, walk_back
from flows.crawl.matching import Match
from flows.crawl.session import CrawlSession
from flows.crawl.stages import PLAIN, Progress, Stages, due, no_progress
from flows.logging import bound, get_logger
from flows.runs.run import Run, refresh_published_copy
from parsers.discovery.ordering import may_announce
from parsers.kinds import Reason
from parsers.source import Source
from warehouse.queries import Row
from warehouse.write import query_selection
from warehouse.write.frontier import Days

log = get_logger(__name__)

BLOCK = 10  # days whose listings are read together
MAX_SITEMAPS = 200
SAMPLE = 3  # days whose listings are read for an estimate
SAMPLE_SITEMAPS = 20


async def discover_past(work: Backfill) -> bool:
    """Read the sitemaps, and listings without days if nothing else reaches back; whether all could be read."""
    since, until = work.days
    most = SAMPLE_SITEMAPS if work.dry_run else MAX_SITEMAPS
    loads = sitemaps(
        work.session, work.source, most, lambda sitemap: may_announce(sitemap, since, until)
    )
    outcomes = [outcome async for load in loads for outcome in load]
    is_complete = (
        all(outcome.reason in {None, Reason.NOT_FOUND} for outcome in outcomes) and not work.is_over
    )
    if work.listings(since) or (await work.coverage())[-1]["n_found"]:
        return is_complete
    if work.dry_run:
        return False
    index = work.source.discover.index if work.source.discover.names_any else [work.source.home]
    return all([is_complete, *[await walk_back(work, template) for template in index]])


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillStages:
    """The steps of a backfill."""

    discover: Callable[[Backfill], Awaitable[bool]] = discover_past
    list_days: Callable[[Backfill, list[date]], Awaitable[set[date]]] = list_days
    pages: Stages = PLAIN


PLAIN_BACKFILL = BackfillStages()


async def backfill(
    run: Run,
    source: Source,
    days: Days,
    *,
    limit: int | None = None,
    dry_run: bool = False,
    match: Match | None = None,
    stages: BackfillStages = PLAIN_BACKFILL,
    progress: Progress = no_progress,
) -> tuple[list[Row], Row | None]:
    """List and fetch the days that are not done; returns the new state of each day.

    A dry run lists a few days, fetches no page, and estimates the requests and time for all. It is for an `open_dry_run`.
    With `match`, articles whose announced titles and addresses do not match are left out, but for a sample of them.
    """
    session = CrawlSession(run)
    work = Backfill(
        session=session, source=source, days=days, limit=limit, dry_run=dry_run, match=match
    )
    await asyncio.to_thread(query_selection.reopen, run.store, source.name, days)
    async with session.fetcher:
        with bound(source=source.name), run.isolate_errors(source):
            await _work_through(work, stages, progress)
    if match and not dry_run:
        await asyncio.to_thread(query_selection.save, run.store)
    await asyncio.to_thread(session.note_hosts)
    rows = await work.coverage()
    return rows, _estimate(work, rows) if dry_run else None


async def _work_through(work: Backfill, stages: BackfillStages, progress: Progress) -> None:
    name = work.source.name
    await work.leave_out()
    wanted = await _discovered(work, stages)
    if not wanted:
        return
    for n in range(0, len(wanted), BLOCK):
        rows = _sample(wanted) if work.dry_run else wanted[n : n + BLOCK]
        progress(name, n, len(wanted))
        is_well = await _do_days(work, stages, rows)
        if work.is_over or work.room <= 0 or work.dry_run:
            return
        if not is_well:
            first, last = rows[0]["day"], rows[-1]["day"]
            what = f"no article of {first} back to {last} could be fetched; earlier days were not tried"
            work.run.note_cut(name, what)
            return
    await _fetch_due(work, stages, work.days)  # listings of older days may name newer articles
    log.info("fetched and loaded", n_pages=work.n_pages)
    if not work.is_over:
        progress(name, len(wanted), len(wanted))


async def _discovered(work: Backfill, stages: BackfillStages) -> list[Row]:
    """The days that are not done, after reading sitemaps and listings without days."""
    wanted = [row for row in await work.coverage() if _is_wanted(row)]
    work.is_discovered = all(row["state"] != "open" for row in wanted)
    if not work.is_discovered:
        work.is_discovered = await stages.discover(work)
        await work.leave_out()
        wanted = [row for row in await work.coverage() if _is_wanted(row)]
        done = {row["day"] for row in wanted if row["state"] == "done"}
        await work.close([row["day"] for row in wanted], done)
    log.info("discovered", n_days=len(wanted))
    return wanted


def _is_wanted(row: Row) -> bool:
    return bool(row["state"] != "done" or row["n_due"])


def _sample(rows: list[Row]) -> list[Row]:
    """A few of the days, evenly spread."""
    return [rows[n] for n in sorted({n * (len(rows) - 1) // (SAMPLE - 1) for n in range(SAMPLE)})]


async def _do_days(work: Backfill, stages: BackfillStages, before: list[Row]) -> bool:
    """List some days and fetch their pages, the newest day first; False if nothing could be fetched."""
    days = [row["day"] for row in before]
    done = {row["day"] for row in before if row["state"] == "done"}
    unlisted = [day for day in days if day not in done]
    await work.recall([url for day in unlisted for _, pages in work.listings(day) for url in pages])
    read_days = await stages.list_days(work, unlisted)
    await work.leave_out(judge_again=unlisted)
    after = await work.close(days, done | read_days)
    work.gains |= {
        new["day"]: new["n_due"] - old["n_due"]
        for new, old in zip(after, before, strict=True)
        if new["day"] in read_days
    }
    n_fetched = 0
    for row in after:
        if row["n_due"] and not work.dry_run:
            n_fetched += await _fetch_due(work, stages, (row["day"], row["day"]))
    if n_fetched:
        after = await work.close(days, done | read_days)
    has_gained = sum(row["n_loaded"] for row in after) > sum(row["n_loaded"] for row in before)
    return bool(done | read_days) and (
        has_gained or n_fetched < MAX_FAILURES or not any(row["n_open"] for row in after)
    )


async def _fetch_due(work: Backfill, stages: BackfillStages, days: Days) -> int:
    """Fetch and load the pages of the days; returns how many."""
    before = work.n_pages
    while (
        work.room > 0
        and not work.is_over
        and (links := await due(work.run, work.source, work.room, days))
    ):
        if wanted := [link for link in links if work.asks_for(link)]:
            work.n_pages += await stages.pages.fetch_and_load(work.session, work.source, wanted)
        await asyncio.to_thread(refresh_published_copy, work.run)
    return work.n_pages - before


def _estimate(work: Backfill, rows: list[Row]) -> Row:
    """The requests and time for the days. Days that were not listed yet count as the mean of those that were."""
    # A listing with several pages takes at least two requests: the second finds its end.
    listings = [min(2, len({*urls})) for _, urls in work.listings(work.days[0])]
    n_unlisted = (
        sum(row["state"] != "done" and row["day"] not in work.gains for row in rows)
        if listings
        else 0
    )
    n_pages = sum(row["n_due"] for row in rows) + round(
        fmean(work.gains.values() or [0]) * n_unlisted
    )
    n_requests = n_pages + sum(listings) * n_unlisted
    delay_seconds = max(
        work.source.fetch.delay_seconds, work.session.fetcher.delay_seconds(work.source.home)
    )
    return {
        "source_id": work.source.name,
        "days": len(rows),
        "days_to_list": n_unlisted,
        "found": sum(row["n_found"] for row in rows),
        "loaded": sum(row["n_loaded"] for row in rows),
        "to_fetch": n_pages,
        "requests": n_requests,
        "delay_seconds": delay_seconds,
        "hours": round(n_requests * delay_seconds / 3600, 2),
    }
