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
        (
            "Pada Selasa (15/07/2025) itu.",
            "Selasa (15/07/2025)",
            "2025-07-15",
            "2025-07-15",
            "day",
            "explicit_dmy",
            True,
        ),
        (
            "Pada Senin (15/7/2025) itu.",
            "Senin (15/7/2025)",
            "2025-07-15",
            "2025-07-15",
            "day",
            "explicit_dmy",
            False,
        ),
        (
            "Pada Selasa (15/07/2025 pagi) itu.",
            "Selasa (15/07/2025",
            "2025-07-15",
            "2025-07-15",
            "day",
            "explicit_dmy",
            True,
        ),
        (
            "Pada Selasa (15/07/2025",
            "Selasa (15/07/2025",
            "2025-07-15",
            "2025-07-15",
            "day",
            "explicit_dmy",
            True,
        ),
        (
            "Pada Selasa (15/7) itu.",
            "Selasa (15/7)",
            "2025-07-15",
            "2025-07-15",
            "day",
            "explicit_dm",
            True,
        ),
        (
            "Pada Kamis, 23 Januari 2025 itu.",
            "Kamis, 23 Januari 2025",
            "2025-01-23",
            "2025-01-23",
            "day",
            "explicit_dmy",
            True,
        ),
        (
            "Pada 14 November nanti.",
            "14 November",
            "2025-11-14",
            "2025-11-14",
            "day",
            "explicit_dm",
            None,
        ),
        (
            "Acara 13–15 November 2025 di sana.",
            "13–15 November 2025",
            "2025-11-13",
            "2025-11-15",
            "day_range",
            "explicit_day_range",
            None,
        ),
        (
            "Sejak Maret 2020 tutup.",
            "Maret 2020",
            "2020-03-01",
            "2020-03-31",
            "month",
            "explicit_month",
            None,
        ),
        (
            "Antara Juli-Agustus 2018 ramai.",
            "Juli-Agustus 2018",
            "2018-07-01",
            "2018-08-31",
            "month_range",
            "explicit_month_range",
            None,
        ),
        (
            "Sepanjang 2020-2022 naik.",
            "2020-2022",
            "2020-01-01",
            "2022-12-31",
            "year_range",
            "explicit_year_range",
            None,
        ),
        (
            "Pada tahun 2018 naik.",
            "2018",
            "2018-01-01",
            "2018-12-31",
            "year",
            "explicit_year",
            None,
        ),
        (
            "Acara Senin pagi itu.",
            "Senin",
            "2025-07-14",
            "2025-07-14",
            "day",
            "weekday_anchor",
            True,
        ),
        (
            "Antara Januari-Februari ramai.",
            "Januari-Februari",
            "2025-01-01",
            "2025-02-28",
            "month_range",
            "explicit_month_range",
            None,
        ),
        (
            "Sejak November 2024 hingga Februari 2025 naik.",
            "November 2024 hingga Februari 2025",
            "2024-11-01",
            "2025-02-28",
            "month_range",
            "explicit_month_range",
            None,
        ),
        (
            "Musim Desember-Februari 2025 basah.",
            "Desember-Februari 2025",
            "2024-12-01",
            "2025-02-28",
            "month_range",
            "explicit_month_range",
            None,
        ),
        (
            "Naik pada triwulan III-2024 lalu.",
            "triwulan III-2024",
            "2024-07-01",
            "2024-09-30",
            "month_range",
            "explicit_month_range",
            None,
        ),
        (
            "Naik pada semester II tahun 2024.",
            "semester II tahun 2024",
            "2024-07-01",
            "2024-12-31",
            "month_range",
            "explicit_month_range",
            None,
        ),
        (
            "Kosong sejak tahun 1990-an itu.",
            "1990-an",
            "1990-01-01",
            "1999-12-31",
            "year_range",
            "explicit_year",
            None,
        ),
        (
            "Selesai Februari tahun depan.",
            "Februari tahun depan",
            "2026-02-01",
            "2026-02-28",
            "month",
            "month_anchor",
            None,
        ),
        (
            "Hujan Selasa malam (15/7/2025) itu.",
            "Selasa malam (15/7/2025)",
            "2025-07-15",
            "2025-07-15",
            "day",
            "explicit_dmy",
            True,
        ),
        (
            "Rapat Sabtu-Minggu (12-13/7/2025) itu.",
            "Sabtu-Minggu (12-13/7/2025)",
            "2025-07-12",
            "2025-07-13",
            "day_range",
            "explicit_day_range",
            None,
        ),
        (
            "Acara Rabu lalu itu.",
            "Rabu lalu",
            "2025-07-09",
            "2025-07-09",
            "day",
            "weekday_anchor",
            True,
        ),
        (
            "Sidang akan digelar Senin di sana.",
            "Senin",
            "2025-07-21",
            "2025-07-21",
            "day",
            "weekday_anchor",
            True,
        ),
        (
            "Korban telah dimakamkan Sabtu di sana.",
            "Sabtu",
            "2025-07-12",
            "2025-07-12",
            "day",
            "weekday_anchor",
            True,
        ),
        (
            "Acara Jumat depan itu.",
            "Jumat depan",
            "2025-07-18",
            "2025-07-18",
            "day",
            "weekday_anchor",
            True,
        ),
        (
            "Mulai hari ini dibuka.",
            "hari ini",
            "2025-07-16",
            "2025-07-16",
            "day",
            "relative_day",
            None,
        ),
        (
            "Ia datang kemarin sore.",
            "kemarin",
            "2025-07-15",
            "2025-07-15",
            "day",
            "relative_day",
            None,
        ),
        (
            "Rapat pekan lalu batal.",
            "pekan lalu",
            "2025-07-07",
            "2025-07-13",
            "day_range",
            "relative_pekan",
            None,
        ),
        (
            "Target tahun ini naik.",
            "tahun ini",
            "2025-01-01",
            "2025-12-31",
            "year",
            "relative_tahun",
            None,
        ),
    ],
)
def test_every_form_of_date_is_read(text, span, first, last, resolution, method, matches):
    found = only(text)

    assert (found.text, found.date_start.isoformat(), found.date_end.isoformat()) == (
        span,
        first,
        last,
    )
    assert (found.resolution, found.method, found.weekday_matches) == (resolution, method, matches)


@pytest.mark.parametrize(
    "text",
    [
        "Nomor 18 Tahun 2017.",
        "Tanggal 31/02/2025.",
        "Ibu Mei hadir.",
        "Beberapa minggu lalu.",
        "Ada 2020 orang.",
    ],
)
def test_laws_impossible_days_and_names_are_no_dates(text):
    assert structure(text, reference_date=ANCHOR).dates == ()


def test_a_weekday_takes_the_only_explicit_day_of_that_name():
    found = structure("Senin (7/7/2025) dibuka.\nPada Senin itu warga datang.").dates

    assert [d.date_start for d in found] == [date(2025, 7, 7)] * 2


def test_without_any_anchor_a_weekday_gives_no_row():
    assert structure("Acara Senin pagi itu.").dates == ()


def test_the_year_whose_weekday_agrees_is_taken():
    assert only("Pada Rabu (31/12) itu.", reference_date=date(2026, 1, 2)).date_start == date(
        2025, 12, 31
    )


def test_english_dates():
    assert only("It began on May 5, 2024.", language="en").date_start == date(2024, 5, 5)


def test_a_month_without_a_year_may_be_still_to_come():
    (when,) = structure("Pekerjaan fisik dimulai Mei.", published=date(2026, 3, 4)).dates

    assert when.date_start == date(2026, 5, 1)


def test_years_in_a_list_are_dates():
    assert [d.text for d in structure("Pada 2023, 2024, dan 2025 hujan turun.").dates] == [
        "2023",
        "2024",
        "2025",
    ]


def test_the_day_of_saying_is_the_nearest_whatever_the_tense_of_what_is_said():
    found = only("“Kami akan datang lagi nanti,” kata Budi Santoso di Malang, Selasa.")

    assert found.date_start == date(2025, 7, 15)


def test_a_year_that_was_not_turned_is_mended_by_its_weekday_and_reported():
    found = only("Pada Senin, (6/01/2024) itu.", reference_date=date(2025, 1, 7))

    assert (found.date_start, found.weekday_matches) == (date(2025, 1, 6), False)


def test_a_year_ahead_of_the_text_is_mended_and_reported():
    found = only("Pada Rabu (13/3/2025) itu.", reference_date=date(2024, 3, 14))

    assert (found.date_start, found.weekday_matches) == (date(2024, 3, 13), False)


def test_a_year_of_two_digits_that_is_right_is_not_mended():
    found = only("Pada Rabu (13/3/24) itu.", reference_date=date(2024, 3, 14))

    assert (found.date_start, found.weekday_matches) == (date(2024, 3, 13), True)


@pytest.mark.parametrize(
    "text",
    [
        "Air dijatuhkan sejak Senin. Status berlaku hingga 31 Agustus 2026.",
        "Peringatan disiarkan sejak Senin.",
    ],
)
def test_a_weekday_since_which_is_past_and_no_day_weeks_away(text):
    (when,) = (d for d in structure(text, published=date(2026, 8, 7)).dates if d.text == "Senin")

    assert when.date_start == date(2026, 8, 3)


def test_a_month_that_is_the_earliest_is_still_to_come():
    (when,) = structure(
        "Impor dapat dilakukan paling cepat Juni.", published=date(2026, 3, 12)
    ).dates

    assert when.date_start == date(2026, 6, 1)


def test_a_stretch_of_days_may_begin_in_the_year_before():
    (found,) = structure("Pameran dibuka 28 Desember-3 Januari 2027 di alun-alun.").dates

    assert (found.date_start, found.date_end) == (date(2026, 12, 28), date(2027, 1, 3))


def test_a_weekday_to_come_is_not_the_day_of_its_name_that_is_given():
    text = "Rapat digelar Senin (6/1/2025). Rapat lanjutan digelar Senin depan."

    found = structure(text, published=date(2025, 1, 8)).dates

    assert [each.date_start for each in found] == [date(2025, 1, 6), date(2025, 1, 13)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rapat digelar Rabu (10/1).", [("Rabu (10/1)", "day", "01-10")]),
        ("Warga datang pada 12 Februari.", [("12 Februari", "day", "02-12")]),
        ("Rapat 3-5 Mei itu penting.", [("3-5 Mei", "day_range", "05-03")]),
        ("Sejak Januari hingga Maret sepi.", [("Januari hingga Maret", "month_range", "01")]),
        ("Panen pada Desember ramai.", [("Desember", "month", "12")]),
        (
            "Ia lahir 17 Agustus 1945. Rapat digelar Senin (6/1).",
            [("Senin (6/1)", "day", "01-06")],
        ),
    ],
)
def test_a_date_whose_year_nothing_tells_keeps_its_row(text, found):
    rows = [d for d in structure(text).dates if d.month_day]

    assert [(d.text, d.resolution, d.month_day) for d in rows] == found
    assert {(d.date_start, d.date_end, d.weekday_matches) for d in rows} == {(None, None, None)}


def test_no_day_is_kept_that_no_year_has():
    assert [d.text for d in structure("Pada 31 Juni 5 orang datang.").dates] == []
