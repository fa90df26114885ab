"""Words that a lost blank made one are several; names that are written as one word stay."""

import pytest

from parsers.structure.tokens.text import BodyText


def words(text):
    return [token.text for token in BodyText(text).paragraphs[0].tokens if token.is_word]


@pytest.mark.parametrize(
    ("glued", "parts"),
    [
        ("Ia pulang ke Islandiabakal lama.", ["Islandia", "bakal"]),
        ("Gol Pohandari jauh. Pohan senang.", ["Pohan", "dari"]),
        ("Saham Pohanharga naik. Pohan tahu harga.", ["Pohan", "harga"]),
        ("Kata MenteriRaka.", ["Menteri", "Raka"]),
        ("Ia dikutip dilansirAntara pagi.", ["dilansir", "Antara"]),
        ("Penyidik KPKdan polisi.", ["KPK", "dan"]),
        ("Kata ESDMPohan. Pohan senang.", ["ESDM", "Pohan"]),
        ("Menurut pelatihPohanmengenai laga. Pohan senang.", ["pelatih", "Pohan", "mengenai"]),
    ],
)
def test_a_word_is_parted_where_its_halves_are_words(glued, parts):
    found = words(glued)

    assert any(found[at : at + len(parts)] == parts for at in range(len(found)))


@pytest.mark.parametrize(
    "text",
    [
        "Ia membeli PlayStation baru",
        "Kata Lesmana di Tebingtinggi",
        "Gol Pohandari jauh",
        "Berita detikOto dan TribunMedan",
        "Perusahaan XLSmart tutup",
        "Saham Pohanharga Pohan",
    ],
)
def test_a_name_of_one_word_stays(text):
    assert words(text) == text.split()
