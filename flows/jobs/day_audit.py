"""Audit: what the listings of a few random days have that the warehouse has not. Nothing is loaded."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Unpack

from flows.crawl.listings import ONE_DAY, Backfill, list_days
from flows.crawl.session import CrawlSession
from flows.crawl.stages import Progress, no_progress
from flows.runs.dry_run import open_dry_run
from flows.runs.run import RunOptions
from flows.runs.stop import StopSignals
from flows.settings import Settings
from parsers.source import FIRST_DAY, Source
from warehouse.missed_articles import missed_share
from warehouse.queries import Row, sql
from warehouse.read.published import NothingPublished, Reader
from warehouse.write import backfill_days, runs
from warehouse.write.database import Database

NOT_ANNOUNCED = "not_announced"  # no channel that was read has announced it
USUAL_RANGE = timedelta(days=30)
CRAWLED_DAYS = sql("audit/crawled_days")


class AuditError(ValueError):
    """The source or the days cannot be audited; the message says what to do."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the listings of the drawn days had, and what of it the warehouse has not."""

    source_id: str
    seed: int
    days: tuple[Row, ...]  # day, listed, missed, reasons, example
    failures: tuple[Row, ...]  # of requests; a day without its whole listing is not counted

    @property
    def n_listed(self) -> int:
        return sum(row["listed"] for row in self.days)

    @property
    def n_missed(self) -> int:
        return sum(row["missed"] for row in self.days)

    @property
    def reasons(self) -> dict[str, int]:
        """Why articles are missed, the most frequent reason first."""
        total = Counter[str]()
        for row in self.days:
            total.update(row["reasons"])
        return dict(total.most_common())

    @property
    def share(self) -> tuple[float, float, float] | None:
        """The share missed, and its 95 % interval; None if nothing was listed."""
        return missed_share([(row["missed"], row["listed"]) for row in self.days])


def crawled_days(db: Database, source: Source) -> frozenset[date] | None:
    """The days that a home was crawled for, as it has published them; None if it has published none."""
    with suppress(NothingPublished), Reader(db.home) as reader:
        return frozenset(
            row["day"] for row in reader.rows(CRAWLED_DAYS, {"source_id": source.name})
        )
    return None


def audited_days(
    source: Source,
    since: date | None,
    until: date | None,
    n_days: int,
    seed: int,
    now: datetime,
    *,
    crawled: Collection[date] | None = None,
) -> list[date]:
    """Random days from `since` to `until`, without either of the last thirty that are over; of those `crawled`, if given.

    Of a day that nothing was read for, all is missed, which says nothing about the channels. Raises AuditError.
    """
    yesterday = now.astimezone(source.zone).date() - ONE_DAY
    last = until or yesterday
    first = since or last - USUAL_RANGE + ONE_DAY
    if last > yesterday:
        raise AuditError(f"--until {last} is not over; the last day to audit is {yesterday}")
    if first > last:
        raise AuditError(f"--since {first} is after the last day, {last}")
    if first < FIRST_DAY:
        raise AuditError(f"--since {first} is before {FIRST_DAY}")
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    kind = ""
    if crawled is not None:
        days, kind = [day for day in days if day in crawled], " crawled"
        if not days:
            raise AuditError(
                f"no day from {first} to {last} was crawled: "
                f"`kliping backfill {source.name} --since {first} --until {last}` crawls them"
            )
    if n_days > len(days):
        raise AuditError(
            f"--days {n_days} of the {len(days)}{kind} from {first} to {last}: give fewer"
        )
    return sorted(random.Random(seed).sample(days, n_days))  # noqa: S311 - anybody may repeat the draw


async def audit_source(
    settings: Settings,
    sources: Mapping[str, Source],
    name: str,
    days: Sequence[date],
    seed: int,
    *,
    progress: Progress = no_progress,
    **options: Unpack[RunOptions],
) -> Audit:
    """Read the listings of the days, and compare them with what is published. Raises AuditError, Stopped."""
    source, span = sources[name], (days[0], days[-1])
    opened = open_dry_run(settings, sources, source, flow="backfill", **options)
    with StopSignals("an audit stores nothing"), opened as run:
        work = Backfill(session=CrawlSession(run), source=source, days=span, dry_run=True)
        if not work.listings(days[0]):
            raise AuditError(
                f"{name} has no listing by day: its file needs `index` with {{date:…}}, or `wordpress`"
            )
        stored = backfill_days.stored_articles(run.store, source)
        if not stored:
            raise AuditError(
                f"nothing of {name} is published to compare with: run `kliping ingest {name}`"
            )
        rows = []
        async with work.session.fetcher:
            with run.isolate_errors(source):
                for n, day in enumerate(days):
                    progress(name, n, len(days))
                    if await list_days(work, [day]):
                        rows.append(await _compare(work, day, stored))
        progress(name, len(days), len(days))
        failures = (*runs.failures(run.store, run.run_id), *run.failures)
    return Audit(source_id=name, seed=seed, days=tuple(rows), failures=failures)


async def _compare(work: Backfill, day: date, stored: Mapping[str, str | None]) -> Row:
    urls = [url for _, pages in work.listings(day) for url in pages]
    listed = await asyncio.to_thread(
        backfill_days.listed_articles, work.run.store, work.source, day, urls, work.run.clock()
    )
    missed = {
        url: stored.get(article, NOT_ANNOUNCED)
        for article, url in listed.items()
        if stored.get(article, NOT_ANNOUNCED) is not None
    }
    return {
        "day": day,
        "listed": len(listed),
        "missed": len(missed),
        "reasons": dict(Counter(missed.values()).most_common()),
        "example": min(missed, default=None),
    }
