"""What a quote or figure of a draft is beside a source, at the limits of each rule: articles are read from texts here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kliping.proofreading.claim import Amount, Claim, ClaimKind, SpeakerName
from kliping.proofreading.claims import claims
from kliping.proofreading.draft import read_draft
from kliping.proofreading.figure_findings import figure_finding
from kliping.proofreading.findings import Finding
from kliping.proofreading.folded_words import source_words
from kliping.proofreading.phrases import choose_phrases
from kliping.proofreading.quote_findings import quote_finding
from kliping.proofreading.same_speaker import is_same_name
from kliping.proofreading.sources import ArticleText, StoredFigure, StoredQuote
from parsers.structure import structure

WORDS = "Kami akan membuka kembali jalan desa sebelum musim tanam tiba"


def article(text: str, **fields: object) -> ArticleText:
    facts = structure(text)
    quotes = (
        StoredQuote(
            char_start=q.char_start,
            char_end=q.char_end,
            quote_type=q.quote_type,
            speaker=SpeakerName(
                name=q.speaker_name,
                role=q.speaker_role,
                affiliation=q.speaker_affiliation,
                surface=q.speaker_surface,
            ),
        )
        for q in facts.quotes
    )
    figures = (
        StoredFigure(
            char_start=f.char_start,
            char_end=f.char_end,
            amount=Amount(
                value=f.value,
                value_high=f.value_high,
                unit=f.unit,
                currency=f.currency,
                noun_phrase=f.noun_phrase,
            ),
        )
        for f in facts.figures
    )
    place = {
        "article_id": "a1",
        "version_id": "v1",
        "version_no": 1,
        "is_current": True,
        "outlet": "Kabar",
        "url": None,
        "day": date(2026, 11, 1),
        "headline": None,
        "warc_file": None,
        "warc_offset": None,
    }
    return ArticleText(
        body_text=text, quotes=tuple(quotes), figures=tuple(figures), **place | fields
    )


def claims_of(draft: str) -> tuple[Claim, ...]:
    return claims(read_draft(draft), structure(draft))


def finding(draft: str, *articles: ArticleText) -> Finding:
    """Of the first claim."""
    claim = claims_of(draft)[0]
    if claim.kind is ClaimKind.FIGURE:
        return figure_finding(claim, articles)
    return quote_finding(claim, articles, {})


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("Kami akan membuka kembali jalan desa setelah hujan reda nanti", "altered"),  # 6 of 10
        ("Kami akan membuka kembali jalan raya setelah hujan reda nanti", "not found"),  # 5
    ],
)
def test_a_quote_that_shares_most_words_with_its_source_is_altered(words, verdict):
    source = article(f"“{WORDS},” kata Budi Santoso.")

    assert str(finding(f"“{words},” kata Budi Santoso.", source).verdict) == verdict


def test_two_words_in_common_are_no_source():
    source = article("“Warga sudah lega karena air surut,” kata Budi Santoso.")

    assert str(finding("“Warga sangat lega,” kata Budi Santoso.", source).verdict) == "not found"


def test_of_two_who_say_the_same_the_one_whom_the_draft_names_is_the_source():
    siti = article(f"“{WORDS},” kata Siti Rahayu.", article_id="a1")
    budi = article(f"“{WORDS},” kata Budi Santoso.", article_id="a2")

    found = finding(f"“{WORDS},” kata Budi Santoso.", siti, budi)

    assert (str(found.verdict), found.source.article.article_id) == ("verbatim", "a2")


def test_words_that_still_stand_there_are_not_since_edited():
    before = article(f"“{WORDS},” kata Budi Santoso. Hujan turun.", is_current=False)
    now = article(f"“{WORDS},” kata Budi Santoso.", version_id="v2", version_no=2)

    assert str(finding(f"“{WORDS},” kata Budi Santoso.", before, now).verdict) == "verbatim"


def test_what_an_edit_took_out_is_not_shown_beside_another_sentence():
    before = article(f"“{WORDS},” kata Budi Santoso.", is_current=False)
    now = article("“Kami akan membuka posko baru,” kata Budi Santoso.", version_id="v2")

    found = finding(f"“{WORDS},” kata Budi Santoso.", before, now)

    assert (str(found.verdict), found.note) == (
        "since edited",
        "the sentence is no longer there",
    )


def test_words_outside_of_every_statement_are_nobodys():
    source = article(f"{WORDS}.\n“Jalan itu sudah lama rusak,” kata Siti Rahayu.")

    found = finding(f"“{WORDS},” kata Siti Rahayu.", source)

    assert (str(found.verdict), found.note) == ("verbatim", "the speaker could not be compared")


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("Menteri Perdagangan Budi Santoso", "other speaker"),
        ("Menteri Sosial Siti Rahayu", "verbatim"),
    ],
)
def test_a_speaker_by_office_alone_is_compared_with_the_office(source, verdict):
    text = f"“{WORDS},” kata {source}. Bantuan sosial sudah dibagikan."

    assert str(finding(f"“{WORDS},” kata Menteri Sosial.", article(text)).verdict) == verdict


def test_a_speaker_is_compared_under_all_names_that_are_known_for_draft_and_source():
    [claim] = claims_of(f"“{WORDS},” kata Gus Rama.")
    source = article(f"“{WORDS},” kata Rahman Wiryadinata.")
    under_both = replace(
        source, quotes=tuple(replace(q, names=("Gus Rama",)) for q in source.quotes)
    )
    other_names = {"Gus Rama": frozenset({"Rahman Wiryadinata"})}

    verdicts = [
        str(quote_finding(claim, [text], names).verdict)
        for text, names in ((source, {}), (source, other_names), (under_both, {}))
    ]

    assert verdicts == ["other speaker", "verbatim", "verbatim"]


STATEMENT = "Budi Santoso mengatakan bahwa {}."


@pytest.mark.parametrize(
    ("draft", "source", "verdict"),
    [
        ("perbaikan jembatan desa rampung sebelum panen raya",
         "seluruh perbaikan jembatan kayu di desa kami akan rampung sebelum puasa", "reworded"),
        ("perbaikan jembatan desa rampung sebelum panen raya",
         "perbaikan itu menelan waktu lama, tetapi jembatan akhirnya rampung", "not found"),
        ("perbaikan jembatan desa selesai sebelum musim tanam",
         "perbaikan 12 jembatan desa selesai sebelum musim tanam", "reworded"),
        ("perbaikan 21 jembatan desa selesai sebelum musim tanam",
         "perbaikan 12 jembatan desa selesai sebelum musim tanam", "altered"),
    ],
)  # fmt: skip
def test_a_statement_keeps_half_of_its_longer_words_and_its_numbers(draft, source, verdict):
    found = finding(STATEMENT.format(draft), article(STATEMENT.format(source)))

    assert str(found.verdict) == verdict


FLOOD = "Banjir di Sayung membuat {} mengungsi."


@pytest.mark.parametrize(
    ("draft", "source", "verdict"),
    [
        # The nouns share half of their words.
        ("Petugas di Nunukan menerima 118 deportan asal Sabah dan Tawau, Senin.",
         "Petugas di Nunukan menerima 118 deportan asal Sarawak, Senin.", "verbatim"),
        # Another value in a sentence about something else.
        (FLOOD.format("118 keluarga"),
         "Longsor di Sayung membuat 131 keluarga terdampak, kata warga.", "altered"),
        (FLOOD.format("118 keluarga"),
         "Longsor di Kudus membuat 131 keluarga bertahan di tenda.", "not found"),
        # The same value, of something else.
        (FLOOD.format("118 keluarga"), "Sebanyak 118 keluarga menerima beras di Kudus.", "not found"),
        ("Banjir membuat 118 keluarga mengungsi.", "Sebanyak 118 keluarga menerima beras.", "not found"),
        # Another value, of something else in the same place.
        (FLOOD.format("118 keluarga"), "Hujan di Sayung merusak rumah 131 keluarga.", "not found"),
        # The same value elsewhere in the article, another one in the sentence itself.
        (FLOOD.format("118 keluarga"),
         f"{FLOOD.format('131 keluarga')} Di Kudus 118 keluarga menerima beras.", "altered"),
        ("Biaya jembatan Sayung itu Rp5 juta.", "Biaya jembatan Sayung itu US$5 juta.", "altered"),
        ("Biaya jembatan Sayung itu Rp5 juta.", "Biaya jembatan Sayung itu 5 juta.", "altered"),
        ("Harga beras naik 10 hingga 20 persen.", "Harga beras naik 10 persen.", "altered"),
    ],
)  # fmt: skip
def test_a_figure_is_that_of_the_sentence_that_says_the_same(draft, source, verdict):
    assert str(finding(draft, article(source)).verdict) == verdict


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Rosa", "Rosalia Dua Kerong", True),
        ("Rosa Melati", "Rosalia Dua Kerong", False),
        ("Ros", "Rosalia Dua Kerong", False),
        ("Santoso, SE", "Budi Santoso", True),
        ("Budi Santoso", "Santoso", True),
        ("Budi Santoso", "Budi Hartono", False),
        ("Menteri Sosial", "Menteri Perdagangan", False),
    ],
)
def test_one_name_is_short_for_another(one, other, is_same):
    assert is_same_name(one, other) is is_same


def test_three_words_with_a_speaker_are_looked_up_and_four_without():
    drafts = (
        "“Warga sangat lega,” kata Budi Santoso.",
        "“Warga lega,” kata Budi Santoso.",
        "Spanduk “kami ingin pulang” terbentang.",
        "Spanduk “kami ingin segera pulang” terbentang.",
    )

    assert [len(claims_of(draft)) for draft in drafts] == [1, 0, 0, 1]


def test_a_figure_in_a_quote_is_part_of_the_quote():
    [claim] = claims_of("“Kami menampung 118 keluarga di balai desa,” kata Siti Rahayu.")

    assert claim.kind is ClaimKind.QUOTE


def test_accents_and_case_are_no_part_of_a_word():
    assert [word.text for word in source_words("Café ÉLYSÉE Jum'at")] == ["cafe", "elysee", "jumat"]


def test_an_insertion_stands_for_at_most_eight_words():
    def verdict(n: int) -> str:
        source = article(f"“Kami semua warga {'kata ' * n}siap membantu,” kata Budi Santoso.")
        found = finding("“Kami semua warga [desa] siap membantu,” kata Budi Santoso.", source)
        return str(found.verdict)

    assert [verdict(n) for n in (1, 8, 9)] == ["verbatim", "verbatim", "altered"]


def test_a_word_that_many_texts_have_is_not_looked_for_alone():
    [claim] = claims_of("Sebanyak 131 keluarga di Desa Sayung mengungsi sejak Minggu malam.")

    def phrases(share: float) -> tuple[str, ...]:
        [chosen] = choose_phrases([claim], {"sebanyak": share})
        return chosen

    assert [len(phrases(share)) for share in (0.1, 0.2)] == [5, 4]
    assert phrases(0.1)[-1] == "sebanyak"


def test_a_claim_takes_over_what_another_looks_for_in_the_same_words():
    drafts = (f"“{WORDS},” kata Budi Santoso.", "“Membuka kembali jalan desa,” kata Budi Santoso.")

    first, second = choose_phrases([claim for d in drafts for claim in claims_of(d)], {})

    assert set(second) & set(first) == {"kembali jalan desa"}
