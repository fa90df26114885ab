"""English: direct quotes, figures and dates; nothing rather than a guess in other languages."""

from datetime import date

import pytest

from parsers.structure import Structure, structure

ENGLISH = """Jakarta's council voted on Tuesday, March 4, 2025.
“We have set aside $1.1B for 3,450 schools,” said Minister Ahmad Razali. About 900,000 cleaning workers will benefit.
He said: “Nobody will be left behind this year.” Fares of $5,000-$50,000 fell 7.5 percent by 2030."""
MALAY = """Seramai 3,450 penduduk dipindahkan pada Isnin, 3 Mac 2025.
“Kami bersedia menerima 1,250 pelajar baharu,” kata Pengarah Ahmad Razali. Kos itu RM1.5 juta.
“Semuanya selamat di pusat pemindahan,” katanya."""


def test_english_quotes_are_direct_and_keep_the_speaker_as_written():
    found = structure(ENGLISH, language="en", published=date(2025, 3, 5)).quotes

    assert [(q.text, q.cue, q.speaker_surface) for q in found] == [
        ("We have set aside $1.1B for 3,450 schools", "said", "Minister Ahmad Razali"),
        ("Nobody will be left behind this year", "said", "He"),
    ]
    assert {(q.quote_type, q.speaker_name, q.resolution) for q in found} == {
        ("direct", None, "unresolved")
    }


def test_english_figures_and_dates():
    found = structure(ENGLISH, language="en", published=date(2025, 3, 5))

    assert [(f.text, f.value, f.value_high, f.unit, f.currency) for f in found.figures] == [
        ("$1.1B", 1_100_000_000, None, None, "USD"),
        ("3,450 schools", 3450, None, "schools", None),
        ("About 900,000", 900_000, None, None, None),
        ("$5,000-$50,000", 5000, 50_000, None, "USD"),
        ("7.5 percent", 7.5, None, "persen", None),
    ]
    assert [(d.text, d.date_start) for d in found.dates] == [
        ("Tuesday, March 4, 2025", date(2025, 3, 4)),
        ("2030", date(2030, 1, 1)),
    ]


def test_malay_gives_nothing_as_no_rule_was_measured_on_it():
    assert structure(MALAY, language="ms", published=date(2025, 3, 5)) == Structure()


def test_english_names_places_and_short_forms_stay_empty():
    found = structure(ENGLISH, language="en")

    assert (found.mentions, found.places, found.acronyms) == ((), (), ())


@pytest.mark.parametrize(
    "text",
    [
        "Nearly 7 in 10 shoppers buy on Black Friday.",
        "It has over 2000 locations.",
        "A score of 4.4 out of 5 was given.",
    ],
)
def test_what_is_no_english_date_or_figure(text):
    found = structure(text, language="en", published=date(2025, 3, 5))

    assert (found.dates, [f.text for f in found.figures if f.unit is None]) == ((), [])


def test_an_english_word_in_marks_inside_a_sentence_is_no_quote():
    assert structure("Ahmad Razali said “no” to all of it.", language="en").quotes == ()
