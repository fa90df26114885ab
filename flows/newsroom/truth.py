"""The truth about the newsroom's articles: what a reader of its pages must find, computed from the manuscripts' labels.

`articles/README.md` says how the labels were set. Names of fields are those of the warehouse's columns. Spans are half-open code
points into `body_text`, those of removed stretches, related links and dateline places into `source_text`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from flows.newsroom.manuscripts import Manuscript, Piece, manuscripts, target_url
from parsers.article import ArticleLink, Image, Removed

Row = dict[str, Any]
PRONOUNS = {"dia", "ia", "beliau", "mereka", "he", "she", "they"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    paragraph_no: int
    quote_type: str
    text: str
    char_start: int
    char_end: int
    cue: str | None
    cue_class: str | None
    cue_start: int | None
    cue_end: int | None
    structure: str
    speaker_surface: str | None
    speaker_start: int | None
    speaker_end: int | None
    speaker_name: str | None
    speaker_role: str | None
    speaker_affiliation: str | None
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    paragraph_no: int
    text: str
    char_start: int
    char_end: int
    value: Decimal
    value_high: Decimal | None
    comparator: str
    unit: str | None
    currency: str | None
    noun_phrase: str | None
    quote_no: int | None
    date_no: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMentioned:
    paragraph_no: int
    text: str
    char_start: int
    char_end: int
    date_start: date
    date_end: date
    resolution: str
    method: str
    weekday_matches: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acronym:
    paragraph_no: int
    short_form: str
    expansion: str
    rule: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    paragraph_no: int
    entity_type: str
    entity: str
    mention_type: str
    text: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    paragraph_no: int | None  # None for the dateline's, whose span is in source_text
    text: str
    kind: str
    role: str
    region: str | None
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    source_id: str
    id: int
    slug: str
    url: str
    headline: str
    description: str
    section: str
    in_language: str
    date_published: datetime
    date_modified: datetime | None
    authors: tuple[str, ...]
    editors: tuple[str, ...]
    tags: tuple[str, ...]
    source_text: str
    body_text: str
    dateline: str | None
    removed: tuple[Removed, ...]
    links: tuple[
        ArticleLink, ...
    ]  # related ones; without start and end where they stand in a table that the outlet's `drop` cuts
    images: tuple[Image, ...]
    structured: bool  # whether the rows below are labelled; where not, they are empty and say nothing
    quotes: tuple[Quote, ...] = ()
    figures: tuple[Figure, ...] = ()
    dates_mentioned: tuple[DateMentioned, ...] = ()
    acronyms: tuple[Acronym, ...] = ()
    mentions: tuple[Mention, ...] = ()
    places: tuple[Place, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(self.body_text.split("\n"))

    @property
    def n_paragraphs(self) -> int:
        return len(self.paragraphs)


@cache
def truth(visit: int = 1) -> tuple[Truth, ...]:
    """Every article that stands on that visit, oldest first."""
    return tuple(_truth(m) for m in manuscripts(visit) if not m.gone_at)


def _truth(m: Manuscript) -> Truth:
    source_text, body_text, removed, links = _texts(m)
    rows = _Rows(m.labels, source_text, body_text, removed).all() if m.labels else {}
    dateline = next((r.text.strip(" –—-:") for r in removed if r.kind == "dateline"), None)
    images = (
        Image(
            role=i.role,
            content_url=f"http://{m.outlet}.test{i.file}",
            caption=i.caption,
            credit_text=i.credit,
            alt_text=i.alt,
        )
        for i in m.images
    )
    return Truth(
        source_id=m.outlet, id=m.id, slug=m.slug, url=m.url, headline=m.headline, description=m.description, section=m.section.rpartition("/")[2],
        in_language=m.lang, date_published=m.published, date_modified=m.modified, authors=m.authors, editors=m.editors, tags=m.tags,
        source_text=source_text, body_text=body_text, dateline=dateline, removed=tuple(removed), links=tuple(links), images=tuple(images),
        structured=bool(m.labels), **rows,
    )  # fmt: skip


def _texts(m: Manuscript) -> tuple[str, str, list[Removed], list[ArticleLink]]:
    source: list[str] = []
    body: list[str] = []
    removed: list[Removed] = []
    links: list[ArticleLink] = []
    for block in m.blocks:
        start = sum(len(line) + 1 for line in source)
        for piece in block.pieces if block.in_source_text else ():
            end = start + len(piece.plain)
            if piece.kind != "text":
                removed.append(Removed(kind=piece.kind, start=start, end=end, text=piece.plain))
            if piece.kind == "related_link":
                links.append(_related(piece, len(body), start, end))
            start = end
        if block.kind == "related_table":
            links += [_related(piece, len(body), None, None) for piece in block.pieces]
        if block.in_source_text:
            source.append("".join(piece.plain for piece in block.pieces))
        if block.in_body_text:
            body.append("".join(piece.plain for piece in block.pieces if piece.kind == "text").strip())
    return "\n".join(source), "\n".join(body), removed, links


def _related(piece: Piece, after: int, start: int | None, end: int | None) -> ArticleLink:
    return ArticleLink(
        rel="related",
        label=piece.label,
        title=piece.title,
        href=target_url(piece.target),
        after_paragraph=after,
        start=start,
        end=end,
    )


class _Rows:
    """Spans for one article's labels. A label gives words and a paragraph number; `a ... b` stands for all from a to b."""

    def __init__(self, labels: Row, source_text: str, body_text: str, removed: list[Removed]) -> None:
        self.labels, self.source_text, self.body_text, self.removed = labels, source_text, body_text, removed
        self.people: dict[str, Row] = labels.get("people", {})
        self.paragraphs = body_text.split("\n")
        self.starts = [sum(len(p) + 1 for p in self.paragraphs[:n]) for n in range(len(self.paragraphs))]

    def all(self) -> Row:
        quotes = sorted((self.quote(row) for row in self.labels.get("quotes", ())), key=lambda q: q.char_start)
        dates = [self.date(row) for row in self.labels.get("dates", ())]
        return {
            "quotes": tuple(quotes),
            "dates_mentioned": tuple(sorted(dates, key=lambda d: d.char_start)),
            "figures": tuple(self.figure(row, quotes, dates) for row in self.labels.get("figures", ())),
            "acronyms": tuple(self.acronym(row) for row in self.labels.get("acronyms", ())),
            "mentions": tuple(sorted(self.mentions(quotes), key=lambda m: m.char_start)),
            "places": tuple(self.place(row) for row in self.labels.get("places", ())),
            "topics": tuple(self.labels.get("topics", ())),
        }

    def span(
        self, p: int, words: str, n: int = 1, *, within: tuple[int, int] | None = None, last: bool = False
    ) -> tuple[int, int]:
        """The nth place of the words in paragraph p, or in `within` (in body_text); the last one there if asked."""
        low, high = within or (self.starts[p - 1], self.starts[p - 1] + len(self.paragraphs[p - 1]))
        first, gap, final = words.partition(" ... ")
        pattern = re.escape(first) + (f".*?{re.escape(final)}" if gap else "")
        edge = (r"(?<!\w)", r"(?!\w)") if words != "nya" else ("", r"(?!\w)")
        found = list(re.compile(edge[0] + pattern + edge[1]).finditer(self.body_text, low, high))
        if len(found) < n:
            raise ValueError(f"paragraph {p} has no {words!r} (number {n}): {self.paragraphs[p - 1]}")
        return found[-1 if last else n - 1].span()

    def quote(self, row: Row) -> Quote:
        p = row["p"]
        start, end = self.span(p, row["text"], row.get("n", 1))
        who = self.people.get(row.get("who", ""), {})
        around = self._cue(row, start, end)
        surface, cue = row.get("surface"), row.get("cue")
        speaker = self._speaker(row, around, start) if surface else (None, None)
        return Quote(
            paragraph_no=p, quote_type=row.get("type", "direct"), text=self.body_text[start:end], char_start=start, char_end=end, cue=cue,
            cue_class=row.get("class", "speech") if cue else None, cue_start=around[0], cue_end=around[1],
            structure=row.get("structure") or _structure(start, around[0], speaker[0], surface, row.get("type", "direct")),
            speaker_surface=surface, speaker_start=speaker[0], speaker_end=speaker[1], speaker_name=who.get("name", row.get("org")),
            speaker_role=row.get("role", who.get("role")), speaker_affiliation=row.get("affiliation", who.get("affiliation")),
            resolution=row.get("resolution") or _resolution(surface, who, "org" in row),
        )  # fmt: skip

    def _cue(self, row: Row, start: int, end: int) -> tuple[int, int] | tuple[None, None]:
        """The cue is the nearest after the quote, else the nearest before it; a cue inside it is `structure` QVSQ."""
        if not (cue := row.get("cue")):
            return None, None
        p, here = row["p"], self.starts[row["p"] - 1]
        if row.get("structure") == "QVSQ":
            return self.span(p, cue, within=(start, end))
        before = row.get("before", row.get("type") == "indirect")
        edge = r"(?:nya)?" if row.get("surface") == "nya" else ""
        low, high = (here, start) if before else (end, here + len(self.paragraphs[p - 1]))
        found = list(re.compile(rf"(?<!\w){re.escape(cue)}(?={edge}(?!\w))").finditer(self.body_text, low, high + 3))
        if not found:
            raise ValueError(f"paragraph {p} has no cue {cue!r} {'before' if before else 'after'} {row['text']!r}")
        return found[-1 if before else 0].span()

    def _speaker(self, row: Row, cue: tuple[int | None, int | None], start: int) -> tuple[int, int]:
        """Right at the cue for -nya, after it if the speaker stands there, else the last before it."""
        p, surface = row["p"], row["surface"]
        here, there = self.starts[p - 1], self.starts[p - 1] + len(self.paragraphs[p - 1])
        if cue[0] is None or cue[1] is None:
            return self.span(p, surface, within=(here, start), last=True)
        if surface == "nya":
            return cue[1], cue[1] + 3
        if (
            row.get("speaker_before", row.get("type") == "indirect" and not row.get("speaker_after"))
            and row.get("structure") != "QVSQ"
        ):
            return self.span(p, surface, within=(here, cue[0]), last=True)
        return self.span(p, surface, within=(cue[1], there))

    def figure(self, row: Row, quotes: list[Quote], dates: list[DateMentioned]) -> Figure:
        start, end = self.span(row["p"], row["text"], row.get("n", 1))
        said = next((n for n, q in enumerate(quotes, 1) if q.char_start <= start and end <= q.char_end), None)
        ordered = sorted(dates, key=lambda d: d.char_start)
        period = next(
            (n for n, d in enumerate(ordered, 1) if d.paragraph_no == row["p"] and d.text == row.get("period")), None
        )
        high = row.get("high")
        return Figure(
            paragraph_no=row["p"], text=self.body_text[start:end], char_start=start, char_end=end, value=Decimal(str(row["value"])),
            value_high=None if high is None else Decimal(str(high)), comparator=row.get("cmp", "="), unit=row.get("unit"),
            currency=row.get("currency"), noun_phrase=row.get("noun"), quote_no=said, date_no=period,
        )  # fmt: skip

    def date(self, row: Row) -> DateMentioned:
        start, end = self.span(row["p"], row["text"], row.get("n", 1))
        return DateMentioned(
            paragraph_no=row["p"], text=self.body_text[start:end], char_start=start, char_end=end, date_start=row["start"],
            date_end=row.get("end") or row["start"], resolution=row.get("resolution", "day"), method=row["method"], weekday_matches=row.get("weekday"),
        )  # fmt: skip

    def acronym(self, row: Row) -> Acronym:
        start, end = self.span(row["p"], row["text"].rstrip(")"))
        expansion, _, short = row["text"].rstrip(")").partition(" (")
        rule = row.get("rule", "initials")
        return Acronym(
            paragraph_no=row["p"],
            short_form=row.get("short", short),
            expansion=row.get("expansion", expansion),
            rule=rule,
            char_start=start,
            char_end=end + 1,
        )

    def place(self, row: Row) -> Place:
        if row["p"] == 0:  # the dateline's
            whole = next(r for r in self.removed if r.kind == "dateline")
            start = self.source_text.index(row["text"], whole.start)
            end = start + len(row["text"])
        else:
            start, end = self.span(row["p"], row["text"], row.get("n", 1))
        role = row.get("role", "mention" if row["p"] else "dateline")
        return Place(
            paragraph_no=row["p"] or None,
            text=row["text"],
            kind=row["kind"],
            role=role,
            region=row.get("region", row["text"]),
            char_start=start,
            char_end=end,
        )

    def mentions(self, quotes: list[Quote]) -> list[Mention]:
        """Every place of a listed name, longest first; pronouns and -nya only where they speak."""
        forms = [("person", p["name"], f) for p in self.people.values() for f in (p["name"], *p.get("forms", ()))]
        forms += [
            ("organization", name, f) for name, others in self.labels.get("orgs", {}).items() for f in (name, *others)
        ]
        known = {form: (kind, name) for kind, name, form in forms}
        masks = self.labels.get("not_names", [])
        names = "|".join(re.escape(f) for f in sorted([*known, *masks], key=len, reverse=True))
        found = re.finditer(rf"(?<![\w-])(?:{names})(?!\w)", self.body_text) if names else ()
        rows = [self._mention(*known[m[0]], m.start(), m[0]) for m in found if m[0] not in masks]
        spoken = [
            q
            for q in quotes
            if q.resolution in {"pronoun", "clitic"} and q.speaker_name and q.speaker_start is not None
        ]
        return rows + [
            self._mention("person", q.speaker_name or "", q.speaker_start or 0, q.speaker_surface or "") for q in spoken
        ]

    def _mention(self, kind: str, entity: str, start: int, text: str) -> Mention:
        one_word = "acronym" if kind == "organization" and " " not in text else "short_name"
        how = (
            "clitic"
            if text == "nya"
            else "pronoun"
            if text.lower() in PRONOUNS
            else "name"
            if text == entity
            else one_word
        )
        p = self.body_text.count("\n", 0, start) + 1
        return Mention(
            paragraph_no=p,
            entity_type=kind,
            entity=entity,
            mention_type=how,
            text=text,
            char_start=start,
            char_end=start + len(text),
        )


def _structure(start: int, cue: int | None, speaker: int | None, surface: str | None, quote_type: str) -> str:
    """Q quote, V cue, S speaker, C reported clause, in the order of the words."""
    if cue is None:
        return "SQ" if speaker is not None else "Q"
    if cue > start:
        return "QV" if surface in {"nya", None} else "QVS" if speaker is not None and speaker > cue else "QSV"
    if speaker is not None and speaker < cue:
        return "SVC" if quote_type == "indirect" else "SVQ"
    return "VSQ" if speaker is not None else "VQ"


def _resolution(surface: str | None, who: Row, said_by_organization: bool) -> str:
    if said_by_organization:
        return "organization"
    if not who:
        return "unresolved"
    if surface is None:
        return "continuation"
    if surface == "nya":
        return "clitic"
    if surface.lower() in PRONOUNS:
        return "pronoun"
    return "full_name" if surface == who["name"] else "short_name" if surface in who.get("forms", ()) else "role"
