"""Direct quotes of English text. The speaker is kept as written; who a pronoun means is not guessed."""

from __future__ import annotations

from parsers.language.words import english_cues, lower, table
from parsers.structure.quotes.quotation_marks import Quotation
from parsers.structure.quotes.statement import (
    NO_SPEAKER,
    Attribution,
    Speaker,
    Statement,
    is_sentence,
    trim,
)
from parsers.structure.tokens.text import BodyText, Paragraph

LONGEST_SPEAKER = 6  # words
PRONOUNS = lower(table("grammar")["english_pronouns"])
RULE_ID = "quote.direct.english"


def english_statements(body: BodyText, quotations: tuple[Quotation, ...]) -> list[Statement]:
    statements = []
    for quotation in quotations:
        span = trim(body.text, (quotation.start, quotation.end))
        if span[0] == span[1]:
            continue
        paragraph = body.paragraph(quotation.start)
        after, before = (
            paragraph.token_at(quotation.end + 1),
            paragraph.token_at(quotation.start - 1) - 1,
        )
        attribution = _attribution(paragraph, after, 1) or _attribution(paragraph, before, -1)
        if attribution and (attribution.structure != "SVQ" or is_sentence(body.text, span)):
            extent = quotation.start, quotation.end
            statements.append(Statement(span, RULE_ID, attribution, extent=extent))
    return statements


def _attribution(paragraph: Paragraph, at: int, step: int) -> Attribution | None:
    """After the mark said X or X said; before it X said."""
    tokens = paragraph.tokens
    while 0 <= at < len(tokens) and tokens[at].text in ",:":
        at += step
    if not 0 <= at < len(tokens):
        return None
    if tokens[at].lower in english_cues():
        speaker = _speaker(paragraph, at + step, step)
        if step == 1:
            return Attribution.of(tokens[at], "speech", "QVS", speaker)
        return Attribution.of(tokens[at], "speech", "SVQ", speaker) if speaker.span else None
    speaker = _speaker(paragraph, at, 1) if step == 1 else NO_SPEAKER
    verb = paragraph.token_at(speaker.end) if speaker.span else len(tokens)
    if verb == len(tokens) or tokens[verb].lower not in english_cues():
        return None
    return Attribution.of(tokens[verb], "speech", "QSV", speaker)


def _speaker(paragraph: Paragraph, at: int, step: int) -> Speaker:
    tokens, end = paragraph.tokens, at
    if 0 <= at < len(tokens) and tokens[at].lower in PRONOUNS:
        end += step
    else:
        while 0 <= end < len(tokens) and abs(end - at) < LONGEST_SPEAKER and tokens[end].is_capital:
            end += step
    if end == at:
        return NO_SPEAKER
    first, last = (at, end - 1) if step == 1 else (end + 1, at)
    span = tokens[first].start, tokens[last].end
    return Speaker(kind="noun", span=span, end=span[1])
