"""Who an attribution names: reads the words after or before a cue."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.language.words import Cue, cues, lower, people, table

from .entities import Cast, Found
from .extent import CLAUSE_WORDS
from .lexicon import is_person_noun
from .phrases import Span
from .text import Paragraph, Token

LONGEST_NOUN = 10
DEMONSTRATIVES = lower(table("grammar")["demonstratives"])
ADVERBS = lower(table("grammar")["adverbs"])
ASIDES = lower(table("grammar")["asides"])
NEGATIONS = lower(table("grammar")["negations"])
BODIES = lower(table("grammar")["speaking_bodies"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """`kind`: phrase (somebody named), pronoun, clitic, noun (pria asal Bandung), described (pria itu), none."""

    kind: str
    span: Span | None = None
    found: Found | None = None
    end: int = 0  # the code point after what was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    cue: str
    cue_class: str
    cue_span: Span
    structure: str
    speaker: Speaker


def as_cue(token: Token) -> tuple[Cue, int] | None:
    """A cue after a statement, and how many of its last letters are the clitic: katanya, and the slip ujarya."""
    word = token.lower
    if (cue := cues().get(word)) and cue.position == "post":
        return cue, 0
    for clitic in ("nya", "ya"):
        base = word.removesuffix(clitic)
        if base != word and (cue := cues().get(base)) and cue.position == "post":
            return cue, len(clitic)
    return None


def as_verb(token: Token) -> Cue | None:
    """A cue before a statement: mengatakan."""
    cue = cues().get(token.lower)
    return cue if cue and cue.position == "pre" else None


def is_pronoun(token: Token) -> bool:
    return token.lower in people("pronouns") or token.lower in people("plural_pronouns")


def after_cue(cast: Cast, paragraph: Paragraph, at: int) -> Speaker:
    """The speaker in the words from token `at` on."""
    tokens = paragraph.tokens
    while at < len(tokens) and tokens[at].lower in {"lagi", "pula", "singkat", "tegas"}:
        at += 1
    if at >= len(tokens):
        return Speaker(kind="none")
    token = tokens[at]
    if is_pronoun(token):
        return Speaker(kind="pronoun", span=(token.start, token.end), end=token.end)
    found = cast.at(token.start)
    if not (found and found.name) and (described := _described(paragraph, at)):
        return described
    if found:
        return Speaker(kind="phrase", found=found, span=found.surface or (found.start, found.end), end=found.end)
    return _noun(paragraph, at)


def _described(paragraph: Paragraph, at: int) -> Speaker | None:
    """The one named before, by what they are: pria asal Bandung itu, perempuan yang akrab disapa Nana tersebut."""
    tokens = paragraph.tokens
    if not is_person_noun(tokens[at]):
        return None
    for end in range(at + 1, min(at + LONGEST_NOUN, len(tokens))):
        if not tokens[end].is_word or cues().get(tokens[end].lower):
            return None
        if tokens[end].lower in DEMONSTRATIVES:
            return Speaker(kind="described", span=(tokens[at].start, tokens[end - 1].end), end=tokens[end].end)
    return None


def _noun(paragraph: Paragraph, at: int) -> Speaker:
    """An unnamed speaker, kept as written: pria asal Bandung, salah seorang warga."""
    tokens, end = paragraph.tokens, at
    while (
        end < len(tokens)
        and end - at < LONGEST_NOUN
        and tokens[end].is_word
        and (tokens[end].lower == "asal" or tokens[end].lower not in CLAUSE_WORDS)
    ):
        end += 1
    if end == at:
        return Speaker(kind="none")
    span = (tokens[at].start, tokens[end - 1].end)
    return Speaker(kind="noun", span=span, end=span[1])


def before_verb(cast: Cast, paragraph: Paragraph, at: int, sentence: int) -> Speaker:
    """The subject of the verb at token `at`, looked for back to the offset where the sentence begins."""
    tokens, low = paragraph.tokens, paragraph.token_at(sentence)
    index = at - 1
    while index > low and tokens[index].lower in ADVERBS:
        index -= 1
    if index < low or tokens[index].lower in NEGATIONS:
        return Speaker(kind="none")
    if is_pronoun(tokens[index]):
        return Speaker(kind="pronoun", span=(tokens[index].start, tokens[index].end), end=tokens[index].end)
    starts = (i for i in range(max(low, index - LONGEST_NOUN), index) if i == low or tokens[i - 1].text == ",")
    for start in starts if tokens[index].lower in DEMONSTRATIVES else ():
        if (described := _described(paragraph, start)) and described.end == tokens[index].end:
            return described
    return _subject(cast, paragraph, index, low)


def _subject(cast: Cast, paragraph: Paragraph, index: int, low: int) -> Speaker:
    tokens = paragraph.tokens
    candidates = [f for f in cast.between(tokens[low].start, tokens[index].end) if f.name or f.organization or f.role]
    near = next((f for f in reversed(candidates) if f.end >= tokens[index].end), None)
    far = next((f for f in candidates if _heads_sentence(paragraph, f, index, low)), None)
    if found := near or far:
        return Speaker(kind="phrase", found=found, span=found.surface or (found.start, found.end), end=found.end)
    if index - low < 4 and tokens[low].lower in BODIES:  # noqa: PLR2004
        return Speaker(kind="noun", span=(tokens[low].start, tokens[index].end), end=tokens[index].end)
    return Speaker(kind="none")


def _heads_sentence(paragraph: Paragraph, found: Found, index: int, low: int) -> bool:
    """Nama, di Jakarta, Senin (1/2), mengatakan: the first phrase of the sentence, an aside, the verb."""
    tokens, after = paragraph.tokens, paragraph.token_at(found.end)
    if after > index:
        return False
    first = found.phrase.start
    leading = all(not t.is_word or t.is_capital or t.lower in {"itu", "lain"} for t in tokens[low:first])
    before = tokens[first - 1].text if first > low else ","
    aside = tokens[after].text == "," or tokens[after].lower in ASIDES
    return (leading or before == ",") and aside and index - after < 40  # noqa: PLR2004


__all__ = ["Attribution", "Speaker", "after_cue", "as_cue", "as_verb", "before_verb", "is_pronoun"]
