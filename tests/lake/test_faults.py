"""What breaks: loaders, servers and workers. Afterwards a run gives the tables that it would have given."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest
from support.runs import BUNDLED

from flows import stores
from flows.http.limits import Budgets
from flows.load import dask_workers as dask_module
from flows.load.dask_workers import DaskUnavailable, DaskWorkers
from flows.load.outcome import VERSIONS, group_by_link
from flows.load.spans import WrongVersionError, parse_chains, setup_of
from flows.load.worker_pool import Workers
from flows.runs.errors import Busy, HeldElsewhere
from flows.runs.locks import LockKind
from flows.runs.run import open_run
from flows.settings import Settings, SettingsError, from_environment
from kliping.cli.doctor_lake import examine_lake
from lake.conftest import LakeOf
from lake.homes import LEDGERS, write_synthetic
from lake.servers import SECRET
from parsers.source import load
from warehouse.archive.archive import Archive, ArchiveError, RecordLocation
from warehouse.lake import CONFIG
from warehouse.silence import LakeUnavailable
from warehouse.storage import StorageUnavailable
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome
from warehouse.write.session import Session

SOURCES = load((BUNDLED,))
OUTAGE_SECONDS = 30 if "KLIPING_TEST_LAKE_ARTICLES" in os.environ else 3
N_EACH = 6  # articles that a test loads
KILLED = """
import os, signal, sys
from pathlib import Path
from flows import stores
from flows.settings import Settings
from lake.test_faults import load_all, outcomes_of
from warehouse.write import ducklake

when, home, archive, warehouse, storage, first, last = sys.argv[1:]
settings = Settings(home=Path(home), warehouse=warehouse, storage=storage)

def commit(guarded):
    if when == "after":
        guarded._con.commit()
    os.kill(os.getpid(), signal.SIGKILL)

ducklake._Guarded.commit = commit
load_all(stores.database(settings), outcomes_of(Path(archive))[int(first):int(last)])
"""


def outcomes_of(home: Path) -> list[Outcome]:
    """Of all records in the archive's folder of the home."""
    archive = Archive(home / "archive")
    records = [record for path in archive.files() for record in archive.records(path)]
    with Workers(SOURCES, Budgets(), 0) as workers:
        return workers.interpret(group_by_link(records))


def load_all(store: Database, outcomes: list[Outcome]) -> None:
    load_outcomes(store, outcomes, SOURCES, VERSIONS)


@dataclass
class Twins:
    """A lake and a file that get the same articles; the tests of this module share them, and so their cost."""

    lake: Settings
    file: Database
    outcomes: list[Outcome]
    n_loaded: int = 0

    def next(self) -> list[Outcome]:
        """Further articles, which the file has now."""
        first, self.n_loaded = self.n_loaded, self.n_loaded + N_EACH
        batch = self.outcomes[first : self.n_loaded]
        load_all(self.file, batch)
        return batch

    def store(self) -> Database:
        return stores.database(self.lake)

    def assert_equal(self) -> None:
        with self.file.write_connection() as con:
            expected = digests(con)
        with self.store().read_connection() as con:
            assert digests(con) == expected
        assert len(expected) > 30


def digests(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """The number of rows of each table but the ledgers, and a digest of them in any order."""
    tables = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY ALL"
    ).fetchall()
    query = "SELECT count(*), coalesce(sum(hash(t::VARCHAR)), 0) FROM {} AS t"
    return {
        name: con.execute(query.format(name)).fetchall()[0]
        for (name,) in tables
        if name not in LEDGERS
    }


@pytest.fixture(scope="module")
def twins(lake_of: LakeOf, tmp_path_factory: pytest.TempPathFactory) -> Twins:
    folder = tmp_path_factory.mktemp("twins")
    write_synthetic(Archive(folder / "file" / "archive"), 11 * N_EACH)
    twins = Twins(lake_of(folder / "lake"), Database(folder / "file"), outcomes_of(folder / "file"))
    load_all(twins.store(), twins.next())
    return twins


def objects(lake: Settings) -> set[str]:
    location = stores.lake_location(lake)
    assert location
    return {each.name.rpartition("/")[2] for each in location.storage.objects("lake/")}


def files(lake: Settings) -> set[str]:
    """The files that the catalog names."""
    location = stores.lake_location(lake)
    assert location
    with location.connect() as session:
        catalog = location.current()
        paths = session.execute(
            f"SELECT path FROM {catalog}.ducklake_data_file UNION ALL SELECT path FROM {catalog}.ducklake_delete_file"
        ).fetchall()
    return {path.rpartition("/")[2] for (path,) in paths}


def test_two_loaders_at_once_load_nothing_twice(twins):
    outcomes = twins.next()
    problems: list[BaseException] = []

    def run() -> None:
        try:
            load_all(twins.store(), outcomes)
        except BaseException as error:  # noqa: BLE001 - it is the test's failure
            problems.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not problems
    twins.assert_equal()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_loader_that_is_killed_at_its_commit(twins, servers, when):
    lake, first, batch = twins.lake, twins.n_loaded, twins.next()
    arguments = (lake.home, twins.file.home, lake.warehouse, lake.storage, first, twins.n_loaded)
    script = [sys.executable, "-c", KILLED, when, *map(str, arguments)]
    killed = subprocess.run(script, env=servers.environment(), check=False, capture_output=True)
    assert killed.returncode == -9, killed.stderr.decode()[-2000:]
    has_orphans = when == "before"
    assert (objects(lake) > files(lake)) is has_orphans or when == "after"

    load_all(twins.store(), batch)

    twins.assert_equal()


def test_postgresql_is_started_again_during_a_load(twins, servers, monkeypatch):
    batch, store = twins.next(), twins.store()
    store.rows("SELECT 1")

    def restart(_con: duckdb.DuckDBPyConnection) -> None:
        servers.postgres.stop()
        servers.postgres.start()

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.write.load.prove", restart)
        with pytest.raises(LakeUnavailable, match="nothing is lost"):
            load_all(store, batch)

    load_all(twins.store(), batch)
    twins.assert_equal()


def test_a_loader_that_lost_its_lock_does_not_commit(twins, monkeypatch):
    """Its other connection, with the rows, lives on: somebody else may be loading by now."""
    batch, store = twins.next(), twins.store()
    n_before = store.number("SELECT count(*) FROM core.articles", {})

    def lose_lock(_con: duckdb.DuckDBPyConnection) -> None:
        with stores.lake_location(twins.lake).connect() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'kliping %'"
            )

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.write.load.prove", lose_lock)
        with pytest.raises(LakeUnavailable, match="the session with PostgreSQL broke"):
            load_all(store, batch)
    assert twins.store().number("SELECT count(*) FROM core.articles", {}) == n_before

    load_all(twins.store(), batch)
    twins.assert_equal()


@pytest.mark.long
def test_a_load_waits_for_the_object_storage(twins, servers, monkeypatch):
    batch, store = twins.next(), twins.store()
    store.rows("SELECT 1")
    again = threading.Timer(OUTAGE_SECONDS, servers.seaweed.start)

    def go_away(_con: duckdb.DuckDBPyConnection) -> None:
        servers.seaweed.stop()
        again.start()

    monkeypatch.setattr("warehouse.write.load.prove", go_away)
    load_all(store, batch)

    again.join()
    twins.assert_equal()


@pytest.mark.long
def test_a_reader_keeps_its_snapshot_while_others_load_and_maintain(twins):
    """And after all that happened above the lake has the rows of the file, and its bucket no file that the catalog does not name."""
    store, count = twins.store(), "SELECT count(*) AS n FROM core.articles"
    n_before = twins.n_loaded
    store.publish()

    with stores.reader(twins.lake) as reader:
        load_all(store, twins.next())
        store.compact()
        assert reader.rows(count) == [{"n": n_before}]
    with stores.reader(twins.lake) as reader:
        assert reader.rows(count) == [{"n": n_before}]
    store.publish()
    with stores.reader(twins.lake) as reader:
        assert reader.rows(count) == [{"n": n_before + N_EACH}]
    twins.assert_equal()
    assert objects(twins.lake) == files(twins.lake)


@pytest.mark.long
def test_readers_keep_what_is_published_though_all_older_snapshots_are_removed(twins, monkeypatch):
    store, count = twins.store(), "SELECT count(*) AS n FROM core.articles"
    store.publish()
    n_before = twins.n_loaded
    load_all(store, twins.next())
    monkeypatch.setattr("warehouse.write.ducklake.KEEP_DAYS", 0)

    store.compact()

    with stores.reader(twins.lake) as reader:
        assert reader.rows(count) == [{"n": n_before}]
    twins.assert_equal()


def test_who_lost_the_lock_removes_no_files(twins, monkeypatch):
    """Those that another writer is writing would look like nobody's."""
    store, execute = twins.store(), Session.execute

    def lose_lock(self: Session, query: str, *parameters: object) -> list[tuple[object, ...]]:
        rows = execute(self, query, *parameters)
        if query.startswith("SELECT published_snapshot"):
            with stores.lake_location(twins.lake).connect() as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'kliping %'"
                )
        return rows

    monkeypatch.setattr(Session, "execute", lose_lock)
    with pytest.raises(LakeUnavailable, match="the session with PostgreSQL broke"):
        store.compact()


@pytest.mark.long
def test_large_files_are_not_merged_again(twins, monkeypatch):
    """Else each merge would write the whole lake again."""
    folder = f"lake/{stores.lake_location(twins.lake).current()}/core/article_versions/"
    store, storage = twins.store(), stores.lake_location(twins.lake).storage
    load_all(store, twins.next())
    store.publish_without_history()
    [large] = [each.name for each in storage.objects(folder)]
    load_all(store, twins.next())

    monkeypatch.setattr("warehouse.write.ducklake.SIZES", (0, 1))
    store.compact()
    assert large in {each.name for each in storage.objects(folder)}
    monkeypatch.undo()
    store.publish_without_history()

    [merged] = [each.name for each in storage.objects(folder)]
    assert merged != large
    twins.assert_equal()


def test_a_source_is_held_on_all_machines(twins, lake_of, tmp_path):
    lake, other = twins.lake, lake_of(tmp_path / "other", like=twins.lake)
    options = {"flow": "ingest", "params": {}, "hold_sources": ["portalnusa"]}

    with open_run(lake, SOURCES, **options, lock_kinds=[LockKind.INGEST]) as run:
        with (
            pytest.raises(HeldElsewhere, match="portalnusa is held by kliping"),
            open_run(other, SOURCES, **options, lock_kinds=[LockKind.INGEST]),
        ):
            pass
        with (
            pytest.raises(HeldElsewhere, match=r"asks portalnusa\.test, and keeps its pace"),
            open_run(other, SOURCES, **options, lock_kinds=[LockKind.REVISIT]),
        ):
            pass
        with (
            pytest.raises(Busy, match="portalnusa is held by run") as here,
            open_run(lake, SOURCES, **options, lock_kinds=[LockKind.INGEST]),
        ):
            pass
        assert (here.value.exit_code, HeldElsewhere.exit_code) == (73, 0)
        assert run.store.session.running_runs() == {run.run_id}
    assert not stores.database(other).session.running_runs()


def test_no_error_names_a_secret(twins, monkeypatch, tmp_path):
    wrong = twins.lake.model_copy(update={"aws_secret_access_key": "not-the-secret"})
    with pytest.raises(StorageUnavailable) as error:
        stores.archive(wrong).files()
    assert "not-the-secret" not in str(error.value)
    twins.store().publish()
    monkeypatch.setitem(CONFIG, "http_retries", 0)
    with stores.reader(wrong) as reader, pytest.raises(duckdb.Error) as refused:
        reader.rows("FROM core.articles")
    assert "not-the-secret" not in str(refused.value)
    assert SECRET not in repr(twins.lake)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KLIPING_STORAGE", "s3://kliping")
    monkeypatch.setenv("KLIPING_WAREHOUSE", "ducklake:postgres:host=db password=geheim")
    with pytest.raises(SettingsError, match="without a password") as refused:
        from_environment()
    assert "geheim" not in str(refused.value)


def test_a_record_that_cannot_be_read_ends_the_job(twins, servers, monkeypatch):
    for name, value in servers.environment().items():
        monkeypatch.setenv(name, value)
    storage = stores.lake_location(twins.lake).storage
    storage.put_new("archive/2026/11/damaged.warc.gz", bytes(200))
    chain = [RecordLocation(file="2026/11/damaged.warc.gz", offset=7, length=100)]

    with pytest.raises(ArchiveError, match=r"damaged\.warc\.gz: no whole record at byte 7"):
        parse_chains([chain], setup_of(storage, SOURCES, {}), recovers=False)


def test_calls_one_after_the_other_do_not_take_the_setup_from_each_other(twins, dask, tmp_path):
    storage, archive = stores.lake_location(twins.lake).storage, Archive(tmp_path)
    write_synthetic(archive, 2, "20261121T000000Z-5e5e")
    [path] = archive.files()
    storage.put_new(f"archive/{archive.name(path)}", path.read_bytes())
    batch = [[record.location] for record in archive.records(path)]

    with DaskWorkers(dask.address, storage, SOURCES) as dask_workers:
        n_answers = [len(answers) for _ in range(40) for _, answers in dask_workers.parse([batch])]

    assert n_answers == [2] * 40


def test_workers_with_other_code_are_refused(twins, dask, monkeypatch):
    storage = stores.lake_location(twins.lake).storage
    other = replace(setup_of(storage, SOURCES, {}), versions=("0", "other", "0", "0"))

    with DaskWorkers(dask.address, storage, SOURCES) as dask_workers:
        monkeypatch.setattr(dask_module, "setup_of", lambda *_: other)
        chain = [RecordLocation(file="a", offset=0, length=1)]
        with pytest.raises(
            WrongVersionError, match=r"the Dask worker on .* this job needs 0 other"
        ):
            list(dask_workers.parse([[chain]]))
    monkeypatch.setattr(DaskWorkers, "versions", lambda _self: {"tcp://127.0.0.1:7": ("0",)})
    with pytest.raises(WrongVersionError, match=r"tcp://127\.0\.0\.1:7 0;"):
        DaskWorkers(dask.address, storage, SOURCES)


def test_doctor_finds_a_lake_well_and_names_what_is_not(twins, dask):
    settings = twins.lake.model_copy(update={"dask": dask.address})
    with twins.store().write_connection():
        pass

    rows = list(examine_lake(settings))
    assert {row["check"]: row["state"] for row in rows} == dict.fromkeys(
        ("lc_messages", "catalog", "bucket", "dask"), "ok"
    )
    wrong = {"warehouse": "ducklake:postgres:host=127.0.0.1 port=1", "aws_access_key_id": "nobody"}
    states = {
        row["check"]: row["state"] for row in examine_lake(twins.lake.model_copy(update=wrong))
    }
    assert states == {"catalog": "bad", "bucket": "bad"}


def test_a_scheduler_that_is_gone_is_named(twins, monkeypatch):
    monkeypatch.setattr(dask_module, "START_SECONDS", 0.5)
    storage = stores.lake_location(twins.lake).storage

    with pytest.raises(DaskUnavailable, match=r"no Dask workers at tcp://127\.0\.0\.1:1"):
        DaskWorkers("tcp://127.0.0.1:1", storage, SOURCES)
