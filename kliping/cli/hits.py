"""The articles that a search found, as a list for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from kliping.output import printable, terminal_width
from kliping.reading.search import matches
from parsers.search_query import Term

MARGIN = "    "


def show_hits(rows: Sequence[Mapping[str, Any]], wanted: Sequence[Term]) -> None:
    """Print each article with its headline, day, outlet, URL and excerpt; the words found are bold on a terminal."""
    width = terminal_width()
    console = Console(highlight=False, soft_wrap=True)
    for n, row in enumerate(rows, 1):
        if n > 1:
            console.print()
        lines = [
            *_wrapped(_marked(row["headline"] or "(no headline)", wanted), width),
            *_wrapped(Text(_origin(row)), width),
            Text(printable(row["url"])),  # whole, so that it can be opened
            *_wrapped(_marked(row["excerpt"], wanted), width),
        ]
        number = f"{n}."
        for line in lines:
            margin = f"{number:{len(MARGIN)}}" if line.cell_len + len(MARGIN) <= width else ""
            console.print(Text(margin) + line)
            number = ""


def _marked(text: str, wanted: Sequence[Term]) -> Text:
    shown = Text(printable(text))
    for start, end in matches(shown.plain, wanted):
        shown.stylize("bold", start, end)
    return shown


def _origin(row: Mapping[str, Any]) -> str:
    copy = " · a copy" if row["is_copy"] else ""
    return f"{row['day']} · {printable(row['source_name'])}{copy}"


def _wrapped(text: Text, width: int) -> list[Text]:
    lines = text.wrap(Console(width=width), max(20, width - len(MARGIN)))
    for line in lines:
        line.rstrip()
    return list(lines)
