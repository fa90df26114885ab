"""The tables of mutants name places and tests that exist, and a mutant that no test notices is shown."""

from __future__ import annotations

import subprocess
from pathlib import Path

import mutants
import pytest
from mutants import KILLED, SURVIVED, TIMED_OUT, Mutant, read_mutants, verdict, verdicts

CHECKOUT = Path(__file__).parents[2]

MUTANTS = read_mutants()


@pytest.mark.parametrize("file", sorted({mutant.file for mutant in MUTANTS}))
def test_each_mutant_has_one_place_in_its_file(file):
    text = (CHECKOUT / file).read_text(encoding="utf-8")

    assert [m.old for m in MUTANTS if m.file == file and text.count(m.old) != 1] == []


def test_each_test_of_a_mutant_exists():
    tests = {test.partition("[")[0] for mutant in MUTANTS for test in mutant.tests}
    missing = []
    for test in tests:
        file, _, function = test.partition("::")
        path = CHECKOUT / file
        if not path.is_file() or (function and f"def {function}(" not in path.read_text("utf-8")):
            missing.append(test)

    assert missing == []


@pytest.mark.slow
def test_a_mistake_that_a_test_notices_is_killed_and_another_survives(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "adding.py").write_text("def add(a, b):\n    return a + b\n\nUNUSED = 1\n")
    (tmp_path / "test_adding.py").write_text(
        "from adding import add\n\ndef test_two():\n    assert add(1, 1) == 2\n"
    )
    fatal, harmless = (
        Mutant(area="adding", file="adding.py", old=old, new=new, tests=("test_adding.py::test_two",))
        for old, new in (("a + b", "a - b"), ("UNUSED = 1", "UNUSED = 2"))
    )  # fmt: skip

    assert dict(verdicts((fatal, harmless), tmp_path, processes=2)) == {
        fatal: KILLED,
        harmless: SURVIVED,
    }
    assert "a + b" in (tmp_path / "adding.py").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(("hangs", "shown"), [(False, TIMED_OUT), (True, KILLED)])
def test_a_mistake_without_end_is_killed_only_where_its_row_says_so(
    tmp_path, monkeypatch, hangs, shown
):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "adding.py").write_text("WAITS = False\n")
    (tree / "test_adding.py").write_text(
        "import adding\n\ndef test_end():\n    while adding.WAITS:\n        pass\n"
    )
    endless = Mutant(
        area="adding",
        file="adding.py",
        old="WAITS = False",
        new="WAITS = True",
        tests=("test_adding.py::test_end",),
        hangs=hangs,
    )
    monkeypatch.setattr(mutants, "TEST_SECONDS", 3)

    assert verdict(tree, endless, number=1) == shown
