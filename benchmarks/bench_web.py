"""`python benchmarks/bench_web.py HOME [--rounds 20] [--pages article,search]`: every kind of page of `kliping web`, over HTTP.

Each round asks another article, person, query or range, so no page is answered from memory. CPU seconds are of the server, all threads.
`large_home.py` makes the home.
"""

from __future__ import annotations

import argparse
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
TICKS = os.sysconf("SC_CLK_TCK")
ARTICLES = "SELECT article_id FROM core.articles USING SAMPLE 40 ROWS (reservoir, 7)"
ENTITIES = """
SELECT entity_id FROM (
  SELECT entity_id, row_number() OVER (ORDER BY n DESC, entity_id) AS place
  FROM (SELECT entity_id, count(*) AS n FROM core.entity_mentions WHERE entity_type = $type GROUP BY ALL)
) WHERE place <= 20 OR place % 1013 = 0 ORDER BY place LIMIT 40"""
EVENTS = "SELECT event_id FROM (SELECT event_id FROM core.article_events GROUP BY ALL HAVING count(*) > 1) USING SAMPLE 40 ROWS (reservoir, 7)"
WORDS = """
SELECT word FROM (SELECT word_id FROM (SELECT word_id, len(text_nos) AS n FROM ops.word_postings) GROUP BY ALL ORDER BY sum(n) DESC LIMIT 200)
JOIN ops.words USING (word_id) WHERE regexp_full_match(word, '[a-z]{5,}') ORDER BY word LIMIT 40"""
TEXT = "SELECT body_text FROM core.article_versions USING SAMPLE 40 ROWS (reservoir, 7)"


def addresses(home: Path) -> dict[str, list[str]]:
    """Kind of page -> addresses of it."""
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        column = lambda query, **values: [row[0] for row in con.execute(query, values).fetchall()]  # noqa: E731
        outlets = column("SELECT source_id FROM core.articles GROUP BY ALL ORDER BY ALL")
        topics = column("SELECT topic_id FROM core.article_topics GROUP BY ALL ORDER BY ALL")
        months = list(ranges(*con.execute("SELECT min(date_published)::DATE, max(date_published)::DATE FROM core.articles").fetchall()[0]))  # fmt: skip
        people = column(ENTITIES, type="person")
        bodies = column(ENTITIES, type="organization")
        articles, events, words = column(ARTICLES), column(EVENTS), column(WORDS)
        phrases = [" ".join(text.split()[3:5]) for text in column(TEXT)]
    lists = ("articles", "quotes", "figures", "mentions", "copies", "edits", "events", "comparisons", "people", "organizations", "topics", "outlets")  # fmt: skip
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
        **{f"list of {name}" if name != "events" else name: [f"/{name}"] for name in lists},
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
    command = [sys.executable, "-m", "kliping.cli", "web", "--port", str(port)]
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


def cpu_seconds(pid: int) -> float:
    """Of the process and all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def percentile(values: Sequence[float]) -> float:
    """The 95th."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]  # fmt: skip


def measure(client: httpx.Client, pid: int, paths: Sequence[str], rounds: int) -> dict[str, object]:
    cpu, wall, size, failures = [], [], 0, 0
    for n in range(rounds):
        before, started = cpu_seconds(pid), time.perf_counter()
        answer = client.get(paths[n % len(paths)])
        wall.append(time.perf_counter() - started)
        cpu.append(cpu_seconds(pid) - before)
        size = max(size, len(answer.content))
        failures += answer.status_code != 200
    return {"size": size, "cpu": cpu, "wall": wall, "failures": failures}


def line(name: str, found: dict[str, object], goal: float | None) -> str:
    cpu, wall, size = found["cpu"], found["wall"], found["size"]
    misses = [
        *(["time"] if goal and percentile(wall) > goal else []),
        *(["size"] if size > MOST_BYTES else []),
        *([f"{found['failures']} failed"] if found["failures"] else []),
    ]
    numbers = [statistics.median(cpu), percentile(cpu), statistics.median(wall), percentile(wall)]
    return (
        f"| {name} | {size / 1000:.0f} | "
        + " | ".join(f"{n:.2f}" for n in numbers)
        + f" | {goal or '–'} | {', '.join(misses)} |"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("home", type=Path)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--pages", help="kinds of pages, by commas; all of them without it")
    args = options.parse_args()
    pages = addresses(args.home)
    with duckdb.connect(args.home / "kliping.duckdb", read_only=True) as con:
        n_articles = con.execute("SELECT count(*) FROM core.articles").fetchall()[0][0]
    wanted = args.pages.split(",") if args.pages else list(pages)
    print(f"{n_articles:,} articles, {args.rounds} rounds; CPU and wall in seconds, kB of the largest page\n")  # fmt: skip
    print("| page | kB | CPU, median | CPU, 95 % | wall, median | wall, 95 % | goal | missed |")
    print("| --- | --: | --: | --: | --: | --: | --: | --- |")
    with server(args.home) as (pid, url), httpx.Client(base_url=url, timeout=60) as client:
        client.get("/outlets")  # the file is open
        for name in wanted:
            goals = GOALS.get(name)
            goal = goals[n_articles < LARGE] if goals else None
            print(line(name, measure(client, pid, pages[name], args.rounds), goal), flush=True)


if __name__ == "__main__":
    main()
