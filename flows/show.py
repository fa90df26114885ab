"""Rows for people and for scripts: table, JSON, CSV. What came from the web cannot steer a terminal."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
WIDEST = 160  # characters of a cell in a table


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def printable(text: str) -> str:
    """Without control characters, which a terminal would obey; line ends and tabs stay."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def show(rows: Iterable[Mapping[str, Any]], form: Format, *, title: str = "", empty: str = "no rows") -> None:
    """Print to standard output; in a table long cells are cut, in JSON and CSV nothing is."""
    listed = list(rows)
    if form is Format.JSON:
        print(to_json(listed))
    elif form is Format.CSV:
        _csv(listed)
    elif listed:
        _table(listed, title)
    else:
        print(f"{title}: {empty}" if title else empty)


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return str(value)


def _csv(rows: list[Mapping[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)


def _cell(value: Any) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    text = (
        ""
        if value is None
        else json.dumps(value, ensure_ascii=False, default=_plain)
        if isinstance(value, list | dict)
        else str(_plain(value) if isinstance(value, datetime) else value)
    )
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not isinstance(value, int | float) else text


def _table(rows: list[Mapping[str, Any]], title: str) -> None:
    from rich.console import Console  # noqa: PLC0415 - only tables need it
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title or None, title_justify="left", header_style="bold", show_edge=False, pad_edge=False)
    for name in rows[0]:
        numeric = all(isinstance(row[name], int | float) or row[name] is None for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_short(value) for value in row.values()))
    Console(soft_wrap=False, width=None if sys.stdout.isatty() else 200).print(table, markup=False)


def _short(value: Any) -> Any:
    from rich.text import Text  # noqa: PLC0415

    text = (
        ""
        if value is None
        else f"{value:%Y-%m-%d %H:%M:%S}"
        if isinstance(value, datetime)
        else ", ".join(map(str, value))
        if isinstance(value, list)
        else str(value)
    )
    text = printable(text.replace("\n", " ↵ "))
    return Text(text if len(text) <= WIDEST else text[: WIDEST - 1] + "…")
