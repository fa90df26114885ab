"""An exact answer of the sandbox has every value and type as the file has it; `kliping web` writes Parquet files of such answers."""

import json
import shutil
import sys
import threading
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kliping.sandbox.errors import FailedError, QueryError, UnavailableError
from kliping.sandbox.pool import Limits, Sandbox
from warehouse.queries import quote

pytestmark = pytest.mark.xdist_group("demo_home")
LIMITS = Limits(rows=1_000_000, answer_mb=32)
ARTICLES = "SELECT count(*) FROM kliping.mart.articles"
ENDLESS = "SELECT count(*) FROM range(1000000000000)"
VALUES = [
    "NULL", "true", "''", "'é😀'", "e'a\\nb'", "170141183460469231731687303715884105727::HUGEINT", "99999999999999999999999999999999.25::DECIMAL(38, 2)",
    "0.1::FLOAT", "0.1::DOUBLE + 0.2", "'-inf'::DOUBLE", "'\\x00\\xFF'::BLOB", "'1011'::BIT", "INTERVAL '1 year 2 days 3.5 seconds'", "'y z'::ENUM('x', 'y z')",
    "TIMESTAMP '2026-11-01 10:00:00.123456'", "TIMESTAMPTZ '2026-11-01 10:00:00+07'", "DATE '-infinity'", "TIME '10:00:00.5'", "'{\"a\": [1, null]}'::JSON",
    "[NULL, 'NULL', 'a, b', '\"', '''', '', ' x ', '[1]', e'new\\nline', '\\']", "[['a'], NULL, []]", "{'s': {'t': [{'u': 'x}'}]}}",
    "MAP {'k''s': [DATE '2026-11-01']}", "[1, 2, 3]::INT[3]", "'7b0e8a5e-6c1d-4f5b-9f3e-2a1b0c9d8e7f'::UUID", '1 AS "a""b"', '2 AS "a""b"',
]  # fmt: skip


@pytest.fixture(scope="module")
def sandbox(demo_home):
    with Sandbox(demo_home, LIMITS) as sandbox:
        yield sandbox


@pytest.fixture
def con():
    """A DuckDB elsewhere."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        yield con


@pytest.fixture
def remote(sandbox, con):
    """Asks; the relation is what DuckDB makes of the answer."""

    def ask(query):
        answer = sandbox.ask(query, exact=True)
        assert not answer.truncated
        con.execute("CREATE OR REPLACE TABLE sent AS SELECT ?::VARCHAR AS rows", [answer.text])
        return con.sql(answer.select("(SELECT rows FROM sent)"))

    return ask


def test_the_marts_answer_as_in_the_file(remote, demo_home):
    query = (
        "SELECT headline, date_published, authors FROM kliping.mart.articles ORDER BY article_id"
    )
    with duckdb.connect(demo_home / "kliping.duckdb", read_only=True) as con:
        expected = con.sql(query.replace("kliping.", "")).fetchall()

    assert remote(query).fetchall() == expected != []
    rows = "WITH two AS (FROM range(2)) SELECT * FROM two, unnest([1, 2])"
    assert len(remote(rows).fetchall()) == 4
    described = ("one", "INTEGER", "YES", None, None, None)
    assert remote("DESCRIBE SELECT 1 AS one").fetchall() == [described]


def test_every_mart_arrives_as_it_is_in_the_file(remote, demo_home):
    with duckdb.connect(demo_home / "kliping.duckdb", read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        views = [
            f"mart.{name}"
            for (name,) in con.sql(
                "SELECT view_name FROM duckdb_views() WHERE schema_name = 'mart'"
            ).fetchall()
        ]
        expected = {
            view: con.sql(f"FROM {view} ORDER BY ALL LIMIT 100").fetchall() for view in views
        }

    assert len(views) > 10
    assert {
        view: remote(f"FROM {view} ORDER BY ALL LIMIT 100").fetchall() for view in views
    } == expected


def test_values_of_every_type_arrive_as_they_are(remote):
    query = f"SELECT {', '.join(VALUES)}"
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        expected = con.sql(query)
        found = remote(query)

        assert found.fetchall() == expected.fetchall()
        assert [str(kind) for kind in found.types] == [str(kind) for kind in expected.types]
        described = remote(f"DESCRIBE {query}").fetchall()
        assert [row[1] for row in described] == [str(kind) for kind in expected.types]


TEXT = st.text(st.sampled_from("ab ,'\"\\{}[]()=:;\n\té😀"), max_size=5)
NESTED = st.fixed_dictionaries(
    {"t": TEXT, "l": st.lists(st.lists(TEXT)), "m": st.dictionaries(TEXT, st.lists(TEXT))}
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NESTED, min_size=1, max_size=3))
def test_nested_texts_arrive_whatever_is_in_them(remote, rows):
    kind = "STRUCT(t VARCHAR, l VARCHAR[][], m MAP(VARCHAR, VARCHAR[]))[]"
    query = f"SELECT unnest(CAST({quote(json.dumps(rows))}::JSON AS {kind}))"

    assert remote(query).fetchall() == [(row,) for row in rows]


@pytest.mark.parametrize("value", ["['\\x00'::BLOB]", "{'a': 1.5::DECIMAL(38, 2)}"])
def test_what_cannot_be_sent_as_it_is_is_an_error(remote, value):
    with pytest.raises(FailedError, match="cannot be sent; cast it to VARCHAR"):
        remote(f"SELECT {value} AS v")


def test_rows_keep_their_order(remote):
    rows = remote("SELECT hash(i) FROM range(50000) t(i) ORDER BY hash(i)").fetchall()

    assert rows == sorted(rows)
    assert len(rows) == 50_000


@pytest.mark.parametrize("query", [
    "FROM duckdb_databases()", "FROM duckdb_databases", "FROM pragma_database_list", "SUMMARIZE pragma_database_list", "FROM duckdb_extensions()",
    "FROM histogram('pragma_database_list', file)", "SELECT current_setting('allowed_paths')", "FROM pg_settings", "FROM duckdb_settings()",
    "FROM duckdb_secrets()", "FROM 'kliping.duckdb'", "FROM read_text('x')", "SELECT current_setting('secret_directory')", "SHOW DATABASES", "SHOW ALL TABLES",
])  # fmt: skip
def test_no_answer_and_no_error_shows_a_folder_of_ours(remote, demo_home, query):
    try:
        shown = str(remote(query).fetchall())
    except QueryError as error:
        shown = str(error)

    assert shown
    assert not {
        folder for folder in (str(demo_home), str(Path.home()), sys.prefix) if folder in shown
    }


def test_readers_are_answered_beside_one_who_asks_too_much(demo_home, tmp_path):
    shutil.copy(demo_home / "kliping.duckdb", tmp_path)
    errors = []

    def ask_too_much():
        with pytest.raises(UnavailableError) as caught:
            sandbox.ask(ENDLESS)
        errors.append(caught.value)

    with Sandbox(tmp_path, LIMITS) as sandbox:
        thread = threading.Thread(target=ask_too_much)
        thread.start()
        while sandbox.processes._free.qsize() == LIMITS.processes:
            pass
        [[n_articles]] = sandbox.ask(ARTICLES).rows()
        sandbox.close()
        thread.join()

    assert n_articles > 0
    assert len(errors) == 1
