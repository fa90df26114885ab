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
PARSERS = Path(__file__).parents[1] / "parsers"


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
        ("Lalu Gita Ariadi", ("Lalu Gita Ariadi", None, None)),
        ("K.H. Said Mustofa", ("Said Mustofa", None, None)),
        ("Maria da Costa", ("Maria da Costa", None, None)),
        ("Ursula von der Leyen", ("Ursula von der Leyen", None, None)),
        ("Leonardo di Caprino", ("Leonardo di Caprino", None, None)),
        (
            "Menteri Pertahanan Paulo del Rosario",
            ("Paulo del Rosario", "Menteri Pertahanan", None),
        ),
        ("Wali Kota Bima Arya Sugiarta", ("Bima Arya Sugiarta", "Wali Kota", None)),
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


def test_a_kind_of_company_alone_is_no_body():
    mentions = structure("“Kami siap,” kata Direktur PT Sari Wulandari.").mentions

    assert [m.text for m in mentions] == ["Sari Wulandari"]


def test_a_number_after_a_short_form_is_no_part_of_the_body():
    mentions = structure("Menurut data KPK 4 kasus sudah selesai.").mentions

    assert "KPK 4" not in [m.text for m in mentions]
