"""The likeliest tags of a run of words. All in whole numbers, so that every machine has the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import add

Scores = tuple[int, int, int, int]  # by tag: nothing, person, organization, place
TAGS = range(4)
START = 4  # the row of the steps from before the first word
BITS = 20  # of one score in a packed number
HALF = 1 << (BITS - 1)
MASK = (1 << BITS) - 1
MIDDLE = sum(HALF << BITS * tag for tag in TAGS)


def packed(scores: Sequence[int]) -> int:
    """Four scores in one number, so that one addition adds all four."""
    nothing, person, organization, place = scores
    return nothing + (person << BITS) + (organization << 2 * BITS) + (place << 3 * BITS)


def unpacked(number: int) -> Scores:
    number += MIDDLE
    first, second, third = number >> BITS, number >> 2 * BITS, number >> 3 * BITS
    return (number & MASK) - HALF, (first & MASK) - HALF, (second & MASK) - HALF, third - HALF


def best_path(words: Sequence[Scores], steps: tuple[Scores, ...]) -> list[int]:
    """The tags with the highest sum. `steps` are the scores of a tag (column) after another (row)."""
    best = list(map(add, words[0], steps[START]))
    if len(words) == 1:
        return [best.index(max(best))]
    origins = list[list[int]]()
    into = _into(steps)
    for word in words[1:]:
        sums = [list(map(add, best, column)) for column in into]
        highest = list(map(max, sums))
        origins.append(list(map(list[int].index, sums, highest)))
        best = list(map(add, highest, word))
    path = [best.index(max(best))]
    for origin in reversed(origins):
        path.append(origin[path[-1]])
    return path[::-1]


@cache
def _into(steps: tuple[Scores, ...]) -> tuple[tuple[int, ...], ...]:
    """By tag the scores of it after each tag."""
    return tuple(zip(*steps[:START], strict=True))


def run_margin(
    words: Sequence[Scores], steps: Sequence[Scores], path: Sequence[int], first: int, end: int
) -> int:
    """By how much a run of one tag is likelier than the same run with any other tag."""
    before = path[first - 1] if first else START
    after = path[end] if end < len(path) else None
    inside: list[int] = [sum(scores) for scores in zip(*words[first:end], strict=True)]
    sums = [
        inside[tag]
        + (end - first - 1) * steps[tag][tag]
        + steps[before][tag]
        + (0 if after is None else steps[tag][after])
        for tag in TAGS
    ]
    own = sums.pop(path[first])
    return own - max(sums)
