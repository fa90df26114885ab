"""Many runs in one process, as a scheduled worker has them: what they hold stays flat, and what grows grows by the run.

A few runs with the tests. All of it: `KLIPING_TEST_RUNS=200 pytest -n 0 -s --timeout 0 tests/flows/test_soak.py`, which prints a line every tenth run.
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from support.hostile_runs import SHORT, settings_for
from support.hostile_site import HostileSite
from support.responses import FIRST_STORY, Outlet, http

from flows.jobs import jobs

pytestmark = [pytest.mark.xdist_group("soak"), pytest.mark.slow]

RUNS = int(os.environ.get("KLIPING_TEST_RUNS", "8"))
WARM_UP = max(4, RUNS // 10)  # runs after which all that is loaded once is loaded
MEMORY_BYTES = 60_000_000  # more than after the warm-up: what the allocator keeps, not what a run leaves behind
RUN_TABLES = {  # a row a run, a request or a check; everything else describes the news
    "raw.fetches",
    "ops.runs",
    "ops.run_sources",
    "ops.feed_checks",
    "ops.quality_results",
    "ops.archive_files",
    "core.version_fetches",
}
OUTLETS = [
    Outlet(name="baik", n_good=6, delay_seconds=0.0),
    Outlet(name="rusak", pages={"/berita/7/selalu-gagal": http(b"", status="500 No")}, delay_seconds=0.0),
]  # fmt: skip


@dataclass(frozen=True)
class Footprint:
    """What the process and its home hold between two runs."""

    memory_bytes: int
    n_files: int  # open descriptors
    n_threads: int
    n_children: int
    rows: dict[str, int]  # by table
    disk_bytes: dict[str, int]  # by file or folder of the home


def footprint(home: Path) -> Footprint:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Footprint(
        memory_bytes=pages * os.sysconf("SC_PAGE_SIZE"),
        n_files=len(list(Path("/proc/self/fd").iterdir())),
        n_threads=threading.active_count(),
        n_children=len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()),
        rows=n_rows(home),
        disk_bytes={
            path.name: sum(each.stat().st_size for each in (path, *path.rglob("*")))
            for path in home.iterdir()
        },
    )


def n_rows(home: Path) -> dict[str, int]:
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        tables = con.sql(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE schema_name IN ('raw', 'core', 'ops')"
        ).fetchall()
        return {
            name: con.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0] for (name,) in tables
        }


async def test_many_runs_hold_no_more_than_a_few(tmp_path, capfd):
    history: list[Footprint] = []
    async with HostileSite(chosen=OUTLETS) as site:
        settings, sources = settings_for(tmp_path, site), site.sources()
        for n in range(RUNS):
            moment = FIRST_STORY + timedelta(days=1, hours=n)
            run = jobs.revisit_sources if n % 2 else jobs.ingest_sources
            await run(
                settings, sources, tuple(sources), budgets=SHORT, clock=lambda now=moment: now
            )
            history.append(footprint(tmp_path))
            with capfd.disabled():
                say(n, history)

    first, last = history[WARM_UP - 1], history[-1]
    assert last.n_files <= first.n_files
    assert last.n_threads <= first.n_threads
    assert last.n_children == first.n_children
    assert last.memory_bytes - first.memory_bytes < MEMORY_BYTES
    assert {t for t, n in last.rows.items() if n > first.rows.get(t, 0)} <= RUN_TABLES
    assert last.disk_bytes.keys() == first.disk_bytes.keys()


def say(n: int, history: list[Footprint]) -> None:
    if RUNS >= 100 and (n + 1) % 10 == 0:
        now = history[-1]
        kilobytes = {name: size // 1000 for name, size in now.disk_bytes.items()}
        growing = (
            {t: r for t, r in now.rows.items() if r > history[WARM_UP - 1].rows.get(t, 0)}
            if n >= WARM_UP
            else {}
        )
        sys.stdout.write(
            f"run {n + 1}: {now.memory_bytes // 1_000_000} MB, {now.n_files} files, {now.n_threads} threads, kB {kilobytes}, rows {growing}\n"
        )
