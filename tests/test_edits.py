"""What an outlet changes after publication is told paragraph by paragraph, with its kind."""

from datetime import timedelta

import pytest
from conftest import T0, VERSIONS, outcome, rows

FIRST = (
    "Hujan lebat merusak 12 rumah di Dusun Randu pada Selasa malam.",
    "“Kami masih mendata warga,” kata Lurah Sumarni.",
    "Jalan menuju pasar belum dapat dilewati.",
)


def edit(store, sources, after, *, headline="Hujan Merusak Rumah", modified=None, before=FIRST):
    store.load([outcome("\n".join(before), hour=0, headline="Hujan Merusak Rumah", date_modified=T0)], sources, VERSIONS)
    store.load([outcome("\n".join(after), hour=5, headline=headline, date_modified=modified or T0)], sources, VERSIONS)
    names = "kinds, paragraphs_added, paragraphs_removed, paragraphs_edited, similarity"
    [found] = rows(store, f"SELECT {names} FROM mart.edits")
    return found


LATER = T0 + timedelta(hours=4)


@pytest.mark.parametrize(
    ("after", "said", "kinds", "counts"),
    [
        ((FIRST[0].replace("12", "14"), *FIRST[1:]), {"modified": LATER}, ["number"], (0, 0, 1)),
        (FIRST, {"modified": LATER, "headline": "Hujan Merusak Belasan Rumah"}, ["headline"], (0, 0, 0)),
        ((*FIRST, "Ralat: sebelumnya tertulis Dusun Randu Lor."), {"modified": LATER}, ["correction"], (1, 0, 0)),
        (FIRST[:2], {}, ["stealth"], (0, 1, 0)),
        ((*FIRST, "Warga bergotong royong sejak subuh."), {}, ["stealth"], (1, 0, 0)),
    ],
)
def test_an_edit_has_its_kinds_and_counts(store, sources, after, said, kinds, counts):
    found = edit(store, sources, after, **said)

    assert found[0] == kinds
    assert found[1:4] == counts


def test_what_stays_is_the_similarity(store, sources):
    *_, similarity = edit(store, sources, (*FIRST[:2], "Bantuan beras dan selimut mulai datang."))

    assert 0.6 < similarity < 0.9


def test_a_story_that_was_never_changed_has_no_edit(store, sources):
    store.load([outcome("\n".join(FIRST))], sources, VERSIONS)
    store.load([outcome("\n".join(FIRST), hour=3)], sources, VERSIONS)

    assert rows(store, "FROM mart.edits") == []
    assert rows(store, "FROM core.version_diffs") == []


def test_each_version_is_told_against_the_one_before_it(store, sources):
    for hour, n in enumerate((12, 14, 12)):
        store.load([outcome("\n".join((FIRST[0].replace("12", str(n)), *FIRST[1:])), hour=hour)], sources, VERSIONS)

    found = rows(store, "SELECT version_no, text_before[1][21:22], text_after[1][21:22] FROM mart.edits ORDER BY 1")
    assert found == [(2, "12", "14")]  # the third page shows the first text again: no further version
