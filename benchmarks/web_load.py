"""Every kind of page of `kliping web` over HTTP: for one reader alone, or for many beside loads and publishes.

    python benchmarks/web_load.py HOME --readers 1 --no-loads
    python benchmarks/web_load.py COPY [--seconds 300] [--readers 20]

Each reader asks for one page after the other, of all kinds. Without `--no-loads` new articles are loaded into the home and published again and
again, so give a copy of a home. Every answer must be a page of status 200; the exit code is 1 if one is not. CPU seconds are of the server, with
all threads; they are those of a page only if one reader asks. `large_home.py` makes a home.
"""

from __future__ import annotations

import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb
import httpx
from growing_home import batches, load, run_sql
from measurement import cpu_seconds, print_table, run

from warehouse.read.published import Reader
from warehouse.read.shared_copy import attached
from warehouse.read.stored_views import is_large, prepare
from warehouse.write.database import Database
from warehouse.write.steps import run_steps

OVERVIEWS = ("overview", "overview of an outlet", "overview of a topic", "overview of a month")
GOALS = {  # seconds at 1,000,000 articles, and at 100,000
    **dict.fromkeys((*OVERVIEWS, "article", "outlet"), (0.3, 0.3)),
    **dict.fromkeys(("search", "phrase", "person", "body", "event", "list of events"), (2.0, 0.5)),
}
LARGE = 500_000  # articles from which the first of the goals holds
NEW = 20  # articles of a load
WEEK_NO = 714  # after the articles of a large home
N_FIRST = 50_000_000  # number of the first new article
TIMEOUT = 60.0
HEAD = "page,n,kB,CPU s median,CPU s 95 %,s median,s 95 %,goal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    kind: str  # of page
    seconds: float
    cpu: float
    size: int = 0
    error: str = ""


def addresses(home: Path) -> Mapping[str, Sequence[str]]:
    """Of each kind of page."""
    found = defaultdict[str, list[str]](list)
    with Reader(home) as reader:
        for kind, path in run_sql(reader.con, "web_addresses").fetchall():
            found[kind].append(path)
    return found


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


def read(url: str, pid: int, pages: Mapping[str, Sequence[str]], seed: int, end: float, think: float) -> list[Answer]:  # fmt: skip
    """The kinds by turns, until the end; after each page so many seconds, more or less."""
    dice, answers = random.Random(seed), list[Answer]()
    kinds = dice.sample(list(pages), len(pages))
    with httpx.Client(base_url=url, timeout=TIMEOUT) as client:
        while time.monotonic() < end:
            kind = kinds[len(answers) % len(kinds)]
            path, cpu, started = dice.choice(pages[kind]), cpu_seconds(pid), time.perf_counter()
            try:
                page = client.get(path)
                size, status = len(page.content), "" if page.is_success else f"{page.status_code}"
            except httpx.HTTPError as failure:
                size, status = 0, type(failure).__name__
            seconds, cpu = time.perf_counter() - started, cpu_seconds(pid) - cpu
            error = f"{status} {path}" if status else ""
            answers.append(Answer(kind=kind, seconds=seconds, cpu=cpu, size=size, error=error))
            time.sleep(min(dice.uniform(0, 2 * think), max(0.0, end - time.monotonic())))
    return answers


def load_and_publish(home: Path, end: float, pause: float) -> int:
    """The number of publishes."""
    store, n = Database(home), 0
    while time.monotonic() < end:
        n += 1
        load(store, batches(N_FIRST + n * NEW, NEW, NEW, NEW, WEEK_NO))
        run_steps(store)
        store.publish()
        time.sleep(max(0.0, min(pause, end - time.monotonic())))
    return n


def load_test(
    home: Path, seconds: float, readers: int, pause: float | None, think: float = 0
) -> tuple[list[Answer], int]:
    """The answers, and the number of publishes; without a pause nothing is loaded."""
    with attached(home / "kliping.duckdb", {}) as con:
        if is_large(con):
            prepare(home)  # as a server that has run for a while has it
    pages = addresses(home)
    with server(home) as (pid, url), ThreadPoolExecutor(readers) as threads:
        end = time.monotonic() + seconds
        jobs = [threads.submit(read, url, pid, pages, seed, end, think) for seed in range(readers)]
        n_publishes = 0 if pause is None else load_and_publish(home, end, pause)
        answers = list(chain.from_iterable(job.result() for job in jobs))
    return answers, n_publishes


def percentile(values: Sequence[float]) -> float:
    """The 95th."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def rows(answers: Sequence[Answer], n_articles: int) -> Iterator[list[object]]:
    """A row a kind, and one of all."""
    kinds = sorted({each.kind for each in answers})
    for kind in ("all", *kinds):
        chosen = [each for each in answers if kind in ("all", each.kind)]
        size = max(each.size for each in chosen)
        times = ([each.cpu for each in chosen], [each.seconds for each in chosen])
        numbers = [f(each) for each in times for f in (statistics.median, percentile)]
        goal = GOALS[kind][n_articles < LARGE] if kind in GOALS else None
        seconds = (f"{each:.2f}" for each in numbers)
        yield [kind, len(chosen), f"{size / 1000:.0f}", *seconds, goal or "–"]


def main(
    home: Path,
    seconds: float = 300,
    readers: int = 20,
    pause: float = 15,
    think: float = 0,
    *,
    loads: bool = True,
) -> None:
    """`pause` is the seconds between two publishes; `think` those for which a reader looks at a page, on average."""
    answers, n_publishes = load_test(home, seconds, readers, pause if loads else None, think)
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        ((n_articles,),) = con.execute("SELECT count(*) FROM core.articles").fetchall()
    print(f"{n_articles:,} articles, {readers} readers, {seconds:.0f} s, {n_publishes} publishes")
    print_table(HEAD.split(","), rows(answers, n_articles))
    errors = Counter(each.error for each in answers if each.error)
    print(f"{errors.total()} errors {dict(errors) or ''}")
    sys.exit(bool(errors))


if __name__ == "__main__":
    run(main, __doc__)
