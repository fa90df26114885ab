"""Newsrooms of one week or more whose channels are drawn by chance, so that the number of articles that no channel announced is known."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from warehouse.missed_articles import Captures

CHANNELS = ("feed", "sitemap", "listing")
SECTIONS = ("nasional", "ekonomi", "daerah", "olahraga", "hiburan", "opini")
PARTS = ("0", "1", "2", "3")  # of the day, six hours each
BUSY = (1, 5, 6, 3)  # articles of each part
DAYS = 7  # of a week


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What the channels of a newsroom announced in a week, and what none of them did."""

    kind: str
    n_articles: int
    captures: tuple[Captures, ...]

    @property
    def n_announced(self) -> int:
        return sum(each.n for each in self.captures)

    @property
    def n_unseen(self) -> int:
        return self.n_articles - self.n_announced


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    section: str
    part: str
    day: str
    moment: float  # in days


Names = tuple[str, ...]  # of the channels
Channels = Mapping[str, set[int]]  # numbers of the articles that each announced
Kind = Callable[[random.Random, list[Article], Names], Channels]


def plant(kind: str, seed: int, n_channels: int = 3, n_articles: int | None = None) -> Planted:
    """A week of a newsroom of the kind, with about so many articles, or with 40 to 2,000."""
    dice = random.Random(f"{kind} {seed}")
    share = dice.random()
    n = round(n_articles * (0.8 + 0.4 * share)) if n_articles else round(40 * 50**share)
    [week] = _weeks(kind, dice, n, n_channels, 1)
    return week


def plant_weeks(
    kind: str, seed: int, n_a_week: int, n_weeks: int = 12, n_channels: int = 3
) -> list[Planted]:
    """Weeks of one newsroom, whose channels have the same rates in all of them."""
    dice = random.Random(f"{kind} {seed}")
    n = round(n_a_week * n_weeks * (0.8 + 0.4 * dice.random()))
    return _weeks(kind, dice, n, n_channels, n_weeks)


def _weeks(kind: str, dice: random.Random, n: int, n_channels: int, n_weeks: int) -> list[Planted]:
    names = tuple(sorted(dice.sample(CHANNELS, n_channels)))
    articles = sorted((_article(dice, n_weeks) for _ in range(n)), key=lambda each: each.moment)
    channels = KINDS[kind](dice, articles, names)
    planted = []
    for week in range(n_weeks):
        numbers = [at for at, each in enumerate(articles) if each.moment // DAYS == week]
        counts = Counter[tuple[frozenset[str], tuple[str, ...]]]()
        for at in numbers:
            announced = frozenset(name for name in names if at in channels[name])
            each = articles[at]
            counts[announced, (each.section, each.part, each.day, str(week))] += 1
        captures = (
            Captures(channels=c, traits=traits, n=n) for (c, traits), n in counts.items() if c
        )
        planted.append(Planted(kind=kind, n_articles=len(numbers), captures=tuple(captures)))
    return planted


def _article(dice: random.Random, n_weeks: int) -> Article:
    [part] = dice.choices(range(4), BUSY)
    day = dice.randrange(DAYS * n_weeks)
    weights = [1 / (n + 1) for n in range(len(SECTIONS))]
    [section] = dice.choices(SECTIONS, weights)
    moment = day + (part + dice.random()) / 4
    return Article(section=section, part=str(part), day=str(day), moment=moment)


def _thin(dice: random.Random, numbers: set[int] | range, rate: float) -> set[int]:
    return {n for n in numbers if dice.random() < rate}


# independent


def equal_rates(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """Every channel with a rate of its own, the same for all articles."""
    return {name: _thin(dice, range(len(articles)), dice.uniform(0.35, 0.9)) for name in names}


def by_trait(trait: str) -> Kind:
    """Rates that differ by section, hours or day, for every channel in a way of its own."""

    def kind(dice: random.Random, articles: list[Article], names: Names) -> Channels:
        values = sorted({getattr(each, trait) for each in articles})
        rates = {name: {value: dice.uniform(0.25, 0.95) for value in values} for name in names}
        return {
            name: {n for n, each in enumerate(articles) if dice.random() < of[getattr(each, trait)]}
            for name, of in rates.items()
        }

    return kind


def same_weak_spot(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """All channels are worse in the same sections."""
    weak = set(dice.sample(SECTIONS, 3))
    rates = {name: (dice.uniform(0.2, 0.45), dice.uniform(0.6, 0.9)) for name in names}
    return {
        name: {n for n, each in enumerate(articles) if dice.random() < of[each.section not in weak]}
        for name, of in rates.items()
    }


# dependent


def nested(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """Each channel is a part of the next."""
    numbers, channels = set(range(len(articles))), {}
    for name in dice.sample(names, len(names)):
        numbers = _thin(dice, numbers, dice.uniform(0.5, 0.85))
        channels[name] = numbers
    return channels


def one_list(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """All channels show one list, but for a few addresses."""
    numbers = _thin(dice, range(len(articles)), dice.uniform(0.5, 0.85))
    return {name: _thin(dice, numbers, dice.uniform(0.96, 1)) for name in names}


def partly_shared(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """All channels show one list, and some others besides."""
    shared = _thin(dice, range(len(articles)), dice.uniform(0.3, 0.6))
    return {
        name: shared | _thin(dice, range(len(articles)), dice.uniform(0.15, 0.5)) for name in names
    }


def query_lengths(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """The latest articles of one query, more in some channels than in others, all read at the same moments."""
    n_days = ceil(articles[-1].moment / DAYS) * DAYS
    n_reads = dice.randrange(1, 5) * n_days
    reads = sorted(dice.uniform(0, n_days) for _ in range(n_reads))
    per_read = len(articles) / n_reads
    lengths = {name: max(2, round(per_read * dice.uniform(0.3, 1.1))) for name in names}
    channels: dict[str, set[int]] = {name: set() for name in names}
    for moment in reads:
        n_before = sum(each.moment <= moment for each in articles)
        for name, length in lengths.items():
            channels[name] |= set(range(max(0, n_before - length), n_before))
    return channels


def nested_pair(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """One channel is a part of another, and where there is a third, it shows a part of the same list."""
    shared = _thin(dice, range(len(articles)), dice.uniform(0.5, 0.8))
    first, *others = dice.sample(names, len(names))
    whole = _thin(dice, shared, dice.uniform(0.7, 0.9))
    channels = {first: whole, others[0]: _thin(dice, whole, dice.uniform(0.4, 0.8))}
    return channels | {name: _thin(dice, shared, dice.uniform(0.5, 0.9)) for name in others[1:]}


def promoted(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """An editor's choice, which no trait shows, raises the rate in all channels."""
    chosen = _thin(dice, range(len(articles)), dice.uniform(0.3, 0.7))
    rates = {name: (dice.uniform(0.1, 0.35), dice.uniform(0.7, 0.95)) for name in names}
    return {
        name: {n for n in range(len(articles)) if dice.random() < of[n in chosen]}
        for name, of in rates.items()
    }


def follows_feed(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """One channel is written from what another announced, with some of its own; a third is independent."""
    channels = {name: _thin(dice, range(len(articles)), dice.uniform(0.4, 0.8)) for name in names}
    first, second = dice.sample(names, 2)
    copied = _thin(dice, channels[first], dice.uniform(0.6, 0.9))
    rest = _thin(dice, range(len(articles)), dice.uniform(0.1, 0.3))
    return channels | {second: copied | rest}


def alternating(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """What one channel announced, another mostly leaves out."""
    channels = {name: _thin(dice, range(len(articles)), dice.uniform(0.4, 0.7)) for name in names}
    first, second = dice.sample(names, 2)
    others = {n for n in range(len(articles)) if n not in channels[first]}
    shared = _thin(dice, channels[first], 0.15)
    return channels | {second: _thin(dice, others, dice.uniform(0.5, 0.9)) | shared}


def thinned_list(dice: random.Random, articles: list[Article], names: Names) -> Channels:
    """Two channels lose addresses of one list at random; where there is a third, it is of all articles."""
    shared = _thin(dice, range(len(articles)), dice.uniform(0.4, 0.7))
    channels = {name: _thin(dice, shared, dice.uniform(0.6, 0.9)) for name in names[:2]}
    return channels | {
        name: _thin(dice, range(len(articles)), dice.uniform(0.4, 0.8)) for name in names[2:]
    }


INDEPENDENT: Mapping[str, Kind] = {
    "equal_rates": equal_rates,
    "by_section": by_trait("section"),
    "by_hours": by_trait("part"),
    "by_day": by_trait("day"),
    "same_weak_spot": same_weak_spot,
}
DEPENDENT: Mapping[str, Kind] = {
    "nested": nested,
    "one_list": one_list,
    "partly_shared": partly_shared,
    "query_lengths": query_lengths,
    "nested_pair": nested_pair,
}
HELD_OUT: Mapping[str, Kind] = {
    "promoted": promoted,
    "follows_feed": follows_feed,
    "alternating": alternating,
    "thinned_list": thinned_list,
}
KINDS = {**INDEPENDENT, **DEPENDENT, **HELD_OUT}
