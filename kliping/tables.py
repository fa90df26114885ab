"""Rows as a table that breaks lines at words only, or as records where a table would not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import StringIO
from itertools import product
from typing import Any, Self

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from parsers.text.normalize import printable

LONGEST_CELL = 160  # characters
GAPS = (3, 2)  # spaces between two columns, and where room is short
NUMBER = int | float | Decimal | None


def draw(rows: Sequence[Mapping[str, Any]], width: int) -> list[str]:
    """The lines of the rows, at most `width` wide; only a word that is wider than a line, such as a URL, stays whole.

    A table, or records if it does not fit or has more lines. Where room is short, columns are closer, and those without a value
    are left out.
    """
    columns = [_Column.of(name, [row[name] for row in rows]) for name in rows[0]]
    filled = [column for column in columns if any(column.texts)] or columns
    for chosen, gap in product((columns, filled), GAPS):
        if gap == GAPS[0] and sum(c.most for c in chosen) + gap * (len(chosen) - 1) > width:
            continue
        widths = _widths(chosen, width - gap * (len(chosen) - 1))
        if widths and _n_table_lines(chosen, widths) <= _n_record_lines(filled, width):
            return _table(chosen, widths, gap)
    return _records(filled, width)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    label: str
    texts: list[str]
    is_numeric: bool
    least: int  # the width of the longest part that stays in one line
    most: int  # the width with which no text needs a second line

    @classmethod
    def of(cls, name: str, values: Sequence[Any]) -> Self:
        label, texts = _cell(name), list(map(_cell, values))
        return cls(
            label=label,
            texts=texts,
            is_numeric=all(isinstance(value, NUMBER) for value in values),
            least=max(cell_len(label), *map(_least, values, texts)),
            most=max(map(cell_len, [label, *texts])),
        )


def _least(value: Any, text: str) -> int:
    """A header, a word, a number and a point in time stay in one line."""
    if isinstance(value, datetime):
        return cell_len(text)
    return max(map(_least_of_word, text.split()), default=0)


def _least_of_word(word: str) -> int:
    """Scripts without spaces between words, such as Chinese and Thai, may break anywhere."""
    has_spaces = cell_len(word) == len(word) and not any("\u0e00" <= c <= "\u0eff" for c in word)
    return len(word) if has_spaces else 2


def _widths(columns: Sequence[_Column], room: int) -> list[int] | None:
    """The width of each column; what is left after the least goes to the narrowest first. None if there is not enough room."""
    widths = [column.least for column in columns]
    for _ in range(min(room, sum(column.most for column in columns)) - sum(widths)):
        growing = [i for i, column in enumerate(columns) if widths[i] < column.most]
        widths[min(growing, key=widths.__getitem__)] += 1
    return widths if sum(widths) <= room else None


def _height(text: str, width: int) -> int:
    return len(wrap(text, width)) if cell_len(text) > width else bool(text)


def _n_table_lines(columns: Sequence[_Column], widths: Sequence[int]) -> int:
    rows = zip(*(column.texts for column in columns), strict=True)
    return sum(max(1, *map(_height, texts, widths)) for texts in rows)


def _n_record_lines(columns: Sequence[_Column], width: int) -> int:
    room = width - _margin(columns)
    return sum(_height(text, room) for column in columns for text in [*column.texts, " "])


def _table(columns: Sequence[_Column], widths: Sequence[int], gap: int) -> list[str]:
    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0))
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            Text(column.label),
            width=width,
            justify="right" if column.is_numeric else "left",
            overflow="fold",
        )
    for texts in zip(*(column.texts for column in columns), strict=True):
        table.add_row(*map(Text, texts))
    width = sum(widths) + gap * (len(widths) - 1)
    drawn = StringIO()
    Console(file=drawn, width=width + gap, color_system=None).print(table)
    header, *lines = (line.rstrip() for line in drawn.getvalue().rstrip("\n").split("\n"))
    return [header, "─" * width, *lines]


def _margin(columns: Sequence[_Column]) -> int:
    return max((cell_len(column.label) for column in columns), default=0) + GAPS[-1]


def _records(columns: Sequence[_Column], width: int) -> list[str]:
    """A line for each value that there is: its column, then the value. An empty line between two rows."""
    margin = _margin(columns)
    lines: list[str] = []
    for texts in zip(*(column.texts for column in columns), strict=True):
        for column, text in zip(columns, texts, strict=True):
            lines += _record_lines(column.label, text, width, margin) if text else []
        lines.append("")
    return lines[:-1]


def _record_lines(label: str, text: str, width: int, margin: int) -> Iterator[str]:
    """A word that is too wide for its column, such as a URL, has a line of its own, so that it can be copied whole."""
    for line in wrap(text, width - margin):
        is_wide = cell_len(line) > width - margin
        if is_wide and label:
            yield label
        yield line if is_wide else f"{label}{' ' * (margin - cell_len(label))}{line}"
        label = ""


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width`, broken at spaces; a word that is wider stays whole."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if not lines[-1] or cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cell(value: Any) -> str:
    """A value as one line, cut where it is longer than LONGEST_CELL."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = printable(text.replace("\n", " ↵ "))
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1].rstrip()}…"
