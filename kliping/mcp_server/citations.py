"""What each row of an answer rests on: outlet, day, sentence, the explorer's page, and the record of the archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kliping.reading.sample import sentence
from kliping.sql_files import sql, sql_folder
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import ReaderText, reservations

ARTICLES = sql("citations/articles")
EVIDENCE = sql_folder("evidence")
SIDES = {"citation": "", "earlier_citation": "earlier_"}  # a comparison has two articles
LONGEST_SENTENCE = 300
ARTICLE = "/article/{article_id}"  # of the explorer


def with_evidence(reader: Reader, name: str, key: str, rows: list[Row]) -> list[Row]:
    """The rows of a list that counts articles, each with one of them."""
    if name not in EVIDENCE:  # the key is the id of an article
        return [{"article_id": row[key], **row} for row in rows]
    found = {row[key]: row for row in _by_ids(reader, EVIDENCE[name], [row[key] for row in rows])}
    return [{**found.get(row[key], {}), **row} for row in rows]


def cited(reader: Reader, rows: list[Row], explorer: str, page: str) -> list[Row]:
    """The rows with their citations; `page` is an address within the explorer, with columns of the row."""
    named = (row.get(f"{side}article_id") for row in rows for side in SIDES.values())
    ids = {article_id for article_id in named if article_id}
    articles = {row["article_id"]: row for row in _by_ids(reader, ARTICLES, sorted(ids))}
    reserved = reservations(reader, sorted(articles))
    return [
        row
        | {
            name: _citation(row, side, articles, reserved) | {"explorer": explorer + _address(page, row)}
            for name, side in SIDES.items()
            if not side or row.get(f"{side}article_id")
        }
        for row in rows
    ]  # fmt: skip


def _address(page: str, row: Row) -> str:
    has_span = page == ARTICLE and row.get("char_start") is not None
    return page.format_map(row) + (f"#c{row['char_start']}" if has_span else "")


def _citation(row: Row, side: str, articles: Mapping[str, Row], reserved: Mapping[str, Any]) -> Row:
    article = articles.get(row.get(f"{side}article_id") or "")
    if not article:
        return {"outlet": row.get("source_name")}
    is_reserved = article["article_id"] in reserved
    text = ReaderText.of(article["body_text"], is_reserved=is_reserved).shown
    start, end = row.get(f"{side}char_start") or 0, row.get(f"{side}char_end") or 1
    return {
        "outlet": article["source_name"],
        "day": article["day"],
        "sentence": sentence(text, start, end)[:LONGEST_SENTENCE] if start < len(text) else None,
        "record": None if is_reserved else article["record"],
    }


def _by_ids(reader: Reader, query: str, ids: Iterable[str]) -> list[Row]:
    """Each id by itself: DuckDB then reads the rows of these only."""
    named = {f"id{n}": value for n, value in enumerate(ids)}
    if not named:
        return []
    return reader.rows(query.replace("$ids", ", ".join(f"${name}" for name in named)), named)
