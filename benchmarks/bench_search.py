"""`python benchmarks/bench_search.py [--articles 100000]`: search and attention by the word index, beside reading every text and DuckDB's own index.

Invented articles of the newsroom's size and words, with names from a list of three million. DuckDB's index is measured where its extension is
installed: `pip install duckdb-extensions duckdb-extension-fts==1.5.5`. With a million articles it is left out.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import duckdb
import orjson

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from support.truth import truth

from kliping.reading.attention import attention
from kliping.reading.periods import Period
from kliping.reading.search import search
from parsers.search_query import terms
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.word_index import index_words

QUERIES = (
    "banjir",
    "pekerja migran",
    '"pekerja migran"',
    '"air bersih"',
    "pengiriman",
    "speaker:menteri upah",
    "headline:harga cabai",
    "zulaikha",
)
SYLLABLES = [a + b for a in "bcdghjklmnprstwy" for b in "aiueo"]
ROUNDS = 5
N_SOURCES = 20
N_NAMES = 3_000_000
SCAN = "SELECT count(*) FROM core.article_versions WHERE regexp_matches(body_text, $pattern)"
INDEXABLE = 200_000  # articles, by DuckDB's index in a minute or two
COLUMNS = {
    "article_id": "VARCHAR",
    "source_id": "VARCHAR",
    "headline": "VARCHAR",
    "body_text": "VARCHAR",
    "seen": "TIMESTAMP",
}


def synthetic_pages(count: int) -> Iterator[bytes]:
    pick = random.Random(7)
    articles = truth()
    paragraphs = [article.body_text.split("\n") for article in articles]
    headlines = [article.headline for article in articles]

    def name() -> str:
        """The nth of all names is drawn n times more rarely than the first, as in real texts."""
        number, syllables = int(N_NAMES ** pick.random()), ""
        while number or len(syllables) < 4:
            number, part = divmod(number, len(SYLLABLES))
            syllables += SYLLABLES[part]
        return syllables.title()

    for n in range(count):
        yield (
            orjson.dumps(
                {
                    "article_id": f"a{n}",
                    "source_id": f"kabar{n % N_SOURCES:02}",
                    "headline": f"{pick.choice(headlines)}, {name()}",
                    "body_text": "\n".join(
                        f"{p} {name()} {name()}."
                        for article in pick.sample(paragraphs, 2)
                        for p in article
                    ),
                    "seen": f"20{20 + n % 6}-{1 + n // 7 % 12:02}-{1 + n // 97 % 28:02} 08:00:00",
                }
            )
            + b"\n"
        )


def fill(home: Path, count: int) -> None:
    """Articles of twenty outlets and six years, each outlet polled every day; without an index."""
    file = home / "articles.ndjson"
    with file.open("wb") as out:
        out.writelines(synthetic_pages(count))
    store = Database(home)
    with store.write_connection() as con:
        con.execute(
            "CREATE TEMP TABLE made AS SELECT * FROM read_json($file, format = 'newline_delimited', columns = $columns)",
            {"file": str(file), "columns": COLUMNS},
        )
        file.unlink()
        con.execute(
            "INSERT INTO core.sources SELECT DISTINCT source_id, upper(source_id), source_id || '.test', 'ID', 'id', 'news' FROM made"
        )
        con.execute("""INSERT INTO ops.feed_checks BY NAME SELECT 'http://' || domain || '/feed' AS feed_id, checked_at, 'run' AS run_id, source_id, 'feed' AS kind, 'ok' AS outcome,
          20 AS n_entries, 5 AS n_new, FALSE AS is_gap FROM core.sources, generate_series(TIMESTAMP '2020-01-01 08:00:00', TIMESTAMP '2025-12-31 08:00:00', INTERVAL 1 DAY) AS days(checked_at)""")
        con.execute("""INSERT INTO core.articles BY NAME SELECT article_id, source_id, 'http://' || source_id || '.test/' || article_id AS url, article_id AS current_version_id,
          headline, seen AS date_published, 'meta' AS date_published_source, seen AS first_seen_at, seen AS last_seen_at, seen AS last_changed_at, 1 AS n_versions, 'live' AS status, '' AS fetch_id FROM made""")
        con.execute("""INSERT INTO core.article_versions BY NAME SELECT article_id AS version_id, article_id, 1 AS version_no, '' AS content_sha256, '' AS body_sha256, '' AS fetch_id,
          headline, '' AS source_text, body_text, length(body_text) AS n_chars, len(string_split(body_text, ' ')) AS word_count, 20 AS n_paragraphs, '' AS parser,
          '' AS parser_version, '' AS cleaner_version, seen AS version_created FROM made""")
    store.publish()


def seconds(work: Callable[[], object]) -> str:
    """The best wall time, and the CPU time, which a busy machine spoils less."""
    taken, spent = [], []
    for _ in range(ROUNDS):
        started, busy = time.perf_counter(), time.process_time()
        work()
        taken.append(time.perf_counter() - started)
        spent.append(time.process_time() - busy)
    return f"{min(taken):6.2f} s  {statistics.median(spent):6.2f} CPU s"


def index(home: Path) -> None:
    from duckdb_extensions import import_extension  # noqa: PLC0415 - not everybody has it

    path = home / "indexed.duckdb"
    path.write_bytes((home / "kliping.duckdb").read_bytes())
    before, started, busy = path.stat().st_size, time.perf_counter(), time.process_time()
    with duckdb.connect(path) as con:
        import_extension("fts", con=con)
        con.load_extension("fts")
        con.execute(
            "CREATE TABLE main.texts AS SELECT article_id, headline, body_text FROM mart.articles"
        )
        con.execute("CHECKPOINT")
        with_table = path.stat().st_size
        con.execute(
            "PRAGMA create_fts_index('main.texts', 'article_id', 'headline', 'body_text', stemmer = 'indonesian', stopwords = 'none')"
        )
        con.execute("CHECKPOINT")
    print(
        f"index: built in {time.perf_counter() - started:.1f} s, {time.process_time() - busy:.1f} CPU s, {before / 1e6:.0f} MB grew by {(path.stat().st_size - with_table) / 1e6:.0f} MB"
    )
    with duckdb.connect(path, read_only=True) as con:
        con.load_extension("fts")
        for query in ("banjir", "pekerja migran", "pengiriman"):
            taken = seconds(
                lambda query=query: con.execute(
                    "SELECT article_id, fts_main_texts.match_bm25(article_id, ?, conjunctive := 1) AS score FROM main.texts WHERE score IS NOT NULL ORDER BY score DESC LIMIT 20",
                    [query],
                ).fetchall()
            )
            print(f"index {taken}  {query}")


def index_texts(home: Path) -> None:
    """Make the word index, as the first run after an upgrade does."""
    store = Database(home)
    before, busy = store.path.stat().st_size, time.process_time()
    with store.write_connection() as con:
        con.begin()
        con.execute("INSERT INTO ops.uncompared SELECT article_id FROM core.articles")
        count = index_words(con)
        con.execute("DELETE FROM ops.uncompared")
        con.commit()
    store.publish()
    spent, grown = time.process_time() - busy, store.path.stat().st_size - before
    print(
        f"word index: {1e6 * spent / count:.0f} CPU µs and {grown / count:.0f} bytes an article, of {before / count:.0f}"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--articles", type=int, default=100_000)
    articles = options.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fill(home, articles)
        index_texts(home)
        with Reader(home) as reader:
            for query in QUERIES:
                print(
                    f"attention {seconds(partial(attention, reader, query, by=Period.MONTH))}  {query}"
                )
                print(f"search    {seconds(partial(search, reader, query))}  {query}")
            for word in ("banjir", "pekerja"):
                scan = partial(reader.rows, SCAN, {"pattern": f"(?i){terms(word)[0].pattern}"})
                print(f"scan      {seconds(scan)}  {word}")
        if articles > INDEXABLE:
            return
        try:
            index(home)
        except ImportError as error:
            print(f"index: not measured, {error}")


if __name__ == "__main__":
    main()
