"""What a watch finds in the published copy since a moment: each hit with the sentence that matched, and the words an edit changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid5

from kliping.reading.search import first_match
from kliping.reading.word_diff import word_diff
from kliping.sql_files import sql, sql_folder
from kliping.watches.watch import HITS, Watch, WatchHit
from kliping.watches.watch_search import WatchIndex, WatchSearch
from parsers.structure.tokens.text import BodyText
from parsers.text.numbers import parse_words
from warehouse.queries import Row, utc
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import ReaderText

RECENT, TEXTS = sql("watch/recent"), sql("watch/texts")
CHANGES = {"figure": sql("watch/changed_figures"), "quote": sql("watch/removed_quotes")}
KINDS = sql_folder("watch/kinds")
CHUNK = 2000  # texts in memory
AROUND = 60  # characters that stayed, before the first change of such a text
NO_ARTICLE = {"article_id": "", "headline": "", "url": None, "is_reserved": False}


def recent_articles(reader: Reader, since: datetime) -> list[Row]:
    """Those first seen or edited since the moment, the earliest first, with the ids of their current versions."""
    return reader.rows(RECENT, {"since": utc(since)})


def find_hits(
    reader: Reader, searches: Sequence[WatchSearch], articles: Sequence[Row]
) -> dict[Watch, list[WatchHit]]:
    """Of each watch those since its moment, among these `recent_articles`; the oldest first."""
    found: dict[Watch, dict[str, WatchHit]] = {search.watch: {} for search in searches}
    for search in searches:
        if search.watch.is_of_state:
            found[search.watch] = {hit.hit_id: hit for hit in _state_hits(reader, search)}
    searches = [search for search in searches if not search.watch.is_of_state]
    index = WatchIndex(searches)
    for start in range(0, len(articles) if searches else 0, CHUNK):
        chunk = articles[start : start + CHUNK]
        texts = reader.rows(TEXTS, {"versions": [row["version_id"] for row in chunk]})
        edits = {kind: _edits(reader, kind, searches, chunk) for kind in CHANGES}
        for search, chosen in index.choose(reader, texts):
            rows: Sequence[Row] = chosen
            if search.watch.changed:
                rows = _of_articles(chosen, edits[search.watch.changed])
            elif search.watch.kind:
                rows = _of_articles(chosen, _ask(reader, search, chosen))
            for row in rows:
                if row["seen_at"] >= search.since and (hit := _hit(search, row)):
                    found[search.watch][hit.hit_id] = hit
    return {
        watch: sorted(hits.values(), key=lambda hit: hit.seen_at) for watch, hits in found.items()
    }


def _of_articles(chosen: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    """The rows about the chosen articles, with what the articles are called."""
    articles = {row["article_id"]: row for row in chosen}
    return [articles[row["article_id"]] | row for row in rows if row["article_id"] in articles]


def _ask(reader: Reader, search: WatchSearch, chosen: Sequence[Row] = ()) -> list[Row]:
    values = {
        "articles": [row["article_id"] for row in chosen],
        "entities": [*search.entities],
        "outlet": search.outlet,
        "n_outlets": search.watch.n_outlets,
        "since": utc(search.since),
    }
    text = KINDS[search.watch.kind or ""]
    return reader.rows(text, {key: value for key, value in values.items() if f"${key}" in text})


def _state_hits(reader: Reader, search: WatchSearch) -> Iterator[WatchHit]:
    """What no new version of an article tells: an article is gone, an outlet is silent."""
    rows = _ask(reader, search)
    if search.watch.kind == "silent":
        yield from (_make(search.watch, row | NO_ARTICLE, row["words"], "") for row in rows)
        return
    texts = reader.rows(TEXTS, {"versions": [row["version_id"] for row in rows]})
    for _, chosen in WatchIndex([search]).choose(reader, texts):
        yield from filter(None, (_hit(search, row) for row in _of_articles(chosen, rows)))


def _edits(
    reader: Reader, kind: str, searches: Sequence[WatchSearch], articles: Sequence[Row]
) -> list[Row]:
    """All edits of the kind in these articles, once for all watches that ask for them."""
    since = [search.since for search in searches if search.watch.changed == kind]
    edited = [row["article_id"] for row in articles if row["edited_at"]]
    if not since or not edited:
        return []
    return reader.rows(CHANGES[kind], {"since": utc(min(since)), "edited": edited})


def _hit(search: WatchSearch, row: Row) -> WatchHit | None:
    """None for an edit that changed no number."""
    watch = search.watch
    if not watch.changed:
        words: Sequence[Any] = row["words"] if watch.kind else (watch.search, watch.person)
        return _make(watch, row, words, _sentence_of_article(search, row))
    diff = word_diff(row["text_before"], row["text_after"])
    if watch.changed == "quote":
        at = row["text_before"].find(row["quote"])
        sentence = _sentence(row["text_before"], max(0, at))
        row |= {"what": "a quote is gone"}
        return _make(watch, row, _only_words(row["quote"]), sentence, diff)
    numbers = [(step, each) for step, text in diff if step != "equal" for each in _numbers(text)]
    if {step for step, _ in numbers} != {"del", "ins"}:
        return None
    before, after = (", ".join(n for step, n in numbers if step == each) for each in ("del", "ins"))
    row |= {"what": f"{before} became {after}"}
    return _make(watch, row, numbers, _sentence(row["text_after"], _first_new_number(diff)), diff)


def _make(
    watch: Watch,
    row: Row,
    words: Sequence[Any],
    sentence: str,
    diff: Sequence[tuple[str, str]] = (),
) -> WatchHit:
    """The id is made of what a reparse leaves as it is."""
    kind = watch.kind or watch.changed or "article"
    key = json.dumps([watch.name, kind, *([] if watch.kind else [row["article_id"]]), words])
    return WatchHit(
        hit_id=str(uuid5(HITS, key)),
        watch=watch.name,
        kind=kind,
        article_id=row["article_id"],
        source_name=row["source_name"],
        headline="(no headline)" if row["headline"] is None else row["headline"],
        url=row["url"],
        seen_at=row["seen_at"].isoformat(timespec="seconds"),
        sentence=str(ReaderText.of(sentence, is_reserved=row["is_reserved"])),
        what=row.get("what", ""),
        page=row.get("page", f"/article/{row['article_id']}"),
        diff=tuple(_snippet(diff) if row["is_reserved"] else diff),
    )


def _sentence_of_article(search: WatchSearch, row: Row) -> str:
    """Around the first match; the headline if only that matches, else the first sentence, as for `speaker:`."""
    text, headline = row["body_text"], row["headline"] or ""
    if "told_at" in row:
        return _sentence(text, row["told_at"])
    places = [at for at in (row.get("named_at"), first_match(text, search.terms)) if at is not None]
    if not places and first_match(headline, search.terms) is not None:
        return headline
    return _sentence(text, min(places, default=0))


def _sentence(text: str, at: int) -> str:
    """The sentence around an offset, within its line."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start:].partition("\n")[0]
    first, end = BodyText(line).paragraph(at - start).sentence(at - start)
    return line[first:end].strip()


def _only_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _numbers(text: str) -> list[str]:
    """In digits or words."""
    return [
        word
        for word in _only_words(text)
        if any(map(str.isdigit, word)) or parse_words((word,)) is not None
    ]


def _first_new_number(diff: Sequence[tuple[str, str]]) -> int:
    """Its offset in the text after."""
    at = 0
    for step, text in diff:
        if step == "ins" and _numbers(text):
            break
        at += len(text) if step != "del" else 0
    return at


def _snippet(diff: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """From shortly before the first change, so many characters in all as of a text."""
    steps = [
        (step, text[-AROUND:] if n == 0 and step == "equal" else text)
        for n, (step, text) in enumerate(diff)
    ]
    left = ReaderText.of("".join(text for _, text in steps), is_reserved=True).shown
    for step, text in steps:
        piece = text[: len(left)]
        if piece:
            yield step, piece
        left = left[len(piece) :]
