"""A study of a planted press says what the plan says: the reduced form of benchmarks/bench_study.py."""

import csv
import shutil
from collections import Counter
from functools import partial

import pytest
from bench_study import SOURCES, compare, is_within, write_aliases
from planted_press import PEOPLE, QUERY, SINCE, UNTIL, plant, truth

from flows.jobs.changed_copy import changed_copy
from flows.jobs.import_files import ImportOptions
from flows.jobs.jobs import import_paths
from flows.jobs.maintenance import rebuild
from flows.settings import Settings
from kliping.reading.labels import Language
from kliping.studies.study_files import own_files, write_files
from kliping.studies.study_folder import check_study, write_study
from warehouse.read.published import Reader
from warehouse.write.database import Database

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


@pytest.mark.parametrize("has_aliases", [False, True])
def test_a_home_of_the_archive_alone_gives_the_study_again(tmp_path, has_aliases):
    """The study's folder brings the user's own names, which no archive has."""
    table, study, first, second = (
        tmp_path / name for name in ("rows.csv", "study.toml", "first", "second")
    )
    write_rows(table, plant(7, 40))
    people = [who.name for who in PEOPLE]
    study.write_text(
        f"question = 'Apa?'\nquery = '{QUERY}'\nsince = {SINCE}\nuntil = {UNTIL}\nby = 'month'\npeople = {people}\n"
    )
    how = {"made_by": "kliping test", "language": Language.ENGLISH}
    first.mkdir()
    if has_aliases:
        write_aliases(first)
    import_paths(Settings(home=first), SOURCES, [table], ImportOptions(), lambda *_: None)
    with Reader(first) as reader:
        write_study(reader, study, tmp_path / "study", files=own_files(first), **how)
    shutil.copytree(first / "archive", second / "archive")
    rebuild(Settings(home=second), SOURCES, lambda *_: None)

    files = own_files(tmp_path / "study")
    with changed_copy(Database(second), partial(write_files, files), "the study") as reader:
        _, changed = check_study(reader, tmp_path / "study", files=files, **how)

    assert not changed


def write_rows(path, press):
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("title", "publish_date", "content", "source", "link"))
        for each in press.loaded:
            day = f"{each.published_at:%Y-%m-%d %H:%M:%S}"
            rows.writerow((each.headline, day, each.text, each.outlet, each.url))


def test_the_truth_counts_what_was_planted():
    press = plant(3, 200)
    assert Counter(key[0] for key in truth(press))["outlet"] > 6
    assert {(each.outlet, each.monday) for each in press.loaded}.isdisjoint(press.gaps)
    assert min(each.day for each in press.articles) >= SINCE
    assert any(each.before for each in press.loaded)
    assert any(each.is_blocked for each in press.announced)
    assert not is_within(100, 97)
