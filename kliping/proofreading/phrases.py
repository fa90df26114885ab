"""The runs of words by which the source of a claim is looked for: whatever is altered, one of them is likely to stand there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from kliping.proofreading.claim import Claim, ClaimKind

PLAIN = re.compile(r"[a-z0-9]+")  # what the database's regular expressions take for one word
WORD = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*|\[\w\]\w+")
APART = re.compile(r"\[\w{2,}[^\]]*\]|[\[(]?\s*(?:…|\.{3,})\s*[\])]?")  # insertions, omissions
LETTERS = re.compile(r"[a-z]{4,}")
RUN, MOST_RUNS, MOST_WORDS = 3, 4, 3
MOST_COMMON = 0.1  # share of texts that have a word which may be looked for alone
Run = tuple[str, ...]


def plain_words(claim: Claim) -> list[str]:
    """Without those that the database would part, and of a figure without numbers, which may be wrong."""
    return [word for part in _parts(claim) for word in part]


def choose_phrases(
    wanted: Iterable[Claim], shares: Mapping[str, float]
) -> Iterator[tuple[str, ...]]:
    """For each claim; `shares` of texts that have a word.

    Of two that overlap, one pattern finds the first alone: so a claim takes over what another one looks for in the same words.
    """
    taken: set[Run] = set()
    for claim in wanted:
        runs = _runs(claim, taken, shares)
        taken.update(runs)
        alone = () if claim.kind is ClaimKind.QUOTE else _rare_words(claim, runs, shares)
        yield tuple(dict.fromkeys([*map(" ".join, runs), *alone]))


def _runs(claim: Claim, taken: Collection[Run], shares: Mapping[str, float]) -> list[Run]:
    """Those that others look for, then the rarest."""
    shared: list[Run] = []
    fresh: list[Run] = []
    for part in _parts(claim):
        for rest in _without_taken(part, taken, shared):
            fresh += _cut(rest)

    def commonness(run: Run) -> float:
        return sum(shares.get(word, 0.0) for word in set(run)) / len(run)

    return [*shared, *sorted(fresh, key=commonness)[: max(MOST_RUNS - len(shared), 0)]]


def _without_taken(
    part: list[str], taken: Collection[Run], shared: list[Run]
) -> Iterator[list[str]]:
    """What is left between the runs that are taken, which are added to `shared`."""
    rest: list[str] = []
    at = 0
    while at < len(part):
        run = next((r for n in (RUN, 2) if (r := tuple(part[at : at + n])) in taken), None)
        if run is None:
            rest.append(part[at])
            at += 1
            continue
        shared.append(run)
        at += len(run)
        if rest:
            yield rest
        rest = []
    if rest:
        yield rest


def _cut(part: list[str]) -> Iterator[Run]:
    """Short quotes have shorter runs, so that one changed word leaves another run."""
    length = RUN if len(part) >= 3 * RUN or len(part) == RUN else 2
    for at in range(0, len(part) - length + 1, length):
        yield tuple(part[at : at + length])


def _rare_words(claim: Claim, runs: list[Run], shares: Mapping[str, float]) -> list[str]:
    in_runs = {word for run in runs for word in run}
    words = {
        word
        for word in plain_words(claim)
        if LETTERS.fullmatch(word) and word not in in_runs and shares.get(word, 0.0) <= MOST_COMMON
    }
    return sorted(words, key=lambda w: (shares.get(w, 0.0), -len(w), w))[:MOST_WORDS]


def _parts(claim: Claim) -> Iterator[list[str]]:
    """Words that stand side by side in the source too."""
    for text in APART.split(claim.context.lower()):
        part: list[str] = []
        for word in WORD.findall(text):
            if PLAIN.fullmatch(word) and not (claim.kind is ClaimKind.FIGURE and word.isdigit()):
                part.append(word)
                continue
            if part:
                yield part
            part = []
        if part:
            yield part
