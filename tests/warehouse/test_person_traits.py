"""What people are by all articles: the class of those without an office of their own, and genders where the home wants them."""

import shutil
from datetime import UTC, datetime
from itertools import permutations

import duckdb
import pytest
from support.builders import VERSIONS, outcome, rows

from flows.home_file import HomeFileError, read_home_file
from flows.jobs.maintenance import maintain
from flows.settings import Settings
from parsers.source import from_data
from parsers.structure import structure
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.steps import run_steps

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}
PLAYER = "“Kami kurang tenang,” kata pelatih Persiran Bambang Wiryawan di Sape."
SAME_PLAYER = "“Besok kami pulang,” kata Bambang Wiryawan di Bima."
SINGER = "“Lagu ini lama,” kata penyanyi Ratna Kusumadewi. Ratna Kusumadewi, istri korban, hadir."


def article(number, text, year=2025):
    return outcome(
        text,
        url=f"http://kabar.test/{number}",
        article_id=f"a{number}",
        in_language="id",
        date_published=datetime(year, 6, 10, 3, tzinfo=UTC),
        structure=structure(text),
    )


def load(store, *texts, gender=None, year=2025, first=0):
    outcomes = [article(first + number, text, year) for number, text in enumerate(texts)]
    load_outcomes(store, outcomes, SOURCES, VERSIONS)
    assert run_steps(store, gender=gender) == []


def classes(store):
    """Article, class and evidence of each quote."""
    return rows(
        store,
        "SELECT article_id, speaker_class, speaker_class_evidence FROM mart.quotes ORDER BY article_id, quote_no",
    )


def genders(store):
    return {
        person: (gender, evidence)
        for person, gender, evidence in rows(
            store, "SELECT person, speaker_gender, speaker_gender_evidence FROM mart.people"
        )
    }


# -- offices


def test_an_office_says_how_many_articles_state_it_and_kin_is_none(store):
    load(
        store,
        PLAYER,
        PLAYER,
        "“Kami rindu,” kata kerabat korban, Ratna Kusumadewi, di Bima.",
        "“Kami siap,” kata Camat Sape Hasan Mappasoro.",
    )
    people = "SELECT person, speaker_role, n_office_articles FROM mart.people ORDER BY ALL"
    stated = "SELECT speaker_role, office_rule_id FROM mart.quotes WHERE speaker_role LIKE 'kerabat%'"  # fmt: skip

    assert rows(store, people) == [
        ("Bambang Wiryawan", "pelatih", 2),
        ("Hasan Mappasoro", "Camat Sape", 1),
        ("Ratna Kusumadewi", None, None),
    ]
    assert rows(store, stated) == [("kerabat korban", "office.kin")]


# -- classes


def test_a_quote_without_an_office_has_the_class_that_other_articles_state(store):
    load(store, PLAYER, SAME_PLAYER)

    assert classes(store) == [("a0", "celebrity", "office"), ("a1", "celebrity", "corpus")]


def test_where_articles_contradict_each_other_nothing_is_said(store):
    dealer = "“Harga naik,” kata pedagang bakso Bambang Wiryawan di Dompu."
    load(store, PLAYER, SAME_PLAYER, dealer)

    assert classes(store)[1] == ("a1", None, None)


def test_words_beside_the_name_count_in_their_article_whatever_others_say(store):
    text = "Petugas menolong Prof. Bambang Wiryawan. “Air tidak ada,” kata Bambang Wiryawan lagi."
    load(store, PLAYER, text)

    assert {row[1:] for row in classes(store) if row[0] == "a1"} == {("academic", "text")}


def test_a_single_name_is_another_person_in_another_article(store):
    load(
        store,
        "“Ombak tinggi,” kata nelayan Bambang di Sape. “Kami pulang,” kata Bambang.",
        "“Besok rapat,” kata Bambang di Bima.",
    )

    assert classes(store)[-1] == ("a1", None, None)
    assert "class" not in {kind for (kind,) in rows(store, "SELECT kind FROM core.name_evidence")}


def test_an_office_that_says_there_is_no_class_is_not_overruled(store):
    load(store, PLAYER, "“Saya maju,” kata calon bupati Bambang Wiryawan di Bima.")

    assert classes(store)[1] == ("a1", None, None)


def test_a_known_person_has_the_class_of_the_office_of_that_year(store):
    file = "kind,name,also,offices\nperson,Darma Wiratama,,Bupati Bone 2019-2023; Ketua Umum Partai Pesisir 2018-\n"
    (store.home / "identities.csv").write_text(file)
    text = "“Jalan dibuka,” kata Darma Wiratama di Bone. Darma Wiratama, yang akrab disapa Gus Darma, pulang."
    load(store, text, year=2020)

    assert classes(store) == [("a0", "government", "list")]

    file = file.replace("2019-2023", "2009-2013").replace("2018-", "2008-2010")
    (store.home / "identities.csv").write_text(file)
    run_steps(store)

    assert classes(store) == [("a0", None, None)]


@pytest.mark.long
def test_traits_are_the_same_whatever_the_order_and_batches_of_loads(tmp_path, empty_warehouse):
    texts = (PLAYER, SAME_PLAYER, SINGER, "“Ya,” kata aktris Bambang Wiryawan di Dompu.")
    tables = []
    for number, order in enumerate(permutations(enumerate(texts))):
        if number % 7:
            continue
        store = Database(tmp_path / str(number))
        store.home.mkdir()
        shutil.copy(empty_warehouse, store.path)
        first, *others = (article(*each) for each in order)
        for batch in ([first], others):
            load_outcomes(store, batch, SOURCES, VERSIONS)
            run_steps(store, gender=True)
        run_steps(store, gender=True)
        tables.append(rows(store, "FROM core.person_traits ORDER BY ALL"))

    assert len(tables) == 4
    assert tables[0]
    assert all(table == tables[0] for table in tables)


def test_a_step_without_changes_writes_nothing(store):
    load(store, PLAYER, SINGER, gender=True)
    before = rows(store, "SELECT rowid, * FROM core.person_traits ORDER BY ALL")
    run_steps(store, gender=True)

    assert rows(store, "SELECT rowid, * FROM core.person_traits ORDER BY ALL") == before


# -- genders


def test_genders_are_not_there_unless_the_home_wants_them(store):
    load(store, SINGER, PLAYER)
    assert set(genders(store).values()) == {(None, None)}
    assert not {"gender", "first_name"} & {
        kind for (kind,) in rows(store, "SELECT kind FROM core.name_evidence")
    }

    assert run_steps(store, gender=True) == []

    assert genders(store) == {
        "Ratna Kusumadewi": ("female", "text"),
        "Bambang Wiryawan": ("male", "name"),
    }


def test_turned_off_what_was_read_of_genders_is_gone_from_the_file_too(store):
    load(store, SINGER, gender=True)
    run_steps(store, gender=False)

    assert set(genders(store).values()) == {(None, None)}
    assert rows(store, "FROM ops.steps_due WHERE step = 'drop_history'")
    assert not rows(store, "FROM core.name_evidence WHERE kind IN ('gender', 'first_name')")


def test_a_copy_for_a_study_has_the_genders_of_the_home(store):
    load(store, SINGER, gender=True)
    run_steps(store)

    assert genders(store) == {"Ratna Kusumadewi": ("female", "text")}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        # two articles contradict each other
        (("“Ya,” kata Pak Laksana Wiryawan.", "“Tidak,” kata Bu Laksana Wiryawan."), (None, None)),
        # the words contradict the first name
        (("“Ya,” kata Bu Bambang Laksana.",), (None, None)),
        # no words, and a first name that men and women have
        (("“Ya,” kata Dian Laksana.",), (None, None)),
        # another article has the words
        (("“Ya,” kata Dian Laksana.", "“Tidak,” kata aktris Dian Laksana."), ("female", "text")),
    ],
)
def test_a_gender_is_said_only_without_a_doubt(store, texts, expected):
    load(store, *texts, gender=True)

    assert set(genders(store).values()) == {expected}


def test_the_share_of_women_among_the_quoted_is_one_query(store):
    load(store, SINGER, PLAYER, SAME_PLAYER, gender=True)

    assert rows(
        store,
        "SELECT source_name, count(*) FILTER (speaker_gender = 'female') / count(speaker_gender) FROM mart.quotes GROUP BY ALL",
    ) == [("Kabar", pytest.approx(1 / 3))]


# -- kliping.toml


def test_the_home_turns_genders_on_and_off_and_the_published_file_follows(store):
    load(store, SINGER)
    home_file = store.home / "kliping.toml"
    published = []
    for text in ("[reports]\ngender = true\n", "[reports]\ngender = false\n"):
        home_file.write_text(text)
        maintain(Settings(home=store.home), SOURCES)
        with duckdb.connect(str(store.published), read_only=True) as con:
            query = "SELECT DISTINCT speaker_gender FROM mart.quotes"
            kinds = "SELECT count(*) FROM core.name_evidence WHERE kind IN ('gender', 'first_name')"
            published.append((con.execute(query).fetchall(), con.execute(kinds).fetchall()))

    assert published == [([("female",)], [(2,)]), ([(None,)], [(0,)])]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[reports]\ngendr = true\n", "toml:2: reports.gendr: unknown key; did you mean 'gender'?"),
        ("[reports]\ngender = 'ya'\n", "toml:2: reports.gender: write true or false"),
        ("reports = true\n", "toml:1: reports: write it as a table, its name in brackets"),
    ],
)
def test_a_mistake_in_the_reports_of_a_home_has_its_line(tmp_path, text, message):
    (tmp_path / "kliping.toml").write_text(text)

    with pytest.raises(HomeFileError) as error:
        read_home_file(tmp_path)
    assert message in str(error.value)
    assert "in quotes" not in str(error.value)
