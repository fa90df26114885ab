"""Statements without quotation marks.

X menjelaskan bahwa …; Menurut X, …; …, kata dia, …; Disampaikan X, …
"""

from __future__ import annotations

import re
from bisect import bisect_left

from parsers.language.words import Cue, lower, openers, table
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.evidence import COLLECTIVES, SOURCES
from parsers.structure.names.phrase_bounds import CLAUSE_WORDS
from parsers.structure.quotes.quotation_marks import Quotation
from parsers.structure.quotes.speakers import BODIES, speaker_after, speaker_at, subject_before
from parsers.structure.quotes.statement import FARTHEST_VERB, Attribution, Speaker, Statement
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import (
    DEMONSTRATIVES,
    Span,
    Token,
    Tokens,
    person_nouns,
    text_of,
)

LEAST_WORDS = 2
FARTHEST_SUBJECT = 60  # tokens
FARTHEST_PURPOSE = 30  # tokens from a verb of asking to the untuk that says what is asked
OBJECTS = lower(table("grammar")["objects"])
PREDICATES = lower(table("grammar")["predicates"])
RELATIVES = lower(table("grammar")["relatives"])
STOPS = frozenset(".!?;:") | {"bahwa"}
BEFORE_CLAUSE = lower("kepada pada dalam di melalui lewat saat usai dengan terkait")
CONTRASTS = lower(table("grammar")["contrasts"])
REPORTS = SOURCES | lower(table("grammar")["reports"])
OF_SOURCES = frozenset(
    {"sementara", "resmi", "terbaru", "terakhir", "awal", "dari", "milik", "internal"}
)
CLAUSE_START = frozenset(
    {
        "dan",
        "Namun",
        "Padahal",
        "Sebab",
        "Karena",
        "Apalagi",
        "Bahkan",
        "Sementara",
        "Tetapi",
        "Tapi",
    }
)
VERB = re.compile(r"(?:me[mnlrwy]|di|ber|ter)\w{3,}")
NO_VERBS = lower(table("grammar")["no_verbs"])
# meminta waktu untuk berpikir
THING = re.compile(
    r"waktu|izin|bantuan|dukungan|maaf|uang|dana|anggaran|pe[mn]\w+an|per(?!empuan)\w+an"
    r"|(?:penting|perlu|ada)nya"
)
RESULTS = lower(table("grammar")["results"])
ACT = re.compile(r"(?:pe[mnr]?|ke)\w+an")  # penambahan, kenaikan
ENDS = ' \t\u00a0.,”“"»'
RULES = {
    "SVC": "quote.indirect.svc",
    "VSQ": "quote.indirect.vsq",
    "QVSQ": "quote.indirect.qvsq",
    "QVS": "quote.indirect.qvsq",
    "QV": "quote.indirect.qvsq",
}
MIXED_RULE = "quote.mixed"
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
    if token.lower in {"menurut", "menurutnya"} and (
        before is None or before.lower not in RELATIVES  # jalan yang menurutnya benar
    ):
        return _according(entities, paragraph, index, first)
    if before is None and (base := token.lower.removesuffix("nya")) in openers():
        return _verb_first(entities, paragraph, index, len(token.text) - len(base))
    if before is None and token.post and (token.text == "Katanya" or not token.clitic):
        return _verb_first(entities, paragraph, index, token.clitic)
    if verb := token.verb:
        return _subject_first(entities, paragraph, index, first, verb)
    says_he = text_of(tokens[index + 1 : index + 3]) == "dia ,"  # Namun kata dia, …
    if token.post and token.is_small and before and (before.text == "," or says_he):
        return _inline(entities, paragraph, index, first, token.post)
    return None


def _according(entities: EntityIndex, paragraph: Paragraph, index: int, first: int) -> Form | None:
    """Menurut Denny, … — …, menurut dia, … — Harga menurutnya … — Menurut data sementara X, …"""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    clitic, at = len(token.text) - len("menurut"), index + 1
    is_report = at < len(tokens) and tokens[at].lower in REPORTS
    while is_report and at < len(tokens) and tokens[at].lower in REPORTS | OF_SOURCES:
        at += 1
    speaker = (
        speaker_after(entities, paragraph, index, clitic)
        if clitic
        else speaker_at(entities, paragraph, at)
    )
    end = paragraph.token_at(speaker.end)
    before = tokens[index - 1] if index > first and token.is_small else None
    if end >= len(tokens) or not _is_source(paragraph, speaker):
        return None
    if before and (before.text in '”"»' or (speaker.kind == "noun" and before.text != ",")):
        return None
    if tokens[end].lower == "yang":  # Menurut X yang berkantor di Y, …
        end = next((n for n, t in enumerate(tokens[end:], end) if t.text in ",.;:"), end)
    closes = tokens[end].text in {",", "."}
    is_bare = speaker.kind in {"pronoun", "clitic"} or (
        before is None or before.lower in DEMONSTRATIVES
    )
    if not (closes or is_bare):
        return None
    is_inline = before is not None and before.text not in CLAUSE_START
    cue_class, structure = "report" if is_report else "speech", "QVSQ" if is_inline else "VSQ"
    attribution = Attribution.of(token, cue_class, structure, speaker, clitic)
    return attribution, _start(paragraph, first if is_inline else end + closes)


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
    while at < len(tokens) and tokens[at].lower in {"pula", "lagi", "juga"}:
        at += 1
    if at >= len(tokens) or tokens[at].text in ".!?":
        return None
    ahead = range(at, min(at + FARTHEST_VERB, len(tokens)))  # mengatakan kepada X bahwa …
    stop = next((n for n in ahead if tokens[n].lower in STOPS or tokens[n].cue), at)
    if tokens[at].lower in BEFORE_CLAUSE and tokens[stop].lower == "bahwa":
        at = stop
    has_mark = tokens[at].text in {",", ":"} or tokens[at].lower == "bahwa"
    clause = tokens[at : at + (FARTHEST_PURPOSE if verb.asks else FARTHEST_VERB)]
    if not has_mark and not _may_be_clause(clause, verb, tokens[first]):
        return None
    sentence = tokens[max(first, index - FARTHEST_SUBJECT)].start
    speaker = subject_before(entities, paragraph, index, sentence)
    is_noun_clause = speaker.kind == "noun" and (has_mark or has_predicate(clause, asks=verb.asks))
    if not (speaker.is_known or is_noun_clause):
        return None
    start = at + (has_mark or tokens[at].lower in {"agar", "supaya"})
    start += start < len(tokens) and tokens[start].lower == "bahwa"
    return Attribution.of(tokens[index], verb.cue_class, "SVC", speaker), _start(paragraph, start)


def _may_be_clause(words: Tokens, verb: Cue, first: Token) -> bool:
    """Whether what follows a verb without a mark is what somebody says, and no plain object."""
    if words[0].lower in OBJECTS and not _opens_clause(words, verb):
        return False
    if verb.cue_class == "report" and _is_result(words):
        return False
    if verb.needs_mark and not (
        verb.cue_class == "report" and first.lower in SOURCES and has_predicate(words)
    ):
        return False
    return not verb.needs_clause or has_predicate(words, asks=verb.asks)


def _opens_clause(words: Tokens, verb: Cue) -> bool:
    """Hal itu tidak boleh terulang; kepada warga untuk pulang. But not: hal itu kepada wartawan."""
    if words[0].lower == "kepada":
        return verb.asks and has_predicate(words[1:], asks=True)
    if words[0].lower in BEFORE_CLAUSE:  # saat ini harga naik; di tengah panen, harga naik
        is_short = len(words) > 1 and words[1].lower in DEMONSTRATIVES
        comma = next((n for n, t in enumerate(words) if t.text == ","), len(words))
        return has_predicate(words[2 if is_short else comma + 1 :])
    is_thing = words[0].lower == "hal" and len(words) > 2
    return is_thing and words[1].lower in DEMONSTRATIVES and _is_free_predicate(words, 2)


def _is_result(words: Tokens) -> bool:
    """Bank itu mencatat laba: what somebody achieves, or counts, is nothing said."""
    noun = words[0].lower
    return noun in RESULTS or (ACT.fullmatch(noun) is not None and not has_predicate(words))


def has_predicate(tokens: Tokens, *, asks: bool = False) -> bool:
    """Whether the words of one sentence hold a verb that no relative clause swallows, or what stands for one."""
    for index, token in enumerate(tokens):
        if token.text in ".!?;:":
            return False
        if _is_free_predicate(tokens, index):
            return True
        if index + 1 < len(tokens) and tokens[index + 1].is_small:
            after = tokens[index + 1].lower
            if token.lower in DEMONSTRATIVES and after not in CLAUSE_WORDS:
                return True  # langkah itu keliru
        if asks and token.lower == "untuk" and index and not THING.fullmatch(tokens[0].lower):
            return True  # mengimbau warga untuk tenang
    return False


def _is_free_predicate(tokens: Tokens, index: int) -> bool:
    token = tokens[index]
    if token.lower not in PREDICATES and not _is_verb(token):
        return False
    before = tokens[index - 1] if index else token
    earlier = tokens[index - 2] if index > 1 else token
    after_verb = _is_verb(before) and token.lower in PREDICATES
    return before.lower not in RELATIVES and (earlier.lower not in RELATIVES or after_verb)


def _is_verb(token: Token) -> bool:
    return token.is_small and VERB.match(token.text) is not None and token.text not in NO_VERBS


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
    """Somebody known, or a body or people without a name: kata pemerintah, menurut militer."""
    if speaker.kind != "noun" or speaker.span is None:
        return speaker.is_known
    head = paragraph.tokens[paragraph.token_at(speaker.span[0])].lower
    return head in BODIES or head in COLLECTIVES or head in person_nouns()


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
    elif attribution.structure == "SVC":
        end = _before_contrast(entities, low, end)
    while end > low and text[end - 1] in ENDS:
        end -= 1
    if len(text[low:end].split()) < LEAST_WORDS:
        return None
    index = bisect_left(quotations, low, key=lambda q: q.start)
    is_mixed = index < len(quotations) and quotations[index].start < end
    if is_mixed and text[end : end + 1] in '”"»':
        end += 1
    rule_id = MIXED_RULE if is_mixed else RULES[attribution.structure]
    return Statement((low, end), rule_id, attribution, extent=(low, end))


def _before_contrast(entities: EntityIndex, low: int, end: int) -> int:
    """X mengaku A, tetapi menolak B: what the speaker does next is no part of the statement."""
    paragraph = entities.body.paragraph(low)
    tokens = paragraph.tokens
    for index in range(paragraph.token_at(low), paragraph.token_at(end) - 2):
        comma, joint, verb = tokens[index : index + 3]
        if comma.text == "," and joint.lower in CONTRASTS and verb.verb:
            return comma.start
    return end
