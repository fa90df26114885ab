"""Words that a lost blank made one are several; names that are written as one word stay."""

import sys

import pytest

from parsers.language.common_words import listed_words
from parsers.structure.tokens.lost_blanks import halves
from parsers.structure.tokens.text import BodyText


def count_calls(function, *arguments):
    calls = []
    sys.setprofile(lambda _frame, event, _: calls.append(event) if event.endswith("call") else None)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return len(calls)


def words(text):
    return [token.text for token in BodyText(text).paragraphs[0].tokens if token.is_word]


@pytest.mark.parametrize(
    ("glued", "parts"),
    [
        ("Ia pulang ke Islandiabakal lama.", ["Islandia", "bakal"]),
        ("Gol Pohandari jauh. Pohan senang.", ["Pohan", "dari"]),
        ("Saham Pohanharga naik. Pohan tahu harga.", ["Pohan", "harga"]),
        ("Raka Pohanmenyebut laga itu.", ["Pohan", "menyebut"]),
        ("Raka Pohanakhirnya pulang.", ["Pohan", "akhirnya"]),
        ("Raka Fernandezsedang pulang.", ["Fernandez", "sedang"]),
        ("Raka Mulyadisedang pulang.", ["Mulyadi", "sedang"]),
        ("Raka Fernandezmengeklaim gol itu.", ["Fernandez", "mengeklaim"]),
        ("Kata MenteriRaka.", ["Menteri", "Raka"]),
        ("Ia dikutip dilansirAntara pagi.", ["dilansir", "Antara"]),
        ("Penyidik KPKdan polisi.", ["KPK", "dan"]),
        ("Kata ESDMPohan. Pohan senang.", ["ESDM", "Pohan"]),
        ("Jakarta -KPKkembali memanggil saksi.", ["Jakarta", "KPK", "kembali"]),
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
        "Warga Wonotengah dan Danantara",
        "Berita detikOto dan TribunMedan",
        "Perusahaan XLSmart tutup",
        "Saham Pohanharga Pohan",
        "Warga Fernandezantara",
    ],
)
def test_a_name_of_one_word_stays(text):
    assert words(text) == text.split()


def test_twice_the_glued_words_take_twice_the_calls():
    endings = [word for word in sorted(listed_words()) if len(word) > 5 and word.isalpha()]
    texts = [" ".join(f"Pohan{ending}" for ending in endings[:n]) for n in (200, 400)]
    for text in texts:
        halves({*text.split()})  # so that both find the same words in the caches

    once, twice = (count_calls(halves, {*text.split()}) for text in texts)

    assert once > 200
    assert twice < 2.5 * once


def test_a_run_of_letters_is_not_cut():
    halves({"A" + "a" * 10})

    short, long = (count_calls(halves, {"A" + "a" * n}) for n in (100, 5000))

    assert short == long
