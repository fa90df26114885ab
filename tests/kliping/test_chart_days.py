"""A few articles of other years do not flatten a chart: it begins and ends with the others, says how many are outside, and data has all."""

from datetime import timedelta

import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of
from support.builders import T0, VERSIONS, outcome
from support.steps import find_copies

from kliping.reading.questions import ask, chart_days
from parsers.source import from_data
from parsers.structure import structure
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

OLD, LATE = (
    T0 - timedelta(days=4000),
    T0 + timedelta(days=500),
)  # an old one, and one without a date
DAYS = [n for n in range(30) if n not in (7, 8)]  # two days without an article
MONDAY = T0.date() - timedelta(days=T0.weekday())
SUNDAY = MONDAY + timedelta(days=(T0.weekday() + 29) // 7 * 7 + 6)  # after the last of them
QUOTE = (
    "“Air naik lagi di kecamatan {n},” kata Kepala Dusun, Wira Atmaja, tentang banjir hari ke-{n}."
)


def publish(home, moments):
    store = Database(home)
    outlet = from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})
    bodies = [QUOTE.format(n=n) for n, _ in enumerate(moments)]
    load_outcomes(store, [
        outcome(body, url=f"http://kabar.test/{n}", article_id=f"a{n}", source_id="kabar", headline=f"Air {n}", date_published=at, structure=structure(body))
        for n, (at, body) in enumerate(zip(moments, bodies, strict=True))
    ], {"kabar": outlet}, VERSIONS)  # fmt: skip
    find_copies(store)
    store.publish()
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    moments = [OLD, *(T0 + timedelta(days=n) for n in DAYS), LATE]
    return publish(tmp_path_factory.mktemp("years"), moments)


@pytest.fixture(scope="module")
def browser(home):
    return Browser(site_of(home))


def test_coverage_counts_all_articles_and_the_silent_days_of_the_chart(home):
    with Reader(home) as reader:
        [row] = ask(reader, "coverage")
        days = chart_days(reader)

    assert row["articles"] == len(DAYS) + 2
    assert days == (MONDAY, SUNDAY)
    assert row["silent_days"] == (SUNDAY - MONDAY).days + 1 - len(DAYS) >= 2
    assert sum(row["per_week"]) == len(DAYS)
    assert len(row["per_week"]) < 7


@pytest.mark.parametrize("path", ["/", "/outlet/kabar", "/entity/", "/search?q=banjir"])
def test_a_chart_shows_the_usual_days_and_says_what_is_outside(browser, path):
    if path == "/entity/":
        path += browser.get("/people.json").json()["people"][0]["entity_id"]
    root = dom.fromstring(browser.get(path).text)
    bars = root.xpath("//svg[@id='over-time']//rect | //svg[@class='share']//rect")

    assert len(bars) >= 4
    assert sum(int(bar.get("data-n")) for bar in bars) == len(DAYS)
    assert "Not in this chart: 2 articles before" in root.text_content()
    for bar in bars:
        address = bar.getparent().get("href").replace("/articles?", "/articles.json?")
        assert len(browser.get(address).json()["articles"]) == int(bar.get("data-n"))


def test_data_has_the_days_outside_too(browser):
    data = browser.get("/search.json?q=banjir&by=month").json()

    assert len(data["articles"]) == len(DAYS) + 2
    assert sum(row["matching"] or 0 for row in data["attention"]) == len(DAYS) + 2
    assert data["attention"][0]["begins"] == str(OLD.date().replace(day=1))


def test_a_search_whose_only_hit_is_old_has_a_chart_of_wide_bars(browser):
    data = browser.get('/search.json?q="kecamatan 0"').json()
    root = dom.fromstring(browser.get('/search?q="kecamatan 0"').text)
    [bar] = root.xpath("//svg[@class='share']//a")

    assert [row["matching"] for row in data["attention"] if row["matching"]] == [1]
    assert "So many of these periods are one bar" in root.text_content()
    found = browser.get(bar.get("href").replace("/articles?", "/articles.json?")).json()["articles"]
    assert [row["article_id"] for row in found] == ["a0"]
    assert len(browser.get('/search?q="kecamatan 0"').content) < 100_000


@pytest.mark.parametrize(
    ("days", "n_shown", "n_outside"),
    [
        (f"since={OLD.date()}", len(DAYS) + 1, 1),
        (f"until={OLD.date()}", 1, 0),
        (f"since={LATE.date()}", 1, 0),
    ],
)
def test_a_range_that_is_asked_for_is_shown_to_its_ends(browser, days, n_shown, n_outside):
    root = dom.fromstring(browser.get(f"/?{days}").text)
    bars = root.xpath("//svg[@id='over-time']//rect")

    assert sum(int(bar.get("data-n")) for bar in bars) == n_shown
    assert ("Not in this chart: 1 " in root.text_content()) == bool(n_outside)


@pytest.mark.parametrize(
    "gaps",
    [[0], [0, 4000], [0, *range(60, 90)], [n * n // 4 for n in range(80)], range(0, 3000, 60)],
)
def test_the_usual_course_of_a_home_is_shown_whole(tmp_path, gaps):
    """Few articles, a pause of two months, growth, and one article every two months."""
    moments = [T0 - timedelta(days=gap) for gap in gaps]
    with Reader(publish(tmp_path, moments)) as reader:
        assert chart_days(reader) == (min(moments).date(), max(moments).date())


def test_a_chart_begins_with_a_whole_week(tmp_path):
    """Ten in a hundred are left out, among them some of the first week: its bar has them all the same."""
    first_week = [T0 - timedelta(days=n) for n in range(7)]
    later = [T0 + timedelta(days=n % 12) for n in range(100)]
    publish(tmp_path, [OLD - timedelta(days=n) for n in range(9)] + first_week + later)
    browser = Browser(site_of(tmp_path))
    root = dom.fromstring(browser.get("/").text)
    [bar, *_] = root.xpath("//svg[@id='over-time']//rect")

    address = bar.getparent().get("href").replace("/articles?", "/articles.json?")
    assert len(browser.get(address).json()["articles"]) == int(bar.get("data-n")) == 7 + len(later) // 12 + 1  # fmt: skip
