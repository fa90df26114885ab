"""What a draft states and nothing is compared with: dates, places, magnitudes, scores, ages and other numbers, for a person to check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kliping.proofreading.claim import Claim, ClaimKind
from kliping.proofreading.draft import Draft
from parsers.facts import Structure
from parsers.structure.quotes.quotation_marks import find_quotations
from parsers.structure.tokens.text import BodyText

Passage = tuple[int, int, ClaimKind]
FORMS = {  # the first that fits
    ClaimKind.MAGNITUDE: re.compile(r"\b(?:[Mm]agnitudo|M|SR)\s?\d+(?:[.,]\d+)?"),
    ClaimKind.SCORE: re.compile(r"(?<![\w.,-])\d{1,3}\s?[-–]\s?\d{1,3}(?![\w-])"),
    ClaimKind.AGE: re.compile(
        r"(?<=\()\d{1,3}(?=\))|\b(?:ber)?(?:usia|umur)\s\d+(?:\stahun)?|(?<=\()\d{1,3}\stahun(?=\))"
    ),
    ClaimKind.NUMBER: re.compile(r"(?<!\w)\d+(?:[.,:]\d+)*"),
}


def not_compared(draft: Draft, facts: Structure) -> tuple[Claim, ...]:
    """In the order of the draft; what stands in a quote or a figure with a unit is part of it."""
    quotations = find_quotations(BodyText(draft.text))
    taken = [(q.start, q.end) for q in quotations]
    taken += [(f.char_start, f.char_end) for f in facts.figures if f.unit or f.currency]
    found = list[Passage]()
    for start, end, kind in _passages(draft, facts):
        if not any(start < until and since < end for since, until in taken):
            taken.append((start, end))
            found.append((start, end, kind))
    return tuple(_claim(draft, *passage) for passage in sorted(found))


def _passages(draft: Draft, facts: Structure) -> Iterator[Passage]:
    for day in facts.dates:
        yield day.char_start, day.char_end, ClaimKind.DATE
    for place in facts.places:
        if place.char_start is not None and place.char_end is not None:
            yield place.char_start, place.char_end, ClaimKind.PLACE
    for kind, form in FORMS.items():
        for match in form.finditer(draft.text):
            yield *match.span(), kind


def _claim(draft: Draft, start: int, end: int, kind: ClaimKind) -> Claim:
    text = draft.text[start:end]
    return Claim(kind=kind, line=draft.line(start), text=text, context=text)
