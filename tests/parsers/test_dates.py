"""Dates as machines write them and as pages print them."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.dates import find, is_relative, read, reference, relative_day
from parsers.dates.printed import STAMP, _stamps

JAKARTA = ZoneInfo("Asia/Jakarta")
PRINTED = {
    "23/01/2023, 10:06 WIB": "2023-01-23T10:06:00+07:00",
    "Kompas.com - 23/01/2023, 10:06 WIB": "2023-01-23T10:06:00+07:00",
    "Selasa, 21 Okt 2025 20:43 WIB": "2025-10-21T20:43:00+07:00",
    "Senin, 25 November 2024 | 13:21 WIB": "2024-11-25T13:21:00+07:00",
    "Selasa, 4 April 2023 - 08:41 WITA": "2023-04-04T08:41:00+08:00",
    "- 16 September 2021, 17:45 WIT": "2021-09-16T17:45:00+09:00",
    "SABTU, 20 DESEMBER 2025 | 12:33 WIB | LAPORAN: X": "2025-12-20T12:33:00+07:00",
    "Rabu 17 Mar 2021 22:25 WIB": "2021-03-17T22:25:00+07:00",
    "Jumat 06-01-2023,09:55 WIB": "2023-01-06T09:55:00+07:00",
    "20/1/2026 18:30": "2026-01-20T18:30:00+07:00",
    "Jum'at, 12 Jan 2024 pukul 17.30 Wita": "2024-01-12T17:30:00+08:00",
    "12 Agt 2024 10.20": "2024-08-12T10:20:00+07:00",
    "Kamis, 05/11/2015 09:25 WIB": "2015-11-05T09:25:00+07:00",
    "2026-05-13WIB18:45:00+07:00": "2026-05-13T18:45:00+07:00",
    "4 December 2025 17:59": "2025-12-04T17:59:00+07:00",
    "Tuesday, December 16, 2025": "2025-12-16T00:00:00+07:00",
    "14. März 2023 um 17:05 Uhr": "2023-03-14T17:05:00+07:00",
    "14. marts 2023 kl. 17:05": "2023-03-14T17:05:00+07:00",
    "Dilluns, Maig 8, 2023": "2023-05-08T00:00:00+07:00",
    "14 березня 2023": "2023-03-14T00:00:00+07:00",
    "24 апреля 2020, 09:22": "2020-04-24T09:22:00+07:00",
    "24 نيسان / أبريل 2020 09:22": "2020-04-24T09:22:00+07:00",
    "7 December 2023 1:05pm GMT": "2023-12-07T13:05:00+00:00",
}


@pytest.mark.parametrize("text", PRINTED)
def test_a_printed_date_is_read_to_the_minute(text):
    assert next(find(text)).at(JAKARTA).isoformat() == PRINTED[text]


@pytest.mark.parametrize(
    "text", ["31/02/2024", "Selasa", "2024", "14:30", "pekan lalu", "Mei 2024", "123/12/2024"]
)
def test_what_is_no_full_date_is_none(text):
    assert list(find(text)) == []


@pytest.mark.parametrize("text", ["12.30.45", "2.13.24"])
def test_three_numbers_between_full_stops_can_be_a_clock(text):
    assert read(text) is None


def test_the_weekday_is_checked():
    assert [s.weekday_ok for s in find("Selasa, 28 Mei 2024 dan Senin, 28 Mei 2024")] == [
        True,
        False,
    ]


MACHINES = {
    "2023-05-08T14:05:06.123+0700": "2023-05-08T14:05:06+07:00",
    "2020-10-23T13-44-15Z": "2020-10-23T13:44:15+00:00",
    "1700000000": "2023-11-14T22:13:20+00:00",
    "20240528T101500Z": "2024-05-28T10:15:00+00:00",
    "2024-05-28": "2024-05-28T00:00:00+07:00",
    "14.03.23, 17:05": "2023-03-14T17:05:00+07:00",
}


@pytest.mark.parametrize("text", MACHINES)
def test_a_machine_s_date_keeps_its_offset(text):
    stamp = read(text)

    assert stamp is not None
    assert stamp.at(JAKARTA).isoformat() == MACHINES[text]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("kata Denny di Gambir, Selasa (28/05/2024).", date(2024, 5, 28)),
        ("Senin, (6/01/2024) salah, Selasa (7/1/2025) benar", date(2025, 1, 7)),
        ("pada (27/01/2025)", date(2025, 1, 27)),
        ("sepanjang 2020-2022", None),
    ],
)
def test_the_day_a_text_speaks_of_is_its_first_sure_one(text, day):
    assert reference(text) == day


AMBIGUOUS = {
    "Rabu 17 Mar 2021 22:25 IST": "2021-03-17T00:00:00+07:00",  # India, Ireland or Israel
    "Rabu 17 Mar 2021 22:25 ICT": "2021-03-17T22:25:00+07:00",
    "Rabu 17 Mar 2021 22:25 SGT": "2021-03-17T22:25:00+08:00",
    "Rabu 17 Mar 2021 22:25 ist bekannt": "2021-03-17T22:25:00+07:00",  # a word, not a zone
}


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_a_clock_beside_an_abbreviation_of_several_zones_is_not_placed(text):
    assert next(find(text)).at(JAKARTA).isoformat() == AMBIGUOUS[text]


FETCHED = datetime(2024, 5, 28, 18, 30, tzinfo=UTC)  # 01:30 on the 29th in Jakarta
RELATIVE = {
    "baru saja": date(2024, 5, 29),
    "Hari ini": date(2024, 5, 29),
    "20 menit lalu": date(2024, 5, 29),
    "3 jam yang lalu": date(2024, 5, 28),
    "(2 jam lalu)": date(2024, 5, 28),
    "sejam yang lalu": date(2024, 5, 29),
    "dua jam yang lalu": date(2024, 5, 28),
    "kemarin": date(2024, 5, 28),
    "Kemarin, 19:30 WIB": date(2024, 5, 28),
    "kemarin lusa": date(2024, 5, 27),
    "5 hari yang lalu": date(2024, 5, 24),
    "1 jam 20 menit lalu": date(2024, 5, 29),
    "2 hours ago": date(2024, 5, 28),
    "an hour ago": date(2024, 5, 29),
    "3 mins ago": date(2024, 5, 29),
    "Yesterday": date(2024, 5, 28),
    "3 jam lepas": date(2024, 5, 28),
    # no day: a week rounds to several, and tomorrow nothing is published
    "2 minggu lalu": None,
    "sebulan lalu": None,
    "40 hari lalu": None,
    "besok": None,
    "lusa": None,
    "3 jam": None,
    "Banjir kemarin": None,
    "harga kemarin lalu": None,
    "Selasa, 28 Mei 2024": None,
    "": None,
}


@pytest.mark.parametrize("text", RELATIVE)
def test_a_time_counted_back_from_the_fetch_gives_a_day(text):
    assert relative_day(text, FETCHED, JAKARTA) == RELATIVE[text]


def test_a_relative_time_is_no_date_of_its_own():
    assert [read(text) for text in ("3 jam yang lalu", "kemarin, 19:30 WIB")] == [None, None]
    assert is_relative("kemarin, 19:30 WIB")
    assert not is_relative("Selasa, 28 Mei 2024")


@given(st.datetimes().filter(lambda d: 1990 <= d.year <= 2090), st.integers(-12, 14))
def test_an_instant_survives_its_own_spelling(moment, hours):
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))

    assert read(aware.isoformat()).at(UTC) == aware


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text):
    list(find(text))
    read(text)
    is_relative(text)
    reference(text)


PARTS = [
    "Senin,", "Jumat (", "12/10/2026", "2/11", "2026-11-02T10:15:00+07:00", "2 November 2026", "November 2, 2026", "tahun 1998", "1945", "20261102", "Rp2020", "pukul 10.30 WIB",
    "10:30", "2020 12 Mei 2021", "12-10-2026", "3. März 2024, 14:05 Uhr", "pada", "warga", "Jalan 2026 Nomor 12", "\n", "dan seterusnya sampai sekarang", "2 de mayo de 2021", ",",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=80).map(" ".join))
def test_around_its_years_a_text_has_the_dates_that_the_whole_of_it_has(text):
    assert [m.span() for m in _stamps(text)] == [m.span() for m in STAMP.finditer(text)]


def test_a_date_that_begins_with_its_year_is_never_american():
    assert read("2024-05-06", month_first=True).day == date(2024, 5, 6)
    assert read("05-06-2024", month_first=True).day == date(2024, 5, 6)
    [found] = find("Terbit 2024-05-06 pagi", month_first=True)
    assert found.day == date(2024, 5, 6)


def test_a_full_date_without_weekday_or_brackets_is_not_the_day_a_text_speaks_of():
    assert reference("Pada 28 Mei 2024 warga antre.") is None
    assert reference("Pada Selasa, 28 Mei 2024 warga antre.") == date(2024, 5, 28)
