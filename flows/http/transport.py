"""One request and its whole response, within a budget. Only this module and ssrf.py know httpx's inner parts."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from typing import Any, Protocol

import httpcore
import httpx

from flows.http.content_encoding import Decoder
from flows.http.errors import Blame, Fault
from flows.http.limits import Budget, FetchSettings
from flows.http.ssrf import Guard, GuardBackend
from parsers.http_status import CLIENT_ERRORS, REDIRECTS
from parsers.kinds import Reason

Headers = tuple[tuple[str, str], ...]

# At INFO httpx logs addresses with their secrets.
logging.getLogger("httpx").addFilter(lambda record: record.levelno >= logging.WARNING)

KEEPALIVE_SECONDS = 15.0  # servers close idle connections about then


@dataclass(frozen=True, slots=True, kw_only=True)
class RawResponse:
    status: int
    headers: Headers  # as sent; decoded as Latin-1, so that nothing is lost
    body: bytes = b""  # decoded

    def header(self, name: str) -> str | None:
        return next((v for k, v in self.headers if k.lower() == name), None)


class Transport(Protocol):
    """What the fetcher needs of an HTTP client."""

    async def exchange(
        self, url: httpx.URL, headers: Sequence[tuple[str, str]], budget: Budget
    ) -> RawResponse:
        """Raises Fault for everything that can go wrong."""
        ...

    async def aclose(self) -> None: ...


class PooledTransport:
    """One httpx client for each host, since httpcore searches all connections of a pool for each request."""

    def __init__(self, settings: FetchSettings, guard: Guard) -> None:
        self._budgets = settings.budgets
        self._ssl = settings.ssl_context or httpx.create_ssl_context(trust_env=False)
        self._backend = GuardBackend(guard)
        read = settings.budgets.read_seconds
        timeout = httpx.Timeout(
            connect=settings.budgets.connect_seconds, read=read, write=read, pool=None
        )
        self._extensions = {"timeout": timeout.as_dict()}
        self._max_clients = settings.idle_hosts
        self._clients: OrderedDict[str, httpx.AsyncClient] = OrderedDict()
        self._busy: Counter[str] = Counter()

    async def exchange(
        self, url: httpx.URL, headers: Sequence[tuple[str, str]], budget: Budget
    ) -> RawResponse:
        head: RawResponse | None = None
        try:
            async with asyncio.timeout(budget.total_seconds), self._send(url, headers) as answer:
                head = self._read_head(answer)
                return replace(head, body=await self._read_body(answer, head, budget))
        except (
            Fault,
            OSError,
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
        ) as error:
            if head and (head.status in REDIRECTS or head.status >= CLIENT_ERRORS.start):
                return head  # the body is not needed, so a broken one does not matter
            raise _fault_of_error(error, has_head=head is not None) from error

    @asynccontextmanager
    async def _send(
        self, url: httpx.URL, headers: Sequence[tuple[str, str]]
    ) -> AsyncIterator[httpx.Response]:
        raw_headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        # Not made by the client: merging in its defaults would double the cost. The Host header is given, since httpx
        # would decode the name for it.
        request = httpx.Request(
            "GET", url, headers=[(b"Host", url.netloc), *raw_headers], extensions=self._extensions
        )
        async with self._client(url.raw_host.decode("ascii")) as client:
            answer = await client.send(request, stream=True)
            try:
                yield answer
            finally:
                await answer.aclose()

    @asynccontextmanager
    async def _client(self, host: str) -> AsyncIterator[httpx.AsyncClient]:
        client = self._clients.get(host) or self._new_client()
        self._clients[host] = client
        self._clients.move_to_end(host)
        self._busy[host] += 1
        try:
            yield client
        finally:
            self._busy[host] -= 1
            await self._close_oldest()

    def _new_client(self) -> httpx.AsyncClient:
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._ssl,
            max_connections=4,
            max_keepalive_connections=2,
            keepalive_expiry=KEEPALIVE_SECONDS,
            http2=False,  # one protocol less that can fail
            network_backend=self._backend,
        )
        return CookielessClient(
            transport=GuardedTransport(pool), trust_env=False, follow_redirects=False
        )

    async def _close_oldest(self) -> None:
        while len(self._clients) > self._max_clients:
            idle = next((host for host in self._clients if not self._busy[host]), None)
            if idle is None:
                return
            del self._busy[idle]
            await self._clients.pop(idle).aclose()  # meanwhile others may take or close clients

    def _read_head(self, answer: httpx.Response) -> RawResponse:
        if sum(len(k) + len(v) for k, v in answer.headers.raw) > self._budgets.header_bytes:
            raise Fault(
                reason=Reason.PROTOCOL,
                detail=f"headers of more than {self._budgets.header_bytes} bytes",
            )
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw
        )
        head = RawResponse(status=answer.status_code, headers=headers)
        if head.header("content-length") and head.header("transfer-encoding"):
            raise Fault(reason=Reason.PROTOCOL, detail="both Content-Length and Transfer-Encoding")
        return head

    async def _read_body(self, answer: httpx.Response, head: RawResponse, budget: Budget) -> bytes:
        encoding, length = head.header("content-encoding") or "", head.header("content-length")
        left, limits = budget.wire_bytes, self._budgets
        if length and int(length) > left and not budget.cut:
            raise Fault(reason=Reason.TOO_LARGE, detail=f"announces {length} bytes of {left}")
        with closing(
            Decoder(encoding, budget.decoded_bytes, limits.ratio, limits.ratio_after)
        ) as decoder:
            async for chunk in answer.aiter_raw():  # httpx's own decoders have no limit
                decoder.feed(chunk[:left])
                left -= len(chunk)
                if left < 0 and budget.cut:
                    return decoder.finish(cut=True)
                if left < 0:
                    raise Fault(
                        reason=Reason.TOO_LARGE,
                        detail=f"more than {budget.wire_bytes} bytes on the wire",
                    )
            return decoder.finish()

    async def aclose(self) -> None:
        while self._clients:
            await self._clients.popitem()[1].aclose()


class GuardedTransport(httpx.AsyncBaseTransport):
    """Lets httpx send through an httpcore pool with the guard's backend. Exceptions are httpcore's."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        raw_request = httpcore.Request(
            request.method, target, headers=request.headers.raw, extensions=request.extensions
        )
        answer = await self._pool.handle_async_request(raw_request)
        # Without the server's reason phrase, which httpx would log unchecked.
        return NoRedirectResponse(answer.status, headers=answer.headers, stream=Stream(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


class Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._send = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._send.aiter_stream()

    async def aclose(self) -> None:
        """Close the connection if the server sent bytes after its response: they would be read as the next response."""
        await self._send.aclose()
        stream: Any = self._send.stream
        connection = stream._stream._connection  # noqa: SLF001 - httpcore has no other way to it
        if connection._h11_state.trailing_data[0]:  # noqa: SLF001
            await connection.aclose()


class NoRedirectResponse(httpx.Response):
    """Never a redirect for httpx, which would build the next request, and fail if the target is not a valid address."""

    has_redirect_location = False


class NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Ignore them."""


class CookielessClient(httpx.AsyncClient):
    """Keeps no cookies. A cookie jar that refuses all would still cost a tenth of each response."""

    @property  # type: ignore[misc]  # read-only here
    def cookies(self) -> httpx.Cookies:
        return NO_COOKIES


NO_COOKIES = NoCookies()


def _fault_of_error(error: Exception, *, has_head: bool) -> Fault:
    """What an exception of the library means. Silence before the headers may be the host's fault; later it is the page's."""
    if isinstance(error, Fault):
        return error
    blame, retry, detail = Blame.PAGE if has_head else Blame.HOST_ONCE, True, str(error)
    where = "in the middle of the body" if has_head else "before an answer"
    match error:
        case httpcore.ConnectTimeout():
            reason, blame, detail = Reason.TIMEOUT, Blame.HOST, "no connection in time"
        case httpcore.ConnectError() if isinstance(error.args[0], ssl.SSLError):
            reason, blame, retry = Reason.TLS, Blame.HOST, False
        case httpcore.ConnectError():
            reason, blame = Reason.CONNECT, Blame.HOST
        case httpcore.TimeoutException() | TimeoutError():
            reason, detail = Reason.TIMEOUT, f"out of time {where}"
        case httpcore.NetworkError() | OSError():
            reason, detail = Reason.CONNECT, f"reset {where}"
        case httpcore.RemoteProtocolError() if detail.startswith("Server disconnected"):
            reason, detail = Reason.CONNECT, f"closed {where}"
        case httpcore.RemoteProtocolError() if detail.startswith("peer closed connection"):
            reason = Reason.TRUNCATED
        case _:
            # A bad chunk may be a passing problem.
            reason, blame, retry = Reason.PROTOCOL, Blame.PAGE, has_head
    return Fault(reason=reason, detail=detail, retry=retry, blame=blame)
