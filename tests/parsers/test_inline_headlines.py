"""Headlines of other articles that stand within a line end where the next sentence begins."""

from __future__ import annotations

import pytest

from parsers.structure import structure
from parsers.structure.tokens.inline_headlines import cut_headlines
from parsers.structure.tokens.text import BodyText, may_begin_sentence

LINK = "Air sudah surut.Baca Juga: Bupati Lantik Camat Baru di Tiga Desa "


@pytest.mark.parametrize(
    "rest",
    [
        "Warga senang.",
        "Sementara Sari menunggu.",
        "“Kami senang,” kata warga.",
        "Bupati Reza menunggu.",
        "",
    ],
)
def test_a_headline_ends_where_small_words_begin(rest):
    line = LINK + rest
    cuts = [*cut_headlines(line, may_begin_sentence), (len(line), False)]

    assert [line[at:] for at, _ in cuts] == [line, line[16:], *[rest][: bool(rest)], ""]
    assert [is_headline for _, is_headline in cuts[: 2 + bool(rest)]] == [False, True, False][
        : 2 + bool(rest)
    ]


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("BACA JUGA - Siapa Camat Baru? Warga Desa Melati senang.", "Warga Desa Melati senang."),
        ("Baca juga: Camat Baru DilantikWarga senang.", "Warga senang."),
        ("Sari Wulandari diam. Baca juga: Camat Baru Sari Wulandari pulang.", "Sari Wulandari pulang."),
        ("Baca juga buku itu, kata Sari.", "Baca juga buku itu, kata Sari."),
    ],
)  # fmt: skip
def test_a_mark_a_lost_blank_and_a_name_tell_where_the_next_sentence_begins(line, last):
    *_, (at, is_headline) = cut_headlines(line, may_begin_sentence)

    assert (line[at:], is_headline) == (last, False)


def test_nobody_in_a_headline_speaks_in_the_article():
    text = (
        "Camat Reza Mahendra datang.Baca juga: Bupati Sari Wulandari di Kota dan di Desa yang "
        "Jauh Dia mengatakan bahwa air sudah surut."
    )
    rows = structure(text)

    assert [q.speaker_name for q in rows.quotes] == ["Reza Mahendra"]
    assert [p.number for p in BodyText(text).paragraphs] == [1, 1, 1]
