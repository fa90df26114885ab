"""What went wrong with a fetch, whose fault it was, and whether waiting can cure it.

FetchFailed       what callers catch: one address has no answer we can use
Fault             the same thing while it can still be retried; never leaves this package
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from parsers.article import Link, Reason, Response

CHALLENGE_SERVERS = ("cloudflare", "ddos-guard", "sucuri", "akamaighost", "imperva")
CHALLENGE_HEADERS = ("cf-mitigated", "x-amzn-waf-action", "x-datadome", "x-sucuri-block", "x-dd-b")
CHALLENGE_MARKS = (b"challenge-platform", b"cf-chl-", b"cf_chl_", b"Just a moment...", b"_Incapsula_Resource", b"geo.captcha-delivery")


class Blame(StrEnum):
    """Who is at fault, for the circuit breaker."""

    HOST = "host"             # it cannot be reached, or says that it is broken
    HOST_ONCE = "host_once"   # it took the connection and said nothing: one address may do that four times, five addresses are the host
    PAGE = "page"             # the host answered; this answer is bad


@dataclass(eq=False, kw_only=True)
class Fault(Exception):  # noqa: N818 - a verdict on an answer, not an error of the program
    reason: Reason
    detail: str = ""
    retry: bool = False
    blame: Blame = Blame.PAGE
    retry_at: datetime | None = None
    response: Response | None = None
    attempts: int = 0                # where another request than this one was tried, such as robots.txt

    def __str__(self) -> str:
        return f"{self.reason}: {printable(self.detail)}"


@dataclass(eq=False, kw_only=True)
class FetchFailed(Exception):  # noqa: N818 - one address has no usable answer; the run goes on
    link: Link
    reason: Reason
    detail: str
    attempts: int
    fetched_at: datetime                 # when the last request began, or would have begun
    elapsed_ms: int = 0
    status: int | None = None
    retry_at: datetime | None = None     # aware; set when the host must be left alone until then
    response: Response | None = None     # where one arrived, so that it can be archived
    redirects: tuple[str, ...] = ()
    robots_rule: str | None = None
    blame: Blame = Blame.PAGE

    @property
    def unreached(self) -> bool:
        """No server took the connection: the host is away, or is nowhere we go."""
        return self.status is None and (self.blame is Blame.HOST or self.reason in {Reason.SSRF, Reason.SCHEME})

    def __str__(self) -> str:
        until = f", again at {self.retry_at:%Y-%m-%d %H:%M:%S}Z" if self.retry_at else ""
        return f"{printable(self.link.url)}: {self.reason}: {self.detail}{until}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Exceptions are pickled by position; this one has names."""
        return functools.partial(FetchFailed, **vars(self)), ()


def printable(text: str, most: int = 300) -> str:
    """ASCII on one line: what a server sends must not steer a terminal or forge a log line."""
    shown = ascii(text[:most])[1:-1]
    return shown + "…" if len(text) > most else shown


def judge(response: Response, *, conditional: bool) -> Fault | None:
    """The fault in an answer's status, or None where there is a body to use (or a 304 that was asked for)."""
    status = response.status or 0
    if challenged(response):
        return Fault(reason=Reason.BLOCKED, detail=f"{status}, a challenge page", response=response)
    if status == 304 and conditional:
        return None
    fault = _by_status(status)
    if fault and status >= 500 and response.header("retry-after"):
        fault = Fault(reason=Reason.RATE_LIMITED, detail=f"{status}, with Retry-After", retry=True)
    return fault and replace(fault, response=response)


def _by_status(status: int) -> Fault | None:
    named = {
        204: (Reason.EMPTY, "204, no content"),
        205: (Reason.EMPTY, "205, no content"),
        206: (Reason.TRUNCATED, "206, a part that nobody asked for"),
        304: (Reason.PROTOCOL, "304 to a request without validators"),
        401: (Reason.BLOCKED, "401, wants a login"),
        403: (Reason.BLOCKED, "403, forbidden"),
        404: (Reason.NOT_FOUND, "404"),
        410: (Reason.NOT_FOUND, "410, gone for good"),
        451: (Reason.BLOCKED, "451, barred by law"),
    }
    if status in named:
        reason, detail = named[status]
        return Fault(reason=reason, detail=detail)
    if status == 408:
        return Fault(reason=Reason.TIMEOUT, detail="408, the server gave up waiting", retry=True)
    if status == 429:
        return Fault(reason=Reason.RATE_LIMITED, detail="429, too many requests", retry=True)
    if 500 <= status <= 599:
        return Fault(reason=Reason.SERVER_ERROR, detail=str(status), retry=True, blame=Blame.HOST)
    if 200 <= status <= 299 or status in {301, 302, 303, 307, 308}:
        return None
    if 300 <= status <= 399:
        return Fault(reason=Reason.REDIRECT, detail=f"{status} names no single target")
    reason = Reason.HTTP_ERROR if 400 <= status <= 499 else Reason.PROTOCOL
    return Fault(reason=reason, detail=f"status {status}")


def challenged(response: Response) -> bool:
    """A machine asks whether we are one. We are: the page is left alone, and nothing is tried to get past."""
    if response.header("cf-mitigated") or response.header("x-amzn-waf-action"):
        return True
    if response.status not in {403, 429, 503}:
        return False
    server = (response.header("server") or "").lower()
    asked = any(response.header(name) for name in CHALLENGE_HEADERS)
    marked = any(mark in response.body[:65536] for mark in CHALLENGE_MARKS)
    return asked or marked or (response.status == 403 and server.startswith(CHALLENGE_SERVERS))
