"""Statements between quotation marks, and the words that attribute them."""

from __future__ import annotations

import re
from typing import NamedTuple

from parsers.structure.names.entities import EntityIndex
from parsers.structure.quotes.quotation_marks import Marked
from parsers.structure.quotes.speakers import (
    Attribution,
    after,
    attribution,
    before_verb,
    is_pronoun,
    named,
    pronoun,
)
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import Span

BEFORE = re.compile(r"(?:^|[.!?…,:;)\]–—“”\"-]|bahwa)\s*$")
FARTHEST_VERB = 14  # tokens between a verb and the mark it announces
LEAST_WORDS = 4
ENDS_CLAUSE = frozenset(
    {".", ",", ";", "saat", "di", "pada", "dalam", "kepada", "usai", "ketika", "melalui"}
)


class Statement(NamedTuple):
    """A stretch of text that somebody said. `rule` names the form."""

    span: Span
    quote_type: str
    rule: str
    attribution: Attribution | None = None
    open_ended: bool = False
    inside: tuple[int, int] = (0, 0)  # what other rules leave alone: marks, cue and speaker


def trimmed(text: str, span: Span) -> Span:
    """Without blanks, the comma or full stop before the closing mark, and a mark left inside."""
    start, end = span
    while start < end and text[start] in " \t\u00a0\n":
        start += 1
    while end > start and (
        text[end - 1] in " \t\u00a0\n," or (text[end - 1] == "." and text[end - 2] != ".")
    ):
        end -= 1
    return start, end


def direct(entities: EntityIndex, marked: tuple[Marked, ...]) -> list[Statement]:
    found: list[Statement] = []
    for index, mark in enumerate(marked):
        following = marked[index + 1].start if index + 1 < len(marked) else len(entities.body.text)
        if statement := _statement(entities, mark, following, found[-1] if found else None):
            found.append(statement)
    return found


def _statement(
    entities: EntityIndex, mark: Marked, following: int, last: Statement | None
) -> Statement | None:
    text, span = entities.body.text, trimmed(entities.body.text, (mark.start, mark.end))
    if span[0] == span[1]:
        return None
    paragraph = entities.body.paragraph(mark.start)
    ending = entities.body.paragraph(max(mark.end - 1, mark.start))
    opens = (
        bool(BEFORE.search(text[max(paragraph.start, mark.start - 12) : mark.start - 1]))
        or mark.start - 1 == paragraph.start
    )
    said = _after(entities, ending, mark.end, following) if not mark.open_ended else None
    if said and (opens or whole(text, span)):
        return _attributed(span, said, (mark.start, max(said.speaker.end, said.cue_span[1])))
    said = _before(entities, paragraph, mark.start - 1)
    if said and last and last.attribution and said.cue_span == last.attribution.cue_span:
        return Statement(
            span=span,
            quote_type="direct",
            rule="quote.direct.continuation",
            inside=(mark.start, mark.end),
        )
    if said:
        return _attributed(span, said, (min(said.cue_span[0], mark.start), mark.end))
    if mark.open_ended:
        return Statement(
            span=span,
            quote_type="direct",
            rule="quote.direct.open",
            open_ended=True,
            inside=(mark.start, mark.end),
        )
    # without words of its own it goes on from the one before it
    same = last is not None and entities.body.paragraph(last.span[1] - 1).number == paragraph.number
    alone = (
        text[paragraph.start : mark.start].strip(" “”„\"«'`") == ""
        and text[mark.end : paragraph.end].strip(" “”„\"»'`.") == ""
    )
    if opens and whole(text, span) and (same or alone):
        return Statement(
            span=span,
            quote_type="direct",
            rule="quote.direct.continuation",
            inside=(mark.start, mark.end),
        )
    return None


def _attributed(span: Span, said: Attribution, inside: Span) -> Statement:
    return Statement(
        span=span,
        quote_type="direct",
        rule=f"quote.direct.{said.structure.lower()}",
        attribution=said,
        inside=inside,
    )


def whole(text: str, span: Span) -> bool:
    """Reads as a sentence: a capital or digit, and some words."""
    return not text[span[0]].islower() and len(text[span[0] : span[1]].split()) >= LEAST_WORDS


def _after(
    entities: EntityIndex, paragraph: Paragraph, end: int, following: int
) -> Attribution | None:
    """“…,” kata X — “…,” katanya — “…,” demikian kata X — “…,” X menjelaskan."""
    tokens = paragraph.tokens
    at = paragraph.token_at(end)
    while at < len(tokens) and tokens[at].text in "”“\"»'`,.–—-" and tokens[at].start < end + 5:
        at += 1
    if (
        at < len(tokens)
        and tokens[at].lower in {"begitu", "demikian"}
        and at + 1 < len(tokens)
        and tokens[at + 1].post
    ):
        at += 1
    if at >= len(tokens) or tokens[at].start >= following:
        return None
    token = tokens[at]
    if cue := token.post:
        form = "QV" if token.clitic else "QVS"
        return attribution(
            token, cue.cue_class, form, after(entities, paragraph, at, token.clitic), token.clitic
        )
    return _inverted(entities, paragraph, at, end)


def _inverted(
    entities: EntityIndex, paragraph: Paragraph, at: int, quote_end: int
) -> Attribution | None:
    """“…,” Karding menjelaskan. The verb must end its clause, or it announces another statement."""
    tokens, found = paragraph.tokens, entities.at(paragraph.tokens[at].start)
    end = (
        paragraph.token_at(found.end)
        if found
        else at + 1
        if is_pronoun(tokens[at]) and tokens[at].is_small
        else 0
    )
    if not end or end >= len(tokens) or not (cue := tokens[end].verb):
        return None
    if found and entities.body.text[quote_end - 1 : quote_end] == ".":
        return None  # a full stop inside the marks ended the quote: this is the next sentence
    if end + 1 < len(tokens) and tokens[end + 1].lower not in ENDS_CLAUSE:
        return None
    return attribution(
        tokens[end],
        cue.cue_class,
        "QSV",
        named(found, end=tokens[end].end) if found else pronoun(tokens[at], tokens[end].end),
    )


def _before(entities: EntityIndex, paragraph: Paragraph, mark: int) -> Attribution | None:
    """X mengatakan, “…” — X: “…” — kata X, “…”."""
    sentence, tokens = paragraph.sentence(max(mark - 1, paragraph.start))[0], paragraph.tokens
    at = paragraph.token_at(mark) - 1
    low = max(paragraph.token_at(sentence), at - FARTHEST_VERB)
    if at < low or at < 0 or tokens[at].start < sentence or tokens[at].text in ".!?…":
        return None
    if tokens[at].text not in {",", ":"} and not tokens[at].verb and tokens[at].lower != "bahwa":
        return None
    for index in range(at, low - 1, -1):
        token = tokens[index]
        if (verb := token.verb) and (
            speaker := before_verb(entities, paragraph, index, sentence)
        ).kind != "none":
            if index < at - LEAST_WORDS and tokens[paragraph.token_at(mark + 1)].is_small:
                return None  # X menyebut A dan B, “tidak C”: the marks go on with the clause
            return attribution(token, verb.cue_class, "SVQ", speaker)
        if token.post and not (index and tokens[index - 1].is_capital):
            return attribution(
                token,
                token.post.cue_class,
                "VSQ",
                after(entities, paragraph, index, token.clitic),
                token.clitic,
            )
    # Nama: “…” without a verb; the colon is the cue
    found = (
        next(
            (f for f in entities.between(sentence, tokens[at].start) if f.end == tokens[at].start),
            None,
        )
        if tokens[at].text == ":"
        else None
    )
    return attribution(tokens[at], "speech", "SVQ", named(found)) if found else None
