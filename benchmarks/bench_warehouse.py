"""`python benchmarks/bench_warehouse.py [--articles 10000,100000] [--week 2000] [--only growth,archive,reparse]`: what the warehouse costs as it grows.

Invented articles of real size: 2,500 letters, eight each of quotes, names and figures, and what else a page says. The first week is loaded
as every run loads; the weeks before it are made of it by SQL, in other words and under other ids, so that a million articles take minutes.
CPU is of all threads. Absolute times are this machine's; the ratios, each to the first size of the same run, are not.
"""

from __future__ import annotations

import argparse
import gzip
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from uuid import UUID

from synthetic_articles import MONDAY, N_SOURCES, SOURCES, WEEK, article, outcomes, words

from kliping.reading.questions import ask, questions
from parsers.article import Link, Response
from parsers.source import Source
from warehouse.archive.archive import Archive
from warehouse.read.published import Reader
from warehouse.write import frontier
from warehouse.write.copies import FIND_COPIES
from warehouse.write.database import Database
from warehouse.write.events import FIND_EVENTS
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome, Versions
from warehouse.write.quality import run_checks
from warehouse.write.steps import run_steps
from warehouse.write.word_index import INDEX_WORDS

VERSIONS = Versions(parser="1", cleaner="1", extractor="1")
LETTERS = "abcdefghijklmnopqrstuvwxyz"

# how a week becomes a later one: ids and texts by their columns' names, moments by their type
IDS = {
    "article_id",
    "version_id",
    "current_version_id",
    "cluster_id",
    "event_id",
    "earlier_id",
    "content_sha256",
    "body_sha256",
}
FETCHES = {"fetch_id", "last_fetch_id"}
URLS = {"url", "canonical_url", "normalized_url", "requested_url", "final_url"}
KEYS = {"url_key": "url", "article_key": "article_id", "content_key": "content_sha256"}
TEXTS = {"text", "body_text", "source_text"}
GROWN = (
    "raw.fetches", "ops.frontier", "core.articles", "core.article_versions", "core.version_fetches", "core.removed_spans", "core.article_authors", "core.article_tags",
    "core.article_links", "core.article_images", "core.quotes", "core.entity_mentions", "core.figures", "core.dates_mentioned", "core.article_places", "core.acronyms",
    "core.article_topics", "core.article_shingles", "core.article_pairs", "core.article_clusters",
    "core.event_pairs", "core.article_events",
)  # fmt: skip


def later(name: str, kind: str) -> str:
    if name in KEYS:
        return f"md5_number_lower({later(KEYS[name], 'VARCHAR')})"
    if name in IDS:
        return f"md5({name} || week_no)[:length({name})]"
    if name in FETCHES:
        return f"md5({name} || week_no)::UUID::VARCHAR"
    if name in URLS:
        return f"{name} || '-' || week_no"
    if name in TEXTS:
        return f"translate({name}, '{LETTERS}', right('{LETTERS * 2}', 26 + week_no % 26)[:26])"
    if name == "shingle":
        return "(hash(shingle, week_no) >> 1)::BIGINT"
    return f"({name} + week_no * INTERVAL 7 DAY)::{kind}" if kind in {"TIMESTAMP", "DATE"} else name


class Grower:
    """The week that the store holds, again and again in later weeks."""

    def __init__(
        self,
        store: Database,
        folder: Path,
        *,
        more_tables: Sequence[str] = (),
        columns_of: Mapping[str, Mapping[str, str]] = {},
    ) -> None:
        """`columns_of` a table are columns that become later ones by SQL of their own; `week_no` is the number of the week."""
        self.store, self.inserts = store, []
        with store.write_connection() as con:
            for table in (*GROWN, *more_tables):
                file = folder / f"{table}.parquet"
                con.execute(f"COPY {table} TO '{file}'")
                own = columns_of.get(table, {})
                columns = ", ".join(
                    f"{own.get(name) or later(name, kind)} AS {name}"
                    for name, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()
                )
                weeks = "(SELECT unnest(range($first, $last)) AS week_no)"
                self.inserts.append(
                    f"INSERT INTO {table} BY NAME SELECT {columns} FROM '{file}', {weeks}"
                )

    def add(self, first: int, n: int = 1) -> None:
        with self.store.write_connection() as con:
            con.begin()
            for insert in self.inserts:
                con.execute(insert, {"first": first, "last": first + n})
            con.commit()


class Spent:
    """CPU seconds of this process and its threads, and seconds by the clock."""

    def __enter__(self) -> Self:
        self.cpu, self.clock = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu, self.clock = time.process_time() - self.cpu, time.perf_counter() - self.clock


def load(store: Database, batches: list[list[Outcome]]) -> Spent:
    """The batches are made before: what parsing costs is not what loading costs."""
    with Spent() as spent:
        for batch in batches:
            load_outcomes(store, batch, SOURCES, VERSIONS)
    return spent


def ready(first: int, n: int, size: int, week: int, at: int) -> list[list[Outcome]]:
    made = list(outcomes(first, n, week, MONDAY + WEEK * at))
    return [made[at : at + size] for at in range(0, n, size)]


def find_copies(store: Database) -> None:
    """The copies, words and events of what is new."""
    run_steps(store, steps=(FIND_COPIES, INDEX_WORDS, FIND_EVENTS))
    with store.write_connection() as con:
        con.execute("DELETE FROM ops.uncompared")


def growth(home: Path, sizes: list[int], week: int, size: int, n_batches: int) -> None:
    store, figures = Database(home), {}
    n_weeks = 0
    with store.write_connection():
        pass  # made before it is measured

    def add(name: str, value: float, unit: str, n: int) -> None:
        figures.setdefault(f"{name}, {unit}", {})[n] = value

    first_week = ready(0, week, size, week, 0)
    add("load", 1e6 * load(store, first_week).cpu / week, "CPU µs an article", 0)
    with Spent() as spent:
        find_copies(store)
    add("copies", 1e6 * spent.cpu / week, "CPU µs a new article", 0)
    run_checks(store, "first")
    (home / "week").mkdir()
    grower = Grower(store, home / "week")
    for n in sizes:
        while (n_weeks + 1) * week < n:
            n_weeks += 1
            grower.add(n_weeks)
        more = ready(10_000_000 + n * 10, n_batches * size, size, week, n_weeks + 1)
        n_weeks += -(-n_batches * size // week)
        add("load", 1e6 * load(store, more).cpu / (n_batches * size), "CPU µs an article", n)
        with Spent() as spent:
            find_copies(store)
        add("copies", 1e6 * spent.cpu / (n_batches * size), "CPU µs a new article", n)
        add("load again", 1e6 * load(store, more[:1]).cpu / size, "CPU µs an article", n)
        with Spent() as spent:
            run_checks(store, f"run {n}")
        add("checks", spent.cpu, "CPU s", n)
        with store.kept_open():  # as a run ends
            run_checks(store, f"end {n}")
            with Spent() as merging:  # of the row groups of the loads
                path = store.publish()
        add("publish with merging", 1e6 * merging.cpu / (n_batches * size), "CPU µs an article", n)
        with Spent() as spent:
            path = store.publish()
        add("publish", spent.cpu / (path.stat().st_size / 1e9), "CPU s a GB", n)
        add("publish", spent.clock / (path.stat().st_size / 1e9), "s a GB", n)
        add("kliping.duckdb", path.stat().st_size / 1e6, "MB", n)
        for name in questions():
            with Reader(home) as reader, Spent() as spent:
                ask(reader, name)
            add(name, spent.clock, "s", n)
            add(name, spent.cpu, "CPU s", n)
    print_table(figures, [0, *sizes])


def print_table(figures: dict[str, dict[int, float]], sizes: list[int]) -> None:
    print(f"{'articles there before':34}" + "".join(f"{n:>20,}" for n in sizes))
    for name, values in figures.items():
        first = values.get(sizes[1]) or 0
        print(
            f"{name:34}"
            + "".join(
                f"{values[n]:12,.3g}"
                + (f" ({values[n] / first:.2f}×)".rjust(8) if first else " " * 8)
                if n in values
                else " " * 20
                for n in sizes
            )
        )


def page(number: int, source: Source, n_bytes: int, when: datetime) -> tuple[str, bytes]:
    """The address of a page and its HTML: an article in the middle of what outlets put around theirs."""
    url = f"http://{source.name}.test/{when:%Y/%m/%d}/{number}/kabar"
    content, dice = article(number, source, url, when), random.Random(-number)
    body = "".join(f"<p>{line}</p>\n" for line in content.body_text.split("\n"))
    head = f'<meta property="article:published_time" content="{when.isoformat()}"><meta name="description" content="{content.description}">'
    parts = [
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{content.headline}</title>{head}</head><body><main><h1>{content.headline}</h1>',
        f'<p class="penulis"><a href="/p/1">{content.authors[0].name}</a></p><div class="isi">{body}</div></main>',
    ]
    left = n_bytes - sum(len(part.encode()) for part in parts)
    while left > 0:
        n = dice.randrange(10**6)
        parts.append(
            f'<aside class="widget widget_recent_posts kotak-{n % 7}"><a class="thumb penci-image-holder lazyload" href="/read/{n}/{words(dice, 5)}"><img class="attachment-thumbnail size-thumbnail wp-post-image" src="/wp-content/uploads/{n % 12}/{n}-300x200.jpg" srcset="/wp-content/uploads/{n % 12}/{n}-300x200.jpg 300w, /wp-content/uploads/{n % 12}/{n}.jpg 1200w" sizes="(max-width: 300px) 100vw, 300px" alt="{words(dice, 7)}" loading="lazy"><h4 class="entry-title side-item-title">{words(dice, 6)}</h4></a></aside>\n'
        )
        left -= len(parts[-1])
    return url, "".join([*parts, "</body></html>"]).encode()


def archived(archive: Archive, n: int, n_bytes: int) -> float:
    """So many pages in one file; its bytes by those of the bodies, each gzipped."""
    bare = 0
    with archive.writer(f"run{n_bytes}", MONDAY, "0") as writer:
        for number in range(n):
            source = list(SOURCES.values())[number % N_SOURCES]
            url, body = page(number, source, n_bytes, MONDAY + timedelta(minutes=number))
            headers = (
                ("Content-Type", "text/html; charset=utf-8"),
                ("Date", "Mon, 02 Nov 2026 01:00:00 GMT"),
                ("Server", "nginx"),
                ("ETag", f'"{number:x}"'),
                ("Cache-Control", "max-age=60"),
            )
            response = Response(
                fetch_id=str(UUID(int=random.Random(number).getrandbits(128))),
                requested_url=url,
                url=url,
                fetched_at=MONDAY + timedelta(minutes=number),
                body=body,
                headers=headers,
                robots_rule="no rule",
                elapsed_ms=120,
            )
            writer.append(
                Link(
                    url=url, source_id=source.name, discovered_by=f"http://{source.name}.test/feed"
                ),
                response,
            )
            bare += len(gzip.compress(body, 9))
        path = writer.path
    return path.stat().st_size / bare


def archive_ratio(home: Path, n: int) -> None:
    for n_bytes in (35_000, 100_000):
        print(
            f"archive at {n_bytes / 1000:.0f} kB a page: {100 * archived(Archive(home / str(n_bytes)), n, n_bytes) - 100:+.1f} % over gzip of the bodies"
        )


def tree(pid: int) -> list[int]:
    """A process, and those that it started."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [pid, *(each for child in children for each in tree(child))]


def own_mb(pid: int) -> float:
    """Resident memory of a process in MB; of what processes share each has a part."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return (
        next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1000
    )


def tree_mb(pid: int) -> float:
    return sum(map(own_mb, tree(pid)))


def again(home: str, n_workers: int) -> None:
    """A process of its own: what the archive of the home has, read and loaded again. What is not loaded yet is, before."""
    from flows.jobs.reparse import reparse as read_again  # noqa: PLC0415 - as above
    from flows.load.recovery import no_progress  # noqa: PLC0415 - only here
    from flows.runs.run import open_run  # noqa: PLC0415 - as above
    from flows.settings import Settings  # noqa: PLC0415 - as above

    with (
        open_run(
            Settings(home=Path(home), readers=n_workers), SOURCES, flow="reparse", params={}
        ) as run,
        Spent() as spent,
    ):
        read_again(run, None, no_progress)
    print(
        frontier.n_known(run.store, next(iter(SOURCES))),
        spent.cpu,
        spent.clock,
        sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]),
    )


def reparse(home: Path, n: int) -> None:
    """Pages by the clock, which on a machine that others use are fewer; the processor's time is not."""
    archived(Archive(home / "archive"), n, 35_000)
    rates = []
    for n_workers in (0, 1, 2):
        seen = []
        with subprocess.Popen(
            [sys.executable, __file__, "--again", str(home), str(n_workers or 2)],
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            while child.poll() is None:
                with suppress(OSError, StopIteration):
                    seen.append(tree_mb(child.pid))
                time.sleep(0.5)
            assert child.stdout
            _, own, seconds, readers = map(float, child.stdout.read().split())
        if n_workers:
            rates.append(n / seconds)
            print(
                f"reparse with {n_workers} of workers: {rates[-1]:.1f} pages/s; CPU ms a page: {1000 * own / n:.1f} own, {1000 * readers / n:.1f} readers; "
                f"at most {max(seen):.0f} MB, in the first half {max(seen[: len(seen) // 2]):.0f} MB"
            )
    print(f"from one to two workers: {rates[1] / rates[0]:.2f}×")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument(
        "--articles",
        default="5000,20000",
        help="sizes of the warehouse, each larger than the one before; the first is what ratios are to",
    )
    options.add_argument("--week", type=int, default=2000, help="articles a week")
    options.add_argument(
        "--batch", type=int, default=500, help="articles loaded at once, as a reparse does"
    )
    options.add_argument("--batches", type=int, default=40, help="batches loaded at each size")
    options.add_argument("--pages", type=int, default=200, help="pages archived and read again")
    options.add_argument("--only", default="growth,archive,reparse")
    options.add_argument("--again", nargs=2, help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.again:
        again(args.again[0], int(args.again[1]))
        return
    wanted = args.only.split(",")
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            (Path(folder) / name).mkdir()
        if "growth" in wanted:
            growth(
                Path(folder) / "growth",
                [int(n) for n in args.articles.split(",")],
                args.week,
                args.batch,
                args.batches,
            )
        if "archive" in wanted:
            archive_ratio(Path(folder) / "archive", args.pages)
        if "reparse" in wanted:
            reparse(Path(folder) / "reparse", args.pages)


if __name__ == "__main__":
    main()
