"""Every bundled source file on a page of the form that it describes, and what it says of its own keys."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from support.invented_pages import AUTHOR, HEADLINE, SECTION, TAG, TEXT, UNWANTED, page

from parsers.article import Context, Link, Page, Response
from parsers.parse import parse
from parsers.source import AddressFit, load

SOURCES = load()
RULES = [
    (source, n)
    for source in SOURCES.values()
    for n, rule in enumerate(source.article)
    if rule.selectors
]
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
ADDRESSES = [
    ("kompas", "https://regional.kompas.com/read/2024/01/15/120547911/judul", AddressFit.MATCHED),
    ("kompas", "https://nasional.kompas.com/read/2023/11/15/12054791/judul", AddressFit.MATCHED),
    ("tempo", "https://majalah.tempo.co/read/nasional/160285/judul", AddressFit.MATCHED),
    ("tempo", "https://www.tempo.co/inforial/read/news/2020/1/1357788/x", AddressFit.GENERIC),
    ("idntimes", "https://www.idntimes.com/life/satu-dua-tiga-empat/full", AddressFit.GENERIC),
    ("beritasatu", "https://www.beritasatu.com/a-b/nasional/600107/judul", AddressFit.MATCHED),
    ("metrotvnews", "https://www.metrotvnews.com/peristiwa/satu-dua-tiga-empat", AddressFit.GENERIC),
    ("detik", "https://news.detik.com/read/2014/11/15/150226/2586157/10/judul", AddressFit.MATCHED),
    ("detik", "http://news.detik.com/berita/3139108/judul", AddressFit.MATCHED),
    ("detik", "https://20.detik.com/detikupdate/20260101-260101001/judul", AddressFit.OTHER),
    ("merdeka", "https://planet.merdeka.com/dunia/satu-dua-tiga-empat.html", AddressFit.OTHER),
    ("voi", "https://voi.id/en/news/220636/satu-dua-tiga-empat", AddressFit.OTHER),
]  # fmt: skip


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda s: s.name)
def test_every_key_is_either_verified_or_unverified(source):
    verified, unverified = {*source.verified}, {*source.unverified_keys}

    assert verified | unverified == {*source.configured_keys}
    assert not verified & unverified


@pytest.mark.parametrize(("source", "n"), RULES, ids=lambda x: getattr(x, "name", str(x)))
def test_a_rule_reads_a_page_of_its_form(source, n):
    rule = source.article[n]
    day = rule.until or NOW.date()
    url = next((e for r in source.article for e in r.examples), source.home + "berita/1")
    link = Link(url=url, source_id=source.name)
    response = Response(
        fetch_id="1",
        requested_url=url,
        url=url,
        fetched_at=datetime.combine(day, time(12), UTC),
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=page(rule),
    )
    article = parse(Page(link=link, responses=(response,)), source, Context(link=link))
    provenance = dict(article.provenance)

    assert source.rule(day) == rule
    assert provenance.get("selectors_without_match") is None
    assert article.headline == HEADLINE
    assert all(line in article.body_text for line in TEXT)
    if rule.body:
        assert provenance["body"] == "rule"
        assert UNWANTED not in article.body_text
    if rule.authors:
        assert [person.name for person in article.authors] == [AUTHOR]
    if rule.section:
        assert article.article_section == SECTION
    if rule.tags:
        assert article.tags == (TAG,)


@pytest.mark.parametrize(("name", "url", "fit"), ADDRESSES)
def test_addresses_of_earlier_years_are_found_and_others_left_out(name, url, fit):
    assert SOURCES[name].fit(url) is fit
