"""What a page is: an article, a part of one, a list of others; rules that find too little."""

from dataclasses import replace
from urllib.parse import urljoin

import pytest
from support.parse_cases import PAGES, TEXT, outlet, page, saved_article, variants

from parsers.article import Context, Rejected
from parsers.kinds import Reason
from parsers.parse import parse, read
from parsers.source import default_source, from_data


@pytest.mark.parametrize(("n_words", "reader"), [(14, "quick"), (15, "rule")])
def test_a_rule_that_finds_fewer_than_fifteen_words_gives_way_to_the_generic_reader(
    n_words, reader
):
    source = from_data(
        {
            "name": "kabar",
            "title": "Kabar",
            "home": "http://kabar.test/",
            "article": [{"body": ".ringkas"}],
        }
    )
    short = " ".join(["berlayar"] * n_words)
    body = f"<html><body><div class=ringkas><p>{short}</p></div><article><h1>Perahu</h1>{TEXT}</article></body></html>"

    article = parse(page(body.encode()), source, Context())

    assert article.parser == reader
    assert ("posko ke-7" in article.body_text) == (reader == "quick")


def test_a_rule_that_has_rotted_is_flagged():
    paragraphs = "".join(
        f"<p>Petugas posko ke-{n} mencatat {n + 7} perahu kembali berlayar dari dermaga lama sejak pagi hari ini juga.</p>"
        for n in range(12)
    )
    body = f"<html><title>Perahu</title><body><nav><a href=/k/1>Kanal</a></nav><article class=isi><h1>Perahu</h1>{paragraphs}</article></body></html>".encode()
    flags = {}
    for css in (".isi", ".isi p"):
        source = from_data(
            {
                "name": "kabar",
                "title": "Kabar",
                "home": "http://kabar.test/",
                "article": [{"body": css}],
            }
        )
        flags[css] = parse(page(body), source, Context()).flags

    assert flags == {".isi": (), ".isi p": ("rule_drift",)}


@pytest.mark.parametrize(("n_taken", "flags"), [(3, ("rule_drift",)), (5, ())])
def test_a_rule_that_takes_less_than_a_third_of_the_text_is_flagged(n_taken, flags):
    paragraphs = [
        f"<p>Petugas posko ke-{n} mencatat {n + 7} perahu kembali berlayar dari dermaga lama sejak pagi hari ini juga.</p>"
        for n in range(12)
    ]
    source = from_data(
        {
            "name": "kabar",
            "title": "Kabar",
            "home": "http://kabar.test/",
            "article": [{"body": ".awal"}],
        }
    )
    text = f"<div class=awal>{''.join(paragraphs[:n_taken])}</div>{''.join(paragraphs[n_taken:])}"
    body = f"<html><title>Perahu</title><body><article><h1>Perahu</h1>{text}</article></body></html>".encode()

    assert parse(page(body), source, Context()).flags == flags


def test_a_rule_that_takes_links_is_flagged():
    titles = (f"Perahu ke-{n} kembali berlayar dari dermaga lama sejak pagi" for n in range(6))
    links = "".join(f"<li><a href=/baca/{n}/x.html>{t}</a></li>" for n, t in enumerate(titles))
    source = from_data(
        {
            "name": "kabar",
            "title": "Kabar",
            "home": "http://kabar.test/",
            "article": [{"body": ".daftar"}],
        }
    )
    body = f"<html><title>Perahu</title><body><h1>Perahu</h1><ul class=daftar>{links}</ul>".encode()

    assert "rule_drift" in read(page(body), source, Context()).article.flags


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_what_a_reader_cannot_see_does_not_change_the_article(path):
    wanted, truth = saved_article(path)
    for name, body in variants(path.with_suffix(".html").read_text(encoding="utf-8")).items():
        article = parse(page(body, truth["url"]), outlet(path.parent.name), Context())

        assert replace(article, provenance=()) == replace(wanted, provenance=()), name


def test_a_language_that_writes_no_blanks_has_articles_too():
    text = "市の中心部を流れる川で清掃活動が行われ、近くの住民およそ二百人が参加した。主催した団体によると、集まったごみは三トンを超えたという。"
    body = f"<html lang=ja><head><title>川の清掃に住民二百人</title></head><body><article><h1>川の清掃に住民二百人</h1><p>{text}</p><p>{text[::-1]}</p></article></body></html>"

    got = parse(page(body.encode()), default_source("kabar.test"), Context())

    assert got.headline == "川の清掃に住民二百人"
    assert text in got.body_text


TEASERS = "".join(
    f"<h3><a href='/baca/{n}'>Perahu ke-{n} kembali berlayar dari dermaga lama</a></h3><p>Petugas mencatat {n} perahu berlayar sejak pagi.</p>"
    for n in range(12)
)


def news_in_brief(n_lines: int) -> str:
    """Twelve links, after each of them so many lines."""
    lines = "".join(f"<p>Petugas posko ke-{n} mencatat perahu.</p>" for n in range(n_lines))
    return "".join(
        f"<h3><a href='/baca/{n}'>Perahu ke-{n} kembali berlayar dari dermaga lama</a></h3>{lines.replace('posko', f'dermaga {n} posko')}"
        for n in range(12)
    )


ENDS = {
    "closed": (f"<html><body><article><h1>Perahu</h1>{TEXT}</article></body></html>", None),
    "closed by nothing but the body": (f"<html><body><article><h1>Perahu</h1>{TEXT}</body>", None),
    "a fragment": (f"<article><h1>Perahu</h1>{TEXT}</article>", None),
    "no end, nothing open": (f"<html><body><article><h1>Perahu</h1>{TEXT}</article>", None),
    "no end tags": (f"<html><body><article><h1>Perahu</h1>{TEXT.replace('</p>', '')}", None),
    "boxes left open": (f"<html><body><main><div><div><article><h1>Perahu</h1>{TEXT}", None),
    "a bracket in the last words": (f"<html><body><article><h1>Perahu</h1>{TEXT}<p>5 < 7", None),
    "cut in a tag": (f"<html><body><h1>Perahu</h1>{TEXT}<p clas", Reason.TRUNCATED),
    "cut in an end tag": (f"<html><body><h1>Perahu</h1>{TEXT}</artic", Reason.TRUNCATED),
    "cut in an attribute": (f'<body><h1>Perahu</h1>{TEXT}<img alt="a > b', Reason.TRUNCATED),
    "cut in a comment": (f"<body><h1>Perahu</h1>{TEXT}<!-- iklan -", Reason.TRUNCATED),
    "an end in capitals before a comment that is cut": (
        f"<HTML><BODY><h1>Perahu</h1>{TEXT}</BODY></HTML><!-- disimpan",
        None,
    ),
    "cut in a title": ("<html><head><title>Perahu kembali berlayar", Reason.TRUNCATED),
    "cut in a field": (f"<body><h1>Perahu</h1>{TEXT}<textarea>Komentar", Reason.TRUNCATED),
    "cut in a script": (f"<body>{TEXT}<script>x = '<p></p>';", Reason.TRUNCATED),
    "cut before the text": (f"<html><head><script>x = '{TEXT}';", Reason.TRUNCATED),
    "teasers": (f"<html><body><h1>Terkini</h1>{TEASERS}</body></html>", Reason.NOT_ARTICLE),
    "a third of the lines are links": (
        f"<html><body><h1>Terkini</h1>{news_in_brief(2)}</body></html>",
        Reason.NOT_ARTICLE,
    ),
    "a quarter of the lines are links": (
        f"<html><body><h1>Terkini</h1>{news_in_brief(3)}</body></html>",
        None,
    ),
    "an article before teasers": (
        f"<html><body><article><h1>Perahu</h1>{TEXT}</article><aside>{TEASERS}</aside></body></html>",
        None,
    ),
}


SUMMARIES = "".join(
    f"<h2><a href='/baca/{n}'>Perahu ke-{n} kembali</a></h2><p>Nelayan Muara kembali melaut"
    f" setelah {n} hari menunggu cuaca yang membaik di pelabuhan.</p>"
    for n in range(2, 14)
)


INDEX = f"<html><head>{{}}<title>Kabar Muara</title></head><body>{SUMMARIES}{TEXT}</body></html>"


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("", "https://kabarmuara.test/"),
        ("<meta property='og:type' content='website'>", "https://kabarmuara.test/ekonomi/pangan"),
        ("", "https://kabarmuara.test/tag/beras"),
        ("<meta property='og:url' content='https://kabarmuara.test/'>", "urn:sha256:1"),
        ("", "urn:sha256:1"),
    ],
)
def test_a_page_of_summaries_is_no_article_however_long(head, address):
    with pytest.raises(Rejected) as verdict:
        parse(
            page(INDEX.format(head).encode(), address),
            default_source("kabarmuara.test"),
            Context(),
        )

    assert verdict.value.reason is Reason.NOT_ARTICLE


def test_a_page_that_calls_itself_an_article_is_one_at_any_address():
    head = "<meta property='og:type' content='article'>"
    read = page(INDEX.format(head).encode(), "https://kabarmuara.test/ekonomi/pangan")

    assert parse(read, default_source("kabarmuara.test"), Context()).word_count > 40


@pytest.mark.parametrize("name", ENDS)
def test_a_page_that_is_cut_or_a_listing_is_no_article(name):
    body, reason = ENDS[name]
    read = page(body.encode())
    if reason is None:
        assert parse(read, default_source("kabarmuara.test"), Context()).word_count > 40
    else:
        with pytest.raises(Rejected, match=reason):
            parse(read, default_source("kabarmuara.test"), Context())


@pytest.mark.parametrize(
    ("after", "flags"),
    [
        ("Berlangganan untuk membaca selengkapnya.", ("partial",)),
        ("Berlangganan newsletter kami setiap pagi.", ()),
        ("", ()),
    ],
)
def test_a_text_that_goes_on_behind_a_paywall_is_partial(after, flags):
    more = TEXT.replace(
        "perahu kembali", "kapal nelayan kembali"
    )  # fewer words would be no article
    body = f"<html><body><article><h1>Perahu</h1>{TEXT}{more}</article><div class=kunci><p>{after}</p></div></body></html>".encode()

    assert parse(page(body), default_source("kabarmuara.test"), Context()).flags == flags


WHOLE = f"<html><body><article><h1>Perahu</h1>{TEXT}</article></body></html>".encode()


LED = {
    "/": False,
    "/kategori/ekonomi/": False,
    "/kanal/ekonomi": False,
    "/tag/beras/": False,
    "/kanal/ekonomi/perahu-kembali-berlayar-dari-dermaga": True,
    "/baca/18/y.html": True,
    "http://m.kabarmuara.test/baca/17/x.html": True,
    "http://kabarlain.test/baca/18/perahu-kembali-berlayar-dari-dermaga": False,
}


def test_a_page_that_begins_with_many_comments_is_read():
    assert (
        parse(
            page(b"<!--[if IE]--><!-- x -->" * 80 + WHOLE), outlet("unlisted"), Context()
        ).word_count
        > 40
    )


@pytest.mark.parametrize("target", LED)
def test_where_a_redirect_leads_decides_whether_there_is_an_article(target):
    first = "http://kabarmuara.test/baca/17/x.html"
    led = page(WHOLE, urljoin(first, target), redirects=(first,), requested_url=first)
    if LED[target]:
        assert parse(led, default_source("kabarmuara.test"), Context()).word_count > 40
    else:
        with pytest.raises(Rejected, match="the address led to"):
            parse(led, default_source("kabarmuara.test"), Context())


@pytest.mark.timeout(60)  # a reader that takes the square of the lines takes longer
def test_an_article_before_lines_without_end_is_read_by_the_quick_readers():
    body = f"<html><body><article><h1>Perahu</h1>{TEXT}</article>{'<p>Lagi</p>' * 20_000}</body></html>"

    article = parse(page(body.encode()), outlet("unlisted"), Context())

    assert article.parser == "quick"
    assert article.word_count > 40


@pytest.mark.timeout(60)  # a reader that takes the square of the depth takes longer
def test_an_article_in_boxes_without_end_is_read_by_the_length_of_its_lines():
    menu = "".join(f"<li><a href='/{n}'>Berita {n}</a></li>" for n in range(20))
    lines = tuple(
        f"Sudah {n} hari warga di hilir menunggu air bersih, dan tangki dari kota baru tiba menjelang malam di balai desa."
        for n in range(5)
    )
    text = "".join(f"<p>{x}</p>" for x in lines)
    body = f"<html><title>Warga menunggu air</title><body><h1>Warga menunggu air</h1><ul>{menu}</ul>{'<div>' * 1000}{text}</body></html>"

    assert parse(page(body.encode()), outlet("unlisted"), Context()).paragraphs == lines
