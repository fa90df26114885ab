"""Where something happened, told from what is only named."""

import pytest

from parsers.structure import structure

LEAD = "Hujan turun sejak pagi.\n"  # a lead that names no place


def roles(text):
    return {p.text: p.role == "event_location" for p in structure(text).places}


@pytest.mark.parametrize(
    "text",
    [
        "Dua pekerja di Malaysia diperiksa polisi.",
        "Sebuah pasar Kecamatan Gambir ludes terbakar pada malam itu.",
        "Korban banjir dibawa petugas ke RSUD Kudus pada malam itu.",
        LEAD + "Kebakaran terjadi di Kudus.",
        LEAD + "Toko itu tutup di kawasan wisata Kudus, lalu di kota Kudus.",
        LEAD + "Gempa mengguncang Kudus.",
        LEAD + "Kudus diguncang gempa.",
        LEAD + "Presiden melakukan kunjungan kerja ke Kudus.",
        LEAD + "Serangan udara terhadap Lebanon berlanjut.",
        LEAD + "Cabang itu tersebar di seluruh Indonesia.",
        LEAD + "Rumah itu milik keluarga, Desa Parung, Kecamatan Parung, Kabupaten Bogor.",
    ],
)
def test_a_place_is_where_it_happened(text):
    assert True in roles(text).values()


@pytest.mark.parametrize(
    "text",
    [
        "Seorang pemuda asal Kudus lolos ke babak akhir lomba.",
        "Polisi memeriksa pria yang merupakan warga Kudus dan temannya.",
        LEAD + "Ia kuliah di Kudus.",
        LEAD + "Kantor itu bermarkas di Malaysia.",
        LEAD + "Harganya murah seperti di Malaysia.",
        LEAD + "Ia orang terkaya di Indonesia.",
        LEAD + "Mereka tampil di Asia.",
        LEAD + "Contoh darah dikirim ke laboratorium di Kudus.",
        LEAD + "Di Grup A, Malaysia menang besar.",
        LEAD + "Bahkan di babak itu, Malaysia kalah.",
        LEAD + "Ia warga Desa Parung, Kecamatan Parung, Kabupaten Bogor.",
        LEAD + "“Kami berkumpul di Kudus,” kata Sari Wulandari.",
    ],
)
def test_a_place_is_only_named(text):
    assert True not in roles(text).values()


def test_what_happened_long_before_the_news_is_background():
    text = (
        "Sekolah itu dibuka lagi, Senin (9/6/2025).\nPada tahun 1994 sekolah itu berdiri di Kudus."
    )

    assert roles(text) == {"Kudus": False}


def test_the_regions_around_the_place_are_where_it_happened_too():
    text = LEAD + "Banjir terjadi di Kudus.\nBantuan dari Jawa Tengah tiba, juga dari Jawa Timur."

    assert roles(text) == {"Kudus": True, "Jawa Tengah": True, "Jawa Timur": False}


def test_a_list_of_places_is_one():
    text = LEAD + "Gempa dirasakan di Kudus, Demak, Jepara, dan Semarang."

    assert set(roles(text).values()) == {True}
