"""The sheets of coders, and what a study says of them."""

from __future__ import annotations

import csv
import json

import pytest
from support.command_line import kliping
from test_study_numbers import DIKE, ROAD, load

from kliping.studies.validation import alpha

RICE = "Harga beras turun di tiga pasar. “Pasokan sudah lancar sejak pekan lalu,” kata Siti Rahayu."
STUDY = """question = "Apakah artikel ini tentang tanggul?"
query = "tanggul"
since = 2026-11-01
until = 2026-11-30
"""


# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), examples B and C; a point is no verdict
@pytest.mark.parametrize(
    ("coders", "published"),
    [
        (("0100000000", "1110010010"), 0.095),
        (("123321412...", "1233224125.3", ".3332342251.", "12332441251."), 0.743),
    ],
)  # fmt: skip
def test_alpha_is_that_of_the_published_examples(coders, published):
    units = [[value for value in unit if value != "."] for unit in zip(*coders, strict=True)]

    assert alpha(units) == pytest.approx(published, abs=0.0005)


def test_alpha_of_coders_who_say_one_thing_cannot_be_told():
    assert alpha([(True, True), (True, True)]) is None
    assert alpha([(True,), (False,)]) is None
    assert alpha([(True, True), (False, False)]) == 1


@pytest.fixture
def home(store, tmp_path):
    load(store, ("pagi", 1, 2, DIKE), ("pagi", 2, 3, ROAD), ("sore", 1, 17, RICE), ("sore", 2, 18, RICE.replace("beras", "gula")))  # fmt: skip
    (tmp_path / "dike.toml").write_text(STUDY, "utf-8")
    assert kliping(store.home, "study", tmp_path / "dike.toml", "--sample", "12").returncode == 0
    return store.home


def judge(path, verdict_of):
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(row | {"verdict": verdict_of(row["row"])} for row in rows)
    return rows


def validation(home, tmp_path):
    done = kliping(home, "study", tmp_path / "dike.toml", "--offline")
    assert done.returncode == 0, done.stderr
    package = json.loads((tmp_path / "dike" / "datapackage.json").read_text("utf-8"))
    return {(row["subject"], row["what"]): row for row in package["validation"]}


def test_coders_get_articles_that_the_query_finds_and_that_it_leaves_out(home, tmp_path):
    sheets = [(tmp_path / f"dike-coder{number}.csv").read_bytes() for number in (1, 2)]
    rows = judge(tmp_path / "dike-coder1.csv", lambda _: "")

    assert sheets[0] == sheets[1]
    assert {row["row"] for row in rows if row["row"].startswith("query: ")} == {f"query: {each}" for each in ("pagi-1", "pagi-2", "sore-1", "sore-2")}  # fmt: skip
    assert any("«" in row["text"] for row in rows)
    assert validation(home, tmp_path) == {}
    again = kliping(home, "study", tmp_path / "dike.toml", "--sample", "12")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


def test_precision_recall_and_agreement_are_those_of_the_verdicts(home, tmp_path):
    about = {"query: pagi-1", "query: pagi-2", "query: sore-1"}
    judge(tmp_path / "dike-coder1.csv", lambda row: "right" if row in about else "wrong")
    judge(tmp_path / "dike-coder2.csv", lambda row: "right" if row in about else "wrong")

    found = validation(home, tmp_path)

    precision, recall = found["query", "precision"], found["query", "recall"]
    assert (precision["share"], precision["n"], precision["alpha"]) == (1, 2, 1)
    assert recall["share"] == round(2 / 3, 4)  # one of the two that it leaves out is about it
    assert recall["low"] < recall["share"] < recall["high"]
    assert found["speaker", "precision"]["share"] == 0
    assert 'id="validation"' in (tmp_path / "dike" / "study.html").read_text("utf-8")
    assert kliping(home, "study", "--check", tmp_path / "dike").returncode == 0


def test_a_row_is_right_if_most_coders_say_so(home, tmp_path):
    judge(tmp_path / "dike-coder1.csv", lambda _: "right")
    judge(tmp_path / "dike-coder2.csv", lambda row: "wrong" if row == "query: pagi-1" else "right")

    precision = validation(home, tmp_path)["query", "precision"]

    assert (precision["share"], precision["n"], precision["n_coders"]) == (0.5, 2, 2)
    assert precision["alpha"] < 0.1


def test_a_sheet_that_a_spreadsheet_saved_with_semicolons_reads_the_same(home, tmp_path):
    path = tmp_path / "dike-coder1.csv"
    judge(path, lambda _: "right")
    with path.open(encoding="utf-8", newline="") as lines:
        judged = list(csv.DictReader(lines))
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, judged[0], delimiter=";")
        writer.writeheader()
        writer.writerows(judged)

    assert validation(home, tmp_path)["query", "precision"]["n"] == 2


def test_a_verdict_that_is_none_is_named(home, tmp_path):
    judge(tmp_path / "dike-coder2.csv", lambda _: "maybe")
    done = kliping(home, "study", tmp_path / "dike.toml", "--offline")

    assert done.returncode == 2
    assert "study-coder2.csv, row 2: the verdict 'maybe'" in done.stderr
