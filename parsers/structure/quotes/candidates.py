"""Who a pronoun or a clitic means: everybody named so far, with a score.

Every place where somebody is named or speaks leaves a trace with a weight, by its grammatical
position. A weight fades with each sentence. What a candidate outweighs, with some for somebody
unnamed, is a witness for it (confidence.py).
"""

from __future__ import annotations

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
from parsers.structure.tokens.token import EDGE, VERB, Span, verb_at

WEIGHTS: dict[str, float] = table("speakers")["candidate"]
CLOSE: float = table("speakers")["close"]
STRONG = frozenset({"speaker", "subject"})  # positions of whoever a sentence is about
MOST_CANDIDATES = 8
LONGEST_FADING = 8  # sentences
SURE = 3.0  # the logarithm of how much a candidate outweighs all others where nothing is in doubt
MOST_DOUBT = 4.0

# A name after one of these is no subject.
NO_SUBJECT = lower(table("grammar")["subordinators"]) | lower(
    "kepada dengan terhadap bersama bagi pada dan tentang soal ada"
)


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

    def add(self, trace: Trace) -> None:
        """Keeps the stronger trace of a candidate, and the strongest candidates."""
        self._move(trace.at)
        if trace.is_new_speaker:
            self.traces = {
                key: (old._replace(pushed=old.pushed + 1), sentence)
                for key, (old, sentence) in self.traces.items()
            }
        key = trace.identity.key
        earlier = self.traces.get(key)
        if earlier is None or self._weight(trace, self.n_sentences) >= self._weight(*earlier):
            self.traces[key] = trace, self.n_sentences
        if len(self.traces) > MOST_CANDIDATES:
            del self.traces[min(self.traces, key=lambda k: self._weight(*self.traces[k]))]

    def features(
        self, at: int, named: frozenset[str | None], *, person: bool = False
    ) -> dict[str | None, dict[str, float]]:
        """What speaks for each candidate whom a reference at `at` may mean; `named` are in the statement itself.

        A `person`, such as dia, is no body.
        """
        self._move(at)
        return {
            key: self._features(trace, sentence)
            | {"in_statement": key in named and trace.identity.entity_type != "organization"}
            for key, (trace, sentence) in self.traces.items()
            if not (person and trace.identity.entity_type == "organization")
        }

    def best(
        self, at: int, named: frozenset[str | None], *, person: bool = False, skipped: int = 0
    ) -> Identity:
        """The likeliest person or body whom a reference means, with what speaks for it."""
        found = self.features(at, named, person=person)
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
        self.n_sentences += sentence != self.sentence
        self.sentence = sentence

    def _features(self, trace: Trace, sentence: int) -> dict[str, float]:
        distance, kind = self.n_sentences - sentence, trace.identity.entity_type
        return {
            trace.position: 1,
            "near": distance <= 1 and trace.position in STRONG,
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
    """A trace for every phrase that names a person, in reading order."""
    speakers = [s.attribution.speaker for s in statements if s.attribution]
    inside = sorted(
        [(q.start, q.end) for q in quotations]
        + [s.span for s in statements]
        + [s.span for s in speakers if s.span and s.kind == "described"]  # mantan istri Budi itu
    )
    reached, index, verbs = 0, 0, dict[int, tuple[int, bool]]()
    for phrase in entities.phrases:
        identity = phrase_identity(entities, phrase)
        if not identity.name or identity.entity_type == "organization":
            continue
        while index < len(inside) and inside[index][0] <= phrase.start:
            reached, index = max(reached, inside[index][1]), index + 1
        position = "subject" if _is_subject(phrase, verbs) else "mention"
        position = "inside" if phrase.start < reached else position
        yield Trace(phrase.start, identity, position, is_new_speaker=position == "subject")


def named_in(entities: EntityIndex, span: Span) -> frozenset[str | None]:
    """The candidates that a statement itself names."""
    return frozenset(phrase_identity(entities, p).key for p in entities.between(*span))


def _is_subject(phrase: EntityPhrase, verbs: dict[int, tuple[int, bool]]) -> bool:
    """Whether the sentence is about the phrase: it speaks, or no verb stands before it.

    `verbs`, by the start of a sentence: up to which token it was read, and whether a verb was there, so that each is read once.
    """
    paragraph, at, end = phrase.paragraph, phrase.parts.start, phrase.parts.end
    tokens = paragraph.tokens
    sentence = paragraph.sentence(phrase.start)[0]
    low = bisect_left(paragraph.starts, sentence)
    seen, has_verb = verbs.get(sentence, (low, False))
    has_verb = has_verb or any(VERB.match(t.text) for t in tokens[seen:at])
    verbs[sentence] = max(seen, at), has_verb
    before = tokens[at - 1] if at > low else EDGE
    if before.lower in NO_SUBJECT:
        return False
    if before.lower in openers() or before.lower == "oleh":
        return True  # disampaikan X, dipimpin oleh X
    after_comma = end < len(tokens) and tokens[end].text == ","
    speaks = verb_at(tokens, end + after_comma) is not None
    return speaks or before.text == "," or not has_verb
