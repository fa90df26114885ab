"""The newsroom is the same for everybody, every time, and its truth is what its pages say."""

from __future__ import annotations

import asyncio
import html
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from support.truth import Truth, truth

from kliping.newsroom import NOW, Newsroom
from kliping.newsroom.edition import HOSTS, OUTLETS, WIB
from kliping.newsroom.manuscripts import ARTICLES, manuscripts
from kliping.newsroom.pages import answer
from kliping.newsroom.site import etag
from parsers import source

SOURCES = Path(__file__).parents[2] / "kliping/newsroom/sources"
ALL = [pytest.param(t, id=t.slug[:40]) for t in truth()]


async def ask(
    site: Newsroom, url: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own."""
    host, _, path = url.removeprefix("http://").partition("/")
    reader, writer = await asyncio.open_connection(
        *site.connect_to.get(host, ("127.0.0.1", site.port))
    )
    lines = [
        f"{method} /{path} HTTP/1.1",
        f"Host: {host}",
        "Connection: close",
        *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status, *rest = head.decode().split("\r\n")
    return (
        int(status.split()[1]),
        {k.lower(): v for k, v in (line.split(": ", 1) for line in rest)},
        body,
    )


def get(url: str, visit: int = 1) -> bytes:
    host, _, path = url.removeprefix("http://").partition("/")
    return answer(host, f"/{path}", now=NOW, visit=visit).body


def everything(visit: int = 1) -> dict[str, bytes]:
    """Every address the newsroom has, with what it answers."""
    urls = [
        f"{o.home}{path}"
        for o in OUTLETS.values()
        for path in (
            "/",
            "/robots.txt",
            "/sitemap_index.xml",
            "/news-sitemap.xml",
            o.draft,
            "/nihil/",
        )
    ]
    urls += [
        f"{o.home}/sitemap-2026-{month:02}.xml"
        for o in OUTLETS.values()
        for month in (8, 9, 10, 11)
    ]
    urls += [
        f"http://suararantau.test{path}"
        for path in ("/feed/", "/page/1/", "/page/2/", "/wp-json/wp/v2/posts?per_page=100")
    ]
    urls += ["http://portalnusa.test/rss", "http://harianlama.test/atom.xml"]
    urls += [
        f"http://portalnusa.test/indeks?date={NOW.date() - timedelta(days=n)}&page=1"
        for n in range(92)
    ]
    urls += [
        f"http://harianlama.test/arsip/{NOW.date() - timedelta(days=n):%Y/%m/%d}/"
        for n in range(92)
    ]
    urls += [m.url for m in manuscripts()]
    return {url: get(url, visit) for url in urls}


def text_of(page: bytes, encoding: str) -> str:
    """The page's characters without its tags."""
    text = page.decode(encoding).replace("<br>", "\n")
    return html.unescape(re.sub(r"<[^>]+>", "", text))


async def test_two_newsrooms_say_the_same_bytes() -> None:
    async with Newsroom() as one, Newsroom() as other:
        urls = [
            *(m.url for m in manuscripts()),
            "http://suararantau.test/feed/",
            "http://harianlama.test/",
        ]

        for url in urls:
            assert await ask(one, url) == await ask(other, url)


async def test_an_unchanged_page_is_answered_304_without_a_body() -> None:
    async with Newsroom() as site:
        for url in (
            manuscripts()[0].url,
            "http://portalnusa.test/rss",
            "http://harianlama.test/robots.txt",
            "http://suararantau.test/sitemap_index.xml",
        ):
            _, headers, _ = await ask(site, url)

            for condition in (
                {"If_None_Match": headers["etag"]},
                {"If_Modified_Since": headers["last-modified"]},
            ):
                status, again, body = await ask(site, url, **condition)
                assert (status, body, again["etag"]) == (304, b"", headers["etag"])


async def test_an_etag_that_differs_wins_over_a_date_that_does_not() -> None:
    async with Newsroom() as site:
        _, headers, _ = await ask(site, manuscripts()[0].url)

        status, _, _ = await ask(
            site,
            manuscripts()[0].url,
            If_None_Match='"old"',
            If_Modified_Since=headers["last-modified"],
        )

        assert status == 200


async def test_hosts_share_one_port_and_differ_by_name() -> None:
    async with Newsroom() as site:
        pages = {
            host: (await ask(site, f"http://{host}/"))[2]
            for host in site.hosts
            if not host.startswith("www.")
        }

        assert len(set(pages.values())) == 3
        assert (await ask(site, "http://www.portalnusa.test/indeks?page=2"))[1][
            "location"
        ] == "http://portalnusa.test/indeks?page=2"
        assert (await ask(site, "http://example.org/"))[0] == 421
        assert [r.status for r in site.requests] == [200, 200, 200, 301, 421]


async def test_a_connection_serves_many_requests_and_head_has_no_body() -> None:
    async with Newsroom() as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        for method in ("HEAD", "GET"):
            writer.write(f"{method} /robots.txt HTTP/1.1\r\nHost: harianlama.test\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        body = await reader.readexactly(int(re.search(r"Content-Length: (\d+)", head)[1]))
        writer.close()

        assert body.startswith(b"User-agent: *")
        assert [r.method for r in site.requests] == ["HEAD", "GET"]


async def test_what_is_not_there_says_so_in_the_outlets_design() -> None:
    async with Newsroom() as site:
        status, _, body = await ask(site, "http://portalnusa.test/ekonomi/d-1/tidak-ada")

        assert status == 404
        assert b"tidak ditemukan" in body
        assert (await ask(site, manuscripts()[0].url, method="POST"))[0] == 405


def test_every_bundled_source_is_valid_and_knows_its_articles() -> None:
    for path in sorted(SOURCES.glob("*.toml")):
        found, errors = source.read(path)

        assert not errors
        assert all(
            found.recognises(m.url) and found.match(m.url)["id"] == str(m.id)
            for m in manuscripts()
            if m.outlet == found.name
        )


def test_a_newsroom_of_an_earlier_day_has_not_yet_published_the_rest() -> None:
    early = datetime(2026, 10, 1, tzinfo=WIB)
    late = next(m for m in manuscripts() if m.published > early and m.outlet == "portalnusa")

    assert answer("portalnusa.test", late.path, now=early).status == 404
    assert late.url.encode() not in answer("portalnusa.test", "/rss", now=early).body


def test_every_article_is_announced_by_a_feed_or_a_sitemap() -> None:
    announced = b"".join(
        body
        for url, body in everything().items()
        if "sitemap" in url or url.endswith(("/feed/", "/rss", "atom.xml"))
    )

    assert [m.url for m in manuscripts() if m.url.encode() not in announced] == []


def test_every_article_is_in_its_outlets_index() -> None:
    pages = b"".join(
        body
        for url, body in everything().items()
        if any(part in url for part in ("/page/", "/indeks", "/arsip/"))
    )

    assert [m.url for m in manuscripts() if m.path.encode() not in pages] == []


def test_feeds_tell_no_more_than_the_latest_ten() -> None:
    for url in (
        "http://suararantau.test/feed/",
        "http://portalnusa.test/rss",
        "http://harianlama.test/atom.xml",
    ):
        assert len(re.findall(rb"<(?:item|entry)>", get(url))) == 10


def test_the_news_sitemap_holds_two_days() -> None:
    for outlet in OUTLETS.values():
        recent = [
            m
            for m in manuscripts()
            if m.outlet == outlet.name and NOW - timedelta(hours=48) < m.published <= NOW
        ]

        assert get(f"{outlet.home}/news-sitemap.xml").count(b"<loc>") == len(recent) > 0


def test_wordpress_lists_by_time_and_page() -> None:
    ours = [m for m in reversed(manuscripts()) if m.outlet == "suararantau"]
    window = [m for m in ours if m.published.date() >= datetime(2026, 11, 1, tzinfo=WIB).date()]
    response = answer(
        "suararantau.test",
        "/wp-json/wp/v2/posts?per_page=2&page=2&after=2026-11-01T00:00:00",
        now=NOW,
    )

    assert [post["link"] for post in json.loads(response.body)] == [m.url for m in window[2:4]]
    assert dict(response.headers)["X-WP-Total"] == str(len(window))
    assert answer("suararantau.test", "/wp-json/wp/v2/posts?page=99", now=NOW).status == 400


def test_shortlinks_show_the_page_itself_with_its_true_address() -> None:
    article = next(m for m in manuscripts() if m.outlet == "suararantau")

    assert get(f"http://suararantau.test/?p={article.id}") == get(article.url)
    assert f'rel="canonical" href="{article.url}"'.encode() in get(article.url)


def test_robots_forbids_an_address_that_is_linked_and_looks_like_an_article() -> None:
    for outlet in OUTLETS.values():
        robots = get(f"{outlet.home}/robots.txt").decode()
        forbidden = re.search(r"Disallow: (\S+)", robots)[1]
        outlet_source, _ = source.read(SOURCES / f"{outlet.name}.toml")

        assert outlet.draft.startswith(forbidden)
        assert outlet.draft.encode() in get(f"{outlet.home}/")
        assert outlet_source.recognises(f"{outlet.home}{outlet.draft}")
        assert f"Sitemap: {outlet.home}/sitemap_index.xml" in robots


def test_long_articles_come_in_two_parts_and_whole_on_request() -> None:
    for article in (m for m in manuscripts() if m.paged):
        first, second, whole = (
            text_of(get(f"{article.url}{q}"), "utf-8") for q in ("", "?page=2", "?page=all")
        )
        paragraphs = next(t for t in truth() if t.id == article.id).paragraphs

        assert paragraphs[0] in first
        assert paragraphs[-1] in second
        assert paragraphs[-1] not in first
        assert all(p in whole for p in paragraphs)
        assert not set(paragraphs) - {p for p in paragraphs if p in first or p in second}


def test_the_old_site_is_in_its_declared_encoding_only() -> None:
    page = get(next(t.url for t in truth() if t.source_id == "harianlama" and "“" in t.body_text))

    assert b"charset=windows-1252" in page
    assert "“".encode("windows-1252") in page
    with pytest.raises(UnicodeDecodeError):
        page.decode("utf-8")


@pytest.mark.parametrize("t", ALL)
def test_a_page_contains_its_paragraphs_and_its_headline(t: Truth) -> None:
    page = text_of(
        get(f"{t.url}?page=all" if t.source_id == "portalnusa" else t.url),
        OUTLETS[t.source_id].encoding,
    )

    assert [p for p in (t.headline, *t.source_text.split("\n")) if p.strip() not in page] == []


@pytest.mark.parametrize("t", ALL)
def test_the_body_is_the_source_without_what_was_removed(t: Truth) -> None:
    kept, at = "", 0
    for removed in t.removed:
        assert t.source_text[removed.start : removed.end] == removed.text
        kept, at = kept + t.source_text[at : removed.start], removed.end
    lines = (kept + t.source_text[at:]).split("\n")

    assert "\n".join(line.strip() for line in lines if line.strip()) == t.body_text


@pytest.mark.parametrize("t", [*truth(), *truth(visit=2)], ids=lambda t: t.slug[:40])
def test_every_span_reads_its_own_text(t: Truth) -> None:
    rows = (
        *t.quotes,
        *t.figures,
        *t.dates_mentioned,
        *t.mentions,
        *t.acronyms,
        *(p for p in t.places if p.paragraph_no),
    )

    assert [r for r in rows if t.body_text[r.char_start : r.char_end] != r.text] == []
    assert all(t.body_text[q.cue_start : q.cue_end] == q.cue for q in t.quotes if q.cue)
    assert all(
        t.body_text[q.speaker_start : q.speaker_end] == q.speaker_surface
        for q in t.quotes
        if q.speaker_surface
    )
    assert all(t.body_text[: r.char_start].count("\n") + 1 == r.paragraph_no for r in rows)
    assert all(
        t.source_text[p.char_start : p.char_end] == p.text for p in t.places if not p.paragraph_no
    )
    assert all(
        t.source_text[link.start : link.end].endswith(link.title)
        for link in t.links
        if link.start is not None
    )


@pytest.mark.parametrize("t", [t for t in truth() if t.structured], ids=lambda t: t.slug[:40])
def test_labels_keep_to_the_closed_lists(t: Truth) -> None:
    assert {q.quote_type for q in t.quotes} <= {"direct", "indirect", "mixed"}
    assert {q.cue_class for q in t.quotes} <= {"speech", "report", "attitude", None}
    assert {f.comparator for f in t.figures} <= {"=", ">", ">=", "<", "<=", "~", "range"}
    assert {d.resolution for d in t.dates_mentioned} <= {
        "day",
        "month",
        "year",
        "day_range",
        "month_range",
        "year_range",
    }
    assert {p.kind for p in t.places} <= {
        "country",
        "province",
        "city",
        "district",
        "village",
        "street",
        "facility",
        "other",
    }
    assert {a.rule for a in t.acronyms} <= {"initials", "syllabic", "lexicon"}
    assert all((f.value_high is not None) == (f.comparator == "range") for f in t.figures)
    assert all(f.unit or f.currency for f in t.figures)


@pytest.mark.parametrize("t", ALL)
def test_the_sources_selectors_cut_out_the_source_text(t: Truth) -> None:
    outlet_source, _ = source.read(SOURCES / f"{t.source_id}.toml")
    soup = BeautifulSoup(get(f"{t.url}?page=all"), "lxml")
    body = soup.select_one(outlet_source.article[0].body)
    for cut in body.select(", ".join(outlet_source.article[0].drop)):
        cut.decompose()
    for end in body.select("p, h2, h3, li, br"):
        end.insert_after("\0") if end.name != "br" else end.replace_with("\0")
    lines = [" ".join(line.split()) for line in body.get_text().split("\0")]

    assert [line for line in lines if line] == t.source_text.split("\n")
    assert (
        " ".join(soup.select_one(outlet_source.article[0].headline).get_text().split())
        == t.headline
    )


@pytest.mark.parametrize("t", [t for t in truth() if t.structured], ids=lambda t: t.slug[:40])
def test_quotation_marks_and_rows_agree(t: Truth) -> None:
    """Five words or more between quotation marks are one direct quote; where they differ, one of them is wrong."""
    marked = [
        m[1].strip().rstrip(",.?!")
        for p in t.paragraphs
        for m in re.finditer(r"[“\"](.*?)(?:[”\"]|$)", p)
        if len(m[1].split()) >= 5
    ]
    direct = [q.text.rstrip(",.?!") for q in t.quotes if q.quote_type == "direct"]

    assert [m for m in marked if m not in direct] == []


@pytest.mark.parametrize("t", [t for t in truth() if t.structured], ids=lambda t: t.slug[:40])
def test_weekdays_of_dates_are_as_labelled(t: Truth) -> None:
    days = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
    for row in t.dates_mentioned:
        if row.weekday_matches is not None:
            assert (
                row.text.split()[0]
                .strip(",")
                .lower()
                .replace("'", "")
                .startswith(days[row.date_start.weekday()])
                == row.weekday_matches
            )


def test_the_second_visit_changes_one_article_and_takes_one_away() -> None:
    before, after = everything(), everything(visit=2)
    articles = {m.url: m for m in manuscripts(2)}
    changed = {url for url in before if before[url] != after[url]}
    gone = {m.url for m in articles.values() if m.gone_at}
    edited = changed & set(articles) - gone

    assert (len(gone), len(edited)) == (1, 1)
    assert {
        answer(HOSTS[0], m.path, now=NOW, visit=2).status
        for m in articles.values()
        if m.gone_at and m.outlet == "suararantau"
    } <= {410}
    assert not any(
        part in url for url in changed for part in ("robots", "pratinjau", "cetak", "draf")
    )
    assert len(truth(visit=2)) == len(truth()) - 1


def test_an_edit_shows_in_time_stamps_and_validators() -> None:
    edited = next(
        m for m in manuscripts(2) if m.modified and m.modified > datetime(2026, 11, 22, tzinfo=WIB)
    )
    host = f"{edited.outlet}.test"
    before, after = (answer(host, edited.path, now=NOW, visit=visit) for visit in (1, 2))
    stamp = edited.modified.isoformat().encode()

    assert etag(before) != etag(after)
    assert before.modified < after.modified
    assert stamp in answer(host, f"/sitemap-{edited.published:%Y-%m}.xml", now=NOW, visit=2).body
    assert stamp in answer(host, "/sitemap_index.xml", now=NOW, visit=2).body
    assert {t.headline for t in truth() if t.id == edited.id} != {edited.headline}


def test_the_withdrawn_article_lingers_in_its_sitemap() -> None:
    gone = next(m for m in manuscripts(2) if m.gone_at)
    sitemap = answer(
        f"{gone.outlet}.test", f"/sitemap-{gone.published:%Y-%m}.xml", now=NOW, visit=2
    ).body.decode()

    assert f"<loc>{gone.url}</loc><lastmod>{gone.gone_at.isoformat()}</lastmod>" in sitemap
    assert answer(f"{gone.outlet}.test", gone.path, now=NOW, visit=2).status == 410


def test_the_plain_text_twin_is_the_article_of_the_site() -> None:
    twin = next(
        t for t in truth() if t.slug == "semarang-gelar-kelas-keliling-cegah-perdagangan-orang"
    )

    assert (ARTICLES / "seed-twin.txt").read_text(encoding="utf-8") == twin.source_text + "\n"
    assert (len(twin.paragraphs), len(twin.quotes), [r.kind for r in twin.removed]) == (
        15,
        11,
        ["dateline", "related_link", "end_mark"],
    )


def test_there_is_enough_to_measure_by() -> None:
    assert len(truth()) >= 44
    assert sum(t.structured for t in truth()) >= 24
    assert {t.in_language for t in truth()} == {"id", "en", "ms"}
    assert min(len(t.body_text.split()) for t in truth()) >= 120
    assert (
        max(t.date_published for t in truth()) - min(t.date_published for t in truth())
    ).days >= 85
