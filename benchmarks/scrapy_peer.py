"""The peer of bench_crawl.py: Scrapy reads the sitemaps, trafilatura the pages, and batches go to DuckDB; the HTTP cache keeps the pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.spiders import SitemapSpider

BATCH = 500
COLUMNS = "{url: 'VARCHAR', title: 'VARCHAR', author: 'VARCHAR', date: 'VARCHAR', text: 'VARCHAR'}"


class Outlets(SitemapSpider):
    name = "outlets"

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        found = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if found:
            yield {
                "url": response.url,
                "title": found.title,
                "author": found.author,
                "date": found.date,
                "text": found.text,
            }


class Batches:
    """An item pipeline."""

    folder = Path()

    def open_spider(self) -> None:
        self.con, self.rows = duckdb.connect(self.folder / "articles.duckdb"), list[bytes]()
        self.con.execute(
            "CREATE TABLE articles (url VARCHAR, title VARCHAR, author VARCHAR, date VARCHAR, text VARCHAR)"
        )

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        self.rows.append(orjson.dumps(item))
        if len(self.rows) >= BATCH:
            self.store()
        return item

    def close_spider(self) -> None:
        self.store()
        print(self.con.sql("SELECT count(*) FROM articles").fetchall()[0][0])
        self.con.close()

    def store(self) -> None:
        file = self.folder / "batch.ndjson"
        file.write_bytes(b"\n".join(self.rows))
        if self.rows:
            self.con.execute(f"INSERT INTO articles FROM read_json('{file}', columns = {COLUMNS})")
        self.rows.clear()


if __name__ == "__main__":
    Batches.folder, hosts = Path(sys.argv[1]), sys.argv[2:]
    crawl = CrawlerProcess({
        "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False, "HTTPCACHE_ENABLED": True, "HTTPCACHE_DIR": str(Batches.folder / "cache"),
        "HTTPCACHE_GZIP": True, "ITEM_PIPELINES": {Batches: 1},
    })  # fmt: skip
    crawl.crawl(Outlets, sitemap_urls=[f"http://{host}/robots.txt" for host in hosts])
    crawl.start()
