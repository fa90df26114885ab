"""The doctor looks at everything, changes nothing, and says what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from support.builders import T0, VERSIONS, article, response
from support.command_line import kliping

from flows.http.client import now_utc
from flows.runs.locks import source_lock
from flows.settings import Settings
from kliping.cli.doctor import examine
from parsers.article import Link
from parsers.source import from_data
from warehouse.archive.archive import Archive
from warehouse.archive.signatures import make_key
from warehouse.write import fetches
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome

KABAR = from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})


@pytest.fixture(scope="module")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two pages, archived, loaded and published."""
    home = tmp_path_factory.mktemp("made")
    archive, store = Archive(home / "archive"), Database(home)
    with archive.writer("run", T0, "0") as writer:
        for hour, body in enumerate(("Satu.", "Dua.")):
            link = Link(url=f"http://kabar.test/{hour}/", source_id="kabar")
            record = writer.append(link, response(body, hour=hour, url=link.url))
            page_article = article(body, url=link.url, article_id=str(hour))
            load_outcomes(
                store,
                [
                    Outcome(
                        link=link,
                        run_id="run",
                        state="loaded",
                        records=(record,),
                        article=page_article,
                    )
                ],
                {"kabar": KABAR},
                VERSIONS,
            )
    name = archive.name(writer.path)
    fetches.mark_files_loaded(store, {name: archive.size(writer.path)})
    store.publish()
    make_key(home)
    return home


@pytest.fixture
def well(model_home: Path, tmp_path: Path) -> Settings:
    return Settings(home=shutil.copytree(model_home, tmp_path, dirs_exist_ok=True), min_free_mb=0)


def complaints(settings: Settings) -> dict[str, str]:
    """What is not ok, by check, with what to do."""
    return {
        row["check"]: f"{row['state']}: {row['finding']} -> {row['do']}"
        for row in examine(settings)
        if row["state"] != "ok"
    }


def file_of(settings: Settings) -> Path:
    return Archive(settings.home / "archive").files()[0]


def test_of_a_home_that_is_well_nothing_is_said_and_nothing_is_changed(well):
    def content() -> dict[Path, bytes]:
        return {
            path: path.read_bytes()
            for path in well.home.rglob("*")
            if path.is_file() and path.parent.name != "locks"
        }

    before = content()

    assert complaints(well) == {}
    assert {row["check"] for row in examine(well)} == {
        "archive",
        "clock",
        "database",
        "disk",
        "locks",
        "published copy",
        "schema",
        "versions",
    }
    assert content() == before


def test_a_published_copy_of_another_version_is_made_again_by_one_command(well):
    with duckdb.connect(well.home / "kliping.duckdb") as con:
        con.execute("DROP VIEW mart.statements")
        con.execute("UPDATE ops.schema_migrations SET checksum = 'other' WHERE version = 0")

    answer = kliping(well.home, "report", "speakers")
    assert answer.returncode == 1
    assert answer.stderr.startswith("kliping: the published copy was made by another version")
    assert "`kliping publish`" in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert complaints(well)["published copy"].endswith(
        "another version of Kliping -> `kliping publish`"
    )
    Database(well.home).publish()
    assert complaints(well) == {}
    assert kliping(well.home, "report", "speakers").returncode == 0


def test_a_torn_tail_mends_itself(well):
    os.truncate(file_of(well), file_of(well).stat().st_size - 20)

    findings = complaints(well)

    assert "torn record -> nothing: the next run" in findings["archive"]
    assert findings["orphans"].startswith("bad: 1 rows")


def test_a_damaged_record_is_found_with_the_row_that_names_it(well):
    content = bytearray(file_of(well).read_bytes())
    content[-60] ^= 0xFF
    content += file_of(well).read_bytes()[
        : next(Archive(well.home / "archive").records(file_of(well))).location.offset
    ]
    file_of(well).write_bytes(content)

    findings = complaints(well)

    assert "damaged bytes" in findings["archive"]
    assert "records that are not in 2026/11/run-0.warc.gz" in findings["orphans"]


def test_a_missing_archive_file_is_named(well):
    file_of(well).rename(well.home / "elsewhere")

    assert (
        "2 rows of raw.fetches name 1 files that are missing, e.g. 2026/11/run-0.warc.gz"
        in complaints(well)["orphans"]
    )


def test_records_that_no_row_mentions_wait_for_the_next_run(well):
    with Archive(well.home / "archive").writer("dead", T0, "0") as writer:
        writer.append(Link(url="http://kabar.test/9/", source_id="kabar"), response("Tiga."))

    assert complaints(well) == {
        "orphans": "note: 1 archive files are not wholly loaded, e.g. 2026/11/dead-0.warc.gz -> nothing: the next run loads it"
    }


def test_a_database_that_cannot_be_read_is_to_be_rebuilt(well):
    (well.home / "warehouse.duckdb").write_bytes(b"")

    assert complaints(well)["database"].endswith("-> `kliping rebuild`")


def test_a_program_that_has_the_warehouse_open_is_named(well):
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; con = duckdb.connect({str(well.home / 'warehouse.duckdb')!r}); print(1, flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    held.stdout.readline()
    try:
        assert f"PID {held.pid}" in complaints(well)["database"]
    finally:
        held.communicate(b"\n")


def test_a_clock_before_the_last_answer_a_full_disk_and_a_newer_schema_are_told(well):
    with Database(well.home).write_connection() as con:
        con.execute(
            "UPDATE raw.fetches SET fetched_at = $at",
            {"at": (now_utc() + timedelta(days=2)).replace(tzinfo=None)},
        )
        con.execute("UPDATE ops.schema_migrations SET version = 9000 WHERE version = 1")

    findings = complaints(well.model_copy(update={"min_free_mb": 10**9}))

    assert findings["clock"].endswith("set the clock")
    assert findings["schema"].endswith("install the newer Kliping")
    assert "free " in findings["disk"]


def test_who_holds_a_source_is_named_and_who_died_holding_it_counted(well):
    (well.home / "locks" / "source-lama.lock").write_text(
        '{"pid": 1, "host": "h", "run_id": "r", "started_at": "t"}'
    )
    with source_lock(well.home / "locks", "kabar", "run-9", T0):
        findings = [row["finding"] for row in examine(well) if row["check"] == "locks"]

    assert findings[0].startswith("kabar is held by run run-9 (PID")
    assert "1 are left from runs that were killed" in findings[1]


def test_the_command_prints_a_table_or_json_and_exits_1_where_something_is_to_be_done(well):
    def run(*more: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "kliping.cli", "--home", str(well.home), "doctor", *more]
        return subprocess.run(
            command,
            env=os.environ | {"KLIPING_MIN_FREE_MB": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    good = run("--format", "json")
    (well.home / "kliping.duckdb").write_bytes(b"")
    bad = run()

    assert (good.returncode, {row["state"] for row in json.loads(good.stdout)}) == (0, {"ok"})
    assert (bad.returncode, "`kliping publish`" in bad.stdout) == (1, True)
    with duckdb.connect(well.home / "warehouse.duckdb", read_only=True) as con:
        assert con.sql("SELECT count(*) FROM core.articles").fetchall() == [(2,)]


def write_runs(settings: Settings, now: float, earlier: float, n_new: int) -> None:
    """Ten runs in a home of 1,000 articles, and ten later ones in one of 2,000, each with what its step took."""
    with duckdb.connect(settings.home / "warehouse.duckdb") as con:
        con.execute(
            """
            INSERT INTO ops.runs BY NAME
            SELECT
              format('r{:02}', n) AS run_id, 'ingest' AS flow_name, 'cli' AS trigger, 'completed' AS state, '1' AS code_version,
              TIMESTAMP '2026-10-01' + n * INTERVAL 1 HOUR AS started_at, started_at AS finished_at,
              $n_new AS n_new, 1000 + 1000 * (n // 10) AS n_articles,
              [{'step': 'find events', 'cpu_seconds': if(n < 10, $earlier::DOUBLE, $now)}] AS steps
            FROM range(20) AS r(n)
            """,
            {"earlier": earlier, "now": now, "n_new": n_new},
        )


@pytest.mark.parametrize(
    ("now", "earlier", "n_new", "is_growing"),
    [
        (6.4, 2.0, 20, True),
        (5.6, 2.0, 20, False),  # as the home
        (0.9, 0.1, 20, False),  # too little to matter
        (12.8, 4.0, 200, True),
        (3.2, 1.0, 1000, False),  # 100 of them take little
    ],
)
def test_a_step_that_grows_faster_than_the_home_is_named(well, now, earlier, n_new, is_growing):
    write_runs(well, now, earlier, n_new)
    found = complaints(well)

    assert ("cost" in found) == is_growing
    if is_growing:
        assert found["cost"].startswith("note: find events takes 6.4 CPU s for 100 articles")
        assert "it took 2.0 in one of 1,000" in found["cost"]
