"""The warehouse as a lake: the same tables as in a file, one writer at a time, and readers of a snapshot."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from support.runs import BUNDLED, differences, ingest

from flows import stores
from flows.jobs import jobs, maintenance
from flows.jobs.import_files import ImportOptions
from flows.load import loader
from flows.load.dask_workers import DaskWorkers
from flows.runs.errors import Stopped
from flows.settings import Settings
from flows.stores import database
from kliping.newsroom import Newsroom
from kliping.reading.export import export
from kliping.reading.questions import ask, questions
from kliping.reading.search import search
from lake.conftest import LakeOf
from lake.homes import copy_archive, crawling, differences_from_lake, rebuild, write_synthetic
from lake.servers import Dask
from parsers.source import load
from warehouse.archive.archive import Archive, ArchiveError, Record
from warehouse.silence import LakeUnavailable
from warehouse.write.database import Database
from warehouse.write.ducklake import Lake
from warehouse.write.outcome import Outcome
from warehouse.write.staging import StagedRows


def records(settings: Settings) -> list[Record]:
    archive = stores.archive(settings)
    return [record for path in archive.files() for record in archive.records(path)]


@pytest.mark.skipif("KLIPING_TEST_LAKE_ARTICLES" not in os.environ, reason="`just lake` runs it")
def test_a_lake_has_the_tables_of_a_file(file_home: Path, lake_of: LakeOf, tmp_path: Path) -> None:
    settings = lake_of(copy_archive(file_home, tmp_path / "home"))

    rebuild(settings)

    assert not differences_from_lake(file_home, settings, tmp_path / "copy")


def test_dask_workers_give_the_tables_of_one_machine(
    file_home: Path, lake_of: LakeOf, dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the two is killed in the middle; then a record that cannot be read fails a job, and is named."""
    settings = lake_of(copy_archive(file_home, tmp_path / "home"), dask=dask.address)
    monkeypatch.setattr("flows.load.dask_workers.SPAN", 10)
    result = DaskWorkers._result
    killed: list[int] = []

    def kill_first(self: DaskWorkers, *task: object) -> list[StagedRows | None]:
        if not killed:
            process = dask.workers.pop()
            process.kill()
            killed.append(process.wait())
        return result(self, *task)

    monkeypatch.setattr(DaskWorkers, "_result", kill_first)
    rebuild(settings)

    assert killed == [-9]
    assert not differences_from_lake(file_home, settings, tmp_path / "copy")
    file, offset = damage_a_record(settings)
    with pytest.raises(ArchiveError, match=f"{file}: .* at byte {offset}"):
        jobs.reparse_sources(settings, load((BUNDLED,)), None, lambda *_: None)


def damage_a_record(settings: Settings) -> tuple[str, int]:
    """Of the synthetic articles; its file and offset."""
    storage = stores.lake_location(settings).storage
    [name] = [o.name for o in storage.objects("archive/") if "5e5e" in o.name]
    body, e_tag = storage.get(name)
    file = name.removeprefix("archive/")
    archive = stores.archive(settings)
    record = list(archive.records(archive.folder / file))[3].location
    middle = record.offset + record.length // 2
    storage.replace(name, body[:middle] + b"\0" * 20 + body[middle + 20 :], e_tag)
    return file, record.offset


@pytest.mark.long
async def test_a_run_keeps_its_archive_in_object_storage(lake_of: LakeOf, tmp_path: Path) -> None:
    """A crawl into a lake; another machine makes the same tables from the objects alone."""
    async with Newsroom() as site:
        base = lake_of(tmp_path / "one")
        assert not (await ingest(crawling(base, site), ["harianlama"])).failures
    other = lake_of(tmp_path / "two", like=base)
    database(base).publish_file(tmp_path / "one" / "kliping.duckdb")

    assert not list((base.home / "archive").rglob("*.warc.gz"))
    rebuild(other)

    tables = ("core.", "ref.", "raw.", "mart.")  # `ops` says what runs did
    database(other).publish_file(tmp_path / "two" / "kliping.duckdb")
    assert not differences(base.home, other.home, but=set(), tables=tables)
    assert len(records(other)) > 12
    with stores.reader(other) as reader:
        assert all(ask(reader, name) is not None for name in questions())
        assert search(reader, "warga", limit=3)
        [described] = reader.rows(
            "SELECT count(*) FILTER (comment IS NULL) AS n FROM mart.data_dictionary"
        )
        assert described["n"] == 0
        manifest = export(reader, tmp_path / "export", made_by="kliping", now=datetime.now(UTC))
    assert len(manifest["files"]) > 10

    with stores.reader(other) as reader:
        [article] = reader.rows("SELECT url, article_id FROM mart.articles ORDER BY url LIMIT 1")
    maintenance.forget(other, load((BUNDLED,)), article["url"])

    assert article["url"] not in {r.link.url for r in records(other) if r.link.kind == "page"}
    assert article["article_id"] not in stored_articles(other, tmp_path)


def stored_articles(settings: Settings, folder: Path) -> set[str]:
    """The articles with texts in any Parquet file of the catalog that is written, whatever snapshot has it."""
    location = stores.lake_location(settings)
    file, found = folder / "one.parquet", set[str]()
    for each in location.storage.objects(f"lake/{location.current()}/core/article_versions/"):
        file.write_bytes(location.storage.get(each.name)[0])
        if "delete" not in each.name:
            rows = duckdb.sql(f"SELECT article_id FROM read_parquet('{file}')").fetchall()
            found |= {article_id for (article_id,) in rows}
    assert len(found) > 5
    return found


@pytest.mark.long
def test_what_was_forgotten_is_in_no_file_even_if_its_run_was_stopped(
    lake_of: LakeOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All articles are in one file, of which one row is too little for `maintain` to write it again."""
    settings, sources = lake_of(tmp_path / "home"), load((BUNDLED,))
    write_synthetic(Archive(settings.home / "archive"), 20)
    rebuild(settings)
    with stores.reader(settings) as reader:
        articles = reader.rows("SELECT url, article_id FROM mart.articles ORDER BY url LIMIT 2")
    first, second = (article["article_id"] for article in articles)

    maintenance.forget(settings, sources, articles[0]["url"])
    assert first not in stored_articles(settings, tmp_path)

    with monkeypatch.context() as patched:
        patched.setattr(maintenance, "erase", lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM))
        with pytest.raises(Stopped):
            maintenance.forget(settings, sources, articles[1]["url"])
    assert second not in stored_articles(settings, tmp_path)


@pytest.mark.long
def test_the_next_run_drops_the_history_that_a_broken_forget_left(
    lake_of: LakeOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, sources = lake_of(tmp_path / "home"), load((BUNDLED,))
    write_synthetic(Archive(settings.home / "archive"), 20)
    rebuild(settings)
    with stores.reader(settings) as reader:
        [article] = reader.rows("SELECT url, article_id FROM mart.articles ORDER BY url LIMIT 1")

    def break_off(*_: object, **_more: object) -> None:
        raise LakeUnavailable("PostgreSQL does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "_remove_old", break_off)
        with pytest.raises(LakeUnavailable):
            maintenance.forget(settings, sources, article["url"])
    assert article["article_id"] in stored_articles(settings, tmp_path)

    maintenance.maintain(settings, sources)

    assert article["article_id"] not in stored_articles(settings, tmp_path)
    assert not database(settings).rows("FROM ops.steps_due WHERE step = 'drop_history'")


@pytest.mark.long
def test_an_import_by_dask_reads_ahead_and_gives_the_tables_of_one_machine(
    lake_of: LakeOf, dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.jobs.import_files.DASK_BATCH", 3)
    answers, n_ahead = DaskWorkers._answers, list[int]()

    def count_tasks(self: DaskWorkers, tasks: list[object]) -> object:
        n_ahead.append(sum("parse_chains" in str(key) for key in self._client.futures))
        return answers(self, tasks)

    monkeypatch.setattr(DaskWorkers, "_answers", count_tasks)
    source = Archive(tmp_path / "others")
    write_synthetic(source, 12)
    lake = lake_of(tmp_path / "lake", dask=dask.address)
    file = Settings(home=tmp_path / "file", source_folders=(BUNDLED,), readers=1)
    for settings in (file, lake):
        summary = jobs.import_paths(
            settings, load((BUNDLED,)), source.files(), ImportOptions(), lambda *_: None
        )
        assert not summary.failures

    assert n_ahead == [3, 3, 2, 1]
    database(lake).publish_file(lake.home / "kliping.duckdb")
    assert not differences(file.home, lake.home)
    with stores.reader(lake) as reader:
        assert reader.rows("SELECT count(*) AS n FROM mart.articles") == [{"n": 12}]


def test_rows_are_loaded_once_their_records_are_in_the_bucket(
    lake_of: LakeOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load makes one object, with the records of the batch that is parsed meanwhile."""
    monkeypatch.setattr("flows.jobs.import_files.BATCH_PAGES", 4)
    source, lake = Archive(tmp_path / "others"), lake_of(tmp_path / "lake")
    write_synthetic(source, 12)
    storage, load_outcomes, loaded = stores.lake_location(lake).storage, loader.load_outcomes, []

    def load_stored(store: Database, outcomes: Sequence[Outcome], *more: object) -> None:
        names = {record.location.file for each in outcomes for record in each.records}
        loaded.append([storage.find(f"archive/{name}").name for name in names])
        load_outcomes(store, outcomes, *more)

    monkeypatch.setattr(loader, "load_outcomes", load_stored)
    jobs.import_paths(lake, load((BUNDLED,)), source.files(), ImportOptions(), lambda *_: None)

    kept = [each.name for each in storage.objects("archive/") if each.name.endswith(".warc.gz")]
    assert loaded == [kept[:1], kept[:1], kept[1:]]


@pytest.mark.long
def test_an_empty_table_has_statistics_once_it_is_published(
    lake_of: LakeOf, tmp_path: Path
) -> None:
    """DuckLake asks PostgreSQL again and again for what is missing; with its first rows they are what DuckLake makes of them."""
    settings = lake_of(tmp_path / "home")
    settings.home.mkdir()
    store, location = stores.database(settings), stores.lake_location(settings)
    assert location
    store.publish()
    store.publish()
    with store.write_connection() as con:
        con.execute("INSERT INTO core.tags VALUES ('a', 'Banjir'), ('b', 'Pemilu')")
        found = con.execute("SELECT tag_id FROM core.tags WHERE name = 'Pemilu'").fetchall()

    with location.connect() as session:
        session.execute(f"SET search_path = {location.current()}")
        (n_tables, n_described) = session.execute(
            "SELECT count(*), count(s.table_id) FROM ducklake_table LEFT JOIN ducklake_table_stats AS s USING (table_id) WHERE end_snapshot IS NULL"
        ).fetchall()[0]
        of_tags = session.execute(
            "SELECT record_count, contains_null, min_value, max_value FROM ducklake_table JOIN ducklake_table_stats USING (table_id)"
            " JOIN ducklake_table_column_stats USING (table_id) WHERE table_name = 'tags' ORDER BY column_id"
        ).fetchall()
    assert found == [("b",)]
    assert n_tables == n_described > 50
    assert of_tags == [(2, False, "a", "b"), (2, False, "Banjir", "Pemilu")]
