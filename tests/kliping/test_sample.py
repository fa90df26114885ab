"""Rows drawn for a person to judge, their verdicts, and the precision that comes of them."""

from __future__ import annotations

import csv
import re
import shutil

import pytest
from support.command_line import kliping
from support.runs import ask

from kliping.reading.sample import COLUMNS, TABLES, SheetError, judgements, sheet
from parsers.structure import RULES
from warehouse.judgement import Judgement
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.judgements import SAVED, add

RULE_IDS = {rule.rule_id for rule in RULES}
HEAD = "row,table,rule,value,sentence,context,address,verdict\n"
KEY = "quotes:0123456789ab"
LINE = f'{KEY},quotes,quote.direct.qvs speaker.clitic,Sari,"“Ya,” katanya.",…,http://a.test/,'


@pytest.fixture(scope="module")
def reader(demo_home):
    with Reader(demo_home) as opened:
        yield opened


def test_a_seed_draws_the_same_rows_and_another_one_others(reader):
    rows = sheet(reader, "quotes", n=20, seed=7)

    assert len(rows) == len({row["row"] for row in rows}) == 20
    assert sheet(reader, "quotes", n=20, seed=7) == rows
    assert sheet(reader, "quotes", n=5, seed=7) == rows[:5]
    assert [row["row"] for row in sheet(reader, "quotes", n=20, seed=8)] != [r["row"] for r in rows]


@pytest.mark.parametrize("table", TABLES)
def test_every_row_shows_its_span_its_rule_and_its_address(reader, table):
    rows = sheet(reader, table, n=30, seed=7)

    assert rows
    for row in rows:
        assert tuple(row) == COLUMNS
        assert row["row"].startswith(f"{table}:")
        assert set(row["rule"].split()) <= RULE_IDS
        assert row["address"].startswith("http")
        for shown in (row["sentence"], row["context"]):
            assert shown.count("«") >= 1 <= shown.count("»")
        assert row["sentence"].partition("«")[2] in row["context"] + row["sentence"]
        assert row["verdict"] == ""


def test_a_sentence_begins_after_the_one_before_and_stays_in_its_paragraph(reader):
    for row in sheet(reader, "figures", n=50, seed=7):
        before, _, rest = row["sentence"].partition("«")

        assert not re.search(r"[.!?…]\s", before)
        assert "¶" not in before + rest
        assert len(before) <= 300


def test_verdicts_count_for_each_rule_of_a_row():
    assert judgements([HEAD, LINE + " Right \n"], RULE_IDS) == [
        Judgement(KEY, "quote.direct.qvs", True),
        Judgement(KEY, "speaker.clitic", True),
    ]
    assert judgements([HEAD, LINE + "wrong\n", LINE + "\n"], RULE_IDS)[0].is_right is False


def test_a_sheet_that_a_spreadsheet_saved_reads_the_same():
    sheet_lines = ["\ufeffverdict;row;rule\r\n", f"right;{KEY};quote.direct.qvs\r\n"]

    assert judgements(sheet_lines, RULE_IDS) == [Judgement(KEY, "quote.direct.qvs", True)]


def test_every_mistake_has_its_row_number():
    lines = [
        HEAD,
        LINE + "yes\n",
        LINE.replace(KEY, "1.23E+15") + "right\n",
        LINE.replace("speaker.clitic", "speaker.guess") + "right\n",
        LINE + "right\n",
        LINE + "wrong\n",
    ]

    with pytest.raises(SheetError) as raised:
        judgements(lines, RULE_IDS)

    assert str(raised.value).split("\n") == [
        "row 2: the verdict 'yes' is neither right nor wrong nor empty",
        "row 3: '1.23E+15' names no row of a sample",
        "row 4: there is no rule 'speaker.guess'",
        f"row 6: {KEY} is both right and wrong",
    ]


@pytest.mark.parametrize("lines", [[], ["a,b\n", "1,2\n"]])
def test_another_file_is_no_sheet(lines):
    with pytest.raises(SheetError, match="no column row, rule, verdict"):
        judgements(lines, RULE_IDS)


def test_verdicts_become_figures_with_intervals_and_outlive_the_database(tmp_path, demo_home):
    home, file = shutil.copytree(demo_home, tmp_path / "home"), tmp_path / "sheet.csv"
    assert kliping(home, "sample", "figures", "--n", 12, "--output", file).returncode == 0
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    for row, verdict in zip(rows, ["wrong", "", *["right"] * 10], strict=True):
        row["verdict"] = verdict
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)

    done = kliping(home, "sample", "--read", file, "--format", "csv")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rule_id,judged_n,judged_precision,judged_low,judged_high\n")
    counted = ask(home, "SELECT sum(judged_n), sum(judged_n * judged_precision) FROM mart.rules")
    assert [(int(n), round(right)) for n, right in counted] == [(11, 10)]
    assert "judged_precision" in kliping(home, "report", "precision").stdout.replace(" ", "_")

    kept = ask(home, "FROM ref.judgements ORDER BY ALL")
    other = Database(tmp_path / "other")
    shutil.copytree(home / "archive", tmp_path / "other" / "archive")
    SAVED.restore(other)
    SAVED.restore(other)
    assert [tuple(row.values()) for row in other.rows("FROM ref.judgements ORDER BY ALL")] == kept


def test_a_later_verdict_replaces_the_earlier_one(tmp_path):
    store = Database(tmp_path)
    add(store, [Judgement(KEY, "speaker.clitic", True), Judgement(KEY, "quote.direct.qv", True)])
    add(store, [Judgement(KEY, "speaker.clitic", False)])

    assert store.rows("SELECT rule_id, is_right FROM ref.judgements ORDER BY ALL") == [
        {"rule_id": "quote.direct.qv", "is_right": True},
        {"rule_id": "speaker.clitic", "is_right": False},
    ]


def test_the_interval_is_that_of_wilson(tmp_path):
    store = Database(tmp_path)
    keys = [f"figures:{n:012x}" for n in range(20)]
    add(store, [Judgement(key, "figure.count", key != keys[0]) for key in keys])

    row = store.rows("FROM mart.rules WHERE judged_n > 0")[0]

    assert (row["rule_id"], row["judged_n"], row["judged_precision"]) == ("figure.count", 20, 0.95)
    assert (row["judged_low"], row["judged_high"]) == (0.764, 0.991)
    add(store, [Judgement("quotes:0", "quote.direct.qvs", is_right=False)])
    [low] = store.rows("SELECT judged_low FROM mart.rules WHERE judged_precision = 0")
    assert str(low["judged_low"]) == "0.0"


def test_no_row_has_a_precision_that_looks_like_its_own(reader):
    columns = reader.rows("SELECT table_name, column_name FROM mart.data_dictionary WHERE schema_name = 'mart' AND column_name LIKE '%precision%'")  # fmt: skip

    assert {row["table_name"] for row in columns} == {"rules"}


def test_a_precision_was_measured_on_real_pages_and_has_its_interval(reader):
    rules = {row["rule_id"]: row for row in reader.rows("FROM mart.rules")}
    measured = [row for row in rules.values() if row["precision"] is not None]

    assert measured
    assert all(row["n"] >= 15 and row["low"] < row["high"] for row in measured)
    assert not [row for row in rules.values() if "invented" in (row["measured_on"] or "")]
    assert all(row["measured_on"] is not None or row["n"] == 0 for row in rules.values())
    assert rules["event.articles"]["precision"] is None
    assert rules["comparison.figures"]["precision"] is None
