"""Statements without quotation marks: X menjelaskan bahwa …; Menurut X, …; …, kata dia, …; Disampaikan X, …"""

from __future__ import annotations

import re
from bisect import bisect_left

from parsers.language.words import Cue, lower, openers, table

from .direct import Statement
from .entities import Cast
from .marks import Marked
from .speakers import DEMONSTRATIVES, Attribution, Speaker, after_cue, as_cue, as_verb, before_verb
from .text import Paragraph, Token

LEAST_WORDS = 2
LEAST_BARE = 3  # words of a clause that follows its verb without bahwa or a comma
FARTHEST_SUBJECT = 60  # tokens
OBJECTS = lower(table("grammar")["objects"])
PREDICATES = lower(table("grammar")["predicates"])
RELATIVES = lower(table("grammar")["relatives"])
CONTRASTS = lower(table("grammar")["contrasts"])
SOURCES = lower(table("grammar")["sources"])
VERB = re.compile(r"(?:me[mnlrwy]|di|ber|ter)\w{3,}")
NO_VERBS = lower(table("grammar")["no_verbs"])
FARTHEST_VERB = 14  # tokens between a verb of asking and the verb of its clause


def indirect(cast: Cast, marked: tuple[Marked, ...], taken: list[tuple[int, int]]) -> list[Statement]:
    """One statement a sentence at most, and none where a direct one stands."""
    found: list[Statement] = []
    ends = [end for _, end in taken]
    for paragraph in cast.body.paragraphs:
        starts = paragraph.sentence_starts
        for start, following in zip(starts, (*starts[1:], paragraph.end), strict=True):
            low = _free_from(taken, ends, start, following)
            if low is not None and (statement := _sentence(cast, paragraph, low, following, marked)):
                found.append(statement)
    return found


def _free_from(taken: list[tuple[int, int]], ends: list[int], start: int, end: int) -> int | None:
    """Where the sentence may hold an indirect statement: nowhere if a direct one touches it."""
    index = bisect_left(ends, start + 1)
    return None if index < len(taken) and taken[index][0] < end else start


def _sentence(cast: Cast, paragraph: Paragraph, start: int, end: int, marked: tuple[Marked, ...]) -> Statement | None:
    tokens = paragraph.tokens
    first, last = paragraph.token_at(start), paragraph.token_at(end)
    for index in range(first, last):
        attribution, low = _form(cast, paragraph, index, first, last)
        if attribution and (statement := _clause(cast, attribution, low, end, marked)):
            return statement
        if tokens[index].text == ":" and index - first > FARTHEST_SUBJECT:
            return None
    return None


def _form(cast: Cast, paragraph: Paragraph, index: int, first: int, last: int) -> tuple[Attribution | None, int]:
    """The attribution whose cue is the token, and where its clause begins."""
    token, tokens = paragraph.tokens[index], paragraph.tokens
    if token.lower == "menurut" and (
        index == first or tokens[index - 1].text in {",", "dan", "Namun", "Padahal"} or tokens[index - 1].lower in {"ini", "itu", "lagi"}
    ):
        return _according(cast, paragraph, index, first)
    if index == first and (passive := _passive(cast, paragraph, index)):
        return passive
    if verb := as_verb(token):
        return _subject_first(cast, paragraph, index, first, verb)
    if (cue := as_cue(token)) and index > first and tokens[index - 1].text == "," and index + 1 < last:
        return _inline(cast, paragraph, index, first, cue)
    return None, 0


def _according(cast: Cast, paragraph: Paragraph, index: int, first: int) -> tuple[Attribution | None, int]:
    """Menurut Denny, … — …, menurut dia, …"""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    report = index + 1 < len(tokens) and tokens[index + 1].lower in SOURCES
    speaker = after_cue(cast, paragraph, index + 1 + report)
    after = paragraph.token_at(speaker.end)
    if speaker.kind in {"none", "noun"} or after >= len(tokens) or tokens[after].text not in {",", "."}:
        return None, 0
    inline = index > first and tokens[index - 1].text == ","
    attribution = Attribution(
        cue=token.text,
        cue_class="report" if report else "speech",
        cue_span=(token.start, token.end),
        structure="QVSQ" if inline else "VSQ",
        speaker=speaker,
    )
    return attribution, tokens[first].start if inline else _after_comma(paragraph, after)


def _passive(cast: Cast, paragraph: Paragraph, index: int) -> tuple[Attribution | None, int] | None:
    """Disampaikan X, … — Dijelaskannya, …"""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    base = token.lower.removesuffix("nya")
    if base not in openers():
        return None
    clitic = len(token.text) - len(base)
    span = (token.end - clitic, token.end)
    speaker = Speaker(kind="clitic", span=span, end=token.end) if clitic else after_cue(cast, paragraph, index + 1)
    after = paragraph.token_at(speaker.end)
    if speaker.kind in {"none", "noun"} or after >= len(tokens) or tokens[after].text != ",":
        return None, 0
    attribution = Attribution(
        cue=token.text[: len(base)], cue_class="speech", cue_span=(token.start, token.start + len(base)), structure="VSQ", speaker=speaker
    )
    return attribution, _after_comma(paragraph, after)


def _subject_first(cast: Cast, paragraph: Paragraph, index: int, first: int, verb: Cue) -> tuple[Attribution | None, int]:
    """X menjelaskan bahwa … — X, di Y, mengatakan, …"""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    at = index + 1
    while at < len(tokens) and tokens[at].lower in {"pula", "lagi", "juga"}:
        at += 1
    if at >= len(tokens) or tokens[at].text in ".!?":
        return None, 0
    marked = tokens[at].text in {",", ":"} or tokens[at].lower == "bahwa"
    bare = verb.needs_mark or tokens[at].lower in OBJECTS or (verb.needs_clause and not has_predicate(tokens[at : at + FARTHEST_VERB]))
    if not marked and bare:
        return None, 0
    speaker = before_verb(cast, paragraph, index, tokens[max(first, index - FARTHEST_SUBJECT)].start)
    if speaker.kind == "none" or (speaker.kind == "noun" and not marked):
        return None, 0
    attribution = Attribution(cue=token.text, cue_class=verb.cue_class, cue_span=(token.start, token.end), structure="SVC", speaker=speaker)
    start = at + (1 if marked or tokens[at].lower in {"agar", "supaya"} else 0)
    start += start < len(tokens) and tokens[start].lower == "bahwa"
    return attribution, tokens[min(start, len(tokens) - 1)].start


def has_predicate(tokens: tuple[Token, ...]) -> bool:
    """Whether the words of one sentence hold a verb that no relative clause swallows."""
    for index, token in enumerate(tokens):
        if token.text in ".!?;:":
            return False
        free = not any(t.lower in RELATIVES for t in tokens[max(index - 2, 0) : index])
        if free and (token.lower in PREDICATES or (token.text.islower() and VERB.match(token.text) and token.text not in NO_VERBS)):
            return True
    return False


def _inline(cast: Cast, paragraph: Paragraph, index: int, first: int, cue: tuple[Cue, int]) -> tuple[Attribution | None, int]:
    """…, kata dia, … : the whole sentence is the statement, with its attribution inside."""
    tokens, token, (base, clitic) = paragraph.tokens, paragraph.tokens[index], cue
    end = token.end - clitic
    speaker = Speaker(kind="clitic", span=(end, token.end), end=token.end) if clitic else after_cue(cast, paragraph, index + 1)
    if speaker.kind in {"none", "noun"}:
        return None, 0
    after = paragraph.token_at(speaker.end)
    closes = after >= len(tokens) or tokens[after].text == "."
    structure = ("QV" if clitic else "QVS") + ("" if closes else "Q")
    attribution = Attribution(
        cue=token.text[: len(token.text) - clitic],
        cue_class=base.cue_class,
        cue_span=(token.start, end),
        structure=structure,
        speaker=speaker,
    )
    return attribution, tokens[first].start


def _after_comma(paragraph: Paragraph, at: int) -> int:
    return paragraph.tokens[min(at + 1, len(paragraph.tokens) - 1)].start


def _clause(cast: Cast, attribution: Attribution, low: int, end: int, marked: tuple[Marked, ...]) -> Statement | None:
    """The statement from `low` to the end of its sentence, without the stop."""
    text = cast.body.text
    if attribution.structure in {"QVS", "QV"}:
        end = attribution.cue_span[0]
    elif attribution.structure == "SVC":
        end = _before_contrast(cast, low, end)
    while end > low and text[end - 1] in ' \t\u00a0.,”“"»':
        end -= 1
    bare = attribution.structure == "SVC" and text[low - 2 : low] not in {", ", ": "}
    size = len(text[low:end].split())
    if size < LEAST_WORDS or (bare and size < LEAST_BARE and not _is_small_clause(cast, low, end)):
        return None
    mixed = _holds_mark(marked, low, end)
    if mixed and text[end : end + 1] in '”"»':
        end += 1
    kind = "mixed" if mixed else "indirect"
    rule = f"quote.{kind}.{attribution.structure.lower()}"
    return Statement(span=(low, end), quote_type=kind, rule=rule, attribution=attribution, inside=(low, end))


def _is_small_clause(cast: Cast, low: int, end: int) -> bool:
    """Two words that say something: ada keterlambatan, kakinya kram."""
    paragraph = cast.body.paragraph(low)
    tokens = paragraph.tokens[paragraph.token_at(low) : paragraph.token_at(end)]
    return has_predicate(tokens) or (tokens[0].lower.endswith("nya") and tokens[1].lower not in DEMONSTRATIVES)


def _before_contrast(cast: Cast, low: int, end: int) -> int:
    """X mengaku A, tetapi menolak B: what the speaker does next is no part of the statement."""
    paragraph = cast.body.paragraph(low)
    tokens = paragraph.tokens
    for index in range(paragraph.token_at(low), paragraph.token_at(end) - 2):
        if tokens[index].text == "," and tokens[index + 1].lower in CONTRASTS and as_verb(tokens[index + 2]):
            return tokens[index].start
    return end


def _holds_mark(marked: tuple[Marked, ...], low: int, end: int) -> bool:
    index = bisect_left(marked, low, key=lambda m: m.start)
    return index < len(marked) and marked[index].start < end
