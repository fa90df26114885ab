"""Whole runs over a web that is damaged at random: the good outlet's tables are those of an undisturbed run.

Some 130 damaged answers with the tests. All of it: `KLIPING_TEST_RESPONSES=20000 pytest -n 0 -s --timeout 0 tests/flows/test_fuzz_runs.py`; with
KLIPING_TEST_SEED in pieces, and any piece again.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from support import hostile_runs
from support.damaged_site import GOOD, DamagedSite
from support.hostile_runs import SHORT
from support.runs import ask, differences

from flows.http.limits import Budget
from flows.jobs import jobs
from flows.runs.summary import Summary

pytestmark = pytest.mark.slow

RESPONSES = int(os.environ.get("KLIPING_TEST_RESPONSES", "120"))
SEED = int(os.environ.get("KLIPING_TEST_SEED", "20261126"))
PAGES = 60 if RESPONSES < 1000 else 400  # of each outlet in a run
MEMORY_BYTES = 1_500_000_000  # that these runs add to this process, whatever they are answered
QUICK = Budget(total_seconds=2.0, wire_bytes=5_000_000, decoded_bytes=8_000_000)
BUDGETS = replace(
    SHORT,
    page=QUICK,
    feed=QUICK,
    read_seconds=0.3,
    attempts=2,
    sleep_seconds=0.0,
    breaker_failures=1_000_000,
)
UNEXPECTED = re.compile(r"\w+(Error|Exception)\b.*\(\w+\.py:\d+\)$|^the reader (failed|gave)")


async def ingest(home: Path, site: DamagedSite, *names: str) -> Summary:
    sources = site.sources()
    return await jobs.ingest_sources(
        hostile_runs.settings_for(home, site),
        sources,
        names or tuple(sources),
        limit=PAGES,
        budgets=BUDGETS,
    )


def unexpected(home: Path, summary: Summary) -> list[str]:
    """Errors that nobody foresaw, wherever a run writes down what went wrong."""
    details = ask(
        home,
        "SELECT detail FROM raw.fetches UNION SELECT detail FROM ops.frontier UNION SELECT reason FROM ops.quarantine",
    )
    found = [detail for (detail,) in details if detail and UNEXPECTED.search(detail)]
    rows = [row for row in summary.failures if row["kind"] in {"unexpected error", "check"}]
    return [*found, *map(str, rows)]


@pytest.mark.long
async def test_whatever_four_outlets_answer_the_fifth_is_as_if_it_were_alone(
    tmp_path, caplog, capfd
):
    caplog.set_level(logging.WARNING)
    Path("/proc/self/clear_refs").write_text(
        "5"
    )  # the peak of the tests before this one is forgotten
    memory_before = peak_memory()
    async with DamagedSite(SEED) as site:
        await ingest(tmp_path / "alone", site, GOOD)
    n_mutated, seed = 0, SEED
    while n_mutated < RESPONSES:
        home = tmp_path / str(seed)
        async with DamagedSite(seed) as site:
            summary = await ingest(home, site)
            n_mutated += site.n_mutated
        tables = ("core.", "ref.", "mart.articles", "ops.frontier", "raw.feed_entries")

        assert differences(tmp_path / "alone", home, tables=tables, source=GOOD) == {}, seed
        assert unexpected(home, summary) == [], seed
        with capfd.disabled():
            say(seed, home, site, n_mutated)
        seed += 1

    assert not [record for record in caplog.records if record.exc_info]
    assert "Traceback" not in "".join(capfd.readouterr())
    assert peak_memory() - memory_before < MEMORY_BYTES


def peak_memory() -> int:
    """Bytes, of this process since the peak was last reset."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def say(seed: int, home: Path, site: DamagedSite, n_mutated: int) -> None:
    """One line a run, for whoever looks on."""
    fates = Counter(
        dict(ask(home, "SELECT coalesce(reason, state), count(*) FROM ops.frontier GROUP BY ALL"))
    )
    most = peak_memory() // 1_048_576
    sys.stdout.write(
        f"seed {seed}: {len(site.requests)} requests, {n_mutated} damaged answers so far, {most} MB, {dict(fates.most_common(12))}\n"
    )


@pytest.mark.parametrize("seed", range(3))
async def test_a_seed_gives_the_same_web_again(seed):
    async with DamagedSite(seed) as one, DamagedSite(seed) as other:
        for target in ("/robots.txt", "/feed/0", "/berita/1/kabar"):
            first, second = (site._answer("s1.umpan.test", target, {}) for site in (one, other))
            assert isinstance(first, bytes) == isinstance(second, bytes)
            if isinstance(first, bytes):
                assert first == second
