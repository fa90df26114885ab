"""The dateline, such as `OUTLET, Place –`, at the start of the first paragraph."""

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
# Places abroad that Indonesian papers report from. A dateline without a dash needs a known place.
ABROAD = ("Hong Kong", "Kuala Lumpur", "Singapura", "Taipei", "Zhongli")
LONGEST = 80


@cache
def cities() -> frozenset[str]:
    """Cities and regencies, without the word `Kota` or `Kabupaten`."""
    return frozenset(
        re.sub(r"^(?:Kota|Kabupaten)(?: Administrasi)? ", "", row["name"])
        for row in rows("regions")
    ) | frozenset(ABROAD)


@lru_cache(maxsize=256)
def forms(names: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Patterns of a dateline with any of the names; without names, those that need none."""
    own = f"(?i:{'|'.join(map(re.escape, names)) or '(?!)'})"
    return tuple(
        map(
            re.compile,
            (  # the last matches a line that has only a dateline
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
    prefix: str  # with the dash and the space after it
    text: str  # without them


def brands(source: Source) -> list[str]:
    """The spellings of an outlet's name, the longest first."""
    names = {source.title, source.domain, *source.aliases}
    return sorted((n for n in names if len(n) > 1), key=len, reverse=True)


def find_dateline(line: str, source: Source) -> Dateline | None:
    """The dateline at the very start of a line; a name further in is only a mention."""
    head = line[:LONGEST]
    lead = len(head) - len(head.lstrip())
    folded = head.casefold()
    own = tuple(n for n in brands(source) if n.casefold() in folded)
    for form in forms(own):
        if m := form.match(head, lead):
            place = m.groupdict().get("place")
            end = (
                m.end()
                if place is None
                else m.start("place") + len(known_city(place, head[m.start("place") :]))
            )
            if place is None or end > m.start("place"):
                return Dateline(head[:end], head[lead:end].rstrip(" \t—–-:"))
    return None


def known_city(place: str, text: str) -> str:
    """The longest known city at the start of `text`, with the space after it; '' for none.

    A capital or a quotation mark, which begin the text, must follow.
    """
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


def source_by_dateline(text: str, sources: Iterable[Source]) -> Source | None:
    """The source whose name is in the text's dateline; the longest name wins."""
    line = first_line(text)
    folded = line.strip()[:LONGEST].casefold()
    hits: list[tuple[int, str, Source]] = []
    for source in sources:
        for brand in brands(source):
            name = brand.casefold()
            at = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) if name in folded else None
            dateline = at and find_dateline(line, source)
            if at and dateline and at.start() <= len(dateline.prefix):
                hits.append((-len(name), source.name, source))
    best = min(hits, key=lambda h: h[:2], default=None)
    return best[2] if best else None


def first_line(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip()), "")
