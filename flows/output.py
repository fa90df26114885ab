"""Rows for people and for scripts: table, JSON, CSV. What came from the web cannot steer a terminal."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from shutil import get_terminal_size
from typing import Any

WIDEST = 160  # places of a cell in a table; most characters take one, Chinese ones two, combining marks none
PIPED = 200  # places of a line where there is no terminal
NARROWEST = 8  # places of a column
GAP = "  "


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
        _csv(listed)
    elif listed:
        _table(listed, title)
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
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return str(value)


def _csv(rows: list[Mapping[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    is_shown = sys.stdout.isatty()  # a file keeps what it is given
    for row in rows:
        cells = (_cell(value) for value in row.values())
        writer.writerow(printable(cell) if is_shown else cell for cell in cells)


def _cell(value: Any) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    text = (
        ""
        if value is None
        else json.dumps(value, ensure_ascii=False, default=_plain)
        if isinstance(value, list | dict)
        else str(_plain(value) if isinstance(value, datetime) else value)
    )
    return (
        "'" + text
        if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not isinstance(value, int | float)
        else text
    )


def _table(rows: list[Mapping[str, Any]], title: str) -> None:
    """Columns as wide as they need; where the terminal is narrower, the widest ones are folded. (Rich takes 0.1 s to import.)"""
    names = list(rows[0])
    cells = [[_short(row[name]) for name in names] for row in rows]
    widths = [max(_width(name), *(_width(row[n]) for row in cells)) for n, name in enumerate(names)]
    room = (get_terminal_size().columns if sys.stdout.isatty() else PIPED) - len(GAP) * (
        len(names) - 1
    )
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    numeric = [
        all(isinstance(row[name], int | float) or row[name] is None for row in rows)
        for name in names
    ]
    lines = [title] if title else []
    for row in [names, ["─" * width for width in widths], *cells]:
        folded = [_folded(cell, width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*folded, fillvalue=""):
            sides = zip(parts, widths, numeric, strict=True)
            padded = ((part, " " * (width - _width(part)), right) for part, width, right in sides)
            lines.append(
                GAP.join(
                    blanks + part if right else part + blanks for part, blanks, right in padded
                ).rstrip()
            )
    print("\n".join(lines))


def _width(text: str) -> int:
    """The places it takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_places, text))


def _places(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _folded(text: str, width: int) -> list[str]:
    """In pieces of at most so many places."""
    pieces, taken = [""], 0
    for char in text:
        taken += _places(char)
        if taken > width:
            pieces.append("")
            taken = _places(char)
        pieces[-1] += char
    return pieces


def _short(value: Any) -> str:
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
    return text if _width(text) <= WIDEST else _folded(text, WIDEST - 1)[0] + "…"
