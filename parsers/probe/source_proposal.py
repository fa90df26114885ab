"""A source file proposed from what a site announced: the pattern of its addresses, how often it publishes, the TOML."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from urllib.parse import urlsplit

from parsers.article import Link
from parsers.source import Source

LEAST_LINKS, LEAST_SHARE, MOST_STUDIED = 3, 0.5, 300
# How a date stands in an address: as it is found, and as the pattern says it.
DATES = tuple(
    (re.compile(found), said)
    for found, said in (
        (
            r"/(?:19|20)\d\d/[01]\d/[0-3]\d(?=/)",
            r"/(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})",
        ),
        (
            r"/[0-3]\d/[01]\d/(?:19|20)\d\d(?=/)",
            r"/(?P<day>\d{2})/(?P<month>\d{2})/(?P<year>\d{4})",
        ),
        (
            r"/(?:19|20)\d\d-[01]\d-[0-3]\d(?=[/-])",
            r"/(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
        ),
        (
            r"/(?:19|20)\d\d[01]\d[0-3]\d(?=\D|\d{6})",
            r"/(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        ),
        (r"/(?:19|20)\d\d/[01]\d(?=/)", r"/(?P<year>\d{4})/(?P<month>\d{2})"),
    )
)
LEAD = re.compile(
    r"[a-z]{1,8}[-_.=]?", re.IGNORECASE
)  # what stands before a number: d-1234, read-1234, id=1234
SLUG = r"/[^/?#]*-[^/?#]*-[^/?#]*-[^/?#]+"  # four words
TWIN = re.compile(r"[?&]p=(\d+)$")  # WordPress's short address


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    text: str
    n_matched: int
    n_announced: int
    n_listings: int  # pages that are no articles, and that it takes for some all the same

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(re.compile(self.text).groupindex)


def propose(links: Sequence[Link], listings: Iterable[str]) -> Pattern | None:
    """The pattern that fits most articles and fewest listings; of equals the one that says most. None for want of evidence."""
    urls, others = [link.url for link in links][:MOST_STUDIED], tuple(dict.fromkeys(listings))
    drafts = Counter(draft for url in urls for draft in _drafts(url))
    if len(urls) < LEAST_LINKS or not drafts:
        return None
    most = [_weighed(text, urls, others) for text, _ in drafts.most_common(MOST_STUDIED)]
    score, best = max(most, key=lambda weighed: weighed[0])
    if score[0] < LEAST_SHARE:
        return None
    return _weighed(_with_twin(best.text, links), urls, others)[1]


def _weighed(
    text: str, urls: list[str], others: tuple[str, ...]
) -> tuple[tuple[float, int, int], Pattern]:
    compiled = re.compile(text)
    matches = [match for url in urls if (match := compiled.search(url))]
    n_listings = sum(compiled.search(other) is not None for other in others)
    ids = {match["id"] for match in matches} if "id" in compiled.groupindex else None
    share = (len(matches) if ids is None else min(len(matches), len(ids))) / len(
        urls
    )  # two articles never share a number
    score = (share - n_listings / max(1, len(others)), len(compiled.groupindex), len(text))
    return score, Pattern(
        text=text, n_matched=len(matches), n_announced=len(urls), n_listings=n_listings
    )


def _drafts(url: str) -> Iterator[str]:
    """Every pattern that this address could be an example of."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    date, said = next(((m, said) for found, said in DATES if (m := found.search(path))), (None, ""))
    start, end = date.span() if date else (len(path), len(path))
    for number in re.finditer(r"\d+", path):
        if start < number.end() and number.start() < end:
            continue
        for before, after in _around(path, number):
            head = path[: number.start() - len(before[0])]
            many = "+" if date or len(before[0]) > 1 else f"{{{max(1, len(number[0]) - 1)},}}"
            named = rf"{before[1]}(?P<id>\d{many}){after}"
            yield named
            if date and number.start() >= end:
                yield said + _between(head[end:]) + named
            elif date:
                yield rf"{before[1]}(?P<id>\d+)\b[^?#]*{said}"
    if date and path[end:].strip("/"):
        yield rf"{said}/[^/?#]+"
    if re.search(SLUG, parts.path):
        first = re.match(r"/[a-z]+(?=/)", parts.path)
        yield SLUG
        yield f"{re.escape(first[0])}(?:/[^/?#]+)*{SLUG}" if first else rf"^https?://[^/]+{SLUG}/?$"


def _around(path: str, number: re.Match[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """What stands before the number, as it is and as a pattern, and what must follow it."""
    opened = max(path.rfind(mark, 0, number.start()) for mark in "/?&")
    mark, lead = path[opened], path[opened + 1 : number.start()]
    if lead and not LEAD.fullmatch(lead):
        if lead[-1] in "-_." and not re.search(r"[^\W\d_]", lead):
            yield (lead[-1], _literal(lead[-1])), r"\b"
        elif lead[-1] in "-_." and re.fullmatch(r"(\.\w+)?/?", path[number.end() :]):
            yield (lead[-1], _literal(lead[-1])), r"(?:\.\w+)?/?$"
        return
    said = f"{'/' if mark == '/' else '[?&]'}{_literal(lead)}"
    after = r"\b" if path[number.end() :][:1] != "_" else "_"
    yield (mark + lead, said), after
    if mark == "/" and (folder := re.search(r"/[a-z]+$", path[:opened])):
        yield (folder[0] + mark + lead, folder[0] + said), after


def _between(text: str) -> str:
    """Numbers and marks as they are; words can be any."""
    if re.search(r"[^\W\d_]", text):
        return "[^?#]*"
    return "".join(
        r"\d+" if piece.isdigit() else _literal(piece) for piece in re.findall(r"\d+|\D+", text)
    )


def _literal(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")


def _with_twin(text: str, links: Sequence[Link]) -> str:
    """With WordPress's short address where the feed's guids prove that it bears the same number."""
    said = [
        (match["id"], twin[1])
        for link in links
        if (twin := TWIN.search(link.guid or ""))
        and (match := re.search(text, link.url))
        and "id" in match.groupdict()
    ]
    before, _, after = text.partition("(?P<id>")
    alike = sum(number == twin for number, twin in said)
    return rf"({before}|[?&]p=)(?P<id>{after}" if before and said and alike == len(said) else text


def cadence(links: Iterable[Link]) -> timedelta | None:
    """The median time between two articles; None where fewer than three say when they were published."""
    times = sorted({link.published_at for link in links if link.published_at})
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    return timedelta(seconds=median(gaps)) if len(gaps) > 1 else None


def zone(times: Iterable[datetime]) -> str | None:
    """The zone of Indonesia in which most of the times are written."""
    hours = Counter(
        offset.total_seconds() / 3600 for when in times if (offset := when.utcoffset()) is not None
    )
    return {7.0: "Asia/Jakarta", 8.0: "Asia/Makassar", 9.0: "Asia/Jayapura"}.get(
        max(hours, key=lambda h: hours[h], default=0.0)
    )


def to_toml(source: Source) -> str:
    """A file that `parsers.source.read` accepts; defaults of the outlet's own facts are written out."""
    said = source.model_dump(mode="json", exclude_none=True)
    tables = {name: said.pop(name) for name in ("discover", "fetch", "article")}
    lines = [_pair(key, value) for key, value in said.items() if value != []]
    for name in ("discover", "fetch"):
        lines += [
            "",
            f"[{name}]",
            *(_pair(key, value) for key, value in tables[name].items() if value != []),
        ]
    for rule in tables["article"]:
        lines += [
            "",
            "[[article]]",
            *(_pair(key, value) for key, value in rule.items() if value != []),
        ]
    return "\n".join(lines) + "\n"


def _pair(key: str, value: object) -> str:
    if isinstance(value, str) and "\\" in value and value.isprintable() and "'" not in value:
        return f"{key} = '{value}'"  # a pattern reads best as it is
    return f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "")
