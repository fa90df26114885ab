"""Every kind of page of `kliping web`, over HTTP.

    python benchmarks/bench_web.py HOME [--rounds 20] [--pages article,search]

Each round asks another article, person, query or range, so no page is answered from memory. CPU seconds are of the server, all threads.
`large_home.py` makes the home.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import duckdb
import httpx
from growing_home import run_sql
from measurement import cpu_seconds, print_table, run

GOALS = {  # seconds at 1,000,000 articles, and at 100,000
    **dict.fromkeys(
        ("overview", "overview of an outlet", "overview of a topic", "overview of a month"),
        (0.3, 0.3),
    ),
    "article": (0.3, 0.3),
    "outlet": (0.3, 0.3),
    **dict.fromkeys(("search", "phrase", "person", "body", "event", "events"), (2.0, 0.5)),
}
LARGE = 500_000  # articles from which the first of the goals holds
MOST_BYTES = 100_000
SAMPLE = "USING SAMPLE 40 ROWS (reservoir, 7)"
ARTICLES = f"SELECT article_id FROM core.articles {SAMPLE}"
EVENTS = f"SELECT event_id FROM (SELECT event_id FROM core.article_events GROUP BY ALL HAVING count(*) > 1) {SAMPLE}"
TEXT = f"SELECT body_text FROM core.article_versions {SAMPLE}"
LISTS = """
articles quotes figures mentions copies edits comparisons people organizations topics outlets
"""
HEAD = "page,kB,CPU median,CPU 95 %,wall median,wall 95 %,goal,missed"


def addresses(home: Path) -> dict[str, list[str]]:
    """Kind of page -> addresses of it."""
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:

        def column(query: str) -> list[str]:
            return [row[0] for row in con.execute(query).fetchall()]

        def entities(kind: str) -> list[str]:
            return [row[0] for row in run_sql(con, "frequent_entities", {"type": kind}).fetchall()]

        outlets = column("SELECT source_id FROM core.articles GROUP BY ALL ORDER BY ALL")
        topics = column("SELECT topic_id FROM core.article_topics GROUP BY ALL ORDER BY ALL")
        months = list(ranges(*con.execute("SELECT min(date_published)::DATE, max(date_published)::DATE FROM core.articles").fetchall()[0]))  # fmt: skip
        people, bodies = entities("person"), entities("organization")
        articles, events = column(ARTICLES), column(EVENTS)
        words = [
            row[0] for row in run_sql(con, "frequent_words", {"skip": 0, "most": 40}).fetchall()
        ]
        phrases = [" ".join(text.split()[3:5]) for text in column(TEXT)]
    return {
        "overview": ["/"],
        "overview of an outlet": [f"/?source={each}" for each in outlets],
        "overview of a topic": [f"/?topic={each}" for each in topics],
        "overview of a month": [f"/?{each}" for each in months],
        "article": [f"/article/{each}" for each in articles],
        "outlet": [f"/outlet/{each}" for each in outlets],
        "search": [f"/search?q={quote(each)}" for each in words],
        "phrase": [f"/search?by=month&q={quote(chr(34) + each + chr(34))}" for each in phrases],
        "person": [f"/entity/{each}" for each in people],
        "body": [f"/entity/{each}" for each in bodies],
        "event": [f"/event/{each}" for each in events],
        "topic": [f"/topic/{each}" for each in topics],
        "events": ["/events"],
        **{f"list of {name}": [f"/{name}"] for name in LISTS.split()},
        "question speakers": ["/questions/speakers"],
        "question figures": ["/questions/figures"],
        "questions": ["/questions"],
    }


def ranges(first: date, last: date) -> Iterator[str]:
    """Thirty days each, the latest first."""
    while last - timedelta(29) >= first:
        yield urlencode({"since": last - timedelta(29), "until": last})
        last -= timedelta(30)


@contextmanager
def server(home: Path) -> Iterator[tuple[int, str]]:
    """The process of `kliping web` over the home, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "KLIPING_HOME": str(home)}
    command = [sys.executable, "-m", "flows.cli", "web", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/questions")
            yield process.pid, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def percentile(values: Sequence[float]) -> float:
    """The 95th."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]  # fmt: skip


def measured(client: httpx.Client, pid: int, paths: Sequence[str], rounds: int, goal: float | None) -> list[object]:  # fmt: skip
    """The cells of a row after the name of the page."""
    cpu, wall, size, failures = [], [], 0, 0
    for n in range(rounds):
        before, started = cpu_seconds(pid), time.perf_counter()
        answer = client.get(paths[n % len(paths)])
        wall.append(time.perf_counter() - started)
        cpu.append(cpu_seconds(pid) - before)
        size = max(size, len(answer.content))
        failures += answer.status_code != 200
    missed = {
        "time": goal and percentile(wall) > goal,
        "size": size > MOST_BYTES,
        f"{failures} failed": failures,
    }
    seconds = [f(each) for each in (cpu, wall) for f in (statistics.median, percentile)]
    reasons = ", ".join(reason for reason, is_missed in missed.items() if is_missed)
    return [f"{size / 1000:.0f}", *(f"{each:.2f}" for each in seconds), goal or "–", reasons]


def main(home: Path, rounds: int = 20, pages: str = "") -> None:
    """`pages` are kinds of pages, by commas; all of them without it."""
    listed = addresses(home)
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        ((n_articles,),) = con.execute("SELECT count(*) FROM core.articles").fetchall()
    print(f"{n_articles:,} articles, {rounds} rounds; CPU and wall in seconds, kB of the largest page\n")  # fmt: skip
    with server(home) as (pid, url), httpx.Client(base_url=url, timeout=60) as client:
        client.get("/outlets")  # the file is open
        goals = {name: goal[n_articles < LARGE] for name, goal in GOALS.items()}
        print_table(HEAD.split(","), (
            [name, *measured(client, pid, listed[name], rounds, goals.get(name))]
            for name in (pages.split(",") if pages else listed)
        ))  # fmt: skip


if __name__ == "__main__":
    run(main, __doc__)
