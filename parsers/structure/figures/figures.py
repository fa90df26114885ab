"""Quantities of a text as rows. Dates, times, ages, law numbers and addresses are none."""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal

from parsers.facts import DateMentioned, Figure, Quote
from parsers.language.words import lower, table
from parsers.structure.figures.noun_phrase import noun_phrase
from parsers.structure.figures.numerals import quantities
from parsers.structure.figures.quantity import Quantity
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import Span

PERIOD = re.compile(
    r"\b(?:sepanjang|selama|periode|pada|per|hingga|sejak|dalam kurun|kurun waktu|during|in|since)"
    r"\s(?:tahun\s|bulan\s|tanggal\s|awal\s|akhir\s|waktu\s|periode\s)?$",
    re.IGNORECASE,
)
DURATIONS = lower(table("grammar")["durations"])
QUANTUM = Decimal("0.0001")
MOST_DATES = 6  # dates looked at on either side of a figure


def figures(
    body: BodyText, quotes: tuple[Quote, ...], dates: tuple[DateMentioned, ...], *, language: str
) -> tuple[Figure, ...]:
    rows: list[Figure] = []
    of_dates = bytearray(len(body.text))
    for date in dates:
        of_dates[date.char_start : date.char_end] = b"\1" * (date.char_end - date.char_start)
    for paragraph in body.paragraphs:
        marks = of_dates[paragraph.start : paragraph.end]
        for quantity in quantities(paragraph, marks, language):
            rows.append(_row(body, paragraph, quantity, quotes, dates, len(rows) + 1))
    return tuple(rows)


def _row(
    body: BodyText,
    paragraph: Paragraph,
    quantity: Quantity,
    quotes: tuple[Quote, ...],
    dates: tuple[DateMentioned, ...],
    number: int,
) -> Figure:
    start, end = paragraph.start + quantity.start, paragraph.start + quantity.end
    sentence = paragraph.sentence(start)
    at = bisect_right(quotes, start, key=lambda q: q.char_start)
    quote = next((q for q in reversed(quotes[max(at - 2, 0) : at]) if start < q.char_end), None)
    limit = min(sentence[1], quote.char_end) if quote else sentence[1]
    unit_start = paragraph.start + quantity.unit_start
    has_duration = (quantity.unit or "").lower() in DURATIONS
    return Figure(
        figure_no=number,
        paragraph_no=paragraph.number,
        text=body.text[start:end],
        value=quantity.value.quantize(QUANTUM),
        comparator=quantity.comparator,
        char_start=start,
        char_end=end,
        rule_id=quantity.rule_id,
        value_high=quantity.high.quantize(QUANTUM) if quantity.high else None,
        unit=quantity.unit,
        currency=quantity.currency,
        noun_phrase=_noun(body.text, unit_start, end, limit, quantity.unit),
        quote_no=quote.quote_no if quote else None,
        date_no=None if has_duration else _period(body, start, sentence, dates),
    )


def _noun(text: str, unit_start: int, end: int, limit: int, unit: str | None) -> str | None:
    """What is counted, from the unit on; after a percent sign, which the figure has already."""
    if not unit:
        return None
    unit_end = end if unit_start < end else unit_start + len(unit)
    return noun_phrase(text, unit_end if unit == "persen" else unit_start, unit_end, limit) or None


def _period(
    body: BodyText, start: int, sentence: Span, dates: tuple[DateMentioned, ...]
) -> int | None:
    """The nearest date of the sentence that says over which time the figure counts: sepanjang 2020-2022."""
    low, end = sentence
    at = bisect_right(dates, start, key=lambda d: d.char_start)
    periods = [
        d
        for d in dates[max(at - MOST_DATES, 0) : at + MOST_DATES]
        if low <= d.char_start < end
        and d.resolution != "day"
        and PERIOD.search(body.text, max(low, d.char_start - 24), d.char_start)
    ]
    nearest = min(periods, key=lambda d: abs(d.char_start - start), default=None)
    return nearest.date_no if nearest else None
