"""The page parser on saved pages, on the seed, and on whatever bytes there are."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.runs import BUNDLED

from flows.newsroom import NOW
from flows.newsroom.edition import OUTLETS
from flows.newsroom.manuscripts import manuscripts
from flows.newsroom.pages import answer
from parsers.article import Article, Context, Link, Page, Rejected, Response
from parsers.cleaning.dateline import source_by_dateline
from parsers.html.decode import decode
from parsers.kinds import Reason
from parsers.parse import parse
from parsers.source import Source, default_source, from_data, load

PAGES = sorted(Path(__file__).with_name("pages").glob("*/*.json"))
SEED = Path(__file__).parents[1].parent / "shared" / "seed" / "voiceindonesia-41290.txt"
FETCHED = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
SOURCES = load()


def page(
    body: bytes,
    url: str = "http://kabarmuara.test/baca/17/x.html",
    *,
    kind: str = "page",
    headers=(),
    redirects=(),
    asked=None,
) -> Page:
    response = Response(
        fetch_id="f",
        requested_url=asked or url,
        url=url,
        fetched_at=FETCHED,
        body=body,
        headers=headers,
        redirects=redirects,
    )
    return Page(link=Link(url=url, source_id="x", kind=kind), responses=(response,))


def outlet(name: str) -> Source:
    return SOURCES.get(name) or default_source("kabarmuara.test")


def saved(path: Path) -> tuple[Article, dict]:
    truth = json.loads(path.read_text(encoding="utf-8"))
    return parse(
        page(path.with_suffix(".html").read_bytes(), truth["url"]),
        outlet(path.parent.name),
        Context(),
    ), truth


def asked(article: Article, field: str) -> object:
    return {
        "url": lambda: article.url,
        "date_published": lambda: article.date_published and article.date_published.isoformat(),
        "content_reference_date": lambda: str(article.content_reference_date),
        "authors": lambda: [[p.name, p.role] for p in article.authors],
        "tags": lambda: list(article.tags),
        "removed": lambda: [r.kind for r in article.removed],
        "related": lambda: [
            [x.title, x.href, x.after_paragraph] for x in article.links if x.rel == "related"
        ],
        "first": lambda: article.paragraphs[0],
        "last": lambda: article.paragraphs[-1],
        "paragraphs": lambda: len(article.paragraphs),
    }.get(field, lambda: getattr(article, field))()


CASES = [(path, field) for path in PAGES for field in json.loads(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("path", "field"), CASES, ids=[f"{p.parent.name}/{p.stem}:{f}" for p, f in CASES]
)
def test_a_saved_page_gives_its_field(path, field):
    article, truth = saved(path)

    assert asked(article, field) == truth[field]


def restored(article: Article) -> str:
    """The body, made again from the text as published and the removed spans."""
    text = article.source_text
    for span in sorted(article.removed, key=lambda s: -s.start):
        assert text[span.start : span.end] == span.text
        text = text[: span.start] + text[span.end :]
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_the_text_as_published_without_what_was_removed_is_the_body(path):
    article, _ = saved(path)

    assert restored(article) == article.body_text
    assert len(article.paragraph_kinds) == len(article.paragraphs)


def test_a_text_file_in_another_language_than_its_outlet_is_in_its_own():
    body = b"The city council approved a plan on Tuesday to repair two bridges that were damaged when the river rose."

    article = parse(page(body, kind="file"), outlet("voiceindonesia"), Context())

    assert article.in_language == "en"


@pytest.mark.skipif(not SEED.is_file(), reason=f"the seed article is not here: {SEED}")
def test_the_seed_becomes_exactly_its_rows():
    body = SEED.read_bytes()
    source = source_by_dateline(body.decode(), SOURCES.values())
    article = parse(
        page(body, f"urn:sha256:{hashlib.sha256(body).hexdigest()}", kind="file"), source, Context()
    )

    assert source.name == "voiceindonesia"
    assert article.article_id == "fda2cd968ead77de"
    assert (
        hashlib.sha256(article.body_text.encode()).hexdigest()
        == "ae90520096a401816af1755263410a9a12ba2115d27cb51043db7a3f2002770c"
    )
    assert (len(article.body_text), article.word_count, len(article.paragraphs)) == (2638, 345, 15)
    assert [(r.kind, r.start, r.end) for r in article.removed] == [
        ("dateline", 0, 29),
        ("related_link", 1482, 1540),
        ("end_mark", 2726, 2727),
    ]
    (link,) = article.links
    assert (link.rel, link.label, link.href, link.after_paragraph, link.start, link.end) == (
        "related",
        "Baca Juga",
        None,
        8,
        1482,
        1540,
    )
    assert (article.dateline, str(article.content_reference_date), article.in_language) == (
        "VOICEIndonesia.co, Jakarta",
        "2024-05-28",
        "id",
    )
    assert (
        article.headline,
        article.description,
        article.url,
        article.canonical_url,
        article.article_section,
        article.date_published,
        article.date_modified,
        article.date_published_source,
    ) == (None, None, None, None, None, None, None, "none")
    assert (article.authors, article.tags, article.images) == ((), (), ())


PROSE = " ".join(f"Kalimat ke-{n} ini ditulis untuk menguji pembaca halaman." for n in range(12))
WALLS = {
    Reason.EMPTY: b"  \n ",
    Reason.NOT_HTML: b"%PDF-1.7 \x00\x01",
    Reason.LOGIN: b"<html><title>Masuk</title><body><h1>Masuk</h1><form><input name=u><input type=password name=p></form></body></html>",
    Reason.BLOCKED: b"<html><title>Just a moment...</title><body><p>Checking your browser before accessing the site.</p></body></html>",
    Reason.CONSENT: b"<html><title>Sebelum lanjut</title><body><p>We use cookies on this site. Accept all or manage choices.</p></body></html>",
    Reason.NO_CONTENT: b"<html><title>Aplikasi</title><body><div id=root></div><script>start()</script></body></html>",
    Reason.PAYWALL: b"<html><title>Berita</title><body><h1>Berita</h1><p>Awal cerita yang pendek. Berlangganan untuk membaca selengkapnya.</p></body></html>",
    Reason.NOT_ARTICLE: b"<html><title>404 - Halaman tidak ditemukan</title><body><h1>Halaman tidak ditemukan</h1><p>Maaf.</p></body></html>",
}


@pytest.mark.parametrize("reason", WALLS)
def test_a_wall_is_refused_with_its_own_reason(reason):
    with pytest.raises(Rejected) as verdict:
        parse(page(WALLS[reason]), outlet("unlisted"), Context())

    assert verdict.value.reason is reason


MENU = "<header><a href='/langganan'>Langganan</a><form><input type=password></form></header>"
FOOT = "<footer><p>Berlangganan Kabar Muara mulai Rp 20.000. Subscribe now.</p></footer>"
CARDS = "".join(f"<h2><a href='/baca/{n}'>Perahu ke-{n} kembali</a></h2>" for n in range(9))
# what the page is: its address, its markup | the reason it is refused for
SHORT_PAGES = {
    "a front page": (
        "/",
        f"<title>Kabar</title>{MENU}<p>Selamat pagi.</p>{FOOT}",
        Reason.NOT_ARTICLE,
    ),
    "a front page at an article's address": (
        "/baca/17/x.html",
        f"<link rel=canonical href='/'><title>Kabar</title>{MENU}<h1>Kabar</h1>{FOOT}",
        Reason.NOT_ARTICLE,
    ),
    "a listing that sells subscriptions": (
        "/baca/17/x.html",
        f"<title>Kabar</title>{MENU}{CARDS}<p>Berlangganan sekarang.</p>",
        Reason.NOT_ARTICLE,
    ),
    "an offer": (
        "/langganan",
        "<title>Langganan | Kabar</title><h1>Paket langganan</h1><p>Berlangganan sekarang mulai Rp 20.000.</p>",
        Reason.NOT_ARTICLE,
    ),
    "a page to sign up": (
        "/daftar",
        "<title>Daftar</title><h1>Buat akun</h1><form><input name=email></form><p>Sudah berlangganan? Mulai.</p>",
        Reason.LOGIN,
    ),
    "a page to log in": ("/x", f"<title>Masuk</title>{MENU}<p>Berlangganan.</p>", Reason.LOGIN),
    "an article about what comes in": (
        "/baca/17/x.html",
        "<title>Air laut masuk ke rumah warga di hilir</title><h1>Air laut masuk ke rumah warga di hilir</h1><p>Foto.</p>",
        Reason.NO_CONTENT,
    ),
    "an article that only mentions subscriptions in its foot": (
        "/baca/17/x.html",
        f"<title>Perahu</title><article><h1>Perahu</h1><p>Foto.</p></article>{FOOT}",
        Reason.NO_CONTENT,
    ),
    "an invitation to a newsletter": (
        "/baca/17/x.html",
        "<title>Perahu</title><article><h1>Perahu</h1></article><p>Berlangganan newsletter kami.</p>",
        Reason.NO_CONTENT,
    ),
    "a locked article among teasers": (
        "/baca/17/x.html",
        f"<title>Perahu</title><h1>Perahu</h1><p>Artikel ini khusus pelanggan.</p>{CARDS}{FOOT}",
        Reason.PAYWALL,
    ),
    "an article that says that it is one, among teasers": (
        "/baca/17/x.html",
        f"<meta property=og:type content=article><title>Perahu</title><h1>Perahu</h1><p>Khusus pelanggan.</p>{CARDS}",
        Reason.PAYWALL,
    ),
}


@pytest.mark.parametrize("name", SHORT_PAGES)
def test_a_page_of_few_words_is_refused_for_what_it_is(name):
    path, body, reason = SHORT_PAGES[name]

    with pytest.raises(Rejected) as verdict:
        parse(page(body.encode(), f"http://kabarmuara.test{path}"), outlet("unlisted"), Context())

    assert verdict.value.reason is reason


def test_the_beginning_of_a_locked_text_is_no_article():
    beginning = " ".join(PROSE.split()[:90])
    body = f"<html><title>Berita</title><body><h1>Berita</h1><p>{beginning}</p><p>Artikel ini khusus pelanggan. Silakan masuk.</p></body></html>"

    with pytest.raises(Rejected) as verdict:
        parse(page(body.encode()), outlet("unlisted"), Context())

    assert verdict.value.reason is Reason.PAYWALL


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Maaf</h1><p>Konten ini tidak tersedia di negara Anda.</p>",
        "<p>Centang kotak ini: saya bukan robot.</p>",
        "<iframe src='/_Incapsula_Resource?SWUDNSAI=31'></iframe>",
        "<p>Harap tunggu.</p><script src='https://ct.captcha-delivery.com/c.js'></script>",
    ],
)
def test_a_proof_that_is_asked_for_with_200_is_a_block(body):
    with pytest.raises(Rejected) as verdict:
        parse(
            page(f"<html><title>Kabar</title><body>{body}</body></html>".encode()),
            outlet("unlisted"),
            Context(),
        )

    assert verdict.value.reason is Reason.BLOCKED


def test_a_redirect_to_the_front_page_is_no_article():
    body = f"<html><title>Kabar</title><body><h1>Kabar</h1><p>{PROSE}</p></body></html>".encode()
    arrived = page(
        body,
        "http://kabarmuara.test/",
        redirects=("http://kabarmuara.test/baca/17",),
        asked="http://kabarmuara.test/baca/17",
    )

    with pytest.raises(Rejected) as verdict:
        parse(arrived, outlet("unlisted"), Context())

    assert verdict.value.reason is Reason.NOT_ARTICLE


def test_lines_repeated_on_other_articles_leave_the_body():
    body = f"<html><title>Judul berita</title><body><h1>Judul berita</h1><p>{PROSE}</p><p>Kami hadir setiap pagi untuk Anda.</p><p>{PROSE} Lagi.</p></body></html>".encode()
    known = Context(repeated_lines=frozenset({"Kami hadir setiap pagi untuk Anda."}))

    article = parse(page(body), outlet("unlisted"), known)

    assert "setiap pagi" not in article.body_text
    assert "setiap pagi" in article.source_text


def test_the_pages_of_one_article_are_joined():
    first, second = (
        f"<html><title>Judul</title><body><article><h1>Judul</h1><p>{PROSE} Halaman {n}.</p></article></body></html>".encode()
        for n in (1, 2)
    )
    one = page(first)
    both = replace(one, responses=(*one.responses, *page(second).responses))

    article = parse(both, outlet("unlisted"), Context())

    assert "Halaman 1." in article.body_text
    assert "Halaman 2." in article.body_text


def test_a_further_page_that_is_truncated_is_left_out_until_it_comes_whole():
    first, second = (
        f"<html><title>Judul</title><body><article><h1>Judul</h1><p>{PROSE} Halaman {n}.</p></article></body></html>".encode()
        for n in (1, 2)
    )
    one = page(first)
    cut, whole = (page(body, f"{one.url}?page=2").first for body in (second[:-16], second))

    partial = parse(replace(one, responses=(one.first, cut)), outlet("unlisted"), Context())
    mended = parse(replace(one, responses=(one.first, cut, whole)), outlet("unlisted"), Context())

    assert ("Halaman 2." in partial.body_text, partial.flags) == (False, ("partial",))
    assert ("Halaman 2." in mended.body_text, mended.flags) == (True, ())


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_bytes_raise_anything_but_a_verdict(body):
    for kind in ("page", "file"):
        try:
            article = parse(page(body, kind=kind), outlet("voiceindonesia"), Context())
        except Rejected:
            continue

        assert restored(article) == article.body_text


GOOD = PAGES[0].with_suffix(".html")


@given(st.integers(0, 8000), st.binary(max_size=12), st.integers(0, 60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_mutated_page_raises_nothing_but_a_verdict(at, junk, cut):
    whole = GOOD.read_bytes()
    try:
        article = parse(
            page(whole[:at] + junk + whole[at + cut :]), outlet(GOOD.parent.name), Context()
        )
    except Rejected:
        return

    assert restored(article) == article.body_text


TAG = re.compile(r"""<(\w+)((?:\s+[\w:-]+="[^"<>]*")+)(\s*/?)>""")
ATTRIBUTE = re.compile(r"""\s+[\w:-]+="[^"<>]*\"""")


def variants(text: str) -> dict[str, bytes]:
    meta = text.replace("charset=iso-8859-1", "charset=utf-8")
    return {
        "utf-16": b"\xff\xfe" + text.encode("utf-16-le"),
        "utf-8 with a mark": b"\xef\xbb\xbf" + text.encode(),
        "windows-1252": meta.replace("utf-8", "windows-1252")
        .replace("UTF-8", "windows-1252")
        .encode("cp1252", "xmlcharrefreplace"),
        "comments": text.replace("<p>", "<!-- iklan --><p><!-- x -->")
        .replace("<br>", "<br><!-- y -->")
        .encode(),
        "attributes in another order": TAG.sub(
            lambda m: f"<{m[1]}{''.join(reversed(ATTRIBUTE.findall(m[2])))}{m[3]}>", text
        ).encode(),
        "attributes": text.replace("<p>", '<p data-a="1" data-b="2">')
        .replace("<body", '<body data-x="9"')
        .encode(),
        "boilerplate": text.replace(
            "</body>",
            "<footer><ul>"
            + "".join(f'<li><a href="/k/{n}">Kanal {n}</a></li>' for n in range(30))
            + "</ul></footer></body>",
        ).encode(),
        "menus": re.sub(
            "(<body[^>]*>)",
            lambda m: (
                m[1]
                + "<nav><ul>"
                + "".join(f'<li><a href="/k/{n}">Kanal {n}</a></li>' for n in range(90))
                + "</ul></nav>"
            ),
            text,
        ).encode(),
    }


NEWSROOM = load([BUNDLED])
PRINTED = [
    (
        m.outlet,
        OUTLETS[m.outlet].home + m.path,
        decode(answer(f"{m.outlet}.test", m.path, now=NOW).body).text,
    )
    for m in manuscripts()
]


@pytest.mark.parametrize("name", ["harianlama", "portalnusa", "suararantau"])
def test_what_a_reader_cannot_see_changes_no_article_of_the_newsroom(name):
    for outlet_name, url, text in PRINTED:
        if outlet_name == name:
            wanted = parse(page(text.encode(), url), NEWSROOM[name], Context())
            for how, body in variants(text).items():
                article = parse(page(body, url), NEWSROOM[name], Context())

                assert replace(article, provenance=()) == replace(wanted, provenance=()), (url, how)


def test_a_field_keeps_where_it_came_from_and_what_disagreed():
    data = {
        "@type": "NewsArticle",
        "headline": "Perahu Nelayan Kembali Berlayar Pagi Ini",
        "author": {"name": "Rini Astuti"},
        "datePublished": "2026-01-01T08:00:00+07:00",
        "dateModified": "2026-01-01T09:00:00+07:00",
    }
    head = f"<title>Perahu Berlayar Lagi - Kabar Muara</title><script type='application/ld+json'>{json.dumps(data)}</script><meta name=author content='Admin Baru'>"
    body = f"<html>{head}<body><article><h1>Perahu Nelayan Kembali Berlayar Pagi Ini</h1><p>Oleh: Rini Astuti</p><time datetime='2026-01-01T10:00:00+07:00'></time>{TEXT}</article></body></html>"

    said = dict(parse(page(body.encode()), outlet("unlisted"), Context()).provenance)

    assert {k: said[k] for k in ("headline", "date_published", "date_modified", "authors")} == {
        "headline": "h1",
        "date_published": "jsonld",
        "date_modified": "jsonld",
        "authors": "credit",
    }
    assert said["headline_title"] == "Perahu Berlayar Lagi - Kabar Muara"
    assert said["date_published_time_tag"] == "2026-01-01T10:00:00+07:00"
    assert said["authors_meta"] == "Admin Baru"


def test_what_a_rule_drops_may_hold_any_character():
    source = from_data(
        {
            "name": "kabar",
            "title": "Kabar",
            "home": "http://kabar.test/",
            "article": [{"body": "article", "drop": [".terkait"]}],
        }
    )
    body = f"<html><body><article><h1>Perahu</h1>{TEXT}<p class=terkait>Baca Juga: <a href='/baca/9'>Kapal \uffff lama</a></p>Ekor \ufffe tetap.</article></body></html>"

    article = parse(page(body.encode()), source, Context())

    assert [(x.rel, x.href) for x in article.links] == [
        ("related", "http://kabarmuara.test/baca/9")
    ]


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


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_what_a_reader_cannot_see_does_not_change_the_article(path):
    wanted, truth = saved(path)
    for name, body in variants(path.with_suffix(".html").read_text(encoding="utf-8")).items():
        article = parse(page(body, truth["url"]), outlet(path.parent.name), Context())

        assert replace(article, provenance=()) == replace(wanted, provenance=()), name


def test_a_language_that_writes_no_blanks_has_articles_too():
    story = "市の中心部を流れる川で清掃活動が行われ、近くの住民およそ二百人が参加した。主催した団体によると、集まったごみは三トンを超えたという。"
    body = f"<html lang=ja><head><title>川の清掃に住民二百人</title></head><body><article><h1>川の清掃に住民二百人</h1><p>{story}</p><p>{story[::-1]}</p></article></body></html>"

    got = parse(page(body.encode()), default_source("kabar.test"), Context())

    assert got.headline == "川の清掃に住民二百人"
    assert story in got.body_text


TEXT = "".join(
    f"<p>Petugas posko ke-{n} mencatat tujuh perahu kembali berlayar dari dermaga lama sejak pagi.</p>"
    for n in range(8)
)
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
    led = page(WHOLE, urljoin(first, target), redirects=(first,), asked=first)
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
