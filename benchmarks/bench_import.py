"""`python benchmarks/bench_import.py [--rows 59197] [--kind csv|jsonl|parquet]`: what the import of a table costs, from the file to the published copy.

Invented rows with the columns of news-watch and texts of real size (`synthetic_articles`). CPU is of all processes; memory is that of the
importing process, the worker processes have their own. A second import of the same file shows what finding nothing new costs.
"""

from __future__ import annotations

import argparse
import csv
import resource
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import duckdb
from synthetic_articles import MONDAY, SOURCES, article

from flows.jobs.import_files import ImportOptions
from flows.jobs.jobs import import_paths
from flows.load.worker_pool import IDLE_PROCESSES
from flows.settings import Settings
from parsers.source import Source

COLUMNS = ["title", "publish_date", "author", "content", "keyword", "category", "source", "link"]


def write_table(path: Path, n_rows: int) -> None:
    """A CSV file, or another kind made of it."""
    names = list(SOURCES)
    table = path.with_suffix(".csv")
    with table.open("w", newline="") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL)
        rows.writerow(COLUMNS)
        for n in range(n_rows):
            source, when = SOURCES[names[n % len(names)]], MONDAY + timedelta(minutes=17) * n
            url = f"http://{source.name}.test/{when:%Y/%m/%d}/{n}/kabar"
            one = article(n, source, url, when)
            who, text = one.authors[0].name, one.source_text
            day = f"{when:%Y-%m-%d %H:%M:%S}"
            rows.writerow(
                [one.headline, day, who, text, "uji", one.article_section, source.name, url]
            )
    if path != table:
        query = "COPY (FROM read_csv($table, all_varchar = true)) TO $path"
        form = "(FORMAT json)" if path.suffix == ".jsonl" else "(FORMAT parquet)"
        duckdb.execute(f"{query} {form}", {"table": str(table), "path": str(path)})


def cpu_seconds() -> tuple[float, float]:
    """Of this process, and of the worker processes that have ended."""
    own, workers = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, workers.ru_utime + workers.ru_stime


def measure(
    home: Path, path: Path, n_rows: int, what: str, sources: Mapping[str, Source] = SOURCES
) -> None:
    before, clock = cpu_seconds(), time.perf_counter()
    summary = import_paths(Settings(home=home), sources, [path], ImportOptions(), lambda *_: None)
    IDLE_PROCESSES.stop()  # only then their time is counted
    own, workers = (now - then for now, then in zip(cpu_seconds(), before, strict=True))
    clock = time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{what}: {summary.total('n_new'):,} of {n_rows:,} rows loaded, {clock:,.0f} s; CPU of the process {own:,.0f} s, of its workers {workers:,.0f} s,"
        f" {1000 * (own + workers) / n_rows:.1f} ms a row; peak {peak:,} MB; {summary.state}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--kind", choices=("csv", "jsonl", "parquet"), default="csv")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, f"rows.{options.kind}")
        write_table(path, options.rows)
        print(f"{path.name}: {path.stat().st_size / 1e6:,.0f} MB")
        measure(Path(name, "home"), path, options.rows, "first import")
        measure(Path(name, "home"), path, options.rows, "second import")


if __name__ == "__main__":
    main()
