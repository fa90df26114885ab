"""Rows for people and for scripts: table, JSON, CSV. What came from the web cannot steer a terminal."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from shutil import get_terminal_size
from typing import Any, TextIO

EXCERPT = re.compile(r"\nLINE .*|\n  [^\n]*\n *\^\Z", re.DOTALL)
UNBROKEN = 100_000  # columns of a line in a pipe, where each row stays on its line


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def printable(text: str) -> str:
    """Without what a terminal obeys and nobody sees; see `parsers.text.normalize.printable`."""
    from parsers.text import normalize  # noqa: PLC0415 - its tables take 20 ms, and --help needs none

    return normalize.printable(text)


def one_line(error: Exception | str) -> str:
    """Without the excerpt of the query and the caret below it: only lines of one width show what it points at."""
    return " ".join(EXCERPT.sub("", str(error)).split())


def show(
    rows: Iterable[Mapping[str, Any]],
    form: Format,
    *,
    columns: Sequence[str] = (),
    title: str = "",
    empty: str = "no rows",
) -> None:
    """Print these columns, or all, to standard output; in a table long cells are cut, in JSON and CSV nothing is.

    A table is as wide as the terminal; in a pipe each row stays on its line.
    """
    listed = [{name: row[name] for name in columns or row} for row in rows]
    if form is Format.JSON:
        print(to_json(listed))
    elif form is Format.CSV:
        write_csv(listed, sys.stdout)
    elif listed:
        from kliping.tables import draw  # noqa: PLC0415 - rich takes 0.1 s, and only a table needs it

        print("\n".join([*([title] if title else []), *draw(listed, terminal_width())]))
    else:
        print(f"{title}: {empty}" if title else empty)


def say(text: str, stream: TextIO | None = None) -> None:
    """A line for people, on standard error if no other is named; where a terminal is narrower, it is broken at spaces."""
    stream = stream or sys.stderr
    lines = printable(text).splitlines()
    if stream.isatty():
        from kliping.tables import wrap  # noqa: PLC0415 - rich takes 0.1 s

        width = get_terminal_size().columns
        lines = [part for line in lines for part in wrap(line, width)]
    print("\n".join(lines), file=stream)


def print_styled(text: str, style: str | None = None) -> None:
    """A line for people; on a terminal in a style of rich's, such as `bold red`."""
    if not sys.stdout.isatty():
        print(printable(text))
        return
    from rich.console import Console  # noqa: PLC0415 - as above

    Console(highlight=False).print(printable(text), style=style, markup=False)


def to_json(value: Any, *, indent: int | None = 2) -> str:
    """What a terminal would obey is escaped; the value is the same."""
    from parsers.text.normalize import UNPRINTABLE  # noqa: PLC0415 - as above

    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    return UNPRINTABLE.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, list | tuple | set | frozenset) else str(value)


def write_json(tables: Mapping[str, Iterable[Mapping[str, Any]]], file: TextIO) -> None:
    """An object with a list of rows for each table, a row a line; no more than one row is in memory."""
    file.write("{")
    for n, (name, rows) in enumerate(tables.items()):
        file.write(f"{',' if n else ''}\n  {to_json(name)}: [")
        file.writelines(
            f"{',' if row_no else ''}\n    {to_json(row, indent=None)}"
            for row_no, row in enumerate(rows)
        )
        file.write("\n  ]")
    file.write("\n}\n")


def write_csv(
    rows: Iterable[Mapping[str, Any]], file: TextIO, *, is_for_excel: bool = False
) -> None:
    """With a line of column names, unless there is no row.

    An Excel of Indonesia expects a mark of UTF-8, semicolons, and commas in decimals.
    """
    writer = csv.writer(file, lineterminator="\n", delimiter=";" if is_for_excel else ",")
    is_shown = file.isatty()  # a file gets every character
    if is_for_excel:
        file.write("\N{BYTE ORDER MARK}")

    def write(values: Iterable[Any]) -> None:
        cells = map(_excel_cell if is_for_excel else _csv_cell, values)
        writer.writerow(printable(cell) if is_shown else cell for cell in cells)

    for n, row in enumerate(rows):
        if not n:
            write(row)
        write(row.values())


def _csv_cell(value: Any) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    text = str(_plain(value) if isinstance(value, datetime) else value)
    is_formula = text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if is_formula and not isinstance(value, int | float) else text


def _excel_cell(value: Any) -> str:
    return str(value).replace(".", ",") if isinstance(value, float) else _csv_cell(value)


def terminal_width() -> int:
    """The columns of the terminal; without one, so many that no line is broken."""
    return get_terminal_size().columns if sys.stdout.isatty() else UNBROKEN
