"""Lines of a text that a scraper broke at its links and bold words: the pieces of each sentence are one line again."""

from __future__ import annotations

import re

SENTENCE_END = re.compile(r"[.!?:;…][”\"’')\]]*$")
DASHES = frozenset({"-", "–", "—"})
CONTINUES = re.compile(r"[a-zà-ÿ,.;)%]|\([A-Z]\w*\) ")
TAG = re.compile(r"[^\W_A-Z][^.,:;!?A-Z]*")  # a keyword below a text: small letters alone
OTHER_LINE = re.compile(
    r"https?:|www\.|@|\(.{1,20}\)$|\d+[.)]\s"
)  # an address, initials of editors, an item of a list
LONGEST_DATELINE = 4  # words
LONGEST_PIECE = 8  # words of a link
SHORTEST_SENTENCE = 8  # words; a shorter line with a capital after it may be a heading


def join_broken_lines(text: str) -> str:
    """The text with its paragraphs whole. Headings, lists and keywords below the text stay lines of their own."""
    lines = [line.strip() for line in text.split("\n")]
    joined: list[str] = []
    is_piece = False  # whether the last of `joined` ends with the words of a link
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        before = joined[-1] if joined else ""
        if before and line and _continues(before, line, following, is_piece=is_piece):
            joined[-1] = before + ("" if line[0] in ",.;)%" else " ") + line
            is_piece = len(line.split()) <= LONGEST_PIECE
        else:
            joined.append(line)
            is_piece = False
    return "\n".join(joined)


def _continues(before: str, line: str, following: str, *, is_piece: bool) -> bool:
    """Whether a line goes on with the sentence of the line before."""
    if SENTENCE_END.search(before) or OTHER_LINE.match(before) or OTHER_LINE.match(line):
        return False
    words = before.split()
    if line in DASHES or words[-1] in DASHES:
        return len(words) <= LONGEST_DATELINE  # Jakarta, -, Polisi
    if CONTINUES.match(line):
        return not (TAG.fullmatch(before) and TAG.fullmatch(line))
    if is_piece and words[0] not in DASHES:
        return True  # Medan - Ketua / Persebi / Sari Pohan meninjau
    if len(line.split()) > LONGEST_PIECE or TAG.fullmatch(before):
        return False
    is_open = words[-1].islower() or before.endswith(",")
    is_sentence = len(words) >= SHORTEST_SENTENCE and SENTENCE_END.search(line) is not None
    return is_open and (is_sentence or CONTINUES.match(following) is not None)
