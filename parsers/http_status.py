"""What an HTTP status and its headers say of a response: whether it can be used, and whether waiting can help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

from parsers.article import Response
from parsers.block_pages import CHALLENGE_MARKUP
from parsers.consent import prices
from parsers.kinds import Reason

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
    402: (Reason.PAYMENT_REQUIRED, "payment required"),
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

CHALLENGE_STATUSES = {
    HTTPStatus.FORBIDDEN,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
CHALLENGE_SERVERS = ("cloudflare", "ddos-guard", "sucuri", "akamaighost", "imperva")
CHALLENGE_HEADERS = ("x-datadome", "x-sucuri-block", "x-dd-b")
CHALLENGE_MARKS = (
    b"challenge-platform",
    b"Just a moment...",
    *CHALLENGE_MARKUP,
)  # the first alone is on ordinary pages too


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFault:
    """Why a response cannot be used."""

    reason: Reason
    detail: str
    retry: bool = False
    is_hosts: bool = False  # the whole host's fault, not that of one page


def judge(response: Response, *, conditional: bool) -> StatusFault | None:
    """None for a body to use, a redirect, and a 304 to a conditional request."""
    status = response.status or 0
    if is_challenge(response):
        return StatusFault(
            reason=Reason.BLOCKED, detail=f"{status}, a challenge page", is_hosts=True
        )
    if status in REDIRECTS or (status == HTTPStatus.NOT_MODIFIED and conditional):
        return None
    fault = _by_status(status)
    if fault and fault.reason is Reason.PAYMENT_REQUIRED:
        return replace(fault, detail="; ".join((fault.detail, *prices(response))), is_hosts=True)
    if fault and status in SERVER_ERRORS and response.header("retry-after"):
        return replace(fault, reason=Reason.RATE_LIMITED, is_hosts=False)
    return fault


def _by_status(status: int) -> StatusFault | None:
    if status in SUCCESSES and status not in BY_STATUS:
        return None
    by_range = next(
        (verdict for codes, verdict in BY_RANGE if status in codes),
        (Reason.PROTOCOL, "no such status"),
    )
    reason, detail = BY_STATUS.get(status, by_range)
    return StatusFault(
        reason=reason,
        detail=f"{status}, {detail}",
        retry=status in RETRIED,
        is_hosts=status in SERVER_ERRORS,
    )


def is_challenge(response: Response) -> bool:
    """The site asks whether we are a machine. We are: the page is left alone, and nothing is tried to get past."""
    if response.header("cf-mitigated") or response.header("x-amzn-waf-action"):
        return True
    if response.status not in CHALLENGE_STATUSES:
        return False
    server = (response.header("server") or "").lower()
    has_header = any(response.header(name) for name in CHALLENGE_HEADERS)
    has_mark = any(mark in response.body[:65536] for mark in CHALLENGE_MARKS)
    is_forbidden = response.status == HTTPStatus.FORBIDDEN
    return has_header or has_mark or (is_forbidden and server.startswith(CHALLENGE_SERVERS))
