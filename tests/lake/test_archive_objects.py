"""The objects of a lake's archive: many small ones become few, and one may lose a record while other runs go on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.runs import BUNDLED, differences

from flows import stores
from flows.jobs import jobs, maintenance, merged_files
from flows.runs.locks import LockKind
from flows.runs.run import open_run
from flows.settings import Settings
from kliping.cli.doctor import examine
from lake.conftest import LakeOf
from lake.homes import copy_archive, rebuild, write_synthetic
from parsers.source import load
from warehouse.archive.archive import Archive
from warehouse.archive.seals import add_seal
from warehouse.archive.stored import MERGED, UNLOADED, StoredArchive
from warehouse.silence import LakeUnavailable
from warehouse.storage import Storage

SOURCES = load((BUNDLED,))
N_FILES, N_EACH = 3, 2


def storage_of(settings: Settings) -> Storage:
    location = stores.lake_location(settings)
    assert location
    return location.storage


def files_of_rows(settings: Settings) -> set[str]:
    rows = stores.database(settings).rows("SELECT DISTINCT warc_file FROM raw.fetches")
    return {row["warc_file"] for row in rows}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose warehouse is a file, with archive files as loads make them."""
    settings = Settings(
        home=tmp_path_factory.mktemp("objects") / "file", source_folders=(BUNDLED,), readers=1
    )
    for n in range(N_FILES):
        write_synthetic(Archive(settings.home / "archive"), N_EACH * (n + 1), f"2026112{n}T000000Z-5e5e")  # fmt: skip
    rebuild(settings)
    return settings


@pytest.fixture
def lake(lake_of: LakeOf, file: Settings, tmp_path: Path) -> Settings:
    settings = lake_of(copy_archive(file.home, tmp_path / "lake"))
    rebuild(settings)
    return settings


def assert_equal(file: Settings, lake: Settings, folder: Path) -> None:
    stores.database(lake).publish_file(folder / "kliping.duckdb")
    assert not differences(file.home, folder)


@pytest.mark.long
def test_maintain_merges_small_files_and_nothing_else_changes(lake, file, lake_of, tmp_path):
    """The rows name the new file, and another machine makes the same tables of it."""
    assert len(files_of_rows(lake)) == N_FILES

    assert "3 archive files merged into 1" in maintenance.maintain(lake, SOURCES).notes

    [merged] = files_of_rows(lake)
    assert MERGED in merged
    assert [stores.archive(lake).name(path) for path in stores.archive(lake).files()] == [merged]
    assert not list(storage_of(lake).objects(UNLOADED))
    other = lake_of(tmp_path / "other", like=lake)
    rebuild(other)
    assert_equal(file, other, tmp_path)
    assert files_of_rows(other) == {merged}


@pytest.mark.long
def test_sealed_files_are_not_merged(lake):
    """A seal names the file of each record."""
    archive = stores.archive(lake)
    assert add_seal(archive, datetime(2026, 11, 30, tzinfo=UTC))

    maintenance.maintain(lake, SOURCES)

    assert len(files_of_rows(lake)) == N_FILES
    assert [row["state"] for row in examine(lake) if row["check"] == "archive"] == ["ok"]


@pytest.mark.long
def test_a_merge_that_was_stopped_is_finished_by_the_next_start(lake, file, monkeypatch, tmp_path):
    def stop(*_: object) -> None:
        raise LakeUnavailable("PostgreSQL does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(merged_files, "load_file", stop)
        with pytest.raises(LakeUnavailable):
            maintenance.maintain(lake, SOURCES)
    assert len(files_of_rows(lake)) == N_FILES

    jobs.reparse_sources(lake, SOURCES, ["portalnusa"], lambda *_: None)

    [merged] = files_of_rows(lake)
    assert MERGED in merged
    assert_equal(file, lake, tmp_path)


@pytest.mark.long
def test_an_article_is_forgotten_while_another_machine_runs(lake, lake_of, tmp_path):
    """And what the other one is about to read is where it was."""
    maintenance.maintain(lake, SOURCES)
    with stores.reader(lake) as reader:
        [first, *others] = reader.rows("SELECT url, article_id FROM mart.articles ORDER BY url")
    locations = "SELECT fetch_id, warc_file AS file, warc_offset, warc_length FROM raw.fetches WHERE requested_url <> $url ORDER BY 1"
    store = stores.database(lake)
    before = store.rows(locations, {"url": first["url"]})
    other = lake_of(tmp_path / "other", like=lake)
    options = {"flow": "ingest", "params": {}, "hold_sources": ["harianlama"]}

    with open_run(other, SOURCES, **options, lock_kinds=[LockKind.INGEST]):
        assert maintenance.forget(lake, SOURCES, first["url"]) == ""

        archive = stores.archive(lake)
        assert isinstance(archive, StoredArchive)
        pages = {r.link.url for path in archive.files() for r in archive.records(path) if r.link.kind == "page"}  # fmt: skip
    assert first["url"] not in pages
    assert {each["url"] for each in others} == pages
    after = store.rows(locations, {"url": first["url"]})
    assert [row for row in after if row in before] == before
    names = [each.name for each in storage_of(lake).objects("archive/2026/")]
    assert [MERGED in name for name in sorted(names)].count(True) == 1
    assert len(names) == 2  # the other one has the tombstone
