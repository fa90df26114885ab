"""What an announcement says of an article beside its address: dates and titles, read leniently and kept as hints."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz

from parsers.urls import FIRST_YEAR, LAST_YEAR

MAX_STAMP, MAX_TITLE = 100, 1000
ZONES = {"WIB": "+0700", "WITA": "+0800", "WIT": "+0900"}
# Only months whose first three letters differ from the English.
MONTHS = {"mei": "May", "agu": "Aug", "agt": "Aug", "ags": "Aug", "okt": "Oct", "nop": "Nov", "des": "Dec", "peb": "Feb"}
MONTH = re.compile(r"\b(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?[ -](?=\d{4})")


def stamp(written: str | None, zone: tzinfo) -> datetime | None:
    """RFC 822, ISO 8601 or a printed Indonesian date, aware; without a zone of its own it is in `zone`.

    A machine's date is only a hint; what it cannot mean is None.
    """
    text = re.sub(r"\s+", " ", (written or "")[:MAX_STAMP].replace("|", " ")).strip()
    text = re.sub(r"\b(WIB|WITA|WIT)\b", lambda found: ZONES[found[1].upper()], text, flags=re.IGNORECASE)
    try:
        moment = _iso(text) or _rfc822(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def title(written: str | None) -> str | None:
    """One line without markup, whatever number of times it was escaped."""
    text = html.unescape(re.sub(r"</?[A-Za-z][^<>]*>|<!--.*?-->", "", (written or "")[: 4 * MAX_TITLE]))
    text = "".join(char for char in re.sub(r"\s+", " ", text) if char.isprintable())
    return text.strip()[:MAX_TITLE] or None


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d", text):
        return None
    return datetime.fromisoformat(re.sub(r" (?=[+-]\d\d:?\d\d$|Z$)", "", text))


def _rfc822(text: str) -> datetime | None:
    """The weekday is not read: it says nothing new, and in Indonesian the parser does not know it."""
    english = MONTH.sub(lambda found: f"{found[1]} {MONTHS.get(found[2].lower(), found[2])} ", re.sub(r"^[^\d,]+,?\s*(?=\d)", "", text))
    fields = parsedate_tz(re.sub(r"\bpukul\b", "", english))
    if fields is None:
        return None
    offset = fields[9]
    return datetime(*fields[:6], tzinfo=None if offset is None else timezone(timedelta(seconds=offset)))  # noqa: DTZ001 - the caller knows the zone
