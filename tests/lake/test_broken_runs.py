"""Whole runs that a full disk, a missing bucket or a dead scheduler ends; the next one gives the tables of a file home."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.runs import BUNDLED, differences, ingest
from support.small_disk import fill, small_disk

from flows import stores
from flows.jobs import maintenance
from flows.load.dask_workers import DaskUnavailable, DaskWorkers
from kliping.cli.doctor_lake import examine_lake
from kliping.newsroom import Newsroom
from lake.conftest import LakeOf, Servers
from lake.homes import copy_archive, crawling, differences_from_lake, fetch_archive, rebuild
from lake.servers import LIMITED_KEY, LIMITED_SECRET, Dask
from parsers.source import load
from warehouse.storage import BucketMissingError
from warehouse.write.disk_space import DiskFull

SOURCES = load((BUNDLED,))
ROOM = 30_000  # bytes: for some responses of the run, not for all


@pytest.mark.long
async def test_a_disk_that_fills_up_under_the_open_archive_file(
    lake_of: LakeOf, tmp_path: Path
) -> None:
    """Nothing else of a lake is on the machine's disk. What was answered is in the bucket after the next run."""
    with small_disk(tmp_path / "disk") as disk:
        async with Newsroom() as site:
            settings = crawling(lake_of(disk / "home", min_free_mb=0), site)
            settings.home.mkdir()
            with stores.database(settings).write_connection():
                pass
            ballast = fill(disk, but=ROOM)
            with pytest.raises(DiskFull, match="Free more there"):
                await ingest(settings, ["harianlama"])
            ballast.unlink()
            n_asked = len(site.requests)
            assert n_asked > 0

            assert not (await ingest(settings, ["harianlama"])).failures
        made_again = fetch_archive(settings, tmp_path / "file")
        stores.database(settings).publish_file(disk / "home" / "kliping.duckdb")

        tables = ("core.", "ref.", "raw.", "mart.")  # `ops` says what runs did
        assert not differences(settings.home, made_again.home, but=set(), tables=tables)
        assert not list((settings.home / "archive").rglob("*.warc.gz"))


@pytest.mark.long
def test_a_bucket_that_is_missing_is_named_and_nothing_is_lost(
    file_home: Path, lake_of: LakeOf, servers: Servers, tmp_path: Path
) -> None:
    settings = lake_of(copy_archive(file_home, tmp_path / "home"))
    limited = {"aws_access_key_id": LIMITED_KEY, "aws_secret_access_key": LIMITED_SECRET}
    without = settings.model_copy(update={**limited, "storage": "s3://elsewhere/lake"})
    says = r"there is no bucket elsewhere at http://127.*: make it, or correct KLIPING_STORAGE"

    with pytest.raises(BucketMissingError, match=says):
        rebuild(without)
    [bucket] = [row for row in examine_lake(without) if row["check"] == "bucket"]
    assert bucket["state"] == "bad"
    assert "no bucket elsewhere" in bucket["finding"]

    rebuild(settings)
    assert not differences_from_lake(file_home, settings, tmp_path / "copy")


def test_a_write_without_a_record_names_a_missing_bucket(lake_of: LakeOf, tmp_path: Path) -> None:
    """The archive, which names it too, is not asked; DuckDB would find it missing later, in words that say little."""
    without = lake_of(tmp_path / "home").model_copy(update={"storage": "s3://elsewhere/lake"})

    with (
        pytest.raises(BucketMissingError, match="there is no bucket elsewhere"),
        stores.database(without).write_connection(),
    ):
        pass


@pytest.mark.long
def test_a_scheduler_that_dies_in_the_middle_of_a_job_ends_it(
    file_home: Path,
    lake_of: LakeOf,
    servers: Servers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was not loaded, the next run loads, here with its own processes."""
    cluster = Dask(tmp_path / "dask", servers.environment(), n_workers=1)
    settings = lake_of(copy_archive(file_home, tmp_path / "home"), dask=cluster.address)
    monkeypatch.setattr("flows.load.dask_workers.SPAN", 10)
    answers = DaskWorkers._answers

    def kill_scheduler(self: DaskWorkers, tasks: list[object]) -> object:
        cluster.scheduler.kill()
        return answers(self, tasks)

    monkeypatch.setattr(DaskWorkers, "_answers", kill_scheduler)
    try:
        with pytest.raises(DaskUnavailable, match=f"Dask at {cluster.address} is gone"):
            rebuild(settings)
    finally:
        cluster.stop()

    maintenance.store_judgements(settings.model_copy(update={"dask": None}), SOURCES, [])
    assert not differences_from_lake(file_home, settings, tmp_path / "copy")
