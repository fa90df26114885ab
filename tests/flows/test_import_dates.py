"""Dates of an imported column: the order of day and month is that of the whole column, and printed forms with labels are read."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from support.command_line import kliping
from support.runs import ask

from flows.jobs.import_tables import ImportFailedError, open_table
from parsers.dates.column import DateColumn, read_cell
from parsers.table_row import TableRow, decode

LIMIT = 1 << 20
TEXT = "Warga dua dusun menyeberang lewat jembatan gantung sepanjang 80 meter."
DAYS = "SELECT url, strftime(date_published, '%Y-%m-%d') FROM mart.articles"


def table(path: Path, cells: list[str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("url", "text", "tanggal"))
        rows.writerows((f"https://kabar.example/2026/{n}/jembatan", TEXT, cell) for n, cell in enumerate(cells))  # fmt: skip
    return path


def days_read(path: Path, **options: str) -> list[date | None]:
    """As an import would read and archive them."""
    opened = open_table(path, {}, LIMIT, **options)
    stamps = []
    for row in csv.DictReader(path.open(encoding="utf-8")):
        encoded = TableRow(cells=row, columns=opened.columns, date_orders=opened.date_orders)
        stamps.append(decode(encoded.encode()).stamp("date_published"))
    return [stamp and stamp.day for stamp in stamps]


@pytest.mark.parametrize(("form", "order"), [("%m/%d/%Y %H:%M", "mdy"), ("%d/%m/%Y %H:%M", "dmy"), ("%m-%d-%y", "mdy")])  # fmt: skip
def test_of_900_dates_of_which_many_have_two_readings_all_are_right(tmp_path, form, order):
    """One every 17 hours, as a list of a year and a half has them."""
    days = [date(2024, 1, 3) + timedelta(days=n * 17 // 24) for n in range(900)]
    path = table(tmp_path / "a.csv", [day.strftime(form) for day in days])

    assert days_read(path) == days
    column = open_table(path, {}, LIMIT).date_columns["date_published"]
    assert (column.order, column.counts["either"] > 146) == (order, True)


def test_a_column_that_shows_no_order_must_be_told_it(tmp_path):
    path = table(tmp_path / "a.csv", ["03/04/2025", "05/06/2025 10:00", "07/07/2025", ""])

    with pytest.raises(ImportFailedError, match=r"nothing in column 'tanggal' says .*'03/04/2025', '05/06/2025 10:00'; add --date-order dmy"):  # fmt: skip
        open_table(path, {}, LIMIT)

    assert days_read(path, date_order="dmy")[:2] == [date(2025, 4, 3), date(2025, 6, 5)]
    assert days_read(path, date_order="mdy")[:2] == [date(2025, 3, 4), date(2025, 5, 6)]


def test_a_column_of_both_orders_is_reported_and_must_be_told(tmp_path):
    path = table(tmp_path / "a.csv", ["13/04/2025", "04/13/2025", "03/04/2025"])

    with pytest.raises(ImportFailedError, match=r"some cells .* the day first and others the month: '13/04/2025', '04/13/2025', '03/04/2025'"):  # fmt: skip
        open_table(path, {}, LIMIT)

    assert days_read(path, date_order="mdy") == [date(2025, 4, 13), date(2025, 4, 13), date(2025, 3, 4)]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2025-03-04", "20 Juni 2025", "07/07/2025"], "dmy"),  # nothing has two readings
        (["Senin, 03/02/2025", "04/05/2025"], "dmy"),
        (["Sunday, 03/02/2025", "04/05/2025"], "mdy"),
        (["03/02/2025, 14:05 WIB"], "dmy"),
        (["13/04/2025", "04/13/2025"], "dmy"),  # both can be read in one way only
    ],
)
def test_a_weekday_or_an_indonesian_zone_shows_the_order_too(cells, order):
    column = DateColumn()
    for cell in cells:
        column.add(cell)

    assert column.order == order


def test_the_order_is_archived_so_that_a_rebuild_reads_the_same(tmp_path):
    home, path = (
        tmp_path / "home",
        table(tmp_path / "a.csv", ["10/21/2025 12:00", "10/02/2025 12:00"]),
    )
    assert kliping(home, "import", path).returncode == 0
    first = sorted(ask(home, DAYS))
    (home / "warehouse.duckdb").unlink()

    assert kliping(home, "rebuild").returncode == 0

    assert [day for _, day in first] == ["2025-10-21", "2025-10-02"]
    assert sorted(ask(home, DAYS)) == first


def test_the_command_stops_before_anything_is_written_and_reads_with_the_order_stated(tmp_path):
    home, path = tmp_path / "home", table(tmp_path / "a.csv", ["10/02/2025 12:00"])

    refused = kliping(home, "import", path)
    done = kliping(home, "import", path, "--date-order", "mdy")

    assert (refused.returncode, refused.stdout, "--date-order" in refused.stderr) == (2, "", True)
    assert (done.returncode, "tanggal (month first)" in done.stderr) == (0, True)
    assert ask(home, DAYS)[0][1] == "2025-10-02"


PRINTED = {
    "Diperbarui 14 Mar 2024, 07:15 WIB": "2024-03-14 07:15",
    ", Jum'at, 15 Maret 2024 |14:05 WIB": "2024-03-15 14:05",
    "Koran.com- 15/03/2024, 14:05 WIB": "2024-03-15 14:05",
    "Koran6.com - 15/03/2024, 14:05 WIB 14:05": "2024-03-15 14:05",
    "Tayang: Senin, 9 Desember 2024 10:48 WITA": "2024-12-09 10:48",
    "Selasa, 10 Des 2024 - 21:48 WIB_x0000_": "2024-12-10 21:48",
    "22 Februari 2018 | 09.19 WIB": "2018-02-22 09:19",
    "Jumat, 31 Mei  2024 05:03 WIB 05:03": "2024-05-31 05:03",
    "Dipublikasikan: 15 Maret 2024": "2024-03-15 None",
}
NOT_READ = (
    "15 Maret 2024 14:05 WIB (diperbarui 16 Maret 2024)",
    "15 Maret 2024 14:05 WIB 16:30",
    "halaman 3, 15 Maret 2024",
    "Pasal 12 tahun 2024",
    "Rapat itu digelar warga desa pada hari Jumat tanggal 15 Maret 2024",
    "",
)


@pytest.mark.parametrize("cell", PRINTED)
def test_a_printed_date_is_read_with_what_stands_beside_it(cell):
    stamp = read_cell(cell)

    assert f"{stamp.day} {stamp.clock and stamp.clock.strftime('%H:%M')}" == PRINTED[cell]


@pytest.mark.parametrize("cell", NOT_READ)
def test_a_cell_with_another_number_or_a_sentence_is_no_date(cell):
    assert read_cell(cell) is None


def test_a_refusal_shows_the_value(tmp_path):
    cells = ["besok lusa", "2099-01-01", "besok lusa", "entah kapan", "2025-01-02"]
    path = table(tmp_path / "a.csv", cells)

    done = kliping(tmp_path / "home", "import", path, "--format", "json")

    failures = {row["reason"]: (row["n"], row["detail"]) for row in json.loads(done.stdout)["failures"]}  # fmt: skip
    assert failures == {
        "no date can be read in its column 'tanggal'": (3, "'besok lusa', 'entah kapan'"),
        "an impossible date in its column 'tanggal'": (1, "'2099-01-01'"),
    }


def test_unix_times_among_written_dates_are_reported(tmp_path):
    path = table(tmp_path / "a.csv", ["1736911800", "2025-01-15", "2025-01-16"])

    done = kliping(tmp_path / "home", "import", path)

    assert "date_published=tanggal (1 of 3 are unix times)" in done.stderr
