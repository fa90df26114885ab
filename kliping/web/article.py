"""The page of one article: its text with every row marked, where each field came from, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from typing import Any

from kliping.reading import browse
from kliping.reading.explain import (
    archived_fetches,
    current_text,
    explain,
    facts,
    metadata,
    row_range,
    spans,
)
from kliping.reading.utterances import reported_elsewhere
from kliping.reading.word_diff import text_diff, word_diff
from kliping.sql_files import sql
from kliping.web.answer import WebPage
from kliping.web.lists import OF_ARTICLE
from kliping.web.marks import TextPiece, pieces
from kliping.web.page_request import NotFoundError, PageRequest
from kliping.web.quote_address import earlier_quote, numbers_of
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import ReaderText, reservations

OF_BYTES = {"encoding", "replacements"}  # notes on how the page was decoded
WITHHELD = {"removed", "edits"}  # chapters with words of a text from anywhere in it
MARKED = ("quote", "figure", "date", "place", "person", "organization", "acronym")
OF_EVENT = "SELECT event_id FROM mart.event_members WHERE article_id = $article"
VERSION = sql("article/version")
EVENT = "SELECT event_id, n_articles FROM mart.events WHERE n_articles > 1 AND event_id = $event_id"


def article_page(request: PageRequest) -> WebPage:
    article_id = request.path["article_id"]
    reader = request.reader
    article = metadata(reader, article_id)
    version = current_text(reader, article_id)
    if not article or not version:
        raise NotFoundError("no article of this id is published; search for its words instead")
    reserved = reservations(reader, [article_id]).get(article_id, [])
    chapters = explain(reader, article_id)
    if reserved:
        article, chapters = _beginning(article), _beginnings(chapters)
    version_id = version["version_id"]
    places = row_range(reader, version_id)
    own = {key: article[key] for key in ("day", "source_name", "headline", "url")}
    found = facts(reader, version, places)
    rows = {name: [own | row for row in each] for name, each in found.items()}
    marked = spans(reader, version_id, places, found)
    key = request.filters.values.get("quote")
    chosen = numbers_of(key, found["quotes"])
    text = ReaderText.of(version["body_text"], is_reserved=bool(reserved))
    return WebPage(
        template="article.html",
        title=article["headline"] or "",
        tables={"article": [article], "spans": marked, **rows, **chapters},
        context={
            "it": article,
            "has_time": _has_time(article),
            "earlier": _earlier(request, version["body_text"], is_reserved=bool(reserved)),
            "key": key,
            "chosen": chosen,
            "elsewhere": reported_elsewhere(reader, article, found["quotes"]),
            "gone": earlier_quote(reader, article_id, key) if key and not chosen else None,
            "paragraphs": [_with_notes(line, rows) for line in pieces(text.shown, marked)],
            "archived": archived_fetches(reader, article_id) if not reserved else [],
            "reservations": reserved,
            "columns": OF_ARTICLE,
            "kinds": _kinds(marked),
            "provenance": _provenance(chapters),
            "changes": changes(chapters.get("edits", [])),
            "copies": _copies(reader, article),
            "event": _event(reader, article_id),
            "chapters": chapters,
        },
    )


def _earlier(request: PageRequest, current: str, *, is_reserved: bool) -> Row | None:
    """The version that the address names, with `words` as they became the current text. Raises NotFoundError."""
    number = request.filters.values.get("version")
    if number is None:
        return None
    parameters = {"article": request.path["article_id"], "version": number}
    rows = request.reader.rows(VERSION, parameters)
    if not rows:
        raise NotFoundError("this article has no version of this number; its page lists them")
    text = rows[0].pop("body_text")
    beginning = [("", ReaderText.of(text, is_reserved=True).shown)]
    return {**rows[0], "words": beginning if is_reserved else text_diff(text, current)}


def _has_time(article: Row) -> bool:
    """Whether its page gives a time of day: midnight stands for a day alone."""
    published = article["date_published"]
    offset = timedelta(minutes=article["date_published_offset_minutes"] or 0)
    return published is not None and (published + offset).time() != time()


def _beginnings(chapters: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """What readers get of the chapters of an article whose text is reserved."""
    return {
        name: [_beginning(row) for row in rows]
        for name, rows in chapters.items()
        if name not in WITHHELD
    }


def _beginning(row: Row) -> Row:
    """A standfirst can be the whole text."""
    standfirst = row.get("description")
    if not standfirst:
        return row
    return {**row, "description": ReaderText.of(standfirst, is_reserved=True).shown}


def _with_notes(line: list[TextPiece], rows: Mapping[str, list[Row]]) -> dict[str, Any]:
    """A paragraph, and the quotes and figures that begin in it."""
    begins = {span["char_start"] for piece in line for span in piece.starting}
    notes = {name: [row for row in found if row["char_start"] in begins] for name, found in rows.items()}  # fmt: skip
    return {"pieces": line, **notes}


def _kinds(spans: list[Row]) -> dict[str, list[int]]:
    """Where those of each kind begin."""
    return {kind: [s["char_start"] for s in spans if s["kind"] == kind] for kind in MARKED}


def _provenance(chapters: dict[str, list[Row]]) -> list[dict[str, Any]]:
    """Field, value and where the value came from."""
    [row] = chapters["article"][:1]
    origins = row.get("provenance") or {}
    if isinstance(origins, str):
        origins = json.loads(origins)
    origins = dict(origins) | {"date_published": row.get("date_published_source")}
    return [
        {"field": name, "value": origin, "from": None}
        if name in OF_BYTES
        else {
            "field": name,
            "value": row.get("people" if name == "authors" else name),
            "from": origin,
        }
        for name, origin in origins.items()
        if origin
    ]


def changes(edits: Iterable[Row]) -> list[dict[str, Any]]:
    """Each with `words`: what went and what came."""
    return [{**edit, "words": word_diff(edit["text_before"], edit["text_after"])} for edit in edits]


def _event(reader: Reader, article_id: str) -> Row | None:
    """The event that it is about, if others report it too."""
    events = reader.rows(OF_EVENT, {"article": article_id})
    return next(iter(reader.rows(EVENT, events[0])), None) if events else None


def _copies(reader: Reader, article: Row) -> list[Row]:
    others = browse.rows(reader, "articles", {"cluster": article["cluster_id"]}, limit=50)
    return [row for row in others if row["article_id"] != article["article_id"]]
