"""Statements between quotation marks, and the words that attribute them."""

from __future__ import annotations

import re

from parsers.structure.names.entities import EntityIndex
from parsers.structure.quotes.quotation_marks import Quotation
from parsers.structure.quotes.speakers import (
    phrase_speaker,
    pronoun_speaker,
    speaker_after,
    subject_before,
)
from parsers.structure.quotes.statement import (
    FARTHEST_VERB,
    Attribution,
    Statement,
    is_sentence,
    trim,
)
from parsers.structure.tokens.text import Paragraph

BEFORE_QUOTE = re.compile(r"(?:^|[.!?…,:;)\]–—“”\"-]|bahwa)\s*$")
RULE_IDS = {
    "QVS": "quote.direct.qvs",
    "QV": "quote.direct.qv",
    "QSV": "quote.direct.qsv",
    "SVQ": "quote.direct.svq",
    "VSQ": "quote.direct.vsq",
}
OPEN, CONTINUATION = "quote.direct.open", "quote.direct.continuation"


def direct_statements(entities: EntityIndex, quotations: tuple[Quotation, ...]) -> list[Statement]:
    statements: list[Statement] = []
    for quotation in quotations:
        last = statements[-1] if statements else None
        if statement := _statement(entities, quotation, last):
            statements.append(statement)
    return statements


def _statement(
    entities: EntityIndex, quotation: Quotation, last: Statement | None
) -> Statement | None:
    body, start, end = entities.body, quotation.start, quotation.end
    span = trim(body.text, (start, end))
    if span[0] == span[1]:
        return None
    paragraph, ending = body.paragraph(start), body.paragraph(max(end - 1, start))
    before = body.text[max(paragraph.start, start - 12) : start - 1]
    opens = BEFORE_QUOTE.search(before) is not None
    whole = is_sentence(body.text, span)
    if (opens or whole) and (attribution := _after(entities, ending, end)):
        extent = start, max(attribution.speaker.end, attribution.cue_span[1])
        return Statement(span, RULE_IDS[attribution.structure], attribution, extent=extent)
    if attribution := _before(entities, paragraph, start - 1):
        if last and last.attribution and attribution.cue_span == last.attribution.cue_span:
            return Statement(span, CONTINUATION, extent=(start, end))
        extent = min(attribution.cue_span[0], start), end
        return Statement(span, RULE_IDS[attribution.structure], attribution, extent=extent)
    if quotation.open_ended:
        return Statement(span, OPEN, open_ended=True, extent=(start, end))
    if opens and whole and (last or start - 1 == paragraph.start):
        return Statement(span, CONTINUATION, extent=(start, end))
    return None


def _after(entities: EntityIndex, paragraph: Paragraph, end: int) -> Attribution | None:
    """“…,” kata X — “…,” katanya — “…,” demikian kata X — “…,” X menjelaskan."""
    tokens, at = paragraph.tokens, paragraph.token_at(end)
    while at < len(tokens) and tokens[at].text in "”“\"»'`,.–—-":
        at += 1
    if at + 1 < len(tokens) and tokens[at].lower in {"begitu", "demikian"} and tokens[at + 1].post:
        at += 1
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.post is None:
        return _subject_after(entities, paragraph, at, end)
    speaker = speaker_after(entities, paragraph, at, token.clitic)
    structure = "QV" if token.clitic else "QVS"
    return Attribution.of(token, token.post.cue_class, structure, speaker, token.clitic)


def _subject_after(
    entities: EntityIndex, paragraph: Paragraph, at: int, quote_end: int
) -> Attribution | None:
    """“…,” Karding menjelaskan."""
    tokens, phrase = paragraph.tokens, entities.at(paragraph.tokens[at].start)
    speaker = phrase_speaker(phrase) if phrase else pronoun_speaker(tokens[at])
    verb = paragraph.token_at(speaker.end) if speaker else len(tokens)
    if speaker is None or verb >= len(tokens) or not (cue := tokens[verb].verb):
        return None
    if phrase and entities.body.text[quote_end - 1 : quote_end] == ".":
        return None  # a full stop inside the marks ended the quote: this is the next sentence
    return Attribution.of(tokens[verb], cue.cue_class, "QSV", speaker)


def _before(entities: EntityIndex, paragraph: Paragraph, mark: int) -> Attribution | None:
    """X mengatakan, “…” — kata X, “…” — X: “…”."""
    sentence, tokens = paragraph.sentence(max(mark - 1, paragraph.start))[0], paragraph.tokens
    at = paragraph.token_at(mark) - 1
    low = max(paragraph.token_at(sentence), at - FARTHEST_VERB)
    if at < low or tokens[at].text not in {",", ":"}:
        return None
    for index in range(at, low - 1, -1):
        token = tokens[index]
        if verb := token.verb:
            speaker = subject_before(entities, paragraph, index, sentence)
            if speaker.kind != "none":
                return Attribution.of(token, verb.cue_class, "SVQ", speaker)
        if token.post:
            speaker = speaker_after(entities, paragraph, index, token.clitic)
            return Attribution.of(token, token.post.cue_class, "VSQ", speaker, token.clitic)
    return None
