"""Backfills of the newsroom and of outlets made for a test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flows.jobs import jobs
from flows.runs.summary import Summary
from kliping.newsroom import NOW, Newsroom
from kliping.newsroom.manuscripts import manuscripts
from parsers.source import load
from support import hostile_runs
from support.hostile_runs import SHORT
from support.hostile_site import HostileSite
from support.responses import Outlet, front, http, new_article
from support.runs import (
    settings_for,
)

UNTIL = NOW.date()


NINETY = (UNTIL - timedelta(days=89), UNTIL)


WEEK = (UNTIL - timedelta(days=6), UNTIL)


LISTED = "/indeks/{date:%Y-%m-%d}"


OCTOBER = (date(2026, 10, 1), date(2026, 10, 3))


async def backfill(
    home: Path, site: Newsroom, source: str, days: tuple[date, date], **options: Any
) -> Summary:
    settings = settings_for(home, site)
    return await jobs.backfill_source(
        settings, load(settings.source_folders), source, days, **options
    )


async def backfill_outlet(
    home: Path, site: HostileSite, days: tuple[date, date] = OCTOBER, **options: Any
) -> Summary:
    [name] = site.outlets
    return await jobs.backfill_source(
        hostile_runs.settings_for(home, site), site.sources(), name, days, budgets=SHORT, **options
    )


def outlet(listings: Mapping[str, Any], pages: list[str], **options: Any) -> Outlet:
    """A feed with one article of today, and listings of an archive."""
    others = {
        path: answer if isinstance(answer, bytes) else http(front(answer))
        for path, answer in listings.items()
    }
    discover = options.pop("discover", {"feeds": ["/feed"], "index": [LISTED]})
    articles = {path: http(new_article("arsip", path)) for path in pages}
    return Outlet(
        name="arsip",
        n_good=1,
        others=others | articles,
        discover=discover,
        url=r"/berita/|/\d{4}/\d\d/\d\d/",
        delay_seconds=0.0,
        **options,
    )


def articles_by_day(days: tuple[date, date], source: str) -> dict[date, int]:
    """The truth: articles of each day."""
    found = (m.published.date() for m in manuscripts() if m.outlet == source)
    return dict(Counter(day for day in found if days[0] <= day <= days[1]))
