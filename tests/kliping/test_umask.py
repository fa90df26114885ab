"""A home holds full texts: what is created in it is its owner's alone, unless KLIPING_UMASK says otherwise."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import crash_points, warc_bytes
from support.runs import settings_for, start, wait_for_exit

from flows.settings import Settings, from_environment
from kliping.cli.app import run
from kliping.cli.doctor import examine
from kliping.newsroom import Newsroom

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("new_warehouses")]

ONE = ["harianlama"]


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """That of most shells."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def kliping(home: Path, *command: str | Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "kliping.cli", "--home", home, *command],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def modes(folder: Path) -> dict[str, str]:
    """What others than the owner may do, by path."""
    found = {path.relative_to(folder).as_posix(): path.stat().st_mode for path in folder.rglob("*")}
    return {name: stat.filemode(mode)[4:] for name, mode in found.items() if mode & 0o077}


def imported(tmp_path: Path, **environment: str) -> Path:
    page, home = tmp_path / "halaman.html", tmp_path / "home"
    page.write_bytes(warc_bytes.page(1))
    assert kliping(home, "import", page, **environment).returncode == 0
    return home


async def visit(home: Path) -> None:
    async with Newsroom() as site:
        for command in ("ingest", "revisit"):
            code, output = await wait_for_exit(await start(settings_for(home, site), ONE, command))
            assert code == 0, output


@pytest.mark.long
def test_everything_that_runs_leave_in_a_home_is_its_owners_alone(tmp_path):
    home = tmp_path / "home"
    asyncio.run(visit(home))
    for command in (
        ["reparse"],
        ["maintain"],
        ["status", "--checks"],
        ["publish"],
        ["doctor"],
        ["rebuild"],
    ):
        assert run(["--home", str(home), *command]) == 0

    names = {path.name for path in home.iterdir()}
    assert {"archive", "locks", "warehouse.duckdb", "kliping.duckdb"} < names
    assert modes(home.parent) == {}


@pytest.mark.parametrize(
    "point",
    [
        "in_commit",
        *(pytest.param(point, marks=pytest.mark.long) for point in ("while_staging", "in_publish")),
    ],
)
async def test_what_a_killed_run_leaves_is_its_owners_alone(tmp_path, point):
    home, program = tmp_path / "home", [crash_points.__file__, point, "1"]
    async with Newsroom() as site:
        await wait_for_exit(await start(settings_for(home, site), ONE, program=program))

    assert list(home.rglob("*"))
    assert modes(home.parent) == {}


def test_a_setting_lets_others_read(tmp_path):
    home = imported(tmp_path, KLIPING_UMASK="027")

    shared = modes(home.parent)
    shared.pop("halaman.html")
    assert set(shared.values()) == {"r-x---", "r-----"}
    assert "home/kliping.duckdb" in shared


def test_what_is_asked_for_elsewhere_is_as_the_user_has_it(tmp_path):
    home, there = imported(tmp_path), tmp_path / "keluar"
    there.mkdir()

    kliping(home, "export", there / "ekspor")
    kliping(home, "report", "--output", there / "laporan.html")
    kliping(home, "status", "--output", there / "kliping.prom")

    found = {path for path in there.rglob("*") if path.is_file()}
    assert len(found) > 10
    assert {stat.filemode(path.stat().st_mode) for path in found} == {"-rw-r--r--"}
    assert stat.filemode((there / "ekspor").stat().st_mode) == "drwxr-xr-x"


def test_a_wrong_umask_is_named(tmp_path):
    for wrong in ("9", "0o77", "7777", "rw"):
        done = kliping(tmp_path / "home", "doctor", KLIPING_UMASK=wrong)

        assert (done.returncode, "KLIPING_UMASK" in done.stderr) == (2, True)


def test_a_run_of_prefects_worker_is_private_too(tmp_path):
    code = "import os; from flows import prefect_support; prefect_support.configuration(None); print(oct(os.umask(0)))"
    command = [sys.executable, "-c", code]
    environment = os.environ | {"KLIPING_HOME": str(tmp_path)}

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.stdout.split() == ["0o77"]


def test_the_doctor_notes_a_home_that_others_may_read(tmp_path):
    home = imported(tmp_path)
    settings = Settings(home=home, min_free_mb=0)
    assert [row for row in examine(settings) if row["check"] == "home"] == []

    home.chmod(0o755)

    [note] = [row for row in examine(settings) if row["check"] == "home"]
    assert (note["state"], note["do"]) == (
        "note",
        f"`chmod -R go-rwx {home}`, or set KLIPING_UMASK",
    )
    assert examine(Settings(home=home, min_free_mb=0, umask=0o022))[0]["check"] != "home"


def test_the_setting_is_read_as_an_octal_number(monkeypatch):
    assert from_environment().umask == 0o077
    monkeypatch.setenv("KLIPING_UMASK", "027")
    assert from_environment().umask == 0o027
