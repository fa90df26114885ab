"""The address of a quote marks all of it, survives an edit, and says when the quote is gone."""

import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of
from support.builders import VERSIONS, outcome
from support.one_article import OUTLET

from kliping.reading.word_diff import text_diff
from kliping.web.quote_address import quote_key
from parsers.structure import structure
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

pytestmark = pytest.mark.xdist_group("demo_home")
FIRST = "“Tiga kapal itu sudah kami periksa di Pelabuhan Randu sejak Senin,” kata Kepala Syahbandar, Wira Atmaja."
SECOND = "“Muatannya beras,” kata Wira."
KEPT = "Tiga kapal itu sudah kami periksa di Pelabuhan Randu sejak Senin"


@pytest.fixture(scope="module")
def browser(demo_home):
    return Browser(site_of(demo_home))


def edited_home(home, *texts, is_reserved=False):
    store = Database(home)
    for hour, text in enumerate(texts):
        page = outcome(text, hour=hour, url="http://koran.test/satu", article_id="satu", source_id="koran", headline="Kapal", structure=structure(text))  # fmt: skip
        load_outcomes(store, [page], {"koran": OUTLET}, VERSIONS)
    if is_reserved:
        with store.write_connection() as con:
            con.execute("UPDATE raw.fetches SET reservations = ['robots: noai']")
    store.publish()
    return Browser(site_of(home))


def marked_text(page):
    return "".join(each.text_content() for each in page.find_class("s-chosen"))


def test_the_address_of_a_quote_marks_all_of_it_and_nothing_else(browser):
    quotes = {row["article_id"]: row for row in browser.get("/quotes.json").json()["quotes"]}
    links = dom.fromstring(browser.get("/quotes").text).xpath("//tbody/tr/td[2]/a/@href")
    keys = [link for link in links if link.endswith("#quote")]

    assert len(keys) == len(links) > 10
    for row in list(quotes.values())[:8]:
        address = f"/article/{row['article_id']}?quote={quote_key(row['text'])}"
        page = dom.fromstring(browser.get(address).text)
        assert marked_text(page) in {row["text"], row["text"] * 2}
        [anchor] = page.xpath("//*[@id='quote']")
        assert row["text"].startswith(anchor.text_content())


def test_it_survives_an_edit_of_the_text_before_it(tmp_path):
    browser = edited_home(
        tmp_path, f"{FIRST}\n{SECOND}", f"Sebuah paragraf baru.\n{FIRST}\n{SECOND}"
    )
    page = dom.fromstring(browser.get(f"/article/satu?quote={quote_key(KEPT)}").text)

    assert marked_text(page) == KEPT
    assert not page.xpath("//p[@id='quote']")


@pytest.mark.parametrize("is_reserved", [False, True])
def test_a_quote_that_was_taken_out_is_said_to_be_gone(tmp_path, is_reserved):
    browser = edited_home(tmp_path, f"{FIRST}\n{SECOND}", SECOND, is_reserved=is_reserved)
    page = dom.fromstring(browser.get(f"/article/satu?quote={quote_key(KEPT)}").text)
    [notice] = page.xpath("//p[@id='quote']")

    assert "version 1" in notice.text_content()
    assert (KEPT in notice.text_content()) != is_reserved
    assert marked_text(page) == ""


def test_a_quote_that_never_was_there_is_refused_in_words(tmp_path):
    page = dom.fromstring(edited_home(tmp_path, FIRST).get("/article/satu?quote=0").text)

    assert "No version of this article" in page.xpath("string(//p[@id='quote'])")


def test_the_words_to_cite_are_those_of_the_data(browser):
    quote = browser.get("/quotes.json").json()["quotes"][0]
    address = f"/article/{quote['article_id']}"
    data = browser.get(f"{address}.json").json()
    cited = dom.fromstring(browser.get(address).text).xpath("string(//section[@id='cite']/p)")

    [article] = data["article"][:1]
    for value in (article["headline"], quote["source_name"], quote["url"], data["versions"][-1]["body_sha256"], data["fetches"][-1]["warc_file"], address):  # fmt: skip
        assert value in cited


@pytest.mark.parametrize("is_reserved", [False, True])
def test_an_earlier_version_is_read_with_what_became_of_it(tmp_path, is_reserved):
    rest = "Kapal berikutnya tiba besok pagi dari utara. " * 12
    browser = edited_home(tmp_path, f"{FIRST}\n{rest}Tamat.", SECOND, is_reserved=is_reserved)
    page = dom.fromstring(browser.get("/article/satu").text)
    [link] = page.xpath("//section[@id='versions']//a/@href")
    [words] = dom.fromstring(browser.get(link).text).xpath(
        "//section[@id='earlier']/p[@class='whole']"
    )
    shown = "".join(words.xpath("./text() | ./del/text()"))

    assert "version=1" in link
    assert (shown == f"{FIRST}\n{rest}Tamat.") != is_reserved
    assert len(shown) <= 280 or not is_reserved
    assert bool(words.findall("ins")) != is_reserved
    assert browser.get("/article/satu?version=9").status_code == 404


def test_paragraphs_that_stayed_are_whole_and_the_others_are_compared_by_words():
    before, after = "Satu.\nDua kapal tiba.\nTiga.", "Satu.\nDua perahu tiba.\nTiga.\nEmpat."
    parts = text_diff(before, after)

    assert "".join(text for step, text in parts if step != "ins") == before
    assert "".join(text for step, text in parts if step != "del") == after
    assert ("equal", "Satu.\n") in parts
    assert {("del", "kapal"), ("ins", "perahu")} <= set(parts)
