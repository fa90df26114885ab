"""A lake beside a file of the same articles; needs PostgreSQL.

    python benchmarks/bench_lake.py [--articles 10000,100000] [--pages 400] [--runs 3] [--only load,parse,small]

load: both get the same batches of 2,000 invented articles, by turns, so that other work on the machine slows both. parse: pages in the storage,
read by one Dask worker and by two. small: whole commands that import few rows, by turns into a file and a lake, and the objects that they make. PostgreSQL, SeaweedFS and Dask are started here, on this machine: no network is in the figures. CPU is of the
process that loads, with all its threads; that of the servers is beside it. Absolute times are this machine's, the ratios are not.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from distributed import Client
from growing_home import Grower, batches, load
from lake.servers import KEY, SECRET, Dask, Postgres, Seaweed, wait_until
from measurement import ProgramCost, Spent, cost_of, cpu_seconds, print_table, run
from synthetic_articles import MONDAY, SOURCES, article
from synthetic_pages import write_pages

from flows import stores
from flows.jobs.maintenance import maintain
from flows.load.chains import group_chains
from flows.load.dask_workers import SPAN, DaskWorkers
from flows.load.recovery import DASK_BATCH
from flows.settings import Settings
from warehouse.archive.archive import Archive, RecordLocation
from warehouse.storage import Storage
from warehouse.write.database import Database
from warehouse.write.ducklake import Lake

BATCH = 2000  # articles loaded at once
N_BATCHES = 5  # at each size
N_NEW = BATCH * N_BATCHES
N_WEEKS = 10  # made by one statement
N_FIRST = 10_000_000  # number of the first article that is loaded at a size
PAGE_BYTES = 35_000
N_BEFORE, N_SMALL = 600, 20  # rows of the first import and of each small one


class Servers:
    """PostgreSQL and SeaweedFS, and the settings of homes that use them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.postgres = folder, Postgres()
        stack.callback(self.postgres.remove)
        self.seaweed = Seaweed(folder / "seaweed")
        stack.callback(self.seaweed.stop)

    def settings(self, name: str) -> Settings:
        self.postgres.create_database(name)
        return Settings(
            home=self.folder / name, warehouse=f"ducklake:postgres:{self.postgres.conninfo(name)}", storage=f"s3://kliping/{name}",
            aws_endpoint_url=self.seaweed.endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
        )  # fmt: skip

    def cpu(self) -> float:
        return cpu_seconds(self.postgres.process.pid) + cpu_seconds(self.seaweed.process.pid)


def measure_load(servers: Servers, sizes: list[int]) -> None:
    file, lake = Database(servers.folder / "file"), stores.database(servers.settings("load"))
    assert isinstance(lake, Lake)
    with file.kept_open(), lake.kept_open():
        for store in (file, lake):
            load(store, batches(0, BATCH, BATCH, BATCH))
        growers = [Grower(store, BATCH) for store in (file, lake)]
        for size in sizes:
            for grower in growers:
                grower.grow_to(size, at_once=N_WEEKS)
            lake.compact()
            print(f"{size:,} articles, load average {os.getloadavg()[0]:.1f}")
            head = ("CPU ms a new article", "file", "lake", "servers of the lake")
            print_table(head, costs(servers, file, lake, size, growers[0].n_weeks))
            for grower in growers:
                grower.n_weeks += N_BATCHES
            count = "SELECT count(*) FROM core.articles"
            assert file.number(count, {}) == lake.number(count, {}), "not the same articles"


def costs(servers: Servers, file: Database, lake: Lake, size: int, week: int) -> Iterator[tuple[str, ...]]:  # fmt: skip
    of_file = of_lake = of_servers = 0.0
    for batch in batches(N_FIRST + 10 * size, N_NEW, BATCH, BATCH, week):
        of_file += load(file, [batch]).cpu
        before = servers.cpu()
        of_lake += load(lake, [batch]).cpu
        of_servers += servers.cpu() - before
    yield f"load, {of_lake / of_file:.2f}×", *map(per_article, (of_file, of_lake, of_servers))
    before = servers.cpu()
    with Spent() as merge:
        lake.compact()
    yield "merge", "", per_article(merge.cpu), per_article(servers.cpu() - before)
    with Spent() as publish:
        lake.publish()
    with Spent() as copy:
        file.publish()
    yield f"publish ({publish.clock:.2f} s, the file {copy.clock:.2f} s)", *map(per_article, (copy.cpu, publish.cpu)), ""  # fmt: skip


def per_article(seconds: float) -> str:
    return f"{1000 * seconds / N_NEW:.2f}"


def chains_in_storage(storage: Storage, folder: Path, n: int) -> list[list[RecordLocation]]:
    """Of a file of invented pages that is kept there."""
    archive = Archive(folder)
    write_pages(archive, n, PAGE_BYTES)
    [path] = archive.files()
    storage.put_new(f"archive/{archive.name(path)}", path.read_bytes())
    return [[record.location] for record in archive.records(path)]


def measure_parse(servers: Servers, n: int) -> None:
    location = stores.lake_location(servers.settings("parse"))
    assert location
    chains = chains_in_storage(location.storage, servers.folder / "pages", n)
    clocks = [parse(servers, location.storage, chains, n_workers) for n_workers in (1, 2)]
    print(f"from one to two Dask workers: {clocks[0] / clocks[1]:.2f}× by the clock")


def parse(servers: Servers, storage: Storage, chains: list[list[RecordLocation]], n_workers: int) -> float:  # fmt: skip
    """Seconds by the clock; prints the CPU time too."""
    environment = os.environ | {
        "AWS_ENDPOINT_URL": servers.seaweed.endpoint, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    cluster = Dask(servers.folder / f"dask{n_workers}", environment, n_workers)
    try:
        with DaskWorkers(cluster.address, storage, SOURCES) as workers, Client(cluster.address, set_as_default=False) as client:  # fmt: skip
            wait_until(lambda: len(workers.versions()) == n_workers, "a Dask worker")
            for _ in workers.parse([chains[: SPAN * n_workers]]):
                pass  # the processes that parse start with the first pages
            pids = client.run(os.getpid).values()
            before, of_servers = sum(map(cpu_seconds, pids)), servers.cpu()
            with Spent() as spent:
                for _ in workers.parse(group_chains(chains, DASK_BATCH)):
                    pass
            cpu, of_servers = sum(map(cpu_seconds, pids)) - before, servers.cpu() - of_servers
    finally:
        cluster.stop()
    milliseconds = [f"{1000 * each / len(chains):.1f}" for each in (cpu, spent.cpu, of_servers)]
    print(
        f"{n_workers} Dask workers, {len(chains)} pages: {spent.clock:.1f} s by the clock; CPU ms a page of workers, client and servers:"
        f" {', '.join(milliseconds)}; load average {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return spent.clock


def measure_small(servers: Servers, n_runs: int) -> None:
    """The CPU time of all processes of a command; of the lake also that of its servers."""
    lake = servers.settings("small")
    of_lake = {
        "KLIPING_WAREHOUSE": lake.warehouse or "", "KLIPING_STORAGE": lake.storage or "",
        "AWS_ENDPOINT_URL": servers.seaweed.endpoint, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET,
    }  # fmt: skip
    homes: dict[str, dict[str, str]] = {"file": {}, "lake": of_lake}

    def command(name: str, *arguments: str) -> ProgramCost:
        home = servers.folder / f"small-{name}"
        return cost_of(["-m", "kliping.cli", "--home", str(home), *arguments], **homes[name])

    costs: dict[str, list[float]] = {"file": [], "lake": [], "servers": []}
    for n in range(-1, n_runs):
        table = write_rows(servers.folder / "rows.csv", N_BEFORE + n * N_SMALL if n >= 0 else 0, N_SMALL if n >= 0 else N_BEFORE)  # fmt: skip
        before = servers.cpu()
        for name in homes:
            spent = command(name, "import", str(table)).cpu
            costs[name] += [spent] if n >= 0 else []
        costs["servers"] += [servers.cpu() - before] if n >= 0 else []
    ratio = median(lake / file for file, lake in zip(costs["file"], costs["lake"], strict=True))
    rows = [(name, f"{median(each):.2f} ({min(each):.2f}–{max(each):.2f})") for name, each in costs.items()]  # fmt: skip
    print_table((f"CPU s of an import of {N_SMALL} rows, {ratio:.2f}×", f"{n_runs} runs"), rows)
    print("objects:", n_objects(lake), "after `kliping maintain`:", end=" ", flush=True)
    maintain(lake, {})
    print(n_objects(lake))


def n_objects(lake: Settings) -> dict[str, int]:
    """In the bucket, by their first folder."""
    location = stores.lake_location(lake)
    assert location
    return {prefix: sum(1 for _ in location.storage.objects(prefix)) for prefix in ("lake/", "archive/", "rows/", "unloaded/")}  # fmt: skip


def write_rows(path: Path, first: int, n: int) -> Path:
    """A table of invented articles."""
    source = next(iter(SOURCES.values()))
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("url", "title", "date", "content"))
        for number in range(first, first + n):
            when = MONDAY + timedelta(minutes=number)
            url = f"http://{source.name}.test/{when:%Y/%m/%d}/{number}/kabar"
            content = article(number, source, url, when)
            rows.writerow((url, content.headline, when.isoformat(), content.body_text))
    return path


def main(articles: str = "10000,100000", pages: int = 400, runs: int = 3, only: str = "load,parse") -> None:  # fmt: skip
    """`articles` are sizes of the warehouse, `pages` those to parse, `runs` the small ones."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        running = Servers(Path(folder), stack)
        if "parse" in only:
            measure_parse(running, pages)
        if "small" in only:
            measure_small(running, runs)
        if "load" in only:
            measure_load(running, [int(n) for n in articles.split(",")])


if __name__ == "__main__":
    run(main, __doc__)
