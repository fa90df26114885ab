"""How well `mart.events` groups articles of the press, beside plain TF-IDF with average linkage.

    python benchmarks/bench_events.py [--corpus DIR] [--figures] [--cost 100000] [--day 1000]

The articles are those of press.csv.gz that have labels: press-gold.json and those of readers a and b (8 and 9 June), which chose the rules,
and those of reader c (10 to 12 June), which did not. The interval is of the strict F, by draws of events. *By day*: the articles of each day with the threshold that is best for the others.
`--figures` reads the home of the press: how many of the labelled pairs of figures `mart.figure_comparisons` has, and how many of its rows that
somebody read are right.
`--cost` measures the CPU time, on invented articles of which three outlets tell each event.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import duckdb
from event_scores import (
    Scores,
    article_scores,
    best_key,
    by_day,
    interval,
    lenient,
    pair_counts,
    strict,
)
from growing_home import Grower, batches, find_copies, load, run_sql
from measurement import Spent, print_table, run, share
from press import CACHE, CHECKOUT, TABLE, press_home
from press_events import (
    EventLabels,
    Groups,
    agreement,
    common_to,
    narrowed,
    read_gold,
    read_readers,
)
from press_figures import precise, read_labels, recalled
from typer import Option

from warehouse.write.database import Database
from warehouse.write.events import WEIGHTS, average_link, find_events
from warehouse.write.step import StepContext

GOLD = "press-gold.json"
THRESHOLDS = [n / 100 for n in range(11, 60, 2)]
PAIRS = "SELECT earlier_id, article_id, similarity FROM core.event_pairs"
HEAD = (
    "labels", "method", "n", "events", "BCubed F", "lenient F", "by day, strict / lenient",
    "pair precision", "lenient", "pair recall", "recall of occasions",
)  # fmt: skip
TOLD_BY, BATCH = 3, 500
STORY_DAYS = "SELECT DISTINCT story_at::DATE AS day FROM core.article_clusters ORDER BY day"
STORIES = "SELECT article_id FROM core.article_clusters WHERE story_at::DATE"
LAST_DAYS = 10
EVENT_TABLES = ("core.article_events", "core.event_pairs", "core.figure_subjects")


class Press:
    """The articles of a home of the press, grouped by either method with any threshold."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        [(self.threshold, self._longest)] = con.execute(WEIGHTS).fetchall()
        rows = run_sql(con, "event_originals").fetchall()
        self.originals = {address: original for address, original, _, _ in rows}
        self.events: Groups = {address: event for address, _, event, _ in rows}
        self.times = {address: time for address, _, _, time in rows}
        self.days = {address: time.date() for address, time in self.times.items()}

    @cached_property
    def _pairs(self) -> list[tuple[str, str, float]]:
        return self._con.execute(PAIRS).fetchall()

    def product_groups(self, threshold: float) -> Groups:
        """As `mart.events` has them, but for the threshold."""
        times = {self.originals[address]: time for address, time in self.times.items()}
        groups = _linked(times, self._pairs, threshold, self._longest)
        return {address: groups[original] for address, original in self.originals.items()}

    def plain_pairs(self, addresses: list[str]) -> list[tuple[str, str, float]]:
        return run_sql(self._con, "plain_pairs", {"addresses": addresses}).fetchall()

    def plain_groups(self, pairs: list[tuple[str, str, float]], threshold: float) -> Groups:
        return _linked(self.times, pairs, threshold, self._longest)


def _linked(
    times: dict[str, datetime],
    pairs: list[tuple[str, str, float]],
    threshold: float,
    longest: timedelta,
) -> Groups:
    names = sorted(times, key=lambda name: (times[name], name))
    place = {name: number for number, name in enumerate(names)}
    similarities = {
        (min(place[a], place[b]), max(place[a], place[b])): value for a, b, value in pairs
    }
    groups = {name: name for name in names}
    for members in average_link(similarities, threshold, [times[name] for name in names], longest):
        groups |= {names[number]: names[min(members)] for number in members}
    return groups


def accuracy(press: Press, labelled: dict[str, EventLabels]) -> Iterator[tuple[object, ...]]:
    """Rows of the table. The threshold of TF-IDF is the best for the first labels, and then the best for these."""
    plain_threshold = None
    for name, labels in labelled.items():
        scored = {t: article_scores(labels, press.product_groups(t)) for t in THRESHOLDS}
        yield name, "mart.events", *numbers(press, labels, press.events, scored)
        pairs = press.plain_pairs(list(labels.events))
        groups = {t: press.plain_groups(pairs, t) for t in THRESHOLDS}
        scored = {t: article_scores(labels, group) for t, group in groups.items()}
        best = best_key(scored, labels.events)
        plain_threshold = plain_threshold or best
        for threshold in sorted({plain_threshold, best}):
            method = f"TF-IDF, {threshold}"
            yield name, method, *numbers(press, labels, groups[threshold], scored)


def numbers(
    press: Press, labels: EventLabels, found: Groups, scored: dict[float, Scores]
) -> Iterator[object]:
    """`scored`: of the method, by threshold."""
    scores = article_scores(labels, found)
    low, high = interval(labels, scores)
    left_out = by_day(labels, press.days, scored).values()
    yield from (len(labels.events), len(set(labels.events.values())))
    yield f"{strict(scores.values()):.3f} [{low:.3f}, {high:.3f}]"
    yield f"{lenient(scores.values()):.3f}"
    yield f"{strict(left_out):.3f} / {lenient(left_out):.3f}"
    yield from (share(*counts) for counts in pair_counts(labels, found).values())


def labels_of_press(corpus: Path, press: Press) -> dict[str, EventLabels]:
    """Of the articles in the home; those of the readers are without the articles that chose the threshold."""
    gold = read_gold(corpus / GOLD)
    readers = {
        f"reader {name}": narrowed(labels, lambda a: a in press.events and a not in gold.events)
        for name, labels in read_readers().items()
    }
    labelled = {"gold": narrowed(gold, press.events.__contains__), **readers}
    return labelled | {"readers a and b": common_to(*list(readers.values())[:2])}


def print_accuracy(corpus: Path) -> None:
    home = press_home(corpus / TABLE, CACHE)
    with duckdb.connect(str(home / "kliping.duckdb"), read_only=True) as con:
        press = Press(con)
        labelled = labels_of_press(corpus, press)
        print(f"threshold {press.threshold}")
        one, other = list(labelled.values())[1:3]
        print(
            f"F of the pairs of readers a and b: {agreement(one.events, other.events):.3f} of one event,",
            end=" ",
        )
        print(f"{agreement(one.occasions, other.occasions):.3f} of one occasion")
        print_table(HEAD, accuracy(press, labelled))


def print_figures(corpus: Path) -> None:
    home = press_home(corpus / TABLE, CACHE)
    labels = read_labels(corpus / GOLD, corpus / TABLE)
    with duckdb.connect(str(home / "kliping.duckdb"), read_only=True) as con:
        print_table(("label", "pairs", "in one event", "compared", "right"), recalled(con, labels))
        print_table(("verdict", "rows", "read", "twice", "right"), precise(con))


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


def main(
    *,
    corpus: Annotated[Path, Option(envvar="KLIPING_TEST_PRESS")] = CHECKOUT.parent / "shared" / "corpus",
    figures: bool = False,
    cost: int = 0,
    day: int = 1000,
) -> None:  # fmt: skip
    """`cost`: so many articles, `day` of them on a day."""
    if cost:
        measure_cost(cost, day)
    elif figures:
        print_figures(corpus)
    else:
        print_accuracy(corpus)


if __name__ == "__main__":
    run(main, __doc__)
