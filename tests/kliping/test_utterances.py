"""One utterance: which quotes report it, how each article words it, and who has it from whom."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of
from support.builders import VERSIONS, outcome
from support.steps import find_copies

from kliping.reading.utterances import grouped
from kliping.web.quote_address import quote_key
from kliping.web.utterance import _differences
from parsers.source import from_data
from parsers.structure import structure
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

MORNING = datetime(2026, 11, 2, 1, tzinfo=UTC)
FULL = "Mulai besok semua petugas harus naik bus, saya tidak mau dengar alasan. Mobil dinas tinggal di garasi"
SHORTER = "Besok semua petugas lapangan harus naik bus, saya tidak mau dengar alasan"
OTHER = "Anggaran perawatan jembatan itu kami ajukan lagi pada bulan depan bersama dewan"
THIRD = "Kalau hujan turun lagi pekan depan pengerukan sungai kami tunda, lalu warga di bantaran kami pindahkan dulu ke balai desa, sebab di sana"
NAMES = "Jembatan Watu Lolo Kabupaten Manggarai Timur Nusa Tenggara Timur"
OUTLETS = {
    name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
    for name in ("fajar", "senja", "warta")
}
LINES = {
    "fajar": "Terminal baru di Teluk Randu dibuka dengan upacara kecil. Hujan turun sejak pagi dan warga memadati peron.",
    "senja": "Aturan baru bagi pegawai disampaikan di balai kota. Serikat pekerja belum menanggapi rencana tersebut sampai sore.",
    "warta": "Angkutan umum menjadi sorotan pekan ini. Sopir angkot menunggu kepastian rute di pangkalan dekat pasar ikan.",
}


def quotes(*texts, hours=1):
    """One after the other, so many hours apart."""
    return [{"text": text, "reported_at": MORNING + n * timedelta(hours=hours)} for n, text in enumerate(texts)]  # fmt: skip


def texts(groups):
    return [[row["text"] for row in group] for group in groups]


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        (FULL, FULL.replace("besok", "Besok").replace(",", " –"), True),
        (FULL, SHORTER, True),
        (FULL, "Saya tidak mau dengar alasan", True),
        (FULL, OTHER, False),
        (FULL, "Saya tidak", False),
        (f"{NAMES} sudah diperbaiki tahun lalu", f"Warga menutup jalan ke {NAMES}", False),
        (f"{FULL}. {OTHER}", f"{THIRD} semua petugas harus naik bus, saya", False),
    ],
)
def test_quotes_report_one_utterance_if_they_share_enough_of_its_words(first, second, is_one):
    assert len(grouped(quotes(first, second))) == (1 if is_one else 2)


def test_what_is_said_again_after_three_days_is_another_utterance():
    assert len(grouped(quotes(FULL, FULL, hours=72))) == 1
    assert len(grouped(quotes(FULL, FULL, hours=73))) == 2
    assert texts(grouped(quotes(FULL, FULL, FULL, hours=48))) == [[FULL, FULL], [FULL]]


def test_a_long_quote_does_not_join_the_utterances_that_are_in_it():
    groups = grouped(quotes(FULL, OTHER, f"{FULL}. Begitu. {OTHER}"))

    assert texts(groups) == [[FULL, f"{FULL}. Begitu. {OTHER}"], [OTHER]]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("satu dua tiga empat lima", [("equal", "satu dua tiga empat lima")]),
        ("dua tiga empat", [("left out", ""), ("equal", "dua tiga empat"), ("left out", "")]),
        ("Esa dua tiga empat lima", [("del", "satu"), ("ins", "Esa"), ("equal", " dua tiga empat lima")]),
        ("satu dua tiga empat enam", [("equal", "satu dua tiga empat "), ("del", "lima"), ("ins", "enam")]),
        ("sama sekali lain satu", [("equal", "sama sekali lain satu")]),
    ],
)  # fmt: skip
def test_a_wording_is_shown_by_what_differs_unless_hardly_anything_is_the_same(text, steps):
    assert _differences("satu dua tiga empat lima", text) == steps


def new_article(source, hour, quote):
    body = (
        f"{LINES[source]}\n“{quote},” kata Kepala Dinas Perhubungan Rambu Ata Lende di Waikabubak."
    )
    return outcome(body, hour=hour, url=f"http://{source}.test/{hour}", article_id=f"{source}-{hour}", source_id=source,
                   headline=f"Petugas {source} {hour}", date_published=MORNING + timedelta(hours=hour), structure=structure(body))  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Four articles with one utterance, and one with another."""
    store = Database(tmp_path_factory.mktemp("utterances") / "home")
    reports = [("fajar", 0, FULL), ("senja", 1, SHORTER), ("warta", 2, FULL), ("senja", 5, FULL), ("fajar", 9, OTHER)]  # fmt: skip
    load_outcomes(store, [new_article(*each) for each in reports], OUTLETS, VERSIONS)
    find_copies(store)
    store.publish()
    return Browser(site_of(store.home))


def test_the_page_of_an_utterance_has_its_reports_by_wording_and_who_was_first(browser):
    address = f"/utterance/warta-2/{quote_key(FULL)}"
    reports = browser.get(f"{address}.json").json()["reports"]
    page = dom.fromstring(browser.get(address).text)

    assert [(row["article_id"], row["wording"], row["same_words_in"]) for row in reports] == [
        ("fajar-0", 1, None),
        ("warta-2", 1, "Fajar"),
        ("senja-5", 1, "Fajar"),
        ("senja-1", 2, None),
    ]
    assert reports[2]["copied_from"] == "Senja"
    assert page.xpath("//div[@class='wordings diff']//ins//text()") == ["Besok", " lapangan"]
    assert page.xpath("string(//p[@class='lead'])") == "4 articles, 3 outlets, 2 wordings. First in Fajar, 2 Nov 2026, 08:00 WIB."  # fmt: skip


def test_each_quote_leads_to_its_utterance_and_a_person_has_one_row_for_it(browser):
    page = dom.fromstring(browser.get("/article/senja-1").text)
    [link] = page.xpath("//a[starts-with(@href, '/utterance/')]")
    speaker = browser.get("/article/senja-1.json").json()["quotes"][0]["speaker_entity_id"]
    rows = browser.get(f"/entity/{speaker}.json").json()["utterances"]

    assert link.text_content() == "also in 3 articles"
    assert browser.get(link.get("href")).status_code == 200
    assert [(row["text"], row["n_articles"], row["n_outlets"], row["n_wordings"]) for row in rows] == [
        (OTHER, 1, 1, 1),
        (FULL, 4, 3, 2),
    ]  # fmt: skip
    assert not dom.fromstring(browser.get("/article/fajar-9").text).xpath("//a[starts-with(@href, '/utterance/')]")  # fmt: skip


def test_an_utterance_that_nobody_else_reports_says_so_and_an_unknown_quote_is_refused(browser):
    page = dom.fromstring(browser.get(f"/utterance/fajar-9/{quote_key(OTHER)}").text)

    assert "No other article has these words" in page.xpath("string(//p[@class='empty'])")
    assert browser.get("/utterance/fajar-9/000000000000").status_code == 404
    assert browser.get(f"/utterance/none/{quote_key(OTHER)}").status_code == 404
