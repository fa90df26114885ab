"""Dates of feeds in every layout of the standards, and in those that other feed readers accept."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.discovery.link_fields import read_instant

MAKASSAR = ZoneInfo("Asia/Makassar")  # +08:00: what has no zone of its own is read in it
DAY = "2024-05-28T00:00:00+08:00"  # no clock, or one that cannot be placed
LOCAL = "2024-05-28T16:05:09+08:00"
LOCAL_MINUTE = "2024-05-28T16:05:00+08:00"
WIB = "2024-05-28T16:05:09+07:00"
WIB_MINUTE = "2024-05-28T16:05:00+07:00"
UTC = "2024-05-28T16:05:09+00:00"
UTC_MINUTE = "2024-05-28T16:05:00+00:00"

STANDARDS = {
    # RFC 822, 2822 and 5322, with the obsolete forms that must still be read
    "Tue, 28 May 2024 16:05:09 +0700": WIB,
    "28 May 2024 16:05:09 +0700": WIB,
    "28 May 24 16:05 UT": UTC_MINUTE,
    "Tue, 28 May 24 16:05:09 GMT": UTC,
    "Tue, 28 May 99 16:05:09 GMT": "1999-05-28T16:05:09+00:00",
    "Tue, 28 May 2024 16:05:09 EST": "2024-05-28T16:05:09-05:00",
    "Tue, 28 May 2024 16:05:09 EDT": "2024-05-28T16:05:09-04:00",
    "Tue, 28 May 2024 16:05:09 CST": "2024-05-28T16:05:09-06:00",
    "Tue, 28 May 2024 16:05:09 CDT": "2024-05-28T16:05:09-05:00",
    "Tue, 28 May 2024 16:05:09 MST": "2024-05-28T16:05:09-07:00",
    "Tue, 28 May 2024 16:05:09 MDT": "2024-05-28T16:05:09-06:00",
    "Tue, 28 May 2024 16:05:09 PST": "2024-05-28T16:05:09-08:00",
    "Tue, 28 May 2024 16:05:09 PDT": "2024-05-28T16:05:09-07:00",
    "Tue, 28 May 2024 16:05:09 Z": UTC,
    "Tue, 28 May 2024 16:05:09 -0000": UTC,
    "Tue, 28 May 2024 16:05:09 +0700 (WIB)": WIB,
    "Tue, 28 May 2024 16:05:09 +0530": "2024-05-28T16:05:09+05:30",
    "Tue , 28 May 2024 16 : 05 : 09 +0700": WIB,
    "tue, 28 MAY 2024 16:05:09 gmt": UTC,
    "Tue, 28 May 2024\t16:05:09\n +0700": WIB,
    "Tue, 28 May 2024 23:59:60 +0700": "2024-05-28T23:59:59+07:00",
    # RFC 850 and asctime
    "Tuesday, 28-May-24 16:05:09 GMT": UTC,
    "Tuesday, 28-May-2024 16:05:09 GMT": UTC,
    "Tue May 28 16:05:09 2024": LOCAL,
    "Tue May  7 16:05:09 2024": "2024-05-07T16:05:09+08:00",
    # RFC 3339 and W3C-DTF; a year or a month alone is no day
    "2024-05-28T16:05:09Z": UTC,
    "2024-05-28T16:05:09+07:00": WIB,
    "2024-05-28t16:05:09z": UTC,
    "2024-05-28 16:05:09+07:00": WIB,
    "2024-05-28T16:05:09.25+07:00": WIB,
    "2024-05-28T16:05:09,25+07:00": WIB,
    "2024-05-28T16:05+07:00": WIB_MINUTE,
    "2024-05-28T16:05:09-00:00": UTC,
    "2024-05-28T16:05:09.123456789Z": UTC,
    "2024-05-28T24:00:00Z": "2024-05-29T00:00:00+00:00",
    "2024-05-28": DAY,
    "2024-05": None,
    "2024": None,
    # ISO 8601, basic
    "20240528T160509Z": UTC,
    "20240528T160509+0700": WIB,
    "20240528": DAY,
    "202405281605": LOCAL_MINUTE,
    "20240528160509": LOCAL,
    # seconds and milliseconds since 1970
    "1716912309": UTC,
    "1716912309000": UTC,
}

# What gofeed's list of layouts accepts, in its order: an example of each.
GOFEED = {
    "28 May 24 16:05 WIB": WIB_MINUTE,
    "28 May 24 16:05 +0700": WIB_MINUTE,
    "2024-05-28T16:05:09+07:00": WIB,
    "Tue May 28 16:05:09 WIB 2024": WIB,
    "Tue May 28 16:05:09 +0700 2024": WIB,
    "Tuesday, 28-May-24 16:05:09 WIB": WIB,
    "Tue, 28 May 2024 16:05:09 +0700": WIB,
    "Tue, 28 May 2024 16:05:09 WIB": WIB,
    "Tue May 28 16:05:09 2024": LOCAL,
    "Tue, May 28 2024 16:05:09 +0700": WIB,
    "Tue, May 28 2024 16:05:09 +700": WIB,
    "Tue, May 7 2024 16:05:09 -0700": "2024-05-07T16:05:09-07:00",
    "Tue May 28 16:05 2024": LOCAL_MINUTE,
    "Tue May 28, 2024 4:05 pm": LOCAL_MINUTE,
    "Tue May 28 2024 16:05:09 +0700": WIB,
    "Tue May 28 2024 16:05:09 GMT+0700 (WIB)": WIB,
    "Tuesday, May 28, 2024 04:05 PM": LOCAL_MINUTE,
    "Tuesday, May 28, 2024": DAY,
    "Tuesday, May 07, 2024": "2024-05-07T00:00:00+08:00",
    "Tuesday, 28 May 2024 16:05:09 +0700": WIB,
    "Sunday, 1 Sep 2024 16:05:09 +0700": "2024-09-01T16:05:09+07:00",
    "Sunday, 01 September 2024 16:05:09 +0700": "2024-09-01T16:05:09+07:00",
    "Sunday, 01 September 2024 16:05:09": "2024-09-01T16:05:09+08:00",
    "Tue, 28 May 2024, 16:05 +0700": WIB_MINUTE,
    "Sun, 1 September 2024 16:05:09 +0700": "2024-09-01T16:05:09+07:00",
    "Sun, 1 September 2024": "2024-09-01T00:00:00+08:00",
    "Tue, 28 May 2024 4:05:09 PM +0700": WIB,
    "Tue, 28 May 2024 16:5:9 +0000 GMT": UTC,
    "Tue, 28, May 2024 16:5": LOCAL_MINUTE,
    "Sun, 1 Sep 2024, 16:05 +0700": "2024-09-01T16:05:00+07:00",
    "Tue, 28 May 2024 16:05 +0700": WIB_MINUTE,
    "Tue, 28 May 2024 16:05:09 UT": UTC,
    "Tue, 28 May 2024 16:05:09 +0700 WIB": WIB,
    "Tue, 28 May 2024 16:05:09+0700": WIB,
    "Tue, 28 May 2024 16:05:09+07:00": WIB,
    "Sun, 1 Sep 2024 16:05:09 +0700": "2024-09-01T16:05:09+07:00",
    "Tue, 28 May 2024 16:05:09": LOCAL,
    "Tue, 28 May 2024 16:05": LOCAL_MINUTE,
    "Tue,28 May 2024": DAY,
    "Tue, 28 May 2024": DAY,
    "Tue, 28 May 24 16:05:09 +0700": WIB,
    "Tue, 2024-05-28 16:05": LOCAL_MINUTE,
    "Sun, 01 September 2024": "2024-09-01T00:00:00+08:00",
    "Tue, 28 May 2024 16 +0700": "2024-05-28T16:00:00+07:00",
    "Sun, 01 Sep 2024 16:05 +0700": "2024-09-01T16:05:00+07:00",
    "Tue, 28 May 2024 16:05:09 Z": UTC,
    "Sun, 01 Sep 2024 16:05:09 UT": "2024-09-01T16:05:09+00:00",
    "Tue, 28 May 2024 16:05:09 WIB+07:00": WIB,
    "Tue, 28 May 2024 16:05:09 WIB +0700": WIB,
    "Tue, 28 May 2024 16:05:09 GMT+0700": WIB,
    "Sun,01 Sep 2024 16:05:09 +0700": "2024-09-01T16:05:09+07:00",
    "Sun, 01 Sep 2024 16:05:09 +0700": "2024-09-01T16:05:09+07:00",
    "Tue, 28 May 2024 16:05:09 +07:00": WIB,
    "Tue, 28 May 2024 16:05:09 --0400": "2024-05-28T16:05:09-04:00",
    "Tue 28 May 2024 16:05:09 +0700": WIB,
    "Tue, 28 May 2024 16:05:09 +07": WIB,
    "Tue, 28 May 2024 16:05:09 00": UTC,
    "Sun, 01 Sep 2024 16:05:09": "2024-09-01T16:05:09+08:00",
    "Sun, 01 Sep 2024 16:5:9 Z": "2024-09-01T16:05:09+00:00",
    "Sun, 01 Sep 2024": "2024-09-01T00:00:00+08:00",
    "May 28, 2024 4:05 PM": LOCAL_MINUTE,
    "May 28, 2024, 4:05 p.m.": LOCAL_MINUTE,
    "May 28, 2024 16:05:09": LOCAL,
    "May 28, 2024 04:05 PM": LOCAL_MINUTE,
    "May 28, 2024": DAY,
    "September 01, 2024 16:05": "2024-09-01T16:05:00+08:00",
    "September 01, 2024 04:05 PM": "2024-09-01T16:05:00+08:00",
    "September 01, 2024": "2024-09-01T00:00:00+08:00",
    "Sep 1, 2024 4:05:09 PM": "2024-09-01T16:05:09+08:00",
    "Sep 1, 2024": "2024-09-01T00:00:00+08:00",
    "Sep 01 2024 04:05:09PM": "2024-09-01T16:05:09+08:00",
    "Sep 01, 2024": "2024-09-01T00:00:00+08:00",
    "6/5/2 16:05": None,  # Go takes the 6 for itself, not for a year
    "6-5-2 16:05": None,
    "1 September 2024 16:05:09 +0700": "2024-09-01T16:05:09+07:00",
    "1 September 2024": "2024-09-01T00:00:00+08:00",
    "28 May 2024 16:05:09 Z": UTC,
    "1 Sep 2024 16:05:09 +0700": "2024-09-01T16:05:09+07:00",
    "1 Sep 2024": "2024-09-01T00:00:00+08:00",
    "28.5.2024 16:05:09": LOCAL,
    "28/5/2024": DAY,
    "28-5-2024": DAY,
    "2024 May 28": DAY,
    "2024-5-28T16:05:09Z": UTC,
    "2024-5-28 16:05:09": LOCAL,
    "2024-5-28": DAY,
    "2024-5-07T16:05:09Z": "2024-05-07T16:05:09+00:00",
    "2024-05-28T16:05Z": UTC_MINUTE,
    "2024-05-28T16:05+07:00": WIB_MINUTE,
    "2024-05-28T16:05:09Z": UTC,
    "2024-05-28T16:05:09+07:00:00": WIB,
    "2024-05-28T16:05:09:+0700": WIB,
    "2024-05-28T16:05:09+0700": WIB,
    "2024-05-28T16:05:09-04:00": "2024-05-28T16:05:09-04:00",
    "2024-05-28T16:05:09 +0700": WIB,
    "2024-05-28T16:05:09:00": LOCAL,
    "2024-05-28T16:05:09": LOCAL,
    "2024-05-28 at 16:05:09": LOCAL,
    "2024-05-28 16:05:09Z": UTC,
    "2024-05-28 16:05:09+0700": WIB,
    "2024-05-28 16:05:09+07:00": WIB,
    "2024-05-28 16:05:09 +0700": WIB,
    "2024-05-28 16:05": LOCAL_MINUTE,
    "2024-05-28 00:00:00.0 16:05:09.0 +0700": WIB,
    "2024/05/28": DAY,
    "2024-05-28": DAY,
    "16:05 28.05.2024 +0700": WIB_MINUTE,
    "5/28/2024 4:05:09 PM": LOCAL,
    "5/28/2024": DAY,
    "99/5/28 16:05": "1999-05-28T16:05:00+08:00",
    "99-5-28 16:05": "1999-05-28T16:05:00+08:00",
    "28 Tuesday, May 2024 16:05": LOCAL_MINUTE,
    "28 May 2024 16:05:09 UT": UTC,
    "28 May 2024 16:05:09 +0700": WIB,
    "28 May 2024 16:05:09": LOCAL,
    "28 May 2024": DAY,
    "28.05.2024 16:05:09": LOCAL,
    "28/05/2024 16:05:09": LOCAL,
    "28.05.2024 16:05": LOCAL_MINUTE,
    "28/05/2024 - 16:05": LOCAL_MINUTE,
    "28.05.2024 +0700": "2024-05-28T00:00:00+07:00",
    "28/05/2024": DAY,
    "28-05-2024": DAY,
    "05/28/2024 4:05 PM": LOCAL_MINUTE,
    "05/28/2024 - 16:05": LOCAL_MINUTE,
    "05/28/2024": DAY,
    "05-28-2024": DAY,
    # with a named zone
    "Tue, May 28, 2024, 16:05:09 WIB": WIB,
    "Sun, September 01, 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Sun, Sep 1, 2024 16:05 WIB": "2024-09-01T16:05:00+07:00",
    "Sun, Sep 1 2024 16:05 WIB": "2024-09-01T16:05:00+07:00",
    "Sun, Sep 1, 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Tue May 28 16:05:09 2024 WIB": WIB,
    "Tue, May 28,2024 16:05:09 WIB": WIB,
    "Tuesday, May 28, 2024 16:05:09 WIB": WIB,
    "Sunday, 1 September 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Sunday, 1 Sep 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Sunday, 01 September 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Sun, 1 September 2024 16:05 WIB": "2024-09-01T16:05:00+07:00",
    "Sun, 1 September 2024, 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Sun, 1 September 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Tue, 28 May 2024 16:5:9 WIB": WIB,
    "Tue, 28 May 2024 16:05 WIB": WIB_MINUTE,
    "Tue, 28 May 2024 16:05:09WIB": WIB,
    "Sun, 1 Sep 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Tue 28 May 2024 16:05:09 WIB": WIB,
    "tue,28 May 2024 16:05:09 WIB": WIB,
    "Tue, 28 May 16:05:09 WIB": None,  # without its year
    "Tue, 28 May 24 16:05:09 WIB": WIB,
    "Sun,01 September 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Tue, 28 May 2024 4:05:09 PM WIB": WIB,
    "Tue,28 May 2024 16:05 WIB": WIB_MINUTE,
    "Sun, 01 Sep 2024 16:05 WIB": "2024-09-01T16:05:00+07:00",
    "Tue, 28 May 2024, 16:05:09 WIB": WIB,
    "Sun, 01 Sep 2024 16:05:09WIB": "2024-09-01T16:05:09+07:00",
    "Sun, 01 Sep 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Tue , 28 May 2024 16:05:09 WIB": WIB,
    "Sun, 01 Sep 24 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "May 28, 2024 16:05:09 WIB": WIB,
    "September 01, 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "Sep 1, 2024 4:05:09 PM WIB": "2024-09-01T16:05:09+07:00",
    "Sep 1, 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "1 September 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "1 Sep 2024 16:05:09 WIB": "2024-09-01T16:05:09+07:00",
    "2024-05-28 16:05:09 WIB": WIB,
    "5/28/2024 4:05:09 PM WIB": WIB,
    "5/28/2024 16:05:09 WIB": WIB,
    "28 May 2024 16:05 WIB": WIB_MINUTE,
    "28 May 2024 16:05:09 WIB": WIB,
    "28/05/2024 16:05 WIB": WIB_MINUTE,
    "28-05-2024 16:05:09 WIB": WIB,
    "05/28/2024 16:05:09 WIB": WIB,
}

WRITTEN = {
    # Indonesian and Malay
    "Selasa, 28 Mei 2024 16:05:09 WIB": WIB,
    "Sel, 28 Agu 2024 10.20 WITA": "2024-08-28T10:20:00+08:00",
    "Jum'at, 28 Oktober 2024 | 10:20 WIT": "2024-10-28T10:20:00+09:00",
    "Sabtu 28 Desember 2024 pukul 10.20": "2024-12-28T10:20:00+08:00",
    "Selasa (28/5/2024) jam 19.30 WIB": "2024-05-28T19:30:00+07:00",
    "Sel, 28/05/24 | 16.05 WIB": WIB_MINUTE,
    "28 Nopember 2024 19.30.15 WIB": "2024-11-28T19:30:15+07:00",
    "Selasa, 28 Mei 2024, 19.30 WIB": "2024-05-28T19:30:00+07:00",
    "28 Mac 2024 16:05 MYT": "2024-03-28T16:05:00+08:00",
    "Jumaat, 28 Ogos 2024 4.05 PM": "2024-08-28T16:05:00+08:00",
    "Khamis, 28 Disember 2024": "2024-12-28T00:00:00+08:00",
    "2024-05-28 16.05 WIB": WIB_MINUTE,
    "24 Mei 24 16.05 WIB": "2024-05-24T16:05:00+07:00",
    "28/05/2024 16.05 WIB": WIB_MINUTE,
    # twelve hours, ordinals, no minutes
    "May 28th, 2024 12:05 am": "2024-05-28T00:05:00+08:00",
    "28 May 2024 12:05 PM UTC": "2024-05-28T12:05:00+00:00",
    "28 May 2024 4 PM": "2024-05-28T16:00:00+08:00",
    # the zone's own troubles: the plus lost on its way through an address, a blank before it, a word beside it
    "Tue, 28 May 2024 22:40:00 +00:00": "2024-05-28T22:40:00+00:00",
    "Tue, 28 May 2024 16:05:09 0700": WIB,
    "2024-05-28T16:05:09 07:00": WIB,
    "Tue, 28 May 2024 16:05:09 UTC+7": WIB,
    "Tue, 28 May 2024 16:05:09 GMT+07:00": WIB,
    "2024-05-28T16:05:09+07:00[Asia/Jakarta]": WIB,
    "Tue, 28 May 2024 16:05:09 CEST": "2024-05-28T16:05:09+02:00",
    "Tue, 28 May 2024 16:05:09 BST": "2024-05-28T16:05:09+01:00",
    "Tue, 28 May 2024 16:05:09 SGT": LOCAL,
    "Tue, 28 May 2024 16:05:09 JST": "2024-05-28T16:05:09+09:00",
    "Tue, 28 May 2024 16:05:09 AEST": "2024-05-28T16:05:09+10:00",
    # a zone that is none, or one of several: the clock cannot be placed, the day stays
    "Tue, 28 May 2024 16:05:09 IST": DAY,
    "Tue, 28 May 2024 16:05:09 XYZT": DAY,
    "Tue, 28 May 2024 16:05:09 K": DAY,
    "Tue, 28 May 2024 16:05:09 +9999": DAY,
    "2024-05-28T16:05:09+99:00": DAY,
    # ambiguous numbers: day first, as the outlets write
    "01/02/2024": "2024-02-01T00:00:00+08:00",
    "01/02/24 10:00": "2024-02-01T10:00:00+08:00",
    # no dates
    "Fri, 30 Feb 2024 10:00:00 +0700": None,
    "2024-02-30": None,
    "0000-00-00T00:00:00": None,
    "0001-01-01T00:00:00Z": None,
    "9999-12-31": None,
    "kemarin": None,
    "3 jam yang lalu": None,
    "1.500": None,
    "": None,
}


@pytest.mark.parametrize("written", STANDARDS)
def test_a_date_in_a_layout_of_the_standards_is_read(written):
    assert _read(written) == STANDARDS[written]


@pytest.mark.parametrize("written", GOFEED)
def test_a_date_in_a_layout_of_gofeed_is_read(written):
    assert _read(written) == GOFEED[written]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_date_as_outlets_write_it_is_read(written):
    assert _read(written) == WRITTEN[written]


SPELLINGS = [
    "%a, %d %b %Y %H:%M:%S %z",
    "%A, %d-%b-%y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %z %Y",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y%m%dT%H%M%S%z",
    "%d/%m/%Y %H.%M.%S %z",
    "%B %d, %Y, %I:%M:%S %p %z",
    "%H:%M:%S %d.%m.%Y %z",
]


@given(
    st.integers(631_238_400, 2_524_500_000),  # 1990 to 2049
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(SPELLINGS),
)
def test_an_instant_survives_every_spelling(seconds, minutes, spelling):
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))

    assert read_instant(moment.strftime(spelling), MAKASSAR) == moment


def _read(written: str) -> str | None:
    moment = read_instant(written, MAKASSAR)
    return moment.isoformat() if isinstance(moment, datetime) else None
