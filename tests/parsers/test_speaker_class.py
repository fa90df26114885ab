"""What a speaker is, by office and body; where neither tells, nothing is said."""

import pytest
from support.builders import T0, VERSIONS, outcome, rows
from support.steps import run_step

from parsers.source import from_data
from parsers.structure import structure
from parsers.structure.speaker_class import speaker_class
from warehouse.write.load import load_outcomes
from warehouse.write.speaker_classes import CLASSIFY_SPEAKERS

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}
TEXT = """“Kami siap membantu,” kata Kepala Dinas Sosial Kota Malang Sari Wulandari.
“Harga naik 12 persen,” kata Budi Santoso, pedagang bakso.
“Entahlah, kami menunggu,” kata Rudi Hartono."""


@pytest.mark.parametrize(
    ("office", "body", "expected"),
    [
        ("Bupati Cianjur", None, "government"),
        ("Plt. Kepala", "Dinas Kesehatan Kota Surabaya", "government"),
        ("Juru Bicara", "KPK", "government"),
        ("Deputi Gubernur", "Bank Indonesia", "government"),
        ("Kapolres Garut", None, "police_military"),
        ("Kepala Bidang Humas", "Polda Jawa Timur", "police_military"),
        ("Anggota Komisi IX", "DPR", "legislature"),
        ("Ketua Majelis Hakim", None, "court"),
        ("Kepala Seksi", "Kejaksaan Negeri Maros", "court"),
        ("Direktur Utama", None, "business"),
        ("Direktur Teknik", "PT Tol Pesisir Utara", "business"),
        ("Ekonom", "Bank Pesisir", "business"),
        ("Dosen", "Universitas Pesisir Jawa", "academic"),
        ("Peneliti", "Walhi Kalimantan Tengah", "civil_society"),
        ("Ketua", "Badan Eksekutif Mahasiswa Universitas Pesisir", "civil_society"),
        ("pedagang bakso", None, "citizen"),
        ("warga Desa Lenek", None, "citizen"),
        ("Pelatih", "Persiran", "celebrity"),
        (None, "Kementerian Perhubungan", "government"),
        ("mantan bupati Cianjur", None, None),
        ("calon gubernur", None, None),
        ("mantan pemain timnas", None, "celebrity"),
        ("Kuasa hukum", "PT Tol Pesisir Utara", "court"),
        ("Ketua Umum", "Partai Pesisir", "civil_society"),
        ("Ketua Fraksi", "Partai Pesisir DPRD Garut", "legislature"),
        ("Presiden", "Konfederasi Serikat Pekerja Pesisir", "civil_society"),
        ("Presiden", None, "government"),
        ("Dokter", "Spesialis Paru RS Pesisir", "academic"),
        ("Staf Ahli Bupati", None, "government"),
        ("Ketua", None, None),
        (None, None, None),
    ],
)
def test_office_and_body_tell_what_a_speaker_is(office, body, expected):
    assert speaker_class(office, body).name == expected


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("Pihak kepolisian", "police_military"),
        ("sejumlah warga", "citizen"),
        ("jaksa", "court"),
        ("manajemen", "business"),
        ("para ahli", "academic"),
        ("Pemerintah pusat", "government"),
        ("dia", None),
        ("unggahan itu", None),
    ],
)
def test_an_unnamed_speaker_is_classified_by_the_words_for_them(surface, expected):
    assert speaker_class(None, None, surface) == (expected, expected and "surface")


@pytest.mark.parametrize(
    ("office", "body", "expected"),
    [
        ("Bupati Cianjur", None, ("government", "office")),
        ("Ketua", "Walhi Kalimantan Tengah", ("civil_society", "body")),
        ("calon gubernur", None, (None, "office")),
        ("Ketua", None, (None, None)),
    ],
)
def test_the_evidence_is_the_words_that_decide(office, body, expected):
    assert speaker_class(office, body) == expected


def classes(store, view):
    return rows(store, f"SELECT speaker, speaker_class FROM {view} ORDER BY ALL")


@pytest.fixture
def quoted(store):
    one = outcome(
        TEXT,
        url="http://kabar.test/1",
        article_id="a",
        date_published=T0,
        in_language="id",
        structure=structure(TEXT),
    )
    load_outcomes(store, [one], SOURCES, VERSIONS)
    return store


def test_quotes_figures_and_people_have_the_class(quoted):
    expected = [
        ("Budi Santoso", "citizen"),
        ("Rudi Hartono", None),
        ("Sari Wulandari", "government"),
    ]

    assert classes(quoted, "mart.quotes") == expected
    assert classes(quoted, "mart.figures") == [("Budi Santoso", "citizen")]
    assert rows(quoted, "SELECT person, speaker_class FROM mart.people ORDER BY ALL") == expected


def test_quotes_of_an_older_home_get_it_without_being_parsed_again(quoted):
    expected = classes(quoted, "mart.quotes")
    with quoted.write_connection() as con:
        con.execute(
            "UPDATE core.quotes SET speaker_class = 'business', speaker_class_evidence = 'office'"
        )
    run_step(quoted, CLASSIFY_SPEAKERS)
    assert {name for _, name in classes(quoted, "mart.quotes")} == {"business"}

    with quoted.write_connection() as con:
        con.execute("INSERT INTO ops.steps_due VALUES ('classify_speakers', NULL)")
    run_step(quoted, CLASSIFY_SPEAKERS)

    assert classes(quoted, "mart.quotes") == expected
    assert rows(quoted, "FROM ops.steps_due") == []
