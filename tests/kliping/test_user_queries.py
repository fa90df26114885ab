"""Users' own queries: views of the schema `my`, and questions of `kliping report`; what they may not do."""

from datetime import date

import duckdb
import pytest
from support.builders import T0, VERSIONS, outcome, rows
from support.steps import find_copies

from kliping.sandbox.user_queries import UserQueryError, ask_user_query, user_queries
from kliping.sandbox.user_views import apply_views
from parsers.source import from_data
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}


@pytest.fixture
def home(store):
    one = outcome("Banjir di sini.", url="http://kabar.test/1", article_id="a", date_published=T0)
    load_outcomes(store, [one], SOURCES, VERSIONS)
    (store.home / "sql").mkdir()
    return store


def write(store, name, text):
    (store.home / "sql" / f"{name}.sql").write_text(text)


def test_a_file_becomes_a_view_and_a_question(home):
    write(home, "outlets", "-- Which outlets are there?\nSELECT source_name FROM mart.articles;\n")

    assert apply_views(home) == []
    assert rows(home, "FROM my.outlets") == [("Kabar",)]
    home.publish()
    query = user_queries(home.home)["outlets"]
    with Reader(home.home) as reader:
        assert reader.rows("FROM my.outlets") == [{"source_name": "Kabar"}]
        assert ask_user_query(reader, query, {}) == [{"source_name": "Kabar"}]
    assert query.question == "Which outlets are there?"


def test_a_search_in_a_view_is_answered_by_duckdb_alone(home):
    write(home, "floods", "SELECT article_id FROM mart.search('banjir OR gempa')")
    write(home, "shares", "SELECT n_matching, n_articles FROM mart.attention('-gempa')")
    find_copies(home)

    assert apply_views(home) == []
    home.publish()
    with duckdb.connect(home.home / "kliping.duckdb", read_only=True) as con:
        assert con.execute("FROM my.floods").fetchall() == [("a",)]
        assert con.execute("FROM my.shares").fetchall() == [(1, 1)]


def test_a_query_with_parameters_is_a_question_only(home):
    write(home, "after", "SELECT count(*) AS n FROM mart.articles WHERE day > $since::DATE")

    assert apply_views(home) == []
    assert rows(home, "SELECT * FROM duckdb_views() WHERE schema_name = 'my'") == []
    home.publish()
    with Reader(home.home) as reader:
        values = {"since": date(2020, 1, 1), "until": None, "source": None}
        assert ask_user_query(reader, user_queries(home.home)["after"], values) == [{"n": 1}]


def test_a_view_may_read_another_whatever_their_names(home):
    write(home, "a", "SELECT * FROM my.b")
    write(home, "b", "SELECT 1 AS n")

    assert apply_views(home) == []
    assert rows(home, "FROM my.a") == [(1,)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1\nFRM mart.articles\nWHERE", "own.sql:2: Parser Error: syntax error"),
        ("SELECT day,\n  nothing\nFROM mart.articles", "own.sql:2: Binder Error: "),
        ("FROM mart.stories", "own.sql:1: Catalog Error: "),
        ("", "own.sql: the file is empty"),
        ("SELECT $day", "own.sql: unknown parameter $day; there are $since"),
        ("SELECT 1; SELECT 2", "own.sql: only one SELECT"),
        ("DELETE FROM core.articles", "own.sql: only one SELECT"),
        ("CREATE TABLE my.x AS SELECT 1", "own.sql: only one SELECT"),
        ("ATTACH 'other.duckdb'", "own.sql: only one SELECT"),
        ("COPY mart.articles TO 'out.csv'", "own.sql: only one SELECT"),
        ("FROM read_csv('/etc/passwd')", "own.sql: read_csv is not for readers"),
        ("FROM '/etc/passwd'", "own.sql: /etc/passwd is no table"),
        ("SELECT content FROM read_text('/etc/passwd')", "own.sql: read_text is not"),
        ("FROM query('SELECT 1')", "own.sql: query is not for readers"),
        ("FROM messages", "own.sql:1: Catalog Error"),
        ("FROM mart.search('gempa OR')", "own.sql: a term is missing before the end; it is left out"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named_and_left_out(home, text, message):
    write(home, "good", "SELECT 1 AS n")
    write(home, "own", "SELECT 2 AS n")
    apply_views(home)

    write(home, "own", text)
    (line,) = apply_views(home)

    assert message in line
    assert line.endswith("; it is left out")
    assert "\n" not in line
    assert rows(home, "FROM my.good") == [(1,)]
    with pytest.raises(duckdb.CatalogException):
        rows(home, "FROM my.own")
    assert rows(home, "SELECT count(*) FROM core.articles") == [(1,)]
    with duckdb.connect(home.path) as con, pytest.raises(UserQueryError):
        ask_user_query(Reader.over(con), user_queries(home.home)["own"], {})


@pytest.mark.parametrize(
    ("name", "message"), [("topics", "a bundled question"), ("my-view", "the name of the file")]
)
def test_a_name_that_cannot_be_used_is_refused(home, name, message):
    write(home, name, "SELECT 1 AS n")

    assert message in apply_views(home)[0]


def test_a_file_with_the_name_of_a_bundled_question_does_not_take_its_place(home):
    write(home, "topics", "SELECT 1 AS n")

    assert "a bundled question has this name" in apply_views(home)[0]
    assert user_queries(home.home) == {}


def test_a_file_that_is_taken_away_takes_its_view_with_it_and_a_folder_does_not(home):
    write(home, "own", "SELECT 1 AS n")
    apply_views(home)
    (home.home / "sql").rename(home.home / "elsewhere")
    apply_views(home)
    assert rows(home, "FROM my.own") == [(1,)]

    (home.home / "sql").mkdir()
    apply_views(home)
    with pytest.raises(duckdb.CatalogException):
        rows(home, "FROM my.own")
