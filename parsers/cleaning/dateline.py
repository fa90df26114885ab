"""The dateline, such as `OUTLET, Place –`, at the start of the first paragraph or the next ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.language.words import rows, table
from parsers.source import Source

DASH = r"\s*(?:--+|[—–]|(?<=\s)-(?=\s|[A-Z“\"])|-\s)\s*"
PLACE = r"[A-Z][\w.'’/]*(?:[ -][A-Z][\w.'’/]*){0,3}"
DATED = r"(?:\s*\(\d{1,2}/\d{1,2}(?:/\d{2,4})?\))?"
SITE = r"[A-Za-z][\w-]*\.(?i:co\.id|com|co|id|net|news|tv|org)\b"
BY_PLACE = re.compile(
    rf"(?P<place>{PLACE}){DATED}\s+(?P<dash>--+|[—–-])\s+(?P<after>[A-Z][\w.-]*|[“\"\d])"
)
LONGEST = 80
ABOVE = 3  # lines of a headline, a deck and a caption that may stand above the dateline
LISTED = 3  # lines after it; where one of them has a dateline, too, the text is a list of places


@cache
def cities() -> frozenset[str]:
    """Regions without the word `Kota` or `Kabupaten`, their short names, towns and places abroad."""
    regions = (row["name"] for row in rows("regions"))
    places, short = table("places"), table("aliases_places")
    return frozenset(
        (
            *(re.sub(r"^(?:Kota|Kabupaten)(?: Administrasi)? ", "", name) for name in regions),
            *(name for name in short if name != "ignore"),
            *places["towns"],
            *places["abroad"],
            *(row["name"] for row in rows("countries")),
        )
    )


@cache
def districts() -> frozenset[str]:
    return frozenset(row["name"] for row in rows("districts"))


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
                rf"[A-Z]+\.(?:CO\.ID|COM|CO|ID|NET)\s*,\s+(?=[A-Z“\"])(?!{SITE})",
                rf"{PLACE}(?:\s*,\s*{PLACE})?\s*(?:--+|[—–-])\s*$",
            ),
        )
    )


ALONE = re.compile(rf"\s*(?P<place>{PLACE})\s*")
DASH_ALONE = re.compile(r"\s*(?:--?|[—–])\s*")


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
    if found := _by_place(head, lead):
        return found
    for form in forms(own):
        if m := form.match(head, lead):
            place = m.groupdict().get("place")
            end = (
                m.end()
                if place is None
                else m.start("place") + len(known_city(place, head[m.start("place") :]))
            )
            if place is None or end > m.start("place"):
                return Dateline(head[:end], head[lead:end].rstrip(" \t—–-:,"))
    return None


def _by_place(head: str, lead: int) -> Dateline | None:
    """Jakarta - Warga antre; a district needs the longer dash. Two places are a route or a match."""
    match = BY_PLACE.match(head, lead)
    if match is None or known_city(match["after"] + " X", match["after"] + " X"):
        return None
    is_known = match["place"] in cities() or (
        match["place"] in districts() and match["dash"] in {"–", "—"}
    )
    end = match.start("after")
    return Dateline(head[:end], match["place"]) if is_known else None


def split_dateline(lines: Sequence[str]) -> str | None:
    """The place alone in the first line, where the second is nothing but the dash."""
    place = ALONE.fullmatch(lines[0]) if len(lines) > 1 and DASH_ALONE.fullmatch(lines[1]) else None
    return place["place"] if place else None


def head_dateline(lines: Sequence[str], source: Source) -> tuple[int, Dateline] | None:
    """The dateline of a text and its line: the first, or one below a headline, a deck or a caption."""
    found = [find_dateline(line, source) for line in lines[: ABOVE + LISTED + 1]]
    at = next((n for n, dateline in enumerate(found[: ABOVE + 1]) if dateline), None)
    dateline = found[at] if at is not None else None
    if at is None or dateline is None:
        return None
    is_list = at > 0 and any(found[at + 1 : at + 1 + LISTED])
    return None if is_list or (at > 0 and not _is_sure(dateline, source)) else (at, dateline)


def _is_sure(dateline: Dateline, source: Source) -> bool:
    """It has the outlet's name, an agency or a site, or a known place: FOTO - Warga has none."""
    text = dateline.text
    names = (n.casefold() in text.casefold() for n in brands(source))
    place = re.split(r" ?[,(]", text)[0].strip()
    is_place = place in cities() or place.title() in cities() | districts()
    return is_place or "(" in text or re.search(SITE, text) is not None or any(names)


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
    lines = [line for line in text.split("\n", 4 * ABOVE) if line.strip()][: ABOVE + LISTED + 1]
    folded = "\n".join(line.strip()[:LONGEST] for line in lines[: ABOVE + 1]).casefold()
    hits: list[tuple[int, str, Source]] = []
    for source in sources:
        for brand in brands(source):
            name = brand.casefold()
            found = head_dateline(lines, source) if name in folded else None
            prefix = found[1].prefix.casefold() if found else ""
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", prefix):
                hits.append((-len(name), source.name, source))
    best = min(hits, key=lambda h: h[:2], default=None)
    return best[2] if best else None
