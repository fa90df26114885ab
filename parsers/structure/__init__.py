"""An article's facts as rows that can be checked: each has a span of the text and the rule that made it.

The parts read the text in this order; each leaves alone what an earlier one has read:

1. tokens: paragraphs, sentences and words; acronyms: short forms in brackets.
2. names: phrases of persons, offices and institutions, from left to right, and who is who.
3. quotes: direct statements first, then an indirect one in each sentence without a direct one.
4. dates: written forms, of which the first in `patterns` wins, then relative dates and weekdays.
5. figures: numbers in no date, but for money; of two that overlap the first and longer.
6. places: names in no phrase of a person, office or institution; the first rule of `_place_at`
   that fits. Where it happened is told by weights, of all that the text says of a place.
7. mentions: the phrases, then names and short forms elsewhere, then names that only the tagger sees.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from parsers.article import Article
from parsers.facts import (
    Acronym,
    DateMentioned,
    Figure,
    Mention,
    Place,
    Quote,
    Structure,
    entity_id,
)
from parsers.structure.figures.figures import figures
from parsers.structure.mentioned_dates import dates
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.mentions import mentions, without_denied
from parsers.structure.places.places import places
from parsers.structure.quotes.resolve import quotes
from parsers.structure.rules import RULES, ExtractionRule
from parsers.structure.tokens.text import BodyText

LANGUAGES = ("id", "en")  # others, Malay too, were measured on no text


def structure(
    body_text: str,
    *,
    dateline: str | None = None,
    dateline_start: int | None = None,
    language: str = "id",
    published: date | None = None,
    reference_date: date | None = None,
) -> Structure:
    """Every row of one text.

    `dateline_start` is where the dateline begins in source_text; all other spans are in body_text. English gives
    quotes, figures and dates only, other languages nothing: empty rather than wrong.
    """
    if language not in LANGUAGES or not body_text.strip():
        return Structure()
    body = BodyText(body_text)
    entities = EntityIndex(body)
    quote_rows = quotes(body, entities, language=language)
    date_rows = dates(body, published=published, reference=reference_date)
    facts = Structure(
        quotes=quote_rows,
        dates=date_rows,
        figures=figures(body, quote_rows, date_rows, language=language),
    )
    if language != "id":
        return facts
    place_rows = places(
        body, entities, quote_rows, date_rows, dateline=dateline, dateline_start=dateline_start
    )
    date_spans = [(d.char_start, d.char_end) for d in date_rows]
    named = mentions(body, entities, quote_rows, entities.acronyms, place_rows, date_spans)
    quote_rows, named = without_denied(quote_rows, named)
    return replace(
        facts, quotes=quote_rows, acronyms=entities.acronyms, mentions=named, places=place_rows
    )


def of_article(article: Article) -> Structure:
    """Every row of an article's text."""
    removed = next((span for span in article.removed if span.kind == "dateline"), None)
    blanks = len(removed.text) - len(removed.text.lstrip()) if removed else 0
    return structure(
        article.body_text,
        dateline=article.dateline,
        dateline_start=removed.start + blanks if removed else None,
        language=article.in_language or "und",
        published=article.date_published.date() if article.date_published else None,
        reference_date=article.content_reference_date,
    )


__all__ = [
    "RULES",
    "Acronym",
    "DateMentioned",
    "ExtractionRule",
    "Figure",
    "Mention",
    "Place",
    "Quote",
    "Structure",
    "entity_id",
    "of_article",
    "structure",
]
