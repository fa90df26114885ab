"""How well `mart.events` groups the articles of known events, beside plain TF-IDF with its best threshold.

    python benchmarks/bench_events.py [--figures] [--cost 100000] [--day 1000]

The numbers are BCubed precision, recall and F (Amigó et al. 2009). The threshold of TF-IDF is the best of the development half.
`--figures` compares the rows of `mart.figure_comparisons` with events/verdicts.csv, which has verdicts by eye: whether both figures count one
thing, and the verdict is right. `rules` is `unseen` for the rows of the rules that had not seen these texts, and `later` for rows of later rules.
`--cost` measures the CPU time, on invented articles of which three outlets tell each event.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from event_texts import (
    HALVES,
    TEXTS,
    EventText,
    article_key,
    event_texts,
    hand_written,
    load_events,
)
from growing_home import Grower, batches, find_copies, load, run_sql
from measurement import Spent, print_table, run

from warehouse.write.database import Database
from warehouse.write.events import average_link, find_events
from warehouse.write.step import StepContext

WORD = re.compile(r"\w+")
THRESHOLDS = [n / 100 for n in range(4, 70, 2)]
TOLD_BY, BATCH = 3, 500
STORY_DAYS = "SELECT DISTINCT story_at::DATE AS day FROM core.article_clusters ORDER BY day"
STORIES = "SELECT article_id FROM core.article_clusters WHERE story_at::DATE"
LAST_DAYS = 10
EVENT_TABLES = ("core.article_events", "core.event_pairs", "core.figure_subjects")
COMPARED = ("earlier", "later", "subject", "verdict", "earlier_figure", "later_figure")
COMPARISONS = """
    SELECT earlier_article_id, later_article_id, subject, verdict, earlier_figure, later_figure FROM mart.figure_comparisons
"""
LOTS = tuple(f"figures_{letter}" for letter in "cdefgh")  # by authors who knew nothing of the rules
WITH_FOUND_EVENTS = (
    "figures",
    "figures_unseen",
)  # the others were judged for all articles of each event
Groups = Mapping[int, str]  # number of an article to its group


def bcubed(texts: Sequence[EventText], found: Groups) -> tuple[float, float, float]:
    """Precision, recall and F: the means over articles of what their group and their event share."""
    truth = {n: text.event_id for n, text in enumerate(texts)}
    events, groups = _members(truth), _members(found)
    shared = {n: len(events[truth[n]] & groups[found[n]]) for n in truth}
    precision = sum(shared[n] / len(groups[found[n]]) for n in truth) / len(truth)
    recall = sum(shared[n] / len(events[truth[n]]) for n in truth) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _members(groups: Groups) -> dict[str, set[int]]:
    members: dict[str, set[int]] = defaultdict(set)
    for number, group in groups.items():
        members[group].add(number)
    return members


def found_events(texts: list[EventText]) -> Groups:
    with TemporaryDirectory() as folder:
        store = load_events(Path(folder), texts)
        with store.write_connection() as con:
            events = dict(run_sql(con, "events_of_articles").fetchall())
    return {n: events[article_key(n, text)] for n, text in enumerate(texts)}


def cosines(texts: list[EventText]) -> dict[tuple[int, int], float]:
    """The TF-IDF cosine of every two articles of three days."""
    counts = [Counter(WORD.findall(f"{t.headline} {t.text}".lower())) for t in texts]
    seen = Counter(word for count in counts for word in count)
    vectors = []
    for count in counts:
        vector = {w: (1 + math.log(n)) * math.log(len(texts) / seen[w]) for w, n in count.items()}
        size = math.hypot(*vector.values())
        vectors.append({word: weight / size for word, weight in vector.items()})
    return {
        (a, b): sum(weight * vectors[b].get(word, 0) for word, weight in vectors[a].items())
        for a, b in combinations(range(len(texts)), 2)
        if abs(texts[a].published_at - texts[b].published_at) <= timedelta(days=3)
    }


def plain_groups(texts: list[EventText], threshold: float) -> Groups:
    groups = {n: str(n) for n in range(len(texts))}
    for members in average_link(cosines(texts), threshold):
        groups |= {n: str(min(members)) for n in members}
    return groups


def accuracy() -> Iterator[tuple[object, ...]]:
    """Rows of the table: two methods for each lot."""
    for name, texts_of, lots in (
        ("all", event_texts, HALVES),
        ("by hand", hand_written, (*HALVES, *LOTS)),
    ):
        development = list(texts_of("development"))
        best = max(THRESHOLDS, key=lambda t: bcubed(development, plain_groups(development, t))[2])
        for lot in lots:
            texts = list(texts_of(lot))
            methods = {
                f"TF-IDF, threshold {best}": plain_groups(texts, best),
                "mart.events": found_events(texts),
            }
            n_events = len({text.event_id for text in texts})
            for method, found in methods.items():
                numbers = (f"{number:.3f}" for number in bcubed(texts, found))
                yield f"{lot}, {name}", method, len(texts), n_events, *numbers


def compared_figures() -> Iterator[tuple[object, ...]]:
    """Rows of the table: one for each file of texts."""
    with (TEXTS / "verdicts.csv").open(encoding="utf-8") as file:
        verdicts = list(csv.DictReader(file))
    for name in sorted(path.stem for path in TEXTS.glob("figures*.toml")):
        rows = [row for row in verdicts if row["texts"] == name]
        unseen = [row["judged"] for row in rows if row["rules"] == "unseen"]
        judged = {tuple(row[column] for column in COMPARED): row["judged"] for row in rows}
        with TemporaryDirectory() as folder:
            store = load_events(Path(folder), hand_written(name))
            with store.write_connection() as con:
                found = set(con.execute(COMPARISONS).fetchall())
                if name not in WITH_FOUND_EVENTS:
                    run_sql(con, "known_events")
                today = [judged.get(row) for row in con.execute(COMPARISONS).fetchall()]
        counts = (len(unseen), unseen.count("right"), len(today), today.count("right"))
        yield name, *counts, today.count(None), len(found)


def measure_cost(n: int, per_day: int) -> None:
    with TemporaryDirectory() as folder:
        store, week = Database(Path(folder)), per_day * 7
        load(store, batches(0, week, BATCH, week, told_by=TOLD_BY))
        find_copies(store)
        Grower(store, week).grow_to(n)
        with store.write_connection() as con:
            for table in EVENT_TABLES:
                con.execute(f"DELETE FROM {table}")
            days = [day for (day,) in con.execute(STORY_DAYS).fetchall()]
        print_cost("all but the last days", store, f"{STORIES} < DATE '{days[-LAST_DAYS]}'")
        for day in days[-LAST_DAYS:]:
            print_cost(f"{day}", store, f"{STORIES} = DATE '{day}'")


def print_cost(name: str, store: Database, selected: str) -> None:
    """What finding the events of these articles costs, after those of the articles before."""
    with store.write_connection() as con, store.staging_folder() as folder:
        con.begin()
        con.execute("DELETE FROM ops.uncompared")
        con.execute(f"INSERT INTO ops.uncompared {selected}")
        [[n]] = con.execute("SELECT count(*) FROM ops.uncompared").fetchall()
        with Spent() as spent:
            find_events(StepContext(con=con, folder=folder, home=store.home))
        con.execute("DELETE FROM ops.uncompared")
        con.commit()
    print(f"{name}: {n} articles, {spent.cpu:.1f} CPU s, {1000 * spent.cpu / n:.2f} ms each")


def main(*, figures: bool = False, cost: int = 0, day: int = 1000) -> None:
    """`cost`: so many articles, `day` of them on a day."""
    if cost:
        measure_cost(cost, day)
    elif figures:
        head = "texts,judged unseen,right,today,right,not judged,with the events found"
        print_table(head.split(","), compared_figures())
    else:
        head = "articles,method,n,events,precision,recall,F"
        print_table(head.split(","), accuracy())


if __name__ == "__main__":
    run(main, __doc__)
