"""Attention is a sum over a sum: what is not crawled is no zero, and SQL has what the command line has."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.command_line import kliping

from kliping.reading.attention import NoDataError, attention, bursty_outlets
from kliping.reading.periods import Period
from parsers.search_query import QueryError, terms
from warehouse.read.published import Reader
from warehouse.write.word_index import index_words

MONDAY = date(2026, 8, 31)  # its week has days of two months
COUNTS = ("matching", "articles", "words", "matching_originals", "originals")
WORDS = ("banjir", "kebanjiran", "pekerja", "Bekerja", "migran,", "MIGRAN", "café", "cafe", "rob", "2026", "Rp98.000", "anak-anak")  # fmt: skip
QUERIES = ("banjir", '"pekerja migran"', "cafe -banjir", "anak rob", '-"rob banjir" migran', "Rp98.000", "headline:kerja", "source:kabar", '"pekerja migran" -headline:rob source:koran')  # fmt: skip
ARTICLES = st.lists(
    st.tuples(
        st.sampled_from(("kabar", "koran")),
        st.integers(0, 40),
        st.lists(st.sampled_from(WORDS), max_size=2),
        st.lists(st.sampled_from((*WORDS, "\n")), min_size=1, max_size=8),
        st.booleans(),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def con(empty_warehouse, tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("attention") / "warehouse.duckdb"
    shutil.copy(empty_warehouse, path)
    with duckdb.connect(path, config={"threads": 1}) as opened:
        for name in ("kabar", "koran"):
            opened.execute(
                "INSERT INTO core.sources VALUES ($name, upper($name), $name || '.test', 'ID', 'id', 'news')",
                {"name": name},
            )
        opened.begin()
        yield opened


@pytest.fixture
def reader(con) -> Reader:
    """An empty database."""
    con.rollback()
    con.begin()
    return Reader.over(con)


def add(reader: Reader, source: str, day: date, body: str, *, headline: str = "", is_copy: bool = False, article: str = "", indexed: bool = True) -> str:  # fmt: skip
    """An article of the day; the same article again gets a further version."""
    con = reader.con
    ((n,),) = con.execute("SELECT count(*) FROM core.article_versions").fetchall()
    article = article or f"a{n}"
    row = {"article": article, "version": f"v{n}", "source": source, "headline": headline, "body": body, "at": f"{day} 03:00:00"}  # fmt: skip
    con.execute("DELETE FROM core.articles WHERE article_id = $article", {"article": article})
    con.execute("""INSERT INTO core.articles BY NAME SELECT $article AS article_id, $source AS source_id, $version AS current_version_id, $headline AS headline, $at::TIMESTAMP AS date_published,
      'meta' AS date_published_source, $at::TIMESTAMP AS first_seen_at, $at::TIMESTAMP AS last_seen_at, $at::TIMESTAMP AS last_changed_at, 1 AS n_versions, 'live' AS status, '' AS fetch_id""", {k: v for k, v in row.items() if k != "body"})  # fmt: skip
    con.execute("""INSERT INTO core.article_versions BY NAME SELECT $article AS article_id, $version AS version_id, 1 AS version_no, '' AS content_sha256, '' AS body_sha256, '' AS fetch_id, $headline AS headline,
      '' AS source_text, $body AS body_text, length($body) AS n_chars, len(regexp_extract_all($body, '\\S+')) AS word_count, 1 AS n_paragraphs, '' AS parser, '' AS parser_version, '' AS cleaner_version,
      $at::TIMESTAMP AS version_created""", {k: v for k, v in row.items() if k != "source"})  # fmt: skip
    if is_copy:
        con.execute("INSERT INTO core.article_clusters VALUES ('x', $article, $version, $at, 'exact', 1, 1, FALSE)", {k: row[k] for k in ("article", "version", "at")})  # fmt: skip
    con.execute("INSERT INTO ops.uncompared VALUES ($article)", {"article": article})
    if indexed:
        index(reader)
    return article


def index(reader: Reader, batch: int = 3) -> None:
    index_words(reader.con, batch)
    reader.con.execute("DELETE FROM ops.uncompared")


def poll(reader: Reader, source: str, day: date, *, is_gap: bool = False, outcome: str = "ok", kind: str = "feed") -> None:  # fmt: skip
    reader.con.execute(
        "INSERT INTO ops.feed_checks BY NAME SELECT 'feed' AS feed_id, $day::DATE + INTERVAL 3 HOUR AS checked_at, '' AS run_id, $source AS source_id, $kind AS kind, $outcome AS outcome, $is_gap AS is_gap",
        {"source": source, "day": day, "is_gap": is_gap, "outcome": outcome, "kind": kind},
    )


def total(rows: list[dict], name: str) -> int:
    return sum(row[name] or 0 for row in rows)


def is_match(query: str, source: str, headline: str, body: str) -> bool:
    """What the query means, told by Python's regular expressions on the texts."""
    return all(
        term.is_wanted
        == any(
            re.search(rf"(?<![^\W_])(?:{term.pattern.replace(chr(92) + 'pL' + chr(92) + 'pN', chr(92) + 'w')})(?![^\W_])", text, re.IGNORECASE)
            for text in {"text": (headline, body), "headline": (headline,), "source": (source,)}[term.field]
        )
        for term in terms(query)
    )  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(articles=ARTICLES, query=st.sampled_from(QUERIES), batch=st.integers(1, 13))
def test_days_add_up_to_weeks_months_and_outlets_and_count_what_the_texts_say(con, articles, query, batch):  # fmt: skip
    con.rollback()
    con.begin()
    reader = Reader.over(con)
    expected = dict.fromkeys(COUNTS, 0)
    for source, day, headline, words, is_copy in articles:
        text = {"headline": " ".join(headline), "body": " ".join(words).strip()}
        add(reader, source, MONDAY + timedelta(day), text["body"], headline=text["headline"], is_copy=is_copy, indexed=False)  # fmt: skip
        n = is_match(query, source, **text)
        expected["articles"] += 1
        expected["matching"] += n
        expected["words"] += n * len(text["body"].split())
        expected["originals"] += not is_copy
        expected["matching_originals"] += n and not is_copy
    index(reader, batch)

    counted = {by: attention(reader, query, by=by) for by in Period}
    per_source = attention(reader, query, by=Period.WEEK, per_source=True)

    for name, number in expected.items():
        assert {total(rows, name) for rows in (*counted.values(), per_source)} == {number}
    for by, begins in (
        (Period.WEEK, lambda day: day - timedelta(day.weekday())),
        (Period.MONTH, lambda day: day.replace(day=1)),
    ):
        for row in counted[by]:
            days = [each for each in counted[Period.DAY] if begins(each["begins"]) == row["begins"]]
            assert {name: total(days, name) for name in COUNTS} == {name: row[name] or 0 for name in COUNTS}  # fmt: skip
            assert row["share"] == (row["articles"] and round(row["matching"] / row["articles"], 6))


@pytest.mark.parametrize(("kind", "days"), [("feed", [0, 1, 2, 3]), ("sitemap", [0, 3]), ("index", [0, 3])])  # fmt: skip
def test_only_a_feed_tells_of_the_days_between_two_looks(reader, kind, days):
    for day in (0, 3):
        poll(reader, "kabar", MONDAY + timedelta(day), kind=kind)
    found = reader.rows("SELECT DISTINCT day FROM core.crawled_days ORDER BY day")

    assert [(row["day"] - MONDAY).days for row in found] == days


def test_a_day_that_an_outlet_was_not_crawled_for_is_no_zero(reader):
    days = [MONDAY + timedelta(n) for n in range(9)]
    for day in (days[0], days[8]):
        add(reader, "kabar", day, "Banjir rob.")
    poll(reader, "koran", days[1])
    poll(reader, "koran", days[3])  # lists what the poll before did: the day between was seen
    poll(reader, "koran", days[5], is_gap=True)
    poll(reader, "koran", days[7], outcome="timeout")
    reader.con.execute("INSERT INTO ops.backfill_days VALUES ('koran', $day, 'done', 0, 0, $day)", {"day": days[6]})  # fmt: skip

    rows = attention(reader, "banjir", by=Period.DAY, per_source=True)

    assert [row["matching"] for row in rows if row["source_name"] == "KABAR"] == [1, *[None] * 7, 1]
    assert [row["matching"] for row in rows if row["source_name"] == "KORAN"] == [None, 0, 0, 0, None, 0, 0, None, None]  # fmt: skip
    assert [row["share"] for row in rows if row["source_name"] == "KORAN"] == [None] * 9
    [week, _] = attention(reader, "banjir", by=Period.WEEK)
    assert (week["crawled_days"], week["uncrawled_days"]) == (6, 8)


def test_an_outlet_is_bursty_if_a_tenth_of_its_days_has_more_than_half_of_its_articles(reader):
    for n in range(30):
        for _ in range(1 + 20 * (n % 10 == 0)):
            add(reader, "koran", MONDAY + timedelta(n), "Rilis.", indexed=False)
        for _ in range(3):
            add(reader, "kabar", MONDAY + timedelta(n), "Kabar.", indexed=False)
    index(reader, 1000)

    assert bursty_outlets(reader) == ["KORAN"]
    assert bursty_outlets(reader, "KABAR") == []
    assert {(row["source_name"], row["is_bursty"]) for row in attention(reader, "rilis", by=Period.MONTH, per_source=True)} == {("KABAR", False), ("KORAN", True)}  # fmt: skip


def test_only_the_present_text_of_an_article_is_counted_and_of_a_removed_one_no_word_is_left(reader):  # fmt: skip
    article = add(reader, "kabar", MONDAY, "Harga beras naik.")
    other = add(reader, "kabar", MONDAY, "Harga cabai turun.")
    add(reader, "kabar", MONDAY, "Harga bawang naik.", article=article)

    assert [matching_ids(reader, query) for query in ("beras", "bawang", "naik")] == [
        set(),
        {article},
        {article},
    ]

    for table in ("core.articles", "core.article_versions"):
        reader.con.execute(f"DELETE FROM {table} WHERE article_id = '{article}'")
    reader.con.execute("INSERT INTO ops.uncompared VALUES ($article)", {"article": article})
    index(reader)
    assert matching_ids(reader, "harga") == {other}
    assert {row["word"] for row in reader.rows("FROM ops.words")} == {"harga", "cabai", "turun"}
    assert reader.rows("SELECT count(*) AS n FROM ops.word_postings SEMI JOIN ops.words USING (word_id) WHERE list_has_any(text_nos, [1, 3])") == [{"n": 0}]  # fmt: skip


def matching_ids(reader: Reader, query: str) -> set[str]:
    rows = reader.rows("SELECT article_id FROM mart.search($query)", {"query": query})
    return {row["article_id"] for row in rows}


def test_sql_has_what_the_command_line_has(demo_home):
    with Reader(demo_home) as reader:
        rows = attention(reader, '"pekerja migran" -speaker:menteri', by=Period.MONTH)
        assert rows[0].keys() >= {*COUNTS, "share", "share_of_originals"}
        same = reader.rows("""SELECT date_trunc('month', day)::DATE AS begins, sum(n_matching)::BIGINT AS matching, sum(n_articles)::BIGINT AS articles
          FROM mart.attention('"pekerja migran" -speaker:menteri') GROUP BY ALL ORDER BY ALL""")

    assert same == [{name: row[name] for name in same[0]} for row in rows]
    assert total(rows, "matching") > 0


@pytest.mark.parametrize(
    ("query", "message"),
    [('banjir "rob demak', "open"), ("", "nothing"), ("hedline:x", "hedline")],
)  # fmt: skip
def test_a_query_that_is_none_is_refused_by_python_and_by_sql(reader, query, message):
    with pytest.raises(QueryError, match=message):
        attention(reader, query, by=Period.DAY)
    with pytest.raises(QueryError, match=message):
        matching_ids(reader, query)


def test_no_query_becomes_sql(reader):
    article = add(reader, "kabar", MONDAY, "Drop table core articles.")

    assert matching_ids(reader, "'; DROP TABLE core.articles; --") == {article}
    assert matching_ids(reader, "x' UNION '1=1") == set()


def test_days_before_the_first_article_and_after_the_last_are_refused(reader):
    assert attention(reader, "banjir", by=Period.DAY, since=MONDAY) == []
    add(reader, "kabar", MONDAY, "Banjir.")

    assert attention(reader, "banjir", by=Period.DAY, since=MONDAY, until=MONDAY)
    for days in ({"until": MONDAY - timedelta(1)}, {"since": MONDAY + timedelta(1)}):
        with pytest.raises(NoDataError, match="2026-08-31"):
            attention(reader, "banjir", by=Period.DAY, **days)


@pytest.mark.parametrize("command", ["search", "attention"])
def test_an_open_quotation_mark_is_shown(demo_home, command):
    refused = kliping(demo_home, command, '"pekerja migran')

    assert refused.returncode == 2
    assert refused.stderr.splitlines()[1:] == ['  "pekerja migran', "  ^"]
    assert "open" in refused.stderr


def test_the_command_counts_the_newsroom(demo_home):
    rows = json.loads(kliping(demo_home, "attention", "banjir", "rob", "--by", "month", "--per", "source", "--format", "json").stdout)  # fmt: skip

    assert {row["source_name"] for row in rows} == {"Harian Lama", "PortalNusa", "SuaraRantau.test"}
    assert (total(rows, "matching"), total(rows, "articles")) == (1, 51)
    wrong = [("--since", "2026-11-02", "--until", "2026-11-01"), ("--until", "2019"), ("--until", "2019-01"), ("--by", "year")]  # fmt: skip
    assert [kliping(demo_home, "attention", "banjir", *options).returncode for options in wrong] == [2] * 4  # fmt: skip
