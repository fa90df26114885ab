"""Who an attribution names: reads the words after or before a cue."""

from __future__ import annotations

from typing import NamedTuple

from parsers.language.words import lower, people, table
from parsers.structure.names.entities import EntityIndex, EntityPhrase
from parsers.structure.names.phrase_bounds import CLAUSE_WORDS
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import ADVERBS, Span, Token, person_nouns

LONGEST_NOUN = 10
FARTHEST = 40  # tokens between the subject of a sentence and its verb
DEMONSTRATIVES = lower(table("grammar")["demonstratives"])
AFTER_CUE = frozenset({"lagi", "pula", "singkat", "tegas"})  # katanya lagi
ASIDES = lower(table("grammar")["asides"])
NEGATIONS = lower(table("grammar")["negations"])
AND_ALSO = frozenset({"namun", "tetapi", "tapi", "dan", "serta", "sekaligus", "lalu", "kemudian"})
BODIES = lower(table("grammar")["speaking_bodies"])
COLLECTIVES = lower(table("grammar")["collectives"])
WRITINGS = lower(table("grammar")["writings"])


class Speaker(NamedTuple):
    """`kind`: phrase (somebody named), pronoun, clitic, noun (pria asal Bandung), described (pria itu), body (lembaga itu), none."""

    kind: str
    span: Span | None = None
    found: EntityPhrase | None = None
    end: int = 0  # the code point after what was read


NOBODY = Speaker(kind="none")


class Attribution(NamedTuple):
    cue: str
    cue_class: str
    cue_span: Span
    structure: str
    speaker: Speaker


def attribution(
    token: Token, cue_class: str, structure: str, speaker: Speaker, clitic: int = 0
) -> Attribution:
    """The cue is the token without the clitic."""
    cue = token.text[: len(token.text) - clitic]
    return Attribution(
        cue=cue,
        cue_class=cue_class,
        cue_span=(token.start, token.end - clitic),
        structure=structure,
        speaker=speaker,
    )


def named(found: EntityPhrase, end: int = 0) -> Speaker:
    return Speaker(
        kind="phrase",
        found=found,
        span=found.surface or (found.start, found.end),
        end=end or found.end,
    )


def pronoun(token: Token, end: int = 0) -> Speaker:
    return Speaker(kind="pronoun", span=(token.start, token.end), end=end or token.end)


def is_pronoun(token: Token) -> bool:
    return token.lower in people("pronouns") or token.lower in people("plural_pronouns")


def after(entities: EntityIndex, paragraph: Paragraph, index: int, clitic: int) -> Speaker:
    """Whoever follows the cue at token `index`; its own clitic where it has one."""
    end = paragraph.tokens[index].end
    return (
        Speaker(kind="clitic", span=(end - clitic, end), end=end)
        if clitic
        else after_cue(entities, paragraph, index + 1)
    )


def after_cue(entities: EntityIndex, paragraph: Paragraph, at: int) -> Speaker:
    """The speaker that begins at token `at`."""
    tokens = paragraph.tokens
    while at < len(tokens) and tokens[at].lower in AFTER_CUE:
        at += 1
    if at >= len(tokens):
        return NOBODY
    if is_pronoun(tokens[at]):
        return pronoun(tokens[at])
    found = entities.at(tokens[at].start)
    end = paragraph.token_at(found.end) if found and found.name else len(tokens)
    pointed = (
        end < len(tokens) and tokens[end].lower in DEMONSTRATIVES and tokens[at].is_small
    )  # mantan Camat Mentarang itu
    if (end == len(tokens) or pointed) and (described := _described(paragraph, at, any_noun=True)):
        return described
    return named(found) if found else _apposed(entities, paragraph, at) or _noun(paragraph, at)


def _apposed(entities: EntityIndex, paragraph: Paragraph, at: int) -> Speaker | None:
    """Who they are, then the name: kata seorang penumpang, Daeng Matutu."""
    tokens, noun = paragraph.tokens, _noun(paragraph, at)
    end = paragraph.token_at(noun.end)
    if (
        noun is NOBODY
        or tokens[at].lower not in person_nouns()
        or end + 1 >= len(tokens)
        or tokens[end].text != ","
    ):
        return None
    found = next(
        (f for f in entities.between(tokens[at].start, tokens[end + 1].start + 1) if f.name), None
    )
    return named(found) if found else None


def _described(paragraph: Paragraph, at: int, *, any_noun: bool = False) -> Speaker | None:
    """The one named before, by what they are: pria asal Bandung itu, perempuan yang akrab disapa Nana tersebut, lembaga itu.

    After a cue any noun is somebody, `any_noun`; before a verb it may be a thing.
    """
    tokens, noun = paragraph.tokens, paragraph.tokens[at].lower
    known = noun in person_nouns() or noun in COLLECTIVES
    if not known and (
        not any_noun or not tokens[at].is_small or noun in CLAUSE_WORDS | BODIES | WRITINGS
    ):
        return None
    for end in range(at + 1, min(at + LONGEST_NOUN, len(tokens))):
        if not tokens[end].is_word or (tokens[end].cue and tokens[end].verb):
            return None
        if tokens[end].lower in DEMONSTRATIVES:
            if noun in COLLECTIVES:
                return Speaker(
                    kind="body", span=(tokens[at].start, tokens[end].end), end=tokens[end].end
                )
            return Speaker(
                kind="described", span=(tokens[at].start, tokens[end - 1].end), end=tokens[end].end
            )
    return None


def _noun(paragraph: Paragraph, at: int) -> Speaker:
    """An unnamed speaker, kept as written: pria asal Bandung, salah seorang warga."""
    tokens, end = paragraph.tokens, at
    last = min(len(tokens), at + LONGEST_NOUN)
    while (
        end < last
        and tokens[end].is_word
        and (tokens[end].lower == "asal" or tokens[end].lower not in CLAUSE_WORDS)
    ):
        end += 1
    return (
        Speaker(kind="noun", span=(tokens[at].start, tokens[end - 1].end), end=tokens[end - 1].end)
        if end > at
        else NOBODY
    )


def before_verb(entities: EntityIndex, paragraph: Paragraph, at: int, sentence: int) -> Speaker:
    """The subject of the verb at token `at`, looked for back to the offset where the sentence begins."""
    tokens, low = paragraph.tokens, paragraph.token_at(sentence)
    index = at - 1
    while index > low and tokens[index].lower in ADVERBS:
        index -= 1
    joint = index + (tokens[index].text == "," and index + 1 < at)  # lalu may be an adverb, too
    if tokens[joint].lower in AND_ALSO and joint > low and tokens[joint - 1].text == ",":
        return _heading(entities, paragraph, joint, low)
    if index < low or tokens[index].lower in NEGATIONS:
        return NOBODY
    if is_pronoun(tokens[index]):
        return pronoun(tokens[index])
    starts = (
        i
        for i in range(max(low, index - LONGEST_NOUN), index)
        if i == low or tokens[i - 1].text == ","
    )
    for start in starts if tokens[index].lower in DEMONSTRATIVES else ():
        if (described := _described(paragraph, start)) and described.end == tokens[index].end:
            return described
    return _subject(entities, paragraph, index, low)


def _heading(entities: EntityIndex, paragraph: Paragraph, index: int, low: int) -> Speaker:
    """X mendukung A, namun mengingatkan B: the sentence begins with whoever does both."""
    tokens = paragraph.tokens
    if is_pronoun(tokens[low]):
        return pronoun(tokens[low])
    found = next(
        (
            f
            for f in entities.between(tokens[low].start, tokens[index].start)
            if f.name or f.organization
        ),
        None,
    )
    leads = found is not None and all(
        not t.is_word or t.is_capital for t in tokens[low : found.phrase.start]
    )
    return named(found) if found and leads else NOBODY


def _subject(entities: EntityIndex, paragraph: Paragraph, index: int, low: int) -> Speaker:
    tokens = paragraph.tokens
    candidates = [
        f
        for f in entities.between(tokens[low].start, tokens[index].end)
        if f.name or f.organization or f.role
    ]
    near = next((f for f in reversed(candidates) if f.end >= tokens[index].end), None)
    if (
        near
        and (heading := _heading(entities, paragraph, index, low)).found
        and heading.found is not near
        and _goes_on(paragraph, heading.found)
    ):
        return heading  # Menteri X yang mendampingi Presiden menjelaskan
    if found := near or next(
        (f for f in candidates if _heads_sentence(paragraph, f, index, low)), None
    ):
        return named(found)
    if tokens[low + 1].text == "," and (short := entities.short(paragraph, low)):
        return named(short)
    low = next(
        (i + 1 for i in range(index, low, -1) if tokens[i].text == ","), low
    )  # Dalam pertimbangannya, hakim menyatakan
    words = tokens[low : index + 1]
    if (
        words
        and tokens[low].lower in BODIES | person_nouns()
        and len(words) <= LONGEST_NOUN
        and all(t.is_word and not t.cue for t in words)
    ):
        return Speaker(
            kind="noun", span=(tokens[low].start, tokens[index].end), end=tokens[index].end
        )
    return NOBODY


def _goes_on(paragraph: Paragraph, found: EntityPhrase) -> bool:
    """A relative clause tells more of the one named."""
    after = paragraph.token_at(found.end)
    after += after < len(paragraph.tokens) and paragraph.tokens[after].text == ","
    return (
        found.name is not None
        and after < len(paragraph.tokens)
        and paragraph.tokens[after].lower == "yang"
    )


def _heads_sentence(paragraph: Paragraph, found: EntityPhrase, index: int, low: int) -> bool:
    """Nama, di Jakarta, Senin (1/2), mengatakan: the first phrase of the sentence, an aside, the verb."""
    tokens, after = paragraph.tokens, paragraph.token_at(found.end)
    if not 0 <= index - after < FARTHEST:
        return False
    first = found.phrase.start
    leading = all(
        not t.is_word or t.is_capital or t.lower in {"itu", "lain"} for t in tokens[low:first]
    )
    leading = leading or (
        tokens[low].lower in person_nouns()
        and all(t.is_word and t.lower not in CLAUSE_WORDS and not t.cue for t in tokens[low:first])
    )
    before = tokens[first - 1].text if first > low else ","
    aside = tokens[after].text == "," or tokens[after].lower in ASIDES
    return (leading or before == ",") and aside
