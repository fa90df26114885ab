"""Rows as a sheet of Excel, written by DuckDB's extension of that name."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from kliping.output import to_json
from parsers.text.normalize import printable
from warehouse.lake import extension_file

MOST_ROWS = 1_048_575  # below the line of column names
MOST_CHARACTERS = 32_767  # of a cell
NUMBERS = dict.fromkeys((int, float, Decimal), "DOUBLE")
TYPES = {**NUMBERS, bool: "BOOLEAN", date: "DATE", datetime: "TIMESTAMP"}  # the rest is text
COPY = "COPY (FROM read_json($source, format = 'newline_delimited', columns = $columns)) TO '{file}' (FORMAT xlsx, HEADER true)"


class TooManyRowsError(ValueError):
    """No sheet can have them."""


def write_xlsx(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """With a line of column names, unless there is no row. Raises TooManyRowsError."""
    kinds: dict[str, set[str]] = {}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as lines:
        for n, row in enumerate(rows, 1):
            if n > MOST_ROWS:
                raise TooManyRowsError(f"a sheet has at most {MOST_ROWS:,} rows: ask for less, or for the CSV")  # fmt: skip
            for name, value in row.items():
                own = kinds.setdefault(name, set())
                own |= set() if value is None else {TYPES.get(type(value), "VARCHAR")}
            lines.write(json.dumps({name: _cell(value) for name, value in row.items()}) + "\n")
        lines.flush()
        types = {name: own.pop() if len(own) == 1 else "VARCHAR" for name, own in kinds.items()}
        with duckdb.connect(config={"threads": 1}) as con:
            con.load_extension(str(extension_file("excel")))
            query = COPY.format(file=str(path).replace("'", "''"))
            con.execute(query, {"source": lines.name, "columns": types or {"rows": "VARCHAR"}})


def _cell(value: Any) -> Any:
    """A text is a text: no sheet runs it as a formula."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = to_json(value, indent=None) if isinstance(value, list | dict) else str(value)
    return printable(text)[:MOST_CHARACTERS]
