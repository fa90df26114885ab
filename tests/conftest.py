"""The fixtures of many tests: stores, sources, the homes that the newsroom leaves."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from support.kept_homes import CACHE, PROJECT, digest_of, kept_homes, locked, make_once

from parsers.source import Source, from_data
from warehouse.write.database import Database
from warehouse.write.topics import write_sample

os.environ.setdefault(
    "KLIPING_READERS", "1"
)  # each further one costs a test run two seconds of CPU

CREATE = Database._create_if_missing

settings.register_profile("kliping", deadline=None)  # no test depends on the speed of the machine
settings.load_profile("kliping")

# The tests of these folders and files cover parsers and flows.http, and the others nothing more; measuring makes a test up to half as long again.
MEASURED = {"flows", "parsers", "test_query_language.py"}


@pytest.fixture(scope="session", autouse=True)
def _warehouses_begin_as_copies() -> Iterator[None]:
    """The first warehouse that this process makes gets its schema by every migration, which takes half a second.

    The others begin as a copy of it, but for those of tests with `new_warehouses`.
    """
    lock = threading.Lock()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        first = Database(Path(folder))

        def create(db: Database) -> None:
            if db is not first and not db.path.exists():
                with lock:
                    if not first.path.exists():
                        with first.write_connection():
                            pass
                shutil.copyfile(first.path, db.path)
            CREATE(db)

        patch.setattr(Database, "_create_if_missing", create)
        yield


@pytest.fixture
def new_warehouses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every warehouse is made from nothing: for tests of how that is done."""
    monkeypatch.setattr(Database, "_create_if_missing", CREATE)


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a warehouse without rows."""
    db = Database(tmp_path_factory.mktemp("empty"))
    with db.write_connection():
        pass
    return db.path


@pytest.fixture(scope="session")
def new_store(
    tmp_path_factory: pytest.TempPathFactory, empty_warehouse: Path
) -> Callable[[], Database]:
    """Makes a store without rows, in a folder of its own."""

    def copied() -> Database:
        db = Database(tmp_path_factory.mktemp("store"))
        shutil.copy(empty_warehouse, db.path)
        return db

    return copied


@pytest.fixture
def store(tmp_path: Path, empty_warehouse: Path) -> Database:
    db = Database(tmp_path)
    shutil.copy(empty_warehouse, db.path)
    return db


@pytest.fixture
async def site() -> AsyncIterator[object]:
    """The newsroom on a port of this machine."""
    from kliping.newsroom import Newsroom  # noqa: PLC0415 - as below

    async with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture(scope="session")
def sources() -> dict[str, Source]:
    return {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}


@pytest.fixture(scope="session")
def newsroom_homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders `visit1` and `visit2`: what one and two visits of the bundled newsroom leave.

    Made once for a state of the code, or with KLIPING_TEST_FRESH once a session; a test that writes takes a copy.
    """
    if not os.environ.get("KLIPING_TEST_FRESH"):
        return kept_homes(CACHE, digest_of(PROJECT), _visit_newsroom)
    session = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        session = session.parent
    with locked(session / "newsroom.lock"):
        make_once(session / "newsroom", _visit_newsroom)
    return session / "newsroom"


def _visit_newsroom(homes: Path) -> None:
    asyncio.run(_visit_twice(homes))


async def _visit_twice(homes: Path) -> None:
    from support.runs import ingest, settings_for  # noqa: PLC0415 - heavy, and few tests need it

    from kliping.newsroom import Newsroom  # noqa: PLC0415 - as above

    for visit in (1, 2):
        home = homes / f"visit{visit}"
        if visit == 2:
            shutil.copytree(homes / "visit1", home)
            write_sample(home)
        async with Newsroom(visit=visit) as site:
            assert not (await ingest(settings_for(home, site))).failures


@pytest.fixture(scope="session")
def first_visit(newsroom_homes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home after one undisturbed run over the bundled newsroom."""
    return shutil.copytree(newsroom_homes / "visit1", tmp_path_factory.mktemp("visit") / "home")


@pytest.fixture(scope="session")
def demo_home(newsroom_homes: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home after two visits of the bundled newsroom: one article edited, one gone. Many tests read it, and none may write to it."""
    home = shutil.copytree(newsroom_homes / "visit2", tmp_path_factory.mktemp("demo") / "home")
    before = _contents(home)
    yield home
    assert _contents(home) == before, f"a test has changed {home}, which others read"


def _contents(home: Path) -> dict[str, tuple[int, int]]:
    """Size and time of the files that a home consists of."""
    names = ("kliping.toml", "warehouse.duckdb", "kliping.duckdb", "archive/**/*", "topics/*")
    paths = (path for name in names for path in home.glob(name) if path.is_file())
    return {
        str(path.relative_to(home)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in paths
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that write files, and skip the long ones, for which CI has no time.

    The slow ones come first: at the end of a run one of them would keep one process busy while the other has nothing to do.
    """
    is_long_run = bool(os.environ.get("KLIPING_TEST_LONG"))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        is_disk = bool(
            {"tmp_path", "tmp_path_factory"}.intersection(getattr(item, "fixturenames", ()))
        )
        if is_disk:
            item.add_marker(pytest.mark.disk)
        is_measured = not MEASURED.isdisjoint({item.path.parent.name, item.path.name})
        if item.get_closest_marker("slow") or not is_measured:
            item.add_marker(pytest.mark.no_cover)
        if item.get_closest_marker("long") and not is_long_run:
            item.add_marker(pytest.mark.skip(reason="a long test; `just long` runs it"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-golden", action="store_true", help="rewrite the files of tests/golden"
    )


@pytest.fixture(scope="session")
def write_golden(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--write-golden"))
