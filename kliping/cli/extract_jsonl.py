"""`kliping extract --jsonl`: one page in each line in, its article in one line out."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from parsers.article import Article, Context, Link, Page, Response
from parsers.parse import ParsedPage, read
from parsers.source import Source, default_source, source_of_url

NOWHERE = "http://page.invalid/"  # for a page that came without a web address
# of the article as printed, though the cleaned text does without it
PRINTED = frozenset({"dateline", "end_mark"})
ID = re.compile(rb'"id"\s*:\s*("[^"\\]*"|-?\d+)')


def answers(lines: Iterable[bytes], sources: Mapping[str, Source]) -> Iterator[dict[str, Any]]:
    """`extract` for each line that is not blank, in order; {id, error} for one that fails."""
    for line in lines:
        if line.strip():
            try:
                yield extract(orjson.loads(line), sources)
            except (Exception, RecursionError) as error:  # noqa: BLE001 - one bad line may not end the stream
                message = f"{type(error).__name__}: {error}"[:300].encode("utf-8", "replace")
                yield {"id": _id(line), "error": message.decode()}


def extract(row: Mapping[str, Any], sources: Mapping[str, Source]) -> dict[str, Any]:
    """The article of {id, url, html_b64} as {id, title, body, authors, published, lang}; of any page, article or not."""
    url = str(row.get("url") or "")
    url = url if url.startswith(("http://", "https://")) else NOWHERE
    source = source_of_url(url, sources) or default_source(urlsplit(url).hostname or "")
    return {"id": row.get("id"), **_answer(read(_page(row, url, source), source, Context()))}


def _id(line: bytes) -> Any:
    """The id in a line that cannot be read as a whole."""
    match = ID.search(line)
    return json.loads(match[1].decode("utf-8", "replace"), strict=False) if match else None


def _page(row: Mapping[str, Any], url: str, source: Source) -> Page:
    body, now = base64.b64decode(row["html_b64"], validate=True), datetime.now(UTC)
    response = Response(
        fetch_id=str(row.get("id") or ""), requested_url=url, url=url, fetched_at=now, body=body
    )
    return Page(link=Link(url=url, source_id=source.name), responses=(response,))


def _answer(parsed: ParsedPage) -> dict[str, Any]:
    article = parsed.article
    at = article.date_published
    writers = [p.name for p in article.authors if p.role == "author"]
    published = (
        None if at is None else at.isoformat() if parsed.has_clock else at.date().isoformat()
    )
    return {
        "title": article.headline,
        "body": text_as_printed(article),
        "authors": writers,
        "published": published,
        "lang": article.in_language,
    }


def text_as_printed(article: Article) -> str:
    """The text with its dateline and end marks where they stood."""
    text, start, parts = article.source_text, 0, []
    for span in sorted(article.removed, key=lambda s: s.start):
        if span.kind not in PRINTED:
            parts.append(text[start : span.start])
            start = span.end
    lines = "".join([*parts, text[start:]]).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
