"""A row of a table of articles that somebody else fetched: which column holds which field, and what its cells say."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from parsers.article import FIELDS, OwnCell, Page
from parsers.dates.column import MONTH_FIRST, read_cell
from parsers.dates.stamp import Stamp
from parsers.kinds import LinkKind
from parsers.text.normalize import collapse_whitespace

MEDIA_TYPE = "application/vnd.kliping.row+json"
# Of each field the usual names of its column, the best first. Fundus has a body in sections beside `plaintext`.
COLUMNS = {
    "url": "url link tautan article_url requested_url responded_url canonical_url",
    "headline": "headline title judul",
    "body_text": "body_text text content plaintext body article_text maintext isi teks konten",
    "date_published": "date_published publish_date publishing_date published_date published_at published pub_date date tanggal",
    "date_modified": "date_modified modified_at modified_date updated_at",
    "authors": "authors author byline penulis",
    "article_section": "article_section section category kategori",
    "tags": "tags topics keywords",
    "description": "description",
}
TEXTS = [field.name for field in FIELDS if field.type == "VARCHAR" and field.name in COLUMNS]
# How tables write that a cell is empty.
EMPTY = frozenset({"", "nan", "nat", "none", "null", "n/a", "na", "-", "[]", "{}"})
LIST = re.compile(r"\s*\[.*\]\s*", re.DOTALL)
LONGEST_LIST = 10_000  # letters of a list that is written as text
# Letters, as many as a reader may see of a reserved text; longer cells are texts, not codes.
LONGEST_OWN_CELL = 280
ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
DATES = ("date_published", "date_modified")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """The cells of a row, the column of each field, and the order of numeric dates, where one is month first."""

    cells: Mapping[str, Any]
    columns: Mapping[str, str]
    date_orders: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The whole row, so that a later parser may read more of it. Raises UnicodeEncodeError."""
        row: dict[str, Any] = {"columns": self.columns, "cells": self.cells}
        orders = {name: o for name, o in self.date_orders.items() if o == MONTH_FIRST}
        if orders:  # so that rows of all other tables are the records that they were
            row["date_orders"] = orders
        return json.dumps(row, ensure_ascii=False).encode()

    def text(self, field: str) -> str | None:
        """The cell as one line; None where it is empty."""
        line = " ".join(_lines(self._cell(field)))
        return collapse_whitespace(line if field == "url" else without_entities(line)) or None

    def lines(self, field: str) -> str:
        """The cell with its lines: those of a text, or each text of a list or of a body in sections."""
        return "\n".join(_lines(self._cell(field)))

    def values(self, field: str) -> list[str]:
        """The values of a cell that holds a list, also one that is written as text: `['Sari', 'Budi']`."""
        cell = self._cell(field)
        if isinstance(cell, str) and len(cell) < LONGEST_LIST and LIST.fullmatch(cell):
            with suppress(ValueError, SyntaxError):
                cell = ast.literal_eval(cell.strip())
        return [collapse_whitespace(without_entities(line)) for line in _lines(cell)]

    def stamp(self, field: str) -> Stamp | None:
        return read_cell(self.text(field), self.date_orders.get(field))

    def own_cells(self) -> tuple[OwnCell, ...]:
        """The short cells of columns that hold no field, such as the codes of a codebook."""
        fields = set(self.columns.values())
        cells = (
            OwnCell(name=name, value=_written(cell))
            for name, cell in self.cells.items()
            if name not in fields and any(_lines(cell))
        )
        return tuple(cell for cell in cells if len(cell.value) <= LONGEST_OWN_CELL)

    def _cell(self, field: str) -> Any:
        return self.cells.get(self.columns.get(field, ""))


def decode(body: bytes) -> TableRow:
    """Raises ValueError or KeyError for anything that `encode` did not write."""
    data = json.loads(body)
    return TableRow(
        cells=data["cells"], columns=data["columns"], date_orders=data.get("date_orders", {})
    )


def is_table_row(page: Page) -> bool:
    """Whether an import of a table archived it: no server can send such a page."""
    response = page.first
    return (
        page.link.kind == LinkKind.FILE
        and response.status is None
        and response.header("content-type") == MEDIA_TYPE
    )


def columns_of(names: Iterable[str]) -> dict[str, str]:
    """The column of each field, by the usual names of columns."""
    found = {re.sub(r"\W+", "_", name.strip().lower()): name for name in names}
    best = {
        field: next((found[name] for name in usual.split() if name in found), None)
        for field, usual in COLUMNS.items()
    }
    return {field: name for field, name in best.items() if name is not None}


def without_entities(text: str) -> str:
    """Each HTML entity as its character, once: of `&amp;quot;` remains `&quot;`."""
    return ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def _written(cell: Any) -> str:
    """A value of one's own as text: numbers, lists and objects as JSON."""
    text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False, default=str)
    return text.strip()


def _lines(cell: Any) -> Iterator[str]:
    """Every text in a cell, in order."""
    if isinstance(cell, Mapping):
        cell = list(cell.values())
    if isinstance(cell, list | tuple):
        for each in cell:
            yield from _lines(each)
    elif cell is not None and str(cell).strip().lower() not in EMPTY:
        yield str(cell)
