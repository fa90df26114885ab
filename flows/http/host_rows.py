"""What politeness knows of every host, as rows for `ops.hosts`."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.http.politeness import HostState
from flows.http.robots_cache import Copy

Row = dict[str, Any]


def rows(locks: Path) -> list[Row]:
    """A row a host whose state stands in the folder of locks; times are plain UTC. What makes no sense is left out."""
    states = [HostState.read(data) for _, data in _read(locks, "host-*.json")]
    robots = {
        origin.partition("://")[2].removeprefix("www."): Copy.load(path, origin)
        for path, data in _read(locks, "robots-*.json")
        if (origin := _origin(data))
    }
    return [_row(state, robots.get(state.host, Copy())) for state in states if state.host]


def _row(state: HostState, robots: Copy) -> Row:
    rested = state.last_at + state.delay_seconds
    is_known = robots.origin and robots.found
    text = robots.text.encode("utf-8", "replace")
    return {
        "host": state.host,
        "next_request_at": _time(max(rested, state.held_until)),
        "consecutive_failures": state.failures,
        "breaker_until": _time(state.breaker_until),
        "blocked_since": _time(state.blocked_since),
        "validators_lied_at": _time(state.lied_at),
        "robots_fetched_at": _time(robots.fetched_at),
        "robots_sha256": hashlib.sha256(text).hexdigest() if is_known else None,
    }


def _time(seconds: float) -> str | None:
    return (
        datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(sep=" ")
        if seconds
        else None
    )


def _origin(data: bytes) -> str:
    try:
        return str(json.loads(data)["origin"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def _read(folder: Path, pattern: str) -> list[tuple[Path, bytes]]:
    found = []
    for path in sorted(folder.glob(pattern)):
        try:
            found.append((path, path.read_bytes()))
        except OSError:  # being replaced
            continue
    return found
