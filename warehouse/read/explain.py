"""The whole story of one address: who announced it, every answer, what was made of it."""

from __future__ import annotations

from pathlib import Path

from parsers.text.urls import canonicalise
from warehouse.read.published import Reader
from warehouse.write.outcome_rows import Row

CHAPTERS = (
    "frontier",
    "announcements",
    "fetches",
    "article",
    "versions",
    "edits",
    "removed",
    "links",
    "quarantine",
)


def explain(reader: Reader, asked: str) -> dict[str, list[Row]]:
    """The chapters that have rows, for an address or an article_id; empty where nothing is known of it."""
    chapters: dict[str, list[Row]] = {}
    for name in CHAPTERS:
        if name == "edits" and len(chapters.get("versions", ())) < 2:
            continue
        if rows := _rows(reader, name, _asked(asked)):
            chapters[name] = rows
    return chapters


def text(reader: Reader, asked: str) -> tuple[str, list[Row]] | None:
    """The current text of an address or article_id, and every span of it that is a row: kind, no, char_start, char_end, told."""
    versions = _rows(reader, "text", _asked(asked))
    return (
        (
            versions[0]["body_text"],
            _rows(reader, "spans", {"version_id": versions[0]["version_id"]}),
        )
        if versions
        else None
    )


def _asked(asked: str) -> dict[str, str]:
    try:
        return {"url": canonicalise(asked), "article_id": asked}
    except ValueError:
        return {"url": asked, "article_id": asked}


def _rows(reader: Reader, name: str, parameters: dict[str, str]) -> list[Row]:
    return reader.rows(
        (Path(__file__).parents[1] / "sql" / "explain" / f"{name}.sql").read_text(), parameters
    )
