"""Statements without quotation marks: X menjelaskan bahwa …; Menurut X, …; …, kata dia, …; Disampaikan X, …"""

from __future__ import annotations

import re
from bisect import bisect_left

from parsers.language.words import Cue, lower, openers, table
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.phrase_bounds import CLAUSE_WORDS
from parsers.structure.quotes.direct import FARTHEST_VERB, Statement
from parsers.structure.quotes.quotation_marks import Marked
from parsers.structure.quotes.speakers import (
    DEMONSTRATIVES,
    Attribution,
    after,
    after_cue,
    attribution,
    before_verb,
)
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import Token

LEAST_WORDS = 2
LEAST_BARE = 3  # words of a clause that follows its verb without bahwa or a comma
FARTHEST_SUBJECT = 60  # tokens
OBJECTS = lower(table("grammar")["objects"])
PREDICATES = lower(table("grammar")["predicates"])
RELATIVES = lower(table("grammar")["relatives"])
CONTRASTS = lower(table("grammar")["contrasts"])
SOURCES = lower(table("grammar")["sources"])
OF_SOURCES = frozenset(
    {"sementara", "resmi", "terbaru", "terakhir", "awal", "dari", "milik", "internal"}
)
VERB = re.compile(r"(?:me[mnlrwy]|di|ber|ter)\w{3,}")
NO_VERBS = lower(table("grammar")["no_verbs"])
THING = re.compile(
    r"waktu|izin|bantuan|dukungan|maaf|uang|dana|anggaran|pe[mn]\w+an|per(?!empuan)\w+an|(?:penting|perlu|ada)nya"
)  # meminta waktu untuk berpikir
ENDS = ' \t\u00a0.,”“"»'
Form = tuple[Attribution, int]  # and where its clause begins


def indirect(
    entities: EntityIndex, marked: tuple[Marked, ...], taken: list[tuple[int, int]]
) -> list[Statement]:
    """One statement a sentence at most, and none where a direct one stands."""
    found: list[Statement] = []
    ends = [end for _, end in taken]
    for paragraph in entities.body.paragraphs:
        starts = paragraph.sentence_starts
        for start, following in zip(starts, (*starts[1:], paragraph.end), strict=True):
            index = bisect_left(ends, start + 1)
            free = index == len(taken) or taken[index][0] >= following
            if free and (statement := _sentence(entities, paragraph, start, following, marked)):
                found.append(statement)
    return found


def _sentence(
    entities: EntityIndex, paragraph: Paragraph, start: int, end: int, marked: tuple[Marked, ...]
) -> Statement | None:
    tokens = paragraph.tokens
    first, last = paragraph.token_at(start), paragraph.token_at(end)
    cues = paragraph.cues[
        bisect_left(paragraph.cues, first + 1) : bisect_left(paragraph.cues, last)
    ]
    for index in (first, *cues) if first < last else ():
        if (form := _form(entities, paragraph, index, first, last)) and (
            statement := _clause(entities, *form, end, marked)
        ):
            return statement
        if tokens[index].text == ":" and index - first > FARTHEST_SUBJECT:
            return None
    return None


def _form(
    entities: EntityIndex, paragraph: Paragraph, index: int, first: int, last: int
) -> Form | None:
    """The attribution whose cue is the token."""
    token, tokens = paragraph.tokens[index], paragraph.tokens
    before = tokens[index - 1] if index > first else None
    free = (
        before is None
        or before.text in {",", "dan", "Namun", "Padahal"}
        or before.lower in {"ini", "itu", "lagi"}
    )
    if free and token.lower in {"menurut", "menurutnya"}:
        return _according(entities, paragraph, index, first)
    if before is None and (base := token.lower.removesuffix("nya")) in openers():
        return _passive(entities, paragraph, index, len(token.text) - len(base))
    if before is None and token.post and (token.text == "Katanya" or not token.clitic):
        return _passive(entities, paragraph, index, token.clitic)  # Kata Budi, … — Katanya, …
    if verb := token.verb:
        return _subject_first(entities, paragraph, index, first, verb)
    if token.post and before and before.text == "," and index + 1 < last:
        return _inline(entities, paragraph, index, first, token.post)
    return None


def _according(entities: EntityIndex, paragraph: Paragraph, index: int, first: int) -> Form | None:
    """Menurut Denny, … — …, menurut dia, … — Menurutnya …"""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    report, clitic = (
        index + 1 < len(tokens) and tokens[index + 1].lower in SOURCES,
        len(token.text) - len("menurut"),
    )
    told = (
        index
        + 1
        + report
        + (report and index + 2 < len(tokens) and tokens[index + 2].lower in OF_SOURCES)
    )  # data sementara X
    speaker = (
        after(entities, paragraph, index, clitic)
        if clitic
        else after_cue(entities, paragraph, told)
    )
    end = paragraph.token_at(speaker.end)
    inline = index > first and tokens[index - 1].text == ","
    bare = speaker.kind in {"pronoun", "clitic"} and not inline
    if (
        speaker.kind in {"none", "noun"}
        or end >= len(tokens)
        or not (bare or tokens[end].text in {",", "."})
    ):
        return None
    said = attribution(
        token, "report" if report else "speech", "QVSQ" if inline else "VSQ", speaker, clitic
    )
    return said, _start(paragraph, first if inline else end + (tokens[end].text in {",", "."}))


def _passive(entities: EntityIndex, paragraph: Paragraph, index: int, clitic: int) -> Form | None:
    """Disampaikan X, … — Dijelaskannya, … — Kata X, …"""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    speaker = after(entities, paragraph, index, clitic)
    end = paragraph.token_at(speaker.end)
    if speaker.kind in {"none", "noun"} or end >= len(tokens) or tokens[end].text != ",":
        return None
    return attribution(
        token, token.post.cue_class if token.post else "speech", "VSQ", speaker, clitic
    ), _start(paragraph, end + 1)


def _subject_first(
    entities: EntityIndex, paragraph: Paragraph, index: int, first: int, verb: Cue
) -> Form | None:
    """X menjelaskan bahwa … — X, di Y, mengatakan, …"""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    at = index + 1
    while at < len(tokens) and tokens[at].lower in {"pula", "lagi", "juga"}:
        at += 1
    if at >= len(tokens) or tokens[at].text in ".!?":
        return None
    marked = tokens[at].text in {",", ":"} or tokens[at].lower == "bahwa"
    told = (
        verb.cue_class == "report"
        and tokens[first].lower in SOURCES
        and has_predicate(tokens[at : at + FARTHEST_VERB])
    )
    bare = (
        (verb.needs_mark and not told)
        or tokens[at].lower in OBJECTS
        or (
            verb.needs_clause and not has_predicate(tokens[at : at + FARTHEST_VERB], asks=verb.asks)
        )
    )
    if not marked and bare:
        return None
    speaker = before_verb(
        entities, paragraph, index, tokens[max(first, index - FARTHEST_SUBJECT)].start
    )
    if speaker.kind == "none" or (
        speaker.kind == "noun" and not marked and not has_predicate(tokens[at : at + FARTHEST_VERB])
    ):
        return None
    start = at + (1 if marked or tokens[at].lower in {"agar", "supaya"} else 0)
    start += start < len(tokens) and tokens[start].lower == "bahwa"
    return attribution(token, verb.cue_class, "SVC", speaker), _start(paragraph, start)


def has_predicate(tokens: tuple[Token, ...], *, asks: bool = False) -> bool:
    """Whether the words of one sentence hold a verb that no relative clause swallows, or what stands for one."""
    for index, token in enumerate(tokens):
        if token.text in ".!?;:":
            return False
        before, earlier = (
            tokens[index - 1] if index else token,
            tokens[index - 2] if index > 1 else token,
        )
        free = before.lower not in RELATIVES and (
            earlier.lower not in RELATIVES or (_is_verb(before) and token.lower in PREDICATES)
        )
        if free and (token.lower in PREDICATES or _is_verb(token)):
            return True
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if (
            token.lower in DEMONSTRATIVES
            and after
            and after.is_small
            and after.lower not in CLAUSE_WORDS
        ):
            return True  # langkah itu keliru
        if (
            index == 0
            and after
            and after.is_small
            and token.lower in {"pihaknya", "dirinya", "ia", "dia", "mereka"}
        ):
            return True
        if asks and token.lower == "untuk" and index and not THING.fullmatch(tokens[0].lower):
            return True  # mengimbau warga untuk tenang
    return False


def _is_verb(token: Token) -> bool:
    return token.is_small and VERB.match(token.text) is not None and token.text not in NO_VERBS


def _inline(
    entities: EntityIndex, paragraph: Paragraph, index: int, first: int, cue: Cue
) -> Form | None:
    """…, kata dia, … : the whole sentence is the statement, with its attribution inside."""
    tokens, token = paragraph.tokens, paragraph.tokens[index]
    speaker = after(entities, paragraph, index, token.clitic)
    if speaker.kind in {"none", "noun"}:
        return None
    end = paragraph.token_at(speaker.end)
    closes = end >= len(tokens) or tokens[end].text == "."
    form = ("QV" if token.clitic else "QVS") if closes else "QVSQ"
    return attribution(token, cue.cue_class, form, speaker, token.clitic), _start(paragraph, first)


def _start(paragraph: Paragraph, at: int) -> int:
    return paragraph.tokens[min(at, len(paragraph.tokens) - 1)].start


def _clause(
    entities: EntityIndex, said: Attribution, low: int, end: int, marked: tuple[Marked, ...]
) -> Statement | None:
    """The statement from `low` to the end of its sentence, without the stop."""
    text = entities.body.text
    if said.structure in {"QVS", "QV"}:
        end = said.cue_span[0]
    elif said.structure == "SVC":
        end = _before_contrast(entities, low, end)
    while end > low and text[end - 1] in ENDS:
        end -= 1
    bare = said.structure == "SVC" and text[low - 2 : low] not in {", ", ": "}
    size = len(text[low:end].split())
    if size < LEAST_WORDS or (
        bare and size < LEAST_BARE and not _is_small_clause(entities, low, end)
    ):
        return None
    index = bisect_left(marked, low, key=lambda m: m.start)
    mixed = index < len(marked) and marked[index].start < end
    if mixed and text[end : end + 1] in '”"»':
        end += 1
    kind = "mixed" if mixed else "indirect"
    rule = f"quote.{kind}.{said.structure.lower()}"
    return Statement(
        span=(low, end), quote_type=kind, rule=rule, attribution=said, inside=(low, end)
    )


def _is_small_clause(entities: EntityIndex, low: int, end: int) -> bool:
    """Two words that say something: ada keterlambatan, kakinya kram."""
    paragraph = entities.body.paragraph(low)
    tokens = paragraph.tokens[paragraph.token_at(low) : paragraph.token_at(end)]
    return has_predicate(tokens) or (
        tokens[0].lower.endswith("nya") and tokens[1].lower not in DEMONSTRATIVES
    )


def _before_contrast(entities: EntityIndex, low: int, end: int) -> int:
    """X mengaku A, tetapi menolak B: what the speaker does next is no part of the statement."""
    paragraph = entities.body.paragraph(low)
    tokens = paragraph.tokens
    for index in range(paragraph.token_at(low), paragraph.token_at(end) - 2):
        if (
            tokens[index].text == ","
            and tokens[index + 1].lower in CONTRASTS
            and tokens[index + 2].verb
        ):
            return tokens[index].start
    return end
