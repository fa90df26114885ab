"""Which words of a page another text has, in their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.body.align import align, coverage
from parsers.text.normalize import words

WORDS = st.lists(st.sampled_from(["satu", "dua", "tiga", "empat", "lima", "enam"]), max_size=40)


def test_a_headline_said_again_after_the_text_does_not_count():
    page = words(
        "harga cabai turun lagi pedagang senang sekali hari ini menu beranda kota harga cabai turun lagi"
    )
    text = "harga cabai turun lagi pedagang senang sekali hari ini"

    assert list(align(page, words(text))) == [1] * 9 + [0] * 7


def test_a_text_covers_itself_and_nothing_of_a_stranger():
    page = words("pedagang pasar pindah ke gedung baru setelah menunggu dua tahun")

    assert coverage(page, [(0, len(page))], " ".join(page)) == [1.0]
    assert coverage(page, [(0, len(page))], "bukan kata yang sama sekali") == [0.0]


def test_on_very_long_pages_the_order_does_not_count(monkeypatch):
    monkeypatch.setattr("parsers.body.align.MOST_PAIRS", 100)
    page = words("harga cabai turun lagi pedagang senang menu beranda harga cabai turun lagi")
    text = words("harga cabai turun lagi pedagang senang sekali hari ini")

    assert list(align(page, text)) == [1] * 6 + [0] * 2 + [1] * 4


@given(WORDS, WORDS, st.sampled_from([0, 10**6]))
def test_any_two_texts_can_be_laid_side_by_side(page, text, most_pairs):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parsers.body.align.MOST_PAIRS", most_pairs)
        hit = align(page, text)
    in_text = set(zip(text, text[1:], text[2:], strict=False))
    runs = [set(range(n, n + 3)) for n in range(len(page) - 2) if tuple(page[n : n + 3]) in in_text]

    assert len(hit) == len(page)
    assert {n for n, is_hit in enumerate(hit) if is_hit} <= set().union(*runs)


@given(WORDS, WORDS.filter(bool), WORDS)
def test_a_text_that_stands_in_a_page_is_covered(before, text, after):
    page = [*before, "awal", *text, "akhir", *after]
    hit = align(page, ["awal", *text, "akhir"])

    assert list(hit) == [0] * len(before) + [1] * (len(text) + 2) + [0] * len(after)
