"""Statements without quotation marks.

X menjelaskan bahwa …; Menurut X, …; …, kata dia, …; Disampaikan X, …
"""

from __future__ import annotations

import re
from bisect import bisect_left

from parsers.language.words import Cue, lower, openers, table
from parsers.structure.names.entities import EntityIndex
from parsers.structure.quotes.quotation_marks import Quotation
from parsers.structure.quotes.speakers import BODIES, VOICES, speaker_after, subject_before
from parsers.structure.quotes.statement import (
    FARTHEST_VERB,
    Attribution,
    Speaker,
    Statement,
)
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import VERB, Span, Tokens, text_of

LEAST_WORDS = 2
FARTHEST_SUBJECT = 60  # tokens
LONGEST_CLAUSE = 30  # tokens up to its verb, or the untuk that says what is asked
PREDICATES = lower(table("grammar")["predicates"])
STOPS = frozenset(".!?;:") | {"bahwa"}
BEFORE_CLAUSE = lower("kepada pada dalam di melalui lewat saat usai dengan terkait")
NO_VERBS = lower(table("grammar")["no_verbs"])
# What somebody achieves, and does not say, after mencatat.
RESULT = re.compile(
    r"(?:pe[mnr]?|ke)\w+an|hasil|laba|rugi|omzet|kinerja|rekor|sejarah|prestasi|gol|skor|angka"
)
ENDS = ' \t\u00a0.,”“"»'
RULES = {"SVC": "quote.indirect.svc", "VSQ": "quote.indirect.vsq"}
INLINE_RULE, MIXED_RULE = "quote.indirect.qvsq", "quote.mixed"
Form = tuple[Attribution, int]  # and where its clause begins


def indirect_statements(
    entities: EntityIndex, quotations: tuple[Quotation, ...], direct: list[Span]
) -> list[Statement]:
    """One statement a sentence at most, and none where a direct one stands."""
    statements: list[Statement] = []
    ends = [end for _, end in direct]
    for paragraph in entities.body.paragraphs:
        starts = paragraph.sentence_starts
        for start, following in zip(starts, (*starts[1:], paragraph.end), strict=True):
            index = bisect_left(ends, start + 1)
            is_free = index == len(direct) or direct[index][0] >= following
            if is_free and (
                statement := _sentence(entities, paragraph, start, following, quotations)
            ):
                statements.append(statement)
    return statements


def _sentence(
    entities: EntityIndex,
    paragraph: Paragraph,
    start: int,
    end: int,
    quotations: tuple[Quotation, ...],
) -> Statement | None:
    first, last = paragraph.token_at(start), paragraph.token_at(end)
    cues = paragraph.cues
    cues = cues[bisect_left(cues, first + 1) : bisect_left(cues, last)]
    for index in (first, *cues) if first < last else ():
        if (form := _form(entities, paragraph, index, first)) and (
            statement := _clause(entities, *form, end, quotations)
        ):
            return statement
    return None


def _form(entities: EntityIndex, paragraph: Paragraph, index: int, first: int) -> Form | None:
    """The attribution whose cue is the token."""
    token, tokens = paragraph.tokens[index], paragraph.tokens
    before = tokens[index - 1] if index > first else None
    if token.lower in {"menurut", "menurutnya"} and not (before and before.lower == "yang"):
        return _according(entities, paragraph, index, first)
    if before is None and (base := token.lower.removesuffix("nya")) in openers():
        return _verb_first(entities, paragraph, index, len(token.text) - len(base))
    if before is None and token.post and (token.text == "Katanya" or not token.clitic):
        return _verb_first(entities, paragraph, index, token.clitic)
    if verb := token.verb:
        return _subject_first(entities, paragraph, index, first, verb)
    says_he = text_of(tokens[index + 1 : index + 3]) == "dia ,"  # Namun kata dia, …
    if token.post and before and (before.text == "," or says_he):
        return _inline(entities, paragraph, index, first, token.post)
    return None


def _according(entities: EntityIndex, paragraph: Paragraph, index: int, first: int) -> Form | None:
    """Menurut Denny, … — …, menurut dia, … — Harga menurutnya … — Menurut data sementara X, …"""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    clitic = len(token.text) - len("menurut")
    speaker = speaker_after(entities, paragraph, index, clitic)
    end = paragraph.token_at(speaker.end)
    before = tokens[index - 1] if index > first else None
    if end >= len(tokens) or not _is_source(paragraph, speaker):
        return None
    is_report = not clitic and tokens[index + 1].lower in VOICES
    cue_class, structure = "report" if is_report else "speech", "QVSQ" if before else "VSQ"
    attribution = Attribution.of(token, cue_class, structure, speaker, clitic)
    return attribution, _start(paragraph, first if before else end + (tokens[end].text == ","))


def _verb_first(
    entities: EntityIndex, paragraph: Paragraph, index: int, clitic: int
) -> Form | None:
    """Disampaikan X, … — Dijelaskannya, … — Kata X, … — Katanya, …"""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    speaker = speaker_after(entities, paragraph, index, clitic)
    end = paragraph.token_at(speaker.end)
    if not speaker.is_known or end >= len(tokens) or tokens[end].text != ",":
        return None
    cue_class = token.post.cue_class if token.post else "speech"
    return Attribution.of(token, cue_class, "VSQ", speaker, clitic), _start(paragraph, end + 1)


def _subject_first(
    entities: EntityIndex, paragraph: Paragraph, index: int, first: int, verb: Cue
) -> Form | None:
    """X menjelaskan bahwa … — X, di Y, mengatakan, …"""
    tokens, at = paragraph.tokens, index + 1
    if at >= len(tokens):
        return None
    ahead = range(at, min(at + FARTHEST_VERB, len(tokens)))  # mengatakan kepada X bahwa …
    stop = next((n for n in ahead if tokens[n].lower in STOPS), at)
    if tokens[at].lower in BEFORE_CLAUSE and tokens[stop].lower == "bahwa":
        at = stop
    has_mark = tokens[at].text in {",", ":"} or tokens[at].lower == "bahwa"
    clause = tokens[at : at + LONGEST_CLAUSE]
    is_result = verb.cue_class == "report" and RESULT.fullmatch(clause[0].lower)
    needs_clause = verb.needs_clause or is_result
    is_object = verb.needs_mark or (needs_clause and not _has_predicate(clause, verb))
    if is_object and not has_mark:
        return None
    sentence = tokens[max(first, index - FARTHEST_SUBJECT)].start
    speaker = subject_before(entities, paragraph, index, sentence)
    if speaker.kind == "none":
        return None
    start = at + (has_mark or tokens[at].lower in {"agar", "supaya"})
    start += start < len(tokens) and tokens[start].lower == "bahwa"
    return Attribution.of(tokens[index], verb.cue_class, "SVC", speaker), _start(paragraph, start)


def _has_predicate(words: Tokens, cue: Cue) -> bool:
    """Whether what follows a cue is a clause with a verb, or what stands for one, and no plain object."""
    for word in words:
        if word.text in ".!?;:":
            return False
        is_verb = word.is_small and VERB.match(word.text) and word.text not in NO_VERBS
        if is_verb or word.lower in PREDICATES or (cue.asks and word.lower == "untuk"):
            return True  # mengimbau warga untuk tenang
    return False


def _inline(
    entities: EntityIndex, paragraph: Paragraph, index: int, first: int, cue: Cue
) -> Form | None:
    """…, kata dia, … : the whole sentence is the statement, with its attribution inside."""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    speaker = speaker_after(entities, paragraph, index, token.clitic)
    if not _is_source(paragraph, speaker):
        return None
    end = paragraph.token_at(speaker.end)
    closes = end >= len(tokens) or tokens[end].text == "."
    structure = ("QV" if token.clitic else "QVS") if closes else "QVSQ"
    attribution = Attribution.of(token, cue.cue_class, structure, speaker, token.clitic)
    return attribution, _start(paragraph, first)


def _is_source(paragraph: Paragraph, speaker: Speaker) -> bool:
    """Somebody known, or a body without a name: kata pemerintah, menurut militer."""
    if speaker.kind != "noun" or speaker.span is None:
        return speaker.is_known
    return paragraph.tokens[paragraph.token_at(speaker.span[0])].lower in BODIES


def _start(paragraph: Paragraph, at: int) -> int:
    return paragraph.tokens[min(at, len(paragraph.tokens) - 1)].start


def _clause(
    entities: EntityIndex,
    attribution: Attribution,
    low: int,
    end: int,
    quotations: tuple[Quotation, ...],
) -> Statement | None:
    """The statement from `low` to the end of its sentence, without the stop."""
    text = entities.body.text
    if attribution.structure in {"QVS", "QV"}:
        end = attribution.cue_span[0]
    while end > low and text[end - 1] in ENDS:
        end -= 1
    if len(text[low:end].split()) < LEAST_WORDS:
        return None
    index = bisect_left(quotations, low, key=lambda q: q.start)
    is_mixed = index < len(quotations) and quotations[index].start < end
    if is_mixed and text[end : end + 1] in '”"»':
        end += 1
    rule_id = MIXED_RULE if is_mixed else RULES.get(attribution.structure, INLINE_RULE)
    return Statement((low, end), rule_id, attribution, extent=(low, end))
