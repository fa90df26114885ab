"""The export as one SQLite database has the same rows, keeps back the same texts, and replaces nothing but an export."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from support.command_line import kliping

from kliping.reading.export import OVER_ALL, PER_ARTICLE, ForeignFolderError
from kliping.reading.sqlite_export import ABOUT, export_sqlite
from warehouse.read.published import Reader

ABOUT_IT = {"made_by": "kliping test", "now": datetime(2026, 11, 24, tzinfo=UTC)}


@pytest.fixture(scope="module")
def file(demo_home, tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "news.sqlite"
    with Reader(demo_home) as reader:
        export_sqlite(reader, path, **ABOUT_IT, with_text=True)
    return path


def ask(path, query):
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def test_every_table_has_the_rows_of_its_view(demo_home, file):
    with Reader(demo_home) as reader:
        for name in {**PER_ARTICLE, **OVER_ALL}:
            [row] = reader.rows(f"SELECT count(*) AS n FROM mart.{name}")
            assert ask(file, f"SELECT count(*) FROM {name}") == [(row["n"],)], name
    [(n_columns,)] = ask(file, "SELECT count(*) FROM data_dictionary WHERE comment IS NULL")
    assert n_columns == 0


def test_values_are_those_of_the_view_in_types_that_sqlite_has(demo_home, file):
    columns = "headline, n_paragraphs, day, date_published, is_cluster_lead, authors, body_text"
    query = f"SELECT {columns} FROM {{}} ORDER BY article_id"
    with Reader(demo_home) as reader:
        expected = [tuple(row.values()) for row in reader.rows(query.format("mart.articles"))]
    found = ask(file, query.format("articles"))

    assert len(found) == len(expected) > 50
    for row, (headline, n, day, date, is_lead, authors, text) in zip(found, expected, strict=True):
        published = date and date.replace(tzinfo=None).isoformat(" ")
        assert row[:5] == (headline, n, str(day), published, int(is_lead))
        assert (json.loads(row[5] or "[]"), row[6]) == (authors or [], text)


def test_dates_and_numbers_can_be_reckoned_with(file):
    [(weeks, value)] = ask(file, "SELECT count(DISTINCT strftime('%W', day)), max(value) FROM figures")  # fmt: skip

    assert weeks > 3
    assert isinstance(value, float)
    assert ask(file, "SELECT DISTINCT typeof(has_time) FROM event_articles") == [("integer",)]


def test_rows_refer_to_their_article_and_are_found_by_its_id(file):
    [(plan,)] = [row[3:] for row in ask(file, "EXPLAIN QUERY PLAN SELECT text FROM quotes WHERE article_id = 'x'")]  # fmt: skip

    assert ask(file, "PRAGMA foreign_key_check") == []
    assert ask(file, "PRAGMA integrity_check") == [("ok",)]
    assert [row[2:5] for row in ask(file, "PRAGMA foreign_key_list(quotes)")] == [("articles", "article_id", None)]  # fmt: skip
    assert "quotes_key" in plan


def test_it_says_what_it_is_and_a_range_has_its_articles_only(demo_home, tmp_path):
    path = tmp_path / "november.sqlite"

    done = kliping(demo_home, "export", "--sqlite", path, "--since", "2026-11", "--format", "json")

    about = dict(ask(path, f"SELECT name, value FROM {ABOUT}"))
    assert done.returncode == 0, done.stderr
    assert {row["name"]: row["rows"] for row in json.loads(done.stdout)}["articles"] == about["n_articles"]  # fmt: skip
    assert (about["since"], about["with_text"]) == ("2026-11-01", 0)
    assert ask(path, "SELECT min(day) >= '2026-11-01' FROM articles") == [(1,)]
    assert "body_text" not in {row[1] for row in ask(path, "PRAGMA table_info(articles)")}
    assert "people" in json.loads(about["left_out"])
    assert ask(path, "SELECT count(*) FROM sqlite_master WHERE name = 'people'") == [(0,)]


def test_a_file_that_is_no_export_stays_as_it_is(demo_home, tmp_path):
    text, other = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    text.write_text("catatan")
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE sensus (desa TEXT)")
    before = other.read_bytes()

    with Reader(demo_home) as reader:
        for path in (text, other):
            with pytest.raises(ForeignFolderError, match="no export of kliping"):
                export_sqlite(reader, path, **ABOUT_IT)

    assert (text.read_text(), other.read_bytes()) == ("catatan", before)


def test_an_export_replaces_an_earlier_one_and_what_an_interrupted_one_left(demo_home, tmp_path):
    path = tmp_path / "news.sqlite"
    with Reader(demo_home) as reader:
        export_sqlite(reader, path, **ABOUT_IT)
        path.with_name("news.sqlite.new").write_text("half")

        export_sqlite(reader, path, **ABOUT_IT | {"made_by": "kliping later"})

    assert ask(path, f"SELECT value FROM {ABOUT} WHERE name = 'made_by'") == [("kliping later",)]
    assert [each.name for each in tmp_path.iterdir()] == ["news.sqlite"]


@pytest.mark.parametrize(
    "arguments", ["", "DIR --sqlite FILE", "--sqlite FILE --csv", "--sqlite ''"]
)
def test_an_export_goes_to_a_folder_or_to_a_database(demo_home, tmp_path, arguments):
    words = arguments.replace("DIR", str(tmp_path / "d")).replace("FILE", str(tmp_path / "f"))

    done = kliping(demo_home, "export", *(word.strip("'") for word in words.split()))

    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []
