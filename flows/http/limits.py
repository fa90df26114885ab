"""The limits of one fetch and one parse, and the operator's settings for fetching."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from parsers.kinds import LinkKind

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The limits of one request. With `cut`, a body beyond `wire_bytes` is cut off there and is no error."""

    total_seconds: float
    wire_bytes: int
    decoded_bytes: int
    cut: bool = False


PAGE = Budget(total_seconds=30, wire_bytes=5 * MIB, decoded_bytes=10 * MIB)
FEED = Budget(total_seconds=60, wire_bytes=20 * MIB, decoded_bytes=50 * MIB)
# RFC 9309 2.5: what is beyond the limit is ignored
ROBOTS = Budget(total_seconds=30, wire_bytes=512 * KIB, decoded_bytes=MIB, cut=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    page: Budget = PAGE
    feed: Budget = FEED
    robots: Budget = ROBOTS
    dns_seconds: float = 5.0
    connect_seconds: float = 5.0
    read_seconds: float = 10.0  # between two reads
    header_bytes: int = 64 * KIB
    ratio: int = 200  # decoded to wire bytes, checked after `ratio_after` decoded bytes
    ratio_after: int = MIB
    hops: int = 5
    attempts: int = 4
    backoff_seconds: float = 1.0
    backoff_max_seconds: float = 60.0
    sleep_seconds: float = 120.0  # if a host asks for a longer pause, its pages are deferred
    crawl_delay_seconds: float = 60.0  # a longer crawl-delay is reduced to this
    breaker_failures: int = 5
    breaker_seconds: float = 600.0
    parse_page_seconds: float = 10.0
    parse_channel_seconds: float = 20.0
    parse_bytes: int = 512 * MIB  # the address space of a worker process

    def of(self, kind: str) -> Budget:
        """The limits for a kind of link: channels may be larger than articles."""
        if kind == LinkKind.ROBOTS:
            return self.robots
        return (
            self.feed
            if kind in {LinkKind.FEED, LinkKind.SITEMAP, LinkKind.WORDPRESS}
            else self.page
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """The operator's settings; a source can change none of them.

    `connect_to` works as curl's --connect-to: requests for a host (or '*.test') keep its name, and connect to
    (ip, port), which must be public or on `allow_private`.
    """

    locks: Path
    contact: str | None = None
    version: str = "0.1.0"
    allow_private: frozenset[tuple[str, int]] = frozenset()
    connect_to: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    budgets: Budgets = field(default_factory=Budgets)
    per_host_in_flight: int = 1
    total_in_flight: int = 50
    idle_hosts: int = 64  # hosts whose connections are kept open
    robots_forbidden_allows: bool = (
        True  # treat 401 and 403 for robots.txt as 404 (RFC 9309 2.3.1.3)
    )
    seed: int | None = None  # of the jitter
    ssl_context: ssl.SSLContext | None = (
        None  # for private authorities; None trusts the public ones
    )

    @property
    def user_agent(self) -> str:
        contact = "".join(c for c in self.contact or "" if " " <= c <= "~")
        return f"Kliping/{self.version}" + (f" (+{contact})" if contact else "")

    def __post_init__(self) -> None:
        if self.per_host_in_flight not in {1, 2}:
            raise ValueError(f"per_host_in_flight is {self.per_host_in_flight}; it can be 1 or 2")
