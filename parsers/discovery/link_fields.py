"""Makes a Link from the raw fields of an announcement, which are read leniently."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, tzinfo

from parsers import dates
from parsers.article import Link
from parsers.source import Source
from parsers.text.urls import FIRST_YEAR, LAST_YEAR, resolve

MAX_STAMP, MAX_TITLE, MAX_GUID = 100, 1000, 2048
# An unclosed one goes on to the end, as in a browser.
SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


def make_link(
    url: str,
    source: Source,
    *,
    addresses: Iterable[str | None],
    base: str = "",
    guid: str | None = None,
    title: str | None = None,
    published: str | None = None,
    modified: str | None = None,
    language: str | None = None,
    zone: tzinfo | None = None,
) -> Link:
    """A link from the document at `url`, with the first valid address; '' if there is none."""
    resolved = (resolve(base or url, address) for address in addresses if address)
    return Link(
        url=next(filter(None, resolved), ""),
        source_id=source.name,
        discovered_by=url,
        guid=_one_line(guid, MAX_GUID),
        title=_plain_title(title),
        published_raw=_one_line(published, MAX_STAMP),
        published_at=read_instant(published, zone or source.zone),
        modified_at=read_instant(modified, zone or source.zone),
        language=language if re.fullmatch(r"[A-Za-z]{2,3}([-_]\w{1,8})*", language or "") else None,
    )


def read_instant(text: str | None, zone: tzinfo) -> datetime | None:
    """An aware datetime from any layout; in `zone` if it has none, at midnight without a clock."""
    stamp = dates.read(text[:MAX_STAMP]) if text else None
    return stamp.at(zone) if stamp and FIRST_YEAR <= stamp.day.year <= LAST_YEAR else None


def with_relative_day(link: Link, fetched_at: datetime, zone: tzinfo) -> Link:
    """Gives a link with a relative date the start of the day that it means."""
    if link.published_at or not link.published_raw:
        return link
    day = dates.relative_day(link.published_raw, fetched_at, zone)
    return replace(link, published_at=datetime.combine(day, time(), zone)) if day else link


def _plain_title(raw: str | None) -> str | None:
    """One line without markup, even if that was escaped twice."""
    text = SCRIPT.sub("", (raw or "")[: 4 * MAX_TITLE])
    plain = re.sub(r"</?[A-Za-z][^<>]*>|<!--.*?-->", "", text)
    return _one_line(html.unescape(plain), MAX_TITLE)


def _one_line(raw: str | None, most: int) -> str | None:
    """Printable characters on one line, because terminals and reports show it."""
    if not raw:
        return None
    line = " ".join(raw[: 2 * most].split())
    printable = line if line.isprintable() else "".join(filter(str.isprintable, line))
    return printable[:most].strip() or None
