"""Proves the spans of an article before its rows are loaded.

The check `spans` proves the same of every row in the warehouse before it is published. In a load it took most of the time of all checks,
since SQL counts the code points from the beginning of the text for each span.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from parsers.article import Article

# field of Structure -> of each of its spans the attributes with beginning, end and text
SPAN = ("char_start", "char_end", "text")
BODY_SPANS = {
    "quotes": (
        SPAN,
        ("cue_start", "cue_end", "cue"),
        ("speaker_start", "speaker_end", "speaker_surface"),
    ),
} | dict.fromkeys(("mentions", "figures", "dates", "places", "acronyms"), (SPAN,))
BODY_GETTERS = [
    (field, attrgetter(*names)) for field, spans in BODY_SPANS.items() for names in spans
]
SOURCE_SPAN = attrgetter("source_start", "source_end", "text")

Span = tuple[int | None, int | None, str | None]


class FaultyRowError(ValueError):
    """A row of a batch breaks a check."""


def prove_spans(article: Article) -> None:
    """Raises FaultyRowError unless every fact and removed span is exactly the text at its position."""
    for text, spans in (
        (article.body_text, _body_spans(article)),
        (article.source_text, _source_spans(article)),
    ):
        for start, end, words in spans:
            if start is not None and text[start:end] != words:
                raise FaultyRowError(f"the text from {start} to {end} is not {words!r}")


def _body_spans(article: Article) -> Iterator[Span]:
    for field, get_span in BODY_GETTERS:
        yield from map(get_span, getattr(article.structure, field, ()))


def _source_spans(article: Article) -> Iterator[Span]:
    if article.structure:
        yield from map(SOURCE_SPAN, article.structure.places)
    yield from ((removed.start, removed.end, removed.text) for removed in article.removed)
