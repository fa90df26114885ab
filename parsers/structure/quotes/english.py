"""Direct quotes of English text. The speaker is kept as written; who a pronoun means is not guessed."""

from __future__ import annotations

from parsers.language.words import english_cues, lower, table
from parsers.structure.quotes.direct import LEAST_WORDS, Statement, trimmed
from parsers.structure.quotes.quotation_marks import Marked
from parsers.structure.quotes.speakers import Attribution, Speaker
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import Span

LONGEST_SPEAKER = 6
PRONOUNS = lower(table("grammar")["english_pronouns"])


def english(body: BodyText, marked: tuple[Marked, ...]) -> list[Statement]:
    found = []
    for mark in marked:
        span = trimmed(body.text, (mark.start, mark.end))
        if span[0] == span[1]:
            continue
        paragraph = body.paragraph(mark.start)
        said = _around(paragraph, paragraph.token_at(mark.end + 1), 1) or _around(
            paragraph, paragraph.token_at(mark.start - 1) - 1, -1
        )
        whole = (
            not body.text[span[0]].islower() and len(body.text[slice(*span)].split()) >= LEAST_WORDS
        )
        if said and (whole or said.structure != "SVQ"):
            found.append(
                Statement(
                    span=span,
                    quote_type="direct",
                    rule="quote.direct.english",
                    attribution=said,
                    inside=(mark.start, mark.end),
                )
            )
    return found


def _around(paragraph: Paragraph, at: int, step: int) -> Attribution | None:
    """After the mark said X or X said; before it X said."""
    tokens = paragraph.tokens
    while 0 <= at < len(tokens) and tokens[at].text in ",:":
        at += step
    if not 0 <= at < len(tokens):
        return None
    if tokens[at].lower in english_cues():
        speaker = _name(paragraph, at + 1, 1) if step == 1 else _name(paragraph, at - 1, -1)
        return (
            _attribution(paragraph, at, speaker, "QVS" if step == 1 else "SVQ")
            if speaker or step == 1
            else None
        )
    speaker = _name(paragraph, at, 1) if step == 1 else None
    verb = paragraph.token_at(speaker[1]) if speaker else len(tokens)
    return (
        _attribution(paragraph, verb, speaker, "QSV")
        if verb < len(tokens) and tokens[verb].lower in english_cues()
        else None
    )


def _name(paragraph: Paragraph, at: int, step: int) -> Span | None:
    tokens, end = paragraph.tokens, at
    if 0 <= at < len(tokens) and tokens[at].lower in PRONOUNS:
        return tokens[at].start, tokens[at].end
    while 0 <= end < len(tokens) and abs(end - at) < LONGEST_SPEAKER and tokens[end].is_capital:
        end += step
    if end == at:
        return None
    first, last = (at, end - 1) if step == 1 else (end + 1, at)
    return tokens[first].start, tokens[last].end


def _attribution(
    paragraph: Paragraph, verb: int, speaker: Span | None, structure: str
) -> Attribution:
    cue = paragraph.tokens[verb]
    said = Speaker(kind="noun", span=speaker, end=speaker[1]) if speaker else Speaker(kind="none")
    return Attribution(
        cue=cue.text,
        cue_class="speech",
        cue_span=(cue.start, cue.end),
        structure=structure,
        speaker=said,
    )
