"""The ways through the explorer: pages by task, names that lead to people, and times of day."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of
from support.builders import VERSIONS, outcome
from support.steps import find_copies

from kliping.reading.labels import Labels, Language
from kliping.web.lists import LISTED
from kliping.web.navigation import TASKS, task_of
from parsers.source import from_data
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

pytestmark = pytest.mark.xdist_group("demo_home")
MAKASSAR = timezone(timedelta(hours=8))
TEXT = "Jembatan gantung di Desa Watu Lolo ambruk diterjang banjir. Tiga warga terluka dan dirawat di puskesmas. Bupati meminta jembatan darurat dibangun pekan ini."


@pytest.fixture(scope="module")
def browser(demo_home):
    return Browser(site_of(demo_home))


def links(page, xpath):
    return [link.partition("?")[0] for link in page.xpath(xpath)]


def test_every_list_is_a_page_of_one_task():
    pages = [path for task in TASKS for path, _ in task.pages]

    assert len(pages) == len(set(pages))
    assert {f"/{name}" for name in LISTED} - set(pages) == {"/mentions"}


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/entity/abc", "Who speaks"),
        ("/event/abc", "What happened"),
        ("/questions/health", "What we missed"),
        ("/questions/speakers", "Ask"),
        ("/nope", None),
    ],
)
def test_a_page_belongs_to_the_task_that_lists_it_or_its_kind(path, title):
    task = task_of(path)

    assert (task and task.title) == title


def test_a_page_shows_its_task_and_the_other_pages_of_it(browser):
    page = dom.fromstring(browser.get("/quotes?source=portalnusa").text)
    current = page.xpath("//nav[@class='site']//a[@aria-current]")

    assert [(a.text_content(), a.get("aria-current")) for a in current] == [
        ("Who speaks", "true"),
        ("Quotes", "page"),
    ]
    assert links(page, "//nav[@class='site']/div/a/@href") == [
        "/people",
        "/organizations",
        "/quotes",
    ]
    for link in page.xpath("//nav[@class='site']//a/@href"):
        assert browser.get(link).status_code == 200, link


@pytest.mark.parametrize("path", ["/", "/questions/speakers", "/questions/figures", "/figures"])
def test_a_name_leads_to_the_person(browser, path):
    page = dom.fromstring(browser.get(path).text)
    names = [
        a
        for a in page.xpath("//main//a")
        if a.get("href").startswith(("/entity/", "/people?")) and not a.text_content().isdigit()
    ]

    assert names
    for name in names[:5]:
        there = dom.fromstring(browser.get(name.get("href")).text)
        assert name.text_content() in there.xpath("string(//main/..)")


@pytest.fixture(scope="module")
def event_home(tmp_path_factory):
    """One event: an outlet of Makassar at 17.39, and one that copies it at 22.00, whose id comes first."""
    home = tmp_path_factory.mktemp("event")
    at = {"sulawesi": ("z-first", 17, 39), "koran": ("a-later", 22, 0)}
    outlets = {
        name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
        for name in at
    }
    pages = [
        outcome(
            TEXT,
            url=f"http://{name}.test/{key}",
            article_id=key,
            source_id=name,
            headline=f"Jembatan Ambruk, Kata {name.title()}",
            date_published=datetime(2026, 4, 7, hour, minute, tzinfo=MAKASSAR),
        )
        for name, (key, hour, minute) in at.items()
    ]
    store = Database(home)
    load_outcomes(store, pages, outlets, VERSIONS)
    find_copies(store)
    store.publish()
    return home


def test_the_reports_of_an_event_stand_by_their_time_in_the_zone_of_their_page(event_home):
    browser = Browser(site_of(event_home))
    reports = dom.fromstring(browser.get("/event/z-first").text).xpath("//tbody/tr/td[1]")
    event = dom.fromstring(browser.get("/events?lang=id").text).xpath("//tbody/tr[1]/td[1]")

    assert [cell.text_content() for cell in reports][:2] == [
        "7 Apr 2026, 17:39 WITASulawesi",
        "7 Apr 2026, 22:00 WITAKoran",
    ]
    assert event[0].text_content() == "7 Apr 2026, 17.39 WITA"
    assert "7 Apr 2026, 22:00 WITA" in browser.get("/article/a-later").text


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (None, "1 Jan 2027, 00:30 WIB"),
        (540, "1 Jan 2027, 02:30 WIT"),
        (0, "1 Jan 2027, 00:30 WIB"),
        (-210, "31 Dec 2026, 14:00 UTC-03:30"),
    ],
)
def test_a_moment_is_shown_in_the_zone_that_a_page_states(offset, text):
    moment = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)

    assert Labels(Language.ENGLISH).moment(moment, offset) == text


def test_the_page_of_an_outlet_has_the_completeness_of_its_weeks(browser, demo_home):
    with Reader(demo_home) as reader:
        [most] = reader.rows("SELECT source_id, count(*) AS n, sum(n_loaded) AS loaded, sum(list_sum(map_values(lost))) AS lost FROM mart.completeness GROUP BY ALL ORDER BY lost DESC NULLS LAST, n DESC LIMIT 1")  # fmt: skip
    address = f"/outlet/{most['source_id']}"
    weeks = browser.get(f"{address}.json").json()["completeness"]
    shown = dom.fromstring(browser.get(address).text).xpath("//section[@id='completeness']//tbody/tr")  # fmt: skip
    one_week = browser.get(f"{address}.json?since={weeks[0]['week']}").json()["completeness"]

    assert len(weeks) == most["n"] > 1
    assert len(shown) == min(len(weeks), 26)
    assert sum(week["n_loaded"] for week in weeks) == most["loaded"]
    assert sum(week["n_lost"] for week in weeks) == most["lost"] > 0
    assert one_week == weeks[:1]
