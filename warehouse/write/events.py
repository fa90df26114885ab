"""Events: which articles of different outlets are about one thing that happened, found from their words and from what they name.

An original is an article that is no copy. Two originals of three days are compared by the weighted words of their headlines and
openings; what headlines place elsewhere is another event. Groups are then joined as long as the mean similarity between the members of two
is high enough, the most similar first, and as long as all is within three days. That is a function of the set of articles: neither their
order of arrival nor their batches matter. How rare a word is follows from the day of the later original and the three days before it, so
only the days near a change are compared again.

The statements hand on what they find in temporary tables:

originals            originals that are new or changed since the last run; originals_before has them as they were
compared_days        the days of these and the three after each, whose originals are compared again with those of three days before
affected_originals   originals whose event may be another one now: near a compared day, or joined to such by similar pairs

Method: Allan, "Topic detection and tracking" (2002), with average-link clustering.
"""

from __future__ import annotations

import heapq
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.queries import Row, repeat, sql
from warehouse.write.staging import stage_rows
from warehouse.write.step import Step, StepContext, date_groups

CHANGED_ORIGINALS = sql("events/changed_originals")
KINDS = sql("events/kinds")
COMPARED_ORIGINALS = sql("events/compared_originals")
ORIGINAL_SCENES = sql("events/original_scenes")
ORIGINAL_SPEAKERS = sql("events/original_speakers")
PAIRS = sql("events/pairs")
AFFECTED_ORIGINALS = sql("events/affected_originals")
CONNECTED_ORIGINALS = sql("events/connected_originals")
ORIGINALS = sql("events/originals")
ORIGINAL_PAIRS = sql("events/original_pairs")
EVENTS = sql("events/events")
FIGURE_SUBJECTS = sql("events/figure_subjects")
DAYS = "SELECT day, count(*) FROM core.article_events SEMI JOIN compared_days USING (day) GROUP BY day ORDER BY day"
ORIGINALS_AT_ONCE = 1200  # of days that are compared together: a statement for each day costs more
WEIGHTS = "SELECT w.same_event::DOUBLE, w.longest FROM (SELECT core.event_weights() AS w)"


def find_events(context: StepContext) -> int:
    """Bring `core.article_events` up to date; returns the number of originals whose event may be another one now."""
    con = context.con
    con.execute(CHANGED_ORIGINALS)
    con.execute(FIGURE_SUBJECTS, _subjects())
    kinds = _table("event_kinds")
    for place, (group, kind, pattern) in enumerate(_patterns(kinds)):
        row = {"kind": kind, "pattern": pattern, "place_in_file": place}
        con.execute(KINDS, row | {"is_service": group == "services"})
    con.execute(COMPARED_ORIGINALS, {"services": list(kinds["services"])})
    con.execute(ORIGINAL_SCENES)
    con.execute(ORIGINAL_SPEAKERS)
    for days in date_groups(con.execute(DAYS).fetchall(), ORIGINALS_AT_ONCE):
        con.execute(PAIRS, {"days": days})
    [(same_event, longest)] = con.execute(WEIGHTS).fetchall()
    con.execute(AFFECTED_ORIGINALS)
    repeat(con, CONNECTED_ORIGINALS, {"similar": same_event})
    originals = con.execute(ORIGINALS).fetchall()
    pairs = con.execute(ORIGINAL_PAIRS).fetchall()
    events = list(_events(originals, pairs, same_event, longest))
    stage_rows(con, context.folder, "events", "core.article_events", events)
    con.execute(EVENTS)
    return len(originals)


FIND_EVENTS = Step(
    name="find events",
    reads=(
        "ops.uncompared",
        "core.articles",
        "core.article_clusters",
        "core.article_versions",
        "core.figures",
        "core.quotes",
    ),
    makes=("core.article_events", "core.event_pairs", "core.figure_subjects"),
    run=find_events,
)


def _patterns(kinds: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Group, kind and pattern, in the order of the file."""
    for group, patterns in kinds.items():
        yield from ((group, kind, pattern) for kind, pattern in patterns.items())


@cache
def _subjects() -> dict[str, Any]:
    """What figures can count, in the order of the file."""
    table = _table("subjects")
    rows = [
        {"things": None, "changes": None, **row, "place": place}
        | {"units": table["groups"].get(row["units"], row["units"])}
        for place, row in enumerate(table["subject"])
    ]
    excluded = {name: rf"\b(?:{'|'.join(words)})\b" for name, words in table["excluded"].items()}
    return {"subjects": rows, "words": "|".join(row["words"] for row in rows), **excluded}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def _events(
    originals: list[tuple[str, datetime]],
    pairs: Iterable[tuple[str, str, float]],
    same_event: float,
    longest: timedelta,
) -> Iterator[Row]:
    """The event of each original; the originals come the earliest first, and the earliest gives an event its id."""
    place = {article: number for number, (article, _) in enumerate(originals)}
    similarities = {(place[a], place[b]): value for a, b, value in pairs}
    for group in average_link(similarities, same_event, [at for _, at in originals], longest):
        for number in group:
            yield {"event_id": originals[min(group)][0], "article_id": originals[number][0]}


def average_link(
    similarities: dict[tuple[int, int], float],
    threshold: float,
    times: Sequence[datetime],
    longest: timedelta,
) -> Iterable[list[int]]:
    """Groups of several originals, the most similar first; those of equal similarity are joined from the earliest on.

    `times` are those of the originals: no group lasts longer than `longest`.
    """
    members: dict[int, list[int]] = {}
    sums: dict[int, dict[int, float]] = defaultdict(dict)  # of the similarities between two groups
    for (one, other), similarity in similarities.items():
        sums[one][other] = sums[other][one] = similarity
        members |= {one: [one], other: [other]}
    queue = [(-value, *pair) for pair, value in similarities.items() if value >= threshold]
    heapq.heapify(queue)
    while queue:
        value, one, other = heapq.heappop(queue)
        if value != -_mean(members, sums, one, other):
            continue  # one of the two has grown since
        reports = [times[number] for number in members[one] + members[other]]
        if max(reports) - min(reports) > longest:
            continue
        members[one] += members.pop(other)
        for neighbour, similarity in sums.pop(other).items():
            del sums[neighbour][other]
            if neighbour != one:
                total = sums[one].get(neighbour, 0.0) + similarity
                sums[one][neighbour] = sums[neighbour][one] = total
        for neighbour in sums[one]:
            if (mean := _mean(members, sums, one, neighbour)) >= threshold:
                heapq.heappush(queue, (-mean, min(one, neighbour), max(one, neighbour)))
    return [group for group in members.values() if len(group) > 1]


def _mean(
    members: dict[int, list[int]], sums: dict[int, dict[int, float]], one: int, other: int
) -> float:
    """Mean similarity between the members of two groups; 0 where one is a part of another group by now."""
    if one not in members or other not in members:
        return 0.0
    return sums[one].get(other, 0.0) / (len(members[one]) * len(members[other]))
