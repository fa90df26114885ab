"""Invented outlets on loopback for bench_crawl.py: robots.txt, a sitemap or a feed, and articles, gzipped. In a process of its own."""

from __future__ import annotations

import asyncio
import functools
import gzip
import sys
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

from bench_warehouse import page
from server import Site, serve, whole
from synthetic_articles import MONDAY, SOURCES

PAGE_BYTES = 98_000
SMALL_BYTES, ENTRIES = 10_000, 3  # of the many outlets: each page, and entries of each feed
NEWS_EVERY = 10  # of so many outlets one has something new in the second round
PACKED = "Content-Encoding: gzip"


@functools.cache
def packed_page(number: int, n_bytes: int) -> bytes:
    source = list(SOURCES.values())[number % len(SOURCES)]
    _, body = page(number, source, n_bytes, MONDAY + timedelta(minutes=number % 1000))
    return whole(gzip.compress(body, 6), PACKED)


class Outlets(Site):
    """`hN.test` has a sitemap of large pages, `mN.test` a feed of a few small ones."""

    n_pages = 200  # of each outlet with a sitemap
    is_second_round = False

    def answer(self, host: str, path: str) -> bytes:
        path, number = urlsplit(path).path, int(host.removesuffix(".test")[1:])
        if path == "/next":
            Outlets.is_second_round = True
            return whole(b"")
        n_entries = ENTRIES + (self.is_second_round and number % NEWS_EVERY == 0)
        if path == "/robots.txt":
            return whole(f"User-agent: *\nAllow: /\nSitemap: http://{host}/sitemap.xml\n".encode())
        if path == "/sitemap.xml":
            return self.sitemap(host, self.n_pages if host.startswith("h") else n_entries)
        if path == "/feed":
            return self.feed(host, n_entries)
        n_bytes = PAGE_BYTES if host.startswith("h") else SMALL_BYTES
        return packed_page(1000 * number + int(path.split("/")[2]), n_bytes)

    def sitemap(self, host: str, n_entries: int) -> bytes:
        urls = "".join(
            f"<url><loc>http://{host}/berita/{n}/kabar-dari-kota-{n}</loc></url>"
            for n in range(n_entries)
        )
        return whole(
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
        )

    def feed(self, host: str, n_entries: int) -> bytes:
        items = "".join(
            f"<item><title>Kabar {n}</title><link>http://{host}/berita/{n}/kabar-dari-kota-{n}</link>"
            f"<pubDate>{format_datetime(MONDAY + timedelta(minutes=n))}</pubDate></item>"
            for n in reversed(range(n_entries))
        )
        return whole(
            f'<rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>'.encode()
        )


if __name__ == "__main__":
    hosts, Outlets.n_pages = int(sys.argv[1]), int(sys.argv[2])
    for host in range(hosts):  # made before anybody is measured
        for n in range(Outlets.n_pages):
            packed_page(1000 * host + n, PAGE_BYTES)
    asyncio.run(serve(Outlets))
