"""How long to wait before a retry: what the server asked for, else our own back-off. Pure functions."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

MONTH_SECONDS = 30 * 86400.0


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, at most a month; None if it is missing, past or invalid."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:12])
    else:
        try:
            until = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    return min(seconds, MONTH_SECONDS) if seconds > 0 else None


def backoff(attempt: int, *, first: float, most: float, random: Random) -> float:
    """At least `first`, plus a random part that doubles: crawlers that failed together must not retry together."""
    return first + random.uniform(0, min(most, first * 2.0**attempt))
