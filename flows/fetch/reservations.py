"""What a publisher reserves: text and data mining, and the training of models."""

from __future__ import annotations

import re

from parsers.article import Response

ROBOTS_TAGS = re.compile(r"noai|noimageai|noml|noarchive|noindex|nosnippet", re.IGNORECASE)


def reservations(response: Response) -> tuple[str, ...]:
    """The reservations in an answer's headers, as `name: value`; those in the page itself are the parser's to find.

    W3C TDM Reservation Protocol, X-Robots-Tag, and Content-Usage / Content-Signal (IETF aipref drafts).
    """
    found = (_reserved(name.lower(), value.strip()) for name, value in response.headers)
    return tuple(dict.fromkeys(each for each in found if each))


def _reserved(name: str, value: str) -> str | None:
    match name:
        case "tdm-reservation" if value == "1":
            return "tdm-reservation: 1"
        case "tdm-policy" | "content-usage" | "content-signal":
            return f"{name}: {value}"
        case "x-robots-tag":
            tags = dict.fromkeys(tag.lower() for tag in ROBOTS_TAGS.findall(value))
            return f"x-robots-tag: {', '.join(tags)}" if tags else None
    return None
