"""Several searches in one chart: its numbers, its days, and what its address holds."""

import re

import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of

pytestmark = pytest.mark.xdist_group("demo_home")
THREE = "q1=pekerja&source2=portalnusa&q3=migran&source3=suararantau"


@pytest.fixture(scope="module")
def browser(demo_home):
    return Browser(site_of(demo_home))


def number(text):
    return float(text.strip().rstrip("%").replace("\u202f", ""))


@pytest.mark.parametrize("by", ["day", "week", "month"])
@pytest.mark.parametrize("measure", ["share", "count"])
def test_each_number_leads_to_as_many_articles(browser, by, measure):
    page = dom.fromstring(browser.get(f"/compare?{THREE}&by={by}&measure={measure}").text)
    cells = page.xpath("//tbody//td[@class='n']/a")
    totals = page.xpath("//ul[@class='legend']//a")

    assert len(totals) == 3
    for link in [*totals, *cells[:9]]:
        path, _, query = link.get("href").partition("?")
        rows = browser.get(f"{path}.json?{query}").json()["articles"]
        assert len(rows) == number(link.text_content()) > 0, link.get("href")
    outside = page.xpath("//p[contains(., 'Not in this chart')]")
    missing = re.search(r": (\d+) articles", outside[0].text_content())[1] if outside else 0
    assert sum(number(link.text_content()) for link in totals) == int(missing) + sum(
        number(link.text_content()) for link in cells
    )


def heights(page):
    """Series -> the points of its line, from the axis up."""
    return {
        path.get("class"): [
            215 - float(point.split()[1])
            for point in path.get("d").replace("M", "L").split("L")
            if point
        ]
        for path in page.xpath("//figure//svg/path")
    }


def test_all_lines_have_one_axis_and_the_highest_number_stands_highest(browser):
    page = dom.fromstring(browser.get(f"/compare?{THREE}&by=month&measure=count").text)
    lines = heights(page)
    top = float(page.xpath("string((//svg[@aria-hidden]/text)[last()])"))
    rows = page.xpath("//tbody/tr")
    for place, line in enumerate(lines.values(), start=2):
        numbers = [number(row.xpath(f"string(td[{place}])")) for row in rows]
        assert line == [pytest.approx(200 * n / top, abs=0.06) for n in numbers]

    assert list(lines) == ["l1", "l2", "l3"]


def test_no_share_stands_above_the_axis(browser):
    page = dom.fromstring(browser.get(f"/compare?{THREE}&by=month").text)
    points = [height for line in heights(page).values() for height in line]

    assert 0 < max(points) <= 200
    assert min(points) >= 0


def test_a_share_is_of_the_articles_of_its_outlet(browser):
    data = browser.get("/compare.json?source1=portalnusa&q2=pekerja&source2=portalnusa&by=month")
    rows = data.json()["attention"]
    whole, part = ([row for row in rows if row["series"] == n] for n in (1, 2))

    n = len(browser.get("/articles.json?source=portalnusa").json()["articles"])
    assert {row["share"] for row in whole if row["articles"]} == {1.0}
    assert sum(row["articles"] or 0 for row in whole) == n
    assert [row["articles"] for row in part] == [row["articles"] for row in whole]
    assert {row["source"] for row in rows} == {"PortalNusa"}


def test_a_place_in_the_chart_narrows_the_days_and_counts_finer(browser):
    address, by = f"/compare?{THREE}&by=month", []
    for _ in range(5):  # from a month to a day
        page = dom.fromstring(browser.get(address).text)
        by.append(page.xpath("string(//select[@name='by']/option[@selected]/@value)"))
        narrower = page.xpath("//figure//a[rect]/@href")
        if not narrower:
            break
        address = narrower[-1]

    assert (by[0], by[-1]) == ("month", "day")
    assert {name: f"{name}=" in address for name in ("q1", "source2", "source3", "since", "until")} == dict.fromkeys(("q1", "source2", "source3", "since", "until"), True)  # fmt: skip
    assert not page.xpath("//figure//a/rect")


def test_the_form_has_a_free_line_until_there_are_five(browser):
    def fields(query):
        page = dom.fromstring(browser.get(f"/compare?{query}").text)
        return page.xpath("//form//input[@type='search']/@name")

    assert fields("") == ["q1", "q2"]
    assert fields(THREE) == ["q1", "q2", "q3", "q4"]
    assert fields("q5=banjir") == ["q1", "q2", "q3", "q4", "q5"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q6=banjir", "compare cannot be limited by q6"),
        ("q1=banjir&measure=words", "measure is share or count, not 'words'"),
        ('q2="banjir', "quot"),
        ("source4=nobody", "nothing was read of"),
        ("q1=topic:korups", "did you mean 'korupsi'?"),
    ],
)
def test_a_wrong_comparison_gets_one_clear_page(browser, query, words):
    answer = browser.get(f"/compare?{query}")
    english, indonesian = (
        dom.fromstring(browser.get(f"/compare?{query}&lang={lang}").text).xpath(
            "string(//*[@role='alert'])"
        )
        for lang in ("en", "id")
    )

    assert answer.status_code == 400
    assert words in english
    assert english != indonesian


def test_the_longest_queries_make_a_small_page(browser):
    query = "+OR+".join(["pekerja", *(f"{'pelabuhan' * 2}{n}" for n in range(19))])
    page = browser.get("/compare?by=day&" + "&".join(f"q{n}={query}" for n in range(1, 6)))

    assert len(query) > 400
    assert page.status_code == 200
    assert dom.fromstring(page.text).xpath("//tbody/tr")
    assert len(page.content) < 100_000


def test_a_day_that_was_not_crawled_breaks_the_line(browser):
    page = dom.fromstring(browser.get("/compare?source1=harianlama&by=day&measure=count").text)
    [line] = page.xpath("//figure//path/@d")
    rows = browser.get("/compare.json?source1=harianlama&by=day").json()["attention"]

    assert any(row["matching"] is None for row in rows)
    assert line.count("M") > 1


def test_outlets_without_words_are_compared_by_count(browser):
    page = dom.fromstring(browser.get("/compare?source1=portalnusa&source2=suararantau&measure=share").text)  # fmt: skip

    assert page.xpath("//select[@name='measure']/option[@selected]/@value") == ["count"]
    assert "100%" not in page.xpath("string(//figure)")


def test_only_a_chart_that_can_be_brushed_has_a_script_and_it_is_our_own(browser):
    charted, empty = browser.get("/compare?q1=pekerja"), browser.get("/compare")
    [script] = dom.fromstring(charted.text).xpath("//script")

    assert (script.get("src"), script.text) == ("/brush.js", None)
    assert charted.headers["content-security-policy"].endswith("; script-src 'self'")
    assert browser.get("/brush.js").headers["content-type"].startswith("text/javascript")
    assert "script" not in empty.headers["content-security-policy"] + empty.text
