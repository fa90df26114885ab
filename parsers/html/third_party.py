"""Readers of other people, each asked for the text it would take; only their agreement is used.

Their libraries take a second to import. Only the processes that parse pages do so, when the first page is read.
"""

from __future__ import annotations

import logging
import re
from copy import deepcopy
from datetime import date, datetime
from html import unescape

from lxml import etree, html

from parsers.html import jsonld
from parsers.html.blocks import read_tree
from parsers.html.decode import clean_text
from parsers.html.document import Document

for reader in ("trafilatura", "readability", "htmldate"):
    logging.getLogger(reader).setLevel(
        logging.CRITICAL + 1
    )  # a reader that cannot abstains; what it says of it is nothing for an operator

TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
BLANKS = re.compile(r"\s{50,}")  # readability's patterns take the square of them
BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?h\d)\b[^>]*>", re.IGNORECASE)


def by_trafilatura(doc: Document) -> str:
    from trafilatura import bare_extraction

    found = bare_extraction(
        deepcopy(doc.lent), include_comments=False, include_tables=True, with_metadata=False
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
    return (
        clean_text(found) if len(found) <= len(doc.text) else ""
    )  # it indents what is deep, by the square of the depth


def by_readability(doc: Document) -> str:
    from readability import Document as Readability

    kept = deepcopy(doc.tree)
    etree.strip_elements(
        kept, "script", "style", "svg", with_tail=False
    )  # which it would do itself, in three times the time
    summary = Readability(
        BLANKS.sub("\n", etree.tostring(kept, encoding="unicode", method="html"))
    ).summary(html_partial=True)
    return "\n".join(b.text for b in read_tree(html.fromstring(summary))) if summary.strip() else ""


def by_jsonld(articles: list[jsonld.Node]) -> str:
    """`articleBody` with any markup and double escapes taken out."""
    body = next((t for n in articles if (t := jsonld.as_text(n.get("articleBody")))), "")
    if "&lt;" in body or "&amp;" in body or "&quot;" in body or "&nbsp;" in body:
        body = unescape(body)
    return clean_text(TAG.sub("", BREAK.sub("\n", body)))


def author(doc: Document) -> str | None:
    """The byline trafilatura's paths find in the markup."""
    from trafilatura.metadata import extract_author

    try:
        found: str | None = extract_author(doc.lent)
    except Exception:  # noqa: BLE001 - a reader that fails on a page abstains
        return None
    return found


def day(doc: Document, latest: datetime) -> date | None:
    """The day htmldate finds in the markup; it does not guess from the text."""
    from htmldate import find_date

    try:
        found = find_date(
            deepcopy(doc.lent), extensive_search=False, original_date=True, max_date=latest
        )
    except Exception:  # noqa: BLE001 - a reader that fails on a page abstains
        return None
    return date.fromisoformat(found) if found else None
