"""Who an article is: ids made from what the article itself says, never from a clock or a counter."""

from __future__ import annotations

import hashlib

from parsers.source import Source
from parsers.urls import canonicalise, identity_key


def digest(*parts: str) -> str:
    """16 hex digits; the parts are joined by NUL so that ('ab', 'c') is not ('a', 'bc')."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def article_id(source: Source, url: str) -> str:
    """The `id` group of the source's address pattern where it has one, else the key its addresses share.

    A file without an address (`urn:sha256:…`) is its own name, whoever published it: the first 16 digits of its digest.
    """
    if url.startswith("urn:sha256:"):
        return url.removeprefix("urn:sha256:")[:16]
    found = source.match(canonicalise(url))
    number = found.groupdict().get("id") if found else None
    return digest(source.name, number or identity_key(url))


def content_sha256(headline: str | None, body_text: str) -> str:
    """The digest of what a reader would call the article: a new version is a new digest."""
    return hashlib.sha256(f"{headline or ''}\n{body_text}".encode()).hexdigest()


def version_id(article: str, headline: str | None, body_text: str) -> str:
    return digest(article, content_sha256(headline, body_text))
