"""What a watch finds in the published copy since a moment: each hit with the sentence that matched, and the words an edit changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from parsers.structure.tokens.text import paragraph
from parsers.text.numbers import parse_words
from warehouse.queries import Row, sql, utc
from warehouse.read.published import Reader
from warehouse.read.search import matches, terms, valid_terms
from warehouse.read.word_diff import word_diff

ARTICLES = sql("watch/articles")
PERSONS = sql("watch/persons")
EDITED = sql("watch/edited")
CHANGES = {"figure": sql("watch/changed_figures"), "quote": sql("watch/removed_quotes")}
SEARCH = "SEMI JOIN mart.search($search) AS s USING (version_id)"
NAMED = sql("watch/named")
PERSON = f"JOIN ({NAMED}) AS n USING (version_id)"
NOBODY = "CROSS JOIN (SELECT NULL AS named_at)"
HITS = UUID("6f2f6f0e-5d0c-4f0b-9d0e-3b1f6a3c9a51")  # namespace of the ids
SNIPPET = 280  # characters of a text whose publisher reserves it
AROUND = 60  # characters that stayed, before the first change of such a text

Diff = tuple[tuple[str, str], ...]  # `equal`, `del` or `ins`, and a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What to look for. `search` and `person` choose articles; `changed` asks for edits of them, or of all articles."""

    name: str
    search: str | None = None
    person: str | None = None
    changed: str | None = None  # figure, quote


class UnknownPersonError(ValueError):
    """No article names the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchHit:
    hit_id: str  # a UUID
    kind: str  # article, figure, quote
    article_id: str
    source_name: str
    headline: str
    url: str | None
    seen_at: str  # of the article, or of the edit: ISO 8601, UTC
    sentence: str
    diff: Diff = ()


def find_hits(reader: Reader, watch: Watch, since: datetime) -> list[WatchHit]:
    """The oldest first. Raises UnknownPersonError, UnknownNameError."""
    parameters: dict[str, Any] = {"since": utc(since)}
    if watch.search:
        valid_terms(reader, watch.search)
        parameters["search"] = watch.search
    if watch.person:
        parameters["entities"] = _entities(reader, watch.person)
    if watch.changed:
        parameters["edited"] = [
            row["article_id"] for row in reader.rows(EDITED, {"since": utc(since)})
        ]
    conditions = " ".join([SEARCH] * bool(watch.search) + [PERSON if watch.person else NOBODY])
    query = CHANGES[watch.changed] if watch.changed else ARTICLES
    rows = reader.rows(query.replace("$conditions", conditions), parameters)
    hits = (hit for row in rows if (hit := _hit(watch, row)))
    return list({hit.hit_id: hit for hit in hits}.values())


def _entities(reader: Reader, person: str) -> list[str]:
    found = [row["entity_id"] for row in reader.rows(PERSONS, {"person": person})]
    if not found:
        raise UnknownPersonError(
            f"no article names a person {person!r}; mart.people has the names as Kliping writes them"
        )
    return found


def _hit(watch: Watch, row: Row) -> WatchHit | None:
    """None for an edit that changed no number."""
    if not watch.changed:
        words: Sequence[Any] = (watch.search, watch.person)
        return _make(watch, row, words, _sentence_of_article(watch, row))
    diff = word_diff(row["text_before"], row["text_after"])
    if watch.changed == "quote":
        at = row["text_before"].find(row["quote"])
        sentence = _sentence(row["text_before"], max(0, at))
        return _make(watch, row, _only_words(row["quote"]), sentence, diff)
    numbers = [(step, each) for step, text in diff if step != "equal" for each in _numbers(text)]
    if {step for step, _ in numbers} != {"del", "ins"}:
        return None
    return _make(watch, row, numbers, _sentence(row["text_after"], _first_new_number(diff)), diff)


def _make(
    watch: Watch,
    row: Row,
    words: Sequence[Any],
    sentence: str,
    diff: Sequence[tuple[str, str]] = (),
) -> WatchHit:
    """The id is made of what a reparse leaves as it is."""
    kind = watch.changed or "article"
    key = json.dumps([watch.name, kind, row["article_id"], words])
    return WatchHit(
        hit_id=str(uuid5(HITS, key)),
        kind=kind,
        article_id=row["article_id"],
        source_name=row["source_name"],
        headline=row["headline"] or "(no headline)",
        url=row["url"],
        seen_at=row["seen_at"].isoformat(timespec="seconds"),
        sentence=_shorten(sentence) if row["is_reserved"] else sentence,
        diff=tuple(_snippet(diff) if row["is_reserved"] else diff),
    )


def _sentence_of_article(watch: Watch, row: Row) -> str:
    """Around the first match; the headline if only that matches, else the first sentence, as for `speaker:`."""
    text, found = row["body_text"], terms(watch.search) if watch.search else []
    starts = [start for start, _ in matches(text, found)]
    if starts or row["named_at"] is not None:
        return _sentence(text, min(starts, default=row["named_at"]))
    headline = row["headline"] or ""
    return headline if any(matches(headline, found)) else _sentence(text, 0)


def _sentence(text: str, at: int) -> str:
    """The sentence around an offset, within its line."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start:].partition("\n")[0]
    first, end = paragraph(1, start, line).sentence(at)
    return text[first:end].strip()


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


def _shorten(text: str) -> str:
    return text if len(text) <= SNIPPET else f"{text[:SNIPPET].rstrip()} …"


def _snippet(diff: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """From shortly before the first change, SNIPPET characters in all."""
    left = SNIPPET
    for n, (step, text) in enumerate(diff):
        piece = text[-AROUND:] if n == 0 and step == "equal" else text
        if left > 0:
            yield step, piece[:left]
        left -= len(piece)
