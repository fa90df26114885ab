"""What two articles about one event say of the same thing is compared, and never decided."""

import pytest
from support.builders import rows
from test_events import COURT, FIRST, OTHER_COURT, load, original

VERDICTS = "SELECT subject, verdict, earlier_value::BIGINT, later_value::BIGINT FROM mart.figure_comparisons ORDER BY ALL"


def compared(store, earlier, later, hours=3):
    one = f"Kapal feri KMP Teluk Bima kandas di Pelabuhan Sape, Bima. {earlier} Kepala Basarnas Bima Mahdi Salim mengatakan ombak mendorong kapal ke karang."
    other = f"KMP Teluk Bima kandas di Pelabuhan Sape setelah ombak mendorong feri itu ke karang. {later} Evakuasi dipimpin Mahdi Salim dari Basarnas Bima."
    load(
        store,
        original("malam", "c", COURT),
        original("malam", "d", OTHER_COURT),
        original("pagi", "a", (FIRST[0], one)),
        original("sore", "b", ("Feri KMP Teluk Bima Kandas di Sape", other), hours),
    )
    return rows(store, VERDICTS)


@pytest.mark.parametrize(
    ("earlier", "later", "hours", "verdict"),
    [
        ("Tiga orang tewas.", "Sebanyak 3 penumpang meninggal.", 3, "agree"),
        ("Tiga orang tewas.", "Lima penumpang meninggal.", 3, "superseded"),
        ("Tiga orang tewas.", "Lima penumpang meninggal.", 0.5, "contested"),
        ("Lima orang tewas.", "Tiga penumpang meninggal.", 3, "contested"),
        ("Lima orang hilang.", "Tiga penumpang belum ditemukan.", 3, "superseded"),
        ("Kerugian ditaksir Rp8 miliar.", "Kerugian mencapai Rp11 miliar.", 3, "contested"),
        ("Tiga orang tewas.", "Pemilik kapal mengklaim lima penumpang tewas.", 3, "contested"),
        (
            "Tiga orang tewas.",
            "Satu orang tewas. Korban tewas menjadi lima orang.",
            3,
            "superseded",
        ),
        ("Sekitar 100 warga mengungsi.", "Pengungsi itu 105 warga, mengungsi.", 3, "agree"),
    ],
)
def test_the_verdict_follows_from_the_values_and_the_time(store, earlier, later, hours, verdict):
    [(_, found, _, _)] = compared(store, earlier, later, hours)

    assert found == verdict


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Tiga orang tewas.", "Sembilan orang terluka."),
        ("Dua prajurit tewas dan tiga warga tewas.", "Sebanyak lima orang meninggal."),
        ("Kerugian ditaksir Rp8 miliar.", "Nakhoda membantah kerugian Rp11 miliar."),
        ("Kapal berumur 12 tahun.", "Kapal dibuat 14 tahun silam."),
        ("Sebanyak 20 rumah rusak berat.", "Sebanyak 61 rumah rusak."),
        ("Sebanyak 20 kios terbakar.", "Sebanyak 61 rumah terbakar."),
        ("Sebanyak 13 jenazah ditemukan.", "Dua jenazah dibawa pulang keluarga."),
        ("Kapal mengangkut 156 penumpang.", "Kapal membawa 150 orang dewasa."),
    ],
)
def test_figures_of_different_things_are_not_compared(store, earlier, later):
    assert compared(store, earlier, later) == []


def test_one_speaker_is_one_origin(store):
    cited = "kata Kepala Basarnas Bima Mahdi Salim."

    assert compared(
        store, f"Tiga orang tewas, {cited}", f"“Tiga penumpang meninggal di sana,” {cited}"
    ) == [("people dead", "one_origin", 3, 3)]


def test_either_number_is_kept_with_its_source(store):
    """12 or 14 dead: one article agrees with each, and neither is called right."""
    assert compared(store, "Basarnas mencatat 12 atau 14 orang tewas.", "Ada 14 orang tewas.") == [
        ("people dead", "agree", 14, 14),
        ("people dead", "superseded", 12, 14),
    ]


def test_a_speaker_who_corrects_a_figure_does_not_contradict_it(store):
    cited = "kata Kepala Basarnas Bima Mahdi Salim."

    assert compared(
        store, f"“Kerugian Rp8 miliar,” {cited}", f"“Kerugian mencapai Rp11 miliar,” {cited}"
    ) == [("loss, IDR", "superseded", 8_000_000_000, 11_000_000_000)]
