"""Plants the mistakes of `mutants/*.toml`, one at a time, in a copy of the tree, and shows which of them no test notices.

    python benchmarks/mutants.py [PART…] [--processes 2]

Each file has the mutants of one area. A mutant is a `file`, the text `old` that it holds exactly once, what to put in its
place (`new`), and the `tests` of which one must fail; with `hangs = true` they may also run on and on. `equivalent` is the
proof that a mistake changes nothing that anybody could see; such a mutant is not run. A PART is an area, or a piece of the path of a file or test; without any, all are run.
The exit code is 1 if a mutant survives.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

from measurement import run
from typer import Argument

ROOT = Path(__file__).parents[1]
TABLES = Path(__file__).with_name("mutants")
TEST_SECONDS = 300
TESTS_FAILED, ALL_PASSED = 1, 0  # exit codes of pytest
KILLED, EQUIVALENT, SURVIVED, TIMED_OUT = "killed", "equivalent", "SURVIVED", "TIMED OUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    area: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ()
    equivalent: str | None = None
    hangs: bool = False

    def __post_init__(self) -> None:
        if self.old == self.new or bool(self.tests) == bool(self.equivalent):
            raise SystemExit(f"{self.file}: a mutant changes something and has tests or a proof")

    def is_part_of(self, part: str) -> bool:
        if (TABLES / f"{part}.toml").is_file():
            return self.area == part
        return any(part in path for path in (self.file, *self.tests))

    def __str__(self) -> str:
        return f"{self.file}: {self.old.strip()} → {self.new.strip() or 'nothing'}"


def read_mutants() -> tuple[Mutant, ...]:
    return tuple(
        Mutant(area=table.stem, **row | {"tests": tuple(row.get("tests", ()))})
        for table in sorted(TABLES.glob("*.toml"))
        for row in tomllib.loads(table.read_text(encoding="utf-8"))["mutant"]
    )


def mutated(text: str, mutant: Mutant) -> str:
    """Raises SystemExit where it is not clear which place is meant."""
    if (n := text.count(mutant.old)) != 1:
        raise SystemExit(f"{mutant.file} has {n} times, and not once: {mutant.old!r}")
    return text.replace(mutant.old, mutant.new)


def copy_tree(root: Path, folder: Path) -> None:
    """What is in the repository, or would be if it were committed now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    for name in set(listed.strip("\0").split("\0")):
        if (root / name).is_file():  # it can be deleted and not yet committed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)


def log(folder: Path) -> Path:
    return folder.with_suffix(".log")


def run_tests(folder: Path, tests: tuple[str, ...], *options: str) -> int | None:
    """Pytest's exit code, or None where it took too long. What it prints is in the log of the folder."""
    pytest = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    with log(folder).open("wb") as output:
        process = subprocess.Popen(
            [*pytest, *(options or ("-n", "0")), *tests],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder), "KLIPING_TEST_LONG": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return process.wait(TEST_SECONDS * len(tests))
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:  # with the processes that the tests started
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def planted(folder: Path, mutant: Mutant, number: int) -> Iterator[None]:
    """The file gets a time of its own, because Python takes a compiled file for new if the time and size of its source agree."""
    path = folder / mutant.file
    text, stat = path.read_text(encoding="utf-8"), path.stat()
    path.write_text(mutated(text, mutant), encoding="utf-8")
    os.utime(path, (number, number))
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")
        os.utime(path, (stat.st_atime, stat.st_mtime))


def verdict(folder: Path, mutant: Mutant, number: int) -> str:
    if mutant.equivalent:
        return EQUIVALENT
    with planted(folder, mutant, number):
        code = run_tests(folder, mutant.tests)
    if code is None:
        return KILLED if mutant.hangs else TIMED_OUT
    return {TESTS_FAILED: KILLED, ALL_PASSED: SURVIVED}.get(code, f"pytest ended with {code}")


def verdicts(
    mutants: tuple[Mutant, ...], root: Path, processes: int
) -> Iterator[tuple[Mutant, str]]:
    """Each process has a copy of the tree. Raises SystemExit if a test fails before anything is planted."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name, ThreadPoolExecutor(processes) as pool:  # fmt: skip
        free: SimpleQueue[Path] = SimpleQueue()
        for n in range(processes):
            folder = Path(name) / str(n)
            copy_tree(root, folder)
            free.put(folder)
        tests = tuple(sorted({test for mutant in mutants for test in mutant.tests}))
        if tests and run_tests(folder, tests, "-n", str(processes)) != ALL_PASSED:
            print(log(folder).read_text(encoding="utf-8"))
            raise SystemExit("the tests must pass before anything is planted")

        def reached(mutant: Mutant, number: int) -> str:
            folder = free.get()
            try:
                return verdict(folder, mutant, number)
            finally:
                free.put(folder)

        jobs = {pool.submit(reached, mutant, n): mutant for n, mutant in enumerate(mutants, 1)}
        for job in as_completed(jobs):
            yield jobs[job], job.result()


def chosen_mutants(parts: list[str]) -> tuple[Mutant, ...]:
    mutants = read_mutants()
    for part in parts:
        if not any(mutant.is_part_of(part) for mutant in mutants):
            raise SystemExit(f"no mutant is part of {part}")
    return tuple(m for m in mutants if not parts or any(map(m.is_part_of, parts)))


def main(parts: Annotated[list[str] | None, Argument()] = None, processes: int = 2) -> None:
    mutants = chosen_mutants(parts or [])
    for mutant in mutants:
        mutated((ROOT / mutant.file).read_text(encoding="utf-8"), mutant)
    unnoticed = []
    for n, (mutant, what) in enumerate(verdicts(mutants, ROOT, processes), 1):
        print(f"{n}/{len(mutants)} {what} {mutant}", flush=True)
        if what not in {KILLED, EQUIVALENT}:
            unnoticed.append(f"{what} {mutant}")
    print(
        "\n".join([f"{len(mutants)} mutants, of which {len(unnoticed)} are not killed", *unnoticed])
    )
    sys.exit(bool(unnoticed))


if __name__ == "__main__":
    run(main, __doc__)
