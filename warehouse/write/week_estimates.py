"""Completeness: how much of each outlet's week was announced, and how much no channel announced (`core.completeness`).

Whatever changes an address, an announcement, a day or a poll names its article or week in `ops.uncounted`. These are read again,
by sets, so the rows do not depend on the order of loads. Only weeks that this changes are counted and estimated again, and those of
their pool.

A week of a small outlet has too few articles. Such weeks are estimated together: four, twelve, or of the smallest 48 by the
calendar. Each gets the part that it has of their announced articles, and of the variance, so that the weeks add up to what was estimated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import sqrt
from typing import Any

from warehouse.missed_articles import Captures, MissState, Unseen, estimate, interval
from warehouse.queries import Row, records, sql
from warehouse.write.staging import stage_rows
from warehouse.write.step import Step, StepContext

EVERYTHING = sql("completeness/everything")
ARTICLES = sql("completeness/articles")
COUNTS = sql("completeness/counts")
CAPTURES = sql("completeness/captures")
REPLACE = sql("completeness/replace")
IS_EVERYTHING = "FROM ops.uncounted WHERE article_key IS NULL AND week IS NULL LIMIT 1"
CHANNELS = ("feed", "sitemap", "listing")
POOLS = (4, 12, 48)  # weeks


def estimate_unseen(context: StepContext) -> int:
    """Count and estimate the weeks that have changed; returns how many."""
    if context.con.execute(IS_EVERYTHING).fetchall():
        context.con.execute(EVERYTHING)
    context.con.execute(ARTICLES)
    context.con.execute(COUNTS)
    weeks = records(context.con.execute(CAPTURES))
    of_outlets = groupby(weeks, key=lambda week: str(week["source_id"]))
    estimates = [row for _, of_outlet in of_outlets for row in _rows([*of_outlet])]
    stage_rows(context.con, context.folder, "estimates", "core.completeness", estimates)
    context.con.execute(REPLACE)
    return len(estimates)


ESTIMATE_UNSEEN = Step(
    name="estimate unseen articles",
    reads=(
        "ops.uncounted",
        "ops.frontier",
        "raw.feed_entries",
        "raw.fetches",
        "core.articles",
        "core.channels",
        "core.crawled_days",
    ),
    makes=("core.announced_articles", "core.read_days", "core.completeness"),
    run=estimate_unseen,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    number: int  # captures.sql counts them, so that those of a pool belong together
    captures: Sequence[Captures]
    n_unread_days: int = 0
    pool: int = POOLS[-1]  # weeks at most

    @property
    def channels(self) -> frozenset[str]:
        return frozenset[str]().union(*(each.channels for each in self.captures))


def estimate_weeks(weeks: Sequence[Week]) -> list[Unseen]:
    """Of one outlet; where a week has too few articles, with those of the weeks around it.

    Weeks that lack a channel are no part of those that have it. Those that show a dependence are: without them the others
    would seem to have none.
    """
    unseen = [_of_read_days(estimate(week.captures), week.n_unread_days) for week in weeks]
    for size in POOLS:
        pools = dict[tuple[int, frozenset[str]], list[int]]()
        for at, week in enumerate(weeks):
            if size <= week.pool:
                pools.setdefault((week.number // size, week.channels), []).append(at)
        for pool in pools.values():
            if any(unseen[at].lacks_articles for at in pool):
                parts = _parts([weeks[at].captures for at in pool])
                for at, part in zip(pool, parts, strict=False):
                    unseen[at] = part if unseen[at].lacks_articles else unseen[at]
    return unseen


def _parts(captures: Sequence[Sequence[Captures]]) -> Iterator[Unseen]:
    """Of weeks that are estimated together: all can tell nothing if a channel leaves out what another has; none if they have a bound."""
    whole = estimate([each for week in captures for each in week])
    if whole.state is MissState.CANNOT_TELL and not whole.lacks_articles:
        yield from [whole] * len(captures)
    if whole.n is None or whole.sd is None:
        return
    sizes = [sum(each.n for each in week) for week in captures]
    for size in sizes:
        share = size / sum(sizes)
        n, sd = whole.n * share, whole.sd * sqrt(share)
        low, high = interval(n, sd)
        reason = f"a part of what {len(sizes)} weeks together have"
        yield replace(whole, reason=reason, n=n, sd=sd, low=low, high=high)


def _rows(rows: Sequence[Row]) -> Iterator[Row]:
    """Of one outlet."""
    weeks = [
        Week(
            number=row["week_no"],
            captures=[_captures(row, each) for each in row["captures"] or ()],
            n_unread_days=row["n_unread_days"],
            pool=row["pool"],
        )
        for row in rows
    ]
    return map(_row, rows, estimate_weeks(weeks))


def _row(week: Row, unseen: Unseen) -> Row:
    return {
        "source_id": week["source_id"],
        "week": week["week"],
        "n_compared": unseen.n_compared,
        "state": unseen.state,
        "reason": unseen.reason or None,
        "unseen": unseen.n,
        "unseen_sd": unseen.sd,
        "unseen_low": unseen.low,
        "unseen_high": unseen.high,
    }


def _captures(week: Row, counted: dict[str, Any]) -> Captures:
    return Captures(
        channels=frozenset(name for name in CHANNELS if counted[f"in_{name}"]),
        traits=(counted["section"], counted["day"], counted["quarter"], str(week["week"])),
        n=counted["n"],
    )


def _of_read_days(unseen: Unseen, n_unread_days: int) -> Unseen:
    """What was published on days that no channel was read is not part of any estimate."""
    if not n_unread_days:
        return unseen
    if unseen.state is not MissState.ESTIMATED:
        return replace(unseen, lacks_articles=False)
    return unseen.as_bound(f"no channel was read on {n_unread_days} of the days")
