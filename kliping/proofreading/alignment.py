"""Where a passage of a draft stands in a text, and which words differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kliping.proofreading.folded_words import Word

SKIPPED = 0.01  # what a word of the source costs where the draft marks an omission: less than any other difference
Pair = tuple[str, Word | None, Word | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A run of words: equal, replaced, missing or added in the draft, or omitted with a mark."""

    operation: str  # equal, replaced, missing, added, omitted
    source: str
    draft: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    char_start: int  # in the source
    char_end: int
    n_equal: int  # words
    n_changed: int
    differences: tuple[Difference, ...]

    @property
    def similarity(self) -> float:
        return self.n_equal / max(self.n_equal + self.n_changed, 1)


def find_exactly(wanted: Sequence[Word], words: Sequence[Word]) -> tuple[int, int] | None:
    """The span of the same words one after the other; None also where the draft marks omissions."""
    texts = [word.text for word in wanted]
    if not texts or any(word.may_skip for word in wanted):
        return None
    n = len(texts)
    for at, word in enumerate(words[: len(words) - n + 1]):
        if word.text == texts[0] and all(words[at + k].text == texts[k] for k in range(1, n)):
            return word.start, words[at + n - 1].end
    return None


def align(
    draft: str, wanted: Sequence[Word], source: str, words: Sequence[Word]
) -> Alignment | None:
    """The cheapest way to make the passage of words of the source; None where they share no word."""
    pairs = _trimmed(_pairs(wanted, words, _costs(wanted, words)))
    spans = [word for operation, word, _ in pairs if word and operation == "equal"]
    if not spans:
        return None
    equal = sum(operation == "equal" for operation, *_ in pairs)
    changed = sum(operation in {"replaced", "missing", "added"} for operation, *_ in pairs)
    changed += _n_too_many(pairs)
    sources = [word for _, word, _ in pairs if word]
    return Alignment(
        char_start=sources[0].start,
        char_end=sources[-1].end,
        n_equal=equal,
        n_changed=changed,
        differences=tuple(_differences(pairs, draft, source)),
    )


def _costs(wanted: Sequence[Word], words: Sequence[Word]) -> list[list[float]]:
    """Of every beginning of the passage, ending at every word of the source; it may begin anywhere."""
    rows = [[0.0] * (len(words) + 1)]
    for word in wanted:
        above = rows[-1]
        left = above[0] + (0 if word.may_skip else 1)
        row = [left]
        if word.may_skip:
            for j in range(1, len(words) + 1):
                left = min(above[j], left + SKIPPED)
                row.append(left)
        else:
            text = word.text
            for j, other in enumerate(words, 1):
                left = min(above[j - 1] + (other.text != text), above[j] + 1, left + 1)
                row.append(left)
        rows.append(row)
    return rows


def _pairs(wanted: Sequence[Word], words: Sequence[Word], costs: list[list[float]]) -> list[Pair]:
    """What became of each word, from the end back."""
    i, j = len(wanted), min(range(len(words) + 1), key=costs[-1].__getitem__)
    pairs: list[Pair] = []
    while i:
        word, cost = wanted[i - 1], costs[i][j]
        if word.may_skip:
            if cost == costs[i - 1][j]:
                i -= 1
                pairs.append(("omitted", None, word))
            else:
                j -= 1
                pairs.append(("omitted", words[j], None))
        elif j and cost == costs[i - 1][j - 1] + (words[j - 1].text != word.text):
            i, j = i - 1, j - 1
            operation = "equal" if words[j].text == word.text else "replaced"
            pairs.append((operation, words[j], word))
        elif j and cost == costs[i][j - 1] + 1:
            j -= 1
            pairs.append(("missing", words[j], None))
        else:
            i -= 1
            pairs.append(("added", None, word))
    return pairs[::-1]


def _trimmed(pairs: list[Pair]) -> list[Pair]:
    """Words of the source beside the passage are not part of it: an omission at its end leaves nothing out."""
    while pairs and pairs[0][0] == "omitted":
        del pairs[0]
    while pairs and pairs[-1][0] == "omitted":
        del pairs[-1]
    return pairs


def _n_too_many(pairs: Sequence[Pair]) -> int:
    """Words left out beyond what a mark may stand for."""
    n = 0
    for operation, group in groupby(pairs, key=lambda pair: pair[0]):
        if operation == "omitted":
            run = list(group)
            allowed = sum(word.may_skip for _, _, word in run if word)
            n += max(sum(word is not None for _, word, _ in run) - allowed, 0)
    return n


def _differences(pairs: Sequence[Pair], draft: str, source: str) -> Iterator[Difference]:
    for operation, group in groupby(pairs, key=lambda pair: pair[0]):
        run = list(group)
        source_run = [word for _, word, _ in run if word]
        draft_run = [word for _, _, word in run if word]
        yield Difference(
            operation=operation,
            source=source[source_run[0].start : source_run[-1].end] if source_run else "",
            draft=draft[draft_run[0].start : draft_run[-1].end] if draft_run else "",
        )
