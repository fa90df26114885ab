"""Lines that their neighbours or their words show to be of the site, in texts without links."""

import pytest

from parsers.cleaning.boilerplate import kind_of
from parsers.cleaning.clean import Line, clean
from parsers.source import default_source


def cleaned(*texts):
    return clean([Line(text=t) for t in texts], default_source("kabar.test"), language="id")


def test_the_title_after_a_label_alone_is_of_another_article():
    got = cleaned(
        "Warga antre sejak pagi.",
        "Baca juga:",
        "Harga Beras di Pasar Kudus Turun Tajam",
        "Harga cabai ikut turun.",
    )

    assert got.body_text == "Warga antre sejak pagi.\nHarga cabai ikut turun."
    assert [link.title for link in got.links] == ["Harga Beras di Pasar Kudus Turun Tajam"]


@pytest.mark.parametrize(
    "line",
    [
        "Warga Kudus dan Demak mengaku senang.",
        "Berikut isi surat edaran Bupati Kudus:",
        "3. Harga Beras Turun di Kudus",
        "Kronologi Kejadian",
        "harga beras turun di semua pasar",
    ],
)
def test_a_sentence_or_a_subheading_after_a_label_alone_stays(line):
    got = cleaned("Warga antre sejak pagi.", "Baca Juga", line, "Harga cabai turun.")

    assert line in got.body_text


def test_only_one_title_follows_a_label():
    got = cleaned(
        "Satu.",
        "Baca juga:",
        "Harga Beras Turun di Pasar Kudus",
        "Warga Demak Ikut Senang Sejak Pagi",
    )

    assert got.body_text == "Satu.\nWarga Demak Ikut Senang Sejak Pagi"


def test_a_title_that_stands_twice_is_of_a_player():
    title = "Momen Wali Kota Kudus Menari Bersama Warga"
    got = cleaned("Warga menari.", title, title, "Acara selesai malam hari.")

    assert got.body_text == "Warga menari.\nAcara selesai malam hari."


def test_a_heading_that_the_next_line_says_again_stays():
    title = "Momen Wali Kota Kudus Menari Bersama Warga"
    lines = [Line(text="Warga menari."), Line(text=title, kind="heading"), Line(text=title)]

    assert title in clean(lines, default_source("kabar.test"), language="id").body_text


def test_what_two_people_say_in_the_same_words_stays():
    got = cleaned('"Kami tidak tahu apa-apa."', '"Kami tidak tahu apa-apa."')

    assert got.body_text == '"Kami tidak tahu apa-apa."\n"Kami tidak tahu apa-apa."'


def test_tags_after_the_code_of_an_editor_are_no_text():
    got = cleaned("Warga antre.", "(abc/def)", "harga beras", "pasar kudus", "Kabar Award 2025")

    assert got.body_text == "Warga antre."


def test_a_text_that_goes_on_after_a_code_stays():
    got = cleaned(
        "Warga antre.", "(abc/def)", "Daftar pasar", "Pasar itu buka lagi pada sore hari."
    )

    assert got.body_text == "Warga antre.\nDaftar pasar\nPasar itu buka lagi pada sore hari."


def test_the_writer_s_name_in_brackets_ends_the_text():
    got = cleaned("Warga pulang.(Sari Wulandari)", "(Sari Wulandari)")

    assert got.body_text == "Warga pulang."
    assert [r.kind for r in got.removed] == ["editor_credit", "editor_credit"]


def test_a_name_in_brackets_inside_a_sentence_stays():
    got = cleaned("Ia menjadi Wali Kota (Kota Muara)")

    assert got.body_text == "Ia menjadi Wali Kota (Kota Muara)"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Baca berita Kabarmuara.com lainnya di Google News.", "boilerplate"),
        ("Update berita lainnya di KABAR.co dan Google News", "boilerplate"),
        ("Berita viral lainnya di Kabar Muara", "boilerplate"),
        ("baca berita lainnya di Berita Video <<<", "boilerplate"),
        ("Artikel lainnya di google news.", "boilerplate"),
        ("Artikel ini telah naik di kabarMuara.", "boilerplate"),
        (
            "Artikel ini sudah lebih dulu tayang di kabarMuara. Selengkapnya klik di sini.",
            "boilerplate",
        ),
        ("Lihat juga Video Warga Muara Antre Air Bersih Sejak Subuh", "related_link"),
        ("[Cek Berita dan informasi pasar KLIK DISINI]", "boilerplate"),
        ("Baca kisah inspiratif para guru di sini", "boilerplate"),
        ("Bergabung dengan WA Kabar Muara di sini >>>", "boilerplate"),
        ("( Kabarmuara.com / Sari Wulandari )", "editor_credit"),
        ("Ikuti kami di", "boilerplate"),
        ("Akses KabarMuara.com di Google News atau WhatsApp Channel kami.", "boilerplate"),
        ("Segera unduh aplikasi Kabar sekarang juga dan nonton sepuasnya.", "boilerplate"),
        ("Jangan lupa bagikan resep ini kepada teman-teman.", "boilerplate"),
        ("Disclaimer: Keputusan investasi ada di tangan pembaca.", "boilerplate"),
        ("Simak berita selengkapnya di halaman selanjutnya.", "boilerplate"),
        ("Daftar Isi", "boilerplate"),
        ("Laporan Sari Wulandari I Kota Muara", "editor_credit"),
        ("Pedagang di Pasar Kudus. Foto: Bambang Eko/Kabar Muara", "caption"),
        ("Mobil dinas di Jalan Merdeka Foto: Instagram kabar.muara", "caption"),
        ("Cek Fakta Kabar mendapati kabar itu beredar di WhatsApp.", None),
        ("Simak harga beras hari ini di bawah ini.", None),
        ("Simak juga video Sari. Ia menari di dermaga.", None),
        ("Simak juga video yang direkam warga di dermaga", None),
        ("Artikel ini telah membahas harga beras di Kudus.", None),
        ("Berita itu beredar luas, dan warga di sini cemas.", None),
        ("Baca buku lain, kata guru itu kepada murid di sini.", None),
        ("Laporan Sari diterima polisi pada Senin.", None),
        ('"Itu foto: bukan saya," kata Sari.', None),
    ],
)
def test_a_line_is_of_the_site_by_its_words(text, kind):
    assert kind_of(text, linked=False, caption=False, indonesian=True) == kind


def test_a_dateline_may_have_its_dash_in_the_next_line():
    got = cleaned("Kuala Lumpur", "-", "Warga antre sejak pagi.")

    assert (got.dateline, got.body_text) == ("Kuala Lumpur", "Warga antre sejak pagi.")


def test_a_list_that_begins_with_dashes_has_no_dateline():
    assert cleaned("Daftar harga beras:", "-", "Rp 12.000").dateline is None


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Simak juga Video 'Bupati Kudus Menari':", "Bupati Kudus Menari"),
        ('Lihat juga: "Harga Beras Turun"', "Harga Beras Turun"),
        ("Baca juga: Bupati Kudus: 'Kami Siap'", "Bupati Kudus: 'Kami Siap'"),
        ("Saksikan Live Kabar Sore:", None),
        ("Simak juga: Video pilihan berikut ini:", None),
    ],
)
def test_a_related_link_has_the_title_of_an_article_or_is_none(line, title):
    got = cleaned("Warga antre.", line, "Acara selesai.")

    assert [link.title for link in got.links] == ([title] if title else [])
    assert got.body_text == "Warga antre.\nAcara selesai."
