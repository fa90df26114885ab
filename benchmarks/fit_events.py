"""Fit the weights of events (warehouse/views/core/event_weights.sql) to labelled articles of the press.

    python benchmarks/fit_events.py [--corpus DIR] [--write]

Each weight in turn takes the values below beside today's others, each time with every threshold. The best have the highest strict
BCubed F of the articles that the hand, and readers a and b, have labelled; reader c chooses nothing. *Days left out*: the events of each day
by what is best for the other days. With `--write` the best go into the file. Run it until they stay.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import duckdb
from bench_events import STORY_DAYS, Press, labels_of_press
from event_scores import article_scores, best_key, by_day, lenient, pair_counts, strict
from measurement import print_table, run, share
from press import CACHE, CHECKOUT, TABLE, press_home
from press_events import EventLabels, Groups
from typer import Option

from warehouse.write.events import PAIRS, find_events
from warehouse.write.step import StepContext

FILE = CHECKOUT / "warehouse" / "views" / "core" / "event_weights.sql"
VALUES: Mapping[str, tuple[float, ...]] = {
    "headline": (2, 3, 4, 5, 6, 8),
    "opening": (700, 1000, 1500, 2000, 3000),
    "same_site": (0.6, 0.7, 0.8, 0.9, 1),
    "other_speaker": (0.6, 0.7, 0.8, 0.9, 1),
}
THRESHOLD = "same_event"
THRESHOLDS = [n / 100 for n in range(24, 37)]
Weights = tuple[tuple[str, float], ...]  # names and values
HEAD = ("weights", "labels", "n", "BCubed F", "lenient F", "pair precision", "pair recall")


def weights_of_file() -> Weights:
    """The threshold is the last one."""
    text = FILE.read_text("utf-8")
    names = (*VALUES, THRESHOLD)
    return tuple((name, float(re.findall(rf" {name}: ([\d.]+)", text)[0])) for name in names)


def file_with(weights: Weights) -> str:
    text = FILE.read_text("utf-8")
    for name, value in weights:
        text = re.sub(rf"(?<= {name}: )[\d.]+", f"{value:g}", text)
    return text


def neighbours(weights: Weights) -> list[Weights]:
    """Those that differ in one weight at most."""
    found = (tuple((dict(weights) | {name: v}).items()) for name in VALUES for v in VALUES[name])
    return list(dict.fromkeys(found))


def all_groups(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[Weights, Groups]:
    """By weights and threshold. The first comparison leaves the tables that the others read."""
    con.execute("DELETE FROM ops.uncompared")
    con.execute("INSERT INTO ops.uncompared SELECT article_id FROM core.articles")
    find_events(StepContext(con=con, folder=folder, home=folder))
    days = [day for (day,) in con.execute(STORY_DAYS).fetchall()]
    groups = dict[Weights, Groups]()
    for weights in neighbours(weights_of_file()[:-1]):
        con.execute(file_with(weights))
        con.execute("DELETE FROM core.event_pairs")
        con.execute(PAIRS, {"days": days})
        press = Press(con)
        groups |= {(*weights, (THRESHOLD, t)): press.product_groups(t) for t in THRESHOLDS}
    return groups


def rows(
    name: str, labels: Mapping[str, EventLabels], groups: Groups
) -> Iterator[tuple[object, ...]]:
    for lot in ("gold", "readers a and b", "reader c"):
        scores = article_scores(labels[lot], groups).values()
        pairs = pair_counts(labels[lot], groups)
        shares = (share(*pairs[each]) for each in ("pair precision", "pair recall"))
        yield name, lot, len(scores), f"{strict(scores):.3f}", f"{lenient(scores):.3f}", *shares


def main(
    *,
    corpus: Annotated[Path, Option(envvar="KLIPING_TEST_PRESS")] = CHECKOUT.parent / "shared" / "corpus",
    write: bool = False,
) -> None:  # fmt: skip
    with TemporaryDirectory() as folder:
        copy = shutil.copy(press_home(corpus / TABLE, CACHE) / "warehouse.duckdb", folder)
        with duckdb.connect(copy) as con:
            press = Press(con)
            labels = labels_of_press(corpus, press)
            groups = all_groups(con, Path(folder))
    first, second = labels["gold"], labels["readers a and b"]
    choosing = EventLabels(
        {**first.events, **second.events}, {**first.occasions, **second.occasions}
    )
    scored = {weights: article_scores(choosing, found) for weights, found in groups.items()}
    best = best_key(scored, choosing.events)
    now = weights_of_file()
    print_table(
        HEAD,
        [*rows(f"file {now}", labels, groups[now]), *rows(f"best {best}", labels, groups[best])],
    )
    left_out = strict(by_day(choosing, press.days, scored).values())
    print(
        f"strict F of {len(choosing.events)}: {strict(scored[now].values()):.4f} by the file, {strict(scored[best].values()):.4f} by the best, {left_out:.4f} with days left out"
    )
    if write:
        FILE.write_text(file_with(best), "utf-8")


if __name__ == "__main__":
    run(main, __doc__)
