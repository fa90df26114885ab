"""Addresses: one canonical spelling for each, as pure text."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|igshid|mc_[ce]id|yclid|_ga)$")


def canonicalise(url: str) -> str:
    """One spelling for an address; idempotent. Raises ValueError for what is not http(s) or a urn."""
    if url.startswith("urn:"):
        return url
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise ValueError(f"not a web address: {url!r}")
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(k)])
    port = parts.port if parts.port not in {None, 80, 443} else None
    return urlunsplit((parts.scheme.lower(), f"{host}:{port}" if port else host, parts.path or "/", query, ""))
