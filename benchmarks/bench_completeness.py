"""`python benchmarks/bench_completeness.py [--seeds FIRST] [--cost 100000,1000000]`: is the estimate of unseen articles right, and what does it cost?

50 newsrooms with independent channels, 50 whose channels depend on each other in the ways from which the rule was written, and 50
of other ways (`planted_newsrooms.py` has all); with three channels, and the same with two. The rule was written with seeds below
300; the default seeds are others.
A hit is an interval, in whole articles, that has the true number. Neither a bound nor "cannot tell" is a hit. With `--cost`
it measures instead what all weeks cost in a warehouse of so many articles, at first and where nothing has changed.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil, floor
from pathlib import Path
from statistics import median

from planted_newsrooms import DEPENDENT, HELD_OUT, INDEPENDENT, Kind, Planted, plant

from kliping.reading.completeness import missed_by_outlet
from warehouse.missed_articles import MissState, Unseen, estimate
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.steps import run_steps
from warehouse.write.week_estimates import ESTIMATE_UNSEEN

N_NEWSROOMS = 50
FIRST_SEED = 1000
SETS: Mapping[str, Mapping[str, Kind]] = {
    "independent": INDEPENDENT,
    "dependent": DEPENDENT,
    "dependent, held out": HELD_OUT,
}
# two channels of twenty outlets announce 70 and 60 % of their articles, 30 a day
FILL = """
INSERT INTO core.sources BY NAME
SELECT 'kabar' || n AS source_id, 'Kabar ' || n AS name, 'kabar' || n || '.test' AS domain FROM range(20) AS r (n);
INSERT INTO raw.fetches BY NAME
SELECT uuid()::VARCHAR AS fetch_id, 'run' AS run_id, 'kabar' || s AS source_id, k.kind, 'http://kabar' || s || '.test/' || k.kind AS requested_url,
  requested_url AS final_url, TIMESTAMP '2020-01-06 03:00' + d * INTERVAL 1 DAY AS fetched_at, 1 AS attempt, 'ok' AS outcome
FROM range(20) AS a (s), (VALUES ('feed'), ('sitemap')) AS k (kind), range($n::BIGINT // 600) AS b (d);
CREATE TEMP TABLE planted AS
SELECT n, 'kabar' || n % 20 AS source_id, 'http://' || source_id || '.test/' || ['nasional', 'daerah', 'ekonomi'][1 + n % 3] || '/' || n || '/judul-berita-yang-panjang' AS url,
  md5(url)[:16] AS article_id, TIMESTAMP '2020-01-06' + (n / 600) * INTERVAL 1 DAY AS moment
FROM range($n::BIGINT) AS r (n);
INSERT INTO raw.feed_entries BY NAME
SELECT 'http://' || source_id || '.test/' || kind AS feed_id, source_id, url, moment AS first_seen_at, moment AS last_seen_at, 'run' AS run_id
FROM planted, (VALUES ('feed', 7), ('sitemap', 6)) AS k (kind, rate)
WHERE hash(n, kind) % 10 < rate;
INSERT INTO ops.frontier BY NAME
SELECT url, source_id, 'loaded' AS state, 0 AS attempts, article_id, '' AS discovered_by, moment AS discovered_at, moment AS published_at, moment::DATE AS story_day,
  md5_number_lower(url) AS url_key, md5_number_lower(article_id) AS article_key
FROM planted;
INSERT INTO core.articles BY NAME
SELECT article_id, source_id, url, article_id AS current_version_id, moment AS date_published, 'meta' AS date_published_source, moment AS first_seen_at, moment AS last_seen_at,
  moment AS last_changed_at, 1 AS n_versions, 'live' AS status, 'f' AS fetch_id, md5_number_lower(article_id) AS article_key
FROM planted;
"""


def newsrooms(
    kinds: Mapping[str, Kind], n_channels: int = 3, first: int = FIRST_SEED
) -> list[Planted]:
    """The kinds by turns."""
    return [plant([*kinds][n % len(kinds)], first + n, n_channels) for n in range(N_NEWSROOMS)]


def verdict(planted: Planted, unseen: Unseen) -> str:
    if unseen.low is None:
        return "cannot tell"
    if unseen.high is None:
        return "bound" if unseen.low <= planted.n_unseen else "wrong bound"
    return "hit" if floor(unseen.low) <= planted.n_unseen <= ceil(unseen.high) else "miss"


def describe(name: str, all_planted: Iterable[Planted]) -> None:
    """A line of the table."""
    planted = list(all_planted)
    results = [(each, estimate(each.captures)) for each in planted]
    verdicts = Counter(verdict(*result) for result in results)
    estimated = [(p, u) for p, u in results if u.state is MissState.ESTIMATED]
    widths = [(u.high - u.low) / (p.n_announced + u.n) for p, u in estimated]
    of_unseen = [(u.high - u.low) / max(u.n, 1) for _, u in estimated]
    names = ("hit", "miss", "bound", "wrong bound", "cannot tell")
    cells = [name, len(planted), *(verdicts[each] for each in names)]
    cells += [f"{median(each):.0%}" if each else "–" for each in (widths, of_unseen)]
    print(f"| {' | '.join(map(str, cells))} |")


def report(first: int) -> None:
    print(
        "| newsrooms | n | hit | miss | bound | wrong bound | cannot tell | width, of all articles | width, of the unseen |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --: |")
    for n_channels in (3, 2):
        for name, kinds in SETS.items():
            planted = newsrooms(kinds, n_channels, first)
            describe(f"**{n_channels} channels, {name}**", planted)
            for kind in kinds:
                describe(kind.replace("_", " "), [each for each in planted if each.kind == kind])


def cost(n: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Database(Path(folder))
        with store.write_connection() as con:
            for statement in con.extract_statements(FILL):
                con.execute(statement, {"n": n} if statement.named_parameters else None)
            con.execute("CHECKPOINT")
        n_weeks: list[int | None] = []
        for name in ("all weeks", "nothing changed"):
            cpu, clock = time.process_time(), time.perf_counter()
            run_steps(
                store, steps=[ESTIMATE_UNSEEN], report=lambda _, n_rows, __: n_weeks.append(n_rows)
            )
            spent = f"{time.process_time() - cpu:.2f} s CPU, {time.perf_counter() - clock:.2f} s"
            print(f"{n:,} articles, {name}: {n_weeks[-1]} weeks estimated, {spent}")
        with store.write_connection() as con:
            cpu = time.process_time()
            missed = missed_by_outlet(Reader.over(con))
            print(
                f"  the sum of each outlet: {time.process_time() - cpu:.3f} s CPU, e.g. {missed['Kabar 1'].text}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=FIRST_SEED)
    parser.add_argument("--cost", help="numbers of articles, with commas between them")
    options = parser.parse_args()
    if options.cost:
        for n in options.cost.split(","):
            cost(int(n))
    else:
        report(options.seeds)


if __name__ == "__main__":
    main()
