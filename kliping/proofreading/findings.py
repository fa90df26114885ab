"""What is found out about each quote, statement and figure of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kliping.proofreading.alignment import Difference
from kliping.proofreading.claim import Claim
from kliping.proofreading.sources import ArticleText


class Verdict(StrEnum):
    # the same words, the same speaker; of a figure the same value, unit and noun
    VERBATIM = "verbatim"
    REWORDED = "reworded"  # a statement without quotation marks in the words of the draft
    ALTERED = "altered"  # other words between the marks; another value, unit or noun
    OTHER_SPEAKER = "other speaker"
    OTHER_OFFICE = "other office"  # the same words and name; the source gives another office
    SINCE_EDITED = "since edited"  # in an earlier version of the article, not in the current one
    NOT_FOUND = "not found"
    NOT_COMPARED = "not compared"  # a date, a place, a number without a unit: for a person to check


RIGHT = frozenset({Verdict.VERBATIM, Verdict.REWORDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpan:
    """Where it stands; the span is of `body_text` of that version, the record of the page that first showed it."""

    article: ArticleText
    char_start: int
    char_end: int
    speaker: str | None = None

    @property
    def text(self) -> str:
        return self.article.body_text[self.char_start : self.char_end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    claim: Claim
    verdict: Verdict
    source: SourceSpan | None = None
    differences: tuple[Difference, ...] = ()  # where words differ or are left out
    note: str | None = None  # what the verdict does not say

    @property
    def is_right(self) -> bool | None:
        """None: nobody looked."""
        return None if self.verdict is Verdict.NOT_COMPARED else self.verdict in RIGHT
