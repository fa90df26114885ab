"""JSON Feed and the posts of the WordPress API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import orjson

from parsers import dates
from parsers.article import Link, Rejected
from parsers.discovery.feed_entries import WEB
from parsers.discovery.link_fields import make_link
from parsers.kinds import LinkKind, Reason
from parsers.source import Source


def read_json(text: str, *, url: str, source: Source) -> tuple[str, Iterator[Link]]:
    """The kind, wordpress or jsonfeed, and its links."""
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Rejected(Reason.PARSE_ERROR, f"not JSON: {error}") from error
    if isinstance(data, list):
        return LinkKind.WORDPRESS, (
            _post(post, url=url, source=source) for post in data if isinstance(post, dict)
        )
    items = data.get("items")
    if not isinstance(items, list):
        # WordPress gives a reason.
        why = f"{data.get('code')}: {data.get('message')}" if "code" in data else "no items"
        raise Rejected(Reason.PARSE_ERROR, f"neither a JSON Feed nor posts: {why[:200]}")
    return "jsonfeed", (
        _item(item, url=url, source=source) for item in items if isinstance(item, dict)
    )


def _item(item: dict[str, Any], *, url: str, source: Source) -> Link:
    return make_link(
        url,
        source,
        addresses=_addresses(item),
        guid=_text(item.get("id")),
        title=_text(item.get("title")),
        published=_text(item.get("date_published")),
        modified=_text(item.get("date_modified")),
        language=_text(item.get("language")),
    )


def _addresses(item: dict[str, Any]) -> list[str]:
    """An item's id is often its address. The address of an attachment does not count."""
    attachments = item.get("attachments")
    files = {
        _text(each.get("url"))
        for each in (attachments if isinstance(attachments, list) else ())
        if isinstance(each, dict)
    }
    name = _text(item.get("id")) or ""
    candidates = (
        _text(item.get("url")),
        _text(item.get("external_url")),
        name if WEB.match(name) else None,
    )
    return [address for address in candidates if address and address not in files]


def _post(post: dict[str, Any], *, url: str, source: Source) -> Link:
    """WordPress writes `date_gmt` without a zone, or as zeros, and `date` in the site's zone.

    Search results have `url` in place of `link`.
    """
    gmt = _text(post.get("date_gmt"))
    gmt = gmt if dates.read(gmt) else None
    return make_link(
        url,
        source,
        addresses=(_text(post.get("link")), _text(post.get("url"))),
        guid=_text(post.get("guid")),
        title=_text(post.get("title")),
        published=gmt or _text(post.get("date")),
        modified=_text(post.get("modified_gmt" if gmt else "modified")),
        zone=UTC if gmt else None,
    )


def _text(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("rendered")
    return str(value) if isinstance(value, str | int) else None
