"""The page as it was: archived bytes that can ask for nothing, and what has left a text since."""

import socket
from dataclasses import replace

import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of
from support.browser import Tab, chromium, needs_browser
from support.builders import T0, VERSIONS, outcome
from support.one_article import publish_edited_article
from support.serving import started
from support.steps import find_copies

from parsers.source import from_data
from parsers.structure import structure
from warehouse.archive.archive import Archive
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

LINE = "Nelayan di Teluk Randu kembali melaut setelah ombak mereda dan es balok datang dari kota. Perahu yang rusak diperbaiki di galangan milik desa sebelum musim teri tiba."
COUNT = "Sebanyak {n} perahu masih tertambat di dermaga “Layar Biru” itu."
PAGE = """<!doctype html><html><head><title>Perahu</title><base href="{elsewhere}/"><meta http-equiv="refresh" content="0; url={elsewhere}/go">
<link rel="preconnect" href="{elsewhere}"><link rel="stylesheet" href="{elsewhere}/a.css"><LINK rel=prefetch href="{elsewhere}/p">
<style>@import url("{elsewhere}/b.css"); body {{ background: url({elsewhere}/c.png) }} p {{ color: green }}</style>
<script>document.title = "script"; fetch("{elsewhere}/s")</script><script src="{elsewhere}/s.js"></script></head>
<body onload="document.body.append('script')"><img src="{elsewhere}/d.png"><iframe src="{elsewhere}/e"></iframe><video src="{elsewhere}/v" autoplay></video>
<p>{text}</p><p><a id="out"/href="{elsewhere}/out">Ke luar</a> <IMG SRC = {elsewhere}/i.png srcset="{elsewhere}/j.png 2x"> <svg><image xlink:href="{elsewhere}/k.png"/></svg></p></body></html>"""
OUTLETS = {
    name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
    for name in ("fajar", "senja")
}


def fetched(writer, source, n_boats, hour=0, content_type="text/html; charset=utf-8", elsewhere=""):
    """A page in the archive, whose text has this number of boats; the outlets set a name in different marks."""
    body = f"{LINE}\n{COUNT.format(n=n_boats)}"
    if source == "senja":
        body = body.translate({ord(mark): '"' for mark in "“”"})
    new = outcome(body, hour=hour, url=f"http://{source}.test/1", article_id=f"{source}-1", source_id=source, headline="Perahu <b>", date_published=T0,
                  structure=structure(body))  # fmt: skip
    page = PAGE.format(text=body, elsewhere=elsewhere).encode()
    answer = replace(new.records[0].response, body=page, headers=(("content-type", content_type),))
    return replace(new, records=(writer.append(new.link, answer),))


@pytest.fixture(scope="module")
def elsewhere():
    """A host that nobody may ask."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def home(elsewhere, tmp_path_factory):
    """An article whose number was changed, and one of another outlet with the first number."""
    host = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
    store = Database(tmp_path_factory.mktemp("archived") / "home")
    with Archive(store.home / "archive").writer("run", T0, "0") as writer:
        for hour, (source, n_boats) in enumerate((("fajar", 17), ("senja", 17), ("fajar", 19))):
            page = fetched(writer, source, n_boats, hour, elsewhere=host)
            load_outcomes(store, [page], OUTLETS, VERSIONS)
    find_copies(store)
    store.publish()
    return store.home


@pytest.fixture(scope="module")
def browser(home):
    return Browser(site_of(home))


@pytest.fixture(scope="module")
def fetches(browser):
    rows = browser.get("/article/fajar-1.json").json()["fetches"]
    return [row["fetch_id"] for row in rows]


def test_an_earlier_page_shows_its_version_and_who_still_has_what_was_removed(browser, fetches):
    address = f"/article/fajar-1/at/{fetches[0]}"
    page = dom.fromstring(browser.get(address).text)
    gone = browser.get(f"{address}.json").json()["gone"]

    assert "version 1" in page.xpath("string(//p[@class='lead'])")
    assert page.xpath("//section[@id='edits']//del/text()") == ["17"]
    assert page.xpath("//section[@id='edits']//ins/text()") == ["19"]
    assert [(row["sentence"], row["article_id"]) for row in gone] == [
        (COUNT.format(n=17), "senja-1"),
    ]
    assert page.xpath("//section[@id='gone']//td//a/text()") == ["Perahu <b>"]


def test_the_text_beside_the_page_has_the_marks_of_its_own_version(browser, fetches):
    pages = [
        dom.fromstring(browser.get(f"/article/fajar-1/at/{fetch}").text) for fetch in fetches[:2]
    ]
    figures = [
        page.xpath("//div[@class='beside']//*[contains(@class, 's-figure')]") for page in pages
    ]

    assert ["".join(each.text for each in marked) for marked in figures] == ["17 perahu", "19 perahu"]  # fmt: skip
    assert [each.text for each in figures[0] if "s-gone" in each.get("class")] == ["17"]
    assert not pages[1].xpath("//div[@class='beside']//*[contains(@class, 's-gone')]")


def test_the_current_page_says_that_nothing_changed_and_the_article_leads_to_it(browser, fetches):
    address = f"/article/fajar-1/at/{fetches[1]}"
    page = dom.fromstring(browser.get(address).text)
    links = dom.fromstring(browser.get("/article/fajar-1").text).xpath("//header//a/@href")

    assert "has not changed since" in page.xpath("string(//p[@class='lead'])")
    assert not page.xpath("//section[@id='gone']")
    assert any(link.startswith(address) for link in links)
    assert len(page.xpath("//nav[@class='pages times']/a")) == 2


def test_the_archived_bytes_are_sandboxed_and_no_element_asks_for_anything(browser, fetches):
    answer = browser.get(f"/article/fajar-1/page/{fetches[0]}")
    policy = answer.headers["content-security-policy"]
    frame = dom.fromstring(browser.get(f"/article/fajar-1/at/{fetches[0]}").text).xpath("//iframe")

    assert policy.startswith(
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert COUNT.format(n=17) in answer.text
    assert not dom.fromstring(answer.text).xpath("//@href | //@src | //@http-equiv")
    assert [(each.get("sandbox"), each.get("src").partition("?")[0]) for each in frame] == [
        ("", f"/article/fajar-1/page/{fetches[0]}")
    ]


def test_a_page_of_another_article_or_of_a_reserved_text_is_not_shown(browser, fetches, tmp_path):
    publish_edited_article(tmp_path, is_reserved=True)
    reserved = Browser(site_of(tmp_path))
    fetch = reserved.get("/article/satu.json").json()["fetches"][0]["fetch_id"]
    whole = reserved.get("/article/satu").text

    for kind in ("page", "at", "record"):
        assert browser.get(f"/article/senja-1/{kind}/{fetches[0]}").status_code == 404
        assert reserved.get(f"/article/satu/{kind}/{fetch}").status_code == 404
    assert "/at/" not in whole


def test_what_is_no_html_is_shown_as_text(tmp_path):
    store = Database(tmp_path / "home")
    with Archive(store.home / "archive").writer("run", T0, "0") as writer:
        page = fetched(writer, "fajar", 17, content_type="application/json")
        load_outcomes(store, [page], OUTLETS, VERSIONS)
    find_copies(store)
    store.publish()
    browser = Browser(site_of(store.home))
    [fetch] = browser.get("/article/fajar-1.json").json()["fetches"]
    answer = browser.get(f"/article/fajar-1/page/{fetch['fetch_id']}")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.slow
@needs_browser
@pytest.mark.xdist_group("web_browser")
def test_a_hostile_page_runs_no_script_and_reaches_no_host(home, fetches, elsewhere):
    with started(home, "web") as line, chromium() as opened:
        tab = Tab(opened, line.split()[0].rstrip("/"))
        tab.open(f"/article/fajar-1/at/{fetches[0]}")
        [frame] = [each for each in tab.page.frames if "/page/" in each.url]
        colour = frame.evaluate("getComputedStyle(document.querySelector('p')).color")
        text = frame.evaluate("document.title + document.body.innerText")
        frame.click("#out", no_wait_after=True)
        tab.page.wait_for_timeout(500)
        tab.close()

    assert colour == "rgb(0, 128, 0)"
    assert "script" not in text
    with pytest.raises(BlockingIOError):  # nobody has come
        elsewhere.accept()
