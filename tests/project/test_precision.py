"""The figures of rules and columns are those of the verdict files; sheets are drawn, judged and merged without a word of the text."""

import csv
import json
import tomllib
from collections import Counter

import bench_precision
import pytest
from bench_precision import (  # fmt: skip
    agreement,
    answers,
    measured,
    merged,
    read_on,
    reliability_rows,
    write_rules,
)
from press_draw import DRAWN, Part, draw, read_parts, write_parts, write_sheets

from parsers.structure import RULES

READERS = ("rina", "bayu")


@pytest.fixture
def sheets(demo_home, tmp_path):
    write_sheets(draw(demo_home, per_rule=3, per_column=5), tmp_path / "sheets", [])
    return tmp_path / "sheets"


def lines(sheets):
    return [json.loads(line) for path in sorted(sheets.glob("*.jsonl")) for line in path.read_text().splitlines()]  # fmt: skip


def judge(sheets, reader, verdict):
    """Every row by the same rule."""
    (sheets / reader).mkdir(exist_ok=True)
    judged = [{"no": row["no"], **{part: verdict(row, part) for part in row["ask"]}} for row in lines(sheets)]  # fmt: skip
    (sheets / reader / "sheet-01.jsonl").write_text("\n".join(map(json.dumps, judged)))


def test_no_more_rows_are_drawn_of_a_rule_or_column_than_wanted(sheets):
    drawn = Counter(rule for part in read_parts(sheets / DRAWN) for rule in part.rules.split())
    rule_ids = {rule.rule_id for rule in RULES}

    assert drawn.keys() <= rule_ids
    assert all(n <= (5 if rule.startswith("column.") else 3) for rule, n in drawn.items())
    assert drawn["column.speaker_affiliation"] == drawn["column.kind"] == 5
    assert drawn["quote.direct.qvs"] == 3


def test_the_same_rows_are_drawn_again(demo_home, sheets, tmp_path):
    write_sheets(draw(demo_home, per_rule=3, per_column=5), tmp_path / "again", [])

    assert lines(tmp_path / "again") == lines(sheets)


def test_a_sheet_shows_the_row_in_its_context_and_the_file_beside_it_no_words(sheets):
    stored = (sheets / DRAWN).read_text()
    for row in lines(sheets):
        inside = row["text"].partition("«")[2].partition("»")[0]
        assert inside
        assert len(inside) < 10 or inside not in stored


def test_verdicts_of_both_readers_are_merged_and_only_common_ones_are_right(sheets):
    judge(sheets, READERS[0], lambda row, part: "right")
    judge(sheets, READERS[1], lambda row, part: "wrong" if part == "role" else "right")
    parts = merged(sheets, *READERS)
    figures = dict(measured(parts))
    table = {name: share for name, share, _ in agreement(parts)}

    assert {(part.first, part.second) for part in parts} == {("right", "right"), ("right", "wrong")}
    assert figures["column.speaker_role"][:2] == (0, 5)
    assert figures["column.speaker_affiliation"][:2] == (5, 5)
    assert figures["office.phrase"][:2] == (0, 3)
    assert table["quotes: role"].startswith("0/")
    assert table["quotes: affiliation"].startswith("5/5")


def test_rows_with_two_verdicts_are_not_asked_again_but_changed_ones_are(demo_home, sheets, tmp_path):  # fmt: skip
    for reader in READERS:
        judge(sheets, reader, lambda row, part: "right")
    judged = merged(sheets, *READERS)
    again = tmp_path / "again"
    rows = list(draw(demo_home, per_rule=3, per_column=5))
    changed = next(part for part in judged if part.part == "role")
    others = [part for part in judged if part is not changed]

    assert write_sheets(rows, again, judged) == 0
    assert merged(again, *READERS) == judged
    assert write_sheets(rows, again, others) == 1
    (row,) = lines(again)
    assert row["ask"].keys() == {"role"}
    assert row["about"]
    judge(again, READERS[0], lambda row, part: "wrong")
    judge(again, READERS[1], lambda row, part: "right")
    found = {part.key: (part.first, part.second) for part in merged(again, *READERS)}
    assert found[changed.key] == ("wrong", "right")
    assert Counter(found.values())["right", "right"] == len(others)


def test_verdicts_survive_their_file(sheets, tmp_path):
    judge(sheets, READERS[0], lambda row, part: "right")
    judge(sheets, READERS[1], lambda row, part: "right")
    parts = merged(sheets, *READERS)
    write_parts(tmp_path / "verdicts.csv", parts)

    assert read_parts(tmp_path / "verdicts.csv") == parts


def test_an_answer_that_is_neither_right_nor_wrong_is_refused(tmp_path):
    (tmp_path / "sheet-01.jsonl").write_text('{"no": 4, "row": "maybe"}\n')

    with pytest.raises(ValueError, match="row 4: 'maybe' is neither"):
        answers(tmp_path)


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://kabar.co.id/a-1", "kabar"),
        ("https://metro.kabar.co/a-1", "kabar"),
        ("https://www.kabar.com/a-1", "kabar"),
    ],
)
def test_judged_rows_are_of_the_outlet_whatever_its_domain_ends_with(url, outlet):
    part = Part(table="dates", url=url, start=0, end=1, part="row", value="", rules="date.day")

    assert read_on([part]).startswith(f"articles of {outlet} of the press")


def test_rows_count_in_the_band_of_their_confidence(sheets):
    judge(sheets, READERS[0], lambda row, part: "right")
    judge(sheets, READERS[1], lambda row, part: "right")
    parts = [part for part in merged(sheets, *READERS) if part.confidence]
    bands = dict(reliability_rows(parts))
    sure = sum(part.table == "quotes" and float(part.confidence) >= 0.95 for part in parts)

    assert sure
    assert bands["quotes, from 0.95"].startswith(f"{sure}/{sure} = 1.000")


def test_figures_replace_those_of_the_rules_that_were_judged(sheets, tmp_path, monkeypatch):
    copy = tmp_path / "rules.toml"
    copy.write_text(bench_precision.RULES_FILE.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(bench_precision, "RULES_FILE", copy)
    before = tomllib.loads(copy.read_text("utf-8"))
    for reader in READERS:
        judge(sheets, reader, lambda row, part: "wrong")
    write_rules({rule: each for rule, each in measured(merged(sheets, *READERS)) if rule == "quote.direct.qvs"})  # fmt: skip
    after = tomllib.loads(copy.read_text("utf-8"))

    assert [rule for rule in before if before[rule] != after[rule]] == ["quote.direct.qvs"]
    assert after["quote.direct.qvs"]["n"] == 3
    assert "precision" not in after["quote.direct.qvs"]
    assert "as of version" in after["quote.direct.qvs"]["measured_on"]


def test_the_shipped_figures_are_those_of_the_verdict_files():
    """Counted here from the lines of the files."""
    right, n = Counter(), Counter()
    with bench_precision.COLUMNS.open() as file:
        for row in csv.DictReader(file):
            right[row["rule"]], n[row["rule"]] = int(row["right"]), int(row["judged"])
    with bench_precision.VERDICTS.open() as file:
        of_press = [(rule, row) for row in csv.DictReader(file) for rule in row["rules"].split()]
    for rule in {rule for rule, _ in of_press}:
        right[rule] = n[rule] = 0
    for rule, row in of_press:
        n[rule] += 1
        right[rule] += row["first"] == row["second"] == "right"
    shipped = {rule.rule_id: rule for rule in RULES}
    for rule, judged in n.items():
        assert (rule, shipped[rule].n) == (rule, judged)
        wanted = round(right[rule] / judged, 3) if judged >= 15 else None
        assert (rule, shipped[rule].precision) == (rule, wanted)
