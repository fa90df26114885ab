"""Lists of the explorer: their choices, their order, suggestions, and the words that a search has found."""

import codecs
import csv
import io

import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of
from support.one_article import publish_article

from kliping.reading.facets import FACETS, QUERIES
from kliping.web.list_page import FALLING
from kliping.web.lists import FACET_TITLES, LISTED, with_values
from kliping.web.marks import highlighted
from parsers.search_query import terms
from warehouse.read.published import Reader

pytestmark = pytest.mark.xdist_group("demo_home")


@pytest.fixture(scope="module")
def browser(demo_home):
    return Browser(site_of(demo_home))


def page_of(browser, address):
    return dom.fromstring(browser.get(address).text)


def choices(page, which="position() > 0"):
    """Address and number of each choice beside a list, or of those of them in each facet."""
    items = page.xpath(f"//aside//li[{which}]")
    return [(li.find("a").get("href"), int(li.findtext("span").replace("\u202f", ""))) for li in items]  # fmt: skip


def rows_of(browser, address):
    path, _, query = address.partition("?")
    return browser.get(f"{path}.json?{query}").json()[path[1:]]


@pytest.mark.parametrize("name", FACETS)
def test_a_choice_leaves_as_many_rows_as_it_says(browser, name):
    found = choices(page_of(browser, f"/{name}"), "position() = 1 or position() = last()")

    assert len(found) > 1 or name in {"copies", "edits"}
    for address, n in found:
        assert len(rows_of(browser, address)) == n > 0, address


@pytest.mark.parametrize(
    "query",
    ["articles?q=pekerja", "articles?topic=bencana&since=2026-11-10", "quotes?source=suararantau"],
)
def test_choices_are_of_the_rows_that_are_left_and_keep_what_was_chosen(browser, query):
    page = page_of(browser, f"/{query}")
    found = choices(page)
    _, _, chosen = query.partition("?")

    assert len(found) > 3
    for address, n in choices(page, "position() = 1 or position() = last()"):
        assert (address, n) in found
        assert len(rows_of(browser, address)) == n > 0, address
        kept = [part for part in chosen.split("&") if not part.startswith("since")]
        assert all(part in address for part in kept)
    assert not any(address.count("source=") > 1 for address, _ in found)


def test_a_chosen_filter_can_be_left_out(browser):
    page = page_of(browser, "/quotes?source=suararantau&speaker_class=citizen&since=2026-11-01")
    links = [a.get("href") for a in page.xpath("//p[@class='lead']/a")]

    assert len(links) == 3
    assert len(rows_of(browser, links[0])) > len(page.xpath("//tbody/tr"))
    assert [("source=" in link, "since=" in link) for link in links].count((True, True)) == 1


def test_every_choice_has_a_title_and_a_query_and_none_is_unused():
    used = {file for files in FACETS.values() for file in files}
    facets = {QUERIES[file].split("'")[1] if file in QUERIES else file for file in used}

    assert {*QUERIES} - used == {"choices", "column"}
    assert facets == set(FACET_TITLES)


@pytest.mark.parametrize("name", LISTED)
def test_a_list_has_the_same_rows_in_the_order_of_any_of_its_columns(browser, name):
    listed = rows_of(browser, f"/{name}?")
    for column in LISTED[name]:
        rows = rows_of(browser, f"/{name}?sort={column.key}")
        values = [row[column.key] for row in rows if row[column.key] is not None]

        assert sorted(map(str, rows)) == sorted(map(str, listed))
        assert [row[column.key] for row in rows[len(values) :]] == [None] * (len(rows) - len(values))  # fmt: skip
        assert values == sorted(values, reverse=column.kind in FALLING), column.key


def test_pages_in_an_order_hold_each_row_once(browser):
    ids, n = [], len(rows_of(browser, "/quotes?"))
    for number in range(1, n // 50 + 2):
        page = page_of(browser, f"/quotes?sort=confidence&page={number}")
        ids += page.xpath("//tbody/tr/td[2]/a/@href")

    assert len(set(ids)) == len(ids) == n
    assert page.xpath("string(//select[@name='sort']/option[@selected]/@value)") == "confidence"


@pytest.mark.parametrize("sort", ["nothing", "url", '"; DROP TABLE x'])
def test_a_list_is_sorted_by_its_columns_alone(browser, sort):
    answer = browser.get("/people", params={"sort": sort, "lang": "id"})

    assert answer.status_code == 400
    assert "tidak dapat diurutkan menurut" in answer.text


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/quotes", "source"),
        ("/quotes", "speaker"),
        ("/quotes", "topic"),
        ("/articles", "province"),
        ("/search", "q"),
        ("/compare", "q1"),
        ("/questions/speakers", "source"),
        ("/", "source"),
    ],
)
def test_what_a_field_suggests_is_understood(browser, path, field):
    page = page_of(browser, path)
    [suggested] = page.xpath(f"//input[@name='{field}']/@list")
    values = page.xpath(f"//datalist[@id='{suggested}']/option/@value")

    assert values
    for value in {values[0], values[-1]}:
        answer = browser.get(path, params={field: value})
        assert answer.status_code == 200, value


def test_what_a_search_has_found_is_marked(browser):
    for path in ("/search?q=pekerja -banjir", "/articles?q=headline:pekerja"):
        marks = page_of(browser, path).xpath("//main//mark")
        words = {mark.text_content().lower() for mark in marks}
        assert "pekerja" in words
        assert all("kerja" in word for word in words)
    assert not page_of(browser, "/articles").xpath("//main//mark")


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("kirim", "Pengiriman <b>beras</b>", "<mark>Pengiriman</mark> &lt;b&gt;beras&lt;/b&gt;"),
        ('"harga beras" beras', "harga beras", "<mark>harga beras</mark>"),
        ("-gempa topic:bencana", "gempa", "gempa"),
        ("gempa", "", ""),
    ],
)
def test_only_words_that_were_asked_for_are_marked(query, text, shown):
    assert highlighted(text, terms(query)) == shown


def test_a_headline_can_be_marked_and_stays_text(tmp_path):
    publish_article(tmp_path, "Kapal <script>tiba</script>", "Tiga kapal tiba di pelabuhan.")
    text = Browser(site_of(tmp_path)).get("/search?q=kapal").text

    assert "<mark>Kapal</mark> &lt;script&gt;tiba" in text


def test_a_table_for_excel_has_the_same_cells_as_its_csv(browser):
    plain = browser.get("/quotes.csv")
    answer = browser.get("/quotes.csv?excel=1")
    rows = list(csv.DictReader(io.StringIO(plain.text)))
    excel = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

    assert answer.content.startswith(codecs.BOM_UTF8) != plain.content.startswith(codecs.BOM_UTF8)
    assert len(rows) == len(excel) > 100
    for row, other in zip(rows, excel, strict=True):
        confidence = other.pop("confidence")
        assert confidence.replace(",", ".") == row.pop("confidence")
        assert "." not in confidence
        assert other == row
    assert page_of(browser, "/quotes").xpath(
        "//p[@class='data']/span/a[contains(@href, 'excel=1')]"
    )
    assert browser.get("/quotes.csv?excel=yes").status_code == 400


def test_an_office_that_one_article_states_is_marked(browser):
    note = "one article says so"
    people = page_of(browser, "/people").xpath("//tbody/tr")
    has_note = [note in row.text_content() for row in people]
    rows = rows_of(browser, "/people")[: len(people)]

    assert has_note == [row["n_office_articles"] == 1 for row in rows]
    assert len(set(has_note)) == 2
    once = next(row for row in rows if row["n_office_articles"] == 1)
    section = page_of(browser, f"/entity/{once['entity_id']}").xpath("//h2[.='Offices']/..")
    assert note in section[0].text_content()
    assert "kata satu artikel" in browser.get("/people?lang=id").text


def test_names_that_only_the_tagger_sees_are_counted_when_asked_for(browser, demo_home):
    with Reader(demo_home) as reader:
        [row] = reader.rows(
            "SELECT count(*) AS every, count(*) FILTER (is_confirmed) AS confirmed FROM mart.mentions"
        )
    every, confirmed = row.values()
    listed = rows_of(browser, "/mentions")
    page = page_of(browser, "/mentions?unconfirmed=1")

    assert len(listed) == confirmed < every == len(rows_of(browser, "/mentions?unconfirmed=1"))
    for address, n in choices(page):
        assert "unconfirmed=1" in address
        assert len(rows_of(browser, address)) == n > 0, address
    assert page.xpath("//form//input[@name='unconfirmed']/@checked")


def test_a_question_about_articles_can_be_limited_to_a_topic(browser):
    page = page_of(browser, "/questions/speakers?topic=bencana")
    of_topic = browser.get("/questions/speakers.json?topic=bencana").json()["speakers"]
    of_all = browser.get("/questions/speakers.json").json()["speakers"]

    assert page.xpath("//select[@name='topic']/option[@selected]/@value") == ["bencana"]
    assert 0 < sum(row["quotes"] for row in of_topic) < sum(row["quotes"] for row in of_all)
    assert not page_of(browser, "/questions/health").xpath("//select[@name='topic']")


def test_a_column_without_a_value_is_not_shown_but_for_speakers():
    columns = [("text", "Quote", "id"), ("kind", "Kind", "t"), ("n", "Articles", "n"), ("speaker", "Speaker", "speaker")]  # fmt: skip
    rows = [
        {"text": "Air naik", "kind": None, "n": 0, "speaker": None},
        {"text": "Air surut", "kind": "", "n": 0, "speaker": None},
    ]

    assert [key for key, *_ in with_values(columns, rows)] == ["text", "n", "speaker"]
    assert with_values(LISTED["quotes"], []) == list(LISTED["quotes"][:3])
