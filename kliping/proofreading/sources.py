"""What a draft is compared with, and who looks it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from kliping.proofreading.claim import Amount, Claim, SpeakerName
from kliping.proofreading.folded_words import Word, source_words


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuote:
    """A statement in a text; `speaker` is as the text has it, `names` all that core.identities calls them."""

    char_start: int
    char_end: int
    quote_type: str
    speaker: SpeakerName
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFigure:
    char_start: int
    char_end: int
    amount: Amount


@dataclass(frozen=True, kw_only=True)
class ArticleText:
    """A version of an article, with what it states and where its page is archived."""

    article_id: str
    version_id: str
    version_no: int
    is_current: bool
    is_copy: bool = False  # of another article, which may have been edited since
    outlet: str
    url: str | None
    day: date
    headline: str | None
    body_text: str
    warc_file: str | None
    warc_offset: int | None
    quotes: tuple[StoredQuote, ...] = ()
    figures: tuple[StoredFigure, ...] = ()

    @cached_property
    def words(self) -> list[Word]:
        return source_words(self.body_text)


class Lookups(Protocol):
    def candidates(self, wanted: Sequence[Claim]) -> Sequence[tuple[ArticleText, ...]]:
        """For each claim the articles most likely to be its source, in all their versions, the likeliest first."""

    def names(self, written: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """For each name all names of the same person, body or office that are known, if there are any."""
