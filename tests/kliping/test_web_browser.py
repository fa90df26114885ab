"""The explorer in a real browser: each kind of page at three widths, light and dark, by keyboard, without script, and for axe-core."""

import os
import shutil
from itertools import product
from urllib.parse import urlsplit

import pytest
from support.browser import Tab, chromium, needs_browser
from support.builders import T0, VERSIONS, outcome
from support.serving import started
from support.steps import find_copies
from test_overview import HOSTILE

from kliping.reading.explain import chapter
from kliping.web.quote_address import quote_key
from parsers.source import from_data
from parsers.structure import structure
from parsers.text.normalize import printable
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

pytestmark = [pytest.mark.slow, needs_browser, pytest.mark.xdist_group("web_browser")]
WIDTHS = (360, 768, 1280)
SCHEMES = ("light", "dark")
IS_FULL = os.environ.get("KLIPING_TEST_BROWSER") == "all"  # `just browser`
AXE_VIEWS = tuple(product(SCHEMES, WIDTHS)) if IS_FULL else (("light", 1280), ("dark", 360))
KEYBOARD_WIDTHS = (360, 1280) if IS_FULL else (1280,)
MOST_BYTES = 100_000
LONG = (
    "/?lang=id",
    "/quotes?lang=id",
    "/figures",
    "/comparisons",
    "/copies",
    "/mentions",
    "/people",
    "/edits",
    "/events",
    "/topics",
    "/outlets",
)
OUTLETS = {
    name: from_data({"name": name, "title": f"{name} <b>", "home": f"http://{name}.test/"})
    for name in ("fajar", "senja")
}


def hostile_article(source, n, headline):
    body = "\n".join(
        f"“Kami hitung {n + 3}{day} kapal tiba di pelabuhan pada hari ke-{day},” kata Kepala Syahbandar {n}, Wira Atmaja. Muatannya {day}00 ton beras dari Gorontalo."
        for day in range(1, 5)
    )
    return outcome(body, url=f"http://{source}.test/{n}", article_id=f"{source}-{n}", source_id=source, headline=headline, date_published=T0, structure=structure(body))  # fmt: skip


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    """The demo with hostile headlines and copies of those."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("browser") / "home")
    store = Database(home)
    hostile = [
        hostile_article(source, n, headline)
        for source in OUTLETS
        for n, headline in enumerate(HOSTILE)
    ]
    load_outcomes(store, hostile, OUTLETS, VERSIONS)
    find_copies(store)
    store.publish()
    return home


@pytest.fixture(scope="module")
def reader(home):
    with Reader(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def site(home):
    with started(home, "web") as line:
        yield line.split()[0].rstrip("/")


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def tab(browser, site):
    opened = Tab(browser, site)
    yield opened
    opened.close()


def one(reader, query):
    [[value]] = (row.values() for row in reader.rows(query))  # which writes searches out
    return value


@pytest.fixture(scope="module")
def addresses(reader):
    """Each kind of page once."""
    article = one(reader, "SELECT article_id FROM mart.edits LIMIT 1")
    entity = one(reader, "SELECT speaker_entity_id FROM mart.quotes WHERE speaker_entity_id IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC LIMIT 1")  # fmt: skip
    event = one(reader, "SELECT event_id FROM mart.figure_comparisons LIMIT 1")
    record = chapter(reader, "fetches", article)[0]["fetch_id"]
    [quote] = reader.rows("SELECT article_id, text FROM mart.quotes WHERE speaker_entity_id IS NOT NULL ORDER BY ALL LIMIT 1")  # fmt: skip
    topic = one(reader, "SELECT topic_id FROM mart.topics GROUP BY ALL ORDER BY count(*) DESC LIMIT 1")  # fmt: skip
    return [
        "/",
        '/search?q="pekerja migran"',
        f"/article/{article}",
        f"/article/{article}/at/{record}",
        f"/utterance/{quote['article_id']}/{quote_key(quote['text'])}",
        "/article/fajar-4",
        f"/entity/{entity}",
        f"/event/{event}",
        f"/event/{event}/figures",
        "/compare?q1=pekerja&source2=portalnusa&q3=topic:bencana&by=week",
        "/places",
        "/articles?q=pekerja&sort=headline",
        f"/topic/{topic}",
        "/outlet/harianlama",
        "/articles?source=fajar",
        "/quotes?source=suararantau&since=2026-11-15&lang=id",
        "/organizations?name=dinas",
        "/articles?until=2001-01-01",
        "/questions",
        "/watches?q=pekerja migran",
        "/questions/speakers",
        "/questions/figures?lang=id",
        "/sql?q=FROM mart.articles LIMIT 5",
        "/sql?q=DROP TABLE x",
        "/article/none",
    ]


@pytest.fixture(scope="module")
def all_addresses(addresses):
    """Those of long pages too, and in the full form each page in Indonesian."""
    paths = [*addresses, *LONG]
    english = [path for path in paths if IS_FULL and "lang=id" not in path]
    return paths + [f"{path}{'&' if '?' in path else '?'}lang=id" for path in english]


@pytest.mark.parametrize("has_script", [False, True] if IS_FULL else [False])
def test_every_page_fits_and_asks_for_nothing_elsewhere(browser, site, all_addresses, has_script):
    tab = Tab(browser, site, java_script_enabled=has_script)
    for path in all_addresses:
        body = tab.open(path)

        assert len(body) <= MOST_BYTES, path
        assert (b"<script" in body) == path.startswith("/compare?"), path
        for scheme in SCHEMES:
            tab.page.emulate_media(color_scheme=scheme)
            assert tab.is_dark() == (scheme == "dark")
            for width in WIDTHS:
                assert (path, width, tab.overflow(width)) == (path, width, [])
        for width in WIDTHS:
            tab.page.set_viewport_size({"width": width, "height": 800})
            assert (path, width, tab.wide_tables()) == (path, width, [])
    refused = "error: Failed to load resource: the server responded with a status of 40"
    wrong = [path for path in all_addresses if path.startswith(("/sql?q=DROP", "/article/none"))]
    assert [line[: len(refused)] for line in tab.complaints] == [refused] * len(wrong)
    assert {urlsplit(url).netloc for url in tab.requests} == {urlsplit(site).netloc}
    tab.close()


def test_axe_finds_no_violation_in_light_and_dark(tab, addresses, all_addresses):
    found = []
    for path in all_addresses if IS_FULL else addresses:
        tab.open(path)
        for scheme, width in AXE_VIEWS:
            tab.page.emulate_media(color_scheme=scheme)
            tab.page.set_viewport_size({"width": width, "height": 800})
            found += [f"{path} {scheme} {line}" for line in tab.violations()]

    assert found == []


def test_dragging_over_a_chart_narrows_its_days(tab):
    tab.page.set_viewport_size({"width": 1280, "height": 900})
    tab.open("/compare?q1=pekerja&by=day")
    bins = tab.page.locator(".compared .slice")
    first, last = bins.nth(2), bins.nth(bins.count() - 3)
    expected = first.get_attribute("data-since"), last.get_attribute("data-until")
    first.hover()
    tab.page.mouse.down()
    last.hover()
    n_brushed, n_bins = tab.page.locator(".compared .brushed").count(), bins.count()
    tab.page.mouse.up()
    tab.page.wait_for_url("**since=**")

    assert n_brushed == n_bins - 4
    assert (
        tab.page.locator("[name=since]").input_value(),
        tab.page.locator("[name=until]").input_value(),
    ) == expected
    assert tab.complaints == []


FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  if (e === document.body) return null;
  const order = [...document.querySelectorAll('*')].indexOf(e);
  const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {order, visible: outline && inside && box.width > 0, html: e.outerHTML.slice(0, 120)};
}"""
FOCUSABLE = """() => [...document.querySelectorAll('a[href], input, select, textarea, button, summary, [tabindex="0"]')]
  .filter(e => e.type !== 'hidden' && (e.checkVisibility() || e.tagName === 'a'))
  .map(e => [...document.querySelectorAll('*')].indexOf(e))"""


def stops(tab):
    """What Tab leads to, from the beginning of the page until it leaves it."""
    found = []
    while len(found) < 500:
        tab.page.keyboard.press("Tab")
        focus = tab.page.evaluate(FOCUS)
        if focus is None or (found and focus["order"] < found[-1]["order"]):
            return found
        if not found or focus["order"] != found[-1]["order"]:  # a date has three parts
            found.append(focus)
    return found


@pytest.mark.long
def test_everything_can_be_reached_and_seen_by_keyboard(tab, addresses, all_addresses):
    for width, path in product(KEYBOARD_WIDTHS, all_addresses if IS_FULL else addresses):
        tab.page.set_viewport_size({"width": width, "height": 800})
        tab.open(path)
        tab.page.keyboard.press("Tab")
        tab.page.keyboard.press("Enter")  # the first stop leads past the navigation
        tab.page.keyboard.press("Tab")
        assert tab.page.url.endswith("#main"), path
        assert tab.page.evaluate("!document.activeElement.closest('nav.site')"), path

        tab.open(path)
        found = stops(tab)
        assert 'href="#main"' in found[0]["html"]
        assert [stop["html"] for stop in found if not stop["visible"]] == [], path
        missed = set(tab.page.evaluate(FOCUSABLE)) - {stop["order"] for stop in found}
        assert missed == set(), path


def drawn(tab, chart):
    """The numbers of the columns of a chart and their heights on the screen."""
    return tab.page.evaluate(
        f"[...document.querySelectorAll('{chart} rect.ink')].map(r => [+r.dataset.n, r.getBoundingClientRect().height])"
    )


def test_charts_draw_what_sql_counts(tab, reader, addresses):
    entity = next(path for path in addresses if path.startswith("/entity/"))
    cases = {
        "/": ("#over-time", "SELECT count(*) FROM mart.articles"),
        "/?since=2026-10-01&until=2026-11-21&source=portalnusa": ("#over-time", "SELECT count(*) FROM mart.articles WHERE source_id = 'portalnusa' AND day BETWEEN '2026-10-01' AND '2026-11-21'"),
        "/outlet/harianlama": ("#over-time", "SELECT count(*) FROM mart.articles WHERE source_id = 'harianlama'"),
        entity: ("#over-time", f"SELECT count(DISTINCT article_id) FROM mart.mentions WHERE entity_id = '{entity[8:]}'"),
        '/search?q="pekerja migran"': ("svg.share", """SELECT sum(n_matching) FROM mart.attention('"pekerja migran"')"""),
    }  # fmt: skip
    for path, (chart, query) in cases.items():
        tab.open(path)
        columns = drawn(tab, chart)

        assert sum(n for n, _ in columns) == one(reader, query) > 0, path
        if chart == "#over-time":
            per_article = {round(height / n, 1) for n, height in columns}
            assert max(per_article) - min(per_article) < 0.3, (path, per_article)


def test_hostile_headlines_are_shown_as_text_and_do_nothing(tab):
    for n, headline in enumerate(HOSTILE):
        tab.open(f"/article/fajar-{n}")
        assert tab.page.locator("h1").inner_text().strip() == printable(headline)
        assert printable(headline)[:150] in tab.page.title()[:200] or len(headline) > 150
    for path in ("/", "/articles?source=fajar", "/copies", "/search?q=syahbandar", "/outlet/senja"):
        tab.open(path)
        assert tab.page.locator("script, img, iframe, svg[onload], b b").count() == 0
        shown = tab.page.inner_text("main")
        assert any(printable(headline)[:60] in shown for headline in HOSTILE), path

    assert tab.complaints == []


def test_the_back_button_and_a_shared_address_give_the_same_page(browser, tab, site, reader):
    tab.open("/")
    tab.page.locator("#over-time a").last.focus()
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/articles?*")
    tab.page.get_by_label("From").fill("2026-11-01")
    tab.page.get_by_role("combobox", name="Outlet").fill("harianlama")
    tab.page.get_by_role("button", name="Show").click()
    tab.page.wait_for_url("**source=harianlama*")
    shared, rows = tab.page.url, tab.page.inner_text("main")

    assert "since=2026-11-01" in shared
    tab.page.locator("tbody a").first.click()
    tab.page.wait_for_url("**/article/*")
    tab.page.go_back()
    assert (tab.page.url, tab.page.inner_text("main")) == (shared, rows)
    assert tab.page.get_by_role("combobox", name="Outlet").input_value() == "harianlama"

    other = Tab(browser, site)
    other.open(shared)
    assert other.page.inner_text("main") == rows
    assert other.page.get_by_label("From").input_value() == "2026-11-01"
    other.close()
    assert tab.complaints == other.complaints == []


def test_the_address_of_a_quote_shows_it_marked(tab):
    tab.open("/quotes")
    tab.page.locator("td a[href*='#quote']").first.click()
    tab.page.wait_for_url("**/article/*#quote")
    target = tab.page.locator(":target")

    assert "s-quote" in target.get_attribute("class")
    assert target.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert target.evaluate("e => e.getBoundingClientRect().top < innerHeight")
