"""`kliping extract --jsonl`: a page a line in, its article a line out."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from parsers.article import Article, Context, Link, Page, Response
from parsers.parse import Reading, read
from parsers.source import Source, load, owner, unlisted

# What belongs to the article as printed, though the cleaned text does without it.
NOWHERE = "http://page.invalid/"      # for a page that came without a web address
PRINTED = frozenset({"dateline", "end_mark"})


def extract(row: Mapping[str, Any], sources: Mapping[str, Source] | None = None, cascade: str = "") -> dict[str, Any]:
    """The article of {id, url, html_b64} as {id, title, body, authors, published, lang}; of any page, article or not.

    `cascade` names the one stage of the body's cascade to use, to measure what it adds.
    """
    try:
        url = str(row.get("url") or "")
        url = url if url.startswith(("http://", "https://")) else NOWHERE
        source = owner(url, sources or {}) or unlisted(urlsplit(url).hostname or "")
        return {"id": row.get("id"), **_answer(read(_page(row, url, source), source, Context(), cascade))}
    except (Exception, RecursionError) as error:  # noqa: BLE001 - one bad line may not end the stream
        return {"id": row.get("id"), "error": f"{type(error).__name__}: {error}"[:300]}


def _page(row: Mapping[str, Any], url: str, source: Source) -> Page:
    response = Response(
        fetch_id=str(row.get("id") or ""), requested_url=url, url=url, fetched_at=datetime.now(UTC), body=base64.b64decode(row["html_b64"])
    )
    return Page(link=Link(url=url, source_id=source.name), responses=(response,))


def _answer(reading: Reading) -> dict[str, Any]:
    article = reading.article
    at = article.date_published
    writers = [p.name for p in article.authors if p.role == "author"]
    published = None if at is None else at.isoformat() if reading.has_clock else at.date().isoformat()
    return {"title": article.headline, "body": printed(article), "authors": writers, "published": published, "lang": article.in_language}


def printed(article: Article) -> str:
    """The text with its dateline and end marks where they stood."""
    text, start, parts = article.source_text, 0, []
    for span in sorted(article.removed, key=lambda s: s.start):
        if span.kind not in PRINTED:
            parts.append(text[start : span.start])
            start = span.end
    lines = "".join([*parts, text[start:]]).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def main() -> None:
    """Answers each line as it comes, flushed, in order."""
    sources, cascade = load(), os.environ.get("KLIPING_ABLATION", "")
    for line in sys.stdin.buffer:
        if line.strip():
            sys.stdout.buffer.write(orjson.dumps(extract(orjson.loads(line), sources, cascade), option=orjson.OPT_APPEND_NEWLINE))
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
