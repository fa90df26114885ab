"""Readers' SQL gets the beginning of a reserved text and no more, by whatever query."""

import re
import shutil
from datetime import timedelta

import pytest
from support.builders import T0, VERSIONS, outcome
from support.one_article import OUTLET
from support.steps import find_copies

from kliping.sandbox.errors import ForbiddenError
from kliping.sandbox.pool import Limits, Sandbox
from parsers.structure import structure
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import ReaderText, reservations
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

LINES = [
    "Pelabuhan Tanjung Rawa kembali dibuka setelah pengerukan alur yang berlangsung selama empat bulan lamanya.",
    "“Kapal pertama masuk dengan muatan beras dari utara,” kata Kepala Syahbandar, Wira Atmaja, di dermaga timur.",
    "Alur baru itu dapat dilalui kapal besar tanpa harus menunggu air pasang seperti pada tahun sebelumnya.",
    "“Kami menghitung sendiri setiap peti kemas yang turun dari geladak sampai larut malam,” ujar Sekar Dewanti, pengurus koperasi buruh bongkar muat.",
    "Sebanyak 312 peti kemas diturunkan pada hari pertama, dan 48 di antaranya berisi pupuk untuk petani di lereng gunung.",
    "Menurut Wira Atmaja, antrean truk di gerbang barat masih panjang karena timbangan lama belum juga diganti.",
    "“Timbangan baru datang pekan depan, lalu antrean truk tidak akan sampai ke jalan raya lagi,” katanya.",
    "Pedagang kelapa di seberang gerbang berharap keramaian itu bertahan sampai musim angin barat tiba nanti.",
]  # fmt: skip
TEXT = "\n".join(LINES)
EDITED = TEXT.replace("312 peti kemas diturunkan pada hari pertama", "321 peti kemas dibongkar pada hari pertama")  # fmt: skip
SNIPPET = 280
ATTACKS = [
    "SELECT substr(body_text, 281, 280) FROM mart.articles",
    "SELECT body_text[281:] FROM mart.articles",
    "SELECT right(body_text, 100), reverse(body_text) FROM mart.articles",
    "SELECT regexp_extract(body_text, '(?s).{280}(.*)', 1) FROM mart.articles",
    "SELECT unnest(regexp_extract_all(body_text, '[^.]+')) FROM mart.articles",
    "SELECT string_split(body_text, ' ') FROM mart.articles",
    "SELECT list_transform(range(1, 900), lambda n: substr(body_text, n, 1)) FROM mart.articles",
    "SELECT string_agg(substr(body_text, n, 1), '' ORDER BY n) FROM mart.articles, range(1, 900) AS r(n) GROUP BY article_id",
    "SELECT encode(body_text)::VARCHAR, base64(encode(body_text)), hex(body_text) FROM mart.articles",
    "SELECT max(body_text) OVER (), first_value(source_text) OVER () FROM core.article_versions",
    "SUMMARIZE core.article_versions",
    "SUMMARIZE core.quotes",
    "SELECT string_agg(text, ' ' ORDER BY char_start) FROM mart.quotes",
    "SELECT string_agg(text, ' ' ORDER BY char_start) FROM core.quotes JOIN core.article_versions USING (version_id)",
    "SELECT text_before, text_after FROM mart.edits",
    "SELECT text_before, text_after FROM mart.edited_paragraphs",
    "SELECT text_before, text_after FROM core.version_diffs",
    "SELECT words FROM core.figure_subjects",
    "SELECT sample FROM ops.quality_results",
    "SELECT text FROM core.removed_spans UNION ALL SELECT description FROM core.articles",
    "SELECT to_json(a) FROM mart.articles AS a",
    "SELECT a::VARCHAR FROM mart.articles AS a",
    "SELECT core.span(body_text, 281, 600) FROM mart.articles",
    "FROM articles",
    "SELECT string_agg(text, ' ' ORDER BY char_start) FROM quotes",
    "SELECT text_before, text_after FROM main.edits",
    "FROM my.sentences",
    "FROM my.later",
]  # fmt: skip
HIDDEN = [
    "FROM unreserved_copy.mart.articles", 'FROM "UNRESERVED_COPY".core.quotes', "TABLE unreserved_copy.core.quotes", "SUMMARIZE unreserved_copy.core.quotes",
    "FROM unreserved_copy.mart.search('kapal')", "WITH a AS (FROM unreserved_copy.core.quotes) FROM a", "SELECT (SELECT max(text) FROM unreserved_copy.core.quotes)",
    "FROM range(1), LATERAL (FROM unreserved_copy.core.quotes)", "DESCRIBE unreserved_copy.core.quotes",
]  # fmt: skip


def words(text):
    return re.findall(r"\w+", str(text).lower())


def letters(text):
    return "".join(words(text))


def runs(texts, n=8):
    """Every run of `n` words of a text: a name with its office has fewer."""
    return {tuple(each[i : i + n]) for text in texts for each in [words(text)] for i in range(len(each) - n + 1)}  # fmt: skip


LATER = runs([TEXT[SNIPPET:], EDITED[SNIPPET:]]) - runs([TEXT[:SNIPPET]])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One reserved article that was edited, one whose publisher allows its use, and views of the user's."""
    home = tmp_path_factory.mktemp("reserved")
    store = Database(home)
    pages = [("satu", TEXT, 0), ("satu", EDITED, 5), ("dua", TEXT.replace("Rawa", "Lestari"), 1)]
    for name, body, hour in pages:
        new = outcome(body, hour=hour, url=f"http://koran.test/{name}", article_id=name, source_id="koran", headline="Pelabuhan Dibuka",
                      date_published=T0 + timedelta(hours=hour), structure=structure(body))  # fmt: skip
        load_outcomes(store, [new], {"koran": OUTLET}, VERSIONS)
    find_copies(store)
    with store.write_connection() as con:
        con.execute("UPDATE raw.fetches SET reservations = ['robots: noai'] WHERE requested_url LIKE '%satu'")  # fmt: skip
        con.execute("UPDATE raw.fetches SET reservations = ['content-usage: train-ai=y'] WHERE requested_url LIKE '%dua'")  # fmt: skip
        con.execute("INSERT INTO ops.quality_results SELECT 'run', 'C1', 'spans', 'row', now()::TIMESTAMP, 1, to_json([body_text]) FROM core.article_versions")  # fmt: skip
        con.execute("INSERT INTO core.figure_subjects SELECT article_id, version_id, 1, 'x', NULL, body_text FROM core.article_versions")  # fmt: skip
        con.execute("UPDATE core.articles SET description = (SELECT max(body_text) FROM core.article_versions) WHERE article_id = 'satu'")  # fmt: skip
        con.execute(
            "INSERT INTO core.removed_spans SELECT version_id, 1, 'caption', 0, length(body_text), body_text FROM core.article_versions"
        )
        con.execute("CREATE SCHEMA IF NOT EXISTS my; CREATE VIEW my.sentences AS SELECT unnest(string_split(body_text, '. ')) AS s FROM mart.articles; CREATE VIEW my.later AS FROM my.sentences WHERE length(s) > 20")  # fmt: skip
    store.publish()
    return home


@pytest.fixture(scope="module")
def sandbox(home):
    with Sandbox(home, Limits(seconds=60.0, processes=1)) as opened:
        yield opened


def answer(sandbox, query):
    return str(sandbox.ask(query).rows())


def test_the_text_is_in_the_file_and_readers_of_the_other_article_have_all_of_it(home, sandbox):
    with Reader(home) as reader:
        [row] = reader.rows("SELECT body_text FROM mart.articles WHERE article_id = 'satu'")
    assert row["body_text"] == EDITED

    rows = sandbox.ask("SELECT article_id, body_text FROM mart.articles ORDER BY ALL").rows()
    with Reader(home) as reader:
        assert reservations(reader, ["satu", "dua"]) == {"satu": ["robots: noai"]}
    assert rows == [["dua", TEXT.replace("Rawa", "Lestari")], ["satu", EDITED[:SNIPPET]]]


@pytest.fixture(scope="module")
def reserved_only(home, tmp_path_factory):
    """The same, where every text is reserved."""
    copy = tmp_path_factory.mktemp("all")
    shutil.copy(home / "warehouse.duckdb", copy)
    store = Database(copy)
    with store.write_connection() as con:
        con.execute("UPDATE raw.fetches SET reservations = ['robots: noai']")
    store.publish()
    with Sandbox(copy, Limits(seconds=60.0, processes=1)) as opened:
        yield opened


@pytest.mark.parametrize("query", ATTACKS)
def test_no_query_gets_words_from_after_the_snippet(reserved_only, query):
    found = answer(reserved_only, query)

    assert LATER & runs([found]) == set()
    for part in (letters(LINES[4]), letters(LINES[5])):  # also letter by letter, or backwards
        assert part[:40] not in letters(found)
        assert part[:40][::-1] not in letters(found)


def test_no_column_of_any_table_has_them(reserved_only):
    columns = reserved_only.ask(
        "SELECT concat_ws('.', table_schema, table_name), list(column_name) FROM information_schema.columns "
        "WHERE table_catalog = 'kliping' GROUP BY ALL ORDER BY ALL"
    ).rows()
    assert len(columns) > 120
    for name, _ in columns:
        found = answer(reserved_only, f"FROM {name}")
        assert LATER & runs([found]) == set(), name


def test_joined_back_together_the_spans_are_names_and_numbers_only(reserved_only):
    tables = ("mart.quotes", "mart.figures", "mart.dates", "mart.places", "mart.mentions", "core.acronyms")  # fmt: skip
    shown = [" "] * len(EDITED)
    for table in tables:
        for text, start in reserved_only.ask(
            f"SELECT text, char_start FROM {table} WHERE char_start IS NOT NULL AND text IS NOT NULL AND version_id IN (SELECT current_version_id FROM core.articles WHERE article_id = 'satu')"
        ).rows():
            shown[start : start + len(text)] = text
    after = "".join(shown[SNIPPET:])

    assert "312" in TEXT
    assert max(len(words(part)) for part in re.split(r"\s{2,}", after)) <= 4
    assert len(after.replace(" ", "")) < 0.2 * len(EDITED[SNIPPET:])


def test_only_a_text_that_is_cut_ends_with_a_mark():
    long, short = ReaderText.of(TEXT, is_reserved=True), ReaderText.of(LINES[0], is_reserved=True)

    assert (long.shown, str(long)) == (TEXT[:SNIPPET], f"{TEXT[:SNIPPET].rstrip()} …")
    assert (str(short), str(ReaderText.of(TEXT, is_reserved=False))) == (LINES[0], TEXT)


def test_a_phrase_after_the_snippet_cannot_be_tried_out(sandbox, reserved_only):
    phrase = "FROM mart.search('\"antrean truk di gerbang barat\"')"

    assert len(sandbox.ask(phrase).rows()) == 1  # in the text that nobody reserves
    assert reserved_only.ask(phrase).rows() == []
    assert len(reserved_only.ask("FROM mart.search('antrean')").rows()) == 2
    assert len(reserved_only.ask("FROM mart.search('\"Pelabuhan Tanjung\"')").rows()) == 2
    [[with_shingles]] = reserved_only.ask("SELECT count(shingle) FROM core.article_shingles").rows()
    assert with_shingles == 0


@pytest.mark.parametrize("query", HIDDEN)
def test_the_database_behind_has_no_name_for_readers(sandbox, query):
    with pytest.raises(ForbiddenError, match="kliping has the same tables"):
        sandbox.ask(query)


def test_counts_and_facts_are_those_of_the_whole_texts(home, sandbox):
    queries = (
        "SELECT count(*), sum(word_count), count(speaker) FROM mart.quotes",
        "SELECT kind, value::INT, unit, noun_phrase, speaker, char_start FROM mart.figures ORDER BY ALL",
        "SELECT kinds, paragraphs_edited, similarity FROM mart.edits",
        "SELECT sum(word_count), max(n_paragraphs) FROM mart.articles",
        "SELECT day, source_id, n_matching, n_words FROM mart.attention('antrean') ORDER BY ALL",
        "SELECT schema_name, count(*), count(comment) FROM mart.data_dictionary GROUP BY ALL ORDER BY ALL",
    )  # fmt: skip
    with Reader(home) as reader:
        for query in queries:
            expected = [list(map(str, row.values())) for row in reader.rows(query)]
            assert [list(map(str, row)) for row in sandbox.ask(query).rows()] == expected != []
