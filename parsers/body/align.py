"""Which words of a page another text contains, in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import LCSseq

from parsers.text.normalize import words

LEAST_WORDS = 3  # in a row: a shorter run is chance
MOST_PAIRS = 500_000_000  # of words; a longest common subsequence takes a bit of memory for each


def coverage(page: Sequence[str], bounds: Sequence[tuple[int, int]], text: str) -> list[float]:
    """For each range of the page's words, the share that the text has in the same order."""
    hits = align(page, words(text))
    return [sum(hits[a:b]) / (b - a) if b > a else 0.0 for a, b in bounds]


def align(page: Sequence[str], text: Sequence[str]) -> bytearray:
    """1 for each word of the page that is in the text, in order. On very long pages the order does not count."""
    hits = bytearray(len(page))
    runs = _common if len(page) * len(text) <= MOST_PAIRS else _repeated
    for start, end in runs(page, text):
        hits[start:end] = b"\1" * (end - start)
    return hits


def _common(page: Sequence[str], text: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of the page's words in the longest common subsequence: a headline repeated outside the text is not in it."""
    for part in LCSseq.opcodes(page, text):
        if part.tag == "equal" and part.src_end - part.src_start >= LEAST_WORDS:
            yield part.src_start, part.src_end


def _repeated(page: Sequence[str], text: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of the page's words that stand anywhere in the text."""
    in_text = set(_runs(text))
    for start, run in enumerate(_runs(page)):
        if run in in_text:
            yield start, start + LEAST_WORDS


def _runs(items: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(items[n:] for n in range(LEAST_WORDS)), strict=False)
