"""A study of a planted press says what the plan says: the reduced form of benchmarks/bench_study.py."""

from collections import Counter

import pytest
from bench_study import compare, is_within, same_digest
from planted_press import SINCE, plant, truth

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [1, 2])
def test_a_study_counts_what_was_planted(seed):
    press = plant(seed, 200)
    compared = compare(press)
    # edited articles that say both: the query leaves them out
    n_hidden = sum(each.is_on_topic and "subsidi silang" in each.text for each in press.loaded)
    for subject, values in compared.subjects().items():
        if subject in ("articles", "outlet", "period"):
            assert all(truth - n_hidden <= found <= truth for _, truth, found in values), values
    # names that are never given in full cannot be told apart by rules alone
    for subject in ("speaker", "person"):
        values = [value for value in compared.subjects()[subject] if value[1] > 2]
        off = sum(abs(truth - found) for _, truth, found in values)
        assert off <= 0.1 * sum(truth for _, truth, _ in values), values
    events = {name: (truth, found) for name, truth, found in compared.subjects()["events"]}
    assert abs(events["of several outlets"][0] - events["of several outlets"][1]) <= 2
    assert "wrong bound" not in {
        each.verdict for each in compared.unseen if each.kind == "all weeks"
    }


def test_a_home_of_the_archive_alone_has_the_digest(tmp_path):
    """The study's folder brings the user's own names, which no archive has."""
    assert same_digest(tmp_path, 40) == {
        "archive alone": True,
        "identities.csv in the first home": True,
    }


def test_the_truth_counts_what_was_planted():
    press = plant(3, 200)
    assert Counter(key[0] for key in truth(press))["outlet"] > 6
    assert {(each.outlet, each.monday) for each in press.loaded}.isdisjoint(press.gaps)
    assert min(each.day for each in press.articles) >= SINCE
    assert any(each.before for each in press.loaded)
    assert any(each.is_blocked for each in press.announced)
    assert not is_within(100, 97)
