"""Bodies that a text names: where each ends, and those that are known without a noun for their kind."""

import pytest

from parsers.structure import structure


def bodies(text):
    return [m.text for m in structure(text).mentions if m.entity_type == "organization"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Partai Golkar dan Partai Gerindra menolak.", ["Partai Golkar", "Partai Gerindra"]),
        (
            "Olah tempat dilakukan Polres Metro Depok dan Unit Reskrim Polsek Bojong Lama.",
            ["Polres Metro Depok", "Polsek Bojong Lama"],
        ),
        ("Ia bertanya kepada FIFA dan AFC.", ["FIFA", "AFC"]),
        ("Pemda DIY di Bank Nusantara menabung.", ["Pemda DIY", "Bank Nusantara"]),
        ("Hari ini Timnas Indonesia Resmi Dicoret dari daftar.", ["Timnas Indonesia"]),
        ("Kami Polresta Bandung Berkomitmen menindak.", ["Polresta Bandung"]),
        ("Polres Malaka AKP Bima Saputra ST MT datang.", ["Polres Malaka"]),
        ("Kepolisian Los Angeles Jim McDonnell datang.", ["Kepolisian Los Angeles"]),
        ("Bek baru Real Madrid datang dari Ajax.", ["Real Madrid", "Ajax"]),
        ("Berita itu ditulis Reuters pada Senin.", ["Reuters"]),
        ("Ia menelepon detikcom dan TribunMedan.com.", ["detikcom", "TribunMedan.com"]),
        ("Ia menulis di Instagram dan membeli Honda Brio.", []),
        ("Pembantu Rumah Tangga itu bekerja di Badan Usaha Jalan Tol.", []),
        ("Final Liga Champions digelar.", []),
        ("Tim Penyidik datang bersama Tim SAR.", ["Tim SAR"]),
        ("Bupati Raja Ampat datang dari wilayahRaja Ampat.", []),
        ("Rilis PanenKita mengatakan bahwa laba naik.", ["PanenKita"]),
        ("Hasil laga: Timnas Indonesia Dibantai Wuhan.", ["Timnas Indonesia"]),
        ("Simak: DPR Desak Hasan Pasewang Mundur.", ["DPR"]),
        ("Ia bekerja di Komnas HAM.Baca juga kabar lain.", ["Komnas HAM"]),
        ("Dikutip dari Instagram, Jakarta, Senin, harga naik.", []),
        ("Seperti dikutip dari YouTube Nusaraya, ia senang.", []),
        ("Departemen Pertanahan Wakanda menolak.", ["Departemen Pertanahan Wakanda"]),
        ("Ia menonton Arunika News di rumah.", ["Arunika News"]),
        ("Menurut Diskominfo di kantor itu, data lengkap.", ["Diskominfo"]),
        ("Pajak Kendaraan Bermotor (PKB) naik. Besaran PKB berubah.", []),
        (
            "Build Your Dreams (BYD) hadir. Ia membeli saham BYD.",
            ["Build Your Dreams", "BYD", "BYD"],
        ),
        (
            "Pasukan TNI (Tentara Nasional Indonesia) tiba. Warga menyambut TNI.",
            ["TNI", "Tentara Nasional Indonesia", "TNI"],
        ),
        ("Laga itu digelar di Kualifikasi Zona Asia.", []),
        ("Tiang Monorel Rusak Estetika Kota, Pengamat Sedih.", []),
        ("Ia anggota Kongres Amerika Serikat (AS). Dolar AS naik.", ["Kongres Amerika Serikat"]),
        ("Surat dari Satpol PP Kabupaten Bogor Nomor 81.", ["Satpol PP Kabupaten Bogor"]),
        (
            "Ia datang ke Kementerian Pendidikan, Kebudayaan, Riset, dan Teknologi.",
            ["Kementerian Pendidikan, Kebudayaan, Riset, dan Teknologi"],
        ),
        ("Ia bertanya kepada OJK.Sebagai warga, ia cemas.", ["OJK"]),
    ],
)
def test_a_body_ends_before_another_a_headline_or_a_name(text, expected):
    assert bodies(text) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Trent Alexander-Arnold mengatakan bahwa ia senang.", "Trent Alexander-Arnold"),
        ("Jim McDonnell mengatakan bahwa ia senang.", "Jim McDonnell"),
        ("Ketua RT, H Budi Santoso, mengatakan bahwa ia senang.", "Budi Santoso"),
    ],
)
def test_a_name_with_a_capital_inside_is_no_short_form(text, name):
    assert [m.entity_name for m in structure(text).mentions if m.mention_type == "name"] == [name]


def test_what_stands_in_two_columns_is_two_names():
    text = "Keluar: Nathan Butlerson     Budi Santoso mengatakan bahwa ia senang."

    assert "Budi Santoso" in {m.entity_name for m in structure(text).mentions}


def test_the_region_at_the_end_of_a_body_is_nobody():
    text = "Dinas Kesehatan (Diskes) Bandar Lampung menyatakan bahwa kasus belum ada."

    assert {(m.entity_type, m.entity_name) for m in structure(text).mentions} == {
        ("organization", "Dinas Kesehatan Bandar Lampung")
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Menteri Keuangan Hasan Basri Pasewang (Menkeu Hasan) datang. Hasan mengatakan ia lapar.",
            {"Hasan Basri Pasewang"},
        ),
        ("Menteri PertanianAndi Pasewang mengatakan bahwa ia lapar.", {"Andi Pasewang"}),
        ("Umat meneladani Nabi Ibrahim AS dan Nabi Ismail AS.", set()),
        ("Harga Batubara naik. Menurut Batubara, itu bukan kabar.", {"Batubara"}),
        ("Undang-Undang Mineral dan Batubara (UU Minerba) berubah.", set()),
    ],
)
def test_a_name_in_a_bracket_and_a_lost_blank_hide_nobody_and_prophets_are_none(text, names):
    assert {m.entity_name for m in structure(text).mentions if m.entity_type == "person"} == names
