"""Time zones by offset and abbreviation. An abbreviation of several zones is unknown."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from parsers.language.words import table

FARTHEST_MINUTES = 14 * 60  # of a zone from UTC
OFFSET = re.compile(r"(?:(--|[+-])|(?<![^\s(]))(\d{1,2})(?::?(\d\d))?(?::\d\d)?$")


def zone_of(label: str) -> tzinfo | None:
    """The zone of an offset or an abbreviation; None for an unknown or ambiguous one."""
    name = label.strip(" ()").lower()
    if name in ZONES:
        return ZONES[name]
    m = OFFSET.search(name)
    return _fixed(m[1] or "+", int(m[2]), int(m[3] or 0)) if m else None


def _fixed(sign: str, hours: int, minutes: int) -> tzinfo | None:
    """`--0700` is a doubled minus; a bare `0700` has lost its plus in a URL's encoding."""
    total = hours * 60 + minutes
    if minutes > 59 or total > FARTHEST_MINUTES:
        return None
    return timezone(timedelta(minutes=total if sign == "+" else -total)) if total else UTC


def _by_abbreviation() -> dict[str, tzinfo | None]:
    zones = table("zones")
    by_name: dict[str, tzinfo | None] = dict.fromkeys(zones["ambiguous"]["labels"].lower().split())
    for offset, labels in zones["offsets"].items():
        zone = _fixed(offset[0], int(offset[1:3]), int(offset[4:]))
        by_name |= dict.fromkeys(labels.lower().split(), zone)
    for region, labels in zones["regions"].items():
        by_name |= dict.fromkeys(labels.lower().split(), ZoneInfo(region))
    return by_name


ZONES = _by_abbreviation()
LOCAL = tuple(ZONES[name] for name in ("wib", "wita", "wit"))
