"""Pairs quotation marks, whatever glyph a site uses, also where the same one opens and closes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import trailing_cue

MARK = re.compile(r"[“”„‟«»\"]|''|``")
OPENS = "“„«``"
CLOSES = "»"
WORD = re.compile(r"\s{0,3}(\w{2,20})")
LONGEST_QUOTE = 4000  # characters without a closing mark, over several paragraphs


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch between marks; `start` and `end` exclude them. `open_ended` when the next paragraph goes on with a mark of its own."""

    start: int
    end: int
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    paragraph: int
    may_open: bool
    may_close: bool
    attributed: bool  # kata X follows: it closes, whatever its spacing


def pairs(body: BodyText) -> tuple[Marked, ...]:
    found: list[Marked] = []
    opened: _Mark | None = None
    nested = False
    for mark in _marks(body):
        if opened is None:
            # a mark that seems to close where none is open is kept in reserve: the spacing may be the site's fault
            opened = mark
        elif mark.attributed:
            found.append(Marked(opened.end, mark.start))
            opened, nested = None, False
        elif not opened.may_open:
            opened = mark
        elif mark.paragraph != opened.paragraph and (
            mark.may_open or mark.start - opened.end > LONGEST_QUOTE
        ):
            found.extend(_cut(body, opened, mark))
            opened, nested = (mark if mark.may_open else None), False
        elif mark.may_open and not mark.may_close:
            opened, nested = _inner(body, opened, mark, nested=nested)
        elif nested:
            nested = False
        else:
            found.append(Marked(opened.end, mark.start))
            opened = None
    return tuple(m for m in found if body.text[m.start : m.end].strip())


def _marks(body: BodyText) -> list[_Mark]:
    text, found = body.text, []
    for match in MARK.finditer(text):
        before = text[match.start() - 1] if match.start() else "\n"
        after = text[match.end()] if match.end() < len(text) else "\n"
        opens, closes = _sides(match.group(), before, after)
        attributed = match.group() not in OPENS and _attributed(text, match.start(), match.end())
        found.append(
            _Mark(
                match.start(),
                match.end(),
                body.paragraph(match.start()).number,
                opens,
                closes,
                attributed,
            )
        )
    return found


def _attributed(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip()
    after = WORD.match(text, end)
    return (
        before.endswith((",", "?", "!"))
        and after is not None
        and trailing_cue(after.group(1).lower())[0] is not None
    )


def _sides(glyph: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether the mark may open and may close; a mark between blanks may do both, and its turn decides."""
    if glyph in OPENS:
        return True, False
    if glyph in CLOSES:
        return False, True
    free_before, free_after = (
        before.isspace() or before in '([—–-/:“"',
        after.isspace() or after in ".,;:!?)]…—–-",
    )
    if free_before == free_after:
        return True, True
    return (free_before, not free_before)


def _cut(body: BodyText, opened: _Mark, mark: _Mark) -> list[Marked]:
    """A quote no mark closes: it goes on in the next paragraph, or its closing mark was forgotten."""
    paragraph = body.paragraph(opened.start)
    following = (
        mark.paragraph == paragraph.number + 1
        and body.text[body.paragraphs[mark.paragraph - 1].start : mark.start].strip() == ""
    )
    return [Marked(opened.end, paragraph.end, open_ended=True)] if following else []


def _inner(body: BodyText, opened: _Mark, mark: _Mark, *, nested: bool) -> tuple[_Mark, bool]:
    """A second opening mark: a quote within the quote, or the first was never closed and a sentence ended since."""
    between = body.text[opened.end : mark.start]
    if nested or re.search(r"[.!?]\s*$", between[-3:]):
        return mark, False
    return opened, True
