"""The page as it was: the archived record, in a frame without scripts and network, beside the text that was read from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from starlette.responses import Response

from kliping.reading.explain import archived_fetches, chapter, marks, metadata
from kliping.reading.word_diff import text_diff
from kliping.sql_files import sql
from kliping.web.answer import WebPage
from kliping.web.article import changes
from kliping.web.marks import pieces
from kliping.web.page_request import NotFoundError, PageRequest
from parsers.html.decode import decode
from warehouse.queries import Row
from warehouse.read.archived_records import Archive, archived_block, archived_response
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import reservations

VERSION = sql("article/version_at")
GONE = sql("article/gone")
HTML = {"text/html", "application/xhtml+xml"}
# attributes with addresses: a browser connects to some before it obeys the policy
ADDRESSES = re.compile(
    r"""(?<=[\s/"':])(href|src|srcset|srcdoc|imagesrcset|action|formaction|poster|data|background|ping|manifest|http-equiv)(?=\s*=(?!\s*["']?data:))""",
    re.IGNORECASE,
)
WITHOUT_ADDRESS = r"data-was-\1"
FRAME_POLICY = (
    "sandbox",
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
)


def page_as_it_was(request: PageRequest) -> WebPage:
    reader, article_id, fetch_id = request.reader, request.path["article_id"], request.path["fetch_id"]  # fmt: skip
    _require_own(reader, article_id, fetch_id)
    article, fetches = metadata(reader, article_id), archived_fetches(reader, article_id)
    fetch = next((row for row in fetches if row["fetch_id"] == fetch_id), None)
    if not article or not fetch:
        raise NotFoundError("this fetch brought no page of the article")
    [version] = reader.rows(VERSION, {"article": article_id, "fetch": fetch_id})
    text, current = version["body_text"], version["current_text"]
    edits = chapter(reader, "edits", article_id)
    return WebPage(
        template="as_it_was.html",
        title=article["headline"] or "",
        tables={
            "fetches": fetches,
            "gone": reader.rows(GONE, {"article": article_id, "earlier": text, "current": current}),
        },
        context={
            "it": article,
            "fetch": fetch,
            "version": version,
            "paragraphs": pieces(text, [*marks(reader, version), *_struck(text, current)]),
            "chosen": (),
            "changes": changes(row for row in edits if row["version_no"] > version["version_no"]),
        },
    )


def _struck(text: str, current: str) -> Iterator[Row]:
    """Spans of the words that are not in the current text any more."""
    at = 0
    for step, words in text_diff(text, current):
        if step == "del":
            yield {"kind": "gone", "char_start": at, "char_end": at + len(words), "details": "", "entity_id": None}  # fmt: skip
        at += len(words) if step != "ins" else 0


def framed_page(reader: Reader, archive: Archive, article_id: str, fetch_id: str) -> Response:
    """The archived page for a frame of ours: its text as it was read, of which nothing can ask for anything.

    Raises NotFoundError, also for a text that its publisher reserves, and ArchiveError.
    """
    _require_own(reader, article_id, fetch_id)
    page = archived_response(reader, archive, fetch_id)
    if not page:
        raise NotFoundError("no record of this fetch belongs to this article")
    kind = page.header("content-type")
    text = decode(page.body, kind).text
    is_html = not kind or kind.partition(";")[0].strip().lower() in HTML
    return Response(
        ADDRESSES.sub(WITHOUT_ADDRESS, text) if is_html else text,
        media_type="text/html" if is_html else "text/plain",
        headers={
            "Content-Security-Policy": "; ".join(FRAME_POLICY),
            "X-DNS-Prefetch-Control": "off",
        },
    )


def archived_record(reader: Reader, archive: Archive, article_id: str, fetch_id: str) -> bytes:
    """The WARC record of a fetch of the article, as it stands in the archive.

    Raises NotFoundError, also for a text that its publisher reserves, and ArchiveError.
    """
    _require_own(reader, article_id, fetch_id)
    block = archived_block(reader, archive, fetch_id)
    if block is None:
        raise NotFoundError("no record of this fetch belongs to this article")
    return block


def _require_own(reader: Reader, article_id: str, fetch_id: str) -> None:
    """Raises NotFoundError for a fetch of another article, and where the publisher reserves the text."""
    if fetch_id not in {row["fetch_id"] for row in chapter(reader, "fetches", article_id)}:
        raise NotFoundError("no record of this fetch belongs to this article")
    if reservations(reader, [article_id]):
        raise NotFoundError(
            "the publisher reserves this text, so its record is not handed out here"
        )
