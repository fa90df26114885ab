"""How long to wait: what a server asked for, else our own back-off. Pure; nobody sleeps here."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

MONTH_SECONDS = 30 * 86400.0


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds a Retry-After asks for, a month at most; None where it is missing, past or junk."""
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
    """At least `first`, doubling, jittered in full: crawlers that were stopped together do not come back together."""
    return first + random.uniform(0, min(most, first * 2.0**attempt))
