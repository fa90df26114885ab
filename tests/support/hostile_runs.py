"""Runs over the hostile site, in this process and in one that can be killed."""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import Callable
from pathlib import Path

from flows.http.limits import Budget, Budgets
from flows.jobs import jobs
from flows.runs.summary import Summary
from flows.settings import Settings
from support.hostile_site import HostileSite
from support.runs import wait_until

SHORT = Budgets(
    page=Budget(total_seconds=2.0, wire_bytes=5_000_000, decoded_bytes=8_000_000),
    feed=Budget(total_seconds=4.0, wire_bytes=8_000_000, decoded_bytes=16_000_000),
    robots=Budget(total_seconds=2.0, wire_bytes=512 * 1024, decoded_bytes=1024 * 1024, cut=True),
    connect_seconds=1.0,
    read_seconds=1.0,
    backoff_seconds=0.05,
    backoff_max_seconds=0.1,
    sleep_seconds=10.0,
    parse_page_seconds=4.0,
)
READING_SECONDS = 0.5  # seconds in which an answer is read and noted


def settings_for(home: Path, site: HostileSite) -> Settings:
    return Settings(
        home=home,
        contact="https://example.test/kliping",
        allow_private=site.allow_private,
        connect_to=tuple((host, ip, port) for host, (ip, port) in site.connect_to.items()),
    )


async def ingest(home: Path, site: HostileSite, names: tuple[str, ...] | None = None) -> Summary:
    sources = site.sources()
    return await jobs.ingest_sources(
        settings_for(home, site), sources, names or tuple(sources), budgets=SHORT
    )


BEGINNING = """
import asyncio, pickle, sys
sys.path.insert(0, sys.argv[1])
from support.hostile_runs import SHORT
from flows.jobs.jobs import ingest_sources
settings, sources, names = pickle.load(open(sys.argv[2], "rb"))
asyncio.run(ingest_sources(settings, sources, names, budgets=SHORT))
"""


async def kill_when(tmp_path: Path, site: HostileSite, true: Callable[[], object]) -> None:
    """Start a run in a process of its own, and kill it as soon as the condition is true."""
    plan = tmp_path / "plan.pickle"
    plan.write_bytes(
        pickle.dumps((settings_for(tmp_path / "home", site), site.sources(), tuple(site.outlets)))
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BEGINNING, str(Path(__file__).parents[1]), str(plan)
    )
    try:
        assert await wait_until(true, process)
    finally:
        process.kill()
        await process.wait()
