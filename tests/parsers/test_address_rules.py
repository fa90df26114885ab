"""What looks like an article and is refused by its own outlet's rule is counted and reported."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime

import pytest
from support.command_line import kliping
from support.responses import rss
from support.runs import BUNDLED, ask, ingest, settings_for

from flows.load.outcome import Fetched, interpret
from kliping.newsroom import Newsroom
from kliping.newsroom.edition import Answer
from parsers.article import Link, Response
from parsers.article_address import is_article_like
from parsers.kinds import LinkKind, Reason
from parsers.source import LISTINGS, AddressFit, from_data, load
from warehouse.archive.archive import Record, RecordLocation

HOME = "http://kabar.test/"
RULE = r"/read/\d{4}/\d{2}/\d{2}/\d{8}/"
EIGHT = "http://kabar.test/read/2026/11/20/12054791/banjir-rendam-desa"
NINE = "http://kabar.test/read/2026/11/20/120547911/banjir-rendam-desa"

ARTICLES = [
    "/nasional/3001071/judul-berita",
    "/berita/4168758/banjir-rendam-desa",
    "/read/2026/11/20/120547911/banjir",
    "/2026/11/24/banjir-rendam-desa/",
    "/2026/11/banjir/",
    "/nasional/21/01/2025/49454/banjir/",
    "/20260203183514-12-1324216/banjir",
    "/d-7776598/banjir",
    "/read635627/banjir",
    "/r-1238889/banjir",
    "/berita/6170f0f37bca8/banjir-rendam-desa",
    "/banjir-rendam-desa-terpencil",
    "/peristiwa/banjir-rendam-desa-terpencil.html",
    "/berita/8412",
    "/?p=41290",
]
OTHERS = [
    *LISTINGS,
    "/pemilu-2024/",
    "/piala-dunia-2026",
    "/tag/banjir-rendam-desa-terpencil",
    "/foto/read/2026/11/20/120547911/banjir",
    "/nasional/2026/",
    "/arsip/20261124/",
    "/img/banjir-rendam-desa-terpencil.jpg",
    "//[",
]


def source(**changes):
    rule = {"url": RULE, "examples": [EIGHT]}
    return from_data({"name": "kabar", "title": "K", "home": HOME, "article": [rule]} | changes)


@pytest.mark.parametrize("path", ARTICLES)
def test_a_slug_a_number_or_a_date_looks_like_an_article(path):
    assert is_article_like(f"http://kabar.test{path}")


@pytest.mark.parametrize("path", OTHERS)
def test_sections_archives_and_pictures_look_like_none(path):
    assert not is_article_like(f"http://kabar.test{path}")


def test_the_examples_of_the_bundled_rules_look_like_articles():
    examples = [e for s in load().values() for rule in s.article for e in rule.examples]
    longer = [e.replace("contoh-judul-berita", "contoh-judul-berita-ini") for e in examples]

    assert len(examples) > 50
    assert (
        [example for example in longer if not is_article_like(example)]
        == [
            "https://infopublik.id/kategori/nusantara/833788/contoh-judul-berita-ini"  # a listing's folder
        ]
    )


def test_only_a_verified_rule_refuses_what_looks_like_an_article():
    section = "http://kabar.test/nasional/"
    unverified = source(unverified=["article[0].url"])

    assert [source().fit(url) for url in (EIGHT, NINE, section)] == [
        AddressFit.MATCHED,
        AddressFit.REFUSED,
        AddressFit.OTHER,
    ]
    assert [unverified.fit(url) for url in (EIGHT, NINE, section)] == [
        AddressFit.MATCHED,
        AddressFit.GENERIC,
        AddressFit.OTHER,
    ]


def test_what_is_left_out_on_purpose_is_not_refused():
    left_out = source(discover={"exclude": "/read/2026/"}, unverified=["article"])

    assert [left_out.fit(url) for url in (EIGHT, NINE)] == [AddressFit.OTHER] * 2


def announced(outlet, *urls):
    body = rss(HOME, urls)
    link = Link(url=f"{HOME}feed", source_id="kabar", kind=LinkKind.FEED)
    response = Response(
        fetch_id="1",
        requested_url=link.url,
        url=link.url,
        fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
        status=200,
        headers=(("content-type", "application/rss+xml"),),
        body=body,
    )
    place = RecordLocation(file="", offset=0, length=0)
    record = Record(link=link, response=response, run_id="run", location=place)
    return interpret(Fetched(link=link, run_id="run", records=(record,)), {"kabar": outlet})


def test_a_channel_warns_of_refused_and_of_accepted_links():
    refused = announced(source(), EIGHT, NINE, f"{HOME}nasional/")
    accepted = announced(source(unverified=["article[0].url"]), EIGHT, NINE)

    assert [each.skip for each in refused.announced] == [None, *[Reason.NOT_MATCHED] * 2]
    assert refused.warnings == ("1 of 2 article-like links refused by the address rule",)
    assert [each.skip for each in accepted.announced] == [None, None]
    assert "do not fit the unverified address rule" in accepted.warnings[0]


def test_a_rule_holds_from_one_day_to_another():
    rules = [
        {"until": date(2022, 12, 31), "body": ".lama"},
        {"from": date(2023, 1, 1), "until": date(2024, 6, 30), "body": ".tengah"},
        {"from": date(2025, 1, 1), "body": ".baru"},
    ]
    outlet = source(article=rules)
    days = [date(2022, 5, 1), date(2023, 1, 1), date(2024, 7, 1), date(2026, 1, 1)]

    assert [outlet.rule(day).body for day in days] == [".lama", ".tengah", None, ".baru"]


class PlantedNewsroom(Newsroom):
    """With a further channel of PortalNusa, whose articles have nine digits."""

    def respond(self, host, method, target, headers):
        if host == "portalnusa.test" and target == "/rss-daerah":
            urls = [f"http://{host}/daerah/d-82674201{n}/kabar-daerah" for n in range(9)]
            body = rss(f"http://{host}", urls)
            return Answer(content_type="application/rss+xml", body=body)
        return super().respond(host, method, target, headers)


async def test_the_first_run_shows_what_a_rule_refuses(tmp_path):
    folder = tmp_path / "sources"
    shutil.copytree(BUNDLED, folder)
    file = folder / "portalnusa.toml"
    text = file.read_text().replace(r"(?P<id>\d+)", r"(?P<id>\d{6})")
    text = text.replace(
        "[discover]\nfeeds = [", '[discover]\nfeeds = ["http://portalnusa.test/rss-daerah", '
    )
    file.write_text(text.replace("h1.detail__title", "h1.judul-lama"))
    async with PlantedNewsroom() as site:
        options = settings_for(tmp_path / "home", site, folder)
        summary = await ingest(options, ["portalnusa"])

    rows = ask(
        options.home, "SELECT kind, channel, state, percent_refused, note FROM mart.source_health"
    )
    planted = next(row for row in rows if row[1].endswith("/rss-daerah"))
    page = next(row for row in rows if row[0] == "page")
    assert planted[3] == 100
    assert "9 of 9 article-like links refused" in planted[4]
    assert page[2] == "drifting"
    assert (
        f"{page[3]:.0f} % of article-like links refused; selectors that match nothing: headline"
        in page[4]
    )
    assert 0 < page[3] < 50
    assert "article-like links refused" in str(summary)
    shown = kliping(options.home, "status")
    assert shown.returncode == 1
    assert "article-like links refused" in shown.stdout
    report = kliping(options.home, "report", "health", "--format", "json")
    assert f"portalnusa: {page[3]:.0f} % of article-like links refused" in report.stdout
