"""The page parser on saved pages, on the seed, and on whatever bytes there are."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.parse_cases import (
    PAGES,
    SOURCES,
    TEXT,
    field_value,
    outlet,
    page,
    saved_article,
    variants,
)
from support.runs import BUNDLED

from kliping.newsroom import NOW
from kliping.newsroom.edition import OUTLETS
from kliping.newsroom.manuscripts import manuscripts
from kliping.newsroom.pages import answer
from parsers.article import Article, Context, Rejected
from parsers.cleaning.dateline import source_by_dateline
from parsers.html.decode import decode
from parsers.kinds import Reason
from parsers.parse import parse
from parsers.source import from_data, load

SEED = Path(__file__).parents[2].parent / "shared" / "seed" / "voiceindonesia-41290.txt"


CASES = [(path, field) for path in PAGES for field in json.loads(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("path", "field"), CASES, ids=[f"{p.parent.name}/{p.stem}:{f}" for p, f in CASES]
)
def test_a_saved_page_gives_its_field(path, field):
    article, truth = saved_article(path)

    assert field_value(article, field) == truth[field]


def body_from_source(article: Article) -> str:
    """The body, made again from the text as published and the removed spans."""
    text = article.source_text
    for span in sorted(article.removed, key=lambda s: -s.start):
        assert text[span.start : span.end] == span.text
        text = text[: span.start] + text[span.end :]
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_the_text_as_published_without_what_was_removed_is_the_body(path):
    article, _ = saved_article(path)

    assert body_from_source(article) == article.body_text
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
        requested_url="http://kabarmuara.test/baca/17",
    )

    with pytest.raises(Rejected) as verdict:
        parse(arrived, outlet("unlisted"), Context())

    assert verdict.value.reason is Reason.NOT_ARTICLE


def test_lines_repeated_on_other_articles_leave_the_body():
    body = f"<html><title>Judul berita</title><body><h1>Judul berita</h1><p>{PROSE}</p><p>Kami hadir setiap pagi untuk Anda.</p><p>{PROSE} Lagi.</p></body></html>".encode()
    context = Context(repeated_lines=frozenset({"Kami hadir setiap pagi untuk Anda."}))

    article = parse(page(body), outlet("unlisted"), context)

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
@settings(max_examples=60)
def test_no_bytes_raise_anything_but_a_verdict(body):
    for kind in ("page", "file"):
        try:
            article = parse(page(body, kind=kind), outlet("voiceindonesia"), Context())
        except Rejected:
            continue

        assert body_from_source(article) == article.body_text


GOOD = PAGES[0].with_suffix(".html")


@given(st.integers(0, 8000), st.binary(max_size=12), st.integers(0, 60))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_mutated_page_raises_nothing_but_a_verdict(at, junk, cut):
    whole = GOOD.read_bytes()
    try:
        article = parse(
            page(whole[:at] + junk + whole[at + cut :]), outlet(GOOD.parent.name), Context()
        )
    except Rejected:
        return

    assert body_from_source(article) == article.body_text


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

    provenance = dict(parse(page(body.encode()), outlet("unlisted"), Context()).provenance)

    assert {
        k: provenance[k] for k in ("headline", "date_published", "date_modified", "authors")
    } == {
        "headline": "h1",
        "date_published": "jsonld",
        "date_modified": "jsonld",
        "authors": "credit",
    }
    assert provenance["headline_title"] == "Perahu Berlayar Lagi - Kabar Muara"
    assert provenance["date_published_time_tag"] == "2026-01-01T10:00:00+07:00"
    assert provenance["authors_meta"] == "Admin Baru"


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
