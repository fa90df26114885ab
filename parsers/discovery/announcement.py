"""The links that a feed, a sitemap, a listing page or a list of posts announces."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from parsers.article import Link, Rejected
from parsers.discovery.feed_json import read_json
from parsers.discovery.feed_text import decode_feed, inflate, refuse_bombs
from parsers.discovery.feed_xml import KINDS, MAX_ENTRIES, read_xml
from parsers.discovery.link_fields import make_link, with_relative_day
from parsers.discovery.listing_pages import read_listing
from parsers.discovery.ordering import newest_first
from parsers.kinds import LinkKind, Reason
from parsers.source import Source
from parsers.text.urls import identity_key, is_trap, resolve, site

MAX_LINKS = 2000
# The first one in the document counts. Before it there may be junk, such as a site's warnings.
ROOT = re.compile(
    r"<(?:[\w-]+:)?(rss|rdf|feed|urlset|sitemapindex|html|!doctype\s+html)[\s/>]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What one document announces, with warnings about its faults."""

    kind: str  # rss, atom, jsonfeed, sitemap, sitemapindex, index, wordpress
    # Each article once, in the document's order; if truncated, the newest first.
    links: tuple[Link, ...] = ()
    sitemaps: tuple[Link, ...] = ()  # of a sitemap index; lastmod is modified_at
    next_page: str | None = None
    warnings: tuple[str, ...] = ()
    n_unusable: int = 0  # entries without an address that can be fetched
    truncated: bool = False  # there were more links than the limit


def read_announcement(
    body: bytes,
    *,
    url: str,
    source: Source,
    kind: str,
    content_type: str | None = None,
    fetched_at: datetime | None = None,
    limit: int = MAX_LINKS,
) -> Announcement:
    """The links of a document from `url`, where `kind` (a channel of `LinkKind`) was expected.

    From listing pages only the addresses that may be articles of the source are taken; from feeds
    and sitemaps all, so that each address gets a state. Raises Rejected, also if no link is
    usable: a channel that announces nothing has failed. Relative times (`3 jam yang lalu`) give a
    day, if `fetched_at` is given.
    """
    text, warnings = decode_feed(inflate(body), content_type)
    if not text.strip():
        raise Rejected(Reason.EMPTY)
    actual, links, next_page = _read(text, url=url, source=source, kind=kind, warnings=warnings)
    is_index = actual == "sitemapindex"
    entries = [_child_sitemap(link, url, source) for link in links] if is_index else list(links)
    if fetched_at:
        entries = [with_relative_day(link, fetched_at, source.zone) for link in entries]
    usable, n_unusable, truncated = _usable_links(entries, here=resolve(url, url), limit=limit)
    if not usable:
        detail = f"{actual}: none of {len(entries)} entries has a usable address"
        raise Rejected(Reason.NO_CONTENT, detail)
    if n_unusable:
        warnings.append(f"{n_unusable} of {len(entries)} entries have no usable address")
    if truncated:
        warnings.append(f"only {limit} of {len(entries)} entries are taken")
    return Announcement(
        kind=actual,
        links=() if is_index else usable,
        sitemaps=usable if is_index else (),
        next_page=next_page,
        warnings=tuple(warnings),
        n_unusable=n_unusable,
        truncated=truncated,
    )


def _read(
    text: str,
    *,
    url: str,
    source: Source,
    kind: str,
    warnings: list[str],
) -> tuple[str, Iterable[Link], str | None]:
    """Kind, links and next page. The document decides its kind; if it does not, `kind` does."""
    root = ROOT.search(text)
    name = root[1].lower() if root else ""
    if text.lstrip()[0] in "{[" and not (root and kind == LinkKind.INDEX):
        return *read_json(text, url=url, source=source), None
    refuse_bombs(text)
    if root and name in KINDS:
        if not re.match(r"\s*<[?!]", text[: root.start()] + "<!"):
            warnings.append("junk before the document is left out")
        return (
            KINDS[name],
            read_xml(text[root.start() :], name, url=url, source=source, warnings=warnings),
            None,
        )
    if kind == LinkKind.INDEX:
        if not re.search(r"<(html|body|a|div)\b", text, re.IGNORECASE):
            raise Rejected(Reason.NOT_HTML, "an index page was expected")
        return LinkKind.INDEX, *read_listing(text, url=url, source=source, warnings=warnings)
    if name:
        raise Rejected(Reason.NOT_ARTICLE, f"an HTML page where a {kind} was expected")
    return LinkKind.SITEMAP, _text_sitemap(text, url=url, source=source, kind=kind), None


def _text_sitemap(text: str, *, url: str, source: Source, kind: str) -> list[Link]:
    """A sitemap in plain text, with one absolute address on each line."""
    lines = [line if re.match(r"https?://", line) else None for line in text.split()]
    if kind != LinkKind.SITEMAP or not lines[0]:
        raise Rejected(Reason.PARSE_ERROR, f"not a {kind}: {text[:80]!r}")
    return [make_link(url, source, addresses=[line]) for line in lines[:MAX_ENTRIES]]


def _usable_links(
    links: list[Link], *, here: str | None, limit: int
) -> tuple[tuple[Link, ...], int, bool]:
    """Each article once, without the document itself; how many are unusable; whether some are cut.

    Beyond the limit the newest are taken, because some sitemaps begin with the oldest.
    """
    usable: dict[str, Link] = {}
    n_unusable = 0
    for link in newest_first(links) if len(links) > limit else links:
        if not link.url or link.url == here or is_trap(link.url):
            n_unusable += 1
            continue
        key = identity_key(link.url) if link.kind == LinkKind.PAGE else link.url
        if key not in usable and len(usable) == limit:
            return tuple(usable.values()), n_unusable, True
        usable.setdefault(key, link)
    return tuple(usable.values()), n_unusable, False


def _child_sitemap(link: Link, url: str, source: Source) -> Link:
    """A sitemap in a sitemap index. Its address counts only on the index's site or the source's."""
    allowed = link.url and site(link.url) in {site(url), site(source.home)}
    return replace(link, kind=LinkKind.SITEMAP, url=link.url if allowed else "")
