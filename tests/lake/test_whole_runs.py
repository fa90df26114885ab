"""Whole commands under each fault that a lake must bear: it ends with the rows that a home makes of the same pages.

`just lake-faults` runs them with fifty kills and with silences of minutes.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import time
from collections import defaultdict
from pathlib import Path

import pytest
from support.killed_runs import kill
from support.runs import (
    NAMES,
    ask,
    differences,
    needless_requests,
    start,
    wait_for_exit,
    wait_until,
)
from support.small_disk import fill, small_disk

from flows import stores
from flows.load.dask_workers import DaskWorkers
from flows.settings import Settings
from kliping.newsroom import Newsroom
from lake.conftest import LakeOf, Servers
from lake.failing_proxy import failing_half
from lake.homes import (
    copy_archive,
    crawling,
    differences_from_lake,
    environment_of,
    fetch_archive,
    rebuild,
)
from lake.servers import Dask
from lake.silent_proxy import silent_proxy

pytestmark = [pytest.mark.long, pytest.mark.timeout(0)]

SEED = int(os.environ.get("KLIPING_TEST_SEED", "20261130"))
KILLS = int(os.environ.get("KLIPING_TEST_KILLS", "3"))
SILENT_SECONDS = int(os.environ.get("KLIPING_TEST_SILENT_SECONDS", "0"))  # at least
STILL_SECONDS = int(os.environ.get("KLIPING_TEST_STILL_SECONDS", "100"))  # more than a lock lasts
END_SECONDS = 1200  # for a busy machine
N_ASKED = 15  # requests after which a run is in the middle
CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int failed = real(id, now);
  if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) now->tv_sec += 600;
  return failed;
}
time_t time(time_t *to) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (to) *to = now.tv_sec;
  return now.tv_sec;
}
int gettimeofday(struct timeval *to, void *zone) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  to->tv_sec = now.tv_sec;
  to->tv_usec = now.tv_nsec / 1000;
  return 0;
}
"""


def report(what: str) -> None:
    print(what, flush=True)  # noqa: T201 - what `just lake-faults` shows


async def begin(settings: Settings, **more: str) -> asyncio.subprocess.Process:
    """An ingest of all outlets."""
    variables = environment_of(settings) | {"KLIPING_READERS": "1"} | more
    return await start(settings, NAMES, **variables)


async def finish(settings: Settings, **more: str) -> None:
    code, output = await wait_for_exit(await begin(settings, **more), END_SECONDS)
    assert code == 0, output


async def in_the_middle(site: Newsroom, process: asyncio.subprocess.Process) -> None:
    began = len(site.requests)
    assert await wait_until(lambda: len(site.requests) >= began + N_ASKED, process)


def assert_whole(
    settings: Settings, undisturbed: Path, folder: Path, site: Newsroom | None = None
) -> None:
    """Each row is that of a home with the same archive; nothing is missing, and nothing was asked twice without need."""
    home, copy = fetch_archive(settings, folder / "of-archive").home, folder / "of-lake"
    copy.mkdir()
    stores.database(settings).publish_file(copy / "kliping.duckdb")
    tables = ("core.", "ref.", "raw.", "mart.")  # `ops` says what runs did
    assert not differences(home, copy, but=set(), tables=tables)
    if site:
        assert not differences(undisturbed, copy)
        assert not needless_requests(site, home)
    else:  # a page that two machines fetched has two fetches
        assert not differences(undisturbed, copy, tables=["mart.articles"])
    [(n_rows,)] = ask(copy, "SELECT sum(estimated_size) FROM duckdb_tables()")
    report(f"  {n_rows} rows, no difference")


async def test_fifty_kills_with_pages_in_flight(lake_of: LakeOf, first_visit: Path, tmp_path: Path) -> None:  # fmt: skip
    chance, n_kills = random.Random(SEED), 0
    while n_kills < KILLS:
        folder = tmp_path / str(n_kills)
        async with Newsroom() as site:
            settings = crawling(lake_of(folder / "home"), site)
            while n_kills < KILLS:
                n_asked, more = len(site.requests), chance.randint(1, 5)
                process = await begin(settings)
                await wait_until(lambda: len(site.requests) >= n_asked + more, process)  # noqa: B023
                await asyncio.sleep(chance.uniform(0, 0.3))
                if not await kill(process):
                    break  # it ended before, so all is fetched
                n_kills += 1
            await finish(settings)
        report(f"{n_kills} kills")
        assert_whole(settings, first_visit, folder, site)


async def test_two_machines_load_at_once(lake_of: LakeOf, first_visit: Path, tmp_path: Path) -> None:  # fmt: skip
    async with Newsroom() as site:
        one = crawling(lake_of(tmp_path / "one"), site)
        two = crawling(lake_of(tmp_path / "two", like=one), site)
        await asyncio.gather(finish(one), finish(two))
        await finish(two)  # what neither took
    assert_whole(two, first_visit, tmp_path, site)


async def test_a_machine_that_stands_still_and_comes_back(lake_of: LakeOf, first_visit: Path, tmp_path: Path) -> None:  # fmt: skip
    """Others take what it held. It then loads nothing that it began, and its next run does no harm."""
    async with Newsroom() as site:
        one = crawling(lake_of(tmp_path / "one"), site)
        two = crawling(lake_of(tmp_path / "two", like=one), site)
        still = await begin(one)
        await in_the_middle(site, still)
        still.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        await finish(two)  # all that is free
        await asyncio.sleep(STILL_SECONDS - (time.monotonic() - stopped))
        await finish(two)
        report(f"stood still for {time.monotonic() - stopped:.0f} s")
        still.send_signal(signal.SIGCONT)
        code, output = await wait_for_exit(still, END_SECONDS)
        assert code == 75, output
        await finish(one)
    assert_whole(two, first_visit, tmp_path)


@pytest.mark.parametrize("server", ["postgres", "bucket", "bucket of a loader"])
async def test_a_server_that_is_silent(server: str, lake_of: LakeOf, servers: Servers, first_visit: Path, tmp_path: Path) -> None:  # fmt: skip
    """A machine behind the silence ends, and another one goes on with its outlets meanwhile."""
    is_postgres = server == "postgres"
    port = servers.postgres.port if is_postgres else servers.seaweed.ports["s3"]
    async with Newsroom() as site:
        one = crawling(lake_of(tmp_path / "one"), site)
        two = crawling(lake_of(tmp_path / "two", like=one), site)
        with silent_proxy(port) as proxy:
            warehouse = (one.warehouse or "").replace(f"port={port}", f"port={proxy.port}")
            endpoint = f"http://127.0.0.1:{proxy.port}"
            behind = await begin(one, **{"KLIPING_WAREHOUSE": warehouse} if is_postgres else {"AWS_ENDPOINT_URL": endpoint})  # fmt: skip
            if server == "bucket of a loader":
                proxy.last_words = b"/core/article_versions/"
                await wait_until(lambda: proxy.is_silent, behind)
            else:
                await in_the_middle(site, behind)
                proxy.be_silent()
            silent = time.monotonic()
            code, output = await wait_for_exit(behind, END_SECONDS)
            seconds = time.monotonic() - silent
            report(f"{server} silent: exit {code} after {seconds:.0f} s")
            assert code == 75, output
            assert seconds <= 90, output  # what docs/operations.md promises
            await finish(two)
            await asyncio.sleep(SILENT_SECONDS - (time.monotonic() - silent))
            proxy.speak()
        await finish(one)
        await finish(two)
    assert_whole(one, first_visit, tmp_path)


async def test_half_of_all_requests_to_the_bucket_fail(lake_of: LakeOf, servers: Servers, first_visit: Path, tmp_path: Path) -> None:  # fmt: skip
    async with Newsroom() as site:
        settings = crawling(lake_of(tmp_path / "home"), site)
        with failing_half(servers.seaweed.ports["s3"], SEED) as (address, answers):
            await finish(settings, AWS_ENDPOINT_URL=address)
    report(f"{answers[503]} of {answers.total()} requests failed")
    assert answers[503] > answers.total() / 3
    assert_whole(settings, first_visit, tmp_path, site)


async def test_clocks_that_differ_by_ten_minutes(lake_of: LakeOf, first_visit: Path, tmp_path: Path) -> None:  # fmt: skip
    (tmp_path / "clock.c").write_text(CLOCK)
    library = tmp_path / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, tmp_path / "clock.c"], check=True)
    async with Newsroom() as site:
        one = crawling(lake_of(tmp_path / "one"), site)
        two = crawling(lake_of(tmp_path / "two", like=one), site)
        await asyncio.gather(finish(one, LD_PRELOAD=str(library)), finish(two))
        await finish(two)
        began = time.time()
        await finish(one, LD_PRELOAD=str(library))
    assert_whole(two, first_visit, tmp_path, site)
    [row] = stores.database(two).rows("SELECT max(started_at) AS latest FROM ops.runs")
    assert row["latest"].timestamp() > began + 500


async def test_four_machines_ask_no_host_together(lake_of: LakeOf, first_visit: Path, tmp_path: Path) -> None:  # fmt: skip
    """The log of the newsroom names the contact of whoever asked."""
    async with Newsroom() as site:
        first = crawling(lake_of(tmp_path / "0"), site)
        homes = [
            first,
            *(crawling(lake_of(tmp_path / str(n), like=first), site) for n in (1, 2, 3)),
        ]
        named = [
            each.model_copy(update={"contact": f"{n}@kliping.test"}) for n, each in enumerate(homes)
        ]
        await asyncio.gather(*map(finish, named))
        machines = defaultdict[str, set[str]](set)
        for request in site.requests:
            machines[request.host].add(request.headers["user-agent"])
        report(f"{len(site.requests)} requests; {dict(machines)}")
        assert len(machines) == len(NAMES)
        assert {len(each) for each in machines.values()} == {1}
        await finish(named[0])
    assert_whole(first, first_visit, tmp_path, site)


@pytest.mark.parametrize("moment", ["start", "middle", "end", "a full disk"])
def test_a_dask_worker_that_fails(moment: str, lake_of: LakeOf, servers: Servers, file_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """A rebuild of an archive, of which each span of records is a task; one of two workers fails for good."""
    monkeypatch.setattr("flows.load.dask_workers.SPAN", 5)
    result, answers, at = DaskWorkers._result, DaskWorkers._answers, {"start": 0.0, "end": 1.0}
    n_tasks = n_asked = 0

    with small_disk(tmp_path / "disk") as disk:
        cluster = Dask(tmp_path / "dask", servers.environment(), n_workers=1)
        one = cluster.start_worker(disk)
        settings = lake_of(copy_archive(file_home, tmp_path / "home"), dask=cluster.address)

        def count_tasks(self: DaskWorkers, tasks: list[object]) -> object:
            nonlocal n_tasks, n_asked
            n_tasks, n_asked = len(tasks), 0
            return answers(self, tasks)

        def fail(self: DaskWorkers, *task: object) -> object:
            nonlocal n_asked
            if n_asked == round(at.get(moment, 0.5) * (n_tasks - 1)):
                if moment == "a full disk":
                    fill(disk, 0)
                else:
                    one.kill()
            n_asked += 1
            return result(self, *task)

        monkeypatch.setattr(DaskWorkers, "_answers", count_tasks)
        monkeypatch.setattr(DaskWorkers, "_result", fail)
        try:
            rebuild(settings)
        finally:
            one.kill()
            one.wait()
            cluster.stop()
    report(f"{moment}: {n_tasks} tasks")
    assert not differences_from_lake(file_home, settings, tmp_path / "copy")
