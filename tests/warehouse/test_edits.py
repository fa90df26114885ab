"""What an outlet changes after publication is told paragraph by paragraph, with its kind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.builders import T0, VERSIONS, outcome, rows

from parsers.structure import of_article
from warehouse.write.load import load_outcomes

FIRST = (
    "Hujan lebat merusak 12 rumah di Dusun Randu pada Selasa malam.",
    "“Kami masih mendata warga,” kata Lurah Randu, Sumarni Wijaya, di balai desa.",
    "Jalan menuju pasar belum dapat dilewati.",
)


def load(store, sources, lines, **fields):
    page = outcome("\n".join(lines), in_language="id", **fields)
    load_outcomes(
        store,
        [replace(page, article=replace(page.article, structure=of_article(page.article)))],
        sources,
        VERSIONS,
    )


def edit(store, sources, after, *, headline="Hujan Merusak Rumah", modified=(T0, T0)):
    load(store, sources, FIRST, hour=0, headline="Hujan Merusak Rumah", date_modified=modified[0])
    load(store, sources, after, hour=5, headline=headline, date_modified=modified[1])
    names = "kinds, paragraphs_added, paragraphs_removed, paragraphs_edited, similarity"
    [found] = rows(store, f"SELECT {names} FROM mart.edits")
    return found


LATER = T0, T0 + timedelta(hours=4)


@pytest.mark.parametrize(
    ("after", "fields", "kinds", "counts"),
    [
        ((FIRST[0].replace("12", "14"), *FIRST[1:]), {"modified": LATER}, ["number"], (0, 0, 1)),
        (
            (FIRST[0], FIRST[1].replace("Wijaya", "Wijoyo"), FIRST[2]),
            {"modified": LATER},
            ["name"],
            (0, 0, 1),
        ),
        (
            (FIRST[0], FIRST[1].replace("masih", "sudah selesai"), FIRST[2]),
            {"modified": LATER},
            ["quote"],
            (0, 0, 1),
        ),
        (
            (*FIRST[:2], "Sebanyak dua puluh warga mengungsi ke balai desa."),
            {"modified": LATER},
            ["number"],
            (1, 1, 0),
        ),
        ((FIRST[1], FIRST[0], FIRST[2]), {"modified": LATER}, [], (0, 0, 0)),
        (
            FIRST,
            {"modified": LATER, "headline": "Hujan Merusak Belasan Rumah"},
            ["headline"],
            (0, 0, 0),
        ),
        (
            FIRST,
            {"modified": LATER, "headline": "Hujan Merusak 30 Rumah"},
            ["headline", "number"],
            (0, 0, 0),
        ),
        (
            (*FIRST, "Ralat: sebelumnya tertulis Dusun Randu Lor."),
            {"modified": LATER},
            ["correction"],
            (1, 0, 0),
        ),
        (FIRST[:2], {}, ["stealth"], (0, 1, 0)),
        ((*FIRST, "Warga bergotong royong sejak subuh."), {}, ["stealth"], (1, 0, 0)),
        (FIRST[:2], {"modified": (None, None)}, ["undated"], (0, 1, 0)),
        (FIRST[:2], {"modified": (T0, None)}, ["undated"], (0, 1, 0)),
        (FIRST[:2], {"modified": (None, T0)}, [], (0, 1, 0)),
    ],
)
def test_an_edit_has_its_kinds_and_counts(store, sources, after, fields, kinds, counts):
    found = edit(store, sources, after, **fields)

    assert found[0] == kinds
    assert found[1:4] == counts


def test_what_stays_is_the_similarity(store, sources):
    *_, similarity = edit(store, sources, (*FIRST[:2], "Bantuan beras dan selimut mulai datang."))

    assert 0.6 < similarity < 0.9


def test_an_article_that_was_never_changed_has_no_edit(store, sources):
    load_outcomes(store, [outcome("\n".join(FIRST))], sources, VERSIONS)
    load_outcomes(store, [outcome("\n".join(FIRST), hour=3)], sources, VERSIONS)

    assert rows(store, "FROM mart.edits") == []
    assert rows(store, "FROM core.version_diffs") == []


def test_each_version_is_told_against_the_one_before_it(store, sources):
    for hour, n in enumerate((12, 14, 12)):
        load_outcomes(
            store,
            [outcome("\n".join((FIRST[0].replace("12", str(n)), *FIRST[1:])), hour=hour)],
            sources,
            VERSIONS,
        )

    found = rows(
        store,
        "SELECT version_no, text_before[1][21:22], text_after[1][21:22] FROM mart.edits ORDER BY 1",
    )
    assert found == [
        (2, "12", "14")
    ]  # the third page shows the first text again: no further version


NOTICES = """
Ralat: jumlah rumah rusak sebelumnya keliru.
[KOREKSI] Nama dusun telah kami perbaiki.
Catatan Redaksi: angka korban diperbarui setelah ada keterangan resmi.
Artikel ini telah diperbarui pada Selasa malam.
Judul berita ini telah diralat karena salah menyebut dusun.
Redaksi memohon maaf atas kekeliruan itu.
Pada naskah semula tertulis Dusun Randu Lor.
Pembetulan: nama lurah ialah Sumarni.
Artikel ini telah dikemas kini.
This article has been updated to correct a name.
An earlier version of this story gave another number.
Correction: the village is Randu.
""".strip().splitlines()
NO_NOTICES = """
Harga emas terkoreksi setelah naik selama sepekan.
Pembaruan agraria dibahas dalam rapat di balai desa.
Guru mengoreksi hasil ujian para murid hingga malam.
Koreksi harga beras diperkirakan berlangsung sebulan.
Warga meminta maaf kepada lurah atas keterlambatan itu.
The committee updated its report on the flood.
""".strip().splitlines()


def test_a_notice_of_a_correction_is_told_from_words_that_only_look_like_one(store, sources):
    load(store, sources, FIRST, hour=0)
    load(store, sources, (*FIRST, *NOTICES, *NO_NOTICES), hour=5)

    assert rows(
        store,
        "SELECT text_after FROM mart.edited_paragraphs WHERE list_contains(kinds, 'correction') ORDER BY paragraph_no",
    ) == [(n,) for n in NOTICES]


def test_every_paragraph_that_changed_stands_beside_what_it_was(store, sources):
    load(store, sources, FIRST, hour=0, headline="Hujan Merusak Rumah")
    after = (FIRST[0].replace("12", "14"), "Bantuan beras dan selimut mulai datang.", FIRST[1])
    load(store, sources, after, hour=5, headline="Hujan Merusak Belasan Rumah")

    found = rows(
        store,
        "SELECT change, paragraph_no, kinds, text_before, text_after FROM mart.edited_paragraphs ORDER BY paragraph_no, change",
    )
    assert found == [
        ("edited", 0, ["headline"], "Hujan Merusak Rumah", "Hujan Merusak Belasan Rumah"),
        ("edited", 1, ["number"], FIRST[0], after[0]),
        ("added", 2, [], None, after[1]),
        ("removed", 3, [], FIRST[2], None),
    ]
