"""Who reads the published copy never waits, never fails, and never sees less than before."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import textwrap
from itertools import accumulate

from running import NAMES, ask, ingest, settings_for

from flows.newsroom import Newsroom
from flows.newsroom.truth import truth
from warehouse.store import Store

READER = textwrap.dedent("""
    import json, pathlib, sys
    import duckdb

    path, stop, counts = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), []
    while not stop.exists():
        if path.exists():
            with duckdb.connect(path, read_only=True) as con:
                counts.append(con.sql("SELECT count(*), count(body_text) FROM mart.articles").fetchone()[0])
    print(json.dumps(counts))
""")
FLOOR = 30  # a reader that waited for the loads would not come near


async def test_a_reader_beside_ingests_and_publishes_never_fails_and_sees_only_more(tmp_path):
    home, stop = tmp_path / "home", tmp_path / "stop"
    reader = subprocess.Popen([sys.executable, "-c", READER, home / "kliping.duckdb", stop], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    async with Newsroom() as site:
        for name in NAMES:
            await ingest(settings_for(home, site), [name])
        for _ in range(10):
            Store(home).publish()
            await asyncio.sleep(0.02)
    stop.touch()
    said, wrong = reader.communicate(timeout=30)

    assert (reader.returncode, wrong) == (0, b"")
    counts = json.loads(said)
    assert counts == sorted(counts)
    assert len(counts) > FLOOR
    assert set(counts) >= set(accumulate(sum(t.source_id == name for t in truth()) for name in NAMES))
    assert ask(home, "SELECT count(*) FROM mart.articles") == [(counts[-1],)]
