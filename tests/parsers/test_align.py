"""Which words of a page another text has, in their place."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from parsers.body.align import align, chain, coverage
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


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30)), unique_by=lambda p: p[0], max_size=30
    )
)
def test_a_chain_rises_on_both_sides_and_cannot_be_longer(pairs):
    found = chain(pairs)
    longest: list[int] = []
    for i, (_, there) in enumerate(sorted(pairs)):
        longest.append(
            1
            + max(
                (longest[j] for j, (_, t) in enumerate(sorted(pairs)[:i]) if t < there), default=0
            )
        )

    assert all(a < c and b < d for (a, b), (c, d) in pairwise(found))
    assert len(found) == max(longest, default=0)


@given(WORDS, WORDS)
def test_any_two_texts_can_be_laid_side_by_side(page, text):
    hit = align(page, text)

    assert len(hit) == len(page)
    assert set(hit) <= {0, 1}
