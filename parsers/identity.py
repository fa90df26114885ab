"""Ids of articles and versions, made from the article itself, never from a clock or a counter."""

from __future__ import annotations

import hashlib

from parsers.source import Source
from parsers.text.urls import canonicalise, identity_key


def digest(*parts: str) -> str:
    """16 hex digits; the parts are joined by NUL so that ('ab', 'c') is not ('a', 'bc')."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def article_id(source: Source, url: str) -> str:
    """The id of the article at an address of the source: 16 hex digits.

    It is made from the `id` group of the source's address pattern and the host (without the host
    if the source has `site_wide_ids`), else from the identity key of the address. For a file
    without an address (`urn:sha256:…`) it is the hash of the file. Raises ValueError for an
    address that is not http(s).
    """
    if url.startswith("urn:sha256:"):
        return url.removeprefix("urn:sha256:")[:16]
    key = identity_key(url)
    match = source.match(canonicalise(url))
    number = match.groupdict().get("id") if match else None
    if not number:
        return digest(source.name, key)
    if source.site_wide_ids:
        return digest(source.name, number)
    return digest(source.name, key.partition("/")[0], number)


def content_sha256(headline: str | None, body_text: str) -> str:
    """The digest of headline and text. Another digest is another version."""
    return hashlib.sha256(f"{headline or ''}\n{body_text}".encode()).hexdigest()


def version_id(article: str, headline: str | None, body_text: str) -> str:
    return digest(article, content_sha256(headline, body_text))
