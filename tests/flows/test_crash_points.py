"""Killed at every named point, the next run ends in the tables of an undisturbed one. With KLIPING_TEST_KILLS=200 five rounds are made."""

from __future__ import annotations

import os
import random
import signal

import pytest
from support import crash_points
from support.killed_runs import leftovers
from support.runs import (
    MOMENTS,
    differences,
    ingest,
    needless_requests,
    settings_for,
    start,
    wait_for_exit,
)

from flows.settings import Settings
from kliping.newsroom import Newsroom

pytestmark = pytest.mark.slow

ROUNDS = max(1, int(os.environ.get("KLIPING_TEST_KILLS", "6")) // 40)
SEED = int(os.environ.get("KLIPING_TEST_SEED", "20261124"))
KILLS_A_HOME = (
    6 if ROUNDS == 1 else 1
)  # a slice of the points, one after the other; in rounds each point has a home of its own
ONE = ["harianlama"]


@pytest.mark.timeout(0)
async def test_a_run_killed_at_every_named_point_ends_in_the_tables_of_an_undisturbed_one(tmp_path):
    undisturbed, chance = tmp_path / "undisturbed", random.Random(SEED)
    async with Newsroom() as site:
        await ingest(settings_for(undisturbed, site), ONE)
    for n in range(ROUNDS):
        points = chance.sample(list(crash_points.POINTS), len(crash_points.POINTS))
        for first in range(0, KILLS_A_HOME if ROUNDS == 1 else len(points), KILLS_A_HOME):
            home = tmp_path / f"{n}-{first}"
            async with Newsroom() as site:
                for point in points[first : first + KILLS_A_HOME]:
                    await killed_at(
                        point.__name__,
                        chance.randint(1, crash_points.POINTS[point]),
                        settings_for(home, site),
                    )
                await ingest(settings_for(home, site), ONE)

            assert (
                differences(
                    undisturbed,
                    home,
                    but=MOMENTS,
                    tables=("core.", "ref.", "mart.", "ops.frontier"),
                )
                == {}
            )
            assert needless_requests(site, home) == []
            assert leftovers(home) == []


async def killed_at(point: str, visit: int, settings: Settings) -> None:
    code, output = await wait_for_exit(
        await start(settings, ONE, program=[crash_points.__file__, point, str(visit)])
    )
    assert code == -signal.SIGKILL, f"{point}, visit {visit}: {output}"
