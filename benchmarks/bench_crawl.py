"""`python benchmarks/bench_crawl.py [--only peers,round] [--pages 200]`: whole runs over invented outlets on loopback.

peers: 8 outlets of 200 gzipped pages of 98 kB, without a rule: Kliping with archive, facts and checks, beside Scrapy with
trafilatura into DuckDB (`uv pip install -e '.[bench]'`). round: 1,000 outlets of which 100 have one new article.
CPU is that of the run's processes, not of the server. The ratio is this run's; the rest is this machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from bench_fetching import site, table
from bench_warehouse import own_mb, tree

HERE = Path(__file__).parent
HOSTS = 8
RATE_GOAL, CPU_GOAL_MS, MEMORY_GOAL_MB, ROUND_GOAL_S = 25, 55, 600, 300
SAMPLE_SECONDS = 0.5


@dataclass
class Cost:
    n_articles: int
    cpu: float  # seconds
    clock: float
    own_mb: (
        float  # at most, of the run's first process, of one of its children, and of all together
    )
    child_mb: float
    tree_mb: float


def cost(command: list[str], port: int) -> Cost:
    """Of a program that prints the number of its articles last; its requests go to the port, as if to a proxy where it takes one."""
    own = child = whole = 0.0
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = os.environ | {"http_proxy": f"http://127.0.0.1:{port}"}
    with subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, text=True, env=environment
    ) as run:
        while run.poll() is None:
            with suppress(OSError, StopIteration):
                first, *children = [own_mb(pid) for pid in tree(run.pid)]
                own, child = max(own, first), max(child, *children, 0.0)
                whole = max(whole, first + sum(children))
            time.sleep(SAMPLE_SECONDS)
        assert run.stdout
        *_, last = run.stdout.read().split("\n", -1)[:-1]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(int(last), cpu, time.perf_counter() - started, own, child, whole)


def kliping(home: str, port: int, kind: str, hosts: int, readers: int) -> None:
    """A process of its own: one ingest of the outlets."""
    from flows.jobs.jobs import ingest_sources  # noqa: PLC0415 - the parent measures, and does not need it
    from flows.settings import Settings  # noqa: PLC0415 - as above
    from parsers.source import from_data  # noqa: PLC0415 - as above

    feeds = {"discover": {"feeds": ["http://{}/feed"]}} if kind == "m" else {}
    sources = {
        f"{kind}{n}": from_data({
            "name": f"{kind}{n}", "title": f"Outlet {n}", "home": f"http://{kind}{n}.test/", "language": "id", "fetch": {"delay_seconds": 0},
            **{key: {"feeds": [url.format(f"{kind}{n}.test") for url in value["feeds"]]} for key, value in feeds.items()},
        })
        for n in range(hosts)
    }  # fmt: skip
    settings = Settings(
        home=Path(home),
        readers=readers,
        contact="https://example.test/kliping",
        allow_private=frozenset({("127.0.0.1", port)}),
        connect_to=(("*.test", "127.0.0.1", port),),
        min_free_mb=0,
    )
    summary = asyncio.run(ingest_sources(settings, sources, list(sources)))
    for failure in summary.failures[:5]:
        print(failure, file=sys.stderr)
    print(summary.total("n_new"))


def command(home: Path, port: int, kind: str, hosts: int) -> list[str]:
    return [__file__, "--kliping", str(home), str(port), kind, str(hosts), "2"]


def peers(folder: Path, pages: int) -> bool:
    with site("crawl_site.py", HOSTS, pages) as port:
        ours = cost(command(folder / "home", port, "h", HOSTS), port)
        (folder / "scrapy").mkdir()
        hosts = [f"h{n}.test" for n in range(HOSTS)]
        theirs = cost([str(HERE / "scrapy_peer.py"), str(folder / "scrapy"), *hosts], port)
    rate, cpu = ours.n_articles / ours.clock, 1000 * ours.cpu / ours.n_articles
    peer_rate, peer_cpu = theirs.n_articles / theirs.clock, 1000 * theirs.cpu / theirs.n_articles
    table([
        ("articles: Kliping, Scrapy with trafilatura", f"{ours.n_articles}, {theirs.n_articles}", "", None),
        ("articles a second", f"{rate:.1f}, {peer_rate:.1f}", f"at least {RATE_GOAL}", rate >= RATE_GOAL),
        ("CPU ms an article", f"{cpu:.1f}, {peer_cpu:.1f}", f"at most {CPU_GOAL_MS}", cpu <= CPU_GOAL_MS),
        ("ratio of CPU", f"{cpu / peer_cpu:.2f}", "", None),
        ("peak memory of all processes, MB", f"{ours.tree_mb:.0f}, {theirs.tree_mb:.0f}", f"at most {MEMORY_GOAL_MB}", ours.tree_mb <= MEMORY_GOAL_MB),
        ("  of the run's process, of a reader", f"{ours.own_mb:.0f}, {ours.child_mb:.0f}", "", None),
    ])  # fmt: skip
    return rate >= RATE_GOAL and cpu <= CPU_GOAL_MS and ours.tree_mb <= MEMORY_GOAL_MB


def round_of_many(folder: Path, n_sources: int) -> bool:
    with site("crawl_site.py", 0, 0) as port:
        first = cost(command(folder / "home", port, "m", n_sources), port)
        httpx.get(f"http://127.0.0.1:{port}/next", headers={"Host": "m0.test"}, trust_env=False)
        second = cost(command(folder / "home", port, "m", n_sources), port)
    table([
        (f"first round of {n_sources} outlets: articles", f"{first.n_articles}", "", None),
        ("  CPU", f"{first.cpu:.0f} s", "", None),
        ("second round: new articles", f"{second.n_articles}", "", None),
        ("  CPU", f"{second.cpu:.0f} s", f"at most {ROUND_GOAL_S} s", second.cpu <= ROUND_GOAL_S),
        ("  seconds, peak memory", f"{second.clock:.0f} s, {second.tree_mb:.0f} MB", "", None),
    ])  # fmt: skip
    return second.cpu <= ROUND_GOAL_S


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--only", default="peers,round")
    options.add_argument("--pages", type=int, default=200, help="of each of the eight outlets")
    options.add_argument("--sources", type=int, default=1000, help="of the round")
    options.add_argument("--kliping", nargs=5, help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.kliping:
        home, port, kind, hosts, readers = args.kliping
        kliping(home, int(port), kind, int(hosts), int(readers))
        return 0
    is_met = True
    for name in args.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            if name == "peers":
                is_met &= peers(Path(folder), args.pages)
            else:
                is_met &= round_of_many(Path(folder), args.sources)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
