"""The further pages of an article that is spread over several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice

from parsers.article import Response
from parsers.html.document import Document
from parsers.source import Source
from parsers.text.urls import identity_key, resolve

MAX_PARTS = 20  # pages of one article
MANY = 500  # addresses with a page number; no real page has a hundred
WHOLE = re.compile(r"[?&](?:page=all|single=1|showpage=all)\b")
NUMBER = re.compile(r"[?&](?:page|halaman|hal)=(\d{1,3})\b|/(?:page/)?(\d{1,3})/?$")
# In lower case, because to ignore the case takes five times as long.
HREF = re.compile(rb"""href\s*=\s*(?:"([^"<]{1,2000})"|'([^'<]{1,2000})'|([^\s"'<>]{1,2000}))""")
# What the address of a further page, or of the whole article, has as it is written.
HINT = re.compile(r"[?&](?:page|halaman|hal|single|showpage)=|(?:^|/)\d{1,3}/*(?:[?#]|$)")


def next_page(response: Response, source: Source) -> str | None:
    """The address of the whole article on one page, else of its next page; None on the last.

    Only addresses of the same article count: a `next` that leads to another one is navigation.
    """
    if not may_have_next_page(response):
        return None
    here, selector = response.url, source.rule(response.fetched_at.date()).next_page
    if WHOLE.search(here):
        return None
    article = identity_key(here)
    same = [
        (url, is_next)
        for url, is_next in _links(response, selector)
        if url != here and identity_key(url) == article
    ]
    whole = next((url for url, _ in same if WHOLE.search(url)), None)
    return whole or next(
        (url for url, is_next in same if is_next and _number(url) > _number(here)), None
    )


def may_have_next_page(response: Response) -> bool:
    """Whether the markup has the address of another page of the article. Raises nothing.

    Far cheaper than to parse the page. Which element an address is in is not looked at.
    """
    here = response.url.lower()
    written = {a or b or c for a, b, c in HREF.findall(response.body.lower())}
    hrefs = (unescape(href.decode("utf-8", "replace")).strip() for href in written)
    hinting = list(islice(filter(HINT.search, hrefs), MANY))
    return len(hinting) == MANY or any(_is_part(here, href) for href in hinting)


def _is_part(here: str, href: str) -> bool:
    url = resolve(here, href)
    try:
        return url is not None and url != here and identity_key(url) == identity_key(here)
    except ValueError:
        return False


def _links(response: Response, selector: str | None) -> Iterator[tuple[str, bool]]:
    """Addresses of next pages (True), and of pages that may be the whole article (False)."""
    doc = Document.of(response)
    # The set keeps the nodes alive: lxml gives a node that was freed another identity.
    by_rule = set(doc.select(selector))
    for node in doc.tree.iter("a", "link"):
        href = node.get("href") or ""
        is_next = node in by_rule or "next" in (node.get("rel") or "").split()
        if is_next or "=" in href:  # resolves a few of the page's links, not all
            url = resolve(response.url, href)
            if url and (is_next or WHOLE.search(url)):
                yield url, is_next


def _number(url: str) -> int:
    """The page number in an address; 1 if there is none."""
    found = NUMBER.search(url)
    return int(found[1] or found[2]) if found else 1
