"""Why a fetch failed, whose fault it was, and whether a retry may help.

FetchFailed       what callers catch: one address gave no usable response
Fault             the same inside this package, where it may still be retried
"""

from __future__ import annotations

import errno
import functools
import traceback
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from parsers.article import Link, Response
from parsers.http_status import judge
from parsers.kinds import Reason
from warehouse.disk import FULL
from warehouse.silence import LakeUnavailable


class Blame(StrEnum):
    """Whose fault a failure is, for the circuit breaker."""

    HOST = "host"  # it is unreachable, reports a server error, or blocks crawlers
    # It accepted the connection and sent nothing. This may be the fault of one address, so retries do not count.
    HOST_ONCE = "host_once"
    PAGE = "page"  # the host responded; only this response is bad


@dataclass(eq=False, kw_only=True)
class Fault(Exception):  # noqa: N818 - a verdict on a response, not an error of the program
    reason: Reason
    detail: str = ""
    retry: bool = False
    blame: Blame = Blame.PAGE
    retry_at: datetime | None = None
    response: Response | None = None
    attempts: int = 0  # set if another address was requested, such as robots.txt


@dataclass(eq=False, kw_only=True)
class FetchFailed(Exception):  # noqa: N818 - one address has no usable response; the run goes on
    link: Link
    reason: Reason
    detail: str
    attempts: int  # requests sent for the last address; 0 if none was sent
    fetched_at: datetime  # when the last request began, or would have begun
    elapsed_ms: int = 0
    status: int | None = None
    retry_at: datetime | None = None  # with a zone; no request to the host before then
    response: Response | None = None  # if one arrived, so that it can be archived
    redirects: tuple[str, ...] = ()  # the addresses that redirected, from the requested one
    robots_rule: str | None = None
    blame: Blame = Blame.PAGE
    records: tuple[Any, ...] = ()  # of every response that arrived

    @property
    def is_unreachable(self) -> bool:
        """No server accepted a connection: the host is down, or its address is not allowed."""
        is_forbidden = self.reason in {Reason.SSRF, Reason.SCHEME} and not self.redirects
        return self.status is None and (self.blame is Blame.HOST or is_forbidden)

    def __str__(self) -> str:
        until = f", again at {self.retry_at:%Y-%m-%d %H:%M:%S}Z" if self.retry_at else ""
        return f"{printable(self.link.url)}: {self.reason}: {self.detail}{until}"

    def __reduce__(self) -> tuple[Any, ...]:
        """By default exceptions are pickled with positional arguments; this one has keyword arguments."""
        return functools.partial(FetchFailed, **vars(self)), ()


# Errors of this machine, for which no page and no outlet is to blame.
MACHINE_ERRNOS = {
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


def is_machine_failure(error: BaseException) -> bool:
    """The disk, a permission, a limit of this machine or the lake: the next page would fail too."""
    is_of_system = isinstance(error, OSError) and error.errno in MACHINE_ERRNOS
    return is_of_system or isinstance(error, LakeUnavailable) or FULL in str(error)


def describe_error(error: Exception) -> str:
    """An unexpected error in one line: its type, its message, and where it was raised."""
    *_, last = traceback.extract_tb(error.__traceback__) or [None]
    place = f" ({Path(last.filename).name}:{last.lineno})" if last else ""
    return f"{type(error).__name__}: {error}{place}"


def as_fault(error: Exception) -> Fault:
    """What ended a fetch. An unexpected error counts as a failure of that fetch: it must not end the run."""
    if isinstance(error, Fault):
        return error
    return Fault(reason=Reason.PROTOCOL, detail=describe_error(error))


def printable(text: str, most: int = 300) -> str:
    """ASCII on one line: what a server sends must not control a terminal or forge a log line."""
    shown = ascii(text[:most])[1:-1]
    return shown + "..." if len(text) > most else shown


def fault_of(response: Response, *, conditional: bool) -> Fault | None:
    """What is wrong with a response by its status; None if it can be used."""
    if (verdict := judge(response, conditional=conditional)) is None:
        return None
    return Fault(
        reason=verdict.reason,
        detail=verdict.detail,
        retry=verdict.retry,
        blame=Blame.HOST if verdict.is_hosts else Blame.PAGE,
        response=response,
    )
