"""Turns an article's labels into rows with spans. `tests/truth/README.md` says how the labels are set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from parsers.article import Removed

Label = dict[str, Any]
PRONOUNS = {"dia", "ia", "beliau", "dirinya", "mereka"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Half-open code points into `body_text`; into `source_text` for the dateline's place, whose paragraph is None."""

    paragraph_no: int | None
    text: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Row):
    quote_type: str
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
class Figure(Row):
    value: Decimal
    value_high: Decimal | None
    comparator: str
    unit: str | None
    currency: str | None
    noun_phrase: str | None
    quote_no: int | None
    date_no: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMentioned(Row):
    date_start: date
    date_end: date
    resolution: str
    method: str
    weekday_matches: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acronym(Row):
    """`text` is the whole definition: `Tindak Pidana Perdagangan Orang (TPPO)`."""

    short_form: str
    expansion: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Row):
    entity_type: str
    entity: str
    mention_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Row):
    kind: str
    role: str
    region: str | None


@dataclass(frozen=True)
class Rows:
    """One article's rows. A label gives words and a paragraph number `p`; `a ... b` stands for all from a to b."""

    labels: Label
    source_text: str
    body_text: str
    removed: tuple[Removed, ...]

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        return [m.span() for m in re.finditer(r"[^\n]+", self.body_text)]

    @cached_property
    def people(self) -> dict[str, Label]:
        people: dict[str, Label] = self.labels.get("people", {})
        return people

    @cached_property
    def quotes(self) -> tuple[Quote, ...]:
        return _ordered(self._quote(label) for label in self.labels.get("quotes", ()))

    @cached_property
    def dates_mentioned(self) -> tuple[DateMentioned, ...]:
        return _ordered(self._date(label) for label in self.labels.get("dates", ()))

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return _ordered(self._figure(label) for label in self.labels.get("figures", ()))

    @cached_property
    def acronyms(self) -> tuple[Acronym, ...]:
        return _ordered(self._acronym(label) for label in self.labels.get("acronyms", ()))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return tuple(self._place(label) for label in self.labels.get("places", ()))

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        return _ordered(self._mentions())

    def find(
        self, words: str, within: tuple[int, int], *, n: int = 1, last: bool = False
    ) -> tuple[int, int]:
        """The span of the words in a part of the body: the nth, or the last."""
        first, gap, final = words.partition(" ... ")
        pattern = re.escape(first) + (f".*?{re.escape(final)}" if gap else "")
        # a cue may carry -nya, which is a speaker of its own
        found = list(re.finditer(rf"(?<!\w){pattern}(?!(?!nya\b)\w)", self.body_text[: within[1]]))
        found = [m for m in found if m.start() >= within[0]]
        if len(found) < n:
            raise ValueError(f"no {words!r} (number {n}) in {self.body_text[slice(*within)]!r}")
        return found[-1 if last else n - 1].span()

    def _span(self, label: Label) -> Label:
        start, end = self.find(label["text"], self.paragraphs[label["p"] - 1], n=label.get("n", 1))
        return {
            "paragraph_no": label["p"],
            "text": self.body_text[start:end],
            "char_start": start,
            "char_end": end,
        }

    def _quote(self, label: Label) -> Quote:
        span = self._span(label)
        who = self.people.get(label.get("who", ""), {"name": label.get("org")})
        indirect = label.get("type", "direct") != "direct"
        cue = self._cue(label, span, before=label.get("before", indirect))
        speaker = self._speaker(label, span, cue, before=label.get("speaker_before", indirect))
        surface = label.get("surface")
        return Quote(
            **span,
            quote_type=label.get("type", "direct"),
            cue=label.get("cue"),
            cue_class=label.get("class", "speech") if cue else None,
            cue_start=cue and cue[0],
            cue_end=cue and cue[1],
            structure=label.get("structure")
            or _structure(span["char_start"], cue, speaker, surface, indirect=indirect),
            speaker_surface=surface,
            speaker_start=speaker and speaker[0],
            speaker_end=speaker and speaker[1],
            speaker_name=who["name"],
            speaker_role=who.get("role"),
            speaker_affiliation=who.get("affiliation"),
            resolution=label.get("resolution")
            or ("organization" if "org" in label else _resolution(surface, who)),
        )

    def _cue(self, label: Label, span: Label, *, before: bool) -> tuple[int, int] | None:
        """The nearest cue after the quote, or before it; inside it where the attribution interrupts (QVSQ)."""
        if not (cue := label.get("cue")):
            return None
        low, high = self.paragraphs[label["p"] - 1]
        if label.get("structure") == "QVSQ":
            return self.find(cue, (span["char_start"], span["char_end"]))
        if before:
            return self.find(cue, (low, span["char_start"]), last=True)
        return self.find(cue, (span["char_end"], high))

    def _speaker(
        self, label: Label, span: Label, cue: tuple[int, int] | None, *, before: bool
    ) -> tuple[int, int] | None:
        """Right at the cue for -nya, after it if the speaker stands there, else the last before it."""
        if not (surface := label.get("surface")):
            return None
        low, high = self.paragraphs[label["p"] - 1]
        if cue is None:
            return self.find(surface, (low, span["char_start"]), last=True)
        if surface == "nya":
            return cue[1], cue[1] + len(surface)
        if before and not label.get("speaker_after") and label.get("structure") != "QVSQ":
            return self.find(surface, (low, cue[0]), last=True)
        return self.find(surface, (cue[1], high))

    def _figure(self, label: Label) -> Figure:
        span = self._span(label)
        inside = [
            q.char_start <= span["char_start"] and span["char_end"] <= q.char_end
            for q in self.quotes
        ]
        period = [
            (d.paragraph_no, d.text) == (label["p"], label.get("period"))
            for d in self.dates_mentioned
        ]
        return Figure(
            **span,
            value=Decimal(str(label["value"])),
            value_high=Decimal(str(label["high"])) if "high" in label else None,
            comparator=label.get("cmp", "="),
            unit=label.get("unit"),
            currency=label.get("currency"),
            noun_phrase=label.get("noun"),
            quote_no=inside.index(True) + 1 if any(inside) else None,
            date_no=period.index(True) + 1 if any(period) else None,
        )

    def _date(self, label: Label) -> DateMentioned:
        return DateMentioned(
            **self._span(label),
            date_start=label["start"],
            date_end=label.get("end") or label["start"],
            resolution=label.get("resolution", "day"),
            method=label["method"],
            weekday_matches=label.get("weekday"),
        )

    def _acronym(self, label: Label) -> Acronym:
        expansion, _, short = label["text"].rstrip(")").partition(" (")
        return Acronym(
            **self._span(label),
            short_form=short,
            expansion=expansion,
            rule=label.get("rule", "initials"),
        )

    def _place(self, label: Label) -> Place:
        names = {"kind": label["kind"], "region": label.get("region", label["text"])}
        if label["p"]:
            return Place(**self._span(label), **names, role=label.get("role", "mention"))
        start = self.source_text.index(
            label["text"], next(r.start for r in self.removed if r.kind == "dateline")
        )
        end = start + len(label["text"])
        return Place(
            **names,
            paragraph_no=None,
            text=label["text"],
            char_start=start,
            char_end=end,
            role="dateline",
        )

    def _mentions(self) -> Iterator[Mention]:
        """Every place of a listed name, longest first; pronouns and -nya only where they speak."""
        entities = {
            form: ("person", p["name"])
            for p in self.people.values()
            for form in (p["name"], *p.get("forms", ()))
        }
        for name, others in self.labels.get("orgs", {}).items():
            entities |= dict.fromkeys((name, *others), ("organization", name))
        names = "|".join(re.escape(form) for form in sorted(entities, key=len, reverse=True))
        for found in re.finditer(rf"(?<![\w-])(?:{names})(?!\w)", self.body_text):
            yield self._mention(*entities[found[0]], found.start(), found[0])
        for q in self.quotes:
            if q.resolution in {"pronoun", "clitic"} and q.speaker_name and q.speaker_surface:
                yield self._mention(
                    "person", q.speaker_name, q.speaker_start or 0, q.speaker_surface
                )

    def _mention(self, kind: str, entity: str, start: int, text: str) -> Mention:
        return Mention(
            paragraph_no=self.body_text.count("\n", 0, start) + 1,
            text=text,
            char_start=start,
            char_end=start + len(text),
            entity_type=kind,
            entity=entity,
            mention_type=_mention_type(kind, entity, text),
        )


def _ordered(rows: Iterator[Any]) -> tuple[Any, ...]:
    return tuple(sorted(rows, key=lambda row: row.char_start))


def _structure(
    quote: int,
    cue: tuple[int, int] | None,
    speaker: tuple[int, int] | None,
    surface: str | None,
    *,
    indirect: bool,
) -> str:
    """Q quote, V cue, S speaker, C reported clause, in the order of the words."""
    if cue is None:
        return "SQ" if speaker else "Q"
    if cue > (quote, quote):
        return "QV" if surface in {"nya", None} else "QVS" if speaker and speaker > cue else "QSV"
    if speaker and speaker < cue:
        return "SVC" if indirect else "SVQ"
    return "VSQ" if speaker else "VQ"


def _resolution(surface: str | None, who: Label) -> str:
    if not who["name"]:
        return "unresolved"
    if surface is None:
        return "continuation"
    if surface == "nya":
        return "clitic"
    if surface.lower() in PRONOUNS:
        return "pronoun"
    return (
        "full_name"
        if surface == who["name"]
        else "short_name"
        if surface in who.get("forms", ())
        else "role"
    )


def _mention_type(kind: str, entity: str, text: str) -> str:
    if text == "nya":
        return "clitic"
    if text.lower() in PRONOUNS:
        return "pronoun"
    if kind == "person":
        return "name" if text == entity else "short_name"
    # `KP2MI`, `Disnaker`, `KDEI Taipei` are acronyms; an expansion that a bracket cuts off from its place is a name
    first = text.split(maxsplit=1)[0]
    return (
        "acronym"
        if text.lower() != entity.lower() and (first == text or first.isupper())
        else "name"
    )
