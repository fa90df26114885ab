"""What leaves an article is labelled and can be put back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from parsers.cleaning.boilerplate import kind_of
from parsers.cleaning.clean import Line, clean
from parsers.cleaning.dateline import find_dateline, head_dateline, source_by_dateline
from parsers.html.blocks import Anchor, Captions, read_subtree, read_tree
from parsers.source import from_data

OUTLET = from_data(
    {
        "name": "kabarmuara",
        "title": "Kabar Muara",
        "home": "https://kabarmuara.test/",
        "aliases": ["KABARMUARA.COM"],
    }
)
OTHER = from_data(
    {"name": "harianteluk", "title": "Harian Teluk", "home": "https://harianteluk.test/"}
)

DATELINES = {
    "Kabar Muara, Jakarta – Warga antre.": "Kabar Muara, Jakarta",
    "JAKARTA, KABARMUARA.COM - Warga antre.": "JAKARTA, KABARMUARA.COM",
    "KABARMUARA.COM — Warga antre.": "KABARMUARA.COM",
    "Jakarta (ANTARA) - Warga antre.": "Jakarta (ANTARA)",
    "Contoh6.com, Jakarta - Warga antre.": "Contoh6.com, Jakarta",
    "TELUK.CO, Jakarta -Warga antre.": "TELUK.CO, Jakarta",
    "TELUK.CO.ID, JAKARTA -- Warga antre.": "TELUK.CO.ID, JAKARTA",
    "Jakarta, Kabar Muara -- Warga antre.": "Jakarta, Kabar Muara",
    "JAKARTA - Warga antre.": "JAKARTA",
    "Kabar Muara, Surabaya Pemerintah kota rapat.": "Kabar Muara, Surabaya",
    "Kabar Muara, Kuala Lumpur Pemerintah kota rapat.": "Kabar Muara, Kuala Lumpur",
    "Kabar Muara, Pemerintah Kota rapat.": None,
    "Kabar Muara, JakartaWarga antre.": "Kabar Muara, Jakarta",
    "Kabar Muara, Kuala LumpurWarga antre.": "Kabar Muara, Kuala Lumpur",
    "Kabar Muara, Jakarta-Warga antre.": "Kabar Muara, Jakarta",
    "Kabar Muara, WargaKota antre.": None,
    "Lebak -": "Lebak",
    "Jakarta, Kabar Muara —": "Jakarta, Kabar Muara",
    "Lebak - Pandeglang bersaing.": None,
    "Jakarta - Warga antre.": "Jakarta",
    "Bandung – “Warga antre,” kata Sari.": "Bandung",
    "Gunungpati – Warga antre.": "Gunungpati",
    "Gunungpati - Warga antre.": None,
    "Kabar Muara, Jakarta Pemerintah kota rapat.": "Kabar Muara, Jakarta",
    "MUARA.CO.ID, Pemerintah kota rapat.": "MUARA.CO.ID",
    "MUARA.CO.ID, Teluk.com, dan situs lain rapat.": None,
    "Baru-baru ini warga antre.": None,
    "Al-Quran dibaca warga.": None,
    "Warga Jakarta – kata Kabar Muara – antre.": None,
    "Pemain Shin Tae-yong datang.": None,
}


@pytest.mark.parametrize("line", DATELINES)
def test_a_dateline_is_told_from_the_text(line):
    found = find_dateline(line, OUTLET)

    assert (found.text if found else None) == DATELINES[line]


HEADS = {
    "Warga antre minyak goreng\nSudah sepekan.\nJAKARTA, KABARMUARA.COM - Warga antre.": (
        2,
        "JAKARTA, KABARMUARA.COM",
    ),
    "Warga antre minyak goreng.\nSemarang (ANTARA) - Warga antre.": (1, "Semarang (ANTARA)"),
    "Sejumlah warga antre. Foto lama\nSemarang - Warga antre.": (1, "Semarang"),
    "Sejumlah warga antre.\nSEMARANG – Warga antre.\nIa pulang.": (1, "SEMARANG"),
    "Warga antre.\nSolo - Ada 12 kasus.\nKudus - Ada 5 kasus.": None,
    "Warga antre.\nFOTO - Warga antre.": None,
    "Warga antre.\nIa datang.\nIa pulang.\nIa tidur.\nSEMARANG – Warga antre.": None,
}


@pytest.mark.parametrize("text", HEADS)
def test_a_dateline_may_stand_below_a_headline_and_a_deck(text):
    found = head_dateline(text.split("\n"), OUTLET)

    assert (found and (found[0], found[1].text)) == HEADS[text]


def test_a_dateline_below_the_headline_leaves_the_text():
    lines = [
        Line(text=t) for t in ("Warga antre minyak", "Kudus - Warga antre lagi.", "Ia pulang.")
    ]

    cleaned = clean(lines, OUTLET, language="id")

    assert (cleaned.dateline, cleaned.body_text) == (
        "Kudus",
        "Warga antre minyak\nWarga antre lagi.\nIa pulang.",
    )
    assert [(s.kind, s.text) for s in cleaned.removed] == [("dateline", "Kudus - ")]


def test_the_outlet_is_told_from_the_dateline():
    assert source_by_dateline("\nKabar Muara, Jakarta – Warga antre.", [OTHER, OUTLET]) is OUTLET
    assert source_by_dateline("Antrean\nKabar Muara, Jakarta – Warga antre.", [OUTLET]) is OUTLET
    assert source_by_dateline("Warga Kabar Muara antre.", [OTHER, OUTLET]) is None


def test_an_outlet_s_name_inside_another_word_is_not_its_name():
    short = from_data(
        {"name": "tara", "title": "Tara", "home": "https://tara.test/", "aliases": ["Muara"]}
    )

    assert source_by_dateline("NUSATARA, JAKARTA – Warga antre.", [short]) is None
    assert source_by_dateline("KABARMUARA.COM, JAKARTA – Warga antre.", [short, OUTLET]) is OUTLET
    assert source_by_dateline("MUARA, JAKARTA – Warga antre.", [short]) is short


NOISE = {
    "Baca Juga: Judul lain": "related_link",
    "BACA JUGA:Judul lain": "related_link",
    "| Baca juga: Judul |": "related_link",
    "Simak juga Video 'Judul'": "related_link",
    "SCROLL TO CONTINUE WITH CONTENT": "ad",
    "ADVERTISEMENT": "ad",
    "2 dari 3 halaman": "boilerplate",
    "Penulis: Sari | Editor: Bambang": "editor_credit",
    "Foto: Istimewa": "caption",
    "Copyright © 2025 Kabar": "boilerplate",
    'Artikel ini telah tayang di Kabar Teluk dengan judul "Warga"': "boilerplate",
    "***": "end_mark",
    "(ant/rmd)": "editor_credit",
    "(Hans)": "editor_credit",
    "(Bob/P-3)": "editor_credit",
    "(KabarTeluk.com/Rara)": "editor_credit",
    "(SARI DEWI/KABARTELUK.id)": "editor_credit",
    "(lihat peta)": None,
    "Simak penjelasan lengkapnya dari pakar gizi.": None,
    "Baca juga merupakan kegiatan baik.": None,
    "Editor bahasa itu pulang.": None,
}


@pytest.mark.parametrize("text", NOISE)
def test_a_noise_line_is_named(text):
    got = clean(
        [
            Line(text="Warga antre di pasar sejak pagi."),
            Line(text=text),
            Line(text="Pasar tutup siang."),
        ],
        OUTLET,
        language="id",
    )

    assert [r.kind for r in got.removed] == ([NOISE[text]] if NOISE[text] else [])


def test_marks_and_codes_leave_only_the_last_line():
    got = clean([Line(text="Satu *"), Line(text="Dua.(ant/rmd) *")], OUTLET, language="id")

    assert got.body_text == "Satu *\nDua."
    assert [(r.kind, r.text) for r in got.removed] == [
        ("editor_credit", "(ant/rmd)"),
        ("end_mark", "*"),
    ]


def test_a_label_alone_takes_the_linked_lines_after_it():
    linked = Line(text="Judul lain", anchors=(Anchor("Judul lain", "/1"),))
    got = clean(
        [Line(text="Satu."), Line(text="Baca Juga"), linked, Line(text="Dua.")],
        OUTLET,
        language="id",
    )

    assert got.body_text == "Satu.\nDua."
    assert [(x.title, x.href, x.after_paragraph) for x in got.links] == [("Judul lain", "/1", 1)]


def test_the_first_copier_is_remembered():
    got = clean(
        [Line(text="Satu."), Line(text='Artikel ini telah tayang di Kabar Teluk dengan judul "X"')],
        OUTLET,
        language="id",
    )

    assert got.syndicated_from == "Kabar Teluk"


PIECES = st.sampled_from(
    [
        "Baca Juga: X",
        "Kabar Muara, Jakarta – ",
        "*",
        "(red)",
        " ",
        "Kalimat.",
        "ADVERTISEMENT",
        "Judul",
        "Penulis: A",
    ]
)
LINES = st.lists(
    st.lists(
        PIECES
        | st.text(
            st.characters(exclude_characters="\n\r", exclude_categories=("Cs", "Cc")), max_size=12
        ),
        max_size=4,
    ).map("".join),
    max_size=8,
)


@given(LINES, st.lists(st.booleans(), min_size=8, max_size=8), st.sampled_from(["id", "en"]))
def test_taking_the_spans_away_gives_the_body(texts, wanted, language):
    got = clean(
        [Line(text=t, wanted=w) for t, w in zip(texts, wanted, strict=False)],
        OUTLET,
        headline="Judul",
        language=language,
    )
    text = got.source_text
    for span in sorted(got.removed, key=lambda s: -s.start):
        assert text[span.start : span.end] == span.text
        text = text[: span.start] + text[span.end :]

    assert "\n".join(line.strip() for line in text.split("\n") if line.strip()) == got.body_text
    assert len(got.kinds) == len(got.body_text.split("\n") if got.body_text else [])


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Pasar tutup siang. (Hans)", "(Hans)"),
        ("“Pasar tutup,” katanya. (FL/P-4)", "(FL/P-4)"),
        ("Pasar tutup siang.(why)", "(why)"),
        ("Pasar dikelola Badan Usaha Milik Desa (Bumdes)", None),
        ("Uang itu dari kas desa (Silpa).", None),
    ],
)
def test_letters_of_a_desk_at_the_end_are_told_from_a_short_name(text, mark):
    got = clean(
        [Line(text="Warga antre di pasar sejak pagi."), Line(text=text)], OUTLET, language="id"
    )

    assert [r.text.strip() for r in got.removed] == ([mark] if mark else [])


def test_a_line_that_names_no_article_is_no_link():
    got = clean(
        [
            Line(text="Warga antre."),
            Line(text="Saksikan Video Pilihan di Bawah Ini:"),
            Line(text="Simak Video 'Antrean di Pasar':"),
        ],
        OUTLET,
        language="id",
    )

    assert [r.kind for r in got.removed] == ["related_link", "related_link"]
    assert [x.title for x in got.links] == ["Antrean di Pasar"]


def test_of_a_dropped_link_the_way_to_the_other_article_stays():
    cut = html.fragment_fromstring(
        "<div><p>Warga antre.</p><p><a class='lain' href='/2'>Baca juga : Pasar tutup</a></p></div>"
    )

    assert [
        (b.text, b.kind, [a.href for a in b.anchors]) for b in read_subtree(cut, [".lain"])
    ] == [
        ("Warga antre.", "text", []),
        ("Baca juga : Pasar tutup", "aside", ["/2"]),
    ]


def test_the_headline_is_said_again_among_the_first_lines_only():
    headline, lines = "Harga Cabai Naik", [f"Petani ke-{n} memanen cabai." for n in range(4)]
    texts = [lines[0], headline, *lines[1:], headline]

    got = clean([Line(text=text) for text in texts], OUTLET, headline=headline, language="id")

    assert got.body_text == "\n".join([*lines, headline])
    assert [(span.kind, span.start) for span in got.removed] == [("boilerplate", len(lines[0]) + 1)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("(Baca juga: Harga Beras Turun)", "related_link"),
        ("Baca: Harga Beras Turun di Kudus", "related_link"),
        ("Baca Selanjutnya", "related_link"),
        ("Editor. Bambang Eko", "editor_credit"),
        ("Penulis Sari Wulandari", "editor_credit"),
        ("Scroll down untuk melanjutkan membaca", "ad"),
        ("Yuk, unduh aplikasi kami untuk berita terbaru", "boilerplate"),
        (". Pastikan kamu sudah install aplikasi WhatsApp ya.", "boilerplate"),
        ("Pastikan kamu sudah makan sebelum berangkat.", None),
        ("https://www.whatsapp.com/channel/0029Muara", "boilerplate"),
        ("https://kabarmuara.test/baca/1", None),
        ("Itu sebabnya kami membuat Kanal Cek Fakta Kabar Muara pada 2019.", "boilerplate"),
        ("Cek Fakta Kabar Muara tak menerima iklan demi independensi kami.", "boilerplate"),
        ("Cek fakta itu diminta bupati setelah kabar bohong beredar.", None),
        ("Ilustrasi petani memanen padi. (Pixabay)", "caption"),
        ("Ilustrasi banjir di muara sungai kabarmuara.com", "caption"),
        ("Ilustrasi itu dibuat pelukis. Warga menyukainya.", None),
        ("Dok. Humas Polres Muara", "caption"),
        ("Dok. Sari datang. Ia memeriksa warga.", None),
        ("(sar/nu2)", "editor_credit"),
        ("(5/6)", None),
        ("Baca buku setiap hari: itu pesan guru di Kudus", None),
        ("Penulis buku itu tinggal di Kudus.", None),
        ("Editor senior itu datang ke Kudus.", None),
    ],
)
def test_a_line_of_an_indonesian_page_is_of_the_site_by_its_words(text, kind):
    assert kind_of(text, linked=False, caption=False, indonesian=True) == kind


def test_a_line_in_an_element_for_pictures_is_a_caption():
    text = "<p>Warga antre.</p><div class='photo'>Warga di pasar.</div><div class='pic'><h5>Pasar.</h5></div>"
    root = html.fromstring(f"<div class='isi'>{text}</div>")

    assert [Captions().has(block) for block in read_tree(root)] == [False, True, True]
    assert [Captions().has(block) for block in read_subtree(root, [])] == [False, True, True]


def test_a_long_text_in_an_element_for_pictures_is_no_caption():
    root = html.fromstring(f"<div class='photo'>{'<p>Warga antre di pasar.</p>' * 40}</div>")

    assert not any(map(Captions().has, read_tree(root)))
