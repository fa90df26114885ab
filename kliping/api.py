"""The public functions: `parse`, `open`, `fetch`. `import kliping` gives them; what is heavy waits for the one that needs it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from parsers.article import Article, Context, Link, Page, Rejected, Response
from parsers.parse import parse as parse_page
from parsers.source import Source, default_source, load, source_of_url, suggestion
from parsers.structure import of_article
from parsers.text.urls import canonicalise

if TYPE_CHECKING:
    from flows.runs.summary import Summary
    from kliping.home import Home

bundled_sources = cache(load)

__all__ = ["Article", "Rejected", "fetch", "open", "parse"]


def parse(
    html: bytes | str, *, url: str, source: str | None = None, fetched_at: datetime | None = None
) -> Article:
    """The article on a page, with its quotes, figures, names, places and dates. Asks no server and stores nothing.

    `url` is where the page was fetched; relative links and the outlet follow from it. `source` names the outlet where
    the address does not, such as `kompas`; an outlet without a source file is read by the default rules. `fetched_at`
    is when, by default now: "kemarin" and the outlet's rules follow from it. Bytes are decoded as the page says.

    Times are aware, in the outlet's zone. Spans are half-open ranges of code points in `body_text`. It takes
    milliseconds a page, and has no limit of time or memory: pages of strangers belong to `fetch` or `kliping import`.

    Raises `Rejected` if the page is no article, and ValueError for an address or an outlet that is none.

    >>> article = kliping.parse(html, url="http://harianlama.test/read/2026/08/25/7512/pustaka-perahu-keliling-pulau.html")
    >>> article.headline
    'Pustaka Perahu Berkeliling Pulau Membawa 600 Buku'
    """
    outlet, address = _outlet(url, source)
    is_text = isinstance(html, str)
    body = html.encode(errors="replace") if isinstance(html, str) else html
    headers = (("content-type", f"text/html{'; charset=utf-8' if is_text else ''}"),)
    at = (fetched_at or datetime.now(UTC)).astimezone(UTC)
    link = Link(url=address, source_id=outlet.name)
    response = Response(
        fetch_id="", requested_url=address, url=address, fetched_at=at, body=body, headers=headers
    )
    article = parse_page(Page(link=link, responses=(response,)), outlet, Context(link=link))
    return replace(article, structure=of_article(article))


def open(home: Path | str) -> Home:  # noqa: A001 - as in kliping.open
    """A home to read: what the last run published, and from then on what each next one publishes.

    Raises ValueError where nothing is published.

    >>> with kliping.open("~/kliping") as home:
    ...     home.sql("SELECT count(*) FROM mart.articles").fetchall()
    [(51,)]
    """
    from flows.settings import without_home_file
    from kliping.home import Home

    return Home(without_home_file(Path(home).expanduser()))


def fetch(urls: Iterable[str], *, home: Path | str, again: bool = False) -> Summary:
    """Fetch the articles at these addresses into a home, load them, and publish: a run, as `kliping fetch` does it.

    It keeps the pace of each host and its robots.txt, archives every answer, and holds the locks of the outlets. The
    contact and other settings are those of the home. A host without a source file becomes a source with the default
    rules. What is loaded already is left alone, unless `again`.

    `addresses` of the answer has a dict for each address: `url`, `source_id`, `state`, `reason`, `detail`,
    `article_id`. The state is loaded, loaded before, duplicate, deferred (a later `fetch` may succeed), quarantined
    (no article), skipped (robots.txt), gone, forgotten, refused (no address of an article) or not fetched. `failures`
    and `notes` are those of the run.

    Raises ValueError where there is nothing to fetch, and what `kliping fetch` says where a run cannot start: other
    runs hold all the outlets, or the disk is full. Works in a notebook, too.

    >>> summary = kliping.fetch(["http://harianlama.test/read/2026/08/25/7512/pustaka-perahu-keliling-pulau.html"], home="~/kliping")
    >>> [row["state"] for row in summary.addresses]
    ['loaded before']
    """
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from flows.jobs.fetch_addresses import fetch_addresses
    from flows.settings import from_environment
    from flows.source_cache import load_sources
    from kliping.cli.umask import private_files

    settings = from_environment(Path(home).expanduser())
    texts = [urls] if isinstance(urls, str) else urls
    job = fetch_addresses(settings, load_sources(settings), texts, again=again)
    with private_files(settings.umask), ThreadPoolExecutor(1) as thread:
        if _has_loop():  # a notebook's own
            return thread.submit(asyncio.run, job).result()
        return asyncio.run(job)


def _outlet(url: str, source: str | None) -> tuple[Source, str]:
    """The outlet and the canonical address. Raises ValueError."""
    try:
        address = canonicalise(url)
    except ValueError as error:
        raise ValueError(
            f"{url!r} is no web address: it begins with http:// or https://"
        ) from error
    sources = bundled_sources()
    if source is None:
        host = urlsplit(address).netloc
        return source_of_url(address, sources) or default_source(host), address
    if source not in sources:
        hint = suggestion(source, sources) or "; `kliping sources list` names them"
        raise ValueError(f"unknown source {source!r}{hint}")
    return sources[source], address


def _has_loop() -> bool:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
