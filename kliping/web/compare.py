"""Up to five searches, each in all outlets or in one, in one chart. The address says all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Any
from urllib.parse import quote_plus

from kliping.reading.attention import attention, widened
from kliping.reading.page_templates import axis
from kliping.reading.periods import Period, Scope
from kliping.reading.questions import chart_days, outlet
from kliping.web.answer import BRUSH, WebPage
from kliping.web.filters import FilterError
from kliping.web.page_request import PageRequest
from kliping.web.suggestions import suggestions
from warehouse.queries import Row

MOST_SERIES = 5
MOST_BINS = 40
BYTES_OF_BINS = 60_000  # with their table
BYTES_OF_CELL = 250
MEASURES = ("share", "count")
EVERY_ARTICLE = "*"
FIELDS = frozenset(f"{field}{n}" for n in range(1, MOST_SERIES + 1) for field in ("q", "source"))
ABLE = FIELDS | {"since", "until", "by", "measure"}
DAYS_OF_MONTH = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """`number` is its place in the address; `rows` and `bins` are of attention, in the outlet if there is one."""

    number: int
    query: str
    source: str | None
    rows: Sequence[Row]
    bins: Sequence[Row] = ()

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters of its articles."""
        query = None if self.query == EVERY_ARTICLE else self.query
        return {"q": query, "source": self.source}

    def total(self, key: str) -> int:
        return _total(self.rows, key)


def compare_page(request: PageRequest) -> WebPage:
    values = request.filters.values
    if unknown := set(values) - ABLE:
        raise FilterError(f"compare cannot be limited by {min(unknown)}; there are {', '.join(sorted(ABLE))}")  # fmt: skip
    by = Period(values.get("by", "week"))
    measure = values.get("measure", MEASURES[0])
    if measure not in MEASURES:
        raise FilterError(f"measure is share or count, not {measure[:20]!r}")
    days = chart_days(request.reader, request.filters.since, request.filters.until)
    searched = [series for n in range(1, MOST_SERIES + 1) if (series := _series(request, n, by))]
    if searched and all(each.query == EVERY_ARTICLE for each in searched):
        measure = "count"  # every share would be 100 %
    charted = _charted(searched, by, days)
    rows = [
        {"series": each.number, "query": each.query, "source": each.source, **row}
        for each in charted
        for row in each.rows
    ]
    return WebPage(
        template="compare.html",
        title="Compare",
        tables={"attention": rows},
        has_brush=bool(charted),
        context={
            "series": charted,
            "chart": _chart(charted, measure) | {"days": days},
            "by": by.value,
            "measure": measure,
            "measures": MEASURES,
            "n_fields": min(max((each.number for each in charted), default=1) + 1, MOST_SERIES),
            "suggestions": suggestions(request.reader, "q", "source"),
            "brush": BRUSH,
            "narrower": lambda bin_: _narrower(bin_, by, request.filters.values),
        },
    )


def _series(request: PageRequest, number: int, by: Period) -> Series | None:
    """None where the address has nothing in this place. Raises QueryError, UnknownNameError, NoDataError."""
    values, filters = request.filters.values, request.filters
    query, named = values.get(f"q{number}"), values.get(f"source{number}")
    if not query and not named:
        return None
    query, source = query or EVERY_ARTICLE, outlet(request.reader, named)
    scope: Scope = {"since": filters.since, "until": filters.until, "source": source}
    rows = attention(request.reader, query, by=by, **scope)
    return Series(number=number, query=query, source=source, rows=rows)


def _charted(searched: Sequence[Series], by: Period, days: tuple[date, date]) -> list[Series]:
    """With bins of the days that charts show: so many that the page stays below 100 kB."""
    length = sum(BYTES_OF_CELL + 4 * len(quote_plus(f"{s.query}{s.source}")) for s in searched)
    most = min(MOST_BINS, max(BYTES_OF_BINS // max(length, 1), 1))
    return [replace(each, bins=_bins(each.rows, by, days, most)) for each in searched]


def _bins(rows: Sequence[Row], by: Period, days: tuple[date, date], most: int) -> list[Row]:
    within = [r for r in rows if r["begins"] <= days[1] and days[0] <= by.last_day(r["begins"])]
    return widened(within, by, max(ceil(len(within) / most), 1))


def _chart(charted: Sequence[Series], measure: str) -> Row:
    """Ticks, and the height of each bin of each series between 0 and 1; None where no day was crawled."""
    is_share = measure == "share"
    numbers = [[_percent(bin_) if is_share else bin_["matching"] for bin_ in each.bins] for each in charted]  # fmt: skip
    top = max((n for line in numbers for n in line if n is not None), default=0)
    tenths = axis(ceil(10 * top)) if is_share else [10 * tick for tick in axis(ceil(top))]
    ticks = [tick / 10 for tick in tenths]
    heights = [[None if n is None else n / ticks[-1] for n in line] for line in numbers]
    n_outside = sum(each.total("matching") - _total(each.bins, "matching") for each in charted)
    return {"ticks": ticks, "numbers": numbers, "heights": heights, "n_outside": n_outside}


def _total(rows: Sequence[Row], key: str) -> int:
    return sum(row[key] or 0 for row in rows)


def _percent(bin_: Row) -> float | None:
    return None if bin_["share"] is None else round(100 * bin_["share"], 2)


def _narrower(bin_: Row, by: Period, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The days of a bin, and a finer unit to count them by; None of a single day."""
    first = max(bin_["begins"], values.get("since", date.min))
    last = min(bin_["ends"], values.get("until", date.max))
    if first >= last:
        return None
    n_days = (last - first).days + 1
    finer = Period.DAY if n_days <= DAYS_OF_MONTH or by is Period.WEEK else Period.WEEK
    return {"since": first, "until": last, "by": finer.value}
