"""What articles about one event say of the same thing is compared, and never decided."""

import random

import pytest
from support.builders import rows
from test_events import load, original

from warehouse.write.database import Database

CITED = "kata Kepala Basarnas Bima Mahdi Salim"
VERDICTS = {
    ("Tiga orang tewas.", "Sebanyak 3 penumpang meninggal.", 3): "agree",
    ("Tiga orang tewas.", "Lima penumpang meninggal.", 3): "lead_may_update",
    ("Tiga orang tewas.", "Lima penumpang meninggal.", 0.5): "lead_may_contradict",
    ("Lima orang tewas.", "Agen kapal menyebut tiga penumpang meninggal.", 3): "lead_may_contradict",
    ("Lima orang hilang.", "Tiga penumpang belum ditemukan.", 3): "lead_may_update",
    ("Kerugian ditaksir Rp8 miliar.", "Kerugian mencapai Rp11 miliar.", 3): "lead_may_contradict",
    ("Api menghanguskan 40 hektare.", "Lahan terbakar 65 hektare.", 3): "lead_may_update",
    ("Gempa melukai sembilan orang.", "Korban luka 9 orang.", 3): "agree",
    ("Sebanyak 20 bus bekas terbakar.", "Sekitar 50 unit bus ludes dilalap api.", 0.5): "lead_may_contradict",
    ("Gempa terjadi pada kedalaman 47 km.", "Gempa berada di kedalaman 70 kilometer.", 3): "lead_may_update",
    ("Polisi menyita sabu seberat 48,54 kg.", "Sebanyak 48,54 kilogram sabu disita.", 3): "agree",
    (f"“Tiga orang tewas,” {CITED}.", f"“Lima penumpang meninggal di sana,” {CITED}.", 0.5): "lead_may_update",
    (f"“Tiga orang tewas,” {CITED}.", f"“Tiga penumpang meninggal di sana,” {CITED}.", 3): "one_origin",
    ("Bupati sore itu menyebut tiga orang tewas di pelabuhan Sape.", "Bupati sore itu menyebut tiga orang tewas di pelabuhan Sape.", 3): "one_origin",
    # one number as printed by two outlets: rounded, or cut
    ("Kerugian negara Rp 318.452.907.611.", "Kerugian negara mencapai Rp 318,45 miliar.", 3): "agree",
    ("Kerugian negara Rp 14.381.206.477.350.", "Kerugian negara mencapai Rp 14 triliun.", 3): "agree",
    ("Kerugian negara Rp 14,38 triliun.", "Kerugian negara mencapai Rp 14,3 triliun.", 3): "agree",
    ("Air merendam 2,5 ribu hektare.", "Sawah terendam 2.480 hektare.", 3): "agree",
    # about a hundred, more than a hundred; about 48 is no round number, and at least eight is a count
    ("Sekitar 100 warga mengungsi.", "Pengungsi itu 105 warga.", 3): "agree",
    ("Sekitar 100 warga mengungsi.", "Pengungsi itu 115 warga.", 3): "lead_may_update",
    ("Lebih dari 100 warga mengungsi.", "Pengungsi itu 115 warga.", 3): "agree",
    ("Sekitar 48 warga mengungsi.", "Pengungsi itu 49 warga.", 3): "lead_may_update",
    ("Sedikitnya delapan orang tewas.", "Setidaknya sembilan orang tewas.", 3): "lead_may_update",
    # what no subject names: a number of three digits, or the same words
    ("Pameran itu diikuti 1.180 perusahaan.", "Ada 1.180 perusahaan di pameran.", 3): "agree",
    ("Ia merilis 13 lagu orisinal.", "Hingga kini ada 13 lagu orisinal.", 3): "agree",
}  # fmt: skip
OTHER_THINGS = [
    ("Tiga orang tewas.", "Sembilan orang terluka."),
    ("Sebanyak 20 bus terbakar.", "Sebanyak 61 truk terbakar."),
    ("Sebanyak 20 kios terbakar.", "Sebanyak 61 rumah terbakar."),
    ("Sebanyak 20 bus terbakar.", "Yang terbakar dari 104 bus itu belum dihitung."),
    # parts
    ("Tiga orang tewas.", "Dua anak tewas di antaranya."),
    ("Sebanyak 48 rumah rusak.", "Sebanyak 131 rumah di Desa Lamere rusak."),
    ("Tiga orang tewas.", "Satu orang lagi tewas."),
    # capacities and plans
    ("Kapal membawa 29 orang.", "Kapal itu mampu memuat 15 orang."),
    ("Sebanyak 100 warga mengungsi.", "Sebanyak 700 warga akan mengungsi."),
    # another happening, another period
    ("Tiga orang tewas.", "Tahun lalu, ombak menewaskan 17 orang."),
    ("Polisi menangkap 12 orang.", "Sejak Januari polisi menangkap 15 orang."),
    ("Tiga orang tewas.", "Kabar 30 orang tewas tidak benar."),
    # a related headline, and a list of prices
    ("Tiga orang tewas.", "Warga berduka.\nKecelakaan Bus di Peru, Lima Orang Tewas\nSungai itu dalam."),
    ("Tiga orang tewas.", "Baca juga: bus terguling di Peru, lima orang tewas"),
    ("Daftar harga.\nEmas 5 gram Rp9.480.000\nSelesai.", "Daftar harga.\nEmas 5 gram Rp9.480.000\nSelesai."),
    # heights, prices and what else no subject names are never said to differ
    ("Banjir setinggi 120 sentimeter.", "Tinggi air kini 160 sentimeter."),
    ("Harga emas Rp1.904.000.", "Harga emas Rp1.908.000."),
    # a few digits may count anything
    ("Ada 12 perahu.", "Mereka memakai 12 perahu."),
    ("Dividen Rp447 jutaan.", "Dividen Rp449 juta."),
    # the whole stands at the beginning, in the headline or beside a word that says so
    ("Tiga orang tewas.", "Warga berduka.\nSungai dalam.\nAdapun lima penumpang tewas."),
    # an article that gives both values does not contradict the other
    ("Tiga orang tewas.", "Pagi itu tiga orang tewas. Korban tewas menjadi lima orang."),
]  # fmt: skip
SEVERAL = {
    # one row for a number, with all its outlets, and one for each that follows
    ("Delapan orang tewas.", "Ada delapan orang tewas.", "Sembilan orang tewas."): [
        ("agree", 8, ["pagi"], 8, ["sore"]),
        ("lead_may_update", 8, ["pagi", "sore"], 9, ["malam"]),
    ],
    ("Delapan orang tewas.", "Sembilan orang tewas.", "Sepuluh orang tewas."): [
        ("lead_may_update", 8, ["pagi"], 9, ["sore"]),
        ("lead_may_update", 9, ["sore"], 10, ["malam"]),
    ],
    # the whole, though it stands further down
    ("Tiga orang tewas.", "Warga berduka.\nSungai dalam.\nTotal lima penumpang tewas."): [
        ("lead_may_update", 3, ["pagi"], 5, ["sore"]),
    ],
    # an article counts a thing once
    ("Dua nelayan tewas. Seluruhnya tiga orang tewas.", "Lima orang tewas."): [
        ("lead_may_update", 3, ["pagi"], 5, ["sore"]),
    ],
}  # fmt: skip
NOTHING = [(earlier, later, 3) for earlier, later in OTHER_THINGS]
EVENTS = [
    *((*texts, 3) for texts in SEVERAL),
    *VERDICTS,
    *NOTHING,
]
ONE_EVENT_EACH = (
    "UPDATE core.article_events SET event_id = regexp_replace(article_id, '^[a-z]+', 'pagi')"
)
COMPARISONS = """
    SELECT split_part(event_id, '-', 2)::INTEGER AS n, verdict, earlier_value::BIGINT, earlier_source_names, later_value::BIGINT, later_source_names
    FROM mart.figure_comparisons
    ORDER BY ALL
"""


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """The rows of each event, all loaded together: a load takes half a second."""
    store = Database(tmp_path_factory.mktemp("comparisons"))
    pages = []
    for n, (*texts, hours) in enumerate(EVENTS):
        for place, (outlet, text) in enumerate(zip(("pagi", "sore", "malam"), texts, strict=False)):
            body = (
                f"{text} {_words(3 * n + place)}"
                if "\n" not in text
                else f"{text}\n{_words(3 * n + place)}"
            )
            pages.append(original(outlet, n, ("Kapal Karam", body), place * hours))
    load(store, *pages)
    with store.write_connection() as con:
        con.execute(ONE_EVENT_EACH)
    found = {event: [] for event in EVENTS}
    for n, *row in rows(store, COMPARISONS):
        found[EVENTS[n]].append(tuple(row))
    return found


def _words(seed):
    """A sentence of other words, so that no text is a copy of another one."""
    dice = random.Random(seed)
    return " ".join("".join(dice.choices("bdgklmnprst", k=3)) + "a" for _ in range(30)) + "."


@pytest.mark.parametrize(("event", "verdict"), VERDICTS.items())
def test_the_verdict_follows_from_the_values_and_the_time(compared, event, verdict):
    assert [found for found, *_ in compared[event]] == [verdict]


@pytest.mark.parametrize("event", NOTHING)
def test_figures_of_different_things_are_not_compared(compared, event):
    assert compared[event] == []


@pytest.mark.parametrize(("texts", "expected"), SEVERAL.items())
def test_each_disagreement_is_one_row_with_all_outlets(compared, texts, expected):
    assert compared[*texts, 3] == expected


def test_an_outlet_is_not_compared_with_itself(tmp_path):
    store = Database(tmp_path)
    texts = enumerate(("Tiga orang tewas.", "Lima orang tewas.", "Lima orang meninggal."))
    load(
        store,
        *(original("pagi", n, ("Kapal Karam", f"{text} {_words(n)}"), n) for n, text in texts),
    )
    with store.write_connection() as con:
        con.execute("UPDATE core.article_events SET event_id = 'pagi-0'")

    assert rows(store, COMPARISONS) == []
