"""What a study counts, and what not: quotes, copies, forgotten articles, days without a look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from support.builders import VERSIONS, outcome
from support.steps import find_copies, link_names

from kliping.studies.study import numbers, uncrawled_days
from kliping.studies.study_file import Study
from parsers.source import from_data
from parsers.structure import structure
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes

SOURCES = {
    name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
    for name in ("pagi", "sore")
}
DIKE = (
    "Bupati Demak Siti Rahayu meninjau tanggul Sayung yang jebol akibat rob pada Senin pagi. "
    "“Tanggul ini harus selesai sebelum puncak musim hujan tiba,” kata Siti Rahayu di lokasi. "
    "Warga tiga dusun mengungsi ke balai desa sejak Minggu malam, dan dapur umum sudah dibuka di sana."
)
ROAD = (
    "Jalan tanggul Sayung dibuka. “Semoga tanggul ini kuat sampai tahun depan,” harap Siti Rahayu."
)
STUDY = Study(
    question="Siapa yang dikutip?",
    query="tanggul",
    since=date(2026, 11, 1),
    until=date(2026, 11, 30),
    people=("Siti Rahayu",),
)


def load(store, *articles):
    """Outlet, number, day and text of each."""
    load_outcomes(
        store,
        [
            outcome(
                text,
                hour=24 * (day - 1),
                url=f"http://{source}.test/{number}",
                article_id=f"{source}-{number}",
                source_id=source,
                in_language="id",
                structure=structure(text),
            )
            for source, number, day, text in articles
        ],
        SOURCES,
        VERSIONS,
    )
    link_names(store)
    find_copies(store)
    store.publish()


def counts(store, study=STUDY):
    with Reader(store.home) as reader:
        return {(row["subject"], row["name"]): (row["n"], row["of_n"]) for row in numbers(reader, study)}  # fmt: skip


def test_quotes_are_what_was_said_and_not_an_attitude(store):
    load(store, ("pagi", 1, 2, DIKE), ("pagi", 2, 3, ROAD))
    with Reader(store.home) as reader:
        query = "SELECT DISTINCT cue_class FROM core.quotes ORDER BY ALL"
        assert [row["cue_class"] for row in reader.rows(query)] == ["attitude", "speech"]

    found = counts(store)

    assert found["speaker", "Siti Rahayu"] == (1, 1)
    assert found["person", "Siti Rahayu"] == (2, 2)


def test_quotes_of_a_copy_are_not_counted_again(store):
    load(store, ("pagi", 1, 2, DIKE), ("sore", 1, 3, DIKE))

    found = counts(store)

    assert found["articles", "all"] == (2, 2)
    assert found["articles", "without copies"] == (1, 1)
    assert found["speaker", "Siti Rahayu"] == (1, 1)


def test_an_article_that_is_forgotten_is_in_no_number(store):
    load(store, ("pagi", 1, 2, DIKE), ("pagi", 2, 3, ROAD))
    with store.write_connection() as con:
        con.execute("UPDATE ops.frontier SET reason = 'forgotten' WHERE article_id = 'pagi-2'")
    store.publish()

    assert counts(store)["articles", "all"] == (1, 1)


def test_an_article_of_the_last_day_counts_and_one_of_the_next_does_not(store):
    load(store, ("pagi", 1, 1, DIKE), ("pagi", 2, 30, ROAD), ("sore", 3, 31, ROAD))

    found = counts(store)

    assert found["articles", "all"] == (2, 2)
    assert ("outlet", "Sore") not in found


def test_days_without_a_look_are_those_of_an_outlet_of_the_study(store):
    load(
        store,
        ("pagi", 1, 2, DIKE),
        ("pagi", 2, 4, ROAD),
        ("sore", 1, 3, ROAD),
        ("sore", 2, 9, "Harga beras turun."),
    )
    study = replace(STUDY, outlets=("pagi",))

    with Reader(store.home) as reader:
        numbers(reader, study)
        assert uncrawled_days(reader) == [{"source_name": "Pagi", "days": 1}]
