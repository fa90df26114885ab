from datetime import date

import pytest

from parsers.structure import structure

ANCHOR = date(2025, 7, 16)  # a Wednesday


def only(text, **kwargs):
    (found,) = structure(text, **{"reference_date": ANCHOR, **kwargs}).dates
    return found


@pytest.mark.parametrize(
    ("text", "span", "first", "last", "resolution", "method", "matches"),
    [
        ("Pada Selasa (15/07/2025) itu.", "Selasa (15/07/2025)", "2025-07-15", "2025-07-15", "day", "explicit_dmy", True),
        ("Pada Senin (15/7/2025) itu.", "Senin (15/7/2025)", "2025-07-15", "2025-07-15", "day", "explicit_dmy", False),
        ("Pada Selasa (15/7) itu.", "Selasa (15/7)", "2025-07-15", "2025-07-15", "day", "explicit_dm", True),
        ("Pada Kamis, 23 Januari 2025 itu.", "Kamis, 23 Januari 2025", "2025-01-23", "2025-01-23", "day", "explicit_dmy", True),
        ("Pada 14 November nanti.", "14 November", "2025-11-14", "2025-11-14", "day", "explicit_dm", None),
        ("Acara 13–15 November 2025 di sana.", "13–15 November 2025", "2025-11-13", "2025-11-15", "day_range", "explicit_day_range", None),
        ("Sejak Maret 2020 tutup.", "Maret 2020", "2020-03-01", "2020-03-31", "month", "explicit_month", None),
        ("Antara Juli-Agustus 2018 ramai.", "Juli-Agustus 2018", "2018-07-01", "2018-08-31", "month_range", "explicit_month_range", None),
        ("Sepanjang 2020-2022 naik.", "2020-2022", "2020-01-01", "2022-12-31", "year_range", "explicit_year_range", None),
        ("Pada tahun 2018 naik.", "2018", "2018-01-01", "2018-12-31", "year", "explicit_year", None),
        ("Acara Senin pagi itu.", "Senin", "2025-07-14", "2025-07-14", "day", "weekday_anchor", True),
        ("Acara Jumat depan itu.", "Jumat", "2025-07-18", "2025-07-18", "day", "weekday_anchor", True),
        ("Mulai hari ini dibuka.", "hari ini", "2025-07-16", "2025-07-16", "day", "relative_day", None),
        ("Ia datang kemarin sore.", "kemarin", "2025-07-15", "2025-07-15", "day", "relative_day", None),
        ("Rapat pekan lalu batal.", "pekan lalu", "2025-07-07", "2025-07-13", "day_range", "relative_pekan", None),
        ("Target tahun ini naik.", "tahun ini", "2025-01-01", "2025-12-31", "year", "relative_tahun", None),
    ],
)
def test_every_form_of_date_is_read(text, span, first, last, resolution, method, matches):
    found = only(text)

    assert (found.text, found.date_start.isoformat(), found.date_end.isoformat()) == (span, first, last)
    assert (found.resolution, found.method, found.weekday_matches) == (resolution, method, matches)


@pytest.mark.parametrize(
    "text", ["Nomor 18 Tahun 2017.", "Tanggal 31/02/2025.", "Ibu Mei hadir.", "Beberapa minggu lalu.", "Ada 2020 orang."]
)
def test_laws_impossible_days_and_names_are_no_dates(text):
    assert structure(text, reference_date=ANCHOR).dates == ()


def test_a_weekday_takes_the_only_explicit_day_of_that_name():
    found = structure("Senin (7/7/2025) dibuka.\nPada Senin itu warga datang.").dates

    assert [d.date_start for d in found] == [date(2025, 7, 7)] * 2


def test_without_any_anchor_a_weekday_gives_no_row():
    assert structure("Acara Senin pagi itu.").dates == ()


def test_the_year_whose_weekday_agrees_is_taken():
    assert only("Pada Rabu (31/12) itu.", reference_date=date(2026, 1, 2)).date_start == date(2025, 12, 31)


def test_english_dates():
    assert only("It began on May 5, 2024.", language="en").date_start == date(2024, 5, 5)
