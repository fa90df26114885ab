"""Which office somebody holds, where, and where a name begins and ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parsers.structure import structure
from parsers.structure.names.entities import EntityIndex
from parsers.structure.tokens.gazetteer import by_code
from parsers.structure.tokens.text import BodyText

OFFICES = [
    "Bupati",
    "Wali Kota",
    "Gubernur",
    "Wakil Bupati",
    "Sekda",
    "Kapolres",
    "Kepala Dinas Kesehatan",
    "Ketua DPRD",
    "Camat",
    "Ketua KPU",
    "Dandim",
    "Kepala Kejaksaan Negeri",
]
PARSERS = Path(__file__).parents[2] / "parsers"


def speaker(text):
    quote = structure(text).quotes[-1]
    return quote.speaker_name, quote.speaker_role, quote.speaker_affiliation


def test_no_office_loses_a_part_of_its_region():
    names = [
        re.sub("^(Kabupaten|Kota|Administrasi) (Administrasi )?", "", region.name)
        for region in by_code().values()
        if region.kind in {"province", "city"}
    ]
    cut = []
    for name in names:
        whole = [f"{office} {name}" for office in OFFICES]
        body = BodyText("\n".join(f"{each} Budi Santoso mengaku." for each in whole))
        phrases = EntityIndex(body).phrases
        read = [" ".join(filter(None, (p.role, p.organization_name))) for p in phrases]
        cut += [] if read == whole and all(p.name for p in phrases) else [(name, read)]

    assert len(names) == 552
    assert cut == []


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("Sari Wulandari, ekonom di Bank Arunika", ("Sari Wulandari", "ekonom", "Bank Arunika")),
        (
            "peneliti Sari Wulandari dari Universitas Arunika",
            ("Sari Wulandari", "peneliti", "Universitas Arunika"),
        ),
        (
            "Kapolsek Sukamaju, Probolinggo, AKP Budi Santoso",
            ("Budi Santoso", "Kapolsek Sukamaju", None),
        ),
        ("pengusaha asal Medan, Budi Santoso", ("Budi Santoso", "pengusaha", None)),
        (
            "pelajar asal SMA Negeri 1 Muara, Budi Santoso",
            ("Budi Santoso", "pelajar", "SMA Negeri 1 Muara"),
        ),
        (
            "Head of Retail and Business Development Arunika Sekuritas Budi Santoso",
            ("Budi Santoso", "Head of Retail and Business Development", "Arunika Sekuritas"),
        ),
        (
            "Sari Wulandari, mantan narapidana kasus suap",
            ("Sari Wulandari", "mantan narapidana kasus suap", None),
        ),
        (
            "Sari Wulandari, yang merupakan Ketua Koperasi Melati",
            ("Sari Wulandari", "Ketua", "Koperasi Melati"),
        ),
        (
            "Sari Wulandari, salah satu pendiri Yayasan Melati",
            ("Sari Wulandari", "pendiri", "Yayasan Melati"),
        ),
        (
            "pengamat kebijakan publik dari Universitas Melati, Sari Wulandari",
            ("Sari Wulandari", "pengamat kebijakan publik", "Universitas Melati"),
        ),
        (
            "Deputi Bidang Neraca dan Analisis Statistik BPS Sri Sulastri",
            ("Sri Sulastri", "Deputi Bidang Neraca dan Analisis Statistik", "BPS"),
        ),
        (
            "Kepala Badan Karantina Hewan dan Tumbuhan Sari Wulandari",
            ("Sari Wulandari", "Kepala", "Badan Karantina Hewan dan Tumbuhan"),
        ),
        ("Model Kirana Larasati", ("Kirana Larasati", "Model", None)),
        ("Komedian Bagas Wirawan", ("Bagas Wirawan", "Komedian", None)),
        ("Bagus Dwi Cahyono (BDC)", ("Bagus Dwi Cahyono", None, None)),
        (
            "Ketua Umum Partai Melati Bagus Dwi Cahyono (BDC)",
            ("Bagus Dwi Cahyono", "Ketua Umum", "Partai Melati"),
        ),
        ("Sari Wulandari (Partai Melati)", ("Sari Wulandari", None, None)),
        ("Sari Wulandari (kanan)", ("Sari Wulandari", None, None)),
        ("K.H. Said Mustofa", ("Said Mustofa", None, None)),
        ("Maria da Costa", ("Maria da Costa", None, None)),
        ("Ursula von der Leyen", ("Ursula von der Leyen", None, None)),
        ("Leonardo di Caprino", ("Leonardo di Caprino", None, None)),
        (
            "Menteri Pertahanan Paulo del Rosario",
            ("Paulo del Rosario", "Menteri Pertahanan", None),
        ),
        ("Wali Kota Bima Arya Sugiarta", ("Bima Arya Sugiarta", "Wali Kota", None)),
        (
            "Kepala Dusun Krajan, Kelurahan Sumberjati, Kecamatan Moyu, Sari Wulandari",
            (
                "Sari Wulandari",
                "Kepala Dusun Krajan, Kelurahan Sumberjati, Kecamatan Moyu",
                None,
            ),
        ),
        (
            "Head of Global Research Arunika, Sari Wulandari",
            ("Sari Wulandari", "Head of Global Research", "Arunika"),
        ),
        (
            "Head of Operations at Bank Arunika, Sari Wulandari",
            ("Sari Wulandari", "Head of Operations", "Bank Arunika"),
        ),
        ("CEO of Arunika Sari Wulandari", ("Sari Wulandari", "CEO", "Arunika")),
        (
            "Ketua Komunitas Jalan to School Sari Wulandari",
            ("Sari Wulandari", "Ketua", "Komunitas Jalan to School"),
        ),
        (
            "Kepala Seksi Penyidikan Satuan Polisi Pamong Praja Sari Wulandari",
            ("Sari Wulandari", "Kepala Seksi Penyidikan", "Satuan Polisi Pamong Praja"),
        ),
        (
            "Deputi Ekonomi Makro dan Keuangan Kementerian Kelautan, Sari Wulandari",
            ("Sari Wulandari", "Deputi Ekonomi Makro dan Keuangan", "Kementerian Kelautan"),
        ),
        (
            "Sari Wulandari, pakar energi terbarukan ITS",
            ("Sari Wulandari", "pakar energi terbarukan", "ITS"),
        ),
        ("Camat Ratamoko, Sari Wulandari", ("Sari Wulandari", "Camat Ratamoko", None)),
        ("Sekjen PD Sari Wulandari", ("Sari Wulandari", "Sekjen", "PD")),
        ("pencipta lagu Sari Wulandari", ("Sari Wulandari", "pencipta lagu", None)),
        ("terdakwa Joko Purnama (Jojo)", ("Joko Purnama", "terdakwa", None)),
        (
            "Sari Wulandari (39), saksi pertama dalam sidang itu",
            ("Sari Wulandari", "saksi pertama", None),
        ),
        (
            "Ketua Dewan Pimpinan Cabang Himpunan Pemandu Sari Wulandari",
            ("Sari Wulandari", "Ketua", "Dewan Pimpinan Cabang Himpunan Pemandu"),
        ),
        (
            "pemilik Kopi Zelvora, Sari Wulandari (50)",
            ("Sari Wulandari", "pemilik", "Kopi Zelvora"),
        ),
        (
            "Juru bicara pemerintah untuk Covid-19, Sari Wulandari",
            ("Sari Wulandari", "Juru bicara pemerintah untuk Covid-19", None),
        ),
        (
            "Sari Wulandari, Kepala Dinas Perdagangan, Perindustrian, dan Usaha Kecil Bandung",
            (
                "Sari Wulandari",
                "Kepala",
                "Dinas Perdagangan, Perindustrian, dan Usaha Kecil Bandung",
            ),
        ),
        (
            "Sari Wulandari (28), warga Jakarta yang biasa bersepeda",
            ("Sari Wulandari", "warga Jakarta", None),
        ),
        ("Camat Kebayoran Lama Sari Wulandari", ("Sari Wulandari", "Camat Kebayoran Lama", None)),
        (
            "Sari Wulandari (39), pemimpin PERSADA yang baru dipilih",
            ("Sari Wulandari", "pemimpin", "PERSADA"),
        ),
        ("Sari Wulandari, manajer di sebuah hotel", ("Sari Wulandari", "manajer", None)),
        ("pemilik nama asli Sari Wulandari itu", ("Sari Wulandari", None, None)),
        ("Hakim Agung Syamsul Maarif", ("Syamsul Maarif", "Hakim Agung", None)),
        ("Wali Kota Paris Anne Hidayat", ("Anne Hidayat", "Wali Kota Paris", None)),
    ],
)
def test_names_are_whole_and_offices_are_read_on_both_sides(who, expected):
    assert speaker(f"“Kami sudah siap,” kata {who}.") == expected


def test_a_copula_tells_the_office():
    text = "Sari Wulandari yang merupakan seorang penulis mengatakan bahwa bukunya laku keras."

    assert speaker(text) == ("Sari Wulandari", "penulis", None)


def test_a_bracket_after_a_body_stays_with_it():
    text = "“Kami siap,” kata Rektor Universitas Ahmad Dahlan (UAD) Sari Wulandari."

    assert speaker(text) == ("Sari Wulandari", "Rektor", "Universitas Ahmad Dahlan")


def test_one_word_after_a_minister_is_the_name():
    phrases = EntityIndex(BodyText("Arahan itu lewat Menteri Pertahanan Wulandara, Jumat.")).phrases

    assert [p.role for p in phrases if p.name] == ["Menteri Pertahanan"]


def test_a_clause_after_the_speaker_is_nobodys_office():
    text = "Adapun, lanjut Sari Wulandari, pengelola yang melanggar akan ditegur."

    assert speaker(text) == ("Sari Wulandari", None, None)


def test_what_points_elsewhere_is_nobodys_office():
    text = "Soal adanya tersangka lain, Sari Wulandari mengatakan belum ada bukti baru."

    assert speaker(text) == ("Sari Wulandari", None, None)


def test_a_demonstrative_after_a_name_leaves_the_office():
    phrases = EntityIndex(BodyText("Pesawat itu dibawa kopilot Joko Purnama itu.")).phrases

    assert [p.role for p in phrases if p.name] == ["kopilot"]


@pytest.mark.parametrize(
    "text",
    [
        "Surat itu dikirim kepada Camat Kebayoran Lama.",
    ],
)
def test_places_and_companies_are_nobody(text):
    assert [p.name for p in EntityIndex(BodyText(text)).phrases if p.name] == []


def test_places_in_a_row_are_no_name():
    phrases = EntityIndex(BodyText("Wali Kota Bogor, Depok, Bekasi menyatakan siap.")).phrases

    assert [(p.name, p.role) for p in phrases] == [(None, "Wali Kota Bogor")]


def test_a_kind_of_company_alone_is_no_body():
    mentions = structure("“Kami siap,” kata Direktur PT Sari Wulandari.").mentions

    assert [m.text for m in mentions] == ["Sari Wulandari"]


@pytest.mark.parametrize(
    "text",
    [
        "Ketua Organisasi Pengusaha Angkutan di Jalan",
        "Kata Kepala Dinas Sosial dan",
        "Organisasi Pengusaha di Jalan (",
        "Menurut Badan Urusan Logistik di Kota Bandung",
    ],
)
def test_a_text_may_end_inside_an_office(text):
    words = text.split()
    for n in range(1, len(words) + 1):
        part = " ".join(words[:n])
        mentions = structure(part).mentions
        assert [m.text for m in mentions] == [part[m.char_start : m.char_end] for m in mentions]
