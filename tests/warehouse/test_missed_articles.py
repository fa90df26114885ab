"""How much was missed: the formulas, what is refused, and newsrooms of which the truth is known."""

from __future__ import annotations

import random
from itertools import combinations
from math import sqrt

import pytest
from bench_completeness import SETS, newsrooms, verdict
from hypothesis import given
from hypothesis import strategies as st

from warehouse.missed_articles import Captures, MissState, estimate, interval, missed_share

FEW = "articles were announced by two channels, of 7 that are needed"
NAMES = {"F": "feed", "S": "sitemap", "L": "listing"}


def counts(**numbers: int) -> list[Captures]:
    """`FS=40`: forty articles that the feed and the sitemap announced, and no listing."""
    return [
        Captures(channels=frozenset(NAMES[letter] for letter in letters), n=n)
        for letters, n in numbers.items()
    ]


def test_two_channels_give_the_lower_end_of_chapmans_estimate():
    unseen = estimate(counts(FS=40, F=20, S=30))
    n = (60 + 1) * (70 + 1) / (40 + 1) - 1 - 90

    assert (unseen.state, unseen.n, unseen.high) == (MissState.BOUND, None, None)
    assert n / 3 < unseen.low < n
    assert unseen.reason == "the feed and the sitemap may prefer the same articles"


def test_three_channels_give_the_estimate_of_chao():
    unseen = estimate(counts(FSL=40, FS=30, FL=20, SL=25, F=15, S=20, L=12))

    assert unseen.state is MissState.ESTIMATED
    assert unseen.n == pytest.approx((15 * 20 + 15 * 12 + 20 * 12) / (30 + 20 + 25 + 1))
    assert unseen.low < unseen.n < unseen.high


def test_the_interval_is_that_of_a_logarithm():
    low, high = interval(100, 30)

    assert low * high == pytest.approx(100**2)
    assert (round(low), round(high)) == (56, 178)
    assert interval(0, 0) == (0, 0)


@pytest.mark.parametrize(
    ("captures", "state", "reason"),
    [
        ([], "cannot_tell", "no channel announced any"),
        (counts(F=90), "cannot_tell", "only the feed announced any"),
        (counts(FS=60, S=80), "cannot_tell", "the feed lies within the sitemap"),
        (counts(FS=95, F=3, S=4), "cannot_tell", "the feed and the sitemap announce the same"),
        (counts(F=50, S=70), "cannot_tell", f"only 0 {FEW}"),
        (counts(FS=6, F=50, S=70), "cannot_tell", f"only 6 {FEW}"),
        (
            counts(FS=20, F=80, S=90),
            "cannot_tell",
            "the feed and the sitemap have little in common: one may leave out what the other announces",
        ),
        (
            counts(FSL=30, SL=25, FS=30, S=40, L=30),
            "bound",
            "the feed lies within the sitemap",
        ),
        (
            counts(FSL=60, FS=10, FL=10, SL=10, F=30, S=30, L=50),
            "bound",
            "the feed and the sitemap prefer the same articles",
        ),
        (
            counts(FSL=2, FS=20, FL=40, SL=40, F=20, S=20, L=10),
            "cannot_tell",
            "the feed leaves out what the sitemap announces",
        ),
    ],
)
def test_channels_that_depend_on_each_other_are_named(captures, state, reason):
    unseen = estimate(captures)

    assert (unseen.state, unseen.reason) == (state, reason)
    assert unseen.high is None
    assert (unseen.low is not None) == (state == "bound")


def test_sections_with_other_rates_are_counted_apart():
    """Both channels prefer one section: taken together, most of the unseen would be missed."""
    by_section = {"daerah": (10, 40, 40), "nasional": (360, 40, 40)}
    captures = [
        Captures(channels=channels, traits=(section,), n=n)
        for section, numbers in by_section.items()
        for channels, n in zip(
            map(frozenset, (["feed", "sitemap"], ["feed"], ["sitemap"])), numbers, strict=True
        )
    ]

    unseen = estimate(captures)
    pooled = estimate([Captures(channels=each.channels, n=each.n) for each in captures])

    assert unseen.low > 4 * pooled.low
    assert pooled.low < 80 * 80 / 371 < unseen.low < 40 * 40 / 11 + 40 * 40 / 361


def test_a_trait_that_is_often_unknown_is_not_used():
    """Whether it is known often depends on the channel, which would look like another rate."""
    captures = [
        Captures(channels=frozenset(channels), traits=(trait,), n=n)
        for channels, trait, n in [
            (["feed", "sitemap"], "0", 30),
            (["feed", "sitemap"], "1", 30),
            (["feed"], "0", 20),
            (["feed"], "1", 20),
            (["sitemap"], None, 40),
        ]
    ]

    untold = [Captures(channels=each.channels, n=each.n) for each in captures]

    assert estimate(captures) == estimate(untold)


@given(
    st.lists(st.integers(0, 60), min_size=7, max_size=7),
    st.randoms(use_true_random=False),
)
def test_neither_order_nor_batches_change_the_estimate(numbers, dice):
    histories = [each for n in (1, 2, 3) for each in combinations(NAMES.values(), n)]
    captures = [
        Captures(channels=frozenset(each), traits=("nasional",), n=n)
        for each, n in zip(histories, numbers, strict=True)
        if n
    ]
    split = [
        Captures(channels=each.channels, traits=each.traits, n=n)
        for each in captures
        for n in (each.n // 2, each.n - each.n // 2)
        if n
    ]
    dice.shuffle(split)

    assert estimate(split) == estimate(captures)


@pytest.mark.parametrize(
    ("name", "n_channels", "most"),
    [
        ("independent", 3, 5),
        ("dependent", 3, 5),
        ("dependent, held out", 3, 5),
        ("dependent", 2, 5),
        ("dependent, held out", 2, 1),
        ("independent", 2, 1),
    ],
)
def test_planted_newsrooms(name, n_channels, most):
    """Where channels are independent, nine of ten with 600 articles or more are hit; of fifty others few have a wrong number."""
    planted = newsrooms(SETS[name], n_channels)
    verdicts = [verdict(each, estimate(each.captures)) for each in planted]

    if (name, n_channels) == ("independent", 3):
        large = [v for v, p in zip(verdicts, planted, strict=True) if p.n_articles >= 600]
        assert len(large) > 15
        assert large.count("hit") >= 0.9 * len(large)
    assert verdicts.count("miss") + verdicts.count("wrong bound") <= most


@pytest.mark.parametrize("n_articles", [42, 84])
@pytest.mark.parametrize("name", ["dependent", "dependent, held out"])
def test_no_interval_of_so_few_articles_that_a_dependence_would_not_be_seen(name, n_articles):
    unseen = [estimate(each.captures) for each in newsrooms(SETS[name], n_articles=n_articles)]

    assert [each for each in unseen if each.state is MissState.ESTIMATED] == []


@pytest.mark.parametrize("n_articles", [42, 84, 280])
def test_bounds_of_small_newsrooms_hold(n_articles):
    """One of forty may fail."""
    planted = [each for kinds in SETS.values() for each in newsrooms(kinds, n_articles=n_articles)]
    verdicts = [verdict(each, estimate(each.captures)) for each in planted]

    assert verdicts.count("wrong bound") <= (verdicts.count("bound") + 20) / 40
    assert verdicts.count("bound") > 10


def test_of_few_articles_it_does_not_follow_that_a_channel_lies_within_another():
    few, many = (estimate(counts(FS=n, S=4 * n)) for n in (2, 20))

    assert few.reason == many.reason == "the feed lies within the sitemap"
    assert (few.lacks_articles, many.lacks_articles) == (True, False)


def test_what_would_be_needed_is_said():
    few = estimate(counts(FSL=10, FS=7, FL=5, SL=6, F=9, S=10, L=8))
    many = estimate(counts(FSL=40, FS=30, FL=20, SL=25, F=15, S=20, L=12))

    assert (few.state, few.lacks_articles, few.high) == (MissState.BOUND, True, None)
    assert few.reason == (
        "55 articles do not show whether channels prefer the same ones; about 98 articles are needed"
    )
    assert (many.state, many.reason) == (MissState.ESTIMATED, "")


def test_a_bound_is_lower_than_the_interval():
    numbers = {"FS": 40, "F": 20, "S": 30}
    bound = estimate(counts(**numbers))
    n = 20 * 30 / 41

    assert bound.low == pytest.approx(interval(n, sqrt(_variance(20, 30, 41)), 2.6)[0])


def _variance(one: int, other: int, doubles: int) -> float:
    n = one * other / doubles
    return one * (other / doubles) ** 2 + other * (one / doubles) ** 2 + n**2 / doubles + n


def test_a_share_of_random_days():
    share, low, high = missed_share([(5, 100), (5, 100), (5, 100), (5, 100)])

    assert share == 0.05
    assert (round(low, 3), round(high, 3)) == (0.033, 0.076)  # Wilson's interval of 20 in 400


def test_days_that_differ_make_the_interval_wider():
    alike, unlike = ([(n, 50) for n in numbers] for numbers in ((5, 5, 5, 5), (0, 0, 0, 20)))

    (_, _, high), (share, low, higher) = missed_share(alike), missed_share(unlike)

    assert share == 0.1
    assert low < 0.02
    assert higher > 2 * high


@pytest.mark.parametrize("days", [[], [(0, 0), (0, 0)], [(1, 30)]])
def test_no_share_of_one_day_or_of_nothing(days):
    assert missed_share(days) is None


def test_the_interval_of_days_holds_the_true_share():
    dice, n_hits = random.Random(5), 0
    for _ in range(300):
        rates = [dice.choice((0.02, 0.02, 0.02, 0.3)) for _ in range(10)]
        days = [(sum(dice.random() < rate for _ in range(60)), 60) for rate in rates]
        _, low, high = missed_share(days)
        n_hits += low <= 0.09 <= high

    assert n_hits >= 0.9 * 300
