"""The state of one call of `Fetcher.get`: its address, redirects, retries and records."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import httpx

from flows.http.errors import Fault, FetchFailed, printable
from flows.http.transport import RawResponse
from parsers.article import Link, Response
from parsers.kinds import Reason

NO_URL = httpx.URL()  # a constant, since making one costs as much as parsing an address


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One link and the state of fetching it."""

    link: Link
    delay_seconds: float
    started_at: datetime  # of the last request; of this call before the first request
    validators: dict[str, str] = field(default_factory=dict)
    url: httpx.URL = NO_URL
    own_host: str | None = None  # the host for which failures are counted; '' for none
    allowed_sources: set[str | None] = field(default_factory=set)  # whose sites redirects may reach
    redirects: list[str] = field(default_factory=list)
    attempt: int = 0  # requests for this address
    retries: int = 0  # on all addresses of the redirect chain
    started: float = 0.0  # the last request, by the monotonic clock
    robots_rule: str | None = None
    location: str = ""  # the last redirect's target, with its secrets
    authorization: str | None = None  # for the first site only
    redact: Callable[[str], str] = str  # removes the secrets, if the address has any
    records: list[Any] = field(default_factory=list)  # of every response, robots.txt too

    def response(self, raw: RawResponse) -> Response:
        requested, self.location = self.link.url, raw.header("location") or ""
        return Response(
            fetch_id=str(
                uuid.uuid5(
                    uuid.NAMESPACE_URL, f"{requested} {self.started_at.isoformat()} {self.attempt}"
                )
            ),
            requested_url=requested,
            url=self.redact(str(self.url)) if self.redirects else requested,
            fetched_at=self.started_at,
            status=raw.status,
            headers=tuple((name, self.redact(value)) for name, value in raw.headers),
            body=raw.body
            if self.redact is str
            else self.redact(raw.body.decode("latin-1")).encode("latin-1"),
            redirects=tuple(map(self.redact, self.redirects)),
            elapsed_ms=self.elapsed_ms,
            attempt=self.attempt,
            robots_rule=self.robots_rule,
        )

    def failed(self, fault: Fault) -> FetchFailed:
        return FetchFailed(
            link=self.link,
            reason=fault.reason,
            detail=printable(self.redact(fault.detail)),
            attempts=fault.attempts or self.attempt,
            fetched_at=self.started_at,
            elapsed_ms=self.elapsed_ms,
            status=fault.response.status if fault.response else None,
            retry_at=fault.retry_at,
            response=fault.response,
            redirects=tuple(map(self.redact, self.redirects)),
            robots_rule=self.robots_rule,
            blame=fault.blame,
            records=tuple(self.records),
        )

    @property
    def elapsed_ms(self) -> int:
        return round((time.monotonic() - self.started) * 1000) if self.started else 0

    def follow(self, response: Response, vet: Callable[[str], httpx.URL], most: int) -> None:
        """Go on to the target of a redirect. Raises Fault if the chain is too long, circular, or has no valid target."""
        here = str(self.url)
        # Some servers send the address as bare UTF-8; headers are read as Latin-1.
        target = self.location.encode("latin-1").decode("utf-8", "replace").strip()
        self.redirects.append(here)
        if not target or len(self.redirects) > most:
            detail = f"more than {most} hops" if target else f"{response.status} without a target"
            raise Fault(reason=Reason.REDIRECT, detail=detail, response=response)
        try:
            self.url = vet(urljoin(here, target))
        except ValueError as error:
            detail = f"not a valid address: {target}"
            raise Fault(reason=Reason.REDIRECT, detail=detail, response=response) from error
        if str(self.url) in self.redirects:
            detail = f"in a circle, to {target}"
            raise Fault(reason=Reason.REDIRECT, detail=detail, response=response)
        if not str(self.url).startswith(str(httpx.URL(here).join("/"))):
            self.authorization = None
        self.attempt = 0
