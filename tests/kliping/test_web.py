"""The explorer by HTTP: every page and its data, its numbers and SQL's, hostile addresses, and a copy that changes under it."""

import asyncio
import csv
import io
import json
import os
import re
import shutil
import threading
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import httpx
import pytest
from lxml import html as dom
from support.app_browser import PATIENT, Browser, site_of
from support.builders import VERSIONS, outcome
from support.command_line import kliping
from support.one_article import (
    EDITED_TEXT,
    REMOVED_TEXT,
    REST_OF_TEXT,
    publish_article,
    publish_edited_article,
)
from support.steps import find_copies

from kliping.reading.explain import chapter as chapter_of
from kliping.reading.labels import Language, indonesian, indonesian_errors
from kliping.reading.page_templates import TEMPLATES
from kliping.reading.word_diff import word_diff
from kliping.web.application import PAGES
from kliping.web.filters import FilterError, read_filters
from kliping.web.lists import FACET_TITLES, FIELD_TITLES, LISTED, PARTS, TITLES
from kliping.web.marks import pieces
from kliping.web.navigation import TASKS
from kliping.web.number_links import LINKS, ROWS, QueryLink
from kliping.web.quote_address import quote_key
from parsers.source import from_data
from parsers.structure import RULES, structure
from warehouse.read.published import MISSING, Reader
from warehouse.read.shared_copy import (
    AT_ONCE,
    MOST_WAITING,
    Copies,
    CopyUnavailableError,
    Patience,
    TooSlowError,
)
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

pytestmark = pytest.mark.xdist_group("demo_home")
# KLIPING_TEST_LONG takes all pages, and more links.
IN_A_SAMPLE = 1 if os.environ.get("KLIPING_TEST_LONG") else 5  # one of so many pages
LINKS_OF_A_COLUMN = 3 if os.environ.get("KLIPING_TEST_LONG") else 1
HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}'


@pytest.fixture(scope="module")
def browser(demo_home):
    return Browser(site_of(demo_home))


@pytest.fixture(scope="module")
def reader(demo_home):
    with Reader(demo_home) as opened:
        yield opened


def one(reader, query):
    [row] = reader.rows(query)
    [value] = row.values()
    return value


@pytest.fixture(scope="module")
def addresses(reader):
    """Each kind of page once."""
    values = {
        "article_id": one(reader, "SELECT article_id FROM mart.edits LIMIT 1"),
        "entity_id": one(reader, "SELECT speaker_entity_id FROM mart.quotes WHERE speaker_entity_id IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC LIMIT 1"),
        "event_id": one(reader, "SELECT event_id FROM mart.figure_comparisons LIMIT 1"),
        "topic_id": one(reader, "SELECT topic_id FROM mart.topics LIMIT 1"),
        "source_id": one(reader, "SELECT source_id FROM mart.articles LIMIT 1"),
        "name": "speakers",
    }  # fmt: skip
    query = "SELECT text FROM mart.quotes WHERE speaker_entity_id IS NOT NULL AND article_id = $article ORDER BY quote_no"
    [quote, *_] = reader.rows(query, {"article": values["article_id"]})
    values["quote_key"] = quote_key(quote["text"])
    values["fetch_id"] = chapter_of(reader, "fetches", values["article_id"])[0]["fetch_id"]
    return [path.format(**values) for path in PAGES]


def test_every_page_has_its_data_beside_it(browser, addresses):
    for path in addresses:
        page = browser.get(path)
        assert page.status_code == 200, (path, page.text[-300:])
        assert len(page.content) < 100_000
        assert browser.get(f"{path}.csv").headers["content-type"].startswith("text/csv")
        assert isinstance(browser.get(f"{path}.json").json(), dict)


@pytest.mark.parametrize(
    "days",
    [
        "since=0001-01-01",
        "until=0001-01-02",
        "since=0001-01-01&until=9999-12-31",
        "since=9999-12-31",
        "since=2026-11-20&until=9999-12-31",
    ],
)
def test_every_page_takes_any_day_of_the_calendar(browser, addresses, days):
    """A day before the first article or after the last may be refused, in a clear line. Every page gets both ends of the calendar."""
    some = addresses if "since" in days and "until" in days else addresses[::IN_A_SAMPLE]
    for path in [*some, "/search"]:
        query = f"{days}&q=banjir&by=month" if path == "/search" else days
        answer = browser.get(f"{path}?{query}")
        refusals = ("there is no article of these days", "cannot be limited by")
        assert answer.status_code == 200 or any(each in answer.text for each in refusals), path


@pytest.mark.long
def test_every_link_of_every_page_leads_somewhere(browser, addresses):
    seen = set(addresses)
    for path in addresses:
        links = dom.fromstring(browser.get(path).text).xpath("//a/@href")
        here = {link for link in links if link.startswith("/")}
        for link in sorted(here - seen)[:4]:
            assert browser.get(link).status_code in {200, 303}, (path, link)
        seen |= here


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?source=portalnusa",
        "/?topic=bencana",
        "/?topic=bencana&lang=id&since=2026-11-01&until=2026-11-21",
        "/?since=2026-11-16&until=2026-11-22&source=PortalNusa",
    ],
)
def test_a_number_is_as_large_as_the_list_it_leads_to(browser, path):
    page = dom.fromstring(browser.get(path).text)
    links = [
        (int(link.text_content().replace("\u202f", "")), link.get("href"))
        for link in page.xpath("//main//span[@class='value']/a | //dl//dd/a")
    ]

    assert len(links) > 10
    for n, href in links:
        path, _, query = href.partition("?")
        rows = next(iter(browser.get(f"{path}.json?{query}").json().values()))
        assert len(rows) == n, href


LISTS_WITH_NUMBERS = ["people", "organizations", "topics", "outlets", "events", "entity"]
COMPUTED = {  # from the rows that they lead to, of which they are no count
    "% of all", "% shared", "% well", "%", "Words", "First after, minutes", "Failures in a row", "Gaps", "Outlets", "Origins", "Hours", "Value",
    "characters", "failures_in_a_row", "first_after_minutes", "found_at_the_latest_look", "gaps", "median_minutes", "median_minutes_ahead",
    "median_minutes_behind", "median_percent_shared", "no_author", "no_date", "no_dateline", "no_description", "no_headline", "no_section",
    "p95_minutes", "percent", "percent_first", "percent_one", "percent_well", "words",
}  # fmt: skip
WEEK = "since=2026-11-14&until=2026-11-21"


@pytest.mark.parametrize(
    "name",
    [
        *LISTS_WITH_NUMBERS,
        *(f"questions/{name}" for name in LINKS),
        *(f"questions/{name}?{WEEK}" for name in ("coverage", "places", "voice")),
        "questions/first?since=2026-10-20",
        "questions/health?since=2026-01-01&source=portalnusa",
        "questions/speakers?since=2026-11-20",
        "questions/topics?since=2026-11-10&source=portalnusa",
        "questions/shared?source=portalnusa",
        "events?source=suararantau&since=2026-10-20",
        "",
        f"?topic=bencana&{WEEK}",
        'search?q="pekerja migran"&by=week',
    ],
)
def test_a_number_in_a_table_is_as_large_as_the_list_it_leads_to(browser, addresses, name):
    [path] = [each for each in addresses if name and each.startswith(f"/{name}/")] or [f"/{name}"]
    counted = 0
    for table in dom.fromstring(browser.get(path).text).xpath("//table"):
        headings, n_links = [each.text_content() for each in table.xpath("./thead//th")], Counter()
        for link in table.xpath(".//tr[position() < 4]/td[@class='n']/a"):
            page, _, query = link.get("href").partition("?")
            heading = headings[len(link.getparent().xpath("./preceding-sibling::td"))]
            n_links[heading] += 1
            if n_links[heading] > LINKS_OF_A_COLUMN:
                continue
            if (
                page.startswith(("/article/", "/article#", "/event/", "/questions/", "/utterance/"))
                or page == "/article"
            ):
                assert browser.get(link.get("href")).status_code in {200, 303}
                continue
            data = browser.get(f"{page}.json?{query}").json()
            rows = data.get(page[1:], data.get("rows"))
            n = float(link.text_content().replace("\u202f", ""))
            assert rows, link.get("href")
            assert len(rows) == n or heading in COMPUTED, (heading, n, len(rows), link.get("href"))
            counted += len(rows) == n

    assert counted or name in {
        "questions/runs",  # nothing is in quarantine
        "questions/conflicts",
        "questions/edits",
        "questions/figures",
    }


def test_a_number_of_an_article_without_an_address_leads_nowhere():
    link = LINKS["events"]["articles"]

    assert link.fits({"url": "http://koran.test/1"})
    assert not link.fits({"url": None})
    assert LINKS["health"]["outlets"].fits({"state": "ok", "cause": None})


def test_every_query_of_rows_can_be_run(reader):
    values = dict.fromkeys(("affiliation", "cause", "check_id", "credit", "kind", "run_id", "short_form", "source_id", "source_name", "state"), "it's")  # fmt: skip
    range_ = {"since": date(2026, 11, 1), "until": date(2026, 11, 21), "source": "it's"}
    linked = {link.query for links in LINKS.values() for link in links.values() if isinstance(link, QueryLink)}  # fmt: skip
    assert linked | {"outlet_channels"} == set(ROWS)
    for name in ROWS:
        query = QueryLink(name).filters(values, range_)["q"]
        assert len(reader.rows(query)) == (21 if name == "silent_days" else 0)


def test_the_overview_of_a_topic_compares_it_with_the_period_before(browser, reader):
    chosen = "topic=bencana&since=2026-11-11&until=2026-11-21"
    page = dom.fromstring(browser.get(f"/?{chosen}").text)
    before, now = (
        one(reader, f"SELECT count(*) FROM mart.topics WHERE topic_id = 'bencana' AND day BETWEEN {days}")
        for days in ("'2026-10-31' AND '2026-11-10'", "'2026-11-11' AND '2026-11-21'")
    )  # fmt: skip
    shown = page.xpath("//dl/div[1]/dt/span")[0].text_content()

    assert now != before
    assert shown == f"in the period before: {before} {'▲' if now > before else '▼'}"
    assert page.xpath("string(//h1)").startswith("The news: ")
    assert page.xpath("string(//select[@name='topic']/option[@selected]/@value)") == "bencana"


@pytest.mark.parametrize("path", ["/", "/?topic=bencana", "/outlet/harianlama", "/entity/"])
def test_a_bar_leads_to_the_articles_it_counts(browser, addresses, path):
    if path == "/entity/":
        path = next(each for each in addresses if each.startswith(path))
    page = dom.fromstring(browser.get(path).text)
    bars = page.xpath("//svg[@id='over-time']/a | //svg[@class='share']//a")

    assert bars
    for bar in bars:
        _, _, query = bar.get("href").partition("?")
        assert bar.get("href").startswith("/articles?")
        rows = browser.get(f"/articles.json?{query}").json()["articles"]
        assert len(rows) == int(bar.find("rect").get("data-n"))


def test_an_overview_of_one_outlet_leads_to_its_rows(browser, reader):
    page = dom.fromstring(browser.get("/?source=harianlama").text)
    [href] = page.xpath("//dl/div[1]/dd/a/@href")

    rows = browser.get(href.replace("/articles", "/articles.json")).json()["articles"]
    assert (
        len(rows)
        == one(reader, "SELECT count(*) FROM mart.articles WHERE source_id = 'harianlama'")
        > 0
    )


def test_a_page_follows_every_filter_it_offers(browser, reader):
    def numbers(path):
        return [len(rows) for rows in browser.get(path).json().values()]

    [topic_id] = reader.con.execute("SELECT topic_id FROM mart.topics GROUP BY ALL ORDER BY count(*) DESC LIMIT 1").fetchone()  # fmt: skip
    week = browser.get("/outlet/harianlama.json?since=2026-11-16&until=2026-11-22").json()
    fields = {
        path: set(dom.fromstring(browser.get(path).text).xpath("//form[@role='search']//label/input/@name"))
        for path in ("/outlet/harianlama", f"/topic/{topic_id}", f"/event/{one(reader, 'SELECT event_id FROM mart.event_articles LIMIT 1')}")
    }  # fmt: skip

    assert [row["articles"] for row in week["coverage"]] == [len(week["articles"])] == [2]
    assert numbers(f"/topic/{topic_id}.json?source=suararantau") != numbers(f"/topic/{topic_id}.json?source=portalnusa")  # fmt: skip
    assert list(fields.values()) == [{"since", "until"}, {"since", "until", "source"}, set()]


def test_the_margin_says_who_is_quoted_and_what_figures_are(browser, reader):
    article_id = one(reader, "SELECT article_id FROM mart.edits LIMIT 1")
    page = dom.fromstring(browser.get(f"/article/{article_id}").text)
    [quote] = page.xpath("//p[contains(., 'Ada 19 kali transfer')]/following-sibling::*[1]")
    notes = [" ".join(note.text_content().split()) for note in quote.findall("li")]

    assert notes == ["Mariani SiregarJaksa Penuntut Umum", "19 kali"]
    assert browser.get(quote.find("li/a").get("href")).status_code == 200


def test_lists_count_what_sql_counts(browser, reader):
    for name in LISTED:
        total = dom.fromstring(browser.get(f"/{name}").text).xpath("string(//p[@class='lead'])")
        rows = browser.get(f"/{name}.json").json()[name]
        assert total.startswith(f"{len(rows)} row"), name


def test_pages_of_a_list_hold_each_row_once(browser):
    ids = []
    for n in range(1, 9):
        page = dom.fromstring(browser.get(f"/quotes?page={n}").text)
        ids += page.xpath("//tbody/tr/td[2]/a/@href")

    rows = browser.get("/quotes.json").json()["quotes"]
    assert len(ids) == len(rows) > 100


def test_the_text_of_an_article_is_whole_and_its_spans_are_marked(browser, reader):
    [row] = reader.rows("SELECT article_id, body_text, n_versions FROM mart.articles JOIN mart.edits USING (article_id) LIMIT 1")  # fmt: skip
    page = dom.fromstring(browser.get(f"/article/{row['article_id']}").text)
    [shown] = page.xpath("//div[@class='reading']")
    quotes = reader.rows("SELECT text, char_start FROM mart.quotes WHERE article_id = $a", {"a": row["article_id"]})  # fmt: skip

    assert [p.text_content() for p in shown.findall("p")] == row["body_text"].split("\n")
    assert len(quotes) > 1
    for quote in quotes:
        [first] = shown.xpath(f".//*[@id='c{quote['char_start']}']")
        assert "s-quote" in first.get("class")
        assert quote["text"].startswith(first.text_content())
    assert page.xpath("//section[@class='diff']//ins")
    assert page.xpath("//section[@class='diff']//del")


def test_the_archived_record_is_handed_out_as_it_stands(browser, reader):
    article_id = one(reader, "SELECT article_id FROM mart.edits LIMIT 1")
    page = dom.fromstring(browser.get(f"/article/{article_id}").text)
    [link, *_] = page.xpath("//a[contains(@href, '/record/')]/@href")
    record = browser.get(link)

    assert record.content.startswith(b"WARC/1.1\r\n")
    assert b"<html" in record.content
    assert "attachment" in record.headers["content-disposition"]
    assert browser.get(f"/article/{article_id}/record/none").status_code == 404


def test_an_address_of_an_outlet_leads_to_the_article(browser, reader):
    row = reader.rows("SELECT article_id, url FROM mart.articles LIMIT 1")[0]
    answer = browser.get("/article", params={"url": row["url"]})

    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/article/{row['article_id']}")
    assert browser.get("/article?url=http://nowhere.test/").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nope", 404, "no such page"),
        ("/article/zzz", 404, "no article of this id"),
        ("/entity/zzz", 404, "named in the published articles"),
        ("/topic/zzz", 404, "no article is about"),
        ("/outlet/zzz", 404, "nothing was read of"),
        ("/event/zzz", 404, "no event of this id"),
        ("/event/zzz/figures", 404, "no figures of this event"),
        ("/quotes?first_quote_row=1", 400, "first_quote_row"),
        ("/questions/zzz", 404, "no saved question"),
        ("/articles?since=yesterday", 400, "since is a day such as"),
        ("/articles?since=2026-12-01&until=2026-11-01", 400, "exchange the two days"),
        ("/articles?source=nobody", 400, "nothing was read of"),
        ("/articles?topic=nothing", 400, "there is no topic"),
        ("/search?q=topic:korups", 400, "did you mean 'korupsi'?"),
        ("/search?q=source:nobody", 400, "nothing was read of"),
        ("/articles?colour=red", 400, "cannot be limited by colour"),
        ("/articles?page=0", 400, "page is a number"),
        ("/articles?page=99999999999999999999", 400, "page is a number"),
        ("/articles?lang=xx", 400, "lang is en or id"),
        (f"/articles?topic={'x' * 501}", 400, "more than 500 characters"),
        ("/search?q=colour:red", 400, "no field colour:"),
        ("/search?q=speaker: menteri", 400, "has no word"),
        ("/search?q=banjir&by=year", 400, "by is day, week, month"),
        ('/search?q="banjir', 400, "quot"),
        ("/search?q=%", 400, "nothing to search for"),
        ("/search?q=gempa OR OR erupsi", 400, "a term is missing before OR"),
        ("/articles?q=(a b", 400, "a bracket is open: close it with )"),
        (f"/search?q={'+'.join(f'k{n}' for n in range(60))}", 400, "at most 20 terms, not 60"),
        ("/quotes?speaker=mariani siregr", 400, "did you mean 'Mariani Siregar'"),
        ("/articles?speaker=zzzz", 400, "no name is similar"),
        ("/people?name=siregr", 400, "no article names a person 'siregr'; did you mean"),
        ("/organizations?name=zzzz", 400, "no article names an organisation 'zzzz'"),
        ("/articles?province=Jawa Tengh", 400, "did you mean 'Jawa Tengah'"),
        ("/search?q=place:Demakk", 400, "no article names a place 'Demakk'; did you mean"),
        ("/mentions?entity=zzzz", 400, "there is no entity of the id"),
        ("/articles?originals=maybe", 400, "originals is 1"),
        ("/sql?q=DROP TABLE x", 400, "only one SELECT"),
        ("/sql?q=FROM read_text('/etc/passwd')", 400, "read_text"),
        ("/sql?q=FROM mart.search('gempa ^')", 400, "no term weighs more"),
        ("/sql?q=FROM nothing", 400, "nothing"),
    ],
)
def test_a_wrong_address_gets_one_clear_page(browser, path, status, words):
    answer = browser.get(path)
    alert = dom.fromstring(answer.text).xpath("string(//*[@role='alert'])")

    assert answer.status_code == status
    assert words in alert
    assert "\n" not in alert or words == "nothing"
    assert "Traceback" not in answer.text
    if "lang=" not in path:
        page = dom.fromstring(browser.get(f"{path}{'&' if '?' in path else '?'}lang=id").text)
        [indonesian_alert] = page.xpath("//*[@role='alert']")
        is_english = indonesian_alert.get("lang") == "en"
        assert (indonesian_alert.text_content() == alert, is_english) == (words == "nothing",) * 2
    path, _, query = path.partition("?")
    if path.count("/") == 1:
        data = browser.get(f"{path}.json?{query}")
        assert data.status_code == status
        assert words in json.dumps(data.json())


def test_the_attention_of_a_search_is_that_of_sql_and_its_bars_lead_to_it(browser, reader):
    page = dom.fromstring(browser.get('/search?q="pekerja migran"&by=month').text)
    bars = page.xpath("//svg[@class='share']//a")
    total = one(reader, """SELECT sum(n_matching) FROM mart.attention('"pekerja migran"')""")

    assert sum(int(bar.find("rect").get("data-n")) for bar in bars) == total > 0
    for bar in bars:
        path, _, query = bar.get("href").partition("?")
        assert len(browser.get(f"{path}.json?{query}").json()["articles"]) == int(bar.find("rect").get("data-n"))  # fmt: skip


def test_a_question_that_counts_states_what_was_missed(browser):
    assert "Estimated unseen" in browser.get("/questions/topics").text
    assert "Estimated unseen" not in browser.get("/questions/runs").text


def test_a_question_of_the_users_own_is_answered(demo_home, tmp_path):
    shutil.copy(demo_home / "kliping.duckdb", tmp_path)
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "longest.sql").write_text("-- Which article is longest?\nSELECT headline, word_count, url, 1 AS lead_headline, 2 AS unseen, 3 AS per_week, 4 AS state FROM mart.articles ORDER BY word_count DESC LIMIT 3")  # fmt: skip
    (tmp_path / "sql" / "broken.sql").write_text("SELECT nothing FROM nowhere")
    browser = Browser(site_of(tmp_path))

    assert "Which article is longest?" in browser.get("/questions").text
    assert len(browser.get("/questions/longest.json").json()["longest"]) == 3
    cells = dom.fromstring(browser.get("/questions/longest").text).xpath("//tbody/tr[1]/td/text()")
    assert cells[-4:] == ["1", "2", "3", "4"]
    assert kliping(tmp_path, "report", "longest").stdout.splitlines()[2].split()[-4:] == cells[-4:]
    broken = browser.get("/questions/broken")
    assert (broken.status_code, "broken.sql" in broken.text) == (400, True)


def test_sql_gives_a_page_and_files(browser, reader):
    query = "SELECT source_name, count(*) AS n, [1, 2] AS list FROM mart.articles GROUP BY ALL ORDER BY ALL"
    page = dom.fromstring(browser.get("/sql", params={"q": query}).text)
    rows = browser.get("/sql.json", params={"q": query}).json()["rows"]
    parquet = browser.get("/sql.parquet", params={"q": query}).content

    expected = reader.rows(query)
    assert rows == expected
    assert [td.text_content() for td in page.xpath("//tbody/tr/td[2]")] == [str(row["n"]) for row in expected]  # fmt: skip
    assert parquet.startswith(b"PAR1")
    assert page.xpath("string(//textarea)") == query


def test_parquet_has_the_types_of_the_answer(browser, tmp_path):
    query = "SELECT DATE '2026-11-24' AS day, 1.5::DECIMAL(4,2) AS x, 'a' AS t, [1] AS l"
    path = tmp_path / "rows.parquet"
    path.write_bytes(browser.get("/sql.parquet", params={"q": query}).content)

    found = duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall()
    assert [row[1] for row in found] == ["DATE", "DECIMAL(4,2)", "VARCHAR", "INTEGER[]"]


def test_no_page_may_act_or_reach_another_host(browser, addresses):
    for path in [*addresses, "/", "/sql", "/nope"]:
        answer = browser.get(path)
        root = dom.fromstring(answer.text)
        policy = answer.headers["content-security-policy"]
        assert "script" not in policy
        assert policy.startswith("default-src 'none'")
        frames = "//iframe[not(@sandbox = '' and starts-with(@src, '/article/'))]"
        assert not root.xpath(f"//script | {frames} | //object | //@style | //img")
        loaded = [*root.xpath("//link/@href"), *root.xpath("//form/@action")]
        assert all(link.startswith(("/", "data:")) for link in loaded)
        assert answer.headers["x-content-type-options"] == "nosniff"


def store_with(home, headline, *, is_reserved=False):
    body = "“Kami hitung tiga kapal tiba di pelabuhan,” kata Kepala Syahbandar, Wira Atmaja.\n" * 9
    return publish_article(home, headline, body.strip(), is_reserved=is_reserved)


def test_of_a_reserved_text_only_the_beginning_is_shown(tmp_path):
    store_with(tmp_path, "Kapal", is_reserved=True)
    page = dom.fromstring(Browser(site_of(tmp_path)).get("/article/satu").text)

    shown = page.xpath("//div[@class='reading']/p")
    assert 0 < sum(len(paragraph.text_content()) for paragraph in shown) <= 280
    assert "robots: noai" in page.text_content()


@pytest.fixture(scope="module", params=[False, True], ids=["unreserved", "reserved"])
def edited(request, tmp_path_factory):
    """Whether the publisher reserves it, and a browser of a home with one edited article that is archived."""
    home = tmp_path_factory.mktemp("edited")
    publish_edited_article(home, is_reserved=request.param)
    return request.param, Browser(site_of(home))


def test_the_archived_record_of_a_reserved_text_is_not_handed_out(edited):
    is_reserved, browser = edited
    fetches = browser.get("/article/satu.json").json()["fetches"]
    links = dom.fromstring(browser.get("/article/satu").text).xpath("//a[contains(@href, '/record/')]/@href")  # fmt: skip
    answers = [browser.get(f"/article/satu/record/{row['fetch_id']}") for row in fetches]

    assert len(answers) == 2
    assert len(links) == (0 if is_reserved else 2)
    for answer in answers:
        assert answer.status_code == (404 if is_reserved else 200)
        assert ("the publisher reserves this text" in answer.text) == is_reserved
        assert (answer.text.startswith("WARC/1.1") and REST_OF_TEXT in answer.text) != is_reserved


def test_edits_and_removed_spans_of_a_reserved_text_are_not_shown(edited):
    is_reserved, browser = edited
    data = browser.get("/article/satu.json").json()
    page = browser.get("/article/satu").text

    for chapter, words in (("edits", REST_OF_TEXT), ("removed", REMOVED_TEXT)):
        assert (chapter in data) != is_reserved
        assert (words in json.dumps(data, ensure_ascii=False)) != is_reserved
        assert (words in page) != is_reserved
        assert browser.get(f"/article/satu.csv?table={chapter}").status_code == (400 if is_reserved else 200)  # fmt: skip


def test_a_standfirst_that_is_the_whole_text_is_shown_as_a_text_is(edited):
    is_reserved, browser = edited
    data = browser.get("/article/satu.json").json()["article"]

    [standfirst] = {row["description"] for row in data}
    assert standfirst == (EDITED_TEXT[:280] if is_reserved else EDITED_TEXT)


def test_hostile_headlines_are_text(tmp_path):
    store_with(tmp_path, HOSTILE)
    browser = Browser(site_of(tmp_path))
    pages = ["/", "/articles", "/article/satu", "/quotes", "/search?q=kapal", "/outlet/koran", "/questions/coverage", "/sql?q=FROM mart.articles"]  # fmt: skip

    for path in pages:
        text = browser.get(path).text
        assert ("<script" not in text and "{{ 7 * 7 }}" in text) or path in {"/", "/questions/coverage"}, path  # fmt: skip
        assert not dom.fromstring(text).xpath("//script | //b[.='']")


def test_every_publish_is_followed_and_a_lost_copy_is_said(tmp_path):
    store = store_with(tmp_path, "Lama")
    browser = Browser(site_of(tmp_path))
    assert "Lama" in browser.get("/articles").text
    assert "Lama" in browser.get("/sql?q=FROM mart.articles").text

    with store.write_connection() as con:
        con.execute("UPDATE core.articles SET headline = 'Baru'")
    store.publish()
    assert "Baru" in browser.get("/articles").text

    copy = tmp_path / "kliping.duckdb"
    saved = copy.read_bytes()
    copy.write_bytes(saved[:5000])
    for path in ("/articles", "/sql?q=FROM mart.articles"):
        answer = browser.get(path)
        assert (answer.status_code, "kliping doctor" in answer.text) == (503, True)
    copy.unlink()
    for path in ("/articles", "/sql?q=FROM mart.articles"):
        answer = browser.get(path)
        alert = dom.fromstring(answer.text).xpath("string(//*[@role='alert'])")
        assert (answer.status_code, alert) == (503, MISSING)
    copy.write_bytes(saved)
    assert "Baru" in browser.get("/articles").text


def test_a_page_is_built_on_one_copy_though_another_is_published(tmp_path):
    store = store_with(tmp_path, "Lama")
    copies = Copies(tmp_path, PATIENT)
    with copies.reader() as before:
        with store.write_connection() as con:
            con.execute("UPDATE core.articles SET headline = 'Baru'")
        store.publish()
        with copies.reader() as after:
            assert before.rows("SELECT headline FROM mart.articles") == [{"headline": "Lama"}]
            assert after.rows("SELECT headline FROM mart.articles") == [{"headline": "Baru"}]
        (tmp_path / "kliping.duckdb").unlink()
        assert before.rows("SELECT headline FROM mart.articles") == [{"headline": "Lama"}]
    copies.close()


def test_what_takes_too_long_is_broken_off(demo_home):
    copies = Copies(demo_home, Patience(seconds=0.2))

    with pytest.raises(TooSlowError), copies.reader() as reader:
        reader.rows(
            "SELECT count(*) FROM range(100_000) AS a, range(100_000) AS b WHERE (a.range * b.range) % 7 = 3"
        )
    copies.close()


def test_many_threads_read_while_copies_are_replaced(tmp_path):
    store = store_with(tmp_path, "0")
    copies = Copies(tmp_path, PATIENT)
    failures = []
    done = threading.Event()

    def read():
        while not done.is_set():
            try:
                with copies.reader() as reader:
                    one(reader, "SELECT count(*) FROM mart.articles")
            except (duckdb.Error, CopyUnavailableError) as error:
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        store.publish()
    done.set()
    for thread in threads:
        thread.join()
    copies.close()
    assert failures == []


@pytest.mark.parametrize("command", ["web", "mcp"])
def test_no_server_starts_on_a_copy_that_is_damaged_or_missing(tmp_path, command):
    missing = kliping(tmp_path, command)
    (tmp_path / "kliping.duckdb").write_bytes(b"torn" * 2000)
    damaged = kliping(tmp_path, command)

    assert (missing.returncode, missing.stdout, missing.stderr.count("\n")) == (2, "", 1)
    assert (damaged.returncode, damaged.stdout, damaged.stderr.count("\n")) == (1, "", 1)
    assert "`kliping ingest`" in missing.stderr
    assert "`kliping doctor`" in damaged.stderr


def test_a_missing_copy_is_an_error_of_its_own(tmp_path):
    with pytest.raises(CopyUnavailableError, match="kliping ingest"), Copies(tmp_path).reader():
        pass


def test_pieces_cover_the_text_and_nest():
    text = "“Ada 19 kapal,” kata Wira.\nTamat."
    spans = [
        {"kind": "quote", "no": 1, "char_start": 1, "char_end": 13, "details": ""},
        {"kind": "figure", "no": 1, "char_start": 5, "char_end": 13, "details": ""},
    ]
    found = pieces(text, spans)

    assert "\n".join("".join(p.text for p in line) for line in found) == text
    assert [[s["kind"] for s in p.spans] for p in found[0]] == [[], ["quote"], ["quote", "figure"], []]  # fmt: skip
    assert ["".join(p.text for p in line) for line in pieces(text[:4], spans)] == [text[:4]]


def test_words_that_came_and_went_are_told_apart():
    parts = word_diff("Ada 17 kapal", "Ada 19 kapal besar")

    assert "".join(text for step, text in parts if step != "ins") == "Ada 17 kapal"
    assert "".join(text for step, text in parts if step != "del") == "Ada 19 kapal besar"
    assert {("del", "17"), ("ins", "19")} <= set(parts)


@pytest.mark.parametrize("query", [{"since": "2026-02-30"}, {"lang": "zz"}, {"page": "-1"}, {"q": "\0"}])  # fmt: skip
def test_values_that_mean_nothing_are_refused(query):
    with pytest.raises(FilterError):
        read_filters(query, Language.ENGLISH)


def test_every_label_of_the_pages_is_there_in_indonesian():
    folder = TEMPLATES.parents[1] / "web"
    templates = "".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.html")))
    labels = set(re.findall(r"\bt\('([^']+)'", templates)) | {
        *TITLES.values(),
        *FACET_TITLES.values(),
        *FIELD_TITLES.values(),
    }
    for columns in re.findall(r"rows_table\([^\[]*\[(.*?)\]\)", templates):
        labels |= set(re.findall(r"\('\w+', '([^']+)', '\w*'\)", columns))
    lists = (*LISTED.values(), *PARTS.values())
    labels |= {column.title for columns in lists for column in columns}
    labels |= {title for task in TASKS for title in (task.title, *dict(task.pages).values())}

    assert len(labels) > 90
    assert labels - set(indonesian()) == set()


def phrase_of(rule_id):
    """What a page says of a column, with the figures that are shipped."""
    (rule,) = (rule for rule in RULES if rule.rule_id == rule_id)
    if rule.precision is None:
        return f"{rule.description}: not measured on real pages"
    share, low, high = (f"{100 * part:.0f}" for part in (rule.precision, rule.low, rule.high))
    return f"{rule.description}: {share} % right ({low} to {high} %) of {rule.n} read on real pages"


@pytest.mark.parametrize(
    ("path", "phrase"),
    [
        ("/quotes", phrase_of("column.speaker")),
        ("/quotes", phrase_of("column.speaker_affiliation")),
        ("/figures", phrase_of("column.figure")),
        ("/mentions", phrase_of("column.kind")),
        ("/people", phrase_of("column.speaker_role")),
        ("/event/{event_id}", "about the same thing that happened: not measured on real pages"),
        ("/comparisons", "a lead is a reason to read both, and no finding: not measured on real pages"),
    ],
)  # fmt: skip
def test_how_often_columns_are_right_stands_below_a_list_and_in_no_row(
    browser, reader, path, phrase
):
    event = one(reader, "SELECT event_id FROM mart.event_articles LIMIT 1")
    page = dom.fromstring(browser.get(path.format(event_id=event)).text)

    assert phrase in " ".join(" ".join(note.text_content() for note in page.find_class("note")).split())  # fmt: skip
    assert not [head for head in page.xpath("//th") if "precision" in head.text_content()]


def test_a_figure_that_differs_is_called_a_lead(browser):
    rows = browser.get("/comparisons.json").json()["comparisons"]
    page = dom.fromstring(browser.get("/comparisons?lang=id").text).text_content()

    assert {"lead_may_update"} <= {row["verdict"] for row in rows} <= {"agree", "one_origin", "lead_may_update", "lead_may_contradict"}  # fmt: skip
    assert "petunjuk: mungkin hitungan baru" in page


def test_every_error_with_an_indonesian_text_is_raised_somewhere():
    root = TEMPLATES.parents[2]
    code = "".join(path.read_text("utf-8") for name in ("flows", "kliping", "parsers", "warehouse") for path in sorted((root / name).rglob("*.py")))  # fmt: skip
    for pattern, _ in indonesian_errors():
        pieces = re.split(r"\(\?P<\w+>\.\*\?\)|; | \((?!\?P)", pattern.pattern.replace("\\", ""))
        assert max(pieces, key=len) in code or pattern.pattern == r"Method\ Not\ Allowed"


def test_a_page_is_made_once_for_each_published_copy(tmp_path):
    store = store_with(tmp_path, "Lama")
    copies = Copies(tmp_path, PATIENT)
    made = []

    def headline(reader):
        made.append(one(reader, "SELECT headline FROM mart.articles"))
        return made[-1]

    assert [copies.answer("page", headline) for _ in range(3)] == ["Lama"] * 3
    assert made == ["Lama"]
    with store.write_connection() as con:
        con.execute("UPDATE core.articles SET headline = 'Baru'")
    store.publish()
    assert copies.answer("page", headline) == "Baru"
    (tmp_path / "kliping.duckdb").unlink()
    with pytest.raises(CopyUnavailableError):
        copies.answer("page", headline)
    copies.close()


def test_only_the_newest_answers_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("warehouse.read.shared_copy.KEPT", 2)
    store_with(tmp_path, "Lama")
    copies = Copies(tmp_path, PATIENT)
    made = []
    for key in (1, 2, 3, 3, 2, 1):
        copies.answer(key, lambda _, key=key: made.append(key) or key)

    assert made == [1, 2, 3, 1]
    copies.close()


def test_an_event_is_titled_by_its_first_report(browser, reader):
    event = reader.rows("SELECT event_id, headline FROM mart.events WHERE n_outlets = 3")[0]
    data = browser.get(f"/event/{event['event_id']}.json").json()
    page = dom.fromstring(browser.get(f"/event/{event['event_id']}").text)

    assert page.findtext(".//h1") == event["headline"] == data["articles"][0]["headline"]


def test_the_page_of_an_event_says_its_kind_and_links_what_followed(tmp_path):
    texts = {
        "feri-kandas": "Kapal feri KMP Teluk Bima kandas di Pelabuhan Sape, Bima. Delapan orang terluka. Kepala Basarnas Bima Mahdi Salim mengatakan 94 penumpang dievakuasi. Ombak mendorong kapal ke karang.",
        "nakhoda-diperiksa": "Polisi memeriksa nakhoda kapal feri KMP Teluk Bima yang kandas di Sape. Ia diduga lalai memeriksa mesin sebelum berlayar dari dermaga, dan izinnya akan ditinjau kementerian, kata Mahdi Salim dari Basarnas.",
    }  # fmt: skip
    pages = [
        outcome(
            text,
            hour=n,
            url=f"http://koran.test/{name}",
            article_id=name,
            source_id="koran",
            headline=name.replace("-", " ").title(),
            date_published=datetime(2026, 4, 6 + n, 1, tzinfo=UTC),
            structure=structure(text, published=date(2026, 4, 6 + n)),
        )
        for n, (name, text) in enumerate(texts.items())
    ]
    store = Database(tmp_path)
    koran = from_data({"name": "koran", "title": "Koran", "home": "http://koran.test/"})
    load_outcomes(store, pages, {"koran": koran}, VERSIONS)
    find_copies(store)
    store.publish()
    browser = Browser(site_of(tmp_path))
    notes = dom.fromstring(browser.get("/event/feri-kandas?lang=id").text).find_class("note")
    line = " ".join(" ".join(note.text_content() for note in notes).split())

    assert "kapal karam" in line
    assert "Sisi lain dan kelanjutan: Nakhoda Diperiksa (kelanjutan)" in line
    assert browser.get("/event/nakhoda-diperiksa.json").json()["links"] == [
        {"kind": "follow_up", "event_id": "feri-kandas", "headline": "Feri Kandas"}
    ]


def test_the_id_of_another_name_leads_to_the_page_of_who_is_meant(browser, reader):
    other = reader.rows("SELECT entity_id, canonical_id, canonical_name FROM core.identities WHERE article_id IS NULL AND entity_id <> canonical_id AND kind = 'organization' LIMIT 1")[0]  # fmt: skip
    page = browser.get(f"/entity/{other['entity_id']}")

    assert page.status_code == 200
    assert dom.fromstring(page.text).findtext(".//h1") == other["canonical_name"]


def test_who_gets_no_turn_in_time_is_told_to_ask_again(demo_home):
    copies = Copies(demo_home, replace(PATIENT, wait_seconds=0.1))
    with ExitStack() as others:
        for _ in range(AT_ONCE):
            others.enter_context(copies.reader())
        with pytest.raises(TooSlowError, match="ask again"), copies.reader():
            pass
        with pytest.raises(TooSlowError, match="ask again"):
            copies.answer("page", one)

    with copies.reader() as reader:
        assert one(reader, "SELECT 1") == 1
    copies.close()


def test_static_files_do_not_wait_behind_pages(demo_home, monkeypatch):
    """More requests than a server has threads wait for a turn; some of them at once get none."""
    taken, done = threading.Semaphore(0), threading.Event()
    monkeypatch.setattr(
        "kliping.reading.overview.contents", lambda *_, **__: (taken.release(), done.wait(30))
    )
    app = site_of(demo_home)

    async def ask():
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            pages = [asyncio.create_task(client.get(f"/overview.json?n={n}")) for n in range(60)]
            for _ in range(AT_ONCE):
                await asyncio.to_thread(taken.acquire)
            style = await client.get("/style.css")
            done.set()
            return style, await asyncio.gather(*pages)

    style, pages = asyncio.run(ask())

    assert style.status_code == 200
    assert sum(page.status_code == 503 for page in pages) >= 60 - AT_ONCE - MOST_WAITING


def test_the_name_of_a_person_is_found_in_any_case_and_without_accents(tmp_path):
    publish_article(
        tmp_path, "Kapal", "“Kami hitung tiga kapal,” kata Kepala Syahbandar, René Atmaja."
    )
    browser = Browser(site_of(tmp_path))

    for path in ("/quotes", "/articles"):
        exact, other = (browser.get(f"{path}.json?speaker={name}").json() for name in ("René Atmaja", "rene ATMAJA"))  # fmt: skip
        assert other == exact
        assert len(exact[path[1:]]) == 1
    assert len(browser.get("/people.json?name=RENE").json()["people"]) == 1


@pytest.mark.long
def test_data_has_all_rows_of_every_table(browser, addresses, reader):
    for path in addresses:
        data = browser.get(f"{path}.json").json()
        page = dom.fromstring(browser.get(path).text)
        links = {a.get("href"): a.text_content() for a in page.xpath("//p[@class='data']/a[contains(@href, '.csv')]")}  # fmt: skip
        tables = {re.search(r"table=(\w+)", link)[1]: (link, text) for link, text in links.items()}
        assert tables.keys() == {name for name, rows in data.items() if rows}, path
        for name, (link, text) in tables.items():
            rows = list(csv.DictReader(io.StringIO(browser.get(link).text)))
            n = int(re.search(r"\(([\d\u202f]+)\)$", text)[1].replace("\u202f", ""))
            assert len(rows) == len(data[name]) == n, (link, text)
            assert list(rows[0]) == list(data[name][0])


def test_a_page_shows_the_first_rows_and_its_data_has_all(tmp_path):
    """More than a page shows, and more than were ever sent."""
    store = store_with(tmp_path, "Lama")
    with store.write_connection() as con:
        con.execute("INSERT INTO core.quotes SELECT * EXCLUDE (n) REPLACE (quote_no + 10 * n AS quote_no) FROM core.quotes, range(1, 1300) AS more(n) WHERE quote_no < 9")  # fmt: skip
    store.publish()
    browser = Browser(site_of(tmp_path))
    with Reader(tmp_path) as reader:
        n = one(reader, "SELECT count(*) FROM mart.quotes")
        entity = one(reader, "SELECT speaker_entity_id FROM mart.quotes LIMIT 1")

    assert n > 10_000
    assert len(browser.get("/quotes.csv").text.splitlines()) == n + 1
    assert len(browser.get("/quotes.json").json()["quotes"]) == n
    assert len(browser.get(f"/entity/{entity}.csv?table=quotes").text.splitlines()) == n + 1
    assert len(browser.get(f"/entity/{entity}.csv").text.splitlines()) == 2
    refused = browser.get("/quotes.csv?table=nothing")
    assert (refused.status_code, "there are quotes" in refused.text) == (400, True)


def test_a_search_says_how_many_there_are_and_has_pages(browser, monkeypatch):
    monkeypatch.setattr("kliping.web.pages.PER_PAGE", 3)
    monkeypatch.setattr("kliping.web.filters.PER_PAGE", 3)
    data = browser.get("/search.json?q=pekerja").json()
    n = len(data["articles"])
    found, address = [], "/search?q=pekerja"
    while address:
        page = dom.fromstring(browser.get(address).text)
        assert f"{n} articles found" in page.text_content()
        found += [link.rpartition("/")[2].partition("?")[0] for link in page.xpath("//ol/li/h2/a/@href")]  # fmt: skip
        address = next(iter(page.xpath("//a[@rel='next']/@href")), None)

    assert found == [row["article_id"] for row in data["articles"]]
    assert n > 6
    assert sum(row["matching"] or 0 for row in data["attention"]) == n


def test_empty_lists_and_untitled_pages_say_what_they_are(tmp_path):
    store_with(tmp_path, None)
    browser = Browser(site_of(tmp_path))

    assert "kliping topics sample" in browser.get("/topics").text
    assert "leave a filter out" not in browser.get("/topics").text
    assert "kliping revisit" in browser.get("/edits").text
    assert "kliping ingest" in browser.get("/copies").text
    assert "leave a filter out" in browser.get("/articles?until=2001-01-01").text
    assert "<title>(no headline) – Kliping</title>" in browser.get("/article/satu").text
