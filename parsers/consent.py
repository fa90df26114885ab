"""Reservations of publishers on text and data mining and on training models.

They are recorded with every fetch; exports respect them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.article import Response
from parsers.kinds import LinkKind

ROBOTS_TAGS = re.compile(r"\b(?:noai|noimageai|noml|noarchive|noindex|nosnippet)\b", re.IGNORECASE)
HEAD_BYTES = 65536  # where a page's meta elements are
META = re.compile(rb"<meta\b[^>]{0,500}>", re.IGNORECASE)
ATTRIBUTE = re.compile(
    rb"""\b(name|http-equiv|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
ROBOTS_LINE = re.compile(
    rb"^[ \t]*(content-signal|content-usage)[ \t]*:([^\r\n#]{1,200})", re.IGNORECASE | re.MULTILINE
)


def reservations(response: Response, kind: str = LinkKind.PAGE) -> tuple[str, ...]:
    """Those in the headers and in the text of a page or robots.txt, as `name: value`, each once.

    W3C TDM Reservation Protocol; X-Robots-Tag and robots meta; Content-Usage and Content-Signal
    (IETF aipref drafts).
    """
    is_robots, body = kind == LinkKind.ROBOTS, response.body
    pairs = [(name.lower(), value.strip()) for name, value in response.headers]
    pairs += _in_robots(body) if is_robots else _in_page(body[:HEAD_BYTES])
    return tuple(dict.fromkeys(filter(None, (_reservation(*pair) for pair in pairs))))


def _reservation(name: str, value: str) -> str | None:
    match name:
        case "tdm-reservation" if value == "1":
            return "tdm-reservation: 1"
        case "tdm-policy" | "content-usage" | "content-signal":
            return f"{name}: {value[:200]}"
        case "x-robots-tag" | "robots":
            tags = dict.fromkeys(tag.lower() for tag in ROBOTS_TAGS.findall(value))
            return f"robots: {', '.join(tags)}" if tags else None
    return None


def _in_page(head: bytes) -> Iterator[tuple[str, str]]:
    for tag in META.finditer(head):
        attributes = {
            m[1].lower(): (m[2] or m[3] or m[4] or b"").decode("utf-8", "replace")
            for m in ATTRIBUTE.finditer(tag[0])
        }
        name = attributes.get(b"name") or attributes.get(b"http-equiv") or ""
        yield name.lower(), attributes.get(b"content", "").strip()


def _in_robots(text: bytes) -> Iterator[tuple[str, str]]:
    return (
        (m[1].decode().lower(), m[2].decode("utf-8", "replace").strip())
        for m in ROBOTS_LINE.finditer(text)
    )
