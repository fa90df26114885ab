"""What went wrong with a fetch, whose fault it was, and whether waiting can cure it.

FetchFailed       what callers catch: one address has no answer we can use
Fault             the same while it can still be retried; never leaves this package
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
    records: tuple[Any, ...] = ()  # of every answer that came

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
    return Fault(reason=Reason.PROTOCOL, detail=unexpected(error))


def printable(text: str, most: int = 300) -> str:
    """ASCII on one line: what a server sends must not steer a terminal or forge a log line."""
    shown = ascii(text[:most])[1:-1]
    return shown + "..." if len(text) > most else shown


def fault_of(response: Response, *, conditional: bool) -> Fault | None:
    """What is wrong with a response by its status; None where it can be used."""
    if (found := judge(response, conditional=conditional)) is None:
        return None
    return Fault(
        reason=found.reason,
        detail=found.detail,
        retry=found.retry,
        blame=Blame.HOST if found.is_hosts else Blame.PAGE,
        response=response,
    )
