"""A reader elsewhere sees what is published, as soon as it is, and can do nothing but read. tests/test_sandbox.py has the rest."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.runs import free_port

from flows.cli.serve import (
    EXTENSIONS,
    LIMITS,
    LONGEST_DELAY_SECONDS,
    CannotServeError,
    Doorkeeper,
    Server,
    _extension,
    delay_seconds,
)
from warehouse.read.published import NothingPublished
from warehouse.write.schema import quote

pytestmark = [pytest.mark.xdist_group("serve"), pytest.mark.slow]
TOKEN = "rahasia-dapur-3f9c1a7b5e2d480612"
ARTICLES = "SELECT count(*) FROM kliping.mart.articles"
ENDLESS = "SELECT count(*) FROM range(1000000000000)"
VALUES = [
    "NULL", "true", "''", "'é😀'", "e'a\\nb'", "170141183460469231731687303715884105727::HUGEINT", "99999999999999999999999999999999.25::DECIMAL(38, 2)",
    "0.1::FLOAT", "0.1::DOUBLE + 0.2", "'-inf'::DOUBLE", "'\\x00\\xFF'::BLOB", "'1011'::BIT", "INTERVAL '1 year 2 days 3.5 seconds'", "'y z'::ENUM('x', 'y z')",
    "TIMESTAMP '2026-11-01 10:00:00.123456'", "TIMESTAMPTZ '2026-11-01 10:00:00+07'", "DATE '-infinity'", "TIME '10:00:00.5'", "'{\"a\": [1, null]}'::JSON",
    "[NULL, 'NULL', 'a, b', '\"', '''', '', ' x ', '[1]', e'new\\nline', '\\']", "[['a'], NULL, []]", "{'s': {'t': [{'u': 'x}'}]}}",
    "MAP {'k''s': [DATE '2026-11-01']}", "[1, 2, 3]::INT[3]", "'7b0e8a5e-6c1d-4f5b-9f3e-2a1b0c9d8e7f'::UUID", '1 AS "a""b"', '2 AS "a""b"',
]  # fmt: skip


@pytest.fixture
def home(demo_home, tmp_path):
    shutil.copy(demo_home / "kliping.duckdb", tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def server(demo_home):
    """One for all that changes neither it nor its home."""
    with Server(demo_home, port=free_port(), token=TOKEN) as server:
        yield server


@pytest.fixture
def own_server(home):
    with Server(home, port=free_port(), token=TOKEN) as server:
        yield server


@pytest.fixture
def elsewhere():
    with duckdb.connect() as con:
        for name in EXTENSIONS:
            con.load_extension(str(_extension(name)))
        con.execute("SET http_retries = 0")
        yield con


@pytest.fixture
def remote(elsewhere):
    def ask(server, query, token=TOKEN):
        parameters = {"uri": server.uri, "query": query, "token": token}
        with elsewhere.cursor() as con:
            return con.execute(
                "FROM quack_query($uri, $query, token = $token)", parameters
            ).fetchall()

    return ask


def in_thread(function):
    """Started; joined, it has what the function gave, or the error's message."""
    results = []

    def run():
        try:
            results.append(function())
        except duckdb.Error as error:
            results.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def test_the_marts_answer_as_in_the_file(server, remote, demo_home):
    query = (
        "SELECT headline, date_published, authors FROM kliping.mart.articles ORDER BY article_id"
    )
    with duckdb.connect(demo_home / "kliping.duckdb", read_only=True) as con:
        assert remote(server, query) == con.sql(query.replace("kliping.", "")).fetchall() != []
    assert len(remote(server, "WITH two AS (FROM range(2)) SELECT * FROM two, unnest([1, 2])")) == 4
    assert remote(server, "DESCRIBE SELECT 1 AS one") == [
        ("one", "INTEGER", "YES", None, None, None)
    ]


def test_every_mart_arrives_as_it_is_in_the_file(server, remote, demo_home):
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
        view: remote(server, f"FROM {view} ORDER BY ALL LIMIT 100") for view in views
    } == expected


def test_values_of_every_type_arrive_as_they_are(server, remote):
    query = f"SELECT {', '.join(VALUES)}"
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        expected = con.sql(query)

        assert remote(server, query) == expected.fetchall()
        described = remote(server, f"DESCRIBE {query}")
        assert [row[1] for row in described] == [str(kind) for kind in expected.types]


TEXT = st.text(st.sampled_from("ab ,'\"\\{}[]()=:;\n\té😀"), max_size=5)
NESTED = st.fixed_dictionaries(
    {"t": TEXT, "l": st.lists(st.lists(TEXT)), "m": st.dictionaries(TEXT, st.lists(TEXT))}
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NESTED, min_size=1, max_size=3))
def test_nested_texts_arrive_whatever_is_in_them(server, remote, rows):
    kind = "STRUCT(t VARCHAR, l VARCHAR[][], m MAP(VARCHAR, VARCHAR[]))[]"
    query = f"SELECT unnest(CAST({quote(json.dumps(rows))}::JSON AS {kind}))"

    assert remote(server, query) == [(row,) for row in rows]


def test_what_cannot_be_sent_as_it_is_is_an_error(server, remote):
    for value in ("['\\x00'::BLOB]", "{'a': 1.5::DECIMAL(38, 2)}"):
        with pytest.raises(duckdb.Error, match="cannot be sent; cast it to VARCHAR"):
            remote(server, f"SELECT {value} AS v")


def test_rows_keep_their_order(server, remote):
    rows = remote(server, "SELECT hash(i) FROM range(50000) t(i) ORDER BY hash(i)")

    assert rows == sorted(rows)
    assert len(rows) == 50_000


def test_a_new_copy_is_shown_while_readers_stay(own_server, remote, home):
    before = remote(own_server, ARTICLES)
    shutil.copy(home / "kliping.duckdb", home / "next")
    with duckdb.connect(home / "next") as con:
        con.execute("CREATE OR REPLACE VIEW mart.articles AS FROM range(7)")
    (home / "next").replace(home / "kliping.duckdb")

    assert before[0][0] > 7
    assert remote(own_server, ARTICLES) == [(7,)]


def test_while_the_copy_is_missing_readers_are_told_so(own_server, remote, home):
    before = remote(own_server, ARTICLES)
    (home / "kliping.duckdb").rename(home / "gone")
    with pytest.raises(duckdb.Error, match="the published copy is not there"):
        remote(own_server, ARTICLES)
    (home / "gone").rename(home / "kliping.duckdb")

    assert before == remote(own_server, ARTICLES)


@pytest.mark.parametrize("query", [
    "DROP TABLE kliping.core.articles", "DELETE FROM kliping.core.articles", "CREATE TABLE mine AS SELECT 1", "CREATE TEMP TABLE mine AS SELECT 1",
    "ATTACH ':memory:' AS mine", "DETACH kliping", "SET threads = 1", "RESET threads", "CHECKPOINT", "LOAD httpfs", "BEGIN", "PRAGMA database_list",
    "COPY kliping.core.articles TO '/tmp/mine.csv'", "EXPORT DATABASE '/tmp/mine'", "SELECT 1; DROP TABLE kliping.core.articles",
    "WITH gone AS (DELETE FROM kliping.core.articles RETURNING *) FROM gone", "CALL quack_stop('quack:localhost')",
    "FROM QUACK_STOP('quack:localhost')", 'FROM "quack_stop"(\'quack:localhost\')', "FROM quack_server_list()", "FROM quack_active_connections()",
    "SELECT * FROM (FROM query('FROM quack_' || 'server_list()'))", "FROM query_table(['refused'])", "FROM enable_logging('x')",
    "FROM read_text('/etc/hostname')", "FROM '/etc/hostname'", "FROM glob('/*')", "FROM read_csv('http://127.0.0.1:9/')",
    "FROM json_execute_serialized_sql('{}')", "SELECT kliping_rows('x')", "SELECT kliping_answer('', 'SELECT 1')", "SELECT quack_check_token('', '', '')",
])  # fmt: skip
def test_nothing_but_reading_is_allowed(server, remote, query):
    with pytest.raises(
        duckdb.Error,
        match=r"Authorization failed|not for readers|no table|not exist|not in the catalog|Parser",
    ):
        remote(server, query)
    assert remote(server, ARTICLES)[0][0] > 0


@pytest.mark.parametrize("query", [
    "FROM duckdb_databases()", "FROM duckdb_databases", "FROM pragma_database_list", "SUMMARIZE pragma_database_list", "FROM duckdb_extensions()",
    "FROM histogram('pragma_database_list', file)", "SELECT current_setting('allowed_paths')", "FROM pg_settings", "FROM duckdb_settings()",
    "FROM duckdb_secrets()", "FROM 'kliping.duckdb'", "FROM read_text('x')", "SELECT current_setting('secret_directory')", "SHOW DATABASES", "SHOW ALL TABLES",
])  # fmt: skip
def test_no_answer_and_no_error_shows_a_folder_of_ours(server, remote, demo_home, query):
    try:
        shown = str(remote(server, query))
    except duckdb.Error as error:
        shown = str(error)

    assert not {
        folder for folder in (str(demo_home), str(Path.home()), sys.prefix) if folder in shown
    }


def test_an_attached_reader_can_write_nothing(server, elsewhere, remote):
    elsewhere.execute(f"ATTACH '{server.uri}' AS there (TOKEN '{TOKEN}')")
    for statement in (
        "INSERT INTO there.core.sources SELECT * FROM there.core.sources",
        "CREATE TABLE there.main.mine AS SELECT 1",
        "DROP TABLE there.core.sources",
    ):
        with pytest.raises(duckdb.Error):
            elsewhere.execute(statement)

    assert remote(server, ARTICLES)[0][0] > 0


@pytest.mark.parametrize("query", [ENDLESS, "SELECT levenshtein(repeat('ab', 100000), repeat('ba', 100000))", "SELECT len(range(300000000))"])  # fmt: skip
def test_a_query_ends_at_the_limits_and_the_next_is_answered(home, remote, query):
    limits = replace(LIMITS, seconds=1, memory_mb=512)
    with Server(home, port=free_port(), token=TOKEN, limits=limits) as server:
        with pytest.raises(duckdb.Error, match=r"longer than 1 s|more than 512 MB of memory"):
            remote(server, query)

        assert remote(server, ARTICLES)[0][0] > 0


def test_an_answer_that_is_too_large_is_an_error_and_never_a_part(home, remote):
    limits = replace(LIMITS, rows=10, answer_mb=1)
    with Server(home, port=free_port(), token=TOKEN, limits=limits) as server:
        assert len(remote(server, "FROM range(10)")) == 10
        for query in ("FROM range(11)", "SELECT repeat('x', 2000000)"):
            with pytest.raises(duckdb.Error, match="more than 1 MB or 10 rows: ask for less"):
                remote(server, query)


def test_the_server_keeps_no_answer(server, remote):
    for _ in range(3):
        remote(server, "SELECT i, repeat('x', 100) FROM range(100000) t(i)")

    assert server._answers == {}


def test_the_server_stops_while_a_query_runs(home, remote):
    with Server(home, port=free_port(), token=TOKEN) as server:
        thread, results = in_thread(lambda: remote(server, ENDLESS))
        while server._sandbox._free.qsize() == LIMITS.processes:
            pass
    thread.join()

    assert len(results) == 1


def test_readers_are_answered_beside_one_who_asks_too_much(own_server, remote):
    thread, results = in_thread(lambda: remote(own_server, ENDLESS))
    while own_server._sandbox._free.qsize() == LIMITS.processes:
        pass
    beside = remote(own_server, ARTICLES)
    own_server._sandbox.close()
    thread.join()

    assert beside[0][0] > 0
    assert len(results) == 1


def test_another_token_opens_nothing(server, remote):
    for token in ("kunci-lain", TOKEN[:-1], TOKEN + "0", TOKEN.upper()):
        with pytest.raises(duckdb.Error, match="Authentication failed"):
            remote(server, ARTICLES, token=token)

    assert remote(server, ARTICLES)[0][0] > 0


def test_each_wrong_token_waits_longer_and_the_right_one_never():
    waits = []
    doorkeeper = Doorkeeper(TOKEN, wait=waits.append)
    admitted = [doorkeeper.admit("", token, "") for token in ("a", "b", TOKEN, "c", TOKEN, "é")]

    assert admitted == [False, False, True, False, True, False]
    assert waits == [delay_seconds(n) for n in (1, 2, 3, 4)]
    assert waits == sorted(set(waits))
    assert delay_seconds(100_000) == LONGEST_DELAY_SECONDS


def test_failures_are_forgotten_after_a_while():
    waits, now = [], [0.0]
    doorkeeper = Doorkeeper(TOKEN, wait=waits.append, clock=lambda: now[0])
    for second in (0, 1, 2, 1000):
        now[0] = second
        doorkeeper.admit("", "salah", "")

    assert waits[0] < waits[1] < waits[2]
    assert waits[3] == waits[0]


def test_a_server_that_keeps_wrong_tokens_waiting_answers_right_ones(own_server, remote):
    wrong = [in_thread(lambda: remote(own_server, ARTICLES, token="salah")) for _ in range(3)]
    right = remote(own_server, ARTICLES)
    for thread, _ in wrong:
        thread.join()

    assert right[0][0] > 0
    assert all("Authentication failed" in results[0] for _, results in wrong)


@pytest.mark.parametrize("token", ["rahasia", TOKEN[:-1], "a" * 64, "ab" * 40])
def test_a_token_that_can_be_guessed_is_refused(home, token):
    with pytest.raises(CannotServeError, match=r"32 characters or more.*openssl rand -hex 32"):
        Server(home, token=token)


def test_a_token_is_made_where_none_is_set(home):
    with Server(home, port=free_port()) as one, Server(home, port=free_port()) as other:
        assert len(one.token) >= 32
        assert one.token != other.token


def test_what_is_missing_is_said(tmp_path, home, monkeypatch):
    with pytest.raises(NothingPublished):
        Server(tmp_path / "empty")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        CannotServeError, match=r"uv pip install -c constraints.txt -e '\.\[serve\]'"
    ):
        Server(home)


def test_the_command_serves_until_it_is_ended_and_says_how_to_ask(home, server, remote, elsewhere):
    command = [sys.executable, "-m", "flows.cli", "--home", home, "serve", "--port"]

    def failed(port, token):
        environment = os.environ | {"KLIPING_SERVE_TOKEN": token}
        return subprocess.run([*command, port], capture_output=True, text=True, timeout=60, check=False, env=environment)  # fmt: skip

    taken, weak = failed(server.uri.rpartition(":")[2], TOKEN), failed(str(free_port()), "pendek")
    with subprocess.Popen(
        [*command, str(free_port())],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"KLIPING_SERVE_TOKEN": TOKEN},
    ) as process:
        try:
            answers = elsewhere.execute(process.stdout.readline()).fetchall()
            allowed = Path(f"/proc/{process.pid}/limits").read_text()
        finally:
            process.terminate()  # and not SIGINT, which is ignored by what a shell starts beside itself

    assert process.returncode == -signal.SIGTERM
    assert [(len(answers),)] == remote(server, ARTICLES)
    assert (taken.returncode, taken.stderr.count("\n")) == (2, 1), taken.stderr
    assert (weak.returncode, weak.stderr.count("\n")) == (2, 1), weak.stderr
    assert allowed[allowed.index("Max address space") :].split()[3] != "unlimited"


def test_the_command_goes_on_while_the_copy_is_missing(home, elsewhere):
    command = [sys.executable, "-m", "flows.cli", "--home", home, "serve", "--port"]
    with subprocess.Popen(
        [*command, str(free_port())], stdout=subprocess.PIPE, text=True
    ) as process:
        query = process.stdout.readline()
        before = elsewhere.execute(query).fetchall()
        (home / "kliping.duckdb").rename(home / "gone")
        try:
            for _ in range(
                15
            ):  # longer than a second, in which a server that looks again would have
                with pytest.raises(duckdb.Error, match="the published copy is not there"):
                    elsewhere.execute(query)
                time.sleep(0.1)
            (home / "gone").rename(home / "kliping.duckdb")
            after = elsewhere.execute(query).fetchall()
        finally:
            process.terminate()

    assert before == after != []
