"""Who a pronoun or a clitic means, how sure that is, and what kind of thing a name is."""

from __future__ import annotations

import pytest

from parsers.structure import structure

SPEAKER = "Kapolres Blora Kombes Teguh Wiratno mengatakan laporan itu sudah diterima."


def last_quote(text):
    return structure(text).quotes[-1]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (  # a name inside the statement is not who makes it
            (
                f"{SPEAKER} Menurut dia, korban bernama Yuni Kartika (23) dipukul Rudi Hermawan. "
                "“Keduanya sudah diperiksa,” ujarnya."
            ),
            "Teguh Wiratno",
        ),
        (  # nor one in a subordinate clause
            (
                f"{SPEAKER} Laporan itu dibuat karena Rudi Hermawan menolak membayar. "
                "“Kami akan memanggilnya,” katanya."
            ),
            "Teguh Wiratno",
        ),
        (  # somebody thanked
            (
                f"{SPEAKER} Ucapan terima kasih untuk Bupati Rudi Hermawan juga disampaikannya. "
                "“Beliau sangat membantu,” tuturnya."
            ),
            "Teguh Wiratno",
        ),
        (  # the third person of a statement is not its speaker
            (
                "Asisten pribadi Hasan, Sofyan Efendi, mengatakan Hasan sudah pulang. "
                "Hasan, kata dia, kini beristirahat."
            ),
            "Sofyan Efendi",
        ),
        (  # a new subject who is introduced
            (
                f"{SPEAKER} Gubernur Dewi Lestari mengapresiasi kerja polisi. "
                "“Warga merasa lebih tenang,” ucapnya."
            ),
            "Dewi Lestari",
        ),
        (
            f"{SPEAKER} Hal serupa disampaikan Dewi Lestari. Ia berharap semua warga tetap tenang.",
            "Dewi Lestari",
        ),
        (  # somebody who came last
            f"{SPEAKER} Turut hadir Kepala Dinas Sosial Dewi Lestari. Ia berharap warga tenang.",
            "Dewi Lestari",
        ),
        (
            "Gedung diresmikan Wagub Dewi Lestari. Beliau menilai bangunan itu kokoh.",
            "Dewi Lestari",
        ),
    ],
)
def test_a_reference_means_the_likeliest_candidate(text, speaker):
    quote = last_quote(text)

    assert quote.speaker_name == speaker
    assert quote.speaker_candidate is None
    assert 0.6 <= quote.confidence <= 1


def test_an_unsure_reference_names_nobody_but_a_candidate():
    text = (
        f"{SPEAKER} Rudi Hermawan duduk di depan. Dewi Lestari datang belakangan. "
        "Di panggung ada Sari Wulandari. “Ini malam yang panjang,” ujarnya."
    )
    quote = last_quote(text)

    assert (quote.resolution, quote.speaker_name, quote.speaker_entity_id) == (
        "unresolved",
        None,
        None,
    )
    assert quote.speaker_candidate == "Dewi Lestari; Rudi Hermawan"


def test_whom_a_statement_names_is_hardly_the_one_who_makes_it():
    text = f"{SPEAKER} Dewi Lestari datang. “Dewi Lestari sudah bekerja keras,” ujarnya."

    assert last_quote(text).speaker_candidate == "Teguh Wiratno; Dewi Lestari"


def test_a_candidate_far_behind_the_likeliest_is_not_named_beside_it():
    text = f"{SPEAKER} “Pasar sepi,” kata seorang pedagang. Di panggung ada Sari Wulandari. “Saya rugi,” katanya."

    assert last_quote(text).speaker_candidate == "Teguh Wiratno"


def test_what_an_unnamed_speaker_said_is_not_given_to_the_one_named_before():
    text = (
        f"{SPEAKER} “Pasar itu sepi sejak pagi,” kata seorang pedagang. “Saya rugi besar,” katanya."
    )

    assert last_quote(text).speaker_name is None


def test_they_are_never_one_person():
    assert last_quote(f"{SPEAKER} Mereka berharap pelaku ditangkap.").speaker_name is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tesla menyatakan bahwa penjualan turun tahun ini.", "organization"),
        ("Kompas menyebutkan bahwa harga beras naik lagi.", "organization"),
        ("Zelvora menyatakan bahwa penjualan turun tahun ini.", "unknown"),
        ("“Penjualan turun,” kata Zelvora.", "person"),
        ("Zelvora bercerita bahwa penjualan turun tahun ini.", "person"),
        ("Menurut Zelvora, penjualan turun tahun ini.", "person"),
        ("Zelvora dari PT Arunika menyatakan bahwa penjualan turun.", "person"),
        ("Pak Zelvora menyatakan bahwa penjualan turun tahun ini.", "person"),
    ],
)
def test_a_capital_before_a_verb_proves_no_person(text, kind):
    assert [m.entity_type for m in structure(text).mentions if m.text != "PT Arunika"] == [kind]


def test_one_word_that_speaks_may_be_a_thing():
    text = "Banyak yang tertarik pada aplikasi Zelvora. Zelvora menyatakan bahwa warga datang."

    assert {m.entity_type for m in structure(text).mentions if m.text == "Zelvora"} == {"unknown"}


@pytest.mark.parametrize(
    ("office", "also"), [("Menteri Kesehatan", "Menkes"), ("Wabup Blora", "Wakil Bupati Blora")]
)
def test_a_short_office_is_whoever_holds_the_full_one(office, also):
    quote = last_quote(f"{office} Teguh Wiratno hadir. {also} mengatakan bahwa warga aman.")

    assert (quote.speaker_name, quote.resolution) == ("Teguh Wiratno", "role")


def test_the_side_of_a_speaker_is_theirs_where_they_hold_an_office():
    ours = " Pihaknya meminta warga tetap tenang."
    held, other = map(last_quote, (f"{SPEAKER}{ours}", f"“Kami siap,” kata Rudi Hermawan.{ours}"))

    assert (held.speaker_surface, held.speaker_name) == ("Pihaknya", "Teguh Wiratno")
    assert (other.speaker_name, other.speaker_candidate) == (None, "Rudi Hermawan")


def test_a_thing_is_not_who_a_clitic_means():
    text = f"{SPEAKER} Zelvora bergerak cepat. “Semua sudah siaga,” ujarnya."

    assert last_quote(text).speaker_name == "Teguh Wiratno"


def test_a_reference_without_a_rival_is_about_as_sure_as_a_name_at_the_cue():
    named, referred = structure(f"{SPEAKER} Ia mengaku sudah memeriksa dua saksi.").quotes

    assert named.confidence >= referred.confidence > 0.9
    assert referred.speaker_name == named.speaker_name == "Teguh Wiratno"


def test_a_farther_reference_is_less_sure():
    between = "Hujan turun sejak pagi. Jalan licin. “Air naik,” kata warga. "
    near, far = (last_quote(f"{SPEAKER} {words}“Kami siaga,” kata dia.") for words in ("", between))

    assert near.confidence > (far.confidence or 0)


def test_a_name_that_holds_other_words_is_less_sure():
    sure, unsure = (
        last_quote(f"“Kami siap,” kata Kepala Desa {name}.").confidence
        for name in ("Rudi Hermawan", "Rudi Kusuwanmengklaimbahwa")
    )

    assert sure > unsure


def test_a_confidence_has_three_digits():
    quotes = structure(f"{SPEAKER} Ia mengaku sudah memeriksa dua saksi.").quotes

    assert [q.confidence for q in quotes] == [round(q.confidence, 3) for q in quotes]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (  # the name inside a description is of somebody else
            "“Kami siap,” kata Dewi Lestari. Mantan istri Rudi Hermawan ini bercerita bahwa Sari sudah pulih.",
            "Dewi Lestari",
        ),
        (  # a body that has spoken goes on
            "“Layanan pulih,” tulis Kementerian Sosial. “Mohon maaf,” lanjutnya.",
            "Kementerian Sosial",
        ),
        (
            "“Layanan pulih,” demikian pernyataan Kementerian Kesehatan Lebanon.",
            "Kementerian Kesehatan Lebanon",
        ),
        (  # office and body, then the name
            "“Semua siap,” kata Kepala Ekonom China di Bank Arunika, Robin Santoso, Senin (9/6).",
            "Robin Santoso",
        ),
        (
            "“Semua siap,” ucap Perwakilan dari Inovasi Muda, Restu Andini, dalam keterangannya.",
            "Restu Andini",
        ),
        (  # two heads of two bodies
            (
                "Kepala Bulog Maluku Wahyu Pratama menyampaikan data. “Halte sudah cukup,” "
                "kata Kepala Dinas Perhubungan (Dishub) Kabupaten Buru, Lalu Hendra Kusuma."
            ),
            "Lalu Hendra Kusuma",
        ),
        (  # a short form that the text explains
            (
                "Menteri Energi dan Sumber Daya Mineral (ESDM) Dewi Lestari membuka acara. "
                "Menteri ESDM menyebut, hanya satu izin yang aktif."
            ),
            "Dewi Lestari",
        ),
        (  # an unknown word that has spoken is somebody
            "Zelvora menyatakan bahwa penjualan turun. “Kami akan bangkit,” ujarnya.",
            "Zelvora",
        ),
    ],
)
def test_a_speaker_is_found_by_the_words_around_the_name(text, speaker):
    assert last_quote(text).speaker_name == speaker


def test_an_office_of_another_body_is_not_who_the_text_named_before():
    text = (
        "“Kami siap,” ujar Ketua PMI Blora Andi Wijaya. "
        "“Stok cukup,” kata Ketua KPU Blora kepada wartawan."
    )

    assert last_quote(text).speaker_name is None


def test_a_body_never_means_dia():
    text = "“Layanan pulih,” tulis Kementerian Sosial. Dia meminta warga untuk tenang."

    assert last_quote(text).speaker_name is None


def test_a_quotation_many_paragraphs_later_is_nobody_s():
    between = "\n".join(
        ["Laga itu digelar di Blora.", "Tiket sudah habis.", "Stadion dibuka sore."] * 2
    )
    text = f"“Kami siap,” kata Rudi Hermawan.\n{between}\n“Blora Sore, Bukan Sekadar Hore!”"

    assert last_quote(text).speaker_name is None


def test_a_listed_given_name_is_surer_than_an_unknown_word():
    listed, other = (
        last_quote(f"“Kami siap,” kata {name}.").confidence for name in ("Rudi", "Zelvora")
    )

    assert listed > other


def test_a_person_who_may_be_a_thing_is_less_sure():
    person, thing = (
        last_quote(f"Zelvora {verb} bahwa penjualan turun.").confidence
        for verb in ("bercerita", "menyatakan")
    )

    assert person > thing


def test_of_two_who_are_about_as_likely_nobody_is_named():
    text = "Rudi Hermawan duduk di depan. Dewi Lestari datang. Di panggung ada Sari Wulandari. “Ramai,” ujarnya."
    quote = last_quote(text)

    assert (quote.speaker_name, quote.speaker_candidate) == (None, "Dewi Lestari; Rudi Hermawan")
