"""Which links first, which at all, and where the index of a day or page lies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from parsers.article import Link

GRACE = timedelta(days=1)       # a day in Jakarta begins on the day before in UTC


def newest_first(links: Iterable[Link]) -> list[Link]:
    """By the latest date of each. An undated link stays behind the one announced before it: pages put the new first."""
    last = datetime.max.replace(tzinfo=UTC)
    dated: list[tuple[datetime, Link]] = []
    for link in links:
        last = _latest(link) or last
        dated.append((last, link))
    return [link for _, link in sorted(dated, key=lambda pair: pair[0], reverse=True)]


def fresh(links: Iterable[Link], since: date) -> list[Link]:
    """Those published or changed since that day. Undated links are kept: better fetched twice than missed."""
    return [link for link in links if not (latest := _latest(link)) or latest.date() + GRACE >= since]


def children_since(sitemaps: Iterable[Link], since: date | None) -> list[Link]:
    """The children of a sitemap index worth asking, the latest changed first."""
    return newest_first(sitemaps if since is None else fresh(sitemaps, since))


def expand_index(template: str, page: int, day: date | None = None) -> str:
    """The address of an index page from `{page}` and `{date:%Y/%m/%d}`. Raises ValueError for a date without a day."""
    def fill(found: re.Match[str]) -> str:
        if not found[1]:
            return str(page)
        if day is None:
            raise ValueError(f"an index by day needs a day: {template}")
        return day.strftime(found[1])

    return re.sub(r"\{(?:page|date:([^{}]+))\}", fill, template)


def _latest(link: Link) -> datetime | None:
    return max((moment for moment in (link.published_at, link.modified_at) if moment), default=None)
