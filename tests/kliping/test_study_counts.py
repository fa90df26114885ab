"""Counts of a study in SQL of its own: what they count, what they are a part of, what is refused, and how a check tells."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from test_study_numbers import DIKE, ROAD, load

from kliping.reading.labels import Language
from kliping.studies.study_file import StudyError
from kliping.studies.study_folder import check_study, write_study
from warehouse.read.published import Reader

HEAD = 'question = "Siapa?"\nsince = 2026-11-01\nuntil = 2026-11-30\nby = "week"\n'
SAID = """
[[count]]
name = "a party"
unit = "quote"
by = ["source_name"]
sql = "SELECT article_id, char_start, char_end FROM mart.quotes JOIN parties ON speaker = name WHERE party = 'Merah'"
of = "SELECT article_id, char_start, char_end FROM mart.quotes"
"""
HOW = {"made_by": "kliping test", "language": Language.ENGLISH, "files": {}}


@pytest.fixture(scope="module")
def model_home(new_store):
    store = new_store()
    load(store, ("pagi", 1, 2, DIKE), ("pagi", 2, 3, ROAD), ("sore", 1, 17, "Harga beras turun."))
    return store.home


@pytest.fixture
def home(model_home, store):
    return shutil.copytree(model_home, store.home, dirs_exist_ok=True)


def written(home, folder, text, **tables):
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(text, "utf-8")
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, "utf-8")
    with Reader(home) as reader:
        return write_study(reader, folder / "study.toml", folder / "done", **HOW)


def rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def numbers(home, folder, text, **tables):
    written(home, folder, text, **tables)
    return {
        (row["subject"], row["name"]): (int(row["n"]), row["of_n"])
        for row in rows(folder / "done" / "numbers.csv")
    }


def test_quotes_are_counted_by_a_table_of_ones_own(home, tmp_path):
    text = HEAD + '[tables]\nparties = "parties.csv"\n' + SAID
    found = numbers(home, tmp_path / "a", text, parties="name,party\nSiti Rahayu,Merah\n")

    assert found["a party", "Pagi"] == (2, "2")
    assert (tmp_path / "a" / "done" / "parties.csv").exists()
    [row] = [each for each in rows(tmp_path / "a" / "done" / "numbers.csv") if each["name"] == "Pagi"]  # fmt: skip
    assert (row["share"], row["low"], row["high"]) == ("1.0", "0.3424", "1.0")


def count(**keys):
    lines = [f"{name} = {json.dumps(value)}" for name, value in {"name": "a", "unit": "article", **keys}.items()]  # fmt: skip
    return "\n[[count]]\n" + "\n".join(lines) + "\n"


def test_a_period_without_an_article_stays_for_each_outlet(home, tmp_path):
    text = HEAD + count(by=["source_name", "period"], sql="FROM study_articles", of="FROM study_scope")  # fmt: skip
    found = numbers(home, tmp_path / "a", text)

    weeks = ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"]
    assert [name for _, name in found] == [f"{outlet} / {week}" for outlet in ("Pagi", "Sore") for week in weeks]  # fmt: skip
    assert found["a", "Pagi / 2026-11-02"] == (2, "2")
    assert found["a", "Sore / 2026-11-02"] == (0, "0")


def test_a_whole_is_of_the_query_unless_it_is_of_all(home, tmp_path):
    text = HEAD + 'query = "tanggul"\n' + count(sql="FROM study_articles", of="FROM mart.articles")
    every = count(name="b", sql="FROM study_articles", of="FROM mart.articles", of_all=True)
    found = numbers(home, tmp_path / "a", text + every)

    assert found == {("a", "all"): (2, "2"), ("b", "all"): (2, "3")}


def test_queries_can_be_compared(home, tmp_path):
    found = numbers(home, tmp_path / "a", HEAD + count(sql="FROM mart.search('harga')") + count(name="b", sql="FROM mart.search('tanggul')"))  # fmt: skip

    assert found == {("a", "all"): (1, ""), ("b", "all"): (2, "")}


def test_events_and_pairs_are_counted(home, tmp_path):
    pairs = "SELECT a.article_id, b.article_id AS other_article_id FROM study_articles AS a JOIN study_articles AS b ON a.article_id < b.article_id"
    text = HEAD + count(unit="pair", sql=pairs) + count(name="b", unit="event", sql="SELECT article_id AS event_id FROM study_articles")  # fmt: skip
    found = numbers(home, tmp_path / "a", text)

    assert found == {("a", "all"): (3, ""), ("b", "all"): (3, "")}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"sql": "SELECT 1; SELECT 2"}, "only one SELECT"),
        ({"sql": "FROM read_csv('/etc/passwd')"}, "is not for readers"),
        ({"sql": "FROM '/etc/passwd'"}, "files cannot be read here"),
        ({"sql": "FROM study_articles", "of": "FROM glob('*')"}, "is not for readers"),
        ({"sql": "SELECT day FROM study_articles"}, "has no column article_id"),
        ({"sql": "FROM study_articles", "unit": "quote"}, "has no column char_start"),
        ({"sql": "FROM study_articles", "by": ["party"]}, "has no column party"),
        ({"sql": "FROM nowhere"}, "nowhere"),
        ({"sql": "FROM study_articles UNION ALL FROM study_articles"}, "counts one article twice (pagi-1); SELECT DISTINCT"),
    ],
)  # fmt: skip
def test_a_count_that_cannot_be_is_refused(home, tmp_path, keys, message):
    with pytest.raises(StudyError) as error:
        written(home, tmp_path / "a", HEAD + count(**keys))

    assert message in str(error.value)
    assert not (tmp_path / "a" / "done").exists()


def test_what_the_query_left_out_is_listed_with_the_reason(home, tmp_path):
    written(home, tmp_path / "a", HEAD + 'query = "tanggul"\noutlets = ["pagi"]\n')
    written(home, tmp_path / "b", HEAD + 'query = "tanggul"\n')

    [row] = rows(tmp_path / "a" / "done" / "excluded.csv")
    assert (row["article_id"], row["reason"]) == ("sore-1", "outlet")
    [row] = rows(tmp_path / "b" / "done" / "excluded.csv")
    assert (row["article_id"], row["reason"]) == ("sore-1", "query")


def test_a_share_of_all_articles_that_the_query_found_itself_is_warned_of(home, tmp_path):
    warning = "The query finds every article that is loaded"
    written(home, tmp_path / "a", HEAD + 'query = "tanggul"\n')
    written(home, tmp_path / "b", HEAD + 'query = "tanggul"\noutlets = ["pagi"]\n')

    assert warning not in (tmp_path / "a" / "done" / "study.html").read_text("utf-8")
    assert warning in (tmp_path / "b" / "done" / "study.html").read_text("utf-8")


def test_articles_that_were_collected_by_a_keyword_are_warned_of(home, tmp_path, store):
    warning = "Articles have a column keyword: they were collected by a word"
    written(home, tmp_path / "a", HEAD + 'query = "tanggul"\n')
    with store.write_connection() as con:
        con.execute("INSERT INTO core.article_columns BY NAME SELECT article_id, 'f' AS fetch_id, 'keyword' AS name, 'tanggul' AS value FROM core.articles")  # fmt: skip
    store.publish()
    written(home, tmp_path / "b", HEAD + 'query = "tanggul"\n')

    assert warning not in (tmp_path / "a" / "done" / "study.html").read_text("utf-8")
    assert warning in (tmp_path / "b" / "done" / "study.html").read_text("utf-8")


def test_a_count_that_finds_nothing_says_so(home, tmp_path):
    none = count(name="nobody", by=["party"], sql="SELECT article_id, '' AS party FROM study_articles WHERE FALSE")  # fmt: skip
    written(home, tmp_path / "a", HEAD + none + count(sql="FROM study_articles"))
    page = (tmp_path / "a" / "done" / "study.html").read_text("utf-8")

    assert "<h2>nobody</h2>" in page
    assert "No row was found." in page
    assert page.count("Estimated unseen") == 1  # once for the page, not beside every number


def test_the_days_without_an_article_are_on_the_chart(home, tmp_path):
    text = HEAD.replace("week", "day") + count(by=["period"], sql="FROM study_articles")
    written(home, tmp_path / "a", text)
    page = (tmp_path / "a" / "done" / "study.html").read_text("utf-8")

    assert page.count("<rect") == 3
    assert [f">2026-11-{day:02}</text>" in page for day in (1, 6, 11, 16, 21, 26)] == [True] * 6
    assert len(rows(tmp_path / "a" / "done" / "numbers.csv")) == 30


def test_the_methods_are_said_in_both_languages(home, tmp_path):
    english = written(home, tmp_path / "a", HEAD + 'query = "tanggul"\n')["methods"]
    with Reader(home) as reader:
        indonesian = write_study(
            reader, tmp_path / "a" / "study.toml", tmp_path / "b", **HOW | {"language": Language.INDONESIAN}
        )["methods"]  # fmt: skip

    assert english.startswith("Counted were 3 articles of 2 outlets from 1 Nov 2026 to 30 Nov 2026")
    assert "The query “tanggul” found 2 of them." in english
    assert indonesian.startswith("Yang dihitung ialah 3 artikel dari 2 media")
    assert "Kueri “tanggul” menemukan 2 di antaranya." in indonesian


def test_a_colleague_with_other_files_gets_the_same_digest(home, tmp_path, store):
    """The same texts in other records of another archive."""
    package = written(home, tmp_path / "a", HEAD + 'query = "tanggul"\n')
    with store.write_connection() as con:
        con.execute("UPDATE raw.fetches SET warc_file = 'other.warc.gz', warc_offset = warc_offset + 7")  # fmt: skip
    store.publish()
    with Reader(home) as reader:
        counted, changed = check_study(reader, tmp_path / "a" / "done", **HOW)

    assert (counted["digest"], changed) == (package["digest"], {})
    assert "other.warc.gz" not in (tmp_path / "a" / "done" / "records.csv").read_text()


def test_a_check_names_the_rows_and_the_rules_that_differ(home, tmp_path, store):
    written(home, tmp_path / "a", HEAD + 'query = "tanggul"\n')
    with store.write_connection() as con:
        con.execute("UPDATE core.quotes SET char_end = char_end - 1 WHERE article_id = 'pagi-1'")
        con.execute("UPDATE core.article_versions SET extractor_version = '999'")
    store.publish()
    with Reader(home) as reader:
        _, changed = check_study(reader, tmp_path / "a" / "done", **HOW)

    assert any("only counted here: speaker,Siti Rahayu,pagi-1" in line for line in changed["evidence.csv"])  # fmt: skip
    assert any("only counted here" in line and '"extractor_version": "999"' in line for line in changed["datapackage.json"])  # fmt: skip
    assert "articles.csv" not in changed
