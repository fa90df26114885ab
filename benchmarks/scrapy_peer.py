"""The peer of bench_crawl.py: Scrapy reads the sitemaps, trafilatura the pages, and DuckDB the articles; the HTTP cache keeps the pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.spiders import SitemapSpider

COLUMNS = ("title", "author", "date", "text")
SETTINGS = {
    "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False,
    "HTTPCACHE_ENABLED": True, "HTTPCACHE_GZIP": True,
}  # fmt: skip


class Outlets(SitemapSpider):
    name = "outlets"

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        found = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if found:
            yield {"url": response.url} | {name: getattr(found, name) for name in COLUMNS}


def main(folder: Path, hosts: list[str]) -> None:
    """Prints the number of articles."""
    sys.modules["pandas"] = None  # type: ignore[assignment] - as for the command of Kliping: DuckDB would import it
    rows = folder / "articles.jsonl"
    feeds = {str(rows): {"format": "jsonlines"}}
    crawl = CrawlerProcess({**SETTINGS, "HTTPCACHE_DIR": str(folder / "cache"), "FEEDS": feeds})
    crawl.crawl(Outlets, sitemap_urls=[f"http://{host}/robots.txt" for host in hosts])
    crawl.start()
    with duckdb.connect(folder / "articles.duckdb") as con:
        con.execute("CREATE TABLE articles AS FROM read_json($file)", {"file": str(rows)})
        print(con.sql("SELECT count(*) FROM articles").fetchall()[0][0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
