"""The further pages of an article that is spread over several."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.article import Response
from parsers.html.document import Document
from parsers.source import Source
from parsers.text.urls import identity_key, resolve

MAX_PARTS = 20  # pages of one article
HINT = re.compile(
    rb"page=|rel=[\"']?next|class=[\"'][^\"']*(?:pag|halaman)|/2/?[\"']", re.IGNORECASE
)
WHOLE = re.compile(r"[?&](?:page=all|single=1|showpage=all)\b")


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
    """Whether to parse the page for its next one. Cheap, whatever the bytes are."""
    return HINT.search(response.body) is not None


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
    found = re.search(r"[?&](?:page|halaman|hal)=(\d{1,3})\b|/(?:page/)?(\d{1,3})/?$", url)
    return int(found[1] or found[2]) if found else 1
