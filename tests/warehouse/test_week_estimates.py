"""Weeks of a small outlet, estimated together: newsrooms of which the truth is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import sqrt

import pytest
from bench_completeness import verdict
from planted_newsrooms import INDEPENDENT, plant_weeks

from warehouse.missed_articles import Captures, MissState, Unseen, estimate
from warehouse.write.week_estimates import Week, estimate_weeks

NAMES = ("feed", "sitemap", "listing")


def weeks_of(planted):
    return [Week(number=n, captures=each.captures) for n, each in enumerate(planted)]


def small_week(number, *, channels=NAMES):
    """Independent channels, of which each announces half."""
    histories = [{"feed"}, {"sitemap"}, {"listing"}, {"feed", "sitemap"}, {"feed", "listing"}, {"sitemap", "listing"}, {*channels}]  # fmt: skip
    captures = [
        Captures(channels=frozenset(each) & {*channels}, traits=(str(number),), n=5)
        for each in histories
        if {*each} & {*channels}
    ]
    return Week(number=number, captures=captures)


@pytest.mark.parametrize(("n_a_week", "least"), [(40, 400), (100, 400), (280, 400)])
def test_most_weeks_of_independent_channels_have_an_interval_that_holds(n_a_week, least):
    verdicts = Counter[str]()
    for kind in INDEPENDENT:
        for seed in range(700, 708):
            planted = plant_weeks(kind, seed, n_a_week)
            verdicts.update(map(verdict, planted, estimate_weeks(weeks_of(planted))))

    assert verdicts.total() == 480
    assert verdicts["hit"] >= least
    assert verdicts["miss"] <= 0.05 * (verdicts["hit"] + verdicts["miss"])
    assert verdicts["wrong bound"] <= 2


@pytest.mark.parametrize("kind", ["follows_feed", "alternating", "thinned_list", "nested"])
def test_dependent_channels_of_small_outlets_have_no_interval(kind):
    """Weeks in which the dependence shows are part of the evidence for the others."""
    states = {
        unseen.state
        for seed in range(700, 706)
        for n_a_week in (40, 100)
        for unseen in estimate_weeks(weeks_of(plant_weeks(kind, seed, n_a_week)))
    }

    assert MissState.ESTIMATED not in states


def test_small_outlets_are_estimated_over_a_year():
    """Of six articles a week more than half of the weeks have an interval, if they may be estimated with so many others."""
    verdicts, short_pools = Counter[str](), list[Unseen]()
    for kind in INDEPENDENT:
        planted = plant_weeks(kind, 705, 6, 48)
        weeks = weeks_of(planted)
        verdicts.update(map(verdict, planted, estimate_weeks(weeks)))
        short_pools += estimate_weeks([replace(week, pool=12) for week in weeks])

    assert verdicts.total() == 240
    assert verdicts["hit"] > 120
    assert (verdicts["miss"], verdicts["wrong bound"]) == (0, 0)
    assert {each.state for each in short_pools} == {MissState.CANNOT_TELL}


@pytest.mark.parametrize("kind", ["alternating", "thinned_list", "nested", "one_list"])
def test_a_year_of_a_small_outlet_with_dependent_channels_has_no_interval(kind):
    states = {each.state for each in estimate_weeks(weeks_of(plant_weeks(kind, 705, 6, 48)))}

    assert states == {MissState.CANNOT_TELL}


def test_a_channel_that_leaves_out_what_another_has_takes_the_bounds_of_its_weeks():
    unseen = estimate_weeks(weeks_of(plant_weeks("alternating", 705, 40)))

    assert {each.state for each in unseen} == {MissState.CANNOT_TELL}
    assert any("leaves out" in each.reason for each in unseen)


def test_weeks_without_a_channel_are_estimated_apart():
    """Every other week has no listing."""
    two = ("feed", "sitemap")
    unseen = estimate_weeks([small_week(n, channels=two if n % 2 else NAMES) for n in range(12)])

    assert {each.reason for each in unseen[::2]} == {"a part of what 6 weeks together have"}
    assert {each.n_compared for each in unseen[1::2]} == {2}
    assert {each.high for each in unseen[1::2]} == {None}


@pytest.mark.parametrize("seed", [705, 706, 708])
def test_weeks_that_show_a_dependence_take_the_interval_of_those_beside_them(seed):
    """Alone the others would seem to have none."""
    planted = plant_weeks("promoted", seed, 100)
    alone = [estimate(each.captures) for each in planted]

    assert {each.high for each in estimate_weeks(weeks_of(planted))} == {None}
    assert {each.lacks_articles for each in alone} == {True, False}


def test_four_weeks_are_enough_where_they_give_an_interval_and_parts_add_up():
    weeks = [small_week(n) for n in range(12)]
    unseen = estimate_weeks(weeks)
    whole = estimate([each for week in weeks[:4] for each in week.captures])

    assert {each.reason for each in unseen} == {"a part of what 4 weeks together have"}
    assert sum(each.n for each in unseen[:4]) == pytest.approx(whole.n)
    assert sqrt(sum(each.sd**2 for each in unseen[:4])) == pytest.approx(whole.sd)


def test_a_week_with_unread_days_has_a_bound_at_most():
    weeks = [small_week(n) for n in range(12)]
    unseen = estimate_weeks([replace(weeks[0], n_unread_days=2), *weeks[1:]])

    assert unseen[0].high is None
    assert {each.state for each in unseen[1:]} == {MissState.ESTIMATED}
