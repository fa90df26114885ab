"""Whole runs over invented outlets on loopback.

    python benchmarks/bench_crawl.py [--only peers,round] [--pages 200] [--saved FOLDER]

peers: 8 outlets without a rule: Kliping with archive, facts and checks, beside Scrapy with trafilatura into DuckDB
(`uv pip install -e '.[bench]'`). With a folder of saved pages (*.jsonl.gz) they have real pages under invented
addresses, each once, and beyond that again with other words; else 200 clean pages each, of 98 kB. round: 1,000 outlets of which 100 have one new article.
CPU is that of the run's processes, not of the server. The ratio is this run's; the rest is this machine's.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import httpx
from measurement import ProgramCost, cost_of, print_table, run

HERE = Path(__file__).parent
HOSTS = 8
RATE_GOAL, CPU_GOAL_MS, MEMORY_GOAL_MB, ROUND_GOAL_S = 25, 55, 600, 300
INGEST = "ingest"  # the first argument of a process of its own
HEAD = ("what", "measured", "goal")


@contextmanager
def site(n_hosts: int, n_pages: int, saved: Path | None = None) -> Iterator[int]:
    """The port of the outlets, which end with this block."""
    folder = [str(saved)] if saved else []
    command = [sys.executable, str(HERE / "crawl_site.py"), str(n_hosts), str(n_pages), *folder]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        with server.stdin:
            yield int(server.stdout.readline())


def cost(arguments: list[str], port: int) -> ProgramCost:
    """Of a program that prints the number of its articles last; its requests go to the port, as if to a proxy where it takes one."""
    return cost_of(arguments, http_proxy=f"http://127.0.0.1:{port}")


def ingest(home: str, port: int, kind: str, hosts: int) -> None:
    """A process of its own: one ingest of the outlets."""
    sys.modules["pandas"] = None  # type: ignore[assignment] - as for the command, and for the peer: DuckDB would import it
    from flows.jobs.jobs import ingest_sources  # noqa: PLC0415 - the parent measures, and does not need it
    from flows.settings import Settings  # noqa: PLC0415 - as above
    from parsers.source import from_data  # noqa: PLC0415 - as above

    sources = {}
    for name in (f"{kind}{n}" for n in range(hosts)):
        data = {"name": name, "title": name, "home": f"http://{name}.test/", "language": "id"}
        channels = {"discover": {"feeds": [f"http://{name}.test/feed"]}} if kind == "m" else {}
        sources[name] = from_data({**data, "fetch": {"delay_seconds": 0}, **channels})
    settings = Settings(
        home=Path(home),
        readers=2,
        contact="https://example.test/kliping",
        allow_private=frozenset({("127.0.0.1", port)}),
        connect_to=(("*.test", "127.0.0.1", port),),
        min_free_mb=0,
    )
    summary = asyncio.run(ingest_sources(settings, sources, list(sources)))
    for failure in summary.failures[:5]:
        print(failure, file=sys.stderr)
    print(summary.total("n_new"))


def ingest_command(home: Path, port: int, kind: str, hosts: int) -> list[str]:
    return [__file__, INGEST, str(home), str(port), kind, str(hosts)]


def peers(folder: Path, pages: int, saved: Path | None) -> None:
    with site(HOSTS, pages, saved) as port:
        ours = cost(ingest_command(folder / "home", port, "h", HOSTS), port)
        (folder / "scrapy").mkdir()
        hosts = [f"h{n}.test" for n in range(HOSTS)]
        theirs = cost([str(HERE / "scrapy_peer.py"), str(folder / "scrapy"), *hosts], port)
    (rate, peer_rate), (cpu, peer_cpu) = zip(*map(per_article, (ours, theirs)), strict=True)
    print_table(HEAD, [
        ("articles: Kliping, Scrapy with trafilatura", f"{ours.answer}, {theirs.answer}", ""),
        ("articles a second", f"{rate:.1f}, {peer_rate:.1f}", f"at least {RATE_GOAL}"),
        ("CPU ms an article", f"{cpu:.1f}, {peer_cpu:.1f}", f"at most {CPU_GOAL_MS}"),
        ("ratio of CPU", f"{cpu / peer_cpu:.2f}", ""),
        ("peak memory of all processes, MB", f"{ours.tree_mb:.0f}, {theirs.tree_mb:.0f}", f"at most {MEMORY_GOAL_MB}"),
        ("of the run's process, of a reader, MB", f"{ours.own_mb:.0f}, {ours.child_mb:.0f}", ""),
    ])  # fmt: skip
    print()
    print_table(("stage", "CPU s"), stages(folder / "home", ours.cpu))


def stages(home: Path, cpu: float) -> list[tuple[str, str]]:
    """Of a run's CPU, the steps that it counts itself; the rest is fetching, archiving and the worker processes that parse."""
    with duckdb.connect(str(home / "kliping.duckdb"), read_only=True) as con:
        steps = con.execute(
            "SELECT step.step, step.cpu_seconds FROM (SELECT unnest(steps) AS step FROM ops.runs)"
        ).fetchall()
    rest = cpu - sum(seconds for _, seconds in steps)
    return [(name, f"{seconds:.2f}") for name, seconds in (*steps, ("fetch, archive, parse", rest))]


def per_article(cost: ProgramCost) -> tuple[float, float]:
    """Articles a second, and CPU ms of an article."""
    return int(cost.answer) / cost.clock, 1000 * cost.cpu / int(cost.answer)


def round_of_many(folder: Path, n_sources: int) -> None:
    with site(0, 0) as port:
        first = cost(ingest_command(folder / "home", port, "m", n_sources), port)
        httpx.get(f"http://127.0.0.1:{port}/next", headers={"Host": "m0.test"}, trust_env=False)
        second = cost(ingest_command(folder / "home", port, "m", n_sources), port)
    print_table(HEAD, [
        (f"first round of {n_sources} outlets: articles, CPU s", f"{first.answer}, {first.cpu:.0f}", ""),
        ("second round: new articles", f"{second.answer}", ""),
        ("CPU s", f"{second.cpu:.0f}", f"at most {ROUND_GOAL_S}"),
        ("seconds, peak memory", f"{second.clock:.0f} s, {second.tree_mb:.0f} MB", ""),
    ])  # fmt: skip


def main(
    only: str = "peers,round", pages: int = 200, sources: int = 1000, saved: Path | None = None
) -> None:
    """`pages` of each of the eight outlets, `sources` of the round."""
    for name in only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            if name == "peers":
                peers(Path(folder), pages, saved)
            else:
                round_of_many(Path(folder), sources)


if __name__ == "__main__":
    if sys.argv[1:2] == [INGEST]:
        _, _, home, port, kind, hosts = sys.argv
        ingest(home, int(port), kind, int(hosts))
    else:
        run(main, __doc__)
