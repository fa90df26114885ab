"""Statements between quotation marks, and the words that attribute them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .entities import Cast
from .marks import Marked
from .phrases import Span
from .speakers import Attribution, Speaker, after_cue, as_cue, as_verb, before_verb, is_pronoun
from .text import Paragraph

BEFORE = re.compile(r"(?:^|[.!?…,:;)\]–—“”\"-]|bahwa)\s*$")
FARTHEST_VERB = 14  # tokens between a verb and the mark it announces
LEAST_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A stretch of text that somebody said. `rule` names the form; `follows` when it goes on from the statement before it."""

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
    while end > start and (text[end - 1] in " \t\u00a0\n," or (text[end - 1] == "." and text[end - 2] != ".")):
        end -= 1
    return start, end


def direct(cast: Cast, marked: tuple[Marked, ...]) -> list[Statement]:
    found: list[Statement] = []
    for index, mark in enumerate(marked):
        following = marked[index + 1].start if index + 1 < len(marked) else len(cast.body.text)
        last = found[-1] if found else None
        if statement := _statement(cast, mark, following, last):
            found.append(statement)
    return found


def _statement(cast: Cast, mark: Marked, following: int, last: Statement | None) -> Statement | None:
    text, span = cast.body.text, trimmed(cast.body.text, (mark.start, mark.end))
    if span[0] == span[1]:
        return None
    paragraph = cast.body.paragraph(mark.start)
    ending = cast.body.paragraph(max(mark.end - 1, mark.start))
    opens = bool(BEFORE.search(text[max(paragraph.start, mark.start - 12) : mark.start - 1])) or mark.start - 1 == paragraph.start
    after = _after(cast, ending, mark.end, following) if not mark.open_ended else None
    if after and (opens or _whole(text, span)):
        return Statement(
            span=span,
            quote_type="direct",
            rule=f"quote.direct.{after.structure.lower()}",
            attribution=after,
            inside=(mark.start, max(after.speaker.end, after.cue_span[1])),
        )
    if before := _before(cast, paragraph, mark.start - 1):
        return Statement(
            span=span,
            quote_type="direct",
            rule=f"quote.direct.{before.structure.lower()}",
            attribution=before,
            inside=(min(before.cue_span[0], mark.start), mark.end),
        )
    return _unattributed(cast, mark, span, last, opens=opens)


def _unattributed(cast: Cast, mark: Marked, span: Span, last: Statement | None, *, opens: bool) -> Statement | None:
    """A quote without words of its own goes on from the one before it, or into the one after."""
    text, paragraph = cast.body.text, cast.body.paragraph(mark.start)
    if mark.open_ended:
        return Statement(span=span, quote_type="direct", rule="quote.direct.open", open_ended=True, inside=(mark.start, mark.end))
    same = last is not None and cast.body.paragraph(last.span[1] - 1).number == paragraph.number
    alone = text[paragraph.start : mark.start].strip(" “”„\"«'`") == "" and text[mark.end : paragraph.end].strip(" “”„\"»'`.") == ""
    if opens and _whole(text, span) and (same or alone):
        return Statement(span=span, quote_type="direct", rule="quote.direct.continuation", inside=(mark.start, mark.end))
    return None


def _whole(text: str, span: Span) -> bool:
    """Reads as a sentence: a capital or digit, and some words."""
    return not text[span[0]].islower() and len(text[span[0] : span[1]].split()) >= LEAST_WORDS


def _after(cast: Cast, paragraph: Paragraph, end: int, following: int) -> Attribution | None:
    """“…,” kata X — “…,” katanya — “…,” demikian kata X — “…,” X menjelaskan."""
    tokens = paragraph.tokens
    at = paragraph.token_at(end)
    while at < len(tokens) and tokens[at].text in "”“\"»'`,.–—-" and tokens[at].start < end + 5:
        at += 1
    if at < len(tokens) and tokens[at].lower in {"begitu", "demikian"} and at + 1 < len(tokens) and as_cue(tokens[at + 1]):
        at += 1
    if at >= len(tokens) or tokens[at].start >= following:
        return None
    if cue := as_cue(tokens[at]):
        base, clitic = cue
        token = tokens[at]
        if clitic:
            span = (token.end - clitic, token.end)
            return Attribution(
                cue=token.text[:-clitic],
                cue_class=base.cue_class,
                cue_span=(token.start, span[0]),
                structure="QV",
                speaker=Speaker(kind="clitic", span=span, end=token.end),
            )
        speaker = after_cue(cast, paragraph, at + 1)
        return Attribution(cue=token.text, cue_class=base.cue_class, cue_span=(token.start, token.end), structure="QVS", speaker=speaker)
    return _inverted(cast, paragraph, at, end)


def _inverted(cast: Cast, paragraph: Paragraph, at: int, quote_end: int) -> Attribution | None:
    """“…,” Karding menjelaskan. The verb must end its clause, or it announces another statement."""
    tokens, found = paragraph.tokens, cast.at(paragraph.tokens[at].start)
    end = paragraph.token_at(found.end) if found else at + 1 if is_pronoun(tokens[at]) and tokens[at].text.islower() else 0
    if not end or end >= len(tokens) or not (cue := as_verb(tokens[end])):
        return None
    if found and cast.body.text[quote_end - 1 : quote_end] == ".":
        return None  # a full stop inside the marks ended the quote: this is the next sentence
    after = tokens[end + 1] if end + 1 < len(tokens) else None
    if (
        after is not None
        and after.text not in ".,;"
        and after.lower not in {"saat", "di", "pada", "dalam", "kepada", "usai", "ketika", "melalui"}
    ):
        return None
    span = (found.surface or (found.start, found.end)) if found else (tokens[at].start, tokens[at].end)
    speaker = Speaker(kind="phrase" if found else "pronoun", found=found, span=span, end=tokens[end].end)
    return Attribution(
        cue=tokens[end].text, cue_class=cue.cue_class, cue_span=(tokens[end].start, tokens[end].end), structure="QSV", speaker=speaker
    )


def _before(cast: Cast, paragraph: Paragraph, mark: int) -> Attribution | None:
    """X mengatakan, “…” — X: “…” — kata X, “…”."""
    sentence, tokens = paragraph.sentence(max(mark - 1, paragraph.start))[0], paragraph.tokens
    at = paragraph.token_at(mark) - 1
    low = max(paragraph.token_at(sentence), at - FARTHEST_VERB)
    if at < low or at < 0 or tokens[at].start < sentence or tokens[at].text in ".!?…":
        return None
    if tokens[at].text not in {",", ":"} and not as_verb(tokens[at]) and tokens[at].lower != "bahwa":
        return None
    for index in range(at, low - 1, -1):
        if (verb := as_verb(tokens[index])) and (speaker := before_verb(cast, paragraph, index, sentence)).kind != "none":
            return Attribution(
                cue=tokens[index].text,
                cue_class=verb.cue_class,
                cue_span=(tokens[index].start, tokens[index].end),
                structure="SVQ",
                speaker=speaker,
            )
        if (cue := as_cue(tokens[index])) and not (index and tokens[index - 1].is_capital):
            speaker = _post_speaker(cast, paragraph, index, cue[1])
            end = tokens[index].end - cue[1]
            return Attribution(
                cue=tokens[index].text[: len(tokens[index].text) - cue[1]],
                cue_class=cue[0].cue_class,
                cue_span=(tokens[index].start, end),
                structure="VSQ",
                speaker=speaker,
            )
    return _colon(cast, paragraph, at, sentence)


def _post_speaker(cast: Cast, paragraph: Paragraph, index: int, clitic: int) -> Speaker:
    token = paragraph.tokens[index]
    if clitic:
        return Speaker(kind="clitic", span=(token.end - clitic, token.end), end=token.end)
    return after_cue(cast, paragraph, index + 1)


def _colon(cast: Cast, paragraph: Paragraph, at: int, sentence: int) -> Attribution | None:
    """Nama: “…” without a verb; the colon is the cue."""
    token = paragraph.tokens[at]
    found = next((f for f in cast.between(sentence, token.start) if f.end == token.start), None) if token.text == ":" else None
    if found is None:
        return None
    speaker = Speaker(kind="phrase", found=found, span=found.surface or (found.start, found.end), end=found.end)
    return Attribution(cue=":", cue_class="speech", cue_span=(token.start, token.end), structure="SVQ", speaker=speaker)
