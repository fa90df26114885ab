"""The table of mutants names places and tests that exist."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
TABLE = CHECKOUT / "benchmarks" / "mutants.toml"
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["mutant"]


@pytest.mark.parametrize("file", sorted({row["file"] for row in ROWS}))
def test_each_mutant_has_one_place_in_its_file(file):
    text = (CHECKOUT / file).read_text(encoding="utf-8")
    assert [row["old"] for row in ROWS if row["file"] == file and text.count(row["old"]) != 1] == []


def test_each_test_of_a_mutant_exists():
    named = {test.partition("[")[0] for row in ROWS for test in row.get("tests", ())}
    missing = []
    for test in named:
        file, _, function = test.partition("::")
        path = CHECKOUT / file
        if not path.is_file() or f"def {function}(" not in path.read_text(encoding="utf-8"):
            missing.append(test)
    assert missing == []
