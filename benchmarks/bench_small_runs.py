"""What a run with few new articles costs, the whole command, as a home grows.

    python benchmarks/bench_small_runs.py [--articles 2000,20000] [--rows 20] [--runs 3] [--homes FOLDER]

Homes of invented articles (`large_home.py`), and rows of press.csv.gz of `--corpus` (or the variable KLIPING_TEST_PRESS), other ones in each run. The first
run makes what all later ones find, so it is not counted. Run it with an environment of Kliping and psutil alone: DuckDB imports pandas where it is there. CPU and bytes are of all processes; bytes are what the system is told to write.
"""

from __future__ import annotations

import tempfile
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Annotated

import duckdb
from large_home import fill
from measurement import ProgramCost, cost_of, print_table, run, written_mb
from press import CHECKOUT, TABLE
from typer import Option

ROWS = (
    "COPY (SELECT * FROM read_csv(?, all_varchar = true) LIMIT {limit} OFFSET {offset}) TO '{file}'"
)
STEPS = """
  SELECT step, median(cpu_seconds)
  FROM (SELECT unnest(steps, max_depth := 2) FROM (FROM ops.runs ORDER BY started_at DESC LIMIT ?))
  GROUP BY step
"""


def import_rows(home: Path, table: Path, first: int, n: int) -> tuple[ProgramCost, float]:
    """What an import of these rows takes, and the MB that it writes."""
    file = home.parent / "rows.csv"
    with duckdb.connect() as con:
        con.execute(ROWS.format(limit=n, offset=first, file=file), [str(table)])
    before = written_mb()
    cost = cost_of(["-m", "kliping.cli", "--home", str(home), "import", str(file)])
    return cost, written_mb() - before


def step_seconds(home: Path, runs: int) -> dict[str, float]:
    """What each step took in the middle of the last runs."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return dict(con.execute(STEPS, [runs]).fetchall())


def main(
    corpus: Annotated[Path, Option(envvar="KLIPING_TEST_PRESS")] = CHECKOUT.parent / "shared" / "corpus",
    articles: str = "2000,20000",
    rows: int = 20,
    runs: int = 3,
    homes: Path | None = None,
) -> None:  # fmt: skip
    """`homes` is where homes are kept for the next time; a folder of their own, removed at the end, if it is not named."""
    with tempfile.TemporaryDirectory() as folder:
        table, steps = [], dict[int, dict[str, float]]()
        for n in map(int, articles.split(",")):
            home = (homes or Path(folder)) / f"{n}" / "home"
            if not home.exists():
                home.mkdir(parents=True)
                fill(home, n, 2000)
            with duckdb.connect(str(home / "kliping.duckdb"), read_only=True) as con:
                ((n_before,),) = con.execute("SELECT count(*) FROM ops.runs").fetchall()
            costs = [import_rows(home, corpus / TABLE, (n_before + at) * rows, rows) for at in range(runs + 1)]  # fmt: skip
            seconds = [cost.cpu for cost, _ in costs[1:]]
            table.append((
                f"{n:,}", f"{median(seconds):.2f} ({min(seconds):.2f}–{max(seconds):.2f})", f"{median(mb for _, mb in costs[1:]):.0f}",
                f"{max(cost.tree_mb for cost, _ in costs[1:]):.0f}",
            ))  # fmt: skip
            steps[n] = step_seconds(home, runs)
    print_table(("articles there before", f"CPU s of a run with {rows} new", "MB written", "memory of all processes, MB"), table)  # fmt: skip
    print()
    names = sorted(dict.fromkeys(chain.from_iterable(steps.values())))
    cells = [(name, *(f"{of_size.get(name, 0):.2f}" for of_size in steps.values())) for name in names]  # fmt: skip
    print_table(("CPU s of the run's process", *(f"{n:,}" for n in steps)), cells)


if __name__ == "__main__":
    run(main, __doc__)
