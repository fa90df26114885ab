from decimal import Decimal

import pytest
from support.figure_forms import FORMS

from parsers.structure import structure


def only(text, **kwargs):
    (figure,) = structure(text, **kwargs).figures
    return figure


@pytest.mark.parametrize(
    ("text", "span", "value", "high", "comparator", "unit", "currency"),
    [
        ("Ada 1.000 orang.", "1.000 orang", "1000", None, "=", "orang", None),
        ("Ada lebih dari 1.500 kasus.", "lebih dari 1.500 kasus", "1500", None, ">", "kasus", None),
        ("Ada 1.581 lebih korban.", "1.581 lebih korban", "1581", None, ">", "korban", None),
        ("Ada sekitar 300 warga.", "sekitar 300 warga", "300", None, "~", "warga", None),
        ("Hadir hampir 90 siswa.", "hampir 90 siswa", "90", None, "<", "siswa", None),
        ("Berat minimal 10 kg.", "minimal 10 kg", "10", None, ">=", "kg", None),
        ("Tamu maksimal 20 orang.", "maksimal 20 orang", "20", None, "<=", "orang", None),
        ("Harga Rp 2,5 triliun.", "Rp 2,5 triliun", "2500000000000", None, "=", None, "IDR"),
        ("Harga Rp. 24.000.000.", "Rp. 24.000.000", "24000000", None, "=", None, "IDR"),
        ("Harga Rp20-25 juta.", "Rp20-25 juta", "20000000", "25000000", "range", None, "IDR"),
        (
            "Harga Rp 500.000-Rp 1 juta.",
            "Rp 500.000-Rp 1 juta",
            "500000",
            "1000000",
            "range",
            None,
            "IDR",
        ),
        ("Nilai US$ 643,8 miliar.", "US$ 643,8 miliar", "643800000000", None, "=", None, "USD"),
        ("Nilai 1,06 juta dollar AS.", "1,06 juta dollar AS", "1060000", None, "=", None, "USD"),
        ("Upah NTD10.000 sebulan.", "NTD10.000", "10000", None, "=", None, "TWD"),
        ("Naik 3,5 % saja.", "3,5 %", "3.5", None, "=", "persen", None),
        ("Naik 6-7 persen.", "6-7 persen", "6", "7", "range", "persen", None),
        ("Datang dua puluh lima orang.", "dua puluh lima orang", "25", None, "=", "orang", None),
        ("Harganya lima ribu perak saja.", "lima ribu perak", "5000", None, "=", None, "IDR"),
        ("Inflasi di level 0,42 persen.", "0,42 persen", "0.42", None, "=", "persen", None),
        ("Ada 20 juta KK.", "20 juta KK", "20000000", None, "=", "KK", None),
        # a scale also ends at a digit or a capital, as where a footnote or the next line is glued to it
        (
            "Biaya Rp 9,3 miliar2. Kota itu luas.",
            "Rp 9,3 miliar",
            "9300000000",
            None,
            "=",
            None,
            "IDR",
        ),
        ("Nilai Rp 412 jutaMBX naik.", "Rp 412 juta", "412000000", None, "=", None, "IDR"),
        ("Ada 3,5 jutaMBX di sana.", "3,5 juta", "3500000", None, "=", None, None),
        (
            "Asetnya Rp1,7 kuadriliun.",
            "Rp1,7 kuadriliun",
            "1700000000000000",
            None,
            "=",
            None,
            "IDR",
        ),
        # rupiah have no third decimal
        ("Tarifnya Rp 5,000 saja.", "Rp 5,000", "5000", None, "=", None, "IDR"),
        (
            "Dividennya Rp 23,73 per saham.",
            "Rp 23,73 per saham",
            "23.73",
            None,
            "=",
            "saham",
            "IDR",
        ),
        ("Harga pertalite turun Rp 350 lagi.", "Rp 350", "350", None, "=", None, "IDR"),
        ("Ongkosnya Rp 0 saja.", "Rp 0", "0", None, "=", None, "IDR"),
    ],
)
def test_every_form_of_quantity_is_read(text, span, value, high, comparator, unit, currency):
    figure = only(text)

    assert (figure.text, figure.value, figure.value_high) == (
        span,
        Decimal(value),
        Decimal(high) if high else None,
    )
    assert (figure.comparator, figure.unit, figure.currency) == (comparator, unit, currency)


@pytest.mark.parametrize(
    "text",
    [
        "Nomor 18 Tahun 2017 dan Pasal 45 A ayat (1).",
        "Pukul 13.00 WIB atau pukul 04.17 tadi.",
        "Selasa (28/05/2024) dan 5 Mei 2024.",
        "Warga RT/RW 08/01 di Jalan Mawar 12 itu.",
        "Sari (23) berusia 23 tahun.",
        "Sejak Covid-19 dan ke-80 pada tahun 2021.",
        "Telepon 081234567890 saja.",
        "Skor 2-1 untuk tuan rumah.",
        "Lima tahun lalu ia pergi.",
        "Datang ratusan warga dan puluhan ribu pelajar.",
    ],
)
def test_dates_times_ages_laws_and_addresses_are_no_quantities(text):
    assert structure(text).figures == ()


@pytest.mark.parametrize(
    "text",
    [
        "Anggarannya Rp 7,5 tahun ini.",
        "Pendapatannya mencapai Rp 150,73 dan bunga.",
        "Biayanya Rp 7,5 hingga Rp 9,4 trilun.",
        "Ia memperkaya diri sebesar Rp 221, 69 miliar.",
        "Terdakwa dihukum Rp 5 tahun penjara.",
        "Kontingen itu meraih 43 perak, dan 59 perunggu.",
    ],
)
def test_rupiah_of_which_a_part_is_lost_have_no_value(text):
    assert [f for f in structure(text).figures if f.currency or not f.unit] == []


def test_of_a_range_that_begins_without_its_scale_the_end_is_left():
    figure = only("Cengkih dijual Rp 950 - Rp 1 juta per kilogram.")

    assert (figure.text, figure.value) == ("Rp 1 juta per kilogram", 1_000_000)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Inflasi naik 4,4%.", None),
        ("Inflasi naik 4,4 % dari bulan lalu.", None),
        ("Sebanyak 12% warga desa mengungsi.", "warga desa"),
        ("Sebanyak 12 persen warga desa mengungsi.", "warga desa"),
        ("Sebanyak 12 persen mengungsi.", None),
    ],
)
def test_the_noun_of_a_percentage_leaves_out_its_sign(text, found):
    assert only(text).noun_phrase == found


def test_a_numeral_of_the_other_convention_is_flagged():
    assert only("Beratnya 35,386 kg.").rule_id == "figure.ambiguous"


def test_a_figure_knows_its_noun_its_quote_and_its_period():
    figure = only(
        "“Ada 150 kasus penipuan sepanjang 2020-2022,” kata Kapolres Malang AKBP Budi Santoso."
    )

    assert (figure.noun_phrase, figure.quote_no, figure.date_no) == ("kasus penipuan", 1, 1)


def test_a_list_after_a_figure_belongs_to_what_is_counted():
    figure = only("Acara diikuti 90 peserta kalangan warga, siswa SMA, guru dan kepala desa.")

    assert figure.noun_phrase == "peserta kalangan warga, siswa SMA, guru dan kepala desa"


def test_english_separators():
    assert only("It cost $1,200.50 then.", language="en").value == Decimal("1200.50")


def test_wheels_and_places_in_a_race_are_no_quantities():
    assert (
        structure("Lima unit kendaraan roda empat milik warga disita; tim itu juara dua nasional.")
        .figures[0]
        .text
        == "Lima unit"
    )
    assert (
        len(
            structure(
                "Lima unit kendaraan roda empat milik warga disita; tim itu juara dua nasional."
            ).figures
        )
        == 1
    )


def test_ranges_of_percent_and_of_words_and_what_a_month_is_not():
    text = "Utilisasi sudah 80%-85%. Nilainya Rp71 triliun per September 2026. Tim dikirim ke enam kecamatan."
    found = [(f.value, f.value_high, f.unit) for f in structure(text).figures]

    assert found == [
        (80, 85, "persen"),
        (71 * 10**12, None, None),
        (6, None, "kecamatan"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lima kegiatan kurang, satu malah fiktif.", ["Lima kegiatan"]),
        ("Ia memasukkan pemain 17 tahun, Nathan Wiratama.", []),
        ("Volume 23,6 miliar saham diperdagangkan.", ["23,6 miliar saham"]),
        ("Dua terdakwa lain hadir.", ["Dua terdakwa"]),
        ("Pantai itu memiliki dua menara pengawas.", ["dua menara"]),
    ],
)
def test_adverbs_and_ages_are_no_units_and_persons_and_scales_are(text, found):
    assert [f.text for f in structure(text).figures] == found


@pytest.mark.parametrize("n_digits", range(7, 11))
def test_a_row_of_seven_digits_or_more_is_a_number_of_somebody_and_counts_nothing(n_digits):
    number = "1234567890"[:n_digits]

    assert only(f"Berkas itu memuat {number[:6]} warga.").value == 123456
    assert structure(f"Berkas itu memuat {number} warga.").figures == ()


def test_a_value_has_the_four_decimals_of_its_column():
    figure = only("Harga naik 3,5 sampai 4 persen.")

    assert (str(figure.value), str(figure.value_high)) == ("3.5000", "4.0000")


def test_a_bare_number_in_brackets_counts_nothing():
    assert structure("Desa Karang Jati (1.500) menerima bantuan.").figures == ()


def test_what_is_counted_is_twelve_words_and_its_unit_at_most():
    words = "guru kelas kota desa pulau laut kapal ikan pasar toko beras gula kopi teh"

    figure = only(f"Ada 40 buku {words} kini.")

    assert (
        figure.noun_phrase
        == "buku guru kelas kota desa pulau laut kapal ikan pasar toko beras gula"
    )


def figure_text(figure):
    low, high = (f"{v.normalize():f}" if v else "-" for v in (figure.value, figure.value_high))
    return f"{figure.comparator} {low} {high} {figure.unit or figure.currency}"


@pytest.mark.parametrize(("sentence", "expected"), FORMS)
def test_each_form_of_a_figure_gives_its_value_and_comparator(sentence, expected):
    assert tuple(figure_text(f) for f in structure(sentence).figures) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ada 20 orang hingga 30 rumah di sana.",
        "Dana Rp 5 juta hingga 20 persen hilang.",
        "Ada 30 orang hingga 20 orang di sana.",
    ],
)
def test_figures_of_two_things_are_no_range(text):
    assert [f.value_high for f in structure(text).figures] == [None, None]
