"""The response of the newsroom to each address: a pure function of host, address, `now` and visit, without a clock."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from markupsafe import escape

from kliping.newsroom.edition import (
    HOSTS,
    LAUNCHED,
    OUTLETS,
    Answer,
    Edition,
    day_name,
    last_change,
    utc,
)
from kliping.newsroom.manuscripts import Manuscript

LIST_SIZE = 10
DAY_LIST_SIZE = 5
MAX_POSTS = 100  # WordPress's own limit of per_page
DOT = bytes.fromhex("47494638376101000100800000cccccc0000002c00000000010001000002024401003b")

Query = dict[str, str]
Route = Callable[[Edition, "re.Match[str]", Query], Answer | None]


def answer(host: str, target: str, *, now: datetime, visit: int = 1) -> Answer:
    """The response to GET `target` on `host`."""
    if host not in HOSTS:
        return Answer(status=421, body=b"no such host here\n", content_type="text/plain")
    if host.startswith("www."):
        return _moved(f"http://{host.removeprefix('www.')}{target}")
    edition = Edition(OUTLETS[host.removesuffix(".test")], now, visit)
    parts = urlsplit(target)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    for pattern, route in ROUTES:
        match = re.fullmatch(pattern, f"{edition.outlet.name}{parts.path}")
        if match and (response := route(edition, match, query)):
            return response
    return edition.missing()


def _moved(url: str) -> Answer:
    return Answer(status=301, headers=(("Location", url),))


def _article(edition: Edition, match: re.Match[str], query: Query) -> Answer | None:
    path = match[0].removeprefix(edition.outlet.name)
    if article := next((m for m in edition.all if m.path == path), None):
        return edition.article(article, query.get("page", "1"))
    if any(m.path == f"{path}/" for m in edition.all):
        return _moved(f"{edition.outlet.home}{path}/")
    return None


def _front(edition: Edition, _: re.Match[str], query: Query) -> Answer:
    if edition.outlet.name == "suararantau" and "p" in query:
        article = next((m for m in edition.all if str(m.id) == query["p"]), None)
        return edition.article(article) if article else edition.missing()
    return edition.listing(edition.all[:LIST_SIZE], edition.outlet.tagline, page=1, pages=1)


def _numbered(edition: Edition, match: re.Match[str], _: Query) -> Answer:
    page, pages = int(match[1]), -(-len(edition.all) // LIST_SIZE)
    if not 1 <= page <= pages:
        return edition.missing()
    return edition.listing(
        edition.all[(page - 1) * LIST_SIZE : page * LIST_SIZE], "Arsip", page=page, pages=pages
    )


def _by_query_date(edition: Edition, _: re.Match[str], query: Query) -> Answer:
    """One day's articles by page; beyond the last page the list is empty, as on real sites."""
    try:
        day = date.fromisoformat(query.get("date", f"{edition.now:%Y-%m-%d}"))
        page = int(query.get("page", "1"))
    except ValueError:
        return edition.missing()
    return _day(edition, day, page, DAY_LIST_SIZE)


def _by_path_date(edition: Edition, match: re.Match[str], _: Query) -> Answer:
    try:
        day = date(*(int(n) for n in match.groups()))
    except ValueError:
        return edition.missing()
    return _day(edition, day, 1, len(edition.all) or 1)


def _day(edition: Edition, day: date, page: int, size: int) -> Answer:
    chosen = [m for m in edition.all if m.published.date() == day]
    title, pages = f"Indeks {day_name(day)}, {day:%d/%m/%Y}", -(-len(chosen) // size)
    return edition.listing(
        chosen[max(page - 1, 0) * size :][:size], title, page=page, pages=pages, day=day
    )


def _draft(edition: Edition, _: re.Match[str], __: Query) -> Answer:
    """A draft that robots.txt forbids, but listing pages link to by mistake."""
    return edition.page("draft.html")


def _robots(edition: Edition, _: re.Match[str], __: Query) -> Answer:
    outlet = edition.outlet
    lines = ["User-agent: *", f"Disallow: /{outlet.draft.split('/')[1]}/", "Disallow: /cari"]
    lines += [f"Crawl-delay: {outlet.crawl_delay}"] if outlet.crawl_delay else []
    lines += ["", *(f"Sitemap: {outlet.home}/{each}.xml" for each in ("sitemap_index", "news-sitemap"))]  # fmt: skip
    body = "\n".join([*lines, ""]).encode()
    return Answer(body=body, content_type="text/plain; charset=utf-8", modified=LAUNCHED)


def _feed(edition: Edition, match: re.Match[str], _: Query) -> Answer:
    kind = "atom" if "atom" in match[0] else "rss"
    return edition.xml(f"{kind}.xml", edition.standing[:LIST_SIZE], f"application/{kind}+xml")


def _sitemap_index(edition: Edition, _: re.Match[str], __: Query) -> Answer:
    months = [(month, last_change(group)) for month, group in groupby(edition.all, key=_month)]
    return edition.xml("sitemap_index.xml", edition.all, months=months)


def _sitemap(edition: Edition, match: re.Match[str], _: Query) -> Answer | None:
    """One month; a withdrawn article stays in it with the time of its removal, as in real content systems."""
    chosen = [m for m in edition.all if _month(m) == match[1]]
    return edition.xml("sitemap.xml", chosen) if chosen else None


def _month(m: Manuscript) -> str:
    return f"{m.published:%Y-%m}"


def _news_sitemap(edition: Edition, _: re.Match[str], __: Query) -> Answer:
    return edition.xml(
        "news_sitemap.xml",
        [m for m in edition.standing if m.published > edition.now - timedelta(hours=48)],
    )


def _wordpress(edition: Edition, _: re.Match[str], query: Query) -> Answer:
    """WordPress's list of posts; `after` and `before` are in the site's local time unless they have a zone."""
    try:
        size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        after, before = (_local(query.get(key), edition) for key in ("after", "before"))
    except ValueError:
        return _refused("rest_invalid_param", "Parameter tidak valid.")
    chosen = [
        m
        for m in edition.all
        if (not after or m.published > after) and (not before or m.published < before)
    ]
    standing = [m for m in chosen if not m.gone_at]
    pages = -(-len(standing) // size) if 1 <= size <= MAX_POSTS else 0
    if not 1 <= page <= max(pages, 1):
        return _refused("rest_post_invalid_page_number", "Nomor halaman tidak valid.")
    posts = [_post(m) for m in standing[(page - 1) * size : page * size]]
    return Answer(
        body=json.dumps(posts, ensure_ascii=False).encode(),
        content_type="application/json; charset=UTF-8",
        modified=last_change(chosen),
        headers=(("X-WP-Total", str(len(standing))), ("X-WP-TotalPages", str(pages))),
    )


def _refused(code: str, message: str) -> Answer:
    body = json.dumps({"code": code, "message": message, "data": {"status": 400}}).encode()
    return Answer(status=400, body=body, content_type="application/json; charset=UTF-8")


def _local(text: str | None, edition: Edition) -> datetime | None:
    if not text:
        return None
    when = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign in a query means a space
    return when if when.tzinfo else when.replace(tzinfo=ZoneInfo(edition.outlet.timezone))


def _post(m: Manuscript) -> dict[str, Any]:
    times = {"date": m.published, "modified": m.modified or m.published}
    return {
        "id": m.id,
        **{name: f"{when:%Y-%m-%dT%H:%M:%S}" for name, when in times.items()},
        **{f"{name}_gmt": utc(when)[:19] for name, when in times.items()},
        "guid": {"rendered": f"http://{m.outlet}.test/?p={m.id}"},
        "slug": m.slug,
        "status": "publish",
        "type": "post",
        "link": m.url,
        "title": {"rendered": str(escape(m.headline))},
        "excerpt": {"rendered": f"<p>{escape(m.description)}</p>\n", "protected": False},
    }


def _picture(_: Edition, __: re.Match[str], ___: Query) -> Answer:
    """One grey dot: pictures are not used, but must not be missing."""
    return Answer(body=DOT, content_type="image/gif", modified=LAUNCHED)


ROUTES: tuple[tuple[str, Route], ...] = (
    (r"\w+/", _front),
    (r"\w+/robots\.txt", _robots),
    (r"\w+/sitemap_index\.xml", _sitemap_index),
    (r"\w+/sitemap-(\d{4}-\d\d)\.xml", _sitemap),
    (r"\w+/news-sitemap\.xml", _news_sitemap),
    (r"suararantau/feed/|portalnusa/rss|harianlama/atom\.xml", _feed),
    (r"suararantau/wp-json/wp/v2/posts/?", _wordpress),
    (r"suararantau/page/(\d{1,4})/", _numbered),
    (r"portalnusa/indeks", _by_query_date),
    (r"harianlama/arsip/(\d{4})/(\d\d)/(\d\d)/", _by_path_date),
    (r"\w+/(?:wp-content|foto|img)/\S+", _picture),
    *((re.escape(f"{outlet.name}{outlet.draft}"), _draft) for outlet in OUTLETS.values()),
    (r"\w+/.+", _article),
)
