"""The public views: what a reader may expect of each, and what they count is what the tables hold."""

import duckdb
import pytest
from support.builders import VERSIONS, outcome

from kliping.reading.questions import ask
from parsers.source import from_data
from parsers.structure import structure
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes
from warehouse.write.schema import migrate

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}
FACTS = {
    "quotes": "core.quotes",
    "figures": "core.figures",
    "topics": "core.article_topics",
    "places": "core.article_places",
    "mentions": "core.entity_mentions",
    "dates": "core.dates_mentioned",
    "images": "core.article_images",
    "removed_spans": "core.removed_spans",
}
TEXTS = {"text", "body_text", "caption", "text_after"}


@pytest.fixture(scope="module")
def reader(demo_home):
    with Reader(demo_home) as opened:
        yield opened


def values(reader, sql):
    return [tuple(row.values()) for row in reader.rows(sql)]


@pytest.mark.parametrize("view", [*FACTS, "edits", "edited_paragraphs", "reservations", "copies"])
def test_a_fact_has_the_address_and_headline_of_its_article_and_its_text_last(reader, view):
    columns = [name for name, *_ in values(reader, f"DESCRIBE FROM mart.{view}")]

    assert {"article_id", "source_name", "day", "headline", "url"} <= set(columns)
    assert not TEXTS & set(columns[:-1])


@pytest.mark.parametrize(("view", "table"), FACTS.items())
def test_a_view_has_every_fact_of_the_current_versions(reader, view, table):
    [(n, n_articles)] = values(
        reader,
        f"""SELECT count(*), count(DISTINCT article_id) FROM {table}
        JOIN (SELECT article_id AS of, current_version_id AS version_id FROM core.articles) USING (version_id)"""
        if view not in {"images", "removed_spans"}
        else f"SELECT count(*), count(DISTINCT version_id) FROM {table} WHERE version_id IN (SELECT current_version_id FROM core.articles)",
    )
    assert n > 0
    assert values(reader, f"SELECT count(*), count(DISTINCT article_id) FROM mart.{view}") == [
        (n, n_articles)
    ]


def test_an_article_is_one_view_with_its_authors_as_a_list_and_its_text_last(reader):
    columns = {name: kind for name, kind, *_ in values(reader, "DESCRIBE FROM mart.articles")}

    assert list(columns)[-2:] == ["description", "body_text"]
    assert columns["authors"] == "VARCHAR[]"
    assert values(reader, "SELECT count(*) FROM mart.articles WHERE len(authors) > 0") == [(51,)]
    assert values(reader, "FROM duckdb_views() SELECT 1 WHERE view_name = 'stories'") == []
    [(same,)] = values(
        reader,
        """SELECT bool_and(a.authors = w.names) FROM mart.articles AS a JOIN (
          SELECT article_id, list(u.name ORDER BY ordinal) AS names FROM core.article_authors JOIN core.authors AS u USING (author_id)
          WHERE role = 'author' GROUP BY ALL) AS w USING (article_id)""",
    )
    assert same


def test_mentions_stand_where_they_say_and_organisations_are_counted_from_them(reader):
    assert values(
        reader,
        """SELECT DISTINCT core.span(v.body_text, char_start, char_end) = m.text, kind
        FROM mart.mentions AS m JOIN core.article_versions AS v USING (version_id) ORDER BY ALL""",
    ) == [
        (True, "organization"),
        (True, "person"),
    ]
    assert values(
        reader, "SELECT sum(n_mentions)::INT, count(*) > 50, sum(n_statements) > 50 FROM mart.organizations"
    ) == [(*values(reader, "SELECT count(*) FROM mart.mentions WHERE kind = 'organization' AND is_confirmed")[0], True, True)]  # fmt: skip


def test_a_removed_span_is_what_stands_there_in_the_text_as_published(reader):
    assert values(
        reader,
        """SELECT DISTINCT substr(v.source_text, source_start + 1, source_end - source_start) = r.text
        FROM mart.removed_spans AS r JOIN core.article_versions AS v USING (version_id)""",
    ) == [(True,)]


def test_a_figure_has_one_kind(reader):
    kinds = dict(values(reader, "SELECT kind, count(*) FROM mart.figures GROUP BY kind"))

    assert set(kinds) == {"money", "percentage", "casualties", "duration", "other"}
    assert values(reader, "SELECT count(*) FROM mart.figures WHERE kind IS NULL") == [(0,)]
    casualties = values(reader, "SELECT text FROM mart.figures WHERE kind = 'casualties'")
    assert {"Dua warga", "tiga orang", "312 jiwa"} <= {text for (text,) in casualties}
    assert values(reader, "SELECT kind FROM mart.figures WHERE unit = 'jam'")[0] == ("duration",)


def test_people_dead_hurt_or_missing_are_told_from_those_beside_them(store):
    body = (
        "Sebanyak 12 orang tewas dan 34 orang selamat dalam kecelakaan itu.\n"
        "Banjir menewaskan sembilan warga, tetapi 200 warga sudah pulang dan 1.200 jiwa mengungsi.\n"
        "Ada 20 penumpang selamat dan dua penumpang hilang. Gempa merenggut 7 korban jiwa.\n"
        "Petugas menemukan 4 mayat. Sebanyak 30 rumah hilang. Ia menunggu 3 jam di 2 posko."
    )
    load_outcomes(store, [outcome(body, structure=structure(body))], SOURCES, VERSIONS)
    with store.write_connection() as con:
        kinds = con.sql("SELECT kind, list(text ORDER BY figure_no) FROM mart.figures GROUP BY ALL")
        found = dict(kinds.fetchall())

    assert found["casualties"] == [
        "12 orang", "sembilan warga", "1.200 jiwa", "dua penumpang", "7 korban", "4 mayat"
    ]  # fmt: skip
    assert found["duration"] == ["3 jam"]
    assert {"34 orang", "200 warga", "20 penumpang", "30 rumah"} <= set(found["other"])


def test_the_figures_that_matter_most_come_first(reader):
    rows = ask(reader, "figures")
    kinds = [row["kind"] for row in rows]

    assert set(kinds[:6]) == {"money", "percentage", "casualties"}
    assert "duration" not in kinds
    assert kinds == sorted(kinds, key=lambda kind: kind == "other")
    assert len(rows) == 100
    assert all(row["headline"] and row["url"] for row in rows)


def test_dates_are_ahead_images_have_credits_and_what_was_removed_is_counted(reader):
    ahead = ask(reader, "dates")
    removed = ask(reader, "removed", source="Harian Lama")

    assert ahead[0]["day"].isoformat() == "2027-01-01"
    assert {"Antara Nusa/Makna", None} <= {row["credit"] for row in ask(reader, "images")}
    assert {row["kind"]: row["spans"] for row in removed}["dateline"] == 13


def test_health_has_one_row_for_each_cause(reader):
    [row] = ask(reader, "health")

    assert (row["state"], row["cause"], row["outlets"]) == ("ok", None, 3)
    assert row["channels"] > 3


def test_a_count_has_one_name_in_mart():
    con = duckdb.connect()
    migrate(con)
    numbers = """SELECT DISTINCT column_name FROM duckdb_columns()
        WHERE schema_name = 'mart' AND data_type LIKE '%INT'"""
    names = {name for (name,) in con.sql(numbers).fetchall()}

    assert {name for name in names if f"n_{name}" in names} == set()
