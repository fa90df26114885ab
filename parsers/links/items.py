"""JSON Feed and WordPress posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import orjson

from parsers.article import Link, Reason, Rejected
from parsers.links.hints import stamp, title
from parsers.source import Source
from parsers.urls import resolve


def read_json(text: str, *, url: str, source: Source) -> tuple[str, Iterator[Link]]:
    """The kind and the links; an item without a usable address has an empty `url`."""
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Rejected(Reason.PARSE_ERROR, f"not JSON: {error}") from error
    if isinstance(data, list):
        return "wordpress", (_post(item, url=url, source=source) for item in data if isinstance(item, dict))
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        said = f"{data.get('code')}: {data.get('message')}" if isinstance(data, dict) and "code" in data else "no items"
        raise Rejected(Reason.PARSE_ERROR, f"neither a JSON Feed nor posts: {said[:200]}")
    return "jsonfeed", (_item(item, url=url, source=source) for item in items if isinstance(item, dict))


def _item(item: dict[str, Any], *, url: str, source: Source) -> Link:
    published = _text(item.get("date_published"))
    return Link(
        url=resolve(url, _text(item.get("url")) or _text(item.get("external_url")) or "") or "", source_id=source.name, discovered_by=url,
        guid=_text(item.get("id")), title=title(_text(item.get("title"))), language=_text(item.get("language")),
        published_raw=published, published_at=stamp(published, source.zone),
        modified_at=stamp(_text(item.get("date_modified")), source.zone),
    )


def _post(post: dict[str, Any], *, url: str, source: Source) -> Link:
    """WordPress writes `date_gmt` without a zone, and `date` in the site's own."""
    published, modified = _text(post.get("date_gmt")), _text(post.get("modified_gmt"))
    return Link(
        url=resolve(url, _text(post.get("link")) or "") or "", source_id=source.name, discovered_by=url,
        guid=_rendered(post.get("guid")) or _text(post.get("id")), title=title(_rendered(post.get("title"))),
        published_raw=published or _text(post.get("date")),
        published_at=stamp(published, UTC) or stamp(_text(post.get("date")), source.zone),
        modified_at=stamp(modified, UTC) or stamp(_text(post.get("modified")), source.zone),
    )


def _rendered(value: object) -> str | None:
    return _text(value.get("rendered")) if isinstance(value, dict) else _text(value)


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None
