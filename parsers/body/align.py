"""Which words of a page another text contains, in the same order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from parsers.text.normalize import words

Triple = tuple[str, str, str]


def coverage(page: Sequence[str], bounds: Sequence[tuple[int, int]], text: str) -> list[float]:
    """For each range of the page's words, the share that the text has in the same order."""
    hits = align(page, words(text))
    return [sum(hits[a:b]) / (b - a) if b > a else 0.0 for a, b in bounds]


def align(page: Sequence[str], text: Sequence[str]) -> bytearray:
    """1 for each word of the page that is in the text, in order.

    The anchors are triples of words that occur once on either side, in their longest chain that
    rises on both. Between two anchors a triple counts if the text has it between the same two,
    so that a headline repeated outside the text does not count.
    """
    hits = bytearray(len(page))
    start, before = 0, 0
    for at, there in [*chain(anchors(page, text)), (len(page), len(text))]:
        hits[at : at + 3] = b"\1" * len(hits[at : at + 3])
        if at - start > 1 and there > before:
            between = {
                (text[i], text[i + 1], text[i + 2])
                for i in range(max(0, before - 1), min(len(text), there + 3) - 2)
            }
            for i in range(start, min(len(page), at + 2) - 2):
                if (page[i], page[i + 1], page[i + 2]) in between:
                    hits[i : i + 3] = b"\1\1\1"
        start, before = at + 1, there + 1
    return hits


def anchors(page: Sequence[str], text: Sequence[str]) -> list[tuple[int, int]]:
    """Positions (page, text) of the triples that occur once on either side, in page order."""
    in_text: dict[Triple, int] = {}
    for i, triple in enumerate(zip(text, text[1:], text[2:], strict=False)):
        in_text[triple] = -1 if triple in in_text else i
    in_page: dict[Triple, int] = {}
    for i, triple in enumerate(zip(page, page[1:], page[2:], strict=False)):
        if triple in in_text:
            in_page[triple] = -1 if triple in in_page else i
    return [(i, in_text[t]) for t, i in in_page.items() if i >= 0 and in_text[t] >= 0]


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
    rising: list[tuple[int, int]] = []
    k = ends[-1] if ends else -1
    while k >= 0:
        rising.append(pairs[k])
        k = previous[k]
    return rising[::-1]
