"""The runs of words by which the source of a check is looked for: whatever is altered, one of them is likely to stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from parsers.proofreading.checks import Check, CheckKind

PLAIN = re.compile(r"[a-z0-9]+")  # what the database's regular expressions take for one word
RUN, MOST_RUNS, MOST_WORDS = 3, 4, 3
MOST_COMMON = 0.1  # share of texts that have a word which may be looked for alone
LETTERS = re.compile(r"[a-z]{4,}")


def plain_words(check: Check) -> list[str]:
    """Without those that the database would part, and of a figure without numbers, which may be wrong."""
    words = PLAIN.findall(check.context.lower())
    return [w for w in words if not (check.kind is CheckKind.FIGURE and w.isdigit())]


def phrases(check: Check, shares: Mapping[str, float]) -> tuple[str, ...]:
    """Runs of words that do not overlap, and but for quotes rare words alone; `shares` of texts that have a word."""
    runs = sorted(
        _runs(check), key=lambda run: sum(shares.get(word, 0.0) for word in set(run)) / len(run)
    )
    chosen = [" ".join(run) for run in runs[:MOST_RUNS]]
    if check.kind is CheckKind.QUOTE:
        return tuple(dict.fromkeys(chosen))
    in_runs = {word for run in runs[:MOST_RUNS] for word in run}
    rare = sorted(
        {w for w in plain_words(check) if LETTERS.fullmatch(w) and w not in in_runs},
        key=lambda word: (shares.get(word, 0.0), -len(word), word),
    )
    alone = [word for word in rare if shares.get(word, 0.0) <= MOST_COMMON]
    return tuple(dict.fromkeys([*chosen, *alone[:MOST_WORDS]]))


def _runs(check: Check) -> Iterator[tuple[str, ...]]:
    """Short quotes have shorter runs, so that one changed word leaves another run."""
    for part in _parts(check):
        length = RUN if len(part) >= 3 * RUN or len(part) == RUN else 2
        for at in range(0, len(part) - length + 1, length):
            yield tuple(part[at : at + length])


def _parts(check: Check) -> Iterator[list[str]]:
    """Words that stand side by side in the source too: what brackets and omissions part is apart."""
    text = check.context.lower()
    for part in re.split(r"\[\w{2,}[^\]]*\]|[\[(]?\s*(?:…|\.{3,})\s*[\])]?", text):
        words = re.findall(r"[^\W_]+(?:['’ʼ`][^\W_]+)*|\[\w\]\w+", part)
        run: list[str] = []
        for word in words:
            is_plain = PLAIN.fullmatch(word) is not None
            if is_plain and not (check.kind is CheckKind.FIGURE and word.isdigit()):
                run.append(word)
            elif run:
                yield run
                run = []
        if run:
            yield run
