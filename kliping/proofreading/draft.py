"""A draft as text that the rules for articles can read: Markdown or plain, each character with its line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from parsers.text.normalize import clean_text

UNUSUAL_MARKS = str.maketrans("‹›「」『』《》＂", "“”“”“”“”“")
LOW_MARKS = re.compile(r"[„‚]([^„‚“”‘’\n]*)[“‘]")  # as in German
QUOTED = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"|«[^»\n]*»")
# Apostrophes stand inside words: Ma’ruf, Jum'at. A mark that closes stands after one, and none follows.
SINGLE_MARKS = re.compile(
    r"(?<![\w’'])(?:‘+(?=[\w\[(…])(?P<curly>[^\n‘]*?[\w.,!?…)\]'])’+|'+(?=[\w\[(…])(?P<plain>[^\n'‘]*?[\w.,!?…)\]])'+)(?!\w)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    text: str  # paragraphs joined by one LF, without markup
    starts: tuple[int, ...]  # where a line of the draft begins in `text`, in order
    lines: tuple[int, ...]  # the number of that line, 1-based

    def line(self, at: int) -> int:
        """The line of the draft in which a character of `text` stands."""
        return self.lines[max(bisect_right(self.starts, at) - 1, 0)]


def read_draft(source: str) -> Draft:
    """Headings, lists, block quotes and tables give a paragraph for each block; code blocks are left out."""
    parts: list[str] = []
    starts, lines, length = [0], [1], 0
    for line, begins, written in _parts(_parser().parse(source)):
        gap = "\n" if begins and length else ""
        part = gap + clean_text(written).replace("\n", " ")
        starts.append(length + len(gap))
        lines.append(line)
        parts.append(part)
        length += len(part)
    return Draft(text=with_double_marks("".join(parts)), starts=tuple(starts), lines=tuple(lines))


def with_double_marks(text: str) -> str:
    """‘single’ and 「other」 quotation marks as “double” ones, where none are around them. The length stays."""
    text = LOW_MARKS.sub(r"“\1”", text.translate(UNUSUAL_MARKS))
    parts, last = [], 0
    for quoted in QUOTED.finditer(text):
        parts += [_double(text[last : quoted.start()]), quoted[0]]
        last = quoted.end()
    return "".join([*parts, _double(text[last:])])


def _double(text: str) -> str:
    def marks(match: re.Match[str]) -> str:
        group = "curly" if match["curly"] else "plain"
        start, end = match.start(group) - match.start(), match.end() - match.end(group)
        return "“" * start + match[group] + "”" * end

    return SINGLE_MARKS.sub(marks, text)


@cache
def _parser() -> MarkdownIt:
    """Plain text has indented paragraphs, and tags may stand around any of it."""
    return MarkdownIt("commonmark").enable("table").disable(["code", "html_block"])


def _parts(blocks: Sequence[Token]) -> Iterator[tuple[int, bool, str]]:
    """Line, whether a block begins, and text of each part of a line."""
    for block in blocks:
        if block.type != "inline" or not block.map:
            continue
        line, begins = block.map[0] + 1, True
        for child in block.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
                yield line, begins, " "
            elif child.type in {"text", "code_inline"} and child.content:
                yield line, begins, child.content
            else:
                continue
            begins = False
