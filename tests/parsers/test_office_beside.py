"""The office of a person in words beside the name: before a comma, or behind it."""

from __future__ import annotations

import pytest

from parsers.structure import RULES, structure

QUOTE = '"Kami belum menerima laporan apa pun,"'


def office(text):
    quote = structure(text).quotes[-1]
    return quote.speaker_name, quote.speaker_role, quote.speaker_affiliation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"Hal itu disampaikan sahabat dekat sekaligus sesama komedian, Sari Wulandari. {QUOTE} kata Sari.",
            ("Sari Wulandari", "komedian", None),
        ),
        (
            f"Kini, kerabat dekat korban, Sari Wulandari, menggalang dana. {QUOTE} kata Sari.",
            ("Sari Wulandari", "kerabat dekat korban", None),
        ),
        (
            "Strategy & Marketing Director PT Arunika Jaya, Sari Wulandari, mengatakan stok cukup.",
            ("Sari Wulandari", "Strategy & Marketing Director", "PT Arunika Jaya"),
        ),
        (
            "Adapun Pensiunan Jenderal Israel Itzhak Bima mengatakan perang itu gagal.",
            ("Itzhak Bima", "Pensiunan Jenderal Israel", None),
        ),
        (
            f"{QUOTE} ucap Perwakilan dari Karya Lestari, Darma Wiratama, Senin.",
            ("Darma Wiratama", "Perwakilan", "Karya Lestari"),
        ),
        (
            f"{QUOTE} kata Kepala Ekonom Asia di Arunika Stanley, Robin Sani.",
            ("Robin Sani", "Kepala Ekonom Asia", "Arunika Stanley"),
        ),
        (
            "Team Lead Analis Data di PT Arunika Jaya, Anton Kivva, mengatakan kebocoran itu sudah ditutup.",
            ("Anton Kivva", "Team Lead Analis Data", "PT Arunika Jaya"),
        ),
        (
            "Eks Deputi Bidang Koordinasi Pangan dan Agribisnis di Kementerian Pangan, Musdalifah, mengatakan stok cukup.",
            (
                "Musdalifah",
                "Eks Deputi Bidang Koordinasi Pangan dan Agribisnis",
                "Kementerian Pangan",
            ),
        ),
        (
            "Keuchik Gampong Bayu, Irfan Supriadi, menyatakan bantuan sudah tiba.",
            ("Irfan Supriadi", "Keuchik Gampong Bayu", None),
        ),
        (
            f"{QUOTE} kata Shelby Harris, PsyD, psikolog tidur bersertifikat.",
            ("Shelby Harris", "psikolog tidur bersertifikat", None),
        ),
        (
            "Magak Onesmus (30), seorang pengumpul sampah, mengatakan harga turun.",
            ("Magak Onesmus", "pengumpul sampah", None),
        ),
        (
            f"Menurut pengacaranya, Ilham Suardi, air sudah surut. {QUOTE} kata Ilham.",
            ("Ilham Suardi", "pengacara", None),
        ),
        (
            "Kepala eksekutif barunya, Ivan Mahesa, mengatakan rencana itu matang.",
            ("Ivan Mahesa", "Kepala eksekutif baru", None),
        ),
        (
            f"Hal itu disampaikan sahabatnya, Sari Wulandari. {QUOTE} kata Sari.",
            ("Sari Wulandari", "sahabatnya", None),
        ),
        (
            f"Benda itu dibawa ke tetangganya Slamet Raharja (22). {QUOTE} kata Slamet.",
            ("Slamet Raharja", "tetangganya", None),
        ),
        (
            "Dosen FEB lainnya, Hendra Gunawan, mengatakan panen itu berhasil.",
            ("Hendra Gunawan", "Dosen", "FEB"),
        ),
        (
            f"{QUOTE} ujar Slamet Raharja, satu di antara pedagang yang menolak pindah.",
            ("Slamet Raharja", "pedagang", None),
        ),
        (
            f"{QUOTE} kata Ade Armansyah sebagai perwakilan Aliansi Korban Banjir.",
            ("Ade Armansyah", "perwakilan", "Aliansi Korban Banjir"),
        ),
        (
            f"Menurut Sari Wulandari, sejarawan seni di Palazzo Ceria, kursi itu rapuh. {QUOTE} kata Sari.",
            ("Sari Wulandari", "sejarawan seni", "Palazzo Ceria"),
        ),
        (
            f"{QUOTE} kata Rudi Hartono, ahli keamanan dari perusahaan teknologi Arunika.",
            ("Rudi Hartono", "ahli keamanan", "Arunika"),
        ),
        (
            f"{QUOTE} kata Rudi Hartono, pendiri lembaga riset Strategic Policy Arunika.",
            ("Rudi Hartono", "pendiri", "Strategic Policy Arunika"),
        ),
        (
            f"{QUOTE} kata Ketua bank sampah Mekar Sari, Rudi Hartono.",
            ("Rudi Hartono", "Ketua bank sampah", "Mekar Sari"),
        ),
        (
            f"{QUOTE} kata Rudi Hartono, penulis buku Sekolah Untuk Kami.",
            ("Rudi Hartono", "penulis buku", None),
        ),
        (
            f"{QUOTE} kata Rudi Hartono, mantan tentara di Angkatan Laut Uni Selatan dan bertugas di kapal.",
            ("Rudi Hartono", "mantan tentara", "Angkatan Laut Uni Selatan"),
        ),
        (
            f"{QUOTE} kata Sari Wulandari, seorang profesor bedah di University of Arunika, kota tua.",
            ("Sari Wulandari", "profesor bedah", "University of Arunika"),
        ),
        (
            f"{QUOTE} kata Sari Wulandari, pendiri Academy of Muara dan profesor di Mayo Clinic.",
            ("Sari Wulandari", "pendiri", "Academy of Muara"),
        ),
        (
            "Sebagai ketua Yayasan Arunika, Fransisco Reza mengatakan dana itu sah.",
            ("Fransisco Reza", "ketua", "Yayasan Arunika"),
        ),
    ],
)
def test_words_beside_a_name_tell_the_office(text, expected):
    assert office(text) == expected


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("peternak Sukarsa", "Sukarsa"),
        ("perajin Darsono", "Darsono"),
        ("Kanselir Christian Bima", "Christian Bima"),
    ],
)
def test_a_trade_before_a_name_of_any_length_is_no_part_of_it(who, name):
    trade = who.removesuffix(f" {name}")

    assert office(f"{QUOTE} kata {who}, Senin.") == (name, trade, None)


@pytest.mark.parametrize(
    "text",
    [
        "Saat diperiksa polisi, Reza Mahendra mengatakan dirinya lapar.",
        f"Ia tinggal bersama saksi di rumah Reza Mahendra. {QUOTE} kata Reza Mahendra.",
        f"Polisi memanggil adik Reza Mahendra. {QUOTE} kata Reza Mahendra.",
        "Hal itu dianggap netizen wajar. Reza Mahendra mengatakan dirinya lapar.",
        f"{QUOTE} kata Reza Mahendra, salah satu cara yang paling aman.",
        "Menurut Reza Mahendra, pedagang yang menolak akan pindah.",
        f"{QUOTE} kata Reza Mahendra, warga yang datang sudah pulang.",
        f"Mereka bertemu para penonton, Reza Mahendra, dan tamu. {QUOTE} kata Reza Mahendra.",
    ],
)
def test_other_people_beside_a_name_are_nobodys_office(text):
    assert office(text) == ("Reza Mahendra", None, None)


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Pemain Arunika FC itu", ("Pemain", "Arunika FC")),
        ("Gelandang berusia 27 tahun itu", ("Gelandang", None)),
        ("Pelatih asal Arunika itu", ("Pelatih", None)),
        ("Artis 31 tahun itu", ("Artis", None)),
        ("Pemilik 479 ribu pengikut itu", (None, None)),
        ("Eks Ketua Umum itu", (None, None)),
        ("Pria asal Lenek itu", (None, None)),
        ("Mantan suami Sari itu", (None, None)),
    ],
)
def test_a_description_of_whoever_speaks_tells_the_office(description, expected):
    text = (
        f"Reza Mahendra kecewa. {description} mengatakan timnya kalah. {QUOTE} kata Reza Mahendra."
    )

    assert office(text) == ("Reza Mahendra", *expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pelatih Arunika FC itu mendapat gelar.", ("Pelatih", "Arunika FC")),
        ("Gelandang asal Medan itu cedera.", ("Gelandang", None)),
        ("Aktivis tersebut dipulangkan.", (None, None)),
        ("Warga saat itu marah kepadanya.", (None, None)),
    ],
)
def test_whoever_a_sentence_begins_to_describe_is_the_one_named_before(text, expected):
    text = f"Reza Mahendra kembali menjadi sorotan. {text} {QUOTE} kata Reza."

    assert office(text) == ("Reza Mahendra", *expected)


def test_a_text_may_end_anywhere_beside_a_name():
    text = (
        f"Kini, kerabat dekat korban, Sari, MD, seorang ahli dari PT Arunika itu, pulang. {QUOTE}"
    )

    assert [n for n in range(80) if structure(text[:n]).quotes] == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"{QUOTE} kata Kepala Dinas Sosial Kota Bima, Sari Wulandari.", "office.phrase"),
        (f"{QUOTE} kata Sari Wulandari, Kepala Dinas Sosial Kota Bima.", "office.phrase"),
        (f"{QUOTE} ucap Perwakilan dari Karya Lestari, Sari Wulandari.", "office.beside"),
        (
            f"Sari Wulandari datang terlambat. {QUOTE} kata pemain Arunika FC itu.",
            "office.described",
        ),
        (
            f"Kini, kerabat dekat korban, Sari Wulandari, menggalang dana. {QUOTE} kata Sari.",
            "office.kin",
        ),
        (f"Ibu Negara Sari Wulandari hadir. {QUOTE} kata Sari.", "office.phrase"),
        (
            f"Kepala Dinas Sosial Sari Wulandari datang terlambat. {QUOTE} kata pemain Arunika FC itu.",
            "office.phrase",
        ),
        (f"Sari Wulandari datang terlambat. {QUOTE} kata Sari.", None),
    ],
)
def test_a_row_names_the_rule_that_found_its_office(text, rule):
    *_, quote = structure(text).quotes

    assert quote.speaker_name == "Sari Wulandari"
    assert quote.office_rule_id == rule
    assert (rule is None) == (quote.speaker_role is None)
    assert rule is None or rule in {each.rule_id for each in RULES}
