"""What several tests share: a home, sources, pages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsers.source import Source, from_data
from warehouse.write.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def sources() -> dict[str, Source]:
    return {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two visits of the bundled newsroom leave. Its users are one xdist group, so that it is made once."""
    from support.runs import ingest, settings_for  # noqa: PLC0415 - heavy, and few tests need it

    from flows.newsroom import Newsroom  # noqa: PLC0415 - as above

    home = tmp_path_factory.mktemp("demo")

    async def visits() -> None:
        for n in (1, 2):
            async with Newsroom(visit=n) as site:
                assert not (await ingest(settings_for(home, site))).failures

    asyncio.run(visits())
    return home


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-golden", action="store_true", help="rewrite the files of tests/golden"
    )


@pytest.fixture(scope="session")
def write_golden(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--write-golden"))
