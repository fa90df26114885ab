"""The copy with stored views that servers of a large home make: the same rows, the same pages, and nothing that was forgotten."""

import os
import shutil
import subprocess
import sys
import time

import duckdb
import pytest
from support.app_browser import Browser, site_of
from support.one_article import publish_article
from support.runs import wait_until

from kliping.reading.explain import text
from warehouse.locks import take
from warehouse.read import stored_views
from warehouse.read.published import MOST_BY_INDEX, Reader, is_prepared
from warehouse.read.shared_copy import BEHIND_SECONDS, Copies, attached
from warehouse.read.stored_views import STORED, prepare, store_views
from warehouse.write.copied_blocks import prepared_copy

pytestmark = pytest.mark.xdist_group("demo_home")


@pytest.fixture(scope="module")
def stored_home(demo_home, tmp_path_factory):
    """The demo's home with stored views in its published copy itself."""
    home = tmp_path_factory.mktemp("stored")
    shutil.copy(demo_home / "kliping.duckdb", home)
    store_views(home / "kliping.duckdb")
    return home


def kinds(con):
    rows = con.execute("SELECT schema_name || '.' || view_name, 'view' FROM duckdb_views() WHERE NOT internal UNION ALL SELECT schema_name || '.' || table_name, 'table' FROM duckdb_tables()").fetchall()  # fmt: skip
    return dict(rows)


def test_a_stored_view_has_the_rows_of_the_view(demo_home, stored_home):
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{demo_home / 'kliping.duckdb'}' AS viewed (READ_ONLY)")
        con.execute(f"ATTACH '{stored_home / 'kliping.duckdb'}' AS stored (READ_ONLY)")
        for name in STORED:
            rows = {}
            for database in ("viewed", "stored"):
                con.execute(f"USE {database}")
                rows[database] = sorted(map(repr, con.execute(f"FROM {name}").fetchall()))
            assert rows["viewed"] == rows["stored"], name
        assert {kinds(con)[name] for name in STORED} <= {"table", "view"}


def stored_kinds(reader):
    found = kinds(reader.con)
    return {found[name] for name in STORED}


def test_pages_are_the_same_over_stored_views(demo_home, stored_home):
    with Reader(demo_home) as reader:
        [[article, source]] = reader.con.execute("SELECT article_id, source_id FROM mart.edits JOIN core.articles USING (article_id) LIMIT 1").fetchall()  # fmt: skip
        [[entity]] = reader.con.execute("SELECT entity_id FROM mart.people ORDER BY n_articles DESC, entity_id LIMIT 1").fetchall()  # fmt: skip
    paths = ["/", f"/?source={source}", "/?topic=bencana", f"/article/{article}", f"/entity/{entity}", f"/outlet/{source}", "/edits", "/figures", "/quotes", "/search?q=warga", "/people"]  # fmt: skip
    viewed, stored = (Browser(site_of(home)) for home in (demo_home, stored_home))

    for path in paths:
        answer = stored.get(path)
        assert answer.status_code == 200
        assert answer.text == viewed.get(path).text, path


def test_row_ranges_find_every_span_of_every_text(stored_home, demo_home):
    with Reader(stored_home) as stored, Reader(demo_home) as viewed:
        ids = [row["article_id"] for row in viewed.rows("SELECT article_id FROM core.articles")]
        n_spans = 0
        for article_id in ids:
            spans = [sorted(map(repr, text(reader, article_id)[1])) for reader in (stored, viewed)]
            assert spans[0] == spans[1]
            n_spans += len(spans[0])
        [row] = viewed.rows("SELECT count(*) AS n FROM core.quotes SEMI JOIN mart.article_metadata USING (version_id)")  # fmt: skip
        assert n_spans > row["n"] > 100


BODY = "“Kami hitung tiga kapal tiba di pelabuhan,” kata Kepala Syahbandar, Wira Atmaja.\n" * 9


def test_the_prepared_copy_is_read_until_the_next_publish(tmp_path):
    store = publish_article(tmp_path, "Kapal", BODY.strip())
    with Reader(tmp_path) as reader:
        before = reader.rows("FROM mart.statements ORDER BY ALL")
        assert (len(before), stored_kinds(reader)) == (9, {"view"})

    prepare(tmp_path)
    with Reader(tmp_path) as reader:
        assert stored_kinds(reader) == {"table"}
        assert reader.rows("FROM mart.statements ORDER BY ALL") == before
    with store.write_connection() as con:
        con.execute("DELETE FROM core.quotes")
    store.publish()

    assert list(tmp_path.glob("*prepared*")) == []
    with Reader(tmp_path) as reader:
        assert reader.rows("FROM mart.statements") == []


def test_a_copy_that_is_prepared_while_something_is_forgotten_is_removed(tmp_path, monkeypatch):
    store = publish_article(tmp_path, "Kapal", BODY.strip())
    real = stored_views.put_in_place

    def after_forgetting(*args):
        store.publish_without_history()
        real(*args)

    monkeypatch.setattr(stored_views, "put_in_place", after_forgetting)
    prepare(tmp_path)

    assert list(tmp_path.glob("*prepared*")) == []


@pytest.fixture
def large_home(tmp_path, monkeypatch):
    """A home with a prepared copy, and a server's copies of it; nobody prepares another one."""
    store = publish_article(tmp_path, "Kapal", BODY.strip())
    monkeypatch.setattr(stored_views, "LARGE", 1)
    prepare(tmp_path)
    copies = Copies(tmp_path)
    with (tmp_path / "locks" / "prepare.lock").open("a") as lock:
        assert take(lock)
        yield store, copies
    copies.close()


def n_statements(copies):
    with copies.reader() as reader:
        return stored_kinds(reader), len(reader.rows("FROM mart.statements"))


def publish_without_quotes(store):
    with store.write_connection() as con:
        con.execute("DELETE FROM core.quotes")
    store.publish()


def test_rows_are_read_once_for_each_copy(large_home):
    store, copies = large_home
    query = "SELECT count(*) AS n FROM mart.statements"
    with copies.reader() as reader:
        found = reader.rows_once(query)
    with copies.reader() as reader:
        assert reader.rows_once(query) is found
        assert reader.rows_once(f"{query} WHERE speaker = $name", {"name": "Siapa"}) != found
    assert [row["n"] for row in found] == [9]

    with store.write_connection() as con:
        con.execute("DELETE FROM core.quotes")
    store.publish_without_history()
    with copies.reader() as reader:
        assert reader.rows_once(query) == [{"n": 0}]


def test_a_server_reads_the_prepared_copy_until_a_later_publish_has_one(large_home, tmp_path, monkeypatch):  # fmt: skip
    store, copies = large_home
    assert n_statements(copies) == ({"table"}, 9)

    publish_without_quotes(store)

    assert n_statements(copies) == ({"table"}, 9)
    with Reader(tmp_path) as reader:
        assert reader.rows("FROM mart.statements") == []
    monkeypatch.setattr(stored_views, "take", lambda _: True)
    prepare(tmp_path)
    assert n_statements(copies) == ({"table"}, 0)


def test_a_server_that_starts_before_a_copy_is_ready_reads_the_one_prepared_before(large_home, tmp_path):  # fmt: skip
    store, other = large_home
    assert n_statements(other) == ({"table"}, 9)
    publish_without_quotes(store)
    copies = Copies(tmp_path)
    assert n_statements(copies) == ({"table"}, 9)
    for each in (copies, other):
        each.close()

    with duckdb.connect(prepared_copy(tmp_path / "kliping.duckdb")) as con:
        con.execute("DELETE FROM ops.schema_migrations WHERE version > 0")  # as another Kliping
    copies = Copies(tmp_path)
    assert n_statements(copies) == ({"view"}, 0)
    copies.close()


def test_a_server_reads_no_prepared_copy_of_what_was_forgotten(large_home):
    store, copies = large_home
    assert n_statements(copies) == ({"table"}, 9)
    with store.write_connection() as con:
        con.execute("DELETE FROM core.quotes")
    store.publish_without_history()

    assert n_statements(copies) == ({"view"}, 0)


def test_a_server_reads_what_is_published_if_it_has_no_prepared_copy_for_long(large_home, tmp_path):
    store, copies = large_home
    assert n_statements(copies) == ({"table"}, 9)
    publish_without_quotes(store)
    long_ago = time.time() - 2 * BEHIND_SECONDS
    os.utime(tmp_path / "kliping.duckdb", (long_ago, long_ago))

    assert n_statements(copies) == ({"view"}, 0)


def test_a_prepared_copy_of_another_publish_or_in_pieces_is_not_read(tmp_path):
    publish_article(tmp_path, "Kapal", BODY.strip())
    copy = tmp_path / "kliping.duckdb"
    prepared_copy(copy).write_bytes(b"no database")
    published_at = copy.stat().st_mtime_ns
    os.utime(prepared_copy(copy), ns=(published_at, published_at))

    assert is_prepared(copy)
    with Reader(tmp_path) as reader:
        assert len(reader.rows("FROM mart.statements")) == 9
    prepare(tmp_path)  # as it was made for the present copy, it stays
    os.utime(prepared_copy(copy), ns=(0, 0))
    assert not is_prepared(copy)
    prepare(tmp_path)
    with Reader(tmp_path) as reader:
        assert stored_kinds(reader) == {"table"}


async def test_a_server_of_a_large_home_has_the_copy_prepared_and_then_reads_it(
    tmp_path, monkeypatch
):
    publish_article(tmp_path, "Kapal", BODY.strip())
    copies = Copies(tmp_path)
    with copies.reader() as reader:
        assert stored_kinds(reader) == {"view"}
    assert not (tmp_path / "locks" / "prepare.lock").exists()  # a small home needs none
    copies.close()

    monkeypatch.setattr(stored_views, "LARGE", 1)
    copies = Copies(tmp_path)
    try:
        with copies.reader() as reader:
            assert stored_kinds(reader) == {"view"}
        await wait_until(lambda: is_prepared(tmp_path / "kliping.duckdb"))
        with copies.reader() as reader:
            assert stored_kinds(reader) == {"table"}
    finally:
        copies.close()


def test_what_a_killed_process_left_is_not_taken_for_a_copy(tmp_path):
    publish_article(tmp_path, "Kapal", BODY.strip())
    new = tmp_path / "kliping.prepared.duckdb.new"
    new.write_bytes(b"half a copy")
    new.with_name(f"{new.name}.wal").write_bytes(b"half a log")

    subprocess.run([sys.executable, "-m", "warehouse.read.stored_views", tmp_path], check=True)

    with Reader(tmp_path) as reader:
        assert len(reader.rows("FROM mart.statements")) == 9
        assert stored_kinds(reader) == {"table"}
    assert [path.name for path in tmp_path.glob("*prepared*")] == ["kliping.prepared.duckdb"]


def test_texts_are_scanned_where_the_memory_does_not_suffice_for_the_index(tmp_path):
    query = "SELECT sum(length(text))::BIGINT AS n FROM texts SEMI JOIN wanted USING (id)"
    with duckdb.connect(tmp_path / "texts.duckdb") as con:
        con.execute("SET force_compression = 'uncompressed'")
        con.execute("CREATE TABLE texts AS SELECT i AS id, repeat('banjir ', 500) AS text FROM range(20_000) AS t(i)")  # fmt: skip
        con.execute("CREATE INDEX by_id ON texts (id)")
    config = {"memory_limit": "30MB", "threads": "1"}

    with duckdb.connect(tmp_path / "texts.duckdb", read_only=True, config=config) as con:
        con.execute("CREATE TEMP TABLE wanted AS SELECT id FROM range(0, 20_000, 15) AS r(id)")
        assert Reader.over(con).rows_by_index(query) == [{"n": 1334 * 7 * 500}]
        con.execute(f"SET dynamic_or_filter_threshold = {MOST_BY_INDEX}")
        with pytest.raises(duckdb.OutOfMemoryException):
            con.execute(query)


@pytest.mark.slow
def test_readers_beside_publishes_get_no_error(demo_home, tmp_path):
    from web_load import load_test  # noqa: PLC0415 - the benchmarks are no package

    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    answers, n_publishes = load_test(home, seconds=4, readers=4, pause=0.5)
    assert n_publishes
    assert answers
    assert [each.error for each in answers if each.error] == []


def test_a_copy_that_is_closed_takes_nothing_from_another_that_exceeds_its_memory(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with duckdb.connect(tmp_path / "home.duckdb") as con:
        con.execute(
            "CREATE TABLE texts AS SELECT hash(range)::VARCHAR || repeat('a', 50) AS text FROM range(200_000)"
        )
    limits = {"memory_limit": "40MB", "threads": "1"}
    one, other = (attached(tmp_path / "home.duckdb", limits) for _ in range(2))
    for con in (one, other):
        con.execute("CREATE TEMP TABLE sorted AS FROM kliping.texts ORDER BY text")
    one.close()

    assert other.execute("SELECT count(DISTINCT text) FROM sorted").fetchall() == [(200_000,)]
    assert [each.name for each in tmp_path.iterdir()] == ["home.duckdb"]
    other.close()
