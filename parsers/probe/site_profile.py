"""What a page tells about its site: name, language, feeds, WordPress, listing pages by date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from parsers.article import Response
from parsers.article_address import LISTING
from parsers.fields.metadata import language_code
from parsers.html.document import Document
from parsers.text.normalize import collapse_whitespace
from parsers.text.urls import resolve, site

MAX_ANCHORS = 2000
FEED_TYPES = re.compile(r"application/(rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
COMMENTS = re.compile(r"comment|komentar", re.IGNORECASE)
PARTS = re.compile(r"\s+(?:[|»«·•:]|--?|–|—)\s+")
PAGED = re.compile(r"(/(?:page|halaman)/|[?&](?:page|paged|hal|halaman)=)([12])(?=[/&]|$)")
DATED = re.compile(r"(?<=[/=])\d{4}([/-])\d{2}\1\d{2}(?=/?$|&)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProfile:
    title: str | None = None
    language: str | None = None
    feeds: tuple[str, ...] = ()
    wordpress: str | None = None  # the address of its posts
    anchors: tuple[str, ...] = ()  # on the same site, each once
    index: tuple[str, ...] = ()  # templates with {page} or {date:…}

    @property
    def listings(self) -> tuple[str, ...]:
        """The anchors that are certainly not articles."""
        return tuple(
            a
            for a in self.anchors
            if LISTING.search(urlsplit(a).path) or PAGED.search(a) or DATED.search(a)
        )

    def completed_by(self, other: SiteProfile) -> SiteProfile:
        """With what this page does not tell, and with the anchors of both."""
        return SiteProfile(
            title=self.title or other.title,
            language=self.language or other.language,
            feeds=self.feeds or other.feeds,
            wordpress=self.wordpress or other.wordpress,
            anchors=tuple(dict.fromkeys([*self.anchors, *other.anchors])),
            index=self.index or other.index,
        )


def read_site_profile(response: Response) -> SiteProfile:
    """Empty if the page is not HTML. Never fails."""
    doc = Document.of(response)
    anchors = tuple(dict.fromkeys(_anchors(doc)))
    return SiteProfile(
        title=_title(doc),
        language=language_code(doc.tree.get("lang"))
        or language_code(doc.meta("og:locale", "content-language", "language")),
        feeds=tuple(dict.fromkeys(_feeds(doc))),
        wordpress=_wordpress(doc),
        anchors=anchors,
        index=tuple(dict.fromkeys(_index(anchors))),
    )


def _title(doc: Document) -> str | None:
    """The site's name in its head, else the part of the title that is like the host's name."""
    if name := doc.meta("og:site_name", "application-name", "apple-mobile-web-app-title"):
        return name
    parts = [part for part in PARTS.split(doc.title) if part]
    alike = (part for part in parts if doc.site and doc.site in re.sub(r"\W", "", part).lower())
    return next(alike, parts[-1] if len(parts) > 1 else None)


def _feeds(doc: Document) -> Iterator[str]:
    """The site's feeds; not those of comments, nor of one article."""
    here = urlsplit(doc.url).path
    for link in doc.tree.iter("link"):
        address = resolve(doc.url, link.get("href") or "")
        if (
            not address
            or "alternate" not in (link.get("rel") or "").lower()
            or not FEED_TYPES.search(link.get("type") or "")
        ):
            continue
        below = here.strip("/") and urlsplit(address).path.startswith(here)
        if not below and not COMMENTS.search(f"{address} {link.get('title') or ''}"):
            yield address


def _wordpress(doc: Document) -> str | None:
    root = doc.rel("https://api.w.org/")
    if root and "rest_route=" not in root:
        return resolve(root, f"{root.rstrip('/')}/wp/v2/posts")
    generator = (doc.meta("generator") or "").lower()
    is_wordpress = "wordpress" in generator or "/wp-content/" in doc.text
    return resolve(doc.url, "/wp-json/wp/v2/posts") if is_wordpress else None


def _anchors(doc: Document) -> Iterator[str]:
    for anchor in islice(doc.tree.iter("a"), MAX_ANCHORS):
        address = resolve(doc.url, collapse_whitespace(anchor.get("href")))
        if address and site(address) == site(doc.url):
            yield address


def _index(anchors: tuple[str, ...]) -> Iterator[str]:
    for anchor in anchors:
        if "{" not in anchor:
            if dated := DATED.search(anchor):
                form = dated[1].join(("%Y", "%m", "%d"))
                yield f"{anchor[: dated.start()]}{{date:{form}}}{anchor[dated.end() :]}"
            elif paged := PAGED.search(anchor):
                yield f"{anchor[: paged.start(2)]}{{page}}{anchor[paged.end() :]}"
