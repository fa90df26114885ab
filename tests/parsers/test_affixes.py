"""The forms of an Indonesian word find one another, and other words do not."""

import re

import pytest

from parsers.language.affixes import forms

FAMILIES = (
    "kirim mengirim dikirim pengiriman pengirim terkirim dikirimkannya",
    "tangkap menangkap ditangkap penangkapan tertangkap",
    "kerja bekerja pekerja mengerjakan pekerjaan dikerjakan",
    "adil keadilan seadilnya mengadili pengadilan",
    "tipu menipu penipuan ditipu",
    "latih pelatihan dilatih melatih pelatih",
    "sewa menyewa penyewaan disewakan",
    "rumah perumahan rumahnya serumah",
    "pukul memukul pemukulan dipukuli",
    "upah pengupahan upahnya mengupah",
    "jabat pejabat menjabat",
    "menteri kementerian menterinya",
    "nanti menanti dinanti",
    "gugat menggugat penggugat tergugat gugatnya",
)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.split()[0])
def test_every_form_finds_every_other(family):
    words = family.split()

    assert [(a, b) for a in words for b in words if not re.fullmatch(forms(a), b)] == []


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("makan", "mak ikan makna makam"),
        ("jalan", "jala jalin"),
        ("api", "kapi sapi apik"),
        ("korban", "korupsi orban"),
        ("bulan", "bulu ambulans"),
        ("kirim", "irim rim kirimiri"),
        ("10", "110 101"),
        ("c++", "c cc"),
        ("tanah", "anah tahan"),
    ],
)
def test_other_words_are_not_found(word, others):
    assert [other for other in others.split() if re.fullmatch(forms(word), other)] == []
    assert re.fullmatch(forms(word), word)


def test_no_two_families_meet():
    groups = [family.split() for family in FAMILIES]

    assert [
        (a, b)
        for n, group in enumerate(groups)
        for other in groups[:n] + groups[n + 1 :]
        for a in group
        for b in other
        if re.fullmatch(forms(a), b)
    ] == []
