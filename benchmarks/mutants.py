"""Plants the mistakes of `mutants.toml`, one at a time, in a copy of the tree, and shows which of them no test notices.

    python benchmarks/mutants.py [PART…]

A row of the table is a file, the text `old` that it holds exactly once, what to put in its place, and the tests of which
one must fail. `equivalent` is the proof that a mistake changes nothing that anybody could see; such a row is not run. Only
rows whose file or tests contain one of the PARTs are run, all of them without any. The exit code is 1 if a mutant survives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("mutants.toml")
COPIED = ("benchmarks", "docs", "flows", "parsers", "tests", "warehouse", "pyproject.toml", "README.md")  # fmt: skip
NOT_COPIED = shutil.ignore_patterns("__pycache__", ".hypothesis")
TEST_SECONDS = 300  # a mutant that makes a test run on and on is noticed
TESTS_FAILED, ALL_PASSED = 1, 0  # exit codes of pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ()
    equivalent: str | None = None

    def __post_init__(self) -> None:
        if self.old == self.new or bool(self.tests) == bool(self.equivalent):
            raise SystemExit(f"{self.file}: a mutant changes something and has tests or a proof")

    @property
    def change(self) -> str:
        return f"{self.old.strip()} → {self.new.strip() or 'nothing'}"


def mutants() -> tuple[Mutant, ...]:
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["mutant"]
    return tuple(Mutant(**row | {"tests": tuple(row.get("tests", ()))}) for row in rows)


def mutated(text: str, mutant: Mutant) -> str:
    """Raises SystemExit where it is not clear which place is meant."""
    if (n := text.count(mutant.old)) != 1:
        raise SystemExit(f"{mutant.file} has {n} times, and not once: {mutant.old!r}")
    return text.replace(mutant.old, mutant.new)


def copy_tree(folder: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_COPIED)
        else:
            shutil.copy(ROOT / name, folder)


def run_tests(folder: Path, tests: tuple[str, ...], seconds: int = TEST_SECONDS) -> int | None:
    """Pytest's exit code, None where it took too long. Nothing is compiled to disk: a cached file might be an older mutant's."""
    command = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-q", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            [*command, *tests],
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=seconds,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return None


def verdict(folder: Path, mutant: Mutant) -> str:
    if mutant.equivalent:
        return "equivalent"
    path = folder / mutant.file
    text = path.read_text(encoding="utf-8")
    path.write_text(mutated(text, mutant), encoding="utf-8")
    try:
        code = run_tests(folder, mutant.tests)
    finally:
        path.write_text(text, encoding="utf-8")
    if code in {TESTS_FAILED, None}:
        return "killed"
    return "survived" if code == ALL_PASSED else f"pytest ended with {code}"


def verdicts(folder: Path, chosen: tuple[Mutant, ...]) -> Iterator[tuple[Mutant, str]]:
    for number, mutant in enumerate(chosen, 1):
        reached = verdict(folder, mutant)
        print(f"{number}/{len(chosen)} {mutant.file}: {reached}", file=sys.stderr, flush=True)
        yield mutant, reached


def main(parts: list[str]) -> int:
    table = mutants()
    for mutant in table:
        mutated((ROOT / mutant.file).read_text(encoding="utf-8"), mutant)
    chosen = tuple(
        m for m in table if not parts or any(p in " ".join((m.file, *m.tests)) for p in parts)
    )
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        copy_tree(Path(name))
        every = tuple(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
        if every and run_tests(Path(name), every, 10 * TEST_SECONDS) != ALL_PASSED:
            raise SystemExit("the tests must pass before anything is planted")
        reached = list(verdicts(Path(name), chosen))
    settled = {"killed", "equivalent"}
    shown = Table("file", "change", "verdict", title="Mutants that no test notices")
    for mutant, what in reached:
        if what not in settled:
            shown.add_row(mutant.file, mutant.change, what)
    n_settled = sum(what in settled for _, what in reached)
    if n_settled < len(reached):
        Console().print(shown)
    print(f"{len(reached)} mutants, {n_settled} of them killed or equivalent")
    return int(n_settled < len(reached))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
