"""The order of links, the day of an article, and the addresses of listing pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from parsers.article import Link
from parsers.source import Source
from parsers.text.urls import day_in

GRACE = timedelta(days=1)  # a day in Jakarta begins before the same day in UTC
LONGEST_MONTH = timedelta(days=31)
# A month and perhaps a day in the name of a sitemap; the last two digits may be a part's number.
MONTH = re.compile(r"(?<!\d)(20\d\d)[-_/.]?(0[1-9]|1[0-2])(?:\d\d)?(?!\d)")


def newest_first(*announcements: Iterable[Link]) -> list[Link]:
    """By the latest date of each. A link without a date stays behind the one before it.

    Pages list the newest articles first.
    """
    dated: list[tuple[datetime, Link]] = []
    for links in announcements:
        last = datetime.max.replace(tzinfo=UTC)
        for link in links:
            last = _latest(link) or last
            dated.append((last, link))
    return [link for _, link in sorted(dated, key=lambda pair: pair[0], reverse=True)]


def may_announce(sitemap: Link, since: date, until: date) -> bool:
    """Whether a sitemap can have articles of these days, by its last change and by its name."""
    latest = _latest(sitemap)
    if latest and latest.date() + GRACE < since:
        return False
    if not (named := MONTH.search(urlsplit(sitemap.url).path)):
        return True
    first = date(int(named[1]), int(named[2]), 1)
    return first - GRACE <= until and since < first + LONGEST_MONTH + GRACE


def article_day(link: Link, listing: Link, source: Source) -> date | None:
    """The article's publication day in the outlet's zone, by the best evidence before a fetch.

    That is the announcement, the address, the day of the listing page, or the last change.
    """
    return (
        _day(link.published_at, source)
        or day_in(link.url, source)
        or _day(listing.published_at, source)
        or _day(link.modified_at, source)
    )


def expand_index(template: str, page: int, day: date | None = None) -> str:
    """The address of a listing page: fills in `{page}` and `{date:%Y/%m/%d}`.

    Raises ValueError for a template with a date if there is no day.
    """

    def fill(found: re.Match[str]) -> str:
        if not found[1]:
            return str(page)
        if day is None:
            raise ValueError(f"an index by day needs a day: {template}")
        return day.strftime(found[1])

    return re.sub(r"\{(?:page|date:([^{}]+))\}", fill, template)


def _day(moment: datetime | None, source: Source) -> date | None:
    return moment.astimezone(source.zone).date() if moment else None


def _latest(link: Link) -> datetime | None:
    return max((moment for moment in (link.published_at, link.modified_at) if moment), default=None)
