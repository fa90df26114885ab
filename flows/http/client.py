"""Fetcher: takes one address and returns one answer or the reason why there is none, politely."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from random import Random
from typing import Generic, NamedTuple, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from flows.http import politeness, retry, ssrf
from flows.http.errors import Blame, Fault, as_fault, fault_of, is_of_machine
from flows.http.exchange import Exchange
from flows.http.limits import FetchSettings
from flows.http.redaction import Secrets
from flows.http.robots import Robots
from flows.http.robots_cache import RobotsCache
from flows.http.transport import PooledTransport, Transport
from flows.logging import get_logger
from parsers.article import Link, Response
from parsers.http_status import REDIRECTS
from parsers.kinds import Reason

T = TypeVar("T")
R = TypeVar("R")  # what is kept of a response, such as its record in the archive
SourceOf = Callable[[str], str | None]  # the name of the source whose site an address is on

ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "sitemap": "application/xml, text/xml, text/plain;q=0.8, */*;q=0.5",
    "wordpress": "application/json",
    "robots": "text/plain, */*;q=0.5",
}
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
TRUST_SECONDS = 30 * 86400.0  # for which a test of a host's validators holds
log = get_logger(__name__)


def now_utc() -> datetime:
    return datetime.now(UTC)


def unknown(_url: str) -> str | None:
    """No source is known."""
    return None


class Answer(NamedTuple):
    """A link and a response to it."""

    link: Link
    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult(Generic[R]):
    """The response to a link, and the records of all that was exchanged for it: robots.txt, redirects, retries."""

    response: Response
    records: tuple[R, ...]


class Fetcher(Generic[R]):
    """Fetches for all sources of a process. `record` is called with every response as soon as it has come, good or bad.

    A redirect onto the site of another source, by `source_of`, is not followed.

    Raises nothing but FetchFailed, and what is this machine's failure: a full disk is not the page's.
    """

    def __init__(
        self,
        settings: FetchSettings,
        clock: Callable[[], datetime] = now_utc,
        *,
        record: Callable[[Link, Response], R] = Answer,  # type: ignore[assignment]
        source_of: SourceOf = unknown,
        resolve: ssrf.Resolve = ssrf.resolve,
        transport: Transport | None = None,
    ) -> None:
        self._record = record
        self.secrets = Secrets()
        self._source_of = source_of
        self._settings, self._budgets, self._clock = settings, settings.budgets, clock
        self._guard = ssrf.Guard(settings, resolve)
        self._transport = transport or PooledTransport(settings, self._guard)
        self._hosts = politeness.Hosts(settings, clock)
        self._robots = RobotsCache(settings, clock)
        self._random = Random(settings.seed)  # noqa: S311 - jitter, not a secret
        self._total = asyncio.Semaphore(settings.total_in_flight)
        if not settings.contact:
            log.warning(
                "KLIPING_CONTACT is not set: publishers cannot reach you; set it to a page or an e-mail address"
            )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.aclose()

    async def get(
        self,
        link: Link,
        *,
        delay_seconds: float,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> FetchResult[R]:
        """The answer for a link: 2xx, or 304 without a body where validators were given.

        Else raises FetchFailed, which has the records too.
        """
        exchange = Exchange(
            link=link,
            delay_seconds=delay_seconds,
            began_at=self._clock(),
            validators=_validators(etag, last_modified),
            hide=self.secrets.hide if self.secrets.knows(link.url) else str,
        )
        response = await self._through(exchange, self._travel)
        return FetchResult(response=response, records=tuple(exchange.records))

    async def _through(self, exchange: Exchange, work: Callable[[Exchange], Awaitable[T]]) -> T:
        """Raises FetchFailed whatever goes wrong in the work, unless it is this machine's failure."""
        try:
            return await work(exchange)
        except Exception as error:
            if is_of_machine(error):
                raise
            if not isinstance(error, Fault):
                log.debug("unexpected error", url=exchange.link.url, exc_info=error)
            raise exchange.failed(as_fault(error)) from error

    def trusts_validators(self, url: str) -> bool:
        """Whether the host's ETag and Last-Modified tell its pages apart, as far as we know."""
        return self._remembered(url).lied_at < self._clock().timestamp() - TRUST_SECONDS

    def may_test_validators(self, url: str) -> bool:
        """Whether a 304 of the host may be checked by asking again without validators; seldom enough to bother nobody."""
        return self._remembered(url).tested_at < self._clock().timestamp() - TRUST_SECONDS

    def note_validators(self, url: str, *, lied: bool) -> None:
        """What came of such a test."""
        with self._memory(url) as memory:
            memory.tested(lied=lied)

    def delay_seconds(self, url: str) -> float:
        """The rest that the host was last given."""
        return self._remembered(url).delay_seconds

    def _remembered(self, url: str) -> politeness.HostState:
        with self._memory(url) as memory:
            return memory.state()

    def _memory(self, url: str) -> AbstractContextManager[politeness.Turn]:
        """Of an address's host; what is no address has one too, in which nothing is ever noted."""
        try:
            return self._hosts.memory(politeness.key(httpx.URL(url)))
        except (httpx.InvalidURL, ValueError):
            return self._hosts.memory("")

    async def sitemaps(
        self, link: Link, *, delay_seconds: float
    ) -> tuple[tuple[str, ...], tuple[R, ...]]:
        """The sitemaps that the robots.txt of a link's site lists, and its records where it was asked for just now.

        Raises FetchFailed where it cannot be had.

        A line that makes no address is left out.
        """

        async def listed(exchange: Exchange) -> tuple[str, ...]:
            self._set_out(exchange, link.url)
            return (await self._rules(exchange)).sitemaps

        exchange = Exchange(link=link, delay_seconds=delay_seconds, began_at=self._clock())
        lines = await self._through(exchange, listed)
        urls = tuple(url for line in lines if (url := _joined(str(exchange.url), line)))
        return urls, tuple(exchange.records)

    def _set_out(self, exchange: Exchange, url: str) -> None:
        """On to the first address. What an operator's file names, or is on the source's own site, is at home there."""
        exchange.url = self._guard.vet(url)
        first = self._source_of(str(exchange.url))
        exchange.sources = {None, exchange.link.source_id, first}
        if exchange.home is None:
            is_own = not exchange.link.discovered_by or first == exchange.link.source_id
            exchange.home = politeness.key(exchange.url) if is_own else ""

    async def _travel(self, exchange: Exchange) -> Response:
        asked, exchange.authorization = self.secrets.full(exchange.link.url)
        self._set_out(exchange, asked)
        while True:
            delay_seconds = await self._permitted(exchange)
            response = await self._persist(exchange, delay_seconds)
            if response.status not in REDIRECTS:
                return response
            try:
                exchange.follow(
                    response, partial(self._next, exchange, response), self._budgets.hops
                )
            except Fault:
                self._keep(exchange, response)
                raise

    def _next(self, exchange: Exchange, response: Response, target: str) -> httpx.URL:
        """Where a redirect may lead: not onto another source's site, where this source has nothing to bring about."""
        url = self._guard.vet(target)
        if (name := self._source_of(str(url))) not in exchange.sources:
            detail = f"leads to {name}'s site: {url}"
            raise Fault(reason=Reason.OTHER_SITE, detail=detail, response=response)
        return url

    async def _permitted(self, exchange: Exchange) -> float:
        """The delay that the site wants, where its robots.txt lets us in."""
        if exchange.link.kind == "robots":
            return exchange.delay_seconds
        rules = await self._rules(exchange)
        allowed, exchange.robots_rule = rules.verdict(exchange.url.raw_path.decode("ascii"))
        if not allowed:
            raise Fault(reason=Reason.ROBOTS, detail=f"{exchange.robots_rule} ({exchange.url})")
        return max(exchange.delay_seconds, rules.crawl_delay_seconds or 0.0)

    async def _rules(self, exchange: Exchange) -> Robots:
        async def fetch(url: str, etag: str | None, last_modified: str | None) -> Response:
            link = Link(
                url=url,
                source_id=exchange.link.source_id,
                kind="robots",
                discovered_by=exchange.link.url,
            )
            beside = Exchange(
                link=link,
                delay_seconds=exchange.delay_seconds,
                began_at=self._clock(),
                validators=_validators(etag, last_modified),
                home=exchange.home,
                records=exchange.records,
            )
            return await self._through(beside, self._travel)

        return await self._robots.rules(exchange.url, fetch)

    async def _persist(self, exchange: Exchange, delay_seconds: float) -> Response:
        """One address, asked again for as long as waiting can cure what went wrong."""
        while True:
            try:
                return await self._ask(exchange, delay_seconds)
            except Fault as fault:
                exchange.retries += 1
                if not fault.retry or fault.retry_at or exchange.retries >= self._budgets.attempts:
                    raise
                if (
                    fault.reason is not Reason.RATE_LIMITED
                ):  # that wait is the whole host's, and is kept with it
                    await asyncio.sleep(self._backoff(exchange))

    async def _ask(self, exchange: Exchange, delay_seconds: float) -> Response:
        host = politeness.key(exchange.url)
        if host == exchange.home or self._source_of(str(exchange.url)) == exchange.link.source_id:
            async with self._hosts.turn(host, delay_seconds) as turn, self._total:
                response, found = await self._exchange(exchange, turn)
        else:
            with self._hosts.account(host, exchange.link.source_id) as account:
                await asyncio.sleep(account.wait(0.0))
                async with self._hosts.turn(host, delay_seconds), self._total:
                    response, found = await self._exchange(exchange, account)
        if found or response.status not in REDIRECTS:
            self._keep(exchange, response)
        if found:
            raise found
        return response

    async def _exchange(
        self, exchange: Exchange, turn: politeness.Turn
    ) -> tuple[Response, Fault | None]:
        """One request. `turn` is whose failure it would be."""
        exchange.attempt += 1
        exchange.began_at, exchange.began = self._clock(), time.monotonic()
        try:
            raw = await self._transport.exchange(
                exchange.url, self._headers(exchange), self._budgets.of(exchange.link.kind)
            )
        except Fault as fault:
            fault.retry_at = turn.failed(fault.blame, first=exchange.attempt == 1)
            raise
        response = exchange.response(raw)
        return response, self._weigh(exchange, turn, response)

    def _weigh(self, exchange: Exchange, turn: politeness.Turn, response: Response) -> Fault | None:
        """The fault in an answer; what it says of the host is noted while the host is still ours."""
        fault = fault_of(response, conditional=bool(exchange.validators))
        if response.status == HTTPStatus.PRECONDITION_FAILED and exchange.validators:
            exchange.validators.clear()
            return Fault(
                reason=Reason.HTTP_ERROR, detail="412 to validators", retry=True, response=response
            )
        if fault and fault.reason is Reason.RATE_LIMITED:
            self._hold(exchange, turn, fault)
        elif fault and fault.blame is not Blame.PAGE:
            if fault.reason is Reason.BLOCKED:
                turn.blocked()
            fault.retry_at = turn.failed(fault.blame, first=exchange.attempt == 1)
        else:
            turn.answered()
        return fault

    def _hold(self, exchange: Exchange, turn: politeness.Turn, fault: Fault) -> None:
        """The whole host is left alone for as long as it asked, or for our own back-off where that makes no sense."""
        assert fault.response is not None
        now = self._clock()
        asked = [
            retry.retry_after(value, now) or 0.0
            for name, value in fault.response.headers
            if name.lower() == "retry-after"
        ]
        seconds = max(asked, default=0.0) or self._backoff(exchange)
        turn.hold(seconds)
        if seconds > self._budgets.sleep_seconds:
            fault.retry_at = now + timedelta(seconds=seconds)

    def _backoff(self, exchange: Exchange) -> float:
        first, most = self._budgets.backoff_seconds, self._budgets.backoff_most_seconds
        return retry.backoff(exchange.retries + 1, first=first, most=most, random=self._random)

    def _headers(self, exchange: Exchange) -> list[tuple[str, str]]:
        return [
            ("User-Agent", self._settings.user_agent),
            ("Accept", ACCEPT.get(exchange.link.kind, ACCEPT_PAGE)),
            ("Accept-Encoding", "gzip, deflate"),
            *exchange.validators.items(),
            *([("Authorization", exchange.authorization)] if exchange.authorization else []),
        ]

    def _keep(self, exchange: Exchange, response: Response) -> None:
        exchange.records.append(self._record(exchange.link, response))


def _joined(base: str, target: str) -> str | None:
    """None for what is no address, and for one with a user name: nobody but the operator gives us a password."""
    try:
        url = urljoin(base, target)
        return None if "@" in urlsplit(url).netloc else url
    except ValueError:
        return None


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    named = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in named.items() if value and _sendable(value)}


def _sendable(value: str) -> bool:
    """A validator is sent back as it came, unless it would break the request."""
    return value.isprintable() and value.isascii() and value == value.strip()
