"""The state of every host, as rows for `ops.hosts`."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from flows.http.politeness import HostState
from flows.http.robots_cache import CachedRobots
from warehouse.queries import Row


def rows(locks: Path) -> list[Row]:
    """A row for each host that has a file in the folder; times are UTC without a zone. Damaged files are left out."""
    states = [HostState.read(data) for data in _read(locks, "host-*.json")]
    robots = {_host(copy.origin): copy for copy in CachedRobots.load_all(locks)}
    return [_row(state, robots.get(state.host, CachedRobots())) for state in states if state.host]


def _row(state: HostState, robots: CachedRobots) -> Row:
    delay_ends = state.last_at + state.delay_seconds
    has_text = robots.origin and robots.found
    text = robots.text.encode("utf-8", "replace")
    return {
        "host": state.host,
        "next_request_at": _time(max(delay_ends, state.held_until)),
        "consecutive_failures": state.failures,
        "breaker_until": _time(state.breaker_until),
        "blocked_since": _time(state.blocked_since),
        "validators_lied_at": _time(state.lied_at),
        "robots_fetched_at": _time(robots.fetched_at),
        "robots_sha256": hashlib.sha256(text).hexdigest() if has_text else None,
    }


def _time(seconds: float) -> str | None:
    return (
        datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(sep=" ")
        if seconds
        else None
    )


def _host(origin: str) -> str:
    return origin.partition("://")[2].removeprefix("www.")


def _read(folder: Path, pattern: str) -> list[bytes]:
    contents = []
    for path in sorted(folder.glob(pattern)):
        try:
            contents.append(path.read_bytes())
        except OSError:  # being replaced
            continue
    return contents
