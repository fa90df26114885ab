"""What a page says about its article, field by field."""

import re
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from parsers.article import Link
from parsers.fields import metadata
from parsers.fields.headline import find_headline
from parsers.fields.images import find_images, split_credit
from parsers.fields.metadata import find_access, find_language, find_section, find_tags
from parsers.fields.published import find_times
from parsers.html.blocks import Block, read_tree
from parsers.html.document import Document
from parsers.html.jsonld import nodes
from parsers.kinds import LinkKind
from parsers.source import from_data

OUTLET = from_data(
    {"name": "kabarmuara", "title": "Kabar Muara", "home": "https://kabarmuara.test/"}
)
URL = "https://kabarmuara.test/baca/1"


def doc(head: str = "", body: str = "") -> Document:
    return Document(f"<html><head>{head}</head><body>{body}</body></html>", URL)


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "script",
    [
        '{"@graph":[{"@type":"WebSite"},{"@type":["NewsArticle"],"headline":"Warga antre"}]}',
        '[{"@type":"NewsArticle","headline":"Warga antre"}]',
        '<!-- {"@type":"NewsArticle","headline":"Warga antre",} -->',
        '{"@type":"NewsArticle","headline":"Warga antre","description":"ia berkata "antre""}',
        '{"@type":"NewsArticle","headline":"Warga\tantre"}',
    ],
)
def test_json_ld_is_read_however_it_is_written(script):
    found = [n for n in nodes([script]) if "headline" in n]

    assert [n["headline"].replace("\t", " ") for n in found] == ["Warga antre"]


def test_deep_json_ld_is_left_alone():
    assert list(nodes(["[" * 100_000])) == []


def test_json_ld_of_another_page_is_not_believed():
    other = ld(
        '{"@type":"NewsArticle","headline":"Gempa di pulau seberang","url":"https://kabarmuara.test/baca/2"}'
    )

    assert (
        doc(other + "<title>Warga antre di pasar</title>", "<h1>Warga antre di pasar</h1>").articles
        == []
    )


HEADLINES = {
    "the heading the head confirms": (
        "<title>Warga antre – Kabar Muara</title>",
        "<h1>Kabar Muara</h1><h1>Warga antre</h1>",
        "Warga antre",
    ),
    "no heading": (
        '<meta property="og:title" content="Warga antre | Kabar Muara"><meta property="og:site_name" content="Kabar Muara">',
        "<p>x</p>",
        "Warga antre",
    ),
    "soft hyphens": ("<title>Warga antre</title>", "<h1>War&shy;ga antre</h1>", "Warga antre"),
    "markup in the head": (
        ld('{"@type":"NewsArticle","headline":"Warga <i>antre</i> beras murah"}'),
        "<h1>Warga <i>antre</i> beras murah</h1>",
        "Warga antre beras murah",
    ),
    "a second heading cut for the window": (
        "<title>Warga antre beras.. -1308::Kabarmuara News</title>",
        "<h1>Warga antre beras.. -1308::Kabarmuara News</h1><h1>Warga antre beras murah</h1>",
        "Warga antre beras murah",
    ),
    "a title cut at a quotation mark": (
        """<meta property="og:title" content="Warga Kudus Berkata"><title>Warga Kudus Berkata 'Ya' | Kabar Muara</title>""",
        "<p>x</p>",
        "Warga Kudus Berkata 'Ya'",
    ),
    "a site without spaces": (
        "<title>Warga antre beras murah::Kabarmuara News</title>",
        "<p>x</p>",
        "Warga antre beras murah",
    ),
    "a site with a section": (
        "<title>Warga antre beras murah - kabarmuara.test Daerah</title>",
        "<p>x</p>",
        "Warga antre beras murah",
    ),
    "a section before the site": (
        "<title>Warga antre beras murah - Pangan :: Kabarmuara Daerah</title>",
        "<p>x</p>",
        "Warga antre beras murah",
    ),
    "a part of the text": (
        "<title>Warga antre beras murah Halaman all - Kabarmuara</title>",
        "<p>x</p>",
        "Warga antre beras murah",
    ),
    "the only heading, which the head puts in other words": (
        "<title>Antrean beras murah di Kota Muara</title>",
        "<h1>Beras murah datang, antrean mengular</h1>",
        "Beras murah datang, antrean mengular",
    ),
    "a heading of another thing": (
        "<title>Antrean beras murah di Kota Muara</title>",
        "<h1>Kabar dari desa dan kota</h1>",
        "Antrean beras murah di Kota Muara",
    ),
    "a heading of three words": (
        "<title>Antrean beras murah di Kota Muara</title>",
        "<h1>Beras untuk Muara</h1>",
        "Antrean beras murah di Kota Muara",
    ),
    "a topic above the heading": (
        "<title>Harga Pangan - Warga antre beras murah</title>",
        '<h1><span class="post-kicker">Harga Pangan</span> Warga antre beras murah</h1>',
        "Warga antre beras murah",
    ),
    "nothing but a topic and a name": (
        "<title>Obituari: Sari Wulandari</title>",
        '<h1><span class="overline">Obituari:</span> Sari Wulandari</h1>',
        "Obituari: Sari Wulandari",
    ),
    "nothing said": ("", "<p>Warga antre sejak pagi.</p>", None),
}


@pytest.mark.parametrize("case", HEADLINES)
def test_the_headline_is_what_page_and_head_agree_on(case):
    head, body, wanted = HEADLINES[case]
    page = doc(head, body)

    assert find_headline(page, None)[0] == wanted


def test_a_head_is_read_no_further_than_somebody_wrote_it():
    page = doc(
        head=f"<title>{'Air surut ' * 40_000}</title><meta name='description' content='{'Air surut ' * 40_000}'>"
    )

    assert max(len(page.title), len(page.meta("description"))) <= 20_000


def times(head: str, body: str = "", **more):
    page = doc(head, body)
    return find_times(
        page,
        more.pop("zone", OUTLET.zone),
        more.pop("link", None),
        more.pop("near", []),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        **more,
    )


def test_a_machine_s_time_keeps_the_page_s_offset():
    got = times('<meta property="article:published_time" content="2024-05-28T10:15:00+08:00">')

    assert got.published.isoformat() == "2024-05-28T10:15:00+08:00"
    assert got.source == "meta"


def test_a_time_in_utc_is_shown_with_the_offset_that_another_witness_gives_it():
    utc = '<meta property="article:published_time" content="2024-05-28T03:15:00Z">'
    local = '<meta name="pubdate" content="2024-05-28T{}:15:00+07:00">'

    assert times(utc + local.format("10")).published.isoformat() == "2024-05-28T10:15:00+07:00"
    assert times(utc + local.format("11")).published.isoformat() == "2024-05-28T03:15:00+00:00"


def test_a_time_without_zone_is_the_outlet_s():
    assert (
        times(
            '<meta property="article:published_time" content="2024-05-28 10:15">'
        ).published.isoformat()
        == "2024-05-28T10:15:00+07:00"
    )


def test_a_date_of_the_future_is_flagged_and_not_believed():
    got = times('<meta property="article:published_time" content="2031-05-28T10:15:00+07:00">')

    assert (got.published, got.flags) == (None, ("date_suspect",))


def test_the_day_in_the_address_vetoes_another_day():
    got = times('<meta name="date" content="2021-01-01">', address_day=date(2024, 5, 28))

    assert (got.published.date(), got.source) == (date(2024, 5, 28), "url")


def test_a_change_at_the_very_moment_of_the_publication_is_none():
    """The address gives the publication; no witness does."""
    head = '<meta property="article:modified_time" content="2024-05-28T{}:00+07:00">'

    got = times(head.format("00:00"), address_day=date(2024, 5, 28))
    later = times(head.format("00:01"), address_day=date(2024, 5, 28))

    assert (got.published.isoformat(), got.modified) == ("2024-05-28T00:00:00+07:00", None)
    assert later.modified.isoformat() == "2024-05-28T00:01:00+07:00"


def test_no_date_is_no_guess():
    assert times("", "<p>Pada 28 Mei 2024 warga antre.</p>").published is None


LATE = '<meta property="article:published_time" content="2025-03-09T22:15:00Z">'
PRINTS = {
    "a day before a machine's": (LATE, ["Kamis, 6 Maret 2025"], "2025-03-09T22:15:00+00:00"),
    "a day with a label": (LATE, ["Terbit: Kamis, 6 Maret 2025"], "2025-03-06T00:00:00+07:00"),
    "a day and the day a change is printed": (
        LATE,
        ["Tayang: Kamis, 6 Maret 2025", "Diperbarui 9 Maret 2025"],
        "2025-03-06T00:00:00+07:00",
    ),
    "a picture's day": (LATE, ["Foto: Kabar, 06/03/2025"], "2025-03-09T22:15:00+00:00"),
    "nothing but a picture's day": ("", ["Foto: Kabar, 06/03/2025"], None),
    "a clock of a later day": (
        LATE,
        ["14/03/2025 10:00 WIB"],
        "2025-03-09T22:15:00+00:00",
    ),
    "the day nearest to a machine's": (
        "<meta name='date' content='2025-03-09'>",
        ["7/3/2025 08:00 WIB", "9/3/2025 10:00 WIB"],
        "2025-03-09T10:00:00+07:00",
    ),
    "a clock of the same minute": (LATE, ["10/03/2025 05.15"], "2025-03-10T05:15:00+07:00"),
    "a clock with its zone some minutes away": (
        LATE,
        ["10/03/2025 05:19 WIB"],
        "2025-03-09T22:15:00+00:00",
    ),
    "a clock with its zone an hour away": (
        LATE,
        ["10/03/2025 06:15 WIB"],
        "2025-03-10T06:15:00+07:00",
    ),
    "a weekday that is not of its date": ("", ["Senin, 6 Maret 2025"], None),
    "a clock of another minute": (LATE, ["10/03/2025 05.20"], "2025-03-09T22:15:00+00:00"),
    "the day another zone calls it": (LATE, ["10 Maret 2025"], "2025-03-09T22:15:00+00:00"),
    "two days": (LATE, ["6 Maret 2025", "7 Maret 2025"], "2025-03-09T22:15:00+00:00"),
    "a change and a publication": (
        "",
        ["Terakhir diubah", "8 Maret 2025", "Terbit", "6 Maret 2025"],
        "2025-03-06T00:00:00+07:00",
    ),
    "when the writer came": ("", ["Bergabung", "8 Maret 2015"], None),
    "the day that opens the text": (
        "",
        [f"(6 Maret 2025) {'Warga antre sejak pagi di pasar. ' * 4}"],
        "2025-03-06T00:00:00+07:00",
    ),
    "a line in a layout that prose does not have": (
        "",
        ["Sel, 28/05/24 | 16.05 WIB"],
        "2024-05-28T16:05:00+07:00",
    ),
    "a short year beside the writer": (
        "",
        ["Sari Wulandari | 28.05.24"],
        "2024-05-28T00:00:00+07:00",
    ),
    "a number beside the writer": ("", ["Sari Wulandari | 20240528"], None),
    "a day in the text": (
        "",
        [f"Warga antre sejak 6 Maret 2025 di pasar. {'Mereka pulang siang. ' * 4}"],
        None,
    ),
}


@pytest.mark.parametrize("case", PRINTS)
def test_what_is_printed_beside_the_headline_corrects_a_machine(case):
    head, lines, wanted = PRINTS[case]
    published = times(head, near=[Block(line) for line in lines]).published

    assert (published and published.isoformat()) == wanted


STRAYS = {
    "beside a link": "<h1>{title}</h1><div><a href='/baca/9'>Jalan Rusak di Kota Lama</a> <span>12 Agustus 2024</span></div>",
    "in a card": "<h1>{title}</h1><div><h3><a href='/baca/9'>Jalan Rusak di Kota Lama</a></h3><p>12 Agustus 2024</p></div>",
    "in a card that begins with it": "<h1>{title}</h1><div><p>12/08/2024 09:00 WIB</p><a href='/baca/9'>Jalan Rusak di Kota Lama</a></div>",
    "of a picture": "<h1>{title}</h1><p>Foto: Kabar, 12/08/2024</p>",
    "above the headline": "<div>12 Agustus 2024</div><h1>{title}</h1>",
    "above a headline that is no h1": "<div>Tayang: 12 Agustus 2024</div><div>{title}</div>",
    "after other lines": "<h1>{title}</h1><p>Sari Wulandari</p><p>12 Agustus 2024</p>",
}
DATED = '<meta property="article:published_time" content="2024-11-02T10:00:00+07:00">'


@pytest.mark.parametrize("case", STRAYS)
def test_a_stray_day_does_not_beat_a_machine_s(case):
    title = "Warga Antre Beras Murah"
    lines = read_tree(doc(body=STRAYS[case].format(title=title)).tree)
    got = times(DATED, near=lines, headline=title)

    assert (got.published.isoformat(), got.source) == ("2024-11-02T10:00:00+07:00", "meta")
    assert case == "of a picture" or "date_published_dom" in dict(got.notes)


def announced(kind: LinkKind) -> Link:
    return Link(
        url=URL,
        source_id="x",
        kind=kind,
        published_raw="2024-08-12T08:00:00+07:00",
        published_at=datetime(2024, 8, 12, 1, tzinfo=UTC),
    )


WITNESSES = {
    "a label": (DATED, ["Terbit", "12 Agustus 2024"], {}),
    "a feed": (DATED, ["Kudus", "12 Agustus 2024"], {"link": announced(LinkKind.PAGE)}),
    "a sitemap": (DATED, ["Kudus", "12 Agustus 2024"], {"link": announced(LinkKind.SITEMAP)}),
    "the place below the headline": (DATED, ["12 Agustus 2024"], {}),
    "an element": (
        f"{DATED}</head><time datetime='2024-08-12'></time>",
        ["Kudus", "12 Agustus 2024"],
        {},
    ),
    "stamps of the moment of the fetch": (
        '<meta name="release-date" content="2026-01-01T00:00:00Z"><meta name="pubdate" content="2026-01-01T00:01:00Z">',
        ["Kudus", "12 Agustus 2024"],
        {},
    ),
}


@pytest.mark.parametrize("case", WITNESSES)
def test_a_printed_day_with_a_witness_corrects_a_machine_s(case):
    head, lines, more = WITNESSES[case]
    near = [Block("Warga Antre", tag="h1"), *map(Block, lines)]

    assert times(head, near=near, **more).published.date() == date(2024, 8, 12)


def test_the_day_in_the_address_is_a_witness_for_a_printed_one():
    near = [Block("Warga Antre", tag="h1"), Block("Kudus"), Block("31 Oktober 2024")]
    late = DATED.replace("11-02", "11-01T23").replace("T10:00:00", ":00:00")

    assert times(late, near=near).published.date() == date(2024, 11, 1)
    got = times(late, near=near, address_day=date(2024, 10, 31))
    assert got.published.date() == date(2024, 10, 31)


@pytest.mark.parametrize(
    "name",
    [
        "pub-date",
        "publication_date",
        "published",
        "release:date",
        "epoch-publish-date",
        "dcterms.created",
        "cms:published_at",
    ],
)
def test_a_head_calls_the_publication_many_names(name):
    assert times(f'<meta name="{name}" content="2024-05-28T10:15:00+07:00">').source == "meta"


@pytest.mark.parametrize(
    "name",
    ["last_published_date", "expiration_date", "date_updated", "publisher_id", "revision-date"],
)
def test_what_is_no_publication_is_not_called_one(name):
    assert times(f'<meta name="{name}" content="2024-05-28T10:15:00+07:00">').source != "meta"


ANNOUNCED = {
    # as written, the instant kept of it, and the publication a page without a date of its own gets
    "to the second": ("Tue, 28 May 2024 10:00:05 +0700", "2024-05-28T10:00:05+07:00", True),
    "a day": ("2024-05-28", "2024-05-28T00:00:00+07:00", False),
    "a clock in a zone nobody can tell": ("28 May 2024 10:00 IST", "2024-05-28T00:00:00+07:00", False),
    "an instant without its spelling": (None, "2024-05-28T03:00:05+00:00", True),
}  # fmt: skip


@pytest.mark.parametrize("case", ANNOUNCED)
def test_a_publication_is_no_more_precise_than_its_announcement(case):
    written, instant, has_clock = ANNOUNCED[case]
    # as the warehouse gives it back
    at = datetime.fromisoformat(instant).astimezone(UTC)
    got = times("", link=Link(url=URL, source_id="x", published_raw=written, published_at=at))

    assert (got.published, got.has_clock, got.source) == (
        datetime.fromisoformat(instant),
        has_clock,
        "feed",
    )


def test_a_time_counted_back_from_a_listing_s_fetch_is_no_publication():
    at = datetime(2024, 5, 27, 17, tzinfo=UTC)
    got = times(
        "", link=Link(url=URL, source_id="x", published_raw="3 jam yang lalu", published_at=at)
    )

    assert (got.published, got.source) == (None, "none")


def test_a_change_is_no_publication():
    got = times(
        '<meta property="article:published_time" content="2024-05-28T10:00:00+07:00"><meta property="article:modified_time" content="2024-05-28T12:00:00+07:00">'
    )

    assert (got.published.hour, got.modified.hour) == (10, 12)


def test_section_comes_from_the_crumb_before_the_article():
    crumbs = ld(
        '{"@type":"BreadcrumbList","itemListElement":[{"@type":"ListItem","name":"Home"},{"@type":"ListItem","name":"Kota"},{"@type":"ListItem","name":"Warga antre"}]}'
    )
    page = doc(crumbs, "<h1>Warga antre</h1>")

    assert find_section(page, None) == ("Kota", "breadcrumb")


@pytest.mark.parametrize(
    ("head", "access"),
    [
        (ld('{"@type":"NewsArticle","isAccessibleForFree":true}'), "free"),
        (ld('{"@type":"NewsArticle","isAccessibleForFree":"http://schema.org/False"}'), "paid"),
        (
            ld(
                '{"@type":"NewsArticle","isAccessibleForFree":"False","hasPart":{"@type":"WebPageElement","isAccessibleForFree":false}}'
            ),
            "partial",
        ),
        (
            ld(
                '{"@type":"NewsArticle","isAccessibleForFree":true,"hasPart":[{"isAccessibleForFree":"False"}]}'
            ),
            "partial",
        ),
        (
            ld(
                '{"@type":"NewsArticle","isAccessibleForFree":true,"hasPart":[{"isAccessibleForFree":true}]}'
            ),
            "free",
        ),
        ('<meta property="article:content_tier" content="metered">', "partial"),
        ('<meta property="article:content_tier" content="locked">', "paid"),
        ("", None),
    ],
)
def test_a_page_says_how_much_of_it_is_free(head, access):
    page = doc(head)

    assert find_access(page) == access


def test_images_have_caption_and_credit():
    body = '<figure><img src="/a-800x600.jpg" width="800" height="600" alt="Antrean"><figcaption>Warga antre. (Foto: Antara/Budi)</figcaption></figure>'
    page = doc('<meta property="og:image" content="https://kabarmuara.test/a.jpg">', body)

    (image,) = find_images(page, page.tree)

    assert (image.role, image.caption, image.credit_text, image.alt_text) == (
        "primary",
        "Warga antre.",
        "Antara/Budi",
        "Antrean",
    )


@pytest.mark.parametrize(
    ("caption", "split"),
    [
        ("Warga antre. (ANTARA FOTO/Budi/YU)", ("Warga antre.", "ANTARA FOTO/Budi/YU")),
        ("Warga antre.", ("Warga antre.", None)),
        ("", (None, None)),
    ],
)
def test_a_caption_is_told_from_its_credit(caption, split):
    assert split_credit(caption) == split


INDONESIAN = "Pemerintah daerah mengatakan bahwa warga bisa mengambil bantuan karena uang sudah tersedia di kantor kelurahan."
LIKE_MALAY = (
    "Jemaah hanya boleh beribadah di dalam kawasan masjid, kata Ahmad. Kalau masjid penuh, jemaah boleh masuk ke kawasan sekolah. "
    "Pengurus masjid berharap ibadah tahun ini tertib dan aman bagi semua jemaah, termasuk anak-anak dan orang tua. Kawasan itu "
    "dibuka pada pukul 5 pagi dan ditutup pada pukul 9 malam selama bulan puasa."
)
MALAY = (
    "Perdana Menteri berkata kerajaan akan menyalurkan peruntukan tambahan kepada sekolah di luar bandar yang terjejas akibat banjir "
    "minggu lalu. Seramai 3,450 mangsa masih ditempatkan di 42 pusat pemindahan sementara yang dibuka sejak Isnin. Kerja pembersihan "
    "dijangka mengambil masa dua minggu kerana jalan utama masih ditenggelami air."
)
ENGLISH = (
    "The city council approved a plan on Tuesday to repair two bridges that were damaged when the river rose last month. "
    "Residents have crossed by boat since then, and the school on the far side has been closed."
)
GERMAN = (
    "Der Stadtrat hat am Dienstag beschlossen, zwei Brücken zu reparieren, die beim Hochwasser beschädigt worden waren. Seitdem "
    "setzen die Bewohner mit dem Boot über, und die Schule am anderen Ufer bleibt geschlossen."
)
ARABIC = "وافق مجلس المدينة يوم الثلاثاء على خطة لإصلاح جسرين تضررا عندما ارتفع منسوب النهر في الشهر الماضي، ومنذ ذلك الحين يعبر السكان بالقوارب."

# what the text is like, of the page, of the outlet | language, who says so
TEXTS = {
    "id": INDONESIAN,
    "like ms": LIKE_MALAY,
    "few small words": re.sub(r"\b(?:di|dan|dalam|ini|itu|pada) ", "", LIKE_MALAY),
    "ms": MALAY,
    "en": ENGLISH,
    "de": GERMAN,
    "ar": ARABIC,
    "short": "Foto: Antara",
    "none": "",
}
LANGUAGES = [
    ("id", "id", "id", "id", "text"),
    ("id", "en", "id", "id", "text"),
    ("id", None, "und", "id", "text"),
    ("id", "en", "und", "id", "text"),
    ("like ms", "id", "id", "id", "text"),
    ("like ms", "id", "und", "id", "text"),
    ("like ms", None, "id", "id", "text"),
    ("like ms", "en", "id", "id", "text"),
    ("few small words", "id", "id", "id", "html"),
    ("few small words", None, "id", "id", "source"),
    ("like ms", None, "und", "ms", "text"),
    ("ms", "ms", "ms", "ms", "text"),
    ("ms", "ms", "id", "ms", "text"),
    ("ms", None, "id", "ms", "text"),
    ("en", "id", "id", "en", "text"),
    ("en", "en", "id", "en", "text"),
    ("en", None, "ms", "en", "text"),
    ("de", "en", "id", "de", "text"),
    ("ar", "id", "id", "ar", "text"),
    ("short", "id", "en", "id", "html"),
    ("none", None, "id", "id", "source"),
    ("none", None, "und", None, "source"),
]


@pytest.mark.parametrize(("text", "page", "outlet", "language", "where"), LANGUAGES)
def test_page_and_outlet_state_the_language_unless_the_text_is_plainly_in_another(
    text, page, outlet, language, where
):
    doc = Document(f"<html lang={page}>" if page else "<html>", URL)

    assert find_language(doc, TEXTS[text], outlet) == (language, where)


def test_a_language_is_guessed_where_the_disk_is_full(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/a/folder/that/is/not/there")
    metadata._identifier.cache_clear()

    assert next(iter(metadata.classify("The minister said that prices rose last week."))) == "en"


def test_the_model_of_languages_is_not_loaded_for_a_text_with_the_small_words():
    code = f"""
import sys
from parsers.fields.metadata import find_language
from parsers.html.document import Document
print(find_language(Document("", ""), {INDONESIAN!r}, "id").value, "py3langid" in sys.modules)
print(find_language(Document("", ""), {MALAY!r}, "id").value, "py3langid" in sys.modules)
"""
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stdout.split() == ["id", "False", "ms", "True"]


def test_a_tag_in_two_spellings_is_one_as_it_is_printed_first():
    page = doc(
        '<meta property="article:tag" content="Rob"><meta property="article:tag" content="Tanggul, #ROB, tanggul">'
    )

    assert find_tags(page, None) == (("Rob", "Tanggul"), "meta")


PRINTED = "Selasa, 09/02/2016 00:31"
OTHERS = tuple(Block(text=f"Senin, 15/02/2016 {hour}:05 WIB") for hour in (11, 12, 13))


@pytest.mark.parametrize("offset", ["-07:00", "Z", "+00:00"])
def test_a_zone_of_another_country_is_corrected_where_the_page_prints_the_same_clock(offset):
    head = f'<meta property="article:published_time" content="2016-02-09T00:31:43{offset}">'

    got = times(head, near=[Block(text=PRINTED)])

    assert got.published.isoformat() == "2016-02-09T00:31:43+07:00"


def test_a_zone_of_the_country_is_kept():
    head = '<meta property="article:published_time" content="2016-02-09T00:31:43+08:00">'

    assert times(head, near=[Block(text=PRINTED)]).published.isoformat().endswith("+08:00")


def test_the_zone_of_an_unknown_outlet_corrects_nothing():
    head = '<meta property="article:published_time" content="2016-02-09T00:31:43-07:00">'

    got = times(head, near=[Block(text=PRINTED)], zone=ZoneInfo("UTC"))

    assert got.published.isoformat() == "2016-02-09T00:31:43-07:00"


def test_dates_of_other_articles_do_not_crowd_out_the_article_s_own():
    head = '<meta property="article:published_time" content="2016-02-09T00:31:43+00:00">'
    near = [*OTHERS, Block(text=f"{PRINTED} WIB")]

    for day in (date(2016, 2, 9), None):
        got = times(head, near=near, address_day=day)

        assert got.published.isoformat() == "2016-02-09T00:31:43+07:00"
