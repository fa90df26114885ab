"""Proposes a source file from a site's links: the pattern of its articles, its zone, the TOML."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import urljoin, urlsplit

from parsers.article import Link
from parsers.patterns import is_costly
from parsers.source import LISTINGS, Source

LEAST_LINKS, LEAST_SHARE, MOST_STUDIED = 3, 0.5, 300
# Dates in addresses, and what follows them.
DATE_FORMS = (
    ("/{year}/{month}/{day}", "(?=/)"),
    ("/{day}/{month}/{year}", "(?=/)"),
    ("/{year}-{month}-{day}", "(?=[/-])"),
    ("/{year}{month}{day}", r"(?=\D|\d{6})"),
    ("/{year}/{month}", "(?=/)"),
)
LIKELY = {"year": r"(?:19|20)\d\d", "month": r"[01]\d", "day": r"[0-3]\d"}
GROUPS = {"year": r"(?P<year>\d{4})", "month": r"(?P<month>\d{2})", "day": r"(?P<day>\d{2})"}
# How to find each, and what the proposed pattern has in its place.
DATES = tuple(
    (re.compile(form.format_map(LIKELY) + end), form.format_map(GROUPS)) for form, end in DATE_FORMS
)
LEAD = re.compile(r"[a-z]{1,8}[-_.=]?", re.IGNORECASE)  # before a number: d-1234, id=1234
SLUG = r"/[^/?#]*-[^/?#]*-[^/?#]*-[^/?#]+"  # four words
COUNT = re.compile(
    r"\{([5-9]|\d{2,}),?\}"
)  # of a repeated character; shorter ones are those of dates
LEAST_FOUND = 0.9  # of the addresses that a proposed pattern must find
SLACK = 3  # digits fewer than before
SHORT_ADDRESS = re.compile(r"[?&]p=(\d+)$")  # WordPress's short address


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPattern:
    text: str
    n_matched: int
    n_announced: int
    n_listings: int  # listing pages that it matches by mistake

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(re.compile(self.text).groupindex)


def propose_pattern(links: Sequence[Link], listings: Iterable[str]) -> AddressPattern | None:
    """The pattern that matches most articles and fewest listings; of equals the most specific.

    None if there is too little evidence.
    """
    urls, others = [link.url for link in links][:MOST_STUDIED], tuple(dict.fromkeys(listings))
    drafts = Counter(draft for url in urls for draft in _drafts(url))
    if len(urls) < LEAST_LINKS or not drafts:
        return None
    scored = [_score(text, urls, others) for text, _ in drafts.most_common(MOST_STUDIED)]
    score, best = max(scored, key=lambda pair: pair[0])
    if score[0] < LEAST_SHARE:
        return None
    return _score(_with_short_address(best.text, links), urls, others)[1]


def _score(
    text: str, urls: list[str], others: tuple[str, ...]
) -> tuple[tuple[float, int, int], AddressPattern]:
    compiled = re.compile(text)
    matches = [match for url in urls if (match := compiled.search(url))]
    n_listings = sum(compiled.search(other) is not None for other in others)
    ids = {match["id"] for match in matches} if "id" in compiled.groupindex else None
    # Two articles never have the same id.
    n_articles = len(matches) if ids is None else min(len(matches), len(ids))
    share = n_articles / len(urls) - n_listings / max(1, len(others))
    return (share, len(compiled.groupindex), len(text)), AddressPattern(
        text=text, n_matched=len(matches), n_announced=len(urls), n_listings=n_listings
    )


def _drafts(url: str) -> Iterator[str]:
    """All candidate patterns that match this address."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    hits = ((m, proposed) for found, proposed in DATES if (m := found.search(path)))
    date, day = next(hits, (None, ""))
    start, end = date.span() if date else (len(path), len(path))
    for number in re.finditer(r"\d+", path):
        if start < number.end() and number.start() < end:
            continue
        for before, after in _around(path, number):
            head = path[: number.start() - len(before[0])]
            many = "+" if date or len(before[0]) > 1 else f"{{{max(1, len(number[0]) - 1)},}}"
            by_id = rf"{before[1]}(?P<id>\d{many}){after}"
            yield by_id
            if date and number.start() >= end:
                yield day + _between(head[end:]) + by_id
            elif date:
                yield rf"{before[1]}(?P<id>\d+)\b[^?#]*{day}"
    if date and path[end:].strip("/"):
        yield rf"{day}/[^/?#]+"
    if re.search(SLUG, parts.path):
        first = re.match(r"/[a-z]+(?=/)", parts.path)
        yield SLUG
        yield f"{re.escape(first[0])}(?:/[^/?#]+)*{SLUG}" if first else rf"^https?://[^/]+{SLUG}/?$"


def _around(path: str, number: re.Match[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """What is before the number, literally and as a pattern; and a pattern for what follows it."""
    opened = max(path.rfind(mark, 0, number.start()) for mark in "/?&")
    mark, lead = path[opened], path[opened + 1 : number.start()]
    if lead and not LEAD.fullmatch(lead):
        if lead[-1] in "-_." and not re.search(r"[^\W\d_]", lead):
            yield (lead[-1], _literal(lead[-1])), r"\b"
        elif lead[-1] in "-_." and re.fullmatch(r"(\.\w+)?/?", path[number.end() :]):
            yield (lead[-1], _literal(lead[-1])), r"(?:\.\w+)?/?$"
        return
    before = f"{'/' if mark == '/' else '[?&]'}{_literal(lead)}"
    after = r"\b" if path[number.end() :][:1] != "_" else "_"
    yield (mark + lead, before), after
    if mark == "/" and (folder := re.search(r"/[a-z]+$", path[:opened])):
        yield (folder[0] + mark + lead, folder[0] + before), after


def _between(text: str) -> str:
    """A pattern for the text: any words, or its marks with any numbers."""
    if re.search(r"[^\W\d_]", text):
        return "[^?#]*"
    return "".join(
        r"\d+" if piece.isdigit() else _literal(piece) for piece in re.findall(r"\d+|\D+", text)
    )


def _literal(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")


def _with_short_address(text: str, links: Sequence[Link]) -> str:
    """Adds WordPress's short address if all guids of the feed show that it has the same number."""
    pairs = [
        (match["id"], short[1])
        for link in links
        if (short := SHORT_ADDRESS.search(link.guid or ""))
        and (match := re.search(text, link.url))
        and "id" in match.groupdict()
    ]
    before, _, after = text.partition("(?P<id>")
    is_same = bool(before and pairs) and all(number == short for number, short in pairs)
    return rf"({before}|[?&]p=)(?P<id>{after}" if is_same else text


def propose_address(
    source: Source, links: Sequence[Link], unmatched: Sequence[Link], listings: Iterable[str]
) -> str | None:
    """What to write in the file so that the unmatched links are found: a rule with more digits, or else a further rule.

    Its pattern finds no listing page, and all that it replaces found. None if there is no such pattern.
    """
    others = [*listings, *(urljoin(source.home, path) for path in LISTINGS)]
    urls = [link.url for link in unmatched]
    for n, rule in enumerate(source.article):
        if rule.url:
            found = [link.url for link in links if re.search(rule.url, link.url)]
            for pattern in (_widened(rule.url, 0), _widened(rule.url, SLACK)):
                if _holds(pattern, urls, [*found, *rule.examples], others):
                    return f"in article[{n}] write {_pair('url', pattern)}"
    best = propose_pattern(unmatched, others)
    if best and not best.n_listings and _holds(best.text, urls, [], others):
        return f"add an [[article]] with {_pair('url', best.text)}"
    return None


def _widened(pattern: str, slack: int) -> str:
    """The pattern with more, or that much fewer, characters where it counts many."""
    return COUNT.sub(lambda found: f"{{{max(4, int(found[1]) - slack)},}}", pattern)


def _holds(
    pattern: str, urls: Sequence[str], all_of: Sequence[str], none_of: Sequence[str]
) -> bool:
    compiled = re.compile(pattern)
    n_found = sum(compiled.search(url) is not None for url in urls)
    return (
        n_found > 0
        and n_found >= LEAST_FOUND * len(urls)
        and all(map(compiled.search, all_of))
        and not any(map(compiled.search, none_of))
        and not is_costly(pattern)
    )


def cadence(links: Iterable[Link]) -> timedelta | None:
    """The median time between two articles; None with fewer than three dates."""
    times = sorted({link.published_at for link in links if link.published_at})
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    return timedelta(seconds=median(gaps)) if len(gaps) > 1 else None


def indonesian_zone(times: Iterable[datetime]) -> str | None:
    """The zone of Indonesia in which most of the times are written; None for another offset."""
    hours = Counter(
        offset.total_seconds() / 3600 for when in times if (offset := when.utcoffset()) is not None
    )
    return {7.0: "Asia/Jakarta", 8.0: "Asia/Makassar", 9.0: "Asia/Jayapura"}.get(
        max(hours, key=lambda h: hours[h], default=0.0)
    )


def to_toml(source: Source) -> str:
    """A file that `parsers.source.read` accepts, with the default values of the outlet."""
    root = source.model_dump(mode="json", exclude_none=True)
    verified = {f'"{key}"': day for key, day in root.pop("verified").items()}
    tables = [(f"[{name}]", root.pop(name)) for name in ("discover", "fetch")]
    tables += [("[verified]", verified)] if verified else []
    tables += [("[[article]]", rule) for rule in root.pop("article")]
    lines = _pairs(root)
    for header, table in tables:
        lines += ["", header, *_pairs(table)]
    return "\n".join(lines) + "\n"


def _pairs(table: dict[str, Any]) -> list[str]:
    return [_pair(key, value) for key, value in table.items() if value != []]


def _pair(key: str, value: object) -> str:
    if isinstance(value, str) and "\\" in value and value.isprintable() and "'" not in value:
        return f"{key} = '{value}'"  # a pattern without escapes is easier to read
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{key} = {value}"  # a date
    return f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "")
