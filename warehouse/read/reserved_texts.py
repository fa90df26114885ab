"""Texts that their publishers reserve: readers get the beginning of a text, and short values.

This is the only place that says how much that is: `ReaderText` for Python, `SHOWN` for the columns of the published copy.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from parsers.article import FIELDS
from warehouse.read.published import Reader

SNIPPET_CHARACTERS = 280
RESERVATIONS = """
SELECT DISTINCT
  article_id,
  reservation
FROM mart.reservations
WHERE is_against AND article_id IN ($ids)
ORDER BY ALL
"""
BEGINNING = f"left({{column}}, {SNIPPET_CHARACTERS})"
SHOWN = {  # of a column with words of a reserved text, in SQL; what is not here is shown whole
    "text": BEGINNING,
    "standfirst": BEGINNING,
    "span": f"nullif(left({{column}}, greatest({SNIPPET_CHARACTERS} - char_start, 0)), '')",
    "hidden": "NULL",
}
# what has a column for each field of an article
OF_FIELDS = ("core.article_statements", "core.articles", "mart.article_metadata", "mart.articles")


@dataclass(frozen=True, slots=True)
class ReaderText:
    """A text as a reader may see it: whole, or its first 280 characters where its publisher reserves it."""

    shown: str
    is_cut: bool

    @classmethod
    def of(cls, text: str, *, is_reserved: bool) -> Self:
        shown = text[:SNIPPET_CHARACTERS] if is_reserved else text
        return cls(shown, len(shown) < len(text))

    def __str__(self) -> str:
        return f"{self.shown.rstrip()} …" if self.is_cut else self.shown


def _text_columns() -> dict[str, dict[str, str]]:
    """Relation -> column -> how much of it is shown, as `text_columns.toml` says; and the fields of an article that are texts."""
    file = Path(__file__).with_name("text_columns.toml")
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for shown, relations in tomllib.loads(file.read_text("utf-8")).items():
        for relation, names in relations.items():
            columns[relation] |= dict.fromkeys(names, shown)
    standfirsts = dict.fromkeys((field.name for field in FIELDS if field.is_text), "standfirst")
    for relation in OF_FIELDS:
        columns[relation] |= standfirsts
    return dict(columns)


TEXT_COLUMNS: Mapping[str, Mapping[str, str]] = _text_columns()


def reservations(reader: Reader, article_ids: Sequence[str]) -> dict[str, list[str]]:
    """What publishers say against uses of these texts, by article; nothing for an article that is not reserved."""
    stated: dict[str, list[str]] = defaultdict(list)
    ids = {f"id{n}": article_id for n, article_id in enumerate(article_ids)}
    if not ids:
        return {}
    # each by itself: DuckDB then reads the rows of these articles only
    query = RESERVATIONS.replace("$ids", ", ".join(f"${name}" for name in ids))
    for row in reader.rows(query, ids):
        stated[row["article_id"]].append(row["reservation"])
    return dict(stated)
