"""How well `mart.events` groups the articles of known events, beside plain TF-IDF with its best threshold.

    python benchmarks/bench_events.py [development|held-out] ...

The figures are BCubed precision, recall and F (Amigó et al. 2009). The threshold of TF-IDF is the best of the development half.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from event_home import article_key, load_events
from event_texts import HALVES, EventText, event_texts

from warehouse.write.events import average_link

WORD = re.compile(r"\w+")
THRESHOLDS = [n / 100 for n in range(4, 70, 2)]
EVENTS = """
    SELECT c.article_id, e.event_id
    FROM core.article_clusters AS c
    JOIN core.article_events AS e ON e.article_id = CASE WHEN c.relation = 'partial' THEN c.article_id ELSE c.cluster_id END
"""
Groups = Mapping[int, str]  # number of an article to its group


def bcubed(truth: Groups, found: Groups) -> tuple[float, float, float]:
    """Precision, recall and F: the means over articles of what their group and their event share."""
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
            events = dict(con.execute(EVENTS).fetchall())
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


def main(halves: list[str]) -> None:
    development = event_texts("development")
    truth = {n: text.event_id for n, text in enumerate(development)}
    best = max(THRESHOLDS, key=lambda t: bcubed(truth, plain_groups(development, t))[2])
    print("half\tmethod\tarticles\tevents\tprecision\trecall\tF")
    for half in halves:
        texts = event_texts(half)
        truth = {n: text.event_id for n, text in enumerate(texts)}
        for method, found in (
            (f"TF-IDF, threshold {best}", plain_groups(texts, best)),
            ("mart.events", found_events(texts)),
        ):
            figures = "\t".join(f"{figure:.3f}" for figure in bcubed(truth, found))
            print(half, method, len(texts), len(set(truth.values())), figures, sep="\t")


if __name__ == "__main__":
    main(sys.argv[1:] or list(HALVES))
