"""Who reads the published copy never waits, never fails, and never sees less than was published. KLIPING_TEST_READS=10000 reads so often."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from itertools import accumulate

import pytest
from support.runs import BUNDLED, ask, ingest, settings_for
from support.truth import truth

from flows.jobs import jobs
from kliping.newsroom import NOW, Newsroom
from parsers.source import load
from warehouse.write.database import Database

pytestmark = pytest.mark.slow

READS = int(os.environ.get("KLIPING_TEST_READS", "100"))
PAUSE_SECONDS = 0.0 if "KLIPING_TEST_READS" in os.environ else 0.1  # else it takes a whole core
COUNT = "SELECT count(*) FROM mart.articles"
READER = textwrap.dedent("""
    import json, pathlib, sys, time
    import duckdb

    path, stop, least, said = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), []
    pause = float(sys.argv[4])
    while len(said) < least or not stop.exists():
        if path.exists():
            began = time.monotonic()
            with duckdb.connect(path, read_only=True) as con:
                said.append([began, con.sql("SELECT count(*), count(body_text) FROM mart.articles").fetchone()[0]])
        time.sleep(pause)
    stop.write_text(json.dumps(said))
""")


@pytest.mark.timeout(0)
@pytest.mark.long
async def test_a_reader_beside_a_backfill_ingests_and_publishes_never_fails_and_sees_what_is_published(
    tmp_path, monkeypatch
):
    published, publish, stop = [], Database.publish, tmp_path / "stop"  # where the answers go, too

    def noted(store):
        path = publish(store)
        published.append((time.monotonic(), ask(tmp_path, COUNT)[0][0]))
        return path

    monkeypatch.setattr(Database, "publish", noted)
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            READER,
            tmp_path / "kliping.duckdb",
            stop,
            str(READS),
            str(PAUSE_SECONDS),
        ],
        stderr=subprocess.PIPE,
    )
    async with Newsroom() as site:
        settings = settings_for(tmp_path, site)
        await jobs.backfill_source(
            settings, load([BUNDLED]), "harianlama", ((NOW - timedelta(days=89)).date(), NOW.date())
        )
        for name in ("portalnusa", "suararantau"):
            await ingest(settings, [name])
    stop.touch()
    while reader.poll() is None:
        Database(tmp_path).publish()
        await asyncio.sleep(0.02)
    _, wrong = reader.communicate()

    assert (reader.returncode, wrong) == (0, b"")
    answers = json.loads(stop.read_text())  # too many for a pipe that nobody empties meanwhile
    assert len(answers) >= READS
    assert [count for _, count in answers] == sorted(count for _, count in answers)
    assert [
        (began, count)
        for began, count in answers
        if count < max((n for at, n in published if at <= began), default=0)
    ] == []
    assert {n for _, n in published} >= set(
        accumulate(
            sum(t.source_id == name for t in truth())
            for name in ("harianlama", "portalnusa", "suararantau")
        )
    )
    assert len({count for _, count in answers}) > 1
