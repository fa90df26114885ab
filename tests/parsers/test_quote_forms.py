"""Quotes over several sentences and paragraphs, and speakers in hard places."""

import pytest
from support.quote_cases import LEAD, only

from parsers.structure import structure


def test_an_unnamed_speaker_is_kept_as_written():
    assert only("“Kami siap bekerja,” ujar pria asal Batu itu.").speaker_surface == "pria asal Batu"


def test_a_statement_with_marks_inside_a_clause_is_mixed():
    quote = only(LEAD + "Sari mengatakan bahwa anggaran itu “sangat kurang” untuk warga.")

    assert (quote.quote_type, quote.text) == ("mixed", "anggaran itu “sangat kurang” untuk warga")


@pytest.mark.parametrize(
    "text",
    [
        "Polda Bali mengungkap jaringan narkoba internasional.",
        "Sari menekankan pentingnya gotong royong warga.",
        "Sari menepis kabar bahwa ia mundur.",
    ],
)
def test_a_verb_of_saying_with_a_plain_object_says_nothing(text):
    assert structure(LEAD + text).quotes == ()


def test_a_term_in_marks_is_no_quote():
    assert structure("Program “Jaga Desa” dimulai pekan depan di kota itu.").quotes == ()


def test_an_attitude_is_told_from_speech():
    assert only(LEAD + "Sari berharap warga tetap tenang.").cue_class == "attitude"


def test_a_second_quote_of_the_paragraph_goes_on_from_the_first():
    first, second = structure(
        "“Kami siap bekerja,” kata Sari Wulandari. “Warga sudah kami data semua.”"
    ).quotes

    assert (first.resolution, second.resolution, second.speaker_name) == (
        "full_name",
        "continuation",
        "Sari Wulandari",
    )


def test_an_attribution_between_two_halves_belongs_to_the_first():
    first, second = structure(
        "“Kalau uang itu mengalir ke sana,” lanjut Sari Wulandari, “maka pemiliknya wajib diperiksa.”"
    ).quotes

    assert (first.cue, second.cue, second.resolution, second.speaker_name) == (
        "lanjut",
        None,
        "continuation",
        "Sari Wulandari",
    )


def test_a_quote_over_two_paragraphs_belongs_to_whoever_its_end_names():
    first, second = structure(
        "“Kami siap bekerja di sini.\n“Warga sudah kami data,” kata Sari Wulandari."
    ).quotes

    assert (first.text, first.speaker_name, first.resolution) == (
        "Kami siap bekerja di sini",
        "Sari Wulandari",
        "continuation",
    )
    assert second.resolution == "full_name"


def test_a_quote_of_several_sentences_is_one():
    assert (
        only("“Kami siap. Warga didata. Semua aman,” kata Sari Wulandari.").text
        == "Kami siap. Warga didata. Semua aman"
    )


def test_a_role_alone_means_the_person_who_has_it():
    quote = structure(
        "Kapolres Malang AKBP Budi Santoso datang.\n“Semua aman terkendali,” ujar Kapolres."
    ).quotes[0]

    assert (quote.speaker_name, quote.resolution, quote.speaker_surface) == (
        "Budi Santoso",
        "role",
        "Kapolres",
    )


def test_an_institution_that_speaks_between_does_not_take_the_pronoun():
    text = (
        LEAD + "Kementerian Sosial menyatakan, bantuan segera cair.\n“Kami siap bekerja,” katanya."
    )

    assert structure(text).quotes[-1].speaker_name == "Sari Wulandari"


def test_english_speakers_are_kept_as_written():
    (quote,) = structure("“We will act now, and soon,” said Mary Jones.", language="en").quotes

    assert (quote.speaker_surface, quote.speaker_name, quote.resolution) == (
        "Mary Jones",
        None,
        "unresolved",
    )


def test_a_blank_forgotten_between_sentences_joins_no_names():
    found = structure(
        "“Kami siap bekerja di sini,” kata Budi Santoso.Menurut Budi, harga beras sudah naik lagi.Ia pulang."
    )

    assert [(q.speaker_name, q.text) for q in found.quotes] == [
        ("Budi Santoso", "Kami siap bekerja di sini"),
        ("Budi Santoso", "harga beras sudah naik lagi"),
    ]


@pytest.mark.parametrize(
    ("sentence", "surface", "text"),
    [
        (
            "Kata Budi Santoso, harga beras naik sejak awal bulan.",
            "Budi Santoso",
            "harga beras naik sejak awal bulan",
        ),
        (
            "Sejumlah pedagang mengaku omzet mereka turun separuh.",
            "Sejumlah pedagang",
            "omzet mereka turun separuh",
        ),
        (
            "Perusahaan itu menyebut kerugian mencapai Rp 2 miliar.",
            "Perusahaan itu",
            "kerugian mencapai Rp 2 miliar",
        ),
    ],
)
def test_indirect_statements_of_named_and_unnamed_speakers(sentence, surface, text):
    (quote,) = structure(sentence).quotes

    assert (quote.quote_type, quote.speaker_surface, quote.text) == ("indirect", surface, text)


def test_an_unnamed_subject_with_a_plain_object_says_nothing():
    assert structure("Para nelayan mengeluhkan solar yang langka.").quotes == ()


def test_verbs_after_adverbs_and_ranks_with_a_full_stop_keep_their_speakers():
    text = "Kepala Dinas Sosial Kota Malang Cut Meutia Zahra tiba.\nZahra juga meminta warga tidak panik.\nDirektur Lalu Lintas Kombes Pol. Dwi Nur Hasan mengimbau pengendara berhati-hati."

    assert [q.speaker_name for q in structure(text).quotes] == ["Cut Meutia Zahra", "Dwi Nur Hasan"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Menurut data sementara BPBD, 31 rumah rusak berat.", "BPBD"),
        (
            "Dinas Perhubungan (Dishub) Kota Medan hadir. Data Dishub mencatat, pendapatan turun tajam.",
            "Dinas Perhubungan Kota Medan",
        ),
    ],
)
def test_a_source_speaks_for_the_body_it_is_of(text, speaker):
    assert [q.speaker_name for q in structure(text).quotes] == [speaker]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "Kepala Kantor Unit Kereta Api (UKA) Frans Karim, Partahian Simbolon, menyatakan jalur ditutup.",
            ["Partahian Simbolon"],
        ),
        (
            "Menurut peneliti Indonesia Budget Monitor, Egi Prayoga, anggaran itu boros.",
            ["Egi Prayoga"],
        ),
        ("Ketua Majelis Hakim Sutarjo Wibawa menyatakan terdakwa bersalah.", ["Sutarjo Wibawa"]),
        ("Orang tua siswa, Euis Kartini, mengaku kecewa dengan pelayanan.", ["Euis Kartini"]),
        (
            "Kusworo (39) hilang. Istrinya, Sarinah, menunggu. Ia mengaku hanya bisa berdoa.",
            ["Sarinah"],
        ),
        ("Sari Wulandari hadir. Katanya, semua aduan sudah diteruskan.", ["Sari Wulandari"]),
        (
            "Petahana Aditya Mahmudin menyanggah. “Datanya keliru,” balas Aditya.",
            ["Aditya Mahmudin"],
        ),
    ],
)
def test_who_speaks_is_told_from_the_office_the_comma_and_the_nickname(text, speakers):
    assert [q.speaker_name for q in structure(text).quotes] == speakers


def test_an_attribution_inside_its_sentence_has_one_form_with_a_clitic_and_without():
    assert only(LEAD + "Pemerintah, lanjutnya, sedang menyusun aturan.").structure == "QVSQ"


def test_they_is_nobody_of_the_people_that_were_named():
    assert only(f"{LEAD}“Kami menunggu sejak pagi,” kata dia.").speaker_name == "Sari Wulandari"

    quote = only(f"{LEAD}“Kami menunggu sejak pagi,” kata mereka.")

    assert (quote.speaker_name, quote.resolution) == (None, "unresolved")


def test_a_full_stop_inside_the_marks_ends_the_quote_before_the_next_speaker():
    quote = only(f"{LEAD}“Kami menunggu sejak pagi.” Budi Santoso menjelaskan.")

    assert only(f"{LEAD}“Kami menunggu sejak pagi” Sari Wulandari menjelaskan.").structure == "QSV"
    assert (quote.cue, quote.speaker_name) == (None, "Sari Wulandari")


def test_a_quote_of_many_paragraphs_is_of_whoever_the_last_one_names():
    found = structure(
        "“Kami datang sejak pagi.\n“Antrean itu sangat panjang.\n“Semua lelah menunggu,” kata Sari Wulandari."
    ).quotes

    assert [quote.resolution for quote in found] == ["continuation", "continuation", "full_name"]
    assert {quote.speaker_name for quote in found} == {"Sari Wulandari"}


def test_a_quote_whose_closing_mark_was_forgotten_ends_with_its_paragraph():
    found = structure(
        "“Kami datang sejak pagi.\nAntrean itu sangat panjang. “Semua lelah menunggu,” kata Sari Wulandari."
    ).quotes

    assert [q.text for q in found] == ["Kami datang sejak pagi", "Semua lelah menunggu"]


def test_a_quote_within_a_quote_is_a_part_of_it():
    quote = only(f"{LEAD}“Kami bilang “tunggu dulu” kepada mereka,” kata Sari Wulandari.")

    assert quote.text == "Kami bilang “tunggu dulu” kepada mereka"


@pytest.mark.parametrize(("n_paragraphs", "n_quotes"), [(4, 1), (5, 0)])
def test_marks_that_are_more_than_4000_characters_apart_are_no_pair(n_paragraphs, n_quotes):
    paragraph = "Warga antre sejak pagi di pasar induk kota itu. " * 20
    paragraphs = "\n".join([paragraph] * n_paragraphs)

    found = structure(
        f"{LEAD}“Kami siap.\n{paragraphs}\nSemua siap.” Sari Wulandari pulang."
    ).quotes

    assert len(found) == n_quotes


def test_a_quote_that_begins_its_paragraph_needs_no_attribution():
    quote = only("Sari Wulandari memuji warga.\n“Kalian bekerja sangat keras.” Warga pulang.")

    assert (quote.text, quote.resolution, quote.speaker_name) == (
        "Kalian bekerja sangat keras",
        "continuation",
        "Sari Wulandari",
    )
