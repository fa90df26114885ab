"""`python benchmarks/bench_fetching.py`: what the guarded client costs, how well it keeps its distance, what hostile bodies take.

Loopback, pages of 100 kB sent gzipped, the server in a process of its own. Absolute times are this machine's; the ratio is not.
"""

from __future__ import annotations

import asyncio
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import httpx
from server import HOSTILE

from flows.http.client import Fetcher
from flows.http.errors import FetchFailed
from flows.http.limits import FetchSettings
from parsers.article import Link
from parsers.kinds import LinkKind

HOSTS, PAGES, ROUNDS = 10, 20, 21
MANY, ASKS, DELAY_SECONDS = 50, 12, 0.5
CPU_TARGET, GAP_TARGET, MEMORY_TARGET_MB = 1.5, 0.95, 64


@contextmanager
def site(script: str = "server.py", *arguments: object) -> Iterator[int]:
    """The port of a server that ends with this block; the script stands beside this one."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        assert server.stdin
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()


def fetcher(port: int, locks: Path) -> Fetcher:
    here = ("127.0.0.1", port)
    return Fetcher(
        FetchSettings(
            locks=locks,
            contact="benchmark",
            allow_private=frozenset({here}),
            connect_to={"*.test": here},
        )
    )


async def guarded(
    port: int, locks: Path, hosts: int, pages: int, delay_seconds: float = 0.0
) -> float:
    """CPU seconds for so many pages of each of so many hosts, robots.txt and connections made before."""
    async with fetcher(port, locks) as client:

        async def ask(host: int, numbers: range) -> None:
            for n in numbers:
                link = Link(url=f"http://h{host}.test/page/{n}", source_id="benchmark")
                assert (
                    len((await client.get(link, delay_seconds=delay_seconds)).response.body)
                    == 100_000
                )

        await asyncio.gather(*(ask(host, range(1)) for host in range(hosts)))
        started = time.process_time()
        await asyncio.gather(*(ask(host, range(1, pages + 1)) for host in range(hosts)))
        return time.process_time() - started


async def bare(port: int, hosts: int, pages: int) -> float:
    """The same with httpx alone: a client for each host, one request at a time."""
    clients = [httpx.AsyncClient(trust_env=False, verify=False) for _ in range(hosts)]

    async def ask(host: int, numbers: range) -> None:
        for n in numbers:
            response = await clients[host].get(
                f"http://127.0.0.1:{port}/page/{n}", headers={"Host": f"h{host}.test"}
            )
            assert len(response.content) == 100_000

    await asyncio.gather(*(ask(host, range(1)) for host in range(hosts)))
    started = time.process_time()
    await asyncio.gather(*(ask(host, range(1, pages + 1)) for host in range(hosts)))
    used = time.process_time() - started
    await asyncio.gather(*(client.aclose() for client in clients))
    return used


def cost(port: int) -> tuple[float, float, float]:
    """Milliseconds of CPU a page, guarded and bare, and the median of the ratios of neighbouring rounds."""
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as locks:
            rounds.append(
                (
                    asyncio.run(guarded(port, Path(locks), HOSTS, PAGES)),
                    asyncio.run(bare(port, HOSTS, PAGES)),
                )
            )
    ours, theirs = (
        statistics.median(used) / HOSTS / PAGES * 1000 for used in zip(*rounds, strict=True)
    )
    return ours, theirs, statistics.median(a / b for a, b in rounds)


def gaps(port: int) -> list[float]:
    """The gaps that the server saw between two requests to one host, fifty hosts at once, as shares of the delay."""
    log = f"http://127.0.0.1:{port}/log"
    httpx.get(log, trust_env=False)
    with tempfile.TemporaryDirectory() as locks:
        asyncio.run(guarded(port, Path(locks), MANY, ASKS, DELAY_SECONDS))
    request_times = json.loads(httpx.get(log, trust_env=False).text)
    assert len(request_times) == MANY
    return sorted(
        (b - a) / DELAY_SECONDS for times in request_times.values() for a, b in pairwise(times)
    )


def memory_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


async def peaks(port: int, locks: Path) -> dict[str, tuple[float, str]]:
    """Of each hostile body: the most memory above what the idle client had before it, in MB, and how it ended."""
    found = {}
    async with fetcher(port, locks) as client:
        await client.get(Link(url="http://idle.test/page", source_id="benchmark"), delay_seconds=0)
        idle = memory_mb("VmRSS")
        for n, path in enumerate(HOSTILE):
            for kind in (LinkKind.PAGE, LinkKind.FEED):
                forget_peak()
                try:
                    await client.get(
                        Link(
                            url=f"http://h{n}-{kind}.test{path}", source_id="benchmark", kind=kind
                        ),
                        delay_seconds=0,
                    )
                    ended = "kept"
                except FetchFailed as failed:
                    ended = failed.reason
                found[f"{path[1:]} as a {kind}"] = (memory_mb("VmHWM") - idle, ended)
    return found


def table(rows: list[tuple[str, str, str, bool | None]]) -> None:
    widths = [max(len(row[n]) for row in rows) for n in range(3)]  # type: ignore[arg-type]
    for what, measured, target, good in rows:
        verdict = "" if good is None else "met" if good else "MISSED"
        print(
            f"{what:<{widths[0]}}  {measured:>{widths[1]}}  {target:<{widths[2]}}  {verdict}".rstrip()
        )


def main() -> int:
    logging.disable()
    with site() as port:
        with tempfile.TemporaryDirectory() as locks:  # first, while this process is small
            memory = asyncio.run(peaks(port, Path(locks)))
        ours, theirs, ratio = cost(port)
        seen = gaps(port)
    kept = sum(gap >= GAP_TARGET for gap in seen) / len(seen)
    worst = max(peak for peak, _ in memory.values())
    table(
        [
            ("CPU a page, guarded", f"{ours:.2f} ms", "", None),
            ("CPU a page, bare httpx with a client a host", f"{theirs:.2f} ms", "", None),
            (
                f"ratio, median of {ROUNDS} rounds",
                f"{ratio:.2f}",
                f"at most {CPU_TARGET}",
                ratio <= CPU_TARGET,
            ),
            (
                f"{MANY} hosts at once: gaps of {GAP_TARGET:.0%} of the delay or more",
                f"{kept:.1%}",
                "all",
                kept == 1,
            ),
            (
                "  shortest, median gap in delays",
                f"{seen[0]:.3f}, {statistics.median(seen):.3f}",
                "",
                None,
            ),
            *(
                (f"peak memory above idle, {name}: {ended}", f"{peak:.0f} MB", "", None)
                for name, (peak, ended) in memory.items()
            ),
            (
                "peak memory above idle, worst",
                f"{worst:.0f} MB",
                f"at most {MEMORY_TARGET_MB} MB",
                worst <= MEMORY_TARGET_MB,
            ),
        ]
    )
    return 0 if ratio <= CPU_TARGET and kept == 1 and worst <= MEMORY_TARGET_MB else 1


if __name__ == "__main__":
    sys.exit(main())
