"""A backfill, as plain functions: the past of one source, day by day, the newest day first.

What was answered is not asked again, by this run or a later one: a listing that was read after its day had ended is final, and a day is
done once it is listed and each of its addresses has its fate. So a run may be stopped anywhere, and the next goes on there.
"""

from __future__ import annotations

from statistics import fmean

from flows.desk import Desk
from flows.discovery import sitemaps
from flows.fetch import ledger
from flows.past import Backfill, list_day, walk_back
from flows.pipeline import Call, Tell, directly, due, fetch_and_load, silent
from flows.run import Run
from parsers.article import Reason
from parsers.links import may_hold
from parsers.source import Source
from warehouse.rows import Row
from warehouse.store import Days

MAX_BARREN = 3  # days in a row of which nothing could be had: whatever is wrong, more requests do not mend it
MAX_SITEMAPS = 200
SAMPLE = 3  # days that are listed for an estimate


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
    if not any(_is_wanted(row) for row in await work.coverage()):
        return

    async def discover(_source: str) -> bool:
        return await _discover(work)

    async def do_day(row: Row) -> bool:
        return await _do_day(work, row)

    work.is_discovered = await call(f"discover {name}", discover, name)
    wanted = [row for row in await work.coverage() if _is_wanted(row)]
    await work.recall([url for row in wanted for _, pages in work.listings(row["day"]) for url in pages])
    for n, row in enumerate(_sample(wanted) if work.dry_run else wanted):
        if work.run.stopping or work.room <= 0:
            return
        if n_barren == MAX_BARREN:
            work.run.note_cut(name, f"nothing could be had of {MAX_BARREN} days in a row; from {row['day']} back none was asked for")
            return
        tell(name, n, len(wanted))
        n_barren = 0 if await call(f"backfill {name} {row['day']}", do_day, row) else n_barren + 1
    if not work.dry_run:  # what the listing of an older day told of a newer one
        await _fetch(work, work.days)
    tell(name, len(wanted), len(wanted))


def _is_wanted(row: Row) -> bool:
    return bool(row["state"] != "done" or row["n_due"])


def _sample(rows: list[Row]) -> list[Row]:
    """A few days that are not listed yet, from end to end."""
    rows = [row for row in rows if row["state"] != "done"]
    return [rows[n] for n in sorted({n * (len(rows) - 1) // (SAMPLE - 1) for n in range(SAMPLE)})] if rows else []


async def _discover(work: Backfill) -> bool:
    """Sitemaps, and pages of listings that name no days where nothing else reaches back; whether all could be read."""
    since, until = work.days
    outcomes = await sitemaps(work.desk, work.source, lambda sitemap: may_hold(sitemap, since, until), MAX_SITEMAPS)
    whole = all(outcome.reason in {None, Reason.NOT_FOUND} for outcome in outcomes)
    if work.dry_run or work.listings(since) or (await work.coverage())[-1]["n_found"]:
        return whole
    index = work.source.discover.index if work.source.discover.names_any else [work.source.home]
    return all([whole, *[await walk_back(work, template) for template in index]])


async def _do_day(work: Backfill, before: Row) -> bool:
    """List a day and fetch what is due of it; False where nothing could be had of it."""
    day = before["day"]
    is_listed = before["state"] == "done" or await list_day(work, day)
    now = await work.close(day, is_listed=is_listed)
    if is_listed:
        work.gains[day] = now["n_found"] - before["n_found"]
    if work.dry_run or not now["n_due"]:
        return is_listed
    await _fetch(work, (day, day))
    now = await work.close(day, is_listed=is_listed)
    return is_listed and (not now["n_open"] or now["n_loaded"] > before["n_loaded"])


async def _fetch(work: Backfill, days: Days) -> int:
    """What is due of the days; how many pages were asked for."""
    before = work.n_pages
    while work.room > 0 and not work.run.stopping and (links := await due(work.run, work.source, work.room, days)):
        work.n_pages += await fetch_and_load(work.desk, work.source, links, lambda _: None)
    return work.n_pages - before


def _estimate(work: Backfill, rows: list[Row]) -> Row:
    """What the days would take: what is known to be due, and of days not listed yet as many stories more as listing told of the others."""
    listings = [min(2, len({*urls})) for _, urls in work.listings(work.days[0])]  # where there is a second page, its end is asked for too
    n_unlisted = sum(row["state"] != "done" and row["day"] not in work.gains for row in rows) if listings else 0
    n_pages = sum(row["n_due"] for row in rows) + round(fmean(work.gains.values() or [0]) * n_unlisted)
    n_requests = n_pages + sum(listings) * n_unlisted
    delay_seconds = max(work.source.fetch.delay_seconds, work.desk.fetcher.delay_seconds(work.source.home))
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
