"""Listing pages: the links that may be articles, and the next page."""

from __future__ import annotations

import re
from itertools import islice

from parsers.article import Link
from parsers.article_address import is_article_like
from parsers.discovery.feed_text import repair_references
from parsers.discovery.link_fields import make_link
from parsers.discovery.listing_dates import read_raw_dates, visible_texts
from parsers.html.document import Document, Element
from parsers.source import AddressFit, Source
from parsers.text.urls import identity_key, resolve, site

MAX_ANCHORS = 20_000
MAX_TEXTS = 50  # of one anchor; a broken page can nest anchors, so that each has all that follow

NEXT = re.compile(
    r"(halaman |page )?(selanjutnya|berikutnya|next|older( posts)?|lebih lama)\W*|[›»>→]",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"(?:[?&](?:page|paged|hal|halaman|pagenum|p)=|/page/|/halaman/)(\d{1,5})(?!\d)"
)

Anchors = list[tuple[str, Element]]


def read_listing(
    text: str, *, url: str, source: Source, warnings: list[str]
) -> tuple[list[Link], str | None]:
    """The articles in page order, each with its first link text, and the next page's address."""
    tree = Document(repair_references(text), url).tree
    base = resolve(url, next(iter(tree.xpath("//base/@href")), url)) or url
    here = resolve(url, url)
    nodes = list(islice(tree.iter("a", "link"), MAX_ANCHORS + 1))
    if len(nodes) > MAX_ANCHORS:
        warnings.append(f"more than {MAX_ANCHORS} anchors: the rest is not read")
    written = ((resolve(base, node.get("href") or ""), node) for node in nodes[:MAX_ANCHORS])
    anchors = [(address, node) for address, node in written if address and address != here]
    return _articles(anchors, url=url, source=source), _next_page(anchors, url)


def _articles(anchors: Anchors, *, url: str, source: Source) -> list[Link]:
    """Each article once. The first link of an article is often a picture without text."""
    sites = {site(url), site(source.home)}
    articles = [
        (identity_key(address), address, node)
        for address, node in anchors
        if node.tag == "a" and site(address) in sites and _may_be_article(address, source)
    ]
    raw_dates = read_raw_dates((key, node) for key, _, node in articles)
    links: dict[str, Link] = {}
    for key, address, node in articles:
        before = links.get(key)
        if before is None or not before.title:
            link = make_link(
                url, source, addresses=[address], title=_text(node), published=raw_dates.get(key)
            )
            if before is None or link.title:
                links[key] = link
    return list(links.values())


def _may_be_article(address: str, source: Source) -> bool:
    """Also those that the source's rule refuses, so that the refusal is counted."""
    if source.has_address_rule:
        return source.fit(address) is not AddressFit.OTHER
    return is_article_like(address)


def _next_page(anchors: Anchors, url: str) -> str | None:
    """`rel=next`, else a link with such a text, else the link with the next number."""
    here = NUMBER.search(url)
    number = str(int(here[1]) + 1 if here else 2)
    same_site = [(address, node) for address, node in anchors if site(address) == site(url)]
    texts = [(address, _text(node)) for address, node in same_site if node.tag == "a"]
    by_rel = (
        address for address, node in same_site if "next" in (node.get("rel") or "").lower().split()
    )
    by_word = (address for address, text in texts if NEXT.fullmatch(text))
    by_number = (
        address
        for address, text in texts
        if text == number and re.search(rf"(?<!\d){number}(?!\d)", address)
    )
    return next(by_rel, None) or next(by_word, None) or next(by_number, None)


def _text(node: Element) -> str:
    return "".join(islice(visible_texts(node), MAX_TEXTS)).strip()
