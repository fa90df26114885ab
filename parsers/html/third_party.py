"""Third-party extractors (trafilatura, resiliparse, htmldate), used as votes.

They take a second to import, so each is imported when the first page is parsed.
"""

from __future__ import annotations

import logging
import re
from datetime import date, datetime
from html import unescape

from parsers.html import jsonld
from parsers.html.document import Document
from parsers.text.normalize import clean_text

# An extractor that fails has no vote. Its log messages do not help an operator.
for name in ("trafilatura", "htmldate"):
    logging.getLogger(name).setLevel(logging.CRITICAL + 1)

TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
BREAKS = ("br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p")


def by_trafilatura(doc: Document) -> str:
    from trafilatura import bare_extraction

    found = bare_extraction(
        doc.html_tree(), include_comments=False, include_tables=True, with_metadata=False
    )
    return clean_text(getattr(found, "text", None) or "")


def by_resiliparse(doc: Document) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    found = extract_plain_text(
        doc.text,
        main_content=True,
        preserve_formatting=True,
        alt_texts=False,
        list_bullets=False,
        form_fields=False,
    )
    # It indents by depth, so a deep page can become longer than it is.
    return clean_text(found) if len(found) <= len(doc.text) else ""


def by_jsonld(doc: Document) -> str:
    """`articleBody` without markup and double escapes."""
    body = next((t for n in doc.articles if (t := jsonld.as_text(n.get("articleBody")))), "")
    if "&lt;" in body or "&amp;" in body or "&quot;" in body or "&nbsp;" in body:
        body = unescape(body)
    return clean_text(_without_markup(body) if TAG.search(body) else body)


def _without_markup(body: str) -> str:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(body, "lxml")
    for node in soup.find_all(BREAKS):
        node.insert_before("\n")
        node.insert_after("\n")
    return soup.get_text()


def find_day(doc: Document, latest: datetime) -> date | None:
    """The day that htmldate finds in the markup; it does not guess from the text."""
    from htmldate import find_date

    try:
        found = find_date(
            doc.html_tree(), extensive_search=False, original_date=True, max_date=latest
        )
    except Exception:  # noqa: BLE001 - an extractor that fails on a page has no vote
        return None
    return date.fromisoformat(found) if found else None
