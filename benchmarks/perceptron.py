"""An averaged perceptron over sequences of words of which only some have a known tag. Whole numbers only: every machine learns the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

N_TAGS = 4
TAGS = range(N_TAGS)
START = N_TAGS  # the row of the steps from before the first word
MARGIN = 6  # by how much a known tag must be better than another
NEVER = -(10**12)
Weights = dict[str, list[int]]


class Example(NamedTuple):
    """For each word its features and the tags that it may have."""

    features: list[list[str]]
    allowed: list[tuple[int, ...]]


class Perceptron:
    def __init__(self) -> None:
        self.weights: Weights = {}
        self.sums: Weights = {}  # of the weights over all examples up to `changed`
        self.changed: dict[str, int] = {}
        self.n_seen = 0

    def learn(self, examples: Sequence[Example], *, rounds: int, seed: int) -> None:
        order, chance = list(range(len(examples))), random.Random(seed)
        for _ in range(rounds):
            chance.shuffle(order)
            for number in order:
                self.n_seen += 1
                self._learn_one(examples[number])

    def _learn_one(self, example: Example) -> None:
        scores = [self._score(names) for names in example.features]
        harder = [
            [score + MARGIN * (tag not in allowed) for tag, score in enumerate(word)]
            for word, allowed in zip(scores, example.allowed, strict=True)
        ]
        steps = [self.weights.get(f"tag{tag}", [0] * N_TAGS) for tag in range(START + 1)]
        guess = best_path(harder, steps, [tuple(TAGS)] * len(scores))
        if all(tag in allowed for tag, allowed in zip(guess, example.allowed, strict=True)):
            return
        truth = best_path(scores, steps, example.allowed)
        last_true = last_guess = START
        for names, true, guessed in zip(example.features, truth, guess, strict=True):
            if true != guessed:
                for name in names:
                    self._change(name, true, guessed)
            if (last_true, true) != (last_guess, guessed):
                self._add(f"tag{last_true}", true, 1)
                self._add(f"tag{last_guess}", guessed, -1)
            last_true, last_guess = true, guessed

    def _score(self, names: list[str]) -> list[int]:
        weights = [weight for name in names if (weight := self.weights.get(name))]
        return [sum(weight[tag] for weight in weights) for tag in TAGS]

    def _change(self, name: str, better: int, worse: int) -> None:
        self._add(name, better, 1)
        self._add(name, worse, -1)

    def _add(self, name: str, tag: int, change: int) -> None:
        weight = self.weights.setdefault(name, [0] * N_TAGS)
        self._bring_up(name, weight)
        weight[tag] += change

    def _bring_up(self, name: str, weight: list[int]) -> None:
        since = self.n_seen - self.changed.get(name, self.n_seen)
        total = self.sums.setdefault(name, [0] * N_TAGS)
        for tag in TAGS:
            total[tag] += since * weight[tag]
        self.changed[name] = self.n_seen

    def averages(self, scale: int) -> Weights:
        """The mean weights times `scale`, rounded; those that are 0 for every tag are left out."""
        for name, weight in self.weights.items():
            self._bring_up(name, weight)
        means = {
            name: [(2 * scale * n + self.n_seen) // (2 * self.n_seen) for n in total]
            for name, total in self.sums.items()
        }
        return {name: mean for name, mean in sorted(means.items()) if any(mean)}


def best_path(
    scores: list[list[int]], steps: list[list[int]], allowed: Sequence[tuple[int, ...]]
) -> list[int]:
    """The tags with the highest sum of scores, of those that are allowed."""
    best = [scores[0][tag] + steps[START][tag] if tag in allowed[0] else NEVER for tag in TAGS]
    origins = list[list[int]]()
    for word, tags in zip(scores[1:], allowed[1:], strict=True):
        origin = [max(TAGS, key=lambda old: best[old] + steps[old][tag]) for tag in TAGS]
        best = [
            best[origin[tag]] + steps[origin[tag]][tag] + word[tag] if tag in tags else NEVER
            for tag in TAGS
        ]
        origins.append(origin)
    path = [max(TAGS, key=best.__getitem__)]
    for origin in reversed(origins):
        path.append(origin[path[-1]])
    return path[::-1]
