"""The lists that the pages show: their titles and columns, as `lists.toml` has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kliping.sql_files import toml
from kliping.web.number_links import NumberLink, link


class TableColumn(NamedTuple):
    """Templates write plain tuples, of the first three."""

    key: str
    title: str
    kind: str = ""  # how `rows.html` shows it
    below: tuple[tuple[str, str], ...] = ()  # key and kind of what stands in small letters below it
    link: NumberLink | None = None


def _columns(entries: Mapping[str, Any]) -> dict[str, tuple[TableColumn, ...]]:
    return {name: tuple(map(_column, entry["columns"])) for name, entry in entries.items()}


def _column(entry: Mapping[str, Any]) -> TableColumn:
    below = tuple(map(tuple, entry.get("below", ())))
    return TableColumn(**{**entry, "below": below, "link": link(entry.get("link"))})


FILE = toml("web/lists")
TITLES = {name: entry["title"] for name, entry in FILE["lists"].items()}
LISTED, PARTS = _columns(FILE["lists"]), _columns(FILE["parts"])
DAY, HEADLINE = LISTED["quotes"][0], (("headline", "article"),)
FACET_TITLES, FIELD_TITLES = FILE["facets"], FILE["fields"]
OF_ARTICLE = {  # what is in every row of one article is left out
    name: tuple(
        column._replace(below=() if column.below == HEADLINE else column.below)
        for column in LISTED[name]
        if column != DAY
    )
    for name in ("quotes", "figures")
}
EMPTY: tuple[Any, ...] = (None, "", [])


def with_values(columns: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The columns that have something in some row; a name that is not resolved, or what stands below, is something."""
    return [
        column
        for column in columns
        if column[2] == "speaker"
        or any(column[3:4])
        or any(row[column[0]] not in EMPTY for row in rows)
    ]
