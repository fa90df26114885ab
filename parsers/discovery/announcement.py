"""What the web announces: the links in a feed, a sitemap, an index page or a list of posts. Bytes in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from parsers.article import Link, Rejected
from parsers.discovery.feed_json import read_json
from parsers.discovery.feed_text import inflate, read, refuse_bombs
from parsers.discovery.feed_xml import KINDS, MAX_ENTRIES, read_xml
from parsers.discovery.link_fields import announce, with_relative_day
from parsers.discovery.listing_pages import read_html
from parsers.discovery.ordering import expand_index, may_hold, newest_first, story_day
from parsers.kinds import LinkKind, Reason
from parsers.source import Source
from parsers.text.urls import identity_key, is_trap, resolve, site

__all__ = [
    "MAX_LINKS",
    "Announcement",
    "expand_index",
    "may_hold",
    "newest_first",
    "read_announcement",
    "story_day",
]

MAX_LINKS = 2000
# What comes first decides; junk before it, a broken site's warnings mostly, does not matter.
ROOT = re.compile(
    r"<(?:[\w-]+:)?(rss|rdf|feed|urlset|sitemapindex|html|!doctype\s+html)[\s/>]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What one document announced, and what is known of its faults."""

    kind: str  # rss, atom, jsonfeed, sitemap, sitemapindex, index, wordpress
    links: tuple[
        Link, ...
    ] = ()  # each article once, in the document's order; if truncated, the newest
    sitemaps: tuple[Link, ...] = ()  # a sitemap index's children; lastmod is modified_at
    next_page: str | None = None
    warnings: tuple[str, ...] = ()
    n_unusable: int = 0  # entries without an address that can be fetched
    truncated: bool = False  # more links than the limit: the rest is not here


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
    """The links of a document fetched from `url`, where `kind` (feed, sitemap, index, wordpress) was expected.

    Only on index pages is an address asked whether it is an article of the source; what a feed or sitemap announces is
    all here, so that every address gets its fate. Raises Rejected, also where not a single link is usable: a source
    that announces nothing has failed. Times counted back from now (`3 jam yang lalu`) are read only with the moment of
    the fetch, as its day: they are hints.
    """
    text, warnings = read(inflate(body), content_type)
    if not text.strip():
        raise Rejected(Reason.EMPTY)
    found, links, next_page = _read(text, url=url, source=source, kind=kind, warnings=warnings)
    is_index = found == "sitemapindex"
    announced = [_child(link, url, source) for link in links] if is_index else list(links)
    if fetched_at:
        announced = [with_relative_day(link, fetched_at, source.zone) for link in announced]
    kept, n_unusable, truncated = _settle(announced, here=resolve(url, url), limit=limit)
    if not kept:
        raise Rejected(
            Reason.NO_CONTENT, f"{found}: none of {len(announced)} entries has a usable address"
        )
    if n_unusable:
        warnings.append(f"{n_unusable} of {len(announced)} entries have no usable address")
    if truncated:
        warnings.append(f"only {limit} of {len(announced)} entries are taken")
    return Announcement(
        kind=found,
        links=() if is_index else kept,
        sitemaps=kept if is_index else (),
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
    """What the document is, decided by the document; `kind` decides only where it says nothing of itself."""
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
        return LinkKind.INDEX, *read_html(text, url=url, source=source, warnings=warnings)
    if name:
        raise Rejected(Reason.NOT_ARTICLE, f"an HTML page where a {kind} was expected")
    return LinkKind.SITEMAP, _plain(text, url=url, source=source, kind=kind), None


def _plain(text: str, *, url: str, source: Source, kind: str) -> list[Link]:
    """A sitemap may be plain text, one whole address a line."""
    lines = [line if re.match(r"https?://", line) else None for line in text.split()]
    if kind != LinkKind.SITEMAP or not lines[0]:
        raise Rejected(Reason.PARSE_ERROR, f"not a {kind}: {text[:80]!r}")
    return [announce(url, source, addresses=[line]) for line in lines[:MAX_ENTRIES]]


def _settle(
    announced: list[Link], *, here: str | None, limit: int
) -> tuple[tuple[Link, ...], int, bool]:
    """Each article once, and never the document itself. Beyond the limit only the newest: some sitemaps begin with the oldest."""
    kept: dict[str, Link] = {}
    n_unusable = 0
    for link in newest_first(announced) if len(announced) > limit else announced:
        if not link.url or link.url == here or is_trap(link.url):
            n_unusable += 1
            continue
        key = identity_key(link.url) if link.kind == LinkKind.PAGE else link.url
        if key not in kept and len(kept) == limit:
            return tuple(kept.values()), n_unusable, True
        kept.setdefault(key, link)
    return tuple(kept.values()), n_unusable, False


def _child(link: Link, url: str, source: Source) -> Link:
    """Of a sitemap index: only on its own site or the source's."""
    allowed = link.url and site(link.url) in {site(url), site(source.home)}
    return replace(link, kind=LinkKind.SITEMAP, url=link.url if allowed else "")
