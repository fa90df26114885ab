"""The answers to the saved questions (`questions/<name>.sql`), and the names of outlets and topics that limit them."""

from __future__ import annotations

from datetime import date
from typing import Unpack

from kliping.reading.completeness import missed_by_outlet
from kliping.reading.periods import EVERYTHING, Scope, shifted
from kliping.reading.question_files import Counts, question_files
from kliping.reading.unknown_names import (
    UnknownNameError,
    nearest_hint,
    unknown_outlet,
    unknown_topic,
)
from warehouse.queries import Row, narrowed
from warehouse.read.published import Reader

LOADED_OUTLET = "SELECT source_name AS name FROM mart.outlets WHERE $source IN (source_id, source_name) ORDER BY source_id <> $source"
OUTLETS = """SELECT DISTINCT source_id, coalesce(s.source_name, source_id) AS name
  FROM (SELECT source_id FROM raw.fetches UNION SELECT source_id FROM mart.outlets)
  LEFT JOIN mart.outlets AS s USING (source_id) ORDER BY ALL"""
CHART_DAYS = "SELECT min(day) AS first, max(day) AS last FROM mart.chart_calendar($since::DATE, $until::DATE)"


def questions() -> dict[str, str]:
    """Name -> the question."""
    return {name: file.question for name, file in question_files().items()}


def is_count(name: str) -> bool:
    """Whether its numbers count articles, quotes or events: they are shown with the estimate of what was missed."""
    return name in question_files() and question_files()[name].counts is not None


def ask(
    reader: Reader,
    name: str,
    *,
    topic: str | None = None,
    before: date | None = None,
    **scope: Unpack[Scope],
) -> list[Row]:
    """The answer over the articles of these days; `source` as `outlet` gives it.

    `topic` is an id of `ref.topics`; questions that are not about articles ignore it. `before` is what `period_before`
    gives, for callers that have it. Raises UnknownNameError.
    """
    if not (file := question_files().get(name)):
        raise UnknownNameError(f"no question {name!r}{nearest_hint(name, list(questions()))}")
    parameters: Row = {**EVERYTHING, **scope, "topic": topic}
    if "$before" in file.sql:
        parameters["before"] = before or period_before(
            reader, parameters["since"], parameters["until"]
        )
    rows = reader.rows(*narrowed(file.sql, parameters))
    if file.counts is Counts.BY_OUTLET:
        missed = missed_by_outlet(reader, **scope)
        for row in rows:
            row["unseen"] = missed[row["source_name"]].text
    return rows


def last_day(reader: Reader) -> date | None:
    """The last day of charts; None where there is no article."""
    day: date | None = reader.rows("FROM mart.chart_range")[0]["last_day"]
    return day


def chart_days(
    reader: Reader, since: date | None = None, until: date | None = None
) -> tuple[date, date]:
    """The first and the last day that charts of a range show; without an article all days."""
    [days] = reader.rows(CHART_DAYS, {"since": since, "until": until})
    return days["first"] or date.min, days["last"] or date.max


def period_before(reader: Reader, since: date | None, until: date | None) -> date | None:
    """First day of the period of equal length that ends before `since`; None where there is no `since`."""
    if since is None or (last := until or last_day(reader)) is None:
        return None
    return shifted(since, -max((last - since).days, 0) - 1)


def outlet(reader: Reader, source: str | None) -> str | None:
    """The title in the marts of the outlet with this TOML name or title; its TOML name if nothing of it was loaded yet.

    Raises UnknownNameError.
    """
    if source is None:
        return None
    if loaded := reader.rows(LOADED_OUTLET, {"source": source}):
        return str(loaded[0]["name"])
    titles = outlet_titles(reader)
    if source not in titles and source not in titles.values():
        raise unknown_outlet(source, titles)
    return titles.get(source, source)


def outlet_titles(reader: Reader) -> dict[str, str]:
    """TOML name -> title of each outlet of which something was read."""
    return {row["source_id"]: row["name"] for row in reader.rows(OUTLETS)}


def topics(reader: Reader) -> list[Row]:
    """The topics there are, with their labels, by label."""
    return reader.rows(
        "SELECT topic_id, label_id, label_en FROM ref.topics ORDER BY label_id, topic_id"
    )


def topic_id(reader: Reader, topic: str | None) -> str | None:
    """The id of the topic with this id or label. Raises UnknownNameError."""
    if topic is None:
        return None
    labels: dict[str, str] = {row["topic_id"]: row["label_id"] for row in topics(reader)}
    if topic in labels:
        return topic
    wanted = topic.casefold()
    for row in topics(reader):
        if wanted in {row[key].casefold() for key in ("label_id", "label_en") if row[key]}:
            return str(row["topic_id"])
    raise unknown_topic(topic, labels)
