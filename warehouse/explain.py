"""The whole story of one address: who announced it, every answer, what was made of it."""

from __future__ import annotations

from pathlib import Path

from parsers.urls import canonicalise
from warehouse.read import Reader
from warehouse.rows import Row

CHAPTERS = ("frontier", "announcements", "fetches", "article", "versions", "removed", "links", "quarantine")


def explain(reader: Reader, asked: str) -> dict[str, list[Row]]:
    """The chapters that have rows, for an address or an article_id; empty where nothing is known of it."""
    try:
        url = canonicalise(asked)
    except ValueError:
        url = asked
    folder = Path(__file__).parent / "sql" / "explain"
    chapters = {name: reader.rows((folder / f"{name}.sql").read_text(), {"url": url, "article_id": asked}) for name in CHAPTERS}
    return {name: rows for name, rows in chapters.items() if rows}
