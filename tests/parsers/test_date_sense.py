"""What tells whether a number or a name is a date, and of which year."""

from datetime import date

import pytest

from parsers.structure import structure

DAY = date(2025, 6, 10)  # a Tuesday


def read_dates(text, **kwargs):
    rows = structure(text, **{"published": DAY, **kwargs}).dates
    return [(d.text, str(d.date_start), str(d.date_end)) for d in rows]


@pytest.mark.parametrize(
    "text",
    [
        "Kudus lolos ke Piala Garuda 2026 pekan itu.",
        "Mereka berlatih untuk piala garuda 2026.",
        "Pameran Industri Kudus (PIK) 2025 dibuka.",
        "Dana APBD 2025 belum cair.",
        "Kudus menang telak (5-1) atas Demak.",
        "Kadar airnya stabil (7-8) di sumur itu.",
        "Kereta berangkat setiap Selasa, Kamis, dan Sabtu.",
        "Aturan tidak berlaku pada hari Sabtu, Minggu, dan libur nasional.",
        "Ia tinggal di Pasar Minggu bersama ibunya.",
        "Menteri Han Jun-seok menolak usul itu.",
    ],
)
def test_what_looks_like_a_date_is_none(text):
    assert read_dates(text) == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Sejak 2018 warga menunggu.", [("2018", "2018-01-01", "2018-12-31")]),
        ("Tahun 2023 jembatan itu roboh.", [("2023", "2023-01-01", "2023-12-31")]),
        ("Gempa terjadi 09-Jun-2025 sore.", [("09-Jun-2025", "2025-06-09", "2025-06-09")]),
        ("Warga antre, Senin  (9/6/2025).", [("Senin  (9/6/2025)", "2025-06-09", "2025-06-09")]),
        ("Pada Sabtu lalu (7/6) ia datang.", [("Sabtu lalu (7/6)", "2025-06-07", "2025-06-07")]),
    ],
)
def test_a_date_is_read_with_what_belongs_to_it(text, rows):
    assert read_dates(text) == rows


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Dana akan cair pada Juni.", "2025-06-01"),
        ("Dana akan cair pada Mei.", "2026-05-01"),
        ("Mereka melanggar perjanjian 27 November.", "2024-11-27"),
        ("Lomba akan digelar pada 27 November.", "2025-11-27"),
        ("Ia datang pada 25 Juni.", "2025-06-25"),
        ("Ia dijumpai di Kudus, Selasa (2/6).", "2025-06-02"),
        ("Ia dijumpai di Kudus, Rabu (30/10).", "2024-10-30"),
    ],
)
def test_a_date_without_a_year_is_of_the_year_that_the_words_tell(text, first):
    assert read_dates(text)[0][1] == first


def test_a_month_that_was_not_turned_is_mended_by_its_weekday():
    (row,) = structure("Ia dijumpai di Kudus, Selasa (10/5/2025).", published=DAY).dates

    assert (str(row.date_start), row.weekday_matches) == ("2025-06-10", False)


def test_a_weekday_that_is_wrong_by_a_day_leaves_the_date():
    (row,) = structure("Ia dijumpai di Kudus, Senin (10/6/2025).", published=DAY).dates

    assert (str(row.date_start), row.weekday_matches) == ("2025-06-10", False)


@pytest.mark.parametrize("reference", [date(2025, 1, 24), date(2025, 6, 27)])
def test_a_day_of_the_past_or_a_plan_is_not_the_day_of_the_news(reference):
    assert read_dates("Harga beras turun hari ini.", reference_date=reference)[0][1] == "2025-06-10"


def test_the_day_that_the_text_names_shortly_before_is_that_of_the_news():
    text = "Harga beras turun hari ini."

    assert read_dates(text, reference_date=date(2025, 6, 9))[0][1] == "2025-06-09"
