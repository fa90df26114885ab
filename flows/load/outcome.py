"""The outcome of a fetch: what a response means. Crawls, imports, reparses and recovery all use it.

A `Fetched` has a link with its archived records, or a `Failure` where none is a page. `interpret` makes an `Outcome` of it, which has an
article, the links of a channel (`Announced`), or the state and reason of the address; loading makes rows of that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from parsers.article import Article, Context, Link, Page, Rejected, Response
from parsers.discovery.announcement import read_announcement
from parsers.discovery.ordering import article_day, newest_first
from parsers.http_status import judge
from parsers.identity import article_id
from parsers.kinds import CHANNELS, LinkKind, Reason, State
from parsers.paging import MAX_PARTS, next_page
from parsers.parse import CLEANER_VERSION, EXTRACTOR_VERSION, PARSER_VERSION, parse
from parsers.source import AddressFit, Source, default_source, source_of_url
from parsers.structure import of_article
from parsers.text.urls import canonicalise, is_trap, site
from warehouse.archive.archive import Record, RecordLocation
from warehouse.write.outcome import Announced, Outcome, Versions

VERSIONS = Versions(parser=PARSER_VERSION, cleaner=CLEANER_VERSION, extractor=EXTRACTOR_VERSION)
GZIP = b"\x1f\x8b"
DATED = re.compile(r"\d{4}[-/]?\d{2}[-/]?\d{2}")
ANOTHER_DAY = timedelta(days=1)
FindNextPage = Callable[[Response, Source], str | None]

# Reasons for which a retry may help, and reasons never to fetch the address. All others quarantine the page.
RETRY_LATER = frozenset(
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
        Reason.PAYMENT_REQUIRED,
    }
)
NEVER_FETCH = frozenset({Reason.SSRF, Reason.SCHEME, Reason.NOT_MATCHED, Reason.FORGOTTEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no page for a link."""

    reason: Reason
    detail: str = ""
    retry_at: datetime | None = None
    unanswered: Response | None = None  # the attempt, if no response arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A link and every archived response to it in one run."""

    link: Link
    run_id: str
    records: tuple[Record, ...] = ()
    robots: tuple[Record, ...] = ()  # of the robots.txt files that were fetched for it
    failure: Failure | None = None
    unfinished: bool = False  # the run ended between two pages of the article

    @classmethod
    def unarchived(cls, link: Link, response: Response, run_id: str = "") -> Self:
        """One response as a run has it, but for its place in the archive."""
        nowhere = RecordLocation(file="", offset=0, length=0)
        record = Record(link=link, response=response, run_id=run_id, location=nowhere)
        return cls(link=link, run_id=run_id, records=(record,))

    def joined_with(self, later: Fetched) -> Fetched:
        """With the records of a later fetch for the same link."""
        records, robots = (*self.records, *later.records), (*self.robots, *later.robots)
        return replace(self, records=records, robots=robots)

    @property
    def response(self) -> Response:
        """The last response for the link's own address; further pages of an article are in `parts`."""
        return [r.response for r in self.records if r.link.kind != LinkKind.PART][-1]

    @property
    def parts(self) -> tuple[Response, ...]:
        """The further pages of an article that were fetched."""
        return tuple(
            r.response
            for r in self.records
            if r.link.kind == LinkKind.PART and r.response.status in {None, 200} and r.response.body
        )


def interpret(
    fetched: Fetched,
    sources: Mapping[str, Source],
    repeated: Mapping[str, frozenset[str]] | None = None,
) -> Outcome:
    """The outcome of a link. No page makes it raise. `repeated` has the boilerplate lines of each source."""
    source = source_of(fetched.link, sources)
    failure = fetched.failure or _failure_by_status(fetched) or _redirected_to_home(fetched)
    if failure and not is_end_of_listing(fetched, failure.reason):
        return _failed(fetched, failure, source)
    if failure:
        return _loaded(fetched)
    if fetched.unfinished:
        return replace(_loaded(fetched), state=State.PENDING)
    response = fetched.response
    if fetched.link.kind == LinkKind.TOMBSTONE:
        own_id = address_article_id(fetched.link, source)
        return replace(_loaded(fetched), state=State.SKIPPED, article_id=own_id)
    if response.same_as or fetched.link.kind == LinkKind.ROBOTS:
        return _loaded(fetched)
    try:
        if fetched.link.kind in CHANNELS:
            announced, warnings = _read_channel(fetched.link, response, source, sources)
            return replace(_loaded(fetched), announced=announced, warnings=warnings)
        context = Context(
            link=fetched.link, repeated_lines=(repeated or {}).get(source.name, frozenset())
        )
        article = parse_article(
            Page(link=fetched.link, responses=(response, *fetched.parts)), source, context
        )
        return _article_outcome(fetched, article, source, sources)
    except Rejected as rejected:
        if is_end_of_listing(fetched, rejected.reason):
            return _loaded(fetched)
        return replace(
            _loaded(fetched),
            state=State.DEFERRED if fetched.link.kind in CHANNELS else State.QUARANTINED,
            stage="parse",
            reason=rejected.reason,
            detail=rejected.detail,
            article_id=address_article_id(fetched.link, source),
        )


def parse_article(page: Page, source: Source, context: Context) -> Article:
    """The article on a page, with its quotes, figures and other facts. Raises Rejected."""
    article = parse(page, source, context)
    return replace(article, structure=of_article(article))


def _article_outcome(
    fetched: Fetched, article: Article, source: Source, sources: Mapping[str, Source]
) -> Outcome:
    """An article of which a later page is missing is loaded without it, and deferred to fetch that page again."""
    missing = next_page_url(fetched.records, source) if fetched.link.kind == LinkKind.PAGE else None
    if missing is None:
        return replace(_loaded(fetched), article=article)
    partial = replace(article, flags=(*article.flags, "partial"))
    is_elsewhere = (source_of_url(missing, sources) or source).name != source.name
    if is_elsewhere or next_part(fetched.records, source) is None:  # there is nothing to retry
        return replace(_loaded(fetched), article=partial)
    return replace(
        _loaded(fetched),
        state=State.DEFERRED,
        article=partial,
        reason=Reason.PARTIAL,
        detail=f"the next page is {missing}",
        stage="parse",
    )


def worker_failed(fetched: Fetched, reason: Reason, detail: str) -> Outcome:
    """The outcome of a page or channel whose worker process failed; its record stays in the archive."""
    return replace(
        _loaded(fetched),
        state=State.DEFERRED if fetched.link.kind in CHANNELS else State.QUARANTINED,
        stage="parse",
        reason=reason,
        detail=detail,
    )


def is_end_of_listing(fetched: Fetched, reason: Reason) -> bool:
    """Whether a listing has no next page, or nothing for a day: that is its end and no failure."""
    link = fetched.link
    may_end = link.kind in {LinkKind.INDEX, LinkKind.WORDPRESS} and bool(
        link.discovered_by or link.published_at or DATED.search(link.url)
    )
    if reason is Reason.HTTP_ERROR:
        return may_end and fetched.response.status == 400
    return may_end and reason in {Reason.NO_CONTENT, Reason.NOT_FOUND, Reason.EMPTY}


def source_of(link: Link, sources: Mapping[str, Source]) -> Source:
    """The link's source; without a source file, a default one named after the host."""
    if source := sources.get(link.source_id):
        return source
    return default_source(link.source_id or urlsplit(link.url).hostname or "")


def _read_channel(
    link: Link, response: Response, source: Source, sources: Mapping[str, Source]
) -> tuple[tuple[Announced, ...], tuple[str, ...]]:
    """The links of a channel, and the warnings of its parser."""
    announcement = read_announcement(
        response.body,
        url=response.url,
        source=source,
        kind=link.kind,
        content_type=response.header("content-type"),
        fetched_at=response.fetched_at,
    )
    links = (_announced_link(each, link, source, sources) for each in announcement.links)
    announced = tuple(filter(None, links))
    return announced, (*announcement.warnings, *_rule_warnings(announced))


def _rule_warnings(announced: Sequence[Announced]) -> Iterator[str]:
    """What the address rule does with links that look like articles and that it does not find."""
    fits = Counter(each.fit for each in announced)
    n_like = fits[AddressFit.MATCHED] + fits[AddressFit.GENERIC] + fits[AddressFit.REFUSED]
    if refused := fits[AddressFit.REFUSED]:
        yield f"{refused} of {n_like} article-like links refused by the address rule"
    if generic := fits[AddressFit.GENERIC]:
        yield f"{generic} of {n_like} article-like links do not fit the unverified address rule and are accepted"


def _announced_link(
    each: Link, channel: Link, source: Source, sources: Mapping[str, Source]
) -> Announced | None:
    """A link of a channel, with its source and whether to fetch it. An outlet's articles are fetched only if it announces them."""
    try:
        url = canonicalise(each.url)
    except ValueError:
        return None
    own = source_of_url(url, sources) or (source if source.owns(url) else None)
    is_own = own is not None and own.name == source.name
    fields = {name: getattr(each, name) for name in Link.__slots__}
    changed = {"source_id": (own or source).name, "discovered_by": channel.url, "url": url}
    link = Link(**(fields | changed))
    is_ruled = is_own and source.has_address_rule and not is_trap(url)
    return Announced(
        link=link,
        article_id=article_id(own or source, url),
        day=article_day(link, channel, source) if is_own else None,
        skip=_why_not_fetched(url, source, own),
        fit=source.fit(url) if is_ruled else None,
        is_own=is_own,
    )


def _why_not_fetched(url: str, source: Source, own: Source | None) -> Reason | None:
    if own is not None and own.name != source.name:
        return Reason.OTHER_OUTLET
    is_article = own is not None and source.recognises(url) and not is_trap(url)
    return None if is_article else Reason.NOT_MATCHED


def _failure_by_status(fetched: Fetched) -> Failure | None:
    """The failure of a response that is no page, for records of runs that ended before they could store it."""
    response = fetched.response
    if response.status in {None, 304}:
        return None
    if verdict := judge(response, conditional=True):
        return Failure(reason=verdict.reason, detail=verdict.detail)
    if response.status in {200, 203}:
        return None
    return Failure(reason=Reason.HTTP_ERROR, detail=f"status {response.status}")


def _redirected_to_home(fetched: Fetched) -> Failure | None:
    """For an article that was taken down, some outlets redirect to the front page and send no 404."""
    response, link = fetched.response, fetched.link
    if (
        link.kind != LinkKind.PAGE
        or not response.redirects
        or site(response.url) != site(link.url)
        or _is_front_page(link.url)
        or not _is_front_page(response.url)
    ):
        return None
    return Failure(reason=Reason.NOT_FOUND, detail="redirected to the front page")


def _is_front_page(url: str) -> bool:
    return urlsplit(url).path in {"", "/"} and not urlsplit(url).query


def _failed(fetched: Fetched, failure: Failure, source: Source) -> Outcome:
    response = failure.unanswered or fetched.response
    state, retry_at = _state_for(failure, response.fetched_at)
    return replace(
        _loaded(fetched),
        state=state,
        reason=failure.reason,
        detail=failure.detail,
        retry_at=retry_at,
        unanswered=failure.unanswered,
        article_id=address_article_id(fetched.link, source),
    )


def _state_for(failure: Failure, when: datetime) -> tuple[State, datetime | None]:
    if failure.reason is Reason.NOT_FOUND:
        return State.GONE, when + ANOTHER_DAY
    if failure.reason is Reason.ROBOTS:
        return State.SKIPPED, when + ANOTHER_DAY
    if failure.reason in NEVER_FETCH:
        return State.SKIPPED, None
    if failure.reason in RETRY_LATER:
        return State.DEFERRED, failure.retry_at
    return State.QUARANTINED, None


def address_article_id(link: Link, source: Source) -> str | None:
    """The id of the article at the address; None for one that has none."""
    try:
        return article_id(source, link.url)
    except ValueError:
        return None


def _loaded(fetched: Fetched) -> Outcome:
    """Its outcome where all is well, and nothing is known of it but its records."""
    return Outcome(
        link=fetched.link, run_id=fetched.run_id, state=State.LOADED, records=fetched.records
    )


def channels_of(fetched: Fetched, source: Source) -> tuple[Link, ...]:
    """The sitemaps that a sitemap index names, the latest changed first."""
    if not may_be_index(fetched):
        return ()
    response = fetched.response
    try:
        index = read_announcement(
            response.body, url=response.url, source=source, kind=LinkKind.SITEMAP
        )
    except Rejected:
        return ()
    return tuple(newest_first(index.sitemaps))


def may_be_index(fetched: Fetched) -> bool:
    """A cheap test whether a response may be a sitemap index."""
    body = (
        b"" if fetched.failure or fetched.link.kind != LinkKind.SITEMAP else fetched.response.body
    )
    return body.startswith(GZIP) or b"sitemapindex" in body[:4096]


def group_by_link(records: Sequence[Record]) -> list[Fetched]:
    """The records of each link and run, in order.

    A further page of an article belongs to the last first page before it, even if another run fetched it.
    """
    groups: dict[tuple[str, str, str], list[Record]] = {}
    unfinished: dict[str, list[Record]] = {}
    for record in records:
        link = record.link
        if link.kind == LinkKind.PART:
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
    records: Sequence[Record], source: Source, find_next_page: FindNextPage = next_page
) -> str | None:
    """The address of an article's next page to fetch; None if it is complete, has MAX_PARTS pages, or the page is gone."""
    responses = [record.response for record in records]
    if len(_with_bodies(responses)) >= MAX_PARTS:
        return None
    url = next_page_url(records, source, find_next_page)
    final = {each.requested_url for each in responses if each.status in {200, 404, 410}}
    return None if url in final else url


def next_page_url(
    records: Sequence[Record], source: Source, find_next_page: FindNextPage = next_page
) -> str | None:
    """The next page that the last fetched page links to, unless it was fetched too.

    `find_next_page` parses a page; callers with worker processes pass one that parses there.
    """
    pages = _with_bodies([record.response for record in records])
    url = find_next_page(pages[-1], source) if pages else None
    return None if url in {page.requested_url for page in pages} else url


def _with_bodies(responses: Sequence[Response]) -> list[Response]:
    return [each for each in responses if each.status == 200 and each.body]


def mark_unfinished(
    fetched: Fetched, sources: Mapping[str, Source], find_next_page: FindNextPage
) -> Fetched:
    """Mark an article if its next page was not fetched: the run may have been killed before that."""
    next_url = fetched.link.kind == LinkKind.PAGE and next_part(
        fetched.records, source_of(fetched.link, sources), find_next_page
    )
    return replace(fetched, unfinished=bool(next_url))
