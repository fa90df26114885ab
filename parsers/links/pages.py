"""Index pages: the anchors that may be articles, and the way to the next page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from parsers.article import Link
from parsers.links.hints import title
from parsers.source import Source
from parsers.urls import identity_key, resolve, site

LISTING = re.compile(
    r"/(tags?|topi[ck]s?|categor(y|ies)|kategori|kanal|authors?|penulis|search|cari|page|halaman|login|register|indeks?|archives?|arsip"
    r"|rss|feeds?|wp-[\w-]+|video-index)(/|$)|\.(jpe?g|png|gif|webp|svg|pdf|mp[34]|xml|css|js|zip|docx?|xlsx?)$", re.IGNORECASE)
SLUG = re.compile(r"[^/]*[a-z][^/-]*(-[^/-]+){3,}|[^/]*\d{4,}[^/]*", re.IGNORECASE)
NEXT = re.compile(r"(halaman |page )?(selanjutnya|berikutnya|next|older( posts)?|lebih lama)?[\s›»>→]*", re.IGNORECASE)
NUMBER = re.compile(r"(?:[?&](?:page|paged|hal|halaman|pagenum|p)=|/page/|/halaman/)(\d{1,5})(?!\d)")


def read_html(text: str, *, url: str, source: Source) -> tuple[Iterator[Link], str | None]:
    """The articles in page order, each once with its first words, and the next page's address."""
    tree = etree.HTML(text.encode(), etree.HTMLParser(encoding="utf-8", no_network=True))
    if tree is None:
        return iter(()), None
    base = resolve(url, next(iter(tree.xpath("//base/@href")), url)) or url
    anchors = [(address, node) for node in tree.iter("a", "link") if (address := resolve(base, node.get("href") or ""))]
    return _articles(anchors, url=url, source=source), _next_page(anchors, url)


def _articles(anchors: list[tuple[str, etree._Element]], *, url: str, source: Source) -> Iterator[Link]:
    found: dict[str, Link] = {}
    sites = {site(url), site(source.home)}
    for address, node in anchors:
        if node.tag == "a" and site(address) in sites and _may_be_article(address, source):
            key = identity_key(address)
            words = title("".join(node.itertext()))
            if key not in found or (words and not found[key].title):
                found[key] = Link(url=found[key].url if key in found else address, source_id=source.name, discovered_by=url, title=words)
    found.pop(identity_key(url), None)
    return iter(found.values())


def _may_be_article(address: str, source: Source) -> bool:
    """By the source's pattern; without one, by a slug of words or a number in the path, outside the usual listings."""
    if any(rule.url for rule in source.article):
        return source.recognises(address)
    parts = urlsplit(address)
    if LISTING.search(parts.path):
        return False
    return bool(re.search(r"(^|&)p=\d+", parts.query)) or any(SLUG.fullmatch(segment) for segment in parts.path.split("/")[-2:])


def _next_page(anchors: list[tuple[str, etree._Element]], url: str) -> str | None:
    """`rel=next`, else an anchor that says so, else the one that bears the next number."""
    here = NUMBER.search(url)
    number = str(int(here[1]) + 1 if here else 2)
    others = [(address, node) for address, node in anchors if address != url and site(address) == site(url)]
    by_rel = (address for address, node in others if "next" in (node.get("rel") or "").lower().split())
    words = [(address, "".join(node.itertext()).strip()) for address, node in others if node.tag == "a"]
    by_word = (address for address, text in words if 0 < len(text) < 30 and NEXT.fullmatch(text))
    by_number = (address for address, text in words if text == number and re.search(rf"(?<!\d){number}(?!\d)", address))
    return next(by_rel, None) or next(by_word, None) or next(by_number, None)
