"""However a run ends, the next one goes on where it was: the same tables, and no page asked for twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest
from support.builders import T0
from support.killed_runs import PAGES, SERIAL, WHOLE, Serial, kill, leftovers, parts
from support.runs import (
    NAMES,
    ask,
    count_requests,
    differences,
    ingest,
    needless_requests,
    records,
    settings_for,
    start,
    wait_until,
)

from flows.http.limits import Budgets
from flows.load.loader import Loader
from flows.load.outcome import VERSIONS, group_by_link, interpret
from flows.load.recovery import recover
from flows.load.worker_pool import Workers
from flows.settings import Settings
from kliping.newsroom import Newsroom
from parsers.source import load
from warehouse.archive.archive import Archive, Record
from warehouse.write import fetches
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

pytestmark = pytest.mark.slow


KILLS = int(os.environ.get("KLIPING_TEST_KILLS", "2"))


SEED = int(os.environ.get("KLIPING_TEST_SEED", "20261124"))


HERE = Workers({}, Budgets(), 0)


LATER = "2999-01-01"


def leave(home: Path, left: Iterable[Record], run_id: str = "20261101T010000Z-dead") -> Path:
    """Archive what a run had when it was killed; the archive's file."""
    with Archive(home / "archive").writer(run_id, T0, "0") as writer:
        for record in left:
            writer.append(record.link, record.response)
    return writer.path


def load_some(home: Path, folders: Iterable[Path], kept: Iterable[Record]) -> None:
    """Load these of the archived records, as the batch of a run does."""
    sources = load(folders)
    load_outcomes(
        Database(home),
        [interpret(fetched, sources) for fetched in group_by_link(list(kept))],
        sources,
        VERSIONS,
    )


async def test_a_run_killed_again_and_again_ends_in_the_tables_of_an_undisturbed_one(
    tmp_path, first_visit
):
    chance, n_kills = random.Random(SEED), 0
    while n_kills < KILLS:
        home = tmp_path / f"after-{n_kills}-kills"
        async with Newsroom() as site:
            settings = settings_for(home, site)
            while n_kills < KILLS and not await disturbed(settings, site, chance):
                n_kills += 1
            await ingest(settings)

        assert ask(home, "SELECT DISTINCT state FROM ops.runs ORDER BY 1") in [
            [("completed",)],
            [("completed",), ("crashed",)],
        ]
        assert differences(first_visit, home) == {}
        assert needless_requests(site, home) == []
        assert leftovers(home) == []


async def disturbed(settings: Settings, site: Newsroom, chance: random.Random) -> bool:
    """A run, killed at some moment of its life unless it ends before; whether it did."""
    began, more = len(site.requests), chance.randint(1, 45)
    stores = [
        settings.home / name
        for name in ("warehouse.duckdb", "warehouse.duckdb.wal", "kliping.duckdb")
    ]

    def write_times() -> list[int]:
        return [path.stat().st_mtime_ns for path in stores if path.exists()]

    process, before = await start(settings), write_times()
    match chance.choice(["asking", "loading", "any"]):
        case "asking":
            await wait_until(lambda: len(site.requests) >= began + more, process)
        case "loading":
            await wait_until(
                lambda: len(site.requests) > began + more / 2 and write_times() != before, process
            )
        case "any":
            await asyncio.sleep(chance.uniform(0.5, 5.0))
    await asyncio.sleep(chance.uniform(0, 0.25))
    if await kill(process):
        return False
    assert process.returncode == 0
    return True


async def test_a_torn_tail_is_cut_off_and_its_page_fetched_again(site, tmp_path, first_visit):
    settings = settings_for(tmp_path, site)
    process = await start(settings)
    assert await wait_until(
        lambda: sum(r.link.kind == "page" for r in records(tmp_path)) > 6, process
    )
    assert await kill(process)
    file = Archive(tmp_path / "archive").files()[-1]
    os.truncate(file, records(tmp_path)[-1].location.offset + 40)
    whole = {r.link.url for r in records(tmp_path)}

    await ingest(settings)

    assert records(tmp_path)[len(whole) - 1].link.url in whole
    assert differences(first_visit, tmp_path) == {}
    assert file.stat().st_size == max(
        r.location.offset + r.location.length
        for r in records(tmp_path)
        if r.location.file.endswith(file.name)
    )


@pytest.mark.parametrize("n", [9, pytest.param(25, marks=pytest.mark.long)])
async def test_what_was_archived_and_not_loaded_is_loaded_first_and_never_asked_for(
    site, tmp_path, first_visit, n
):
    left = records(first_visit)[:n]
    leave(tmp_path, left)

    await ingest(settings_for(tmp_path, site))

    pages = {r.link.url for r in left if r.link.kind in {"page", "part"}}
    assert not pages & count_requests(site).keys()
    assert differences(first_visit, tmp_path) == {}


@pytest.mark.parametrize(
    "first", ["portalnusa", pytest.param("suararantau", marks=pytest.mark.long)]
)
async def test_a_batch_of_one_source_hides_no_record_of_another(site, tmp_path, first_visit, first):
    """The sources of a run share its file: what comes later in it may be loaded earlier."""
    settings = settings_for(tmp_path, site)
    leave(tmp_path, records(first_visit))
    load_some(
        tmp_path,
        settings.source_folders,
        (r for r in records(tmp_path) if r.link.source_id == first),
    )

    await ingest(settings)

    assert (
        not {r.link.url for r in records(first_visit) if r.link.kind in {"page", "part"}}
        & count_requests(site).keys()
    )
    assert differences(first_visit, tmp_path) == {}


@pytest.mark.long
async def test_the_sitemaps_of_an_index_are_asked_for_though_the_index_is_unchanged(
    site, tmp_path, first_visit
):
    """A run killed between an index and its sitemaps leaves an index that every later run finds unchanged."""
    indexes = [r for r in records(first_visit) if r.link.url.endswith("sitemap_index.xml")]
    leave(tmp_path, indexes)

    await ingest(settings_for(tmp_path, site))

    assert len(indexes) == len(NAMES)
    assert differences(first_visit, tmp_path) == {}


def loader_of(home):
    return Loader(sources={}, store=Database(home), archive=Archive(home / "archive"), workers=HERE)


async def test_what_is_recovered_once_is_not_read_again(tmp_path, first_visit):
    leave(tmp_path, records(first_visit))
    loader = loader_of(tmp_path)
    store, archive = loader.store, loader.archive

    assert recover(loader) == len(records(first_visit))
    assert recover(loader) == 0
    assert fetches.fully_loaded_files(store) == {
        archive.name(path): path.stat().st_size for path in archive.files()
    }


def test_the_file_of_a_living_run_is_left_to_it(tmp_path, first_visit):
    loader, left = loader_of(tmp_path), records(first_visit)[:4]
    writer = loader.archive.writer("20261101T010000Z-beef", T0, "0")
    for record in left:
        writer.append(record.link, record.response)

    assert recover(loader) == 0
    writer.close()
    assert recover(loader) == 4


def test_what_a_kill_left_in_the_log_of_the_database_is_there(tmp_path, first_visit):
    leave(tmp_path, records(first_visit))
    loader = loader_of(tmp_path)
    killed = f"""
import os, pathlib
import duckdb
from warehouse.write.database import Database
store = Database(pathlib.Path({str(tmp_path)!r}))
with store.write_connection() as con:
    con.execute("INSERT INTO ops.archive_files (warc_file, n_bytes) VALUES ('x', 1)")
    os.kill(os.getpid(), 9)
"""
    recover(loader)
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -signal.SIGKILL
    assert loader.store.path.with_name("warehouse.duckdb.wal").exists()

    with duckdb.connect(loader.store.publish(), read_only=True) as con:
        assert con.sql(
            "SELECT n_bytes FROM ops.archive_files WHERE warc_file = 'x'"
        ).fetchall() == [(1,)]


@pytest.fixture
async def serial():
    Serial.hosts = (*Newsroom.hosts, "kabar.test")
    async with Serial() as newsroom:
        yield newsroom


@pytest.fixture
def serial_settings(serial, tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "kabar.toml").write_text(SERIAL)
    return settings_for(tmp_path / "home", serial, folder)


async def test_an_article_of_several_pages_is_joined(serial, serial_settings):
    await ingest(serial_settings, ["kabar"])

    assert parts(serial_settings.home) == [(WHOLE, 1)]
    assert [count_requests(serial)[url] for url in PAGES] == [1, 1, 1, 1]


async def test_further_pages_that_are_unchanged_lead_on_to_those_behind_them(
    serial, serial_settings
):
    await ingest(serial_settings, ["kabar"])
    serial.visit = 2

    await ingest(serial_settings, ["kabar"])

    assert parts(serial_settings.home) == [(WHOLE, 2)]


@pytest.mark.parametrize(
    "n_pages", [pytest.param(1, marks=pytest.mark.long), 2, pytest.param(3, marks=pytest.mark.long)]
)
async def test_a_run_killed_between_two_pages_of_an_article_is_continued_at_the_next(
    serial, serial_settings, tmp_path, n_pages
):
    whole = settings_for(tmp_path / "whole", serial, serial_settings.source_folders[0])
    await ingest(whole, ["kabar"])
    got = [r for r in records(whole.home) if r.link.kind in {"page", "part"}]
    for n in range(n_pages):  # each page by a run of its own, all of them killed
        leave(serial_settings.home, got[n : n + 1], run_id=f"20261101T01000{n}Z-dead")
    before = len(serial.requests)

    await ingest(serial_settings, ["kabar"])

    assert differences(whole.home, serial_settings.home) == {}
    assert [count_requests(serial, before)[url] for url in PAGES] == [
        int(n >= n_pages) for n in range(4)
    ]
