"""Rows for people and for scripts: table, JSON, CSV. What came from the web cannot steer a terminal."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from io import StringIO
from shutil import get_terminal_size
from typing import Any

LONGEST_CELL = 160  # characters of a cell in a table
UNBROKEN = 100_000  # columns of a line in a pipe, where each row stays on its line


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def printable(text: str) -> str:
    """Without what a terminal obeys and nobody sees; see `parsers.text.normalize.printable`."""
    from parsers.text import normalize  # noqa: PLC0415 - its tables take 20 ms, and --help needs none

    return normalize.printable(text)


def show(
    rows: Iterable[Mapping[str, Any]], form: Format, *, title: str = "", empty: str = "no rows"
) -> None:
    """Print to standard output; in a table long cells are cut, in JSON and CSV nothing is."""
    listed = list(rows)
    if form is Format.JSON:
        print(to_json(listed))
    elif form is Format.CSV:
        _print_csv(listed)
    elif listed:
        _print_table(listed, title)
    else:
        print(f"{title}: {empty}" if title else empty)


def to_json(value: Any) -> str:
    """What a terminal would obey is escaped; the value is the same."""
    from parsers.text.normalize import UNPRINTABLE  # noqa: PLC0415 - as above

    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    return UNPRINTABLE.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, list | tuple | set | frozenset) else str(value)


def _print_csv(rows: list[Mapping[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    is_shown = sys.stdout.isatty()  # a file gets every character
    for row in rows:
        cells = map(_csv_cell, row.values())
        writer.writerow(printable(cell) if is_shown else cell for cell in cells)


def _csv_cell(value: Any) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    text = str(_plain(value) if isinstance(value, datetime) else value)
    is_formula = text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if is_formula and not isinstance(value, int | float) else text


def _print_table(rows: list[Mapping[str, Any]], title: str) -> None:
    """On a terminal long cells are folded to its width."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - rich takes 0.1 s, and only a table needs it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in rows[0]:
        is_numeric = all(isinstance(row[name], int | float | None) for row in rows)
        table.add_column(
            Text(printable(name)), justify="right" if is_numeric else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(_table_cell(value)) for value in row.values()))
    width = get_terminal_size().columns if sys.stdout.isatty() else UNBROKEN
    drawn = StringIO()
    Console(file=drawn, width=width, color_system=None).print(table)
    lines = [title] if title else []
    print("\n".join([*lines, *map(str.rstrip, drawn.getvalue().rstrip("\n").split("\n"))]))


def _table_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = printable(text.replace("\n", " ↵ "))
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
