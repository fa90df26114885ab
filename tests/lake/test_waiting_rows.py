"""A machine of a lake does not wait while another one loads: it leaves its rows, and whoever may write loads them."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.runs import BUNDLED, differences, ingest, settings_for

from flows import stores
from flows.http.limits import Budgets
from flows.jobs import jobs
from flows.jobs.import_files import ImportOptions
from flows.load import waiting
from flows.load.loader import Loader
from flows.load.outcome import VERSIONS, group_by_link
from flows.load.waiting import leave_rows, load_waiting
from flows.load.worker_pool import Workers
from flows.runs.summary import Summary
from flows.settings import Settings
from kliping.cli.doctor_lake import examine_lake
from kliping.newsroom import Newsroom
from lake.conftest import LakeOf, Servers
from lake.homes import PAGE as PAGE_TEXT
from lake.homes import copy_archive, crawling, differences_from_lake, rebuild, write_synthetic
from lake.test_broken_runs import fetch_archive
from parsers.article import Link, Response
from parsers.kinds import LinkKind, State
from parsers.source import load
from warehouse.archive.archive import Archive
from warehouse.write import frontier
from warehouse.write.ducklake import WRITE
from warehouse.write.outcome import Announced, Outcome
from warehouse.write.session import Session

SOURCES = load((BUNDLED,))
OUTLETS = ["harianlama", "portalnusa"]
N_EACH = 6
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
FEED = "http://kabar.test/rss"
PAGE = re.compile(r"/read/|/d-|[?&]p=")
# tables that no step after a load fills
LOADED = [
    "raw.",
    "core.articles",
    "core.article_versions",
    "core.article_statements",
    "core.quotes",
    "ops.frontier",
]
RUN = {"run_id": "20261120T000000Z-5e5e", "flow_name": "ingest", "trigger": "cli", "started_at": "2026-11-20 00:00:00", "state": "running", "code_version": "0", "params": "{}"}  # fmt: skip
KILLED = """
import asyncio, os, signal, sys
from flows.jobs import jobs
from flows.settings import Settings
from parsers.source import load
from warehouse.storage import Storage
from warehouse.write import ducklake, waiting

point, settings = sys.argv[1], Settings.model_validate_json(sys.argv[2])

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def die_after(function):
    return lambda *given, **named: (function(*given, **named), die())

put_new, add, load_rows = Storage.put_new, waiting.WaitingRows.add, ducklake._Guarded.commit
if point == "rows are in the bucket":
    Storage.put_new = lambda self, name, body: (put_new(self, name, body), name.startswith("rows/") and die())
elif point == "rows are noted":
    waiting.WaitingRows.add = die_after(add)
elif point == "the run has ended":
    waiting.WaitingRows.add = lambda self, note, *more: (add(self, note, *more), "finished_at" in note.run and die())
elif point == "rows are loaded":
    waiting.WaitingRows.remove = die
elif point == "notes are removed":
    execute = ducklake.Session.execute
    ducklake.Session.execute = lambda self, query, *more: (execute(self, query, *more), query == waiting.REMOVE and die())[0]
asyncio.run(jobs.ingest_sources(settings, load(settings.source_folders), sys.argv[3].split(",")))
"""


@contextmanager
def another_loads(settings: Settings) -> Iterator[None]:
    """In the block another machine of the lake has the turn to write."""
    location = stores.lake_location(settings)
    assert location
    session = Session(location, settings.home / "another", "another-run")
    with session.lock(WRITE, "the lake"):
        yield
    session.close()


def make_catalog(settings: Settings) -> None:
    settings.home.mkdir(exist_ok=True)
    with stores.database(settings).write_connection():
        pass


def n_articles(settings: Settings) -> int:
    return stores.database(settings).number("SELECT count(*) FROM core.articles", {})


def notes(settings: Settings) -> list[tuple[object, ...]]:
    location = stores.lake_location(settings)
    assert location
    with location.connect() as session:
        return session.execute("SELECT object FROM kliping.waiting").fetchall()


def page_links(settings: Settings, run_id: str = "") -> set[Link]:
    """The links of the pages that a run fetched."""
    archive = stores.archive(settings)
    records = (record for path in archive.files() for record in archive.records(path))
    return {each.link for each in records if each.link.kind == "page" and run_id in each.run_id}


def objects(settings: Settings) -> list[str]:
    location = stores.lake_location(settings)
    assert location
    return [each.name for each in location.storage.objects("rows/")]


@contextmanager
def loader_of(settings: Settings) -> Iterator[tuple[Loader, list[Outcome]]]:
    """A loader of a lake, and outcomes of the synthetic articles in its archive."""
    archive = stores.archive(settings)
    for path in archive.files():
        archive.keep(path)
    records = [record for path in archive.files() for record in archive.records(path)]
    with (
        Workers(SOURCES, Budgets(), 0) as workers,
        stores.database(settings).kept_open() as store,
    ):
        loader = Loader(sources=SOURCES, store=store, archive=archive, workers=workers)
        yield loader, workers.stage(group_by_link(records))


@pytest.mark.parametrize(
    "made_by", ["this code", pytest.param("other code", marks=pytest.mark.long)]
)
def test_rows_that_were_left_are_loaded_once(
    lake_of: LakeOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_by: str
) -> None:
    """Those of other code are parsed again from their records."""
    file_home = tmp_path / "file"
    write_synthetic(Archive(file_home / "archive"), N_EACH)
    rebuild(Settings(home=file_home, source_folders=(BUNDLED,), readers=1))
    settings = lake_of(copy_archive(file_home, tmp_path / "lake"))
    make_catalog(settings)
    with loader_of(settings) as (loader, outcomes):
        with monkeypatch.context() as patched:
            if made_by == "other code":
                patched.setattr(waiting, "VERSIONS", replace(VERSIONS, parser="0"))
            leave_rows(loader, RUN, outcomes[:4])
            leave_rows(loader, RUN, outcomes[2:])
        assert (n_articles(settings), len(objects(settings))) == (0, 2)
        found = {row["check"]: row for row in examine_lake(settings)}
        assert found["rows"]["finding"] == "8 articles of 1 runs wait for the loader"

        load_waiting(loader)

    assert n_articles(settings) == N_EACH
    assert (notes(settings), objects(settings)) == ([], [])
    stores.database(settings).publish()
    (tmp_path / "copy").mkdir()
    stores.database(settings).publish_file(tmp_path / "copy" / "kliping.duckdb")
    assert not differences(file_home, tmp_path / "copy", but=set(), tables=LOADED)


def test_an_address_whose_rows_wait_is_not_due(lake_of: LakeOf, tmp_path: Path) -> None:
    settings = lake_of(tmp_path / "lake")
    make_catalog(settings)
    answer = Response(fetch_id="f", requested_url=FEED, url=FEED, fetched_at=NOON, body=b"")
    links = [Link(url=f"{FEED}/{n}", source_id="kabar", discovered_by=FEED) for n in (1, 2)]
    channel = Outcome(
        link=Link(url=FEED, source_id="kabar", kind=LinkKind.FEED), run_id="one", state=State.LOADED, unanswered=answer,
        announced=tuple(Announced(link=link, article_id=link.url) for link in links),
    )  # fmt: skip
    page = Outcome(link=links[0], run_id="one", state=State.GONE, unanswered=answer)
    with loader_of(settings) as (loader, _):
        loader.store_outcomes([channel])
        leave_rows(loader, RUN, [page])
        due = [link.url for link in frontier.pending(loader.store, "kabar", "two", NOON, 9)]
        load_waiting(loader)
        after = [link.url for link in frontier.pending(loader.store, "kabar", "two", NOON, 9)]

    assert (due, after) == ([links[1].url],) * 2


@pytest.mark.long
async def test_a_run_ends_while_another_machine_loads(lake_of: LakeOf, tmp_path: Path) -> None:
    """It fetches the pages that its channels announce, asks for none again, and the next run of any machine loads them."""
    async with Newsroom() as site:
        one = crawling(lake_of(tmp_path / "one"), site)
        two = crawling(lake_of(tmp_path / "two", like=one), site)
        make_catalog(one)
        with another_loads(one):
            first = await ingest(one, OUTLETS)
            n_asked = len(site.requests)
            again = await ingest(one, OUTLETS)
        pages_asked = {each.target for each in site.requests[:n_asked] if PAGE.search(each.target)}
        asked_again = pages_asked.intersection(each.target for each in site.requests[n_asked:])
        assert (first.failures, first.state) == ((), "completed")
        assert "articles wait for the loader" in first.notes[0]
        assert first.total("n_fetched") > 10
        assert not asked_again
        assert again.total("n_fetched") == 0
        assert n_articles(one) == 0

        last = await ingest(two, ["suararantau"])
        alone = settings_for(tmp_path / "alone", site)
        assert not (await ingest(alone, OUTLETS)).failures
    assert page_links(two, first.run_id) == page_links(alone)

    assert not last.failures
    assert (notes(two), objects(two)) == ([], [])
    states = stores.database(two).rows("SELECT state, n_fetched FROM ops.runs ORDER BY run_id")
    assert [row["state"] for row in states] == ["completed"] * 3
    assert states[0]["n_fetched"] == first.total("n_fetched")
    assert not list(stores.archive(two).unloaded())
    one_home = fetch_archive(two, tmp_path / "three")
    found = differences_from_lake(one_home.home, two, tmp_path / "copy")
    assert not {name for name in found if not name.startswith("ops.")}  # says what runs did


@pytest.mark.long
def test_an_import_ends_while_another_machine_loads(lake_of: LakeOf, tmp_path: Path) -> None:
    """The next run of any machine loads its rows; to import the file again changes nothing."""
    one = lake_of(tmp_path / "one")
    two = lake_of(tmp_path / "two", like=one)
    make_catalog(one)
    page = tmp_path / "halaman.html"
    page.write_text(PAGE_TEXT.format(n=1, place="Garut", when=NOON))

    def run_import(settings: Settings) -> Summary:
        return jobs.import_paths(settings, SOURCES, [page], ImportOptions(), lambda *_: None)

    with another_loads(one):
        first = run_import(one)
    n_before = n_articles(one)
    again = run_import(two)

    assert (first.failures, first.state, n_before) == ((), "completed", 0)
    assert "1 articles wait for the loader" in first.notes[0]
    assert [(row["n_imported"], "n_discovered" in row) for row in first.rows] == [(1, False)]
    assert n_articles(two) == 1
    assert again.total("n_new") == 0
    assert (notes(two), objects(two)) == ([], [])


@pytest.mark.long
@pytest.mark.parametrize(
    "point",
    ["rows are in the bucket", "rows are noted", "the run has ended", "rows are loaded", "notes are removed"],
)  # fmt: skip
async def test_a_machine_is_killed(
    lake_of: LakeOf, servers: Servers, tmp_path: Path, point: str
) -> None:
    """Nothing is lost, and nothing is there twice."""
    is_loader = point in {"rows are loaded", "notes are removed"}
    async with Newsroom() as site:
        one = crawling(lake_of(tmp_path / "one"), site)
        two = crawling(lake_of(tmp_path / "two", like=one), site)
        make_catalog(one)
        if is_loader:
            with another_loads(one):
                await ingest(one, OUTLETS[:1])
            await kill_at(point, two, OUTLETS[1:], servers)
        else:
            with another_loads(one):
                await kill_at(point, one, OUTLETS[:1], servers)
        assert not (await ingest(two, OUTLETS)).failures
        assert not (await ingest(one, OUTLETS)).failures

    archive = stores.archive(one)
    unloaded = [path.name for path in archive.unloaded() if archive.size(path)]
    assert (notes(one), unloaded) == ([], [])
    one_home = fetch_archive(one, tmp_path / "three")
    found = differences_from_lake(one_home.home, one, tmp_path / "copy")
    assert not {name for name in found if not name.startswith("ops.")}  # says what runs did


async def kill_at(point: str, settings: Settings, outlets: list[str], servers: Servers) -> None:
    script = [sys.executable, "-c", KILLED, point, settings_json(settings), ",".join(outlets)]
    ran = await asyncio.to_thread(
        subprocess.run, script, env=servers.environment(), check=False, capture_output=True
    )
    assert ran.returncode == -9, ran.stderr.decode()[-2000:]


def settings_json(settings: Settings) -> str:
    return json.dumps(settings.model_dump(mode="json"))
