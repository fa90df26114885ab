"""One PostgreSQL, one SeaweedFS and one Dask for all tests of the lake; each test has a database and a prefix of its own."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.runs import BUNDLED

from flows.settings import Settings
from lake.homes import copy_archive, rebuild, write_synthetic
from lake.servers import KEY, SECRET, Dask, Postgres, Seaweed, missing
from warehouse.archive.archive import Archive

NUMBERS = itertools.count(1)
N_ARTICLES = int(os.environ.get("KLIPING_TEST_LAKE_ARTICLES", "100"))
LakeOf = Callable[..., Settings]


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All on one worker process, which starts the servers; skipped where a server is missing."""
    why = missing()
    insists = os.environ.get("KLIPING_TEST_LAKE")  # .ci/run as root, which installs them
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("lake"))
            item.add_marker(pytest.mark.lake)
            item.add_marker(pytest.mark.slow)
            if why and not insists:
                item.add_marker(pytest.mark.skip(reason=why))


@dataclass
class Servers:
    postgres: Postgres
    seaweed: Seaweed

    def environment(self) -> dict[str, str]:
        """Of a process that uses the object storage."""
        return os.environ | {
            "AWS_ENDPOINT_URL": self.seaweed.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("servers")
    postgres = Postgres()
    try:
        seaweed = Seaweed(folder / "seaweed")
        try:
            yield Servers(postgres, seaweed)
        finally:
            seaweed.stop()
    finally:
        postgres.remove()


@pytest.fixture(scope="session")
def lake_of(servers: Servers) -> LakeOf:
    """The settings of a home with a new lake; with `like`, of another home with the same lake."""

    def settings(home: Path, like: Settings | None = None, **more: object) -> Settings:
        name = f"lake{next(NUMBERS)}"
        if not like:
            servers.postgres.create_database(name)
        lake = {
            "warehouse": f"ducklake:postgres:{servers.postgres.conninfo(name)}",
            "storage": f"s3://kliping/{name}",
        }
        if like:
            lake = {"warehouse": like.warehouse, "storage": like.storage}
        return Settings(
            home=home,
            source_folders=(BUNDLED,),
            readers=1,
            aws_endpoint_url=servers.seaweed.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            **lake,
            **more,
        )

    return settings


@pytest.fixture(scope="session")
def dask(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    cluster = Dask(tmp_path_factory.mktemp("dask") / "dask_workers", servers.environment())
    try:
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def file_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose warehouse is a file: two visits of the newsroom, and synthetic articles."""
    home = copy_archive(demo_home, tmp_path_factory.mktemp("file") / "home")
    write_synthetic(Archive(home / "archive"), N_ARTICLES)
    rebuild(Settings(home=home, source_folders=(BUNDLED,), readers=1))
    return home
