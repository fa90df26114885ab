"""What a page says: HTML for people, the same rows as JSON, CSV and XLSX."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import IO, Any, TextIO

from jinja2 import Environment
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response, StreamingResponse

from kliping.output import write_csv, write_json
from kliping.reading.labels import Labels, Language
from kliping.reading.page_templates import environment, link
from kliping.spreadsheet import write_xlsx
from kliping.web.filters import FilterError, Filters, address
from kliping.web.lists import with_values
from kliping.web.marks import highlighted
from kliping.web.navigation import TASKS, WAYS_OUT, task_of
from kliping.web.number_links import RANGE, NumberLink, RowsLink, question_links
from kliping.web.quote_address import quote_key
from warehouse.queries import Row

POLICY = "Content-Security-Policy"
# archived pages, which frames show, bring a policy of their own
RULES = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
BRUSH = "/brush.js"  # of charts whose days can be chosen by dragging; no other page has a script
BRUSH_RULES = f"{RULES}; script-src 'self'"
FORMS = ("json", "csv", "xlsx")  # of the rows of a page
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OK = 200
PART = 1 << 18  # bytes in memory of a file, and characters sent at once
SHOWN_ROWS = 2  # of a table of the overview; the question itself has all
TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeList:
    """All rows of a table of which a page has the first ones; pages of data need not count them."""

    n: Callable[[], int]
    rows: Callable[[], Iterable[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """`tables` are what its .json has, and each of them its .csv and .xlsx: with all rows where `whole` has these."""

    template: str
    title: str
    tables: Mapping[str, list[Row]] = field(default_factory=dict)
    whole: Mapping[str, WholeList] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = OK
    has_brush: bool = False
    # of its numbers, as links carry them, and the days of the period before
    limits: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)

    def rows(self, name: str) -> Iterable[Row]:
        """All of a table."""
        return self.whole[name].rows() if name in self.whole else self.tables[name]

    def n_rows(self, name: str) -> int:
        return self.whole[name].n() if name in self.whole else len(self.tables[name])


def respond(page: WebPage, form: str, filters: Filters, path: str) -> Response:
    """`form` is html, or one of FORMS; an error is never a sheet. Raises FilterError, TooManyRowsError."""
    if form == "json":
        tables = {name: page.rows(name) for name in page.tables}
        return _file(partial(write_json, tables), page.status, "application/json")
    if form == "csv":
        write = partial(write_csv, _chosen_rows(page, filters), is_for_excel=filters.is_for_excel)
        return _file(write, page.status, "text/csv; charset=utf-8")
    if form == "xlsx" and page.status == OK:
        return _sheet(_chosen_rows(page, filters))
    headers = {POLICY: BRUSH_RULES if page.has_brush else RULES}
    return HTMLResponse(render(page, filters, path), page.status, headers)


def _chosen_rows(page: WebPage, filters: Filters) -> Iterable[Row]:
    """Of the table that the address names, else of the first."""
    name = filters.table or next(iter(page.tables))
    if name not in page.tables:
        names = ", ".join(page.tables)
        raise FilterError(f"this page has no table {name[:40]!r}; there are {names}")
    return page.rows(name)


def _file(write: Callable[[TextIO], None], status: int, media_type: str) -> Response:
    """Written before it is sent: what fails is an error, never the first half of the rows, and no turn waits for a slow reader."""
    file = tempfile.SpooledTemporaryFile(PART, "w+", encoding="utf-8", newline="")  # noqa: SIM115 - closed by _parts
    write(file)  # type: ignore[arg-type]
    file.seek(0)
    return StreamingResponse(_parts(file), status, media_type=media_type)


def _sheet(rows: Iterable[Row]) -> Response:
    with tempfile.TemporaryDirectory() as folder:
        write_xlsx(rows, path := Path(folder) / "rows.xlsx")
        file = path.open("rb")  # readable when the folder is gone
    return StreamingResponse(_parts(file), media_type=SHEET)


def _parts(file: IO[Any]) -> Iterator[Any]:
    with file:
        while part := file.read(PART):
            yield part


def render(page: WebPage, filters: Filters, path: str) -> str:
    """The page; every link keeps its language."""
    at = partial(_url, filters)
    values = {
        "page": page,
        "filters": filters,
        "path": path,
        "at": at,
        "rows_url": lambda name, **values: at(f"/{name}", **_range(filters) | values),
        "bin_url": lambda first, last, **chosen: at(
            "/articles", **_range(filters) | _within(first, last, filters) | chosen
        ),
        "name_url": partial(_name_url, filters),
        "number_url": partial(_number_url, page, filters),
        "answer_url": partial(_answer_url, page, filters),
        "same": lambda **values: at(path, **dict(filters.values) | values),
        "sizes": {name: page.n_rows(name) for name in page.tables},
        "data_url": lambda suffix, **values: address(
            ("/overview" if path == "/" else path) + suffix, {**filters.values, **values}
        ),
        **page.tables,
        **page.context,
    }
    return _environment(filters.language).get_template(page.template).render(values)


def _url(filters: Filters, path: str, **values: Any) -> str:
    return address(path, {"lang": filters.language.value} | values)


def _name_url(filters: Filters, name: str, entity_id: str | None = None) -> str:
    """The page of a person, or the people of this name where nothing says which of them it is."""
    return (
        _url(filters, f"/entity/{entity_id}") if entity_id else _url(filters, "/people", name=name)
    )


def _number_url(page: WebPage, filters: Filters, link: NumberLink, row: Row) -> str:
    range_ = {**_range(filters), **page.limits, **(page.before if link.is_before else {})}
    return _url(filters, link.page.format_map(row), **link.filters(row, range_))


def _answer_url(page: WebPage, filters: Filters, name: str, key: str, row: Row) -> str | None:
    """Where a number of the answer to a saved question leads; None for one that leads nowhere."""
    link = question_links(name, has_source=bool(filters.source)).get(key)
    if not link or not row[key] or (isinstance(link, RowsLink) and not link.fits(row)):
        return None
    return _number_url(page, filters, link, row)


def _range(filters: Filters) -> dict[str, Any]:
    return {name: value for name, value in filters.values.items() if name in RANGE}


def _within(first: date, last: date, filters: Filters) -> dict[str, Any]:
    """Those days of them that the page is about."""
    since, until = filters.since, filters.until
    return {
        "since": max(first, since) if since else first,
        "until": min(last, until) if until else last,
    }


@cache
def _environment(language: Language) -> Environment:
    """Headlines lead to the article's page here, not to the outlet's."""
    labels = Labels(language)
    made = environment(labels, TEMPLATES)
    untitled = labels.text("(no headline)")
    made.globals |= {
        "max_rows": SHOWN_ROWS,
        "translated": labels.error,
        "tasks": TASKS,
        "ways_out": WAYS_OUT,
        "task_of": task_of,
    }
    made.filters["link"] = lambda text, url: _article_link(text, url, language, untitled)
    made.filters |= {"highlighted": highlighted, "quote_key": quote_key, "with_values": with_values}
    made.filters["outside_link"] = partial(link, untitled=untitled)
    return made


def _article_link(text: str | None, url: str | None, language: Language, untitled: str) -> Markup:
    if not url:
        return link(text, None, untitled=untitled)
    here = address("/article", {"lang": language.value, "url": url})
    return Markup('<a href="{}">{}</a>').format(here, link(text, None, untitled=untitled))
