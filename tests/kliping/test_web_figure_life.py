"""The life of a number: each outlet has a lane, and figures stand where they were printed."""

import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of

from warehouse.read.published import Reader

pytestmark = pytest.mark.xdist_group("demo_home")


@pytest.fixture(scope="module")
def event(demo_home):
    with Reader(demo_home) as reader:
        [row] = reader.rows("SELECT event_id FROM mart.figure_comparisons GROUP BY ALL ORDER BY count(*) DESC, event_id LIMIT 1")  # fmt: skip
    return row["event_id"]


@pytest.fixture(scope="module")
def browser(demo_home):
    return Browser(site_of(demo_home))


def test_every_figure_that_is_compared_has_a_place(browser, event):
    data = browser.get(f"/event/{event}/figures.json").json()
    page = dom.fromstring(browser.get(f"/event/{event}/figures").text)
    shown = {(row["subject"], row["figure"]) for row in data["figures"]}
    compared = {(row["subject"], row[f"{side}_figure"]) for row in data["comparisons"] for side in ("earlier", "later")}  # fmt: skip

    assert compared
    assert compared <= shown
    assert len(page.xpath("//svg//circle")) == len(data["figures"])
    assert len(page.xpath("//main/section")) == len({row["subject"] for row in data["figures"]})


def test_a_lane_is_of_one_outlet_and_later_figures_stand_further_right(browser, event):
    data = browser.get(f"/event/{event}/figures.json").json()["figures"]
    page = dom.fromstring(browser.get(f"/event/{event}/figures").text)
    [section, *_] = page.xpath("//main/section")
    subject = data[0]["subject"]
    own = [row for row in data if row["subject"] == subject]
    circles = section.xpath(".//circle")

    assert len(section.xpath(".//svg/line")) == len({row["source_name"] for row in own}) > 1
    assert len({circle.get("cy") for circle in circles}) == len({row["source_name"] for row in own})
    places = sorted(float(circle.get("cx").rstrip("%")) for circle in circles)
    assert len(set(places)) == len({row["reported_at"] for row in own})
    assert (places[0], places[-1]) == (2, 92)


def test_the_page_of_an_event_leads_there(browser, event):
    page = dom.fromstring(browser.get(f"/event/{event}").text)

    assert page.xpath(f"//a[starts-with(@href, '/event/{event}/figures')]")
