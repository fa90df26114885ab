"""A field of an article is described once, in parsers/article.py; everything else follows from that."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone

import pytest
from support.builders import VERSIONS, outcome, rows
from support.stored_outcomes import SOURCES, load

from kliping.cli.article_view import show_article
from kliping.reading.labels import indonesian
from parsers.article import FIELDS, Article, Person, Use
from parsers.fields.metadata import READERS
from warehouse.queries import SQL, with_fields
from warehouse.read.reserved_texts import TEXT_COLUMNS
from warehouse.write.load import preview_changes
from warehouse.write.quality import run_checks
from warehouse.write.runs import counts

VIEWS = ("mart.article_metadata", "mart.articles")
TABLES = ("core.articles", "core.article_statements")
# Columns of these that no record states as such.
OTHER_COLUMNS = {
    "core.article_statements": """
        article_id source_id version_id fetch_id fetched_at is_imported record_sha256 parser_version n_chars people tag_ids provenance article_key
    """,
    "core.articles": """
        article_id source_id url normalized_url current_version_id first_seen_at last_seen_at last_changed_at n_versions status provenance
        fetch_id article_key
    """,
    "mart.article_metadata": """
        article_id source_id source_name source_domain day day_basis url first_seen_at last_seen_at last_changed_at n_versions status cluster_id
        is_cluster_lead copy_relation version_id article_row
    """,
    "mart.articles": """
        article_id source_id source_name source_domain day day_basis url agency first_seen_at last_seen_at last_changed_at n_versions status
        cluster_id is_cluster_lead copy_relation version_id word_count n_paragraphs body_text
    """,
}
NOT_IN_MART = {"canonical_url", "date_modified_offset_minutes"}
JAKARTA = timezone(timedelta(hours=7))
FOLLOWING = {"is_accessible_for_free"}  # of `access`, and the offsets of the dates
VALUES = {
    "VARCHAR": "Pasar",
    "VARCHAR[]": ("beras",),
    "TIMESTAMP": datetime(2026, 10, 5, 9, 30, tzinfo=JAKARTA),
    "DATE": date(2026, 10, 4),
    "BOOLEAN": True,
    "SMALLINT": 7,
    "INTEGER": 70,
    "BIGINT": 700,
    "DOUBLE": 0.5,
}
OF_ONE = {
    "canonical_url": "http://kabar.test/read/1/",
    "authors": (Person(name="Rara Tenri"),),
    "date_published_source": "jsonld",
    "access": "paid",
}


def follows(name):
    return name in FOLLOWING or name.endswith("_offset_minutes")


def statement_of(**changes):
    """A value for every field, also for those that are added to FIELDS."""
    return {
        field.name: OF_ONE.get(field.name, VALUES[field.type])
        for field in FIELDS
        if not follows(field.name)
    } | changes


def page(**fields):
    return outcome("Harga beras naik.", **fields)


def used(use):
    return {field.name for field in FIELDS if use not in field.but_for}


@pytest.fixture(scope="module")
def dictionary(new_store):
    """Table and column -> type and comment."""
    query = "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM mart.data_dictionary"
    found = rows(new_store(), query)
    return {(table, column): (kind, comment) for table, column, kind, comment in found}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_field_is_a_column_with_its_type_and_comment_everywhere(dictionary, field):
    assert follows(field.name) or field.name in Article.__dataclass_fields__
    assert field.comment
    assert field.label
    places = (*TABLES, *(VIEWS if field.name not in NOT_IN_MART else ()))
    for place in places:
        kind = "VARCHAR" if (place in TABLES and field.name == "authors") else field.type
        assert dictionary[place, field.name] == (kind, field.comment), place


@pytest.mark.parametrize("place", OTHER_COLUMNS)
def test_a_column_of_articles_is_a_field_or_named_here(dictionary, place):
    columns = {column for table, column in dictionary if table == place}
    fields = {field.name for field in FIELDS} - (NOT_IN_MART if place in VIEWS else set())

    assert columns - fields == set(OTHER_COLUMNS[place].split())


def test_every_field_reaches_its_columns_and_lasts_when_a_later_record_lacks_it(store):
    load(store, page(hour=0, **statement_of()))
    load(store, page(hour=1))

    names = ", ".join(field.name for field in FIELDS if field.name != "headline")
    [first, later] = rows(store, f"SELECT {names} FROM core.article_statements ORDER BY fetched_at")
    assert None not in first
    assert set(later) == {None, "none"}
    assert rows(store, f"SELECT {names} FROM core.articles") == [first]


def test_where_a_field_came_from_lasts_with_its_value(store):
    origins = tuple((field.name, "meta") for field in FIELDS if not follows(field.name))
    load(store, page(hour=0, provenance=origins, **statement_of()))
    load(store, page(hour=1, provenance=(("headline", "h1"),)))

    [(provenance,)] = rows(store, "SELECT provenance::MAP(VARCHAR, VARCHAR) FROM core.articles")
    chosen = used(Use.CHOSEN) - FOLLOWING
    assert {name: provenance.get(name) for name in chosen} == dict.fromkeys(chosen, "meta") | {
        "headline": "h1"
    }


def test_a_preview_shows_every_field(store):
    changes = preview_changes(store, [page(**statement_of())], SOURCES, VERSIONS)

    assert {row["field"] for row in changes} >= used(Use.PREVIEWED)


def test_an_article_for_people_has_every_field(capsys):
    show_article(asdict(page(**statement_of()).article))

    shown = re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE)
    assert set(shown) >= used(Use.PREVIEWED)


def test_the_check_of_the_fill_rate_has_every_expected_field(store):
    for n in range(30):
        fields = statement_of() if n < 10 else {"headline": None}
        url = f"http://kabar.test/read/{n}/"
        load(store, outcome(f"Naik {n} persen.", hour=n, url=url, article_id=str(n), **fields))
    run_checks(store, "run", everything=True)

    [(n_found,)] = rows(store, "SELECT n_found FROM ops.quality_results WHERE check_id = 'C23'")
    assert n_found == len(used(Use.EXPECTED))


OTHER_VALUES = {
    "VARCHAR": "Sawah",
    "VARCHAR[]": ("gabah",),
    "TIMESTAMP": VALUES["TIMESTAMP"] + timedelta(hours=1),
    "DATE": date(2026, 10, 3),
    "BOOLEAN": False,
    "SMALLINT": 8,
    "INTEGER": 80,
    "BIGINT": 800,
    "DOUBLE": 0.25,
}
OTHER_OF_ONE = {
    "canonical_url": "http://kabar.test/read/2/",
    "authors": (Person(name="Sari Wulandari"),),
    "access": "free",
}


OF_THEIR_OWN = [f for f in FIELDS if not follows(f.name) and f.name != "date_published_source"]


@pytest.mark.parametrize("field", OF_THEIR_OWN, ids=lambda field: field.name)
def test_another_value_of_a_field_counts_as_changed_metadata(store, field):
    load(store, page(hour=0, run_id="a", **statement_of()))
    other = OTHER_OF_ONE.get(field.name, OTHER_VALUES[field.type])

    load(store, page(hour=1, run_id="b", **statement_of(**{field.name: other})))

    [row] = counts(store, "b")
    is_counted = field.name in used(Use.COMPARED) | {"access"}
    assert row["n_metadata_changed"] == int(is_counted)


def test_a_field_has_a_label_and_words_of_a_text_are_covered_for_readers():
    for field in FIELDS:
        assert indonesian()[field.name.replace("_", " ")] == field.label
        for place in (*TABLES, *VIEWS):
            is_shown = place in TABLES or field.name not in NOT_IN_MART
            covered = field.name in TEXT_COLUMNS[place]
            assert covered == (field.is_text and is_shown), (place, field.name)


def test_what_a_reader_finds_is_a_field():
    assert READERS.keys() <= {field.name for field in FIELDS}


def test_a_line_is_written_out_for_every_field_of_a_use():
    script = "SELECT\n  each_expected_field IS NULL AS no_each_expected_field,\nFROM a;\n"

    written = with_fields(script)

    lines = [f"  {field.name} IS NULL AS no_{field.name}," for field in FIELDS if Use.EXPECTED not in field.but_for]  # fmt: skip
    assert written.splitlines() == ["SELECT", *lines, "FROM a;"]
    with pytest.raises(KeyError, match="LOVED"):
        with_fields("  each_loved_field,\n")


def test_only_sql_that_is_written_out_names_each_field():
    """Others would ask the database for a column of that name."""
    root = SQL.parents[1]
    naming = [
        path.relative_to(root)
        for package in ("flows", "kliping", "warehouse")
        for path in (root / package).rglob("*.sql")
        if "each_" in path.read_text()
    ]

    folders = {path.parts[:2] for path in naming}
    assert folders == {("warehouse", folder) for folder in ("checks", "sql", "views")}
