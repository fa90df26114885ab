"""Where the name of a person or company begins and ends."""

import pytest

from parsers.structure import structure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Kota ini indah,” ujar Rikard van der Meulen.", ["Rikard van der Meulen"]),
        ("Mateo de la Vergara mencetak dua gol.", ["Mateo de la Vergara"]),
        ("Seragam itu dipakai oleh Rizky Santoso Cs.", ["Rizky Santoso"]),
        ("Bupati Siti Juni Rahmawati hadir.", ["Siti Juni Rahmawati"]),
        ("Kata Budi Santoso, Juni nanti ia datang.", ["Budi Santoso"]),
        ("Ia dijuluki Budi Santoso-nya Malaysia.", ["Budi Santoso"]),
        ("Ada surat atas nama Sentot Susilo SH dan kunci.", ["Sentot Susilo"]),
        ("Ketua panitia Hj.Berta Lumintang hadir.", ["Berta Lumintang"]),
        ("Disampaikan melalui Kak Yakob selaku staf ahli.", ["Yakob"]),
        ("Romano Aubameyang mencetak gol.", ["Romano Aubameyang"]),
    ],
)
def test_a_name_is_whole_and_has_no_other_words(text, expected):
    assert [m.text for m in structure(text).mentions] == expected


@pytest.mark.parametrize(
    ("text", "company", "person"),
    [
        ("Direktur PT Surya Motor hadir.", "PT Surya Motor", None),
        ("Rangga Radityo, Direktur PT Surya Motor, hadir.", "PT Surya Motor", "Rangga Radityo"),
        ("Manajer PT Surya Motor Budi Santoso hadir.", "PT Surya Motor", "Budi Santoso"),
        ("Sekolah itu, Al Mulia Islamic School, ditutup.", "Al Mulia Islamic School", None),
    ],
)
def test_a_company_is_nobody(text, company, person):
    names = {m.text: m.entity_type for m in structure(text).mentions}

    expected = {company: "organization"} | ({person: "person"} if person else {})
    assert names == expected


@pytest.mark.parametrize(
    "who",
    [
        "dr. Mulia Rahmani, M.Gizi, Sp.GK, AIFO-K,",
        "Dokter dari RS Mitra, dr. Mulia Daya, M.Gizi, Sp.GK,",
        "Kepala Dinas Sosial Mulia Rahmani, S.T",
        "Manajer Humas Mulia Rahmani, A.Md, S.H, MPA",
    ],
)
def test_a_degree_is_no_speaker(who):
    (quote,) = structure(f"{who} menjelaskan, “Puasa itu baik bagi tubuh.”").quotes

    assert quote.speaker_name in {"Mulia Rahmani", "Mulia Daya"}


def test_a_clitic_that_means_a_body_names_nobody():
    found = structure("“Jalan licin,” kata KNKT. “Rem berfungsi,” katanya.")

    assert {quote.speaker_name for quote in found.quotes} == {"KNKT"}
    assert {m.entity_type for m in found.mentions} == {"organization"}
