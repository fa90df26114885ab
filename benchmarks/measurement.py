"""What benchmarks have in common: programs, CPU time and time by the clock, memory of processes, tables, shares."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil
import typer

from warehouse.intervals import wilson

SAMPLE_SECONDS = 0.5


def run(main: Callable[..., object], description: str | None) -> None:
    """A program whose options are the parameters of the function."""
    program = typer.Typer(
        add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    program.command(help=description)(main)
    program()


class Spent:
    """Seconds by the clock, and CPU seconds: of this process and its threads, and of its children that have ended."""

    def __enter__(self) -> Self:
        self.cpu, self.children, self.clock = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        before = (self.cpu, self.children, self.clock)
        self.cpu, self.children, self.clock = (
            now - then for now, then in zip(self._now(), before, strict=True)
        )

    @staticmethod
    def _now() -> tuple[float, float, float]:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time(), children.ru_utime + children.ru_stime, time.perf_counter()

    def __str__(self) -> str:
        return f"{self.cpu:.2f} CPU s, {self.clock:.2f} s"


def process_tree(pid: int) -> list[int]:
    """A process, and those that it started."""
    return [pid, *(each.pid for each in psutil.Process(pid).children(recursive=True))]


def cpu_seconds(pid: int) -> float:
    """Of a process and all that it started, those that have ended too."""
    total = 0.0
    for each in process_tree(pid):
        with suppress(psutil.NoSuchProcess):
            total += sum(psutil.Process(each).cpu_times()[:4])
    return total


def memory_mb(pid: int) -> float:
    """Resident memory of a process; of what processes share each has a part."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1000


def written_mb() -> float:
    """What this process and its children that have ended have told the system to write."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar:")) / 1e6


def peak_mb() -> float:
    """The most that this process has taken."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True, kw_only=True)
class ProgramCost:
    """What a program took, and the last line that it printed."""

    answer: str
    cpu: float  # seconds, with all processes that it started
    clock: float
    own_mb: float  # at most: of its first process, of one of the others, of all together
    child_mb: float
    tree_mb: float


def cost_of(arguments: Sequence[str], **environment: str) -> ProgramCost:
    """Of Python with these arguments."""
    own = child = whole = 0.0
    command, environment = [sys.executable, *arguments], os.environ | environment
    with Spent() as spent, subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as run:  # fmt: skip
        while run.poll() is None:
            with suppress(OSError, StopIteration):
                first, *others = map(memory_mb, process_tree(run.pid))
                own, child = max(own, first), max(child, *others, 0.0)
                whole = max(whole, first + sum(others))
            time.sleep(SAMPLE_SECONDS)
        assert run.stdout
        *_, answer = run.stdout.read().splitlines()
    return ProgramCost(
        answer=answer, cpu=spent.children, clock=spent.clock, own_mb=own, child_mb=child, tree_mb=whole,
    )  # fmt: skip


def share(hits: int, n: int) -> str:
    """With its 95 % interval."""
    if not n:
        return "0/0"
    low, high = wilson(hits, n)
    return f"{hits}/{n} = {hits / n:.3f} [{max(low, 0.0):.3f}, {high:.3f}]"


class Shares:
    """Of several kinds of rows, how many are right."""

    def __init__(self) -> None:
        self.hits, self.n = Counter[str](), Counter[str]()

    def add(self, name: str, hits: int, n: int = 1) -> None:
        self.hits[name] += hits
        self.n[name] += n

    def rows(self) -> list[tuple[str, str]]:
        return [(name, share(self.hits[name], self.n[name])) for name in sorted(self.n)]


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """In Markdown, each row as soon as it is there."""
    for cells in (head, ["---"] * len(head)):
        print(f"| {' | '.join(cells)} |")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)
