"""What an announcement says of an article beside its address: read leniently, kept as hints."""

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
# One that is never closed goes on to the end, as in a browser.
SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


def announce(
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
    """A link as the document at `url` wrote it, with the first address that can be fetched; else its `url` is empty."""
    return Link(
        url=next(
            filter(None, (resolve(base or url, address) for address in addresses if address)), ""
        ),
        source_id=source.name,
        discovered_by=url,
        guid=_printable(guid, MAX_GUID),
        title=_words(title),
        published_raw=_printable(published, MAX_STAMP),
        published_at=instant(published, zone or source.zone),
        modified_at=instant(modified, zone or source.zone),
        language=language if re.fullmatch(r"[A-Za-z]{2,3}([-_]\w{1,8})*", language or "") else None,
    )


def instant(text: str | None, zone: tzinfo) -> datetime | None:
    """A date in any layout, aware; in `zone` if it names none. Midnight where it has no clock, or one that cannot be placed."""
    stamp = dates.read(text[:MAX_STAMP]) if text else None
    return stamp.at(zone) if stamp and FIRST_YEAR <= stamp.day.year <= LAST_YEAR else None


def with_relative_day(link: Link, fetched_at: datetime, zone: tzinfo) -> Link:
    """A link whose date counts back from the fetch gets the day it names, as the beginning of it."""
    if link.published_at or not link.published_raw:
        return link
    day = dates.relative_day(link.published_raw, fetched_at, zone)
    return replace(link, published_at=datetime.combine(day, time(), zone)) if day else link


def _words(written: str | None) -> str | None:
    """One line without markup, even where it was escaped twice."""
    seen = SCRIPT.sub("", (written or "")[: 4 * MAX_TITLE])
    plain = re.sub(r"</?[A-Za-z][^<>]*>|<!--.*?-->", "", seen)
    return _printable(html.unescape(plain), MAX_TITLE)


def _printable(written: str | None, bound: int) -> str | None:
    """On one line: it will be shown on terminals and in reports."""
    if not written:
        return None
    line = " ".join(written[: 2 * bound].split())
    shown = line if line.isprintable() else "".join(char for char in line if char.isprintable())
    return shown[:bound].strip() or None
