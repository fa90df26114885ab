"""The fetcher: gets one address, politely, and returns a response or raises the reason why there is none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING, Generic, NamedTuple, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from flows.clock import now_utc
from flows.http import politeness, retry, ssrf
from flows.http.errors import Blame, Fault, as_fault, fault_of, is_machine_failure
from flows.http.exchange import Exchange
from flows.http.limits import FetchSettings
from flows.http.redaction import Secrets
from flows.http.robots_cache import RobotsCache
from flows.http.transport import PooledTransport, Transport
from flows.logging import get_logger
from parsers.article import Link, Response
from parsers.http_status import REDIRECTS
from parsers.kinds import LinkKind, Reason
from parsers.robots import Robots

if TYPE_CHECKING:
    from warehouse.write.claims import HostClaims

R = TypeVar("R")  # what `record` makes of a response, such as a record in the archive
SourceOf = Callable[[str], str | None]  # from an address to the source whose site it is on

ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "sitemap": "application/xml, text/xml, text/plain;q=0.8, */*;q=0.5",
    "wordpress": "application/json",
    "robots": "text/plain, */*;q=0.5",
}
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
VALIDATOR_TEST_SECONDS = 30 * 86400.0  # how long the result of a test of validators counts
log = get_logger(__name__)


def no_source(_url: str) -> str | None:
    """For fetchers that know no sources."""
    return None


class LinkResponse(NamedTuple):
    """A link and a response to it: the record of a fetcher without an archive."""

    link: Link
    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult(Generic[R]):
    """The response to a link, and the records of every response on the way: robots.txt, redirects, retries."""

    response: Response
    records: tuple[R, ...]


class Fetcher(Generic[R]):
    """Fetches for all sources of a process. `record` is called with every response as soon as it arrives, good or bad.

    A redirect to the site of another source (by `source_of`) is not followed.

    Raises only FetchFailed, and errors of this machine, such as a full disk: those are not the page's failure.
    """

    def __init__(
        self,
        settings: FetchSettings,
        clock: Callable[[], datetime] = now_utc,
        *,
        record: Callable[[Link, Response], R] = LinkResponse,  # type: ignore[assignment]
        source_of: SourceOf = no_source,
        claims: HostClaims | None = None,
        resolve: ssrf.Resolve = ssrf.resolve,
        transport: Transport | None = None,
    ) -> None:
        self._record = record
        self.secrets = Secrets()
        self._source_of = source_of
        self._settings, self._budgets, self._clock = settings, settings.budgets, clock
        self._guard = ssrf.Guard(settings, resolve)
        self._transport = transport or PooledTransport(settings, self._guard)
        self._hosts = politeness.HostTurns(settings, clock, claims)
        self._robots = RobotsCache(settings, clock)
        self._random = Random(settings.seed)  # noqa: S311 - jitter, not a secret
        self._in_flight = asyncio.Semaphore(settings.total_in_flight)
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
        """The response to a link: 2xx, or 304 without a body if validators were given.

        Raises FetchFailed, which has the records too.
        """
        exchange = Exchange(
            link=link,
            delay_seconds=delay_seconds,
            started_at=self._clock(),
            validators=_validators(etag, last_modified),
            redact=self.secrets.redact if self.secrets.has(link.url) else str,
        )
        with _fetch_errors(exchange):
            response = await self._follow_redirects(exchange)
        return FetchResult(response=response, records=tuple(exchange.records))

    def trusts_validators(self, url: str) -> bool:
        """Whether the host's ETag and Last-Modified change when its pages change, as far as we know."""
        return self._host_state(url).lied_at < self._clock().timestamp() - VALIDATOR_TEST_SECONDS

    def may_test_validators(self, url: str) -> bool:
        """Whether a 304 of the host may be checked by a second request without validators. It is rarely allowed."""
        return self._host_state(url).tested_at < self._clock().timestamp() - VALIDATOR_TEST_SECONDS

    def note_validators(self, url: str, *, lied: bool) -> None:
        """Store the result of such a test."""
        with self._host_file(url) as host_file:
            host_file.note_validator_test(lied=lied)

    def delay_seconds(self, url: str) -> float:
        """The politeness delay of the last request to the host."""
        return self._host_state(url).delay_seconds

    def _host_state(self, url: str) -> politeness.HostState:
        with self._host_file(url) as host_file:
            return host_file.read()

    def _host_file(self, url: str) -> AbstractContextManager[politeness.HostFile]:
        """For an invalid address an unused file, so that callers need no special case."""
        try:
            return self._hosts.file(politeness.host_key(httpx.URL(url)))
        except (httpx.InvalidURL, ValueError):
            return self._hosts.file("")

    async def sitemaps(
        self, link: Link, *, delay_seconds: float
    ) -> tuple[tuple[str, ...], tuple[R, ...]]:
        """The sitemaps in the robots.txt of a link's site, and the records of fetching it if it was not in the cache.

        Lines that are no valid address are left out. Raises FetchFailed if the file cannot be fetched.
        """
        exchange = Exchange(link=link, delay_seconds=delay_seconds, started_at=self._clock())
        with _fetch_errors(exchange):
            self._start_at(exchange, link.url)
            lines = (await self._rules(exchange)).sitemaps
        urls = tuple(url for line in lines if (url := _absolute_url(str(exchange.url), line)))
        return urls, tuple(exchange.records)

    def _start_at(self, exchange: Exchange, url: str) -> None:
        """Set the first address. Its host counts as the source's own if a source file names it or it is on the source's site."""
        exchange.url = self._guard.vet(url)
        first = self._source_of(str(exchange.url))
        exchange.allowed_sources = {None, exchange.link.source_id, first}
        if exchange.own_host is None:
            is_own = not exchange.link.discovered_by or first == exchange.link.source_id
            exchange.own_host = politeness.host_key(exchange.url) if is_own else ""

    async def _follow_redirects(self, exchange: Exchange) -> Response:
        url, exchange.authorization = self.secrets.restore(exchange.link.url)
        self._start_at(exchange, url)
        while True:
            delay_seconds = await self._check_robots(exchange)
            response = await self._request_with_retries(exchange, delay_seconds)
            if response.status not in REDIRECTS:
                return response
            try:
                vet = partial(self._vet_redirect, exchange, response)
                exchange.follow(response, vet, self._budgets.hops)
            except Fault:
                self._add_record(exchange, response)
                raise

    def _vet_redirect(self, exchange: Exchange, response: Response, target: str) -> httpx.URL:
        """The target of a redirect. Raises Fault if it is on another source's site: one source may not cause requests there."""
        url = self._guard.vet(target)
        if (name := self._source_of(str(url))) not in exchange.allowed_sources:
            detail = f"leads to {name}'s site: {url}"
            raise Fault(reason=Reason.OTHER_SITE, detail=detail, response=response)
        return url

    async def _check_robots(self, exchange: Exchange) -> float:
        """The delay to keep. Raises Fault if robots.txt does not allow the address."""
        if exchange.link.kind == LinkKind.ROBOTS:
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
                kind=LinkKind.ROBOTS,
                discovered_by=exchange.link.url,
            )
            for_robots = Exchange(
                link=link,
                delay_seconds=exchange.delay_seconds,
                started_at=self._clock(),
                validators=_validators(etag, last_modified),
                own_host=exchange.own_host,
                records=exchange.records,
            )
            with _fetch_errors(for_robots):
                return await self._follow_redirects(for_robots)

        return await self._robots.rules(exchange.url, fetch)

    async def _request_with_retries(self, exchange: Exchange, delay_seconds: float) -> Response:
        """Request one address, again as long as a retry may help."""
        while True:
            try:
                return await self._request_in_turn(exchange, delay_seconds)
            except Fault as fault:
                exchange.retries += 1
                if not fault.retry or fault.retry_at or exchange.retries >= self._budgets.attempts:
                    raise
                # After a 429 the whole host waits; that wait is stored with the host.
                if fault.reason is not Reason.RATE_LIMITED:
                    await asyncio.sleep(self._backoff(exchange))

    async def _request_in_turn(self, exchange: Exchange, delay_seconds: float) -> Response:
        """Wait for the host's turn, then request. On a host that is not the source's own, failures count for the source only."""
        host, source_id = politeness.host_key(exchange.url), exchange.link.source_id
        if host == exchange.own_host or self._source_of(str(exchange.url)) == source_id:
            async with self._hosts.turn(host, delay_seconds) as host_file, self._in_flight:
                response, fault = await self._request(exchange, host_file)
        else:
            with self._hosts.file_of_source(host, source_id) as source_file:
                await asyncio.sleep(source_file.seconds_to_wait(0.0))
                async with self._hosts.turn(host, delay_seconds), self._in_flight:
                    response, fault = await self._request(exchange, source_file)
        if fault or response.status not in REDIRECTS:
            self._add_record(exchange, response)
        if fault:
            raise fault
        return response

    async def _request(
        self, exchange: Exchange, host_file: politeness.HostFile
    ) -> tuple[Response, Fault | None]:
        """One request. A failure is stored in `host_file`."""
        exchange.attempt += 1
        exchange.started_at, exchange.started = self._clock(), time.monotonic()
        try:
            raw = await self._transport.exchange(
                exchange.url, self._headers(exchange), self._budgets.of(exchange.link.kind)
            )
        except Fault as fault:
            fault.retry_at = host_file.note_failure(fault.blame, first=exchange.attempt == 1)
            raise
        response = exchange.response(raw)
        return response, self._judge(exchange, host_file, response)

    def _judge(
        self, exchange: Exchange, host_file: politeness.HostFile, response: Response
    ) -> Fault | None:
        """The fault of a response, if any. What it means for the host is stored before the host's turn ends."""
        fault = fault_of(response, conditional=bool(exchange.validators))
        if response.status == HTTPStatus.PRECONDITION_FAILED and exchange.validators:
            exchange.validators.clear()
            return Fault(
                reason=Reason.HTTP_ERROR, detail="412 to validators", retry=True, response=response
            )
        if fault and fault.reason is Reason.RATE_LIMITED:
            self._hold(exchange, host_file, fault)
        elif fault and fault.blame is not Blame.PAGE:
            if fault.reason in {Reason.BLOCKED, Reason.PAYMENT_REQUIRED}:
                host_file.note_block_page()
            fault.retry_at = host_file.note_failure(fault.blame, first=exchange.attempt == 1)
        else:
            host_file.note_success()
        return fault

    def _hold(self, exchange: Exchange, host_file: politeness.HostFile, fault: Fault) -> None:
        """Send the host nothing for as long as its Retry-After says; without a valid one, for our own back-off."""
        assert fault.response is not None
        now = self._clock()
        waits = [
            retry.retry_after(value, now) or 0.0
            for name, value in fault.response.headers
            if name.lower() == "retry-after"
        ]
        seconds = max(waits, default=0.0) or self._backoff(exchange)
        host_file.hold(seconds)
        if seconds > self._budgets.sleep_seconds:
            fault.retry_at = now + timedelta(seconds=seconds)

    def _backoff(self, exchange: Exchange) -> float:
        first, most = self._budgets.backoff_seconds, self._budgets.backoff_max_seconds
        return retry.backoff(exchange.retries + 1, first=first, most=most, random=self._random)

    def _headers(self, exchange: Exchange) -> list[tuple[str, str]]:
        return [
            ("User-Agent", self._settings.user_agent),
            ("Accept", ACCEPT.get(exchange.link.kind, ACCEPT_PAGE)),
            ("Accept-Encoding", "gzip, deflate"),
            *exchange.validators.items(),
            *([("Authorization", exchange.authorization)] if exchange.authorization else []),
        ]

    def _add_record(self, exchange: Exchange, response: Response) -> None:
        exchange.records.append(self._record(exchange.link, response))


@contextmanager
def _fetch_errors(exchange: Exchange) -> Iterator[None]:
    """Raise any error of the block as FetchFailed, except a failure of this machine."""
    try:
        yield
    except Exception as error:
        if is_machine_failure(error):
            raise
        if not isinstance(error, Fault):
            log.debug("unexpected error", url=exchange.link.url, exc_info=error)
        raise exchange.failed(as_fault(error)) from error


def _absolute_url(base: str, target: str) -> str | None:
    """None for an invalid address, and for one with a user name: only the operator may give passwords."""
    try:
        url = urljoin(base, target)
        return None if "@" in urlsplit(url).netloc else url
    except ValueError:
        return None


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value and _is_sendable(value)}


def _is_sendable(value: str) -> bool:
    """A validator is sent back unchanged, unless it would break the request."""
    return value.isprintable() and value.isascii() and value == value.strip()
