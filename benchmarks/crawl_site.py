"""Invented outlets on loopback for bench_crawl.py: robots.txt, a sitemap or a feed, and articles, gzipped. In a process of its own.

`hN.test` has a sitemap of large pages, `mN.test` a feed of a few small ones. With a folder of saved pages, these are the pages of `hN.test`
under invented addresses, each once, and beyond that again with other words.
"""

from __future__ import annotations

import base64
import functools
import gzip
import json
import re
import sys
import threading
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice, zip_longest
from pathlib import Path
from urllib.parse import urlsplit

from synthetic_articles import MONDAY, SOURCES
from synthetic_pages import page

PAGE_BYTES = 98_000
SMALL_BYTES, ENTRIES = 10_000, 3  # of the many outlets: each page, and entries of each feed
LETTERS = b"abcdefghijklmnopqrstuvwxyz"
TEXT = re.compile(rb"(<(?:script|style)\b.*?</)|>[^<]+<", re.DOTALL | re.IGNORECASE)
LONG_WORD = re.compile(
    rb"\b[a-z]{6,}\b"
)  # shorter ones are small words, by which a language is known
NEWS_EVERY = 10  # of so many outlets one has something new in the second round


@functools.cache
def packed_page(number: int, n_bytes: int) -> bytes:
    source = list(SOURCES.values())[number % len(SOURCES)]
    _, body = page(number, source, n_bytes, MONDAY + timedelta(minutes=number % 1000))
    return gzip.compress(body, 6)


def saved_pages(folder: Path, n_pages: int) -> list[bytes]:
    """Real pages of all sets in turn, packed, each once."""
    files = sorted(folder.glob("*.jsonl.gz"))
    sets = (gzip.decompress(path.read_bytes()).splitlines() for path in files)
    lines = (line for lines in zip_longest(*sets, fillvalue=b"") for line in lines)
    pages = (base64.b64decode(json.loads(line)["html_b64"]) for line in lines if line)
    different = list(islice(dict.fromkeys(islice(pages, 2 * n_pages)), n_pages))
    rounds = -(-n_pages // len(different))
    again = (with_other_words(page, n) for n in range(rounds) for page in different)
    return [gzip.compress(page, 6) for page in islice(again, n_pages)]


def with_other_words(page: bytes, n: int) -> bytes:
    """The page as it is in round 0; later the long words of its text are others, the same word the same other one."""
    if n == 0:
        return page
    table = bytes.maketrans(LETTERS, LETTERS[n % 26 :] + LETTERS[: n % 26])
    return TEXT.sub(
        lambda m: m[0] if m[1] else LONG_WORD.sub(lambda word: word[0].translate(table), m[0]), page
    )


class Outlets(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # a connection serves many requests
    n_pages = 0  # of each outlet with a sitemap
    saved: tuple[bytes, ...] = ()  # in place of invented ones
    is_second_round = False

    def do_GET(self) -> None:
        body = self.answer(self.headers["Host"].partition(":")[0], urlsplit(self.path).path)
        self.send_response(200)
        charset = "" if self.saved else "; charset=utf-8"  # saved pages state their own
        self.send_header("Content-Type", f"text/html{charset}")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the output is the port."""

    def answer(self, host: str, path: str) -> bytes:
        number, is_large = int(host.removesuffix(".test")[1:]), host.startswith("h")
        n_entries = ENTRIES + (self.is_second_round and number % NEWS_EVERY == 0)
        if path == "/next":
            Outlets.is_second_round = True
            return gzip.compress(b"")
        if path == "/robots.txt":
            text = f"User-agent: *\nAllow: /\nSitemap: http://{host}/sitemap.xml\n"
        elif path == "/sitemap.xml":
            text = sitemap(host, self.n_pages if is_large else n_entries)
        elif path == "/feed":
            text = feed(host, n_entries)
        elif self.saved and is_large:
            return self.saved[self.n_pages * number + int(path.split("/")[2])]
        else:
            n_bytes = PAGE_BYTES if is_large else SMALL_BYTES
            return packed_page(1000 * number + int(path.split("/")[2]), n_bytes)
        return gzip.compress(text.encode())


def sitemap(host: str, n_entries: int) -> str:
    urls = "".join(f"<url><loc>{address(host, n)}</loc></url>" for n in range(n_entries))
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def feed(host: str, n_entries: int) -> str:
    items = "".join(
        f"<item><title>Kabar {n}</title><link>{address(host, n)}</link>"
        f"<pubDate>{format_datetime(MONDAY + timedelta(minutes=n))}</pubDate></item>"
        for n in reversed(range(n_entries))
    )
    return f'<rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>'


def address(host: str, n: int) -> str:
    return f"http://{host}/berita/{n}/kabar-dari-kota-{n}"


def main() -> None:
    """Prints the port, and ends when the standard input does."""
    n_hosts, Outlets.n_pages = map(int, sys.argv[1:3])
    if folder := sys.argv[3:]:
        Outlets.saved = tuple(saved_pages(Path(folder[0]), n_hosts * Outlets.n_pages))
        Outlets.n_pages = len(Outlets.saved) // n_hosts
    for host in range(0 if folder else n_hosts):  # made before anybody is measured
        for n in range(Outlets.n_pages):
            packed_page(1000 * host + n, PAGE_BYTES)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Outlets)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
