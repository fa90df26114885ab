"""Feeds, sitemaps and listing pages for tests, and how they are read."""

from datetime import datetime

from parsers.article import Link
from parsers.discovery.announcement import read_announcement
from parsers.source import from_data

HOME = "https://contoh.example/"


SOURCE = from_data({"name": "contoh", "title": "Contoh", "home": HOME})


SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def read(body, kind="feed", url=HOME + "feed/", source=SOURCE, **more):
    body = body if isinstance(body, bytes) else body.encode()
    return read_announcement(body, url=url, source=source, kind=kind, **more)


def item(path="/a", **fields):
    return f"<item><link>{path}</link>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items())}</item>"


def rss(*items, prolog='<?xml version="1.0" encoding="UTF-8"?>\n'):
    return (
        f'{prolog}<rss version="2.0"><channel><title>Contoh</title>{"".join(items)}</channel></rss>'
    )


def urlset(*entries):
    return f'<?xml version="1.0"?><urlset {SITEMAP}>{"".join(f"<url>{entry}</url>" for entry in entries)}</urlset>'


def paths(announcement):
    return [link.url.removeprefix(HOME[:-1]) for link in announcement.links]


def link(name, published=None, modified=None):
    published, modified = (
        day and datetime.fromisoformat(f"{day}T00:00:00+07:00") for day in (published, modified)
    )
    return Link(url=HOME + name, source_id="contoh", published_at=published, modified_at=modified)
