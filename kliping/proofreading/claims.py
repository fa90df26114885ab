"""What a draft states that can be looked up: quotes, statements without quotation marks, figures with units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kliping.proofreading.claim import Amount, Claim, ClaimKind, SpeakerName
from kliping.proofreading.draft import Draft
from kliping.proofreading.folded_words import draft_words
from parsers.facts import Figure, Quote, Structure
from parsers.language.words import cues
from parsers.structure.quotes.quotation_marks import Quotation, find_quotations
from parsers.structure.quotes.statement import trim
from parsers.structure.tokens.text import BodyText

LEAST_WORDS, LEAST_UNATTRIBUTED = 3, 4  # words of a quote; shorter ones stand everywhere

GUESSED = frozenset({"pronoun", "clitic"})  # how a speaker was identified
BESIDE = 40  # characters
# a sentence that is a name and a verb, and the mark that opens the quote
INTRODUCTION = re.compile(r"(?:^|\n|[.!?]\s)((?:[A-Z][\w’'-]*\.? ){1,4})(\w+)[,:]?\s*[^\w\s]?$")


def claims(draft: Draft, facts: Structure) -> tuple[Claim, ...]:
    """In the order of the draft; `facts` are what the rules for articles find in its text."""
    body = BodyText(draft.text)
    quotations = find_quotations(body)
    found = [
        *_quotes(draft, facts, quotations),
        *_statements(draft, facts),
        *_figures(draft, facts, body, quotations),
    ]
    return tuple(claim for _, claim in sorted(found, key=lambda pair: pair[0]))


def _quotes(
    draft: Draft, facts: Structure, quotations: tuple[Quotation, ...]
) -> Iterator[tuple[int, Claim]]:
    for quotation in quotations:
        start, end = trim(draft.text, (quotation.start, quotation.end))
        text = draft.text[start:end]
        row = next((q for q in facts.quotes if q.char_start < end and start < q.char_end), None)
        n_words = sum(not word.may_skip for word in draft_words(text))
        if n_words >= (LEAST_WORDS if row else LEAST_UNATTRIBUTED):
            speaker = _speaker(draft, row) if row else _introduced_by(draft.text[:start])
            yield _claim(draft, start, ClaimKind.QUOTE, text, speaker=speaker)


def _statements(draft: Draft, facts: Structure) -> Iterator[tuple[int, Claim]]:
    for row in facts.quotes:
        if row.quote_type == "indirect" and row.word_count >= LEAST_WORDS:
            speaker = _speaker(draft, row)
            yield _claim(draft, row.char_start, ClaimKind.STATEMENT, row.text, speaker=speaker)


def _figures(
    draft: Draft, facts: Structure, body: BodyText, quotations: tuple[Quotation, ...]
) -> Iterator[tuple[int, Claim]]:
    """Those in a quote are part of it."""
    for row in facts.figures:
        start = row.char_start
        is_quoted = any(q.start <= start < q.end for q in quotations)
        if is_quoted or not (row.unit or row.currency):
            continue
        amount = _amount(row)
        context = draft.text[slice(*body.paragraph(start).sentence(start))]
        text = amount.with_noun(row.text)
        yield _claim(draft, start, ClaimKind.FIGURE, text, context=context, amount=amount)


def _claim(
    draft: Draft, start: int, kind: ClaimKind, text: str, context: str = "", **values: Any
) -> tuple[int, Claim]:
    """With its place in the text of the draft; without a context a source is looked for by the text."""
    line = draft.line(start)
    return start, Claim(kind=kind, line=line, text=text, context=context or text, **values)


def _speaker(draft: Draft, quote: Quote) -> SpeakerName:
    if _is_guess(quote):
        return SpeakerName(surface=quote.speaker_surface)
    start, end = quote.speaker_start or 0, quote.speaker_end or 0
    return SpeakerName(
        name=quote.speaker_name,
        role=quote.speaker_role,
        affiliation=quote.speaker_affiliation,
        surface=quote.speaker_surface,
        beside=draft.text[max(start - BESIDE, 0) : end + BESIDE] if end else "",
    )


def _introduced_by(before: str) -> SpeakerName | None:
    """Whom the rules for articles take for no person: Oman menjelaskan, “…”."""
    found = INTRODUCTION.search(before[-200:])
    if not found or found[2].lower() not in cues():
        return None
    return SpeakerName(name=found[1].strip(), surface=found[1].strip())


def _is_guess(quote: Quote) -> bool:
    """A pronoun, or a description that has nothing of the name: perusahaan ini. A short form is none."""
    words = (quote.speaker_surface or "").split()
    is_short_form = any(len(word) > 1 and word.isupper() for word in words)
    is_named = not quote.speaker_name or not words or set(words) & set(quote.speaker_name.split())
    return quote.resolution in GUESSED or not (is_named or is_short_form)


def _amount(figure: Figure) -> Amount:
    return Amount(
        value=figure.value,
        value_high=figure.value_high,
        unit=figure.unit,
        currency=figure.currency,
        noun_phrase=figure.noun_phrase,
    )
