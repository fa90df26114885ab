"""Who an attribution names: reads the words after or before a cue."""

from __future__ import annotations

from parsers.language.words import lower, people, roles, table
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.evidence import COLLECTIVES
from parsers.structure.names.office_beside import acts
from parsers.structure.names.phrase_bounds import CLAUSE_WORDS
from parsers.structure.names.phrase_parts import EntityPhrase
from parsers.structure.quotes.statement import NO_SPEAKER, Speaker
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import ADVERBS, DEMONSTRATIVES, Token, Tokens, person_nouns

LONGEST_NOUN = 10
LONGEST_OFFICE = 20  # tokens before the comma and the name
ENDS = frozenset('.!?;:”“"')
LONGEST_ASIDE = 40  # tokens between the subject of a sentence and its verb
VOICES = lower(table("grammar")["accounts"]) | lower(table("grammar")["voices"])
NO_VOICES = frozenset({"dikutip", "dari", "resmi", "x"})
ASIDES = lower(table("grammar")["asides"])
NEGATIONS = lower(table("grammar")["negations"])
DENIALS = frozenset({"menampik", "membantah", "menyangkal"})
BODIES = lower(table("grammar")["speaking_bodies"])
THINGS = CLAUSE_WORDS | BODIES | lower(table("grammar")["writings"])  # nobody who speaks


def phrase_speaker(phrase: EntityPhrase, end: int = 0) -> Speaker:
    span = phrase.surface or (phrase.start, phrase.end)
    return Speaker(kind="phrase", phrase=phrase, span=span, end=end or phrase.end)


def pronoun_speaker(token: Token, end: int = 0) -> Speaker:
    return Speaker(kind="pronoun", span=(token.start, token.end), end=end or token.end)


def is_pronoun(token: Token) -> bool:
    return token.lower in people("pronouns") or token.lower in people("plural_pronouns")


def speaker_after(entities: EntityIndex, paragraph: Paragraph, index: int, clitic: int) -> Speaker:
    """Whoever follows the cue at token `index`; its own clitic where it has one."""
    end = paragraph.tokens[index].end
    if clitic:
        return Speaker(kind="clitic", span=(end - clitic, end), end=end)
    return speaker_at(entities, paragraph, index + 1)


def speaker_at(entities: EntityIndex, paragraph: Paragraph, at: int) -> Speaker:
    """The speaker that begins at token `at`."""
    tokens = paragraph.tokens
    at = _after_voice(entities, tokens, at)
    if at >= len(tokens):
        return NO_SPEAKER
    if is_pronoun(tokens[at]):
        return pronoun_speaker(tokens[at])
    phrase = entities.at(tokens[at].start)
    is_name = phrase and phrase.name
    if not is_name and (described := described_at(paragraph, at, any_noun=True)):
        return described
    if apposed := None if is_name else _apposed(entities, paragraph, at):
        return apposed
    return phrase_speaker(phrase) if phrase else _noun(paragraph, at)


def _after_voice(entities: EntityIndex, tokens: Tokens, at: int) -> int:
    """Where the name of a body begins that has written: tulis akun Instagram Dinas X, demikian keterangan resmi X."""
    end = at
    while end < len(tokens) and tokens[end].lower in VOICES:
        end += 1
    has_voice = any(t.lower not in NO_VOICES for t in tokens[at:end])
    if not has_voice or end == len(tokens):
        return at
    return end if tokens[end].is_capital or entities.at(tokens[end].start) else at


def _apposed(entities: EntityIndex, paragraph: Paragraph, at: int) -> Speaker | None:
    """Who they are, then the name: kata seorang penumpang, Daeng Matutu; kata Kepala Ekonom di Bank X, Robin Sani."""
    tokens = paragraph.tokens
    if tokens[at].lower.removesuffix("nya") not in person_nouns():
        return None
    for index in range(at + 1, min(at + LONGEST_OFFICE, len(tokens) - 1)):
        token = tokens[index]
        if token.cue or token.text in ENDS:
            return None
        if token.text == ",":
            phrases = entities.between(tokens[at].start, tokens[index + 1].start + 1)
            if phrase := next((p for p in phrases if p.name), None):
                return phrase_speaker(phrase)
    return None


def described_at(paragraph: Paragraph, at: int, *, any_noun: bool = False) -> Speaker | None:
    """The one named before: pria asal Bandung itu, perempuan yang akrab disapa Nana tersebut, lembaga itu.

    After a cue any noun is somebody, `any_noun`; before a verb it may be a thing.
    """
    tokens, noun = paragraph.tokens, paragraph.tokens[at].lower
    is_somebody = noun in person_nouns() or noun in COLLECTIVES
    if not is_somebody and not (any_noun and tokens[at].is_small and noun not in THINGS):
        return None
    if noun == "sang" and at + 1 < len(tokens) and tokens[at + 1].is_role:
        span = tokens[at + 1].start, tokens[at + 1].end
        return Speaker(kind="described", span=span, end=span[1])  # ungkap sang aktris
    for end in range(at + 1, min(at + LONGEST_NOUN, len(tokens))):
        token = tokens[end]
        if not token.is_word or token.verb:
            return None
        if token.lower in DEMONSTRATIVES and noun in COLLECTIVES:
            return Speaker(kind="body", span=(tokens[at].start, token.end), end=token.end)
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
    is_name = all(map(_is_name_word, tokens[at:end]))
    return _noun_speaker(tokens[at:end])._replace(kind="name" if is_name else "noun")


def _is_name_word(token: Token) -> bool:
    return token.is_capital and not (token.is_role or token.is_head or token.is_day or token.region)


def _noun_speaker(words: Tokens) -> Speaker:
    return Speaker(kind="noun", span=(words[0].start, words[-1].end), end=words[-1].end)


def subject_before(entities: EntityIndex, paragraph: Paragraph, at: int, sentence: int) -> Speaker:
    """The subject of the verb at token `at`, looked for back to the offset where the sentence begins."""
    tokens, low = paragraph.tokens, paragraph.token_at(sentence)
    index = at - 1
    while index > low and tokens[index].lower in ADVERBS:
        index -= 1
    if tokens[at].lower in DENIALS and tokens[index].lower in {"tak", "tidak"}:
        index -= 1  # tak menampik bahwa …
    if index < low or tokens[index].lower in NEGATIONS:
        return NO_SPEAKER
    if is_pronoun(tokens[index]):
        return pronoun_speaker(tokens[index])
    if tokens[index].lower in DEMONSTRATIVES:
        for start in range(max(low, index - LONGEST_NOUN), index):
            if start == low or tokens[start - 1].text == ",":
                described = described_at(paragraph, start)
                if described and described.end == tokens[index].end:
                    return described
    return _subject(entities, paragraph, index, low)


def _subject(entities: EntityIndex, paragraph: Paragraph, index: int, low: int) -> Speaker:
    tokens = paragraph.tokens
    phrases = [
        p
        for p in entities.between(tokens[low].start, tokens[index].end)
        if p.name or p.organization or p.role
    ]
    nearest = next((p for p in reversed(phrases) if p.end >= tokens[index].end), None)
    if nearest:
        if _is_of_body(tokens, nearest.parts.start, low):
            return _noun_speaker(tokens[low : index + 1])  # Militer X menyatakan
        return phrase_speaker(nearest)
    for phrase in phrases:
        if _heads_sentence(paragraph, phrase, index, low):
            apposed = None if phrase.name else _apposed(entities, paragraph, phrase.parts.start)
            return apposed or phrase_speaker(phrase)
    return _unnamed_subject(tokens, index, low)


def _unnamed_subject(tokens: Tokens, index: int, low: int) -> Speaker:
    """Dalam pertimbangannya, hakim menyatakan — beberapa pesepeda yang melintas di jalan itu mengaku"""
    start = next((i + 1 for i in range(index, low, -1) if tokens[i].text == ","), low)
    words = tokens[start : index + 1]
    if not words:
        return NO_SPEAKER
    is_somebody = words[0].lower in BODIES or words[0].lower in person_nouns()
    relative = next((n for n, t in enumerate(words[:LONGEST_NOUN]) if t.lower == "yang"), 0)
    if relative and len(words) < LONGEST_ASIDE and not any(t.verb for t in words):
        words = words[:relative]
    if len(words) > LONGEST_NOUN or any(t.cue or not t.is_word or acts(t) for t in words):
        return NO_SPEAKER
    return _noun_speaker(words) if is_somebody else NO_SPEAKER


def _is_of_body(tokens: Tokens, at: int, low: int) -> bool:
    """A word of a country, or of what it has, after the body that begins the sentence."""
    is_plain = not (tokens[at].is_common_name or tokens[at].is_titled)
    return at == low + 1 and is_plain and tokens[low].lower in BODIES - roles()


def _heads_sentence(paragraph: Paragraph, phrase: EntityPhrase, index: int, low: int) -> bool:
    """Nama, di Jakarta, Senin (1/2), mengatakan: the first phrase of the sentence, an aside, the verb."""
    tokens, after = paragraph.tokens, paragraph.token_at(phrase.end)
    if not 0 <= index - after < LONGEST_ASIDE:
        return False
    if tokens[after].text != "," and tokens[after].lower not in ASIDES:
        return False
    before = tokens[low : phrase.parts.start]
    if not before or before[-1].text == ",":
        return True
    if all(not t.is_word or t.is_capital for t in before):
        return True
    return before[0].lower in person_nouns() and all(
        t.is_word and t.lower not in CLAUSE_WORDS and not t.cue for t in before
    )
