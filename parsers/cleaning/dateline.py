"""`OUTLET, Place –` at the head of the first paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.language.words import rows
from parsers.source import Source

DASH = r"\s*(?:--+|[—–]|(?<=\s)-(?=\s|[A-Z“\"])|-\s)\s*"
PLACE = r"[A-Z][\w.'’/]*(?:[ -][A-Z][\w.'’/]*){0,3}"
DATED = r"(?:\s*\(\d{1,2}/\d{1,2}(?:/\d{2,4})?\))?"
SITE = r"[A-Za-z][\w-]*\.(?i:co\.id|com|co|id|net|news|tv|org)\b"
# Places abroad that Indonesian papers write from; a dateline without a dash is only believed before a place that is known.
ABROAD = ("Hong Kong", "Kuala Lumpur", "Singapura", "Taipei", "Zhongli")
LONGEST = 80


@cache
def cities() -> frozenset[str]:
    """Cities and regencies by their bare names."""
    return frozenset(
        re.sub(r"^(?:Kota|Kabupaten)(?: Administrasi)? ", "", row["name"])
        for row in rows("regions")
    ) | frozenset(ABROAD)


@lru_cache(maxsize=256)
def forms(names: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """The forms of a dateline with an outlet's names; without names, those of any outlet."""
    own = f"(?i:{'|'.join(map(re.escape, names)) or '(?!)'})"
    return tuple(
        map(
            re.compile,
            (  # the last is a line that is nothing but a dateline
                rf"(?:{own}|{SITE})(?:\s*[,|-]\s*{PLACE})?{DATED}(?:{DASH}|\s*:\s+)",
                rf"{PLACE}\s*,\s*(?:{own}|{SITE}){DATED}(?:{DASH}|\s*:\s+)",
                rf"{PLACE}(?:, {PLACE})?\s+\([A-Z][\w .]{{1,24}}\){DASH}",
                rf"[A-Z][A-Z.'’]+(?:[ ,/]+[A-Z][A-Z.'’]+){{0,3}}{DATED}{DASH}",
                rf"{own}\s*,\s*(?P<place>{PLACE})",
                rf"{PLACE}(?:\s*,\s*{PLACE})?\s*(?:--+|[—–-])\s*$",
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class Dateline:
    prefix: str  # with the dash and the blank after it
    text: str  # without


def brands(source: Source) -> list[str]:
    """The ways an outlet writes itself, the longest first."""
    names = {source.title, source.domain, *source.aliases}
    return sorted((n for n in names if len(n) > 1), key=len, reverse=True)


def find_dateline(line: str, source: Source) -> Dateline | None:
    """The dateline at the very start of a line; a brand further in is a mention."""
    head = line[:LONGEST]
    lead = len(head) - len(head.lstrip())
    named = head.casefold()
    own = tuple(n for n in brands(source) if n.casefold() in named)
    for form in forms(own):
        if m := form.match(head, lead):
            place = m.groupdict().get("place")
            end = (
                m.end()
                if place is None
                else m.start("place") + len(known(place, head[m.start("place") :]))
            )
            if place is None or end > m.start("place"):
                return Dateline(head[:end], head[lead:end].rstrip(" \t—–-:"))
    return None


def known(place: str, text: str) -> str:
    """The longest known city at the start of what could be one, with the blank after it, where the text's first word follows."""
    words = place.split(" ")
    names = (" ".join(words[:n]) for n in range(min(3, len(words)), 0, -1))
    return next(
        (
            m[0]
            for n in names
            if n in cities() and (m := re.match(re.escape(n) + r"\s+(?=[A-Z“\"])", text))
        ),
        "",
    )


def brand_source(text: str, sources: Iterable[Source]) -> Source | None:
    """The source whose name opens the text's dateline; the longest name wins, two equal ones are no answer."""
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")[
        :LONGEST
    ].casefold()
    hits: list[tuple[int, str, Source]] = []
    for source in sources:
        for brand in brands(source):
            name = brand.casefold()
            at = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", first) if name in first else None
            if (
                at
                and (whole := find_dateline(first_line(text), source))
                and at.start() <= len(whole.prefix)
            ):
                hits.append((-len(name), source.name, source))
    best = min(hits, key=lambda h: h[:2], default=None)
    return best[2] if best else None


def first_line(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip()), "")
