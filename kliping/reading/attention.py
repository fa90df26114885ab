"""Attention: how many of all articles a query finds, by day, week or month.

The counts are sums over outlets and days, and a share is a sum over a sum: weeks add up to their year, outlets to all outlets. A day that
an outlet was not crawled for has no count, and is in no sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Unpack

from kliping.reading.completeness import WeekEstimates
from kliping.reading.periods import EVERYTHING, Period, Scope
from kliping.reading.search import find
from kliping.sql_files import sql
from warehouse.queries import Row
from warehouse.read.published import Reader

ATTENTION = sql("attention/attention")
BURSTY = "SELECT source_name FROM mart.bursts WHERE is_bursty ORDER BY source_name"
RANGE = "SELECT min(day) AS first, max(day) AS last FROM mart.calendar"
PER_SOURCE = (
    "source_name,\n  source_id IN (SELECT source_id FROM mart.bursts WHERE is_bursty) AS is_bursty,"
)


SUMMED = ("matching", "articles", "words", "matching_originals", "originals")


class NoDataError(ValueError):
    """The days asked for are before the first article or after the last."""

    exit_code = 2


def attention(
    reader: Reader,
    query: str,
    *,
    by: Period,
    per_source: bool = False,
    is_found: bool = False,
    **scope: Unpack[Scope],
) -> list[Row]:
    """A row for each period, with `per_source` for each period and outlet; days and `source` as `questions.ask` has them.

    `crawled_days` and `uncrawled_days` count days of outlets; counts are None where no day was crawled.
    `words` are those of the articles found; `unseen` is the estimate of articles that were missed, of all in the weeks of the period.
    With `is_found` the last search of the reader was for this query. Raises QueryError and NoDataError.
    """
    if not is_found:
        find(reader, query)
    _need_data(reader, scope.get("since"), scope.get("until"))
    script = ATTENTION.replace("$columns", PER_SOURCE if per_source else "")
    rows = reader.rows(script, {**EVERYTHING, **scope, "period": by.value})
    add_unseen(reader, rows, by, **scope)
    return rows


def add_unseen(reader: Reader, rows: list[Row], by: Period, **scope: Unpack[Scope]) -> None:
    """`unseen` of each period: the estimate for its outlet where the row has one, else for all."""
    estimates = WeekEstimates(reader, scope.get("source"))
    since, until = scope.get("since") or date.min, scope.get("until") or date.max
    for row in rows:
        first = max(row["begins"], since)
        last = min(row.get("ends") or by.last_day(row["begins"]), until)
        titles = {row["source_name"]} if "source_name" in row else estimates.titles
        row["unseen"] = estimates.of(first, last, titles).text


def widened(rows: Sequence[Row], by: Period, n: int) -> list[Row]:
    """Bins of so many periods each: `begins`, `ends`, sums, and the share of the sums."""
    return [_sum(rows[at : at + n], by) for at in range(0, len(rows), n)]


def _sum(rows: Sequence[Row], by: Period) -> Row:
    """A count is None where no period has one."""
    counts = {name: [row[name] for row in rows if row[name] is not None] for name in SUMMED}
    bin_: Row = {name: sum(each) if each else None for name, each in counts.items()}
    share = bin_["matching"] / bin_["articles"] if bin_["articles"] else None
    ends = by.last_day(rows[-1]["begins"])
    return {**bin_, "begins": rows[0]["begins"], "ends": ends, "share": share, "unseen": rows[0]["unseen"]}  # fmt: skip


def bursty_outlets(reader: Reader, source: str | None = None) -> list[str]:
    """Titles of outlets whose articles come in bursts (`mart.bursts`): one such day changes the share of a period."""
    names = [str(row["source_name"]) for row in reader.rows(BURSTY)]
    return [name for name in names if source in {None, name}]


def _need_data(reader: Reader, since: date | None, until: date | None) -> None:
    [days] = reader.rows(RANGE)
    first, last = days["first"], days["last"]
    if first and ((until and until < first) or (since and since > last)):
        raise NoDataError(
            f"there is no article of these days: the first is of {first}, the last of {last}"
        )
