"""How much was missed: articles that no channel announced, and the share that random days show to be missing. Pure.

Unseen articles, by capture-recapture: articles that one channel alone announced are compared with those that two announced.
With the counts `z` of articles that channel i alone announced, and `f2` of articles that exactly two announced, the unseen are
about the sum of `z_i * z_j` over all pairs of channels, by `f2 + 1`. For two channels this is Chapman's estimate (1951), for
three that of Chao (1989). It holds whatever the rates of the channels are, and is a lower bound if they prefer the same articles.

It rests on channels that announce independently of each other. What can be seen of the contrary is looked for first: channels
within others, and pairs that depend on each other among the articles of the third (Mantel and Haenszel 1959). Articles of
different sections, days and hours may be announced at different rates: they are counted apart where it matters.

D. G. Chapman, Some properties of the hypergeometric distribution with applications to zoological sample censuses (1951).
N. Mantel, W. Haenszel, Statistical aspects of the analysis of data from retrospective studies, JNCI 22 (1959).
A. Chao, Estimating the population size for capture-recapture data with unequal catchability, Biometrics 43 (1987).
A. Chao, Estimating population size for sparse data in capture-recapture experiments, Biometrics 45 (1989).
E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
L. Kish, Survey Sampling (1965).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations, permutations
from math import ceil, exp, inf, log, sqrt

Z95 = 1.96
MIN_RECAPTURES = 7  # articles that two channels announced, of a stratum or of all: fewer, and the estimate would be biased
MAX_UNKNOWN = 0.02  # of the articles, without a section, day or hour: more, and it says which channel announced them
NESTED = 0.02  # of a channel's articles, outside the other one: fewer, and it lies within
SAME = 0.9  # of the articles of two channels, in both
MOST_UNSEEN = 0.5  # beside those of two channels: more, and one may leave out what the other shows
MAX_Z = 2.5  # of three tests, one or more exceed it in about 4 % of independent newsrooms
ODDS = 8.0  # ratio of odds of a dependence that must not stay unseen
Z_POWER = 1.28  # it is then seen in nine of ten newsrooms
Z_BOUND = 2.6  # of a bound: what it takes for granted is not tested, and of few articles the interval is too narrow


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
    reason: str = ""  # why no more can be told
    n_compared: int = 0  # channels of which none lies within another
    n: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    lacks_articles: bool = False  # with those of more weeks, more can be told

    def as_bound(self, reason: str, *, lacks_articles: bool = False) -> Unseen:
        """At least so many as a wide interval says; where that may be none, nothing can be told."""
        low, _ = interval(self.n or 0.0, self.sd or 0.0, Z_BOUND)
        if low < 1:
            return self.as_unknown(reason, lacks_articles=lacks_articles)
        unknown = self.as_unknown(reason, lacks_articles=lacks_articles)
        return replace(unknown, state=MissState.BOUND, low=low)

    def as_unknown(self, reason: str, *, lacks_articles: bool = False) -> Unseen:
        return Unseen(
            state=MissState.CANNOT_TELL,
            reason=reason,
            n_compared=self.n_compared,
            lacks_articles=lacks_articles,
        )


def estimate(captures: Sequence[Captures]) -> Unseen:
    """How many articles are unseen beside these."""
    channels = sorted(set[str]().union(*(each.channels for each in captures)))
    names, notes = _without_nested(captures, channels)
    unseen = Unseen(state=MissState.ESTIMATED, n_compared=len(names))
    if len(names) < 2:
        only = f"only the {channels[0]} announced any" if channels else "no channel announced any"
        is_small = sum(each.n for each in captures if len(each.channels) > 1) < MIN_RECAPTURES
        return unseen.as_unknown("; ".join(notes) or only, lacks_articles=bool(notes) and is_small)
    compared = _announced_by(captures, names)
    n_recaptures = sum(each.n for each in compared if len(each.channels) > 1)
    if n_recaptures < MIN_RECAPTURES:
        few = f"only {n_recaptures} articles were announced by two channels, of {MIN_RECAPTURES} that are needed"
        return unseen.as_unknown(few, lacks_articles=True)
    strata = list(_strata(compared))
    n, sd = _sum(strata, names)
    low, high = interval(n, sd)
    unseen = replace(unseen, n=n, sd=sd, low=low, high=high)
    if len(names) == 2 and n > MOST_UNSEEN * sum(each.n for each in compared):
        return unseen.as_unknown(
            f"the {names[0]} and the {names[1]} have little in common: one may leave out what the other announces"
        )
    if notes:  # two that share a source may share it with the third
        return unseen.as_bound("; ".join(notes))
    if len(names) == 2:
        # nothing in their counts shows whether two channels share a part of their list
        return unseen.as_bound(f"the {names[0]} and the {names[1]} may prefer the same articles")
    n_articles = sum(each.n for each in compared)
    return _without_dependence(unseen, list(_dependence(strata, names)), n_articles)


def _without_dependence(unseen: Unseen, pairs: Sequence[Dependence], n_articles: int) -> Unseen:
    """The estimate if no pair of channels depends on each other; if one does or may, what is left of it."""
    least = min(pairs, key=lambda pair: pair.z)
    if least.z < -MAX_Z:
        return unseen.as_unknown(f"the {least.one} leaves out what the {least.other} announces")
    most = max(pairs, key=lambda pair: pair.z)
    if most.z > MAX_Z:
        return unseen.as_bound(f"the {most.one} and the {most.other} prefer the same articles")
    share = min(pair.share_of_needed for pair in pairs)
    if share < 1:
        needed = (
            f"about {_rounded(n_articles / share)} articles are needed"
            if share
            else "more articles are needed"
        )
        few = f"{n_articles} articles do not show whether channels prefer the same ones; {needed}"
        return unseen.as_bound(few, lacks_articles=True)
    return unseen


def _rounded(n: float) -> int:
    """To two digits, up: no more is known."""
    digits = int(10 ** max(len(str(int(n))) - 2, 0))
    return int(ceil(n / digits) * digits)


def interval(n: float, sd: float, z: float = Z95) -> tuple[float, float]:
    """95 %, on a logarithmic scale, since there are no fewer than none (Chao 1987)."""
    if not n:
        return 0.0, 0.0
    factor = exp(z * sqrt(log(1 + (sd / n) ** 2)))
    return n / factor, n * factor


def missed_share(days: Sequence[tuple[int, int]]) -> tuple[float, float, float] | None:
    """The share of the articles that is missed, and its 95 % interval, from (missed, listed) of each drawn day.

    None if nothing was listed, or on one day only. Wilson's interval for as many articles as a simple sample would need to be
    as exact, since those of one day are alike (Kish). For so few days the factor is that of Student, by the expansion of
    Cornish and Fisher.
    """
    n_listed, n_days = sum(listed for _, listed in days), len(days)
    if not n_listed or n_days < 2:
        return None
    p = sum(missed for missed, _ in days) / n_listed
    of_days = sum((missed - p * listed) ** 2 for missed, listed in days) * n_days / (n_days - 1)
    of_articles = n_listed * p * (1 - p)
    effect = max(1.0, of_days / of_articles) if of_articles else 1.0
    z, n, free = Z95, n_listed / effect, n_days - 1
    if effect > 1:
        z += (Z95**3 + Z95) / (4 * free) + (5 * Z95**5 + 16 * Z95**3 + 3 * Z95) / (96 * free**2)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return p, max(0.0, middle - half), min(1.0, middle + half)


def _without_nested(
    captures: Sequence[Captures], channels: Sequence[str]
) -> tuple[list[str], list[str]]:
    """The channels of which none lies within another, and a note on each of the others: it says nothing more."""
    names, notes = list(channels), list[str]()
    sizes = {name: _n_of(captures, {name}) for name in channels}
    for one, other in sorted(permutations(channels, 2), key=lambda pair: sizes[pair[0]]):
        if {one, other} <= {*names} and (note := _nesting(captures, one, other)):
            notes.append(note)
            names.remove(one)
    return names, notes


def _nesting(captures: Sequence[Captures], one: str, other: str) -> str | None:
    """How one channel lies within the other; None if it does not."""
    n_one, n_other = _n_of(captures, {one}), _n_of(captures, {other})
    n_both = _n_of(captures, {one, other})
    if n_one - n_both <= NESTED * n_one:
        return f"the {one} lies within the {other}"
    if n_both >= SAME * (n_one + n_other - n_both):
        return f"the {one} and the {other} announce the same"
    return None


def _n_of(captures: Sequence[Captures], channels: set[str]) -> int:
    """Articles that all of these channels announced."""
    return sum(each.n for each in captures if channels <= each.channels)


def _announced_by(captures: Sequence[Captures], names: Sequence[str]) -> Sequence[Captures]:
    """The captures as if there were only these channels."""
    chosen = frozenset(names)
    return [
        replace(each, channels=each.channels & chosen)
        for each in captures
        if each.channels & chosen
    ]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """How far two channels are from independent among the articles of the third, by Mantel and Haenszel."""

    one: str
    other: str
    excess: float  # of articles that both announced
    variance: float

    @property
    def z(self) -> float:
        return self.excess / sqrt(self.variance) if self.variance else inf if self.excess else 0.0

    @property
    def share_of_needed(self) -> float:
        """Of the variance with which a dependence of these odds would be seen: it is nearly their logarithm that z grows by."""
        return self.variance * (log(ODDS) / (MAX_Z + Z_POWER)) ** 2


def _dependence(strata: Sequence[Stratum], names: Sequence[str]) -> Iterator[Dependence]:
    """Of each pair of channels."""
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
        yield Dependence(one=one, other=other, excess=excess, variance=variance)
