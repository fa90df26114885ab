"""The report as one static page: no script, no network, a table beside every chart."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from parsers.text.normalize import printable
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.read.questions import ask, binned
from warehouse.write.database import put_in_place

REPORT = "report.html"  # in a home
SECTIONS = ("coverage", "speakers", "topics", "figures", "copies", "edits", "health")
ROWS = 40  # of a table; the page must stay small enough to be sent by mail
CHARS = 160  # of a cell
TICKS = 4  # lines of an axis above zero
NUMBERS = """SELECT count(*) AS articles, count(*) FILTER (is_cluster_lead) AS originals, count(DISTINCT source_name) AS outlets,
  min(story_date) AS first_day, max(story_date) AS last_day, (SELECT max(finished_at) FROM ops.runs) AS as_of
FROM mart.stories WHERE story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity')
  AND source_name = coalesce($source, source_name)"""


def write_report(home: Path) -> Path:
    """The page of all that is published, beside it. Raises NothingPublished."""
    new = home / f"{REPORT}.new"
    with Reader(home) as reader:
        new.write_text(page(reader), encoding="utf-8")
    put_in_place(new, home / REPORT)
    return home / REPORT


def page(
    reader: Reader,
    *,
    since: date | None = None,
    until: date | None = None,
    source: str | None = None,
) -> str:
    """HTML of less than 200 kB, whatever the database holds; the range as `ask` has it."""
    chosen: dict[str, Any] = {"since": since, "until": until, "source": source}
    answers = {name: ask(reader, name, **chosen) for name in SECTIONS}
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable_value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "day": day, "link": link, "short": short}
    total = reader.rows(NUMBERS, chosen)[0]
    return environment.get_template("report.html").render(
        answers,
        **chosen,
        total=total,
        chart=columns(answers["coverage"]),
        max_rows=ROWS,
        binned=binned,
    )


def columns(coverage: list[Row]) -> Row:
    """Articles of all outlets by week, or by several weeks in a long range: bins of (first day, articles), and the axis."""
    weeks = [sum(week) for week in zip(*(row["per_week"] for row in coverage), strict=True)]
    bins = binned(weeks)
    step = timedelta(weeks=-(-len(weeks) // len(bins))) if bins else timedelta(0)
    steps = axis(max(bins, default=0))
    return {
        "bins": [
            (coverage[0]["first_week"] + n * step, articles) for n, articles in enumerate(bins)
        ],
        "axis": steps,
        "weeks": step.days // 7,
    }


def axis(top: int) -> list[int]:
    """Round numbers from zero, the last at or above `top`."""
    step = next(
        size
        for power in count()
        for size in (10**power, 2 * 10**power, 5 * 10**power)
        if size * TICKS >= top
    )
    return list(range(0, top + step, step)) if top else [0, 1]


def number(value: float | None) -> str:
    """With narrow spaces between thousands: a point and a comma mean different things in Jakarta and in London."""
    return (
        ""
        if value is None
        else f"{value:,}".removesuffix(".0").replace(",", "\N{NARROW NO-BREAK SPACE}")
    )


def day(value: date | None) -> str:
    return "" if value is None else f"{value.day} {value:%b %Y}"


def printable_value(value: Any) -> Any:
    """A value without invisible or direction characters, which could change what a reader sees."""
    return printable(value) if type(value) is str else value


def short(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= CHARS else text[: CHARS - 1] + "…"


def link(text: str | None, url: str | None) -> Markup:
    """The text, as a link if it has an address on the web; no other kind of address becomes a link."""
    label = Markup('<span lang="id">{}</span>').format(printable(short(text)) or "(no headline)")
    if url and url.lower().startswith(("http://", "https://")):
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, label)
    return label
