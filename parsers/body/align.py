"""Which words of a page another text contains, in the same order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

WORD = re.compile(r"\w+")
Triple = tuple[str, str, str]


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def coverage(page: Sequence[str], bounds: Sequence[tuple[int, int]], text: str) -> list[float]:
    """For each stretch of the page's words, the share of it that the text has in its place."""
    hit = align(page, words(text))
    return [sum(hit[a:b]) / (b - a) if b > a else 0.0 for a, b in bounds]


def align(page: Sequence[str], text: Sequence[str]) -> bytearray:
    """1 for each word of the page that is in the text, in order.

    Triples of words that occur once on either side are the anchors; their longest rising chain is the order. Between two anchors a triple
    counts where the text has it between the same two, so that a headline said again beyond the text does not.
    """
    hit = bytearray(len(page))
    start, before = 0, 0
    for at, there in [*chain(anchors(page, text)), (len(page), len(text))]:
        hit[at : at + 3] = b"\1" * len(hit[at : at + 3])
        if at - start > 1 and there > before:
            between = {
                (text[i], text[i + 1], text[i + 2])
                for i in range(max(0, before - 1), min(len(text), there + 3) - 2)
            }
            for i in range(start, min(len(page), at + 2) - 2):
                if (page[i], page[i + 1], page[i + 2]) in between:
                    hit[i : i + 3] = b"\1\1\1"
        start, before = at + 1, there + 1
    return hit


def anchors(page: Sequence[str], text: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the triples that occur once on either side, in page order."""
    theirs: dict[Triple, int] = {}
    for i, triple in enumerate(zip(text, text[1:], text[2:], strict=False)):
        theirs[triple] = -1 if triple in theirs else i
    mine: dict[Triple, int] = {}
    for i, triple in enumerate(zip(page, page[1:], page[2:], strict=False)):
        if triple in theirs:
            mine[triple] = -1 if triple in mine else i
    return [(i, theirs[t]) for t, i in mine.items() if i >= 0 and theirs[t] >= 0]


def chain(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs in which both numbers rise."""
    pairs = sorted(pairs)
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for k, (_, there) in enumerate(pairs):
        at = bisect_left(tails, there)
        previous.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [there]
        ends[at : at + 1] = [k]
    found: list[tuple[int, int]] = []
    k = ends[-1] if ends else -1
    while k >= 0:
        found.append(pairs[k])
        k = previous[k]
    return found[::-1]
