"""JSON-LD as sites write it: graphs, arrays, references, broken scripts, nodes of other pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from parsers.text.normalize import words

Node = dict[str, Any]
FIELD = re.compile(
    r'"(datePublished|dateModified|headline|articleSection|inLanguage|url)"\s*:\s*"((?:[^"\\]|\\.){1,400})"'
)
WRAPPER = re.compile(  # a comment or CDATA section around the JSON
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
DEPTH = 12


def nodes(scripts: Iterable[str]) -> Iterator[Node]:
    """Every object with a type, outer before inner.

    From a script that is not JSON even after repair, the few fields that a pattern finds.
    """
    for script in scripts:
        text = WRAPPER.sub("", script).strip().rstrip(";")
        data = _load(text)
        if data is None:
            fields = {key: unescape(value) for key, value in reversed(FIELD.findall(text))}
            if fields and re.search(r'"@type"\s*:\s*\[?\s*"\w*(Article|Posting)"', text):
                yield {"@type": "Article", **fields}
        else:
            yield from _walk(data, 0)


def _load(text: str) -> Any:
    for attempt in (text, TRAILING_COMMA.sub("", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(data: Any, depth: int) -> Iterator[Node]:
    if depth > DEPTH:
        return
    if isinstance(data, list):
        for item in data[:500]:
            yield from _walk(item, depth + 1)
    elif isinstance(data, dict):
        if "@type" in data:
            yield data
        for value in data.values():
            if isinstance(value, (dict, list)):
                yield from _walk(value, depth + 1)


def types(node: Node) -> list[str]:
    return [str(t).rsplit("/", 1)[-1] for t in as_list(node.get("@type"))]


def is_article(node: Node) -> bool:
    return any(
        t.endswith(("Article", "Posting"))
        or t in {"Report", "Review", "CriticReview", "ClaimReview"}
        for t in types(node)
    )


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def as_text(value: Any) -> str | None:
    """A string, or the first one of a list, or an object's name or value."""
    for item in as_list(value):
        text = item.get("name") or item.get("@value") if isinstance(item, dict) else item
        if isinstance(text, str) and text.strip():
            return text
    return None


def addresses(node: Node) -> list[str]:
    """The addresses of the page that a node describes."""
    urls = []
    for key in ("url", "mainEntityOfPage", "@id"):
        for value in as_list(node.get(key)):
            text = (value.get("@id") or value.get("url")) if isinstance(value, dict) else value
            if isinstance(text, str) and text.startswith(("http", "/")):
                urls.append(text)
    return urls


def same_page(one: str, other: str) -> bool:
    """Whether two addresses have the same path, whatever their scheme, host, query and fragment."""
    try:
        a, b = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    return a.path.rstrip("/") == b.path.rstrip("/") and a.path.strip("/") != ""


def nodes_about(graph: Iterable[Node], urls: Iterable[str], titles: Iterable[str]) -> list[Node]:
    """The article nodes whose address or headline is one of the page's; the best match first.

    A node without address and headline counts if it is the only one.
    """
    page_urls, page_titles = list(urls), [w for t in titles if (w := {*words(t)})]
    ranked: list[tuple[int, Node]] = []
    articles = [n for n in graph if is_article(n)]
    for node in articles:
        node_urls, headline = addresses(node), {*words(unescape(headline_of(node) or ""))}
        has_url = any(same_page(a, b) for a in node_urls for b in page_urls)
        has_title = bool(headline) and any(
            len(headline & t) >= max(1, min(len(headline), len(t)) * 0.6) for t in page_titles
        )
        if has_url or has_title:
            ranked.append((-(2 * has_url + has_title), node))
        elif not headline and not node_urls and len(articles) == 1:
            ranked.append((0, node))
    return [node for _, node in sorted(ranked, key=lambda pair: pair[0])]


def headline_of(node: Node) -> str | None:
    return as_text(node.get("headline")) or as_text(node.get("name"))


def resolve(value: Any, graph: Iterable[Node]) -> list[Any]:
    """A value's items; references such as `{"@id": …}` are replaced by the nodes they name."""
    by_id = {n["@id"]: n for n in graph if isinstance(n.get("@id"), str)}
    return [
        by_id.get(v["@id"], v)
        if isinstance(v, dict) and isinstance(v.get("@id"), str) and "name" not in v
        else v
        for v in as_list(value)
    ]
