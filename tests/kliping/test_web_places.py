"""The map of provinces: every province has a square, and its number leads to its articles."""

import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of

from kliping.web.places import PROVINCES, TILES
from warehouse.read.published import Reader

pytestmark = pytest.mark.xdist_group("demo_home")


@pytest.fixture(scope="module")
def browser(demo_home):
    return Browser(site_of(demo_home))


def test_every_province_has_a_square_of_its_own(demo_home):
    with Reader(demo_home) as reader:
        provinces = {row["code"] for row in reader.rows(PROVINCES)}

    assert set(TILES) == provinces
    assert len({(tile["column"], tile["row"]) for tile in TILES.values()}) == len(TILES) == 38
    assert len({tile["short"] for tile in TILES.values()}) == 38


@pytest.mark.parametrize("query", ["", "?source=suararantau", "?since=2026-11-10&until=2026-11-21"])
def test_a_square_leads_to_its_articles(browser, query):
    page = dom.fromstring(browser.get(f"/places{query}").text)
    squares = page.xpath("//svg[@class='provinces']/a")
    rows = browser.get(f"/places.json{query}").json()["places"]

    assert len(squares) == len(rows) > 1
    assert {square.get("aria-label") for square in squares} == {f"{row['province']}: {row['articles']}" for row in rows}  # fmt: skip
    for square in squares:
        _, _, filters = square.get("href").partition("?")
        articles = browser.get(f"/articles.json?{filters}").json()["articles"]
        assert len(articles) == int(square.get("aria-label").rpartition(": ")[2])


def test_the_province_with_most_articles_is_the_darkest(browser):
    page = dom.fromstring(browser.get("/places").text)
    squares = [
        (int(rect.findtext("title").rpartition(": ")[2]), float(rect.get("fill-opacity")))
        for rect in page.xpath("//svg[@class='provinces']//rect")
    ]

    assert [shade for _, shade in sorted(squares)] == sorted(shade for _, shade in squares)
    assert {shade for n, shade in squares if n == 0} == {0.0}
