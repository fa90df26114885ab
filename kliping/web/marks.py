"""A text in pieces, each with the rows that it is part of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from kliping.reading.search import matches
from parsers.search_query import Term
from parsers.text.normalize import printable


@dataclass(frozen=True, slots=True)
class TextPiece:
    text: str
    spans: tuple[Mapping[str, Any], ...] = ()  # those that cover it, the widest first
    starting: tuple[Mapping[str, Any], ...] = ()  # those of them that begin with it


def highlighted(text: str, wanted: Sequence[Term]) -> Markup:
    """The text with what a search has found in it marked."""
    text, shown, end = printable(text), Markup(), 0
    for start, stop in sorted(matches(text, wanted)):
        if start >= end:
            shown += escape(text[end:start]) + Markup("<mark>{}</mark>").format(text[start:stop])
            end = stop
    return shown + escape(text[end:])


def pieces(text: str, spans: Sequence[Mapping[str, Any]]) -> list[list[TextPiece]]:
    """The paragraphs of a text, cut wherever a span begins or ends; spans are as `explain.text` gives them."""
    paragraphs, start = [], 0
    for line in text.split("\n"):
        inside = [s for s in spans if s["char_start"] < start + len(line) and s["char_end"] > start]
        paragraphs.append(_pieces_of_line(line, start, inside))
        start += len(line) + 1
    return paragraphs


def _pieces_of_line(line: str, start: int, spans: Sequence[Mapping[str, Any]]) -> list[TextPiece]:
    end = start + len(line)
    ends = {at for s in spans for at in (s["char_start"], s["char_end"]) if start < at < end}
    cuts = sorted({start, end, *ends})
    widest_first = sorted(spans, key=lambda s: s["char_start"] - s["char_end"])
    return [
        TextPiece(
            line[a - start : b - start],
            tuple(s for s in widest_first if s["char_start"] <= a and b <= s["char_end"]),
            tuple(s for s in widest_first if s["char_start"] == a),
        )
        for a, b in pairwise(cuts)
    ]
