"""What a draft states, as values that can be looked up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kliping.proofreading.folded_words import Word, draft_words


class ClaimKind(StrEnum):
    QUOTE = "quote"  # between quotation marks
    STATEMENT = "statement"  # attributed, without them
    FIGURE = "figure"
    DATE = "date"  # this one and those below are compared with nothing
    PLACE = "place"
    MAGNITUDE = "magnitude"
    SCORE = "score"
    AGE = "age"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerName:
    """Whoever a text names; every part may be missing. A noun (seorang warga) is a surface only.

    So is a pronoun or a description in a draft: whom it means is a guess, and a wrong guess would be a false alarm.
    """

    name: str | None = None
    role: str | None = None
    affiliation: str | None = None
    surface: str | None = None
    beside: str = ""  # the words of the draft around its name, where one that was cut short goes on

    def __str__(self) -> str:
        return self.name or self.role or self.surface or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A figure as it is compared."""

    value: Decimal
    value_high: Decimal | None
    unit: str | None
    currency: str | None
    noun_phrase: str | None

    def with_noun(self, text: str) -> str:
        """118 deportan asal Sabah, of the figure as written.

        But for percentages the noun phrase begins with the unit, which ends the figure.
        """
        noun, unit = self.noun_phrase or "", self.unit or ""
        if not noun or self.currency:
            return text
        return text + (f" {noun}" if unit == "persen" else noun.removeprefix(unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    kind: ClaimKind
    line: int  # of the draft, 1-based
    text: str  # as the draft has it
    context: str  # the words by which a source is looked for: the text, of a figure its sentence
    speaker: SpeakerName | None = None
    amount: Amount | None = None

    @property
    def words(self) -> list[Word]:
        return draft_words(self.text)
