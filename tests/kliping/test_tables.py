"""Tables on terminals of every width: words, headers and numbers stay whole, and wide rows become records."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from rich.cells import cell_len

from kliping.tables import draw

ROW = {
    "source_name": "PortalNusa",
    "story_date": date(2026, 11, 16),
    "last_success_at": datetime(2026, 11, 26, 17, 37, 53),  # noqa: DTZ001 - as DuckDB gives it
    "failures_in_a_row": 12_345_678,
    "share": Decimal("12.50"),
    "headline": "Petani Bawang Brebes Menunda Panen karena Banjir",
    "note": None,
}
WHOLE = [*ROW, "PortalNusa", "2026-11-16", "12345678", "12.50", "2026-11-26 17:37:53"]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200, 100_000])
def test_no_word_header_number_or_time_is_broken_at_any_width(width):
    lines = draw([ROW, ROW | {"headline": "Kabar"}], width)
    text = "\n".join(lines)

    assert max(map(cell_len, lines)) <= width
    assert [part for part in WHOLE if part not in text] in ([], ["note"])
    assert not set(ROW["headline"].split()) - set(text.split())


def test_rows_that_fit_are_a_table_and_wider_ones_are_records():
    is_table = {width: draw([ROW, ROW], width)[1].startswith("──") for width in (60, 80, 120, 200)}

    assert is_table == {60: False, 80: True, 120: True, 200: True}


def test_a_record_has_a_line_for_each_value_there_is():
    lines = draw([{"url": "http://kabar.test/" + "a" * 60, "reason": None, "n": 3}] * 2, 40)

    record = ["url", "http://kabar.test/" + "a" * 60, "n    3"]
    assert lines == [*record, "", *record]


def test_a_table_whose_cells_would_be_taller_than_records_becomes_records():
    text = "kata " * 30
    lines = draw([dict.fromkeys("abcd", text.strip())], 30)

    assert lines[0].startswith("a  kata kata")


def test_where_room_is_short_columns_without_a_value_are_left_out():
    row = {"outlet": "kabar", "failures_in_a_row": None, "state": "ok"}

    assert draw([row], 40)[0].split() == ["outlet", "failures_in_a_row", "state"]
    assert draw([row, row], 20)[0].split() == ["outlet", "state"]


def test_rows_without_any_value_are_drawn():
    assert draw([{"a": None}], 80) == ["a", "─", ""]
