"""What the words beside a name say of a person, and what a first name says."""

import pytest

from parsers.structure.person_words import name_gender, person_words


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Aksi itu dihadiri pelatih Timnas Pesisir ", " sejak pagi.", "celebrity"),
        ("Warga setempat, ", ", mengaku khawatir.", "citizen"),
        ("Psikolog Anak, Remaja, dan Keluarga, ", " menilai", "academic"),
        ("Ketua Asosiasi Pemasok Garam dan Mineral Pesisir ", " menolak", "business"),
        ("Hal itu dikatakan Irjen ", " kemarin.", "police_military"),
        ("Menurut Prof. Dr. ", ", gejalanya ringan.", "academic"),
        ("Narasumber dari Polres Pesisir, ", " mengatakan", "police_military"),
        ("Presiden\nUni Pesisir\n", "\nmengatakan", "government"),
        ("Seorang penumpang bernama ", " mengeluh.", "citizen"),
        ("", " (44), warga Desa Lenek, mengaku lega.", "citizen"),
        ("", ", warga sekaligus pengguna jalan menyampaikan keluhannya.", "citizen"),
        ("", " selaku Direktur Utama PT Pesisir Jaya mengatakan", "business"),
        ("", ", Sp.PD, menjelaskan", "academic"),
        ("Ayah korban, ", ", berharap", "citizen"),
        # the name is whom they serve, or it is a relative's
        ("Para pendukung ", " berkumpul.", None),
        ("Itu dikatakan kuasa hukum ", " kemarin.", None),
        ("Istri Gubernur Pesisir, ", ", hadir.", None),
        # an office of the next person, a list, a sentence about something else
        ("", ", pelatih Persiran ", None),
        ("Menurut para ahli merek, keputusan ", " tepat.", None),
        ("Polisi menangkap pelaku, kata ", ".", None),
        ("Saat diperiksa polisi, ", " diam.", None),
        ("Hal itu disampaikan Kapolres Pesisir, ", ".", "police_military"),
        ("Mantan bupati ", " hadir.", None),
        ("Viral Mobil Anggota DPRD Pesisir Tabrak Pagar\n", " menegaskan", None),
        ("Polisi memeriksa toko. ", " mengaku", None),
    ],
)
def test_words_beside_a_name_tell_what_kind_of_speaker_a_person_is(before, after, expected):
    assert person_words(before, after).speaker_class == expected


def test_the_lawyer_of_a_named_client_is_who_stands_after_the_comma():
    client = "Kuasa hukum Sari Wulandari, "

    assert person_words(", ", ", membantah.", client).speaker_class == "court"
    assert person_words(", ", ", membantah.", "Presiden Sari Wulandari, ").speaker_class is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Kami menunggu Pak ", " di sini.", "male"),
        ("Terima kasih kepada Ibu ", " atas bantuannya.", "female"),
        ("Hj. ", " hadir.", "female"),
        ("Itu kata aktris ", " kemarin.", "female"),
        ("Seorang pria bernama ", " ditangkap.", "male"),
        ("Ia datang bersama istrinya, ", ".", "female"),
        ("Berbeda dengan sang suami, ", ", ia diam.", "male"),
        ("Ia adalah istri ", ".", "male"),  # whose wife somebody is
        ("", ", istri korban, menangis.", "female"),
        ("", ", seorang wanita asal Lenek, mengadu.", "female"),
        ("", " tiba pagi itu. Pria berusia 35 tahun itu diam.", "male"),
        # of these nothing is said of the person of that name
        ("Ia datang bersama ibu ", ".", None),
        ("Ibu ", " menangis.", None),
        ("", ", istri, dan anaknya selamat.", None),
        ("", " dekat dengan seseorang. Wanita itu diam.", None),
        ("Pasangan suami istri ", " ditangkap.", None),
        ("Kata penyanyi ", ".", None),
    ],
)
def test_words_beside_a_name_tell_the_gender_of_a_person(before, after, expected):
    assert person_words(before, after).gender == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Siti Aminah", "female"),
        ("Budi Santoso", "male"),
        ("Ni Luh Sukmawati", "female"),
        ("I Wayan Darma", "male"),
        ("Ida Ayu Laksmi", "female"),
        ("Ida Bagus Laksana", "male"),
        ("Nur Aisyah", "female"),
        ("Sri Wahyuni", "female"),
        ("Muhammad Siti Rahman", None),  # a doubt
        ("Sri Laksana", None),
        ("Laksana Dewi", None),  # a last word may be the name of a family
        ("Dian Laksana", None),
        ("Wayan Laksana", None),
    ],
)
def test_a_first_name_tells_a_gender_only_without_a_doubt(name, expected):
    assert name_gender(name) == expected
