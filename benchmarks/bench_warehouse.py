"""What the warehouse costs as it grows.

    python benchmarks/bench_warehouse.py [--articles 10000,100000] [--week 2000] [--only growth,reparse]

Invented articles of real size: 2,500 letters, eight each of quotes, names and figures, and what else a page says.
CPU is of all threads. Absolute times are this machine's; the ratios, each to the first size of the same run, are not.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import growing_home
from growing_home import Grower, find_copies, load
from measurement import Spent, cost_of, print_table, run, written_mb
from synthetic_articles import SOURCES
from synthetic_pages import write_pages

from kliping.reading.questions import ask, questions
from warehouse.archive.archive import Archive
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.quality import run_checks
from warehouse.write.steps import run_steps

AGAIN = "again"  # the first argument of a process of its own
N_SMALL = 20  # articles of a small run
N_FIRST = 10_000_000  # number of the first article that is loaded at a size


class Growth:
    """A store that grows, and what each piece of work takes there, by the number of articles before it."""

    def __init__(self, home: Path, week: int, size: int, n_batches: int) -> None:
        self.home, self.store, self.size, self.n_batches = home, Database(home), size, n_batches
        self.figures: dict[str, dict[int, float]] = defaultdict(dict)
        with self.store.write_connection():
            pass  # made before it is measured
        articles = growing_home.batches(0, week, size, week)
        self.add("load, CPU µs an article", 0, 1e6 * load(self.store, articles).cpu / week)
        with Spent() as spent:
            find_copies(self.store)
        self.add("copies, CPU µs a new article", 0, 1e6 * spent.cpu / week)
        run_checks(self.store, "first")
        self.grower = Grower(self.store, week)

    def add(self, name: str, n: int, value: float) -> None:
        self.figures[name][n] = value

    def measure(self, n: int) -> None:
        """At this number of articles."""
        self.grower.grow_to(n)
        self._loads(n)
        with Spent() as spent:
            run_checks(self.store, f"run {n}")
        self.add("checks, CPU s", n, spent.cpu)
        self._publishes(n)
        self._small_runs(n)
        for name in questions():
            with Reader(self.home) as reader, Spent() as spent:
                ask(reader, name)
            self.add(f"{name}, s", n, spent.clock)
            self.add(f"{name}, CPU s", n, spent.cpu)

    def _loads(self, n: int) -> None:
        week, n_new = self.grower.week, self.n_batches * self.size
        new = growing_home.batches(N_FIRST + n * 10, n_new, self.size, week, self.grower.n_weeks)
        self.grower.n_weeks += -(-n_new // week)
        self.add("load, CPU µs an article", n, 1e6 * load(self.store, new).cpu / n_new)
        with Spent() as spent:
            find_copies(self.store)
        self.add("copies, CPU µs a new article", n, 1e6 * spent.cpu / n_new)
        again = load(self.store, new[:1])
        self.add("load again, CPU µs an article", n, 1e6 * again.cpu / self.size)

    def _publishes(self, n: int) -> None:
        with self.store.kept_open():  # as a run ends
            run_checks(self.store, f"end {n}")
            with Spent() as merging:  # of the row groups of the loads
                self.store.publish()
        new = self.n_batches * self.size
        self.add("publish with merging, CPU µs an article", n, 1e6 * merging.cpu / new)
        with Spent() as spent:
            n_bytes = self.store.publish().stat().st_size
        self.add("publish, CPU s a GB", n, spent.cpu / (n_bytes / 1e9))
        self.add("publish, s a GB", n, spent.clock / (n_bytes / 1e9))
        self.add("kliping.duckdb, MB", n, n_bytes / 1e6)

    def _small_runs(self, n: int) -> None:
        """What the database does in runs of few articles: the third, when both copies are there."""
        for _ in range(3):
            self.grower.n_weeks += 1
            new = growing_home.batches(N_FIRST + n * 10 + self.grower.n_weeks * 1000, N_SMALL, N_SMALL, N_SMALL, self.grower.n_weeks)  # fmt: skip
            before = written_mb()
            with Spent() as spent:
                with self.store.kept_open():
                    load(self.store, new)
                    run_steps(self.store)
                with Spent() as publishing:
                    self.store.publish()
        self.add(f"run of {N_SMALL} articles, CPU s", n, spent.cpu)
        self.add(f"run of {N_SMALL} articles, MB written", n, written_mb() - before)
        self.add("its publish, CPU s", n, publishing.cpu)

    def report(self) -> None:
        """Each number beside its ratio to that of the first size."""
        sizes = sorted({n for values in self.figures.values() for n in values})
        rows = [(name, *_cells(values, sizes)) for name, values in self.figures.items()]
        print_table(("articles there before", *(f"{n:,}" for n in sizes)), rows)


def _cells(values: dict[int, float], sizes: Sequence[int]) -> list[str]:
    first = values.get(sizes[1])
    return [
        f"{values[n]:.3g}" + (f" ({values[n] / first:.2f}×)" if first else "") if n in values else ""
        for n in sizes
    ]  # fmt: skip


def read_again(home: str, n_workers: int) -> None:
    """A process of its own: what the archive of the home has, read and loaded again. What is not loaded yet is, before."""
    from flows.jobs.reparse import reparse as reparse_all  # noqa: PLC0415 - the parent does not need it
    from flows.load.recovery import no_progress  # noqa: PLC0415 - as above
    from flows.runs.run import open_run  # noqa: PLC0415 - as above
    from flows.settings import Settings  # noqa: PLC0415 - as above

    settings = Settings(home=Path(home), readers=n_workers)
    with open_run(settings, SOURCES, flow="reparse", params={}) as run, Spent() as spent:
        reparse_all(run, None, no_progress)
    print(spent.clock)


def reparse(home: Path, n: int) -> None:
    """Pages by the clock, which on a machine that others use are fewer; the processor's time is not."""
    write_pages(Archive(home / "archive"), n, 35_000)
    rates = []
    for n_workers in (2, 1, 2):  # the first loads
        cost = cost_of([__file__, AGAIN, str(home), str(n_workers)])
        rates.append(n / float(cost.answer))
        print(
            f"reparse with {n_workers} workers: {rates[-1]:.1f} pages/s, {1000 * cost.cpu / n:.1f} CPU ms a page with the start, at most {cost.tree_mb:.0f} MB"
        )
    print(f"from one to two workers: {rates[2] / rates[1]:.2f}×")


def main(
    articles: str = "5000,20000",
    week: int = 2000,
    batch: int = 500,
    batches: int = 40,
    pages: int = 200,
    only: str = "growth,reparse",
) -> None:
    """`articles` are sizes of the warehouse; at each, `batches` of `batch` articles are loaded. `pages` are archived and read again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "growth" in only:
            growth = Growth(folder / "growth", week, batch, batches)
            for n in articles.split(","):
                growth.measure(int(n))
            growth.report()
        if "reparse" in only:
            reparse(folder / "reparse", pages)


if __name__ == "__main__":
    if sys.argv[1:2] == [AGAIN]:
        read_again(sys.argv[2], int(sys.argv[3]))
    else:
        run(main, __doc__)
