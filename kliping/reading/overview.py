"""What the overview of the explorer shows of a range of days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Unpack

from kliping.reading.attention import add_unseen, attention, widened
from kliping.reading.completeness import missed_estimate
from kliping.reading.page_templates import axis
from kliping.reading.periods import EVERYTHING, Period, Scope, shifted
from kliping.reading.questions import ask, chart_days, last_day, period_before
from kliping.reading.series import binned
from kliping.sql_files import sql
from warehouse.queries import Row, narrowed
from warehouse.read.published import Reader

SECTIONS = ("coverage", "figures", "speakers", "topics", "copies", "edits", "health")
COMPARED = {
    "coverage": ("source_name", "articles"),
    "speakers": ("speaker_entity_id", "articles"),
    "topics": ("topic", "articles"),
}
CHARTED_TOPICS = 3
CHARTED_PERIODS = 6  # of a topic, the latest
MOST_PERIODS = 100  # of a query
LONG = timedelta(days=370)  # a longer range is charted by month
NUMBERS = sql("report/numbers")
TOPIC_ATTENTION = sql("attention/topics")


def contents(reader: Reader, *, topic: str | None = None, **scope: Unpack[Scope]) -> dict[str, Any]:
    """What `sections.html` shows of the range, and of the topic with this id."""
    range_: Row = {**EVERYTHING, **scope}
    since, until = range_["since"], range_["until"]
    chosen = range_ | {"topic": topic}
    last = until or last_day(reader)
    before = period_before(reader, since, last) if since and last else None
    answers = {name: ask(reader, name, **chosen, before=before) for name in SECTIONS}
    total = numbers(reader, chosen)
    is_long = total["articles"] and total["last_day"] - total["first_day"] > LONG
    by = Period.MONTH if is_long else Period.WEEK
    return {
        **answers,
        **range_,
        "about": next((row for row in answers["topics"] if topic), None),
        **comparisons(reader, answers, **chosen | {"until": last}),
        "before": before,
        "total": total,
        "missed": missed_estimate(reader, **range_),
        "by": by.value,
        "attention_charts": _charts(reader, answers["topics"], by, range_)
        if total["articles"]
        else [],
        "chart": columns(answers["coverage"], chart_days(reader, since, until)),
    }


def _charts(reader: Reader, topics: list[Row], by: Period, range_: Row) -> list[Row]:
    """Those of the first topics."""
    titles = {row["topic_id"]: row["topic"] for row in topics[:CHARTED_TOPICS]}
    parameters = {"topics": list(titles), "period": by.value, **range_}
    rows = reader.rows(TOPIC_ATTENTION, parameters)
    add_unseen(reader, rows, by, **range_)
    charts = [
        _chart(reader, f'topic:"{title.replace(chr(34), " ")}"', own, by, range_, 0)
        | {"topic_id": key}
        for key, title in titles.items()
        if (own := [row for row in rows if row["topic_id"] == key])
    ]
    return [chart for chart in charts if chart["top"]]


def attention_chart(
    reader: Reader, query: str, by: Period, range_: Row, most: int = MOST_PERIODS, **found: Any
) -> Row:
    """The attention to the query in at most so many bins, and its highest share; `found` is `is_found`. Raises QueryError."""
    rows = attention(reader, query, by=by, **range_, **found)
    return _chart(reader, query, rows, by, range_, most)


def _chart(
    reader: Reader, query: str, all_rows: list[Row], by: Period, range_: Row, most: int
) -> Row:
    """`rows` are bins of `all_rows`, or with no `most` the latest CHARTED_PERIODS.

    They are of the days that charts show, or of all where only others match.
    """
    days = chart_days(reader, range_["since"], range_["until"])
    within = [r for r in all_rows if r["begins"] <= days[1] and days[0] <= by.last_day(r["begins"])]
    if not any(row["matching"] for row in within):
        within = all_rows
    n_periods = -(-len(within) // most) or 1 if most else 1
    rows = widened(within if most else within[-CHARTED_PERIODS:], by, n_periods)
    if n_periods > 1:
        add_unseen(reader, rows, by, **range_)
    n_all, n_within = (sum(row["matching"] or 0 for row in each) for each in (all_rows, within))
    return {
        "query": query,
        "rows": rows,
        "all_rows": all_rows,
        "top": max((row["share"] or 0 for row in rows), default=0),
        "n_periods": n_periods,
        "n_outside": n_all - n_within,
        "days": days,
        "topic_id": None,
    }


def comparisons(
    reader: Reader,
    answers: dict[str, list[Row]],
    *,
    since: date | None,
    until: date | None,
    source: str | None,
    topic: str | None = None,
) -> dict[str, Any]:
    """What the page compares with the period before: the range if it has a beginning, else its last seven days.

    `until` is the last day of the range, or with an article. `recent` has for each question of COMPARED
    key -> (number, number of the period before).
    """
    first = since or (until and shifted(until, -6))
    latest: dict[str, Any] = {"since": first, "until": until, "source": source, "topic": topic}
    before = period_before(reader, first, until)
    earlier = {**latest, "since": before, "until": first and shifted(first, -1)}
    recent = {
        name: {
            row[key]: (row[number], row["before"])
            for row in (answers[name] if since else ask(reader, name, **latest))
        }
        for name, (key, number) in COMPARED.items()
    }
    return {
        "recent": recent,
        "totals_recent": numbers(reader, latest),
        "totals_before": numbers(reader, earlier),
    }


def numbers(reader: Reader, chosen: Row) -> Row:
    """The totals at the top of the page."""
    return reader.rows(*narrowed(NUMBERS, chosen))[0]


def columns(coverage: list[Row], days: tuple[date, date]) -> Row:
    """Articles of all outlets by week, or by several weeks in a long range: bins of (first day, last day, articles), and the axis.

    `n_outside` are those of other days than `days`, which charts show.
    """
    weeks = [sum(week) for week in zip(*(row["per_week"] for row in coverage), strict=True)]
    bins = binned(weeks)
    n_weeks = -(-len(weeks) // len(bins)) if bins else 0
    return {
        "bins": [
            (
                first := coverage[0]["first_week"] + timedelta(weeks=n * n_weeks),
                shifted(first, 7 * n_weeks - 1),
                articles,
            )
            for n, articles in enumerate(bins)
        ],
        "axis": axis(max(bins, default=0)),
        "weeks": n_weeks,
        "n_outside": sum(row["articles"] for row in coverage) - sum(weeks),
        "days": days,
    }
