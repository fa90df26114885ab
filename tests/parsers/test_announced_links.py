"""The links of channels: addresses, limits, dates and order, and no bytes that harm the reader."""

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.channels import HOME, SOURCE, item, link, paths, read, rss, urlset

from parsers.article import Link, Rejected
from parsers.discovery.link_fields import read_instant
from parsers.discovery.ordering import article_day, expand_index, may_announce, newest_first
from parsers.source import from_data


def test_links_resolve_against_the_document_and_hostile_ones_are_counted():
    hostile = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://contoh.example/",
        "http://user@contoh.example/",
        "",
        "/" + "a/" * 20,
        "/feed/",  # the feed itself
        f"http://{'é.' * 100}example/x",  # longer than a host name may be once it is encoded
    ]
    found = read(rss(item("/a"), item("//contoh.example/b"), item(" \n c \t"), *map(item, hostile)))

    assert paths(found) == ["/a", "/b", "/feed/c"]
    assert found.n_unusable == len(hostile)


def test_one_guid_for_all_is_no_identity_but_one_address_is():
    assert paths(
        read(
            rss(
                item("/a", guid="x"),
                item("/b", guid="x"),
                item("http://www.contoh.example/a/?utm_source=x"),
            )
        )
    ) == ["/a", "/b"]


def test_a_guid_serves_as_the_address_where_no_other_is():
    assert paths(read(rss("<item><guid>https://contoh.example/a</guid></item>"))) == ["/a"]


def test_a_guid_that_says_it_is_no_address_is_none():
    guid = '<guid isPermaLink="False">https://contoh.example/a</guid>'

    with pytest.raises(Rejected, match="none of 1 entries has a usable address"):
        read(rss(f"<item><title>Satu</title>{guid}</item>"))


def test_an_address_beyond_the_site_is_left_to_the_caller():
    assert [link.url for link in read(rss(item("https://lain.example/a"))).links] == [
        "https://lain.example/a"
    ]


@pytest.mark.slow
def test_a_document_of_many_links_is_cut_and_the_cut_is_told():
    found = read(rss(*(item(f"/n{n}") for n in range(50_000))))

    assert (len(found.links), found.truncated, found.links[0].url) == (2000, True, HOME + "n0")
    assert "only 2000 of 50000" in found.warnings[0]


def test_of_a_long_sitemap_the_newest_are_kept():
    found = read(
        urlset(
            *(f"<loc>/{year}</loc><lastmod>{year}-01-01</lastmod>" for year in range(2000, 2020))
        ),
        "sitemap",
        limit=2,
    )

    assert paths(found) == ["/2019", "/2018"]


def test_exactly_the_limit_is_no_cut():
    assert not read(rss(*(item(f"/n{n}") for n in range(3)), item("/n0")), limit=3).truncated


# dates and order


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Tue, 28 May 2024 10:00:00 +0700", "2024-05-28T10:00:00+07:00"),
        ("Tue, 28 May 2024 03:00:00 GMT", "2024-05-28T03:00:00+00:00"),
        ("28 May 2024 10:00:00", "2024-05-28T10:00:00+08:00"),
        ("Selasa, 28 Mei 2024 10:00:00 WIB", "2024-05-28T10:00:00+07:00"),
        ("Sel, 28 Agu 2024 10.20 WITA", "2024-08-28T10:20:00+08:00"),
        ("Jum'at, 28 Oktober 2024 | 10:20 WIT", "2024-10-28T10:20:00+09:00"),
        ("Sabtu 28 Desember 2024 pukul 10.20", "2024-12-28T10:20:00+08:00"),
        ("28/05/2024 10.20 WIB", "2024-05-28T10:20:00+07:00"),
        ("2024-05-28", "2024-05-28T00:00:00+08:00"),
        ("2024-05-28T10:00:00Z", "2024-05-28T10:00:00+00:00"),
        ("2024-05-28 10:00:00 +0700", "2024-05-28T10:00:00+07:00"),
        ("2024-05-28 10:00 WIB", "2024-05-28T10:00:00+07:00"),
        ("2099-01-01T00:00:00Z", "2099-01-01T00:00:00+00:00"),
        ("Fri, 30 Feb 2024 10:00:00 +0700", None),
        ("2024-02-30", None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31", None),
        ("0000-00-00T00:00:00", None),
        ("kemarin", None),
        ("", None),
        (None, None),
        ("Tue, 28 May 2024 10:00:00 +9999", "2024-05-28T00:00:00+08:00"),  # the clock of no zone
    ],
)
def test_dates_are_hints(written, meant):
    moment = read_instant(
        written,
        from_data({"name": "x", "title": "x", "home": HOME, "timezone": "Asia/Makassar"}).zone,
    )

    assert (moment and moment.isoformat()) == meant


@given(st.text(alphabet=st.sampled_from("0123456789 :+-/.,TZMeiWIBSenma|")))
def test_dates_are_aware_or_none(written):
    moment = read_instant(written, SOURCE.zone)

    assert moment is None or moment.utcoffset() is not None


def test_the_newest_come_first_and_the_undated_stay_with_their_neighbours():
    ordered = newest_first(
        [
            link("a"),
            link("b", "2024-01-01"),
            link("c"),
            link("d", "2024-02-01"),
            link("e", "2023-01-01", "2024-03-01"),
        ]
    )

    assert "".join(one.url[-1] for one in ordered) == "aedbc"


@pytest.mark.parametrize(
    ("name", "lastmod", "kept"),
    [
        ("post-sitemap3.xml", None, True),
        ("post-sitemap3.xml", "2024-05-08", False),  # nothing in it changed since
        (
            "post-sitemap3.xml",
            "2024-05-09",
            True,
        ),  # a day of grace: a day in Jakarta begins on the day before in UTC
        ("post-sitemap3.xml", "2026-01-01", True),  # changed later may be published then
        ("sitemap-2024-05.xml", "2026-01-01", True),
        ("sitemap-2024-06.xml", None, False),
        ("sitemap-2024-04.xml", None, False),
        ("sitemap-2024-04-12.xml", None, False),  # a day or a part: of April it is
        ("sitemap-20240511.xml", None, True),
        ("2024/05/sitemap.xml", None, True),
        ("sitemap-202413.xml", None, True),  # no month
        ("sitemap-20240.xml", None, True),
    ],
)
def test_a_sitemap_may_hold_articles_of_a_window_by_its_last_change_and_the_month_in_its_name(
    name, lastmod, kept
):
    assert may_announce(link(name, None, lastmod), date(2024, 5, 10), date(2024, 5, 20)) == kept


def test_the_day_of_an_article_is_where_its_outlet_is():
    listing = Link(
        url="http://kabar.id/indeks",
        source_id="kabar",
        kind="index",
        published_at=datetime(2024, 5, 3, 17, tzinfo=UTC),
    )
    source = from_data(
        {"name": "kabar", "title": "Kabar", "home": "http://kabar.id/", "timezone": "Asia/Makassar"}
    )
    dates = {
        "published_at": datetime(2024, 5, 1, 16, tzinfo=UTC),
        "modified_at": datetime(2024, 6, 1, tzinfo=UTC),
    }

    announced, addressed, listed, changed, unknown = (
        article_day(Link(url=url, source_id="kabar", **given), on, source)
        for url, given, on in (
            ("http://kabar.id/2024/05/09/satu/", dates, listing),
            ("http://kabar.id/2024/05/09/satu/", {}, listing),
            ("http://kabar.id/satu/", {"modified_at": dates["modified_at"]}, listing),
            (
                "http://kabar.id/satu/",
                {"modified_at": dates["modified_at"]},
                replace(listing, published_at=None),
            ),
            ("http://kabar.id/satu/", {}, replace(listing, published_at=None)),
        )
    )

    assert [announced, addressed, listed, changed, unknown] == [
        date(2024, 5, 2),
        date(2024, 5, 9),
        date(2024, 5, 4),
        date(2024, 6, 1),
        None,
    ]


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://contoh.example/page/{page}/", "https://contoh.example/page/3/"),
        (
            "https://contoh.example/indeks?page={page}&date={date:%m/%d/%Y}",
            "https://contoh.example/indeks?page=3&date=05/28/2024",
        ),
        ("https://contoh.example/indeks/{date:%Y%m%d}", "https://contoh.example/indeks/20240528"),
        ("https://contoh.example/{date.__class__}", "https://contoh.example/{date.__class__}"),
    ],
)
def test_index_templates(template, address):
    assert expand_index(template, 3, date(2024, 5, 28)) == address


def test_an_index_by_day_needs_a_day():
    with pytest.raises(ValueError, match="needs a day"):
        expand_index("https://contoh.example/{date:%Y}", 1)


# whatever comes


FRAGMENTS = st.sampled_from(
    [
        b"<rss>",
        b"<channel>",
        b"<item>",
        b"</item>",
        b"<link>/a</link>",
        b"<link href='/a'/>",
        b"<title>",
        b"</title>",
        b"&",
        b"&amp;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<!DOCTYPE rss [",
        b"<!ENTITY a '",
        b"'>",
        b"]>",
        b"<feed>",
        b"<entry>",
        b"</entry>",
        b"<urlset>",
        b"<url>",
        b"<loc>",
        b"/x",
        b"<sitemapindex>",
        b"<sitemap>",
        b"</sitemap>",
        b"<html>",
        b"<a href='/satu-dua-tiga-empat'>",
        b"[",
        b"{",
        b'{"items":[{"url":"/a"}]}',
        b'[{"link":"/a"}]',
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\0",
        b"\x1f\x8b",
        b"\xff",
        b"https://contoh.example/a\n",
        b"xml:base='//['",
        b"encoding='utf-7'",
        b"<base href='http://['>",
        b"&#xD800;",
        b"&#" + b"9" * 5000 + b";",
        b"<item xml:base='javascript:x'>",
        b"</",
        b"<",
        b">",
    ]
)


BODIES = st.one_of(st.binary(max_size=500), st.lists(FRAGMENTS, max_size=30).map(b"".join))


@settings(max_examples=500, deadline=1000)
@given(BODIES, st.sampled_from(["feed", "sitemap", "index", "wordpress"]))
def test_any_bytes_end_in_links_or_a_verdict(body, kind):
    try:
        found = read(body, kind)
    except Rejected:
        return

    assert found.links or found.sitemaps
    assert all(
        one.url.startswith(("http://", "https://")) for one in (*found.links, *found.sitemaps)
    )


@pytest.mark.parametrize(
    "fragment",
    [
        "<",
        "<a ",
        "<item>",
        "<item ",
        "</item>",
        "<!--",
        "<![CDATA[",
        "<!DOCTYPE [",
        "<!ENTITY a ",
        "<!ENTITY a '&a;",
        "&",
        "&a",
        "&#",
        "&lt;b ",
        "<a href=x>",
        "<div>",
        "<a href='/satu-dua-tiga-empat'>",
        "]]>",
        " ",
        "a-",
        "<x:",
        "<x:item>",
        "<link>",
        "<title><b ",
        "9",
        "<base href=x>",
    ],
)
@pytest.mark.parametrize(
    ("kind", "head"),
    [("feed", "<rss><item><link>/a</link><title>"), ("index", "<html>"), ("sitemap", "https://x/")],
)
@pytest.mark.timeout(60)  # all of it takes a second; what takes the square of it would take minutes
def test_a_hostile_body_ends(kind, head, fragment):
    with contextlib.suppress(Rejected):
        read(head + fragment * (2**18 // len(fragment)), kind)


def test_an_address_inside_an_element_that_was_never_closed_is_found():
    found = read(
        rss(
            "<item><title>Harga <b>beras</title><link>/a</link></item>",
            "<item><title>Dua</title><link>/b</link></item>",
        )
    )

    assert sorted(paths(found)) == ["/a", "/b"]
