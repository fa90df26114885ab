from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.text.numbers import Numeral, parse_numeral, parse_words


@pytest.mark.parametrize(
    ("text", "scaled", "value", "ambiguous"),
    [
        ("12", False, "12", False),
        ("1.000", False, "1000", False),
        ("10.801.787", False, "10801787", False),
        ("1,5", True, "1.5", False),
        ("2.162,5", True, "2162.5", False),
        ("1.35", True, "1.35", True),
        ("1,792", True, "1.792", True),
        ("35,386", False, "35386", True),
        ("1,234,567.8", False, "1234567.8", True),
    ],
)
def test_indonesian_numerals(text, scaled, value, ambiguous):
    assert parse_numeral(text, scaled=scaled) == Numeral(Decimal(value), ambiguous=ambiguous)


@pytest.mark.parametrize(
    ("text", "value"), [("1,000", "1000"), ("1.5", "1.5"), ("1,200.50", "1200.50")]
)
def test_english_and_malay_numerals(text, value):
    for language in ("en", "ms"):
        assert parse_numeral(text, language=language) == Numeral(Decimal(value))


@pytest.mark.parametrize(
    ("words", "value", "used"),
    [
        ("dua orang", 2, 1),
        ("dua belas", 12, 2),
        ("sebelas", 11, 1),
        ("dua puluh lima ribu", 25000, 4),
        ("seratus lima puluh", 150, 3),
        ("seribu lima ratus", 1500, 3),
        ("tiga ratus empat puluh dua juta", 342000000, 6),
    ],
)
def test_number_words(words, value, used):
    assert parse_words(tuple(words.split())) == (Decimal(value), used)


def test_other_words_spell_nothing():
    assert parse_words(("orang", "dua")) is None


@given(st.text(max_size=20))
def test_no_text_breaks_a_numeral(text):
    parse_numeral(text)
    parse_words(tuple(text.split()))
