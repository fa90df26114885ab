"""Completeness: how much of each outlet's week was announced, and how much no channel announced (`core.completeness`).

What is known of every article is counted again by sets, so the rows do not depend on the order of loads. Only weeks whose
counts have changed are estimated again.
"""

from __future__ import annotations

from typing import Any

from warehouse.missed_articles import Captures, MissState, Unseen, estimate
from warehouse.queries import Row, records, sql
from warehouse.write.staging import stage_rows
from warehouse.write.step import Step, StepContext

COUNTS = sql("completeness/counts")
CAPTURES = sql("completeness/captures")
REPLACE = sql("completeness/replace")
CHANNELS = ("feed", "sitemap", "listing")


def estimate_unseen(context: StepContext) -> int:
    """Count all weeks, and estimate those that have changed; returns how many."""
    context.con.execute(COUNTS)
    estimates = [_row(week) for week in records(context.con.execute(CAPTURES))]
    stage_rows(context.con, context.folder, "estimates", "core.completeness", estimates)
    context.con.execute(REPLACE)
    return len(estimates)


ESTIMATE_UNSEEN = Step(
    name="estimate unseen articles",
    reads=("mart.announced_articles", "mart.channel_days"),
    makes=("core.completeness",),
    run=estimate_unseen,
)


def _row(week: Row) -> Row:
    unseen = _of_read_days(estimate([_captures(each) for each in week["captures"] or ()]), week)
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


def _captures(counted: dict[str, Any]) -> Captures:
    return Captures(
        channels=frozenset(name for name in CHANNELS if counted[f"in_{name}"]),
        traits=(counted["section"], counted["day"], counted["quarter"]),
        n=counted["n"],
    )


def _of_read_days(unseen: Unseen, week: Row) -> Unseen:
    """What was published on days that no channel was read is not part of any estimate."""
    if not (n_days := week["n_unread_days"]) or unseen.state is not MissState.ESTIMATED:
        return unseen
    return unseen.as_bound(f"no channel was read on {n_days} of the days")
