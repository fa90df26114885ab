"""An article's facts as provable rows: quotes, people, figures, dates, places, acronyms, topics."""

from __future__ import annotations

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
    Topic,
    entity_id,
)
from parsers.structure.figures.figures import figures
from parsers.structure.mentioned_dates import dates
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.mentions import mentions
from parsers.structure.places.places import places
from parsers.structure.quotes.resolve import quotes
from parsers.structure.rules import RULES, Rule
from parsers.structure.tokens.text import BodyText
from parsers.structure.topics import topics

READ = ("id", "ms", "en")


def structure(
    body_text: str,
    *,
    headline: str | None = None,
    dateline: str | None = None,
    dateline_start: int | None = None,
    language: str = "id",
    published: date | None = None,
    reference_date: date | None = None,
) -> Structure:
    """Every row of one text. `dateline_start` is where the dateline begins in source_text; all other spans are in body_text.

    Malay and English give quotes, figures and dates only, other languages nothing: empty rather than wrong.
    """
    if language not in READ or not body_text.strip():
        return Structure()
    body = BodyText(body_text)
    entities = EntityIndex(body)
    indonesian = language == "id"
    said = quotes(body, entities, language=language)
    when = dates(body, published=published, reference=reference_date)
    short = entities.acronyms if indonesian else ()
    return Structure(
        quotes=said,
        dates=when,
        acronyms=short,
        figures=figures(body, said, when, language=language),
        mentions=mentions(body, entities, said, short) if indonesian else (),
        places=places(body, entities, said, when, dateline=dateline, dateline_start=dateline_start)
        if indonesian
        else (),
        topics=topics(body, headline) if indonesian else (),
    )


def of_article(article: Article) -> Structure:
    """Every row of an article's text."""
    removed = next((span for span in article.removed if span.kind == "dateline"), None)
    blanks = len(removed.text) - len(removed.text.lstrip()) if removed else 0
    return structure(
        article.body_text,
        headline=article.headline,
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
    "Figure",
    "Mention",
    "Place",
    "Quote",
    "Rule",
    "Structure",
    "Topic",
    "entity_id",
    "of_article",
    "structure",
]
