"""`python benchmarks/bench_topics.py [--articles 100000]`: finding the topics of articles, as the warehouse grows.

Articles of the newsroom's words (bench_search.py); beyond the first hundred thousand they come again under other ids.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

import bench_search

from kliping.topic_check import check_topics
from parsers.topics.definition import topic_definitions
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.steps import run_steps
from warehouse.write.topics import TAG_TOPICS, write_sample

DISTINCT = 100_000
OWN = '[mbg]\nterms = ["MBG", "keracunan"]\nphrases = ["makan bergizi gratis"]\n'
AGAIN = """
INSERT INTO core.articles BY NAME
SELECT
  * EXCLUDE (n, article_id, current_version_id),
  article_id || '-' || n AS article_id,
  current_version_id || '-' || n AS current_version_id
FROM core.articles, range(1, {times}) AS copies(n);
INSERT INTO core.article_versions BY NAME
SELECT
  * EXCLUDE (n, article_id, version_id),
  article_id || '-' || n AS article_id,
  version_id || '-' || n AS version_id
FROM core.article_versions, range(1, {times}) AS copies(n);
"""


def fill(home: Path, count: int) -> None:
    bench_search.fill(home, min(count, DISTINCT))
    if count > DISTINCT:
        with Database(home).write_connection() as con:
            con.execute("SET memory_limit = '2GB'")
            con.execute(AGAIN.format(times=count // DISTINCT))


def measure(what: str, work: Callable[[], object]) -> None:
    started, busy = time.perf_counter(), time.process_time()
    work()
    seconds, spent = time.perf_counter() - started, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{what:44} {spent:8.2f} CPU s {seconds:8.2f} s {peak:6} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fill(home, count)
        store = Database(home)
        tag_topics = partial(run_steps, store, steps=[TAG_TOPICS])
        topics = home / "topics"
        topics.mkdir()
        (topics / "own.toml").write_text(OWN)
        print(f"{count} articles")
        measure("a new topic, for all articles", tag_topics)
        measure("nothing new", tag_topics)
        store.publish()
        with Reader(home) as reader:
            own = topic_definitions({"own.toml": OWN})
            measure("kliping topics check mbg", lambda: check_topics(reader, own))
        write_sample(home)
        measure("sixteen more topics, for all articles", tag_topics)
        with store.write_connection() as con:
            con.execute(
                "INSERT INTO ops.uncompared SELECT article_id FROM core.articles LIMIT 1000"
            )
        measure("seventeen topics, for 1,000 new articles", tag_topics)


if __name__ == "__main__":
    main()
