"""Players, maps and posts that an article shows: kept as links, never as its own words."""

from datetime import UTC, datetime

import pytest

from parsers.article import Article, Context, Link, Page, Response
from parsers.html.document import Document
from parsers.html.embeds import find_embeds
from parsers.parse import parse
from parsers.source import from_data

OUTLET = {
    "name": "kabarmuara",
    "title": "Kabar Muara",
    "home": "https://kabarmuara.test/",
    "language": "id",
}
URL = "https://kabarmuara.test/baca/1"
FIRST = "Warga Desa Muara Kuning mulai membersihkan endapan lumpur dari rumah mereka setelah banjir surut pada Senin pagi, kata kepala desa setempat."
LAST = "Pemerintah kabupaten mengirim dua alat berat dan membuka dapur umum di balai desa sampai jalan utama kembali dapat dilalui kendaraan roda empat."
POST = '<blockquote class="{}"{}><p>Jalan utama sudah dapat dilalui, terima kasih relawan.</p>Kabar Desa <a href="{}">23 November 2026</a></blockquote>'


def read(inside: str, *, above: str = "", rule: dict[str, str] | None = None) -> Article:
    page = (
        f'<html lang="id"><head><title>Banjir surut di Muara Kuning</title></head><body><h1>Banjir surut di Muara Kuning</h1>{above}'
        f'<div class="isi"><p>{FIRST}</p>{inside}<p>{LAST}</p></div></body></html>'
    )
    answer = Response(
        fetch_id="1",
        requested_url=URL,
        url=URL,
        fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
        body=page.encode(),
    )
    link = Link(url=URL, source_id="kabarmuara")
    source = from_data(OUTLET | ({"article": [rule]} if rule else {}))
    return parse(Page(link=link, responses=(answer,)), source, Context(link=link))


def embeds(article: Article) -> list[tuple[str | None, str | None]]:
    return [(x.label, x.href) for x in article.links if x.rel == "embed"]


@pytest.mark.parametrize(
    ("inside", "label", "href"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/abc123" title="Banjir surut"></iframe>',
            "video",
            "https://www.youtube.com/embed/abc123",
        ),
        (
            '<iframe data-src="//peta.example/muara" width="600"></iframe>',
            "frame",
            "https://peta.example/muara",
        ),
        (
            '<amp-youtube data-videoid="abc123"></amp-youtube>',
            "video",
            "https://www.youtube.com/watch?v=abc123",
        ),
        (
            '<video controls><source src="/berkas/banjir.mp4"></video>',
            "video",
            "https://kabarmuara.test/berkas/banjir.mp4",
        ),
        (
            '<audio src="/berkas/wawancara.mp3"></audio>',
            "audio",
            "https://kabarmuara.test/berkas/wawancara.mp3",
        ),
        (
            POST.format("twitter-tweet", "", "https://x.com/kabardesa/status/9"),
            "post",
            "https://x.com/kabardesa/status/9",
        ),
        (
            POST.format(
                "instagram-media", ' data-instgrm-permalink="https://www.instagram.com/p/C9/"', "/x"
            ),
            "post",
            "https://www.instagram.com/p/C9/",
        ),
        (
            '<div class="fb-post" data-href="https://www.facebook.com/kabardesa/posts/9"></div>',
            "post",
            "https://www.facebook.com/kabardesa/posts/9",
        ),
    ],
)
@pytest.mark.parametrize("rule", [None, {"body": ".isi"}])
def test_what_is_shown_is_a_link_and_no_text(inside, label, href, rule):
    article = read(inside, rule=rule)

    assert embeds(article) == [(label, href)]
    assert article.paragraphs == (FIRST, LAST)


def test_the_words_of_a_post_are_kept_apart():
    article = read(POST.format("twitter-tweet", "", "https://x.com/kabardesa/status/9"))

    assert "".join(r.text for r in article.removed if r.kind == "embed").startswith(
        "Jalan utama sudah dapat dilalui"
    )
    assert [x.title for x in article.links if x.rel == "embed"] == [
        "Jalan utama sudah dapat dilalui, terima kasih relawan. Kabar Desa 23 November 2026",
    ]


def test_a_quotation_is_no_post():
    quotation = "Kami menunggu bantuan selimut dan obat untuk anak-anak yang masih mengungsi di balai desa sampai malam ini."

    assert (
        quotation in read(f'<blockquote class="kutipan"><p>{quotation}</p></blockquote>').paragraphs
    )


@pytest.mark.parametrize(
    "frame",
    [
        '<iframe src="https://www.googletagmanager.com/ns.html?id=G-1" height="0" width="0"></iframe>',
        '<iframe src="https://iklan.example/ads/300x250.html"></iframe>',
        '<iframe src="https://peta.example/muara" style="display:none"></iframe>',
        '<iframe src="about:blank"></iframe>',
    ],
)
def test_what_nobody_sees_is_not_shown(frame):
    assert embeds(read(frame)) == []


def test_a_text_may_stand_in_an_element_that_no_name_asks_for():
    page = Document(
        f"<html><body><h1>Banjir</h1><iframe src='https://peta.example/muara'></iframe><d\x13v><p>{FIRST}</p></d\x13v></body></html>",
        URL,
    )

    assert [x.href for x in find_embeds(page, page.tree.find("body")[2])] == [
        "https://peta.example/muara"
    ]


def test_a_player_above_the_text_is_the_article_s_and_one_elsewhere_is_not():
    player = '<iframe src="https://www.youtube.com/embed/abc123"></iframe>'

    assert embeds(read("", above=f"<figure>{player}</figure>")) == [
        ("video", "https://www.youtube.com/embed/abc123")
    ]
    assert embeds(read("", above="")) == []
    assert embeds(read(player * 2, above=player)) == [
        ("video", "https://www.youtube.com/embed/abc123")
    ]
