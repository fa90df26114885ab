"""A run keeps the warehouse open between its tasks, and others get it as soon as they ask."""

from __future__ import annotations

import threading
from contextlib import suppress

import duckdb
import pytest

from warehouse.locks import take
from warehouse.write import database
from warehouse.write.database import Database


@pytest.fixture
def opened(monkeypatch):
    """One item each time that the database is opened."""
    opened, connect = [], Database._connect

    def count_and_connect(self, **options):
        opened.append(options)
        return connect(self, **options)

    monkeypatch.setattr(Database, "_connect", count_and_connect)
    return opened


@pytest.fixture
def open_store(store, monkeypatch):
    monkeypatch.setattr(database, "KEPT_SECONDS", 60)
    with store.kept_open():
        yield store


def is_free(store):
    with (store.home / "locks" / "write.lock").open("a") as file:
        return take(file)


def test_the_tasks_of_a_run_open_the_database_once(open_store, opened):
    open_store.rows("SELECT 1")
    open_store.write("CREATE TABLE ops.mark AS SELECT 1 AS n", {})

    assert open_store.rows("FROM ops.mark") == [{"n": 1}]
    assert len(opened) == 1


def test_without_a_run_each_task_closes_the_database(store, opened):
    store.rows("SELECT 1")

    assert is_free(store)
    store.rows("SELECT 1")
    assert len(opened) == 2


def test_what_a_task_sets_or_leaves_open_ends_with_it(open_store):
    with open_store.write_connection() as con:
        con.execute("CREATE TEMP TABLE mark AS SELECT 1; SET VARIABLE n = 1")
        con.begin()
        con.execute("CREATE TABLE ops.mark AS SELECT 1")

    with open_store.write_connection() as con:
        assert con.execute("SELECT getvariable('n')").fetchall() == [(None,)]
        names = "SELECT table_name FROM duckdb_tables() WHERE table_name = 'mark'"
        assert con.execute(names).fetchall() == []


def test_after_the_run_the_database_is_closed(store, monkeypatch):
    monkeypatch.setattr(database, "KEPT_SECONDS", 60)
    with store.kept_open():
        store.rows("SELECT 1")
        assert not is_free(store)

    assert is_free(store)


def test_a_database_that_is_not_used_is_closed(store, monkeypatch):
    timers = []
    monkeypatch.setattr(
        database, "Timer", lambda *given: timers.append(given) or threading.Timer(0, int)
    )
    monkeypatch.setattr(database, "KEPT_SECONDS", 0)
    with store.kept_open():
        store.rows("SELECT 1")
        [(_, action)] = timers
        action()

        assert is_free(store)


def test_between_two_tasks_of_a_run_what_they_wrote_stays_in_the_log(store, monkeypatch):
    """A checkpoint writes blocks that the next task changes again."""
    monkeypatch.setattr(database, "OPEN_SECONDS", 0)  # a task closes it at once
    with store.kept_open():
        store.write("CREATE TABLE ops.mark AS SELECT 1 AS n", {})
        before = store.path.read_bytes()
        store.write("INSERT INTO ops.mark VALUES (2)", {})

        assert store.path.read_bytes() == before
        assert store.log.exists()
        assert store.rows("FROM ops.mark") == [{"n": 1}, {"n": 2}]

    assert store.rows("FROM ops.mark") == [{"n": 1}, {"n": 2}]
    assert not store.log.exists()


def test_a_long_log_is_not_kept_for_the_next_task(store, monkeypatch):
    monkeypatch.setattr(database, "OPEN_SECONDS", 0)
    monkeypatch.setattr(database, "SHORT_LOG_BYTES", 1)
    with store.kept_open():
        store.write("CREATE TABLE ops.mark AS SELECT 1 AS n", {})

        assert not store.log.exists()


def test_after_an_error_the_database_is_closed(open_store):
    with suppress(RuntimeError), open_store.write_connection():
        raise RuntimeError

    assert is_free(open_store)


def test_a_published_copy_is_made_of_the_closed_database(open_store):
    open_store.write("CREATE TABLE ops.mark AS SELECT 1 AS n", {})

    open_store.publish()

    assert not open_store.log.exists()
    with duckdb.connect(open_store.published, read_only=True) as con:
        assert con.sql("FROM ops.mark").fetchall() == [(1,)]


def test_what_a_query_put_on_disk_is_there_while_a_batch_is_loaded(open_store):
    on_disk = open_store.path.with_name(f"{open_store.path.name}.tmp")
    with open_store.write_connection() as con:
        con.execute("SET memory_limit = '60MB'")
        con.execute("CREATE TEMP TABLE texts AS SELECT repeat('x', 500) || i FROM range(300_000) AS t(i)")  # fmt: skip
        with open_store.staging_folder():
            assert any(on_disk.iterdir())
        con.execute("CHECKPOINT")


def test_what_a_killed_process_put_on_disk_is_removed(open_store):
    left = open_store.path.with_name(f"{open_store.path.name}.tmp")
    left.mkdir()
    with open_store.write_connection():
        pass

    assert not left.exists()


def test_who_waits_for_the_database_gets_it_after_the_present_task(open_store):
    other, is_asked = Database(open_store.home), threading.Event()
    with open_store.write_connection():
        thread = threading.Thread(target=lambda: (other.rows("SELECT 1"), is_asked.set()))
        thread.start()
        while not (open_store.home / "locks" / database.QUEUE).exists():
            pass

    for _ in range(5):
        open_store.rows("SELECT 1")
    assert is_asked.wait(10)
    thread.join()


def test_doctor_and_status_read_a_database_that_is_kept_open_and_unused(store):
    with store.kept_open():
        store.rows("SELECT 1")
        with Database(store.home).read_connection() as con:
            assert con.execute("SELECT 1").fetchall() == [(1,)]


def test_no_thread_is_left_of_the_tasks(store):
    before = threading.active_count()
    with store.kept_open():
        for _ in range(5):
            store.rows("SELECT 1")
        assert threading.active_count() <= before + 2  # a cancelled one may be about to end

    assert threading.active_count() == before
