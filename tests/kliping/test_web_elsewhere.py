"""`kliping web` as readers on other machines meet it: beyond localhost, with a token, by a DuckDB of their own."""

import os
import shutil
import sys

import duckdb
import pytest
from support.command_line import kliping
from support.runs import free_port
from support.serving import interrupted_at_the_end

from kliping.web.server import listen
from warehouse.lake import extension_file

pytestmark = [pytest.mark.xdist_group("demo_home"), pytest.mark.slow]
TOKEN = "rahasia-dapur-3f9c1a7b5e2d480612"
BEYOND = "127.0.0.2"  # of this machine, but none of the names of localhost
QUERY = "SELECT headline, authors, date_published, count(*) OVER () AS n FROM mart.articles ORDER BY article_id"


@pytest.fixture
def home(demo_home, tmp_path):
    shutil.copy(demo_home / "kliping.duckdb", tmp_path)
    return tmp_path


@pytest.fixture
def address(home):
    """Of a server that runs."""
    port = str(free_port())
    command = [sys.executable, "-m", "kliping.cli", "--home", home, "web", "--host", BEYOND, "--port", port]  # fmt: skip
    environment = os.environ | {"KLIPING_SERVE_TOKEN": TOKEN, "PYTHONPATH": os.pathsep.join(sys.path)}  # fmt: skip
    with interrupted_at_the_end(command, home, environment) as line:
        assert TOKEN not in line
        yield line.partition("?")[0]


def rows_of(address, token):
    """As docs/how-to/share.md says how to ask."""
    with duckdb.connect() as con:
        con.load_extension(str(extension_file("httpfs")))
        con.execute("SET http_retries = 0")
        con.execute(f"CREATE SECRET (TYPE http, BEARER_TOKEN '{token}')")
        call = "FROM read_parquet($address || 'sql.parquet?q=' || url_encode($query))"
        return con.execute(call, {"address": address, "query": QUERY}).fetchall()


def test_a_duckdb_elsewhere_reads_what_is_published_with_the_token_alone(address, home):
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        expected = con.execute(QUERY).fetchall()

    assert rows_of(address, TOKEN) == expected != []
    for wrong in ("kunci-lain", TOKEN[:-1], TOKEN + "0", TOKEN.upper()):
        with pytest.raises(duckdb.HTTPException):
            rows_of(address, wrong)
    assert rows_of(address, TOKEN) == expected


def test_the_server_goes_on_while_the_copy_is_missing(address, home):
    before = rows_of(address, TOKEN)
    (home / "kliping.duckdb").rename(home / "gone")
    for _ in range(3):
        with pytest.raises(duckdb.HTTPException, match="503"):
            rows_of(address, TOKEN)
    (home / "gone").rename(home / "kliping.duckdb")

    assert before == rows_of(address, TOKEN) != []


@pytest.mark.parametrize("token", ["", "pendek", "a" * 64])
def test_a_server_for_others_does_not_start_without_a_strong_token(home, token):
    done = kliping(home, "web", "--host", BEYOND, KLIPING_SERVE_TOKEN=token)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "KLIPING_SERVE_TOKEN" in done.stderr
    assert "openssl rand -hex 32" in done.stderr


def test_a_port_that_is_taken_is_one_line(home):
    with listen(BEYOND, 0) as taken:
        port = taken.getsockname()[1]
        done = kliping(home, "web", "--host", BEYOND, "--port", port, KLIPING_SERVE_TOKEN=TOKEN)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "take another with --port" in done.stderr
