"""Who wrote and edited an article."""

import json
from itertools import takewhile

import pytest

from parsers.fields.byline import find_people
from parsers.fields.credits import credit_text, credited_names, is_credit, page_credits
from parsers.fields.person_names import names, reads_as_name
from parsers.html.blocks import Anchor, Block, read_tree
from parsers.html.document import Document
from parsers.source import from_data

OUTLET = from_data(
    {"name": "kabarmuara", "title": "Kabar Muara", "home": "https://kabarmuara.test/"}
)


def doc(head: str = "", body: str = "") -> Document:
    text = f"<html><head>{head}</head><body>{body}</body></html>"
    return Document(text, "https://kabarmuara.test/baca/1")


NAMES = {
    "by VOICEINDONESIA.CO- Afifah": ["Afifah"],
    "By Jane Roe and John Doe": ["Jane Roe", "John Doe"],
    "Oleh: Sari Wulandari": ["Sari Wulandari"],
    "Sari Wulandari in Olahraga": ["Sari Wulandari"],
    "Sari Wulandari Ikuti": ["Sari Wulandari"],
    "Sari Wulandari Dec, 2025": ["Sari Wulandari"],
    "Interview von Sari Wulandari": ["Sari Wulandari"],
    "Vom Max Beispiel": ["Max Beispiel"],
    "Unknown": [],
    "https://x.test/authors/a": [],
    "Jane Roe, Senior Reporter": ["Jane Roe"],
    "RENI ERINA": ["Reni Erina"],
    "Von Anna Muster und Max Beispiel": ["Anna Muster", "Max Beispiel"],
}


@pytest.mark.parametrize("byline", NAMES)
def test_a_byline_gives_its_people(byline):
    source = from_data({"name": "v", "title": "VOICEINDONESIA.CO", "home": "https://v.test/"})

    assert names(byline, source) == NAMES[byline]


@pytest.mark.parametrize(("depth", "found"), [(3, ["Sari Wulandari"]), (2000, [])])
def test_bylines_within_bylines_cost_no_more_than_they_are_worth(depth, found):
    page = doc(body='<span class="byline">' * depth + "Sari Wulandari" + "</span>" * depth)

    assert [p.name for p in find_people(page, OUTLET, css=None)[0]] == found


@pytest.mark.parametrize(("around", "found"), [(10, ["Sari Wulandari"]), (6000, [])])
def test_dear_readers_are_not_asked_of_a_page_of_links(around, found):
    page = doc(
        body='<p class="byline">Sari Wulandari</p>' + '<a href="/baca/2">Air surut</a>' * around
    )

    assert [p.name for p in find_people(page, OUTLET, css=None)[0]] == found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("class=articleAuthorName", "Sari Wulandari", ["Sari Wulandari"]),
        ("id=story_writerline", "Sari Wulandari", ["Sari Wulandari"]),
        ("class=articleAuthorName", "Kabar Muara", ["Kabar Muara"]),
        ("class=photo-author", "Kabar Muara", []),
        ("class=authorless", "Sari Wulandari menulis tentang air yang surut di muara.", []),
    ],
)
def test_a_byline_can_have_its_word_anywhere_in_a_name(name, text, found):
    page = doc(body=f"<h1>Air Surut</h1><div {name}>{text}</div><p>Warga pulang.</p>")

    assert [p.name for p in find_people(page, OUTLET, css=None)[0]] == found


def test_a_byline_of_another_article_is_nobodys():
    other = '<a href="/baca/2/warga-kembali-ke-rumah"><i class=cardAuthor>Sari Wulandari</i></a>'

    assert find_people(doc(body=f"<h1>Air Surut</h1>{other}"), OUTLET, css=None)[0] == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Penulis: Sari Wulandari | Editor: Bambang Eko",
            [("Sari Wulandari", "author"), ("Bambang Eko", "editor")],
        ),
        ("Reporter : Sari Editor : Bambang", [("Sari", "author"), ("Bambang", "editor")]),
        ("Pewarta: Sari Wulandari", [("Sari Wulandari", "author")]),
        ("Warga antre: pasar penuh", []),
        ("Penulis Sari Wulandari", [("Sari Wulandari", "author")]),
        ("12.345 Views / Penulis. Sugiyarto", [("Sugiyarto", "author")]),
        ("OLEH SARI WULANDARI Ikuti di twitter", [("Sari Wulandari", "author")]),
        ("Laporan Wartawan Kabar Muara, Sari", [("Sari", "author")]),
        ("Laporan wartawan kabarmuara.test Sari Wulandari", [("Sari Wulandari", "author")]),
        ("Kontributor Kudus, Sari Wulandari", [("Sari Wulandari", "author")]),
        (
            "Rep: Sari Wulandari/ Red: Bambang",
            [("Sari Wulandari", "author"), ("Bambang", "editor")],
        ),
        ("(Jurnalis-Sari Wulandari)", [("Sari Wulandari", "author")]),
        ("[Redaktur: Bambang Eko]", [("Bambang Eko", "editor")]),
        ("Editor: bambang eko", [("bambang eko", "editor")]),
        ("Editor. Bambang Eko Copyright © Kabar 2026", [("Bambang Eko", "editor")]),
        ("Penulis/Editor: Sari", [("Sari", "author"), ("Sari", "editor")]),
        ("Oleh : Sari Wulandari / WBP", [("Sari Wulandari", "author")]),
        ("Reporter : Sari Wulandari Kamis, 9 Juli 2026 07:00", [("Sari Wulandari", "author")]),
        ("Penulis: Dr. Sari Wulandari, M.Si.", [("Dr. Sari Wulandari, M.Si", "author")]),
        ("Oleh karena itu, warga diminta pulang.", []),
        ("Oleh-Oleh Khas Kudus", []),
        ("Penulis buku itu datang ke Kudus.", []),
        ("Editor: klik di sini untuk membaca", []),
        ("Uploader: Sari Wulandari", []),
    ],
)
def test_a_credit_line_gives_names_with_roles(line, expected):
    assert credited_names([line]) == expected


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("Rini Astuti", True),
        ("Rini binti Astuti", True),
        ("oleh Astuti", False),
        ("Rini kemarin", False),
        ("Rini", False),
        ("Rini Astuti Dewi Sari Putri Lestari", False),
    ],
)
def test_a_name_has_two_to_five_words_of_which_the_outer_ones_are_capital(text, is_name):
    assert reads_as_name(text) == is_name


def test_a_byline_in_another_box_is_of_another_article():
    box = "<section><div><div class='byline'>{}</div></div></section>"
    page = doc("", box.format("Rini Astuti") + box.format("Budi Santoso"))

    found, where = find_people(page, OUTLET, css=None)

    assert ([person.name for person in found], where) == (["Rini Astuti"], "dom")


PLACES_OF_OTHERS = [
    "<a href='/baca/2/jalan-rusak-di-kota-lama'><span class='author'>{}</span></a>",
    "<div class='comments'><p>Ani</p><div><span class='author'>{}</span></div></div>",
    "<nav><div><b class='author'>{}</b></div></nav>",
]


@pytest.mark.parametrize("place", PLACES_OF_OTHERS)
def test_a_byline_of_another_text_names_nobody(place):
    of_others = place.format("Budi Santoso")
    own = "<div><div><b class='byline'>Rini Astuti</b></div></div>"

    nobody, _ = find_people(doc("", of_others), OUTLET, css=None)
    found, where = find_people(doc("", of_others + own), OUTLET, css=None)

    assert nobody == ()
    assert ([person.name for person in found], where) == (["Rini Astuti"], "dom")


def test_who_edited_stands_beside_who_wrote():
    page = doc("<meta name='author' content='Rini Astuti'>")

    found, where = find_people(page, OUTLET, css=None, text_credits=["Editor: Bambang Eko"])

    assert ([(person.name, person.role) for person in found], where) == (
        [("Rini Astuti", "author"), ("Bambang Eko", "editor")],
        "meta",
    )


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Penulis Sari Wulandari", True),
        ("Editor. Bambang Eko", True),
        ("Penulis buku itu datang ke Kudus.", False),
        ("Warga bertemu penulis: Sari Wulandari", False),
    ],
)
def test_a_credit_is_a_line_that_begins_with_a_role(line, is_one):
    assert is_credit(line) == is_one


HEADLINE = "Warga Muara Antre Sejak Pagi"
STORY = "<p>Warga Muara antre sejak pagi untuk membeli beras murah.</p>"
RELATED = "<ul><li><a href='/baca/2'>Air Surut di Hilir</a></li></ul>"


def on_page(body: str, head: str = "", **more) -> list[tuple[str, str]]:
    page = doc(head, f"<h1>{HEADLINE}</h1>{body}")
    lines = [b for b in read_tree(page.tree) if b.text != HEADLINE]
    near = list(takewhile(lambda b: "antre sejak pagi untuk" not in b.text, lines))
    end = lines[len(near) + 1 : len(near) + 7]
    found, _ = find_people(
        page,
        OUTLET,
        css=None,
        near_headline=near,
        near_end=end,
        headline=HEADLINE,
        indonesian=True,
        **more,
    )
    return [(person.name, person.role) for person in found]


@pytest.mark.parametrize(
    "body",
    [
        f"{STORY}{RELATED}<div>Penulis: Sari Wulandari</div>",
        f"{STORY}{RELATED}<div><span>Penulis</span>: <a href='/p/1'>Sari Wulandari</a></div>",
        f"{STORY}<div><div>Penulis</div><div>Sari Wulandari</div></div>",
        f"{STORY}<div><h6>Sari Wulandari</h6><h6>Penulis</h6></div>",
        f"<div>Sari Wulandari - 11 Februari 2026 06:30 wib</div>{STORY}",
        f"<div>Sari wulandari • 11 Februari 2026 06:30 WIB</div>{STORY}",
        f"<div>Sari Wulandari, Kabar Muara</div>{STORY}",
        f"<div><a href='/author/sari'>Sari Wulandari</a> | Kamis, 12 Feb 2026 06:30</div>{STORY}",
    ],
)
def test_an_author_is_found_wherever_the_page_prints_one(body):
    [(name, role)] = on_page(body)

    assert (name.title(), role) == ("Sari Wulandari", "author")


@pytest.mark.parametrize(
    "body",
    [
        f"<div>Kabar Muara - 11 Februari 2026 06:30 WIB</div>{STORY}",
        f"<div><a href='/gaya-hidup'>Gaya Hidup</a> - 11 Februari 2026 06:30 WIB</div>{STORY}",
        f"<div>Diperbarui Kamis - 11 Februari 2026 06:30 WIB</div>{STORY}",
        f"{STORY}<div class='komentar'>Penulis: Sari Wulandari</div>",
        f"{STORY}<nav>Penulis: Sari Wulandari</nav>",
        f"{STORY}<h1>Air Surut di Hilir Muara</h1><div>Penulis: Sari Wulandari</div>",
    ],
)
def test_what_is_no_credit_of_the_article_names_nobody(body):
    assert on_page(body) == []


def test_a_printed_role_beats_the_head_of_the_page():
    head = "<meta name='author' content='Bambang Eko'>"

    assert on_page(f"{STORY}<p>Penulis: Sari | Editor: Bambang Eko</p>", head) == [
        ("Sari", "author"),
        ("Bambang Eko", "editor"),
    ]
    assert on_page(f"{STORY}<p>Editor: Bambang Eko</p>", head) == [("Bambang Eko", "editor")]


def test_who_wrote_and_edited_has_both_roles():
    assert on_page(f"{STORY}<p>Penulis: Sari Wulandari</p><p>Editor: Sari Wulandari</p>") == [
        ("Sari Wulandari", "author"),
        ("Sari Wulandari", "editor"),
    ]


def test_the_names_beside_a_full_name_are_people_too():
    assert on_page(STORY, "<meta name='author' content='Sari Wulandari, Bambang'>") == [
        ("Sari Wulandari", "author"),
        ("Bambang", "author"),
    ]


@pytest.mark.parametrize(
    "desk", ["Kabar Muara", "kabarmuara developer", "admin", "kabarmuara.test"]
)
def test_the_outlet_and_its_software_are_nobody(desk):
    assert on_page(STORY, f"<meta name='author' content='{desk}'>") == []


SITE = "<meta property='og:site_name' content='Pertanian dan Pangan Muara'>"
DESK = '{"@type":"NewsArticle","author":{"name":"Kabar Muara"}}'


@pytest.mark.parametrize("outlet", ["Pertanian dan Pangan Muara", "Pertanian Dan Pangan Muara"])
def test_the_outlet_that_a_head_names_is_nobody_in_any_language(outlet):
    page = doc(f"{SITE}<meta name='author' content='{outlet}'>")

    assert find_people(page, OUTLET, css=None) == ((), "none")


def test_a_desk_that_json_ld_names_is_believed_before_a_word_in_the_markup():
    head = f"<script type='application/ld+json'>{DESK}</script>"
    body = "<div class='author'>{}</div>"

    [desk], _ = find_people(doc(head, body.format("Olahraga")), OUTLET, css=None)
    [person], _ = find_people(doc(head, body.format("Rini Astuti")), OUTLET, css=None)
    [word], _ = find_people(doc("", body.format("Olahraga")), OUTLET, css=None)

    assert [p.name for p in (desk, person, word)] == ["Kabar Muara", "Rini Astuti", "Olahraga"]


@pytest.mark.parametrize(
    ("account", "body", "found"),
    [
        ({}, "", []),
        ({}, "<p>Foto: Sari  Wulandari</p>", ["Sari Wulandari"]),
        ({"url": "https://kabarmuara.test/penulis/sari"}, "", ["Sari Wulandari"]),
        ({"@id": "https://kabarmuara.test/penulis/sari"}, "", ["Sari Wulandari"]),
    ],
    ids=["only uploaded", "printed", "has a page", "no account"],
)
def test_an_account_without_a_page_that_nothing_prints_has_only_uploaded(account, body, found):
    ids = {"@id": "https://kabarmuara.test/#/schema/person/4f1c"}
    writer = {"@type": "Person", "name": "Sari Wulandari"} | ids | account
    graph = [
        {"@type": "Article", "author": {"name": "Sari Wulandari", "@id": writer["@id"]}},
        writer,
    ]
    label = "<meta name='twitter:label1' content='Ditulis oleh'>"
    label += "<meta name='twitter:data1' content='Sari Wulandari'>"
    head = f"{label}<script type='application/ld+json'>{json.dumps({'@graph': graph})}</script>"

    people = find_people(doc(head=head, body=body + STORY), OUTLET, css=None)[0]

    assert [p.name for p in people] == found


def test_an_account_is_spelt_as_the_page_prints_the_person():
    head = "<meta name='author' content='sariwulandari'>"

    assert on_page(f"{STORY}<h2>Sari Wulandari</h2>", head) == [("Sari Wulandari", "author")]
    assert on_page(STORY, head) == [("sariwulandari", "author")]


def test_many_places_with_authors_are_those_of_other_articles():
    body = "".join(
        f"<div>Penulis: {name} Wulandari</div>" for name in ("Sari", "Ani", "Dewi", "Rini")
    )

    assert page_credits(doc("", f"<h1>{HEADLINE}</h1>{body}"), HEADLINE) == [
        "Penulis: Sari Wulandari"
    ]


# Headlines of stories about the press, as outlets capitalise them.
HEADLINES_WITH_ROLES = [
    "Wartawan Muara Diteror Kiriman Paket",
    "Wartawan Desak Camat Cabut Laporan",
    "Wartawan Muda Kudus Raih Penghargaan",
    "Wartawan Dilarang Masuk Ruang Sidang",
    "Penulis Novel Asal Jepara Meninggal",
    "Penulis Naskah Drama Gugat Produser",
    "Penulis Cerita Anak Keliling Desa",
    "Jurnalis Harian Pagi Dihadang Massa",
    "Jurnalis Perempuan Bentuk Serikat Baru",
    "Jurnalis Radio Hilang Di Hutan",
    "Reporter Televisi Jatuh Saat Siaran",
    "Reporter Cilik Wawancarai Bupati Kudus",
    "Reporter Lapangan Dapat Rompi Baru",
    "Oleh Oleh Khas Muara Diburu",
    "Oleh Warga Jalan Rusak Ditanami",
    "Kontributor Berita Muara Mogok Kerja",
    "Kontributor Pajak Terbesar Pindah Kota",
    "Koresponden Asing Kunjungi Pasar Terapung",
    "Koresponden Perang Pulang Ke Kudus",
    "Editor Majalah Kampus Dipanggil Rektor",
]
PLACES = {
    "a list": "<ul><li><a href='/baca/2/{slug}'>{title}</a></li></ul>",
    "a side box": "<aside><h4>{title}</h4></aside>",
    "a line of a side box": "<aside><p>{title}</p></aside>",
    "a card": "<div class='card'><h3><a href='/baca/2/{slug}'>{title}</a></h3></div>",
    "a paragraph": "<p><a href='/baca/2/{slug}'>{title}</a></p>",
    "the foot": "<footer><ul><li><a href='/baca/2/{slug}'>{title}</a></li></ul></footer>",
    "a line of the foot": "<footer><p>{title}</p></footer>",
    "a heading": "<div><h4>{title}</h4></div>",
    "a heading and a list": "<h4>Wartawan</h4><ul><li><a href='/baca/2/{slug}'>{title}</a></li></ul>",
}
SIGNED = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Warga Muara Antre Sejak Pagi",'
    '"author":{"@type":"Person","name":"Sari Wulandari"}}</script>'
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("title", HEADLINES_WITH_ROLES)
def test_a_headline_that_begins_with_a_role_names_nobody(title, place):
    other = PLACES[place].format(title=title, slug=title.lower().replace(" ", "-"))
    wanted = [("Sari Wulandari", "author")]

    for body in (f"{STORY}{other}", f"{other}{STORY}", f"{STORY}{'<p>Air.</p>' * 20}{other}"):
        assert on_page(body) == []
        assert on_page(body, SIGNED) == wanted
        assert on_page(f"<p>Penulis: Sari Wulandari</p>{body}") == wanted


BYLINE = "<p class='byline'>Sari Wulandari</p>"
EDITED = "<p>Editor: Sari Wulandari</p>"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (SIGNED, f"{BYLINE}{STORY}{EDITED}", ["author", "editor"]),
        ("", f"{BYLINE}{STORY}{EDITED}", ["author", "editor"]),
        # Many sites sign in the head with whoever published it.
        (SIGNED, f"{STORY}{EDITED}", ["editor"]),
    ],
)
def test_a_writer_who_edits_stays_the_author(head, body, expected):
    assert on_page(body, head) == [("Sari Wulandari", role) for role in expected]


@pytest.mark.parametrize(
    "line",
    [
        "Di Rumah Makan Padang, Ada Menu Baru",
        "Por Una Cabeza Dimainkan Lagi",
        "Text Berjalan Dipasang",
        "Oleh Oleh Khas Bandung Diburu",
        "Oleh-Oleh Khas Bandung Diburu",
    ],
)
def test_words_of_other_languages_are_no_byline_on_an_indonesian_page(line):
    assert on_page(f"<p>{line}</p>{STORY}") == []
    assert on_page(f"{STORY}<p>{line}</p>") == []


def test_a_byline_in_another_language_is_read_on_its_pages():
    near = [Block("Di Marco Bianchi")]

    found, where = find_people(doc(), OUTLET, css=None, near_headline=near)

    assert ([person.name for person in found], where) == (["Marco Bianchi"], "text")


@pytest.mark.parametrize(
    ("line", "head", "expected"),
    [
        ("Penulis Rini Astuti", "", ["Rini Astuti"]),
        ("Penulis Rini Astuti", SIGNED, ["Sari Wulandari"]),
        ("Penulis Sari W", SIGNED, ["Sari W"]),
        ("Penulis Rini Astuti dan Sari Wulandari", SIGNED, ["Rini Astuti", "Sari Wulandari"]),
        ("Penulis: Rini Astuti", SIGNED, ["Rini Astuti"]),
        ("Laporan Wartawan Kabar Muara, Rini", SIGNED, ["Rini"]),
        ("Penulis <a href='/author/rini'>Rini Astuti</a>", "", ["Rini Astuti"]),
        ("Penulis <a href='/penulis-rini-astuti'>Rini Astuti</a>", "", ["Rini Astuti"]),
        ("Oleh <a href='https://twitter.com/rini'>Rini Astuti</a>", "", ["Rini Astuti"]),
        ("Penulis <a href='/baca/3/rini-astuti'>Rini Astuti</a>", "", []),
        ("<a href='/penulis-rini-astuti'>Penulis Rini Astuti</a>", "", []),
        ("<a href='/baca/3/wartawan-kami-diusir-massa'>Wartawan: Kami Diusir</a>", "", []),
    ],
)
def test_a_credit_without_a_colon_needs_a_place_and_no_other_writer(line, head, expected):
    for body in (f"<p>{line}</p>{STORY}", f"{STORY}<p>{line}</p>"):
        assert [name for name, role in on_page(body, head)] == expected


def test_who_is_credited_as_the_editor_says_nothing_about_the_writer():
    assert on_page(f"<p>Oleh Rini Astuti</p>{STORY}{EDITED}", SIGNED) == [
        ("Rini Astuti", "author"),
        ("Sari Wulandari", "editor"),
    ]


def test_an_institution_is_no_person():
    page = doc("<meta name='author' content='Dinas Kesehatan Muara'>")

    [institution], _ = find_people(page, OUTLET, css=None)
    [person], _ = find_people(page, OUTLET, css=None, near_headline=[Block("By Rini Astuti")])

    assert (institution.name, institution.is_staff_desk) == ("Dinas Kesehatan Muara", True)
    assert (person.name, person.is_staff_desk) == ("Rini Astuti", False)


@pytest.mark.timeout(60)  # a search of the line for each link takes longer
def test_a_line_of_links_without_end_is_no_credit():
    texts = [f"berita ke-{n}" for n in range(120_000)]
    block = Block("".join(texts), anchors=tuple(Anchor(text, "/baca/2") for text in texts))

    assert credit_text(block) == block.text


def test_a_backslash_in_a_linked_name_is_a_letter():
    links = (Anchor(r"Sari \id Wulandari", "/author/sari"), Anchor("Bambang", "/author/bambang"))
    block = Block(r"Penulis: Sari \id WulandariBambang", anchors=links)

    assert credit_text(block) == r"Penulis: Sari \id Wulandari; Bambang"
