"""A statement of a text, the words that attribute it, and whom they name."""

from __future__ import annotations

from typing import NamedTuple

from parsers.structure.names.phrase_parts import EntityPhrase
from parsers.structure.tokens.token import Span, Token

FARTHEST_VERB = 14  # tokens between a verb and the statement it announces
LEAST_SENTENCE = 4  # words


class Speaker(NamedTuple):
    """`kind` is one of

    - phrase: somebody named
    - pronoun, clitic
    - name: capitals that no phrase knows
    - noun: somebody unnamed, pria asal Bandung
    - described: the one named before, pria itu
    - none
    """

    kind: str
    span: Span | None = None
    phrase: EntityPhrase | None = None
    end: int = 0  # the code point after what was read

    @property
    def is_known(self) -> bool:
        """Somebody named, or somebody the text named before."""
        return self.kind not in {"none", "noun"}


NO_SPEAKER = Speaker(kind="none")


class Attribution(NamedTuple):
    cue: str
    cue_class: str
    cue_span: Span
    structure: str  # Q statement, S speaker, V verb, C clause
    speaker: Speaker

    @classmethod
    def of(
        cls, token: Token, cue_class: str, structure: str, speaker: Speaker, clitic: int = 0
    ) -> Attribution:
        """The cue is the token without the clitic."""
        cue, span = token.text[: len(token.text) - clitic], (token.start, token.end - clitic)
        return cls(cue, cue_class, span, structure, speaker)


class Statement(NamedTuple):
    """A stretch of text that somebody said."""

    span: Span
    rule_id: str
    attribution: Attribution | None = None
    open_ended: bool = False  # no mark closes it
    extent: Span = (0, 0)  # what other rules leave alone: marks, cue and speaker


def trim(text: str, span: Span) -> Span:
    """Without blanks, and the comma or full stop before the closing mark."""
    start, end = span
    while start < end and text[start] in " \t\u00a0\n":
        start += 1
    while end > start and (
        text[end - 1] in " \t\u00a0\n," or (text[end - 1] == "." and text[end - 2] != ".")
    ):
        end -= 1
    return start, end


def is_sentence(text: str, span: Span) -> bool:
    """A capital or digit, and some words."""
    return not text[span[0]].islower() and len(text[slice(*span)].split()) >= LEAST_SENTENCE
