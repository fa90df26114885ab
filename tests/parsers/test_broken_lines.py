"""A text that a scraper broke at its links and bold words has whole paragraphs again; all other lines stay."""

import pytest

from parsers.text.broken_lines import join_broken_lines


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (
            "Medan\n-\nWali Kota\nRico Tampubolon\nmeninjau pasar.\nIa membeli cabai.",
            "Medan - Wali Kota Rico Tampubolon meninjau pasar.\nIa membeli cabai.",
        ),
        ("Mengutip laman\nHarian Deli\n, banjir surut.", "Mengutip laman Harian Deli, banjir surut."),
        (
            "Kursi pelatih itu sudah dua bulan ditinggalkan oleh\nSari Pohan.\nPenggantinya belum ada.",
            "Kursi pelatih itu sudah dua bulan ditinggalkan oleh Sari Pohan.\nPenggantinya belum ada.",
        ),
        (
            "Pada Selasa,\nPersebi\nmenang telak.",
            "Pada Selasa, Persebi menang telak.",
        ),
        (
            "Medan\n-\nKetua\nPersebi\nSari Pohan menonton laga itu dari tribun.\nIa gembira.",
            "Medan - Ketua Persebi Sari Pohan menonton laga itu dari tribun.\nIa gembira.",
        ),
        (
            "Surat itu dikirim ke\nBadan Sungai Deli\n(BSD) pada Senin.",
            "Surat itu dikirim ke Badan Sungai Deli (BSD) pada Senin.",
        ),
    ],
)  # fmt: skip
def test_the_pieces_of_a_sentence_are_one_line(text, joined):
    assert join_broken_lines(text) == joined


@pytest.mark.parametrize(
    "text",
    [
        "Warga Mengungsi ke Bukit\nPolisi menutup jalan.\nHujan turun sejak pagi.",
        "Kronologi kejadian\nPolisi datang pukul dua pagi dan memasang garis kuning di depan rumah itu.",
        "Polisi menutup jalan.\n(sar/wan)\nbanjir medan\nwali kota medan",
        "banjir medan\nwali kota medan\npasar petisah",
        "1. Matikan listrik dan gas\n2. Simpan surat penting\n3. Pergi ke tempat tinggi",
        "Daftar pemain menurut pelatih\nKiper: Arya Siregar\nBek: Dodi Lubis",
        "Simak video di bawah ini\nhttps://contoh.test/video",
        "Paragraf yang belum selesai dan\n\nBaris lain di bawahnya.",
    ],
)
def test_headings_lists_keywords_and_paragraphs_stay_lines(text):
    assert join_broken_lines(text) == text
