"""The watches of the home with their feeds, and the lines that make a search one of them."""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import asdict

from kliping.watches.watch_file import WatchFile, WatchFileError, read_watches
from kliping.web.answer import WebPage
from kliping.web.filters import address
from kliping.web.page_request import PageRequest

FEEDS = {"atom": "application/atom+xml", "json": "application/feed+json"}


def watches_page(request: PageRequest) -> WebPage:
    """The explorer writes nothing: who has the home adds the lines."""
    problem, file = "", WatchFile(path=request.home)
    try:
        file = read_watches(request.home)
    except WatchFileError as error:
        problem = str(error).removeprefix(f"{request.home}/")
    token = request.token
    return WebPage(
        template="watches.html",
        title="Watches",
        tables={"watches": [asdict(watch) for watch in file.watches]},
        context={
            "feed_url": lambda name, form: address(
                f"/watches/{name}.{form}", {"key": feed_key(token, name) if token else None}
            ),
            "problem": problem,
            "lines": watch_lines(request.filters.values.get("q", ""), request.filters.source),
        },
    )


def watch_lines(query: str, source: str | None) -> str:
    """For watches.toml; none without a query."""
    name = re.sub(r"[^a-z0-9]+", "-", query.lower()).strip("-")[:40].strip("-") or "watch"
    search = f'({query}) source:"{source}"' if source else query
    return f"[watch.{name}]\nsearch = {json.dumps(search, ensure_ascii=False)}" if query else ""


def feed_key(token: str, name: str) -> str:
    """Opens the feeds of this watch and nothing else: a feed reader on another site needs no more."""
    return hmac.digest(token.encode(), f"feed {name}".encode(), "sha256").hex()
