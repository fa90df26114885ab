"""Capture-recapture: how many articles no channel announced, from those that several channels announced. Pure.

Articles that one channel alone announced are compared with those that two announced. With the counts `z` of articles that
channel i alone announced, and `f2` of articles that exactly two announced, the unseen are about the sum of `z_i * z_j` over all
pairs of channels, by `f2 + 1`. For two channels this is Chapman's estimate (1951), for three that of Chao (1989), which holds
whatever the rates of the channels are, and is a lower bound if the channels prefer the same articles (Chao 1987).

All of it rests on channels that announce independently of each other. What can be seen of the contrary is looked for first:
channels within others, and pairs that are dependent among the articles of the third channel (Mantel and Haenszel 1959).
Articles of different sections, days and hours may be announced at different rates: they are counted apart where it matters.

D. G. Chapman, Some properties of the hypergeometric distribution with applications to zoological sample censuses (1951).
N. Mantel, W. Haenszel, Statistical aspects of the analysis of data from retrospective studies, JNCI 22 (1959).
A. Chao, Estimating the population size for capture-recapture data with unequal catchability, Biometrics 43 (1987).
A. Chao, Estimating population size for sparse data in capture-recapture experiments, Biometrics 45 (1989).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, permutations
from math import exp, inf, log, sqrt

Z95 = 1.96
MIN_RECAPTURES = 7  # articles that two channels announced, of a stratum or of all: fewer, and the estimate would be biased
MAX_UNKNOWN = 0.02  # of the articles, without a section, day or hour: more, and it says which channel announced them
NESTED = 0.02  # of a channel's articles, outside the other one: fewer, and it lies within
SAME = 0.9  # of the articles of two channels, in both
MAX_Z = 3.0  # of three tests, one or more exceed it in about 1 % of independent newsrooms


class MissState(StrEnum):
    """What can be said of the unseen articles."""

    ESTIMATED = "estimated"
    BOUND = "bound"  # at least so many
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Captures:
    """Articles of the same kind that the same channels announced."""

    channels: frozenset[str]
    traits: tuple[str | None, ...] = ()  # section, day, hours; None where it is not known
    n: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """The articles that no channel announced, with a 95 % interval; a bound has `low` only."""

    state: MissState
    reason: str
    n: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None

    def as_bound(self, reason: str) -> Unseen:
        """At least so many as its interval says; where that may be none, nothing can be told."""
        if self.low is None or self.low < 1:
            return _cannot_tell(reason)
        return Unseen(state=MissState.BOUND, reason=reason, low=self.low)


def estimate(captures: Sequence[Captures]) -> Unseen:
    """How many articles are unseen beside these."""
    channels = sorted(set().union(*(each.channels for each in captures)))
    if len(channels) < 2:
        return _cannot_tell(f"only the {channels[0]} announced any" if channels else "no channel")
    captures, names, notes = _without_nested(captures, channels)
    if len(names) < 2:
        return _cannot_tell("; ".join(notes))
    n_recaptures = sum(each.n for each in captures if len(each.channels) > 1)
    if n_recaptures < MIN_RECAPTURES:
        return _cannot_tell(f"only {n_recaptures} articles were announced by two channels")
    strata = list(_strata(captures))
    n, sd = _sum(strata, names)
    low, high = interval(n, sd)
    if len(names) == 2:
        notes.append(f"if the {names[0]} and the {names[1]} are independent")
    unseen = Unseen(
        state=MissState.ESTIMATED, reason="; ".join(notes), n=n, sd=sd, low=low, high=high
    )
    dependent = {pair: z for pair, z in _dependence(strata, names) if abs(z) > MAX_Z}
    if any(z < 0 for z in dependent.values()):
        pair = min(dependent, key=dependent.__getitem__)
        return _cannot_tell(f"the {pair[0]} leaves out what the {pair[1]} announces")
    if dependent:
        pair = max(dependent, key=dependent.__getitem__)
        return unseen.as_bound(f"the {pair[0]} and the {pair[1]} prefer the same articles")
    return unseen


def interval(n: float, sd: float) -> tuple[float, float]:
    """95 %, on a logarithmic scale, since there are no fewer than none (Chao 1987)."""
    if not n:
        return 0.0, 0.0
    factor = exp(Z95 * sqrt(log(1 + (sd / n) ** 2)))
    return n / factor, n * factor


def _cannot_tell(reason: str) -> Unseen:
    return Unseen(state=MissState.CANNOT_TELL, reason=reason)


def _without_nested(
    captures: Sequence[Captures], channels: Sequence[str]
) -> tuple[Sequence[Captures], list[str], list[str]]:
    """A channel within another one says nothing that the other one does not: the captures and channels without it, and why."""
    names, notes = list(channels), list[str]()
    sizes = Counter(name for each in captures for name in each.channels for _ in range(each.n))
    for one, other in sorted(permutations(channels, 2), key=lambda pair: sizes[pair[0]]):
        if one not in names or other not in names:
            continue
        n_both = sum(each.n for each in captures if {one, other} <= each.channels)
        if sizes[one] - n_both <= NESTED * sizes[one]:
            notes.append(f"the {one} lies within the {other}")
        elif n_both >= SAME * (sizes[one] + sizes[other] - n_both):
            notes.append(f"the {one} and the {other} announce the same")
        else:
            continue
        names.remove(one)
    merged = [
        Captures(channels=each.channels & {*names}, traits=each.traits, n=each.n)
        for each in captures
        if each.channels & {*names}
    ]
    return merged, names, notes


Stratum = Sequence[Captures]


def _strata(captures: Stratum) -> Iterator[Stratum]:
    """Groups of articles with the same chance of being announced: split by the trait that tells them apart best, and again."""
    splits = [split for n in range(len(captures[0].traits)) if (split := _split(captures, n))]
    gain, groups = max(splits, key=lambda split: split[0], default=(0.0, [captures]))
    if gain <= 0:
        yield captures
    else:
        for group in groups:
            yield from _strata(group)


def _split(captures: Stratum, trait: int) -> tuple[float, list[Stratum]] | None:
    """The captures by a trait, and how much better they are described so (by Akaike's criterion)."""
    total = sum(each.n for each in captures)
    if sum(each.n for each in captures if each.traits[trait] is None) > MAX_UNKNOWN * total:
        return None
    by_value: dict[str, list[Captures]] = {}
    for each in captures:
        by_value.setdefault(each.traits[trait] or "", []).append(each)
    groups, rest = list[Stratum](), list[Captures]()
    for _, group in sorted(by_value.items()):
        if _n_doubles(group) < MIN_RECAPTURES:
            rest += group
        else:
            groups.append(group)
    if rest and _n_doubles(rest) < MIN_RECAPTURES and groups:
        smallest = min(groups, key=_n_doubles)
        groups[groups.index(smallest)] = [*smallest, *rest]
    elif rest:
        groups.append(rest)
    if len(groups) < 2:
        return None
    counts = [_histories(group) for group in groups]
    whole = _histories(captures)
    g2 = 2 * sum(
        n * log(n * total / (whole[key] * sum(of_group.values())))
        for of_group in counts
        for key, n in of_group.items()
    )
    return g2 - 2 * (len(whole) - 1) * (len(groups) - 1), groups


def _histories(captures: Stratum) -> Counter[frozenset[str]]:
    counts = Counter[frozenset[str]]()
    for each in captures:
        counts[each.channels] += each.n
    return counts


def _n_doubles(captures: Stratum) -> int:
    return sum(each.n for each in captures if len(each.channels) == 2)


def _sum(strata: Iterable[Stratum], names: Sequence[str]) -> tuple[float, float]:
    """The estimate over all strata and the standard deviation of its error."""
    parts = [_chao(_histories(stratum), names) for stratum in strata]
    return sum(n for n, _ in parts), sqrt(sum(variance for _, variance in parts))


def _chao(counts: Counter[frozenset[str]], names: Sequence[str]) -> tuple[float, float]:
    """The estimate for one stratum, and the variance of its error by the delta method, with counts taken as Poisson."""
    singles = [counts[frozenset({name})] for name in names]
    doubles = 1 + sum(counts[frozenset(pair)] for pair in combinations(names, 2))
    n = sum(a * b for a, b in combinations(singles, 2)) / doubles
    of_singles = sum(a * ((sum(singles) - a) / doubles) ** 2 for a in singles)
    return n, of_singles + n**2 / doubles + n


def _dependence(
    strata: Sequence[Stratum], names: Sequence[str]
) -> Iterator[tuple[tuple[str, str], float]]:
    """For each pair of channels, how far it is from independent among the articles of the third: z of Mantel and Haenszel."""
    if len(names) != 3:
        return
    for one, other in combinations(names, 2):
        [third] = {*names} - {one, other}
        excess = variance = 0.0
        for stratum in strata:
            counts = _histories(stratum)
            both, first = counts[frozenset(names)], counts[frozenset({one, third})]
            second, neither = counts[frozenset({other, third})], counts[frozenset({third})]
            total = both + first + second + neither
            if total > 1:
                with_one, with_other = both + first, both + second
                excess += both - with_one * with_other / total
                variance += (
                    with_one
                    * (total - with_one)
                    * with_other
                    * (total - with_other)
                    / (total**2 * (total - 1))
                )
        yield (one, other), excess / sqrt(variance) if variance else (inf if excess else 0.0)
