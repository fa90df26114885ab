"""Who a pronoun or a clitic means: everybody named so far, with a score.

Every place where somebody is named or speaks leaves a trace with a weight, by its grammatical
position. A weight fades with each sentence. The share of a candidate in the weight of all,
with some for somebody unnamed, is the confidence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import exp
from typing import NamedTuple

from parsers.language.words import lower, openers, table
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.evidence import is_described
from parsers.structure.names.phrase_parts import EntityPhrase
from parsers.structure.quotes.quotation_marks import Quotation
from parsers.structure.quotes.speaker_identity import UNRESOLVED, Identity, phrase_identity
from parsers.structure.quotes.statement import Statement
from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import EDGE, Span, Token, person_nouns, verb_at

# Weights are natural logarithms, chosen on labelled references.
SPEAKER = 4.0
SUBJECT = 4.0
AGENT = 4.0
PASSIVE_AGENT = 3.2  # dihadiri X
ARGUED_SUBJECT = 2.0  # after padahal, sebab: the speaker's example rather than a new speaker
CLAUSE_SUBJECT = 1.5
INTRODUCED = 2.0  # with an office or an age, but as no subject
MENTION = 0.5
INSIDE_STATEMENT = 0.0
SOMEBODY_ELSE = 0.0
NEAR = 1.5  # in the sentence before, or this one
FADING = 0.25  # a sentence
LONGEST_FADING = 8  # sentences
# For a reference that stands for the only person of the sentence before:
OPENING_PRONOUN = 2.5  # X datang. Ia …
DESCRIBED = 4.5  # X datang. Pedagang itu …
PUSH = 1.5  # what a new subject who speaks takes from everybody before
UNKNOWN_KIND = -2.5
NAMED_IN_STATEMENT = -4.0
SAME_SENTENCE = 6.0  # for a reference in a clause: Bagi X, ini berat karena ia mengaku …
MOST_CANDIDATES = 8
LONGEST_LEAD = 20  # tokens before the subject of a sentence
SUREST = 0.97  # how often a name beside the cue is right, read by eye; a reference is no surer
THRESHOLD = 0.65  # the share of a candidate below which nobody is named

VERB = re.compile(r"(?:me[mnlrwy]|di|ber|ter)\w{3,}")
EXISTS = frozenset({"ada", "hadir", "tampak"})  # before somebody who is there
PASSIVE = re.compile(r"di\w{4,}")
OBJECT_AFTER = frozenset(
    {"kepada", "dengan", "terhadap", "bersama", "bagi", "untuk", "pada", "dan", "tentang", "soal"}
    | {"dari", "di", "ke", "atas", "milik", "antara", "itu"}
)
NO_SUBJECT = OBJECT_AFTER | lower(table("grammar")["kin"])  # after these
SUBORDINATORS = lower(table("grammar")["subordinators"])
ARGUMENTS = lower(table("grammar")["arguments"])


class Trace(NamedTuple):
    """A place where somebody is named, or speaks without a name: `identity` is UNRESOLVED."""

    at: int
    identity: Identity
    weight: float
    is_new_speaker: bool = False


@dataclass
class Candidates:
    """The traces up to the place that is read now, one for each candidate.

    Only sentences that name somebody or hold a statement count as distance.
    """

    body: BodyText
    traces: dict[str | None, tuple[Trace, int]] = field(default_factory=dict)
    n_sentences: int = 0
    sentence: int = -1  # where the last one begins
    before: frozenset[str | None] = frozenset()  # who the last but one names
    here: frozenset[str | None] = frozenset()  # who the last one names

    def add(self, trace: Trace) -> None:
        """Keeps the stronger trace of a candidate, and the strongest candidates."""
        self._move(trace.at)
        if trace.is_new_speaker:
            self.traces = {
                key: (old._replace(weight=old.weight - PUSH), sentence)
                for key, (old, sentence) in self.traces.items()
            }
        key = trace.identity.key
        if trace.weight > INSIDE_STATEMENT and len(self.here) <= 1:
            self.here |= {key}
        earlier = self.traces.get(key)
        if earlier is None or trace.weight >= self._weight(*earlier):
            self.traces[key] = trace, self.n_sentences
        if len(self.traces) > MOST_CANDIDATES:
            del self.traces[min(self.traces, key=lambda k: self._weight(*self.traces[k]))]

    def best(
        self, at: int, named: frozenset[str | None], *, clause: bool = False, only: float = 0.0
    ) -> Identity:
        """Whoever a reference at `at` means; `named` are in the statement itself.

        Below THRESHOLD the identity has no name, but a candidate. A reference in a subordinate
        `clause` is likely to mean somebody of its sentence. `only` is the weight that the only
        person of this sentence, or else the one before, has besides.
        """
        self._move(at)
        weights = {
            key: self._weight(trace, sentence)
            + NAMED_IN_STATEMENT * (key in named)
            + SAME_SENTENCE * (clause and sentence == self.n_sentences)
            + only * ((self.here or self.before) == {key})
            for key, (trace, sentence) in self.traces.items()
        }
        best = max(weights, key=lambda k: weights[k], default=None)
        if not weights:
            return UNRESOLVED
        total = exp(SOMEBODY_ELSE) + sum(map(exp, weights.values()))
        shares = {
            key: min(round(exp(weight) / total, 3), SUREST) for key, weight in weights.items()
        }
        identity = self.traces[best][0].identity
        if best and shares[best] >= THRESHOLD and identity.entity_type == "person":
            return identity._replace(confidence=shares[best])
        names = [key for key in shares if self.traces[key][0].identity.name]
        likeliest = max(names, key=lambda k: shares[k], default=None)
        confidence = shares.get(likeliest) if likeliest else None
        return UNRESOLVED._replace(confidence=confidence, candidate=likeliest)

    def _move(self, at: int) -> None:
        """To the sentence of that place."""
        sentence = self.body.paragraph(at).sentence(at)[0]
        if sentence != self.sentence:
            self.n_sentences += 1
            self.sentence, self.before, self.here = sentence, self.here, frozenset()

    def _weight(self, trace: Trace, sentence: int) -> float:
        distance = self.n_sentences - sentence
        near = NEAR * (distance <= 1 and trace.weight >= PASSIVE_AGENT)
        return trace.weight + near - FADING * min(distance, LONGEST_FADING)


def name_traces(
    entities: EntityIndex, quotations: tuple[Quotation, ...], statements: Iterable[Statement]
) -> Iterator[Trace]:
    """A trace for every phrase that names a person or an institution, in reading order."""
    inside = sorted([(q.start, q.end) for q in quotations] + [s.span for s in statements])
    reached, index, led = 0, 0, -1  # `led` is the sentence that has a subject
    for phrase in entities.phrases:
        identity = phrase_identity(entities, phrase)
        if not identity.name:
            continue
        while index < len(inside) and inside[index][0] <= phrase.start:
            reached, index = max(reached, inside[index][1]), index + 1
        sentence = phrase.paragraph.sentence(phrase.start)[0]
        weight = position_weight(phrase, sentence, has_subject=led == sentence)
        if phrase.start < reached:
            weight = INSIDE_STATEMENT
        is_person = identity.entity_type != "organization"
        if is_person and weight >= CLAUSE_SUBJECT:
            led = sentence
        is_new = weight >= SUBJECT and is_person and _speaks_or_is_new(phrase)
        weight += UNKNOWN_KIND * (identity.entity_type not in {"person", "organization"})
        yield Trace(phrase.start, identity, weight, is_new_speaker=is_new)


def opens_sentence(entities: EntityIndex, at: int) -> bool:
    return entities.body.paragraph(at).sentence(at)[0] == at


def is_in_clause(entities: EntityIndex, at: int) -> bool:
    """Whether the word before, in the same sentence, opens a subordinate clause."""
    paragraph = entities.body.paragraph(at)
    index, low = paragraph.token_at(at), paragraph.token_at(paragraph.sentence(at)[0])
    return index - 1 > low and paragraph.tokens[index - 1].lower in SUBORDINATORS


def named_in(entities: EntityIndex, span: Span) -> frozenset[str | None]:
    """The candidates that a statement itself names."""
    return frozenset(phrase_identity(entities, p).key for p in entities.between(*span))


def _speaks_or_is_new(phrase: EntityPhrase) -> bool:
    tokens, parts = phrase.paragraph.tokens, phrase.parts
    before = tokens[parts.start - 1] if parts.start else EDGE
    is_new = phrase.role is not None or parts.aged or _tells_agent(before)
    is_apposed = before.text == "," and tokens[min(parts.end, len(tokens) - 1)].text == ","
    return (
        is_new
        or is_apposed
        or is_described(tokens, parts.end)
        or verb_at(tokens, parts.end) is not None
    )


def position_weight(phrase: EntityPhrase, sentence: int, *, has_subject: bool = False) -> float:
    """By the grammatical position of the phrase in its sentence."""
    paragraph, at = phrase.paragraph, phrase.parts.start
    tokens, low = paragraph.tokens, bisect_left(phrase.paragraph.starts, sentence)
    before = tokens[at - 1] if at > low else EDGE
    if _tells_agent(before):
        return AGENT
    if before.lower in {"bernama", "berinisial"}:
        return INTRODUCED
    if before.is_small and PASSIVE.fullmatch(before.lower):
        return PASSIVE_AGENT
    if before.lower in NO_SUBJECT:
        return MENTION
    is_example = before.lower == "seperti" and tokens[low].lower in person_nouns()
    if before.lower in SUBORDINATORS and before.is_small and not is_example:
        return CLAUSE_SUBJECT
    is_led = at - low <= LONGEST_LEAD and all(map(_may_lead, tokens[low:at]))
    end = phrase.parts.end
    after_comma = end + 1 < len(tokens) and tokens[end].text == ","
    speaks = verb_at(tokens, end + after_comma) is not None
    if has_subject or not (is_led or is_example or speaks or before.text == ","):
        return INTRODUCED if phrase.role or phrase.parts.aged else MENTION
    return ARGUED_SUBJECT if tokens[low].lower in ARGUMENTS else SUBJECT


def _may_lead(token: Token) -> bool:
    """A small word before the subject that is no verb: tahun depan X; sementara itu X."""
    if not token.is_small:
        return True
    is_verb = token.cue is not None or VERB.match(token.text) is not None
    return token.text not in EXISTS and (token.is_opener or not is_verb)


def _tells_agent(before: Token) -> bool:
    """Disampaikan X, menurut X, kata X."""
    return before.lower in openers() or before.lower in {"menurut", "oleh"} or before.is_post
