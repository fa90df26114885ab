"""Tables as sheets of Excel, read back by DuckDB."""

from datetime import date

import duckdb
import pytest
from lxml import html as dom
from support.app_browser import Browser, site_of

from kliping import spreadsheet
from kliping.spreadsheet import TooManyRowsError, write_xlsx
from kliping.web.filters import PER_PAGE
from warehouse.lake import extension_file
from warehouse.queries import records

pytestmark = pytest.mark.xdist_group("demo_home")


@pytest.fixture(scope="module")
def browser(demo_home):
    return Browser(site_of(demo_home))


def sheet_rows(content, path):
    path.write_bytes(content)
    with duckdb.connect() as con:
        con.load_extension(str(extension_file("excel")))
        return records(con.execute(f"FROM read_xlsx('{path}', header = true)"))


def test_a_sheet_has_all_rows_of_its_list(browser, tmp_path):
    expected = browser.get("/quotes.json").json()["quotes"]
    answer = browser.get("/quotes.xlsx")
    rows = sheet_rows(answer.content, tmp_path / "quotes.xlsx")

    assert len(rows) == len(expected) > PER_PAGE
    assert [row["text"] for row in rows] == [row["text"] for row in expected]
    assert [row["day"].isoformat() for row in rows] == [row["day"] for row in expected]
    assert [row["confidence"] for row in rows] == [row["confidence"] for row in expected]
    assert dom.fromstring(browser.get("/quotes").text).xpath("//p[@class='data']//a[contains(@href, '/quotes.xlsx')]")  # fmt: skip


def test_each_table_of_a_page_has_a_sheet_and_an_error_has_none(browser, tmp_path):
    sheet = browser.get("/overview.xlsx?table=speakers").content
    rows = sheet_rows(sheet, tmp_path / "speakers.xlsx")
    query = "/sql.xlsx?q=SELECT 1 AS one, '00' AS code"
    [of_query] = sheet_rows(browser.get(query).content, tmp_path / "sql.xlsx")
    refused = browser.get("/quotes.xlsx?table=nothing")

    assert len(rows) == len(browser.get("/overview.json").json()["speakers"]) > 0
    assert of_query == {"one": 1, "code": "00"}
    assert (refused.status_code, refused.headers["content-type"][:9]) == (400, "text/html")


def test_cells_keep_what_they_are_and_break_no_sheet(tmp_path):
    row = {
        "text": "=1+1 <b>\x0b tiga",
        "code": "007",
        "mixed": 2,
        "n": 3,
        "day": date(2026, 11, 24),
        "list": ["a", "b"],
        "long": "a" * 40_000,
        "nothing": None,
    }
    write_xlsx([row, {**row, "mixed": "dua"}], tmp_path / "rows.xlsx")
    [first, second] = sheet_rows((tmp_path / "rows.xlsx").read_bytes(), tmp_path / "copy.xlsx")

    assert first["text"] == "=1+1 <b>\ufffd tiga"
    assert (first["code"], first["n"], first["day"]) == ("007", 3, row["day"])
    assert (first["mixed"], second["mixed"]) == ("2", "dua")
    assert (first["list"], len(first["long"]), first["nothing"]) == ('["a", "b"]', 32_767, None)


def test_a_sheet_without_rows_can_be_opened(tmp_path):
    write_xlsx([], tmp_path / "rows.xlsx")

    assert sheet_rows((tmp_path / "rows.xlsx").read_bytes(), tmp_path / "copy.xlsx") == []


def test_more_rows_than_a_sheet_can_have_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)

    with pytest.raises(TooManyRowsError, match="at most 2 rows"):
        write_xlsx([{"n": n} for n in range(3)], tmp_path / "rows.xlsx")
