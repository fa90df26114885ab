"""Completeness: how much of each outlet's week was announced, and how much no channel announced (`core.completeness`).

What is known of every article is counted again by sets, so the rows do not depend on the order of loads. Only weeks whose
counts have changed are estimated again, and those of their twelve weeks.

A week of a small outlet has too few articles. Such weeks are estimated together, of four or twelve weeks by the calendar. Each
gets the part that it has of their announced articles, and of the variance, so that the weeks add up to what was estimated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from math import sqrt
from typing import Any

from warehouse.missed_articles import Captures, MissState, Unseen, estimate, interval
from warehouse.queries import Row, records, sql
from warehouse.write.staging import stage_rows
from warehouse.write.step import Step, StepContext

COUNTS = sql("completeness/counts")
CAPTURES = sql("completeness/captures")
REPLACE = sql("completeness/replace")
CHANNELS = ("feed", "sitemap", "listing")
POOLS = (4, 12)  # weeks; captures.sql numbers them


def estimate_unseen(context: StepContext) -> int:
    """Count all weeks, and estimate those that have changed; returns how many."""
    context.con.execute(COUNTS)
    weeks = records(context.con.execute(CAPTURES))
    of_outlets = groupby(weeks, key=lambda week: str(week["source_id"]))
    estimates = [row for _, of_outlet in of_outlets for row in _rows([*of_outlet])]
    stage_rows(context.con, context.folder, "estimates", "core.completeness", estimates)
    context.con.execute(REPLACE)
    return len(estimates)


ESTIMATE_UNSEEN = Step(
    name="estimate unseen articles",
    reads=("core.crawled_days", "mart.announced_articles", "mart.channel_days"),
    makes=("core.completeness",),
    run=estimate_unseen,
)


def _rows(weeks: Sequence[Row]) -> Iterator[Row]:
    """Of one outlet."""
    captures = [[_captures(week, each) for each in week["captures"] or ()] for week in weeks]
    unseen = [_of_read_days(estimate(c), week) for c, week in zip(captures, weeks, strict=True)]
    for size in POOLS:
        lacking = [at for at, each in enumerate(unseen) if each.lacks_articles]
        for _, pool in groupby(lacking, key=lambda at: weeks[at]["week_no"] // size):
            chosen = [*pool]
            parts = _pooled([captures[at] for at in chosen])
            for at, part in zip(chosen, parts, strict=False):
                unseen[at] = part
    for week, each in zip(weeks, unseen, strict=True):
        yield _row(week, each)


def _pooled(captures: Sequence[Sequence[Captures]]) -> Iterator[Unseen]:
    """The parts of weeks that are estimated together; none if even they give no interval."""
    whole = estimate([each for week in captures for each in week])
    if whole.state is not MissState.ESTIMATED or whole.n is None or whole.sd is None:
        return
    sizes = [sum(each.n for each in week) for week in captures]
    for size in sizes:
        share = size / sum(sizes)
        n, sd = whole.n * share, whole.sd * sqrt(share)
        low, high = interval(n, sd)
        reason = f"a part of what {len(sizes)} weeks together have"
        yield replace(whole, reason=reason, n=n, sd=sd, low=low, high=high)


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


def _of_read_days(unseen: Unseen, week: Row) -> Unseen:
    """What was published on days that no channel was read is not part of any estimate."""
    if not (n_days := week["n_unread_days"]):
        return unseen
    if unseen.state is not MissState.ESTIMATED:
        return replace(unseen, lacks_articles=False)
    return unseen.as_bound(f"no channel was read on {n_days} of the days")
