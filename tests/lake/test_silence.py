"""Servers that take everything and answer nothing, and a machine that stands still: the work ends, and goes over to others."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from support.runs import ingest

from flows import stores
from flows.settings import Settings
from kliping.newsroom import Newsroom
from lake.conftest import LakeOf
from lake.homes import crawling, environment_of, rebuild, write_synthetic
from lake.silent_proxy import silent_proxy
from lake.test_faults import N_EACH
from warehouse import storage as storage_module
from warehouse.archive.archive import Archive
from warehouse.lake import LakeLocation
from warehouse.silence import LakeUnavailable
from warehouse.storage import Storage, StorageUnavailable
from warehouse.write import session as session_module
from warehouse.write.ducklake import Lake
from warehouse.write.session import Session

SECONDS_OF_DUCKDB = 180  # it would wait for much longer
IMPATIENT = """
from flows.runs import silence
from kliping.cli.app import main
from warehouse import lake, storage

silence.LOOK_SECONDS, silence.TRIES, lake.PATIENCE["connect_timeout"] = 1, 1, 2
storage.REQUEST_SECONDS, storage.RETRY_SECONDS = 2, 2
main()
"""


@pytest.fixture
def lake(lake_of: LakeOf, tmp_path: Path) -> Settings:
    return lake_of(tmp_path / "lake")


def location_of(settings: Settings) -> LakeLocation:
    location = stores.lake_location(settings)
    assert location
    return location


def test_the_locks_of_a_machine_that_stands_still_go_to_others(lake, tmp_path, monkeypatch):
    monkeypatch.setattr(session_module, "CHECK_SECONDS", 10_000.0)  # it shows no sign of life
    monkeypatch.setattr(session_module, "HOLD", session_module.HOLD.replace("60s", "1s"))
    location = location_of(lake)
    still = Session(location, tmp_path / "still", "run1")
    assert still.try_lock("source-kabar")

    with Session(location, tmp_path / "other", "run2").lock("source-kabar", "the source"):
        with pytest.raises(LakeUnavailable, match="the session with PostgreSQL broke"):
            still.check()
        with pytest.raises(LakeUnavailable, match="its locks are gone"):
            still.try_lock("source-other")


def test_a_session_that_shows_life_keeps_its_locks(lake, tmp_path, monkeypatch):
    monkeypatch.setattr(session_module, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(session_module, "HOLD", session_module.HOLD.replace("60s", "5s"))
    location = location_of(lake)
    holder, other = (Session(location, tmp_path / name) for name in ("holder", "other"))
    assert holder.try_lock("write")

    other.execute("SELECT pg_sleep(8)")

    assert not other.try_lock("write")
    holder.unlock("write")
    assert other.try_lock("write")


def test_a_turn_is_of_one_machine_whether_it_waits_or_not(lake, tmp_path):
    """Whoever recovers, erases or merges records holds it, so no other machine does the same at that time."""
    patient, other = (Lake(tmp_path / name, location_of(lake)) for name in ("patient", "other"))
    other.is_patient = False
    with patient.turn() as is_of_patient, other.turn() as is_of_other:
        assert (is_of_patient, is_of_other) == (True, False)
    with other.turn() as is_of_other:
        assert is_of_other


def test_a_loader_that_lost_its_turn_after_the_check_cannot_commit(lake, tmp_path):
    """Rows that are only added conflict with nothing: only PostgreSQL knows that another machine loads by now."""
    row = "INSERT INTO ops.schema_migrations SELECT * REPLACE (9999 AS version) FROM ops.schema_migrations LIMIT 1"
    late = Lake(tmp_path / "late", location_of(lake))
    refused = pytest.raises(LakeUnavailable, match="cannot be used: another machine loads by now;")
    with refused, late.write_connection() as con:
        con.execute("BEGIN")
        con.execute(row)
        with location_of(lake).connect() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name LIKE 'kliping - PID%' AND datname = current_database()"
            )
        with stores.database(lake).write_connection() as theirs:
            theirs.execute(row)
        con.execute("COMMIT")

    with stores.database(lake).read_connection() as con:
        assert con.execute(
            "SELECT count(*) FROM ops.schema_migrations WHERE version = 9999"
        ).fetchone() == (1,)


def test_who_waits_gets_a_turn_about_as_often_as_others(lake, tmp_path):
    location, turns, is_over = location_of(lake), Counter[int](), threading.Event()

    def work(number: int) -> None:
        session = Session(location, tmp_path / str(number))
        while not is_over.is_set():
            with session.lock("write", "the lake"):
                turns[number] += 1
                session.execute("SELECT pg_sleep(0.02)")
                if turns.total() >= 150:
                    is_over.set()
        session.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(turns.values()) <= 2 * min(turns[number] for number in range(5))


@pytest.mark.long
@pytest.mark.parametrize("words", ["article_versions/", "kliping.loader", "ducklake_data_file"])
def test_a_load_without_an_answer_ends_the_process_and_the_next_one_loads(
    words, lake, servers, tmp_path
):
    """Silent are the bucket, and PostgreSQL for our session and for that of DuckDB: the first request with these words."""
    write_synthetic(Archive(lake.home / "archive"), N_EACH)
    rebuild(lake)  # so that there is something to attach
    is_bucket = words == "article_versions/"
    port = servers.seaweed.ports["s3"] if is_bucket else servers.postgres.port
    with silent_proxy(port) as proxy:
        proxy.last_words = words.encode()
        behind = {
            key: value.replace(str(port), str(proxy.port))
            for key, value in environment_of(lake).items()
        }
        command = [sys.executable, "-c", IMPATIENT, "--home", str(lake.home), "rebuild"]
        environment = servers.environment() | behind
        ended = subprocess.run(command, env=environment, check=False, capture_output=True, timeout=SECONDS_OF_DUCKDB)  # fmt: skip
    assert ended.returncode == 75, ended.stderr.decode()
    assert (b"s3://" if is_bucket else b"PostgreSQL does not answer") in ended.stderr
    assert ended.stderr.count(b"the next run goes on where it stopped") == 1

    rebuild(lake)

    with stores.reader(lake) as reader:
        assert reader.rows("SELECT count(*) AS n FROM mart.articles") == [{"n": N_EACH}]


@pytest.mark.long
async def test_a_run_with_a_silent_bucket_ends_and_the_next_one_goes_on(lake, servers, monkeypatch):
    """Its failure is not stored in the lake: DuckDB would wait for the bucket many times."""
    monkeypatch.setattr(storage_module, "REQUEST_SECONDS", 2)
    monkeypatch.setattr(storage_module, "RETRY_SECONDS", 2)
    put_new = Storage.put_new
    async with Newsroom() as site:
        settings = crawling(lake, site)
        with silent_proxy(servers.seaweed.ports["s3"]) as proxy, monkeypatch.context() as patched:

            def put_into_silence(self: Storage, name: str, body: bytes) -> None:
                proxy.be_silent()
                put_new(self, name, body)

            patched.setattr(Storage, "put_new", put_into_silence)
            endpoint = f"http://127.0.0.1:{proxy.port}"
            with pytest.raises(StorageUnavailable):
                await ingest(
                    settings.model_copy(update={"aws_endpoint_url": endpoint}), ["harianlama"]
                )

        assert not (await ingest(settings, ["harianlama"])).failures

    runs = stores.database(lake).rows("SELECT state FROM ops.runs ORDER BY started_at")
    assert [row["state"] for row in runs] == ["crashed", "completed"]
