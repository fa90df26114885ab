"""What went wrong with a fetch, whose fault it was, and whether waiting can cure it.

FetchFailed       what callers catch: one address has no answer we can use
Fault             the same while it can still be retried; never leaves this package
"""

from __future__ import annotations

import errno
import functools
import logging
import traceback
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any

from parsers.article import Link, Reason, Response
from parsers.block_pages import MARKS
from warehouse.disk import FULL

log = logging.getLogger(__name__)

SUCCESSES = range(200, 300)
REDIRECTS = {301, 302, 303, 307, 308}
CLIENT_ERRORS = range(400, 500)
SERVER_ERRORS = range(500, 600)
RETRIED = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, *SERVER_ERRORS}

BY_STATUS = {
    204: (Reason.EMPTY, "no content"),
    205: (Reason.EMPTY, "no content"),
    206: (Reason.TRUNCATED, "a part that nobody asked for"),
    304: (Reason.PROTOCOL, "to a request without validators"),
    401: (Reason.BLOCKED, "wants a login"),
    403: (Reason.BLOCKED, "forbidden"),
    404: (Reason.NOT_FOUND, "not found"),
    408: (Reason.TIMEOUT, "the server gave up waiting"),
    410: (Reason.NOT_FOUND, "gone"),
    429: (Reason.RATE_LIMITED, "too many requests"),
    451: (Reason.BLOCKED, "barred by law"),
}
BY_RANGE = (
    (range(300, 400), (Reason.REDIRECT, "names no single target")),
    (CLIENT_ERRORS, (Reason.HTTP_ERROR, "refused")),
    (SERVER_ERRORS, (Reason.SERVER_ERROR, "the server failed")),
)

ASKED = {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
CHALLENGE_SERVERS = ("cloudflare", "ddos-guard", "sucuri", "akamaighost", "imperva")
CHALLENGE_HEADERS = ("x-datadome", "x-sucuri-block", "x-dd-b")
CHALLENGE_MARKS = (
    b"challenge-platform",
    b"Just a moment...",
    *MARKS,
)  # the first alone is on ordinary pages too


class Blame(StrEnum):
    """Who is at fault, for the circuit breaker."""

    HOST = "host"  # it cannot be reached, says that it is broken, or will not have machines
    HOST_ONCE = "host_once"  # it took the connection and said nothing: one address may be to blame, five are not
    PAGE = "page"  # the host answered; this answer is bad


@dataclass(eq=False, kw_only=True)
class Fault(Exception):  # noqa: N818 - a verdict on an answer, not an error of the program
    reason: Reason
    detail: str = ""
    retry: bool = False
    blame: Blame = Blame.PAGE
    retry_at: datetime | None = None
    response: Response | None = None
    attempts: int = 0  # where another request than this one was tried, such as robots.txt


@dataclass(eq=False, kw_only=True)
class FetchFailed(Exception):  # noqa: N818 - one address has no usable answer; the run goes on
    link: Link
    reason: Reason
    detail: str
    attempts: int  # requests sent for the last address; 0 when it was refused before
    fetched_at: datetime  # when the last request began, or would have begun
    elapsed_ms: int = 0
    status: int | None = None
    retry_at: datetime | None = None  # aware; set when the host must be left alone until then
    response: Response | None = None  # where one arrived, so that it can be archived
    redirects: tuple[str, ...] = ()  # the addresses that sent us on, from the requested one
    robots_rule: str | None = None
    blame: Blame = Blame.PAGE

    @property
    def unreached(self) -> bool:
        """No server took the connection: the host is away, or is nowhere we go."""
        nowhere = self.reason in {Reason.SSRF, Reason.SCHEME} and not self.redirects
        return self.status is None and (self.blame is Blame.HOST or nowhere)

    def __str__(self) -> str:
        until = f", again at {self.retry_at:%Y-%m-%d %H:%M:%S}Z" if self.retry_at else ""
        return f"{printable(self.link.url)}: {self.reason}: {self.detail}{until}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Exceptions are pickled by position; this one has names."""
        return functools.partial(FetchFailed, **vars(self)), ()


# What the operating system refuses for a reason of this machine: no page and no outlet is to blame.
MACHINE = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.EIO,
}


def is_of_machine(error: BaseException) -> bool:
    """The disk, a permission or a limit of this machine: whatever is tried next fails too."""
    return (isinstance(error, OSError) and error.errno in MACHINE) or FULL in str(error)


def unexpected(error: Exception) -> str:
    """An error that nobody foresaw, in one line: its type, its message, and where it was raised."""
    *_, last = traceback.extract_tb(error.__traceback__) or [None]
    place = f" ({Path(last.filename).name}:{last.lineno})" if last else ""
    return f"{type(error).__name__}: {error}{place}"


def as_fault(error: Exception) -> Fault:
    """What ended a fetch. An error that nobody foresaw is that fetch's failure too: it must end no run."""
    if isinstance(error, Fault):
        return error
    log.debug("unexpected", exc_info=error)
    return Fault(reason=Reason.PROTOCOL, detail=unexpected(error))


def printable(text: str, most: int = 300) -> str:
    """ASCII on one line: what a server sends must not steer a terminal or forge a log line."""
    shown = ascii(text[:most])[1:-1]
    return shown + "..." if len(text) > most else shown


def judge(response: Response, *, conditional: bool) -> Fault | None:
    """The fault in an answer's status; None where it has a body to use, sends us on, or is a 304 that was asked for."""
    status = response.status or 0
    if challenged(response):
        return Fault(
            reason=Reason.BLOCKED,
            detail=f"{status}, a challenge page",
            blame=Blame.HOST,
            response=response,
        )
    if status in REDIRECTS or (status == HTTPStatus.NOT_MODIFIED and conditional):
        return None
    fault = _by_status(status)
    if fault and status in SERVER_ERRORS and response.header("retry-after"):
        return replace(fault, reason=Reason.RATE_LIMITED, blame=Blame.PAGE, response=response)
    return fault and replace(fault, response=response)


def _by_status(status: int) -> Fault | None:
    if status in SUCCESSES and status not in BY_STATUS:
        return None
    ranged = next(
        (found for codes, found in BY_RANGE if status in codes), (Reason.PROTOCOL, "no such status")
    )
    reason, detail = BY_STATUS.get(status, ranged)
    blame = Blame.HOST if status in SERVER_ERRORS else Blame.PAGE
    return Fault(reason=reason, detail=f"{status}, {detail}", retry=status in RETRIED, blame=blame)


def challenged(response: Response) -> bool:
    """A machine asks whether we are one. We are: the page is left alone, and nothing is tried to get past."""
    if response.header("cf-mitigated") or response.header("x-amzn-waf-action"):
        return True
    if response.status not in ASKED:
        return False
    server = (response.header("server") or "").lower()
    asks = any(response.header(name) for name in CHALLENGE_HEADERS)
    marked = any(mark in response.body[:65536] for mark in CHALLENGE_MARKS)
    return (
        asks
        or marked
        or (response.status == HTTPStatus.FORBIDDEN and server.startswith(CHALLENGE_SERVERS))
    )
