"""Whether an address looks like that of an article on the usual sites: by slug, number or date."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LISTING = re.compile(
    r"/(tags?|topi[ck]s?|categor(y|ies)|kategori|authors?|penulis|search|cari|page|halaman|login|register|indeks?"
    r"|rss|feeds?|wp-[\w-]+)(/|$)|\.(jpe?g|png|gif|webp|svg|pdf|mp[34]|xml|css|js|zip|docx?|xlsx?)$",
    re.IGNORECASE,
)
# Folders and hosts of pages that are not read as text.
NOT_TEXT = re.compile(
    r"/(fotos?|photos?|galeri(-foto)?|gallery|videos?|podcasts?|live(-?streaming)?)/"
    r"|^(foto|photo|video|tv|live)\.",
    re.IGNORECASE,
)
QUERY_ID = re.compile(r"(^|&)(p|id|news_?id|article_?id)=\d+", re.IGNORECASE)
SLUG = re.compile(r"[^/-]+(-+[^/-]+){3,}-*")  # four words
NUMBER = re.compile(r"(?:\d[^/\d]*){5}|(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{4}(?!\d)")  # but no year
DATE = re.compile(
    r"/(?:(?:19|20)\d\d[/-]?[01]\d(?:[/-]?[0-3]\d)?|[0-3]\d[/-][01]\d[/-](?:19|20)\d\d)(?=/|$)"
)


def is_article_like(url: str) -> bool:
    """Whether the path has a slug of four words, a long number, or a date with something after it.

    Sections, tags, archives of a day, pictures and videos do not look like articles.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    path = parts.path
    if LISTING.search(path) or NOT_TEXT.search(path) or NOT_TEXT.search(parts.hostname or ""):
        return False
    if QUERY_ID.search(parts.query):
        return True
    date = DATE.search(path)
    rest = path[date.end() :] if date else path
    last = [segment for segment in rest.split("/") if segment][-2:]
    if date and any(re.search(r"[^\W\d_]{3}|\d{4}", segment) for segment in last):
        return True
    return any(SLUG.fullmatch(each) or NUMBER.search(each) for each in last)
