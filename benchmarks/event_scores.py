"""How well groups of articles agree with labelled events: BCubed (Amigó et al. 2009), shares of pairs, and a bootstrap of events.

*Strict* is against the events. *Lenient* takes precision against occasions, since what is an event of its own within a scene is a matter of taste.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import TypeVar

from press_events import EventLabels, Groups, pairs_of

DRAWS = 1000
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class ArticleScore:
    """What an article's group and its event share."""

    precision: float
    recall: float
    lenient_precision: float


Scores = Mapping[str, ArticleScore]  # by the address of the article


def article_scores(labels: EventLabels, found: Groups) -> Scores:
    groups = _members({address: found[address] for address in labels.events})
    events, occasions = _members(labels.events), _members(labels.occasions)
    scores = dict[str, ArticleScore]()
    for address, event in labels.events.items():
        group = groups[found[address]]
        shared = len(group & events[event])
        scores[address] = ArticleScore(
            precision=shared / len(group),
            recall=shared / len(events[event]),
            lenient_precision=len(group & occasions[labels.occasions[address]]) / len(group),
        )
    return scores


def _members(groups: Groups) -> dict[str, set[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for address, group in groups.items():
        members[group].add(address)
    return members


def strict(scores: Iterable[ArticleScore]) -> float:
    scores = list(scores)
    return _f(fmean(s.precision for s in scores), fmean(s.recall for s in scores))


def lenient(scores: Iterable[ArticleScore]) -> float:
    scores = list(scores)
    return _f(fmean(s.lenient_precision for s in scores), fmean(s.recall for s in scores))


def _f(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


def interval(labels: EventLabels, scores: Scores) -> tuple[float, float]:
    """Of the strict F in 95 of 100 draws of as many events."""
    dice = random.Random(0)
    events = [[scores[a] for a in members] for members in _members(labels.events).values()]
    drawn = sorted(
        strict(score for event in dice.choices(events, k=len(events)) for score in event)
        for _ in range(DRAWS)
    )
    return drawn[round(DRAWS * 0.025)], drawn[round(DRAWS * 0.975) - 1]


def by_day(labels: EventLabels, days: Mapping[str, date], scores: Mapping[Key, Scores]) -> Scores:
    """The scores of each day's events with the threshold, or the weights, that are best for those of the other days.

    `days`: of each article; `scores`: by threshold or weights.
    """
    first = {
        event: min(days[a] for a in articles) for event, articles in _members(labels.events).items()
    }
    day_of = {address: first[event] for address, event in labels.events.items()}
    chosen = dict[str, ArticleScore]()
    for day in set(day_of.values()):
        others = [address for address in day_of if day_of[address] != day]
        best = best_key(scores, others)
        chosen |= {a: scores[best][a] for a in day_of if day_of[a] == day}
    return chosen


def best_key(scores: Mapping[Key, Scores], addresses: Iterable[str]) -> Key:
    addresses = list(addresses)
    return max(scores, key=lambda key: strict(scores[key][a] for a in addresses))


def pair_counts(labels: EventLabels, found: Groups) -> dict[str, tuple[int, int]]:
    """Hits and n, of the pairs that are found, and of those that are labelled."""
    pairs = pairs_of({address: found[address] for address in labels.events})
    events, occasions = pairs_of(labels.events), pairs_of(labels.occasions)
    return {
        "pair precision": (len(pairs & events), len(pairs)),
        "lenient": (len(pairs & occasions), len(pairs)),
        "pair recall": (len(pairs & events), len(events)),
        "recall of occasions": (len(pairs & occasions), len(occasions)),
    }
