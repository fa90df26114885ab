"""JSON-LD as it is met: graphs, arrays, references, broken scripts, nodes of another page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

Node = dict[str, Any]
FIELD = re.compile(
    r'"(datePublished|dateModified|headline|articleSection|inLanguage|url)"\s*:\s*"((?:[^"\\]|\\.){1,400})"'
)
LOOSE = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
COMMA = re.compile(r",\s*(?=[}\]])")
DEPTH = 12


def nodes(scripts: Iterable[str]) -> Iterator[Node]:
    """Every object with a type, outer before inner; a script that cannot be mended gives the few fields that can be read in it."""
    for script in scripts:
        text = LOOSE.sub("", script).strip().rstrip(";")
        data = _load(text)
        if data is None:
            fields = {key: unescape(value) for key, value in reversed(FIELD.findall(text))}
            if fields and re.search(r'"@type"\s*:\s*\[?\s*"\w*(Article|Posting)"', text):
                yield {"@type": "Article", **fields}
        else:
            yield from _walk(data, 0)


def _load(text: str) -> Any:
    for attempt in (text, COMMA.sub("", text)):
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
        got = item.get("name") or item.get("@value") if isinstance(item, dict) else item
        if isinstance(got, str) and got.strip():
            return got
    return None


def addresses(node: Node) -> list[str]:
    """The addresses a node says it is about."""
    found = []
    for key in ("url", "mainEntityOfPage", "@id"):
        for value in as_list(node.get(key)):
            text = (value.get("@id") or value.get("url")) if isinstance(value, dict) else value
            if isinstance(text, str) and text.startswith(("http", "/")):
                found.append(text)
    return found


def same_page(one: str, other: str) -> bool:
    """Two addresses of one page, whatever scheme, host spelling, query and fragment they are written with."""
    try:
        a, b = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    return a.path.rstrip("/") == b.path.rstrip("/") and a.path.strip("/") != ""


def words(text: str | None) -> set[str]:
    return set(re.findall(r"\w+", (text or "").lower()))


def about(graph: Iterable[Node], urls: Iterable[str], titles: Iterable[str]) -> list[Node]:
    """The article nodes that speak of this page, the surest first: its address agrees, or its headline does.

    A node that gives neither is believed when it is the only one.
    """
    known, heads = [u for u in urls if u], [w for t in titles if (w := words(t))]
    ranked: list[tuple[int, Node]] = []
    articles = [n for n in graph if is_article(n)]
    for node in articles:
        said, headline = (
            addresses(node),
            words(unescape(as_text(node.get("headline")) or as_text(node.get("name")) or "")),
        )
        by_url = any(same_page(a, b) for a in said for b in known)
        by_head = (
            any(len(headline & h) >= max(1, min(len(headline), len(h)) * 0.6) for h in heads)
            if headline
            else False
        )
        if by_url or by_head:
            ranked.append((-(2 * by_url + by_head), node))
        elif not headline and not said and len(articles) == 1:
            ranked.append((0, node))
    return [node for _, node in sorted(ranked, key=lambda pair: pair[0])]


def resolve(value: Any, graph: Iterable[Node]) -> list[Any]:
    """A value's items, with `{"@id": …}` references replaced by the nodes they name."""
    by_id = {n["@id"]: n for n in graph if isinstance(n.get("@id"), str)}
    return [
        by_id.get(v["@id"], v)
        if isinstance(v, dict) and isinstance(v.get("@id"), str) and "name" not in v
        else v
        for v in as_list(value)
    ]
