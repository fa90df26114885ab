"""The further pages of an article that is spread over several."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.article import Response
from parsers.html.decode import decode, mend
from parsers.html.document import Document
from parsers.source import Source
from parsers.text.urls import identity_key, resolve

MAX_PARTS = 20  # pages of one article
HINT = re.compile(
    rb"page=|rel=[\"']?next|class=[\"'][^\"']*(?:pag|halaman)|/2/?[\"']", re.IGNORECASE
)
WHOLE = re.compile(r"[?&](?:page=all|single=1|showpage=all)\b")


def next_page(response: Response, source: Source) -> str | None:
    """The address to read on at: the whole on one page where there is one, else the page after this; None at the end.

    Only addresses of the same article count: a `next` that leads to another story is navigation.
    """
    if not may_go_on(response):
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


def may_go_on(response: Response) -> bool:
    """Whether it is worth reading the page for its next one; costs next to nothing, whatever the bytes."""
    return HINT.search(response.body) is not None


def _links(response: Response, selector: str | None) -> Iterator[tuple[str, bool]]:
    """The addresses on the page that are announced as the next one, or that the whole could have."""
    decoded = decode(response.body, response.header("content-type"))
    doc = Document(mend(decoded.text), response.url)
    chosen = set(doc.select(selector))  # held, since lxml gives a node let go another identity
    for node in doc.tree.iter("a", "link"):
        href, is_next = (
            node.get("href") or "",
            node in chosen or "next" in (node.get("rel") or "").split(),
        )
        if is_next or "=" in href:  # of all that are on a page the few to look at
            url = resolve(response.url, href)
            if url and (is_next or WHOLE.search(url)):
                yield url, is_next


def _number(url: str) -> int:
    """Which page of the article an address is; the plain address is the first."""
    found = re.search(r"[?&](?:page|halaman|hal)=(\d{1,3})\b|/(?:page/)?(\d{1,3})/?$", url)
    return int(found[1] or found[2]) if found else 1
