"""Invented pages, and files of an archive that has them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID

from synthetic_articles import MONDAY, N_SOURCES, SOURCES, article, words

from parsers.article import Link, Response
from parsers.source import Source
from warehouse.archive.archive import Archive

TEASER = (
    '<aside class="widget widget_recent_posts kotak-{kind}"><a class="thumb penci-image-holder lazyload" href="/read/{n}/{slug}">'
    '<img class="attachment-thumbnail size-thumbnail wp-post-image" src="/wp-content/uploads/{month}/{n}-300x200.jpg" '
    'srcset="/wp-content/uploads/{month}/{n}-300x200.jpg 300w, /wp-content/uploads/{month}/{n}.jpg 1200w" sizes="(max-width: 300px) 100vw, 300px" '
    'alt="{caption}" loading="lazy"><h4 class="entry-title side-item-title">{title}</h4></a></aside>\n'
)
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Date", "Mon, 02 Nov 2026 01:00:00 GMT"),
    ("Server", "nginx"),
    ("Cache-Control", "max-age=60"),
)


def page(number: int, source: Source, n_bytes: int, when: datetime) -> tuple[str, bytes]:
    """The address of a page and its HTML: an article in the middle of what outlets put around theirs."""
    url = f"http://{source.name}.test/{when:%Y/%m/%d}/{number}/kabar"
    content, dice = article(number, source, url, when), random.Random(-number)
    body = "".join(f"<p>{line}</p>\n" for line in content.body_text.split("\n"))
    head = f'<meta property="article:published_time" content="{when.isoformat()}"><meta name="description" content="{content.description}">'
    parts = [
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{content.headline}</title>{head}</head><body><main><h1>{content.headline}</h1>',
        f'<p class="penulis"><a href="/p/1">{content.authors[0].name}</a></p><div class="isi">{body}</div></main>',
    ]
    left = n_bytes - sum(len(part.encode()) for part in parts)
    while left > 0:
        n = dice.randrange(10**6)
        slug, caption, title = (words(dice, length) for length in (5, 7, 6))
        parts.append(
            TEASER.format(kind=n % 7, month=n % 12, n=n, slug=slug, caption=caption, title=title)
        )
        left -= len(parts[-1])
    return url, "".join([*parts, "</body></html>"]).encode()


def write_pages(archive: Archive, n: int, n_bytes: int) -> None:
    """So many pages in one file."""
    with archive.writer(f"run{n_bytes}", MONDAY, "0") as writer:
        for number in range(n):
            source = list(SOURCES.values())[number % N_SOURCES]
            when = MONDAY + timedelta(minutes=number)
            url, body = page(number, source, n_bytes, when)
            response = Response(
                fetch_id=str(UUID(int=random.Random(number).getrandbits(128))),
                requested_url=url,
                url=url,
                fetched_at=when,
                body=body,
                headers=(*HEADERS, ("ETag", f'"{number:x}"')),
                robots_rule="no rule",
                elapsed_ms=120,
            )
            channel = f"http://{source.name}.test/feed"
            writer.append(Link(url=url, source_id=source.name, discovered_by=channel), response)
