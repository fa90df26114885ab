"""Fetcher: one address in, one answer or one reason out, and nothing on the way that a publisher could resent."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from random import Random
from typing import Self, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from flows.http import politeness, retry, ssrf
from flows.http.errors import REDIRECTS, Blame, Fault, as_fault, is_of_machine, judge
from flows.http.exchange import Trip
from flows.http.limits import FetchSettings
from flows.http.redaction import Secrets
from flows.http.robots import Robots
from flows.http.robots_cache import Permissions
from flows.http.transport import PooledTransport, Transport
from parsers.article import Link, Reason, Response

T = TypeVar("T")
OnResponse = Callable[[Link, Response], Awaitable[None] | None]
SourceOf = Callable[[str], str | None]  # the name of the source whose site an address is on

ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "sitemap": "application/xml, text/xml, text/plain;q=0.8, */*;q=0.5",
    "wordpress": "application/json",
    "robots": "text/plain, */*;q=0.5",
}
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
TRUST_SECONDS = 30 * 86400.0  # for which a test of a host's validators holds
log = logging.getLogger(__name__)


def now_utc() -> datetime:
    return datetime.now(UTC)


def unknown(_url: str) -> str | None:
    """No source is known."""
    return None


class Fetcher:
    """Fetches for all sources of a process. `on_response` gets every answer that came, good or bad, robots.txt too.

    A redirect onto the site of another source, by `source_of`, is not followed.

    Raises nothing but FetchFailed, and what is this machine's failure: a full disk is not the page's.
    """

    def __init__(
        self,
        settings: FetchSettings,
        clock: Callable[[], datetime] = now_utc,
        *,
        on_response: OnResponse | None = None,
        source_of: SourceOf = unknown,
        resolve: ssrf.Resolve = ssrf.resolve,
        transport: Transport | None = None,
    ) -> None:
        self.on_response = on_response
        self.secrets = Secrets()
        self._source_of = source_of
        self._settings, self._budgets, self._clock = settings, settings.budgets, clock
        self._guard = ssrf.Guard(settings, resolve)
        self._transport = transport or PooledTransport(settings, self._guard)
        self._hosts = politeness.Hosts(settings, clock)
        self._permissions = Permissions(settings, clock)
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
    ) -> Response:
        """The answer for a link: 2xx, or 304 without a body where validators were given; else raises FetchFailed."""
        trip = Trip(
            link=link,
            delay_seconds=delay_seconds,
            began_at=self._clock(),
            validators=_validators(etag, last_modified),
            hide=self.secrets.hide if self.secrets.knows(link.url) else str,
        )
        return await self._through(trip, self._travel)

    async def _through(self, trip: Trip, work: Callable[[Trip], Awaitable[T]]) -> T:
        """Raises FetchFailed whatever goes wrong in the work, unless it is this machine's failure."""
        try:
            return await work(trip)
        except Exception as error:
            if is_of_machine(error):
                raise
            raise trip.failed(as_fault(error)) from error

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

    async def sitemaps(self, link: Link, *, delay_seconds: float) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of a link's site lists. Raises FetchFailed where it cannot be had.

        A line that makes no address is left out.
        """

        async def listed(trip: Trip) -> tuple[str, ...]:
            self._set_out(trip, link.url)
            return (await self._rules(trip)).sitemaps

        trip = Trip(link=link, delay_seconds=delay_seconds, began_at=self._clock())
        lines = await self._through(trip, listed)
        return tuple(url for line in lines if (url := _joined(str(trip.url), line)))

    def _set_out(self, trip: Trip, url: str) -> None:
        """On to the first address. What an operator's file names, or is on the source's own site, is at home there."""
        trip.url = self._guard.vet(url)
        first = self._source_of(str(trip.url))
        trip.sources = {None, trip.link.source_id, first}
        if trip.home is None:
            is_own = not trip.link.discovered_by or first == trip.link.source_id
            trip.home = politeness.key(trip.url) if is_own else ""

    async def _travel(self, trip: Trip) -> Response:
        asked, trip.authorization = self.secrets.full(trip.link.url)
        self._set_out(trip, asked)
        while True:
            delay_seconds = await self._permitted(trip)
            response = await self._persist(trip, delay_seconds)
            if response.status not in REDIRECTS:
                return response
            try:
                trip.follow(response, partial(self._next, trip, response), self._budgets.hops)
            except Fault:
                await self._report(trip.link, response)
                raise

    def _next(self, trip: Trip, response: Response, target: str) -> httpx.URL:
        """Where a redirect may lead: not onto another source's site, where this source has nothing to bring about."""
        url = self._guard.vet(target)
        if (name := self._source_of(str(url))) not in trip.sources:
            detail = f"leads to {name}'s site: {url}"
            raise Fault(reason=Reason.OTHER_SITE, detail=detail, response=response)
        return url

    async def _permitted(self, trip: Trip) -> float:
        """The delay that the site wants, where its robots.txt lets us in."""
        if trip.link.kind == "robots":
            return trip.delay_seconds
        rules = await self._rules(trip)
        allowed, trip.robots_rule = rules.verdict(trip.url.raw_path.decode("ascii"))
        if not allowed:
            raise Fault(reason=Reason.ROBOTS, detail=f"{trip.robots_rule} ({trip.url})")
        return max(trip.delay_seconds, rules.crawl_delay_seconds or 0.0)

    async def _rules(self, trip: Trip) -> Robots:
        async def fetch(url: str, etag: str | None, last_modified: str | None) -> Response:
            link = Link(
                url=url, source_id=trip.link.source_id, kind="robots", discovered_by=trip.link.url
            )
            beside = Trip(
                link=link,
                delay_seconds=trip.delay_seconds,
                began_at=self._clock(),
                validators=_validators(etag, last_modified),
                home=trip.home,
            )
            return await self._through(beside, self._travel)

        return await self._permissions.rules(trip.url, fetch)

    async def _persist(self, trip: Trip, delay_seconds: float) -> Response:
        """One address, asked again for as long as waiting can cure what went wrong."""
        while True:
            try:
                return await self._ask(trip, delay_seconds)
            except Fault as fault:
                trip.retries += 1
                if not fault.retry or fault.retry_at or trip.retries >= self._budgets.attempts:
                    raise
                if (
                    fault.reason is not Reason.RATE_LIMITED
                ):  # that wait is the whole host's, and is kept with it
                    await asyncio.sleep(self._backoff(trip))

    async def _ask(self, trip: Trip, delay_seconds: float) -> Response:
        host = politeness.key(trip.url)
        if host == trip.home or self._source_of(str(trip.url)) == trip.link.source_id:
            async with self._hosts.turn(host, delay_seconds) as turn, self._total:
                response, found = await self._exchange(trip, turn)
        else:
            with self._hosts.account(host, trip.link.source_id) as account:
                await asyncio.sleep(account.wait(0.0))
                async with self._hosts.turn(host, delay_seconds), self._total:
                    response, found = await self._exchange(trip, account)
        if found or response.status not in REDIRECTS:
            await self._report(trip.link, response)
        if found:
            raise found
        return response

    async def _exchange(self, trip: Trip, turn: politeness.Turn) -> tuple[Response, Fault | None]:
        """One request. `turn` is whose failure it would be."""
        trip.attempt += 1
        trip.began_at, trip.began = self._clock(), time.monotonic()
        try:
            raw = await self._transport.exchange(
                trip.url, self._headers(trip), self._budgets.of(trip.link.kind)
            )
        except Fault as fault:
            fault.retry_at = turn.failed(fault.blame, first=trip.attempt == 1)
            raise
        response = trip.response(raw)
        return response, self._weigh(trip, turn, response)

    def _weigh(self, trip: Trip, turn: politeness.Turn, response: Response) -> Fault | None:
        """The fault in an answer; what it says of the host is noted while the host is still ours."""
        fault = judge(response, conditional=bool(trip.validators))
        if response.status == HTTPStatus.PRECONDITION_FAILED and trip.validators:
            trip.validators.clear()
            return Fault(
                reason=Reason.HTTP_ERROR, detail="412 to validators", retry=True, response=response
            )
        if fault and fault.reason is Reason.RATE_LIMITED:
            self._hold(trip, turn, fault)
        elif fault and fault.blame is not Blame.PAGE:
            if fault.reason is Reason.BLOCKED:
                turn.blocked()
            fault.retry_at = turn.failed(fault.blame, first=trip.attempt == 1)
        else:
            turn.answered()
        return fault

    def _hold(self, trip: Trip, turn: politeness.Turn, fault: Fault) -> None:
        """The whole host is left alone for as long as it asked, or for our own back-off where that makes no sense."""
        assert fault.response is not None
        now = self._clock()
        asked = [
            retry.retry_after(value, now) or 0.0
            for name, value in fault.response.headers
            if name.lower() == "retry-after"
        ]
        seconds = max(asked, default=0.0) or self._backoff(trip)
        turn.hold(seconds)
        if seconds > self._budgets.sleep_seconds:
            fault.retry_at = now + timedelta(seconds=seconds)

    def _backoff(self, trip: Trip) -> float:
        first, most = self._budgets.backoff_seconds, self._budgets.backoff_most_seconds
        return retry.backoff(trip.retries + 1, first=first, most=most, random=self._random)

    def _headers(self, trip: Trip) -> list[tuple[str, str]]:
        return [
            ("User-Agent", self._settings.user_agent),
            ("Accept", ACCEPT.get(trip.link.kind, ACCEPT_PAGE)),
            ("Accept-Encoding", "gzip, deflate"),
            *trip.validators.items(),
            *([("Authorization", trip.authorization)] if trip.authorization else []),
        ]

    async def _report(self, link: Link, response: Response) -> None:
        done = self.on_response(link, response) if self.on_response else None
        if inspect.isawaitable(done):
            await done


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
