"""`OUTLET, Place –` at the head of the first paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from parsers.language.words import rows
from parsers.source import Source

DASH = r"\s*(?:--+|[—–]|(?<=\s)-(?=\s|[A-Z“\"])|-\s)\s*"
PLACE = r"[A-Z][\w.'’/]*(?:[ -][A-Z][\w.'’/]*){0,3}"
DATED = r"(?:\s*\(\d{1,2}/\d{1,2}(?:/\d{2,4})?\))?"
SITE = r"[A-Za-z][\w-]*\.(?i:co\.id|com|co|id|net|news|tv|org)\b"
# Places abroad that Indonesian papers write from; a dateline without a dash is only believed before a place that is known.
ABROAD = "Hong Kong|Kuala Lumpur|Singapura|Taipei|Zhongli"
LONGEST = 80


@cache
def cities() -> str:
    """Cities and regencies by their bare names, the longest first."""
    names = {re.sub(r"^(?:Kota|Kabupaten)(?: Administrasi)? ", "", row["name"]) for row in rows("regions")} | set(ABROAD.split("|"))
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Dateline:
    prefix: str         # with the dash and the blank after it
    text: str           # without


def brands(source: Source) -> list[str]:
    """The ways an outlet writes itself, the longest first."""
    names = {source.title, source.domain, *source.aliases}
    return sorted((n for n in names if len(n) > 1), key=len, reverse=True)


def find_dateline(line: str, source: Source) -> Dateline | None:
    """The dateline at the very start of a line; a brand further in is a mention."""
    head = line[:LONGEST]
    own = "|".join(re.escape(b) for b in brands(source)) or "(?!)"
    own = f"(?i:{own})"
    forms = (
        rf"(?:{own}|{SITE})(?:\s*[,|-]\s*{PLACE})?{DATED}(?:{DASH}|\s*:\s+)",
        rf"{PLACE}\s*,\s*(?:{own}|{SITE}){DATED}(?:{DASH}|\s*:\s+)",
        rf"{PLACE}(?:, {PLACE})?\s+\([A-Z][\w .]{{1,24}}\){DASH}",
        rf"[A-Z][A-Z.'’]+(?:[ ,/]+[A-Z][A-Z.'’]+){{0,3}}{DATED}{DASH}",
        rf"{own}\s*,\s*(?:{cities()})\s+(?=[A-Z“\"])",
    )
    lead = len(head) - len(head.lstrip())
    for form in forms:
        if m := re.match(form, head[lead:]):
            prefix = head[:lead] + m[0]
            return Dateline(prefix, m[0].rstrip(" \t—–-:"))
    return None


def brand_source(text: str, sources: Iterable[Source]) -> Source | None:
    """The source whose name opens the text's dateline; the longest name wins, two equal ones are no answer."""
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")[:LONGEST].casefold()
    hits: list[tuple[int, str, Source]] = []
    for source in sources:
        for brand in brands(source):
            name = brand.casefold()
            at = first.find(name)
            whole = at >= 0 and not first[at + len(name):at + len(name) + 1].isalnum() and find_dateline(first_line(text), source)
            if whole and at <= len(whole.prefix):
                hits.append((-len(name), source.name, source))
    best = min(hits, key=lambda h: h[:2], default=None)
    return best[2] if best else None


def first_line(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip()), "")
