"""The page of a list: its rows in the order that a reader chooses, and what they can be narrowed by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from kliping.reading import browse
from kliping.reading.facets import facets
from kliping.reading.names import require_known, spelled
from kliping.reading.periods import Period
from kliping.reading.search import find
from kliping.web.answer import WebPage, WholeList
from kliping.web.filters import PER_PAGE, FilterError
from kliping.web.lists import FACET_TITLES, FIELD_TITLES, LISTED, TITLES
from kliping.web.page_request import PageRequest
from kliping.web.suggestions import suggestions
from warehouse.queries import Row

FALLING = {"n", "duration", "day", "moment"}  # kinds of columns whose largest value comes first
MOST_COUNTED = 20_000  # rows; of more the choices would take longer than the list

PageFunction = Callable[[PageRequest], WebPage]


def listed(name: str) -> PageFunction:
    """The page of one list of `browse`."""

    def page(request: PageRequest) -> WebPage:
        chosen, sort = _chosen(request, name), _sort(request, name)
        query = chosen.get("q")
        wanted = find(request.reader, query) if query else []
        rows, whole = beginning(
            request, name, chosen, sort, limit=PER_PAGE, offset=request.filters.offset
        )
        if not rows and request.filters.page == 1:
            require_known(request.reader, name, chosen)
        able = browse.parameters(name)
        fields = {field: title for field, title in FIELD_TITLES.items() if field in able}
        return WebPage(
            template="listed.html",
            title=TITLES[name],
            tables={name: rows},
            whole={name: whole},
            context={
                "name": name,
                "rows": rows,
                "columns": LISTED[name],
                "per_page": PER_PAGE,
                "able": able,
                "fields": fields,
                "facet_titles": FACET_TITLES,
                "facets": _facets(request, name, chosen) if whole.n() <= MOST_COUNTED else {},
                "suggestions": suggestions(request.reader, *sorted(able & {"source", *fields})),
                "wanted": wanted,
            },
        )

    return page


def _chosen(request: PageRequest, name: str) -> Row:
    """What limits the rows. Raises FilterError, UnknownNameError."""
    able = browse.parameters(name)
    if unknown := set(request.filters.values) - able - {"sort"}:
        raise FilterError(f"{name} cannot be limited by {min(unknown)}; there are {', '.join(sorted(able))}")  # fmt: skip
    limits = {key: value for key, value in request.chosen.items() if key != "sort"}
    return spelled(request.reader, limits)


def _sort(request: PageRequest, name: str) -> browse.Sort | None:
    """Raises FilterError."""
    key = request.filters.values.get("sort")
    columns = {column.key: column for column in LISTED[name]}
    if key and key not in columns:
        raise FilterError(f"{name} cannot be sorted by {key[:20]!r}; there are {', '.join(columns)}")  # fmt: skip
    return browse.Sort(key, columns[key].kind in FALLING) if key else None


def beginning(
    request: PageRequest,
    name: str,
    chosen: Mapping[str, Any],
    sort: browse.Sort | None = None,
    *,
    limit: int,
    offset: int = 0,
) -> tuple[list[Row], WholeList]:
    """Some rows of a list, and how to have all."""
    own = (request.reader, name, chosen)
    rows = browse.rows(*own, sort=sort, limit=limit, offset=offset)
    return rows, WholeList(
        n=partial(browse.n_rows, *own), rows=partial(browse.each, *own, sort=sort)
    )


def _facets(request: PageRequest, name: str, chosen: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Each choice with the filters of its address."""
    return {
        facet: [row | {"filters": _filters(request, facet, row["value"])} for row in rows]
        for facet, rows in facets(request.reader, name, chosen).items()
    }


def _filters(request: PageRequest, facet: str, value: str) -> dict[str, Any]:
    if facet != "month":
        return {facet: value}
    first, filters = date.fromisoformat(value), request.filters
    last = Period.MONTH.last_day(first)
    return {"since": max(first, filters.since or first), "until": min(last, filters.until or last)}
