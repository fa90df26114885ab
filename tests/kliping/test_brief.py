"""The brief: five findings with their sentences, on two sheets of paper, and nothing in it can act."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html as dom
from support.browser import Tab, chromium, needs_browser
from support.builders import T0, VERSIONS, outcome
from support.command_line import kliping
from support.steps import find_copies
from test_overview import HOSTILE, crowded  # noqa: F401 - a fixture

from kliping.reading.brief import FINDINGS, brief
from kliping.reading.labels import Language
from kliping.reading.sample import sentence
from parsers.source import from_data
from parsers.structure import structure
from parsers.text.normalize import printable
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

pytestmark = pytest.mark.xdist_group("overview")
OCTOBER = {"since": date(2026, 10, 1), "until": date(2026, 10, 31)}
PAGES = 2  # of paper


@pytest.fixture(scope="module")
def reader(demo_home):
    with Reader(demo_home) as opened:
        yield opened


def findings(text):
    """Kind -> what the findings of it say: kicker, title, line, sentence."""
    found: dict[str, list[list[str]]] = {}
    for item in dom.fromstring(text).xpath("//ol/li"):
        parts = [" ".join(part.text_content().split()) for part in item.xpath("p[@class='kicker'] | h2 | p[@class='why'] | blockquote")]  # fmt: skip
        found.setdefault(item.get("id").partition("-")[0], []).append(parts)
    return found


def test_it_has_five_findings_of_several_kinds_each_with_its_sentence(reader):
    found = findings(brief(reader, **OCTOBER))

    assert sum(map(len, found.values())) == FINDINGS
    assert found["events"][0] == [
        "Reported by 3 outlets",
        "Perahu Pekerja Migran Tenggelam di Sebatik, 12 Orang Tewas",
        "3 articles, first by SuaraRantau.test",
        found["events"][0][3],
    ]
    [kicker, subject, line, words] = found["figures"][0]
    assert (kicker, subject) == ("Outlets give different numbers", "people aboard")
    assert line.startswith("33 penumpang (SuaraRantau.test); 35 orang (PortalNusa).")
    assert "35 orang" in words
    assert all(len(parts) == 4 and parts[3] for kind in found.values() for parts in kind)


def test_every_sentence_stands_in_its_article(reader):
    texts = {row["url"]: row["body_text"] for row in reader.rows("SELECT url, body_text FROM mart.articles")}  # fmt: skip
    items = dom.fromstring(brief(reader, **OCTOBER)).xpath("//ol/li")

    for item in items:
        [url] = item.xpath("p[@class='sub']//a/@href")
        words = " ".join(item.xpath("string(blockquote)").split())
        assert words in " ".join(texts[url].split())


def test_without_days_it_has_the_last_week_with_its_edits_word_by_word(reader):
    text = brief(reader)
    [edit] = dom.fromstring(text).xpath("//li[starts-with(@id, 'edits')]")

    assert "15 Nov 2026 – 21 Nov 2026" in dom.fromstring(text).findtext(".//title")
    assert [part.text for part in edit.xpath(".//del | .//ins")][:2] == ["17", "19"]
    assert "11 articles, 10 without copies, of 3 outlets" in text


def test_one_outlet_alone_has_its_own_findings(reader):
    found = dom.fromstring(brief(reader, **OCTOBER, source="PortalNusa"))

    assert "PortalNusa" in found.xpath("string(//h1)")
    outlets = {text.split(",")[0] for text in found.xpath("//li[starts-with(@id, 'speakers')]/p[@class='sub']/text()")}  # fmt: skip
    assert outlets == {"PortalNusa"}


def test_days_without_an_article_and_a_home_without_one_say_so(reader, store):
    store.publish()
    with Reader(store.home) as empty:
        nothing = brief(empty)

    assert "No articles yet" in nothing
    for text in (nothing, brief(reader, since=date(2031, 1, 1))):
        assert "Nothing was found in these days" in text
        assert findings(text) == {}


def test_in_indonesian_every_label_is(reader):
    text = brief(reader, language=Language.INDONESIAN, **OCTOBER)

    assert dom.fromstring(text).get("lang") == "id"
    kickers = {parts[0] for kind in findings(text).values() for parts in kind}
    assert kickers <= {"Diberitakan 3 media", "Diberitakan 2 media", "Media menyebut angka yang berbeda", "Angka yang mungkin berubah", "Paling banyak dikutip", "Paling banyak disalin", "Disunting setelah terbit"}  # fmt: skip


def test_nothing_on_the_page_can_act_and_it_stays_small(crowded):  # noqa: F811 - the fixture
    text = brief(crowded, since=date(2020, 1, 1))
    root = dom.fromstring(text)

    assert len(text.encode()) < 30_000
    assert printable(text) == text
    assert not root.xpath("//script | //img | //link | //iframe | //object | //form | //svg")
    assert not [name for tag in root.iter() if isinstance(tag.tag, str) for name in tag.attrib if name.startswith("on")]  # fmt: skip
    assert root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == ["default-src 'none'; style-src 'unsafe-inline'"]  # fmt: skip
    assert all(a.get("href").startswith("http") and "noopener" in a.get("rel") for a in root.xpath("//a"))  # fmt: skip
    assert any(words in root.text_content() for words in HOSTILE[:4])


@pytest.mark.parametrize("is_reserved", [False, True])
def test_of_a_reserved_text_no_word_after_its_snippet_is_shown(tmp_path, is_reserved):
    opening = "Warga desa itu bergotong royong memperbaiki tanggul sungai sejak pagi. " * 5
    text = f"{opening.strip()}\n“Tanggul ini harus selesai sebelum hujan datang,” kata Kepala Desa Karang, Wira Atmaja."
    store = Database(tmp_path)
    kabar = from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})
    first = outcome(text, url="http://kabar.test/1", article_id="satu", headline="Tanggul", date_published=T0, structure=structure(text))  # fmt: skip
    edited = text.replace("sebelum hujan", "sebelum Lebaran")
    second = outcome(edited, hour=5, url="http://kabar.test/1", article_id="satu", headline="Tanggul", date_published=T0, structure=structure(edited))  # fmt: skip
    for each in (first, second):
        load_outcomes(store, [each], {"kabar": kabar}, VERSIONS)
    find_copies(store)
    if is_reserved:
        with store.write_connection() as con:
            con.execute("UPDATE raw.fetches SET reservations = ['robots: noai']")
    store.publish()

    with Reader(store.home) as reader:
        shown = brief(reader)

    assert ("harus selesai" in shown) == (not is_reserved)
    assert ("Lebaran" in shown) == (not is_reserved)
    assert ("The publisher reserves this text." in shown) == is_reserved
    assert list(findings(shown)) == ["edits", "speakers"]


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("Satu. “Aman,” kata Hj. Sari Dewi. Tiga.", 8, "“Aman,” kata Hj. Sari Dewi."),
        ("Satu. Ir. H. Wira Atmaja pulang. Tiga.", 12, "Ir. H. Wira Atmaja pulang."),
        ("Ia tinggal di Desa Karang. Sari pulang.", 30, "Sari pulang."),
    ],
)
def test_a_title_before_a_name_ends_no_sentence(text, at, expected):
    assert sentence(text, at, at + 1) == expected


def test_the_command_writes_it_to_a_file_or_to_standard_output(demo_home, tmp_path):
    file = kliping(demo_home, "report", "--output", tmp_path / "r.html", "--source", "harianlama")
    out = kliping(demo_home, "report", "--output", "-")

    assert (file.returncode, file.stdout) == (0, "")
    assert "Harian Lama" in (tmp_path / "r.html").read_text()
    assert (out.returncode, out.stderr) == (0, "")
    assert out.stdout.startswith("<!")
    assert out.stdout.rstrip().endswith("</html>")


@pytest.mark.slow
@needs_browser
def test_it_fits_a_phone_and_two_sheets_of_paper(reader, crowded, tmp_path):  # noqa: F811 - as above
    with chromium() as browser:
        for n, text in enumerate([brief(reader, **OCTOBER), brief(crowded, since=date(2020, 1, 1))]):  # fmt: skip
            path = tmp_path / f"{n}.html"
            path.write_text(text, encoding="utf-8")
            tab = Tab(browser)
            tab.open(path.as_uri())
            for scheme in ("light", "dark"):
                tab.page.emulate_media(color_scheme=scheme)
                assert tab.is_dark() == (scheme == "dark")
                assert [tab.overflow(width) for width in (360, 768, 1280)] == [[], [], []]
                assert n or tab.violations() == []
            paper = tab.page.pdf(format="A4", prefer_css_page_size=True)
            assert 1 <= paper.count(b"/Type /Page\n") <= PAGES
            assert (tab.requests, tab.complaints) == ([path.as_uri()], [])


@pytest.mark.slow
@needs_browser
def test_a_page_that_asked_or_complained_or_stood_out_would_be_noticed(tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<!doctype html><img src="http://kabar.test/a.png"><p style="width:900px">.</p><script>nowhere()</script>'
    )
    with chromium() as browser:
        tab = Tab(browser)
        tab.open(bad.as_uri())

        assert tab.requests == [bad.as_uri(), "http://kabar.test/a.png"]
        assert len(tab.complaints) == 2
        assert [line[:6] for line in tab.overflow(360)] == ["908 px", "<p sty"]
        assert any(line.startswith("critical image-alt") for line in tab.violations())
