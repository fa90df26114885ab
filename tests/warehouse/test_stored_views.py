"""The views whose rows a large home publishes as tables: the same rows, the same pages, and nothing that was forgotten."""

import shutil

import duckdb
import pytest
from support.app_browser import Browser, site_of
from support.one_article import publish_article

from kliping.reading.explain import text
from kliping.reading.questions import ask, last_day
from warehouse.read.published import MOST_BY_INDEX, Reader
from warehouse.write import stored_views
from warehouse.write.stored_views import ANSWERED, STORED, store_views

pytestmark = pytest.mark.xdist_group("demo_home")


@pytest.fixture(scope="module")
def stored_home(demo_home, tmp_path_factory):
    """The demo's home as it would be published if it were large."""
    home = tmp_path_factory.mktemp("stored")
    shutil.copy(demo_home / "kliping.duckdb", home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_views, "LARGE", 1)
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


def test_only_a_large_home_is_published_with_tables(demo_home, stored_home):
    for home, kind in ((demo_home, "view"), (stored_home, "table")):
        with Reader(home) as reader:
            found = kinds(reader.con)
            assert {found[name] for name in STORED} == {kind}


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


def test_a_stored_answer_is_that_of_the_question(demo_home, stored_home):
    with Reader(demo_home) as viewed, Reader(stored_home) as stored:
        outlets = viewed.rows(
            "SELECT DISTINCT source_name AS source FROM mart.article_days ORDER BY ALL"
        )
        topics = viewed.rows(
            "SELECT DISTINCT topic_id AS topic FROM core.article_topics ORDER BY ALL"
        )
        for question in ANSWERED:
            for chosen in ({}, outlets[0], topics[0], topics[0] | outlets[0]):
                assert ask(stored, question, **chosen) == ask(viewed, question, **chosen)
            [row] = stored.rows(f"SELECT count(*) AS n FROM core.{question}_answers")
            assert row["n"] == 1 + len(outlets) + len(topics)


def test_what_is_asked_of_some_days_is_not_a_stored_answer(stored_home):
    with Reader(stored_home) as reader:
        last = last_day(reader)
        of_all, of_last_day = ask(reader, "coverage"), ask(reader, "coverage", since=last)
        assert 0 < sum(row["articles"] for row in of_last_day) < sum(row["articles"] for row in of_all)  # fmt: skip


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


def test_what_was_forgotten_is_in_no_stored_view(tmp_path, monkeypatch):
    monkeypatch.setattr(stored_views, "LARGE", 0)
    body = "“Kami hitung tiga kapal tiba di pelabuhan,” kata Kepala Syahbandar, Wira Atmaja.\n" * 9
    store = publish_article(tmp_path, "Kapal", body.strip())
    with Reader(tmp_path) as reader:
        assert reader.rows("SELECT count(*) AS n FROM mart.statements")[0]["n"] == 9

    with store.write_connection() as con:
        for table in ("core.articles", "core.article_versions", "core.quotes", "core.figures"):
            con.execute(f"DELETE FROM {table}")
    store.publish()
    with Reader(tmp_path) as reader:
        for name in (
            "mart.article_days",
            "mart.day_counts",
            "mart.statements",
            "mart.article_metadata",
            "mart.people",
        ):
            assert reader.rows(f"FROM {name}") == [], name
        assert ask(reader, "figures") == ask(reader, "speakers") == []


def test_the_log_of_a_killed_publish_is_not_taken_for_the_next_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(stored_views, "LARGE", 0)
    (tmp_path / "kliping.duckdb.new.wal").write_bytes(b"half a log")

    publish_article(tmp_path, "Kapal", "Tiga kapal tiba di pelabuhan.")
    with Reader(tmp_path) as reader:
        assert len(reader.rows("FROM mart.article_days")) == 1


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
