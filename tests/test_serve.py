"""A reader elsewhere sees what is published, as soon as it is, and can do nothing but read."""

import os
import shutil
import signal
import subprocess
import sys

import duckdb
import pytest
from running import free_port

from flows.serve import EXTENSIONS, CannotServeError, Server, _extension
from warehouse.read import NothingPublished

pytestmark = pytest.mark.xdist_group("demo")
TOKEN = "rahasia-dapur"
STORIES = "SELECT count(*) FROM kliping.mart.articles"


@pytest.fixture
def home(demo_home, tmp_path):
    shutil.copy(demo_home / "kliping.duckdb", tmp_path)
    return tmp_path


@pytest.fixture
def server(home):
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
    return lambda server, query, token=TOKEN: elsewhere.execute(
        "FROM quack_query($uri, $query, token = $token)",
        {"uri": server.uri, "query": query, "token": token},
    ).fetchall()


def test_the_marts_answer_as_in_the_file(server, remote, home):
    query = (
        "SELECT headline, date_published, authors FROM kliping.mart.articles ORDER BY article_id"
    )
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        assert remote(server, query) == con.sql(query.replace("kliping.", "")).fetchall() != []
    assert len(remote(server, "WITH two AS (FROM range(2)) SELECT * FROM two, unnest([1, 2])")) == 4
    assert remote(server, "DESCRIBE SELECT 1 AS one") == [
        ("one", "INTEGER", "YES", None, None, None)
    ]


def test_a_new_copy_is_shown_while_readers_stay(server, remote, home):
    before = remote(server, STORIES)
    shutil.copy(home / "kliping.duckdb", home / "next")
    with duckdb.connect(home / "next") as con:
        con.execute("CREATE OR REPLACE VIEW mart.articles AS FROM range(7)")
    (home / "next").replace(home / "kliping.duckdb")

    assert remote(server, STORIES) == before
    server.renew()
    assert remote(server, STORIES) == [(7,)]


@pytest.mark.parametrize("query", [
    "DROP TABLE kliping.core.articles", "DELETE FROM kliping.core.articles", "CREATE TABLE mine AS SELECT 1", "CREATE TEMP TABLE mine AS SELECT 1",
    "ATTACH ':memory:' AS mine", "DETACH kliping", "SET threads = 1", "RESET threads", "CHECKPOINT", "LOAD httpfs", "BEGIN", "PRAGMA database_list",
    "COPY kliping.core.articles TO '/tmp/mine.csv'", "EXPORT DATABASE '/tmp/mine'", "SELECT 1; DROP TABLE kliping.core.articles",
    "WITH gone AS (DELETE FROM kliping.core.articles RETURNING *) FROM gone", "CALL quack_stop('quack:localhost')",
    "FROM QUACK_STOP('quack:localhost')", 'FROM "quack_stop"(\'quack:localhost\')', "FROM quack_server_list()",
    "SELECT * FROM (FROM query('FROM quack_' || 'server_list()'))", "FROM query_table(['refused'])", "FROM enable_logging('x')",
    "FROM read_text('/etc/hostname')", "FROM '/etc/hostname'", "FROM glob('/*')", "FROM read_csv('http://127.0.0.1:9/')",
    "FROM json_execute_serialized_sql('{}')",
])  # fmt: skip
def test_nothing_but_reading_is_allowed(server, remote, query):
    with pytest.raises(
        duckdb.Error, match=r"Authorization failed|operations are disabled|does not exist"
    ):
        remote(server, query)
    assert remote(server, STORIES)[0][0] > 0


def test_another_token_opens_nothing(server, remote):
    with pytest.raises(duckdb.Error, match="Authentication failed"):
        remote(server, STORIES, token="kunci-lain")


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
    command, port = (
        [sys.executable, "-m", "flows.cli", "--home", home, "serve", "--port"],
        free_port(),
    )
    taken = subprocess.run(
        [*command, server.uri.rpartition(":")[2]],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    with subprocess.Popen(
        [*command, str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"KLIPING_SERVE_TOKEN": TOKEN},
    ) as process:
        try:
            told = elsewhere.execute(process.stdout.readline()).fetchall()
        finally:
            process.terminate()  # and not SIGINT, which is ignored by what a shell starts beside itself

    assert process.returncode == -signal.SIGTERM
    assert [(len(told),)] == remote(server, STORIES)
    assert (taken.returncode, taken.stderr.count("\n")) == (2, 1), taken.stderr
