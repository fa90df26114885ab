"""Watches in the explorer: their feeds for those who have a key, and the lines that make a search one."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from lxml import etree
from support.app_browser import Browser, site_of
from support.builders import T0
from support.one_article import publish_article

from kliping.watches.watch_file import read_watches
from kliping.watches.watch_pass import pass_watches
from kliping.web.watches import feed_key
from warehouse.read.published import Reader

TOKEN = "0123456789abcdef0123456789abcdef"
BODY = "“Kami hitung tiga kapal tiba di pelabuhan,” kata Kepala Syahbandar, Wira Atmaja."
FILE = """
destination.desk = {address = "json://rahasia/"}
watch.kapal = {search = "kapal", send_to = ["desk"]}
watch.tiga = {search = "tiga"}
watch.salah = {serach = "tiga"}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_article(home, "Kapal Tiba", BODY)
    (home / "watches.toml").write_text(FILE)
    pass_watches(home, lambda: Reader(home), T0 + timedelta(hours=1))
    return home


def feed_links(page):
    return [html.unescape(link) for link in re.findall(r'href="(/watches/[^"]+\.(?:atom|json)[^"]*)"', page)]  # fmt: skip


def test_the_page_has_the_feeds_of_each_watch_and_no_address(home):
    browser = Browser(site_of(home))
    page = browser.get("/watches").text

    assert feed_links(page) == [f"/watches/{name}.{form}" for name in ("kapal", "tiga") for form in ("atom", "json")]  # fmt: skip
    assert "rahasia" not in page + browser.get("/watches.json").text
    feeds = [browser.get(link) for link in feed_links(page)]
    assert [feed.headers["content-type"] for feed in feeds[:2]] == ["application/atom+xml", "application/feed+json"]  # fmt: skip
    assert len(etree.fromstring(feeds[0].content).findall("{*}entry")) == 1
    assert json.loads(feeds[1].text)["items"][0]["title"] == "Kapal Tiba"


def test_a_key_opens_the_feeds_of_one_watch_and_nothing_else(home):
    browser = Browser(site_of(home, token=TOKEN))
    page = browser.get("/watches", headers={"Authorization": f"Bearer {TOKEN}"}).text
    kapal, *_, tiga = feed_links(page)
    key = kapal.partition("?")[2]

    assert "set-cookie" not in browser.get(kapal).headers
    assert [browser.get(link).status_code for link in (kapal, tiga)] == [200, 200]
    articles = f"/articles?key={feed_key(TOKEN, 'articles')}"  # as of a watch with this name
    closed = (articles, "/watches/kapal.atom", f"/watches/tiga.atom?{key}", f"/watches?{key}", f"/articles?{key}", "/watches/kapal.atom?key=x")  # fmt: skip
    assert {browser.get(path).status_code for path in closed} == {401}
    assert TOKEN not in page


@pytest.mark.parametrize("name", ["salah", "raib", "journal", "..%2Fwatches", "%00"])
def test_what_is_no_feed_is_not_found(home, name):
    assert Browser(site_of(home)).get(f"/watches/{name}.atom").status_code == 404


@pytest.mark.parametrize(
    ("query", "source", "search"),
    [
        ("kapal", None, "kapal"),
        ('"tiga kapal" OR -rob', None, '"tiga kapal" OR -rob'),
        ("tiga kapal\\\\", "kabar", '(tiga kapal\\\\) source:"kabar"'),
        ("*", None, "*"),
    ],
)
def test_a_search_becomes_a_watch_by_the_lines_that_its_page_leads_to(home, tmp_path, query, source, search):  # fmt: skip
    page = Browser(site_of(home)).get("/watches", params={"q": query, "source": source or ""}).text
    lines = html.unescape(re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[1])

    (tmp_path / "watches.toml").write_text(lines)

    file = read_watches(tmp_path)
    assert [watch.search for watch in file.watches] == [search], file.problems


def test_the_page_of_a_search_leads_there(home):
    page = Browser(site_of(home)).get("/search", params={"q": "kapal"}).text

    assert "/watches?lang=en&amp;q=kapal" in page


def test_a_broken_file_is_a_line_without_the_folder(home, tmp_path):
    publish_article(tmp_path, "Kapal Tiba", BODY)
    (tmp_path / "watches.toml").write_text("[watch")

    page = Browser(site_of(tmp_path)).get("/watches").text

    assert "watches.toml: Expected" in page
    assert str(tmp_path) not in page
