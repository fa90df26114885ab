"""Pairs quotation marks, whatever glyph a site uses, also where the same one opens and closes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import trailing_cue

MARK = re.compile(r"[“”„‟«»\"]|''|``")
OPENS = "“„«``"
CLOSES = "»"
WORD = re.compile(r"\s{0,3}(\w{2,20})")
LONGEST_QUOTE = 4000  # characters without a closing mark, over several paragraphs


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between marks; `start` and `end` exclude them."""

    start: int
    end: int
    open_ended: bool = False  # no mark closes it before the next one opens


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    paragraph: int
    may_open: bool
    may_close: bool
    is_attributed: bool  # kata X follows: it closes, whatever its spacing


def find_quotations(body: BodyText) -> tuple[Quotation, ...]:
    quotations: list[Quotation] = []
    opening: _Mark | None = None
    nested = False
    for mark in _marks(body):
        if opening is None:
            # a mark that seems to close where none is open is kept in reserve: the spacing may be the site's fault
            opening = mark
        elif mark.is_attributed:
            quotations.append(Quotation(opening.end, mark.start))
            opening, nested = None, False
        elif not opening.may_open:
            opening = mark
        elif mark.paragraph != opening.paragraph and (
            mark.may_open or mark.start - opening.end > LONGEST_QUOTE
        ):
            end = body.paragraph(opening.start).end
            quotations += [Quotation(opening.end, end, open_ended=True)] if mark.may_open else []
            opening, nested = (mark if mark.may_open else None), False
        elif mark.may_open and not mark.may_close:
            opening, nested = _second_opening(body, opening, mark, nested=nested)
        elif nested:
            nested = False
        else:
            quotations.append(Quotation(opening.end, mark.start))
            opening = None
    return tuple(q for q in quotations if body.text[q.start : q.end].strip())


def _marks(body: BodyText) -> Iterator[_Mark]:
    text = body.text
    for match in MARK.finditer(text):
        start, end = match.span()
        before = text[start - 1] if start else "\n"
        after = text[end] if end < len(text) else "\n"
        may_open, may_close = _sides(match.group(), before, after)
        yield _Mark(
            start=start,
            end=end,
            paragraph=body.paragraph(start).number,
            may_open=may_open,
            may_close=may_close,
            is_attributed=match.group() not in OPENS and _is_attributed(text, start, end),
        )


def _is_attributed(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip()
    after = WORD.match(text, end)
    return (
        before.endswith((",", "?", "!"))
        and after is not None
        and trailing_cue(after[1].lower())[0] is not None
    )


def _sides(glyph: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether the mark may open and may close; a mark between blanks may do both, and its turn decides."""
    if glyph in OPENS:
        return True, False
    if glyph in CLOSES:
        return False, True
    free_before = before.isspace() or before in '([—–-/:“"'
    free_after = after.isspace() or after in ".,;:!?)]…—–-"
    if free_before == free_after:
        return True, True
    return free_before, not free_before


def _second_opening(
    body: BodyText, opening: _Mark, mark: _Mark, *, nested: bool
) -> tuple[_Mark, bool]:
    """A quote within the quote, or the first was never closed and a sentence ended since."""
    between = body.text[opening.end : mark.start]
    if nested or re.search(r"[.!?]\s*$", between[-3:]):
        return mark, False
    return opening, True
