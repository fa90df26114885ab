"""What politeness knows of every host, as rows for `ops.hosts`."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Row = dict[str, Any]


def rows(locks: Path) -> list[Row]:
    """A row a host whose state stands in the folder of locks; times are plain UTC."""
    robots = {
        urlsplit(said["origin"]).netloc.removeprefix("www."): said
        for said in _read(locks, "robots-*.json")
        if said.get("origin")
    }
    return [
        _row(state, robots.get(state["host"], {}))
        for state in _read(locks, "host-*.json")
        if state.get("host")
    ]


def _row(state: Row, robots: Row) -> Row:
    rested = state["last_at"] + state["delay_seconds"]
    return {
        "host": state["host"],
        "next_request_at": _time(max(rested, state["held_until"])),
        "consecutive_failures": state["failures"],
        "breaker_until": _time(state["breaker_until"]),
        "blocked_since": _time(state.get("blocked_since", 0)),
        "validators_lied_at": _time(state.get("lied_at", 0)),
        "robots_fetched_at": _time(robots.get("fetched_at", 0)),
        "robots_sha256": hashlib.sha256(robots["text"].encode()).hexdigest()
        if robots.get("found")
        else None,
    }


def _time(seconds: float) -> str | None:
    return (
        datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(sep=" ")
        if seconds
        else None
    )


def _read(folder: Path, pattern: str) -> list[Row]:
    found = []
    for path in sorted(folder.glob(pattern)):
        try:
            found.append(json.loads(path.read_bytes()))
        except (OSError, ValueError):  # being replaced, or cut by a full disk: the next run tells
            continue
    return found
