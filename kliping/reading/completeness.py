"""How many articles were missed beside those that are counted: the estimates of `mart.completeness`, added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, sqrt
from typing import Unpack

from kliping.reading.periods import EVERYTHING, Scope
from kliping.sql_files import sql
from warehouse.missed_articles import MissState, interval
from warehouse.queries import Row
from warehouse.read.published import Reader

NO_CHANNEL = "no channel announced any"
ESTIMATES = sql("completeness/estimates")


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedEstimate:
    """Articles that no channel announced, in whole weeks; of a bound there is only `low`, and else nothing is known."""

    state: MissState
    n: int | None = None
    low: int | None = None
    high: int | None = None
    reason: str = ""  # of most weeks without an interval

    @property
    def is_known(self) -> bool:
        return self.state is not MissState.CANNOT_TELL

    @property
    def text(self) -> str:
        """Short, for a cell of a table."""
        if not self.is_known:
            return "cannot tell"
        if self.high is None:
            return f"at least {self.low}"
        return f"{self.n} [{self.low}–{self.high}]"

    @property
    def line(self) -> str:
        """For the line below a count."""
        return f"estimated unseen{'' if self.is_known else ':'} {self.text}"


def missed_estimate(reader: Reader, **scope: Unpack[Scope]) -> MissedEstimate:
    """What no channel announced in the weeks of these days; `source` as `questions.outlet` gives it."""
    return _total(_rows(reader, by_week=False, **scope))


class WeekEstimates:
    """The estimates of some outlets, read once and added up for many periods."""

    def __init__(self, reader: Reader, source: str | None = None) -> None:
        self._by_week: dict[date | None, list[Row]] = {}
        for row in _rows(reader, by_week=True, source=source):
            self._by_week.setdefault(row["week"], []).append(row)
        self.titles = {row["source_name"] for rows in self._by_week.values() for row in rows}

    def of(self, first: date, last: date, titles: Collection[str]) -> MissedEstimate:
        """`missed_estimate` of these outlets in the weeks of these days; without an estimate for a week nothing can be told."""
        monday = first - timedelta(days=first.weekday())
        weeks = [monday + timedelta(weeks=n) for n in range((last - monday).days // 7 + 1)]
        rows = [row for week in (None, *weeks) for row in self._by_week.get(week, [])]
        return _total(row for row in rows if row["source_name"] in titles)


def missed_by_outlet(reader: Reader, **scope: Unpack[Scope]) -> dict[str, MissedEstimate]:
    """`missed_estimate` of each outlet, by its title."""
    rows = _rows(reader, by_week=False, **scope)
    return {row["source_name"]: _total([row]) for row in rows}


def _rows(reader: Reader, *, by_week: bool, **scope: Unpack[Scope]) -> list[Row]:
    return reader.rows(ESTIMATES, {**EVERYTHING, **scope, "by_week": by_week})


def _total(rows: Iterable[Row]) -> MissedEstimate:
    """An estimate only if every week has one; a bound if half of them tell anything: there are at least as many as those say."""
    rows = list(rows)
    n_weeks, n_estimated = (sum(row[name] for row in rows) for name in ("n_weeks", "n_estimated"))
    n_told = n_estimated + sum(row["n_bounds"] for row in rows)
    n = sum(row["unseen"] for row in rows)
    low, high = interval(n, sqrt(sum(row["unseen_variance"] for row in rows)))
    if n_estimated and n_estimated == n_weeks:
        return MissedEstimate(
            state=MissState.ESTIMATED, n=round(n), low=floor(low), high=ceil(high)
        )
    low += sum(row["unseen_low"] for row in rows)
    reasons = Counter[str]()
    for row in rows:
        reasons[row["reason"] or NO_CHANNEL] += row["n_weeks"] - row["n_estimated"]
    [(reason, _)] = reasons.most_common(1) or [(NO_CHANNEL, 0)]
    if low < 1 or 2 * n_told < n_weeks:
        return MissedEstimate(state=MissState.CANNOT_TELL, reason=reason)
    return MissedEstimate(state=MissState.BOUND, low=floor(low), reason=reason)
