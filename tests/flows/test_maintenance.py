"""The warehouse made again from the archive, articles that are to be forgotten, records that are let go."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from support.builders import T0, response, rows
from support.runs import BUNDLED, NAMES, ask, differences, records

from flows.jobs.jobs import reparse_sources
from flows.jobs.maintenance import forget
from flows.jobs.maintenance import maintain as look_after
from flows.load.recovery import no_progress
from flows.runs.locks import run_lock
from flows.settings import Settings
from kliping.cli.app import run
from parsers.article import Link
from parsers.source import load
from warehouse.archive.archive import Archive
from warehouse.write import fetches, repeated_lines
from warehouse.write.database import Database, DatabaseDamaged

pytestmark = [pytest.mark.xdist_group("maintenance"), pytest.mark.slow]
STORED = ("raw.", "core.", "ref.", "mart.")
RUNS = {"last_run_id"}
EDITED = "sidang-korupsi-alat-kesehatan-ditunda"


SOURCE = "harianlama"


@pytest.fixture(scope="session")
def little(tmp_path_factory: pytest.TempPathFactory, demo_home: Path) -> Path:
    """What two visits of one outlet left: one article edited, one gone."""
    home = tmp_path_factory.mktemp("little")
    ours = [r for r in records(demo_home) if r.link.source_id == SOURCE]
    for run_id in sorted({r.run_id for r in ours}):
        with Archive(home / "archive").writer(run_id, T0, "0") as writer:
            for record in ours:
                if record.run_id == run_id:
                    writer.append(record.link, record.response)
    maintain(home)
    return home


@pytest.fixture
def home(tmp_path: Path, little: Path) -> Path:
    return shutil.copytree(little, tmp_path / "home")


SOURCES = load([BUNDLED])


def settings(home: Path) -> Settings:
    return Settings(home=home, source_folders=(BUNDLED,))


def kliping(home: Path, *command: str) -> int:
    return run(["--home", str(home), "--sources", str(BUNDLED), *command])


def again(home: Path) -> list[Path]:
    """The files moved aside."""
    assert kliping(home, "rebuild") == 0
    return sorted(home.glob("*.aside-*"))


def maintain(home: Path) -> None:
    """A run that does nothing but what every run does first and last."""
    look_after(settings(home), SOURCES)


def address(home: Path) -> str:
    return ask(home, f"SELECT url FROM core.articles WHERE url LIKE '%{EDITED}%'")[0][0]


def sentence(home: Path) -> str:
    """Of its first version and its second."""
    return ask(
        home,
        f"SELECT split_part(body_text, chr(10), 2)[:40] FROM mart.articles WHERE url LIKE '%{EDITED}%'",
    )[0][0]


def where_it_stands(home: Path, words: str) -> list[str]:
    """The tables and the archived bodies that hold the words."""
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        tables = con.sql(
            "SELECT schema_name || '.' || table_name, list(column_name) FROM duckdb_columns() WHERE schema_name IN ('raw', 'core', 'ops', 'mart') AND data_type = 'VARCHAR' GROUP BY ALL"
        ).fetchall()
        found = []
        for table, columns in tables:  # one query each: a view takes long
            numbers = ", ".join(f"count(*) FILTER (contains({c}, $w))" for c in columns)
            counts = con.execute(f"SELECT {numbers} FROM {table}", {"w": words}).fetchall()[0]
            found += [f"{table}.{c}" for c, n in zip(columns, counts, strict=True) if n]
    return found + [r.link.url for r in records(home) if words.encode() in r.response.body]


def test_a_rebuild_moves_the_old_file_aside_and_gives_back_the_tables_from_the_archive_alone(
    home, little
):
    store = Database(home)
    store.path.write_bytes(b"no database")
    store.log.write_bytes(b"no log")

    aside = again(home)

    assert [path.read_bytes() for path in aside] == [b"no database", b"no log"]
    assert differences(little, home, but=RUNS, tables=STORED) == {}


def test_the_repeated_lines_that_a_reparse_counted_outlive_the_database(home):
    store = Database(home)
    with store.write_connection() as con:
        con.execute(
            "UPDATE core.article_versions SET source_text = source_text || chr(10) || 'Ikuti kami di kanal pesan singkat kami.'"
        )
    repeated_lines.count(store, None)
    counted = rows(store, "FROM ref.repeated_lines ORDER BY ALL")
    store.path.unlink()

    maintain(home)

    assert len(counted) > 0
    assert rows(store, "FROM ref.repeated_lines ORDER BY ALL") == counted
    assert ask(home, "SELECT count(*) > 9 FROM core.articles") == [(True,)]


@pytest.mark.parametrize("what", ["empty", "text", "sqlite", "cut", "flipped", "log"])
def test_a_database_that_cannot_be_read_is_named_with_the_command_that_mends_it(tmp_path, what):
    store = Database(tmp_path)
    with store.write_connection() as con:
        con.execute("CREATE TABLE ops.mark AS FROM range(100000)")
    whole, spoilt = store.path.read_bytes(), store.path
    if what == "log":
        spoilt = store.log
        con = duckdb.connect(store.path)
        con.execute("CREATE TABLE ops.more AS FROM range(9); INSERT INTO ops.more FROM range(9)")
        log = bytearray(store.log.read_bytes())
        con.close()
        log[len(log) // 2] ^= 0xFF
        store.path.write_bytes(whole)
        content = bytes(log)
    else:
        flipped = bytearray(whole)
        flipped[12_288::97] = bytes(len(flipped[12_288::97]))
        content = {
            "empty": b"",
            "text": b"bukan",
            "sqlite": b"SQLite format 3\0" + bytes(9000),
            "cut": whole[: len(whole) // 2],
            "flipped": flipped,
        }[what]
    spoilt.write_bytes(content)

    with (
        pytest.raises(DatabaseDamaged, match=rf"^{spoilt} .*`kliping rebuild`"),
        Database(tmp_path).write_connection(),
    ):
        pass
    assert spoilt.read_bytes() == content


def test_a_rebuild_waits_for_no_run_and_disturbs_none(home):
    with run_lock(home / "locks", "20261124T010000Z-beef"):
        assert kliping(home, "rebuild") == 73

    assert list(home.glob("*aside*")) == []


def test_rows_that_the_database_has_lost_are_loaded_from_the_archive_by_the_next_run(home, little):
    with Database(home).write_connection() as con:
        assert con.execute("DELETE FROM raw.fetches WHERE kind = 'feed'").fetchall() > [(0,)]

    maintain(home)

    assert differences(little, home, but=RUNS, tables=STORED) == {}


KILLED_WITH_A_LOG = """
import os, pathlib, sys
import duckdb
from flows.http.limits import Budgets
from flows.load.loader import Loader
from flows.load.recovery import recover
from flows.load.worker_pool import Workers
from parsers.article import Link
from parsers.source import load
from support.runs import BUNDLED
from warehouse.archive.archive import Archive
from warehouse.write.database import WRITING, Database

home, sources = pathlib.Path(sys.argv[1]), load([BUNDLED])
store = Database(home)
with store.write_connection():
    pass
kept = duckdb.connect(store.path, config=WRITING)  # nothing is checkpointed while somebody has it open
recover(Loader(sources=sources, store=store, archive=Archive(home / "archive"), workers=Workers(sources, Budgets(), 0)))
os.kill(os.getpid(), 9)
"""


@pytest.mark.long
def test_what_a_torn_log_has_lost_is_loaded_from_the_archive_by_the_next_run(
    home, little, tmp_path
):
    store = Database(home)
    store.path.unlink()
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    assert (
        subprocess.run(
            [sys.executable, "-c", KILLED_WITH_A_LOG, home], env=environment, check=False
        ).returncode
        == -signal.SIGKILL
    )
    n_bytes = store.log.stat().st_size
    for kept in (
        n_bytes - 100,
        n_bytes * 9 // 10,
        n_bytes // 2,
    ):  # in the settling, in the last load, before it
        torn = shutil.copytree(home, tmp_path / f"torn-{kept}")
        os.truncate(torn / store.log.name, kept)

        maintain(torn)

        assert differences(little, torn, but=RUNS, tables=STORED) == {}


def test_a_forgotten_article_is_nowhere_and_no_rebuild_brings_it_back(home, tmp_path, capsys):
    url, words = address(home), sentence(home)
    n_before, n_records = ask(home, "SELECT count(*) FROM core.articles")[0][0], len(records(home))
    assert len(where_it_stands(home, words)) == 6
    (report := home / "report.html").write_text("as an earlier version left it")

    assert kliping(home, "forget", url, "--yes") == 0
    assert capsys.readouterr().out == f"forgotten: {url}\n"
    assert where_it_stands(home, words) == []
    assert not report.exists()
    assert ask(home, f"SELECT state, reason FROM ops.frontier WHERE url = '{url}'") == [
        ("skipped", "forgotten")
    ]
    assert ask(home, "SELECT count(*) FROM core.articles") == [(n_before - 1,)]
    assert ask(
        home,
        "SELECT count(*) FROM core.article_shingles ANTI JOIN core.articles USING (article_id)",
    ) == [(0,)]
    assert len(records(home)) == n_records - 2 + 1  # its two versions, and the tombstone
    assert all(r == Archive(home / "archive").read(r.location) for r in records(home))
    places = {
        r.response.fetch_id: (r.location.file, r.location.offset, r.location.length)
        for r in records(home)
    }
    assert {
        i: (f, o, n)
        for i, f, o, n in ask(
            home,
            "SELECT fetch_id, warc_file, warc_offset, warc_length FROM raw.fetches WHERE warc_file IS NOT NULL",
        )
    } == places

    before = tmp_path / "before"
    before.mkdir()
    shutil.copy(home / "kliping.duckdb", before)
    reparse_sources(settings(home), SOURCES, list(NAMES), no_progress)
    assert where_it_stands(home, words) == []
    again(home)
    assert where_it_stands(home, words) == []
    assert differences(before, home, but=RUNS, tables=("core.", "mart.")) == {}
    assert ask(home, "SELECT url FROM ops.tombstones") == [(url,)]


def test_a_page_that_comes_after_its_tombstone_is_not_loaded(home, tmp_path):
    url, words, kept = address(home), sentence(home), records(home)
    forget(settings(home), SOURCES, url)
    with Archive(home / "archive").writer(
        "20261101T010000Z-dead", kept[0].response.fetched_at, "0"
    ) as writer:
        for record in kept:
            if record.link.url == url:
                writer.append(record.link, record.response)

    maintain(home)  # any run loads what it finds, and the one after it takes the records out
    assert where_it_stands(home, words) == [url, url]
    maintain(home)

    assert where_it_stands(home, words) == []


ELSEWHERE = EDITED.replace("alat", "alat-alat")  # another address of it: its number is the same


@pytest.mark.parametrize("slug", [EDITED, ELSEWHERE])
@pytest.mark.parametrize("n_batches", [1, 2])
def test_a_tombstone_holds_by_its_address_where_the_article_has_another_id_now(
    home, slug, n_batches
):
    """As after an upgrade that makes ids otherwise."""
    url, words, kept = address(home), sentence(home), records(home)
    shutil.rmtree(home)
    archive, link = Archive(home / "archive"), Link(url=url, source_id=SOURCE, kind="tombstone")
    with archive.writer("20261101T010000Z-dead", T0, "0", "forget") as writer:
        writer.append(link, response("0123456789abcdef", url=url, status=None))
    if n_batches == 2:
        maintain(home)
    with archive.writer("20261102T010000Z-beef", T0, "0") as writer:
        for r in kept:
            if r.link.url == url:
                new = url.replace(EDITED, slug)
                writer.append(
                    replace(r.link, url=new),
                    replace(r.response, url=new, requested_url=new),
                )

    maintain(home)
    maintain(home)

    assert where_it_stands(home, words) == []
    assert ask(home, "SELECT count(*) FROM core.articles") == [(0,)]


def test_a_tombstone_whose_id_cannot_be_read_holds_by_its_address(home):
    url, words = address(home), sentence(home)
    archive, link = Archive(home / "archive"), Link(url=url, source_id=SOURCE, kind="tombstone")
    with archive.writer("20261101T010000Z-dead", T0, "0", "forget") as writer:
        answer = replace(response(url=url, status=None), body=b"\xff\xfe")
        writer.append(link, answer)

    maintain(home)
    maintain(home)

    assert where_it_stands(home, words) == []


def test_who_is_killed_between_the_archive_and_the_tables_leaves_places_that_the_next_run_mends(
    home,
):
    store, archive = Database(home), Archive(home / "archive")
    victim = next(r for r in records(home) if r.link.kind == "page")
    archive.drop(archive.folder / victim.location.file, {victim.response.fetch_id})

    maintain(home)

    standing = fetches.record_locations(store, (r.response.fetch_id for r in records(home)))
    assert standing == {r.response.fetch_id: r.location for r in records(home)}
    assert rows(
        store, f"SELECT warc_file FROM raw.fetches WHERE fetch_id = '{victim.response.fetch_id}'"
    ) == [(None,)]


def test_old_records_are_let_go_and_what_was_made_of_them_stays(home, little):
    with Database(home).write_connection() as con:
        con.execute(
            "UPDATE raw.fetches SET fetched_at = fetched_at - INTERVAL 40 DAY WHERE kind <> 'feed'"
        )
    n_bytes = sum(path.stat().st_size for path in Archive(home / "archive").files())

    assert kliping(home, "maintain", "portalnusa", "--keep-days", "30") == 0
    assert len(records(home)) == len(records(little))
    assert kliping(home, "maintain", SOURCE, "--keep-days", "30") == 0

    left = records(home)
    assert {r.link.kind for r in left} == {"feed"}
    assert sum(path.stat().st_size for path in Archive(home / "archive").files()) < n_bytes
    assert differences(little, home, tables=("core.",)) == {}
    reparse_sources(settings(home), SOURCES, None, no_progress)
    assert differences(little, home, tables=("core.",)) == {}


def test_an_address_that_was_never_seen_is_kept_out_and_what_is_no_address_is_refused(home, capsys):
    url = "https://harianlama.test/read/2026/11/21/9999/belum-terbit.html"

    assert kliping(home, "forget", url, "--yes") == 0
    assert kliping(home, "forget", "judul berita") == 2

    output = capsys.readouterr()
    assert "the address was unknown" in output.out
    assert "not the address of an article" in output.err
    assert ask(home, "SELECT url, source_id FROM ops.tombstones") == [(url, SOURCE)]
