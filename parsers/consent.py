"""Reservations of publishers on text and data mining and on training models, their licenses and prices.

They are recorded with every fetch; exports respect them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

from parsers import robots
from parsers.article import Response
from parsers.kinds import LinkKind
from parsers.text.urls import resolve

ROBOTS_TAGS = re.compile(r"\b(?:noai|noimageai|noml|noarchive|noindex|nosnippet)\b", re.IGNORECASE)
HEAD_BYTES = 65536  # where a page's meta elements are
META = re.compile(rb"<meta\b[^>]{0,500}>", re.IGNORECASE)
LINK = re.compile(rb"<(?:link|a)\s[^<>]{0,2000}>", re.IGNORECASE)
ATTRIBUTE = re.compile(
    rb"""\b(name|http-equiv|content|rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""",
    re.IGNORECASE,
)
LINK_HEADER = re.compile(r"<([^<>]*)>((?:\s*;[^;,\"<>]*(?:\"[^\"]*\")?)*)")
REL_LICENSE = re.compile(r"""\brel\s*=\s*(?:"[^"]*\blicense\b[^"]*"|license\b)""", re.IGNORECASE)
MAX_LICENSES = 10
PRICE_WORDS = ("price", "payment")  # crawler-price, payment-required
MAX_VALUE = 500


def reservations(response: Response, kind: str = LinkKind.PAGE) -> tuple[str, ...]:
    """Those in the headers and in the text of a page or robots.txt, as `name: value`, each once.

    W3C TDM Reservation Protocol; X-Robots-Tag and robots meta; Content-Usage and Content-Signal
    (IETF aipref drafts), those of robots.txt for our group only, as `name: path value`; `license`
    with the address of a license (RSL, rel=license); the price headers of a 402.
    """
    pairs = [(name.lower(), value.strip()) for name, value in response.headers]
    statements = [_reservation(*pair) for pair in pairs]
    if kind == LinkKind.ROBOTS:
        rules = robots.parse(robots.decode(response.body))
        statements += [*map(str, rules.usage_rules), *(f"license: {url}" for url in rules.licenses)]
    else:
        statements += [_reservation(*pair) for pair in _in_page(response.body[:HEAD_BYTES])]
        statements += _licenses(response)
    return tuple(dict.fromkeys([*filter(None, statements), *prices(response)]))


def prices(response: Response) -> tuple[str, ...]:
    """The headers of a 402 that say what a page costs, such as `crawler-price: USD 0.01`."""
    if response.status != HTTPStatus.PAYMENT_REQUIRED:
        return ()
    return tuple(
        f"{name.lower()}: {value.strip()[:MAX_VALUE]}"
        for name, value in response.headers
        if any(word in name.lower() for word in PRICE_WORDS)
    )


def _reservation(name: str, value: str) -> str | None:
    match name:
        case "tdm-reservation" if value == "1":
            return "tdm-reservation: 1"
        case "tdm-policy" | "content-usage" | "content-signal":
            return f"{name}: {value[:MAX_VALUE]}"
        case "x-robots-tag" | "robots":
            tags = dict.fromkeys(tag.lower() for tag in ROBOTS_TAGS.findall(value))
            return f"robots: {', '.join(tags)}" if tags else None
    return None


def _in_page(head: bytes) -> Iterator[tuple[str, str]]:
    for tag in META.finditer(head):
        attributes = _attributes(tag[0])
        name = attributes.get("name") or attributes.get("http-equiv") or ""
        yield name.lower(), attributes.get("content", "").strip()


def _licenses(response: Response) -> list[str]:
    """By HTTP Link, and by rel=license of a link or a."""
    targets = [
        target
        for name, value in response.headers
        if name.lower() == "link"
        for target, parameters in LINK_HEADER.findall(value)
        if REL_LICENSE.search(parameters)
    ]
    body = response.body
    for tag in LINK.finditer(body if b"license" in body.lower() else b""):
        attributes = _attributes(tag[0])
        if "license" in attributes.get("rel", "").lower().split():
            targets.append(attributes.get("href", ""))
    urls = dict.fromkeys(resolve(response.url, target) for target in targets)
    return [f"license: {url}" for url in urls if url][:MAX_LICENSES]


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        m[1].decode().lower(): (m[2] or m[3] or m[4] or b"").decode("utf-8", "replace")
        for m in ATTRIBUTE.finditer(tag)
    }
