"""Articles of the press as `draft_items.py` needs them: what people read in them says who said what in which office. No text is stored here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from draft_items import sentence
from press_labels import LabelledArticle, LabelledQuote, labelled_articles

from parsers.facts import Figure
from parsers.structure import of_article
from parsers.structure.quotes.quotation_marks import Quotation, find_quotations
from parsers.structure.tokens.text import BodyText

RESOLUTIONS = {"full": "full_name", "short": "short_name", "body": "organization"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PressQuote:
    quote_type: str
    text: str
    char_start: int
    char_end: int
    speaker_name: str | None
    speaker_surface: str | None
    speaker_role: str | None
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PressText:
    slug: str
    body_text: str
    quotes: tuple[PressQuote, ...]
    figures: tuple[Figure, ...]


def press_texts(table: Path, half: str) -> list[PressText]:
    part = half.replace("-", " ")
    return [_text(each) for each in labelled_articles(table) if each.part == part]


def _text(labelled: LabelledArticle) -> PressText:
    body = labelled.article.body_text
    quotations = find_quotations(BodyText(body))
    quotes = (_quote(body, quotations, each) for each in labelled.labels.quotes)
    return PressText(
        slug=labelled.url,
        body_text=body,
        quotes=tuple(each for each in quotes if each),
        figures=of_article(labelled.article).figures,
    )


def _quote(
    body: str, quotations: tuple[Quotation, ...], labelled: LabelledQuote
) -> PressQuote | None:
    """A label has no end: it is that of the quotation, or of the sentence."""
    ends: Iterator[tuple[int, int]] = (
        (q.start, q.end) for q in quotations if q.start - 1 <= labelled.start < q.end
    )
    span = next(ends, None)
    if labelled.quote_type == "direct" and not span:
        return None
    start, end = span or sentence(body, labelled.start, labelled.start + 1)
    is_person = labelled.speaker and labelled.speaker.kind == "person"
    forms = labelled.speaker.forms if labelled.speaker and is_person else ()
    office = " ".join(filter(None, (labelled.role, labelled.affiliation)))
    return PressQuote(
        quote_type=labelled.quote_type,
        text=body[start:end].rstrip(" ,."),
        char_start=start,
        char_end=end,
        speaker_name=next(iter(forms), None),
        speaker_surface=next((form for form in forms if form in body[start:end]), None),
        speaker_role=office or None,
        resolution=RESOLUTIONS.get(labelled.named_as, labelled.named_as),
    )
