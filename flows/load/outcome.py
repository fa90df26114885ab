"""The outcome of a fetch: what a response means. Loads, imports, reparses and recoveries all come through here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from parsers.article import Article, Context, Link, Page, Rejected, Response
from parsers.discovery.announcement import read_announcement
from parsers.discovery.ordering import article_day, newest_first
from parsers.http_status import judge
from parsers.identity import article_id
from parsers.kinds import CHANNELS, Reason
from parsers.paging import MAX_PARTS, next_page
from parsers.parse import CLEANER_VERSION, EXTRACTOR_VERSION, PARSER_VERSION, parse
from parsers.source import Source, default_source, source_of_url
from parsers.structure import of_article
from parsers.text.urls import canonicalise, is_trap, site
from warehouse.archive.archive import Record
from warehouse.write.outcome_rows import Announced, Outcome, Versions

VERSIONS = Versions(parser=PARSER_VERSION, cleaner=CLEANER_VERSION, extractor=EXTRACTOR_VERSION)
GZIP = b"\x1f\x8b"
DATED = re.compile(r"\d{4}[-/]?\d{2}[-/]?\d{2}")
ANOTHER_DAY = timedelta(days=1)
Following = Callable[[Response, Source], str | None]

# Reasons that another try may cure, and reasons never to try again. All others quarantine the page.
LATER = frozenset(
    {
        Reason.TIMEOUT,
        Reason.CONNECT,
        Reason.DNS,
        Reason.TLS,
        Reason.SERVER_ERROR,
        Reason.RATE_LIMITED,
        Reason.BREAKER,
        Reason.ROBOTS_UNREACHABLE,
        Reason.TRUNCATED,
        Reason.HTTP_ERROR,
        Reason.BLOCKED,
    }
)
NEVER = frozenset({Reason.SSRF, Reason.SCHEME, Reason.NOT_MATCHED, Reason.FORGOTTEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a link got no page."""

    reason: Reason
    detail: str = ""
    retry_at: datetime | None = None
    unanswered: Response | None = None  # the attempt, where no answer came


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A link and every archived answer it got in one run."""

    link: Link
    run_id: str
    records: tuple[Record, ...] = ()
    robots: tuple[Record, ...] = ()  # of robots.txt files that were asked for on the way
    failure: Failure | None = None
    unfinished: bool = False  # the run ended between two pages of the article

    def and_then(self, later: Fetched) -> Fetched:
        """With what was fetched after it."""
        records, robots = (*self.records, *later.records), (*self.robots, *later.robots)
        return replace(self, records=records, robots=robots)

    @property
    def first(self) -> Response:
        """The answer that counts: the last attempt at the page itself."""
        return [r.response for r in self.records if r.link.kind != "part"][-1]

    @property
    def parts(self) -> tuple[Response, ...]:
        """The further pages of an article, where they were answered."""
        return tuple(
            r.response
            for r in self.records
            if r.link.kind == "part" and r.response.status in {None, 200} and r.response.body
        )


def interpret(
    fetched: Fetched,
    sources: Mapping[str, Source],
    repeated: Mapping[str, frozenset[str]] | None = None,
) -> Outcome:
    """The outcome of a link; raises nothing that the page could cause. `repeated` are the boilerplate lines of each source."""
    source = source_of(fetched.link, sources)
    failure = fetched.failure or _failure_by_status(fetched) or _redirected_to_home(fetched)
    if failure and not is_end(fetched, failure.reason):
        return _failed(fetched, failure, source)
    if failure:
        return _outcome(fetched, "loaded")
    if fetched.unfinished:
        return _outcome(fetched, "pending")
    last = fetched.first
    if fetched.link.kind == "tombstone":
        return _outcome(fetched, "skipped", article_id=_expected(fetched.link, source))
    if last.same_as or fetched.link.kind == "robots":
        return _outcome(fetched, "loaded")
    try:
        if fetched.link.kind in CHANNELS:
            announced, warnings = _announced(fetched.link, last, source, sources)
            return _outcome(fetched, "loaded", announced=announced, warnings=warnings)
        context = Context(
            link=fetched.link, repeated_lines=(repeated or {}).get(source.name, frozenset())
        )
        article = parse_article(
            Page(link=fetched.link, responses=(last, *fetched.parts)), source, context
        )
        return _complete(fetched, article, source, sources)
    except Rejected as rejected:
        if is_end(fetched, rejected.reason):
            return _outcome(fetched, "loaded")
        state = "deferred" if fetched.link.kind in CHANNELS else "quarantined"
        return _outcome(
            fetched,
            state,
            stage="parse",
            reason=rejected.reason,
            detail=rejected.detail,
            article_id=_expected(fetched.link, source),
        )


def parse_article(page: Page, source: Source, context: Context) -> Article:
    """The article on a page, with what its text says. Raises Rejected."""
    article = parse(page, source, context)
    return replace(article, structure=of_article(article))


def _complete(
    fetched: Fetched, article: Article, source: Source, sources: Mapping[str, Source]
) -> Outcome:
    """An article whose last page could not be had is loaded as far as it goes, and asked for again."""
    missing = next_page_url(fetched.records, source) if fetched.link.kind == "page" else None
    if missing is None:
        return _outcome(fetched, "loaded", article=article)
    partial = replace(article, flags=(*article.flags, "partial"))
    is_elsewhere = (source_of_url(missing, sources) or source).name != source.name
    if is_elsewhere or next_part(fetched.records, source) is None:  # not there, or one too many
        return _outcome(fetched, "loaded", article=partial)
    return _outcome(
        fetched,
        "deferred",
        article=partial,
        reason=Reason.PARTIAL,
        detail=f"it goes on at {missing}",
        stage="parse",
    )


def worker_failed(fetched: Fetched, reason: Reason, detail: str) -> Outcome:
    """The outcome of a page or channel whose worker process failed; its record is kept."""
    return _outcome(
        fetched,
        "deferred" if fetched.link.kind in CHANNELS else "quarantined",
        stage="parse",
        reason=reason,
        detail=detail,
    )


def is_end(fetched: Fetched, reason: Reason) -> bool:
    """A listing that is asked for its next page, or for a quiet day, ends by having nothing: that is no failure."""
    link = fetched.link
    further = link.kind in {"index", "wordpress"} and bool(
        link.discovered_by or link.published_at or DATED.search(link.url)
    )
    if reason is Reason.HTTP_ERROR:
        return further and fetched.first.status == 400
    return further and reason in {Reason.NO_CONTENT, Reason.NOT_FOUND, Reason.EMPTY}


def source_of(link: Link, sources: Mapping[str, Source]) -> Source:
    """The link's source; a page of an outlet nobody described gets one of its host."""
    if found := sources.get(link.source_id):
        return found
    return default_source(link.source_id or urlsplit(link.url).hostname or "")


def _announced(
    link: Link, response: Response, source: Source, sources: Mapping[str, Source]
) -> tuple[tuple[Announced, ...], tuple[str, ...]]:
    content_type = response.header("content-type")
    announcement = read_announcement(
        response.body,
        url=response.url,
        source=source,
        kind=link.kind,
        content_type=content_type,
        fetched_at=response.fetched_at,
    )
    return tuple(
        found
        for each in announcement.links
        if (found := _as_announced(each, link, source, sources))
    ), announcement.warnings


def _as_announced(
    each: Link, channel: Link, source: Source, sources: Mapping[str, Source]
) -> Announced | None:
    """The link as its own outlet's, with its fate: only what that outlet announces is fetched."""
    try:
        url = canonicalise(each.url)
    except ValueError:
        return None
    own = source_of_url(url, sources) or (source if source.owns(url) else None)
    is_own = own is not None and own.name == source.name
    fields = {name: getattr(each, name) for name in Link.__slots__}
    changed = {"source_id": (own or source).name, "discovered_by": channel.url, "url": url}
    link = Link(**(fields | changed))
    return Announced(
        link=link,
        article_id=article_id(own or source, url),
        day=article_day(link, channel, source) if is_own else None,
        skip=_why_not_fetched(url, source, own),
        is_own=is_own,
    )


def _why_not_fetched(url: str, source: Source, own: Source | None) -> Reason | None:
    if own is not None and own.name != source.name:
        return Reason.OTHER_OUTLET
    is_article = own is not None and source.recognises(url) and not is_trap(url)
    return None if is_article else Reason.NOT_MATCHED


def _failure_by_status(fetched: Fetched) -> Failure | None:
    """The verdict on an answer that is not a page, for records whose run died before it could say."""
    answer = fetched.first
    if answer.status in {None, 304}:
        return None
    if fault := judge(answer, conditional=True):
        return Failure(reason=fault.reason, detail=fault.detail)
    return (
        None
        if answer.status in {200, 203}
        else Failure(reason=Reason.HTTP_ERROR, detail=f"status {answer.status}")
    )


def _redirected_to_home(fetched: Fetched) -> Failure | None:
    """An article that was taken down: some outlets redirect its readers to the front page without a 404."""
    answer, asked = fetched.first, fetched.link
    if (
        asked.kind != "page"
        or not answer.redirects
        or site(answer.url) != site(asked.url)
        or _is_front(asked.url)
    ):
        return None
    return (
        Failure(reason=Reason.NOT_FOUND, detail="sent on to the front page")
        if _is_front(answer.url)
        else None
    )


def _is_front(url: str) -> bool:
    return urlsplit(url).path in {"", "/"} and not urlsplit(url).query


def _failed(fetched: Fetched, failure: Failure, source: Source) -> Outcome:
    last = failure.unanswered or fetched.first
    state, retry_at = _state_for(failure, last.fetched_at)
    return _outcome(
        fetched,
        state,
        reason=failure.reason,
        detail=failure.detail,
        retry_at=retry_at,
        unanswered=failure.unanswered,
        article_id=_expected(fetched.link, source),
    )


def _state_for(failure: Failure, when: datetime) -> tuple[str, datetime | None]:
    if failure.reason is Reason.NOT_FOUND:
        return "gone", when + ANOTHER_DAY
    if failure.reason is Reason.ROBOTS:
        return "skipped", when + ANOTHER_DAY
    if failure.reason in NEVER:
        return "skipped", None
    if failure.reason in LATER:
        return "deferred", failure.retry_at
    return "quarantined", None


def _expected(link: Link, source: Source) -> str | None:
    try:
        return article_id(source, link.url)
    except ValueError:
        return None


def _outcome(fetched: Fetched, state: str, **fields: Any) -> Outcome:
    return Outcome(
        link=fetched.link, run_id=fetched.run_id, state=state, records=fetched.records, **fields
    )


def channels_of(fetched: Fetched, source: Source) -> tuple[Link, ...]:
    """The sitemaps that a sitemap index names, the latest changed first."""
    if not may_be_index(fetched):
        return ()
    try:
        found = read_announcement(
            fetched.first.body, url=fetched.first.url, source=source, kind="sitemap"
        )
    except Rejected:
        return ()
    return tuple(newest_first(found.sitemaps))


def may_be_index(fetched: Fetched) -> bool:
    """Whether it is worth reading an answer for the sitemaps that it names."""
    body = b"" if fetched.failure or fetched.link.kind != "sitemap" else fetched.first.body
    return body.startswith(GZIP) or b"sitemapindex" in body[:4096]


def by_link(records: Sequence[Record]) -> list[Fetched]:
    """Records as what their runs fetched, in the order they came.

    A further page of an article stands with the last first page before it, though another run may have gone on with it.
    """
    groups: dict[tuple[str, str, str], list[Record]] = {}
    unfinished: dict[str, list[Record]] = {}
    for record in records:
        link = record.link
        if link.kind == "part":
            unfinished.get(link.discovered_by, []).append(record)
            continue
        group = groups.setdefault((record.run_id, link.kind, link.url), [])
        group.append(record)
        unfinished[link.url] = group
    return [
        Fetched(link=group[0].link, run_id=group[0].run_id, records=tuple(group))
        for group in groups.values()
    ]


def next_part(
    records: Sequence[Record], source: Source, following: Following = next_page
) -> str | None:
    """The address to ask for the next page of an article; None where it is whole, or that page is not there or one too many."""
    answers = [record.response for record in records]
    if len(_full(answers)) >= MAX_PARTS:
        return None
    url = next_page_url(records, source, following)
    return (
        None
        if url in {answer.requested_url for answer in answers if answer.status in {200, 404, 410}}
        else url
    )


def next_page_url(
    records: Sequence[Record], source: Source, following: Following = next_page
) -> str | None:
    """The address at which the last page that was had says the article goes on, where that was not had too.

    `following` reads a page for its next one; it stands in another process where the page may be anything.
    """
    full = _full([record.response for record in records])
    url = following(full[-1], source) if full else None
    return None if url in {answer.requested_url for answer in full} else url


def _full(answers: Sequence[Response]) -> list[Response]:
    return [answer for answer in answers if answer.status == 200 and answer.body]
