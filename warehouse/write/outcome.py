"""Outcome: what a run learned about one link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from parsers.article import Article, Link, Response
from parsers.kinds import LinkKind, Reason, State
from parsers.source import AddressFit
from warehouse.archive.archive import Record

PAGES = frozenset({LinkKind.PAGE, LinkKind.FILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The records that a run got for one link, and what they mean or why they mean nothing."""

    link: Link
    run_id: str
    state: State  # PENDING: further pages are to come; of a channel LOADED or DEFERRED
    records: tuple[Record, ...] = ()  # archived answers, in order of attempt
    unanswered: Response | None = None  # the attempt that got no answer
    article: Article | None = None
    rows: ArticleRows | None = None  # in its place, where a worker process made them
    warnings: tuple[str, ...] = ()  # faults of a channel's document, and what a limit cut off
    announced: tuple[Announced, ...] = ()  # the links of a channel
    article_id: str | None = None  # by the address, where no page was read
    stage: str = "fetch"  # where it failed: fetch, parse, load
    reason: Reason | None = None
    detail: str = ""
    retry_at: datetime | None = None

    @property
    def is_page(self) -> bool:
        return self.link.kind in PAGES

    @property
    def last(self) -> Response | None:
        return self.pages[-1].response if self.records else self.unanswered

    @property
    def pages(self) -> list[Record]:
        return [r for r in self.records if r.link.kind != LinkKind.PART]

    @property
    def parts(self) -> list[Record]:
        return [r for r in self.records if r.link.kind == LinkKind.PART]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRows:
    """The rows that an article alone decides."""

    article_id: str
    version_id: str
    url: (
        str | None
    )  # its canonical address if that is trusted, else the one the page was read at; None for a file without one
    json: bytes  # by staging table, in one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A link, with what is known of it before any fetch."""

    link: Link
    article_id: str
    day: date | None = None  # the day it counts for
    skip: Reason | None = None  # why it will not be fetched
    fit: AddressFit | None = None  # None if no address rule of its own outlet was asked
    is_own: bool = (
        True  # announced by its own outlet; an announcement by another one changes no state
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Versions of the code that made the rows, kept with every article version."""

    parser: str
    cleaner: str
    extractor: str
