"""Jobs that other machines parse for: a worker may die at any moment, and many small files keep all workers busy."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from support.runs import BUNDLED, differences
from support.worker_cases import in_parts

from flows import stores
from flows.load import dask_workers as dask_module
from flows.load.dask_workers import DaskWorkers
from flows.settings import Settings
from lake.conftest import LakeOf, Servers
from lake.homes import copy_archive, rebuild, write_synthetic
from lake.servers import Dask
from parsers.source import load
from warehouse.archive.archive import Archive, ArchiveError
from warehouse.storage import Storage

SOURCES = load((BUNDLED,))
N_RECORDS = 24
FORGOTTEN_SECONDS = 4.0  # after which Dask has removed the copies of a value but one
MOMENTS = {"start": 0, "middle": N_RECORDS // 2, "end": N_RECORDS - 1}


@pytest.fixture
def cluster(servers: Servers, tmp_path: Path) -> Iterator[Dask]:
    """Of the test alone, with two workers."""
    own = Dask(tmp_path / "dask", servers.environment())
    try:
        yield own
    finally:
        own.stop()


SOURCE = 'name = "kabar"\ntitle = "Kabar"\nhome = "http://kabar.test/"\n'


def stored(lake: Settings, folder: Path) -> tuple[Storage, list[list[object]]]:
    """The storage with an archive file, and a chain for each of its records."""
    location, archive = stores.lake_location(lake), Archive(folder)
    assert location
    write_synthetic(archive, N_RECORDS)
    [path] = archive.files()
    location.storage.put_new(f"archive/{archive.name(path)}", path.read_bytes())
    return location.storage, [[record.location] for record in archive.records(path)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_worker_costs_no_answer(
    moment: str,
    lake_of: LakeOf,
    cluster: Dask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each in turn is killed, once for all: whoever had something alone is gone. Another one begins later."""
    storage, chains = stored(lake_of(tmp_path / "home"), tmp_path / "archive")
    monkeypatch.setattr(dask_module, "SPAN", 1)
    result, n_asked = DaskWorkers._result, 0

    def kill_workers(self: DaskWorkers, *task: object) -> object:
        nonlocal n_asked
        if n_asked == MOMENTS[moment]:
            time.sleep(FORGOTTEN_SECONDS if moment == "start" else 0)
            for process in list(cluster.workers):
                process.kill()
                process.wait()
            cluster.workers.append(cluster.start_worker())
        n_asked += 1
        return result(self, *task)

    monkeypatch.setattr(DaskWorkers, "_result", kill_workers)
    with DaskWorkers(cluster.address, storage, SOURCES) as dask_workers:
        [(_, answers)] = dask_workers.parse([chains])

    assert [len(answer.articles) for answer in answers if answer] == [1] * N_RECORDS


def die(*_: object, **_more: object) -> None:
    os._exit(1)


def test_a_task_that_takes_its_workers_down_is_left_to_this_machine(
    lake_of: LakeOf, servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler gives it up after the first one, and by default after the fourth."""
    storage, chains = stored(lake_of(tmp_path / "home"), tmp_path / "archive")
    strict = servers.environment() | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    monkeypatch.setattr(dask_module, "parse_chains", die)
    cluster = Dask(tmp_path / "dask", strict)
    try:
        with DaskWorkers(cluster.address, storage, SOURCES) as dask_workers:
            [(_, answers)] = dask_workers.parse([chains])
    finally:
        cluster.stop()

    assert answers == [None] * N_RECORDS


def test_a_setup_that_somebody_replaced_is_not_read(
    lake_of: LakeOf, dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads it runs what is in it."""
    storage, chains = stored(lake_of(tmp_path / "home"), tmp_path / "archive")
    with DaskWorkers(dask.address, storage, SOURCES) as dask_workers:
        setup_of = dask_module.setup_of

        def replaced(*arguments: object) -> object:
            setup = setup_of(*arguments)
            name = f"setups/{setup.digest}"
            storage.replace(name, b"evil", storage.get(name)[1])
            return replace(setup)

        monkeypatch.setattr(dask_module, "setup_of", replaced)
        dask_workers.set_repeated_lines({"portalnusa": frozenset({"Baca juga"})})
        with pytest.raises(ArchiveError, match="is not what the job put there"):
            list(dask_workers.parse([chains]))


@pytest.mark.long
def test_a_rebuild_hands_out_the_records_of_all_files_at_once(
    lake_of: LakeOf, dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path / "home" / "archive")
    for n in range(6):
        write_synthetic(archive, 2, f"2026112{n}T000000Z-5e5e")
    monkeypatch.setattr(dask_module, "SPAN", 1)
    answers, n_tasks = DaskWorkers._answers, list[int]()

    def count_tasks(self: DaskWorkers, tasks: Sequence[object]) -> object:
        n_tasks.append(len(tasks))
        return answers(self, tasks)

    monkeypatch.setattr(DaskWorkers, "_answers", count_tasks)

    rebuild(lake_of(tmp_path / "home", dask=dask.address))

    assert n_tasks == [12]


@pytest.mark.long
def test_an_article_whose_pages_two_runs_fetched_is_whole_after_a_rebuild(
    lake_of: LakeOf, dask: Dask, tmp_path: Path
) -> None:
    """The file of the second run alone does not say to what its pages belong."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "kabar.toml").write_text(SOURCE)
    archive, article = Archive(tmp_path / "file" / "archive"), in_parts(4, 4)
    first = article.records[0].link
    for day, pages in ((20, article.records[:2]), (21, article.records[2:])):
        run_id = f"202611{day}T000000Z-5e5e"
        with archive.writer(run_id, datetime(2026, 11, day, tzinfo=UTC), "0", "ingest") as writer:
            for n, page in enumerate(pages):
                url = page.response.url
                is_part = {"kind": "part", "discovered_by": first.url} if url != first.url else {}
                at, fetch_id = datetime(2026, 11, day, 1, n, tzinfo=UTC), uuid5(NAMESPACE_URL, url)
                response = replace(page.response, fetch_id=str(fetch_id), fetched_at=at)
                writer.append(replace(first, url=url, **is_part), response)
    lake = lake_of(copy_archive(tmp_path / "file", tmp_path / "lake"), dask=dask.address)
    file = Settings(home=tmp_path / "file", readers=1)
    for settings in (file, lake):
        rebuild(settings.model_copy(update={"source_folders": (tmp_path / "sources",)}))

    stores.database(lake).publish_file(lake.home / "kliping.duckdb")
    assert not differences(file.home, lake.home)
    with stores.reader(lake) as reader:
        pages = "SELECT count(*) AS n FROM core.version_fetches"
        assert reader.rows(pages) == [{"n": 4}]
