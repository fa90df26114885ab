"""What an announcement says of an article beside its address: read leniently, kept as hints."""

from __future__ import annotations

import html
import re
from datetime import datetime, tzinfo
from email.utils import parsedate_to_datetime

from parsers.article import Link
from parsers.source import Source
from parsers.urls import FIRST_YEAR, LAST_YEAR, resolve

MAX_STAMP, MAX_TITLE, MAX_GUID = 100, 1000, 2048
ZONES = {"WIB": "+0700", "WITA": "+0800", "WIT": "+0900"}
# The months whose first three letters differ from the English.
MONTHS = {
    "peb": "Feb",
    "mei": "May",
    "agu": "Aug",
    "agt": "Aug",
    "ags": "Aug",
    "okt": "Oct",
    "nop": "Nov",
    "des": "Dec",
}


def announce(
    url: str,
    source: Source,
    *,
    address: str | None,
    base: str = "",
    guid: str | None = None,
    title: str | None = None,
    published: str | None = None,
    modified: str | None = None,
    language: str | None = None,
    zone: tzinfo | None = None,
) -> Link:
    """A link as the document at `url` wrote it; its `url` is empty where the address cannot be fetched."""
    return Link(
        url=resolve(base or url, address or "") or "",
        source_id=source.name,
        discovered_by=url,
        guid=_printable(guid, MAX_GUID),
        title=_words(title),
        published_raw=_printable(published, MAX_STAMP),
        published_at=stamp(published, zone or source.zone),
        modified_at=stamp(modified, zone or source.zone),
        language=language if re.fullmatch(r"[A-Za-z]{2,3}([-_]\w{1,8})*", language or "") else None,
    )


def stamp(written: str | None, zone: tzinfo) -> datetime | None:
    """RFC 822, ISO 8601 or an Indonesian date, aware; in `zone` if it names none. None for what is no date."""
    if not written:
        return None
    text = " ".join(written[:MAX_STAMP].replace("|", " ").split())
    text = re.sub(
        r" ?\b(WIB|WITA|WIT)\b", lambda found: ZONES[found[1].upper()], text, flags=re.IGNORECASE
    )
    try:
        moment = _iso(text) or _rfc822(text)
    except (
        ValueError,
        TypeError,
        IndexError,
        OverflowError,
    ):  # the email package lets all of them out
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _iso(text: str) -> datetime | None:
    """2024-05-28T10:00Z and its kin; 28/05/2024 10.00 is the same in another order."""
    text = re.sub(
        r"^(\d{1,2})/(\d{1,2})/(\d{4})\b",
        lambda found: f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}",
        text,
    )
    if not re.match(r"\d{4}-?\d\d-?\d\d", text):
        return None
    return datetime.fromisoformat(
        re.sub(r" (?=[+-]\d\d:?\d\d$|Z$)", "", re.sub(r"( \d\d)\.(\d\d)", r"\1:\2", text))
    )


def _rfc822(text: str) -> datetime:
    """The weekday is left out: it says nothing new, and an Indonesian one would not be understood."""
    plain = re.sub(r"^[^\d,]+,?\s*(?=\d)|\bpukul ", "", text)
    english = re.sub(
        r"(?<=\d[ -])([A-Za-z]{3})[a-z]*",
        lambda found: MONTHS.get(found[1].lower(), found[1]),
        plain,
    )
    return parsedate_to_datetime(re.sub(r"(?<=\d)(?=[+]\d{4}$)", " ", english))


def _words(written: str | None) -> str | None:
    """One line without markup, even where it was escaped twice."""
    plain = re.sub(r"</?[A-Za-z][^<>]*>|<!--.*?-->", "", (written or "")[: 4 * MAX_TITLE])
    return _printable(html.unescape(plain), MAX_TITLE)


def _printable(written: str | None, bound: int) -> str | None:
    """On one line: it will be shown on terminals and in reports."""
    if not written:
        return None
    line = " ".join(written[: 2 * bound].split())
    shown = line if line.isprintable() else "".join(char for char in line if char.isprintable())
    return shown[:bound].strip() or None
