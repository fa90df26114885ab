"""What the web announces: the links in a feed, a sitemap, an index page or a list of posts. Bytes in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from parsers.article import Link, Reason, Rejected
from parsers.links.pages import read_html
from parsers.links.items import read_json
from parsers.links.order import children_since, expand_index, fresh, newest_first
from parsers.links.text import decode, inflate, refuse_bombs
from parsers.links.feeds import KINDS, read_xml
from parsers.source import Source
from parsers.urls import identity_key, is_trap, resolve, site

__all__ = ["MAX_LINKS", "Announcement", "children_since", "expand_index", "fresh", "newest_first", "read_announcement"]

MAX_LINKS = 2000
# What comes first decides; junk before it, a broken site's warnings mostly, does not matter.
ROOT = re.compile(r"<(?:[\w-]+:)?(rss|rdf|feed|urlset|sitemapindex|html|!doctype\s+html)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What one document announced, and what is known of its faults."""

    kind: str                               # rss, atom, jsonfeed, sitemap, sitemapindex, index, wordpress
    links: tuple[Link, ...] = ()            # each article once, in the document's order; if truncated, the newest
    sitemaps: tuple[Link, ...] = ()         # a sitemap index's children; lastmod is modified_at
    next_page: str | None = None
    warnings: tuple[str, ...] = ()
    n_unusable: int = 0                     # entries without an address that can be fetched
    truncated: bool = False                 # more links than the limit: the rest is not here


def read_announcement(
    body: bytes, *, url: str, source: Source, kind: str, content_type: str | None = None, limit: int = MAX_LINKS,
) -> Announcement:
    """The links of a document fetched from `url`, where `kind` (feed, sitemap, index, wordpress) was expected.

    Whether an address is an article of the source is asked only of index pages; what a feed or sitemap announces is all here,
    so that every address gets its fate. Raises Rejected, also for a document without a single usable link: a source that
    announces nothing has failed.
    """
    text, warnings = decode(inflate(body), content_type)
    if not text.strip():
        raise Rejected(Reason.EMPTY)
    found, links, next_page = _read(text, url=url, source=source, kind=kind, warnings=warnings)
    announced = list(links)
    kept, n_unusable, truncated = _settle(announced, found, url=url, source=source, limit=limit)
    if not kept:
        raise Rejected(Reason.NO_CONTENT, f"{found}: none of {len(announced)} entries has a usable address")
    if n_unusable:
        warnings.append(f"{n_unusable} of {len(announced)} entries without a usable address")
    if truncated:
        warnings.append(f"only {limit} of {len(announced)} entries taken")
    is_index = found == "sitemapindex"
    return Announcement(
        kind=found, links=() if is_index else kept, sitemaps=kept if is_index else (), next_page=next_page,
        warnings=tuple(warnings), n_unusable=n_unusable, truncated=truncated)


def _read(text: str, *, url: str, source: Source, kind: str, warnings: list[str]) -> tuple[str, Iterable[Link], str | None]:
    if text.lstrip()[0] in "{[":
        found, links = read_json(text, url=url, source=source)
        return found, links, None
    refuse_bombs(text)
    root = ROOT.search(text)
    name = root[1].lower() if root else ""
    if root and name in KINDS:
        if text[: root.start()].strip() and not re.match(r"\s*<[?!]", text):
            warnings.append("junk before the document")
        return KINDS[name], read_xml(text[root.start() :], name, url=url, source=source, warnings=warnings), None
    if kind == "index":
        if not re.search(r"<(html|body|a|div)\b", text, re.IGNORECASE):
            raise Rejected(Reason.NOT_HTML, "an index page was expected")
        links, next_page = read_html(text, url=url, source=source)
        return "index", links, next_page
    if name:
        raise Rejected(Reason.NOT_ARTICLE, f"an HTML page where a {kind} was expected")
    return "sitemap", _plain(text, url=url, source=source, kind=kind), None


def _plain(text: str, *, url: str, source: Source, kind: str) -> Iterable[Link]:
    """A sitemap may be plain text, one address a line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if kind != "sitemap" or not lines[0].startswith(("http://", "https://")):
        raise Rejected(Reason.PARSE_ERROR, f"not a {kind}: {text[:80]!r}")
    return (Link(url=resolve(url, line) or "", source_id=source.name, discovered_by=url) for line in lines)


def _settle(announced: list[Link], found: str, *, url: str, source: Source, limit: int) -> tuple[tuple[Link, ...], int, bool]:
    """Each article once and no more than the limit; then the newest, since some sitemaps begin with the oldest."""
    kept: dict[str, Link] = {}
    n_unusable = 0
    usable = [link for link in (newest_first(announced) if len(announced) > limit else announced)]
    sites = {site(url), site(source.home)}
    for link in islice(usable, None):
        if not link.url or is_trap(link.url) or (found == "sitemapindex" and (link.url == url or site(link.url) not in sites)):
            n_unusable += 1
        elif found == "sitemapindex":
            kept.setdefault(link.url, replace(link, kind="sitemap"))
        else:
            kept.setdefault(identity_key(link.url), link)
        if len(kept) > limit:
            break
    return tuple(kept.values())[:limit], n_unusable, len(kept) > limit
