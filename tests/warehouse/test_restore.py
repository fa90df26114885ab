"""The commands of docs/how-to/back-up.md: a copy made while a run is going gives the same tables on another machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.runs import (
    BUNDLED,
    ask,
    differences,
    ingest,
    needless_requests,
    records,
    settings_for,
    start,
    wait_for_exit,
    wait_until,
)

from kliping.newsroom import Newsroom

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "back-up.md"
# `ops` says what runs did here and there; of it only the frontier is the same.
TABLES = ("core.", "ref.", "mart.", "ops.frontier", "ops.tombstones")


def commands(home: Path, backup: Path) -> list[str]:
    """The two blocks of shell commands, for this home and this folder: the copy, and how it is restored."""
    section = PAGE.read_text().partition("## Backup and restore")[2]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    replaced = {
        "BACKUP": str(backup),
        "/var/lib/kliping": str(home),
        "kliping --home": f"{sys.executable} -m kliping.cli --home",
    }
    for words, others in replaced.items():
        blocks = [block.replace(words, others) for block in blocks]
    return blocks


def shell(script: str) -> None:
    environment = os.environ | {"KLIPING_SOURCES": str(BUNDLED)}
    subprocess.run(["/bin/sh", "-ec", script], check=True, env=environment)


async def test_a_copy_of_a_home_at_rest_gives_the_same_tables(tmp_path, first_visit):
    backup, other = tmp_path / "backup", tmp_path / "other"
    copy, _ = commands(first_visit, backup)
    _, restore = commands(other, backup)

    shell(copy)
    shell(restore)

    assert differences(first_visit, other, tables=(*TABLES, "raw.")) == {}


@pytest.mark.long
async def test_a_copy_made_during_a_run_gives_the_same_tables_after_the_next(tmp_path, first_visit):
    home, backup, other = tmp_path / "home", tmp_path / "backup", tmp_path / "other"
    shutil.copytree(first_visit, home)
    copy, _ = commands(home, backup)
    _, restore = commands(other, backup)
    n_before = len(records(home))
    async with Newsroom(visit=2) as site:
        process = await start(settings_for(home, site))
        assert await wait_until(lambda: len(records(home)) > n_before + 12, process)
        shell(copy)
        assert process.returncode is None, "the run had ended before the copy"
        code, output = await wait_for_exit(process)
        assert code == 0, output

        shell(restore)
        copied = {record.response.fetch_id for record in records(other)}
        loaded = {fetch_id for (fetch_id,) in ask(other, "SELECT fetch_id FROM raw.fetches")}
        await ingest(settings_for(other, site))

        assert len(copied) > n_before
        assert copied <= loaded
        assert differences(home, other, tables=TABLES) == {}
        assert needless_requests(site, other) == []
