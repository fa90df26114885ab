"""`python benchmarks/bench_lake.py [--articles 10000,100000] [--pages 400] [--only load,parse]`: a lake beside a file of the same articles.

Both get the same batches of 2,000 invented articles, by turns, so that other work on the machine slows both. The articles before them are made by
SQL as in bench_warehouse.py. PostgreSQL, SeaweedFS and Dask are started here, on this machine: no network is in the figures. CPU is of the process
that loads, with all its threads; that of the servers is beside it. Absolute times are this machine's, the ratios are not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from bench_warehouse import VERSIONS, Grower, Spent, archived, ready, tree
from distributed import Client, get_task_stream
from lake.servers import KEY, SECRET, Dask, Postgres, Seaweed, wait_until
from synthetic_articles import SOURCES

from flows import stores
from flows.load.dask_workers import SPAN, DaskWorkers
from flows.load.recovery import DASK_BATCH
from flows.load.spans import packed
from flows.settings import Settings
from warehouse.archive.archive import Archive, RecordLocation
from warehouse.storage import Storage
from warehouse.write.database import Database
from warehouse.write.ducklake import Lake
from warehouse.write.load import load_outcomes

BATCH = 2000  # articles loaded at once
N_BATCHES = 5  # at each size
N_WEEKS = 10  # made by one statement
PAGE_BYTES = 35_000
CALCULATED = 1_000_000  # articles
TICKS = os.sysconf("SC_CLK_TCK")


class Servers:
    """PostgreSQL and SeaweedFS, and the settings of homes that use them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Postgres()
        self.seaweed = Seaweed(folder / "seaweed")

    def settings(self, name: str) -> Settings:
        self.postgres.create_database(name)
        return Settings(
            home=self.folder / name, warehouse=f"ducklake:postgres:{self.postgres.conninfo(name)}", storage=f"s3://kliping/{name}",
            aws_endpoint_url=self.seaweed.endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
        )  # fmt: skip

    def cpu(self) -> float:
        return cpu_seconds(self.postgres.process.pid) + cpu_seconds(self.seaweed.process.pid)

    def stop(self) -> None:
        self.seaweed.stop()
        self.postgres.remove()


@contextmanager
def servers() -> Iterator[Servers]:
    with tempfile.TemporaryDirectory() as folder:
        running = Servers(Path(folder))
        try:
            yield running
        finally:
            running.stop()


def cpu_seconds(pid: int) -> float:
    """Of a process and all that it started, those that have ended too."""
    total = 0
    for each in tree(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def load_both(servers: Servers, file: Database, lake: Lake, first: int, week: int) -> list[float]:
    """CPU ms an article: the file, the lake, and its servers."""
    spent = [0.0, 0.0, 0.0]
    for batch in ready(first, N_BATCHES * BATCH, BATCH, BATCH, week):
        with Spent() as of_file:
            load_outcomes(file, batch, SOURCES, VERSIONS)
        before = servers.cpu()
        with Spent() as of_lake:
            load_outcomes(lake, batch, SOURCES, VERSIONS)
        for n, cpu in enumerate((of_file.cpu, of_lake.cpu, servers.cpu() - before)):
            spent[n] += cpu
    return [1000 * each / (N_BATCHES * BATCH) for each in spent]


def grow(growers: list[Grower], first: int, last: int) -> None:
    for week in range(first, last, N_WEEKS):
        for grower in growers:
            grower.add(week, min(N_WEEKS, last - week))


def measure_load(servers: Servers, sizes: list[int]) -> None:
    settings = servers.settings("load")
    file, lake = Database(servers.folder / "file"), stores.database(settings)
    assert isinstance(lake, Lake)
    ratios = {}
    with file.kept_open(), lake.kept_open():
        [week] = ready(0, BATCH, BATCH, BATCH, 0)
        growers = []
        for store, name in ((file, "of_file"), (lake, "of_lake")):
            load_outcomes(store, week, SOURCES, VERSIONS)
            (servers.folder / name).mkdir()
            growers.append(Grower(store, servers.folder / name))
        n_weeks = 1
        for size in sizes:
            grow(growers, n_weeks, size // BATCH)
            n_weeks = size // BATCH
            lake.compact()
            of_file, of_lake, of_servers = load_both(
                servers, file, lake, 10_000_000 + 10 * size, n_weeks
            )
            n_weeks += N_BATCHES
            before = servers.cpu()
            with Spent() as merge:
                lake.compact()
            merged = servers.cpu() - before
            with Spent() as publish:
                lake.publish()
            with Spent() as copy:
                file.publish()
            ratios[size] = of_lake / of_file
            n = file.number("SELECT count(*) FROM core.articles", {})
            assert n == lake.number("SELECT count(*) FROM core.articles", {}), (
                "not the same articles"
            )
            print(
                f"{size:,} articles: load in batches of {BATCH:,}, CPU ms an article: file {of_file:.2f}, lake {of_lake:.2f} ({ratios[size]:.2f}×), its servers {of_servers:.2f}; "
                f"merge {1000 * merge.cpu / (N_BATCHES * BATCH):.2f} CPU ms a new article, its servers {1000 * merged / (N_BATCHES * BATCH):.2f}; "
                f"publish {publish.clock:.2f} s (the file {copy.clock:.2f} s); load average {os.getloadavg()[0]:.1f}",
                flush=True,
            )
    if len(ratios) > 1:
        (small, low), (large, high) = next(iter(ratios.items())), list(ratios.items())[-1]
        ratio = high + (high - low) * (CALCULATED - large) / (large - small)
        print(
            f"{CALCULATED:,} articles, calculated, not measured: load {ratio:.2f}× if the ratio goes on in a straight line"
        )


def chains_in_storage(storage: Storage, folder: Path, n: int) -> list[list[RecordLocation]]:
    """Of a file of invented pages that is kept there."""
    archive = Archive(folder)
    archived(archive, n, PAGE_BYTES)
    [path] = archive.files()
    storage.put_new(f"archive/{archive.name(path)}", path.read_bytes())
    return [[record.location] for record in archive.records(path)]


@dataclass(frozen=True)
class Work:
    """Of a Dask worker, with the process that parses for it."""

    cpu: float  # seconds on a core
    busy: float  # seconds by the clock in which it had a task


def alone(clock: float, workers: Sequence[Work], others: float) -> float:
    """Seconds that it would take on cores that nobody else uses.

    A task then takes its CPU time; that a worker is without a task takes the same share of the time as here. All that runs must fit on the cores, too,
    with the CPU seconds of the others.
    """
    slowest = max(work.cpu * clock / work.busy for work in workers)
    return max(slowest, (sum(work.cpu for work in workers) + others) / (os.cpu_count() or 1))


def measured(
    cluster: Dask, workers: DaskWorkers, chains: list[list[RecordLocation]]
) -> tuple[float, list[Work]]:
    """Seconds by the clock, and what each worker did."""
    with Client(cluster.address, set_as_default=False) as client:
        pids = client.run(os.getpid)
        before = {address: cpu_seconds(pid) for address, pid in pids.items()}
        with get_task_stream(client) as tasks, Spent() as spent:
            for _ in workers.parse(packed(chains, DASK_BATCH)):
                pass
    busy = dict.fromkeys(pids, 0.0)
    for task in tasks.data:
        busy[task["worker"]] += sum(
            each["stop"] - each["start"]
            for each in task["startstops"]
            if each["action"] == "compute"
        )
    return spent.clock, [
        Work(cpu_seconds(pid) - before[address], busy[address]) for address, pid in pids.items()
    ]


def measure_parse(servers: Servers, n: int) -> None:
    settings = servers.settings("parse")
    location = stores.lake_location(settings)
    assert location
    chains = chains_in_storage(location.storage, servers.folder / "pages", n)
    environment = os.environ | {
        "AWS_ENDPOINT_URL": servers.seaweed.endpoint, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    by_clock, by_work = [], []
    for n_workers in (1, 2):
        cluster = Dask(servers.folder / f"dask{n_workers}", environment, n_workers)

        def others(scheduler: int = cluster.scheduler.pid) -> float:
            return servers.cpu() + cpu_seconds(scheduler) + time.process_time()

        try:
            with DaskWorkers(cluster.address, location.storage, SOURCES) as workers:
                wait_until(lambda: len(workers.versions()) == n_workers, "a Dask worker")  # noqa: B023 - called at once
                for _ in workers.parse([chains[: SPAN * n_workers]]):
                    pass  # the processes that parse start with the first pages
                before, load = others(), os.getloadavg()[0]
                clock, work = measured(cluster, workers, chains)
                rest = others() - before
        finally:
            cluster.stop()
        by_clock.append(clock)
        by_work.append(alone(clock, work, rest))
        busy = ", ".join(f"{w.busy / clock:.0%}" for w in work)
        print(
            f"parse {n} pages by {n_workers} Dask workers: {clock:.1f} s by the clock, {by_work[-1]:.1f} s on free cores; busy {busy} of the time;"
            f" {1000 * sum(w.cpu for w in work) / n:.1f} CPU ms a page, {1000 * rest / n:.1f} more in scheduler, client and servers; load average {load:.1f}",
            flush=True,
        )
    print(
        f"from one to two Dask workers: {by_clock[0] / by_clock[1]:.2f}× by the clock, {by_work[0] / by_work[1]:.2f}× on free cores (calculated)"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--articles", default="10000,100000", help="sizes of the warehouse")
    options.add_argument("--pages", type=int, default=400, help="pages to parse")
    options.add_argument("--only", default="load,parse")
    args = options.parse_args()
    with servers() as running:
        if "parse" in args.only:
            measure_parse(running, args.pages)
        if "load" in args.only:
            measure_load(running, [int(n) for n in args.articles.split(",")])


if __name__ == "__main__":
    main()
