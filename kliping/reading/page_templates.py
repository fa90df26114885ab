"""The templates of pages, and how values look in them."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kliping.reading.labels import Labels
from kliping.reading.measured import measured
from kliping.reading.series import binned
from parsers.text.normalize import printable

TEMPLATES = Path(__file__).with_name("templates")
ROWS = 40  # of a table; the page must stay small enough to be sent by mail
CHARS = 160  # of a cell
TICKS = 4  # lines of an axis above zero


def environment(labels: Labels, *folders: Path) -> Environment:
    """The templates of this package, and of `folders`."""
    made = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable_value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "number": labels.number,
        "day": labels.day,
        "moment": labels.moment,
        "duration": labels.duration,
        "day_of_year": labels.day_of_year,
        "label": labels.text,
        "estimate": labels.estimate,
        "estimate_cell": labels.cell,
        "cannot_tell": labels.cannot_tell,
        "link": partial(link, untitled=labels.text("(no headline)")),
        "short": short,
    }
    made.globals |= {
        "language": labels.language.value,
        "t": labels.text,
        "max_rows": ROWS,
        "measured": partial(measured, labels=labels),
        "binned": binned,
    }
    return made


def axis(top: int) -> list[int]:
    """Round numbers from zero, the last at or above `top`."""
    step = next(
        size
        for power in count()
        for size in (10**power, 2 * 10**power, 5 * 10**power)
        if size * TICKS >= top
    )
    return list(range(0, top + step, step)) if top else [0, 1]


def printable_value(value: Any) -> Any:
    """A value without invisible or direction characters, which could change what a reader sees."""
    return printable(value) if type(value) is str else value


def short(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= CHARS else text[: CHARS - 1] + "…"


def link(text: str | None, url: str | None, *, untitled: str = "(no headline)") -> Markup:
    """The text, as a link if it has an address on the web; no other kind of address becomes a link."""
    label = Markup('<span lang="id">{}</span>').format(printable(short(text)) or untitled)
    if url and url.lower().startswith(("http://", "https://")):
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, label)
    return label
