"""Days as people write them."""

from datetime import date

import pytest
import typer

from kliping.cli import options


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-05", "2026-11-05", "2026-11-05"),
        ("today", "2026-11-25", "2026-11-25"),
        ("Yesterday", "2026-11-24", "2026-11-24"),
        ("7d", "2026-11-18", "2026-11-18"),
        ("2w", "2026-11-11", "2026-11-11"),
        ("this-week", "2026-11-23", "2026-11-29"),
        ("last-week", "2026-11-16", "2026-11-22"),
        ("this-month", "2026-11-01", "2026-11-30"),
        ("last-month", "2026-10-01", "2026-10-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
    ],
)
def test_since_takes_the_first_and_until_the_last_day_of_a_period(monkeypatch, text, first, last):
    monkeypatch.setattr(options, "today", lambda: date(2026, 11, 25))

    assert [str(options.first_day(text)), str(options.last_day(text))] == [first, last]


@pytest.mark.parametrize(
    "text", ["", "7", "d7", "2026-13", "2026-02-30", "٧d", "2026-1-1", "kemarin"]
)
def test_what_is_no_day_is_refused_with_the_days_there_are(text):
    with pytest.raises(typer.BadParameter, match="write YYYY-MM-DD"):
        options.first_day(text)
