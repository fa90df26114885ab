"""Texts that are easily lost or taken for more than they are: photo articles, hidden parts, offers, files that are cut."""

import pytest
from support.parse_cases import TEXT, outlet, page

from parsers.article import Article, Context, Rejected
from parsers.html.truncation import is_truncated
from parsers.kinds import Reason
from parsers.parse import parse

LINES = [
    f"Petugas posko ke-{n} mencatat {n + 7} perahu kembali berlayar dari dermaga lama sejak pagi hari ini juga, kata warga."
    for n in range(12)
]


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def article(
    body: str, head: str = "", url: str = "http://kabarmuara.test/baca/17/x.html"
) -> Article:
    text = (
        f"<html><head><title>Perahu Kembali Berlayar</title>{head}</head><body>{body}</body></html>"
    )
    return parse(page(text.encode(), url), outlet("unlisted"), Context())


def text_of(body: str, head: str = "", **more: str) -> tuple[str, ...]:
    return article(
        f"<article><h1>Perahu Kembali Berlayar</h1>{body}</article>", head, **more
    ).paragraphs


@pytest.mark.parametrize(
    "name", ["foto", "index-photo", "detail-foto", "photo-story", "gambar", "article-pic"]
)
def test_an_article_in_a_box_named_after_pictures_is_read(name):
    assert text_of(f'<div class="{name}">{paragraphs(LINES[:3])}</div>') == tuple(LINES[:3])


def test_a_caption_is_the_text_where_there_is_no_other():
    line = " ".join(LINES[:3])

    assert text_of(f'<div class="foto"><p>{line}</p></div>') == (line,)
    assert text_of(f'<div class="foto"><p>{LINES[0]}</p></div>{paragraphs(LINES[1:5])}') == tuple(
        LINES[1:5]
    )


@pytest.mark.parametrize("name", ["class", "id"])
def test_a_caption_without_a_figure_is_known_by_its_class_or_id(name):
    caption = f'<div {name}="caption_news">{LINES[0]}</div>'
    before, after = paragraphs(LINES[1:4]), paragraphs(LINES[4:7])

    assert text_of(f"<div>{before}{caption}{after}</div>") == tuple(LINES[1:7])


@pytest.mark.parametrize(
    "box",
    [
        '<div class="InlineImageCaption">{}</div>',
        '<div><img src="/dermaga.jpg"><p>{}</p></div>',
        '<div><img data-src="/dermaga.jpg"><noscript><img src="/dermaga.jpg"></noscript><p>{}</p></div>',
        '<div><a href="/video/3"><img src="/dermaga.jpg"></a><div>{}</div></div>',
    ],
)
def test_the_line_in_a_box_with_one_picture_is_its_caption(box):
    caption = "Perahu nelayan bersandar di dermaga lama Muara"
    body = paragraphs(LINES[:4]) + box.format(caption) + paragraphs(LINES[4:8])

    assert text_of(f"<div>{body}</div>") == tuple(LINES[:8])


@pytest.mark.parametrize(
    "box",
    [
        '<p><img src="/dermaga.jpg">{}</p>',
        '<div><img src="/dermaga.jpg"><p>{}</p><p>' + LINES[8] + "</p></div>",
        '<div><h3>Sebelum Melaut</h3><img src="/dermaga.jpg"><p>{}</p></div>',
        '<div><img src="/dermaga.jpg">{}<br>Bahan bakar juga diperiksa.<br>Lalu jangkar.</div>',
        '<div><img src="/a.jpg"><img src="/b.jpg"><p>{}</p></div>',
    ],
)
def test_a_paragraph_beside_a_picture_is_text(box):
    body = paragraphs(LINES[:4]) + box.format(LINES[9]) + paragraphs(LINES[4:8])

    assert LINES[9] in text_of(f"<div>{body}</div>")


TITLE = "<a href='/baca/{0}/x.html'>Panen Padi di Muara {0}</a>"
CARDS = (
    f"<li><div><div>Daerah</div><div>{TITLE}<p>{{1}}</p></div></div></li>",
    f"<div><h2>{TITLE}</h2><div>8 jam lalu</div><div><p>{{1}}</p></div></div>",
    f"<div>{TITLE}<span> 8 jam lalu</span><p>{{1}}</p></div>",
)
SUMMARIES = [
    f"Panen di lahan ke-{n} itu lebih cepat dua pekan daripada tahun lalu, dan hasilnya juga naik, kata petani."
    for n in range(7)
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("around", ["<div>{}</div>", "{}"])
def test_summaries_in_a_row_of_cards_are_of_other_articles(card, around):
    row = "".join(card.format(i, summary) for i, summary in enumerate(SUMMARIES))

    assert text_of(around.format(paragraphs(LINES[:8])) + row) == tuple(LINES[:8])


def test_a_row_of_which_few_have_a_linked_title_is_text():
    items = (TITLE if i % 2 else "Panen Padi di Muara" for i in range(7))
    row = "".join(f"<div><h2>{t.format(i)}</h2><p>{SUMMARIES[i]}</p></div>" for i, t in enumerate(items))  # fmt: skip

    assert {*SUMMARIES} <= {*text_of(f"<div>{paragraphs(LINES[:4])}{row}</div>")}


@pytest.mark.parametrize(
    "list_of_items",
    [
        "".join(f"<div><h2><a href='/baca/{i}/x.html'>Panen Padi di Muara {i}</a></h2><p>{line}</p><p>{LINES[i + 4]}</p></div>" for i, line in enumerate(SUMMARIES)),
        "".join(f"<p><a href='/baca/{i}/x.html'>Panen Padi di Muara {i}</a></p><p>{line}</p>" for i, line in enumerate(SUMMARIES)),
        "".join(f"<div><p>{line}</p></div>" for line in SUMMARIES),
    ],
)  # fmt: skip
def test_a_list_of_news_is_text_where_its_items_are_no_cards(list_of_items):
    text = text_of(f"<div>{paragraphs(LINES[:4])}{list_of_items}</div>")

    assert {*SUMMARIES} <= {*text}


DATED = (
    '<meta property="article:published_time" content="2025-11-02T10:00:00+07:00">'
    '<meta property="og:image" content="/perahu.jpg">'
)
PICTURES = '<img src="/1.jpg" width="800"><p>{}</p><img src="/2.jpg" width="800">'


@pytest.mark.parametrize("n_words", [19, 32, 39])
def test_a_photo_article_needs_few_words(n_words):
    words = " ".join(" ".join(LINES).split()[:n_words])
    url = "http://kabarmuara.test/foto/17/perahu-kembali-berlayar-lagi.html"

    found = article(
        f"<article><h1>Perahu Kembali Berlayar</h1>{PICTURES.format(words)}</article>",
        DATED,
        url=url,
    )

    assert (found.word_count, found.flags) == (n_words, ("photo",))


@pytest.mark.parametrize(
    ("head", "path"),
    [
        (DATED, "/baca/17/x.html"),
        (DATED.partition('<meta property="og:image')[0], "/foto/17/x.html"),
        ("<meta property='og:image' content='/perahu.jpg'>", "/foto/17/x.html"),
    ],
)
def test_other_pages_of_few_words_are_no_photo_articles(head, path):
    with pytest.raises(Rejected, match="at least 40"):
        article(
            f"<h1>Perahu Kembali Berlayar</h1><p>{LINES[0]}</p>",
            head,
            url=f"http://kabarmuara.test{path}",
        )


PARAGRAPHS = """
Nelayan di dermaga lama mulai memperbaiki jaring setelah dua pekan tidak melaut karena gelombang tinggi di perairan utara.
Pemerintah desa menyiapkan dapur umum di balai pertemuan, dengan beras dan ikan asin yang dikumpulkan dari tiga dusun.
Sari Wulandari, guru di sekolah dasar itu, mengajak murid menanam bakau di tepi muara supaya tanah tidak terus terkikis.
Harga solar di stasiun pengisian naik dua kali dalam sebulan, sehingga banyak pemilik perahu memilih menunggu di rumah.
Camat berjanji akan mengirim surat kepada dinas perikanan kabupaten untuk meminta bantuan mesin tempel yang lebih hemat.
Anak-anak muda membuka warung kopi di bekas gudang garam, dan setiap malam ada yang membaca puisi tentang laut di sana.
Air bersih masih dibawa dengan jeriken dari sumur di bukit, karena pipa yang dipasang tahun lalu pecah tertimpa longsor.
Seorang peneliti dari kota mencatat suhu air setiap pagi, lalu membagikan hasilnya kepada kelompok nelayan lewat pesan.
Perempuan pengolah ikan menuntut upah yang sama, sebab pekerjaan mereka dimulai sebelum subuh dan selesai menjelang isya.
Jembatan kayu menuju pasar akan diganti beton pada musim kemarau, kata kepala desa dalam rapat yang dihadiri puluhan orang.
Kapal patroli menahan dua perahu dari provinsi tetangga yang memakai pukat terlarang di dekat terumbu karang pekan lalu.
Menjelang panen rumput laut, tengkulak datang lebih awal dan menawar dengan harga yang jauh di bawah kesepakatan bersama.
""".strip().split("\n")
HIDDEN = {
    "parts of the same class": "<div class='part'>{}</div><div class='part hidden' style='display: none'>{}</div>",
    "a part after the beginning": "{}<div class='lanjutan' style='display:none'>{}</div>",
    "an attribute": "<section class='isi'>{}</section><section class='isi skip' hidden>{}</section>",
}


@pytest.mark.parametrize("n_visible", [6, 8])
@pytest.mark.parametrize("case", HIDDEN)
def test_hidden_parts_of_the_text_are_read(case, n_visible):
    parts = map(paragraphs, (PARAGRAPHS[:n_visible], PARAGRAPHS[n_visible:]))

    assert text_of(HIDDEN[case].format(*parts)) == tuple(PARAGRAPHS)


APPEAL = [
    "Jurnalisme yang baik tidak gratis, dan kami senang kalau pekerjaan kami berharga untuk Anda sekeluarga.",
    "Tentukan sendiri berapa nilai satu tulisan, atau dukung redaksi kami sepanjang tahun dengan satu kali bayar.",
]


def test_a_hidden_box_beside_the_text_is_not_read():
    text = f"<div class='isi'>{paragraphs(LINES[:9])}</div>"
    box = f"<div style='display:none'>{paragraphs(APPEAL)}</div>"

    assert article(f"<h1>Perahu Kembali Berlayar</h1>{text}{box}").paragraphs == tuple(LINES[:9])


OFFERS = [
    "Berlangganan untuk membaca selengkapnya.",
    "Silakan masuk untuk melanjutkan membaca berita ini.",
    "Sudah berlangganan? Masuk di sini.",
    "Artikel ini khusus pelanggan Kabar Muara.",
    "Subscribe now to continue reading this story.",
    "Sign in or subscribe to read the full story.",
    "Already a subscriber? Log in.",
    "This article is exclusively available to subscribers.",
]


@pytest.mark.parametrize("offer", OFFERS)
def test_an_offer_in_place_of_the_rest_is_not_in_the_text_and_makes_it_partial(offer):
    found = article(
        f"<article><h1>Perahu Kembali Berlayar</h1>{paragraphs(LINES[:8])}<p>{offer}</p></article>"
    )

    assert (found.paragraphs, found.access) == (tuple(LINES[:8]), "partial")


@pytest.mark.parametrize(
    "line",
    [
        "Berlangganan koran turun 20 persen, kata Sari Wulandari di Kudus.",
        "Masuk ke pelabuhan, perahu antre sejak pagi.",
    ],
)
def test_a_sentence_about_subscribers_stays(line):
    assert text_of(paragraphs([*LINES[:8], line])) == (*LINES[:8], line)


def test_the_dialogs_of_an_account_are_no_article():
    dialogs = [
        "Masukkan email dan kata sandi yang pernah kamu daftarkan di akun Kabar Muara.",
        "Kami mengirim kode verifikasi ke email kamu, periksa juga kotak spam di sana.",
        "Kata sandi baru harus punya delapan huruf atau lebih dan satu angka di dalamnya.",
        "Selamat datang kembali, pembaca setia berita dari muara dan hulu sungai kita.",
    ]

    with pytest.raises(Rejected) as verdict:
        article(f"<main><h1>Kabar Muara untuk Pembaca</h1>{paragraphs(dialogs)}</main>")

    assert verdict.value.reason is Reason.LOGIN


ENDS = {
    "a sentence without an end": ("<article>{}<p>Warga yang", True),
    "a link in it": ("<article>{}<p>Warga <a href='/x'>yang</a> datang", True),
    "an open link": ("<main>{}<p class='isi'>Warga <a href='/x'>yang", True),
    "an end": ("<article>{}<p>Warga pulang.", False),
    "an end in quotes": ("<article>{}<p>“Kami pulang.”", False),
    "a closed paragraph": ("<article>{}<p>Warga yang</p>", False),
    "a closed article": ("<article>{}</article><p>Kabar Muara 2026", False),
    "no article": ("<div>{}</div><p>Kabar Muara 2026", False),
    "an empty paragraph": ("<article>{}<p>", False),
    "a closed page": ("<article>{}<p>Warga yang</body></html>", False),
}


@pytest.mark.parametrize("case", ENDS)
def test_a_file_that_ends_in_a_sentence_of_the_article_is_truncated(case):
    markup, is_cut = ENDS[case]
    body = f"<html><body><h1>Perahu</h1>{markup.format(TEXT)}".encode()

    assert is_truncated(body) == is_cut
    if is_cut:
        with pytest.raises(Rejected, match=Reason.TRUNCATED):
            parse(page(body), outlet("unlisted"), Context())


def test_a_short_first_sentence_is_no_byline():
    body = paragraphs(["Di Muara, warga antre sejak pagi.", *LINES[:5]])

    assert text_of(body)[0] == "Di Muara, warga antre sejak pagi."


@pytest.mark.timeout(60)  # a search that takes the square of the forms takes longer
def test_forms_in_forms_without_end_are_read_in_time():
    with pytest.raises(Rejected, match=Reason.NO_CONTENT):
        article(f"<h1>Perahu Kembali Berlayar</h1>{'<form><div>' * 30_000}<input name=email>")


LEAD = "Nelayan Muara kembali melaut sejak Senin pagi setelah badai reda, kata kepala dermaga lama itu."
LEADS = ("<p><strong>{}</strong></p>", "<blockquote>{}</blockquote>", "<blockquote><p>{}</p></blockquote>", "<b>{}</b><br>", "<div><b>{}</b></div>")  # fmt: skip


@pytest.mark.parametrize("markup", LEADS)
def test_a_lead_in_bold_or_in_a_quotation_is_text(markup):
    assert text_of(markup.format(LEAD) + paragraphs(LINES[:6]))[0] == LEAD


def test_numbered_lists_and_subheadings_are_text():
    steps = [f"Periksa jangkar dan tali sebelum perahu ke-{n} dilepas." for n in range(3)]
    items = "".join(f"<li>{step}</li>" for step in steps)
    body = f"{paragraphs(LINES[:4])}<h2>Sebelum Melaut</h2><ol>{items}</ol>{paragraphs(LINES[4:8])}"

    assert text_of(body) == (*LINES[:4], "Sebelum Melaut", *steps, *LINES[4:8])
