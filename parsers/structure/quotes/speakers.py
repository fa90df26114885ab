"""Who an attribution names: reads the words after or before a cue."""

from __future__ import annotations

from parsers.language.words import lower, people, table
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.evidence import COLLECTIVES, SOURCES
from parsers.structure.names.office_beside import acts
from parsers.structure.names.phrase_bounds import CLAUSE_WORDS
from parsers.structure.names.phrase_parts import EntityPhrase
from parsers.structure.quotes.statement import NO_SPEAKER, Speaker
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import ADVERBS, DEMONSTRATIVES, Token, Tokens, person_nouns

LONGEST_NOUN = 10
VOICES = SOURCES | lower(table("grammar")["voices"])
ASIDES = lower(table("grammar")["asides"])
PRONOUNS = people("pronouns") | people("plural_pronouns")
BODIES = lower(table("grammar")["speaking_bodies"]) | COLLECTIVES
THINGS = CLAUSE_WORDS | BODIES | lower(table("grammar")["writings"])  # nobody


def phrase_speaker(phrase: EntityPhrase) -> Speaker:
    span = phrase.surface or (phrase.start, phrase.end)
    return Speaker(kind="phrase", phrase=phrase, span=span, end=phrase.end)


def pronoun_speaker(token: Token) -> Speaker | None:
    if token.lower not in PRONOUNS:
        return None
    kind = "clitic" if token.lower == "pihaknya" else "pronoun"  # it may mean a body
    return Speaker(kind=kind, span=(token.start, token.end), end=token.end)


def speaker_after(entities: EntityIndex, paragraph: Paragraph, index: int, clitic: int) -> Speaker:
    """Whoever follows the cue at token `index`; its own clitic where it has one."""
    end = paragraph.tokens[index].end
    if clitic:
        return Speaker(kind="clitic", span=(end - clitic, end), end=end)
    return speaker_at(entities, paragraph, index + 1)


def speaker_at(entities: EntityIndex, paragraph: Paragraph, at: int) -> Speaker:
    """The speaker that begins at token `at`."""
    tokens = paragraph.tokens
    at = _after_voice(tokens, at)
    if at >= len(tokens):
        return NO_SPEAKER
    phrase = entities.at(tokens[at].start)
    if phrase and phrase.name:
        return phrase_speaker(phrase)
    if speaker := pronoun_speaker(tokens[at]) or described_at(paragraph, at):
        return speaker
    if apposed := _apposed(entities, paragraph, at):
        return apposed
    return phrase_speaker(phrase) if phrase else _noun(paragraph, at)


def _apposed(entities: EntityIndex, paragraph: Paragraph, at: int) -> Speaker | None:
    """Who they are, then the name: kata seorang penumpang, Daeng Matutu."""
    tokens = paragraph.tokens
    if tokens[at].lower not in person_nouns():
        return None
    ahead = range(at + 1, min(at + LONGEST_NOUN, len(tokens) - 1))
    comma = next((n for n in ahead if not tokens[n].is_word), at)
    if tokens[comma].text != ",":
        return None
    phrases = entities.between(tokens[at].start, tokens[comma + 1].start + 1)
    return next((phrase_speaker(phrase) for phrase in phrases if phrase.name), None)


def _after_voice(tokens: Tokens, at: int) -> int:
    """Where the name of a body begins that has written: demikian keterangan tertulis Dinas X."""
    end = at
    while end < len(tokens) and tokens[end].lower in VOICES:
        end += 1
    return end if end < len(tokens) and tokens[end].is_capital else at


def described_at(paragraph: Paragraph, at: int) -> Speaker | None:
    """The one named before: pria asal Bandung itu, perempuan yang akrab disapa Nana tersebut."""
    tokens, noun = paragraph.tokens, paragraph.tokens[at].lower
    if noun not in person_nouns() and not (tokens[at].is_small and noun not in THINGS):
        return None
    for end in range(at + 1, min(at + LONGEST_NOUN, len(tokens))):
        token = tokens[end]
        if not token.is_word or token.lower == "saat":
            return None
        if token.lower in DEMONSTRATIVES:
            span = tokens[at].start, tokens[end - 1].end
            return Speaker(kind="described", span=span, end=token.end)
    return None


def _noun(paragraph: Paragraph, at: int) -> Speaker:
    """An unnamed speaker, kept as written: pria asal Bandung, salah seorang warga."""
    tokens, end = paragraph.tokens, at
    while end < min(len(tokens), at + LONGEST_NOUN) and tokens[end].is_word:
        if tokens[end].lower in CLAUSE_WORDS:
            break
        end += 1
    if end == at:
        return NO_SPEAKER
    is_name = all(t.is_capital for t in tokens[at:end])
    return _noun_speaker(tokens[at:end])._replace(kind="name" if is_name else "noun")


def _noun_speaker(words: Tokens) -> Speaker:
    return Speaker(kind="noun", span=(words[0].start, words[-1].end), end=words[-1].end)


def subject_before(entities: EntityIndex, paragraph: Paragraph, at: int, sentence: int) -> Speaker:
    """The subject of the verb at token `at`, looked for back to the offset where the sentence begins."""
    tokens, low = paragraph.tokens, paragraph.token_at(sentence)
    index = at - 1
    while index > low and tokens[index].lower in ADVERBS:
        index -= 1
    if index < low:
        return NO_SPEAKER
    if speaker := pronoun_speaker(tokens[index]):
        return speaker
    if tokens[index].lower in DEMONSTRATIVES:
        for start in range(max(low, index - LONGEST_NOUN), index):
            is_free = start == low or tokens[start - 1].text == ","
            if is_free and (described := described_at(paragraph, start)):
                return described
    return _subject(entities, paragraph, index, low)


def _subject(entities: EntityIndex, paragraph: Paragraph, index: int, low: int) -> Speaker:
    tokens = paragraph.tokens
    phrases = entities.between(tokens[low].start, tokens[index].end)
    nearest = next((p for p in reversed(phrases) if p.end >= tokens[index].end), None)
    first = next((p for p in phrases if _heads_sentence(paragraph, p, low)), None)
    if first and not first.name:  # Direktur Bank X di Y, Nama, mengatakan
        first = next((p for p in phrases if p.name and p.end == tokens[index - 1].end), first)
    subject = nearest or first
    return phrase_speaker(subject) if subject else _unnamed_subject(tokens, index, low)


def _unnamed_subject(tokens: Tokens, index: int, low: int) -> Speaker:
    """Dalam pertimbangannya, hakim menyatakan"""
    start = next((i + 1 for i in range(index, low, -1) if tokens[i].text == ","), low)
    words = tokens[start : index + 1]
    is_somebody = words and (words[0].lower in BODIES or words[0].lower in person_nouns())
    if not is_somebody or len(words) > LONGEST_NOUN or any(acts(t) for t in words):
        return NO_SPEAKER
    return _noun_speaker(words)


def _heads_sentence(paragraph: Paragraph, phrase: EntityPhrase, low: int) -> bool:
    """Nama, di Jakarta, Senin (1/2), mengatakan: the first phrase of the sentence, an aside, the verb."""
    tokens, after = paragraph.tokens, paragraph.token_at(phrase.end)
    if tokens[after].text != "," and tokens[after].lower not in ASIDES:
        return False
    before = tokens[low : phrase.parts.start]
    if not before or before[-1].text == "," or before[0].lower in person_nouns():
        return True
    return all(not t.is_word or t.is_capital for t in before)
