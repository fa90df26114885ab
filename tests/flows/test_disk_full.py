"""A full disk, whichever store meets it first: nothing acknowledged is lost, and the message says what to free."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.builders import T0, response
from support.runs import differences, ingest, needless_requests, settings_for, start, wait_for_exit
from support.small_disk import fill, small_disk

from kliping.alerts import alert_of_error
from kliping.newsroom import Newsroom
from parsers.article import Link
from warehouse.archive.archive import Archive
from warehouse.write.disk_space import DiskFull, disk_full_as_error, need_room

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("new_warehouses")]

ONE = ["harianlama"]
# The less, the earlier it is full: 100 at the birth of the database, 3000 to 6000 while it loads, 8000 about the publish; a run needs less than 10,000.
FREE_KB = [int(n) for n in os.environ.get("KLIPING_TEST_FREE_KB", "8000").split(",")]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def test_an_archive_that_fills_up_keeps_what_was_whole_and_goes_on_when_there_is_room(disk):
    archive, link = Archive(disk / "archive"), Link(url="http://kabar.test/", source_id="kabar")
    kept = []
    with archive.writer("run", T0, "0") as writer:
        ballast = fill(disk, but=300_000)
        with pytest.raises(OSError, match="No space left"):
            kept.extend(
                writer.append(link, response(os.urandom(20_000).hex(), hour=hour))
                for hour in range(999)
            )
        ballast.unlink()
        kept.append(writer.append(link, response("lagi", hour=999)))

    assert len(kept) > 2
    assert list(archive.records(writer.path)) == kept
    assert archive.cut_torn_tail(writer.path) == 0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("undisturbed")

    async def run() -> None:
        async with Newsroom() as site:
            await ingest(settings_for(home, site), ONE)

    asyncio.run(run())
    return home


@pytest.mark.xdist_group("disk")
@pytest.mark.timeout(0)  # what is waited for has its own end
@pytest.mark.parametrize("free", FREE_KB)
async def test_a_run_on_a_disk_that_fills_up_exits_75_and_the_next_one_ends_as_if_nothing_had_been(
    disk, undisturbed, free
):
    async with Newsroom() as site:
        settings = settings_for(disk / "home", site).model_copy(update={"min_free_mb": 0})
        ballast = fill(disk, but=free * 1000)
        code, output = await wait_for_exit(await start(settings, ONE))
        ballast.unlink()
        await ingest(settings, ONE)

        assert code == 75
        assert "Free more there" in output
        assert needless_requests(site, settings.home) == []
        assert differences(undisturbed, settings.home) == {}


def test_a_batch_does_not_begin_without_room(tmp_path):
    with pytest.raises(
        DiskFull, match=r"MB are free, a run needs 1000000000 MB. Free at least \d+ MB"
    ):
        need_room(tmp_path, 10**15)


def test_a_full_disk_is_told_although_nothing_can_be_noted(disk):
    fill(disk, but=0)
    error = DiskFull("the disk is full")
    times = [T0, T0 + timedelta(hours=1)]

    alerts = [alert_of_error(disk, "ingest", error, at) for at in times]

    assert [alert.text for alert in alerts] == ["ingest failed: the disk is full"] * 2


def test_a_write_that_does_not_fit_does_not_contradict_itself(tmp_path):
    with pytest.raises(DiskFull) as full, disk_full_as_error(tmp_path, 1):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "a run needs" not in str(full.value)
    assert "not enough for what had to be written. Free more there" in str(full.value)
