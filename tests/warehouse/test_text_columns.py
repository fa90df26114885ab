"""Each column of the published copy that holds words of a text says how much of it readers get."""

import re

import pytest

from warehouse.read.published import Reader
from warehouse.read.reserved_texts import SHOWN, SNIPPET_CHARACTERS, TEXT_COLUMNS

WORDS = 6  # in a row: most names and offices are shorter
MOST_WORDS_OF_A_VALUE = 15
TEXTS = "SELECT source_text AS text FROM core.article_versions UNION ALL SELECT body_text FROM core.article_versions"
COLUMNS = """
SELECT concat_ws('.', schema_name, table_name) AS relation, column_name AS name
FROM duckdb_columns()
WHERE database_name = current_database() AND NOT internal AND schema_name <> 'main' -- whose views read those of mart
"""
TEXTUAL = " AND (data_type LIKE '%VARCHAR%' OR data_type = 'JSON')"
HEADLINES = "SELECT DISTINCT headline AS text FROM core.article_versions WHERE headline IS NOT NULL"
VALUES = 'FROM (SELECT DISTINCT "{name}"::VARCHAR AS value FROM {relation}) WHERE length(value) > 2 * {words}'

pytestmark = pytest.mark.xdist_group("demo_home")


def runs(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)}


def union(sets):
    return set().union(*sets)


@pytest.fixture(scope="module")
def columns(demo_home):
    """(relation, column) -> its values as text."""
    with Reader(demo_home) as reader:
        return {
            (row["relation"], row["name"]): [
                value["value"] for value in reader.rows(VALUES.format(**row, words=WORDS))
            ]
            for row in reader.rows(COLUMNS + TEXTUAL)
        }


@pytest.fixture(scope="module")
def later_words(demo_home):
    """What stands after the snippets of texts only, in runs of words; a headline may stand in the text of another article."""
    with Reader(demo_home) as reader:
        texts = [row["text"] for row in reader.rows(TEXTS)]
        headlines = [row["text"] for row in reader.rows(HEADLINES)]
    shown = [*headlines, *(text[:SNIPPET_CHARACTERS] for text in texts)]
    return union(runs(text[SNIPPET_CHARACTERS:]) for text in texts) - union(map(runs, shown))


def test_a_column_with_words_of_texts_says_how_much_of_them_is_shown(columns, later_words):
    found = {
        column
        for column, values in columns.items()
        if any(not later_words.isdisjoint(runs(value)) for value in values)
    }
    listed = {(relation, name) for relation, names in TEXT_COLUMNS.items() for name in names}

    assert ("mart.articles", "body_text") in found
    assert found - listed == set(), "list them in warehouse/read/text_columns.toml"


def test_every_listed_column_is_there(demo_home):
    with Reader(demo_home) as reader:
        published = {(row["relation"], row["name"]) for row in reader.rows(COLUMNS)}
    listed = {(relation, name) for relation, names in TEXT_COLUMNS.items() for name in names}

    assert listed - published == set()


def parts(value):
    """The values of a list; else the value."""
    return value[1:-1].split(", ") if value.startswith("[") else [value]


def test_what_is_shown_whole_are_short_values(columns):
    for relation, names in TEXT_COLUMNS.items():
        for name, shown in names.items():
            if shown not in SHOWN:
                values = [part for value in columns[relation, name] for part in parts(value)]
                longest = max(len(value.split()) for value in values)
                assert (shown, longest <= MOST_WORDS_OF_A_VALUE) == ("free", True), (relation, name)
