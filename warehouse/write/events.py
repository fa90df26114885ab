"""Events: which articles of different outlets are about one thing that happened, found from their words and from what they name.

An original is an article that is no copy. Two originals of three days are compared by their rare words and names, headlines, people,
places, figures and kinds of happening. Groups are then joined as long as the mean likelihood between the members of two is high
enough, the most likely first. That is a function of the set of articles: neither their order of arrival nor their batches matter. How
rare a word is follows from the day of the later original and the three days before it, so only the days near a change are compared
again.

The statements hand on what they find in temporary tables:

changed_originals    originals that are new, changed or gone since the last run
compared_days        the days of these and the three after each, whose originals are compared again with those of three days before
affected_originals   originals whose event may be another one now: near a compared day, or joined to such by likely pairs

Method: Allan, "Topic detection and tracking" (2002), with average-link clustering.
"""

from __future__ import annotations

import heapq
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from parsers.language.words import rows, table
from warehouse.queries import Row, sql
from warehouse.write.staging import stage_rows
from warehouse.write.step import Step, StepContext

CHANGED_ORIGINALS = sql("events/changed_originals")
HAPPENINGS = sql("events/happenings")
PAIRS = sql("events/pairs")
AFFECTED_ORIGINALS = sql("events/affected_originals")
ORIGINALS = sql("events/originals")
ORIGINAL_PAIRS = sql("events/original_pairs")
EVENTS = sql("events/events")
FIGURE_SUBJECTS = sql("events/figure_subjects")
DAYS = "SELECT day, count(*) FROM core.article_events SEMI JOIN compared_days USING (day) GROUP BY day ORDER BY day"
ORIGINALS_AT_ONCE = 1000  # of days that are compared together: a statement for each day costs more
USUAL_NAMES = ("people", "places", "grammar", "months", "units")
WORD = re.compile(r"[^\W_]+")
LIKELY = 0.5  # mean likelihood from which two groups are one event


def find_events(context: StepContext) -> int:
    """Bring `core.article_events` up to date; returns the number of originals whose event may be another one now."""
    con = context.con
    con.execute(CHANGED_ORIGINALS)
    con.execute(FIGURE_SUBJECTS, _subjects())
    for happening, pattern in _table("happenings").items():
        con.execute(HAPPENINGS, {"happening": happening, "pattern": pattern})
    for days in _day_groups(con.execute(DAYS).fetchall()):
        con.execute(PAIRS, {"days": days, "usual_names": _usual_names()})
    con.execute(AFFECTED_ORIGINALS, {"likely": LIKELY})
    originals = [article for (article,) in con.execute(ORIGINALS).fetchall()]
    pairs = con.execute(ORIGINAL_PAIRS).fetchall()
    events = list(_events(originals, pairs))
    stage_rows(con, context.folder, "events", "core.article_events", events)
    con.execute(EVENTS)
    return len(originals)


FIND_EVENTS = Step(
    name="find events",
    reads=(
        "ops.uncompared",
        "core.article_clusters",
        "core.article_versions",
        "core.entity_mentions",
        "core.article_places",
        "core.figures",
    ),
    makes=("core.article_events", "core.event_pairs", "core.figure_subjects"),
    run=find_events,
)


def _day_groups(days: Iterable[tuple[date, int]]) -> Iterator[list[date]]:
    """Days that are compared together; each comes with the number of its originals."""
    group, n = list[date](), 0
    for day, n_originals in days:
        if group and n + n_originals > ORIGINALS_AT_ONCE:
            yield group
            group, n = [], 0
        group.append(day)
        n += n_originals
    if group:
        yield group


@cache
def _usual_names() -> str:
    """Words with a capital letter that tell no event: offices, bodies, ranks, months, regions, words that begin a sentence.

    They are one text, since DuckDB takes half a second to bind a list of thousands.
    """
    lists = [*(table(name) for name in USUAL_NAMES), *(row["name"] for row in rows("regions"))]
    return " ".join(sorted({word for part in lists for word in _words(part)}))


def _words(part: object) -> Iterator[str]:
    """The words of a table of word lists, its keys among them."""
    if isinstance(part, dict):
        yield from (word for item in part.items() for value in item for word in _words(value))
    elif isinstance(part, list):
        yield from (word for value in part for word in _words(value))
    elif isinstance(part, str):
        yield from WORD.findall(part.lower())


@cache
def _subjects() -> dict[str, Any]:
    """What figures can count, in the order of the file."""
    table = _table("subjects")
    rows = [
        {
            "place": place,
            "name": row["name"],
            "units": table["groups"].get(row["units"], row["units"]),
            "words": row["words"],
            "without": row.get("without"),
            "changes": row.get("changes"),
        }
        for place, row in enumerate(table["subject"])
    ]
    excluded = {place: rf"\b(?:{'|'.join(words)})" for place, words in table["excluded"].items()}
    return {
        "subjects": rows,
        **table["groups"],
        "not_in_clause": rf"{excluded['clause']}\b",
        "not_before": excluded["before"],
        "not_in_sentence": rf"{excluded['sentence']}\b",
        **{f"over_{name}": rf"\b(?:{'|'.join(words)})\b" for name, words in table["wider"].items()},
    }


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def _events(originals: list[str], pairs: Iterable[tuple[str, str, float]]) -> Iterator[Row]:
    """The event of each original; the originals come the earliest first, and the earliest gives an event its id."""
    place = {article: number for number, article in enumerate(originals)}
    for group in average_link({(place[a], place[b]): value for a, b, value in pairs}, LIKELY):
        for number in group:
            yield {"event_id": originals[min(group)], "article_id": originals[number]}


def average_link(
    likelihoods: dict[tuple[int, int], float], threshold: float
) -> Iterable[list[int]]:
    """Groups of several originals, the most likely first; those of equal likelihood are joined from the earliest on."""
    members: dict[int, list[int]] = {}
    sums: dict[int, dict[int, float]] = defaultdict(dict)  # of the likelihoods between two groups
    for (one, other), likelihood in likelihoods.items():
        sums[one][other] = sums[other][one] = likelihood
        members |= {one: [one], other: [other]}
    queue = [(-value, *pair) for pair, value in likelihoods.items() if value >= threshold]
    heapq.heapify(queue)
    while queue:
        value, one, other = heapq.heappop(queue)
        if value != -_mean(members, sums, one, other):
            continue  # one of the two has grown since
        members[one] += members.pop(other)
        for neighbour, likelihood in sums.pop(other).items():
            del sums[neighbour][other]
            if neighbour != one:
                total = sums[one].get(neighbour, 0.0) + likelihood
                sums[one][neighbour] = sums[neighbour][one] = total
        for neighbour in sums[one]:
            if (mean := _mean(members, sums, one, neighbour)) >= threshold:
                heapq.heappush(queue, (-mean, min(one, neighbour), max(one, neighbour)))
    return [group for group in members.values() if len(group) > 1]


def _mean(
    members: dict[int, list[int]], sums: dict[int, dict[int, float]], one: int, other: int
) -> float:
    """Mean likelihood between the members of two groups; 0 where one is a part of another group by now."""
    if one not in members or other not in members:
        return 0.0
    return sums[one].get(other, 0.0) / (len(members[one]) * len(members[other]))
