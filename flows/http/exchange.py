"""The state of one call of `Fetcher.get`: its address, redirects and retries, and what was exchanged."""

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

NO_URL = httpx.URL()  # made once, since it is parsed like any other


@dataclass(slots=True, kw_only=True)
class Exchange:
    """A link on its way to an answer."""

    link: Link
    delay_seconds: float
    began_at: datetime  # the last request, or this call while there is none
    validators: dict[str, str] = field(default_factory=dict)
    url: httpx.URL = NO_URL
    home: str | None = None  # the host that is to answer for its failures; '' where there is none
    sources: set[str | None] = field(default_factory=set)  # on whose sites it may go on
    redirects: list[str] = field(default_factory=list)
    attempt: int = 0  # how often this address was asked
    retries: int = 0  # on all addresses of the chain
    began: float = 0.0  # by the monotonic clock
    robots_rule: str | None = None
    location: str = ""  # where the last answer sends us, secrets and all
    authorization: str | None = None  # for the site that was asked first
    hide: Callable[[str], str] = str  # the secrets of an address that has any
    records: list[Any] = field(default_factory=list)  # of every answer, robots.txt too

    def response(self, raw: RawResponse) -> Response:
        requested, self.location = self.link.url, raw.header("location") or ""
        return Response(
            fetch_id=str(
                uuid.uuid5(
                    uuid.NAMESPACE_URL, f"{requested} {self.began_at.isoformat()} {self.attempt}"
                )
            ),
            requested_url=requested,
            url=self.hide(str(self.url)) if self.redirects else requested,
            fetched_at=self.began_at,
            status=raw.status,
            headers=tuple((name, self.hide(value)) for name, value in raw.headers),
            body=raw.body
            if self.hide is str
            else self.hide(raw.body.decode("latin-1")).encode("latin-1"),
            redirects=tuple(map(self.hide, self.redirects)),
            elapsed_ms=self.elapsed_ms,
            attempt=self.attempt,
            robots_rule=self.robots_rule,
        )

    def failed(self, fault: Fault) -> FetchFailed:
        return FetchFailed(
            link=self.link,
            reason=fault.reason,
            detail=printable(self.hide(fault.detail)),
            attempts=fault.attempts or self.attempt,
            fetched_at=self.began_at,
            elapsed_ms=self.elapsed_ms,
            status=fault.response.status if fault.response else None,
            retry_at=fault.retry_at,
            response=fault.response,
            redirects=tuple(map(self.hide, self.redirects)),
            robots_rule=self.robots_rule,
            blame=fault.blame,
            records=tuple(self.records),
        )

    @property
    def elapsed_ms(self) -> int:
        return round((time.monotonic() - self.began) * 1000) if self.began else 0

    def follow(self, response: Response, vet: Callable[[str], httpx.URL], most: int) -> None:
        """On to where a redirect leads. A chain that is long, closed or leads nowhere ends here."""
        here = str(self.url)
        # Some servers send the address as bare UTF-8; a header is Latin-1 to us.
        named = self.location.encode("latin-1").decode("utf-8", "replace").strip()
        self.redirects.append(here)
        if not named or len(self.redirects) > most:
            detail = f"more than {most} hops" if named else f"{response.status} without a target"
            raise Fault(reason=Reason.REDIRECT, detail=detail, response=response)
        try:
            self.url = vet(urljoin(here, named))
        except ValueError as error:
            raise Fault(
                reason=Reason.REDIRECT, detail=f"to no address: {named}", response=response
            ) from error
        if str(self.url) in self.redirects:
            raise Fault(
                reason=Reason.REDIRECT, detail=f"in a circle, to {named}", response=response
            )
        if not str(self.url).startswith(str(httpx.URL(here).join("/"))):
            self.authorization = None
        self.attempt = 0
