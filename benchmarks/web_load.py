"""`python benchmarks/web_load.py HOME [--seconds 300] [--readers 20]`: readers of `kliping web` beside loads and publishes.

Each reader asks one page after the other, of all kinds. Meanwhile new articles are loaded into the home and published again and again, so give
a copy of a home. Every answer must be a page of status 200. The result is a line of figures; the exit code is 1 if there was an error.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import duckdb
import httpx
from bench_warehouse import VERSIONS
from bench_web import addresses, percentile, server
from synthetic_articles import MONDAY, SOURCES, outcomes

from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.steps import run_steps

NEW = 20  # articles of a load
SINCE = timedelta(days=5000)  # after the articles of a large home
TIMEOUT = 60.0


def read(url: str, paths: list[str], seed: int, end: float, times: list[float], statuses: Counter[str]) -> None:  # fmt: skip
    dice = random.Random(seed)
    with httpx.Client(base_url=url, timeout=TIMEOUT) as client:
        while time.monotonic() < end:
            path, started = dice.choice(paths), time.perf_counter()
            try:
                answer = client.get(path)
            except httpx.HTTPError as error:
                statuses[f"{type(error).__name__} {path}"] += 1
                continue
            times.append(time.perf_counter() - started)
            good = answer.status_code == 200
            statuses["200" if good else f"{answer.status_code} {path}"] += 1


def load_and_publish(home: Path, end: float, pause: float) -> int:
    """The number of publishes."""
    store, n = Database(home), 0
    while time.monotonic() < end:
        n += 1
        new = list(outcomes(50_000_000 + n * NEW, NEW, NEW, MONDAY + SINCE))
        load_outcomes(store, new, SOURCES, VERSIONS)
        run_steps(store)
        store.publish()
        time.sleep(max(0.0, min(pause, end - time.monotonic())))
    return n


def load_test(home: Path, seconds: float, readers: int, pause: float) -> tuple[str, int]:
    """The figures, and how many answers were errors."""
    paths = sorted({path for listed in addresses(home).values() for path in listed})
    times: list[float] = []
    statuses: Counter[str] = Counter()
    with server(home) as (_, url):
        end = time.monotonic() + seconds
        threads = [
            threading.Thread(target=read, args=(url, paths, seed, end, times, statuses))
            for seed in range(readers)
        ]
        for thread in threads:
            thread.start()
        n_publishes = load_and_publish(home, end, pause)
        for thread in threads:
            thread.join()
    errors = {status: n for status, n in statuses.items() if status != "200"}
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        ((n_articles,),) = con.execute("SELECT count(*) FROM core.articles").fetchall()
    figures = (
        f"{n_articles:,} articles, {readers} readers, {seconds:.0f} s, {n_publishes} publishes: {len(times)} pages, "
        f"median {sorted(times)[len(times) // 2]:.2f} s, 95th percentile {percentile(times):.2f} s, {sum(errors.values())} errors {errors or ''}"
    )
    return figures, sum(errors.values())


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("home", type=Path, help="a copy of a home: articles are loaded into it")
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--readers", type=int, default=20)
    options.add_argument("--pause", type=float, default=15, help="seconds between two publishes")
    args = options.parse_args()
    figures, n_errors = load_test(args.home, args.seconds, args.readers, args.pause)
    print(figures)
    sys.exit(n_errors > 0)


if __name__ == "__main__":
    main()
