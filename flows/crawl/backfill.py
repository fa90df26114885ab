"""A backfill: what one source published before, day by day, the newest day first.

What was answered is not asked again, by this run or a later one. A listing that was read after its day had ended is final. A day
is done once it is listed and each of its addresses has its state. So a run may be stopped anywhere, and the next goes on there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from flows.crawl.discovery import sitemaps
from flows.crawl.listings import MAX_BARREN, Backfill, list_days, walk_back
from flows.crawl.session import CrawlSession
from flows.crawl.stages import PLAIN, Progress, Stages, due, no_progress
from flows.http import host_rows
from flows.logging import bound, get_logger
from flows.runs.run import Run
from parsers.discovery.ordering import may_announce
from parsers.kinds import Reason
from parsers.source import Source
from warehouse.write.outcome_rows import Row
from warehouse.write.store import Days

log = get_logger(__name__)

SHARD = 10  # days that are listed at a time, and stored together
MAX_SITEMAPS = 200
SAMPLE = 3  # days that are listed for an estimate


async def discover_past(work: Backfill) -> bool:
    """Sitemaps, and pages of listings that name no days where nothing else reaches back; whether all could be read."""
    since, until = work.days
    loads = sitemaps(
        work.session, work.source, MAX_SITEMAPS, lambda sitemap: may_announce(sitemap, since, until)
    )
    outcomes = [outcome async for load in loads for outcome in load]
    whole = (
        all(outcome.reason in {None, Reason.NOT_FOUND} for outcome in outcomes) and not work.is_over
    )
    if work.listings(since) or (await work.coverage())[-1]["n_found"]:
        return whole
    if work.dry_run:
        return False
    index = work.source.discover.index if work.source.discover.names_any else [work.source.home]
    return all([whole, *[await walk_back(work, template) for template in index]])


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
    stages: BackfillStages = PLAIN_BACKFILL,
    progress: Progress = no_progress,
) -> tuple[list[Row], Row | None]:
    """List and fetch the days that are not done; the state of each day then.

    A dry run lists a few days, fetches no page, and estimates what all would take.
    """
    session = CrawlSession(run)
    work = Backfill(session=session, source=source, days=days, limit=limit, dry_run=dry_run)
    async with session.fetcher:
        with bound(source=source.name), run.isolated(source):
            await _work_through(work, stages, progress)
    run.hosts = host_rows.rows(run.settings.home / "locks")
    rows = await work.coverage()
    return rows, _estimate(work, rows) if dry_run else None


async def _work_through(work: Backfill, stages: BackfillStages, progress: Progress) -> None:
    name = work.source.name
    wanted = await _discovered(work, stages)
    if not wanted:
        return
    await work.recall(
        [url for row in wanted for _, pages in work.listings(row["day"]) for url in pages]
    )
    for n in range(0, len(wanted), SHARD):
        rows = _sample(wanted) if work.dry_run else wanted[n : n + SHARD]
        progress(name, n, len(wanted))
        is_well = await _do_days(work, stages, rows)
        if work.is_over or work.room <= 0 or work.dry_run:
            return
        if not is_well:
            first, last = rows[0]["day"], rows[-1]["day"]
            what = f"nothing could be had of {first} back to {last}; no day before was asked for"
            work.run.note_cut(name, what)
            return
    await _fetch_due(work, stages, work.days)  # listings of older days may name newer articles
    log.info("fetched and loaded", n_pages=work.n_pages)
    progress(name, len(wanted), len(wanted))


async def _discovered(work: Backfill, stages: BackfillStages) -> list[Row]:
    """The days that are not done, once what is not listed by day was read."""
    wanted = [row for row in await work.coverage() if _is_wanted(row)]
    work.is_discovered = all(row["state"] != "open" for row in wanted)
    if not work.is_discovered:
        work.is_discovered = await stages.discover(work)
        wanted = [row for row in await work.coverage() if _is_wanted(row)]
        done = {row["day"] for row in wanted if row["state"] == "done"}
        await work.close([row["day"] for row in wanted], done)
    log.info("discovered", n_days=len(wanted))
    return wanted


def _is_wanted(row: Row) -> bool:
    return bool(row["state"] != "done" or row["n_due"])


def _sample(rows: list[Row]) -> list[Row]:
    """A few of the days, from end to end."""
    return [rows[n] for n in sorted({n * (len(rows) - 1) // (SAMPLE - 1) for n in range(SAMPLE)})]


async def _do_days(work: Backfill, stages: BackfillStages, before: list[Row]) -> bool:
    """List some days and fetch what is due of them, the newest first; False where nothing could be had of them."""
    days = [row["day"] for row in before]
    done = {row["day"] for row in before if row["state"] == "done"}
    listed = await stages.list_days(work, [day for day in days if day not in done])
    now = await work.close(days, done | listed)
    work.gains |= {
        new["day"]: new["n_found"] - old["n_found"]
        for new, old in zip(now, before, strict=True)
        if new["day"] in listed
    }
    n_asked = 0
    for row in now:
        if row["n_due"] and not work.dry_run:
            n_asked += await _fetch_due(work, stages, (row["day"], row["day"]))
    if n_asked:
        now = await work.close(days, done | listed)
    has_gained = sum(row["n_loaded"] for row in now) > sum(row["n_loaded"] for row in before)
    return bool(done | listed) and (
        has_gained or n_asked < MAX_BARREN or not any(row["n_open"] for row in now)
    )


async def _fetch_due(work: Backfill, stages: BackfillStages, days: Days) -> int:
    """How many pages of the days were asked for."""
    before = work.n_pages
    while (
        work.room > 0
        and not work.is_over
        and (links := await due(work.run, work.source, work.room, days))
    ):
        work.n_pages += await stages.pages.fetch_and_load(work.session, work.source, links)
    return work.n_pages - before


def _estimate(work: Backfill, rows: list[Row]) -> Row:
    """What the days would take: what is due, and for days not listed yet as many articles as listing added to the others."""
    listings = [
        min(2, len({*urls})) for _, urls in work.listings(work.days[0])
    ]  # where there is a second page, its end is asked for too
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
