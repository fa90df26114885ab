"""Who a pronoun or a clitic means: everybody named so far, with a score.

Every place where somebody is named or speaks leaves a trace with a weight, by its grammatical
position. A weight fades with each sentence. What a candidate outweighs, with some for somebody
unnamed, is a witness for it (confidence.py).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import exp, log
from typing import NamedTuple

from parsers.language.words import lower, openers, table
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.phrase_parts import EntityPhrase
from parsers.structure.quotes.quotation_marks import Quotation
from parsers.structure.quotes.speaker_identity import UNRESOLVED, Identity, phrase_identity
from parsers.structure.quotes.statement import Statement
from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import EDGE, Span, Token, verb_at

WEIGHTS: dict[str, float] = table("speakers")["candidate"]
CLOSE: float = table("speakers")["close"]
STRONG = frozenset({"speaker", "subject", "agent"})  # positions of whoever a sentence is about
NEARBY = STRONG | {"passive_agent"}
WEAK = frozenset({"mention", "inside"})
MOST_CANDIDATES = 8
LONGEST_FADING = 8  # sentences
SURE = 3.0  # the logarithm of how much a candidate outweighs all others where nothing is in doubt
MOST_DOUBT = 4.0

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
    position: str
    is_new_speaker: bool = False
    pushed: int = 0  # how many new speakers follow


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
                key: (old._replace(pushed=old.pushed + 1), sentence)
                for key, (old, sentence) in self.traces.items()
            }
        key = trace.identity.key
        if trace.position != "inside":
            self.here |= {key}
        earlier = self.traces.get(key)
        if earlier is None or self._weight(trace, self.n_sentences) >= self._weight(*earlier):
            self.traces[key] = trace, self.n_sentences
        if len(self.traces) > MOST_CANDIDATES:
            del self.traces[min(self.traces, key=lambda k: self._weight(*self.traces[k]))]

    def features(
        self, at: int, named: frozenset[str | None], only: str = "", *, person: bool = False
    ) -> dict[str | None, dict[str, float]]:
        """What speaks for each candidate whom a reference at `at` may mean; `named` are in the statement itself.

        `only` is what the only person of this sentence, or else the one before, has besides. `dia`
        is a `person`.
        """
        self._move(at)
        return {
            key: self._features(trace, sentence)
            | {"in_statement": key in named and trace.identity.entity_type != "organization"}
            | ({only: float((self.here or self.before) == {key})} if only else {})
            for key, (trace, sentence) in self.traces.items()
            if not (person and trace.identity.entity_type == "organization")
        }

    def best(
        self,
        at: int,
        named: frozenset[str | None],
        only: str = "",
        *,
        person: bool = False,
        skipped: int = 0,
    ) -> Identity:
        """The likeliest person or body whom a reference means, with what speaks for it."""
        found = self.features(at, named, only, person=person)
        weights = {key: weight_of(features) for key, features in found.items()}
        names = sorted(
            (key for key in weights if key and self.traces[key][0].identity.name),
            key=lambda k: -weights[k],
        )
        if not names:
            return UNRESOLVED
        best, *others = names
        rest = log(1 + sum(exp(weight) for key, weight in weights.items() if key != best))
        doubt = min(max(SURE - (weights[best] - rest), 0), MOST_DOUBT)
        rivals = (key for key in others[:1] if weights[best] - weights[key] < CLOSE)
        witnesses = {"doubt": doubt, "skipped": skipped}
        return self.traces[best][0].identity._replace(witnesses=witnesses, rivals=tuple(rivals))

    def _move(self, at: int) -> None:
        """To the sentence of that place."""
        sentence = self.body.paragraph(at).sentence(at)[0]
        if sentence != self.sentence:
            self.n_sentences += 1
            self.sentence, self.before, self.here = sentence, self.here, frozenset()

    def _features(self, trace: Trace, sentence: int) -> dict[str, float]:
        distance, kind = self.n_sentences - sentence, trace.identity.entity_type
        return {
            trace.position: 1,
            "near": distance <= 1 and trace.position in NEARBY,
            "distance": min(distance, LONGEST_FADING),
            "pushed": trace.pushed,
            "body": kind == "organization",
        }

    def _weight(self, trace: Trace, sentence: int) -> float:
        return weight_of(self._features(trace, sentence))


def weight_of(features: dict[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in features.items())


def name_traces(
    entities: EntityIndex, quotations: tuple[Quotation, ...], statements: Iterable[Statement]
) -> Iterator[Trace]:
    """A trace for every phrase that names a person or an institution, in reading order."""
    inside = sorted([(q.start, q.end) for q in quotations] + [s.span for s in statements])
    describing = {
        phrase.start
        for s in statements
        if s.attribution and s.attribution.speaker.kind == "described"
        for phrase in entities.between(*(s.attribution.speaker.span or (0, 0)))
        if phrase.name
    }  # mantan istri Rudi Hermawan itu
    reached, index, led = 0, 0, -1  # `led` is the sentence that has a subject
    for phrase in entities.phrases:
        identity = phrase_identity(entities, phrase)
        if not identity.name:
            continue
        while index < len(inside) and inside[index][0] <= phrase.start:
            reached, index = max(reached, inside[index][1]), index + 1
        sentence = phrase.paragraph.sentence(phrase.start)[0]
        position = position_of(phrase, sentence, has_subject=led == sentence)
        if phrase.start < reached or phrase.start in describing:
            position = "inside"
        is_person = identity.entity_type != "organization"
        if is_person and position not in WEAK:
            led = sentence
        is_new = position in STRONG and is_person and _speaks_or_is_new(phrase)
        yield Trace(phrase.start, identity, position, is_new_speaker=is_new)


def opens_sentence(entities: EntityIndex, at: int) -> bool:
    return entities.body.paragraph(at).sentence(at)[0] == at


def named_in(entities: EntityIndex, span: Span) -> frozenset[str | None]:
    """The candidates that a statement itself names."""
    return frozenset(phrase_identity(entities, p).key for p in entities.between(*span))


def _speaks_or_is_new(phrase: EntityPhrase) -> bool:
    tokens, parts = phrase.paragraph.tokens, phrase.parts
    before = tokens[parts.start - 1] if parts.start else EDGE
    is_new = phrase.role is not None or parts.aged or _tells_agent(before)
    return is_new or verb_at(tokens, parts.end) is not None


def position_of(phrase: EntityPhrase, sentence: int, *, has_subject: bool = False) -> str:
    """The grammatical position of the phrase in its sentence."""
    paragraph, at = phrase.paragraph, phrase.parts.start
    tokens, low = paragraph.tokens, bisect_left(phrase.paragraph.starts, sentence)
    before = tokens[at - 1] if at > low else EDGE
    if _tells_agent(before):
        return "agent"
    if before.is_small and PASSIVE.fullmatch(before.lower):
        return "passive_agent"
    if before.lower in NO_SUBJECT:
        return "mention"
    if before.lower in SUBORDINATORS and before.is_small:
        return "clause"
    end = phrase.parts.end
    after_comma = end + 1 < len(tokens) and tokens[end].text == ","
    speaks = verb_at(tokens, end + after_comma) is not None
    if has_subject or not (speaks or before.text == "," or all(map(_may_lead, tokens[low:at]))):
        return "introduced" if phrase.role or phrase.parts.aged else "mention"
    return "argued" if tokens[low].lower in ARGUMENTS else "subject"


def _may_lead(token: Token) -> bool:
    """A small word before the subject that is no verb: tahun depan X; sementara itu X."""
    if not token.is_small:
        return True
    is_verb = token.cue is not None or VERB.match(token.text) is not None
    return token.text not in EXISTS and (token.is_opener or not is_verb)


def _tells_agent(before: Token) -> bool:
    """Disampaikan X, menurut X, kata X."""
    return before.lower in openers() or before.lower in {"menurut", "oleh"} or before.is_post
