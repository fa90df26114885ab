"""`python benchmarks/bench_startup.py`: how soon `kliping --help` answers, and what it imports for it."""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict

RUNS, TARGET_SECONDS, SHOWN = 10, 0.5, 12
HELP = [sys.executable, "-m", "kliping.cli", "--help"]
BARE = [sys.executable, "-c", "pass"]
IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| +([\w.]+)")


def seconds(command: list[str]) -> tuple[float, float]:
    """By the clock, and of the processor: on a busy machine only the latter means much."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        time.perf_counter() - started,
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    )


def medians(command: list[str]) -> list[float]:
    return [
        statistics.median(measurements)
        for measurements in zip(*(seconds(command) for _ in range(RUNS)), strict=True)
    ]


def imported() -> dict[str, tuple[int, float]]:
    """Of each top-level package: how many of its modules are imported, and the milliseconds they take themselves."""
    traced = subprocess.run(
        [sys.executable, "-X", "importtime", *HELP[1:]], check=True, capture_output=True, text=True
    ).stderr
    found: defaultdict[str, list[int]] = defaultdict(list)
    for line in traced.splitlines():
        if match := IMPORT.match(line):
            found[match[2].partition(".")[0]].append(int(match[1]))
    return {name: (len(times), sum(times) / 1000) for name, times in found.items()}


def main() -> int:
    os.environ |= {"COLUMNS": "100"}
    seconds(HELP)  # once for the byte code
    answered, bare = medians(HELP), medians(BARE)
    print(
        f"kliping --help, median of {RUNS}: {answered[0]:.2f} s by the clock (target at most {TARGET_SECONDS} s),"
    )
    print(
        f"{answered[1]:.2f} s of CPU, {answered[1] / bare[1]:.1f} times the CPU of a bare interpreter"
    )
    packages = imported()
    outside = {
        name: counts for name, counts in packages.items() if name not in sys.stdlib_module_names
    }
    print(
        f"\n{sum(n for n, _ in packages.values())} modules, {sum(n for n, _ in outside.values())} of them not the standard library's:"
    )
    for name, (n, milliseconds) in sorted(outside.items(), key=lambda item: -item[1][1])[:SHOWN]:
        print(f"  {name:<20} {n:>4} modules {milliseconds:>7.1f} ms")
    return 0 if answered[0] <= TARGET_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
